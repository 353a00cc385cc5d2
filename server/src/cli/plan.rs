//! `docket plan`: from a brief, a ticket or TODOs to requirements and tickets.

use std::fmt::Write;
use std::path::Path;

use anstyle::Style;
use docket_core::edit::Change;
use docket_core::ids::TicketId;
use docket_core::plan::{self, BRIEF, Input, Plan, PlanError, REQUIREMENTS, questions};

use super::args;
use super::change::MAX_TRIES;
use super::check::count;
use super::failure::{Failure, FailureKind};
use super::open::{Opened, open, relative};
use super::proposals;
use super::screen::{BOLD, CYAN, DIM, GREEN, Screen, YELLOW};
use super::table::{cell, printable, table};
use crate::env::Env;
use crate::plan::{CoverageOutput, PlanOutput, coverage};
use crate::propose::Wanted;
use crate::source::ProjectSource;
use crate::write::{self, WriteError};

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        let kind = match error {
            PlanError::NoBrief(_) | PlanError::NoTicket(_) | PlanError::NoIssue(_) => {
                FailureKind::NotFound
            }
            PlanError::Nothing(_) | PlanError::NoTodos(_) | PlanError::Refused(_) => {
                FailureKind::Refused
            }
        };
        Self::new(kind, printable(&error.to_string())).hint(error.hint())
    }
}

pub(super) fn run(env: &Env, screen: &Screen, args: &args::Plan) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    if args.coverage {
        let covered = coverage(&project.snapshot);
        return match screen.json {
            true => screen.print_json(&covered).map(|()| 0),
            false => screen
                .print(&draw_coverage(&covered, screen.terminal.width))
                .map(|()| 0),
        };
    }
    let input = input(env, &project, args)?;
    let asks_in = asks_in(&project, &input);
    if !args.no_model && !project.snapshot.config.ai.models_for("plan").is_empty() {
        let how = args::Propose {
            yes: args.yes,
            dry_run: args.dry_run,
            no_model: false,
            again: args.again,
        };
        drop(project);
        let code = proposals::plan(env, screen, input, &how)?;
        return answers(env, screen, &asks_in).map(|()| code);
    }
    let mut source = ProjectSource::new(&project.root, env);
    let mut planned = plan::plan(&project.snapshot, &input, &mut source)?;
    let told = PlanOutput::new(&project.snapshot, &input, &planned, false);
    let is_new = planned.change != Change::default();
    let drawn = draw(&told);
    let does = is_new && !args.dry_run && (args.yes || screen.confirm(&drawn)?);
    if does {
        planned = carry_out(&project, &input, planned, &mut source)?;
    }
    let told = PlanOutput::new(&project.snapshot, &input, &planned, does);
    match screen.json {
        true => screen.print_json(&told)?,
        false => screen.print(&draw(&told))?,
    }
    drop(project);
    answers(env, screen, &asks_in).map(|()| 0)
}

/// What is to be planned.
fn input(env: &Env, project: &Opened, args: &args::Plan) -> Result<Input, Failure> {
    if args.todos {
        let within = args.of.iter().map(|it| within(env, project, it));
        return Ok(Input::Todos(within.collect()));
    }
    let path = match &*args.of {
        [] => return Ok(Input::Page(BRIEF.to_owned())),
        [path] => path,
        _ => {
            return Err(Failure::new(
                FailureKind::Usage,
                "one page or ticket is planned at a time",
            )
            .hint("files and folders are named with `--todos`"));
        }
    };
    let word = path.to_string_lossy();
    match Input::of_word(&project.snapshot, &word)? {
        Some(input) => Ok(input),
        None => Ok(Input::Page(named(env, project, path))),
    }
}

/// A file or folder as the project names it; the empty name is the whole project.
fn within(env: &Env, project: &Opened, path: &Path) -> String {
    let full = env.cwd.join(path);
    let full = full.canonicalize().unwrap_or(full);
    match full == project.root {
        true => String::new(),
        false => named(env, project, path),
    }
}

/// The file that open questions are asked in.
fn asks_in(project: &Opened, input: &Input) -> String {
    match input {
        Input::Page(path) => path.clone(),
        Input::Ticket(id) => {
            let found = project.snapshot.ticket(&TicketId::new(id));
            found.map_or_else(String::new, |it| it.0.to_string())
        }
        Input::Todos(_) => REQUIREMENTS.to_owned(),
    }
}

/// Asks a person what the page leaves open, and writes the answers into it.
fn answers(env: &Env, screen: &Screen, page: &str) -> Result<(), Failure> {
    if screen.json || !screen.terminal.stdin || !screen.terminal.stderr {
        return Ok(());
    }
    let project = open(env, screen, &[])?;
    let text = std::fs::read_to_string(project.root.join(page)).unwrap_or_default();
    let root = project.root.clone();
    drop(project);
    for asked in questions::open(page, &text) {
        let question = format!(
            "{YELLOW}{}{YELLOW:#} {DIM}[nothing: later]{DIM:#}",
            printable(&asked.text)
        );
        let Some(answer) = screen.ask(&question) else {
            continue;
        };
        // Each answer is a change of its own, on what the one before left.
        let project = open(env, screen, &[])?;
        let mut source = ProjectSource::new(&root, env);
        let change =
            questions::answered(&project.snapshot, page, &asked.text, &answer, &mut source);
        if let Some(change) = change {
            write::apply(&root, &change)?;
        }
    }
    Ok(())
}

