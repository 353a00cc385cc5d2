//! The binary as the processes that users run: several at once, killed, refused, fed with nonsense.
//!
//! No test asserts a time. Each wait has a deadline that only a hang reaches.

mod churn;
mod crash;
mod documents;
mod life;
mod refused;
mod server;
mod stopped;
mod together;
mod wide;
mod wire;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::project::Project;

/// A repository with one ticket and one TODO of it.
const REPOSITORY: &str = "\
//- /.git/HEAD
ref: refs/heads/main
//- /.git/objects/.keep
//- /.git/refs/.keep
//- /a.rs
// TODO(T-7k3f): ring
//- /.docs/tickets/T-7k3f-ring.md
---
id: T-7k3f
title: Ring the bell
---
";

/// A repository, and beside it the folder that stands for a user's own.
struct World {
    project: Project,
    user: tempfile::TempDir,
}

impl World {
    fn new(fixture: &str) -> Self {
        Self {
            project: Project::new(fixture),
            user: tempfile::tempdir().unwrap(),
        }
    }

    /// `docket` in the repository, with nothing of the machine around it.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docket"));
        command.args(args);
        self.surround(&mut command);
        command
    }

    /// The same where no file may grow beyond `kib` KiB, as on a full disk.
    fn command_on_full_disk(&self, kib: u32, args: &[&str]) -> Command {
        let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", kib * 2);
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_docket")]);
        command.args(args);
        self.surround(&mut command);
        command
    }

    fn surround(&self, command: &mut Command) {
        command
            .current_dir(self.project.root())
            .env_clear()
            .env("PATH", "")
            .env("HOME", self.user.path())
            .env("DOCKET_NOW", "2026-11-21");
    }

    /// Runs the terminal's docket to its end.
    fn docket(&self, args: &[&str]) -> Run {
        run(&mut self.command(args))
    }

    /// The findings of `docket check`, as `rule path`.
    fn findings(&self) -> Vec<String> {
        let run = self.docket(&["check", "--json"]);
        let report = run.json();
        let rows = report["findings"].as_array().unwrap();
        let line = |it: &Value| {
            let (rule, path) = (it["rule"].as_str().unwrap(), it["path"].as_str().unwrap());
            format!("{rule} {path}")
        };
        rows.iter().map(line).collect()
    }

    /// The ids of all tickets, ascending.
    fn ids(&self) -> Vec<String> {
        let run = self.docket(&["list", "--status", "all", "--json"]);
        let list = run.json();
        let rows = list["tickets"].as_array().unwrap();
        let mut ids: Vec<_> = rows
            .iter()
            .map(|it| it["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    }

    /// Every file of the work tree, ascending.
    fn tree(&self) -> Vec<String> {
        let root = self.project.root();
        let mut found = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let path = entry.path();
                match path.is_dir() {
                    true if path.ends_with(".git") => {}
                    true => folders.push(path),
                    false => found.push(path.strip_prefix(&root).unwrap().display().to_string()),
                }
            }
        }
        found.sort();
        found
    }
}

/// What a run of the terminal's docket gave.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

fn run(command: &mut Command) -> Run {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    Run {
        code: status.code(),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

/// Whether the largest scales are wanted, as `tests/run --full` says.
fn is_full() -> bool {
    std::env::var_os("DOCKET_TESTS_FULL").is_some()
}

fn write(path: &Path, text: impl AsRef<[u8]>) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
