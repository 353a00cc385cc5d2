//! `docket adopt`: tickets for the TODOs that nothing tracks, after a person has seen the plan.

use std::fmt::Write;

use docket_core::adopt::{Adoption, PAGE, Plan};

use super::args::Adopt;
use super::check::count;
use super::failure::{Failure, FailureKind};
use super::open::open;
use super::screen::{BOLD, CYAN, DIM, Screen};
use super::table::printable;
use crate::adoption;
use crate::env::Env;
use crate::source::ProjectSource;
use crate::write;

pub(super) fn run(env: &Env, screen: &Screen, args: &Adopt) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    let waiting = screen.waiting("asking who wrote what");
    let planned = adoption::plan(&project.snapshot, &project.root, env, args.max);
    drop(waiting);
    let planned = planned.map_err(|message| {
        Failure::new(FailureKind::Refused, message).hint(format!(
            "mend the line, or delete `{PAGE}` for a new plan; nothing was changed"
        ))
    })?;
    if args.write && planned.is_page {
        return Err(
            Failure::new(FailureKind::Refused, format!("`{PAGE}` is there already"))
                .hint("`docket adopt` carries it out; delete it for a new plan"),
        );
    }
    if planned.plan.tickets.is_empty() {
        return match screen.json {
            true => screen.print_json(&planned.output(None, None)).map(|()| 0),
            false => screen
                .print("Nothing to adopt: each TODO is tracked.\n")
                .map(|()| 0),
        };
    }
    if args.write {
        write::apply(&project.root, &planned.page())?;
        return match screen.json {
            true => screen
                .print_json(&planned.output(Some(PAGE), None))
                .map(|()| 0),
            false => screen
                .print(&format!(
                    "{PAGE} has {}: edit it, then `docket adopt` carries it out\n",
                    summary(&planned.plan)
                ))
                .map(|()| 0),
        };
    }
    let text = draw(&planned.plan, None);
    let does = !args.dry_run && (args.yes || screen.confirm(&text)?);
    let mut adoption = None;
    if does {
        let mut source = ProjectSource::new(&project.root, env);
        let done = planned
            .carry_out(&project.snapshot, &mut source)
            .map_err(|error| Failure::new(FailureKind::Refused, &error))?;
        write::apply(&project.root, &done.change)?;
        adoption = Some(done);
    }
    if screen.json {
        let page = (planned.is_page && !does).then_some(PAGE);
        screen.print_json(&planned.output(page, adoption.as_ref()))?;
    } else {
        screen.print(&draw(&planned.plan, adoption.as_ref()))?;
    }
    Ok(0)
}

fn summary(plan: &Plan) -> String {
    let n_todos = plan.tickets.iter().map(|it| it.todos.len()).sum();
    format!(
        "{} for {}",
        count(plan.tickets.len(), "ticket"),
        count(n_todos, "TODO")
    )
}

fn draw(plan: &Plan, done: Option<&Adoption>) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_plan(&mut out, plan, done);
    out
}

fn write_plan(out: &mut String, plan: &Plan, done: Option<&Adoption>) -> std::fmt::Result {
    for (idx, ticket) in plan.tickets.iter().enumerate() {
        let id = match done {
            Some(done) => done.ids[idx].as_ref(),
            None => ticket.ticket.as_ref(),
        };
        match id {
            Some(id) => write!(out, "{CYAN}{}{CYAN:#} ", printable(id))?,
            None if done.is_some() => continue,
            None => {}
        }
        write!(out, "{BOLD}{}{BOLD:#}", printable(&ticket.title))?;
        for (name, value) in &ticket.fields {
            write!(
                out,
                "  {DIM}{name}{DIM:#} {}",
                printable(&value.to_string())
            )?;
        }
        writeln!(out)?;
        for site in &ticket.todos {
            writeln!(out, "  {}", printable(&site.to_string()))?;
        }
    }
    writeln!(out)?;
    let verb = if done.is_some() { "made: " } else { "" };
    write!(out, "{verb}{}", summary(plan))?;
    match plan.n_left {
        0 => {}
        n => write!(out, "; {} more beyond `--max`", count(n, "ticket"))?,
    }
    writeln!(out)?;
    if let Some(done) = done.filter(|it| !it.passed_over.is_empty()) {
        let n = count(done.passed_over.len(), "TODO");
        writeln!(out, "{n} passed over: tracked by now, or gone")?;
    }
    Ok(())
}
