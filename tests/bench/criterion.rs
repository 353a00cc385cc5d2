//! What single steps cost, without files or processes: `cargo bench` and, for one, `cargo bench -- lexer`.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use docket_core::comments::{Reader, comments, comments_with};
use docket_core::config::Config;
use docket_core::edit::TextEdit;
use docket_core::facts::{FileFacts, facts};
use docket_core::prefilter::Prefilter;
use docket_core::rules::all_findings;
use docket_core::sync::fields::{Links, of_issue};
use docket_core::sync::plan::{self as sync_plan, Input, Local};
use docket_core::sync::{Agreed, Base, Field, Issue, IssueState, Relations, Value as SyncValue};
use docket_core::text::{Charset, Hash};
use docket_core::ticket::edit;
use docket_core::ticket::field::Value;
use docket_core::ticket::parse;
use docket_core::todo::todos;
use docket_core::world::{FileChange, World};
use docket_grammars::{Language, language_named};

/// Tickets in the project of the index's benches, and source files with a TODO each.
const N_TICKETS: usize = 1_000;

/// C as kernels have it: comments, strings, arrows, and words that are nearly keywords.
fn source(n_functions: usize) -> String {
    let mut text = String::from("/* SPDX-License-Identifier: MIT */\n#include <linux/bug.h>\n\n");
    for idx in 0..n_functions {
        text.push_str(&format!(
            "/**\n * step_{idx}() - does a step\n * @parent: where to begin\n */\n\
             static int step_{idx}(struct node *parent)\n{{\n\
             \tBUG_ON(parent->next->prev != parent); // cannot be\n\
             \tpr_info(\"step \\\"{idx}\\\" // TODO_LIST-12\\n\");\n\
             \treturn parent->count-- > 0 ? -EINVAL : {idx};\n}}\n\n"
        ));
        if idx % 50 == 0 {
            text.push_str("/* TODO(#12): count again,\n * as T-7k3f says.\n */\n");
        }
    }
    text
}

fn c() -> &'static Language {
    language_named("c").expect("C is built in")
}

fn ticket(idx: usize) -> String {
    format!(
        "---\nid: T-{}\ntitle: Number {idx}\nstatus: todo\npriority: high\nlabels: [one, two]\n\
         depends-on: []\ncreated: 2026-01-02\n---\n\nWhat is to be done, and why.\n\n\
         ## Acceptance criteria\n\n- [ ] it works\n- [x] it is told\n",
        id(idx)
    )
}

/// Four of an id's symbols, another for each number.
fn id(idx: usize) -> String {
    let symbols = b"23456789bcdfghjkmnpqrstvwxz";
    let digit = |place: u32| char::from(symbols[idx / 27_usize.pow(place) % 27]);
    (0..4).rev().map(digit).collect()
}

fn facts_of(path: &str, text: &str, config: &Config) -> Arc<FileFacts> {
    let (text, hash) = (text.as_bytes(), Hash::of(text.as_bytes()));
    let charset = Charset::Bytes;
    Arc::new(facts(path, text, hash, charset, config, Reader::Exact))
}

/// Tickets, and as many source files that name them.
fn project(config: &Config) -> Vec<FileChange> {
    let file = |path: String, text: &str| FileChange::Facts {
        facts: Some(facts_of(&path, text, config)),
        path: path.into(),
    };
    (0..N_TICKETS)
        .flat_map(|idx| {
            let id = id(idx);
            let todo = format!("// TODO(T-{id}): the rest\nfn f() {{}}\n");
            [
                file(format!(".docs/tickets/T-{id}.md"), &ticket(idx)),
                file(format!("src/file_{idx}.rs"), &todo),
            ]
        })
        .collect()
}

fn world(config: &Config, files: Vec<FileChange>) -> World {
    let mut world = World::new(config.clone(), jiff::civil::date(2026, 1, 2));
    world.apply(files);
    world
}

fn reading(criterion: &mut Criterion) {
    let config = Config::default();
    let text = source(1_000);
    let bytes = text.as_bytes();
    let mut group = criterion.benchmark_group("reading");
    group.throughput(Throughput::Bytes(bytes.len() as u64));

    let mut hits = Vec::new();
    let prefilter = Prefilter::new(&config, &["T"]);
    group.bench_function("prefilter", |bencher| {
        bencher.iter(|| {
            hits.clear();
            prefilter.hits(black_box(bytes), &mut hits);
            hits.len()
        });
    });
    group.bench_function("lexer, every comment", |bencher| {
        bencher.iter(|| comments(c(), black_box(bytes), Reader::Exact).len());
    });
    group.bench_function("lexer, comments near hits", |bencher| {
        bencher.iter(|| comments_with(c(), black_box(bytes), Reader::Exact, Some(&hits)).len());
    });
    let found = comments(c(), bytes, Reader::Exact);
    group.bench_function("todo grammar", |bencher| {
        bencher.iter(|| todos(black_box(bytes), &found, &config).0.len());
    });
    group.bench_function("facts of a source file", |bencher| {
        bencher.iter(|| facts_of("a.c", black_box(&text), &config).todos.len());
    });
    group.finish();
}

