//! Verbs that propose, and `docket proposals`: shown as a patch, then accepted or refused.

use std::fmt::Write;

use docket_ai::{Cancel, Progress};
use docket_core::edit::Change;
use docket_core::plan::Input;

use super::args::{self, ProposalsVerb};
use super::failure::{Failure, FailureKind};
use super::open::{Opened, open};
use super::screen::{BOLD, CYAN, DIM, GREEN, RED, Screen, YELLOW};
use super::table::{cell, printable, table};
use crate::ai::end_replay;
use crate::analyze::Analysis;
use crate::env::Env;
use crate::plan::PlanOutput;
use crate::propose::{
    self, Again, DecidedOutput, How, Means, Project, Proposal, ProposalRow, ProposalsOutput,
    ProposeError, Teller, Wanted,
};
use crate::write;

impl From<ProposeError> for Failure {
    fn from(error: ProposeError) -> Self {
        let kind = match &error {
            ProposeError::NoProposal(_)
            | ProposeError::Core(docket_core::propose::ProposeError::NoTicket(_)) => {
                FailureKind::NotFound
            }
            ProposeError::Models(_) | ProposeError::Store(_) | ProposeError::Prompt(_) => {
                FailureKind::Environment
            }
            _ => FailureKind::Refused,
        };
        let failure = Self::new(kind, printable(&error.to_string()));
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// Makes a proposal, shows it, and carries it out where the user says so.
pub(super) fn run(
    env: &Env,
    screen: &Screen,
    wanted: &Wanted,
    args: &args::Propose,
) -> Result<u8, Failure> {
    run_all(env, screen, [wanted.clone()], args)
}

/// The same one after the other, each on what the one before left.
pub(super) fn run_all(
    env: &Env,
    screen: &Screen,
    wanted: impl IntoIterator<Item = Wanted>,
    args: &args::Propose,
) -> Result<u8, Failure> {
    let mut proposals = Vec::new();
    for wanted in wanted {
        let opened = open(env, screen, &[])?;
        let project = project(&opened, env);
        let proposal = made(screen, &project, &wanted, args)?;
        proposals.push(decide(screen, &project, &proposal, args)?);
    }
    end_replay(env).map_err(ProposeError::from)?;
    if screen.json {
        screen.print_json(&ProposalsOutput {
            schema: 1,
            proposals,
        })?;
    }
    Ok(0)
}

pub(super) fn project(opened: &Opened, env: &Env) -> Project {
    Project {
        root: opened.root.clone(),
        env: env.clone(),
        snapshot: (*opened.snapshot).clone(),
    }
}

fn made(
    screen: &Screen,
    project: &Project,
    wanted: &Wanted,
    args: &args::Propose,
) -> Result<Proposal, Failure> {
    let how = How {
        means: match args.no_model {
            true => Means::None,
            false => Means::Configured,
        },
        again: again(args.again),
    };
    let made = wait_for(screen, async |progress, cancel| {
        propose::propose(project, wanted, how, progress, cancel).await
    })?;
    Ok(made?)
}

fn again(asked: bool) -> Again {
    match asked {
        true => Again::Yes,
        false => Again::No,
    }
}

/// What a model says of an analysis; nothing where none is named for it.
pub(super) fn words(
    screen: &Screen,
    project: &Project,
    analysis: &mut Analysis,
    args: &args::Analyze,
) -> Result<(), Failure> {
    let how = How {
        means: Means::Configured,
        again: again(args.again),
    };
    let words = wait_for(screen, async |progress, cancel| {
        propose::words(project, &analysis.found, how, progress, cancel).await
    })?;
    analysis.take(words)?;
    Ok(end_replay(&project.env).map_err(ProposeError::from)?)
}

/// Waits for a model, and tells what it does; Ctrl-C hangs up.
fn wait_for<T>(
    screen: &Screen,
    ask: impl AsyncFnOnce(&dyn Progress, &Cancel) -> Result<T, ProposeError>,
) -> Result<Result<T, ProposeError>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|it| Failure::new(FailureKind::Environment, it))?;
    let progress = screen.waiting("working");
    let teller = Teller::new(|said: &str| progress.say(&printable(said)));
    let cancel = Cancel::new();
    Ok(runtime.block_on(async {
        let asked = ask(&teller, &cancel);
        tokio::pin!(asked);
        tokio::select! {
            made = &mut asked => made,
            Ok(()) = tokio::signal::ctrl_c() => {
                cancel.cancel();
                asked.await
            }
        }
    }))
}

/// Shows it, and accepts it where the user says so; else it waits.
fn decide(
    screen: &Screen,
    project: &Project,
    proposal: &Proposal,
    args: &args::Propose,
) -> Result<ProposalRow, Failure> {
    let row = |state| ProposalRow::new(&project.root, &project.snapshot, proposal, state);
    let shown = draw(&row("waiting"));
    let does = !args.dry_run && (args.yes || screen.confirm(&shown)?);
    let told = match does {
        true => {
            // Before it is made: afterwards its files are others.
            let told = row("accepted");
            carry_out(project, proposal)?;
            told
        }
        false => row("waiting"),
    };
    if screen.json {
        return Ok(told);
    }
    screen.print(&draw(&told))?;
    if !does {
        waits(screen, &proposal.id);
    }
    Ok(told)
}

fn carry_out(project: &Project, proposal: &Proposal) -> Result<(), Failure> {
    let proposal = propose::accept(project, &proposal.id)?;
    if proposal.body.change != Change::default() {
        write::apply(&project.root, &proposal.body.change)?;
    }
    Ok(propose::accepted(project, &proposal)?)
}

