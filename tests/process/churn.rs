//! Files that change in bulk, vanish and come back while they are read.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::server::Server;
use super::{REPOSITORY, World, is_full, write};

const UNKNOWN: &str = "// TODO(T-9999): x\n";
const LINKED: &str = "// TODO(T-7k3f): x\n";

fn path(idx: usize) -> String {
    format!("src/d{}/f{idx}.rs", idx % 40)
}

/// What a branch switch does: most files get another text, some go, some come, a folder moves.
#[test]
fn after_a_branch_switch_the_server_has_the_truth() {
    let n_files = if is_full() { 20_000 } else { 2_000 };
    let world = World::new(REPOSITORY);
    let root = world.project.root();
    for idx in 0..n_files {
        write(&root.join(path(idx)), UNKNOWN);
    }
    let mut server = Server::serve(&world);
    let open = world.project.uri("a.rs");
    server.open(&open, "rust", 1, LINKED);
    assert_eq!(server.workspace().len(), n_files);
    for idx in 0..n_files {
        match idx % 10 {
            0 => std::fs::remove_file(root.join(path(idx))).unwrap(),
            _ => write(&root.join(path(idx)), LINKED),
        }
    }
    let n_new = n_files / 20;
    for idx in 0..n_new {
        write(&root.join(format!("new/deep/er/f{idx}.rs")), UNKNOWN);
    }
    // In the midst of it the editor works.
    server.edit(&open, 2, None, UNKNOWN);
    assert_eq!(server.codes(&open), ["unknown-ticket"]);
    server.edit(&open, 3, None, LINKED);
    server.until("the new files", |server| {
        let found = server.workspace();
        let is_new = |uri: &str| uri.contains("/new/deep/er/");
        found.len() == n_new && found.iter().all(|(uri, _)| is_new(uri))
    });
    assert_eq!(world.findings().len(), n_new, "the terminal agrees");
    server.finish();
}

#[test]
fn folders_that_move_away_take_their_findings_along() {
    let world = World::new(REPOSITORY);
    let root = world.project.root();
    for idx in 0..10 {
        write(&root.join(format!("src/in/ner/f{idx}.rs")), UNKNOWN);
    }
    write(&root.join("other/f0.rs"), UNKNOWN);
    let mut server = Server::serve(&world);
    assert_eq!(server.workspace().len(), 11);
    let count = |n: usize| move |server: &mut Server| server.workspace().len() == n;
    std::fs::rename(root.join("src/in"), world.user.path().join("away")).unwrap();
    server.until("the folder to be gone", count(1));
    std::fs::rename(world.user.path().join("away"), root.join("back")).unwrap();
    server.until("the folder to be back", count(11));
    // What comes into a folder that came is seen as well.
    write(&root.join("back/ner/f0.rs"), LINKED);
    server.until("the change in it", count(10));
    // One folder takes the name of another.
    std::fs::rename(root.join("back"), world.user.path().join("away")).unwrap();
    std::fs::rename(root.join("other"), root.join("back")).unwrap();
    server.until("the other folder", count(1));
    // A file takes the name of a folder.
    std::fs::rename(root.join("back"), world.user.path().join("other")).unwrap();
    write(&root.join("back"), "plain\n");
    server.until("nothing", count(0));
    server.finish();
}

#[test]
fn files_that_vanish_while_they_are_read_are_no_error() {
    let world = World::new(REPOSITORY);
    let root = world.project.root();
    for idx in 0..400 {
        write(&root.join(path(idx)), UNKNOWN);
    }
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let over = Over(&is_over);
        scope.spawn(|| {
            let mut round = 0;
            while !is_over.load(Ordering::Relaxed) {
                let folder = root.join(format!("src/d{}", round % 40));
                let _ = std::fs::remove_dir_all(&folder);
                write(&folder.join(format!("f{}.rs", round % 40)), UNKNOWN);
                round += 1;
            }
        });
        for _ in 0..4 {
            let run = world.docket(&["check", "--json"]);
            assert_eq!(run.stderr, "", "{run:?}");
            assert!(run.json()["findings"].is_array());
        }
        let mut server = Server::serve(&world);
        for _ in 0..20 {
            server.workspace();
        }
        drop(over);
        server.until("what the terminal finds", |server| {
            server.workspace().len() == world.findings().len()
        });
        assert_eq!(server.shown(), [] as [&str; 0]);
        server.finish();
    });
}

/// Ends what runs beside a test, also where the test fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A watcher that tells of 20,000 files, and then the user types.
#[test]
fn an_edit_is_answered_among_20_000_touched_files() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    server.open(&uri, "rust", 1, LINKED);
    assert_eq!(server.codes(&uri), [] as [&str; 0]);
    for round in 0..3 {
        let touched: Vec<_> = (0..20_000)
            .map(|idx| json!({ "uri": world.project.uri(&path(idx)), "type": 2 }))
            .collect();
        server.notify(
            "workspace/didChangeWatchedFiles",
            json!({ "changes": touched }),
        );
        server.edit(&uri, round * 2 + 2, None, UNKNOWN);
        assert_eq!(server.codes(&uri), ["unknown-ticket"]);
        server.edit(&uri, round * 2 + 3, None, LINKED);
        assert!(server.hover(&uri, 0, 10).contains("Ring the bell"));
        let ids =
            json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 11 } });
        assert_ne!(server.request("textDocument/completion", ids), Value::Null);
    }
    server.finish();
}

/// The largest scale; minutes on a slow disk, so only when it is asked for.
#[test]
fn three_hundred_thousand_files_are_read_and_followed() {
    if !is_full() {
        eprintln!("skipped: needs DOCKET_TESTS_FULL");
        return;
    }
    let n_files = 300_000;
    let world = World::new(REPOSITORY);
    let root = world.project.root();
    for idx in 0..n_files {
        let text = if idx % 1_000 == 0 {
            UNKNOWN
        } else {
            "fn f() {}\n"
        };
        write(&root.join(format!("src/d{}/f{idx}.rs", idx / 300)), text);
    }
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    server.open(&uri, "rust", 1, LINKED);
    assert!(server.hover(&uri, 0, 10).contains("T-7k3f"));
    assert_eq!(server.workspace().len(), n_files / 1_000);
    std::fs::remove_file(root.join("src/d0/f0.rs")).unwrap();
    let n_left = n_files / 1_000 - 1;
    server.until("the removal", |server| server.workspace().len() == n_left);
    server.finish();
}
