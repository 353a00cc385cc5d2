//! Semantic tokens and formatting over the wire.

use serde_json::{Value, json};

use super::language::{Session, full_but};
use crate::support::client::full;
use crate::support::editor;

const PROJECT: &str = "\
//- /a.rs
// TODO(T-7k3f): one
//- /.docs/tickets/T-7k3f-parse.md
---
title: Parse
id: T-7k3f
status: done
labels:   [😀, lsp]
---
😀 T-9x2m and T-7k3f  

- [x] One


//- /.docs/tickets/T-9x2m-scan.md
---
id: T-9x2m
title: Scan
---
//- /.docs/notes.md
# Notes  


T-9x2m
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

/// Each token as its text, type and modifiers, by the legend that was offered.
fn read(tokens: &Value, offered: &Value, text: &str, encoding: &str) -> Vec<String> {
    let legend = &offered["semanticTokensProvider"]["legend"];
    let numbers: Vec<u64> = tokens
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_u64().unwrap())
        .collect();
    let (mut line, mut column) = (0, 0);
    let mut out = Vec::new();
    for it in numbers.chunks(5) {
        line += it[0];
        column = if it[0] == 0 { column + it[1] } else { it[1] };
        let at = |column: u64| {
            editor::offset(
                &json!({ "line": line, "character": column }),
                text,
                encoding,
            )
        };
        let word = &text[at(column)..at(column + it[2])];
        let kind = legend["tokenTypes"][it[3] as usize].as_str().unwrap();
        let mut said = format!("{word} {kind}");
        for (bit, name) in legend["tokenModifiers"]
            .as_array()
            .unwrap()
            .iter()
            .enumerate()
        {
            if it[4] & (1 << bit) != 0 {
                said.push_str(&format!(" {}", name.as_str().unwrap()));
            }
        }
        out.push(said);
    }
    out
}

const ALL: [&str; 7] = [
    "T-7k3f class declaration deprecated",
    "done enumMember deprecated",
    "😀 decorator",
    "lsp decorator",
    "T-9x2m class",
    "T-7k3f class deprecated",
    "[x] operator deprecated",
];

#[tokio::test]
async fn words_of_a_ticket_have_tokens_in_every_encoding() {
    for encoding in ["utf-8", "utf-16", "utf-32"] {
        let general = json!({ "positionEncodings": [encoding] });
        let mut it = session(full_but(&[("/general", general)])).await;
        let tokens = it.of_file("textDocument/semanticTokens/full", TICKET).await;
        let text = it.project.read(TICKET);
        assert_eq!(
            read(&tokens["data"], &it.offered, &text, encoding),
            ALL,
            "{encoding}"
        );
        let range =
            json!({ "start": { "line": 6, "character": 0 }, "end": { "line": 7, "character": 0 } });
        let params = json!({ "textDocument": { "uri": it.project.uri(TICKET) }, "range": range });
        let some = it
            .client
            .request("textDocument/semanticTokens/range", params)
            .await;
        assert_eq!(
            read(&some["data"], &it.offered, &text, encoding),
            ALL[4..6],
            "{encoding}"
        );
        it.client.finish().await;
    }
}

