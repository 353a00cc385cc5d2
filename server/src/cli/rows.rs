//! The rows of the machine output: every key always there, null where there is nothing.

use schemars::JsonSchema;
use serde::Serialize;

/// Version of the machine output; keys are only ever added to one version.
pub(super) const SCHEMA: u32 = 1;

/// `docket todos --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TodosOutput {
    pub(super) schema: u32,
    pub(super) todos: Vec<TodoRow>,
    pub(super) skipped: Vec<SkippedRow>,
    /// Of `--since`; then `todos` are only those that differ.
    pub(super) since: Option<DifferenceRow>,
}

/// What `docket todos --since` compares with.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DifferenceRow {
    /// As it was asked for.
    pub(super) revision: String,
    /// The merge base.
    pub(super) commit: String,
    /// TODOs of then that are there no more; their places are of then.
    pub(super) removed: Vec<TodoRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TodoRow {
    /// Relative to the project's root, with `/`.
    pub(super) path: String,
    /// From 1.
    pub(super) line: u32,
    /// From 1, in Unicode scalar values.
    pub(super) column: u32,
    /// In bytes of the file as it is on disk.
    pub(super) offset: u64,
    /// Of a notebook, from 0.
    pub(super) cell: Option<u32>,
    pub(super) keyword: String,
    /// The first line's.
    pub(super) text: String,
    /// The lines after it.
    pub(super) body: String,
    /// `T-7k3f`, `#12`, `owner/repo#12`, `@ana`, `!label`, or another tracker's.
    pub(super) references: Vec<String>,
    /// The ticket that it belongs to.
    pub(super) ticket: Option<String>,
    pub(super) priority: Option<String>,
    /// `2026-12-31`, `>=2.0.0`, `serde>=2`, `T-7k3f`, `#12`.
    pub(super) conditions: Vec<String>,
    /// A day, ISO 8601.
    pub(super) due: Option<String>,
    /// Stands in a docstring.
    pub(super) documentation: bool,
    /// Stable identity.
    pub(super) fingerprint: String,
    /// Of `--since`: `new`, `moved`, `touched` or `removed`.
    pub(super) change: Option<String>,
    /// Of `--since`: where it was and what it said, if it was there.
    pub(super) before: Option<BeforeRow>,
    /// Of `--age`: who wrote the line; null where it is not committed.
    pub(super) author: Option<AuthorRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BeforeRow {
    pub(super) path: String,
    /// From 1.
    pub(super) line: u32,
    pub(super) text: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AuthorRow {
    pub(super) name: String,
    pub(super) email: String,
    /// A day, ISO 8601.
    pub(super) date: String,
    pub(super) commit: String,
}

/// A file that was not read.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SkippedRow {
    pub(super) path: String,
    pub(super) reason: String,
}

/// `docket check --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CheckOutput {
    pub(super) schema: u32,
    pub(super) findings: Vec<FindingRow>,
    pub(super) counts: Counts,
    /// What `--fix` did.
    pub(super) fixed: Vec<FixedRow>,
    /// Of `--since`.
    pub(super) since: Option<SinceRow>,
    /// Of `--baseline`.
    pub(super) baseline: Option<BaselineRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FixedRow {
    pub(super) rule: String,
    /// Relative to the project's root, with `/`.
    pub(super) path: String,
    /// From 1, as it was before.
    pub(super) line: u32,
    /// What was done.
    pub(super) title: String,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct SinceRow {
    /// As it was asked for.
    pub(super) revision: String,
    /// The merge base.
    pub(super) commit: String,
    /// How many findings of then are there no more.
    pub(super) gone: usize,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct BaselineRow {
    /// As it was asked for.
    pub(super) path: String,
    /// How many findings it holds.
    pub(super) known: usize,
    /// How many of them are there no more.
    pub(super) gone: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FindingRow {
    pub(super) rule: String,
    pub(super) severity: String,
    /// Relative to the project's root, with `/`.
    pub(super) path: String,
    /// From 1.
    pub(super) line: u32,
    /// From 1, in Unicode scalar values.
    pub(super) column: u32,
    pub(super) end_line: u32,
    /// Of the first character after the end.
    pub(super) end_column: u32,
    pub(super) message: String,
    pub(super) ticket: Option<String>,
    /// `docket check --fix` mends it.
    pub(super) fixable: bool,
    /// Stable identity.
    pub(super) fingerprint: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Counts {
    pub(super) error: usize,
    pub(super) warning: usize,
    pub(super) information: usize,
    pub(super) hint: usize,
}

impl Counts {
    pub(super) fn total(self) -> usize {
        self.error + self.warning + self.information + self.hint
    }
}

/// `docket list`, `show`, `next`, `new` and `set --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TicketsOutput {
    pub(super) schema: u32,
    pub(super) tickets: Vec<TicketRow>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct TicketRow {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) status: String,
    /// `open`, `active`, `done` or `dropped`.
    pub(super) kind: String,
    pub(super) priority: Option<String>,
    pub(super) r#type: Option<String>,
    pub(super) labels: Vec<String>,
    pub(super) assignees: Vec<String>,
    pub(super) milestone: Option<String>,
    pub(super) parent: Option<String>,
    pub(super) depends_on: Vec<String>,
    /// A day, ISO 8601.
    pub(super) due: Option<String>,
    /// In points.
    pub(super) estimate: Option<f64>,
    /// The number.
    pub(super) github: Option<u64>,
    /// Relative to the project's root, with `/`.
    pub(super) path: String,
    pub(super) criteria: CriteriaRow,
    /// How many TODOs name it.
    pub(super) todos: usize,
    /// How much it asks to be next; null but in `docket next`.
    pub(super) score: Option<f64>,
    /// What the score is made of, the largest part first; null but in `docket next`.
    pub(super) why: Option<Vec<WhyRow>>,
}

/// One part of a score.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct WhyRow {
    /// `value`, `urgency`, `blocks`, `age`, `risk`, `effort` or `learned`, as in `[priorities]`.
    pub(super) part: String,
    /// Below 0 only in `learned`.
    pub(super) points: f64,
    pub(super) reason: String,
}

#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub(super) struct CriteriaRow {
    pub(super) done: usize,
    pub(super) total: usize,
}

/// `docket board --web --json`, before it serves.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BoardOutput {
    pub(super) schema: u32,
    /// To be opened in a browser of this machine; who knows it can change the tickets.
    pub(super) url: String,
}

/// `docket explain --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RulesOutput {
    pub(super) schema: u32,
    pub(super) rules: Vec<RuleRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RuleRow {
    pub(super) name: String,
    /// Where the configuration says nothing.
    pub(super) severity: String,
    pub(super) summary: String,
    /// Markdown.
    pub(super) explanation: String,
}

/// `docket archive` and `docket delete --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RetireOutput {
    pub(super) schema: u32,
    pub(super) ticket: String,
    /// Relative to the project's root, with `/`.
    pub(super) path: String,
    /// Where an archived ticket's file goes.
    pub(super) to: Option<String>,
    /// Every place that names the ticket.
    pub(super) references: Vec<NamedRow>,
    /// Without `--yes` it is only shown.
    pub(super) done: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct NamedRow {
    pub(super) path: String,
    /// From 1.
    pub(super) line: u32,
    /// From 1, in Unicode scalar values.
    pub(super) column: u32,
    /// The line.
    pub(super) text: String,
    /// `same`, `moved` (a link that follows), `gone` (the id is taken out), `text` (a link that
    /// becomes its text), `dangling` (stays, and names nothing).
    pub(super) becomes: String,
}

/// `docket import --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ImportOutput {
    pub(super) schema: u32,
    /// As it was named.
    pub(super) source: String,
    /// `backlog-md`, `beads`, `task-master`, `spec-kit`, `openspec`, `obsidian` or `todo`.
    pub(super) tool: String,
    /// In the source's order.
    pub(super) tickets: Vec<ImportedRow>,
    pub(super) skipped: Vec<NotImportedRow>,
    /// Whether the new ones were made; without `--yes` they are only shown.
    pub(super) done: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ImportedRow {
    /// `new`, or `known`: made by an import before this one, and left as it is.
    pub(super) state: String,
    /// What the ticket is known by in its source; its field `from` has it after the tool's name.
    pub(super) key: String,
    /// Its id in the source.
    pub(super) was: Option<String>,
    /// Drawn anew by the next run where it is not the one of the source.
    pub(super) id: String,
    pub(super) title: String,
    pub(super) status: String,
    /// Relative to the project's root, with `/`.
    pub(super) path: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct NotImportedRow {
    pub(super) path: String,
    /// From 1.
    pub(super) line: Option<u32>,
    pub(super) reason: String,
}

/// `docket start --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct StartOutput {
    pub(super) schema: u32,
    pub(super) ticket: String,
    pub(super) branch: String,
    /// The arguments of git; empty where the branch is checked out.
    pub(super) git: Vec<String>,
    /// As for `docket set`.
    pub(super) fields: Vec<String>,
    /// Without `--yes` it is only shown.
    pub(super) done: bool,
}

/// `docket status --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct StatusOutput {
    pub(super) schema: u32,
    /// An absolute path.
    pub(super) root: String,
    pub(super) branch: Option<String>,
    /// The user's name, as assignees are written.
    pub(super) me: Option<String>,
    /// In the order of the configuration.
    pub(super) tickets: Vec<StatusCount>,
    pub(super) todos: usize,
    /// TODOs without any reference.
    pub(super) untracked: usize,
    pub(super) findings: Counts,
    /// Null where nothing was ever synced.
    pub(super) sync: Option<SyncStatus>,
    /// Null where the project names no model, and none was ever paid.
    pub(super) budget: Option<BudgetStatus>,
}

