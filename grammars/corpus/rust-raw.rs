const A: &str = r"\"; // TODO: yes, a raw string ends at the first quote
const B: &str = r#"a " // TODO: no"#; // TODO: yes, after one hash
const C: &[u8] = br##"a "# /* TODO: no */ "##; // TODO: yes, after two
const D: &str = r#"
// TODO: no, on a line of its own
"#;
const E: &core::ffi::CStr = cr#"// TODO: no"#;
const F: &core::ffi::CStr = c"// TODO: no"; // TODO: yes, after a C string
fn r#type(r#in: u8) {} // TODO: yes, after raw identifiers
const G: &str = "\
// TODO: no
"; /* TODO: yes, unusual ** stars **/
const H: &str = concat!("a" /* TODO: yes, between */, "b // TODO: no");
