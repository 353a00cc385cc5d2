//! `docket plan` and `docket align`: from a brief to tickets, and what is out of line with it.

use std::fmt::Write;
use std::path::Path;

use anstyle::Style;
use docket_core::edit::Change;
use docket_core::ids::TicketId;
use docket_core::lineage::{Origin, align};
use docket_core::plan::{self, BRIEF, Plan, PlanError, questions};
use docket_store::Trouble;

use super::args;
use super::change::MAX_TRIES;
use super::check::count;
use super::failure::{Failure, FailureKind};
use super::open::{Opened, open, relative};
use super::proposals;
use super::screen::{BOLD, CYAN, DIM, GREEN, Screen, YELLOW};
use super::table::{cell, printable, table};
use crate::dismissed;
use crate::env::Env;
use crate::plan::{AlignOutput, CoverageOutput, OutdatedRow, PlanOutput, coverage};
use crate::plan::{derived, derived_paths, outdated};
use crate::propose::{ProposalsOutput, Wanted, of_updates};
use crate::source::ProjectSource;
use crate::write::{self, WriteError};

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        let kind = match error {
            PlanError::NoBrief(_) => FailureKind::NotFound,
            PlanError::Nothing(_) => FailureKind::Refused,
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
    let page = match &args.page {
        Some(path) => named(env, &project, path),
        None => BRIEF.to_owned(),
    };
    if !args.no_model && !project.snapshot.config.ai.models_for("plan").is_empty() {
        let how = args::Propose {
            yes: args.yes,
            dry_run: args.dry_run,
            no_model: false,
            again: args.again,
        };
        drop(project);
        let code = proposals::plan(env, screen, page.clone(), &how)?;
        return answers(env, screen, &page).map(|()| code);
    }
    let mut source = ProjectSource::new(&project.root, env);
    let mut planned = plan::plan(&project.snapshot, &page, &mut source)?;
    let told = PlanOutput::new(&project.snapshot, &page, &planned, false);
    let is_new = planned.change != Change::default();
    let drawn = draw(&told);
    let does = is_new && !args.dry_run && (args.yes || screen.confirm(&drawn)?);
    if does {
        planned = carry_out(&project, &page, planned, &mut source)?;
    }
    let told = PlanOutput::new(&project.snapshot, &page, &planned, does);
    match screen.json {
        true => screen.print_json(&told)?,
        false => screen.print(&draw(&told))?,
    }
    drop(project);
    answers(env, screen, &page).map(|()| 0)
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
    page: &str,
    mut planned: Plan,
    source: &mut ProjectSource,
) -> Result<Plan, Failure> {
    for _ in 1..MAX_TRIES {
        match write::apply(&project.root, &planned.change) {
            // Somebody has drawn one of the same ids a moment ago.
            Err(WriteError::Exists { .. }) => {
                planned = plan::plan(&project.snapshot, page, source)?;
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
                plan.page, it.line
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
            plan.page,
            it.line,
            printable(&it.text),
            it.requirement,
        )?;
    }
    for it in &plan.questions {
        writeln!(
            out,
            "{YELLOW}open{YELLOW:#} {}:{} {}",
            plan.page,
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
    match (plan.requirements.len(), plan.tickets.len()) {
        (0, 0) if plan.pages.is_empty() => writeln!(out, "Nothing new in {}.", plan.page),
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

pub(super) fn align(env: &Env, screen: &Screen, args: &args::Align) -> Result<u8, Failure> {
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

/// The path of a file that a person names, relative to the project's root; as it was named where it
/// is elsewhere.
fn named(env: &Env, project: &Opened, path: &Path) -> String {
    let full = env.cwd.join(path);
    let full = full.canonicalize().unwrap_or(full);
    relative(&project.root, &full).unwrap_or_else(|| path.display().to_string())
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
