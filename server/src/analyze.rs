//! Collects what `docket analyze` goes by: git's last year, sizes of files, advisories on this disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use docket_core::analyze::advisories::{self, Advisory};
use docket_core::analyze::wording::{self, Worded};
use docket_core::analyze::{self, Changes, Churn, Found, Kind};
use docket_core::edit::Change;
use docket_core::facts::{generated_path, vendored_path};
use docket_core::ide::actions::Source;
use docket_core::propose::GENERATED;
use docket_core::ticket::field::Value;
use docket_core::ticket::template::Template;
use docket_core::world::Snapshot;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::env::Env;
use crate::git::Git;
use crate::propose::{self, Words};

const SCHEMA: u32 = 1;
/// What stands before a finding's key in the `from` of its ticket, as the tool's name does of an
/// import.
const FROM: &str = "analyze:";

/// `docket analyze --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnalyzeOutput {
    pub schema: u32,
    /// By kind, the worst first; where a model gave them words, in its order, and behind them those
    /// that it was not shown.
    pub findings: Vec<FoundRow>,
    /// What could not be looked at, and why.
    pub missing: Vec<String>,
    /// Who put the findings into order and words; null where no model did.
    pub worded: Option<WordedRow>,
    /// Why no model did, or not all of them; a sentence each.
    pub notes: Vec<String>,
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
    /// Why it matters, by the model; null where it was not asked about it.
    pub why: Option<String>,
    /// What was counted.
    pub detail: String,
    /// Relative to the project's root, with `/`.
    pub path: Option<String>,
    /// The ticket that is stale, or that was made of the finding before.
    pub ticket: Option<String>,
    pub priority: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct WordedRow {
    /// `provider/model`
    pub model: String,
    /// `name@version` of the prompt.
    pub prompt: String,
    /// What that cost, when it was asked, in words: `$0.0042`.
    pub cost: Option<String>,
    /// The run, as it stands in the tickets made of it: `P-7k3f`.
    pub run: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct MadeRow {
    pub key: String,
    pub ticket: String,
    pub path: String,
}

/// What was found, and what could not be looked at.
#[derive(Debug, Default)]
pub struct Analysis {
    pub found: Vec<Found>,
    pub missing: Vec<String>,
    /// What a model said of them.
    pub words: Option<Words>,
    /// Why none did, or not of all.
    pub notes: Vec<String>,
}

impl Analysis {
    /// Takes what a model said, or why it said nothing: what was found stands either way.
    ///
    /// # Errors
    ///
    /// Where a person has cancelled it.
    pub fn take(
        &mut self,
        words: Result<Option<Words>, propose::ProposeError>,
    ) -> Result<(), propose::ProposeError> {
        match words {
            Err(error) if error.is_cancelled() => return Err(error),
            Err(error) => self.notes.push(format!(
                "no model put this into order and words: {}",
                error.told()
            )),
            Ok(words) => {
                let said = words.as_ref().map_or(0, |it| it.of.len());
                if words.is_some() && said < self.found.len() {
                    self.notes.push(format!(
                        "{} of {} findings have no words: a model is shown at most {}, and nothing about private files",
                        self.found.len() - said,
                        self.found.len(),
                        wording::MOST
                    ));
                }
                self.words = words;
            }
        }
        Ok(())
    }

    /// The findings in order, each with what was said of it.
    fn ranked(&self) -> Vec<(Found, Option<Worded>)> {
        let words = self.words.as_ref().map_or(&[][..], |it| &it.of);
        wording::ranked(self.found.clone(), words)
    }
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
    Analysis {
        found,
        missing,
        ..Analysis::default()
    }
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

/// Open tickets by what tells of which finding they were made.
#[derive(Default)]
struct Known {
    by_key: BTreeMap<String, String>,
    /// Those of before there was a key in them.
    by_title: BTreeMap<String, String>,
}

impl Known {
    fn of(snapshot: &Snapshot) -> Self {
        let mut known = Self::default();
        for (_, ticket) in snapshot.tickets() {
            let (Some(id), false) = (&ticket.id, snapshot.is_closed(ticket)) else {
                continue;
            };
            let keys = ticket.from.iter();
            let keys = keys.filter_map(|it| it.value.strip_prefix(FROM));
            known
                .by_key
                .extend(keys.map(|it| (it.to_owned(), id.value.clone())));
            if let Some(title) = &ticket.title {
                known.by_title.insert(title.value.clone(), id.value.clone());
            }
        }
        known
    }

    fn ticket(&self, found: &Found) -> Option<&String> {
        let by_title = || self.by_title.get(&found.title);
        self.by_key.get(&found.key).or_else(by_title)
    }
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
    if keys.is_empty() {
        return Ok(Default::default());
    }
    let known = Known::of(snapshot);
    let ranked = analysis.ranked();
    let (mut made, mut change) = (Vec::<MadeRow>::new(), Change::default());
    for key in keys {
        let found = ranked.iter().find(|it| it.0.key == *key);
        let (found, said) = found.ok_or_else(|| {
            format!("no finding has the key `{key}`; `docket analyze` lists them")
        })?;
        if known.ticket(found).is_some() || made.iter().any(|it| it.key == *key) {
            continue;
        }
        let mark = analysis.words.as_ref().filter(|_| said.is_some());
        let mark = mark.map(|it| it.origin.line(&it.run));
        let template = template(found, said.as_ref(), mark);
        let title = said.as_ref().map_or(&found.title, |it| &it.title);
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
        let (id, one) = loop {
            let (id, one) = crate::tickets::create(snapshot, title, &template, &fields, source)
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

/// What a ticket of a finding says: why it matters, what was counted, where. `mark` says who wrote
/// the words.
fn template(found: &Found, said: Option<&Worded>, mark: Option<String>) -> Template {
    let why = said.map(|it| format!("{}\n\n", it.why.trim()));
    let place = found.path.as_ref().map(|it| format!("\n\n`{it}`"));
    let from = vec![format!("{FROM}{}", found.key)];
    let mut fields = vec![("from".to_owned(), Value::List(from))];
    fields.extend(mark.map(|it| (GENERATED.to_owned(), Value::Text(it))));
    Template {
        fields,
        body: format!(
            "{}{}.{}\n",
            why.unwrap_or_default(),
            found.detail,
            place.unwrap_or_default()
        ),
    }
}

/// The rows of an analysis.
pub fn output(snapshot: &Snapshot, analysis: &Analysis, made: Vec<MadeRow>) -> AnalyzeOutput {
    let known = Known::of(snapshot);
    let rows = analysis.ranked().into_iter().map(|(it, said)| FoundRow {
        ticket: it.ticket.as_ref().or_else(|| known.ticket(&it)).cloned(),
        kind: it.kind.name().to_owned(),
        key: it.key,
        title: said.as_ref().map_or(it.title, |it| it.title.clone()),
        why: said.map(|it| it.why),
        detail: it.detail,
        path: it.path,
        priority: it.priority.name().to_owned(),
    });
    AnalyzeOutput {
        schema: SCHEMA,
        findings: rows.collect(),
        missing: analysis.missing.clone(),
        worded: analysis.words.as_ref().map(|it| WordedRow {
            model: it.origin.model.clone(),
            prompt: it.origin.prompt.clone(),
            cost: it.origin.cost(),
            run: it.run.clone(),
        }),
        notes: analysis.notes.clone(),
        made,
    }
}
