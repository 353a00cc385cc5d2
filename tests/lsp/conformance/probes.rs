//! What a client sees of a capability that it has or lacks, in a word.

use serde_json::{Value, json};

use crate::lsp::language::Session;

pub const PROJECT: &str = "\
//- /.git/HEAD
ref: refs/heads/main
//- /a.rs
// TODO(T-7k3f): stale
// TODO: one
// TODO(T-9x2m, @ana): two
//- /.docs/tickets/T-7k3f-parse.md
---
id: T-7k3f
title: Parse bodies
status: done
depends-on: [T-9x2m]
labels: [lsp]
---

See [[T-9x2m]] and [notes](../notes.md).

## Acceptance criteria

- [x] One
- [ ] Two

## Notes

```
code
```
//- /.docs/tickets/T-9x2m-scan.md
---
id: T-9x2m
title: Scan
assignees: [ana]
---
//- /.docs/tickets/T-dddd-first.md
---
id: T-dddd
title: First
---
//- /.docs/tickets/T-dddd-second.md
---
id: T-dddd
title: Second
---
//- /.docs/notes.md
# Notes

T-dddd and T-7k3f.
";

pub const TICKET: &str = ".docs/tickets/T-7k3f-parse.md";
const OTHER: &str = ".docs/tickets/T-9x2m-scan.md";
const TWICE: &str = ".docs/tickets/T-dddd-first.md";
const SOURCE: &str = "a.rs";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Has the capability: what it brings is waited for.
    Has,
    /// Lacks it, or has nothing: what would have come by now is looked for.
    Lacks,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    Encoding,
    /// A JSON pointer into what the server declares.
    Offered(&'static str),
    Findings,
    /// A key of a finding.
    Says(&'static str),
    Versioned,
    /// The request by which the client is told to ask again.
    Refreshes(&'static str),
    /// A request that the server makes on its own.
    Asks(&'static str),
    Registers(&'static str),
    Shows,
    Applies,
    Hover,
    Action,
    Preferred,
    ActionNotes,
    RenameEdit,
    RenamedFile,
    RenameNotes,
    Documented,
    DocumentedIn,
    Detailed,
    Kinds,
    Board,
    Outline,
    /// A request whose answer has symbols.
    Struck(&'static str),
    Tooltip,
    Search,
    Folded,
    FoldedAt,
    FoldedAs,
}

/// A session with everything open and read.
pub async fn session(capabilities: Value) -> Session {
    let mut it = Session::of(PROJECT, capabilities).await;
    for path in [SOURCE, TICKET, OTHER, TWICE] {
        it.open(path).await;
    }
    it.settle().await;
    it
}

pub fn uri_of(it: &Session, path: &str) -> String {
    it.project.uri(path)
}

fn word(is: bool, yes: &'static str, no: &'static str) -> String {
    if is { yes } else { no }.to_owned()
}

pub async fn observe(it: &mut Session, probe: Probe, who: Who) -> String {
    match probe {
        Probe::Encoding => text(&it.offered["positionEncoding"]),
        Probe::Offered(pointer) => {
            let offered = it.offered.pointer(pointer);
            let is = offered.is_some_and(|it| !it.is_null() && *it != json!(false));
            word(is, "offered", "not offered")
        }
        Probe::Findings => {
            let pulls = it.offered.get("diagnosticProvider").is_some();
            findings(it).await;
            word(pulls, "pulled", "told")
        }
        Probe::Says(key) => {
            let found = findings(it).await;
            let items = found["diagnostics"].as_array().unwrap();
            word(
                items.iter().any(|it| it.get(key).is_some()),
                "said",
                "unsaid",
            )
        }
        Probe::Versioned => findings(it).await["version"].to_string(),
        Probe::Refreshes(method) => {
            two_rounds(it).await;
            word(came(it, method, who).await, "asked again", "not asked")
        }
        Probe::Asks(method) => word(came(it, method, who).await, "asked", "not asked"),
        Probe::Registers(method) => {
            let any = came(it, "client/registerCapability", who).await;
            let asked = it.client.seen("client/registerCapability");
            let registered = asked
                .iter()
                .flat_map(|it| it["registrations"].as_array().unwrap());
            let is = any && registered.into_iter().any(|it| it["method"] == method);
            word(is, "registered", "not registered")
        }
        Probe::Shows => {
            let answer = command(it, "docket.showCriteria", json!({ "ticket": "T-7k3f" })).await;
            assert_eq!(answer.unwrap()["locations"].as_array().unwrap().len(), 2);
            word(
                came(it, "window/showDocument", who).await,
                "shown",
                "answered",
            )
        }
        Probe::Applies => {
            let set = json!({ "ticket": "T-9x2m", "status": "done" });
            let answer = command(it, "docket.setStatus", set).await;
            word(answer.is_ok(), "edited", "refused")
        }
        Probe::Hover => {
            let hover = it.at("textDocument/hover", SOURCE, 0, 10).await;
            text(&hover["contents"]["kind"])
        }
        Probe::Action => shape(&action(it, SOURCE, 1, "Create").await),
        Probe::Preferred => {
            let actions = actions(it, SOURCE, 1).await;
            let is = actions.iter().any(|it| it["isPreferred"] == true);
            word(is, "preferred", "equal")
        }
        Probe::ActionNotes => {
            let renumber = action(it, TWICE, 1, "Renumber").await;
            let resolved = match shape(&renumber).as_str() {
                "lazy" => it.client.request("codeAction/resolve", renumber).await,
                _ => renumber,
            };
            notes(&resolved["edit"])
        }
        Probe::RenameEdit => {
            let edit = renamed(it).await;
            let operations = edit.get("documentChanges").is_some();
            assert_ne!(operations, edit.get("changes").is_some(), "{edit:#}");
            word(operations, "documentChanges", "changes")
        }
        Probe::RenamedFile => {
            let edit = renamed(it).await;
            let operations = edit["documentChanges"].as_array();
            let mut operations = operations.into_iter().flatten();
            word(
                operations.any(|it| it["kind"] == "rename"),
                "renamed",
                "stays",
            )
        }
        Probe::RenameNotes => notes(&renamed(it).await),
        Probe::Documented => {
            let item = completed(it).await;
            word(item.get("documentation").is_none(), "on demand", "at once")
        }
        Probe::DocumentedIn => {
            let mut item = completed(it).await;
            if item.get("documentation").is_none() {
                item = it.client.request("completionItem/resolve", item).await;
            }
            text(&item["documentation"]["kind"])
        }
        Probe::Detailed => {
            let item = completed(it).await;
            let beside = item.get("labelDetails").is_some();
            assert_ne!(beside, item.get("detail").is_some(), "{item:#}");
            word(beside, "beside the label", "detail")
        }
        Probe::Kinds => {
            let value = it.at("textDocument/completion", TICKET, 3, 8).await;
            let uri = it.project.uri(SOURCE);
            it.client.edit(&uri, 2, None, "// TODO(@a\n").await;
            let user = it.at("textDocument/completion", SOURCE, 0, 10).await;
            format!("{} {}", value["items"][0]["kind"], user["items"][0]["kind"])
        }
        Probe::Board => {
            let board = command(it, "docket.board", json!({})).await.unwrap();
            let uri = text(&board["uri"]);
            uri.split(':').next().unwrap().to_owned()
        }
        Probe::Outline => {
            let symbols = it.of_file("textDocument/documentSymbol", TICKET).await;
            let is_tree = symbols[0].get("children").is_some();
            assert_ne!(is_tree, symbols[0].get("location").is_some());
            word(is_tree, "tree", "list")
        }
        Probe::Struck(method) => {
            let symbols = match method {
                "workspace/symbol" => it.client.request(method, json!({ "query": "parse" })).await,
                "textDocument/documentSymbol" => it.of_file(method, TICKET).await,
                _ => it.at(method, TICKET, 1, 6).await,
            };
            assert!(symbols[0]["name"].is_string(), "{symbols:#}");
            word(symbols[0]["tags"] == json!([1]), "struck out", "plain")
        }
        Probe::Tooltip => {
            let links = it.of_file("textDocument/documentLink", TICKET).await;
            assert!(links[0]["target"].is_string(), "{links:#}");
            word(links[0].get("tooltip").is_some(), "said", "unsaid")
        }
        Probe::Search => {
            let found = it
                .client
                .request("workspace/symbol", json!({ "query": "parse" }))
                .await;
            let place = &found[0]["location"];
            assert!(place["uri"].is_string(), "{found:#}");
            word(place.get("range").is_none(), "on demand", "at once")
        }
        Probe::Folded => {
            let n = folds(it).await.len();
            assert!(n >= 2);
            word(n == 2, "two", "all")
        }
        Probe::FoldedAt => {
            let columns = folds(it)
                .await
                .iter()
                .any(|it| it.get("endCharacter").is_some());
            word(columns, "columns", "lines")
        }
        Probe::FoldedAs => {
            let said = folds(it)
                .await
                .iter()
                .any(|it| it.get("collapsedText").is_some());
            word(said, "said", "unsaid")
        }
    }
}

fn text(value: &Value) -> String {
    let text = value.as_str();
    text.unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

/// Whether a message of that method came: waited for where it should, looked for where it should not.
async fn came(it: &mut Session, method: &'static str, who: Who) -> bool {
    it.client.ignored.push(method);
    if who == Who::Has {
        it.client.peek(method).await;
        return true;
    }
    it.settle().await;
    !it.client.seen(method).is_empty()
}

/// Findings of the source file, and for which version: pulled or waited for, as the server offers it.
async fn findings(it: &mut Session) -> Value {
    if it.offered.get("diagnosticProvider").is_some() {
        let report = it.of_file("textDocument/diagnostic", SOURCE).await;
        return json!({ "diagnostics": report["items"] });
    }
    let uri = json!(it.project.uri(SOURCE));
    let what = "findings of the source";
    let fits = |it: &Value| {
        it["method"] == "textDocument/publishDiagnostics" && it["params"]["uri"] == uri
    };
    it.client.wait(what, fits).await["params"].take()
}

/// Has the file change until the client has been told twice, so that all that comes of the first
/// time has come.
async fn two_rounds(it: &mut Session) {
    let uri = it.project.uri(SOURCE);
    let told = match it.offered.get("diagnosticProvider") {
        Some(_) => "workspace/diagnostic/refresh",
        None => "textDocument/publishDiagnostics",
    };
    for version in 2..4 {
        let text = "// TODO: more\n".repeat(version as usize);
        it.client.edit(&uri, version, None, &text).await;
        it.client.expect(told).await;
    }
}

async fn command(it: &mut Session, name: &str, argument: Value) -> Result<Value, Value> {
    let params = json!({ "command": name, "arguments": [argument] });
    it.client.ignored.push("workspace/applyEdit");
    it.client
        .try_request("workspace/executeCommand", params)
        .await
}

async fn actions(it: &mut Session, path: &str, line: u32) -> Vec<Value> {
    let at = json!({ "line": line, "character": 5 });
    let params = json!({ "textDocument": { "uri": it.project.uri(path) },
        "range": { "start": at, "end": at }, "context": { "diagnostics": [] } });
    let actions = it.client.request("textDocument/codeAction", params).await;
    actions.as_array().unwrap().clone()
}

async fn action(it: &mut Session, path: &str, line: u32, title: &str) -> Value {
    let actions = actions(it, path, line).await;
    let found = actions.iter().find(|it| {
        let own = it["title"].as_str().unwrap().to_lowercase();
        own.contains(&title.to_lowercase())
    });
    found
        .unwrap_or_else(|| panic!("no {title} in {actions:#?}"))
        .clone()
}

/// In which form an action comes.
fn shape(action: &Value) -> String {
    let has = |key: &str| action.get(key).is_some();
    match () {
        () if action["command"].is_string() => "command",
        () if has("edit") => "edit",
        () if has("data") => "lazy",
        () if has("command") => "command inside",
        () => panic!("{action:#}"),
    }
    .to_owned()
}

fn notes(edit: &Value) -> String {
    word(edit.get("changeAnnotations").is_some(), "annotated", "bare")
}

async fn renamed(it: &mut Session) -> Value {
    let params = json!({ "textDocument": { "uri": it.project.uri(TICKET) },
        "position": { "line": 1, "character": 6 }, "newName": "T-9999" });
    it.client.ignored.push("window/showMessage");
    it.client.request("textDocument/rename", params).await
}

async fn completed(it: &mut Session) -> Value {
    let uri = it.project.uri(SOURCE);
    it.client.edit(&uri, 2, None, "// TODO(par\n").await;
    let list = it.at("textDocument/completion", SOURCE, 0, 11).await;
    list["items"][0].clone()
}

async fn folds(it: &mut Session) -> Vec<Value> {
    let folds = it.of_file("textDocument/foldingRange", TICKET).await;
    folds.as_array().unwrap().clone()
}
