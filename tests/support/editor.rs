//! An editor's side of a workspace edit: carried out on a project's files, and undone.

use std::collections::BTreeMap;

use docket::lsp::uri;
use serde_json::Value;

use super::project::Project;

/// The texts and paths that a workspace edit has replaced.
#[derive(Debug, Default)]
pub struct Undo {
    /// By path before the edit.
    texts: BTreeMap<String, String>,
    renames: Vec<(String, String)>,
}

fn path(project: &Project, uri: &Value) -> String {
    let uri = serde_json::from_value(uri.clone()).unwrap();
    let path = uri::to_path(&uri).unwrap();
    path.strip_prefix(project.root())
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned()
}

/// The byte offset of a position in `encoding`.
pub fn offset(at: &Value, text: &str, encoding: &str) -> usize {
    let (line, column) = (
        at["line"].as_u64().unwrap(),
        at["character"].as_u64().unwrap(),
    );
    let mut start = 0;
    for _ in 0..line {
        start += text[start..].find('\n').unwrap() + 1;
    }
    let mut units = 0;
    for (at, it) in text[start..].char_indices() {
        if units == column {
            return start + at;
        }
        units += match encoding {
            "utf-8" => it.len_utf8() as u64,
            "utf-16" => it.len_utf16() as u64,
            _ => 1,
        };
    }
    assert_eq!(units, column, "within a character");
    text.len()
}

fn edited(text: &str, edits: &Value, encoding: &str) -> String {
    let mut spans: Vec<_> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let at = |end: &str| offset(&it["range"][end], text, encoding);
            (at("start"), at("end"), it["newText"].as_str().unwrap())
        })
        .collect();
    spans.sort_unstable();
    let mut out = String::new();
    let mut from = 0;
    for (start, end, new) in spans {
        assert!(from <= start, "edits overlap");
        out.push_str(&text[from..start]);
        out.push_str(new);
        from = end;
    }
    out + &text[from..]
}

/// Carries out an edit as an editor does that takes everything.
pub fn apply(project: &Project, edit: &Value, encoding: &str) -> Undo {
    let mut undo = Undo::default();
    let mut change = |uri: &Value, edits: &Value| {
        let path = path(project, uri);
        let text = project.read(&path);
        project.write(&path, &edited(&text, edits, encoding));
        undo.texts.entry(path).or_insert(text);
    };
    for (uri, edits) in edit["changes"].as_object().into_iter().flatten() {
        change(&Value::String(uri.clone()), edits);
    }
    let operations = edit["documentChanges"].as_array();
    for it in operations.into_iter().flatten() {
        match it["kind"].as_str() {
            None => change(&it["textDocument"]["uri"], &it["edits"]),
            Some("rename") => {
                let (from, to) = (path(project, &it["oldUri"]), path(project, &it["newUri"]));
                let root = project.root();
                assert!(!root.join(&to).exists(), "{to} is there already");
                std::fs::rename(root.join(&from), root.join(&to)).unwrap();
                undo.renames.push((from, to));
            }
            Some(other) => panic!("{other} in {edit:#}"),
        }
    }
    undo
}

/// Puts everything back.
pub fn undo(project: &Project, undo: Undo) {
    let root = project.root();
    for (from, to) in undo.renames.into_iter().rev() {
        std::fs::rename(root.join(to), root.join(from)).unwrap();
    }
    for (path, text) in undo.texts {
        project.write(&path, &text);
    }
}
