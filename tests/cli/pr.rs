//! `docket pr` with the real git, a remote of its own, and a GitHub for tests.

use docket_core::sync::{Check, Outcome, PullState};
use docket_forge::github::stub::{Stub, TOKEN, Trouble};
use docket_forge::memory::Reporter;
use serde_json::{Value, json};

use super::start::which;
use super::{Run, command, git, run_of, schema};
use crate::support::project::Project;

const BRANCH: &str = "T-7k3f-ring-the-bell";

/// A project whose git remote is a folder, and whose GitHub is at that address.
struct Bench {
    project: Project,
    remote: Project,
    stub: Stub,
    runtime: tokio::runtime::Runtime,
}

impl Bench {
    /// On `main`, which is pushed.
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let stub = runtime.block_on(Stub::start());
        let project = Project::new(&format!(
            "//- /.docs/docket.toml
[sync]
repository = \"octocat/hello-world\"
api = \"{}\"
//- /.docs/tickets/T-7k3f-ring.md
---
id: T-7k3f
title: Ring the bell
status: in-progress
github: 42
---

So that *everybody* hears.

## Acceptance criteria

- [x] once
- [ ] twice
//- /.docs/tickets/T-9x2m-heat.md
---
id: T-9x2m
title: Heat
---
",
            stub.address()
        ));
        let remote = Project::new("");
        git(&remote, &["init", "-q", "--bare", "-b", "main"]);
        git(&project, &["init", "-q", "-b", "main"]);
        git(&project, &["add", "."]);
        git(&project, &["commit", "-qm", "one"]);
        let address = remote.root().to_string_lossy().into_owned();
        git(&project, &["remote", "add", "origin", &address]);
        git(&project, &["push", "-q", "origin", "main"]);
        Self {
            project,
            remote,
            stub,
            runtime,
        }
    }

    /// On the ticket's branch with a commit of its own.
    fn begun() -> Self {
        let bench = Self::new();
        git(&bench.project, &["switch", "-qc", BRANCH]);
        bench.commit("two");
        bench
    }

    /// GitHub has it as soon as git has pushed it; the one for tests sees no git.
    fn commit(&self, message: &str) -> String {
        git(
            &self.project,
            &["commit", "-q", "--allow-empty", "-m", message],
        );
        let commit = git(&self.project, &["rev-parse", "HEAD"]);
        if self.stub.world().pulls().is_empty() {
            self.stub.world().push(BRANCH, &commit);
        }
        commit
    }

    fn pr(&self, args: &[&str]) -> Run {
        self.run(args, &[("DOCKET_GITHUB_TOKEN", TOKEN)])
    }

    fn run(&self, args: &[&str], vars: &[(&str, &str)]) -> Run {
        let mut command = command(&self.project, &[&["pr"], args].concat());
        command
            .env("PATH", which("git").parent().unwrap())
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
            .envs(vars.iter().copied());
        let run = run_of(command.output().unwrap());
        assert!(!run.stdout.contains(TOKEN) && !run.stderr.contains(TOKEN));
        run
    }

    fn json(&self, args: &[&str]) -> Value {
        let run = self.pr(&[args, &["--json"]].concat());
        assert_eq!((run.code, &*run.stderr), (0, ""), "{}", run.stdout);
        let value = serde_json::from_str(&run.stdout).unwrap();
        schema::check("pr", &value);
        value
    }

    /// What is refused, with its code; nothing was pushed and nothing opened.
    fn refused(&self, args: &[&str], code: i32, words: &[&str]) {
        let run = self.pr(args);
        assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
        for word in words {
            assert!(run.stderr.contains(word), "{word}: {}", run.stderr);
        }
        assert_eq!(self.pushed(), "");
        assert_eq!(self.stub.world().pulls(), []);
    }

    /// The last commit that the remote has of the branch.
    fn pushed(&self) -> String {
        let reference = format!("refs/heads/{BRANCH}");
        git(
            &self.remote,
            &["for-each-ref", "--format=%(objectname)", &reference],
        )
    }
}

