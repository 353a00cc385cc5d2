//! `docket mcp` by the messages of the protocol: the greeting, the tools, and what each does.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use super::{Run, command, docket, json};
use crate::support::project::Project;

const PROJECT: &str = "\
//- /.docs/tickets/T-7k3f-whistle.md
---
id: T-7k3f
title: Whistle
priority: high
---

Loudly.

## Acceptance criteria

- [ ] One hears it
- [ ] It is short
//- /.docs/tickets/T-9x2m-lid.md
---
id: T-9x2m
title: Lid
depends-on: [T-7k3f]
---
//- /src/a.rs
// TODO(T-7k3f): blow
";

struct Agent {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    n_sent: u64,
}

impl Agent {
    fn start(project: &Project) -> Self {
        let mut child = command(project, &["mcp"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut agent = Self {
            child,
            stdin,
            stdout,
            n_sent: 0,
        };
        let hello = agent.ask(
            "initialize",
            json!({
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": { "name": "tester", "version": "1" },
            }),
        );
        assert_eq!(hello["serverInfo"]["name"], "docket");
        assert!(hello["instructions"].as_str().unwrap().contains("data"));
        agent.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        agent
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.stdin.as_ref().unwrap(), "{message}").unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.n_sent += 1;
        let id = self.n_sent;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let mut line = String::new();
            assert!(self.stdout.read_line(&mut line).unwrap() > 0, "it ended");
            let message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == id {
                assert_eq!(message["error"], Value::Null, "{message:#}");
                return message["result"].clone();
            }
        }
    }

    fn try_call(&mut self, tool: &str, arguments: Value) -> Result<Value, String> {
        let params = json!({ "name": tool, "arguments": arguments });
        let result = self.ask("tools/call", params);
        match result["isError"] == json!(true) {
            true => Err(result["content"][0]["text"].as_str().unwrap().to_owned()),
            false => Ok(result["structuredContent"].clone()),
        }
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.try_call(tool, arguments).unwrap()
    }

    fn end(mut self) {
        self.stdin.take();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
    }
}

#[test]
fn a_ticket_is_found_claimed_reported_on_and_finished() {
    let project = Project::new(PROJECT);
    let mut agent = Agent::start(&project);
    let tools = agent.ask("tools/list", json!({}));
    let tools = tools["tools"].as_array().unwrap().iter();
    let names: Vec<_> = tools.map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "find", "show", "next", "create", "update", "claim", "report"
        ]
    );

    let next = agent.call("next", json!({}));
    assert_eq!(next["tickets"][0]["id"], "T-7k3f", "{next:#}");
    assert_eq!(next["total"], 1);
    let why = next["tickets"][0]["why"].to_string();
    assert!(why.contains("1 ticket waits for it"), "{why}");

    let card = agent.call("show", json!({ "id": "t-7k3f" }));
    assert!(
        card["body"].as_str().unwrap().starts_with("Loudly."),
        "{card:#}"
    );
    assert_eq!(card["criteria"][1]["text"], "It is short");
    assert_eq!(card["todos"][0]["path"], "src/a.rs");

    let claimed = agent.call("claim", json!({ "id": "T-7k3f" }));
    assert_eq!(
        (&claimed["status"], &claimed["executor"]),
        (&json!("in-progress"), &json!("tester"))
    );
    // Asked again it is had; by another it is not.
    agent.call("claim", json!({ "id": "T-7k3f" }));
    let other = json!({ "id": "T-7k3f", "executor": "another" });
    let error = agent.try_call("claim", other).unwrap_err();
    assert!(error.contains("tester has it"), "{error}");
    let error = agent
        .try_call("claim", json!({ "id": "T-9x2m" }))
        .unwrap_err();
    assert!(error.contains("waits for T-7k3f"), "{error}");

    agent.call("update", json!({ "id": "T-7k3f", "tick": [0, 1] }));
    let report = json!({ "id": "T-7k3f", "text": "It whistles.\nTwice.", "status": "review" });
    let row = agent.call("report", report);
    assert_eq!(
        (&row["status"], &row["criteria-done"]),
        (&json!("review"), &json!(2))
    );
    let text = project.read(".docs/tickets/T-7k3f-whistle.md");
    assert!(
        text.ends_with("## Notes\n\n- 2026-11-21 (tester): It whistles.\n  Twice.\n"),
        "{text}"
    );
    assert!(
        text.contains("- [x] One hears it\n- [x] It is short\n"),
        "{text}"
    );
    agent.end();

    // The log has each of it as a model's, and is whole.
    let (_, history) = json(&project, &["show", "T-7k3f", "--history"], "history");
    let log = history.to_string();
    assert!(
        log.contains("claimed") && log.contains("reported: It whistles."),
        "{log}"
    );
    let Run { stdout, .. } = docket(&project, &["doctor"]);
    assert!(!stdout.contains("log was changed"), "{stdout}");
}

#[test]
fn what_is_made_is_made_by_the_rules_and_nonsense_is_told() {
    let project = Project::new(PROJECT);
    let mut agent = Agent::start(&project);
    let made = agent.call(
        "create",
        json!({
            "title": "Valve",
            "body": "It leaks.",
            "criteria": ["No drop"],
            "fields": { "priority": "low", "depends-on": "T-7k3f" },
        }),
    );
    let text = project.read(made["path"].as_str().unwrap());
    assert!(text.contains("priority: low\n"), "{text}");
    assert!(
        text.ends_with("It leaks.\n\n## Acceptance criteria\n\n- [ ] No drop\n"),
        "{text}"
    );
    let found = agent.call("find", json!({ "words": "valve" }));
    assert_eq!(
        (&found["total"], &found["tickets"][0]["id"]),
        (&json!(1), &made["id"])
    );

    for (tool, arguments, says) in [
        ("show", json!({ "id": "T-2222" }), "`find`"),
        ("update", json!({ "id": "T-7k3f" }), "`fields`"),
        (
            "update",
            json!({ "id": "T-7k3f", "fields": { "status": "doing" } }),
            "in-progress",
        ),
        ("update", json!({ "id": "T-7k3f", "tick": [9] }), "criteri"),
        ("create", json!({ "title": " " }), "title"),
        ("find", json!({ "status": "doing" }), "in-progress"),
        ("report", json!({ "id": "T-7k3f", "text": " " }), "`text`"),
        ("remove", json!({}), "claim, report"),
    ] {
        let error = agent.try_call(tool, arguments).unwrap_err();
        assert!(error.contains(says), "{tool}: {error}");
    }
    agent.end();
}
