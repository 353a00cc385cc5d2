//! `docket start`: a branch for a ticket, and the ticket under way; shown first, then done.

use std::fmt::Write;

use docket_core::config::StatusKind;
use docket_core::ide::tickets::TicketRow;

use super::args::Start;
use super::change;
use super::failure::{Failure, FailureKind};
use super::open::{Opened, open};
use super::rows::{SCHEMA, StartOutput};
use super::screen::{BOLD, DIM, Screen};
use super::show::find;
use crate::branches;
use crate::env::Env;
use crate::git::{self, Git, GitError};

/// What is going to happen, in its order.
struct Plan {
    branch: String,
    /// Of git, without the program's name; empty where the branch is checked out already.
    git: Vec<String>,
    /// `FIELD=VALUE` as for `docket set`.
    fields: Vec<String>,
}

pub(super) fn run(env: &Env, screen: &Screen, args: &Start) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    let ticket = find(&project.snapshot, &args.id)?;
    let git = Git::find(&project.root, env)?;
    let plan = plan(&project, &ticket, &git)?;
    if args.dry_run || !(args.yes || screen.confirm(&draw(&plan, &ticket))?) {
        return tell(screen, &plan, &ticket, Done::No);
    }
    drop(project);
    if !plan.git.is_empty() {
        git.run(&plan.git)?;
    }
    if !plan.fields.is_empty() {
        change::assign(env, screen, &ticket.id, &plan.fields)?;
    }
    tell(screen, &plan, &ticket, Done::Yes)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Yes,
    No,
}

fn plan(project: &Opened, ticket: &TicketRow, git: &Git) -> Result<Plan, Failure> {
    let snapshot = &project.snapshot;
    let current = branches::current_branch(&project.root);
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
    Ok(Plan {
        branch,
        git,
        fields,
    })
}

/// The plan as lines that could be typed.
fn draw(plan: &Plan, ticket: &TicketRow) -> String {
    let mut out = String::new();
    if !plan.git.is_empty() {
        let _ = writeln!(out, "  {BOLD}git {}{BOLD:#}", git::shown(&plan.git));
    }
    for field in &plan.fields {
        let _ = writeln!(out, "  {BOLD}docket set {} {field}{BOLD:#}", ticket.id);
    }
    if out.is_empty() {
        let _ = writeln!(
            out,
            "  {DIM}nothing: {} is under way on {}{DIM:#}",
            ticket.id, plan.branch
        );
    }
    out
}

fn tell(screen: &Screen, plan: &Plan, ticket: &TicketRow, done: Done) -> Result<u8, Failure> {
    if screen.json {
        screen.print_json(&StartOutput {
            schema: SCHEMA,
            ticket: ticket.id.clone(),
            branch: plan.branch.clone(),
            git: plan.git.clone(),
            fields: plan.fields.clone(),
            done: done == Done::Yes,
        })?;
    } else {
        screen.print(&draw(plan, ticket))?;
    }
    Ok(0)
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        let (kind, hint) = match &error {
            GitError::Missing => (
                FailureKind::Environment,
                Some("install git, or make the branch yourself"),
            ),
            GitError::Start { .. } => (FailureKind::Environment, None),
            GitError::Failed { .. } => (
                FailureKind::Refused,
                Some("nothing was forced; mend that and run it again"),
            ),
        };
        let failure = Self::new(kind, &error);
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
