//! Beginning work on a ticket: its branch, and the fields that say so. Planned here for every door.

use std::path::Path;

use docket_core::config::StatusKind;
use docket_core::ide::tickets::{self as ide, TicketRow};
use docket_core::world::Snapshot;

use crate::branches;
use crate::git::{self, Git};

/// What is going to happen, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub branch: String,
    /// Of git, without the program's name; empty where the branch is checked out already.
    pub git: Vec<String>,
    /// `FIELD=VALUE` as for `docket set`.
    pub fields: Vec<String>,
}

/// Works it out; nothing is changed.
pub fn plan(root: &Path, snapshot: &Snapshot, ticket: &TicketRow, git: &Git) -> Plan {
    let current = branches::current_branch(root);
    // A branch that is named after the ticket already is the one, whatever the template says now.
    let is_of_ticket = |it: &str| it.to_lowercase().contains(&ticket.id.to_lowercase());
    let branch = match &current {
        Some(branch) if is_of_ticket(branch) => branch.clone(),
        _ => git::branch_name(git::BRANCH_TEMPLATE, &ticket.id, &ticket.title),
    };
    let words = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect();
    let git = match current.as_deref() == Some(&branch) {
        true => Vec::new(),
        false if git.has_branch(&branch) => words(&["switch", &branch]),
        false => words(&["switch", "-c", &branch]),
    };
    let mut fields = Vec::new();
    let active = snapshot
        .config
        .statuses
        .iter()
        .find(|it| it.kind == StatusKind::Active);
    if let Some(active) = active
        && ticket.status_kind != StatusKind::Active
    {
        fields.push(format!("status={}", active.name));
    }
    if let Some(me) = &snapshot.me
        && !ticket.assignees.iter().any(|it| **it == **me)
    {
        fields.push(format!("assignees+={me}"));
    }
    Plan {
        branch,
        git,
        fields,
    }
}

/// The ticket that the branch which is checked out is named after, in its own spelling: of several
/// ids that the name holds the longest.
pub fn ticket_of_branch(root: &Path, snapshot: &Snapshot) -> Option<String> {
    let branch = branches::current_branch(root)?;
    ide::ticket_named_in(snapshot, &branch)
}

/// The plan as lines that could be typed.
pub fn lines(plan: &Plan, ticket: &str) -> Vec<String> {
    let git = (!plan.git.is_empty()).then(|| format!("git {}", git::shown(&plan.git)));
    let fields = plan.fields.iter();
    git.into_iter()
        .chain(fields.map(|it| format!("docket set {ticket} {it}")))
        .collect()
}
