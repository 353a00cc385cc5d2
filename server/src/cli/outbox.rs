//! `docket outbox`: what waits to be sent; and `docket resolve`: a conflict decided.

use std::fmt::Write;

use docket_core::sync::Conflict;

use super::args::{Outbox, OutboxVerb, Resolve};
use super::failure::{Failure, FailureKind};
use super::open::locate;
use super::screen::{BOLD, CYAN, DIM, GREEN, RED, Screen, YELLOW};
use super::table::{cell, printable, table};
use crate::env::Env;
use crate::project;
use crate::sync::Closed;
use crate::sync::outbox::{self, OutboxError};
use crate::sync::output::{self, OutboxRow};
use crate::sync::report::shown;
use crate::sync::resolve::{self, ResolveError, Resolved};
use crate::sync::setup::{self, SetupError};

pub(super) fn run(env: &Env, screen: &Screen, args: &Outbox) -> Result<u8, Failure> {
    let root = locate(env, &[])?.root;
    let config = project::config_of(&root);
    let mut setup = setup::open(&root, env, &config)?;
    let now = env.now().timestamp();
    match &args.verb {
        None | Some(OutboxVerb::List) => {}
        Some(OutboxVerb::Retry { row }) => outbox::retry(&mut setup, *row, now)?,
        Some(OutboxVerb::Drop { row }) => outbox::drop(&mut setup, *row)?,
        Some(OutboxVerb::Edit { row, text }) => outbox::edit(&mut setup, *row, text, now)?,
    }
    let output = outbox::list(&setup)?;
    match screen.json {
        true => screen.print_json(&output)?,
        false => screen.print(&draw(&output.rows, screen.terminal.width))?,
    }
    Ok(0)
}

fn draw(rows: &[OutboxRow], width: usize) -> String {
    if rows.is_empty() {
        return format!("{DIM}nothing waits to be sent{DIM:#}\n");
    }
    let cells: Vec<_> = rows
        .iter()
        .map(|it| {
            let style = match it.state.as_str() {
                "refused" => RED,
                "sending" => YELLOW,
                _ => CYAN,
            };
            let issue = it.issue.map_or(String::new(), |it| format!("#{it}"));
            vec![
                cell(it.row.to_string(), DIM),
                cell(it.state.clone(), style),
                cell(it.ticket.clone(), BOLD),
                cell(issue, DIM),
                cell(printable(&it.summary), anstyle::Style::new()),
            ]
        })
        .collect();
    let mut out = table(&cells, 4, width);
    for it in rows.iter().filter(|it| it.state == "refused") {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "\n{RED}{}{RED:#} {}\n  {CYAN}hint:{CYAN:#} `docket outbox retry {}`, or `docket outbox drop {}`",
            it.row,
            printable(it.error.as_deref().unwrap_or_default()),
            it.row,
            it.row,
        );
    }
    out
}

pub(super) fn resolve(env: &Env, screen: &Screen, args: &Resolve) -> Result<u8, Failure> {
    let root = locate(env, &[])?.root;
    let config = project::config_of(&root);
    let mut setup = setup::open(&root, env, &config)?;
    let files = Closed { root: root.clone() };
    let wish = resolve::Wish {
        root: &root,
        config: &config,
        ticket: args.id.as_deref().unwrap_or_default(),
        field: args.field.as_deref(),
        take: args.take,
        now: env.now().timestamp(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| Failure::new(FailureKind::Environment, error))?;
    let done = runtime.block_on(resolve::carry_out(&mut setup, &files, &wish))?;
    tell(screen, &done)
}

fn tell(screen: &Screen, done: &Resolved) -> Result<u8, Failure> {
    if screen.json {
        screen.print_json(&output::resolved(done))?;
        return Ok(0);
    }
    let mut out = String::new();
    for it in &done.resolved {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{GREEN}resolved{GREEN:#}  {BOLD}{}{BOLD:#} {}",
            it.ticket, it.field
        );
    }
    out.push_str(&draw_conflicts(&done.open));
    if done.open.is_empty() && done.resolved.is_empty() {
        let _ = writeln!(out, "{DIM}no conflicts{DIM:#}");
    }
    if !done.resolved.is_empty() {
        let _ = writeln!(out, "{DIM}`docket sync` carries it over{DIM:#}");
    }
    screen.print(&out)?;
    Ok(0)
}

/// Conflicts with both values, and how they are decided.
pub(super) fn draw_conflicts(conflicts: &[Conflict]) -> String {
    let mut out = String::new();
    for it in conflicts {
        let _ = writeln!(
            out,
            "{RED}conflict{RED:#}  {BOLD}{}{BOLD:#} {} {DIM}#{}{DIM:#}\n    mine    {}\n    theirs  {}\n    {CYAN}hint:{CYAN:#} `docket resolve {} {} --take mine` or `theirs`",
            it.ticket,
            it.field,
            it.issue,
            printable(&shown(&it.mine)),
            printable(&shown(&it.theirs)),
            it.ticket,
            it.field,
        );
    }
    out
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        let failure = Self::new(FailureKind::Environment, &error);
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

impl From<ResolveError> for Failure {
    fn from(error: ResolveError) -> Self {
        let kind = match &error {
            ResolveError::Store(_) => FailureKind::Environment,
            ResolveError::None(_) | ResolveError::NotHere(_) => FailureKind::NotFound,
            ResolveError::Unsettled(_) | ResolveError::Write(_) => FailureKind::Refused,
        };
        let failure = Self::new(kind, &error);
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

impl From<OutboxError> for Failure {
    fn from(error: OutboxError) -> Self {
        let kind = match &error {
            OutboxError::Store(_) => FailureKind::Environment,
            OutboxError::None(_) => FailureKind::NotFound,
            OutboxError::UnderWay(_) | OutboxError::NoComment { .. } => FailureKind::Refused,
        };
        let failure = Self::new(kind, &error);
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
