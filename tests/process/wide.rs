//! A whole disk or a home folder is read with consent alone.

use serde_json::{Value, json};

use super::server::Server;
use super::{World, run};

/// A home folder with a TODO in it, but no project.
const HOME: &str = "//- /a.rs\n// TODO(T-9999): x\n//- /b.rs\n// TODO [2020-01-01]: late\n";

const LATE: &str = "// TODO [2020-01-01]: late\n";

#[test]
fn a_server_in_a_home_folder_asks_and_works_in_open_files() {
    for answer in ["Read it", "Open files only", ""] {
        let world = World::new(HOME);
        let mut command = world.command(&["lsp"]);
        command.env("HOME", world.project.root());
        let mut server = Server::run(&mut command);
        server.initialize(&world.project.uri(""));
        let asked = server.expect("window/showMessageRequest");
        let (open, closed) = (world.project.uri("a.rs"), world.project.uri("b.rs"));
        // Before any answer: people leave questions standing.
        server.open(&open, "rust", 1, LATE);
        assert_eq!(server.codes(&open), ["untracked-todo", "due-todo"]);
        assert!(server.hover(&open, 0, 4).contains("2020-01-01"));
        assert_eq!(server.codes(&closed), [] as [&str; 0]);
        let reply = match answer {
            "" => Value::Null,
            title => json!({ "title": title }),
        };
        server.reply(&asked["id"], reply);
        match answer {
            "Read it" => server.settle(&closed, &["untracked-todo", "due-todo"]),
            _ => assert_eq!(server.codes(&closed), [] as [&str; 0]),
        }
        assert_eq!(server.codes(&open), ["untracked-todo", "due-todo"]);
        server.finish();
    }
}

#[test]
fn a_server_at_the_root_of_the_disk_asks() {
    let world = World::new(HOME);
    let mut server = Server::start(&world);
    server.initialize("file:///");
    let asked = server.expect("window/showMessageRequest");
    let question = asked["params"]["message"].as_str().unwrap();
    assert!(question.starts_with("/ is very wide"), "{question}");
    // In no hidden folder, which docket passes over.
    let folder = tempfile::Builder::new().prefix("docket").tempdir().unwrap();
    let uri = docket::lsp::uri::of_path(&folder.path().join("a.rs")).0;
    server.open(&uri, "rust", 1, LATE);
    assert_eq!(server.codes(&uri), ["untracked-todo", "due-todo"]);
    server.finish();
}

#[test]
fn the_terminal_says_what_to_do() {
    let world = World::new(HOME);
    let mut command = world.command(&["check"]);
    command.env("HOME", world.project.root());
    let refused = run(&mut command);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(
        refused.stderr.contains("home folder") && refused.stderr.contains("docket check /"),
        "{refused:?}"
    );
    let mut command = world.command(&["check", "."]);
    command.env("HOME", world.project.root());
    assert_eq!(run(&mut command).code, Some(1), "named, it is read");
    let mut command = world.command(&["todos"]);
    command.current_dir("/");
    let refused = run(&mut command);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(
        refused.stderr.contains("`/` is a whole disk"),
        "{refused:?}"
    );
}

/// What was not read cannot be called missing.
#[test]
fn in_open_files_alone_no_ticket_and_no_page_is_missed() {
    let world = World::new(super::REPOSITORY);
    let mut command = world.command(&["lsp"]);
    command.env("HOME", world.project.root());
    let mut server = Server::run(&mut command);
    server.initialize(&world.project.uri(""));
    let asked = server.expect("window/showMessageRequest");
    let (code, page) = (world.project.uri("a.rs"), world.project.uri(".docs/x.md"));
    let text = "// TODO(T-7k3f): ring\n// TODO(T-7k3f) [2020-01-01]: late\n";
    for reply in [None, Some(json!({ "title": "Open files only" }))] {
        if let Some(reply) = reply {
            server.reply(&asked["id"], reply);
        }
        server.open(&code, "rust", 1, text);
        server.open(
            &page,
            "markdown",
            1,
            "# X\n\nSee [[T-7k3f]] and [[other-page]].\n",
        );
        assert_eq!(server.codes(&code), ["due-todo"]);
        assert_eq!(server.codes(&page), [] as [&str; 0]);
        let mut found = server.workspace();
        found.retain(|(_, codes)| !codes.is_empty());
        assert_eq!(found, [(code.clone(), vec!["due-todo".to_owned()])]);
    }
    let status = server.execute("docket.status", json!({})).unwrap();
    assert_eq!(status["projects"][0]["complete"], false);
    server.finish();
}
