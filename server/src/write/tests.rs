//! Tests of the writer, a process killed at every step included.

use std::path::Path;
use std::process::Stdio;

use docket_core::edit::{Change, FileCreate, FileEdit, TextEdit};
use docket_core::span::Span;
use docket_core::text::Hash;
use expect_test::{Expect, expect};

use super::*;
use crate::env::Env;

fn edit(root: &Path, path: &str, span: (usize, usize), text: &str) -> FileEdit {
    FileEdit {
        path: path.to_owned(),
        expected: Hash::of(&std::fs::read(root.join(path)).unwrap_or_default()),
        edits: vec![TextEdit {
            span: Span::new(span.0, span.1),
            text: text.to_owned(),
        }],
    }
}

fn create(path: &str, text: &str) -> FileCreate {
    FileCreate {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// A folder with `a.txt` (one), `b.txt` (two) and git's own folder.
fn project() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), ".git/HEAD", b"ref: refs/heads/main\n");
    put(dir.path(), "a.txt", b"one\n");
    put(dir.path(), "b.txt", b"two\n");
    dir
}

fn put(root: &Path, path: &str, content: &[u8]) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::File::create(&path)
        .and_then(|mut it| std::io::Write::write_all(&mut it, content))
        .unwrap();
}

/// Every file of the project with its content, git's folder left out.
fn tree(root: &Path) -> String {
    fn walk(root: &Path, folder: &Path, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = path.strip_prefix(root).unwrap().display().to_string();
            match path.is_dir() {
                true if name == ".git" => (),
                true => walk(root, &path, out),
                false => out.push(format!(
                    "{name}: {}",
                    String::from_utf8_lossy(&std::fs::read(&path).unwrap()).escape_debug()
                )),
            }
        }
    }
    let mut out = Vec::new();
    walk(root, root, &mut out);
    out.sort();
    out.join("\n")
}

fn check(change: impl FnOnce(&Path) -> Change, expect: Expect) {
    let dir = project();
    let change = change(dir.path());
    let result = match apply(dir.path(), &change) {
        Ok(written) => written
            .into_iter()
            .map(|it| it.path)
            .collect::<Vec<_>>()
            .join(" "),
        Err(error) => error.to_string(),
    };
    expect.assert_eq(&format!("{result}\n{}\n", tree(dir.path())));
}

