//! Which actions there are at a place.

use super::{Action, ActionContext, ActionData, ActionKind, toggle};
use crate::config::StatusKind;
use crate::facts::{FileFacts, FileKind};
use crate::finding::Finding;
use crate::ide::fuzzy::Query;
use crate::ide::goto::is_meant;
use crate::ids::TicketId;
use crate::index::sites;
use crate::lineage::Whole;
use crate::plan::{BRIEF, questions};
use crate::rules::{self, RuleId};
use crate::span::Span;
use crate::ticket::Ticket;
use crate::todo::Todo;
use crate::world::Snapshot;
use crate::world::status::named;

/// Most tickets that a TODO is offered to be linked to.
const MAX_CANDIDATES: usize = 3;

/// The actions at `span`, those that mend a finding first.
pub fn actions(
    snapshot: &Snapshot,
    path: &str,
    span: Span,
    context: &ActionContext,
) -> Vec<Action> {
    let Some(facts) = snapshot.file(path) else {
        return Vec::new();
    };
    let findings = rules::findings(snapshot, path);
    let here: Vec<_> = findings.iter().filter(|it| meets(it.span, span)).collect();
    let mut list = List {
        snapshot,
        path,
        actions: Vec::new(),
    };
    for finding in &here {
        list.fixes(finding);
    }
    if let Some(finding) = here.iter().find(|it| it.rule == RuleId::Outdated) {
        list.outdated(finding);
    }
    for todo in facts.todos.iter().filter(|it| meets(it.whole, span)) {
        list.todo(todo, &here);
    }
    for (title, data) in toggle::toggles(facts, path, span) {
        list.add(title, ActionKind::Refactor, data);
    }
    if facts.kind == FileKind::Page {
        list.questions(span);
    }
    if let Some(finding) = here.iter().find(|it| it.rule == RuleId::DuplicateId) {
        list.duplicate(finding);
    }
    if let Some(ticket) = &facts.ticket
        && let Some(finding) = here.iter().find(|it| it.rule == RuleId::UnanchoredTodo)
    {
        list.orphan(ticket, finding);
    }
    for ticket in tickets_at(snapshot, facts, span) {
        list.ticket(ticket);
    }
    if findings.iter().flat_map(|it| &it.fixes).any(|it| it.safe) {
        list.add(
            "Fix all that docket can fix safely in this file".to_owned(),
            ActionKind::FixAll,
            ActionData::FixAll {
                path: path.to_owned(),
            },
        );
    }
    let mut actions = list.actions;
    actions.retain(|it| context.only.is_empty() || context.only.contains(&it.kind));
    actions
}

struct List<'a> {
    snapshot: &'a Snapshot,
    path: &'a str,
    actions: Vec<Action>,
}