fn tickets(criterion: &mut Criterion) {
    let config = Config::default();
    let text = ticket(1);
    let mut group = criterion.benchmark_group("ticket");
    group.bench_function("parse", |bencher| {
        bencher.iter(|| parse(black_box(text.as_bytes()), &config).ticket.keys.len());
    });
    let value = Value::Text("done".to_owned());
    group.bench_function("set the status", |bencher| {
        bencher.iter(|| {
            let edits = edit::set(black_box(&text), "status", &value).expect("a sound ticket");
            TextEdit::apply_all(&text, &edits).len()
        });
    });
    group.finish();
}

fn index(criterion: &mut Criterion) {
    let config = Config::default();
    let files = project(&config);
    let mut group = criterion.benchmark_group("index of 1,000 tickets");
    group.sample_size(20);
    group.bench_function("apply all", |bencher| {
        bencher.iter_batched(
            || files.clone(),
            |files| world(&config, files),
            BatchSize::LargeInput,
        );
    });
    let mut world = world(&config, files);
    let path = "src/file_7.rs";
    let texts = ["// TODO(T-2222): one\n", "// TODO(T-2223): other\n"];
    let both = texts.map(|it| facts_of(path, it, &config));
    let mut turn = 0;
    group.bench_function("apply one file", |bencher| {
        bencher.iter(|| {
            turn += 1;
            world.set_file(path, Some(both[turn % 2].clone())).revision
        });
    });
    let snapshot = world.snapshot();
    group.bench_function("all findings", |bencher| {
        bencher.iter(|| all_findings(black_box(&snapshot)).len());
    });
    group.finish();
}

/// A round's plan over 10,000 tickets that are linked, a hundred of them changed on either side.
fn plan(criterion: &mut Criterion) {
    const N: u64 = 10_000;
    let config = Config::default();
    let ids: Vec<String> = (1..=N).map(|it| format!("T-{it}")).collect();
    let links = Links::new(ids.iter().map(String::as_str).zip(1..));
    let body = "Why it matters.\n\n## Acceptance criteria\n\n- [ ] one\n- [ ] two\n".repeat(4);
    let mut issues = BTreeMap::new();
    let mut bases = BTreeMap::new();
    let mut locals = Vec::new();
    for (id, number) in ids.iter().zip(1..) {
        let mut issue = fixture_issue(number, &body);
        let theirs = of_issue(&issue, &config, &links);
        let base: Base = theirs
            .0
            .iter()
            .map(|(field, value)| (*field, Agreed::on(value.clone())))
            .collect();
        bases.insert(number, base);
        let mut fields = theirs;
        match number % 100 {
            0 => issue.title.push('!'),
            1 => drop(fields.0.insert(Field::Title, SyncValue::text("Changed"))),
            _ => {}
        }
        issues.insert(number, Arc::new(issue));
        locals.push(Local {
            id: id.clone(),
            issue: Some(number),
            fields,
            waits: false,
        });
    }
    let input = Input {
        config: &config,
        locals: &locals,
        links: &links,
        issues: &issues,
        bases: &bases,
    };
    let mut group = criterion.benchmark_group("sync");
    group.bench_function("plan of 10,000 tickets", |it| {
        it.iter(|| sync_plan::plan(black_box(input)).len());
    });
    group.finish();
}

fn fixture_issue(number: u64, body: &str) -> Issue {
    Issue {
        number,
        node_id: format!("I_{number}"),
        url: format!("https://github.com/ana/it/issues/{number}"),
        title: format!("Issue {number}"),
        body: body.to_owned(),
        state: IssueState::Open,
        labels: ["bug", "lsp", "status: todo"].map(str::to_owned).into(),
        assignees: ["ana".to_owned()].into(),
        milestone: Some("v1".to_owned()),
        kind: None,
        relations: Some(Relations::default()),
        project: None,
        author: "ana".to_owned(),
        locked: false,
        is_pull_request: false,
        n_comments: 0,
        created_at: jiff::Timestamp::UNIX_EPOCH,
        updated_at: jiff::Timestamp::UNIX_EPOCH,
        closed_at: None,
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = reading, tickets, index, plan
}
criterion_main!(benches);
