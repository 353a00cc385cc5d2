//! The mirror of databases that hold something, nothing, or nothing that can be read.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use docket_core::sync::{Conflict, Field, Issue, IssueState, Value};
use docket_store::Store;
use jiff::Timestamp;
use tempfile::TempDir;

use super::super::side::GITHUB;
use super::*;

struct Bench {
    dir: TempDir,
    env: Env,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("it/.docs")).unwrap();
        let now = "2026-11-20T12:00:00[UTC]".parse().unwrap();
        let env = Env::fixed(dir.path(), now, 7);
        let state = dir.path().join("state");
        let env = env.with_var("XDG_STATE_HOME", state.to_str().unwrap());
        Self { dir, env }
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("it")
    }

    fn database(&self) -> PathBuf {
        location::databases(&self.root(), self.env.state_home().as_deref()).remove(0)
    }

    fn load(&self, config: &str) -> Option<Mirror> {
        let (config, problems) = Config::parse(config);
        assert_eq!(problems, []);
        load(&self.root(), &self.env, &config)
    }
}

fn issue(number: u64) -> Issue {
    Issue {
        number,
        node_id: format!("I_{number}"),
        url: format!("https://github.com/ana/it/issues/{number}"),
        title: "Stops at the blank line".to_owned(),
        body: String::new(),
        state: IssueState::Open,
        labels: BTreeSet::new(),
        assignees: BTreeSet::new(),
        milestone: None,
        kind: None,
        relations: None,
        project: None,
        author: "ben".to_owned(),
        locked: false,
        is_pull_request: false,
        n_comments: 0,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        closed_at: None,
    }
}

const ANA: &str = "[sync]\nrepository = \"ana/it\"\n";

#[test]
fn what_the_ledger_knows_is_the_mirror() {
    let bench = Bench::new();
    let mut ledger = Ledger::open(&bench.database()).unwrap();
    let remote = ledger.remote(GITHUB, "ana/it").unwrap();
    ledger.put_issues(remote, &[issue(7), issue(8)]).unwrap();
    let conflict = Conflict {
        ticket: "T-7k3f".to_owned(),
        issue: 7,
        field: Field::Title,
        base: None,
        mine: Value::text("a"),
        theirs: Value::text("b"),
    };
    ledger
        .set_conflicts(remote, std::slice::from_ref(&conflict))
        .unwrap();
    let mirror = bench.load(ANA).unwrap();
    assert_eq!(mirror.repository, "ana/it");
    assert_eq!(mirror.issues.keys().collect::<Vec<_>>(), [&7, &8]);
    assert_eq!(mirror.conflicts, [conflict]);
    // Of another repository nothing is known, and nobody named one.
    assert!(bench.load("[sync]\nrepository = \"ben/other\"\n").is_none());
    assert!(bench.load("").is_none());
}

#[test]
fn without_a_ledger_there_is_none_and_none_is_made() {
    let bench = Bench::new();
    assert!(bench.load(ANA).is_none());
    assert!(!bench.database().exists());
    drop(Store::open(&bench.database()).unwrap());
    assert!(bench.load(ANA).is_none());
    #[expect(clippy::disallowed_methods, reason = "a test damages its own file")]
    fs::write(bench.database(), "no database").unwrap();
    assert!(bench.load(ANA).is_none());
    assert_eq!(fs::read(bench.database()).unwrap(), b"no database");
}
