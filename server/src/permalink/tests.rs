//! Addresses over repositories that gix itself makes.

use gix::objs::tree::{Entry, EntryKind};

use super::*;

/// A repository whose commits hold `app/a b.rs`, and that names `ana/it` as its origin.
struct Bench {
    dir: tempfile::TempDir,
    repository: gix::Repository,
    /// Seconds: each commit is later than the one before.
    now: i64,
}

const TEXT: &str = "fn a() {}\n// TODO: it\nfn b() {}\n// TODO: twice\n// TODO: twice\r\n";

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let repository = gix::init(dir.path()).unwrap();
        let remotes = "[remote \"origin\"]\n\turl = git@github.com:Ana/It.git\n\
            [remote \"fork\"]\n\turl = https://github.com/ben/it.git\n";
        let mut config = std::fs::OpenOptions::new()
            .append(true)
            .open(dir.path().join(".git/config"))
            .unwrap();
        std::io::Write::write_all(&mut config, remotes.as_bytes()).unwrap();
        drop(config);
        let repository = gix::open(repository.path()).unwrap();
        let bench = Self {
            dir,
            repository,
            now: 1_000,
        };
        std::fs::create_dir_all(bench.dir.path().join("app")).unwrap();
        bench.write(".git/HEAD", "ref: refs/heads/main\n");
        bench
    }

    fn write(&self, path: &str, text: &str) {
        let mut file = std::fs::File::create(self.dir.path().join(path)).unwrap();
        std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    }

    fn commit(&mut self, reference: &str, text: &str, parent: Option<ObjectId>) -> ObjectId {
        self.now += 100;
        let mut oid = self.repository.write_blob(text).unwrap().detach();
        for (name, kind) in [("a b.rs", EntryKind::Blob), ("app", EntryKind::Tree)] {
            let entry = Entry {
                mode: kind.into(),
                filename: name.into(),
                oid,
            };
            let entries = vec![entry];
            let tree = gix::objs::Tree { entries };
            oid = self.repository.write_object(tree).unwrap().detach();
        }
        let time = format!("{} +0000", self.now);
        let who = gix::actor::SignatureRef {
            name: "ana".into(),
            email: "ana@example.com".into(),
            time: &time,
        };
        let commit = self
            .repository
            .commit_as(who, who, reference, "x", oid, parent);
        commit.unwrap().detach()
    }

    fn link(&self, number: u32, text: &str) -> Option<String> {
        let line = Line {
            path: "a b.rs",
            number,
            text,
        };
        permalink(&self.dir.path().join("app"), &SyncConfig::default(), &line)
    }
}

#[test]
fn a_line_of_a_pushed_commit_has_an_address_for_good() {
    let mut bench = Bench::new();
    assert_eq!(bench.link(1, "// TODO: it"), None);
    let first = bench.commit("refs/heads/main", TEXT, None);
    assert_eq!(bench.link(1, "// TODO: it"), None, "nobody else has it");
    // Another repository has it, which is not the project's.
    bench.commit("refs/remotes/fork/main", TEXT, None);
    let pushed = bench.commit("refs/remotes/origin/topic", TEXT, Some(first));
    let on_commit = bench.link(1, "// TODO: it");
    let address = |line: u32| {
        let page = "https://github.com/Ana/It/blob";
        Some(format!("{page}/{first}/app/a%20b.rs#L{line}"))
    };
    assert_eq!(on_commit, address(2), "an ancestor of {pushed}");
    bench.write(".git/HEAD", &format!("{pushed}\n"));
    let tip = bench.link(1, "// TODO: it").unwrap();
    assert!(tip.contains(&pushed.to_string()), "{tip}");

    bench.write(".git/HEAD", "ref: refs/heads/main\n");
    // Lines that are not committed yet have moved it.
    assert_eq!(bench.link(7, "// TODO: it"), address(2));
    assert_eq!(bench.link(4, "// TODO: twice"), address(5));
    assert_eq!(bench.link(9, "// TODO: twice"), None, "which of the two?");
    assert_eq!(bench.link(1, "// TODO: not committed"), None);

    let ahead = bench.commit("refs/heads/main", TEXT, Some(first));
    assert_eq!(bench.link(1, "// TODO: it"), None, "{ahead} is here alone");
}

#[test]
fn a_fork_is_another_repository() {
    let mut bench = Bench::new();
    let first = bench.commit("refs/heads/main", TEXT, None);
    bench.write(".git/refs/heads/other", &format!("{first}\n"));
    let folder = bench.dir.path().join(".git/refs/remotes/fork");
    std::fs::create_dir_all(folder).unwrap();
    bench.write(".git/refs/remotes/fork/main", &format!("{first}\n"));
    assert_eq!(bench.link(1, "// TODO: it"), None);
    let sync = SyncConfig {
        repository: "ben/it".to_owned(),
        ..SyncConfig::default()
    };
    let line = Line {
        path: "a b.rs",
        number: 1,
        text: "// TODO: it",
    };
    let of_fork = permalink(&bench.dir.path().join("app"), &sync, &line).unwrap();
    assert!(of_fork.starts_with("https://github.com/ben/it/blob/"));
}
