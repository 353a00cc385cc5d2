//! Both sides read into one vocabulary: a ticket's file, and an issue.

use std::collections::{BTreeMap, BTreeSet};

use super::project::{self, Told};
use super::{Field, Fields, Issue, IssueState, Value};
use crate::config::{Config, Status, StatusKind};
use crate::ids::TicketId;
use crate::ticket::{Parsed, Priority, Ticket};

/// Which ticket is which issue.
#[derive(Clone, Debug, Default)]
pub struct Links {
    issue_of: BTreeMap<TicketId, u64>,
    ticket_of: BTreeMap<u64, String>,
}

impl Links {
    /// Of tickets by their ids as they are written.
    pub fn new<'a>(links: impl IntoIterator<Item = (&'a str, u64)>) -> Self {
        let mut all = Self::default();
        for (ticket, issue) in links {
            all.add(ticket, issue);
        }
        all
    }

    /// Of several tickets of one issue the first counts.
    pub fn add(&mut self, ticket: &str, issue: u64) {
        self.issue_of.insert(TicketId::new(ticket), issue);
        self.ticket_of
            .entry(issue)
            .or_insert_with(|| ticket.to_owned());
    }

    pub fn issue_of(&self, ticket: &str) -> Option<u64> {
        self.issue_of.get(&TicketId::new(ticket)).copied()
    }

    pub fn ticket_of(&self, issue: u64) -> Option<&str> {
        self.ticket_of.get(&issue).map(String::as_str)
    }
}

/// What a ticket's file says. A parent or dependency that has no issue is not known to the forge
/// and left out.
pub fn of_ticket(text: &str, parsed: &Parsed, config: &Config, links: &Links) -> Fields {
    let ticket = &parsed.ticket;
    let text_of = |it: &Option<crate::span::Spanned<String>>| {
        Value::text(it.as_ref().map_or("", |it| it.value.trim()))
    };
    let set_of = |items: &[crate::span::Spanned<String>]| -> BTreeSet<String> {
        items.iter().map(|it| it.value.trim().to_owned()).collect()
    };
    let mut fields = BTreeMap::new();
    fields.insert(Field::Title, text_of(&ticket.title));
    fields.insert(Field::Body, Value::text(body(text, ticket)));
    match &ticket.status {
        Some(it) if config.status(&it.value).is_none() => {}
        Some(it) => {
            fields.insert(Field::Status, Value::text(&*it.value));
        }
        None => {
            fields.insert(Field::Status, Value::text(&*config.default_status().name));
        }
    }
    let priority = ticket.priority.as_ref().map_or("", |it| it.value.name());
    fields.insert(Field::Priority, Value::text(priority));
    let kind = ticket.kind.as_ref().map_or("", |it| it.value.trim());
    fields.insert(Field::Type, Value::text(kind.to_lowercase()));
    let labels = set_of(&ticket.labels).into_iter();
    let labels = labels.filter(|it| !is_mapped(it, config)).collect();
    fields.insert(Field::Labels, Value::Set(labels));
    let people = set_of(&ticket.assignees).into_iter();
    let people = people.map(|it| it.trim_start_matches('@').to_owned());
    fields.insert(Field::Assignees, Value::Set(people.collect()));
    fields.insert(Field::Milestone, text_of(&ticket.milestone));
    match &ticket.parent {
        None => {
            fields.insert(Field::Parent, Value::text(""));
        }
        Some(parent) => {
            if let Some(issue) = links.issue_of(&parent.value) {
                fields.insert(Field::Parent, Value::text(issue.to_string()));
            }
        }
    }
    let blockers = ticket.depends_on.iter();
    let blockers = blockers.filter_map(|it| links.issue_of(&it.value));
    fields.insert(
        Field::DependsOn,
        Value::Set(blockers.map(|it| it.to_string()).collect()),
    );
    fields.insert(Field::Executor, Value::text(executor(text, ticket)));
    Fields(fields)
}

