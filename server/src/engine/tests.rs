//! The real loop's turns, with the tests' own clock. Jobs run on their threads; a test takes what
//! they post and never sleeps.

use std::sync::mpsc;

use docket_core::span::{Encoding, Position};
use docket_core::text::ContentChange;

use super::*;

/// Longer than any job takes; only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(30);

struct Bench {
    engine: Engine,
    notices: mpsc::Receiver<Notice>,
    now: Instant,
    folder: tempfile::TempDir,
}

impl Bench {
    #[expect(clippy::disallowed_methods, reason = "a test sets its own files up")]
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let (sender, notices) = mpsc::channel();
        let env = Env::fixed(
            folder.path(),
            "2026-11-20T12:00:00[UTC]".parse().unwrap(),
            7,
        );
        let engine = Engine::new(env, move |notice| {
            let _ = sender.send(notice);
        });
        Self {
            engine,
            notices,
            now: Instant::now(),
            folder,
        }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn take(&mut self, event: Event) {
        self.engine.turn(Some(event), self.now);
    }

    fn advance(&mut self, by: Duration) {
        self.now += by;
        self.engine.turn(None, self.now);
    }

    /// Takes what jobs post until one is of that name.
    fn until(&mut self, name: &str) {
        loop {
            let event = self.engine.inbox.recv_timeout(PATIENCE);
            let event = event.unwrap_or_else(|_| panic!("waited in vain for {name}"));
            let found = event.name() == name;
            self.take(event);
            if found {
                return;
            }
        }
    }

    /// Opens the project and takes its scan.
    fn open_project(&mut self) {
        let added = vec![self.folder.path().to_owned()];
        self.take(Event::Folders {
            added,
            removed: Vec::new(),
        });
        while !self.engine.projects.values().all(Project::is_settled) {
            self.until("loaded");
        }
    }

    /// What another scan finds, which is not taken yet.
    fn scanned(&mut self) -> Event {
        self.take(Event::Rescan { cause: "test" });
        loop {
            match self.engine.inbox.recv_timeout(PATIENCE).unwrap() {
                it @ Event::Loaded { .. } => return it,
                other => self.take(other),
            }
        }
    }

    /// Writes a file, and lets it be read again.
    fn rewrite(&mut self, path: &str, text: &str) {
        self.write(path, text);
        let paths = vec![self.path(path)];
        self.take(Event::Touched { paths });
        self.advance(REREAD.0);
    }

    fn open(&mut self, path: &str, text: &str) {
        let path = self.path(path);
        self.take(Event::Open {
            path,
            language: String::new(),
            version: 1,
            text: text.into(),
        });
    }

    fn edit(&mut self, path: &str, version: i32, range: Option<(u32, u32)>, text: &str) {
        let at = |column| Position { line: 0, column };
        let changes = vec![ContentChange {
            range: range.map(|(start, end)| (at(start), at(end))),
            text: text.into(),
        }];
        let path = self.path(path);
        self.take(Event::Edit {
            path,
            version,
            changes,
            encoding: Encoding::Utf16,
        });
    }

    fn changed(&self) -> Vec<PathBuf> {
        let told = self.notices.try_iter();
        let opened = told.filter_map(|it| match it {
            Notice::Changed { open, .. } => Some(open),
            _ => None,
        });
        opened.flatten().collect()
    }

    fn warnings(&self) -> Vec<String> {
        let told = self.notices.try_iter();
        told.filter_map(|it| match it {
            Notice::Warn(text) => Some(text),
            _ => None,
        })
        .collect()
    }

    fn snapshot(&self) -> docket_core::world::Snapshot {
        let project = self.engine.projects.values().next().unwrap();
        project.whole_view().snapshot
    }

    fn first_todo(&self, path: &str) -> String {
        self.snapshot().file(path).unwrap().todos[0].text.clone()
    }

