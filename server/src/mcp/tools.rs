//! What each tool does.

use docket_core::config::StatusKind;
use docket_core::edit::{Change, FileEdit};
use docket_core::ide::actions::{Tick, resolve_tick};
use docket_core::ide::tickets::{self as ide, Filter, TicketRow};
use docket_core::ids::TicketId;
use docket_core::span::Encoding;
use docket_core::ticket::note;
use docket_core::ticket::template::Template;
use docket_core::world::Snapshot;
use docket_store::ledger::{self as audit, Act};
use serde_json::{Value, json};

use super::Door;
use super::arguments::{Call, Claim, Create, Find, Next, Report, Show, Update};
use crate::engine::View;
use crate::sync::setup;
use crate::views::{Reader, TicketAnswer};

/// How many rows come where nobody says.
const FOUND: usize = 20;
const READY: usize = 5;
/// Most rows, whatever is asked: an agent reads them all.
const MOST: usize = 100;
/// Longest body that is told, in bytes; the file has the rest.
const MAX_BODY: usize = 20_000;

/// Files are told by their path; no place in a text is.
const READER: Reader = Reader {
    encoding: Encoding::Utf8,
    name: |path| path.to_string_lossy().into_owned(),
};

impl Door {
    pub(super) async fn carry_out(&self, call: Call, agent: &str) -> Result<Value, String> {
        match call {
            Call::Find(it) => self.read(move |view| find(view, it)).await,
            Call::Show(it) => self.show(it).await,
            Call::Next(it) => self.read(move |view| next(view, &it)).await,
            Call::Create(it) => self.create(it, agent).await,
            Call::Update(it) => self.update(it, agent).await,
            Call::Claim(it) => self.claim(it, agent).await,
            Call::Report(it) => self.report(it, agent).await,
        }
    }

    async fn show(&self, it: Show) -> Result<Value, String> {
        let env = self.env.clone();
        self.read(move |view| {
            let views = std::slice::from_ref(view);
            let answer = TicketAnswer::new(views, &it.id, None, READER, &env);
            let card = answer.card.ok_or_else(|| unknown(&it.id))?;
            let body = card.body.trim();
            let is_cut = body.len() > MAX_BODY;
            let end = (0..=MAX_BODY.min(body.len())).rev();
            let end = end.into_iter().find(|it| body.is_char_boundary(*it));
            let criteria = card.criteria.iter().enumerate();
            let criteria = criteria
                .map(|(nth, it)| json!({ "number": nth, "done": it.done, "text": it.text }));
            let todos = card.todos.iter().map(
                |it| json!({ "path": it.path, "line": it.range.start.line + 1, "text": it.text }),
            );
            let row = ide::ticket(&view.snapshot, &it.id).ok_or_else(|| unknown(&it.id))?;
            let mut told = told(&view.snapshot, &row);
            told["body"] = json!(&body[..end.unwrap_or(0)]);
            told["body-cut"] = json!(is_cut);
            told["criteria"] = criteria.collect();
            told["todos"] = todos.collect();
            Ok(told)
        })
        .await
    }

    async fn create(&self, it: Create, agent: &str) -> Result<Value, String> {
        let title = it.title.clone();
        let fields: Vec<_> = it.fields.into_iter().collect();
        let mut body = it.body.trim().to_owned();
        if !it.criteria.is_empty() {
            body.push_str("\n\n## Acceptance criteria\n\n");
            for criterion in &it.criteria {
                body.push_str(&format!("- [ ] {}\n", criterion.trim().replace('\n', " ")));
            }
        }
        let planned = self.change("create a ticket", move |view, source| {
            let template = Template {
                body: body.clone(),
                ..Template::default()
            };
            let made = crate::tickets::create(&view.snapshot, &title, &template, &fields, source);
            made.map_err(|error| with_hint(&error))
        });
        let id = planned.await?;
        self.log(agent, &id, &format!("created: {}", it.title));
        self.row(id).await
    }

