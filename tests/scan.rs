//! The scan on real files: what it passes over, what it remembers, and what cannot stop it.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use docket::scan::{Request, Scan, scan};
use docket_core::config::Config;
use docket_core::facts::Skip;
use docket_store::Store;
use proptest::prelude::*;

/// A clock so far ahead that every stamp is old enough to be trusted.
fn later() -> SystemTime {
    SystemTime::now() + Duration::from_secs(3_600)
}

pub(crate) fn scan_with(root: &Path, store: Option<&Store>, now: SystemTime) -> Scan {
    scan(&Request {
        root,
        config: &Config::default(),
        store,
        now,
        n_threads: 2,
        progress: &|_| {},
        cancel: &AtomicBool::new(false),
    })
    .unwrap()
}

pub(crate) fn write(root: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// What a scan gives that does not depend on the store.
fn outcome(scan: &Scan) -> String {
    let files: Vec<_> = scan
        .files
        .iter()
        .map(|(path, facts)| format!("{path}: {:?}", facts.hash))
        .collect();
    let skipped: Vec<_> = scan
        .skipped
        .iter()
        .map(|it| format!("{}: {}", it.path, it.reason.name()))
        .collect();
    format!("{}\n--\n{}", files.join("\n"), skipped.join("\n"))
}

fn skipped(scan: &Scan, reason: Skip) -> Vec<&str> {
    let found = scan.skipped.iter().filter(|it| it.reason == reason);
    found.map(|it| it.path.as_str()).collect()
}

fn open(root: &Path) -> Store {
    let (store, told) = Store::open(&root.join("store/docket.db")).unwrap();
    assert!(told.is_none(), "{told:?}");
    store
}

#[test]
fn a_second_scan_reads_only_what_changed() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("p");
    for idx in 0..40 {
        write(
            &root,
            &format!("d{}/f{idx}.rs", idx % 4),
            format!("// TODO: {idx}\n"),
        );
    }
    write(&root, "d0/quiet.rs", "fn main() {}\n");
    let mut store = open(dir.path());

    let cold = scan_with(&root, Some(&store), later());
    assert_eq!(cold.stats.n_read, 41);
    store.save(&cold.change).unwrap();

    let warm = scan_with(&root, Some(&store), later());
    assert_eq!(warm.stats.n_read, 0);
    assert!(warm.change.is_empty());
    assert_eq!(outcome(&warm), outcome(&cold));

    write(&root, "d1/f1.rs", "// TODO: other\n");
    write(&root, "d1/new/deep.rs", "// TODO: new\n");
    fs::remove_file(root.join("d2/f2.rs")).unwrap();
    fs::remove_dir_all(root.join("d3")).unwrap();
    let changed = scan_with(&root, Some(&store), later());
    assert_eq!(changed.stats.n_read, 2);
    assert_eq!(changed.change.removed, ["d3"]);
    store.save(&changed.change).unwrap();
    let fresh = scan_with(&root, None, later());
    assert_eq!(outcome(&changed), outcome(&fresh));

    let last = scan_with(&root, Some(&store), later());
    assert_eq!(last.stats.n_read, 0);
    assert_eq!(outcome(&last), outcome(&fresh));
}

#[test]
fn what_changed_just_before_the_scan_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("p");
    write(&root, "a.rs", "// TODO: one\n");
    let mut store = open(dir.path());
    let cold = scan_with(&root, Some(&store), SystemTime::now());
    store.save(&cold.change).unwrap();
    let warm = scan_with(&root, Some(&store), SystemTime::now());
    assert_eq!(warm.stats.n_read, 1);
}

#[test]
fn a_changed_ignore_file_is_seen_in_all_that_it_rules() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("p");
    fs::create_dir_all(root.join(".git")).unwrap();
    for path in ["a/x.rs", "a/b/x.rs", "c/x.rs"] {
        write(&root, path, "// TODO: x\n");
    }
    let mut store = open(dir.path());
    let steps: [(&str, Option<&str>); 7] = [
        (".gitignore", Some("nothing\n")),
        (".gitignore", Some("b/\n")),
        ("a/.ignore", Some("!b/\n")),
        ("a/.ignore", Some("x.rs\n")),
        ("a/.ignore", None),
        (".gitattributes", Some("c/* linguist-vendored\n")),
        (".gitignore", None),
    ];
    for (path, text) in steps {
        match text {
            Some(text) => write(&root, path, text),
            None => fs::remove_file(root.join(path)).unwrap(),
        }
        let warm = scan_with(&root, Some(&store), later());
        let fresh = scan_with(&root, None, later());
        assert_eq!(outcome(&warm), outcome(&fresh), "{path}: {text:?}");
        store.save(&warm.change).unwrap();
    }
}

