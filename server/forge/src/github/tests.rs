//! GitHub on the wire: the contract, and what goes wrong between here and there.

mod comments;
mod device;
mod faults;
mod projects;
mod proxy;
mod refusals;
mod wire;

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use docket_core::sync::PullState;
use serde_json::{Value, json};

use super::stub::{Stub, TOKEN};
use super::*;
use crate::contract::{self, Ability, World};
use crate::memory::{MemoryForge, Reporter};

impl World for Stub {
    fn full_name(&self) -> String {
        World::full_name(self.world())
    }

    fn can(&self, ability: Ability) -> bool {
        World::can(self.world(), ability)
    }

    fn page_size(&self) -> usize {
        self.world().page_size()
    }

    async fn pass_time(&self) {
        World::pass_time(self.world()).await;
    }

    async fn open(&self, title: &str) -> u64 {
        World::open(self.world(), title).await
    }

    async fn open_pull_request(&self, title: &str) -> u64 {
        World::open_pull_request(self.world(), title).await
    }

    async fn push(&self, branch: &str, commit: &str) {
        self.world().push(branch, commit);
    }

    async fn end_pull(&self, number: u64, state: PullState) {
        self.world().end_pull(number, state);
    }

    async fn report(&self, commit: &str, reporter: Reporter, check: Check) {
        self.world().report(commit, reporter, check);
    }

    async fn retitle(&self, number: u64, title: &str) {
        World::retitle(self.world(), number, title).await;
    }

    async fn delete(&self, number: u64) {
        MemoryForge::delete(self.world(), number);
    }

    async fn transfer(&self, number: u64) {
        MemoryForge::transfer(self.world(), number);
    }

    async fn rename_repository(&self, full_name: &str) {
        Stub::rename_repository(self, full_name);
    }

    fn add_project(&self, project: &str, fields: &[(&str, &[&str])]) {
        MemoryForge::add_project(self.world(), project, fields);
    }

    fn choose_option(&self, project: &str, number: u64, field: &str, option: Option<&str>) {
        MemoryForge::choose_option(self.world(), project, number, field, option);
    }
}

fn titled(title: &str) -> NewIssue {
    NewIssue {
        title: title.to_owned(),
        ..NewIssue::default()
    }
}

fn says(message: &str) -> Value {
    json!({ "message": message, "documentation_url": "https://docs.github.com" })
}

fn at(base: &str) -> Options {
    Options {
        base: base.to_owned(),
        repository: "octocat/hello-world".to_owned(),
        token: Secret::new(TOKEN),
        patience: Patience {
            pauses: vec![Duration::ZERO, Duration::ZERO],
            ..Patience::default()
        },
        proxy: None,
    }
}

/// A server that takes a request and breaks the connection.
fn breaking() -> (String, Arc<AtomicUsize>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut bytes = [0; 4096];
            if stream.read(&mut bytes).unwrap() > 0 {
                counted.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(b"HTTP/1.1 20");
            }
        }
    });
    (address, count)
}

#[tokio::test]
async fn github_keeps_the_contract() {
    for case in contract::CASES {
        println!("{case}");
        let stub = Stub::start().await;
        stub.world().set_page_size(5);
        let github = GitHub::new(stub.options()).unwrap();
        contract::run(case, &github, &stub).await;
    }
}

#[tokio::test]
async fn an_enterprise_server_keeps_the_contract() {
    for case in contract::CASES {
        println!("{case}");
        let stub = Stub::start().await;
        stub.world().set_page_size(5);
        let mut options = stub.options();
        options.base.push_str("/api/v3/");
        let github = GitHub::new(options).unwrap();
        contract::run(case, &github, &stub).await;
        let sent = stub.sent().await;
        let is_fine = |path: &str| path.starts_with("/api/v3/") || path == "/api/graphql";
        assert!(sent.iter().all(|it| is_fine(&it.path)), "{sent:#?}");
    }
}

#[tokio::test]
async fn an_older_server_keeps_the_contract() {
    for case in contract::CASES.iter().filter(|it| !it.contains("modified")) {
        println!("{case}");
        let stub = Stub::start().await;
        stub.world().clone().without_relations().set_page_size(20);
        stub.count_pages();
        let github = GitHub::new(stub.options()).unwrap();
        contract::run(case, &github, &stub).await;
    }
}
