//! `docket auth` against a GitHub for tests: where tokens come from, and that none is ever shown.

use std::process::Stdio;

use docket_forge::github::stub::{Stub, TOKEN};
use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;

/// What the runs of one test share: a project whose API is at that address.
fn project_at(api: &str) -> Project {
    Project::new(&format!(
        "//- /.docs/docket.toml\n[sync]\nrepository = \"octocat/hello-world\"\napi = \"{api}\"\n"
    ))
}

fn auth(project: &Project, args: &[&str], vars: &[(&str, &str)], input: &str) -> Run {
    let mut command = command(project, &[&["auth"], args].concat());
    // A keyring that is nowhere, so that nobody's own is asked.
    command
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
        .envs(vars.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A run that fails before it reads has closed the pipe.
    let _ = std::io::Write::write_all(&mut stdin, input.as_bytes());
    drop(stdin);
    let run = run_of(child.wait_with_output().unwrap());
    assert!(!run.stdout.contains(TOKEN) && !run.stderr.contains(TOKEN));
    run
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn status_says_whose_the_token_is_and_where_it_comes_from() {
    let runtime = runtime();
    let stub = runtime.block_on(Stub::start());
    let project = project_at(&stub.address());
    let host = stub.address().replace("http://", "");
    let token = ("DOCKET_GITHUB_TOKEN", TOKEN);
    let run = auth(&project, &["status"], &[token], "");
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (
            0,
            &*format!("ok  octocat on {host}, by the variable DOCKET_GITHUB_TOKEN\n")
        )
    );
    let run = auth(
        &project,
        &["status", "--json"],
        &[("GITHUB_TOKEN", TOKEN)],
        "",
    );
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    schema::check("auth", &value);
    assert_eq!(value["login"], "octocat");
    assert_eq!(value["source"], "the variable GITHUB_TOKEN");
    // One that is not accepted.
    let run = auth(&project, &["status"], &[("GITHUB_TOKEN", "ghp_old")], "");
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("docket auth login") && !run.stderr.contains("ghp_old"),
        "{}",
        run.stderr
    );
    drop(runtime);
}

#[cfg(unix)]
#[test]
fn gh_is_asked_last() {
    use std::os::unix::fs::PermissionsExt;

    let runtime = runtime();
    let stub = runtime.block_on(Stub::start());
    let project = project_at(&stub.address());
    let run = auth(&project, &["status"], &[], "");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("docket auth login"), "{}", run.stderr);
    project.write(
        "bin/gh",
        &format!("#!/bin/sh\n[ \"$1 $2 $3\" = \"auth token --hostname\" ] && echo {TOKEN}\n"),
    );
    let gh = project.root().join("bin/gh");
    std::fs::set_permissions(&gh, std::fs::Permissions::from_mode(0o755)).unwrap();
    let bin = project.root().join("bin");
    let run = auth(
        &project,
        &["status"],
        &[("PATH", bin.to_str().unwrap())],
        "",
    );
    assert!(
        run.stdout.ends_with(", by gh\n"),
        "{} {}",
        run.stdout,
        run.stderr
    );
    drop(runtime);
}

