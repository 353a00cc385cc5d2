//! Renames over the wire: what is asked beforehand, what an editor carries out, what is refused.

use serde_json::{Value, json};

use super::language::{Session, full_but};
use crate::support::client::full;
use crate::support::editor;

const PROJECT: &str = "\
//- /a.rs
// 😀 TODO(T-7k3f): one, T-7k3f
//- /.docs/tickets/T-7k3f-parse.md
---
id: T-7k3f
title: Parse bodies
github: 42
---

T-7k3f
//- /.docs/tickets/T-9x2m-scan.md
---
id: T-9x2m
title: Scan
depends-on: [T-7k3f]
---
//- /.docs/notes.md
# 😀 Notes

[parse](tickets/T-7k3f-parse.md) 😀 [[T-7k3f]] [here](#-notes)
";

const TICKET: &str = ".docs/tickets/T-7k3f-parse.md";

async fn session(capabilities: Value) -> Session {
    let mut it = Session::of(PROJECT, capabilities).await;
    for path in ["a.rs", TICKET, ".docs/notes.md"] {
        it.open(path).await;
    }
    it.settle().await;
    it
}

async fn rename(
    it: &mut Session,
    path: &str,
    (line, character): (u32, u32),
    new: &str,
) -> Result<Value, Value> {
    let params = json!({ "textDocument": { "uri": it.project.uri(path) },
        "position": { "line": line, "character": character }, "newName": new });
    it.client.try_request("textDocument/rename", params).await
}

fn everything(it: &Session) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in ["", ".docs", ".docs/tickets"] {
        for entry in std::fs::read_dir(it.project.root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((path.file_name().unwrap().to_str().unwrap().to_owned(), text));
            }
        }
    }
    files.sort();
    files
}

#[tokio::test]
async fn an_id_is_renamed_as_one_annotated_edit_that_undo_takes_back() {
    let mut it = session(full()).await;
    let place = it.at("textDocument/prepareRename", "a.rs", 0, 12).await;
    assert_eq!(place["placeholder"], "T-7k3f");
    assert_eq!(
        place["range"]["start"],
        json!({ "line": 0, "character": 11 })
    );
    let edit = rename(&mut it, "a.rs", (0, 12), "T-8w8w").await.unwrap();
    let annotations = edit["changeAnnotations"].as_object().unwrap();
    let mut labels: Vec<_> = annotations
        .values()
        .map(|it| it["label"].as_str().unwrap())
        .collect();
    labels.sort_unstable();
    assert_eq!(
        labels,
        ["In code", "In tickets and pages", "T-7k3f becomes T-8w8w"]
    );
    let operations = edit["documentChanges"].as_array().unwrap();
    assert!(
        operations.iter().all(|it| {
            let edits = it["edits"].as_array();
            let id = |it: &Value| {
                annotations.contains_key(it["annotationId"].as_str().unwrap_or_default())
            };
            id(it) || edits.is_some_and(|edits| edits.iter().all(id))
        }),
        "{edit:#}"
    );
    let of = |path: &str| {
        operations
            .iter()
            .find(|op| op["textDocument"]["uri"] == it.project.uri(path))
            .unwrap()
    };
    assert_eq!(of("a.rs")["textDocument"]["version"], 1);
    assert_eq!(
        of(".docs/tickets/T-9x2m-scan.md")["textDocument"]["version"],
        Value::Null
    );

    let before = everything(&it);
    let undo = editor::apply(&it.project, &edit, "utf-16");
    assert_eq!(it.project.read("a.rs"), "// 😀 TODO(T-8w8w): one, T-8w8w\n");
    assert_eq!(
        it.project.read(".docs/notes.md").lines().last().unwrap(),
        "[parse](tickets/T-8w8w-parse.md) 😀 [[T-8w8w]] [here](#-notes)"
    );
    assert!(
        it.project
            .read(".docs/tickets/T-8w8w-parse.md")
            .contains("id: T-8w8w\n")
    );
    assert!(
        it.project
            .read(".docs/tickets/T-9x2m-scan.md")
            .contains("depends-on: [T-8w8w]\n")
    );
    editor::undo(&it.project, undo);
    assert_eq!(everything(&it), before);
    // What is on GitHub is not ours to rename, and is told.
    let said = it.client.expect("window/showMessage").await;
    assert!(said["message"].as_str().unwrap().contains("#42"), "{said}");
    it.client.finish().await;
}

