//! `docket pr`: a ticket's branch pushed and its pull request opened; shown first, then done.

use std::fmt::Write;

use docket_core::ids::TicketId;
use docket_core::sync::{Outcome, TicketPull};
use docket_forge::ErrorKind;

use super::args::Pr;
use super::failure::{Failure, FailureKind};
use super::open::open;
use super::screen::{BOLD, DIM, GREEN, RED, Screen, YELLOW};
use super::show::find;
use super::table::printable;
use crate::env::Env;
use crate::git::GitError;
use crate::sync::pulls::{self, Desk, Plan, PullError, PullOutput, Wish};

pub(super) fn run(env: &Env, screen: &Screen, args: &Pr) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    let ticket = find(&project.snapshot, &args.id)?;
    let wish = Wish {
        ticket: TicketId::new(&ticket.id),
        draft: args.draft,
    };
    let waiting = screen.waiting("asking GitHub");
    let (mut desk, plan) = Desk::begin(&project.root, env, &project.snapshot, &wish)?;
    drop(waiting);
    if plan.is_nothing() {
        let output = PullOutput::done(&plan, plan.known.as_ref());
        return tell(screen, &output, plan.known.as_ref(), "");
    }
    let shown = draw(&plan);
    if args.dry_run || !(args.yes || screen.confirm(&shown)?) {
        let output = PullOutput::planned(&plan);
        return tell(screen, &output, plan.known.as_ref(), &shown);
    }
    drop(project);
    let waiting = screen.waiting("pushing");
    let pull = desk.carry_out(&plan)?;
    drop(waiting);
    let output = PullOutput::done(&plan, pull.as_ref());
    tell(screen, &output, pull.as_ref(), &shown)
}

/// The plan, its commands as they could be typed.
fn draw(plan: &Plan) -> String {
    let mut out = String::new();
    for line in pulls::lines(plan).lines() {
        let _ = match line.starts_with(' ') {
            true => writeln!(out, "  {DIM}{}{DIM:#}", printable(line)),
            false => writeln!(out, "  {BOLD}{}{BOLD:#}", printable(line)),
        };
    }
    out
}

fn tell(
    screen: &Screen,
    output: &PullOutput,
    pull: Option<&TicketPull>,
    plan: &str,
) -> Result<u8, Failure> {
    if screen.json {
        screen.print_json(output)?;
        return Ok(0);
    }
    let mut out = plan.to_owned();
    if let Some(pull) = pull {
        let _ = writeln!(out, "{}", printable(&pulls::line(pull)));
        let _ = writeln!(out, "{DIM}{}{DIM:#}", printable(&pull.pull.url));
        for check in pull.checks.iter().flat_map(|it| &it.all) {
            let style = match check.outcome {
                Outcome::Failed => RED,
                Outcome::Pending => YELLOW,
                Outcome::Passed => GREEN,
            };
            let _ = writeln!(
                out,
                "  {style}{:<7}{style:#} {} {DIM}{}{DIM:#}",
                check.outcome.name(),
                printable(&check.name),
                printable(&check.url)
            );
        }
    }
    screen.print(&out)?;
    Ok(0)
}

impl From<PullError> for Failure {
    fn from(error: PullError) -> Self {
        let kind = match &error {
            PullError::NoTicket(_) => FailureKind::NotFound,
            PullError::NoBranch { .. }
            | PullError::OnBase { .. }
            | PullError::OfAnother { .. }
            | PullError::NoCommits { .. }
            | PullError::Elsewhere { .. }
            | PullError::Ended { .. }
            | PullError::Git(GitError::Failed { .. }) => FailureKind::Refused,
            PullError::Forge(it) if it.kind == ErrorKind::Invalid => FailureKind::Refused,
            _ => FailureKind::Environment,
        };
        let failure = Self::new(kind, &error);
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
