//! `docket start`: a branch for a ticket, and the ticket under way; shown first, then done.

use std::fmt::Write;

use docket_core::ide::tickets::TicketRow;

use super::args::Start;
use super::change;
use super::failure::{Failure, FailureKind};
use super::open::open;
use super::rows::{SCHEMA, StartOutput};
use super::screen::{BOLD, DIM, Screen};
use super::show::find;
use crate::env::Env;
use crate::git::{Git, GitError};
use crate::start::{self, Plan};

pub(super) fn run(env: &Env, screen: &Screen, args: &Start) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    let ticket = find(&project.snapshot, &args.id)?;
    let git = Git::find(&project.root, env)?;
    let plan = start::plan(&project.root, &project.snapshot, &ticket, &git);
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

/// The plan as lines that could be typed.
fn draw(plan: &Plan, ticket: &TicketRow) -> String {
    let mut out = String::new();
    for line in start::lines(plan, &ticket.id) {
        let _ = writeln!(out, "  {BOLD}{line}{BOLD:#}");
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
