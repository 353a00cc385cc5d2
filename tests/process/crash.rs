//! `kill -9` at moments that nobody chose: whatever is left must be whole, and must be enough.

use std::time::{Duration, Instant};

use serde_json::json;

use super::server::Server;
use super::{REPOSITORY, World, write};

/// Kills a server once it has been listened to for a while. The moment is drawn, the outcome is not:
/// nothing below depends on where it falls.
fn kill_after(server: &mut Server, micros: u64) -> Vec<i64> {
    let mut answered = Vec::new();
    let moment = Instant::now() + Duration::from_micros(micros);
    while let Ok(message) = server.read(moment) {
        if message["method"].is_null() && message["error"].is_null() {
            answered.push(message["id"].as_i64().unwrap());
        }
    }
    server.process.kill().unwrap();
    server.process.wait().unwrap();
    answered
}

#[test]
fn a_server_killed_while_it_reads_leaves_a_project_that_reads() {
    let world = World::new(REPOSITORY);
    for idx in 0..300 {
        let path = format!("src/d{}/f{idx}.rs", idx % 7);
        write(
            &world.project.root().join(path),
            format!("// TODO(T-9999): {idx}\n"),
        );
    }
    let before = world.tree();
    let mut moments = fastrand::Rng::with_seed(7);
    for _ in 0..12 {
        let mut server = Server::start(&world);
        let uri = world.project.uri("");
        let params = json!({ "processId": null, "rootUri": uri, "capabilities": {} });
        server.post("initialize", params);
        server.notify("initialized", json!({}));
        server.post("workspace/diagnostic", json!({ "previousResultIds": [] }));
        kill_after(&mut server, moments.u64(0..150_000));
        // Another change each time, so that the database is written in every round.
        let more = format!("src/more{}.rs", moments.u32(..));
        write(&world.project.root().join(more), "// TODO(T-7k3f): x\n");
    }
    let run = world.docket(&["check", "--json"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    assert_eq!(run.json()["counts"]["error"], 300);
    let mut server = Server::serve(&world);
    assert_eq!(server.workspace().len(), 300);
    assert_eq!(server.shown(), [] as [&str; 0]);
    server.finish();
    let litter: Vec<_> = world
        .tree()
        .into_iter()
        .filter(|it| !before.contains(it) && !it.starts_with("src/more"))
        .collect();
    assert_eq!(litter, [] as [&str; 0]);
}

#[test]
fn a_server_killed_while_it_writes_tickets_leaves_each_whole() {
    let world = World::new(REPOSITORY);
    let mut moments = fastrand::Rng::with_seed(11);
    let mut acknowledged = 0;
    for round in 0..10 {
        let mut server = Server::serve(&world);
        let mut posted = Vec::new();
        for idx in 0..12 {
            let title = format!("Round {round} ticket {idx}");
            let params = json!({ "command": "docket.createTicket",
                "arguments": [{ "title": title, "fields": { "labels": "a, b" } }] });
            posted.push(server.post("workspace/executeCommand", params));
            let status = ["review", "in-progress"][idx % 2];
            let params = json!({ "command": "docket.setStatus",
                "arguments": [{ "ticket": "T-7k3f", "status": status }] });
            server.post("workspace/executeCommand", params);
        }
        let answered = kill_after(&mut server, moments.u64(0..60_000));
        acknowledged += posted.iter().filter(|it| answered.contains(it)).count();
    }
    let mut n_tickets = 0;
    for path in world.tree() {
        let text = world.project.read(&path);
        if path.starts_with(".docs/tickets/") {
            n_tickets += 1;
            let name = path.trim_start_matches(".docs/tickets/");
            assert!(name.starts_with("T-") && name.ends_with(".md"), "{path}");
            assert!(
                text.starts_with("---\nid: T-") && text.matches("---\n").count() == 2,
                "{path}: {text:?}"
            );
        } else {
            assert_eq!(path, "a.rs", "nothing else may be left");
        }
    }
    assert!(
        n_tickets > acknowledged,
        "{acknowledged} answered, {n_tickets} there"
    );
    assert_eq!(world.findings(), [] as [&str; 0]);
    assert_eq!(world.ids().len(), n_tickets);
    let mut server = Server::serve(&world);
    assert_eq!(server.workspace(), []);
    server.finish();
}

/// The terminal's docket is killed as well: by a user, by a deadline of CI.
#[test]
fn a_terminal_killed_while_it_writes_leaves_the_ticket_old_or_new() {
    let world = World::new(REPOSITORY);
    let mut moments = fastrand::Rng::with_seed(13);
    let ticket = ".docs/tickets/T-7k3f-ring.md";
    let old = world.project.read(ticket);
    let new = |it: &str| format!("---\nid: T-7k3f\ntitle: Ring the bell\nstatus: {it}\n---\n");
    let allowed = [old, new("review"), new("done")];
    for round in 0..25 {
        let status = ["status=review", "status=done"][round % 2];
        let mut command = world.command(&["set", "T-7k3f", status]);
        command.stdout(std::process::Stdio::null());
        let mut process = command.spawn().unwrap();
        let moment = Instant::now() + Duration::from_micros(moments.u64(0..40_000));
        while Instant::now() < moment && process.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        process.kill().unwrap();
        process.wait().unwrap();
        let text = world.project.read(ticket);
        assert!(allowed.contains(&text), "{text:?}");
    }
    assert_eq!(world.tree(), [ticket, "a.rs"]);
    let run = world.docket(&["set", "T-7k3f", "status=backlog"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}
