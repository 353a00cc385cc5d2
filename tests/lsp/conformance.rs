//! The matrix of `.docs/dev/lsp.md` against the running server: each capability that it names with a
//! client that has it, with one that lacks it, and with one that has nothing at all.

mod cases;
mod matrix;
mod probes;

use std::collections::BTreeSet;

use expect_test::expect;
use serde_json::{Value, json};

use self::cases::{CASES, Case, ELSEWHERE};
use self::matrix::{Row, rows};
use self::probes::{PROJECT, TICKET, Who, observe, session, uri_of};
use super::language::full_but;
use crate::support::client::{Client, env};
use crate::support::project::Project;

/// A client that has everything that docket asks about.
pub(super) fn everything() -> Value {
    let kinds: Vec<_> = (1..=25).collect();
    let mut all = full_but(&[
        ("/general/positionEncodings", json!(["utf-8", "utf-16"])),
        ("/workspace/textDocumentContent", json!({})),
        ("/workspace/inlayHint", json!({ "refreshSupport": true })),
        ("/workspace/codeLens", json!({ "refreshSupport": true })),
        (
            "/workspace/semanticTokens",
            json!({ "refreshSupport": true }),
        ),
        (
            "/workspace/didChangeConfiguration",
            json!({ "dynamicRegistration": true }),
        ),
        (
            "/textDocument/publishDiagnostics",
            json!({ "versionSupport": true }),
        ),
        ("/textDocument/foldingRange/rangeLimit", json!(2)),
        (
            "/textDocument/completion/completionItemKind",
            json!({ "valueSet": kinds }),
        ),
    ]);
    all["textDocument"]["completion"]["completionItem"]["documentationFormat"] =
        json!(["markdown", "plaintext"]);
    all
}

/// The same, which does not pull and so is told.
pub(super) fn told() -> Value {
    let shown = json!({ "versionSupport": true, "relatedInformation": true, "tagSupport": { "valueSet": [1] },
        "codeDescriptionSupport": true, "dataSupport": true });
    let mut all = everything();
    let document = all["textDocument"].as_object_mut().unwrap();
    document.remove("diagnostic");
    document.insert("publishDiagnostics".to_owned(), shown);
    all
}

/// The capabilities without the one of that name, `workspace.symbol.tagSupport`.
fn without(mut all: Value, name: &str) -> Value {
    let (around, last) = name.rsplit_once('.').unwrap();
    let pointer = format!("/{}", around.replace('.', "/"));
    let around = all.pointer_mut(&pointer);
    let around = around.unwrap_or_else(|| panic!("no client has {pointer}"));
    let around = around.as_object_mut().unwrap();
    match around.get_mut(last) {
        None => panic!("no client has {name}"),
        // Of some the specification wants a list, be it an empty one.
        Some(Value::Array(list)) => list.clear(),
        Some(_) => drop(around.remove(last)),
    }
    all
}

