//! Branches and pull requests from the editor: the plan is shown, and without a yes nothing is done.

use docket_forge::github::stub::{Stub, TOKEN};
use serde_json::{Value, json};

use crate::cli::git;
use crate::support::client::{Client, env};
use crate::support::project::Project;

const BRANCH: &str = "T-7k3f-ring-the-bell";
const TICKET: &str = ".docs/tickets/T-7k3f-ring.md";

/// A repository with one commit on `main`.
fn repository(config: &str) -> Project {
    let project = Project::new(&format!(
        "//- /.docs/docket.toml\n{config}//- /{TICKET}\n---\nid: T-7k3f\ntitle: Ring the bell\ngithub: 42\n---\n\nLoudly.\n"
    ));
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-qm", "one"]);
    project
}

/// A session in it that sees git.
async fn session(project: &Project) -> Client {
    let path = std::env::var("PATH").unwrap();
    let env = env(&project.root())
        .with_var("PATH", &path)
        .with_var("DOCKET_GITHUB_TOKEN", TOKEN)
        .with_var(
            "XDG_STATE_HOME",
            &project.root().join(".state").to_string_lossy(),
        );
    let mut client = Client::start(env);
    client.answers_requests = false;
    let can = json!({ "textDocument": { "hover": { "contentFormat": ["markdown"] } } });
    client.initialize(can, &project.uri("")).await;
    client.ignored.push("textDocument/publishDiagnostics");
    client
}

/// Calls a command, and answers its question; gives what was asked and what came of it.
async fn call(
    client: &mut Client,
    command: &str,
    argument: Value,
    choice: Option<&str>,
) -> (String, Value) {
    let params = json!({ "command": command, "arguments": [argument] });
    let id = client.post("workspace/executeCommand", params).await;
    let is_question = |it: &Value| it["method"] == "window/showMessageRequest";
    let question = client.wait("a question", is_question).await;
    let result = choice.map_or(Value::Null, |it| json!({ "title": it }));
    let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": result });
    client.send(&answer).await;
    let asked = question["params"]["message"].as_str().unwrap().to_owned();
    (asked, client.answer(id).await.unwrap())
}

#[tokio::test]
async fn starting_work_makes_the_branch_that_was_shown() {
    let project = repository("");
    let mut client = session(&project).await;
    let ticket = json!({ "ticket": "T-7k3f" });
    let before = project.read(TICKET);
    for choice in [Some("Leave it"), None] {
        let (asked, answer) = call(&mut client, "docket.start", ticket.clone(), choice).await;
        assert!(
            asked.contains("git switch -c T-7k3f-ring-the-bell"),
            "{asked}"
        );
        assert!(
            asked.contains("docket set T-7k3f status=in-progress"),
            "{asked}"
        );
        assert_eq!(
            (&answer["done"], &answer["changed"]),
            (&json!(false), &json!([]))
        );
        assert_eq!(git(&project, &["branch", "--show-current"]), "main");
        assert_eq!(project.read(TICKET), before);
    }
    let (_, answer) = call(&mut client, "docket.start", ticket, Some("Do it")).await;
    assert_eq!(
        (&answer["done"], &answer["branch"]),
        (&json!(true), &json!(BRANCH))
    );
    assert_eq!(git(&project, &["branch", "--show-current"]), BRANCH);
    assert!(project.read(TICKET).contains("status: in-progress"));
    client.finish().await;
}

#[tokio::test]
async fn a_branch_that_is_there_is_gone_to_with_the_file_that_it_has() {
    let project = repository("");
    git(&project, &["switch", "-qc", BRANCH]);
    let text = project.read(TICKET).replace("Loudly.", "On the branch.");
    project.write(TICKET, &text);
    git(&project, &["commit", "-qam", "two"]);
    git(&project, &["switch", "-q", "main"]);
    let mut client = session(&project).await;
    let argument = json!({ "ticket": "T-7k3f", "yes": true });
    let params = json!({ "command": "docket.start", "arguments": [argument] });
    let answer = client.request("workspace/executeCommand", params).await;
    assert_eq!(answer["git"], json!(["switch", BRANCH]));
    let text = project.read(TICKET);
    assert!(
        text.contains("On the branch.") && text.contains("status: in-progress"),
        "{text}"
    );
    client.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_request_is_opened_where_the_user_says_so() {
    let stub = Stub::start().await;
    let config = format!(
        "[sync]\nrepository = \"octocat/hello-world\"\napi = \"{}\"\n",
        stub.address()
    );
    let project = repository(&config);
    let mut client = session(&project).await;
    let remote = Project::new("");
    git(&remote, &["init", "-q", "--bare", "-b", "main"]);
    git(
        &project,
        &["remote", "add", "origin", &remote.root().to_string_lossy()],
    );
    let ticket = json!({ "ticket": "T-7k3f" });
    let params = json!({ "command": "docket.pullRequest", "arguments": [ticket] });
    let refused = client
        .try_request("workspace/executeCommand", params.clone())
        .await;
    let message = refused.unwrap_err()["message"].to_string();
    assert!(message.contains("`main` is checked out"), "{message}");

    git(&project, &["switch", "-qc", BRANCH]);
    git(&project, &["commit", "-q", "--allow-empty", "-m", "two"]);
    let commit = git(&project, &["rev-parse", "HEAD"]);
    stub.world().push(BRANCH, &commit);
    let (asked, answer) = call(&mut client, "docket.pullRequest", ticket.clone(), None).await;
    assert!(
        asked.contains("git push -u origin T-7k3f-ring-the-bell"),
        "{asked}"
    );
    assert!(asked.contains("Closes #42"), "{asked}");
    assert_eq!(
        (&answer["done"], &answer["pull-request"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(git(&remote, &["for-each-ref"]), "");
    let (_, answer) = call(&mut client, "docket.pullRequest", ticket, Some("Do it")).await;
    assert_eq!(answer["pull-request"]["number"], json!(1));
    assert_eq!(git(&remote, &["rev-parse", BRANCH]), commit);
    assert_eq!(stub.world().pulls().len(), 1);

    // Now there is nothing to ask: it tells of the checks, and the card of the pull request.
    let answer = client.request("workspace/executeCommand", params).await;
    assert_eq!(answer["pull-request"]["checks"]["total"], json!(0));
    let uri = project.uri(TICKET);
    client.open(&uri, "markdown", &project.read(TICKET)).await;
    let at = json!({ "textDocument": { "uri": project.uri(TICKET) }, "position": { "line": 2, "character": 8 } });
    let hover = client.request("textDocument/hover", at).await;
    let card = hover["contents"]["value"].as_str().unwrap_or_default();
    assert!(card.contains("open · no checks, as of just now"), "{hover}");
    client.finish().await;
}