impl List<'_> {
    /// Answers to the open questions of a page that something is planned of.
    fn questions(&mut self, span: Span) {
        let Some(document) = self.snapshot.document(self.path) else {
            return;
        };
        let whole = Whole::Page(self.path.into());
        let is_planned = self.path == BRIEF || self.snapshot.index.derived(&whole).next().is_some();
        if !is_planned {
            return;
        }
        let asked = questions::open(self.path, &document.text()).into_iter();
        let meets = |it: &questions::Asked| it.span.start <= span.end && span.start <= it.span.end;
        for it in asked.filter(meets) {
            let data = |answer: &str| ActionData::Answer {
                path: self.path.to_owned(),
                question: it.text.clone(),
                answer: answer.to_owned(),
            };
            let mut offered: Vec<_> = it
                .options
                .iter()
                .map(|it| (format!("Answer: {it}"), data(it)))
                .collect();
            offered.push(("Answer below the question".to_owned(), data("")));
            for (title, data) in offered {
                self.add(title, ActionKind::Refactor, data);
            }
        }
    }

    fn add(&mut self, title: String, kind: ActionKind, data: ActionData) -> &mut Action {
        self.actions.push(Action {
            title,
            kind,
            preferred: false,
            mends: None,
            data,
        });
        let last = self.actions.len() - 1;
        &mut self.actions[last]
    }

    fn fixes(&mut self, finding: &Finding) {
        for (idx, fix) in finding.fixes.iter().enumerate() {
            let data = ActionData::Fix {
                path: self.path.to_owned(),
                finding: finding.fingerprint.clone(),
                fix: idx,
            };
            let action = self.add(fix.title.clone(), ActionKind::QuickFix, data);
            action.preferred = fix.preferred;
            action.mends = Some((finding.rule, finding.span));
        }
    }

    /// Not to be told of it any more.
    fn outdated(&mut self, finding: &Finding) {
        let outdated = self.snapshot.outdated(self.path);
        let Some(it) = outdated.iter().find(|it| it.origin.span == finding.span) else {
            return;
        };
        let data = ActionData::Dismiss {
            path: self.path.to_owned(),
            name: self.snapshot.dismissal(self.path, it),
        };
        let title = format!("Dismiss until {} changes again", it.bottom());
        self.add(title, ActionKind::QuickFix, data).mends = Some((finding.rule, finding.span));
    }

    fn todo(&mut self, todo: &Todo, here: &[&Finding]) {
        let path = self.path.to_owned();
        let fingerprint = todo.fingerprint.clone();
        let of = |rule: RuleId| {
            let mut all = here.iter().filter(move |it| it.rule == rule);
            all.find(|it| todo.whole.contains(it.span))
                .map(|it| (rule, it.span))
        };
        let linked: Vec<&str> = todo
            .references
            .iter()
            .filter_map(|it| it.value.ticket_id())
            .filter(|it| self.snapshot.index.has_ticket(&TicketId::new(it)))
            .collect();
        if !rules::is_tracked(self.snapshot, todo) {
            let data = ActionData::CreateTicket {
                path: path.clone(),
                todo: fingerprint.clone(),
            };
            let title = format!("Create a ticket for this {}", todo.keyword);
            let action = self.add(title, ActionKind::QuickFix, data);
            action.mends = of(RuleId::UntrackedTodo);
            action.preferred = true;
            if self.snapshot.has_sync() {
                let data = ActionData::CreateIssue {
                    path: path.clone(),
                    todo: fingerprint.clone(),
                };
                let title = format!("Create a ticket and an issue for this {}", todo.keyword);
                self.add(title, ActionKind::QuickFix, data).mends = of(RuleId::UntrackedTodo);
            }
            for (id, name) in candidates(self.snapshot, todo) {
                let data = ActionData::Link {
                    path: path.clone(),
                    todo: fingerprint.clone(),
                    ticket: id,
                };
                let action = self.add(format!("Link to {name}"), ActionKind::QuickFix, data);
                action.mends = of(RuleId::UntrackedTodo);
            }
        }
        let mends = of(RuleId::StaleTodo).or(of(RuleId::DueTodo));
        if mends.is_some() && todo.cell.is_none() {
            let data = ActionData::RemoveTodo {
                path: path.clone(),
                todo: fingerprint.clone(),
            };
            let title = format!("Remove this {}", todo.keyword);
            self.add(title, ActionKind::QuickFix, data).mends = mends;
        }
        if let Some(stale) = of(RuleId::StaleTodo)
            && self.snapshot.has_sync()
        {
            for issue in rules::closed_issues(self.snapshot, todo) {
                let data = ActionData::ReopenIssue {
                    path: path.clone(),
                    todo: fingerprint.clone(),
                    issue: issue.number,
                };
                let title = format!(
                    "Reopen #{}, with a comment that quotes this {}",
                    issue.number, todo.keyword
                );
                self.add(title, ActionKind::QuickFix, data).mends = Some(stale);
            }
        }
        for id in linked {
            let data = ActionData::Unlink {
                path: path.clone(),
                todo: fingerprint.clone(),
                ticket: id.to_owned(),
            };
            let title = format!("Unlink {id} from this {}", todo.keyword);
            self.add(title, ActionKind::Refactor, data);
        }
    }

    fn duplicate(&mut self, finding: &Finding) {
        let Some(ticket) = finding.ticket.clone() else {
            return;
        };
        let mends = Some((finding.rule, finding.span));
        let data = ActionData::Renumber {
            ticket: ticket.clone(),
            file: None,
        };
        let title = format!("Keep {ticket} for the ticket referred to most, renumber the other");
        let action = self.add(title, ActionKind::QuickFix, data);
        action.mends = mends;
        action.preferred = true;
        let data = ActionData::Renumber {
            file: Some(self.path.to_owned()),
            ticket,
        };
        let title = "Give this ticket a new id, with the references that mean it".to_owned();
        self.add(title, ActionKind::QuickFix, data).mends = mends;
    }

    /// A ticket whose last TODO has gone may be done.
    fn orphan(&mut self, ticket: &Ticket, finding: &Finding) {
        let mut statuses = self.snapshot.config.statuses.iter();
        let done = statuses.find(|it| it.kind == StatusKind::Done);
        let (Some(id), Some(done)) = (&ticket.id, done) else {
            return;
        };
        let data = ActionData::SetStatus {
            ticket: id.value.clone(),
            status: done.name.clone(),
        };
        let title = format!("Set {} to {}: its last TODO is gone", id.value, done.name);
        self.add(title, ActionKind::QuickFix, data).mends = Some((finding.rule, finding.span));
    }

    fn ticket(&mut self, ticket: &Ticket) {
        let snapshot = self.snapshot;
        let Some(id) = ticket.id.as_ref().map(|it| it.value.clone()) else {
            return;
        };
        if snapshot.status_kind(ticket) == StatusKind::Open {
            let data = ActionData::Start { ticket: id.clone() };
            self.add(format!("Start work on {id}"), ActionKind::Refactor, data);
        }
        if let Some(me) = &snapshot.me {
            let is_mine = ticket
                .assignees
                .iter()
                .any(|it| it.value.trim_start_matches('@').eq_ignore_ascii_case(me));
            if !is_mine {
                let data = ActionData::Assign {
                    ticket: id.clone(),
                    user: me.to_string(),
                };
                self.add(
                    format!("Assign {id} to me (@{me})"),
                    ActionKind::Refactor,
                    data,
                );
            }
        }
        for status in &snapshot.config.statuses {
            if status.name == snapshot.status(ticket) {
                continue;
            }
            let data = ActionData::SetStatus {
                ticket: id.clone(),
                status: status.name.clone(),
            };
            self.add(
                format!("Set {id} to {}", status.name),
                ActionKind::Refactor,
                data,
            );
        }
        let key = TicketId::new(&id);
        // Beside a reference there are jumps enough.
        if snapshot.ticket(&key).is_none_or(|it| **it.0 != *self.path) {
            return;
        }
        let n_todos = snapshot.index.n_todos(&key);
        if n_todos > 0 {
            let title = format!("Show the TODOs of {id} ({n_todos})");
            let data = ActionData::ShowTodos { ticket: id.clone() };
            self.add(title, ActionKind::Show, data);
        }
        if !ticket.criteria.is_empty() {
            let title = format!("Show the criteria of {id} ({})", ticket.criteria.len());
            self.add(
                title,
                ActionKind::Show,
                ActionData::ShowCriteria { ticket: id },
            );
        }
    }
}