/// Each case of a part of the capabilities, with three clients.
async fn check(part: &str) {
    let mut wrong = String::new();
    let cases: Vec<&Case> = CASES
        .iter()
        .filter(|it| it.name.starts_with(part))
        .collect();
    assert!(!cases.is_empty(), "{part}");
    for case in cases {
        for (is, who, capabilities, expected) in [
            (Who::Has, "has it", (case.of)(), case.with),
            (
                Who::Lacks,
                "lacks it",
                without((case.of)(), case.name),
                case.without,
            ),
            (Who::Lacks, "has nothing", json!({}), case.nothing),
        ] {
            let mut session = session(capabilities).await;
            let seen = observe(&mut session, case.probe, is).await;
            if seen != expected {
                let name = case.name;
                wrong += &format!("{name}: who {who} sees {seen:?}, not {expected:?}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// One test for each part, so that they run beside each other.
macro_rules! parts {
    ($($test:ident: $part:literal,)*) => {
        const PARTS: &[&str] = &[$($part),*];
        $(#[tokio::test]
        async fn $test() {
            check($part).await;
        })*
    };
}

parts! {
    general: "general.",
    window: "window.",
    workspace_edits: "workspace.workspaceEdit.",
    workspace_apply: "workspace.applyEdit",
    workspace_code_lens: "workspace.codeLens.",
    workspace_configuration: "workspace.configuration",
    workspace_diagnostics: "workspace.diagnostics.",
    workspace_registration: "workspace.didChange",
    workspace_files: "workspace.fileOperations.",
    workspace_hints: "workspace.inlayHint.",
    workspace_tokens: "workspace.semanticTokens.",
    workspace_symbol: "workspace.symbol",
    workspace_contents: "workspace.textDocumentContent",
    call_hierarchy: "textDocument.callHierarchy",
    code_action: "textDocument.codeAction.",
    code_lens: "textDocument.codeLens",
    completion: "textDocument.completion.",
    diagnostic: "textDocument.diagnostic",
    document_link: "textDocument.documentLink",
    document_symbol: "textDocument.documentSymbol",
    folding: "textDocument.foldingRange",
    formatting: "textDocument.formatting",
    hover: "textDocument.hover.",
    implementation: "textDocument.implementation",
    publish: "textDocument.publishDiagnostics.",
    rename: "textDocument.rename",
    selection: "textDocument.selectionRange",
    semantic_tokens: "textDocument.semanticTokens",
}

#[test]
fn the_matrix_names_what_is_tested_and_nothing_else() {
    let tested = CASES.iter().map(|it| it.name);
    let tested: BTreeSet<_> = tested.chain(ELSEWHERE.iter().map(|it| it.0)).collect();
    let rows = rows();
    let named: BTreeSet<_> = rows
        .iter()
        .flat_map(|it| &it.honours)
        .map(String::as_str)
        .collect();
    assert_eq!(named, tested);
    for case in CASES {
        let parts = PARTS.iter().filter(|it| case.name.starts_with(**it));
        assert_eq!(parts.count(), 1, "{} is run once", case.name);
        assert!(
            case.with != case.without,
            "{} makes no difference",
            case.name
        );
        let of = rows
            .iter()
            .filter(|it| it.honours.contains(&case.name.to_owned()));
        let of: Vec<_> = of.collect();
        let says = |it: &&Row| it.tests.iter().any(|it| it == "lsp::conformance");
        assert!(
            of.iter().all(says),
            "{}: its row names no test here",
            case.name
        );
    }
}

#[test]
fn each_test_that_the_matrix_names_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for row in rows() {
        assert!(!row.tests.is_empty(), "{row:?}");
        for test in row.tests {
            let (file, own) = match test.strip_prefix("lsp::") {
                Some(name) => (format!("tests/lsp/{name}.rs"), String::new()),
                None => {
                    let path = test.trim_end_matches("::tests").replace("::", "/");
                    (
                        format!("server/src/{path}"),
                        format!("server/core/src/{path}"),
                    )
                }
            };
            let is_there = [
                file,
                own.clone(),
                own.replace("server/core/src/", "server/core/src/ide/"),
            ]
            .iter()
            .filter(|it| !it.is_empty())
            .any(|it| {
                let stem = it.trim_end_matches(".rs");
                let ends = [".rs", "/tests.rs"];
                ends.iter()
                    .any(|end| root.join(format!("{stem}{end}")).exists())
            });
            assert!(is_there, "{test} is no test");
        }
    }
}

/// What a provider answers, by its key in the server's capabilities.
const PROVIDED: &[(&str, &[&str])] = &[
    (
        "callHierarchyProvider",
        &[
            "textDocument/prepareCallHierarchy",
            "callHierarchy/incomingCalls",
            "callHierarchy/outgoingCalls",
        ],
    ),
    (
        "codeActionProvider",
        &["textDocument/codeAction", "codeAction/resolve"],
    ),
    ("codeLensProvider", &["textDocument/codeLens"]),
    (
        "completionProvider",
        &["textDocument/completion", "completionItem/resolve"],
    ),
    ("definitionProvider", &["textDocument/definition"]),
    (
        "diagnosticProvider",
        &["textDocument/diagnostic", "workspace/diagnostic"],
    ),
    ("documentFormattingProvider", &["textDocument/formatting"]),
    (
        "documentHighlightProvider",
        &["textDocument/documentHighlight"],
    ),
    ("documentLinkProvider", &["textDocument/documentLink"]),
    ("documentSymbolProvider", &["textDocument/documentSymbol"]),
    ("executeCommandProvider", &["workspace/executeCommand"]),
    ("experimental", &[]),
    ("foldingRangeProvider", &["textDocument/foldingRange"]),
    ("hoverProvider", &["textDocument/hover"]),
    ("implementationProvider", &["textDocument/implementation"]),
    ("inlayHintProvider", &["textDocument/inlayHint"]),
    ("positionEncoding", &["initialize"]),
    ("referencesProvider", &["textDocument/references"]),
    (
        "renameProvider",
        &["textDocument/prepareRename", "textDocument/rename"],
    ),
    ("selectionRangeProvider", &["textDocument/selectionRange"]),
    (
        "semanticTokensProvider",
        &[
            "textDocument/semanticTokens/full",
            "textDocument/semanticTokens/full/delta",
            "textDocument/semanticTokens/range",
        ],
    ),
    (
        "textDocumentSync",
        &[
            "textDocument/didOpen",
            "textDocument/didChange",
            "textDocument/didClose",
            "textDocument/didSave",
        ],
    ),
    (
        "workspace.fileOperations.didDelete",
        &["workspace/didDeleteFiles"],
    ),
    (
        "workspace.fileOperations.didRename",
        &["workspace/didRenameFiles"],
    ),
    (
        "workspace.fileOperations.willDelete",
        &["workspace/willDeleteFiles"],
    ),
    (
        "workspace.fileOperations.willRename",
        &["workspace/willRenameFiles"],
    ),
    (
        "workspace.textDocumentContent",
        &["workspace/textDocumentContent"],
    ),
    (
        "workspace.workspaceFolders",
        &["workspace/didChangeWorkspaceFolders"],
    ),
    (
        "workspaceSymbolProvider",
        &["workspace/symbol", "workspaceSymbol/resolve"],
    ),
];

/// What goes the other way, or is declared in no capability of a server.
const BESIDE: &[&str] = &[
    "$/cancelRequest",
    "client/registerCapability",
    "textDocument/publishDiagnostics",
    "window/showDocument",
    "window/showMessageRequest",
    "window/workDoneProgress",
    "workspace/applyEdit",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWatchedFiles",
    "workspace/textDocumentContent/refresh",
];

/// The keys of what a server declares; those of `workspace` one by one.
fn declared(offered: &Value) -> BTreeSet<String> {
    let keys = |of: &Value, head: &str| -> Vec<String> {
        let entries = of.as_object().into_iter().flatten();
        entries.map(|it| format!("{head}{}", it.0)).collect()
    };
    let mut all: BTreeSet<String> = keys(offered, "").into_iter().collect();
    if all.remove("workspace") {
        all.extend(keys(&offered["workspace"], "workspace."));
    }
    if all.remove("workspace.fileOperations") {
        let files = &offered["workspace"]["fileOperations"];
        all.extend(keys(files, "workspace.fileOperations."));
    }
    all
}

#[tokio::test]
async fn the_matrix_has_a_row_for_all_that_is_declared_and_for_nothing_else() {
    let session = session(everything()).await;
    let known: BTreeSet<_> = PROVIDED.iter().map(|it| it.0.to_owned()).collect();
    assert_eq!(declared(&session.offered), known);
    let answered = PROVIDED.iter().flat_map(|it| it.1).chain(BESIDE);
    let answered: BTreeSet<_> = answered.map(|it| (*it).to_owned()).collect();
    let rows: BTreeSet<_> = rows().into_iter().flat_map(|it| it.requests).collect();
    assert_eq!(rows, answered);
}

#[tokio::test]
async fn a_client_that_names_nothing_is_offered_what_needs_no_word() {
    let session = session(json!({})).await;
    let list: Vec<_> = declared(&session.offered).into_iter().collect();
    expect![[r#"
        codeActionProvider
        completionProvider
        definitionProvider
        documentHighlightProvider
        executeCommandProvider
        experimental
        hoverProvider
        inlayHintProvider
        positionEncoding
        referencesProvider
        textDocumentSync
        workspace.workspaceFolders"#]]
    .assert_eq(&list.join("\n"));
}

/// A request that was never offered is answered all the same, by the plainest of what it can be.
#[tokio::test]
async fn a_client_that_names_nothing_is_answered_all_the_same() {
    let mut session = session(json!({})).await;
    let ticket = uri_of(&session, TICKET);
    let place = json!({ "line": 1, "character": 6 });
    let lines =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 30, "character": 0 } });
    let of_file = json!({ "textDocument": { "uri": ticket } });
    let with = |more: Value| {
        let mut params = of_file.clone();
        for (key, value) in more.as_object().unwrap() {
            params[key] = value.clone();
        }
        params
    };
    let at = with(json!({ "position": place }));
    let page = uri_of(&session, ".docs/notes.md");
    let moved = json!({ "oldUri": page, "newUri": format!("{page}.md") });
    let asked = [
        ("textDocument/diagnostic", of_file.clone()),
        ("workspace/diagnostic", json!({ "previousResultIds": [] })),
        ("textDocument/inlayHint", with(json!({ "range": lines }))),
        ("textDocument/hover", at.clone()),
        (
            "textDocument/codeAction",
            with(json!({ "range": lines, "context": { "diagnostics": [] } })),
        ),
        ("textDocument/completion", at.clone()),
        ("textDocument/definition", at.clone()),
        (
            "textDocument/references",
            with(json!({ "position": place, "context": { "includeDeclaration": true } })),
        ),
        ("textDocument/documentHighlight", at.clone()),
        ("textDocument/implementation", at.clone()),
        ("textDocument/prepareCallHierarchy", at.clone()),
        ("textDocument/documentLink", of_file.clone()),
        ("textDocument/documentSymbol", of_file.clone()),
        ("workspace/symbol", json!({ "query": "parse" })),
        ("textDocument/foldingRange", of_file.clone()),
        (
            "textDocument/selectionRange",
            with(json!({ "positions": [place] })),
        ),
        ("textDocument/semanticTokens/full", of_file.clone()),
        (
            "textDocument/semanticTokens/range",
            with(json!({ "range": lines })),
        ),
        ("textDocument/codeLens", of_file.clone()),
        (
            "textDocument/formatting",
            with(json!({ "options": { "tabSize": 2, "insertSpaces": true } })),
        ),
        ("textDocument/prepareRename", at.clone()),
        (
            "textDocument/rename",
            with(json!({ "position": place, "newName": "T-9999" })),
        ),
        ("workspace/willRenameFiles", json!({ "files": [moved] })),
        (
            "workspace/willDeleteFiles",
            json!({ "files": [{ "uri": page }] }),
        ),
    ];
    for (method, params) in asked {
        let answer = session.client.try_request(method, params).await;
        let answer = answer.unwrap_or_else(|error| panic!("{method}: {error}"));
        // What a client could not name any type of tokens for has none.
        let is_empty = matches!(
            method,
            "textDocument/completion" | "textDocument/formatting"
        );
        assert!(is_empty || !answer.is_null(), "{method}");
        assert!(
            answer.get("documentChanges").is_none(),
            "{method}: {answer:#}"
        );
    }
}

#[tokio::test]
async fn a_client_that_shows_documents_and_nothing_else_is_asked_to() {
    let shows = json!({ "window": { "showDocument": { "support": true } } });
    let mut session = session(shows).await;
    let seen = observe(&mut session, probes::Probe::Shows, Who::Has).await;
    assert_eq!(seen, "shown");
}

/// Progress of what takes long, which here is a server that answers late.
#[tokio::test]
async fn progress_is_shown_to_a_client_that_shows_it() {
    use wiremock::matchers::{any, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};
    let late = std::time::Duration::from_millis(700);
    let server = MockServer::start().await;
    let repository = json!({ "id": 1, "full_name": "a/b", "default_branch": "main" });
    let answer = ResponseTemplate::new(200).set_body_json(repository);
    let mock = Mock::given(path("/repos/a/b")).respond_with(answer.set_delay(late));
    mock.mount(&server).await;
    let user = ResponseTemplate::new(200).set_body_json(json!({ "login": "ana" }));
    Mock::given(path("/user"))
        .respond_with(user)
        .mount(&server)
        .await;
    let nothing = ResponseTemplate::new(200).set_body_json(json!([]));
    Mock::given(any())
        .respond_with(nothing)
        .mount(&server)
        .await;
    for has in [true, false] {
        let project = Project::new(PROJECT);
        let api = server.uri();
        let config = format!("[sync]\nmode = \"manual\"\nrepository = \"a/b\"\napi = \"{api}\"\n");
        project.write(".docs/docket.toml", &config);
        let env = env(&project.root())
            .with_var("DOCKET_GITHUB_TOKEN", "ghp_mine")
            .with_var("DOCKET_GITHUB_HOST", api.trim_start_matches("http://"));
        let mut client = Client::start(env);
        let mut capabilities = everything();
        capabilities["window"]["workDoneProgress"] = json!(has);
        client.initialize(capabilities, &project.uri("")).await;
        let sync = json!({ "command": "docket.sync", "arguments": [{}] });
        let answer = client.try_request("workspace/executeCommand", sync).await;
        let answer = answer.unwrap();
        assert!(answer["offline"].is_null(), "{answer:#}");
        let create = "window/workDoneProgress/create";
        match has {
            true => client.peek(create).await,
            false => assert!(client.seen(create).is_empty(), "{answer:?}"),
        }
    }
}