    async fn update(&self, it: Update, agent: &str) -> Result<Value, String> {
        if it.fields.is_empty() && it.tick.is_empty() {
            return Err("say which `fields` or which criteria to `tick`".to_owned());
        }
        let fields: Vec<_> = it.fields.into_iter().collect();
        let (asked, ticks, said) = (it.id, it.tick, fields.clone());
        let planned = self.change("change a ticket", move |view, source| {
            let id = spelled(view, &asked)?;
            let mut change = match fields.is_empty() {
                true => Change::default(),
                false => crate::tickets::set(&view.snapshot, &id, &fields, source)
                    .map_err(|error| with_hint(&error))?,
            };
            for at in &ticks {
                let tick = resolve_tick(&view.snapshot, &id, *at, Tick::Done, source);
                change = change.merged(tick.map_err(|error| error.to_string())?);
            }
            Ok((id, change))
        });
        let id = planned.await?;
        let said = said
            .iter()
            .map(|(field, value)| format!("{field}: {value}"));
        let said: Vec<_> = said.collect();
        self.log(agent, &id, &said.join(", "));
        self.row(id).await
    }

    async fn claim(&self, it: Claim, agent: &str) -> Result<Value, String> {
        let executor = it.executor.unwrap_or_else(|| agent.to_owned());
        let who = executor.clone();
        let planned = self.change("claim a ticket", move |view, source| {
            let snapshot = &view.snapshot;
            let row = ide::ticket(snapshot, &it.id).ok_or_else(|| unknown(&it.id))?;
            let has = executor_of(snapshot, &row.id);
            match row.status_kind {
                // Asked twice is had once.
                StatusKind::Active if has.as_deref() == Some(&*who) => {
                    return Ok((row.id, Change::default()));
                }
                StatusKind::Active => {
                    let by = has.unwrap_or_else(|| row.assignees.join(", "));
                    let by = if by.is_empty() {
                        "somebody".to_owned()
                    } else {
                        by
                    };
                    return Err(format!("{} is under way: {by} has it", row.id));
                }
                StatusKind::Done | StatusKind::Dropped => {
                    return Err(format!("{} is {}", row.id, row.status));
                }
                StatusKind::Open => {}
            }
            let waits: Vec<_> = ide::blockers(snapshot, &row.depends_on)
                .filter_map(|(_, it)| Some(it.id.as_ref()?.value.clone()))
                .collect();
            if !waits.is_empty() {
                return Err(format!("{} waits for {}", row.id, waits.join(", ")));
            }
            let mut statuses = snapshot.config.statuses.iter();
            let active = statuses.find(|it| it.kind == StatusKind::Active);
            let active = active.ok_or("no status of this project is an active one")?;
            let fields = [
                ("status".to_owned(), active.name.clone()),
                ("executor".to_owned(), who.clone()),
            ];
            let change = crate::tickets::set(snapshot, &row.id, &fields, source)
                .map_err(|error| with_hint(&error))?;
            Ok((row.id, change))
        });
        let id = planned.await?;
        self.log(&executor, &id, "claimed");
        self.row(id).await
    }

    async fn report(&self, it: Report, agent: &str) -> Result<Value, String> {
        if it.text.trim().is_empty() {
            return Err("say something in `text`".to_owned());
        }
        let (name, text, status) = (agent.to_owned(), it.text.clone(), it.status.clone());
        let planned = self.change("report on a ticket", move |view, source| {
            let snapshot = &view.snapshot;
            let id = spelled(view, &it.id)?;
            let (path, _) = snapshot
                .ticket(&TicketId::new(&id))
                .ok_or_else(|| unknown(&id))?;
            let facts = snapshot.file(path).ok_or_else(|| unknown(&id))?;
            let before = source
                .text(path)
                .ok_or_else(|| format!("{path} cannot be read"))?;
            let page = facts.page.as_ref().ok_or_else(|| unknown(&id))?;
            let line = format!("{} ({name}): {}", snapshot.today, text.trim());
            let mut change = Change {
                edits: vec![FileEdit {
                    path: path.to_string(),
                    expected: facts.hash,
                    edits: vec![note::add(&before, page, &line)],
                }],
                ..Change::default()
            };
            if let Some(status) = &status {
                let fields = [("status".to_owned(), status.clone())];
                let set = crate::tickets::set(snapshot, &id, &fields, source);
                change = change.merged(set.map_err(|error| with_hint(&error))?);
            }
            Ok((id, change))
        });
        let id = planned.await?;
        let said = it.text.lines().next().unwrap_or_default();
        self.log(agent, &id, &format!("reported: {said}"));
        self.row(id).await
    }

