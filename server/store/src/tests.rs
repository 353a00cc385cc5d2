//! The store under trouble: damage, locks, newer versions, full disks.

use std::fs;
use std::path::Path;

use docket_core::text::Hash;
use rusqlite::Connection;

use crate::{Store, TreeChange, Trouble};

fn change(n_folders: usize) -> TreeChange {
    TreeChange {
        root: "/p".to_owned(),
        version: Hash::of(b"1"),
        folders: (0..n_folders)
            .map(|it| (format!("d{it:05}"), vec![it as u8; 200]))
            .collect(),
        removed: Vec::new(),
        facts: (0..n_folders)
            .map(|it| (Hash::of(&it.to_le_bytes()), vec![1; 300]))
            .collect(),
        damaged: false,
    }
}

fn opened(path: &Path) -> Store {
    let (store, told) = Store::open(path).unwrap();
    assert!(told.is_none(), "{told:?}");
    store
}

#[test]
fn a_root_is_remembered_under_its_version_alone() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = opened(&dir.path().join("x/docket.db"));
    store.save(&change(3)).unwrap();
    let mut other = change(1);
    other.root = "/q".to_owned();
    store.save(&other).unwrap();
    let folders = |root: &str, version: &[u8]| {
        let store = opened(store.path());
        store.folders(root, Hash::of(version)).unwrap().len()
    };
    assert_eq!(folders("/p", b"1"), 3);
    assert_eq!(folders("/q", b"1"), 1);
    assert_eq!(folders("/p", b"2"), 0);

    let mut newer = change(2);
    newer.version = Hash::of(b"2");
    opened(store.path()).save(&newer).unwrap();
    assert_eq!(folders("/p", b"2"), 2);
    assert_eq!(folders("/p", b"1"), 0);
    assert_eq!(folders("/q", b"1"), 1);
}

#[test]
fn damage_is_put_aside_and_a_new_database_made() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docket.db");
    #[expect(clippy::disallowed_methods, reason = "a test's own files")]
    fs::write(
        &path,
        "this is no database, and long enough to be seen as none".repeat(40),
    )
    .unwrap();
    let (mut store, told) = Store::open(&path).unwrap();
    let Some(Trouble::Damaged { aside, .. }) = told else {
        panic!("{told:?}");
    };
    assert!(fs::read_to_string(aside).unwrap().starts_with("this is no"));
    store.save(&change(1)).unwrap();
    drop(store);
    assert_eq!(
        opened(&path).folders("/p", Hash::of(b"1")).unwrap().len(),
        1
    );
}

#[test]
fn damage_within_is_found_at_the_latest_by_a_write() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docket.db");
    let mut store = opened(&path);
    store.save(&change(500)).unwrap();
    store.merge_log();
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    let n_bytes = bytes.len();
    // Behind the pages that hold the database together, which are met when it is opened.
    bytes[n_bytes * 3 / 4..].fill(0xa5);
    #[expect(clippy::disallowed_methods, reason = "a test's own files")]
    fs::write(&path, bytes).unwrap();
    let (mut store, _) = Store::open(&path).unwrap();
    // Reading may or may not meet the damage; it must not panic, and a write must end well.
    let _ = store.folders("/p", Hash::of(b"1"));
    let trouble = store.save(&change(500)).unwrap_err();
    assert!(matches!(trouble, Trouble::Damaged { .. }), "{trouble:?}");
    store.save(&change(500)).unwrap();
    assert_eq!(store.folders("/p", Hash::of(b"1")).unwrap().len(), 500);
}

#[test]
fn damage_that_a_reader_met_is_mended_by_the_write_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docket.db");
    let mut store = opened(&path);
    let mut change = change(5);
    change.damaged = true;
    // Whole after all, as when another process was first: nothing is put aside.
    store.save(&change).unwrap();
    assert_eq!(store.folders("/p", Hash::of(b"1")).unwrap().len(), 5);
    assert!(!path.with_extension("damaged.db").exists());
}

#[test]
fn a_newer_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docket.db");
    drop(opened(&path));
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let before = fs::read(&path).unwrap();
    let trouble = Store::open(&path).unwrap_err();
    assert!(
        matches!(trouble, Trouble::Newer { found: 99, .. }),
        "{trouble:?}"
    );
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_lock_is_not_waited_for_long_and_readers_do_not_meet_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docket.db");
    let mut store = opened(&path);
    store.save(&change(2)).unwrap();
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(store.folders("/p", Hash::of(b"1")).unwrap().len(), 2);
    assert_eq!(
        opened(&path).folders("/p", Hash::of(b"1")).unwrap().len(),
        2
    );
    store.wait_for_locks(std::time::Duration::ZERO);
    let trouble = store.save(&change(3)).unwrap_err();
    assert!(trouble.is_retryable(), "{trouble:?}");
    writer.execute_batch("ROLLBACK").unwrap();
    store.save(&change(3)).unwrap();
}

#[test]
fn a_full_disk_loses_the_new_rows_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docket.db");
    let mut store = opened(&path);
    store.save(&change(2)).unwrap();
    store.limit_pages(20);
    let trouble = store.save(&change(5_000)).unwrap_err();
    assert!(matches!(trouble, Trouble::Full { .. }), "{trouble:?}");
    assert_eq!(store.folders("/p", Hash::of(b"1")).unwrap().len(), 2);
    assert_eq!(
        opened(&path).folders("/p", Hash::of(b"1")).unwrap().len(),
        2
    );
}

#[test]
fn facts_that_no_folder_names_are_dropped_oldest_first_and_a_few_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = opened(&dir.path().join("docket.db"));
    let key = |it: usize| Hash::of(&it.to_le_bytes());
    let mut all = change(0);
    all.facts = (0..1_000).map(|it| (key(it), vec![1; 10])).collect();
    store.save(&all).unwrap();
    let live: Vec<_> = (0..1_000).step_by(10).map(key).collect();
    assert_eq!(store.drop_unused(&live, 400, 300).unwrap(), 300);
    assert_eq!(store.drop_unused(&live, 400, 300).unwrap(), 300);
    assert_eq!(store.drop_unused(&live, 400, 300).unwrap(), 0);
    for key in &live {
        assert!(store.has_facts(*key).unwrap());
    }
    assert!(!store.has_facts(key(1)).unwrap());
    assert!(store.has_facts(key(999)).unwrap());
}

#[test]
fn a_log_that_was_left_is_read_and_merged_when_it_has_grown() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docket.db");
    let log_len = || {
        path.with_extension("db-wal")
            .metadata()
            .map_or(0, |it| it.len())
    };
    let mut large = change(9_000);
    opened(&path).save(&large).unwrap();
    assert!(log_len() > 4 * 1024 * 1024, "{}", log_len());
    let folders = || opened(&path).folders("/p", Hash::of(b"1")).unwrap().len();
    assert_eq!(folders(), 9_000);
    large.folders.truncate(1);
    large.facts.clear();
    opened(&path).save(&large).unwrap();
    assert_eq!((log_len(), folders()), (0, 9_000));
}