#[tokio::test]
async fn what_changed_since_is_an_edit_of_the_numbers() {
    let mut it = session(full()).await;
    let first = it.of_file("textDocument/semanticTokens/full", TICKET).await;
    let since = |id: &Value, it: &Session| json!({ "textDocument": { "uri": it.project.uri(TICKET) }, "previousResultId": id });
    let method = "textDocument/semanticTokens/full/delta";
    let nothing = it
        .client
        .request(method, since(&first["resultId"], &it))
        .await;
    assert_eq!(nothing["edits"], json!([]));
    assert_eq!(nothing["resultId"], first["resultId"]);
    // A ticket elsewhere is closed: only its own token is another.
    let set = json!({ "command": "docket.setStatus", "arguments": [{ "ticket": "T-9x2m", "status": "done" }] });
    it.client.request("workspace/executeCommand", set).await;
    let edit = it
        .client
        .request(method, since(&first["resultId"], &it))
        .await;
    let change = &edit["edits"][0];
    assert_eq!(
        (&change["start"], &change["deleteCount"]),
        (&json!(20), &json!(5)),
        "{edit:#}"
    );
    let mut numbers = first["data"].as_array().unwrap().clone();
    numbers.splice(20..25, change["data"].as_array().unwrap().iter().cloned());
    let text = it.project.read(TICKET);
    let all = read(&json!(numbers), &it.offered, &text, "utf-16");
    assert_eq!(all[4], "T-9x2m class deprecated");
    // What nobody remembers is answered whole.
    let whole = it
        .client
        .request(method, since(&json!("forgotten"), &it))
        .await;
    assert_eq!(whole["data"], json!(numbers));
    it.client.finish().await;
}

#[tokio::test]
async fn types_that_a_client_lacks_are_in_no_legend() {
    let tokens = json!({ "requests": { "full": true }, "formats": ["relative"],
        "tokenTypes": ["type", "macro"], "tokenModifiers": ["deprecated"] });
    let mut it = session(json!({ "textDocument": { "semanticTokens": tokens } })).await;
    let provider = &it.offered["semanticTokensProvider"];
    assert_eq!(provider["legend"]["tokenTypes"], json!(["type", "macro"]));
    assert_eq!(
        (&provider["full"], &provider["range"]),
        (&json!(true), &Value::Null)
    );
    let tokens = it.of_file("textDocument/semanticTokens/full", TICKET).await;
    let text = it.project.read(TICKET);
    assert_eq!(
        read(&tokens["data"], &it.offered, &text, "utf-16"),
        [
            "T-7k3f type deprecated",
            "😀 macro",
            "lsp macro",
            "T-9x2m type",
            "T-7k3f type deprecated"
        ]
    );
    it.client.finish().await;
}

#[tokio::test]
async fn a_ticket_is_formatted_and_nothing_else() {
    let mut it = session(full()).await;
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let format = |path: &str, it: &Session| json!({ "textDocument": { "uri": it.project.uri(path) }, "options": options });
    let edits = it
        .client
        .request("textDocument/formatting", format(TICKET, &it))
        .await;
    let change = json!({ "changes": { it.project.uri(TICKET): edits } });
    editor::apply(&it.project, &change, "utf-16");
    let text = it.project.read(TICKET);
    assert_eq!(
        text,
        "---\nid: T-7k3f\ntitle: Parse\nstatus: done\nlabels: [😀, lsp]\n---\n\n😀 T-9x2m and T-7k3f\n\n- [x] One\n"
    );
    it.client
        .edit(&it.project.uri(TICKET), 2, None, &text)
        .await;
    let again = it
        .client
        .request("textDocument/formatting", format(TICKET, &it))
        .await;
    assert_eq!(again, json!([]));
    for path in ["a.rs", ".docs/notes.md"] {
        let edits = it
            .client
            .request("textDocument/formatting", format(path, &it))
            .await;
        assert_eq!(edits, Value::Null, "{path}");
    }
    assert!(it.offered.get("documentRangeFormattingProvider").is_none());
    it.client.finish().await;
}

#[tokio::test]
async fn source_has_no_tokens_of_ours_and_a_plain_client_is_offered_none() {
    let mut it = session(full()).await;
    assert_eq!(
        it.of_file("textDocument/semanticTokens/full", "a.rs").await,
        Value::Null
    );
    it.client.finish().await;
    let mut it = session(json!({})).await;
    for provider in [
        "semanticTokensProvider",
        "documentFormattingProvider",
        "codeLensProvider",
    ] {
        assert!(it.offered.get(provider).is_none(), "{provider}");
    }
    // Without a legend there is nothing that a number could mean.
    let tokens = it.of_file("textDocument/semanticTokens/full", TICKET).await;
    assert_eq!(tokens["data"], json!([]));
    it.client.finish().await;
}