    #[expect(clippy::disallowed_methods, reason = "a test's own files")]
    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.path(path), text).unwrap();
    }

    /// The text and version that a question about `path` is answered from.
    fn ask(&mut self, path: &str) -> mpsc::Receiver<(String, bool)> {
        let (sender, answer) = mpsc::channel();
        let job: handle::Job = Box::new(move |views| {
            let view = &views[0];
            let text = view.snapshot.document(&view.path).map(|it| it.text());
            let _ = sender.send((text.unwrap_or_default(), view.moved));
        });
        let target = Target::File(self.path(path));
        self.take(Event::Read(Read {
            target,
            need: Need::Now,
            asked_of: None,
            job,
        }));
        answer
    }
}

const TICKET: (&str, &str) = (
    ".docs/tickets/T-7k3f-x.md",
    "---\nid: T-7k3f\ntitle: X\n---\n",
);

#[test]
fn a_question_sees_every_edit_posted_before_it() {
    let mut bench = Bench::new(&[TICKET]);
    bench.open_project();
    bench.open("a.rs", "// one\n");
    bench.edit("a.rs", 2, Some((3, 6)), "two");
    let answer = bench.ask("a.rs");
    assert!(
        answer.try_recv().is_err(),
        "answered before the facts were made"
    );
    bench.until("facts");
    bench.until("facts");
    assert_eq!(
        answer.recv_timeout(PATIENCE),
        Ok(("// two\n".into(), false))
    );
}

#[test]
fn an_edit_after_a_question_is_told_to_it() {
    let mut bench = Bench::new(&[TICKET]);
    bench.open_project();
    bench.open("a.rs", "// one\n");
    let answer = bench.ask("a.rs");
    bench.edit("a.rs", 2, Some((3, 6)), "two");
    bench.until("facts");
    bench.until("facts");
    assert_eq!(answer.recv_timeout(PATIENCE), Ok(("// two\n".into(), true)));
}

#[test]
fn doors_are_told_once_typing_pauses() {
    let mut bench = Bench::new(&[TICKET]);
    bench.open_project();
    bench.open("a.rs", "// one\n");
    bench.until("facts");
    bench.advance(PUBLISH.0);
    assert_eq!(bench.changed(), [bench.path("a.rs")]);
    for version in 2..6 {
        bench.edit("a.rs", version, Some((0, 0)), "/");
        bench.advance(PUBLISH.0 / 2);
        assert_eq!(
            bench.changed(),
            Vec::<PathBuf>::new(),
            "told while typing goes on"
        );
    }
    bench.advance(PUBLISH.0);
    bench.until("facts");
    bench.advance(PUBLISH.0);
    assert_eq!(bench.changed(), [bench.path("a.rs")]);
}

#[test]
fn an_edit_that_does_not_fit_is_told_and_the_whole_text_mends_it() {
    let mut bench = Bench::new(&[TICKET]);
    bench.open_project();
    bench.open("a.rs", "// one\n");
    let range = Some((
        Position { line: 9, column: 0 },
        Position { line: 9, column: 0 },
    ));
    let changes = vec![ContentChange {
        range,
        text: "x".into(),
    }];
    let path = bench.path("a.rs");
    bench.take(Event::Edit {
        path,
        version: 2,
        changes,
        encoding: Encoding::Utf16,
    });
    let warnings = bench.warnings();
    assert!(
        warnings.iter().any(|it| it.contains("lost track of a.rs")),
        "{warnings:?}"
    );
    bench.edit("a.rs", 3, Some((0, 0)), "ignored");
    bench.edit("a.rs", 4, None, "// whole\n");
    let answer = bench.ask("a.rs");
    while answer.try_recv().map(|it| it.0) != Ok("// whole\n".into()) {
        bench.until("facts");
        if let Ok(it) = answer.recv_timeout(Duration::from_millis(100)) {
            assert_eq!(it.0, "// whole\n");
            return;
        }
    }
}

