//! Tickets and pages as a language over the wire, for clients that can more or less.

use serde_json::{Value, json};

use crate::support::client::{Client, env, full};
use crate::support::editor::offset;
use crate::support::project::Project;

const PROJECT: &str = "\
//- /a.rs
// 😀 TODO(T-7k3f): one
// TODO(T-7k3f, @ana): two
//- /.docs/tickets/T-7k3f-parse.md
---
id: T-7k3f
title: Parse 😀 bodies
status: done
depends-on: [T-9x2m]
labels: [lsp]
---

😀 See [[T-9x2m]] and [notes](../notes.md#-more).

## Acceptance criteria

- [x] 😀 One
- [ ] Two

## Notes
//- /.docs/tickets/T-9x2m-scan.md
---
id: T-9x2m
title: Scan
---
//- /.docs/notes.md
# Notes

## 😀 More
";

const TICKET: &str = ".docs/tickets/T-7k3f-parse.md";

pub struct Session {
    pub project: Project,
    pub client: Client,
    pub offered: Value,
}

impl Session {
    pub async fn of(fixture: &str, capabilities: Value) -> Self {
        let project = Project::new(fixture);
        let mut client = Client::start(env(&project.root()));
        let offered = client.initialize(capabilities, &project.uri("")).await;
        client.ignored.push("textDocument/publishDiagnostics");
        Self {
            project,
            client,
            offered: offered["capabilities"].clone(),
        }
    }

    pub async fn new(capabilities: Value) -> Self {
        let mut it = Self::of(PROJECT, capabilities).await;
        for path in ["a.rs", TICKET, ".docs/notes.md"] {
            it.open(path).await;
        }
        it.settle().await;
        it
    }

    pub async fn open(&mut self, path: &str) {
        let language = if path.ends_with(".rs") {
            "rust"
        } else {
            "markdown"
        };
        let text = self.project.read(path);
        self.client
            .open(&self.project.uri(path), language, &text)
            .await;
    }

    /// Waits until all is read.
    pub async fn settle(&mut self) {
        let status = json!({ "command": "docket.status", "arguments": [] });
        self.client
            .request("workspace/executeCommand", status)
            .await;
    }

    pub async fn of_file(&mut self, method: &str, path: &str) -> Value {
        let params = json!({ "textDocument": { "uri": self.project.uri(path) } });
        self.client.request(method, params).await
    }

    pub async fn at(&mut self, method: &str, path: &str, line: u32, character: u32) -> Value {
        let params = json!({ "textDocument": { "uri": self.project.uri(path) },
            "position": { "line": line, "character": character } });
        self.client.request(method, params).await
    }
}

/// The capabilities of a full client with some values put in at JSON pointers.
pub fn full_but(changes: &[(&str, Value)]) -> Value {
    let mut capabilities = full();
    for (pointer, value) in changes {
        let (around, name) = pointer.rsplit_once('/').unwrap();
        capabilities.pointer_mut(around).unwrap()[name] = value.clone();
    }
    capabilities
}

fn names(symbols: &Value) -> Vec<String> {
    let list = symbols.as_array().unwrap_or_else(|| panic!("{symbols:#}"));
    list.iter()
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn an_outline_is_a_tree_where_the_client_shows_trees() {
    let mut it = Session::new(full()).await;
    let tree = it.of_file("textDocument/documentSymbol", TICKET).await;
    assert_eq!(names(&tree), ["T-7k3f Parse 😀 bodies"]);
    assert_eq!(
        (&tree[0]["detail"], &tree[0]["tags"]),
        (&json!("done"), &json!([1]))
    );
    assert_eq!(
        names(&tree[0]["children"]),
        ["Acceptance criteria", "Notes"]
    );
    assert_eq!(
        names(&tree[0]["children"][0]["children"]),
        ["😀 One", "Two"]
    );
    it.client.finish().await;
}

#[tokio::test]
async fn an_outline_is_a_list_where_the_client_shows_lists() {
    let plain = json!({ "textDocument": { "documentSymbol": {} } });
    let mut it = Session::new(plain).await;
    let list = it.of_file("textDocument/documentSymbol", TICKET).await;
    assert_eq!(
        names(&list),
        [
            "T-7k3f Parse 😀 bodies",
            "Acceptance criteria",
            "😀 One",
            "Two",
            "Notes"
        ]
    );
    assert_eq!(list[2]["containerName"], "Acceptance criteria");
    assert_eq!(
        list[2]["location"]["range"]["start"],
        json!({ "line": 12, "character": 2 })
    );
    assert!(list[0].get("tags").is_none());
    it.client.finish().await;
}

#[tokio::test]
async fn symbols_of_the_project_are_resolved_when_chosen() {
    let mut it = Session::new(full()).await;
    let found = it
        .client
        .request("workspace/symbol", json!({ "query": "parse" }))
        .await;
    assert_eq!(names(&found), ["T-7k3f Parse 😀 bodies"]);
    assert!(found[0]["location"].get("range").is_none(), "{found:#}");
    assert_eq!(found[0]["tags"], json!([1]));
    // What was edited meanwhile moves the place.
    let uri = it.project.uri(TICKET);
    it.client
        .edit(&uri, 2, Some([1, 0, 1, 0]), "# more\n")
        .await;
    let resolved = it
        .client
        .request("workspaceSymbol/resolve", found[0].clone())
        .await;
    assert_eq!(
        resolved["location"]["range"]["start"],
        json!({ "line": 3, "character": 7 })
    );
    it.client.finish().await;
}

#[tokio::test]
async fn symbols_of_the_project_come_whole_where_nothing_is_resolved() {
    let mut it = Session::new(json!({ "workspace": { "symbol": {} } })).await;
    assert_eq!(
        it.offered["workspaceSymbolProvider"]["resolveProvider"],
        false
    );
    let found = it
        .client
        .request("workspace/symbol", json!({ "query": "@ana" }))
        .await;
    assert_eq!(names(&found), ["TODO two"]);
    assert_eq!(
        found[0]["location"]["range"]["start"],
        json!({ "line": 1, "character": 3 })
    );
    let found = it
        .client
        .request("workspace/symbol", json!({ "query": "status:done #lsp" }))
        .await;
    assert_eq!(names(&found), ["T-7k3f Parse 😀 bodies"]);
    assert!(found[0].get("tags").is_none() && found[0].get("data").is_none());
    it.client.finish().await;
}

#[tokio::test]
async fn folds_are_as_fine_and_as_many_as_the_client_takes() {
    let mut it = Session::new(full()).await;
    let lines = it.of_file("textDocument/foldingRange", TICKET).await;
    assert_eq!(
        lines[0],
        json!({ "startLine": 0, "endLine": 6, "kind": "region", "collapsedText": "T-7k3f \"Parse 😀 bodies\"" })
    );
    let n = lines.as_array().unwrap().len();
    it.client.finish().await;

    let folding = json!({ "rangeLimit": 1 });
    let mut it = Session::new(json!({ "textDocument": { "foldingRange": folding } })).await;
    let fine = it.of_file("textDocument/foldingRange", TICKET).await;
    assert!(n > 1);
    assert_eq!(
        fine,
        json!([{ "startLine": 0, "endLine": 6, "endCharacter": 3, "kind": "region" }])
    );
    it.client.finish().await;
}

#[tokio::test]
async fn links_lead_to_lines_and_say_what_is_there_where_they_can() {
    let mut it = Session::new(full()).await;
    let links = it.of_file("textDocument/documentLink", TICKET).await;
    let notes = format!("{}#L3", it.project.uri(".docs/notes.md"));
    let targets: Vec<_> = links
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["target"])
        .collect();
    let scan = json!(it.project.uri(".docs/tickets/T-9x2m-scan.md"));
    assert_eq!(targets, [&scan, &scan, &json!(notes)]);
    assert_eq!(links[0]["tooltip"], "T-9x2m \"Scan\" · backlog");
    it.client.finish().await;

    let mut it = Session::new(json!({ "textDocument": { "documentLink": {} } })).await;
    let links = it.of_file("textDocument/documentLink", TICKET).await;
    assert!(links[0].get("tooltip").is_none(), "{links:#}");
    it.client.finish().await;
}

#[tokio::test]
async fn an_issue_links_to_the_repository_that_git_names() {
    let it = Session::of("//- /.docs/a.md\nSee #12.\n", full()).await;
    it.project.write(
        ".git/config",
        "[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = git@github.com:acme/app.git\n",
    );
    it.project.write(".git/HEAD", "ref: refs/heads/main\n");
    std::fs::create_dir_all(it.project.root().join(".git/objects")).unwrap();
    std::fs::create_dir_all(it.project.root().join(".git/refs")).unwrap();
    it.client.finish().await;

    let mut client = Client::start(env(&it.project.root()));
    client.initialize(full(), &it.project.uri("")).await;
    let uri = it.project.uri(".docs/a.md");
    client.open(&uri, "markdown", "See #12.\n").await;
    let params = json!({ "textDocument": { "uri": uri } });
    let links = client.request("textDocument/documentLink", params).await;
    assert_eq!(
        links[0]["target"], "https://github.com/acme/app/issues/12",
        "{links:#}"
    );
    client.finish().await;
}

#[tokio::test]
async fn a_ticket_leads_to_its_todos_and_to_what_it_waits_for() {
    let mut it = Session::new(full()).await;
    let todos = it.at("textDocument/implementation", TICKET, 1, 6).await;
    let lines: Vec<_> = todos
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["range"]["start"]["line"])
        .collect();
    assert_eq!(lines, [0, 1]);
    let items = it
        .at("textDocument/prepareCallHierarchy", TICKET, 2, 9)
        .await;
    assert_eq!(items[0]["name"], "T-7k3f \"Parse 😀 bodies\"");
    assert_eq!(
        (&items[0]["detail"], &items[0]["tags"]),
        (&json!("done"), &json!([1]))
    );
    let calls = it
        .client
        .request("callHierarchy/outgoingCalls", json!({ "item": items[0] }))
        .await;
    assert_eq!(calls[0]["to"]["name"], "T-9x2m \"Scan\"", "{calls:#}");
    assert_eq!(
        calls[0]["fromRanges"][0]["start"],
        json!({ "line": 4, "character": 13 })
    );
    let back = json!({ "item": calls[0]["to"] });
    let calls = it.client.request("callHierarchy/incomingCalls", back).await;
    assert_eq!(calls[0]["from"]["uri"], it.project.uri(TICKET));
    assert_eq!(
        calls[0]["fromRanges"][0]["start"],
        json!({ "line": 4, "character": 13 })
    );
    it.client.finish().await;
}

