// TODO: yes, a line
/** TODO: yes, documentation
 *  that goes on
 */
class A {
    String a = "// TODO: no"; // TODO: yes, after a string
    char b = '"'; // TODO: yes, after a character
    char c = '\''; // TODO: yes
    char d = '\u0022'; /* TODO: yes */ String d2 = "/* TODO: no */";
    String e = """
        // TODO: no " "" \"""
        /* TODO: no */
        """; // TODO: yes, after a text block
    int f = 4 / 2; // TODO: yes, after a division
    String g = ""; // TODO: yes, after an empty string
    /* TODO: yes /* not nested */ String h = "TODO: no";
}