/// What models have cost, in US dollars.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BudgetStatus {
    /// Those of every task that has none of its own, in the order in which they are asked.
    pub(super) models: Vec<String>,
    pub(super) day: f64,
    pub(super) day_cap: f64,
    pub(super) month: f64,
    pub(super) month_cap: f64,
    /// Of the month: put aside for calls under way, or for such as never came back.
    pub(super) reserved: f64,
    pub(super) calls: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SyncStatus {
    /// `owner/name`.
    pub(super) repository: String,
    /// When the copy was last brought up to date; a time, RFC 3339.
    pub(super) fetched: Option<String>,
    pub(super) waiting: usize,
    pub(super) refused: usize,
    pub(super) conflicts: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct StatusCount {
    pub(super) status: String,
    pub(super) count: usize,
}

/// `docket init --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct InitOutput {
    pub(super) schema: u32,
    /// An absolute path.
    pub(super) root: String,
    /// Relative to the root.
    pub(super) created: Vec<String>,
    /// Of `--hook`.
    pub(super) hooks: Vec<HookRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HookRow {
    /// An absolute path.
    pub(super) path: String,
    /// `made`, `ours` (it is there already) or `theirs` (somebody else's is there, and stays).
    pub(super) state: String,
    /// What a hook of one's own says to have the same.
    pub(super) line: String,
}

/// `docket doctor --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DoctorOutput {
    pub(super) schema: u32,
    pub(super) checks: Vec<DoctorRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DoctorRow {
    pub(super) name: String,
    /// `ok`, `note` or `trouble`.
    pub(super) state: String,
    pub(super) text: String,
    pub(super) hint: Option<String>,
}

/// `docket show --history --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HistoryOutput {
    pub(super) schema: u32,
    pub(super) ticket: String,
    /// The newest first.
    pub(super) history: Vec<HistoryRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HistoryRow {
    /// Of the log, from 1.
    pub(super) row: u64,
    /// A time, RFC 3339.
    pub(super) at: String,
    /// Null where nobody can say.
    pub(super) actor: Option<String>,
    /// `file`, `github`, `command` or `model`.
    pub(super) source: String,
    pub(super) what: String,
}

/// `docket show --comments --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CommentsOutput {
    pub(super) schema: u32,
    pub(super) ticket: String,
    /// Its issue; null where it has none.
    pub(super) github: Option<u64>,
    /// As of the last sync, the oldest first; of long discussions the newest hundred.
    pub(super) comments: Vec<CommentRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CommentRow {
    /// A login.
    pub(super) author: String,
    /// A time, RFC 3339.
    pub(super) created: String,
    /// The same as `created` where it was never edited.
    pub(super) updated: String,
    /// Markdown.
    pub(super) body: String,
}
