//! The terminal: the real binary over small projects, its output against the published schemas.

mod adopt;
mod age;
mod analyze;
mod anchors;
mod auth;
mod baseline;
mod closing;
mod comments;
mod errors;
mod everyday;
mod hooks;
mod import;
mod mcp;
mod migrations;
mod models;
mod new_issue;
mod plan;
mod pr;
mod rename;
mod renumber;
mod schema;
mod since;
mod start;
mod tour;
mod verbs;
mod web;

use std::process::{Command, Output};

use serde_json::Value;

use crate::support::project::Project;

/// One of every kind: a linked, an untracked, a stale, a malformed TODO, good and bad tickets.
const KETTLE: &str = r#"
//- /.docs/docket.toml
//- /.docs/tickets/T-7k3f-ring.md
---
id: T-7k3f
title: Ring the bell
status: in-progress
priority: high
labels: [sound]
assignees: [ana]
depends-on: [T-9x2m]
due: 2026-12-01
estimate: 3
---

## Acceptance criteria

- [x] once
- [ ] twice
//- /.docs/tickets/T-9x2m-sensor.md
---
id: T-9x2m
title: Read the sensor
status: done
---
//- /.docs/tickets/T-2b7q-trust.md
---
id: T-2b7q
title: A kettle to trust
status: urgent
---
//- /src/main.rs
// TODO(T-7k3f, @ana, #12, !loud)!!: ring
//   twice
// FIXME(T-9x2m): read it
fn main() {
    println!("TODO: none");
    let é = 1; /* TODO [2026-12-31]: drop due:2027-01-01 */
}
"#;

/// What a run of the binary gave.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs `docket` in the project on 21 November 2026, without a home folder that is anybody's.
pub fn docket(project: &Project, args: &[&str]) -> Run {
    let output = command(project, args).output().unwrap();
    run_of(output)
}

/// Runs the real git in the project.
pub fn git(project: &Project, args: &[&str]) -> String {
    let identity = ["-c", "user.name=ana", "-c", "user.email=ana@example.com"];
    let output = std::process::Command::new("git")
        .args(identity)
        .args(args)
        .current_dir(project.root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn command(project: &Project, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docket"));
    command
        .args(args)
        .current_dir(project.root())
        .env_clear()
        .env("PATH", "")
        .env("HOME", project.root().join("../nobody"))
        .env("XDG_STATE_HOME", project.root().join(".state"))
        .env("XDG_CONFIG_HOME", project.root().join(".config"))
        .env("DOCKET_NOW", "2026-11-21");
    command
}

fn run_of(output: Output) -> Run {
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs with `--json`, holds the output to its schema, and gives it with the exit code.
fn json(project: &Project, args: &[&str], schema: &str) -> (i32, Value) {
    let run = docket(project, &[args, &["--json"]].concat());
    assert_eq!(run.stderr, "", "{args:?}");
    let value: Value = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|error| panic!("{args:?}: {error}: {}", run.stdout));
    schema::check(schema, &value);
    (run.code, value)
}