/// What an issue says. Relations to issues that are no tickets are left out.
pub fn of_issue(issue: &Issue, config: &Config, links: &Links) -> Fields {
    let mut fields = BTreeMap::new();
    fields.insert(Field::Title, Value::text(issue.title.trim()));
    fields.insert(
        Field::Body,
        Value::text(normal(without_marker(&issue.body))),
    );
    if let Some(status) = status(issue, config) {
        fields.insert(Field::Status, Value::text(&*status.name));
    }
    let priority = match project::told(issue, config, Field::Priority) {
        Told::ByLabel => Some(labelled_priority(issue, config)),
        Told::Blank => Some(None),
        Told::Option(option) => project::priority_of(option).map(Some),
        Told::Unknown => None,
    };
    if let Some(priority) = priority {
        let name = priority.map_or("", Priority::name);
        fields.insert(Field::Priority, Value::text(name));
    }
    let kind = match &issue.kind {
        Some(kind) => kind.to_lowercase(),
        None => labelled(issue, &config.sync.type_label)
            .next()
            .unwrap_or_default(),
    };
    fields.insert(Field::Type, Value::text(kind));
    let labels = issue.labels.iter().filter(|it| !is_mapped(it, config));
    fields.insert(Field::Labels, Value::Set(labels.cloned().collect()));
    fields.insert(Field::Assignees, Value::Set(issue.assignees.clone()));
    let milestone = issue.milestone.as_deref().unwrap_or_default();
    fields.insert(Field::Milestone, Value::text(milestone.trim()));
    if let Some(relations) = &issue.relations {
        match relations.parent {
            None => {
                fields.insert(Field::Parent, Value::text(""));
            }
            Some(parent) if links.ticket_of(parent).is_some() => {
                fields.insert(Field::Parent, Value::text(parent.to_string()));
            }
            Some(_) => {}
        }
        let blockers = relations.blocked_by.iter();
        let known = blockers.filter(|it| links.ticket_of(**it).is_some());
        fields.insert(
            Field::DependsOn,
            Value::Set(known.map(u64::to_string).collect()),
        );
    }
    fields.insert(Field::Executor, Value::text(executor_of(issue, config)));
    Fields(fields)
}

/// A ticket's body in the form in which bodies are compared: line breaks of one kind, no blank
/// lines before and after.
pub fn body(text: &str, ticket: &Ticket) -> String {
    normal(ticket.body.map_or("", |it| &text[it.range()]))
}

/// See [`body`].
pub fn normal(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            break;
        }
        from += line.len();
    }
    text[from..].trim_end().to_owned()
}

/// The comment by which an issue that docket made is found again: `<!-- docket: T-7k3f 0a1b2c3d -->`.
pub fn marker(ticket: &str, nonce: &str) -> String {
    format!("{MARKER}{ticket} {nonce} -->")
}

/// Where in an issue's body the marker stands, and the ticket that it names.
pub fn marked(body: &str) -> Option<(std::ops::Range<usize>, &str)> {
    let start = body.rfind(MARKER)?;
    let rest = &body[start + MARKER.len()..];
    let len = rest.find("-->")?;
    let inner = rest[..len].trim();
    let ticket = inner.split_whitespace().next()?;
    let is_one = inner.split_whitespace().count() == 2 && !inner.contains('\n');
    is_one.then(|| (start..start + MARKER.len() + len + 3, ticket))
}

const MARKER: &str = "<!-- docket: ";

/// An issue's body without docket's own line.
pub fn without_marker(body: &str) -> &str {
    match marked(body) {
        // What somebody wrote behind it is theirs.
        Some((range, _)) if body[range.end..].trim().is_empty() => &body[..range.start],
        _ => body,
    }
}

/// A body as it is sent: with the marker that the issue has.
pub fn with_marker(body: &str, marker: Option<&str>) -> String {
    match marker {
        Some(marker) if body.is_empty() => marker.to_owned(),
        Some(marker) => format!("{body}\n\n{marker}"),
        None => body.to_owned(),
    }
}

fn labelled_priority(issue: &Issue, config: &Config) -> Option<Priority> {
    labelled(issue, &config.sync.priority_label)
        .filter_map(|it| Priority::named(&it))
        .max()
}

