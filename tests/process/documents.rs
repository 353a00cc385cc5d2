//! Documents as no well-behaved editor sends them.

use serde_json::{Value, json};

use super::server::Server;
use super::{REPOSITORY, World, write};

const LINKED: &str = "// TODO(T-7k3f): ring\n";
const UNKNOWN: &str = "// TODO(T-9999): ring\n";

#[test]
fn a_line_of_a_megabyte() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    let line = "x = 1; ".repeat(150_000);
    server.open(&uri, "rust", 1, &format!("{line}\n{UNKNOWN}"));
    assert_eq!(server.codes(&uri), ["unknown-ticket"]);
    let end = u32::try_from(line.len()).unwrap();
    server.edit(&uri, 2, Some([0, end, 1, 0]), " // TODO(T-9999): far\n");
    let found = server.codes(&uri);
    assert!(
        found.iter().all(|it| it == "unknown-ticket"),
        "no other finding: {found:?}"
    );
    server.edit(&uri, 3, None, LINKED);
    assert!(server.hover(&uri, 0, 10).contains("Ring the bell"));
    server.finish();
}

#[test]
fn a_document_of_two_megabytes_takes_edits_at_both_ends() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    let lines = 78_000;
    let line = "fn f() { g(1) } // plain\n";
    let text = line.repeat(lines as usize);
    assert!((1_900_000..2_000_000).contains(&text.len()));
    server.open(&uri, "rust", 1, &text);
    server.edit(&uri, 2, Some([0, 0, 0, 0]), LINKED);
    server.edit(&uri, 3, Some([lines + 1, 0, lines + 1, 0]), UNKNOWN);
    assert!(server.hover(&uri, 0, 10).contains("Ring the bell"));
    assert_eq!(server.codes(&uri), ["unknown-ticket"]);
    // Beyond the limit for files nothing is said, as of the file; below it again all is back.
    server.edit(&uri, 4, Some([1, 0, 1, 0]), &line.repeat(10_000));
    assert_eq!(server.codes(&uri), [] as [&str; 0]);
    server.edit(&uri, 5, Some([1, 0, 10_001, 0]), "");
    assert_eq!(server.codes(&uri), ["unknown-ticket"]);
    server.finish();
}

#[test]
fn opened_twice_the_second_text_counts() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    // With one version, and no pause in which the first could be read: the hard case.
    for _ in 0..20 {
        let slow = format!("{}{UNKNOWN}", "fn f() { g(1) }\n".repeat(500));
        server.open(&uri, "rust", 1, &slow);
        server.open(&uri, "rust", 1, LINKED);
        assert!(server.hover(&uri, 0, 10).contains("Ring the bell"));
        assert_eq!(server.codes(&uri), [] as [&str; 0]);
        server.open(&uri, "rust", 1, &slow);
        server.close(&uri);
        server.open(&uri, "rust", 1, LINKED);
        assert_eq!(server.codes(&uri), [] as [&str; 0]);
        // One close is enough, and a second does no harm.
        server.close(&uri);
        server.close(&uri);
    }
    server.finish();
}

#[test]
fn edits_and_closes_of_what_is_not_open_change_nothing() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    server.edit(&uri, 7, None, UNKNOWN);
    server.close(&uri);
    let saved = json!({ "textDocument": { "uri": uri } });
    server.notify("textDocument/didSave", saved);
    assert_eq!(server.codes(&uri), [] as [&str; 0]);
    server.open(&uri, "rust", 1, UNKNOWN);
    assert_eq!(server.codes(&uri), ["unknown-ticket"]);
    server.close(&uri);
    server.edit(&uri, 2, None, UNKNOWN);
    server.settle(&uri, &[]);
    server.finish();
}

#[test]
fn the_last_edit_counts_whatever_its_version() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    server.open(&uri, "rust", 10, LINKED);
    server.edit(&uri, 9, None, UNKNOWN);
    assert_eq!(server.codes(&uri), ["unknown-ticket"]);
    server.edit(&uri, -1, Some([0, 8, 0, 14]), "T-7k3f");
    assert_eq!(server.codes(&uri), [] as [&str; 0]);
    server.edit(&uri, 11, None, UNKNOWN);
    assert_eq!(server.codes(&uri), ["unknown-ticket"]);
    // One version for several texts: the last of them counts.
    for _ in 0..20 {
        server.edit(&uri, 11, None, UNKNOWN);
        server.edit(&uri, 11, None, LINKED);
        assert_eq!(server.codes(&uri), [] as [&str; 0]);
    }
    server.finish();
}