/// `docket plan` with a model: shown as a plan, and as a patch by `docket proposals show`.
pub(super) fn plan(
    env: &Env,
    screen: &Screen,
    of: Input,
    args: &args::Propose,
) -> Result<u8, Failure> {
    let opened = open(env, screen, &[])?;
    let project = project(&opened, env);
    let proposal = made(screen, &project, &Wanted::Plan(of), args)?;
    end_replay(env).map_err(ProposeError::from)?;
    let told = proposal.body.told.clone().unwrap_or_default();
    let mut plan: PlanOutput =
        serde_json::from_value(told).map_err(|it| Failure::new(FailureKind::Environment, it))?;
    let row = |state| ProposalRow::new(&project.root, &project.snapshot, &proposal, state);
    let does = !args.dry_run && (args.yes || screen.confirm(&super::plan::draw(&plan))?);
    plan.proposal = Some(row(if does { "accepted" } else { "waiting" }));
    plan.done = does;
    if does {
        carry_out(&project, &proposal)?;
    }
    if screen.json {
        screen.print_json(&plan)?;
        return Ok(0);
    }
    screen.print(&super::plan::draw(&plan))?;
    if let Some(origin) = &proposal.body.origin {
        screen.note(&format!(
            "{DIM}{}{DIM:#}",
            printable(&origin.line(&proposal.id))
        ));
    }
    if !does {
        waits(screen, &proposal.id);
    }
    Ok(0)
}

fn waits(screen: &Screen, id: &str) {
    screen.note(&format!(
        "{DIM}it waits: `docket proposals show {id}` is its patch; `accept` makes it so, `refuse` lets it go{DIM:#}"
    ));
}

/// `docket proposals`.
pub(super) fn proposals(env: &Env, screen: &Screen, args: &args::Proposals) -> Result<u8, Failure> {
    let opened = open(env, screen, &[])?;
    let project = project(&opened, env);
    let waiting = propose::waiting(&project.root, env);
    let rows = || ProposalsOutput::new(&project.root, &project.snapshot, &waiting);
    match args.verb.as_ref().unwrap_or(&ProposalsVerb::List) {
        ProposalsVerb::List if screen.json => screen.print_json(&rows())?,
        ProposalsVerb::List => screen.print(&list(&rows(), screen.terminal.width))?,
        ProposalsVerb::Show { id } => {
            let mut rows = rows();
            rows.proposals.retain(|it| it.id.eq_ignore_ascii_case(id));
            let found = rows.proposals.first();
            let row = found.ok_or_else(|| ProposeError::NoProposal(id.clone()))?;
            match screen.json {
                true => screen.print_json(&rows)?,
                false => screen.print(&draw(row))?,
            }
        }
        ProposalsVerb::Accept { id } => {
            let proposal = propose::accept(&project, id)?;
            let row = ProposalRow::new(&project.root, &project.snapshot, &proposal, "accepted");
            carry_out(&project, &proposal)?;
            decided(screen, row)?;
        }
        ProposalsVerb::Refuse { id } => {
            let proposal = propose::refuse(&project, id)?;
            let row = ProposalRow::new(&project.root, &project.snapshot, &proposal, "refused");
            decided(screen, row)?;
        }
    }
    Ok(0)
}

fn decided(screen: &Screen, row: ProposalRow) -> Result<(), Failure> {
    match screen.json {
        true => screen.print_json(&DecidedOutput::new(row)),
        false => screen.print(&draw(&row)),
    }
}

fn list(rows: &ProposalsOutput, width: usize) -> String {
    if rows.proposals.is_empty() {
        return "No proposal waits.\n".to_owned();
    }
    let cells: Vec<_> = rows
        .proposals
        .iter()
        .map(|it| {
            vec![
                cell(it.id.clone(), YELLOW),
                cell(it.verb.clone(), DIM),
                cell(printable(&it.title), BOLD),
                cell(it.model.clone().unwrap_or_default(), DIM),
            ]
        })
        .collect();
    table(&cells, 2, width)
}

fn draw(row: &ProposalRow) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let state = match row.state.as_str() {
        "accepted" => format!("{GREEN}accepted{GREEN:#} "),
        "refused" => format!("{RED}refused{RED:#} "),
        _ => String::new(),
    };
    let _ = writeln!(
        out,
        "{state}{YELLOW}{}{YELLOW:#} {BOLD}{}{BOLD:#}",
        row.id,
        printable(&row.title)
    );
    for it in row.notes.iter().filter(|it| !it.trim().is_empty()) {
        let _ = writeln!(out, "  {}", printable(it));
    }
    if let (Some(model), Some(prompt)) = (&row.model, &row.prompt) {
        let cost = row.cost.as_deref().unwrap_or("cost unknown");
        let _ = writeln!(
            out,
            "  {DIM}{}, {}, {cost}{DIM:#}",
            printable(model),
            printable(prompt)
        );
    }
    out.push('\n');
    for line in row.diff.lines() {
        let text = printable(line);
        let _ = match line.as_bytes().first() {
            _ if line.starts_with("---") || line.starts_with("+++") => {
                writeln!(out, "{BOLD}{text}{BOLD:#}")
            }
            Some(b'+') => writeln!(out, "{GREEN}{text}{GREEN:#}"),
            Some(b'-') => writeln!(out, "{RED}{text}{RED:#}"),
            Some(b'@') => writeln!(out, "{CYAN}{text}{CYAN:#}"),
            _ => writeln!(out, "{text}"),
        };
    }
    out
}
