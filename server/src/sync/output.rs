//! What sync tells machines: the rows of `--json`, which the commands of the language server answer with too.

use docket_core::sync::payload::Payload;
use docket_core::sync::{Conflict, Value};
use docket_store::ledger::{Row, State};
use schemars::JsonSchema;
use serde::Serialize;

use super::report::{Created, Moved, Report, shown};
use super::resolve::Resolved;

/// Version of the machine output, as everywhere.
pub const SCHEMA: u32 = 1;

/// `docket sync --json`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SyncOutput {
    pub schema: u32,
    /// `owner/name`.
    pub repository: String,
    /// Nothing of it was done.
    pub dry_run: bool,
    /// Issues that were new or changed.
    pub fetched: usize,
    /// From GitHub into tickets.
    pub pulled: Vec<MovedRow>,
    /// From tickets to GitHub.
    pub pushed: Vec<MovedRow>,
    /// Issues made for tickets.
    pub created: Vec<CreatedRow>,
    /// Tickets made from issues.
    pub imported: Vec<CreatedRow>,
    pub conflicts: Vec<ConflictRow>,
    /// Tickets that were left alone.
    pub left: Vec<LeftRow>,
    pub troubles: Vec<String>,
    pub waiting: usize,
    pub refused: usize,
    pub requests: usize,
    /// What is left of the hour's requests; null where nobody said.
    pub requests_left: Option<u32>,
    /// Why ticket files were left alone; null on the branch that is synced.
    pub cache_only: Option<String>,
    /// Why GitHub was not asked.
    pub offline: Option<String>,
    /// A time, RFC 3339.
    pub limited_until: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct MovedRow {
    pub ticket: String,
    pub issue: u64,
    pub field: String,
    pub from: String,
    pub to: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct CreatedRow {
    /// Null where it is yet to be made.
    pub ticket: Option<String>,
    /// Null where it is yet to be made.
    pub issue: Option<u64>,
    pub title: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct LeftRow {
    pub ticket: String,
    pub issue: u64,
    pub why: String,
}

/// `docket resolve --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResolveOutput {
    pub schema: u32,
    /// Those that are open.
    pub conflicts: Vec<ConflictRow>,
    pub resolved: Vec<ConflictRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ConflictRow {
    pub ticket: String,
    pub issue: u64,
    pub field: String,
    /// Null where both sides never agreed.
    pub base: Option<String>,
    pub mine: String,
    pub theirs: String,
}

/// `docket outbox --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OutboxOutput {
    pub schema: u32,
    /// In the order in which they came.
    pub rows: Vec<OutboxRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct OutboxRow {
    pub row: i64,
    pub ticket: String,
    /// Null until the issue is made.
    pub issue: Option<u64>,
    /// `waiting`, `sending` or `refused`.
    pub state: String,
    pub summary: String,
    /// A comment as it is to be sent, whole; null of others.
    pub text: Option<String>,
    pub attempts: u32,
    /// A time, RFC 3339.
    pub next_try: String,
    pub error: Option<String>,
    /// A time, RFC 3339.
    pub created: String,
}

/// `docket auth --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuthOutput {
    pub schema: u32,
    pub host: String,
    /// Null after `logout`, and for a model's key.
    pub login: Option<String>,
    /// Where the token comes from.
    pub source: Option<String>,
    /// The proxy through which the host was asked.
    pub proxy: Option<String>,
}

/// A round's report.
pub fn sync(report: &Report, dry_run: bool) -> SyncOutput {
    let moved = |it: &Moved| MovedRow {
        ticket: it.ticket.clone(),
        issue: it.issue,
        field: it.field.name().to_owned(),
        from: shown(&it.from),
        to: shown(&it.to),
    };
    let created = |it: &Created| CreatedRow {
        ticket: Some(it.ticket.clone()).filter(|it| !it.is_empty()),
        issue: it.issue,
        title: it.title.clone(),
    };
    SyncOutput {
        schema: SCHEMA,
        repository: report.repository.clone(),
        dry_run,
        fetched: report.fetched,
        pulled: report.pulled.iter().map(moved).collect(),
        pushed: report.pushed.iter().map(moved).collect(),
        created: report.created.iter().map(created).collect(),
        imported: report.imported.iter().map(created).collect(),
        conflicts: report.conflicts.iter().map(conflict_row).collect(),
        left: report
            .left
            .iter()
            .map(|it| LeftRow {
                ticket: it.ticket.clone(),
                issue: it.issue,
                why: it.why.clone(),
            })
            .collect(),
        troubles: report.troubles.clone(),
        waiting: report.outbox.waiting,
        refused: report.outbox.refused,
        requests: report.sent,
        requests_left: report.quota.map(|it| it.remaining),
        cache_only: report.cache_only.clone(),
        offline: report.offline.clone(),
        limited_until: report.limited_until.map(|it| it.to_string()),
    }
}

pub fn conflict_row(it: &Conflict) -> ConflictRow {
    let text = |it: &Value| match it {
        Value::Text(text) => text.clone(),
        Value::Set(items) => items.iter().cloned().collect::<Vec<_>>().join(", "),
    };
    ConflictRow {
        ticket: it.ticket.clone(),
        issue: it.issue,
        field: it.field.name().to_owned(),
        base: it.base.as_ref().map(text),
        mine: text(&it.mine),
        theirs: text(&it.theirs),
    }
}

/// Rows of the outbox, but for those that were sent.
pub fn outbox(rows: &[Row]) -> OutboxOutput {
    let rows = rows.iter().filter(|it| it.state != State::Sent);
    OutboxOutput {
        schema: SCHEMA,
        rows: rows.map(outbox_row).collect(),
    }
}

/// What a row does, in a few words.
pub fn summary(row: &Row) -> String {
    match serde_json::from_str::<Payload>(&row.payload) {
        Ok(it) => it.summary(),
        Err(_) => "of another version of docket".to_owned(),
    }
}

fn outbox_row(row: &Row) -> OutboxRow {
    let text = match serde_json::from_str(&row.payload) {
        Ok(Payload::Comment { body }) => Some(body),
        _ => None,
    };
    OutboxRow {
        row: row.id,
        ticket: row.ticket.clone(),
        issue: row.issue,
        state: row.state.name().to_owned(),
        summary: summary(row),
        text,
        attempts: row.attempts,
        next_try: row.next_try.to_string(),
        error: row.last_error.clone(),
        created: row.created_at.to_string(),
    }
}

/// Conflicts that were decided, and those that are open.
pub fn resolved(done: &Resolved) -> ResolveOutput {
    ResolveOutput {
        schema: SCHEMA,
        conflicts: done.open.iter().map(conflict_row).collect(),
        resolved: done.resolved.iter().map(conflict_row).collect(),
    }
}
