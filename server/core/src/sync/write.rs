//! What has to be asked of a forge so that an issue says what a ticket says.

use std::collections::BTreeSet;

use super::fields::{executor_label, label, marked, named_by, status_label, with_marker};
use super::project;
use super::{Agreed, CloseReason, Field, Fields, Issue, IssueState, RemoteWrite, Value, merge};
use crate::config::{Config, StatusKind};
use crate::ticket::Priority;

/// The writes that give an issue a field's value; none where it has it.
pub fn writes(field: Field, value: &Value, issue: &Issue, config: &Config) -> Vec<RemoteWrite> {
    let sync = &config.sync;
    match (field, value) {
        (Field::Title, Value::Text(title)) => vec![RemoteWrite::Title(title.clone())],
        (Field::Body, Value::Text(body)) => {
            let marker = marked(&issue.body).map(|it| &issue.body[it.0]);
            vec![RemoteWrite::Body(with_marker(body, marker))]
        }
        (Field::Status, Value::Text(name)) => {
            let kind = config.kind_of(Some(name));
            let is_so = match (kind, issue.state) {
                (StatusKind::Open | StatusKind::Active, state) => state == IssueState::Open,
                (StatusKind::Done, state) => state == IssueState::Closed(CloseReason::Completed),
                (StatusKind::Dropped, IssueState::Closed(reason)) => {
                    reason != CloseReason::Completed
                }
                (StatusKind::Dropped, IssueState::Open) => false,
            };
            let state = match kind {
                StatusKind::Open | StatusKind::Active => IssueState::Open,
                StatusKind::Done => IssueState::Closed(CloseReason::Completed),
                StatusKind::Dropped => IssueState::Closed(CloseReason::NotPlanned),
            };
            let mut writes = Vec::new();
            if !is_so {
                writes.push(RemoteWrite::State(state));
            }
            let statuses = |it: &str| {
                let name = named_by(it, &sync.status_label);
                let known = |name: String| {
                    config
                        .statuses
                        .iter()
                        .any(|it| it.name.to_lowercase() == name)
                };
                name.is_some_and(known)
            };
            match sync.project_field(Field::Status) {
                Some(_) => writes.extend(project::write(field, name, issue, config)),
                None => writes.extend(one_label(issue, status_label(name, config), statuses)),
            }
            writes
        }
        (Field::Priority, Value::Text(name)) if sync.project_field(field).is_some() => {
            project::write(field, name, issue, config)
                .into_iter()
                .collect()
        }
        (Field::Priority, Value::Text(name)) => {
            let wanted = (!name.is_empty()).then(|| label(&sync.priority_label, name));
            one_label(issue, wanted, |it| {
                let name = named_by(it, &sync.priority_label);
                name.is_some_and(|it| Priority::named(&it).is_some())
            })
        }
        (Field::Type, Value::Text(name)) if issue.kind.is_some() => {
            vec![RemoteWrite::Type((!name.is_empty()).then(|| name.clone()))]
        }
        (Field::Type, Value::Text(name)) => {
            let wanted = (!name.is_empty()).then(|| label(&sync.type_label, name));
            one_label(issue, wanted, |it| named_by(it, &sync.type_label).is_some())
        }
        (Field::Executor, Value::Text(name)) => {
            let by_label = sync.executor_labels.iter().find(|it| it.1 == name);
            let wanted = by_label.map(|it| it.0.clone());
            one_label(issue, wanted, |it| executor_label(it, config).is_some())
        }
        (Field::Labels, Value::Set(labels)) => {
            let has = issue.labels.iter();
            let has = has.filter(|it| !super::fields::is_mapped(it, config));
            let has: BTreeSet<String> = has.cloned().collect();
            let added = merge::missing(labels, &has);
            let removed = merge::missing(&has, labels);
            let added = added.into_iter().map(RemoteWrite::AddLabel);
            added
                .chain(removed.into_iter().map(RemoteWrite::RemoveLabel))
                .collect()
        }
        (Field::Assignees, Value::Set(people)) => {
            let added = merge::missing(people, &issue.assignees);
            let removed = merge::missing(&issue.assignees, people);
            let added = added.into_iter().map(RemoteWrite::AddAssignee);
            added
                .chain(removed.into_iter().map(RemoteWrite::RemoveAssignee))
                .collect()
        }
        (Field::Milestone, Value::Text(title)) => {
            vec![RemoteWrite::Milestone(
                (!title.is_empty()).then(|| title.clone()),
            )]
        }
        (Field::Parent, Value::Text(parent)) => vec![RemoteWrite::Parent(parent.parse().ok())],
        (Field::DependsOn, Value::Set(blockers)) => {
            // Blockers that are no tickets are not in the set, and stay: what is taken away is
            // worked out by the planner against what both sides have.
            let has = issue.relations.as_ref().map(|it| &it.blocked_by);
            let has = |it: &u64| has.is_some_and(|has| has.contains(it));
            let wanted: BTreeSet<u64> = blockers.iter().filter_map(|it| it.parse().ok()).collect();
            let added = wanted.iter().filter(|it| !has(it));
            added.map(|it| RemoteWrite::AddBlockedBy(*it)).collect()
        }
        // A value of the other shape is none of this field.
        _ => Vec::new(),
    }
}