fn carry_out(
    project: &Opened,
    input: &Input,
    mut planned: Plan,
    source: &mut ProjectSource,
) -> Result<Plan, Failure> {
    for _ in 1..MAX_TRIES {
        match write::apply(&project.root, &planned.change) {
            // Somebody has drawn one of the same ids a moment ago.
            Err(WriteError::Exists { .. }) => {
                planned = plan::plan(&project.snapshot, input, source)?;
            }
            done => {
                done?;
                return Ok(planned);
            }
        }
    }
    write::apply(&project.root, &planned.change)?;
    Ok(planned)
}

pub(super) fn draw(plan: &PlanOutput) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_plan(&mut out, plan);
    out
}

fn write_plan(out: &mut String, plan: &PlanOutput) -> std::fmt::Result {
    let made = if plan.done { "made: " } else { "" };
    for it in &plan.requirements {
        writeln!(
            out,
            "{GREEN}{}{GREEN:#} {BOLD}{}{BOLD:#}",
            it.id,
            printable(&it.title)
        )?;
        for criterion in &it.criteria {
            writeln!(out, "    {DIM}[ ]{DIM:#} {}", printable(criterion))?;
        }
        if it.criteria.is_empty() {
            writeln!(
                out,
                "    {DIM}no criteria: nest them under it in {}:{}{DIM:#}",
                it.path, it.line
            )?;
        }
        for ticket in plan.tickets.iter().filter(|of| of.requirement == it.id) {
            write_ticket(out, ticket)?;
        }
    }
    let is_known = |id: &str| !plan.requirements.iter().any(|it| it.id == id);
    for ticket in plan.tickets.iter().filter(|it| is_known(&it.requirement)) {
        writeln!(out, "{DIM}{} has no ticket yet{DIM:#}", ticket.requirement)?;
        write_ticket(out, ticket)?;
    }
    for it in &plan.changed {
        writeln!(
            out,
            "{YELLOW}changed{YELLOW:#} {}:{} \"{}\": {} was made from other words; `docket align` shows what follows",
            it.path,
            it.line,
            printable(&it.text),
            it.requirement,
        )?;
    }
    for it in &plan.questions {
        writeln!(
            out,
            "{YELLOW}open{YELLOW:#} {}:{} {}",
            it.path,
            it.line,
            printable(&it.text)
        )?;
    }
    if !plan.questions.is_empty() {
        writeln!(
            out,
            "{DIM}answer a question in an item nested under it{DIM:#}"
        )?;
    }
    if !plan.linked.is_empty() {
        writeln!(
            out,
            "{DIM}TODOs linked in {}{DIM:#}",
            printable(&plan.linked.join(", "))
        )?;
    }
    if plan.left > 0 {
        writeln!(
            out,
            "{DIM}{} of TODOs are for another time: plan again{DIM:#}",
            count(plan.left, "more ticket")
        )?;
    }
    match (plan.requirements.len(), plan.tickets.len()) {
        (0, 0) if plan.pages.is_empty() && plan.linked.is_empty() => {
            writeln!(out, "Nothing new in {}.", plan.page)
        }
        (requirements, tickets) => {
            let pages: Vec<_> = plan.pages.iter().map(String::as_str).collect();
            writeln!(
                out,
                "\n{made}{}, {}; {}",
                count(requirements, "requirement"),
                count(tickets, "ticket"),
                pages.join(", ")
            )
        }
    }
}

fn write_ticket(out: &mut String, ticket: &crate::plan::PlannedRow) -> std::fmt::Result {
    write!(
        out,
        "    {CYAN}{}{CYAN:#} {}",
        ticket.id,
        printable(&ticket.title)
    )?;
    if let Some(it) = &ticket.priority {
        write!(out, "  {DIM}{it}{DIM:#}")?;
    }
    if let Some(it) = ticket.estimate {
        write!(out, "  {DIM}{}{DIM:#}", count(it as usize, "point"))?;
    }
    if !ticket.depends_on.is_empty() {
        write!(out, "  {DIM}after {}{DIM:#}", ticket.depends_on.join(", "))?;
    }
    writeln!(out)
}

fn draw_coverage(covered: &CoverageOutput, width: usize) -> String {
    if covered.requirements.is_empty() {
        return "No requirement yet: `docket plan` makes them of a brief.\n".to_owned();
    }
    let rows: Vec<_> = covered
        .requirements
        .iter()
        .map(|it| {
            let tickets = it
                .tickets
                .iter()
                .map(|it| format!("{} {}", it.id, it.status));
            let tickets: Vec<_> = tickets.collect();
            let (said, style) = match tickets.is_empty() {
                true => ("no ticket".to_owned(), YELLOW),
                false => (tickets.join(", "), Style::new()),
            };
            vec![
                cell(it.id.as_str(), GREEN),
                cell(it.title.as_str(), Style::new()),
                cell(said, style),
            ]
        })
        .collect();
    table(&rows, 1, width)
}

/// `docket schema`
pub(super) fn schema(env: &Env, screen: &Screen, args: &args::Schema) -> Result<u8, Failure> {
    let page = match &args.page {
        Some(path) => named(env, &open(env, screen, &[])?, path),
        None => docket_core::schema::PAGE.to_owned(),
    };
    proposals::run(env, screen, &Wanted::Schema { page }, &args.how)
}

/// `docket write-docs`
pub(super) fn write_docs(
    env: &Env,
    screen: &Screen,
    args: &args::WriteDocs,
) -> Result<u8, Failure> {
    let path = named(env, &open(env, screen, &[])?, &args.path);
    proposals::run(env, screen, &Wanted::WriteDocs { path }, &args.how)
}

/// The path of a file that a person names, relative to the project's root; as it was named where it
/// is elsewhere.
pub(super) fn named(env: &Env, project: &Opened, path: &Path) -> String {
    let full = env.cwd.join(path);
    let full = full.canonicalize().unwrap_or(full);
    relative(&project.root, &full).unwrap_or_else(|| path.display().to_string())
}