/// The tickets named at the place; in the front matter of a ticket's own file, that ticket.
fn tickets_at<'a>(snapshot: &'a Snapshot, facts: &'a FileFacts, span: Span) -> Vec<&'a Ticket> {
    let mut ids: Vec<TicketId> = sites::of_facts(facts)
        .into_iter()
        .filter(|it| meets(it.span, span) && is_meant(snapshot, it))
        .map(|it| it.id)
        .collect();
    for todo in facts.todos.iter().filter(|it| meets(it.whole, span)) {
        let references = todo.references.iter();
        ids.extend(
            references
                .filter_map(|it| it.value.ticket_id())
                .map(TicketId::new),
        );
    }
    if ids.is_empty()
        && let Some(ticket) = &facts.ticket
        && let Some(id) = &ticket.id
        && ticket.front_matter.is_some_and(|it| meets(it, span))
    {
        ids.push(TicketId::new(&id.value));
    }
    ids.sort();
    ids.dedup();
    // Of two tickets with one id neither can be meant.
    ids.iter()
        .filter(|it| !snapshot.index.is_duplicate(it))
        .filter_map(|it| Some(snapshot.ticket(it)?.1))
        .collect()
}

/// The open tickets that share most words with the TODO, each with its id and what to call it.
fn candidates(snapshot: &Snapshot, todo: &Todo) -> Vec<(String, String)> {
    let query = Query::new(&todo.text);
    if query.is_empty() {
        return Vec::new();
    }
    let mut near: Vec<_> = snapshot
        .catalog()
        .filter(|it| query.may_share(it.folded))
        .filter_map(|it| {
            let shared = query.shared_words(it.title());
            let ticket = || snapshot.file(it.path)?.ticket.as_ref();
            let ticket = if shared > 0 { ticket()? } else { return None };
            (!snapshot.is_closed(ticket)).then_some((shared, it.path, ticket))
        })
        .collect();
    near.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    near.into_iter()
        .take(MAX_CANDIDATES)
        .filter_map(|(_, _, it)| Some((it.id.as_ref()?.value.clone(), named(it))))
        .collect()
}

fn meets(a: Span, b: Span) -> bool {
    a.start <= b.end && b.start <= a.end
}
