//! Prompts, keys and money of models, without asking one.

use serde_json::json;

use super::{docket, json};
use crate::support::project::Project;

const BARE: &str = "
//- /.docs/tickets/T-7k3f-ring.md
---
id: T-7k3f
title: Ring the bell
---
";

const WITH_MODELS: &str = "
//- /.docs/docket.toml
[ai]
models = [\"mine/large\", \"ollama/qwen3\"]
[ai.providers.mine]
protocol = \"openai-chat\"
url = \"https://models.example.org/v1/\"
[ai.providers.open]
protocol = \"anthropic\"
url = \"http://localhost:9/v1/\"
key = \"none\"
[budget]
day = 2.0
//- /.docs/tickets/T-7k3f-ring.md
---
id: T-7k3f
title: Ring the bell
---
";

const OWN: &str = "{# version: 2 #}
{% block system %}Split, in {{ max_parts }} parts.{% endblock %}
{% block user %}{{ ticket }}{% endblock %}
";

#[test]
fn prompts_are_listed_shown_and_compared() {
    let project = Project::new(BARE);
    let (code, value) = json(&project, &["prompt"], "prompt");
    assert_eq!(code, 0);
    let prompts = value["prompts"].as_array().unwrap();
    let first = prompts.iter().find(|it| it["name"] == "expand").unwrap();
    assert_eq!(
        (&first["name"], &first["origin"]),
        (&json!("expand"), &json!("shipped"))
    );
    assert!(first["version"].as_str().unwrap().starts_with("1-"));
    let shown = docket(&project, &["prompt", "show", "expand"]);
    assert!(
        shown.stdout.starts_with("{# version: 1 #}\n"),
        "{}",
        shown.stdout
    );
    let none = docket(&project, &["prompt", "diff"]);
    assert!(
        none.stdout.contains(".docs/prompts/NAME.md"),
        "{}",
        none.stdout
    );

    // What is shown can become one's own as it is.
    project.write(".docs/prompts/expand.md", &shown.stdout);
    let (_, value) = json(&project, &["prompt", "show", "expand"], "prompt");
    assert_eq!(value["prompts"][0]["origin"], "project");
    assert_eq!(value["prompts"][0]["version"], first["version"]);

    project.write(".docs/prompts/expand.md", OWN);
    let diff = docket(&project, &["prompt", "diff", "expand"]);
    assert_eq!(diff.code, 0);
    for line in [
        "--- shipped expand",
        "+++ .docs/prompts/expand.md",
        "-{# version: 1 #}",
        "+{# version: 2 #}",
    ] {
        assert!(
            diff.stdout.lines().any(|it| it == line),
            "{line}: {}",
            diff.stdout
        );
    }
    assert_eq!(docket(&project, &["prompt", "show", "nothing"]).code, 2);
}

#[test]
fn a_prompt_that_is_wrong_is_told_with_its_line() {
    let project = Project::new(BARE);
    project.write(".docs/prompts/expand.md", OWN);
    let (code, value) = json(&project, &["prompt", "check"], "prompt");
    assert_eq!((code, &value["problems"]), (0, &json!([])));
    project.write(
        ".docs/prompts/expand.md",
        &OWN.replace("{{ ticket }}", "{{ tickets }}"),
    );
    project.write(".docs/prompts/other.md", "x");
    let run = docket(&project, &["prompt", "check"]);
    assert_eq!(run.code, 1);
    let [other, own] = run.stdout.lines().collect::<Vec<_>>()[..] else {
        panic!("{}", run.stdout);
    };
    assert!(other.starts_with(".docs/prompts/other.md: nothing asks for it; there are "));
    assert_eq!(
        own,
        ".docs/prompts/expand.md:3: there is no variable `tickets`; there are context, max_parts, parts, ticket"
    );
}

#[test]
fn doctor_and_status_tell_of_keys_prices_and_money() {
    let project = Project::new(BARE);
    let (_, value) = json(&project, &["status"], "status");
    assert_eq!(value["budget"], json!(null));

    let project = Project::new(WITH_MODELS);
    let (_, value) = json(&project, &["status"], "status");
    let budget = &value["budget"];
    assert_eq!(budget["models"], json!(["mine/large", "ollama/qwen3"]));
    assert_eq!(
        (&budget["day"], &budget["day_cap"]),
        (&json!(0.0), &json!(2.0))
    );
    let told = docket(&project, &["status"]).stdout;
    assert!(
        told.contains("$0.00 of $2.00 today   $0.00 of $50.00 this month"),
        "{told}"
    );

    let (code, value) = json(&project, &["doctor"], "doctor");
    let rows = value["checks"].as_array().unwrap();
    let models: Vec<_> = rows.iter().filter(|it| it["name"] == "model").collect();
    assert_eq!((code, models.len()), (1, 2), "{value}");
    assert_eq!(models[0]["text"], "mine/large: there is no key for mine");
    assert!(models[0]["hint"].as_str().unwrap().contains("--model mine"));
    assert_eq!(
        models[1]["text"],
        "ollama/qwen3 at localhost:11434, without a key"
    );
}

#[test]
fn whose_key_is_used_is_told_and_never_the_key() {
    let project = Project::new(WITH_MODELS);
    let run = docket(&project, &["auth", "status", "--model", "mine"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no key for mine"), "{}", run.stderr);
    let run = docket(&project, &["auth", "status", "--model", "open"]);
    assert!(run.stdout.contains("localhost:9"), "{}", run.stdout);
    let run = docket(&project, &["auth", "login", "--model", "open"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("wants no key"), "{}", run.stderr);
    let run = docket(&project, &["auth", "status", "--model", "nobody"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("[ai.providers.nobody]"),
        "{}",
        run.stderr
    );
}
