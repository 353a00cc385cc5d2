//! Walks with and without memory, and with a watcher, give what is there.

use std::time::Duration;

use super::*;
use crate::watched::{self, Since};

fn listed(root: &Path, n_threads: usize) -> Vec<Listed> {
    // Later than any of the files that a test has just written.
    let later = SystemTime::now() + Duration::from_secs(9);
    files(root, later, n_threads, &mut Listing::default(), None)
}

#[test]
fn what_is_kept_is_what_ripgreps_walk_gives() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for (path, text) in [
        (".gitignore", "/out\n*.log\n"),
        (".github/ci.yml", "x"),
        (".hidden/deep/a.rs", "x"),
        ("src/.ignore", "left.rs\n"),
        ("src/left.rs", "x"),
        ("src/main.rs", "x"),
        ("src/a.log", "x"),
        ("src/.gitignore", "!a.log\n"),
        ("out/a.rs", "x"),
        ("out.rs", "x"),
        (".git/config", "x"),
    ] {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        std::fs::write(path, text).unwrap();
    }
    let compare = || {
        let mut theirs: Vec<String> = ignore::WalkBuilder::new(root)
            .hidden(false)
            .require_git(false)
            .filter_entry(|it| it.file_name() != ".git")
            .build()
            .flatten()
            .filter(|it| it.file_type().is_some_and(|it| it.is_file()))
            .map(|it| it.path().strip_prefix(root).unwrap().to_owned())
            .map(|it| it.to_str().unwrap().replace('\\', "/"))
            .collect();
        theirs.sort_by(|one, two| by_folder(one, two));
        let ours = listed(root, 2);
        let ours: Vec<String> = ours.iter().map(|it| it.path.to_string()).collect();
        assert_eq!(ours, theirs);
        ours
    };
    assert!(compare().contains(&"src/a.log".to_owned()));
    std::fs::remove_dir_all(root.join(".git")).unwrap();
    let without = compare();
    assert!(without.contains(&".hidden/deep/a.rs".to_owned()));
    assert!(!without.iter().any(|it| it.starts_with("out/")));
}

#[test]
fn large_folders_are_shared_out_and_a_change_is_another_stamp() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    #[expect(clippy::disallowed_methods, reason = "a test's own files")]
    let write = |name: &str, text: &str| std::fs::write(root.join(name), text).unwrap();
    (0..CHUNK * 2 + 5).for_each(|it| write(&format!("{it}.rs"), "x"));
    write("node_modules", "a file of that name is one");
    let one = listed(root, 1);
    assert_eq!(one.len(), CHUNK * 2 + 6);
    assert_eq!(one, listed(root, 4));
    assert!(one.iter().all(|it| it.stamp.is_some()));
    write("7.rs", "yy");
    let two = listed(root, 2);
    let changed: Vec<_> = one.iter().zip(&two).filter(|(a, b)| a != b).collect();
    assert_eq!(changed.len(), 1);
    assert_eq!((&*changed[0].1.path, changed[0].1.size), ("7.rs", 2));
    // Just now: nobody can tell whether it changes once more within the tick.
    let young = files(root, SystemTime::now(), 2, &mut Listing::default(), None);
    let young = young.iter().find(|it| &*it.path == "7.rs").unwrap();
    assert_eq!(young.stamp, None);
}

