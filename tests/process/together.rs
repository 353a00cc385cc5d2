//! Several dockets on one repository at once.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::server::Server;
use super::{REPOSITORY, World};

/// Draws avoid every id that is on the disk; two dockets that draw in the same instant could meet
/// in one id, once in some ten thousand runs of this test, as the contract has it.
#[test]
fn two_servers_and_a_terminal_make_tickets_without_losing_one() {
    let world = World::new(REPOSITORY);
    let n_each = 8;
    let made = std::thread::scope(|scope| {
        let serve = |name: &'static str| {
            let world = &world;
            move || {
                let mut server = Server::serve(world);
                let make = |idx| {
                    json!({ "command": "docket.createTicket",
                        "arguments": [{ "title": format!("Of {name} {idx}") }] })
                };
                let posted: Vec<_> = (0..n_each)
                    .map(|idx| server.post("workspace/executeCommand", make(idx)))
                    .collect();
                let made: Vec<_> = posted
                    .into_iter()
                    .map(|it| id_of(&server.answer(it).unwrap()))
                    .collect();
                // Each sees in the end what the others made.
                server.until("all tickets", |server| {
                    let known = server.execute("docket.status", json!({})).unwrap();
                    known["projects"][0]["tickets"] == 3 * n_each + 1
                });
                server.finish();
                made
            }
        };
        let threads = [scope.spawn(serve("one")), scope.spawn(serve("two"))];
        let terminal = scope.spawn(|| {
            let new = |idx| {
                let title = format!("Of the terminal {idx}");
                let run = world.docket(&["new", &title, "--json"]);
                assert_eq!(run.code, Some(0), "{run:?}");
                run.json()["tickets"][0]["id"].as_str().unwrap().to_owned()
            };
            (0..n_each).map(new).collect::<Vec<_>>()
        });
        let mut made = terminal.join().unwrap();
        for thread in threads {
            made.extend(thread.join().unwrap());
        }
        made
    });
    let distinct: BTreeSet<_> = made.iter().collect();
    assert_eq!(distinct.len(), 3 * n_each, "{made:?}");
    let ids = world.ids();
    assert_eq!(ids.len(), 3 * n_each + 1);
    assert!(distinct.iter().all(|it| ids.contains(it)));
    assert_eq!(world.findings(), [] as [&str; 0]);
    assert_eq!(world.tree().len(), 3 * n_each + 2, "no litter");
}

/// Who writes to one ticket at the same time is told where it was too late; no write is half done.
#[test]
fn two_terminals_on_one_ticket_never_mix_their_writes() {
    let world = World::new(REPOSITORY);
    let n_each = 12;
    std::thread::scope(|scope| {
        for field in ["priority=high", "estimate=3"] {
            let world = &world;
            scope.spawn(move || {
                for round in 0..n_each {
                    let field = match round % 2 {
                        0 => field.to_owned(),
                        _ => format!("{}=", field.split('=').next().unwrap()),
                    };
                    let run = world.docket(&["set", "T-7k3f", &field]);
                    match run.code {
                        Some(0) => {}
                        Some(1) => assert!(run.stderr.contains("changed"), "{run:?}"),
                        _ => panic!("{run:?}"),
                    }
                }
            });
        }
    });
    let text = world.project.read(".docs/tickets/T-7k3f-ring.md");
    let lines: BTreeSet<_> = text.lines().collect();
    let allowed = [
        "---",
        "id: T-7k3f",
        "title: Ring the bell",
        "priority: high",
        "estimate: 3",
    ];
    assert!(lines.iter().all(|it| allowed.contains(it)), "{text}");
    assert_eq!(world.findings(), [] as [&str; 0]);
    assert_eq!(world.tree().len(), 2, "no litter");
}

/// The id of the one ticket that a command made: its file is named by it.
fn id_of(answer: &Value) -> String {
    let uri = answer["created"][0].as_str().unwrap();
    let name = uri.rsplit('/').next().unwrap();
    name.splitn(3, '-').take(2).collect::<Vec<_>>().join("-")
}

/// What the terminal saw, the editor knows: a link that is typed away is told, and comes back by
/// being put back.
#[test]
fn a_link_that_is_lost_in_the_editor_is_told() {
    let world = World::new(REPOSITORY);
    assert_eq!(world.docket(&["check"]).code, Some(0));
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    server.open(&uri, "rust", 1, "// TODO(T-7k3f): ring\n");
    assert_eq!(server.codes(&uri), [] as [&str; 0]);
    server.edit(&uri, 2, None, "// TODO: ring\n");
    assert_eq!(server.codes(&uri), ["untracked-todo", "unanchored-todo"]);
    server.edit(&uri, 3, None, "// TODO(T-7k3f): ring\n");
    assert_eq!(server.codes(&uri), [] as [&str; 0]);
    server.finish();
}