/// The blockers to be taken away, of those that are tickets.
pub fn unblocked(before: &Value, wanted: &Value) -> Vec<RemoteWrite> {
    let (Value::Set(before), Value::Set(wanted)) = (before, wanted) else {
        return Vec::new();
    };
    let gone = before.difference(wanted).filter_map(|it| it.parse().ok());
    gone.map(RemoteWrite::RemoveBlockedBy).collect()
}

/// Of the labels of one family an issue has one, or none.
fn one_label(
    issue: &Issue,
    wanted: Option<String>,
    is_of_family: impl Fn(&str) -> bool,
) -> Vec<RemoteWrite> {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let is_wanted = |it: &str| wanted.as_ref().is_some_and(|wanted| same(wanted, it));
    let mut writes = Vec::new();
    if let Some(wanted) = &wanted
        && !issue.labels.iter().any(|it| is_wanted(it))
    {
        writes.push(RemoteWrite::AddLabel(wanted.clone()));
    }
    let others = issue
        .labels
        .iter()
        .filter(|it| is_of_family(it) && !is_wanted(it));
    writes.extend(others.map(|it| RemoteWrite::RemoveLabel(it.clone())));
    writes
}

/// What is agreed on after a write: `wanted` was asked for, `before` is what the issue said then,
/// `after` what it says now.
///
/// Somebody else may have changed the issue at the same moment: what is in `after` and was not asked
/// for is not agreed on, so that the next round takes it into the ticket.
pub fn agreed(wanted: &Value, before: &Value, after: &Value) -> Agreed {
    match (wanted, after) {
        (Value::Set(wanted), Value::Set(after)) => {
            let untaken = merge::missing(wanted, after);
            let taken = wanted.difference(&untaken).cloned().collect();
            Agreed {
                untaken,
                ..Agreed::on(Value::Set(taken))
            }
        }
        (Value::Text(text), after) if wanted != after && before == after => Agreed {
            untaken: BTreeSet::from([text.clone()]),
            ..Agreed::on(before.clone())
        },
        // The forge's own form of it, or a later change: either is taken into the ticket.
        (wanted, _) => Agreed::on(wanted.clone()),
    }
}

/// The labels that a new issue has: the ticket's own, and those that say other fields.
pub fn labels(fields: &Fields, config: &Config) -> BTreeSet<String> {
    let mut labels = fields.set(Field::Labels);
    let sync = &config.sync;
    labels.extend(
        status_label(fields.text(Field::Status), config).filter(|_| {
            // An issue is made open: what says that it is closed comes with its closing.
            sync.project_field(Field::Status).is_none()
                && !config.kind_of(Some(fields.text(Field::Status))).is_closed()
        }),
    );
    for (field, template) in [
        (Field::Priority, &sync.priority_label),
        (Field::Type, &sync.type_label),
    ] {
        if sync.project_field(field).is_some() {
            continue;
        }
        let name = fields.text(field);
        labels.extend((!name.is_empty()).then(|| label(template, name)));
    }
    let executor = fields.text(Field::Executor);
    let by_label = sync.executor_labels.iter().find(|it| it.1 == executor);
    labels.extend(by_label.map(|it| it.0.clone()));
    labels
}