#[test]
fn edits_that_do_not_fit_are_told_and_mended_by_the_whole_text() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    server.open(&uri, "rust", 1, LINKED);
    server.edit(&uri, 2, Some([70_000, 0, 70_001, 0]), "x");
    server.edit(&uri, 3, Some([0, 5, 0, 2]), "x");
    server.edit(&uri, 4, Some([u32::MAX, u32::MAX, u32::MAX, u32::MAX]), "x");
    server.expect("window/showMessage");
    server.edit(&uri, 5, None, UNKNOWN);
    assert_eq!(server.codes(&uri), ["unknown-ticket"]);
    server.finish();
}

#[test]
fn what_is_no_file_is_answered_at_once() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    let names = [
        "untitled:Untitled-1",
        "git:/a.rs?%7B%22ref%22%3A%22~%22%7D",
        "vscode-notebook-cell:/x.ipynb#W0sZmlsZQ%3D%3D",
        "http://example.org/a.rs",
        "file://host/share/a.rs",
        "file:///no/such/place/a.rs",
        "file:a.rs",
        "file://",
        "file:///",
        "file:///%00/%FF%FE",
        "not a uri",
        "",
    ];
    for uri in names {
        server.open(uri, "rust", 1, UNKNOWN);
        server.edit(uri, 2, Some([0, 0, 0, 0]), "// ");
        let at =
            json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 9 } });
        for method in ["textDocument/hover", "textDocument/definition"] {
            let answer = server.try_request(method, at.clone());
            assert!(
                answer.is_err() || answer == Ok(Value::Null),
                "{method} {uri}: {answer:?}"
            );
        }
        server.close(uri);
    }
    assert_eq!(server.codes(&world.project.uri("a.rs")), [] as [&str; 0]);
    server.finish();
}

/// An editor shows what the disk does not have any more, or never had as text.
#[test]
fn open_documents_outlive_their_files() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    let root = world.project.root();
    let uri = world.project.uri("a.rs");
    server.open(&uri, "rust", 1, UNKNOWN);
    assert_eq!(server.codes(&uri), ["unknown-ticket"]);
    std::fs::remove_file(root.join("a.rs")).unwrap();
    let saved = json!({ "changes": [{ "uri": uri, "type": 3 }] });
    server.notify("workspace/didChangeWatchedFiles", saved);
    // The ticket's own change comes after the removal, so that was seen when this is.
    write(
        &root.join(".docs/tickets/T-9999-x.md"),
        "---\nid: T-9999\ntitle: X\n---\n",
    );
    server.settle(&uri, &[]);
    server.edit(&uri, 2, None, "// TODO(T-8888): x\n");
    assert_eq!(server.codes(&uri), ["unknown-ticket"]);
    server.close(&uri);
    server.settle(&uri, &[]);
    server.finish();
}

/// A long question must not hold up the editing of what is open.
#[test]
fn an_edit_and_its_hover_are_answered_beside_a_long_question() {
    let world = World::new(REPOSITORY);
    let n_files = 500;
    for idx in 0..n_files {
        let text = "// TODO(T-9999): x\n".repeat(20);
        write(&world.project.root().join(format!("src/f{idx}.rs")), text);
    }
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    server.open(&uri, "rust", 1, UNKNOWN);
    assert_eq!(server.codes(&uri), ["unknown-ticket"]);
    let asked = json!({ "previousResultIds": [] });
    let long: Vec<_> = (0..4)
        .map(|_| server.post("workspace/diagnostic", asked.clone()))
        .collect();
    server.edit(&uri, 2, None, LINKED);
    assert!(server.hover(&uri, 0, 10).contains("Ring the bell"));
    for id in long {
        let report = server.answer(id).unwrap();
        let n_items = report["items"].as_array().unwrap().len();
        // Before the edit `a.rs` names no ticket, and T-7k3f says that it has lost its TODO.
        assert!((n_files..=n_files + 2).contains(&n_items), "{n_items}");
    }
    server.finish();
}