#[test]
fn a_branch_is_pushed_and_its_pull_request_opened_once() {
    let bench = Bench::begun();
    for args in [&["7k3f"][..], &["T-7k3f", "--dry-run"]] {
        let run = bench.pr(args);
        assert_eq!(run.code, 0, "{}", run.stderr);
        for line in [
            "git push -u origin T-7k3f-ring-the-bell",
            "open pull request \"Ring the bell\" into main:",
            "- [ ] twice",
            "Closes #42",
        ] {
            assert!(run.stdout.contains(line), "{line}: {}", run.stdout);
        }
        assert!(!run.stdout.contains("force"));
    }
    assert!(bench.pr(&["7k3f"]).stderr.contains("`--yes` does it"));
    assert_eq!(
        (bench.pushed(), bench.stub.world().pulls()),
        (String::new(), vec![])
    );

    let run = bench.pr(&["7k3f", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("PR #1 open"), "{}", run.stdout);
    assert_eq!(bench.pushed(), git(&bench.project, &["rev-parse", "HEAD"]));
    let upstream = git(&bench.project, &["rev-parse", "--abbrev-ref", "@{u}"]);
    assert_eq!(upstream, format!("origin/{BRANCH}"));
    let body = bench.stub.world().get(1).unwrap().body;
    assert_eq!(
        body,
        "So that *everybody* hears.\n\n- [x] once\n- [ ] twice\n\nCloses #42\n\nTicket: T-7k3f"
    );

    // Once more is nothing more.
    let value = bench.json(&["7k3f", "--yes"]);
    assert_eq!(value["git"], json!([]));
    assert_eq!(value["new"], Value::Null);
    assert_eq!(value["pull-request"]["number"], json!(1));
    assert_eq!(bench.stub.world().pulls().len(), 1);

    // It is in the log.
    let mut log = command(&bench.project, &["show", "7k3f", "--history"]);
    let log = run_of(log.output().unwrap()).stdout;
    assert!(
        log.contains("pushed T-7k3f-ring-the-bell to origin"),
        "{log}"
    );
    assert!(log.contains("pull request #1 opened"), "{log}");
}

#[test]
fn further_commits_are_pushed_and_checks_are_told() {
    let bench = Bench::begun();
    assert_eq!(bench.pr(&["7k3f", "--yes", "--draft"]).code, 0);
    let more = bench.commit("three");
    let value = bench.json(&["7k3f"]);
    assert_eq!(value["git"], json!(["push", "-u", "origin", BRANCH]));
    assert_eq!(
        (&value["new"], &value["done"]),
        (&Value::Null, &json!(false))
    );
    assert_eq!(value["pull-request"]["draft"], json!(true));
    let run = bench.pr(&["7k3f", "--yes"]);
    assert_eq!(
        (run.code, bench.pushed()),
        (0, more.clone()),
        "{}",
        run.stderr
    );
    assert_eq!(bench.stub.world().pulls().len(), 1);

    bench.stub.world().push(BRANCH, &more);
    for (name, outcome) in [("lint", Outcome::Failed), ("build", Outcome::Passed)] {
        let check = Check {
            name: name.to_owned(),
            outcome,
            url: format!("https://ci.example/{name}"),
        };
        bench.stub.world().report(&more, Reporter::CheckRun, check);
    }
    // On another branch as well: it is known by now.
    git(&bench.project, &["switch", "-q", "main"]);
    let run = bench.pr(&["7k3f"]);
    assert!(
        run.stdout
            .contains("PR #1 open, draft · 1 of 2 checks passed, `lint` failed"),
        "{}{}",
        run.stdout,
        run.stderr
    );
    let value = bench.json(&["7k3f"]);
    let checks = &value["pull-request"]["checks"];
    assert_eq!(
        (&checks["total"], &checks["failed"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(checks["checks"][0]["url"], json!("https://ci.example/lint"));
}

#[test]
fn a_lost_answer_makes_no_second_one() {
    let bench = Bench::begun();
    bench
        .stub
        .trouble("POST", "/pulls", Trouble::ActAndAnswer(502));
    let run = bench.pr(&["7k3f", "--yes"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("run it again"), "{}", run.stderr);
    let value = bench.json(&["7k3f", "--yes"]);
    assert_eq!(value["pull-request"]["number"], json!(1));
    assert_eq!(bench.stub.world().pulls().len(), 1);
}

#[test]
fn what_has_ended_needs_something_new() {
    let bench = Bench::begun();
    assert_eq!(bench.pr(&["7k3f", "--yes"]).code, 0);
    bench.stub.world().end_pull(1, PullState::Merged);
    let run = bench.pr(&["7k3f", "--yes"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("is merged already"), "{}", run.stderr);
    let more = bench.commit("three");
    bench.stub.world().push(BRANCH, &more);
    let value = bench.json(&["7k3f", "--yes"]);
    assert_eq!(value["pull-request"]["number"], json!(2));
}

#[test]
fn a_push_that_git_refuses_is_told_and_nothing_is_opened() {
    let bench = Bench::begun();
    // Somebody else has pushed to the branch.
    git(&bench.project, &["push", "-q", "origin", BRANCH]);
    let theirs = bench.commit("theirs");
    git(&bench.project, &["push", "-q", "origin", BRANCH]);
    git(&bench.project, &["reset", "-q", "--hard", "HEAD~1"]);
    bench.commit("mine");
    let run = bench.pr(&["7k3f", "--yes"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("nothing was forced"), "{}", run.stderr);
    assert_eq!(
        (bench.pushed(), bench.stub.world().pulls()),
        (theirs, vec![])
    );
}

#[test]
fn what_cannot_be_a_pull_request_is_told() {
    let bench = Bench::new();
    bench.refused(
        &["7k3f", "--yes"],
        1,
        &["`main` is checked out", "docket start T-7k3f"],
    );
    bench.refused(&["nope", "--yes"], 2, &["nope"]);
    git(&bench.project, &["switch", "-qc", BRANCH]);
    bench.refused(&["7k3f", "--yes"], 1, &["has no commit that `main` lacks"]);
    bench.commit("two");
    bench.refused(
        &["9x2m", "--yes"],
        1,
        &["is the branch of T-7k3f, not of T-9x2m"],
    );
    git(&bench.project, &["remote", "rename", "origin", "one"]);
    git(
        &bench.project,
        &[
            "remote",
            "add",
            "two",
            "https://github.com/octocat/fork.git",
        ],
    );
    bench.refused(&["7k3f", "--yes"], 2, &["no git remote to push to"]);
    git(&bench.project, &["remote", "remove", "one"]);
    bench.refused(&["7k3f", "--yes"], 1, &["git pushes to octocat/fork"]);
}

#[test]
fn a_branch_of_a_fork_is_brought_to_the_repository() {
    let bench = Bench::begun();
    // Fetched from the fork's address, pushed to the folder that stands for it.
    let folder = bench.remote.root().to_string_lossy().into_owned();
    for (key, value) in [
        ("remote.origin.url", "https://github.com/Ana/hello.git"),
        ("remote.origin.pushurl", &folder),
    ] {
        git(&bench.project, &["config", key, value]);
    }
    let commit = git(&bench.project, &["rev-parse", "HEAD"]);
    let head = format!("Ana:{BRANCH}");
    bench.stub.world().push(&head, &commit);
    let value = bench.json(&["7k3f", "--yes"]);
    assert_eq!(value["pull-request"]["number"], json!(1), "{value:#}");
    assert_eq!(bench.pushed(), commit);
    assert_eq!(bench.stub.world().pulls()[0].branch, head);
    // It is found again, and no second one is made.
    let run = bench.pr(&["7k3f", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(bench.stub.world().pulls().len(), 1);
}

#[test]
fn without_a_token_or_a_repository_it_says_so() {
    let bench = Bench::begun();
    let run = bench.run(&["7k3f", "--yes"], &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("docket auth login"), "{}", run.stderr);
    assert_eq!(bench.pushed(), "");
    bench.project.write(".docs/docket.toml", "");
    let run = bench.pr(&["7k3f", "--yes"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("names no repository on GitHub"),
        "{}",
        run.stderr
    );
    drop(bench.runtime);
}
