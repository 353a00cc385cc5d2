//! The contract of every forge on the emulator of GitHub, each request held to GitHub's own OpenAPI description.
//!
//! `tests/setup/github` installs both, `tests/run github` runs this with them; where they are not
//! installed, it is left out and says so.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use docket_core::sync::{Check, PullState, RemoteWrite};
use docket_forge::contract::{self, Ability, World};
use docket_forge::github::{GitHub, Options};
use docket_forge::memory::Reporter;
use docket_forge::{Forge, NewIssue, Query, Secret};
use serde_json::Value;

use crate::support::project::Project;

/// Set by `tests/run github`: the set-up has to be there.
const REQUIRED: &str = "DOCKET_TESTS_GITHUB";

/// The emulator behind the description; gone when dropped.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// `None` where it is not installed and need not be.
    fn start(repositories: &[String]) -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let tools = target.join("tools/github");
        if !tools.join("installed").exists() {
            assert!(
                std::env::var_os(REQUIRED).is_none(),
                "{} is not there: tests/setup/github installs it",
                tools.display()
            );
            eprintln!("left out: tests/setup/github installs what this needs");
            return None;
        }
        let mut process = Command::new(tools.join("node"))
            .arg(root.join("tests/github/serve.mjs"))
            .arg(&tools)
            .args(repositories)
            // It ends when this pipe does, also where the test is killed.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let address = address.trim().to_owned();
        assert!(address.starts_with("http://"), "it did not start");
        Some(Self { process, address })
    }

    fn forge(&self, repository: &str, token: &str) -> GitHub {
        let token = Secret::new(token).unwrap();
        GitHub::new(Options::new(&self.address, repository, token)).unwrap()
    }

    /// What the description found.
    fn found(&self) -> Value {
        let host = self.address.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).unwrap();
        let asked = format!("GET /-/violations HTTP/1.0\r\nHost: {host}\r\n\r\n");
        stream.write_all(asked.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Closing its standard input ends it and what it started.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Somebody else, by the same API.
struct Emulated {
    full_name: String,
    other: GitHub,
}

impl World for Emulated {
    fn full_name(&self) -> String {
        self.full_name.clone()
    }

    fn can(&self, _: Ability) -> bool {
        // All of these it lacks; the GitHub of the unit tests has them.
        false
    }

    fn page_size(&self) -> usize {
        100
    }

    async fn pass_time(&self) {
        // It has no other clock than the system's.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
    }

    async fn open(&self, title: &str) -> u64 {
        let new = NewIssue {
            title: title.to_owned(),
            ..NewIssue::default()
        };
        self.other.create(&new).await.unwrap().number
    }

    async fn open_pull_request(&self, _: &str) -> u64 {
        unreachable!("it has no pull requests among its issues")
    }

    async fn push(&self, _: &str, _: &str) {
        unreachable!("it has no pull requests")
    }

    async fn end_pull(&self, _: u64, _: PullState) {
        unreachable!("it has no pull requests")
    }

    async fn report(&self, _: &str, _: Reporter, _: Check) {
        unreachable!("it has no checks")
    }

    async fn retitle(&self, number: u64, title: &str) {
        let writes = [RemoteWrite::Title(title.to_owned())];
        self.other.write(number, &writes).await.unwrap();
    }

    async fn delete(&self, _: u64) {
        unreachable!("its issues do not leave")
    }

    async fn transfer(&self, _: u64) {
        unreachable!("its issues do not leave")
    }

    async fn rename_repository(&self, _: &str) {
        unreachable!("its repositories keep their names")
    }

    fn add_project(&self, _: &str, _: &[(&str, &[&str])]) {
        unreachable!("it has no projects")
    }

    fn choose_option(&self, _: &str, _: u64, _: &str, _: Option<&str>) {
        unreachable!("it has no projects")
    }
}

#[test]
fn github_keeps_the_contract_on_the_emulator_and_by_its_own_description() {
    let repositories: Vec<String> = contract::CASES
        .iter()
        .map(|it| it.replace('_', "-"))
        .collect();
    let Some(server) = Server::start(&repositories) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for (case, repository) in contract::CASES.iter().zip(&repositories) {
        println!("{case}");
        let full_name = format!("octocat/{repository}");
        runtime.block_on(async {
            let forge = server.forge(&full_name, "ghp_octo");
            let world = Emulated {
                other: server.forge(&full_name, "ghp_octo"),
                full_name,
            };
            contract::run(case, &forge, &world).await;
        });
    }
    let found = server.found();
    assert_eq!(found["violations"], serde_json::json!([]));
    // GraphQL has a description of its own.
    let unknown = found["unknown"].as_array().unwrap();
    let is_graphql = |it: &Value| it == "POST /graphql";
    assert!(unknown.iter().all(is_graphql), "{unknown:#?}");
    assert!(found["n_requests"].as_u64().unwrap() > 200, "{found}");
}

const KETTLE: &str = "\
//- /.docs/tickets/T-2222-heat.md
---
id: T-2222
title: Heat the water
status: in-progress
priority: high
labels: [core]
assignees: [octocat]
milestone: v0.1
---

Until it boils.
//- /.docs/tickets/T-3333-ring.md
---
id: T-3333
title: Ring the bell
---
";

/// The program itself: tickets and issues are in step after it, and both sides' edits survive.
#[test]
fn docket_syncs_with_the_emulator() {
    let Some(server) = Server::start(&["kettle".to_owned()]) else {
        return;
    };
    let project = Project::new(KETTLE);
    let config = format!(
        "[sync]\nmode = \"manual\"\ntickets = \"all\"\nissues = \"all\"\nrepository = \"octocat/kettle\"\napi = \"{}\"\n",
        server.address
    );
    project.write(".docs/docket.toml", &config);
    let sync = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_docket"))
            .arg("sync")
            .args(args)
            .current_dir(project.root())
            .env_clear()
            .env("HOME", project.root().join("../nobody"))
            .env("XDG_STATE_HOME", project.root().join(".state"))
            .env("DOCKET_GITHUB_TOKEN", "ghp_octo")
            .output()
            .unwrap();
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "{text}");
        text
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let forge = runtime.block_on(async { server.forge("octocat/kettle", "ghp_octo") });
    let issues = || {
        let mut issues = runtime
            .block_on(forge.issues(&Query::default()))
            .unwrap()
            .issues;
        issues.sort_by_key(|it| it.number);
        issues
    };
    let heat = ".docs/tickets/T-2222-heat.md";

    // Shown first, and nothing is done.
    let plan = sync(&["--dry-run"]);
    assert!(plan.contains("T-2222"), "{plan}");
    assert_eq!(issues(), []);
    sync(&[]);
    let made = issues();
    assert_eq!(made.len(), 2);
    let issue = made.iter().find(|it| it.title == "Heat the water").unwrap();
    assert!(issue.body.starts_with("Until it boils."), "{}", issue.body);
    assert!(issue.labels.contains("core") && issue.labels.contains("status: in-progress"));
    assert_eq!(issue.milestone.as_deref(), Some("v0.1"));
    assert_eq!(issue.assignees, ["octocat".to_owned()].into());
    assert!(
        project
            .read(heat)
            .contains(&format!("github: {}\n", issue.number))
    );

    // One field here, another one there: both survive.
    let text = project
        .read(heat)
        .replace("priority: high", "priority: low");
    project.write(heat, &text);
    let number = issue.number;
    let writes = [RemoteWrite::Title("Boil the water".to_owned())];
    runtime.block_on(forge.write(number, &writes)).unwrap();
    sync(&[]);
    assert!(project.read(heat).contains("title: Boil the water"));
    assert!(project.read(heat).contains("priority: low"));
    let after = runtime.block_on(forge.issue(number)).unwrap();
    assert!(after.labels.contains("priority: low") && !after.labels.contains("priority: high"));

    // In step, nothing is sent.
    let before = (project.read(heat), issues());
    sync(&[]);
    assert_eq!((project.read(heat), issues()), before);
    assert_eq!(server.found()["violations"], serde_json::json!([]));
}

/// A description that finds nothing wrong with anything would tell nothing.
#[test]
fn the_description_finds_what_is_wrong() {
    let Some(server) = Server::start(&["hello-world".to_owned()]) else {
        return;
    };
    let host = server.address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    let body = "{\"titel\": 1}";
    let asked = format!(
        "POST /repos/octocat/hello-world/issues HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Authorization: Bearer ghp_octo\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(asked.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let violations = server.found()["violations"].to_string();
    assert!(violations.contains("title"), "{violations}");
}