#[test]
fn what_an_editor_has_open_is_not_taken_from_the_disk() {
    let mut bench = Bench::new(&[TICKET, ("a.rs", "// TODO: disk\n")]);
    bench.open_project();
    bench.open("a.rs", "// TODO: editor\n");
    bench.until("facts");
    bench.take(Event::Touched {
        paths: vec![bench.path("a.rs")],
    });
    bench.advance(REREAD.0);
    bench.until("reread");
    let snapshot = bench
        .engine
        .projects
        .values()
        .next()
        .unwrap()
        .whole_view()
        .snapshot;
    assert_eq!(snapshot.file("a.rs").unwrap().todos[0].text, "editor");
    bench.take(Event::Close {
        path: bench.path("a.rs"),
    });
    bench.advance(REREAD.0);
    bench.until("reread");
    let snapshot = bench
        .engine
        .projects
        .values()
        .next()
        .unwrap()
        .whole_view()
        .snapshot;
    assert_eq!(snapshot.file("a.rs").unwrap().todos[0].text, "disk");
}

#[test]
fn a_home_folder_is_read_with_consent_alone() {
    let mut bench = Bench::new(&[("a.rs", "// TODO: x\n")]);
    let home = bench.folder.path().to_str().unwrap().to_owned();
    bench.engine.env = bench.engine.env.clone().with_var("HOME", &home);
    let added = vec![bench.folder.path().to_owned()];
    bench.take(Event::Folders {
        added,
        removed: Vec::new(),
    });
    let asked = bench
        .notices
        .try_iter()
        .any(|it| matches!(it, Notice::Consent { .. }));
    assert!(asked && bench.engine.inbox.is_empty());
    // People leave questions standing; what is open works all the same.
    let (sender, answer) = mpsc::channel();
    bench.take(Event::Read(Read {
        target: Target::File(bench.path("a.rs")),
        need: Need::Index,
        asked_of: None,
        job: Box::new(move |views| sender.send(views[0].complete).unwrap()),
    }));
    assert_eq!(answer.recv_timeout(PATIENCE), Ok(false));
    let root = bench.folder.path().to_owned();
    bench.take(Event::Consent { root, given: true });
    bench.until("loaded");
    let snapshot = bench
        .engine
        .projects
        .values()
        .next()
        .unwrap()
        .whole_view()
        .snapshot;
    assert_eq!(snapshot.n_files(), 1);
}

#[test]
fn a_panic_in_a_question_leaves_the_engine_answering() {
    let mut bench = Bench::new(&[TICKET]);
    bench.open_project();
    let job: handle::Job = Box::new(|_| panic!("drill"));
    let target = Target::All;
    bench.take(Event::Read(Read {
        target,
        need: Need::Now,
        asked_of: None,
        job,
    }));
    bench.open("a.rs", "// one\n");
    bench.until("facts");
    let answer = bench.ask("a.rs");
    assert_eq!(
        answer.recv_timeout(PATIENCE),
        Ok(("// one\n".into(), false))
    );
}

/// A file that is closed and opened again begins at the same version.
#[test]
fn facts_of_an_older_text_with_the_same_version_are_not_taken() {
    let mut bench = Bench::new(&[TICKET]);
    bench.open_project();
    bench.open("a.rs", "// TODO: one\n");
    bench.open("a.rs", "// TODO: two\n");
    bench.until("facts");
    bench.until("facts");
    assert_eq!(bench.first_todo("a.rs"), "two");
    bench.edit("a.rs", 1, None, "// TODO: three\n");
    bench.ask("a.rs");
    bench.edit("a.rs", 1, None, "// TODO: four\n");
    bench.ask("a.rs");
    bench.until("facts");
    bench.until("facts");
    assert_eq!(bench.first_todo("a.rs"), "four");
}