#[tokio::test]
async fn a_client_without_resource_operations_gets_texts_alone() {
    let plain = json!({ "textDocument": { "rename": {} } });
    let mut it = session(plain).await;
    assert_eq!(it.offered["renameProvider"], true);
    let edit = rename(&mut it, "a.rs", (0, 12), "T-8w8w").await.unwrap();
    assert!(edit.get("documentChanges").is_none() && edit.get("changeAnnotations").is_none());
    editor::apply(&it.project, &edit, "utf-16");
    // The file keeps its name, so links to it stay right.
    let notes = it.project.read(".docs/notes.md");
    assert!(
        notes.contains("[parse](tickets/T-7k3f-parse.md) 😀 [[T-8w8w]]"),
        "{notes}"
    );
    assert!(it.project.read(TICKET).contains("id: T-8w8w\n"));
    let said = it.client.expect("window/showMessage").await;
    assert!(
        said["message"]
            .as_str()
            .unwrap()
            .contains("T-7k3f-parse.md"),
        "{said}"
    );
    it.client.finish().await;
}

#[tokio::test]
async fn annotations_are_for_clients_that_show_them() {
    let honors = |pointer: &'static str| full_but(&[(pointer, json!(false))]);
    let without = full_but(&[(
        "/workspace/workspaceEdit/changeAnnotationSupport",
        Value::Null,
    )]);
    for capabilities in [
        honors("/textDocument/rename/honorsChangeAnnotations"),
        without,
    ] {
        let mut it = session(capabilities).await;
        let edit = rename(&mut it, TICKET, (2, 8), "Parse it all")
            .await
            .unwrap();
        assert!(edit.get("changeAnnotations").is_none(), "{edit:#}");
        assert!(
            edit["documentChanges"][0]["edits"][0]
                .get("annotationId")
                .is_none()
        );
        it.client.finish().await;
    }
}

#[tokio::test]
async fn a_title_is_renamed_with_its_file() {
    let mut it = session(full()).await;
    let place = it.at("textDocument/prepareRename", TICKET, 2, 8).await;
    assert_eq!(place["placeholder"], "Parse bodies");
    let edit = rename(&mut it, TICKET, (2, 8), "Parse: all").await.unwrap();
    editor::apply(&it.project, &edit, "utf-16");
    let text = it.project.read(".docs/tickets/T-7k3f-parse-all.md");
    assert!(text.contains("title: \"Parse: all\"\n"), "{text}");
    assert!(
        it.project
            .read(".docs/notes.md")
            .contains("(tickets/T-7k3f-parse-all.md)")
    );
    it.client.finish().await;
}

#[tokio::test]
async fn a_heading_is_renamed_with_the_links_to_it() {
    let mut told = Vec::new();
    for (encoding, column) in [("utf-8", 7), ("utf-16", 5), ("utf-32", 4)] {
        let general = json!({ "positionEncodings": [encoding] });
        let mut it = session(full_but(&[("/general", general)])).await;
        let place = it
            .at("textDocument/prepareRename", ".docs/notes.md", 0, column)
            .await;
        assert_eq!(place["placeholder"], "😀 Notes", "{encoding}");
        let edit = rename(&mut it, ".docs/notes.md", (0, column), "More 😀 words")
            .await
            .unwrap();
        editor::apply(&it.project, &edit, encoding);
        told.push(it.project.read(".docs/notes.md"));
        it.client.finish().await;
    }
    assert_eq!(
        told[0],
        "# More 😀 words\n\n[parse](tickets/T-7k3f-parse.md) 😀 [[T-7k3f]] [here](#more--words)\n"
    );
    assert!(told.iter().all(|it| *it == told[0]), "{told:#?}");
}

