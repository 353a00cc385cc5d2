//! Real `docket` processes around one database: killed, racing, without space, without permission.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Instant;

use crate::scan::write;

const DOCKET: &str = env!("CARGO_BIN_EXE_docket");

fn command(program: &str, root: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(root)
        .env("XDG_STATE_HOME", root.join("../state"))
        .env("HOME", root.join("../home"))
        .env_remove("DOCKET_NOW")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn todos(root: &Path) -> Child {
    command(DOCKET, root).arg("todos").spawn().unwrap()
}

/// What a run printed; it must end well and have nothing to complain of.
fn output(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    let (out, err) = both(&output);
    assert!(output.status.success(), "{:?}\n{err}", output.status);
    assert_eq!(err, "");
    out
}

fn both(output: &Output) -> (String, String) {
    let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// A project below a new folder, so that its state lies beside it.
fn project(n_files: usize) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("p");
    for idx in 0..n_files {
        write(
            &root,
            &format!("d{}/f{idx}.rs", idx % 20),
            format!("// TODO: number {idx}\n"),
        );
    }
    (dir, root)
}

/// `tests/run --full`.
fn is_full() -> bool {
    std::env::var_os("DOCKET_TESTS_FULL").is_some()
}

fn database(root: &Path) -> PathBuf {
    let folder = fs::read_dir(root.join("../state/docket")).unwrap().next();
    folder.unwrap().unwrap().path().join("docket.db")
}

#[test]
fn a_run_that_is_killed_at_any_moment_harms_no_later_one() {
    let (_dir, root) = project(200);
    let expected = output(todos(&root));
    assert_eq!(expected.lines().count(), 200);
    let start = Instant::now();
    output(todos(&root));
    let whole = start.elapsed();
    for step in 0..24_u32 {
        // Each run has something to write.
        fs::remove_dir_all(root.join("../state")).ok();
        let mut child = todos(&root);
        let deadline = Instant::now() + whole * step / 16;
        while Instant::now() < deadline {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(output(todos(&root)), expected, "step {step}");
    }
}

#[test]
fn several_runs_at_once_agree() {
    let (_dir, root) = project(200);
    let runs: Vec<_> = (0..4).map(|_| todos(&root)).collect();
    let outputs: Vec<_> = runs.into_iter().map(output).collect();
    assert!(outputs.iter().all(|it| *it == outputs[0]));
    assert_eq!(outputs[0].lines().count(), 200);
}

#[test]
fn a_damaged_database_is_told_once_and_made_anew() {
    let (_dir, root) = project(10);
    let expected = output(todos(&root));
    // A whole log heals a damaged file.
    fs::remove_file(database(&root).with_extension("db-wal")).unwrap();
    write(&root, "../garbage", "x".repeat(20_000));
    fs::rename(root.join("../garbage"), database(&root)).unwrap();
    let (out, err) = both(&todos(&root).wait_with_output().unwrap());
    assert_eq!(out, expected);
    assert!(err.contains("damaged"), "{err}");
    assert_eq!(output(todos(&root)), expected);
}

/// A limit on the size of files is how a full disk looks without one: writes fail half way.
#[cfg(unix)]
#[test]
fn a_full_disk_costs_the_memory_alone() {
    let (_dir, root) = project(600);
    let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\" todos";
    let limited = || {
        let child = command("/bin/sh", &root)
            .args(["-c", script, DOCKET])
            .spawn();
        child.unwrap().wait_with_output().unwrap()
    };
    for _ in 0..2 {
        let ended = limited();
        let (out, err) = both(&ended);
        assert!(ended.status.success(), "{err}");
        assert_eq!(out.lines().count(), 600, "{err}");
    }
    assert_eq!(output(todos(&root)).lines().count(), 600);
}

/// Permissions hold for others than root alone, so the program is run as nobody.
#[cfg(target_os = "linux")]
fn as_nobody(root: &Path, state: &Path) -> Output {
    let is_root = rustix::process::geteuid().is_root();
    let mut command = match is_root {
        true => {
            let mut command = command("setpriv", root);
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", DOCKET]);
            command
        }
        false => command(DOCKET, root),
    };
    command.env("XDG_STATE_HOME", state).arg("todos");
    command.output().unwrap()
}

#[cfg(target_os = "linux")]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_checkout_is_remembered_in_the_users_own_folder() {
    let (dir, root) = project(5);
    fs::create_dir_all(root.join(".git")).unwrap();
    let state = dir.path().join("own");
    fs::create_dir(&state).unwrap();
    set_mode(dir.path(), 0o755);
    set_mode(&state, 0o777);
    for folder in [&root, &root.join(".git")] {
        set_mode(folder, 0o555);
    }
    for _ in 0..2 {
        let ended = as_nobody(&root, &state);
        let (out, err) = both(&ended);
        assert_eq!(out.lines().count(), 5, "{err}");
        assert_eq!(err, "");
    }
    assert!(state.join("docket").is_dir());
    assert!(!root.join(".git/docket").exists());
    for folder in [&root, &root.join(".git")] {
        set_mode(folder, 0o755);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_may_not_be_read_is_passed_over() {
    let (dir, root) = project(40);
    set_mode(dir.path(), 0o755);
    set_mode(&root.join("d0"), 0o000);
    set_mode(&root.join("d1/f1.rs"), 0o000);
    let ended = as_nobody(&root, &dir.path().join("nowhere"));
    let (out, err) = both(&ended);
    assert!(ended.status.success(), "{err}");
    assert_eq!(out.lines().count(), 37, "{err}");
    assert!(err.contains("cannot be written"), "{err}");
    set_mode(&root.join("d0"), 0o755);
}

#[test]
fn files_that_come_and_go_while_a_scan_runs_do_not_stop_it() {
    let (_dir, root) = project(400);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut idx = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                let name = format!("d{}/f{idx}.rs", idx % 20);
                fs::remove_file(root.join(&name)).unwrap();
                write(&root, &name, format!("// TODO: number {idx}\n"));
                idx = (idx + 1) % 400;
            }
        });
        for _ in 0..10 {
            let n_found = output(todos(&root)).lines().count();
            assert!((395..=400).contains(&n_found), "{n_found}");
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    assert_eq!(output(todos(&root)).lines().count(), 400);
}

/// How long it takes is for the benchmarks to say; here it is enough that it is right.
#[test]
fn a_branch_switch_of_many_files_and_back() {
    let n_files = if is_full() { 20_000 } else { 1_000 };
    let (_dir, root) = project(n_files);
    let one = output(todos(&root));
    for idx in 0..n_files {
        let text = format!("// FIXME: other {idx}\n");
        write(&root, &format!("d{}/f{idx}.rs", idx % 20), text);
    }
    let other = output(todos(&root));
    assert!(other.lines().all(|it| it.contains("FIXME")));
    for idx in 0..n_files {
        let text = format!("// TODO: number {idx}\n");
        write(&root, &format!("d{}/f{idx}.rs", idx % 20), text);
    }
    assert_eq!(output(todos(&root)), one);
}

#[test]
fn a_project_of_very_many_files_under_the_full_switch() {
    let n_files = if is_full() { 300_000 } else { 3_000 };
    let (_dir, root) = project(n_files);
    let first = output(todos(&root));
    assert_eq!(first.lines().count(), n_files);
    assert_eq!(output(todos(&root)), first);
}

#[test]
fn every_encoding_and_shape_of_text_is_read_or_told() {
    let (_dir, root) = project(0);
    let utf16 = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(order)
            .collect()
    };
    write(
        &root,
        "bad.rs",
        b"\x80\xff \xc3(\n// TODO: after invalid bytes\n".as_slice(),
    );
    write(&root, "bom.rs", "\u{feff}// TODO: after a mark\r\n");
    write(
        &root,
        "le.rs",
        utf16("// TODO: little \u{1F600}\r\n", u16::to_le_bytes),
    );
    write(
        &root,
        "be.rs",
        utf16("// TODO: big \u{1F600}\r\n", u16::to_be_bytes),
    );
    let long = format!(
        "let x = \"{}\"; // TODO: far right\n// TODO: next\n",
        "x".repeat(1 << 20)
    );
    write(&root, "long.rs", long);
    let large = fs::File::create(root.join("large.rs")).unwrap();
    large.set_len(1 << 30).unwrap();
    let found = output(todos(&root));
    for text in [
        "after invalid bytes",
        "after a mark",
        "little \u{1F600}",
        "big \u{1F600}",
        "next",
    ] {
        assert!(found.contains(text), "{text}:\n{found}");
    }
    let mut json = command(DOCKET, &root);
    let (json, _) = both(&json.args(["todos", "--json"]).output().unwrap());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let skipped = json["skipped"].to_string();
    for expected in [
        r#""path":"large.rs","reason":"too-large""#,
        r#""path":"long.rs","reason":"long-line""#,
    ] {
        assert!(skipped.contains(expected), "{skipped}");
    }
}
