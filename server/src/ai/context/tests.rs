//! What is found for a question, and that what is kept of words is what is on the disk.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use docket_core::config::Globs;
use docket_store::{FileWords, Store, WordsChange};
use proptest::prelude::*;

use super::words::Words;
use super::*;
use crate::location::databases;

struct Project {
    folder: tempfile::TempDir,
    env: Env,
    config: Config,
    told: RefCell<Vec<String>>,
}

impl Project {
    /// With a place for its database beside it.
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = "2026-11-27T10:00Z[UTC]".parse().unwrap();
        let state = folder.path().join("state");
        let project = Self {
            env: Env::fixed(folder.path(), now, 7)
                .with_var("XDG_STATE_HOME", state.to_str().unwrap()),
            folder,
            config: Config::default(),
            told: RefCell::default(),
        };
        std::fs::create_dir(project.root()).unwrap();
        files
            .iter()
            .for_each(|(path, text)| project.write(path, text));
        project
    }

    fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("project")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        std::fs::write(path, text).unwrap();
    }

    fn database(&self) -> std::path::PathBuf {
        databases(&self.root(), self.env.state_home().as_deref()).remove(0)
    }

    fn with<T>(&self, env: &Env, ask: impl FnOnce(&Ground<'_>) -> T) -> T {
        let root = self.root();
        let privacy = Privacy::of(&root, &self.config);
        ask(&Ground {
            root: &root,
            env,
            config: &self.config,
            privacy: &privacy,
            doing: &|what| self.told.borrow_mut().push(what.to_owned()),
        })
    }

    /// So much later than the last change that stamps are trusted. Files of a test that change
    /// within a tick of the clock must have another length each time.
    fn files(&self) -> Vec<(Arc<str>, Words)> {
        let later = SystemTime::now() + Duration::from_secs(9);
        said(self.with(&self.env, |ground| index::files_at(ground, later)))
    }

    /// The same without a database.
    fn files_read(&self) -> Vec<(Arc<str>, Words)> {
        let now = "2026-11-27T10:00Z[UTC]".parse().unwrap();
        said(self.with(&Env::fixed(self.folder.path(), now, 7), index::files))
    }

    fn places(&self, text: &str, named: &[String]) -> Vec<String> {
        let about = About {
            text,
            known: &["known.rs"],
            named,
        };
        let mut pieces = self.with(&self.env, |ground| pieces(ground, &about));
        pieces.sort_by(|a, b| b.score.total_cmp(&a.score));
        pieces.into_iter().map(|it| it.place).collect()
    }

    /// Paths that the database has words of.
    fn kept(&self) -> BTreeSet<String> {
        let (store, _) = Store::open(&self.database()).unwrap();
        let kept = store.words(&crate::scan::root_key(&self.root())).unwrap();
        kept.into_iter()
            .flat_map(|it| it.1)
            .map(|it| it.path)
            .collect()
    }
}

fn said(files: Vec<File>) -> Vec<(Arc<str>, Words)> {
    files.into_iter().map(|it| (it.path, it.words)).collect()
}

fn paths(files: &[(Arc<str>, Words)]) -> BTreeSet<String> {
    files.iter().map(|it| it.0.to_string()).collect()
}

#[test]
fn rare_words_find_what_has_to_do_with_a_question_and_nothing_private() {
    let filler = "fn parse() {}\n".repeat(60);
    let project = Project::new(&[
        ("src/lexer.rs", &format!("{filler}fn heredoc() {{}}\n")),
        ("src/parser.rs", &filler),
        ("secret/heredoc.rs", "heredoc"),
        ("known.rs", "heredoc"),
        ("target/heredoc.rs", "heredoc"),
        (".gitignore", "/target\n"),
        (".docketignore", "secret/\n"),
    ]);
    let found = project.places("How does a heredoc parse?", &[]);
    assert_eq!(found[0], "src/lexer.rs:41-61");
    assert!(found.iter().all(|it| it.starts_with("src/")), "{found:?}");
    assert_eq!(found, project.places("How does a heredoc parse?", &[]));
}