#[test]
fn several_files_change_together() {
    check(
        |root| Change {
            edits: vec![
                edit(root, "a.txt", (0, 3), "ONE"),
                edit(root, "b.txt", (3, 3), "!"),
            ],
            creates: vec![create(".docs/tickets/T-2222-x.md", "new\n")],
            renames: vec![("b.txt".into(), "sub/c.txt".into())],
            ..Change::default()
        },
        expect![[r#"
            .docs/tickets/T-2222-x.md a.txt b.txt sub/c.txt
            .docs/tickets/T-2222-x.md: new\n
            a.txt: ONE\n
            sub/c.txt: two!\n
        "#]],
    );
    check(
        |_| Change {
            deletes: vec!["a.txt".into()],
            ..Change::default()
        },
        expect![[r#"
            a.txt
            b.txt: two\n
        "#]],
    );
}

#[test]
fn what_changed_since_stays_as_it_is() {
    check(
        |root| {
            let stale = edit(root, "b.txt", (0, 3), "TWO");
            put(root, "b.txt", b"mine\n");
            Change {
                edits: vec![edit(root, "a.txt", (0, 3), "ONE"), stale],
                creates: vec![create("c.txt", "")],
                ..Change::default()
            }
        },
        expect![[r#"
            `b.txt` has changed since this change was planned
            a.txt: one\n
            b.txt: mine\n
        "#]],
    );
}

#[test]
fn nothing_is_overwritten() {
    check(
        |_| Change {
            creates: vec![create("new.txt", ""), create("b.txt", "mine")],
            ..Change::default()
        },
        expect![[r#"
            `b.txt` exists already
            a.txt: one\n
            b.txt: two\n
        "#]],
    );
    check(
        |_| Change {
            renames: vec![("a.txt".into(), "b.txt".into())],
            ..Change::default()
        },
        expect![[r#"
            `b.txt` exists already
            a.txt: one\n
            b.txt: two\n
        "#]],
    );
}

#[test]
fn paths_stay_in_the_project() {
    let outside = tempfile::tempdir().unwrap();
    put(outside.path(), "secret", b"s");
    for path in [
        "../x",
        "/tmp/docket-x",
        "a/../../x",
        "",
        ".",
        ".git/hooks/x",
        "sub/.GIT/x",
        "link/new",
        "link",
    ] {
        let dir = project();
        #[cfg(unix)]
        std::os::unix::fs::symlink(outside.path(), dir.path().join("link")).unwrap();
        let change = Change {
            creates: vec![create(path, "x")],
            ..Change::default()
        };
        let result = apply(dir.path(), &change);
        let is_refused = matches!(
            result,
            Err(WriteError::Outside { .. } | WriteError::Exists { .. })
        );
        assert!(is_refused, "{path}: {result:?}");
    }
    assert_eq!(tree(outside.path()), "secret: s");
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_and_refused_outside() {
    let outside = tempfile::tempdir().unwrap();
    put(outside.path(), "far.txt", b"far\n");
    let dir = project();
    let root = dir.path();
    std::os::unix::fs::symlink("a.txt", root.join("near.txt")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("far.txt"), root.join("far.txt")).unwrap();
    let change = |path| Change {
        edits: vec![edit(root, path, (0, 3), "new")],
        ..Change::default()
    };
    apply(root, &change("near.txt")).unwrap();
    assert!(root.join("near.txt").is_symlink());
    assert_eq!(std::fs::read(root.join("a.txt")).unwrap(), b"new\n");
    let refused = apply(root, &change("far.txt"));
    assert!(
        matches!(refused, Err(WriteError::Outside { .. })),
        "{refused:?}"
    );
    assert_eq!(tree(outside.path()), "far.txt: far\\n");
}

#[cfg(unix)]
#[test]
fn the_mode_stays_and_read_only_files_are_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = project();
    let file = dir.path().join("a.txt");
    let mode = || file.metadata().unwrap().permissions().mode() & 0o777;
    let set = |mode| std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
    let change = || Change {
        edits: vec![edit(dir.path(), "a.txt", (0, 0), "x")],
        ..Change::default()
    };
    set(0o751);
    apply(dir.path(), &change()).unwrap();
    assert_eq!(mode(), 0o751);
    set(0o444);
    let refused = apply(dir.path(), &change());
    assert!(
        matches!(refused, Err(WriteError::ReadOnly { .. })),
        "{refused:?}"
    );
}

#[test]
fn utf_16_stays_utf_16() {
    let dir = project();
    let encoded = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    put(dir.path(), "w.txt", &encoded("\u{1F600} é\r\nx"));
    let change = Change {
        edits: vec![edit(dir.path(), "w.txt", (5, 7), "ü!")],
        ..Change::default()
    };
    apply(dir.path(), &change).unwrap();
    let now = std::fs::read(dir.path().join("w.txt")).unwrap();
    assert_eq!(now, encoded("\u{1F600} ü!\r\nx"));
}

#[test]
fn invalid_utf_8_around_an_edit_stays() {
    let dir = project();
    put(dir.path(), "l.txt", b"\xff\xe9 old \xe8");
    let change = Change {
        edits: vec![edit(dir.path(), "l.txt", (3, 6), "new")],
        ..Change::default()
    };
    apply(dir.path(), &change).unwrap();
    let now = std::fs::read(dir.path().join("l.txt")).unwrap();
    assert_eq!(now, b"\xff\xe9 new \xe8");
}

#[test]
fn senseless_changes_are_refused() {
    let overlapping = |root: &Path| {
        let mut it = edit(root, "a.txt", (1, 3), "x");
        it.edits.extend(edit(root, "a.txt", (2, 3), "y").edits);
        it
    };
    let dir = project();
    let root = dir.path();
    for change in [
        Change {
            edits: vec![overlapping(root)],
            ..Change::default()
        },
        Change {
            edits: vec![edit(root, "a.txt", (1, 99), "x")],
            ..Change::default()
        },
        Change {
            edits: vec![
                edit(root, "a.txt", (0, 1), ""),
                edit(root, "a.txt", (0, 1), ""),
            ],
            ..Change::default()
        },
        Change {
            edits: vec![edit(root, "a.txt", (0, 1), "")],
            deletes: vec!["a.txt".into()],
            ..Change::default()
        },
        Change {
            creates: vec![create("n", ""), create("n", "")],
            ..Change::default()
        },
    ] {
        let result = apply(root, &change);
        assert!(
            matches!(result, Err(WriteError::Invalid { .. })),
            "{change:?}: {result:?}"
        );
    }
    assert_eq!(tree(root), "a.txt: one\\n\nb.txt: two\\n");
}

#[test]
fn a_failure_half_way_takes_all_back() {
    let dir = project();
    let root = dir.path();
    let change = Change {
        edits: vec![
            edit(root, "a.txt", (0, 3), "ONE"),
            edit(root, "b.txt", (0, 3), "TWO"),
        ],
        creates: vec![create("deep/er/c.txt", "c")],
        ..Change::default()
    };
    let mut commits = 0;
    let result = apply_in_steps(root, &change, &mut |step| {
        commits += usize::from(step == "commit");
        // Somebody saves the second file in the last moment.
        if commits == 3 {
            put(root, "b.txt", b"mine\n");
        }
    });
    assert!(
        matches!(result, Err(WriteError::Stale { .. })),
        "{result:?}"
    );
    assert_eq!(tree(root), "a.txt: one\\n\nb.txt: mine\\n");
    assert!(!root.join("deep").exists());
    let left = std::fs::read_dir(root.join(".git/docket/tmp"))
        .unwrap()
        .count();
    assert_eq!(left, 0);
}

#[test]
fn old_litter_is_swept_and_fresh_files_of_others_stay() {
    let dir = project();
    let litter = dir.path().join(".git/docket/tmp/.docket-old.tmp");
    put(dir.path(), ".git/docket/tmp/.docket-old.tmp", b"half");
    put(dir.path(), ".git/docket/tmp/.docket-new.tmp", b"half");
    let hours_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    let file = std::fs::File::options().write(true).open(&litter).unwrap();
    file.set_modified(hours_ago).unwrap();
    let change = Change {
        creates: vec![create("c.txt", "c")],
        ..Change::default()
    };
    apply(dir.path(), &change).unwrap();
    let left: Vec<_> = std::fs::read_dir(litter.parent().unwrap())
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    assert_eq!(left, [".docket-new.tmp"]);
}

const ROOT: &str = "DOCKET_KILL_TEST_ROOT";

fn drilled(root: &Path) -> Change {
    Change {
        edits: vec![
            edit(root, "a.txt", (0, 3), "ONE"),
            edit(root, "b.txt", (0, 3), "TWO"),
        ],
        creates: vec![create("c.txt", "new")],
        renames: vec![("b.txt".into(), "d.txt".into())],
        ..Change::default()
    }
}

/// The child of the kill test: stops before each step until its parent lets it go on.
#[test]
fn drill() {
    let Some(root) = Env::of_process().var_os(ROOT).map(PathBuf::from) else {
        return;
    };
    let change = drilled(&root);
    let done = apply_in_steps(&root, &change, &mut |step| {
        eprintln!("step {step}");
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).unwrap();
    });
    done.unwrap();
}

#[cfg(unix)]
#[test]
fn a_killed_write_leaves_each_file_old_or_new() {
    use std::io::{BufRead, Write};
    let allowed = [
        ("a.txt", ["one\n", "ONE\n"]),
        ("b.txt", ["two\n", "TWO\n"]),
        ("c.txt", ["new", "new"]),
        ("d.txt", ["TWO\n", "TWO\n"]),
    ];
    for kill_at in 1.. {
        let dir = project();
        #[expect(
            clippy::disallowed_methods,
            reason = "the process to be killed is this test"
        )]
        let mut child = std::process::Command::new(Env::of_process().exe.unwrap())
            .args(["--exact", "write::tests::drill", "--nocapture"])
            .env(ROOT, dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let stderr = std::io::BufReader::new(child.stderr.take().unwrap());
        let mut n_steps = 0;
        for line in stderr.lines().map_while(Result::ok) {
            if !line.starts_with("step ") {
                continue;
            }
            n_steps += 1;
            if n_steps == kill_at {
                child.kill().unwrap();
                break;
            }
            stdin.write_all(b"go on\n").unwrap();
        }
        let finished = child.wait().unwrap().success();
        for file in std::fs::read_dir(dir.path()).unwrap().flatten() {
            let name = file.file_name().into_string().unwrap();
            if name == ".git" {
                continue;
            }
            let content = std::fs::read_to_string(file.path()).unwrap();
            let is_whole = allowed
                .iter()
                .any(|(it, contents)| *it == name && contents.contains(&content.as_str()));
            assert!(is_whole, "killed at step {kill_at}: {name}: {content:?}");
        }
        let has_b = dir.path().join("b.txt").exists() != dir.path().join("d.txt").exists();
        assert!(has_b, "killed at step {kill_at}: b.txt is lost or doubled");
        if finished {
            assert_eq!(tree(dir.path()), "a.txt: ONE\\n\nc.txt: new\nd.txt: TWO\\n");
            assert!(kill_at > 12, "only {kill_at} steps were drilled");
            return;
        }
    }
}