/// Requests that mean something in a page or ticket alone.
const DOCS_ONLY: [&str; 3] = [
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/prepareCallHierarchy",
];

#[tokio::test]
async fn in_source_docket_is_a_guest() {
    let mut it = Session::new(full()).await;
    for method in DOCS_ONLY {
        assert_eq!(it.at(method, "a.rs", 0, 9).await, Value::Null, "{method}");
    }
    let at = json!([{ "line": 0, "character": 9 }]);
    let params = json!({ "textDocument": { "uri": it.project.uri("a.rs") }, "positions": at });
    assert_eq!(
        it.client
            .request("textDocument/selectionRange", params)
            .await,
        Value::Null
    );
    it.client.finish().await;
}

#[tokio::test]
async fn a_client_that_names_nothing_is_offered_nothing_and_answered_all_the_same() {
    let mut it = Session::new(json!({})).await;
    for provider in [
        "documentLinkProvider",
        "documentSymbolProvider",
        "workspaceSymbolProvider",
        "foldingRangeProvider",
        "selectionRangeProvider",
        "implementationProvider",
        "callHierarchyProvider",
    ] {
        assert!(it.offered.get(provider).is_none(), "{provider}");
    }
    let list = it.of_file("textDocument/documentSymbol", TICKET).await;
    assert_eq!(names(&list).len(), 5);
    let links = it.of_file("textDocument/documentLink", TICKET).await;
    assert_eq!(links.as_array().unwrap().len(), 3);
    it.client.finish().await;
}

