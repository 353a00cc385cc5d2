//! `docket archive` and `docket delete`: a ticket out of the way, every place that names it shown first.

use std::fmt::Write;

use docket_core::ide::actions::Refusal;
use docket_core::ide::retire::{self, Becomes, Named, Retirement};
use docket_core::ids::TicketId;
use docket_core::span::Encoding;
use docket_core::text::{Hash, decode};

use super::args::Retired;
use super::check::count;
use super::failure::{Failure, FailureKind};
use super::open::{Opened, open};
use super::rows::{NamedRow, RetireOutput, SCHEMA};
use super::screen::{BOLD, DIM, RED, Screen, YELLOW};
use super::show::find;
use super::table::{cell, printable, table};
use crate::env::Env;
use crate::source::ProjectSource;
use crate::write::{self, WriteError};

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Archive,
    Delete,
}

pub(super) fn run(env: &Env, screen: &Screen, verb: Verb, args: &Retired) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    let ticket = find(&project.snapshot, &args.id)?;
    let id = TicketId::new(&ticket.id);
    let found = match verb {
        Verb::Archive => retire::archive(&project.snapshot, &id),
        Verb::Delete => {
            let mut source = ProjectSource::new(&project.root, env);
            retire::delete(&project.snapshot, &id, &mut source)
        }
    };
    let retirement = found.map_err(|error| refused(error, &ticket.id))?;
    let path = ticket.path.to_string();
    let to = retirement.change.renames.first().map(|it| it.1.clone());
    let rows = rows(&project, &retirement);
    let title = printable(&format!("{} \"{}\"", ticket.id, ticket.title));
    let plan = draw(&title, &path, to.as_deref(), &rows, screen.terminal.width);
    let does = !args.dry_run && (args.yes || screen.confirm(&plan)?);
    if does {
        check_fresh(&project, &path)?;
        write::apply(&project.root, &retirement.change)?;
    }
    if screen.json {
        screen.print_json(&RetireOutput {
            schema: SCHEMA,
            ticket: ticket.id,
            path,
            to,
            references: rows,
            done: does,
        })?;
    } else {
        screen.print(&plan)?;
    }
    Ok(0)
}

/// A file that goes away must still be the one that was shown.
fn check_fresh(project: &Opened, path: &str) -> Result<(), Failure> {
    let now = std::fs::read(project.root.join(path)).map(|it| Hash::of(&it));
    let shown = project.snapshot.file(path).map(|it| it.hash);
    match now.ok() == shown {
        true => Ok(()),
        false => Err(WriteError::Stale {
            path: path.to_owned(),
        }
        .into()),
    }
}

fn refused(error: Refusal, id: &str) -> Failure {
    let failure = Failure::new(FailureKind::Refused, &error);
    match error {
        Refusal::Ambiguous(_) => failure.hint("`docket check` shows them"),
        Refusal::Edit(it) if it.contains("only what is done") => {
            failure.hint(format!("`docket set {id} status=done` first"))
        }
        _ => failure,
    }
}

fn rows(project: &Opened, retirement: &Retirement) -> Vec<NamedRow> {
    let mut text: (String, Vec<u8>) = Default::default();
    let mut line_of = |it: &Named| {
        if text.0 != it.path {
            let bytes = project.bytes(&it.path).unwrap_or_default();
            let read = decode(&bytes).map_or(Vec::new(), |(text, _)| text.into_owned());
            text = (it.path.clone(), read);
        }
        line(&text.1, it.span.start as usize)
    };
    let references = retirement.references.iter();
    references
        .map(|it| {
            let at = project.position(&it.path, it.span.start, Encoding::Utf32);
            NamedRow {
                path: it.path.clone(),
                line: at.line,
                column: at.column,
                text: line_of(it),
                becomes: name(it.becomes).to_owned(),
            }
        })
        .collect()
}

/// The line around an offset.
fn line(text: &[u8], at: usize) -> String {
    let is_break = |it: &u8| matches!(it, b'\n' | b'\r');
    let at = at.min(text.len());
    let start = text[..at].iter().rposition(is_break).map_or(0, |it| it + 1);
    let end = text[at..].iter().position(is_break);
    let end = end.map_or(text.len(), |it| at + it);
    String::from_utf8_lossy(&text[start..end]).trim().to_owned()
}

fn name(becomes: Becomes) -> &'static str {
    match becomes {
        Becomes::Same => "same",
        Becomes::Moved => "moved",
        Becomes::Gone => "gone",
        Becomes::Text => "text",
        Becomes::Dangling => "dangling",
    }
}

fn draw(title: &str, path: &str, to: Option<&str>, rows: &[NamedRow], width: usize) -> String {
    let path = printable(path);
    let mut out = match to {
        Some(to) => format!("{BOLD}{title}{BOLD:#}\n  {path} → {}\n", printable(to)),
        None => format!("{BOLD}{title}{BOLD:#}\n  {path} {RED}is deleted{RED:#}\n"),
    };
    // What only stays as it is needs no line of its own.
    let shown: Vec<_> = match to {
        Some(_) => rows.iter().filter(|it| it.becomes != "same").collect(),
        None => rows.iter().collect(),
    };
    let cells: Vec<_> = shown
        .iter()
        .map(|it| {
            let (said, style) = match it.becomes.as_str() {
                "moved" => ("the link follows", DIM),
                "gone" => ("the id is taken out", YELLOW),
                "text" => ("the link becomes its text", YELLOW),
                "dangling" => ("stays, and names nothing", RED),
                _ => ("stays", DIM),
            };
            vec![
                cell(format!("  {}:{}:{}", it.path, it.line, it.column), DIM),
                cell(it.text.as_str(), anstyle::Style::new()),
                cell(said, style),
            ]
        })
        .collect();
    out.push_str(&table(&cells, 1, width));
    let rest = rows.len() - shown.len();
    // Writing to a string cannot fail.
    let _ = match (rows.len(), rest) {
        (0, _) => writeln!(out, "  {DIM}nothing names it{DIM:#}"),
        (_, 0) => Ok(()),
        (_, rest) => writeln!(
            out,
            "  {DIM}{} by its id go on as before{DIM:#}",
            count(rest, "reference")
        ),
    };
    out
}
