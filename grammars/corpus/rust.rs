//! TODO: yes, inner documentation
/// TODO: yes, outer documentation
// TODO: yes, a line
fn main() {
    let a = "// TODO: no"; // TODO: yes, after a string
    let b = 'x'; // TODO: yes, after a character
    let c = '"'; // TODO: yes, after a quote as a character
    let d = '\''; // TODO: yes, after an escaped apostrophe
    let e = '\u{1F600}'; // TODO: yes, after an escape
    let f = b'"'; let g = "TODO: no"; // TODO: yes, after a byte
    /* TODO: yes, a block /* TODO: yes, nested */ TODO: yes, after the nested one */
    let h = "a \" // TODO: no";
    let i = "several
        // TODO: no
        lines"; // TODO: yes, after lines
    let j = 1 / 2; // TODO: yes, after a division
}

fn lifetimes<'a, 'b: 'a>(x: &'a str, y: &'b str) -> &'a str { // TODO: yes, after lifetimes
    'outer: loop {
        break 'outer; // TODO: yes, after a label
    }
    x /* TODO: yes, in an expression */ .trim()
}

// TODO: yes, a body
//   that goes on
//   for three lines
macro_rules! m { ($a:tt) => { "/* TODO: no */" } }
