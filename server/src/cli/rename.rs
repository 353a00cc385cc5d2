//! `docket rename`: another title or id for a ticket, and all that follows from it.

use std::fmt::Write;

use docket_core::edit::Change;
use docket_core::ide::actions::Refusal;
use docket_core::ide::rename::{self, FileMoves, Renaming};
use docket_core::ids::TicketId;

use super::args::Rename;
use super::change::{MAX_TRIES, tell};
use super::failure::{Failure, FailureKind};
use super::open::{Opened, open};
use super::screen::{BOLD, DIM, Screen};
use super::show::find;
use crate::env::Env;
use crate::source::ProjectSource;
use crate::write;

pub(super) fn run(env: &Env, screen: &Screen, args: &Rename) -> Result<u8, Failure> {
    let mut tries = 0;
    let (id, renaming) = loop {
        tries += 1;
        let project = open(env, screen, &[])?;
        let id = TicketId::new(&find(&project.snapshot, &args.id)?.id);
        let renaming = planned(&project, &id, env, args)?;
        if args.dry_run {
            break (id, renaming);
        }
        match write::apply(&project.root, &renaming.change) {
            Err(error) if error.is_retryable() && tries < MAX_TRIES => continue,
            done => done?,
        };
        break (id, renaming);
    };
    if !screen.json {
        screen.print(&draw(&renaming))?;
    }
    let is_new = !args.dry_run;
    let id = args
        .new_id
        .as_deref()
        .filter(|_| is_new)
        .unwrap_or(id.as_str());
    tell(env, screen, id.trim())
}

fn planned(project: &Opened, id: &TicketId, env: &Env, args: &Rename) -> Result<Renaming, Failure> {
    let snapshot = &project.snapshot;
    let mut source = ProjectSource::new(&project.root, env);
    let moves = FileMoves::With;
    let renaming = match (&args.new_id, &args.title) {
        (Some(new), _) => rename::rename_id(snapshot, id, new, moves, &mut source),
        (None, title) => {
            let title = title.as_deref().unwrap_or_default();
            rename::rename_title(snapshot, id, title, moves, &mut source)
        }
    };
    renaming.map_err(|error| {
        let failure = Failure::new(FailureKind::Refused, &error);
        match error {
            Refusal::Ambiguous(_) => failure.hint("`docket check` shows them"),
            _ => failure,
        }
    })
}

fn draw(renaming: &Renaming) -> String {
    let mut out = draw_change(&renaming.change);
    for it in &renaming.stays {
        let _ = writeln!(out, "  {DIM}{it}{DIM:#}");
    }
    out
}

/// Each file with the number of its places, and its new name.
pub(super) fn draw_change(change: &Change) -> String {
    let mut out = String::new();
    for it in &change.edits {
        let places = match it.edits.len() {
            1 => "1 place".to_owned(),
            n => format!("{n} places"),
        };
        let _ = writeln!(out, "  {} {DIM}{places}{DIM:#}", it.path);
    }
    for (from, to) in &change.renames {
        let _ = writeln!(out, "  {from} {BOLD}→{BOLD:#} {to}");
    }
    out
}
