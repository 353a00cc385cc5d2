//! `docket import`: another tool's tickets as docket's, shown first, then made in one change.

use std::fmt::Write;

use anstyle::Style;
use docket_core::import::{self, Plan, Planned, Skipped, Standing};

use super::args::Import;
use super::change::MAX_TRIES;
use super::check::count;
use super::failure::{Failure, FailureKind};
use super::open::{no_way, open};
use super::rows::{ImportOutput, ImportedRow, NotImportedRow, SCHEMA};
use super::screen::{BOLD, DIM, GREEN, Screen, YELLOW};
use super::table::{cell, printable, table};
use crate::env::Env;
use crate::import::{ImportError, gather};
use crate::source::ProjectSource;
use crate::write::{self, WriteError};

pub(super) fn run(env: &Env, screen: &Screen, args: &Import) -> Result<u8, Failure> {
    let path = env.cwd.join(&args.source);
    path.symlink_metadata()
        .map_err(|error| no_way(&args.source, &error))?;
    let project = open(env, screen, &[])?;
    let gathered = gather(&project.root, &path, args.from.map(Into::into))?;
    let mut world = ProjectSource::new(&project.root, env);
    let mut plan = || {
        let source = gathered.source.clone();
        import::plan(&project.snapshot, gathered.tool, source, &mut world)
    };
    let mut planned = plan();
    let drawn = draw(&planned, screen.terminal.width);
    let is_new = planned.n_new() > 0;
    let does = is_new && !args.dry_run && (args.yes || screen.confirm(&drawn)?);
    if does {
        let mut tries = 1;
        loop {
            match write::apply(&project.root, &planned.change) {
                // Somebody has drawn one of the same ids a moment ago.
                Err(WriteError::Exists { .. }) if tries < MAX_TRIES => planned = plan(),
                done => {
                    done?;
                    break;
                }
            }
            tries += 1;
        }
    }
    if screen.json {
        screen.print_json(&output(args, &planned, does))?;
    } else {
        screen.print(&draw(&planned, screen.terminal.width))?;
    }
    Ok(0)
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        let kind = match &error {
            ImportError::Io { .. } => FailureKind::Environment,
            ImportError::TooWide(_) | ImportError::Unrecognised { .. } => FailureKind::Usage,
            ImportError::Refused(_) => FailureKind::Refused,
        };
        let failure = Self::new(kind, printable(&error.to_string()));
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

fn draw(plan: &Plan, width: usize) -> String {
    let n_known = plan.tickets.len() - plan.n_new();
    let mut out = format!(
        "{BOLD}{} of {}{BOLD:#}: {} new, {n_known} already imported, {} left out\n",
        count(plan.tickets.len(), "ticket"),
        plan.tool.title(),
        plan.n_new(),
        plan.skipped.len(),
    );
    let rows: Vec<_> = plan.tickets.iter().map(line).collect();
    out.push_str(&table(&rows, 4, width));
    out.push_str(&table(&left_out(&plan.skipped), 1, width));
    if plan.n_new() == 0 {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  {DIM}nothing to make{DIM:#}");
    }
    out
}

/// What becomes no ticket; many files with one reason are one line, `--json` lists them.
fn left_out(skipped: &[Skipped]) -> Vec<Vec<super::table::Cell>> {
    const FEW: usize = 3;
    let mut reasons: Vec<&str> = Vec::new();
    for it in skipped {
        if !reasons.contains(&it.reason.as_str()) {
            reasons.push(&it.reason);
        }
    }
    let mut rows = Vec::new();
    let mut row = |place: String, reason: &str| {
        rows.push(vec![
            cell("  left out", YELLOW),
            cell(place, DIM),
            cell(reason, DIM),
        ]);
    };
    for reason in reasons {
        let of_reason: Vec<_> = skipped.iter().filter(|it| it.reason == reason).collect();
        if of_reason.len() > FEW {
            row(count(of_reason.len(), "file"), reason);
            continue;
        }
        for it in of_reason {
            let line = it.line.map_or(String::new(), |it| format!(":{it}"));
            row(format!("{}{line}", it.path), reason);
        }
    }
    rows
}

fn line(ticket: &Planned) -> Vec<super::table::Cell> {
    let (state, style) = match ticket.standing {
        Standing::New => ("  new", GREEN),
        Standing::Known => ("  known", DIM),
    };
    let was = ticket.was.as_deref().filter(|it| *it != ticket.id);
    vec![
        cell(state, style),
        cell(was.map_or(String::new(), |it| format!("{it} →")), DIM),
        cell(ticket.id.as_str(), BOLD),
        cell(ticket.status.as_str(), DIM),
        cell(ticket.title.as_str(), Style::new()),
    ]
}

fn output(args: &Import, plan: &Plan, done: bool) -> ImportOutput {
    let state = |it: Standing| match it {
        Standing::New => "new",
        Standing::Known => "known",
    };
    ImportOutput {
        schema: SCHEMA,
        source: args.source.display().to_string(),
        tool: plan.tool.name().to_owned(),
        tickets: plan
            .tickets
            .iter()
            .map(|it| ImportedRow {
                state: state(it.standing).to_owned(),
                key: it.key.clone(),
                was: it.was.clone(),
                id: it.id.clone(),
                title: it.title.clone(),
                status: it.status.clone(),
                path: it.path.clone(),
            })
            .collect(),
        skipped: plan
            .skipped
            .iter()
            .map(|it| NotImportedRow {
                path: it.path.clone(),
                line: it.line,
                reason: it.reason.clone(),
            })
            .collect(),
        done,
    }
}
