//! What the system refuses: a disk that is full, folders that cannot be written or read, a database
//! that cannot be used. Work goes on, and one message says what is wrong.

use std::fs::{Permissions, set_permissions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use super::server::Server;
use super::{REPOSITORY, World, run, write};

const NOBODY: u32 = 65_534;

fn database(world: &World) -> PathBuf {
    world.project.root().join(".git/docket/docket.db")
}

/// A world that has been read once, so that its database is there.
fn read_once() -> World {
    let world = World::new(REPOSITORY);
    let run = world.docket(&["check"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    assert!(database(&world).exists());
    // A whole log heals a damaged file: what is to be damaged is the file alone.
    std::fs::remove_file(database(&world).with_extension("db-wal")).unwrap();
    world
}

/// Terminal and server do their work, and each says `told` once.
#[track_caller]
fn goes_on_saying(world: &World, told: &str, command: impl Fn(&[&str]) -> Command) {
    let terminal = run(&mut command(&["check", "--json"]));
    assert_eq!(terminal.code, Some(0), "{terminal:?}");
    assert_eq!(terminal.json()["counts"]["error"], 0);
    assert_eq!(terminal.stderr.lines().count(), 1, "{terminal:?}");
    assert!(terminal.stderr.contains(told), "{terminal:?}");
    let mut server = Server::run(&mut command(&["lsp"]));
    server.initialize(&world.project.uri(""));
    let uri = world.project.uri("a.rs");
    server.open(&uri, "rust", 1, "// TODO(T-7k3f): ring\n");
    assert_eq!(server.codes(&uri), [] as [&str; 0]);
    assert!(server.hover(&uri, 0, 10).contains("Ring the bell"));
    let note = server.expect("window/showMessage");
    let message = note["params"]["message"].as_str().unwrap();
    assert!(message.contains(told), "{message}");
    server.edit(&uri, 2, None, "// TODO(T-9999): ring\n");
    assert_eq!(server.codes(&uri), ["unknown-ticket"]);
    assert_eq!(server.shown(), [] as [&str; 0], "more than one message");
    server.finish();
}

#[test]
fn a_newer_database_is_left_alone() {
    let world = read_once();
    let path = database(&world);
    let mut file = std::fs::File::options().write(true).open(&path).unwrap();
    // The user version, as SQLite's file format has it: four bytes at 60, the highest first.
    file.seek(SeekFrom::Start(60)).unwrap();
    file.write_all(&999_u32.to_be_bytes()).unwrap();
    drop(file);
    goes_on_saying(&world, "newer docket", |args| world.command(args));
    let mut version = [0; 4];
    let mut file = std::fs::File::open(&path).unwrap();
    file.seek(SeekFrom::Start(60)).unwrap();
    file.read_exact(&mut version).unwrap();
    assert_eq!(u32::from_be_bytes(version), 999);
}

#[test]
fn a_damaged_database_is_put_aside_and_told_once() {
    for damage in [&b"no database at all"[..], &[0; 8192]] {
        let world = read_once();
        write(&database(&world), damage);
        let run = world.docket(&["check"]);
        assert_eq!(run.code, Some(0));
        if !damage.starts_with(&[0]) {
            assert!(run.stderr.contains("put aside"), "{run:?}");
        }
        assert!(run.stderr.lines().count() <= 1, "{run:?}");
        let run = world.docket(&["check"]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        let mut server = Server::serve(&world);
        assert_eq!(server.workspace(), []);
        write(&database(&world), damage);
        // A server that has it open goes on with what it has in memory.
        server.notify("docket/nothing", json!({}));
        assert_eq!(server.codes(&world.project.uri("a.rs")), [] as [&str; 0]);
        server.finish();
    }
}

/// Another process holds the lock that SQLite takes for itself where it must be alone.
#[test]
fn a_locked_database_is_not_waited_for_long() {
    let world = read_once();
    let file = std::fs::File::options()
        .read(true)
        .write(true)
        .open(database(&world))
        .unwrap();
    rustix::fs::fcntl_lock(&file, rustix::fs::FlockOperation::LockExclusive).unwrap();
    goes_on_saying(&world, "in use by another program", |args| {
        world.command(args)
    });
    rustix::fs::fcntl_lock(&file, rustix::fs::FlockOperation::Unlock).unwrap();
    assert_eq!(world.docket(&["check"]).stderr, "");
}

/// More than a small database holds.
fn much_to_remember() -> World {
    let world = World::new(REPOSITORY);
    for idx in 0..40 {
        let text = "// TODO(T-7k3f): x\n".repeat(40);
        write(&world.project.root().join(format!("src/f{idx}.rs")), text);
    }
    world
}

#[test]
fn where_files_may_not_grow_work_goes_on() {
    let world = much_to_remember();
    goes_on_saying(&world, "cannot be used", |args| {
        world.command_on_full_disk(8, args)
    });
    assert_eq!(world.docket(&["check"]).stderr, "", "with room again");
}

#[test]
fn without_room_for_the_database_work_goes_on() {
    let world = much_to_remember();
    let folder = world.project.root().join(".git/docket");
    std::fs::create_dir_all(&folder).unwrap();
    let on_small_disk = |args: &[&str]| {
        let script = "/bin/mount -t tmpfs -o size=64k tmpfs .git/docket && exec \"$0\" \"$@\"";
        let mut command = Command::new("/usr/bin/unshare");
        command.args(["-m", "/bin/sh", "-c", script]);
        command.arg(env!("CARGO_BIN_EXE_docket")).args(args);
        world.surround(&mut command);
        command
    };
    let tried = on_small_disk(&["explain"]).output();
    if !tried.is_ok_and(|it| it.status.success()) {
        eprintln!("skipped: no disk of 64 KiB can be mounted here");
        return;
    }
    goes_on_saying(&world, "is full", on_small_disk);
    let litter = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(litter, 0, "it was the small disk");
}

#[test]
fn a_ticket_that_finds_no_room_is_not_made_and_the_server_says_so() {
    let world = World::new(REPOSITORY);
    let before = world.tree();
    let mut server = Server::run(&mut world.command_on_full_disk(0, &["lsp"]));
    server.initialize(&world.project.uri(""));
    let made = server.execute("docket.createTicket", json!({ "title": "No room" }));
    let error = made.unwrap_err();
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("T-") && !message.contains("panic"),
        "{message}"
    );
    let set = server.execute(
        "docket.setStatus",
        json!({ "ticket": "T-7k3f", "status": "review" }),
    );
    assert!(set.is_err());
    assert_eq!(server.codes(&world.project.uri("a.rs")), [] as [&str; 0]);
    server.finish();
    assert_eq!(world.tree(), before, "no litter");
    assert_eq!(world.findings(), [] as [&str; 0]);
}

/// Runs `docket` as somebody who owns nothing here. Only root can become somebody else.
fn as_nobody(world: &World, args: &[&str]) -> Option<Command> {
    let me = std::fs::metadata("/proc/self").map(|it| it.uid());
    if me.ok() != Some(0) {
        return None;
    }
    for folder in [world.project.root(), world.user.path().to_owned()] {
        set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = world.command(args);
    command.uid(NOBODY).gid(NOBODY);
    // A binary below a folder that is closed to others cannot be started.
    match command.output() {
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => None,
        _ => {
            let mut command = world.command(args);
            command.uid(NOBODY).gid(NOBODY);
            Some(command)
        }
    }
}

#[expect(clippy::print_stderr, reason = "a test that cannot run here says so")]
fn skipped() {
    eprintln!("skipped: only root can run docket as somebody else");
}

#[test]
fn a_read_only_checkout_is_read_and_remembered_elsewhere() {
    let world = World::new(REPOSITORY);
    let state = world.user.path().join(".local");
    write(&state.join("x"), "");
    chown(&state, Some(NOBODY), Some(NOBODY)).unwrap_or_default();
    let before = world.tree();
    let Some(mut check) = as_nobody(&world, &["check"]) else {
        return skipped();
    };
    let read = run(&mut check);
    assert_eq!((read.code, read.stderr.as_str()), (Some(0), ""), "{read:?}");
    assert!(
        state.join("state/docket").is_dir(),
        "remembered by the user"
    );
    let mut new = as_nobody(&world, &["new", "Not here"]).unwrap();
    let refused = run(&mut new);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("denied"), "{refused:?}");
    let mut server = Server::run(&mut as_nobody(&world, &["lsp"]).unwrap());
    server.initialize(&world.project.uri(""));
    let uri = world.project.uri("a.rs");
    assert_eq!(server.codes(&uri), [] as [&str; 0]);
    let made = server.execute("docket.createTicket", json!({ "title": "Not here" }));
    let message = made.unwrap_err()["message"].to_string();
    assert!(message.contains("denied"), "{message}");
    assert_eq!(server.shown(), [] as [&str; 0]);
    server.finish();
    assert_eq!(world.tree(), before);
}

#[test]
fn with_no_folder_for_a_database_one_message_says_so() {
    let world = World::new(REPOSITORY);
    if as_nobody(&world, &["explain"]).is_none() {
        return skipped();
    }
    goes_on_saying(&world, "cannot be written", |args| {
        as_nobody(&world, args).unwrap()
    });
}

#[test]
fn what_may_not_be_read_is_left_out_and_told() {
    let world = World::new(REPOSITORY);
    let root = world.project.root();
    write(&root.join("shut/b.rs"), "// TODO(T-9999): x\n");
    write(&root.join("secret.rs"), "// TODO(T-9999): x\n");
    write(
        &root.join(".docs/tickets/T-2222-shut.md"),
        "---\nid: T-2222\ntitle: Shut\n---\n",
    );
    for path in ["shut", "secret.rs", ".docs/tickets/T-2222-shut.md"] {
        set_permissions(root.join(path), Permissions::from_mode(0o000)).unwrap();
    }
    let state = world.user.path().join(".local");
    write(&state.join("x"), "");
    chown(&state, Some(NOBODY), Some(NOBODY)).unwrap_or_default();
    let Some(mut todos) = as_nobody(&world, &["todos", "--json"]) else {
        return skipped();
    };
    let read = run(&mut todos);
    assert_eq!(read.code, Some(0), "{read:?}");
    let report = read.json();
    assert_eq!(report["todos"].as_array().unwrap().len(), 1);
    let skipped = report["skipped"].as_array().unwrap();
    let of = |path: &str| skipped.iter().filter(|it| it["path"] == path).count();
    for path in ["shut", "secret.rs", ".docs/tickets/T-2222-shut.md"] {
        assert_eq!(of(path), 1, "{path}: {report}");
    }
    let mut server = Server::run(&mut as_nobody(&world, &["lsp"]).unwrap());
    server.initialize(&world.project.uri(""));
    assert_eq!(server.workspace(), []);
    server.finish();
    // Put right, so that the folder can be removed by anybody.
    set_permissions(root.join("shut"), Permissions::from_mode(0o755)).unwrap();
}
