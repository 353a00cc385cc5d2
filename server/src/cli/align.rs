//! `docket align`: what is out of line with what it was derived from, and back in line.

use std::fmt::Write;
use std::path::Path;

use docket_core::edit::Change;
use docket_core::ids::TicketId;
use docket_core::lineage::{Origin, align};
use docket_store::Trouble;

use super::args;
use super::check::count;
use super::failure::{Failure, FailureKind};
use super::open::{Opened, open};
use super::plan::named;
use super::proposals;
use super::screen::{DIM, Screen, YELLOW};
use super::table::printable;
use crate::dismissed;
use crate::env::Env;
use crate::plan::{AlignOutput, OutdatedRow, derived, derived_paths, outdated};
use crate::propose::{ProposalsOutput, Wanted, of_updates};
use crate::write;

pub(super) fn run(env: &Env, screen: &Screen, args: &args::Align) -> Result<u8, Failure> {
    let how = &args.how;
    if how.yes || how.dry_run || how.no_model || how.again {
        return Err(Failure::new(
            FailureKind::Usage,
            "`--yes`, `--dry-run`, `--no-model` and `--again` are of what is proposed",
        )
        .hint("add `--update`"));
    }
    let project = open(env, screen, &[])?;
    let snapshot = &project.snapshot;
    let meant = Meant::of(env, &project, &args.what)?;
    let paths: Vec<_> = derived_paths(snapshot);
    let paths: Vec<_> = paths.into_iter().filter(|it| meant.may_be_in(it)).collect();
    let is_meant = |path: &str, origin: &Origin| meant.is(&project, path, origin);
    let change = if args.still_valid {
        align::still_valid(snapshot, &paths, is_meant)
    } else if args.record {
        align::record(snapshot, &paths, is_meant)
    } else {
        Change::default()
    };
    let aligned = change.edits.iter().map(|it| it.edits.len()).sum();
    if aligned > 0 {
        write::apply(&project.root, &change)?;
    }
    if args.dismiss {
        let all = dismissed::outdated(snapshot, &paths, is_meant);
        dismissed::put(&project.root, env, &all).map_err(not_remembered)?;
    } else if args.restore {
        let names = dismissed::dismissed(snapshot, &paths, is_meant);
        dismissed::take_back(&project.root, env, &names).map_err(not_remembered)?;
    }
    let project = match aligned > 0 || args.dismiss || args.restore {
        false => project,
        true => open(env, screen, &[])?,
    };
    let snapshot = &project.snapshot;
    let paths = derived_paths(snapshot);
    let mut rows = outdated(snapshot, &paths);
    rows.retain(|it| meant.is_row(it));
    let is_meant = |path: &str, origin: &Origin| meant.is(&project, path, origin);
    let mut files: Vec<&str> = rows.iter().map(|it| it.path.as_str()).collect();
    files.dedup();
    let cost = of_updates(&project.root, snapshot, &files);
    let told = AlignOutput {
        cost,
        schema: 1,
        outdated: rows,
        aligned,
        dismissed: dismissed::dismissed(snapshot, &paths, is_meant).len(),
    };
    match screen.json {
        true => screen.print_json(&told)?,
        false => screen.print(&draw_align(args, &told))?,
    }
    Ok(0)
}

fn not_remembered(trouble: Trouble) -> Failure {
    Failure::new(FailureKind::Environment, trouble.to_string()).hint(trouble.hint())
}

/// Has each that is out of line brought in line, by what a model proposes.
pub(super) fn update(env: &Env, screen: &Screen, args: &args::Align) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    let meant = Meant::of(env, &project, &args.what)?;
    let mut rows = outdated(&project.snapshot, &derived_paths(&project.snapshot));
    rows.retain(|it| meant.is_row(it) && it.why == "changed");
    let mut names: Vec<String> = Vec::new();
    for row in rows {
        let name = row.of.unwrap_or(row.path);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    drop(project);
    if names.is_empty() {
        return match screen.json {
            true => screen
                .print_json(&ProposalsOutput {
                    schema: 1,
                    proposals: Vec::new(),
                })
                .map(|()| 0),
            false => screen
                .print("Nothing has to be brought in line with a source that changed.\n")
                .map(|()| 0),
        };
    }
    let wanted = names.into_iter().map(|of| Wanted::Update { of });
    proposals::run_all(env, screen, wanted, &args.how)
}