#[test]
fn what_is_skipped_is_told_with_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    fs::create_dir(root.join(".git")).unwrap();
    write(root, ".gitignore", "target/\n*.log\n");
    write(root, "target/x.rs", "// TODO: x\n");
    write(root, "a.log", "x");
    write(root, "node_modules/x.js", "// TODO: x\n");
    write(root, "x.pb.go", "// TODO: x\n");
    write(root, "bin.rs", b"// TODO: x\0");
    write(root, ".hidden/x.rs", "// TODO: x\n");
    write(root, ".github/x.yml", "# TODO: x\n");
    let large = fs::File::create(root.join("large.rs")).unwrap();
    large.set_len(1 << 30).unwrap();
    let found = scan_with(root, None, later());
    assert_eq!(skipped(&found, Skip::Ignored), ["a.log", "target"]);
    assert_eq!(skipped(&found, Skip::Vendored), ["node_modules"]);
    assert_eq!(skipped(&found, Skip::Generated), ["x.pb.go"]);
    assert_eq!(skipped(&found, Skip::Binary), ["bin.rs"]);
    assert_eq!(skipped(&found, Skip::TooLarge), ["large.rs"]);
    assert!(found.stats.n_bytes_read < 1_000);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_and_pipes_not_opened() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    write(root, "a/x.rs", "// TODO: x\n");
    symlink("..", root.join("a/up")).unwrap();
    symlink(".", root.join("self")).unwrap();
    symlink("x.rs", root.join("a/y.rs")).unwrap();
    rustix::fs::mkfifoat(
        rustix::fs::CWD,
        root.join("pipe.rs"),
        rustix::fs::Mode::RUSR,
    )
    .unwrap();
    let found = scan_with(root, None, later());
    assert_eq!((found.stats.n_files, found.stats.n_folders), (1, 2));
}

#[test]
fn a_cancelled_scan_ends_and_forgets_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("p");
    for idx in 0..3_000 {
        write(&root, &format!("d{}/f{idx}.rs", idx % 2), "fn x() {}\n");
    }
    let mut store = open(dir.path());
    store
        .save(&scan_with(&root, Some(&store), later()).change)
        .unwrap();
    let cancel = AtomicBool::new(false);
    let partial = scan(&Request {
        root: &root,
        config: &Config::default(),
        store: Some(&store),
        now: later(),
        n_threads: 1,
        progress: &|_| cancel.store(true, Ordering::Relaxed),
        cancel: &cancel,
    })
    .unwrap();
    assert!(partial.cancelled);
    assert!(partial.stats.n_files < 3_000);
    store.save(&partial.change).unwrap();
    assert_eq!(scan_with(&root, Some(&store), later()).stats.n_files, 3_000);
}

#[test]
fn a_large_folder_is_shared_out_and_remembered_whole() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("p");
    for idx in 0..5_000 {
        write(
            &root,
            &format!("f{idx}.rs"),
            if idx % 10 == 0 {
                "// TODO: x\n"
            } else {
                "//\n"
            },
        );
    }
    let mut store = open(dir.path());
    let cold = scan_with(&root, Some(&store), later());
    assert_eq!(cold.stats.n_read, 5_000);
    store.save(&cold.change).unwrap();
    write(&root, "f4999.rs", "fn x() {}\n");
    let warm = scan_with(&root, Some(&store), later());
    assert_eq!(warm.stats.n_read, 1);
    store.save(&warm.change).unwrap();
    assert_eq!(scan_with(&root, Some(&store), later()).stats.n_read, 0);
}

fn trees() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop::sample::select(vec!["a", "b", "c.rs", "d.txt", ".e"]);
    let path = prop::collection::vec(name, 1..4).prop_map(|it| it.join("/"));
    let pattern = prop::sample::select(vec![
        "a", "b/", "/a", "*.rs", "!c.rs", "a/b", "**/d.txt", "a/**", "!a", "!/a/", "!.e", ".e",
        "#x", "",
    ]);
    let rules = prop::collection::vec(pattern, 1..4).prop_map(|it| it.join("\n"));
    let folder = prop::sample::select(vec!["", "a/", "b/", "a/b/"]);
    let rule_file = (
        folder,
        prop::sample::select(vec![".gitignore", ".ignore"]),
        rules,
    )
        .prop_map(|(folder, name, text)| (format!("{folder}{name}"), text));
    let file = path.prop_map(|it| (format!("{it}/f.rs"), "// TODO: x\n".to_owned()));
    (
        prop::collection::vec(file, 1..12),
        prop::collection::vec(rule_file, 0..5),
    )
        .prop_map(|(files, rules)| files.into_iter().chain(rules).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The `ignore` crate's own walk, which is ripgrep's, is the measure.
    #[test]
    fn the_files_are_those_that_ripgrep_would_search(tree in trees(), in_git: bool) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        if in_git {
            fs::create_dir(root.join(".git")).unwrap();
        }
        for (path, text) in &tree {
            write(root, path, text);
        }
        let walk = ignore::WalkBuilder::new(root).git_global(false).parents(false).build();
        let mut expected: Vec<_> = walk
            .map(|it| it.unwrap())
            .filter(|it| it.file_type().is_some_and(|it| it.is_file()))
            .map(|it| it.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned())
            .filter(|it| it.ends_with("/f.rs"))
            .collect();
        expected.sort();
        let found = scan_with(root, None, later());
        prop_assert_eq!(found.stats.n_files, expected.len(), "{:?}", expected);
    }
}