#[test]
fn a_repository_cannot_have_the_token_sent_elsewhere() {
    let project = project_at("https://evil.example/api/v3");
    for variable in ["DOCKET_GITHUB_TOKEN", "GITHUB_TOKEN"] {
        let run = auth(&project, &["status"], &[(variable, TOKEN)], "");
        assert_eq!(run.code, 2);
        assert!(
            run.stderr
                .contains(&format!("{variable} is not for that host"))
                && run.stderr.contains("DOCKET_GITHUB_HOST=evil.example"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_pasted_token_is_tried_before_it_is_kept() {
    let runtime = runtime();
    let stub = runtime.block_on(Stub::start());
    let project = project_at(&stub.address());
    let run = auth(&project, &["login"], &[], "");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no token was given"), "{}", run.stderr);
    let run = auth(&project, &["login"], &[], "ghp_wrong\n");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("does not accept"), "{}", run.stderr);
    // Accepted, and there is no keyring to keep it in.
    let run = auth(&project, &["login"], &[], &format!("{TOKEN}\n"));
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("keyring"), "{}", run.stderr);
    assert!(run.stderr.contains("DOCKET_GITHUB_TOKEN"), "{}", run.stderr);
    drop(runtime);
}

#[test]
fn signing_in_on_the_website_needs_an_app() {
    let project = project_at("https://api.github.com");
    let run = auth(&project, &["login", "--web"], &[], "");
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("no OAuth app of its own")
            && run.stderr.contains("DOCKET_GITHUB_CLIENT_ID"),
        "{}",
        run.stderr
    );
}

#[test]
fn signing_in_on_the_website_shows_the_code_and_waits() {
    let runtime = runtime();
    let server = runtime.block_on(async {
        let server = MockServer::start().await;
        let answer = async |verb, at, body| {
            Mock::given(method(verb))
                .and(path(at))
                .respond_with(ResponseTemplate::new(200).set_body_json(body))
                .mount(&server)
                .await;
        };
        let code = json!({
            "device_code": "d", "user_code": "WDJB-MJHT", "expires_in": 900, "interval": 1,
            "verification_uri": "https://github.com/login/device",
        });
        answer("POST", "/login/device/code", code).await;
        let token = json!({ "access_token": TOKEN, "token_type": "bearer" });
        answer("POST", "/login/oauth/access_token", token).await;
        answer("GET", "/user", json!({ "login": "octocat" })).await;
        server
    });
    let project = project_at(&server.uri());
    let client = ("DOCKET_GITHUB_CLIENT_ID", "Iv1.client");
    let run = auth(&project, &["login", "--web"], &[client], "");
    assert!(
        run.stderr
            .contains("Open https://github.com/login/device and type in WDJB-MJHT"),
        "{}",
        run.stderr
    );
    // Signed in, and there is no keyring to keep the token in.
    assert!(run.stderr.contains("keyring"), "{}", run.stderr);
    let asked = runtime.block_on(server.received_requests()).unwrap();
    let user = asked.iter().find(|it| it.url.path() == "/user").unwrap();
    assert_eq!(user.headers["authorization"], format!("Bearer {TOKEN}"));
    drop(runtime);
}

/// The variables as they are in a company's shell; a proxy that is named wrong is not gone around.
#[test]
fn doctor_and_status_say_which_proxy_is_used() {
    let project = project_at("https://api.github.com");
    let doctor = |vars: &[(&str, &str)]| {
        let mut command = command(&project, &["doctor", "--json"]);
        let run = run_of(command.envs(vars.iter().copied()).output().unwrap());
        let value: Value = serde_json::from_str(&run.stdout).unwrap();
        schema::check("doctor", &value);
        let checks = value["checks"].as_array().unwrap().iter();
        let mut rows = checks.filter(|it| it["name"] == "proxy");
        rows.next()
            .map(|it| format!("{} {}", it["state"], it["text"]).replace('"', ""))
    };
    assert_eq!(doctor(&[]), None);
    assert_eq!(
        doctor(&[("https_proxy", "http://ana:hunter2@proxy.example:3128")]).as_deref(),
        Some("ok https://api.github.com through http://proxy.example:3128")
    );
    let excepted = [
        ("HTTPS_PROXY", "proxy.example:3128"),
        ("NO_PROXY", "github.com"),
    ];
    assert_eq!(doctor(&excepted), None);
    let wrong = doctor(&[("HTTPS_PROXY", "socks5://proxy.example")]).unwrap();
    assert!(
        wrong.starts_with("trouble HTTPS_PROXY is no proxy"),
        "{wrong}"
    );
    let plain = doctor(&[("HTTP_PROXY", "proxy.example:3128")]).unwrap();
    assert!(
        plain.starts_with("note HTTP_PROXY is for http://"),
        "{plain}"
    );
    // Nobody listens there: the error names it, and the token is in none of it.
    let vars = [
        ("DOCKET_GITHUB_TOKEN", TOKEN),
        ("HTTPS_PROXY", "127.0.0.1:1"),
    ];
    let run = auth(&project, &["status"], &vars, "");
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("through the proxy http://127.0.0.1:1"),
        "{}",
        run.stderr
    );
}
