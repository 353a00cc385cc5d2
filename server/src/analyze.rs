//! Collects what `docket analyze` goes by: git's last year, sizes of files, advisories on this disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use docket_core::analyze::advisories::{self, Advisory};
use docket_core::analyze::{self, Changes, Churn, Found, Kind};
use docket_core::config::StatusKind;
use docket_core::edit::Change;
use docket_core::facts::{generated_path, vendored_path};
use docket_core::ide::actions::Source;
use docket_core::ide::tickets::{self as ide, Filter};
use docket_core::ticket::template::Template;
use docket_core::world::Snapshot;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::env::Env;
use crate::git::Git;

const SCHEMA: u32 = 1;

/// `docket analyze --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnalyzeOutput {
    pub schema: u32,
    /// By kind, the worst first.
    pub findings: Vec<FoundRow>,
    /// What could not be looked at, and why.
    pub missing: Vec<String>,
    /// Tickets that were made of findings.
    pub made: Vec<MadeRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct FoundRow {
    /// `vulnerable-dependency`, `stale-ticket`, `hot-spot` or `todo-cluster`.
    pub kind: String,
    /// The same as long as it is about the same; what `--ticket` takes.
    pub key: String,
    /// As its ticket would be called.
    pub title: String,
    pub detail: String,
    /// Relative to the project's root, with `/`.
    pub path: Option<String>,
    /// The ticket that is stale, or that was made of the finding before.
    pub ticket: Option<String>,
    pub priority: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct MadeRow {
    pub key: String,
    pub ticket: String,
    pub path: String,
}

/// What was found, and what could not be looked at.
pub struct Analysis {
    pub found: Vec<Found>,
    pub missing: Vec<String>,
}

/// Looks at everything. Git's history is read through the git program.
pub fn analysis(snapshot: &Snapshot, root: &Path, env: &Env) -> Analysis {
    let mut missing = Vec::new();
    let churn = churn(snapshot.today, root, env).unwrap_or_else(|why| {
        missing.push(format!(
            "hot spots, and when tickets were last changed: {why}"
        ));
        Churn::default()
    });
    let lines = |path: &str| lines(root, path);
    let mut found = Vec::new();
    match advisories(env) {
        Some(known) => {
            let lock = std::fs::read_to_string(root.join("Cargo.lock")).unwrap_or_default();
            found.extend(advisories::vulnerable(&advisories::locked(&lock), &known));
        }
        None if root.join("Cargo.lock").is_file() => missing.push(
            "known trouble of dependencies: there is no copy of the RustSec database here; \
             `cargo audit` or `cargo deny check advisories` fetches one"
                .to_owned(),
        ),
        None => {}
    }
    found.extend(analyze::analyze(snapshot, &churn, lines));
    Analysis { found, missing }
}

/// What a year of commits changed, merges left out.
fn churn(today: Date, root: &Path, env: &Env) -> Result<Churn, String> {
    let git = Git::find(root, env).map_err(|error| error.to_string())?;
    let since = today
        .checked_sub(jiff::Span::new().years(1))
        .unwrap_or(today);
    let since = format!("--since={since}");
    let text = git.run(&[
        "-c",
        "core.quotePath=false",
        "log",
        "--no-merges",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--relative",
        &since,
        "--format=%x01%cs",
        "--name-only",
        "--",
        ".",
    ]);
    let text = text.map_err(|error| error.to_string())?;
    let mut files: BTreeMap<String, Changes> = BTreeMap::new();
    let mut day = None;
    for line in text.lines() {
        if let Some(date) = line.strip_prefix('\u{1}') {
            day = date.parse().ok();
        } else if let (Some(last), false) = (day, line.is_empty()) {
            // The newest commit comes first.
            let changes = files
                .entry(line.to_owned())
                .or_insert(Changes { commits: 0, last });
            changes.commits += 1;
        }
    }
    Ok(Churn { files })
}

/// The lines of a source file of the project's own.
fn lines(root: &Path, path: &str) -> Option<usize> {
    const MAX_BYTES: u64 = 2 << 20;
    if vendored_path(path) || generated_path(path) {
        return None;
    }
    let file = root.join(path);
    if file.metadata().ok()?.len() > MAX_BYTES {
        return None;
    }
    let bytes = std::fs::read(file).ok()?;
    let language = docket_grammars::language_of(path, &bytes)?;
    // Pages and data change often and are no code.
    let is_code = !matches!(
        &*language.name,
        "Markdown" | "JSON" | "TOML" | "YAML" | "Text"
    );
    is_code.then(|| bytes.iter().filter(|it| **it == b'\n').count())
}

/// The advisories that a tool of Cargo's has put on this disk.
fn advisories(env: &Env) -> Option<Vec<Advisory>> {
    let cargo = match env.var("CARGO_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env.var("HOME")?).join(".cargo"),
    };
    let mut folders = vec![cargo.join("advisory-db")];
    // cargo-deny names each database after its address.
    let databases = std::fs::read_dir(cargo.join("advisory-dbs"));
    folders.extend(
        databases
            .into_iter()
            .flatten()
            .flatten()
            .map(|it| it.path()),
    );
    let folder = folders
        .into_iter()
        .map(|it| it.join("crates"))
        .find(|it| it.is_dir())?;
    let mut known = Vec::new();
    for package in std::fs::read_dir(folder).ok()?.flatten() {
        for file in std::fs::read_dir(package.path())
            .into_iter()
            .flatten()
            .flatten()
        {
            let is_page = file.path().extension().is_some_and(|it| it == "md");
            if let (true, Ok(text)) = (is_page, std::fs::read_to_string(file.path())) {
                known.extend(advisories::read(&text));
            }
        }
    }
    Some(known)
}

/// Open tickets by their titles: one that was made of a finding has the finding's.
fn open_tickets(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let filter = Filter {
        status_kinds: vec![StatusKind::Open, StatusKind::Active],
        ..Filter::default()
    };
    let rows = ide::tickets(snapshot, &filter).into_iter();
    rows.map(|it| (it.title, it.id)).collect()
}

/// The change that makes tickets of findings, and of which each is made; what has one is passed over.
///
/// # Errors
///
/// A sentence for the user: a key that nothing has, or a ticket that cannot be made.
pub fn tickets(
    snapshot: &Snapshot,
    analysis: &Analysis,
    keys: &[String],
    source: &mut dyn Source,
) -> Result<(Vec<MadeRow>, Change), String> {
    let known = open_tickets(snapshot);
    let (mut made, mut change) = (Vec::<MadeRow>::new(), Change::default());
    for key in keys {
        let found = analysis.found.iter().find(|it| it.key == *key);
        let found = found.ok_or_else(|| {
            format!("no finding has the key `{key}`; `docket analyze` lists them")
        })?;
        if known.contains_key(&found.title) || made.iter().any(|it| it.key == *key) {
            continue;
        }
        let kind = match found.kind {
            Kind::HotSpot | Kind::TodoCluster => "chore",
            Kind::VulnerableDependency => "bug",
            Kind::StaleTicket => "question",
        };
        let fields = [
            ("priority".to_owned(), found.priority.name().to_owned()),
            ("type".to_owned(), kind.to_owned()),
            ("labels".to_owned(), "analysis".to_owned()),
        ];
        let place = found.path.as_ref().map(|it| format!("\n\n`{it}`"));
        let template = Template {
            body: format!("{}.{}\n", found.detail, place.unwrap_or_default()),
            ..Template::default()
        };
        let (id, one) = loop {
            let (id, one) =
                crate::tickets::create(snapshot, &found.title, &template, &fields, source)
                    .map_err(|error| error.to_string())?;
            // Those drawn a moment ago are in no file yet.
            if made.iter().all(|it| it.ticket != id) {
                break (id, one);
            }
        };
        let path = one.creates.first().map(|it| it.path.clone());
        made.push(MadeRow {
            key: key.clone(),
            ticket: id,
            path: path.unwrap_or_default(),
        });
        change = change.merged(one);
    }
    Ok((made, change))
}

/// The rows of an analysis.
pub fn output(snapshot: &Snapshot, analysis: &Analysis, made: Vec<MadeRow>) -> AnalyzeOutput {
    let known = open_tickets(snapshot);
    let rows = analysis.found.iter().map(|it| FoundRow {
        kind: it.kind.name().to_owned(),
        key: it.key.clone(),
        title: it.title.clone(),
        detail: it.detail.clone(),
        path: it.path.clone(),
        ticket: it.ticket.as_ref().or(known.get(&it.title)).cloned(),
        priority: it.priority.name().to_owned(),
    });
    AnalyzeOutput {
        schema: SCHEMA,
        findings: rows.collect(),
        missing: analysis.missing.clone(),
        made,
    }
}
