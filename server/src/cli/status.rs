//! `docket status`: the project on one screen.

use std::collections::BTreeMap;
use std::fmt::Write;

use docket_core::config::StatusKind;
use docket_core::ide::tickets as ide;
use docket_core::rules::is_tracked;
use docket_core::sync::Mirror;
use docket_store::spending::{DOLLAR, Pico};

use super::check::{counts, findings, told};
use super::failure::Failure;
use super::open::{Opened, open};
use super::rows::{BudgetStatus, SCHEMA, StatusCount, StatusOutput, SyncStatus};
use super::screen::{BOLD, CYAN, DIM, RED, Screen, YELLOW};
use super::table::{cell, fit, printable, table};
use super::tickets::{NO_TICKETS, kind_style};
use crate::ai::{money, purse};
use crate::branches;
use crate::env::Env;

/// How many tickets a part of the screen lists.
const FEW: usize = 5;

pub(super) fn run(env: &Env, screen: &Screen) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    let output = output(env, &project);
    match screen.json {
        true => screen.print_json(&output)?,
        false => screen.print(&draw(&project, &output, screen.terminal.width))?,
    }
    Ok(0)
}

fn output(env: &Env, project: &Opened) -> StatusOutput {
    let snapshot = &project.snapshot;
    let mut tickets: BTreeMap<String, usize> = BTreeMap::new();
    for ticket in ide::tickets(snapshot, &ide::Filter::default()) {
        *tickets.entry(ticket.status).or_default() += 1;
    }
    let known = snapshot.config.statuses.iter().map(|it| it.name.clone());
    let known: Vec<_> = known
        .map(|name| (tickets.remove(&name).unwrap_or(0), name))
        .collect();
    let todos = || snapshot.files().flat_map(|(_, it)| &it.todos);
    StatusOutput {
        schema: SCHEMA,
        root: project.root.display().to_string(),
        branch: branches::current_branch(&project.root),
        me: snapshot.me.as_deref().map(str::to_owned),
        tickets: known
            .into_iter()
            .chain(tickets.into_iter().map(|(name, n)| (n, name)))
            .map(|(count, status)| StatusCount { status, count })
            .collect(),
        todos: todos().count(),
        untracked: todos().filter(|it| !is_tracked(snapshot, it)).count(),
        findings: counts(&findings(project)),
        sync: sync(&snapshot.mirror),
        budget: budget(env, project),
    }
}

/// What this month's models have cost.
fn budget(env: &Env, project: &Opened) -> Option<BudgetStatus> {
    let config = &project.snapshot.config;
    let ledger = purse::ledger_to_read(env, &project.root);
    let sums = ledger.and_then(|it| it.sums(env.today(), None).ok());
    let sums = sums.unwrap_or_default();
    if config.ai.models.is_empty() && config.ai.tasks.is_empty() && sums.month.calls == 0 {
        return None;
    }
    let dollars = |it: Pico| it as f64 / DOLLAR as f64;
    Some(BudgetStatus {
        models: config.ai.models.clone(),
        day: dollars(sums.day.cost),
        day_cap: config.budget.day,
        month: dollars(sums.month.cost),
        month_cap: config.budget.month,
        reserved: dollars(sums.month.reserved),
        calls: sums.month.calls,
    })
}

/// What the last round left; `None` where there was none.
fn sync(mirror: &Mirror) -> Option<SyncStatus> {
    (!mirror.repository.is_empty()).then(|| SyncStatus {
        repository: mirror.repository.clone(),
        fetched: mirror.fetched_at.map(|it| it.to_string()),
        waiting: mirror.outbox.waiting,
        refused: mirror.outbox.refused,
        conflicts: mirror.conflicts.len(),
    })
}

fn draw(project: &Opened, output: &StatusOutput, width: usize) -> String {
    let snapshot = &project.snapshot;
    let name = project.root.file_name().map_or_else(
        || output.root.clone(),
        |it| it.to_string_lossy().into_owned(),
    );
    let mut out = format!("{BOLD}{}{BOLD:#}", printable(&name));
    if let Some(branch) = &output.branch {
        let _ = write!(out, "  on {CYAN}{}{CYAN:#}", printable(branch));
    }
    let _ = writeln!(out, "  {DIM}{}{DIM:#}", printable(&output.root));
    out.push('\n');
    let n_tickets: usize = output.tickets.iter().map(|it| it.count).sum();
    let _ = write!(out, "{:<10}{n_tickets}", "tickets");
    for it in output.tickets.iter().filter(|it| it.count > 0) {
        let style = kind_style(snapshot.config.kind_of(Some(&it.status)));
        let _ = write!(
            out,
            "   {style}{} {}{style:#}",
            it.count,
            printable(&it.status)
        );
    }
    let _ = write!(out, "\n{:<10}{}", "todos", output.todos);
    if output.untracked > 0 {
        let _ = write!(out, "   {DIM}{} untracked{DIM:#}", output.untracked);
    }
    let n_findings = output.findings.total();
    let _ = write!(out, "\n{:<10}{n_findings}", "findings");
    for part in told(output.findings) {
        let _ = write!(out, "   {part}");
    }
    if let Some(it) = &output.sync {
        let _ = write!(out, "\n{:<10}{}", "github", printable(&it.repository));
        let parts = [
            (it.waiting, "waiting", CYAN),
            (it.refused, "refused", YELLOW),
            (it.conflicts, "in conflict", RED),
        ];
        for (n, what, style) in parts.into_iter().filter(|it| it.0 > 0) {
            let _ = write!(out, "   {style}{n} {what}{style:#}");
        }
        match &it.fetched {
            Some(at) => drop(write!(out, "   {DIM}as of {at}{DIM:#}")),
            None => out.push_str("   never fetched"),
        }
    }
    if let Some(it) = &output.budget {
        let money = |it: f64| money::dollars(money::of_dollars(it));
        let _ = write!(
            out,
            "\n{:<10}{} of {} today   {} of {} this month",
            "models",
            money(it.day),
            money(it.day_cap),
            money(it.month),
            money(it.month_cap)
        );
        if it.reserved > 0.0 {
            let _ = write!(out, "   {DIM}{} of it put aside{DIM:#}", money(it.reserved));
        }
    }
    out.push('\n');
    let active = ide::Filter {
        status_kinds: vec![StatusKind::Active],
        ..ide::Filter::default()
    };
    section(
        &mut out,
        "Under way",
        ide::tickets(snapshot, &active),
        width,
    );
    section(&mut out, "Next", ide::ready(snapshot), width);
    if n_tickets == 0 {
        let _ = write!(out, "\n{NO_TICKETS}");
    }
    out
}

fn section(out: &mut String, title: &str, tickets: Vec<ide::TicketRow>, width: usize) {
    if tickets.is_empty() {
        return;
    }
    let n_more = tickets.len().saturating_sub(FEW);
    let rows: Vec<_> = tickets
        .into_iter()
        .take(FEW)
        .map(|it| {
            let people: Vec<_> = it.assignees.iter().map(|it| format!("@{it}")).collect();
            vec![
                cell(format!("  {}", it.id), BOLD),
                cell(it.status, kind_style(it.status_kind)),
                cell(fit(&it.title, width), anstyle::Style::new()),
                cell(people.join(" "), CYAN),
                cell(it.due.map_or(String::new(), |it| it.to_string()), DIM),
            ]
        })
        .collect();
    let _ = write!(out, "\n{BOLD}{title}{BOLD:#}\n{}", table(&rows, 2, width));
    if n_more > 0 {
        let _ = writeln!(out, "  {DIM}and {n_more} more{DIM:#}");
    }
}