#[tokio::test]
async fn a_rename_that_cannot_be_right_is_refused_with_words() {
    let mut it = session(full()).await;
    for (new, says) in [
        ("T-9x2m", "already"),
        ("T-7k", "no ticket id"),
        ("a b", "no ticket id"),
    ] {
        let error = rename(&mut it, "a.rs", (0, 12), new).await.unwrap_err();
        assert_eq!(error["code"], -32803);
        assert!(error["message"].as_str().unwrap().contains(says), "{error}");
    }
    assert_eq!(
        it.at("textDocument/prepareRename", "a.rs", 0, 1).await,
        Value::Null
    );
    assert_eq!(rename(&mut it, "a.rs", (0, 1), "x").await, Ok(Value::Null));
    it.client.finish().await;
}

#[tokio::test]
async fn files_that_an_editor_renames_or_deletes_keep_their_links_right() {
    let mut it = session(full()).await;
    let operations = &it.offered["workspace"]["fileOperations"];
    for name in ["willRename", "didRename", "willDelete", "didDelete"] {
        assert_eq!(
            operations[name]["filters"][0]["pattern"]["glob"], "**/*",
            "{name}"
        );
    }
    let new = ".docs/tickets/T-7k3f-new name.md";
    let files = json!([{ "oldUri": it.project.uri(TICKET), "newUri": it.project.uri(new) }]);
    let params = json!({ "files": files });
    let edit = it
        .client
        .request("workspace/willRenameFiles", params.clone())
        .await;
    editor::apply(&it.project, &edit, "utf-16");
    let notes = it.project.read(".docs/notes.md");
    assert!(
        notes.contains("[parse](tickets/T-7k3f-new%20name.md)"),
        "{notes}"
    );
    it.client.notify("workspace/didRenameFiles", params).await;
    it.client.finish().await;

    let mut it = session(full()).await;
    let gone = json!({ "files": [{ "uri": it.project.uri(TICKET) }] });
    let edit = it
        .client
        .request("workspace/willDeleteFiles", gone.clone())
        .await;
    editor::apply(&it.project, &edit, "utf-16");
    let notes = it.project.read(".docs/notes.md");
    assert!(notes.contains("\nparse 😀 T-7k3f [here]"), "{notes}");
    let nothing = json!({ "files": [{ "uri": it.project.uri("a.rs") }] });
    let edit = it
        .client
        .request("workspace/willDeleteFiles", nothing)
        .await;
    assert_eq!(edit, Value::Null);
    it.client.notify("workspace/didDeleteFiles", gone).await;
    it.client.finish().await;
}

#[tokio::test]
async fn a_renamed_file_is_found_under_its_new_name() {
    // Without a watcher of the editor's, and whatever docket's own is able to see.
    let mut it = Session::of(PROJECT, full()).await;
    it.open(".docs/notes.md").await;
    it.settle().await;
    let new = ".docs/tickets/T-7k3f-other.md";
    let root = it.project.root();
    std::fs::rename(root.join(TICKET), root.join(new)).unwrap();
    let files = json!([{ "oldUri": it.project.uri(TICKET), "newUri": it.project.uri(new) }]);
    it.client
        .notify("workspace/didRenameFiles", json!({ "files": files }))
        .await;
    loop {
        let places = it
            .at("textDocument/definition", ".docs/notes.md", 2, 40)
            .await;
        if places[0]["uri"] == it.project.uri(new) {
            break;
        }
        // Told that something is different, or the deadline says what came instead.
        it.client.expect("workspace/diagnostic/refresh").await;
    }
    it.client.finish().await;
}