/// Step by step: what is remembered of the steps before gives what a walk without memory gives.
#[test]
fn what_is_remembered_of_folders_is_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let root = &folder.path().join("root");
    let mut known = Listing::default();
    let mut later = SystemTime::now() + Duration::from_secs(9);
    // A link, as people who keep their dotfiles elsewhere have it.
    #[cfg(unix)]
    {
        std::fs::create_dir_all(root.join("linked")).unwrap();
        let to = "../../elsewhere";
        std::os::unix::fs::symlink(to, root.join("linked/.gitignore")).unwrap();
    }
    let steps: [(&str, Option<&str>); 20] = [
        ("src/deep/a.rs", Some("x")),
        ("src/b.rs", Some("x")),
        ("src/deep/c.log", Some("x")),
        (".gitignore", Some("*.log\n")),
        // Of the same length, and not even in the folders that it speaks of.
        (".gitignore", Some("b.rs\n\n")),
        ("src/.ignore", Some("deep/\n")),
        ("src/.ignore", Some("seed/\n")),
        ("src/.ignore", None),
        ("src/deep/a.rs", Some("longer")),
        ("src/deep/a.rs", None),
        ("src/new/d.rs", Some("x")),
        ("../.gitignore", Some("new/\n")),
        (".gitignore", None),
        ("../.gitignore", None),
        ("linked/f.rs", Some("x")),
        ("../elsewhere", Some("f.rs\n")),
        ("../elsewhere", Some("g.rs\n")),
        ("nested/.git/info/exclude", Some("h.rs\n")),
        ("nested/h.rs", Some("x")),
        ("nested/.git/info/exclude", Some("i.rs\n")),
    ];
    for (path, text) in steps {
        let full = root.join(path);
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        match text {
            Some(text) => {
                std::fs::create_dir_all(full.parent().unwrap()).unwrap();
                std::fs::write(full, text).unwrap();
            }
            None => std::fs::remove_file(full).unwrap(),
        }
        // The clock's tick passes between what a person does.
        std::thread::sleep(Duration::from_millis(12));
        for n_threads in [1, 3] {
            let without = files(root, later, 2, &mut Listing::default(), None);
            assert_eq!(
                files(root, later, n_threads, &mut known, None),
                without,
                "{path}"
            );
        }
        later += Duration::from_secs(1);
    }
    assert!(known.folders.len() > 2, "{known:?}");
    // Nothing is listed where nothing has changed: what is remembered is believed.
    let stamp = known.folders["src"].stamp;
    let believed = Known {
        stamp,
        rules: Vec::new(),
        folders: Vec::new(),
        files: Vec::new(),
    };
    known.folders.insert("src".into(), Arc::new(believed));
    let found = files(root, later, 1, &mut known, None);
    assert!(!found.is_empty());
    assert!(found.iter().all(|it| !it.path.starts_with("src/")));
}

#[test]
fn files_that_are_watched_are_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    #[expect(clippy::disallowed_methods, reason = "a test's own files")]
    let write = |name: &str, text: &str| std::fs::write(root.join(name), text).unwrap();
    for it in ["src", "other"] {
        std::fs::create_dir(root.join(it)).unwrap();
    }
    for it in ["src/a.rs", "src/b.rs", "other/c.rs"] {
        write(it, "x");
    }
    let later = SystemTime::now() + Duration::from_secs(9);
    let mut known = Listing::default();
    let mut since = Since::default();
    let mut walk = || {
        let (now, watched) = watched::take(root, since);
        since = now;
        let files = files(root, later, 2, &mut known, watched.as_ref());
        let size = |name: &str| files.iter().find(|it| &*it.path == name).map(|it| it.size);
        ["other/c.rs", "src/a.rs", "src/b.rs", "src/d.rs"].map(size)
    };
    let watcher = watched::begin(root);
    watched::add(root, watcher, root);
    watched::add(root, watcher, &root.join("src"));
    walk();
    walk();
    // Nobody says so: one is believed, and of the other folder nobody knows.
    write("src/a.rs", "xx");
    write("other/c.rs", "xx");
    assert_eq!(walk(), [Some(2), Some(1), Some(1), None]);
    watched::note(root, watcher, &root.join("src/a.rs"));
    assert_eq!(walk(), [Some(2), Some(2), Some(1), None]);
    write("src/b.rs", "xxx");
    watched::lose(root);
    assert_eq!(walk(), [Some(2), Some(2), Some(3), None]);
    // Names are seen without a watcher.
    std::thread::sleep(Duration::from_millis(12));
    write("src/d.rs", "x");
    std::fs::remove_file(root.join("src/a.rs")).unwrap();
    assert_eq!(walk(), [Some(2), None, Some(3), Some(1)]);
    watched::end(root, watcher);
    write("src/b.rs", "xxxx");
    assert_eq!(walk(), [Some(2), None, Some(4), Some(1)]);
}
