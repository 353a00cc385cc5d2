//! The door itself: who is let in, what is answered, and that a change is told.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

const PATIENCE: Duration = Duration::from_secs(30);

const TICKET: &str = "---
id: T-7k3f
title: Parse bodies
status: todo
---

## Acceptance criteria

- [ ] one
";

/// A served project, gone when dropped.
struct Board {
    folder: tempfile::TempDir,
    port: u16,
    token: String,
    once: String,
}

struct Response {
    status: u16,
    head: String,
    body: String,
}

impl Board {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tickets = folder.path().join(".docs/tickets");
        std::fs::create_dir_all(&tickets).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        std::fs::write(tickets.join("T-7k3f-parse.md"), TICKET).unwrap();
        let root = folder.path().canonicalize().unwrap();
        let env = Env::fixed(&root, "2026-11-20T12:00:00[UTC]".parse().unwrap(), 7);
        let served = listen(env, root, 0).await.unwrap();
        let port = served.listener.local_addr().unwrap().port();
        let token = |address: &str| address.split_once('#').unwrap().1.to_owned();
        let (lasting, once) = (token(&served.address), token(&served.address_once));
        tokio::spawn(served.run());
        Self {
            folder,
            port,
            token: lasting,
            once,
        }
    }

    fn text(&self) -> String {
        let path = ".docs/tickets/T-7k3f-parse.md";
        std::fs::read_to_string(self.folder.path().join(path)).unwrap()
    }

    async fn connect(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    /// Sends one request with exactly these headers.
    async fn send(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let mut request = format!("{line} HTTP/1.1\r\nconnection: close\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        let mut stream = self.connect(&request).await;
        let mut text = String::new();
        let read = stream.read_to_string(&mut text);
        tokio::time::timeout(PATIENCE, read).await.unwrap().unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Response {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    async fn call(&self, method: &str, params: Value) -> (u16, Value) {
        let (host, bearer) = (self.host(), format!("Bearer {}", self.token));
        let headers = [
            ("host", &*host),
            ("authorization", &*bearer),
            ("content-type", "application/json"),
        ];
        let line = format!("POST /api/{method}");
        let response = self.send(&line, &headers, &params.to_string()).await;
        let value = serde_json::from_str(&response.body);
        (response.status, value.unwrap_or(Value::Null))
    }

    /// The rows, once the project has been read.
    async fn tickets(&self) -> Value {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let (status, answer) = self.call("tickets", json!({})).await;
            assert_eq!(status, 200, "{answer}");
            if answer["projects"][0]["complete"] == true {
                return answer;
            }
            assert!(tokio::time::Instant::now() < deadline, "{answer:#}");
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_token_there_is_the_page_and_nothing_of_the_project() {
    let board = Board::new().await;
    let host = board.host();
    let page = board.send("GET /", &[("host", &host)], "").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("board.js") && !page.body.contains("T-7k3f"));
    assert!(
        page.head
            .contains("content-security-policy: default-src 'none'"),
        "{}",
        page.head
    );
    assert!(
        page.head.contains("cache-control: no-store"),
        "{}",
        page.head
    );
    let json = ("content-type", "application/json");
    for line in [
        "POST /api/tickets",
        "POST /api/ticket",
        "POST /api/setStatus",
        "POST /api/toggleCriterion",
        "POST /api/create",
        "GET /api/changes",
    ] {
        for authorization in ["", "Bearer ", "Bearer 0000", &board.token] {
            let headers = [("host", &*host), json, ("authorization", authorization)];
            let response = board.send(line, &headers, "{}").await;
            assert_eq!(response.status, 401, "{line} {authorization}");
            assert!(!response.body.contains("T-7k3f"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_host_name_and_another_page_are_turned_away() {
    let board = Board::new().await;
    let (host, bearer) = (board.host(), format!("Bearer {}", board.token));
    let ask = async |host: &str, origin: &str| {
        let headers = [
            ("host", host),
            ("authorization", &*bearer),
            ("content-type", "application/json"),
            ("origin", origin),
        ];
        board.send("POST /api/tickets", &headers, "{}").await.status
    };
    assert_eq!(ask(&host, &format!("http://{host}")).await, 200);
    assert_eq!(ask(&host, "http://evil.example").await, 403);
    assert_eq!(ask(&host, "null").await, 403);
    assert_eq!(
        ask(
            &format!("evil.example:{}", board.port),
            &format!("http://{host}")
        )
        .await,
        403
    );
    // A form of another page cannot send JSON, and nothing else is read.
    let headers = [
        ("host", &*host),
        ("authorization", &*bearer),
        ("content-type", "text/plain"),
    ];
    assert_eq!(
        board.send("POST /api/tickets", &headers, "{}").await.status,
        415
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_for_a_started_browser_is_good_once() {
    let board = Board::new().await;
    let host = board.host();
    let enter = async |token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("host", &*host), ("authorization", &*bearer)];
        board.send("POST /api/enter", &headers, "").await
    };
    let first = enter(&board.once).await;
    let answer: Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!((first.status, &answer["token"]), (200, &json!(board.token)));
    assert_eq!(enter(&board.once).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_are_shown_moved_ticked_and_made() {
    let board = Board::new().await;
    let answer = board.tickets().await;
    let ticket = &answer["projects"][0]["tickets"][0];
    assert_eq!(
        (&ticket["id"], &ticket["status"]),
        (&json!("T-7k3f"), &json!("todo"))
    );
    let known = json!({ "previousResultId": answer["resultId"] });
    assert_eq!(
        board.call("tickets", known).await.1["projects"],
        Value::Null
    );

    let moved = json!({ "ticket": "T-7k3f", "status": "review", "root": "x" });
    assert_eq!(board.call("setStatus", moved).await.0, 200);
    assert_eq!(board.text(), TICKET.replace("todo", "review"));
    let ticked = json!({ "ticket": "T-7k3f", "criterion": 0, "done": true });
    assert_eq!(board.call("toggleCriterion", ticked).await.0, 200);
    assert!(board.text().contains("- [x] one"));
    let (_, card) = board.call("ticket", json!({ "ticket": "T-7k3f" })).await;
    assert_eq!(card["card"]["criteria"][0]["done"], true);
    let made = json!({ "title": "Another", "status": "backlog" });
    assert_eq!(board.call("create", made).await.0, 200);
    let rows = board.tickets().await["projects"][0]["tickets"].clone();
    assert!(
        rows.as_array()
            .unwrap()
            .iter()
            .any(|it| it["title"] == "Another"),
        "{rows:#}"
    );

    let odd = json!({ "ticket": "T-7k3f", "status": "nowhere" });
    let (status, answer) = board.call("setStatus", odd).await;
    assert_eq!(status, 409);
    assert!(
        answer["error"].as_str().unwrap().contains("backlog"),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_file_is_told() {
    let board = Board::new().await;
    board.tickets().await;
    let request = format!(
        "GET /api/changes HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\r\n",
        board.host(),
        board.token
    );
    let mut stream = board.connect(&request).await;
    let mut text = String::new();
    let mut read = async |until: &dyn Fn(&str) -> bool| {
        let mut buffer = [0; 1024];
        while !until(&text) {
            let read = tokio::time::timeout(PATIENCE, stream.read(&mut buffer));
            let n = read
                .await
                .unwrap_or_else(|_| panic!("only {text}"))
                .unwrap();
            assert!(n > 0, "the stream ended after {text}");
            text.push_str(&String::from_utf8_lossy(&buffer[..n]));
        }
        text.len()
    };
    let begun = read(&|text| {
        text.contains("\r\n\r\n") && text.ends_with("\r\n") && text.matches("\r\n").count() > 10
    })
    .await;
    let moved = json!({ "ticket": "T-7k3f", "status": "done" });
    assert_eq!(board.call("setStatus", moved).await.0, 200);
    read(&move |text| text.len() > begun).await;
    assert_eq!(
        board.tickets().await["projects"][0]["tickets"][0]["status"],
        "done"
    );
}
