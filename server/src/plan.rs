//! Plans and what is out of line, as every door tells them.

use docket_core::ids::TicketId;
use docket_core::lineage::{Origin, Source, Whole, Why};
use docket_core::plan::{self, Input, Plan};
use docket_core::span::{Encoding, Span};
use docket_core::world::Snapshot;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::propose::{Cost, ProposalRow};

const SCHEMA: u32 = 1;

/// `docket plan --json`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct PlanOutput {
    pub schema: u32,
    /// What was planned: a page's path, relative to the project's root, with `/`; a ticket's id; or
    /// `TODOs`, with the files and folders that were named.
    pub page: String,
    /// New ones, in the brief's order.
    pub requirements: Vec<RequirementRow>,
    /// New ones, in the order of their requirements.
    pub tickets: Vec<PlannedRow>,
    /// Open ones, by place.
    pub questions: Vec<QuestionRow>,
    /// What says something else than a requirement was made from; `docket align` shows what follows.
    pub changed: Vec<ChangedRow>,
    /// Pages that are made or added to.
    pub pages: Vec<String>,
    /// Files of which TODOs are linked to their tickets.
    #[serde(default)]
    pub linked: Vec<String>,
    /// Tickets that TODOs would be worth beyond those of one plan.
    #[serde(default)]
    pub left: usize,
    /// Whether it was done; without `--yes` it is only shown.
    pub done: bool,
    /// Where a model made it: what waits, or was accepted; null without one.
    #[serde(default)]
    pub proposal: Option<ProposalRow>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct RequirementRow {
    /// Drawn anew by the next run until it is made.
    pub id: String,
    pub title: String,
    pub criteria: Vec<String>,
    /// The file that says so, relative to the project's root.
    #[serde(default)]
    pub path: String,
    /// In it, from 1.
    pub line: u32,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PlannedRow {
    /// Drawn anew by the next run until it is made.
    pub id: String,
    pub title: String,
    pub requirement: String,
    pub priority: Option<String>,
    /// In points, by the number of criteria.
    pub estimate: Option<u32>,
    pub depends_on: Vec<String>,
    pub path: String,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct QuestionRow {
    pub text: String,
    /// The file that it stands in, relative to the project's root.
    #[serde(default)]
    pub path: String,
    /// In it, from 1.
    pub line: u32,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ChangedRow {
    pub requirement: String,
    /// What the brief says now.
    pub text: String,
    /// The file that it stands in, relative to the project's root.
    #[serde(default)]
    pub path: String,
    /// In it, from 1.
    pub line: u32,
}

/// `docket plan --coverage --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CoverageOutput {
    pub schema: u32,
    /// By path and place.
    pub requirements: Vec<CoveredRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct CoveredRow {
    pub id: String,
    pub title: String,
    pub path: String,
    /// From 1.
    pub line: u32,
    /// By id.
    pub tickets: Vec<CoveringRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct CoveringRow {
    pub id: String,
    pub status: String,
}

/// `docket align --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AlignOutput {
    pub schema: u32,
    /// By path and place; those that were brought in line are none of them any more.
    pub outdated: Vec<OutdatedRow>,
    /// How many records were brought in line.
    pub aligned: usize,
    /// How many more are out of line and were dismissed until their source changes again.
    pub dismissed: usize,
    /// What bringing in line would cost by a model; null where none is named for it, or nothing has
    /// to be.
    pub cost: Option<Cost>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct OutdatedRow {
    pub path: String,
    /// Of the record, from 1.
    pub line: u32,
    pub column: u32,
    /// The ticket or requirement that is out of date; null for another page or section.
    pub of: Option<String>,
    /// What it was derived from.
    pub source: String,
    /// `changed`, `gone`, or `behind`: the source is out of date itself.
    pub why: String,
    /// The change at the bottom of it, as a source.
    pub because: String,
    /// Where that is, relative to the project's root; null where it is gone.
    pub because_path: Option<String>,
    /// From 1.
    pub because_line: Option<u32>,
}

fn line(snapshot: &Snapshot, path: &str, span: Span) -> u32 {
    position(snapshot, path, span).0
}

fn position(snapshot: &Snapshot, path: &str, span: Span) -> (u32, u32) {
    let at = snapshot.position(path, span.start, Encoding::Utf32);
    at.map_or((1, 1), |it| (it.line + 1, it.column + 1))
}

impl PlanOutput {
    pub fn new(snapshot: &Snapshot, of: &Input, plan: &Plan, done: bool) -> Self {
        let line = |path: &str, span| line(snapshot, path, span);
        Self {
            schema: SCHEMA,
            page: of.to_string(),
            requirements: plan
                .requirements
                .iter()
                .map(|it| RequirementRow {
                    id: it.id.clone(),
                    title: it.title.clone(),
                    criteria: it.criteria.clone(),
                    line: line(&it.path, it.span),
                    path: it.path.clone(),
                })
                .collect(),
            tickets: plan
                .tickets
                .iter()
                .map(|it| PlannedRow {
                    id: it.id.clone(),
                    title: it.title.clone(),
                    requirement: it.requirement.clone(),
                    priority: it.priority.map(|it| it.name().to_owned()),
                    estimate: it.estimate,
                    depends_on: it.depends_on.clone(),
                    path: it.path.clone(),
                })
                .collect(),
            questions: plan
                .questions
                .iter()
                .map(|it| QuestionRow {
                    text: it.text.clone(),
                    line: line(&it.path, it.span),
                    path: it.path.clone(),
                })
                .collect(),
            changed: plan
                .changed
                .iter()
                .map(|it| ChangedRow {
                    requirement: it.requirement.clone(),
                    text: it.text.clone(),
                    line: line(&it.path, it.span),
                    path: it.path.clone(),
                })
                .collect(),
            pages: plan.pages.clone(),
            linked: plan.linked.clone(),
            left: plan.n_left,
            done,
            proposal: None,
        }
    }
}

/// Every requirement with its tickets.
pub fn coverage(snapshot: &Snapshot) -> CoverageOutput {
    let status = |id: &str| {
        let ticket = snapshot.ticket(&TicketId::new(id));
        ticket.map_or(String::new(), |it| snapshot.status(it.1).to_owned())
    };
    let rows = plan::coverage(snapshot).into_iter().map(|it| CoveredRow {
        line: line(snapshot, &it.path, it.span),
        tickets: it
            .tickets
            .into_iter()
            .map(|id| CoveringRow {
                status: status(&id),
                id,
            })
            .collect(),
        id: it.id,
        title: it.title,
        path: it.path,
    });
    CoverageOutput {
        schema: SCHEMA,
        requirements: rows.collect(),
    }
}

/// Every record in these files that no longer holds.
pub fn outdated(snapshot: &Snapshot, paths: &[&str]) -> Vec<OutdatedRow> {
    let mut rows = Vec::new();
    for path in paths {
        for it in snapshot.outdated(path) {
            let source = &it.origin.source;
            let because = it.bottom();
            let why = match &it.why {
                Why::Changed(_) => "changed",
                Why::Gone => "gone",
                Why::Behind(_) => "behind",
            };
            let place = match &it.why {
                Why::Changed(now) => snapshot.source(source).map(|(path, _)| (path, now.span)),
                _ => snapshot
                    .source(because)
                    .map(|(path, part)| (path, part.span)),
            };
            let (line, column) = position(snapshot, path, it.origin.span);
            rows.push(OutdatedRow {
                path: (*path).to_owned(),
                line,
                column,
                of: derived(snapshot, path, it.origin),
                source: source.to_string(),
                why: why.to_owned(),
                because: because.to_string(),
                because_path: place.map(|it| it.0.to_string()),
                because_line: place.map(|it| self::line(snapshot, it.0, it.1)),
            });
        }
    }
    rows
}

/// The ticket or requirement that a record is of.
pub fn derived(snapshot: &Snapshot, path: &str, origin: &Origin) -> Option<String> {
    let facts = snapshot.file(path)?;
    if let Some(id) = facts.ticket.as_ref().and_then(|it| it.id.as_ref()) {
        return Some(id.value.clone());
    }
    let requirements = facts.lineage.requirements();
    let of = |id: &TicketId| {
        let source = Source {
            whole: Whole::Id(id.clone()),
            part: "".into(),
        };
        snapshot
            .source(&source)
            .is_some_and(|it| it.1.span == origin.of)
    };
    let mut requirements = requirements.filter(of);
    requirements.next().map(|it| it.to_string())
}

/// Files with a record of what they were derived from, by path.
pub fn derived_paths(snapshot: &Snapshot) -> Vec<&str> {
    let files = snapshot.files();
    let derived = files.filter(|it| !it.1.lineage.origins.is_empty());
    let mut paths: Vec<&str> = derived.map(|it| &**it.0).collect();
    paths.sort_unstable();
    paths
}