/// Every range in an answer, as the text that it covers in its file: the one of the `uri` beside it,
/// else the one that was asked of.
fn covered(answer: &Value, path: &str, it: &Session, encoding: &str, out: &mut Vec<String>) {
    match answer {
        Value::Array(items) => items
            .iter()
            .for_each(|item| covered(item, path, it, encoding, out)),
        Value::Object(fields) => {
            if let (Some(start), Some(end)) = (fields.get("start"), fields.get("end"))
                && start.get("line").is_some()
            {
                let text = it.project.read(path);
                let (start, end) = (offset(start, &text, encoding), offset(end, &text, encoding));
                out.push(text[start..end].to_owned());
                return;
            }
            let uri = fields.get("uri").and_then(Value::as_str);
            let root = it.project.uri("");
            let named = uri.and_then(|it| Some(it.strip_prefix(&root)?.trim_start_matches('/')));
            let path = named.unwrap_or(path);
            fields
                .values()
                .for_each(|value| covered(value, path, it, encoding, out));
        }
        _ => {}
    }
}

#[tokio::test]
async fn clients_of_every_encoding_are_told_the_same_places() {
    let mut told = Vec::new();
    for encoding in ["utf-8", "utf-16", "utf-32"] {
        let general = json!({ "positionEncodings": [encoding] });
        let mut it = Session::new(full_but(&[("/general", general)])).await;
        let mut out = Vec::new();
        let mut answers = Vec::new();
        for method in [
            "textDocument/documentSymbol",
            "textDocument/documentLink",
            "textDocument/codeLens",
        ] {
            answers.push(it.of_file(method, TICKET).await);
        }
        for method in [
            "textDocument/implementation",
            "textDocument/prepareCallHierarchy",
            "textDocument/prepareRename",
        ] {
            answers.push(it.at(method, TICKET, 1, 6).await);
        }
        let found = it
            .client
            .request("workspace/symbol", json!({ "query": "one" }))
            .await;
        for symbol in found.as_array().unwrap() {
            let symbol = it
                .client
                .request("workspaceSymbol/resolve", symbol.clone())
                .await;
            answers.push(symbol["location"].clone());
        }
        // In the middle of `notes`, behind an astral character.
        let column = match encoding {
            "utf-8" => 4,
            "utf-16" => 2,
            _ => 1,
        } + 25;
        let at = json!([{ "line": 8, "character": column }]);
        let params = json!({ "textDocument": { "uri": it.project.uri(TICKET) }, "positions": at });
        answers.push(
            it.client
                .request("textDocument/selectionRange", params)
                .await,
        );
        for answer in &answers {
            covered(answer, TICKET, &it, encoding, &mut out);
        }
        for word in [
            "notes",
            "TODO(T-7k3f): one",
            "Parse 😀 bodies",
            "[x] 😀 One",
        ] {
            assert!(out.iter().any(|it| it == word), "{word} in {out:#?}");
        }
        told.push(out);
        it.client.finish().await;
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
}
