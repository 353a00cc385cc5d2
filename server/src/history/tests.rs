//! Histories made by the real git, in which it is known which ticket each line means.

use std::path::Path;

use super::*;
use crate::env::Env;

const FILES: [&str; 2] = [".docs/tickets/T-7k3f-a.md", ".docs/tickets/T-7k3f-b.md"];

/// A repository with one commit; gone when dropped.
struct Repository {
    folder: tempfile::TempDir,
    git: Git,
}

impl Repository {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let git = Git::find(folder.path(), &Env::of_process()).expect("git is installed");
        let it = Self { folder, git };
        it.run(&["init", "-q", "-b", "main"]);
        it.run(&["config", "user.name", "ana"]);
        it.run(&["config", "user.email", "ana@example.com"]);
        it.run(&["config", "commit.gpgsign", "false"]);
        it.put("a.rs", "one\n\n\n\n\n\n\n\n\ntwo\n");
        it.commit("first");
        it
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, args: &[&str]) -> String {
        self.git.run(args).unwrap()
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        std::fs::write(path, text).unwrap();
    }

    fn ticket(&self, path: &str, title: &str) {
        self.put(path, &format!("---\nid: T-7k3f\ntitle: {title}\n---\n"));
    }

    fn replace(&self, path: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.root().join(path)).unwrap();
        assert!(text.contains(from), "{text}");
        self.put(path, &text.replacen(from, to, 1));
    }

    fn commit(&self, message: &str) {
        self.run(&["add", "-A"]);
        self.run(&["commit", "-q", "-m", message]);
    }

    /// `main` and `side` each mint the id and refer to it; nothing is merged yet.
    fn with_two_branches() -> Self {
        let it = Self::new();
        it.run(&["switch", "-q", "-c", "side"]);
        it.ticket(FILES[1], "B");
        it.commit("b");
        it.replace("a.rs", "two\n", "two\n// T-7k3f of b\n");
        it.commit("refers to b");
        it.run(&["switch", "-q", "main"]);
        it.replace("a.rs", "one\n", "// T-7k3f of a\none\n");
        it.ticket(FILES[0], "A");
        it.commit("a, and refers to it");
        it
    }

    /// For each line with the id: what it says, and which file git says that it means.
    fn meant(&self) -> Vec<(String, Option<usize>)> {
        self.meant_in(&std::fs::read_to_string(self.root().join("a.rs")).unwrap())
    }

    fn meant_in(&self, text: &str) -> Vec<(String, Option<usize>)> {
        let with_id = text
            .lines()
            .enumerate()
            .filter(|it| it.1.contains("T-7k3f"));
        let (lines, said): (Vec<_>, Vec<_>) = with_id
            .map(|(line, it)| {
                (
                    line as u32,
                    it.trim().trim_start_matches("// T-7k3f ").to_owned(),
                )
            })
            .unzip();
        let files = FILES.map(str::to_owned);
        let question = Meant {
            id: "T-7k3f",
            files: &files,
            path: "a.rs",
            text: Some(text),
            lines: &lines,
        };
        let answers = History::new(self.git.clone()).meant(&question);
        said.into_iter().zip(answers).collect()
    }
}

fn of(said: &str, file: impl Into<Option<usize>>) -> (String, Option<usize>) {
    (said.to_owned(), file.into())
}

#[test]
fn a_line_means_the_ticket_of_the_branch_that_it_was_written_on() {
    let it = Repository::with_two_branches();
    it.run(&["merge", "-q", "--no-edit", "side"]);
    assert_eq!(it.meant(), [of("of a", 0), of("of b", 1)]);
    // Lines move as they are being edited, and what is typed now means nobody yet.
    let text = std::fs::read_to_string(it.root().join("a.rs")).unwrap();
    let typed = format!("// T-7k3f who\n\n{text}");
    assert_eq!(
        it.meant_in(&typed),
        [of("who", None), of("of a", 0), of("of b", 1)]
    );
    // After the merge a writer knew both.
    it.replace("a.rs", "two\n", "two\n// T-7k3f later\n");
    it.commit("later");
    assert_eq!(
        it.meant(),
        [of("of a", 0), of("later", None), of("of b", 1)]
    );
}

#[test]
fn a_merge_that_is_under_way_is_read_as_well() {
    let it = Repository::with_two_branches();
    it.run(&["merge", "-q", "--no-commit", "--no-ff", "side"]);
    assert_eq!(it.meant(), [of("of a", 0), of("of b", 1)]);
}

#[test]
fn tickets_renamed_and_lines_indented_since_are_followed() {
    let it = Repository::with_two_branches();
    it.run(&["switch", "-q", "side"]);
    it.run(&["mv", FILES[1], ".docs/tickets/T-7k3f-old.md"]);
    it.commit("renamed");
    it.run(&["mv", ".docs/tickets/T-7k3f-old.md", FILES[1]]);
    it.commit("and back");
    it.run(&["switch", "-q", "main"]);
    it.run(&["merge", "-q", "--no-edit", "side"]);
    it.replace("a.rs", "// T-7k3f of a", "    // T-7k3f of a");
    it.replace("a.rs", "// T-7k3f of b", "\t// T-7k3f of b");
    it.commit("formatted");
    assert_eq!(it.meant(), [of("of a", 0), of("of b", 1)]);
}

#[test]
fn a_line_written_anew_after_the_merge_is_known_by_who_put_the_id_there() {
    let it = Repository::new();
    it.run(&["switch", "-q", "-c", "side"]);
    it.ticket(FILES[1], "B");
    it.replace("a.rs", "two\n", "two\n// T-7k3f of b\n");
    it.commit("b");
    it.run(&["switch", "-q", "main"]);
    it.ticket(FILES[0], "A");
    it.commit("a");
    it.run(&["merge", "-q", "--no-edit", "side"]);
    it.replace("a.rs", "of b", "of b, said better");
    it.commit("said better");
    assert_eq!(it.meant(), [of("of b, said better", 1)]);
}

#[test]
fn squashed_merges_bring_ticket_and_lines_in_at_once() {
    let it = Repository::with_two_branches();
    it.run(&["merge", "-q", "--squash", "side"]);
    it.commit("squashed");
    assert_eq!(it.meant(), [of("of a", 0), of("of b", 1)]);
}

#[test]
fn what_is_not_committed_means_the_ticket_that_is_not_either() {
    let it = Repository::new();
    it.ticket(FILES[0], "A");
    it.replace("a.rs", "one\n", "// T-7k3f of a\none\n");
    it.commit("a");
    it.ticket(FILES[1], "B");
    it.replace("a.rs", "two\n", "two\n// T-7k3f of b\n");
    assert_eq!(it.meant(), [of("of a", 0), of("of b", 1)]);
}

#[test]
fn without_a_repository_nothing_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let git = Git::find(folder.path(), &Env::of_process()).expect("git is installed");
    let files = FILES.map(str::to_owned);
    let question = Meant {
        id: "T-7k3f",
        files: &files,
        path: "a.rs",
        text: Some("// T-7k3f\n"),
        lines: &[0],
    };
    assert_eq!(History::new(git).meant(&question), [None]);
}