/// What a person named: everything, or tickets, requirements and files.
struct Meant {
    ids: Vec<TicketId>,
    paths: Vec<String>,
}

impl Meant {
    fn of(env: &Env, project: &Opened, what: &[String]) -> Result<Self, Failure> {
        let mut meant = Self {
            ids: Vec::new(),
            paths: Vec::new(),
        };
        let snapshot = &project.snapshot;
        for it in what {
            let id = TicketId::new(it);
            let is_known = snapshot.index.has_ticket(&id)
                || snapshot.index.requirement_files(&id).next().is_some();
            let path = named(env, project, Path::new(it));
            if is_known {
                meant.ids.push(id);
            } else if snapshot.file(&path).is_some() {
                meant.paths.push(path);
            } else {
                return Err(Failure::new(
                    FailureKind::NotFound,
                    format!("`{it}` is no ticket, requirement or page here"),
                )
                .hint(
                    "`docket list` names the tickets, `docket plan --coverage` the requirements",
                ));
            }
        }
        Ok(meant)
    }

    fn is_everything(&self) -> bool {
        self.ids.is_empty() && self.paths.is_empty()
    }

    fn may_be_in(&self, path: &str) -> bool {
        self.is_everything() || !self.ids.is_empty() || self.paths.iter().any(|it| it == path)
    }

    fn is(&self, project: &Opened, path: &str, origin: &Origin) -> bool {
        self.is_everything()
            || self.paths.iter().any(|it| it == path)
            || derived(&project.snapshot, path, origin)
                .is_some_and(|it| self.ids.contains(&TicketId::new(&it)))
    }

    fn is_row(&self, row: &OutdatedRow) -> bool {
        self.is_everything()
            || self.paths.contains(&row.path)
            || row
                .of
                .as_ref()
                .is_some_and(|it| self.ids.contains(&TicketId::new(it)))
    }
}

fn draw_align(args: &args::Align, told: &AlignOutput) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_align(&mut out, args, told);
    out
}

fn write_align(out: &mut String, args: &args::Align, told: &AlignOutput) -> std::fmt::Result {
    for it in &told.outdated {
        let what = it.of.as_deref().unwrap_or(&it.path);
        write!(
            out,
            "{YELLOW}{}{YELLOW:#} {DIM}{}:{}{DIM:#} ",
            printable(what),
            printable(&it.path),
            it.line
        )?;
        let because = match (&it.because_path, it.because_line) {
            (Some(path), Some(line)) => format!(" {DIM}{}:{line}{DIM:#}", printable(path)),
            _ => String::new(),
        };
        match it.why.as_str() {
            "changed" => writeln!(out, "{} has changed{because}", printable(&it.source))?,
            "gone" => writeln!(out, "{} is gone", printable(&it.source))?,
            _ => writeln!(
                out,
                "{} is outdated itself: {} has changed{because}",
                printable(&it.source),
                printable(&it.because)
            )?,
        }
    }
    match (
        args.still_valid || args.record,
        told.aligned,
        told.outdated.len(),
    ) {
        (true, 0, 0) => writeln!(out, "Nothing to write down.")?,
        (true, n, 0) => writeln!(
            out,
            "{} written down; everything is in line.",
            count(n, "record")
        )?,
        (true, n, left) => writeln!(
            out,
            "{} written down; {} out of line",
            count(n, "record"),
            count(left, "record")
        )?,
        (false, _, 0) if told.dismissed > 0 => writeln!(out, "Nothing else is out of line.")?,
        (false, _, 0) => writeln!(out, "Everything is in line with what it was derived from.")?,
        (false, _, n) => writeln!(
            out,
            "{} out of line: change what is derived, or `docket align ID --still-valid`",
            count(n, "record")
        )?,
    }
    if let Some(cost) = &told.cost {
        writeln!(
            out,
            "{DIM}`docket align --update` has {} proposed by {}: {}{DIM:#}",
            count(cost.updates, "edit"),
            printable(&cost.model),
            cost.words()
        )?;
    }
    match told.dismissed {
        0 => Ok(()),
        n => writeln!(
            out,
            "{DIM}{} dismissed until the source changes again; `docket align --restore` tells of what was{DIM:#}",
            count(n, "record")
        ),
    }
}