/// The status that an issue says; `None` where it says none, or none is configured for it.
fn status<'a>(issue: &Issue, config: &'a Config) -> Option<&'a Status> {
    let state = issue.state;
    match project::told(issue, config, Field::Status) {
        Told::ByLabel | Told::Blank => status_by_label(issue, config),
        Told::Unknown => None,
        Told::Option(option) => project::status_of(option, state, config)
            .or_else(|| by_state(state, config).filter(|_| state.is_closed())),
    }
}

/// The status that an issue's state, reason and labels mean.
fn status_by_label<'a>(issue: &Issue, config: &'a Config) -> Option<&'a Status> {
    let fits = |it: &Status| project::fits(it, issue.state);
    let named: Vec<String> = labelled(issue, &config.sync.status_label).collect();
    let statuses = &config.statuses;
    // Of several labels the later one: the other was forgotten when work went on.
    let by_label = statuses
        .iter()
        .rfind(|it| fits(it) && named.contains(&it.name.to_lowercase()));
    by_label.or_else(|| by_state(issue.state, config))
}

fn by_state(state: IssueState, config: &Config) -> Option<&Status> {
    let fits = |it: &&Status| project::fits(it, state);
    match state {
        IssueState::Open => Some(config.default_status()).filter(fits),
        IssueState::Closed(_) => {
            let closed = || config.statuses.iter().find(|it| it.kind.is_closed());
            config.statuses.iter().find(fits).or_else(closed)
        }
    }
}

/// The label that says a status; `None` where the issue's state says it alone.
pub(super) fn status_label(name: &str, config: &Config) -> Option<String> {
    let status = config.status(name)?;
    let plain = match status.kind {
        StatusKind::Open | StatusKind::Active => config.default_status().name == name,
        kind => config
            .statuses
            .iter()
            .find(|it| it.kind == kind)
            .is_some_and(|it| it.name == name),
    };
    (!plain).then(|| label(&config.sync.status_label, name))
}

pub(super) fn label(template: &str, name: &str) -> String {
    template.replace("{}", name)
}

/// What the issue's labels of a template say, in lower case.
fn labelled<'a>(issue: &'a Issue, template: &'a str) -> impl Iterator<Item = String> + 'a {
    issue.labels.iter().filter_map(|it| named_by(it, template))
}

/// What stands in a label for a template's `{}`, in lower case.
pub(super) fn named_by(label: &str, template: &str) -> Option<String> {
    let (before, after) = template.split_once("{}")?;
    let (label, before, after) = (
        label.to_lowercase(),
        before.to_lowercase(),
        after.to_lowercase(),
    );
    let inner = label.strip_prefix(&before)?.strip_suffix(&after)?;
    (!inner.is_empty()).then(|| inner.to_owned())
}

/// Whether a label says another field, and so is none of the labels.
pub(super) fn is_mapped(label: &str, config: &Config) -> bool {
    let sync = &config.sync;
    let is_status = |name: String| {
        config
            .statuses
            .iter()
            .any(|it| it.name.to_lowercase() == name)
    };
    named_by(label, &sync.status_label).is_some_and(is_status)
        || named_by(label, &sync.priority_label).is_some_and(|it| Priority::named(&it).is_some())
        || named_by(label, &sync.type_label).is_some()
        || executor_label(label, config).is_some()
}

pub(super) fn executor_label<'a>(label: &str, config: &'a Config) -> Option<&'a str> {
    let labels = &config.sync.executor_labels;
    let same = labels
        .iter()
        .find(|it| it.0.to_lowercase() == label.to_lowercase());
    same.map(|it| it.1.as_str())
}

fn executor_of<'a>(issue: &Issue, config: &'a Config) -> &'a str {
    let by_label = issue
        .labels
        .iter()
        .find_map(|it| executor_label(it, config));
    by_label.unwrap_or_else(|| {
        let title = issue.title.trim_start();
        let titles = &config.sync.executor_titles;
        let by_title = titles.iter().find(|it| title.starts_with(it.0.as_str()));
        by_title.map_or("", |it| it.1)
    })
}

fn executor(text: &str, ticket: &Ticket) -> String {
    let key = ticket.keys.iter().find(|it| it.key.value == "executor");
    let written = key.map_or("", |it| &text[it.value.range()]);
    written.trim().trim_matches(['"', '\'']).to_owned()
}