/// Two pool threads may finish in any order, so a scan's result may be older than a file's own.
#[test]
fn a_file_that_changes_while_a_scan_runs_is_read_after_it() {
    let page = "# a\n\n## Overview\n\n<!-- from: /a.rs@00000000 -->\n";
    let files = [
        (".docs/a.md", page),
        ("a.rs", "// TODO: old\npub fn old() {}\n"),
    ];
    let mut bench = Bench::new(&files);
    bench.open_project();
    let declares = |bench: &Bench, part: &str| {
        let snapshot = bench.snapshot();
        let declared = snapshot.declared("a.rs").flatten();
        declared.unwrap().lineage.part(part).is_some()
    };
    assert!(declares(&bench, "old"));
    let scanned = bench.scanned();
    bench.rewrite("a.rs", "// TODO: new\npub fn new() {}\n");
    bench.until("reread");
    assert_eq!(bench.first_todo("a.rs"), "new");
    bench.take(scanned);
    // What a page was made of is not another for a moment either.
    assert!(declares(&bench, "new"));
    bench.advance(REREAD.0);
    bench.until("reread");
    assert_eq!(bench.first_todo("a.rs"), "new");
}

#[test]
fn of_two_readings_of_a_file_the_later_one_counts() {
    let mut bench = Bench::new(&[TICKET, ("a.rs", "// TODO: old\n")]);
    bench.open_project();
    for text in ["", "// TODO: new\n"] {
        bench.rewrite("a.rs", text);
        // The second waits for the first, which may have seen the file as it was being written.
        assert_eq!(bench.engine.n_rereading, 1);
    }
    bench.until("reread ended");
    assert_eq!(bench.engine.n_rereading, 1);
    // The system's own watcher may have more to read by then.
    bench.until("reread ended");
    assert_eq!(bench.first_todo("a.rs"), "new");
}

#[test]
fn a_folder_that_moves_away_takes_its_files_along() {
    let mut bench = Bench::new(&[
        TICKET,
        ("d/e/a.rs", "// TODO: x\n"),
        ("dd.rs", "// TODO: y\n"),
    ]);
    bench.open_project();
    std::fs::remove_dir_all(bench.path("d")).unwrap();
    let paths = vec![bench.path("d")];
    bench.take(Event::Touched { paths });
    bench.advance(REREAD.0);
    bench.until("reread");
    let snapshot = bench.snapshot();
    assert!(snapshot.file("d/e/a.rs").is_none());
    assert!(snapshot.file("dd.rs").is_some());
}

const SYNCED: [(&str, &str); 3] = [
    TICKET,
    (".docs/docket.toml", "[sync]\nrepository = \"ana/it\"\n"),
    (".git/HEAD", ""),
];

fn sync_once(bench: &Bench) {
    let database = bench.path(".git/docket/docket.db");
    let mut ledger = docket_store::ledger::Ledger::open(&database).unwrap();
    ledger.remote(crate::sync::side::GITHUB, "ana/it").unwrap();
}

#[test]
fn what_the_ledger_knows_of_the_forge_is_there_before_the_first_findings() {
    let mut bench = Bench::new(&SYNCED);
    sync_once(&bench);
    bench.open_project();
    assert_eq!(bench.snapshot().mirror.repository, "ana/it");
}

#[test]
fn a_copy_of_the_forge_that_was_read_before_a_round_does_not_undo_it() {
    let mut bench = Bench::new(&SYNCED);
    bench.open_project();
    let root = bench.folder.path().to_owned();
    for (second, waiting) in [(2, 0), (1, 1), (3, 2)] {
        let mut mirror = docket_core::sync::Mirror {
            repository: "ana/it".to_owned(),
            fetched_at: jiff::Timestamp::from_second(second).ok(),
            ..Default::default()
        };
        mirror.outbox.waiting = waiting;
        let (root, mirror) = (root.clone(), Arc::new(mirror));
        bench.take(Event::Mirror { root, mirror });
        let expected = if waiting == 1 { 0 } else { waiting };
        assert_eq!(bench.snapshot().mirror.outbox.waiting, expected);
    }
}

#[test]
fn what_the_ledger_has_learnt_comes_with_the_next_scan() {
    let mut bench = Bench::new(&SYNCED);
    bench.open_project();
    assert_eq!(bench.snapshot().mirror.repository, "");
    sync_once(&bench);
    bench.take(Event::Rescan { cause: "test" });
    bench.until("mirror");
    assert_eq!(bench.snapshot().mirror.repository, "ana/it");
}
