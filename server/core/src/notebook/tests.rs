//! Cells of notebooks as text, and the way back to their places in the JSON.

use expect_test::{Expect, expect};

use super::*;

fn check(json: &str, expect: Expect) {
    let notebook = Notebook::read(json.as_bytes()).unwrap();
    let shown: String = notebook
        .cells
        .iter()
        .map(|it| {
            let text = &notebook.text.text()[it.span.range()];
            let text = String::from_utf8_lossy(text);
            let place = &json[notebook.text.place(it.span).range()];
            format!("{} {} {text:?}\n    {place}\n", it.index, it.language.name)
        })
        .collect();
    expect.assert_eq(&shown);
}

#[test]
fn cells_are_of_their_kind_and_kernel() {
    check(
        r##"{"cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# T\n", "<!-- a -->"]},
            {"cell_type": "raw", "source": "# no"},
            {"cell_type": "code", "source": "# \"b\"\n\u00e9\ud83d\ude00 # c", "outputs": []},
            {"cell_type": "code", "source": ["%%bash -x\n", "# d"]},
            {"cell_type": "code", "source": ["%%writefile a/b.js\n", "// e"]},
            {"cell_type": "code", "source": ["%%time\n", "# f"]},
            {"cell_type": "code", "metadata": {"vscode": {"languageId": "sql"}}, "source": ["-- g"]}
        ], "metadata": {"kernelspec": {"language": "julia"}}, "nbformat": 4}"##,
        expect![[r##"
            0 markdown "# T\n<!-- a -->"
                # T\n", "<!-- a -->
            2 julia "# \"b\"\né😀 # c"
                # \"b\"\n\u00e9\ud83d\ude00 # c
            3 bash "%%bash -x\n# d"
                %%bash -x\n", "# d
            4 javascript "%%writefile a/b.js\n// e"
                %%writefile a/b.js\n", "// e
            5 julia "%%time\n# f"
                %%time\n", "# f
            6 sql "-- g"
                -- g
        "##]],
    );
}

#[test]
fn the_third_format_is_read_too() {
    check(
        r##"{"metadata": {}, "nbformat": 3, "worksheets": [{"cells": [
            {"cell_type": "code", "input": ["# a"], "language": "python"}
        ]}]}"##,
        expect![[r##"
            0 python "# a"
                # a
        "##]],
    );
}

#[test]
fn what_is_no_notebook_has_no_cells() {
    for json in ["", "[", "3", "{\"cells\": 3}", "{\"cells\": ["] {
        assert!(Notebook::read(json.as_bytes()).is_none(), "{json}");
    }
    let empty = Notebook::read(b"\xef\xbb\xbf{}").unwrap();
    assert!(empty.cells.is_empty());
}

#[test]
fn unescaping_agrees_with_serde_json() {
    proptest::proptest!(|(text: String)| {
        for json in [serde_json::to_string(&text).unwrap(), ascii(&text)] {
            let mut gathered = Gathered::default();
            unescape(&json[1..json.len() - 1], 1, &mut gathered);
            assert_eq!(gathered.text(), text.as_bytes());
            let whole = Span::new(0, text.len());
            if !text.is_empty() {
                assert_eq!(gathered.place(whole), Span::new(1, json.len() - 1));
            }
        }
    });
}

/// JSON as Python writes it: everything that is not ASCII is escaped.
fn ascii(text: &str) -> String {
    let mut out = String::from('"');
    for unit in text.encode_utf16() {
        out += &format!("\\u{unit:04x}");
    }
    out + "\""
}
