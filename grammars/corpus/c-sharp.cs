// TODO: yes, a line
/// <summary>TODO: yes, documentation</summary>
class A {
    string a = "// TODO: no"; // TODO: yes, after a string
    string b = @"c:\"; // TODO: yes, after a verbatim string
    string c = @"a ""// TODO: no"" \"; // TODO: yes, after doubled quotes
    string d = $"a {b} // TODO: no {{ {c}"; // TODO: yes, after an interpolated one
    string e = $"{(f ? "// TODO: no" : "b")} // TODO: no"; // TODO: yes, after strings in a hole
    string g = $@"\{h}""// TODO: no"; // TODO: yes
    string i = """
        // TODO: no " ""
        """; // TODO: yes, after a raw string
    string j = """"a """ // TODO: no """"; // TODO: yes, after four quotes
    string k = $$"""{{l}} // TODO: no"""; // TODO: yes
    char m = '"'; // TODO: yes, after a character
    char n = '\''; /* TODO: yes */ string o = "/* TODO: no */";
    string p = @"
// TODO: no
"; // TODO: yes, after lines
#region don't // TODO: yes, an apostrophe in a directive
#endregion
    string q = ""; // TODO: yes, after an empty string
}