#[test]
fn what_somebody_named_comes_first_whatever_is_in_it() {
    let project = Project::new(&[("a.rs", "heredoc\n"), ("b.rs", "nothing of it\n")]);
    let found = project.places("heredoc", &["b.rs".to_owned()]);
    assert_eq!(found, ["b.rs:1-1", "a.rs:1-1"]);
}

#[test]
fn code_comes_before_prose_and_prose_before_tests() {
    let text = "x\nx\nx\nheredoc\n";
    let paths = [
        "a/lib.test.ts",
        "docs/lib.md",
        "lib.rs",
        "lib/tests.rs",
        "test_lib.py",
        "tests/lib.rs",
    ];
    let project = Project::new(&paths.map(|it| (it, text)));
    let found = project.places("heredoc", &[]);
    let found: Vec<_> = found.iter().map(|it| it.trim_end_matches(":1-4")).collect();
    assert_eq!(
        found,
        [
            "lib.rs",
            "docs/lib.md",
            "a/lib.test.ts",
            "lib/tests.rs",
            "test_lib.py",
            "tests/lib.rs"
        ]
    );
    assert_eq!(worth("src/latest.rs"), 1.0);
}

#[test]
fn what_a_text_is_called_counts_more_than_what_it_says() {
    let filler = "x\n".repeat(9);
    let said = format!("{filler}heredoc heredoc heredoc\n");
    let project = Project::new(&[
        ("a.rs", &said),
        ("heredoc.rs", &filler),
        ("titled.rs", &format!("//! Heredoc.\n{filler}")),
    ]);
    let found = project.places("heredoc", &[]);
    assert_eq!(found, ["titled.rs:1-10", "a.rs:1-10", "heredoc.rs:1-9"]);
}

#[test]
fn a_file_is_read_again_only_where_it_changed() {
    let project = Project::new(&[("a.rs", "heredoc\n"), ("b.rs", "other\n")]);
    assert_eq!(project.places("heredoc", &[]), ["a.rs:1-1"]);
    assert_eq!(project.kept(), paths(&project.files()));
    project.write("b.rs", "heredoc heredoc\n");
    project.write("c.rs", "heredoc heredoc heredoc\n");
    std::fs::remove_file(project.root().join("a.rs")).unwrap();
    assert_eq!(project.places("heredoc", &[]), ["c.rs:1-1", "b.rs:1-1"]);
    assert_eq!(project.files(), project.files_read());
    assert_eq!(project.kept().len(), 2);
}

#[test]
fn what_is_kept_under_a_stamp_that_holds_is_believed() {
    let project = Project::new(&[("a.rs", "heredoc\n"), ("b.rs", "other\n")]);
    project.files();
    let (mut store, _) = Store::open(&project.database()).unwrap();
    let root = crate::scan::root_key(&project.root());
    let (key, rows) = store.words(&root).unwrap().unwrap();
    let other = Words::of("a.rs", "words of another text\n");
    let rows = rows.into_iter().filter(|it| it.path == "a.rs");
    let files = rows.map(|it| FileWords {
        words: other.bytes().to_vec(),
        ..it
    });
    let change = WordsChange {
        root,
        key,
        found: Some(key),
        files: files.collect(),
        removed: Vec::new(),
        damaged: false,
    };
    store.save_words(&change).unwrap();
    // This process remembers; another one takes what is in the database.
    assert_ne!(project.files()[0].1, other);
    index::forget();
    assert_eq!(project.files()[0].1, other);
    project.write("a.rs", "heredoc, and more\n");
    assert_eq!(project.files(), project.files_read());
}

