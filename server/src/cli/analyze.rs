//! `docket analyze`: what is worth a look, and tickets of what a person picks.

use std::fmt::Write;

use super::args::Analyze;
use super::check::count;
use super::failure::{Failure, FailureKind};
use super::open::open;
use super::proposals;
use super::screen::{BOLD, CYAN, DIM, Screen, YELLOW};
use super::table::printable;
use crate::analyze::{self, AnalyzeOutput};
use crate::env::Env;
use crate::source::ProjectSource;
use crate::write;

pub(super) fn run(env: &Env, screen: &Screen, args: &Analyze) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    let waiting = screen.waiting("asking git for a year of changes");
    let mut analysis = analyze::analysis(&project.snapshot, &project.root, env);
    drop(waiting);
    if !args.no_model {
        let asked = proposals::project(&project, env);
        proposals::words(screen, &asked, &mut analysis, args)?;
    }
    let mut source = ProjectSource::new(&project.root, env);
    let keys = &args.ticket;
    let planned = analyze::tickets(&project.snapshot, &analysis, keys, &mut source);
    let (made, change) = planned.map_err(|it| Failure::new(FailureKind::NotFound, it))?;
    if !made.is_empty() {
        write::apply(&project.root, &change)?;
    }
    if !args.kind.is_empty() {
        let wanted =
            |it: &docket_core::analyze::Found| args.kind.iter().any(|kind| kind == it.kind.name());
        analysis.found.retain(wanted);
    }
    let told = analyze::output(&project.snapshot, &analysis, made);
    match screen.json {
        true => screen.print_json(&told)?,
        false => screen.print(&draw(&told))?,
    }
    Ok(0)
}

fn draw(told: &AnalyzeOutput) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_all(&mut out, told);
    out
}

fn write_all(out: &mut String, told: &AnalyzeOutput) -> std::fmt::Result {
    let mut kind = "";
    for it in &told.findings {
        // In the order of a model kinds alternate.
        if told.worded.is_none() && it.kind != kind {
            let blank = if kind.is_empty() { "" } else { "\n" };
            kind = &it.kind;
            writeln!(out, "{blank}{BOLD}{}{BOLD:#}", kind.replace('-', " "))?;
        }
        let has = match &it.ticket {
            Some(id) => format!(" {CYAN}{}{CYAN:#}", printable(id)),
            None => String::new(),
        };
        writeln!(
            out,
            "  {DIM}{}{DIM:#} {}{has}",
            it.key,
            printable(&it.title)
        )?;
        let Some(why) = &it.why else {
            writeln!(out, "           {DIM}{}{DIM:#}", printable(&it.detail))?;
            continue;
        };
        writeln!(out, "           {}", printable(why))?;
        let place = it.path.as_deref().map(|it| format!(", {it}"));
        let counted = format!(
            "{}: {}{}",
            it.kind.replace('-', " "),
            it.detail,
            place.unwrap_or_default()
        );
        writeln!(out, "           {DIM}{}{DIM:#}", printable(&counted))?;
    }
    if let Some(it) = &told.worded {
        let cost = it.cost.as_deref().unwrap_or("cost unknown");
        let by = format!(
            "order and words by {}, {}, {}, {cost}",
            it.model, it.prompt, it.run
        );
        writeln!(out, "{DIM}{}{DIM:#}", printable(&by))?;
    }
    for it in &told.notes {
        writeln!(out, "{YELLOW}note{YELLOW:#} {}", printable(it))?;
    }
    for it in &told.missing {
        writeln!(out, "{YELLOW}not looked at{YELLOW:#} {}", printable(it))?;
    }
    for it in &told.made {
        writeln!(out, "{CYAN}{}{CYAN:#} {}", it.ticket, printable(&it.path))?;
    }
    match (told.findings.len(), told.made.len()) {
        (0, 0) => writeln!(out, "Nothing that is worth a look."),
        (n, 0) => writeln!(
            out,
            "\n{}; `docket analyze --ticket KEY` makes a ticket of one",
            count(n, "finding")
        ),
        (_, n) => writeln!(out, "made {}", count(n, "ticket")),
    }
}