    /// The ticket as it is after a change.
    async fn row(&self, id: String) -> Result<Value, String> {
        self.read(move |view| {
            let row = ide::ticket(&view.snapshot, &id).ok_or_else(|| unknown(&id))?;
            Ok(told(&view.snapshot, &row))
        })
        .await
    }

    /// Puts what an agent did into the log, where the project has a database.
    fn log(&self, agent: &str, ticket: &str, what: &str) {
        let act = Act {
            at: self.env.now().timestamp(),
            actor: agent.to_owned(),
            source: audit::Source::Model,
            ticket: ticket.to_owned(),
            what: what.to_owned(),
        };
        let logged = match setup::ledger(&self.root, &self.env) {
            Ok(mut ledger) => ledger.append(&act).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = logged {
            tracing::warn!(error, "what an agent did is not in the log");
        }
    }
}

fn find(view: &View, it: Find) -> Result<Value, String> {
    let snapshot = &view.snapshot;
    let kinds = [
        ("open", StatusKind::Open),
        ("active", StatusKind::Active),
        ("done", StatusKind::Done),
        ("dropped", StatusKind::Dropped),
    ];
    let mut filter = Filter {
        labels: it.label.into_iter().collect(),
        assignees: it.assignee.into_iter().collect(),
        ..Filter::default()
    };
    let words = it.words.unwrap_or_default();
    filter.words = words.split_whitespace().map(str::to_owned).collect();
    match &it.status {
        Some(name) => match kinds.iter().find(|it| it.0 == name) {
            Some(kind) => filter.status_kinds = vec![kind.1],
            None if snapshot.config.status(name).is_some() => filter.statuses = vec![name.clone()],
            None => {
                let names = snapshot.config.statuses.iter().map(|it| it.name.as_str());
                let names: Vec<_> = names.collect();
                return Err(format!("`{name}` is no status: {}", names.join(", ")));
            }
        },
        None => filter.status_kinds = vec![StatusKind::Open, StatusKind::Active],
    }
    let rows = ide::tickets(snapshot, &filter);
    let limit = it.limit.unwrap_or(FOUND).min(MOST);
    let shown = rows.iter().take(limit).map(|it| told(snapshot, it));
    Ok(json!({ "tickets": shown.collect::<Vec<_>>(), "total": rows.len() }))
}

fn next(view: &View, it: &Next) -> Result<Value, String> {
    let snapshot = &view.snapshot;
    let rows = ide::ready(snapshot);
    let limit = it.limit.unwrap_or(READY).min(MOST);
    let shown = rows.iter().take(limit).map(|it| {
        let score = ide::score_of(snapshot, it);
        let reasons = score.parts_by_weight().into_iter();
        let reasons: Vec<_> = reasons.map(|it| it.reason.as_str()).collect();
        let mut told = told(snapshot, it);
        told["score"] = json!(score.total().round());
        told["why"] = json!(reasons);
        told
    });
    Ok(json!({ "tickets": shown.collect::<Vec<_>>(), "total": rows.len() }))
}

/// As little of a ticket as tells it.
fn told(snapshot: &Snapshot, row: &TicketRow) -> Value {
    json!({
        "id": row.id,
        "title": row.title,
        "status": row.status,
        "priority": row.priority.map(docket_core::ticket::Priority::name),
        "type": row.kind,
        "labels": row.labels,
        "assignees": row.assignees,
        "executor": executor_of(snapshot, &row.id),
        "depends-on": row.depends_on,
        "due": row.due.map(|it| it.to_string()),
        "estimate": row.estimate,
        "path": row.path,
        "criteria-done": row.criteria_done,
        "criteria-total": row.criteria_total,
    })
}

/// Who carries a ticket out, by its field.
fn executor_of(snapshot: &Snapshot, id: &str) -> Option<String> {
    let (_, ticket) = snapshot.ticket(&TicketId::new(id))?;
    Some(ticket.executor.as_ref()?.value.clone())
}

fn spelled(view: &View, id: &str) -> Result<String, String> {
    let row = ide::ticket(&view.snapshot, id);
    row.map(|it| it.id).ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> String {
    format!("there is no ticket `{id}`; `find` looks for one by words")
}

fn with_hint(error: &crate::tickets::ChangeError) -> String {
    match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}