#[test]
fn what_became_private_or_excluded_leaves_the_database() {
    let mut project = Project::new(&[("secret/plan.md", "heredoc\n"), ("a.rs", "heredoc\n")]);
    assert_eq!(project.places("heredoc", &[]).len(), 2);
    project.write(".docketignore", "secret/\n");
    assert_eq!(project.places("heredoc", &[]), ["a.rs:1-1"]);
    assert_eq!(project.kept(), ["a.rs".to_owned()].into());
    let holds = |what: &str| {
        let database = project.database();
        [database.with_extension("db-wal"), database]
            .iter()
            .any(|it| {
                let bytes = std::fs::read(it).unwrap_or_default();
                bytes.windows(what.len()).any(|it| it == what.as_bytes())
            })
    };
    assert!(!holds("secret/plan.md") && holds("a.rs"));
    project.write("b.rs", "heredoc\n");
    project.config.exclude = Globs::new(&["/a.rs".to_owned()]).unwrap();
    assert_eq!(project.places("heredoc", &[]), ["b.rs:1-1"]);
    assert_eq!(project.kept(), ["b.rs".to_owned()].into());
}

#[test]
fn no_trouble_of_the_database_stops_a_question() {
    let project = Project::new(&[("a.rs", "heredoc\n")]);
    let ask = || assert_eq!(project.places("heredoc", &[]), ["a.rs:1-1"]);
    // Its place is taken by a folder: it cannot be opened.
    std::fs::create_dir_all(project.database()).unwrap();
    ask();
    std::fs::remove_dir(project.database()).unwrap();
    ask();
    // What is kept is nonsense, or none at all.
    #[expect(clippy::disallowed_methods, reason = "a test's own files")]
    std::fs::write(project.database(), "no database".repeat(1_000)).unwrap();
    ask();
    ask();
    assert_eq!(project.kept(), paths(&project.files_read()));
}

#[test]
fn two_at_once_leave_what_one_leaves() {
    let files: Vec<(String, String)> = (0..300)
        .map(|it| (format!("src/{it}.rs"), format!("heredoc number{it}\n")))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (&**a, &**b)).collect();
    let project = Project::new(&files);
    let (root, env, config) = (project.root(), &project.env, &project.config);
    let privacy = Privacy::of(&root, config);
    let ask = || {
        index::files(&Ground {
            root: &root,
            env,
            config,
            privacy: &privacy,
            doing: &|_| {},
        })
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        for it in threads {
            assert_eq!(said(it.join().unwrap()), project.files_read());
        }
    });
    assert_eq!(project.kept().len(), 300);
    assert_eq!(project.files(), project.files_read());
}

#[test]
fn who_waits_is_told_where_much_is_read_for_the_first_time() {
    let files: Vec<String> = (0..2_001).map(|it| format!("src/{it}.rs")).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|it| (&**it, "heredoc\n")).collect();
    let project = Project::new(&files);
    project.places("heredoc", &[]);
    assert_eq!(
        *project.told.borrow(),
        ["reading 2001 files for what has to do with it"]
    );
}

#[derive(Clone, Debug)]
enum Step {
    Write(usize, usize),
    Remove(usize),
    Hide(usize),
    Ask,
    Forget,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..6_usize, 0..4_usize).prop_map(|(file, text)| Step::Write(file, text)),
        (0..6_usize).prop_map(Step::Remove),
        (0..4_usize).prop_map(Step::Hide),
        Just(Step::Ask),
        Just(Step::Forget),
    ];
    prop::collection::vec(step, 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn brought_up_to_date_it_is_what_is_made_anew(steps in steps()) {
        const FILES: [&str; 6] = ["a.rs", "src/a.rs", "src/b.md", ".github/c.yml", "secret/d.rs", "e/.f"];
        const TEXTS: [&str; 4] = ["", "heredoc\n", "heredoc in words\n", "\u{0}größer\n"];
        const HIDDEN: [&str; 4] = ["", "secret/\n", "*.rs\n", "[z-a]\n"];
        let project = Project::new(&[]);
        for step in steps {
            match step {
                Step::Write(file, text) => project.write(FILES[file], TEXTS[text]),
                Step::Remove(file) => {
                    std::fs::remove_file(project.root().join(FILES[file])).ok();
                }
                Step::Hide(it) => project.write(".docketignore", HIDDEN[it]),
                Step::Ask => {
                    project.files();
                }
                Step::Forget => index::forget(),
            }
        }
        let read = project.files_read();
        prop_assert_eq!(project.files(), project.files_read());
        prop_assert_eq!(project.kept(), paths(&read));
    }
}
