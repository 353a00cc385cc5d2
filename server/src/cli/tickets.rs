//! Tickets as rows, and how the terminal finds and draws them: `list`, `next`, `board`.

use std::cmp::Reverse;
use std::fmt::Write;

use anstyle::Style;
use docket_core::config::StatusKind;
use docket_core::ide::tickets as ide;
use docket_core::score::Part;
use docket_core::ticket::{Priority, Ticket};
use docket_core::world::Snapshot;
use jiff::civil::Date;

use super::args::{Board, List, Next};
use super::check::count;
use super::failure::{Failure, FailureKind};
use super::open::{Opened, open};
use super::rows::{CriteriaRow, SCHEMA, TicketRow, TicketsOutput, WhyRow};
use super::screen::{BLUE, BOLD, CYAN, DIM, GREEN, RED, Screen, YELLOW};
use super::table::{Cell, cell, fit, printable, table};
use crate::env::Env;

/// What a terminal is told in a project without tickets.
pub(super) const NO_TICKETS: &str = "no tickets yet; make one: docket new \"What is to be done\"\n";

/// A ticket with what it waits for.
#[derive(Clone)]
pub(super) struct Listed {
    pub(super) row: ide::TicketRow,
    /// Ids that are neither done nor dropped.
    pub(super) waits_for: Vec<String>,
}

pub(super) fn list(env: &Env, screen: &Screen, args: &List) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    let me = project.snapshot.me.clone();
    check_statuses(&project.snapshot, &args.status)?;
    let mut tickets = all(&project);
    let n_all = tickets.len();
    tickets.retain(|it| {
        let row = &it.row;
        has_status(it, &args.status)
            && args
                .label
                .iter()
                .all(|want| row.labels.iter().any(|it| same(it, want)))
            && is_or_none(args.assignee.as_deref(), &row.assignees, me.as_deref())
            && is_or_none(args.milestone.as_deref(), row.milestone.as_slice(), None)
            && args
                .text
                .iter()
                .all(|it| contains(&row.title, it) || contains(&row.id, it))
    });
    if screen.json {
        return print_json(screen, tickets);
    }
    sort_for_people(&project.snapshot, &mut tickets);
    let mut out = draw(&project, &tickets, screen.terminal.width);
    if tickets.is_empty() && screen.terminal.stdout {
        out = match n_all {
            0 => NO_TICKETS.to_owned(),
            _ => format!(
                "none of {} matches; `docket list --status all` lists every one\n",
                count(n_all, "ticket")
            ),
        };
    }
    screen.print(&out)?;
    Ok(0)
}

pub(super) fn next(env: &Env, screen: &Screen, args: &Next) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    let me = project.snapshot.me.clone();
    let mut tickets: Vec<_> = ide::ready(&project.snapshot)
        .into_iter()
        .map(|it| listed(&project.snapshot, it))
        .collect();
    tickets.retain(|it| is_or_none(args.assignee.as_deref(), &it.row.assignees, me.as_deref()));
    tickets.truncate(args.max);
    if screen.json {
        return print_next(screen, &project.snapshot, tickets);
    }
    let mut out = draw(&project, &tickets, screen.terminal.width);
    if args.why {
        out = with_reasons(&project.snapshot, &tickets, &out);
    }
    if tickets.is_empty() && screen.terminal.stdout {
        out = match all(&project).is_empty() {
            true => NO_TICKETS.to_owned(),
            false => {
                "nothing is ready; `docket list` tells what is under way or waits\n".to_owned()
            }
        };
    }
    screen.print(&out)?;
    Ok(0)
}

pub(super) fn board(env: &Env, screen: &Screen, args: &Board) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    let mut tickets = all(&project);
    tickets.retain(|it| args.all || !it.row.status_kind.is_closed());
    if screen.json {
        return print_json(screen, tickets);
    }
    if all(&project).is_empty() && screen.terminal.stdout {
        screen.print(NO_TICKETS)?;
        return Ok(0);
    }
    sort_for_people(&project.snapshot, &mut tickets);
    screen.print(&draw_board(
        &project.snapshot,
        &tickets,
        screen.terminal.width,
        args.all,
    ))?;
    Ok(0)
}

/// Every ticket, by path.
pub(super) fn all(project: &Opened) -> Vec<Listed> {
    let snapshot = &project.snapshot;
    let rows = ide::tickets(snapshot, &ide::Filter::default());
    rows.into_iter().map(|it| listed(snapshot, it)).collect()
}

pub(super) fn listed(snapshot: &Snapshot, row: ide::TicketRow) -> Listed {
    let id = |ticket: &Ticket| Some(ticket.id.as_ref()?.value.clone());
    Listed {
        waits_for: ide::blockers(snapshot, &row.depends_on)
            .filter_map(|(_, ticket)| id(ticket))
            .collect(),
        row,
    }
}

pub(super) fn print_json(screen: &Screen, tickets: Vec<Listed>) -> Result<u8, Failure> {
    screen.print_json(&TicketsOutput {
        schema: SCHEMA,
        tickets: tickets.into_iter().map(|it| output_row(it.row)).collect(),
    })?;
    Ok(0)
}

/// As [`print_json`], each with its score.
fn print_next(screen: &Screen, snapshot: &Snapshot, tickets: Vec<Listed>) -> Result<u8, Failure> {
    let scored = tickets.into_iter().map(|it| {
        let score = ide::score_of(snapshot, &it.row);
        TicketRow {
            score: Some(tenths(score.total())),
            why: Some(score.parts_by_weight().into_iter().map(why).collect()),
            ..output_row(it.row)
        }
    });
    screen.print_json(&TicketsOutput {
        schema: SCHEMA,
        tickets: scored.collect(),
    })?;
    Ok(0)
}

fn why(part: &Part) -> WhyRow {
    WhyRow {
        part: part.name.to_owned(),
        points: tenths(part.points),
        reason: part.reason.clone(),
    }
}

fn tenths(points: f64) -> f64 {
    (points * 10.0).round() / 10.0
}

/// Whole points, and tenths of what is less than one.
fn shown(points: f64) -> String {
    match tenths(points) < 1.0 {
        true => format!("{points:.1}"),
        false => format!("{points:.0}"),
    }
}

/// The drawn lines, each followed by what its score is made of.
fn with_reasons(snapshot: &Snapshot, tickets: &[Listed], drawn: &str) -> String {
    let mut out = String::new();
    for (line, ticket) in drawn.lines().zip(tickets) {
        let score = ide::score_of(snapshot, &ticket.row);
        let mut sum = String::new();
        for (nth, it) in score.parts_by_weight().into_iter().enumerate() {
            let sign = match (nth, it.points < 0.0) {
                (0, true) => "-",
                (0, false) => "",
                (_, true) => " - ",
                (_, false) => " + ",
            };
            // Writing to a string cannot fail.
            let _ = write!(sum, "{sign}{} {}", shown(it.points.abs()), it.reason);
        }
        let _ = writeln!(
            out,
            "{line}\n    {DIM}{:.0} = {}{DIM:#}",
            score.total(),
            printable(&sum)
        );
    }
    out
}

/// How a status looks, by its kind.
pub(super) fn kind_style(kind: StatusKind) -> Style {
    match kind {
        StatusKind::Open => BLUE,
        StatusKind::Active => YELLOW,
        StatusKind::Done => GREEN,
        StatusKind::Dropped => DIM,
    }
}

pub(super) fn priority_style(priority: Option<Priority>) -> Style {
    match priority {
        Some(Priority::Critical) => RED,
        Some(Priority::High) => YELLOW,
        _ => DIM,
    }
}

fn kind_name(kind: StatusKind) -> &'static str {
    match kind {
        StatusKind::Open => "open",
        StatusKind::Active => "active",
        StatusKind::Done => "done",
        StatusKind::Dropped => "dropped",
    }
}

fn output_row(row: ide::TicketRow) -> TicketRow {
    TicketRow {
        id: row.id,
        title: row.title,
        status: row.status,
        kind: kind_name(row.status_kind).to_owned(),
        priority: row.priority.map(|it| it.name().to_owned()),
        r#type: row.kind,
        labels: row.labels,
        assignees: row.assignees,
        milestone: row.milestone,
        parent: row.parent,
        depends_on: row.depends_on,
        due: row.due.map(|it| it.to_string()),
        estimate: row.estimate,
        github: row.github,
        path: row.path.to_string(),
        criteria: CriteriaRow {
            done: row.criteria_done,
            total: row.criteria_total,
        },
        todos: row.n_todos,
        score: None,
        why: None,
    }
}

fn check_statuses(snapshot: &Snapshot, asked: &[String]) -> Result<(), Failure> {
    let kinds = ["open", "active", "done", "dropped", "all"];
    let names: Vec<&str> = snapshot
        .config
        .statuses
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    let known = || names.iter().copied().chain(kinds);
    match asked
        .iter()
        .find(|it| !known().any(|known| same(known, it)))
    {
        None => Ok(()),
        Some(wrong) => Err(
            Failure::new(FailureKind::Usage, format!("`{wrong}` is no status")).hint(format!(
                "statuses: {}; kinds: {}",
                names.join(", "),
                kinds.join(", ")
            )),
        ),
    }
}

/// Without a status asked for, all that is not done or dropped.
fn has_status(ticket: &Listed, asked: &[String]) -> bool {
    match asked.is_empty() {
        true => !ticket.row.status_kind.is_closed(),
        false => asked.iter().any(|it| {
            it == "all"
                || same(it, &ticket.row.status)
                || same(it, kind_name(ticket.row.status_kind))
        }),
    }
}

fn is_or_none(asked: Option<&str>, has: &[String], me: Option<&str>) -> bool {
    match (asked, me) {
        (None, _) => true,
        (Some("none"), _) => has.is_empty(),
        (Some("me"), Some(me)) => has.iter().any(|it| same(it, me)),
        (Some(asked), _) => {
            let asked = asked.trim_start_matches('@');
            has.iter().any(|it| same(it, asked))
        }
    }
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

/// What is under way first, then as a board has it; in a status by priority.
fn sort_for_people(snapshot: &Snapshot, tickets: &mut [Listed]) {
    let order = |it: &Listed| {
        let kind = match it.row.status_kind {
            StatusKind::Active => 0,
            StatusKind::Open => 1,
            StatusKind::Done => 2,
            StatusKind::Dropped => 3,
        };
        let status = snapshot
            .config
            .statuses
            .iter()
            .rposition(|known| known.name == it.row.status);
        (
            kind,
            Reverse(status),
            Reverse(it.row.priority.unwrap_or(Priority::Medium)),
            it.row.due.unwrap_or(Date::MAX),
            it.row.id.clone(),
        )
    };
    tickets.sort_by_cached_key(order);
}

pub(super) fn draw(project: &Opened, tickets: &[Listed], width: usize) -> String {
    let today = project.snapshot.today;
    let rows: Vec<_> = tickets.iter().map(|it| line(it, today)).collect();
    table(&rows, 3, width)
}

fn line(ticket: &Listed, today: Date) -> Vec<Cell> {
    let row = &ticket.row;
    let due_style = match row.due {
        Some(due) if due < today && !ticket.row.status_kind.is_closed() => RED,
        _ => DIM,
    };
    let waits = match ticket.waits_for.is_empty() || row.status_kind.is_closed() {
        true => String::new(),
        false => format!("waits for {}", ticket.waits_for.join(", ")),
    };
    let people: Vec<_> = row.assignees.iter().map(|it| format!("@{it}")).collect();
    let criteria = match row.criteria_total {
        0 => String::new(),
        total => format!("{}/{total}", row.criteria_done),
    };
    vec![
        cell(row.id.as_str(), BOLD),
        cell(row.status.as_str(), kind_style(row.status_kind)),
        cell(
            row.priority.map_or("", Priority::name),
            priority_style(row.priority),
        ),
        cell(row.title.as_str(), Style::new()),
        cell(people.join(" "), CYAN),
        cell(
            row.due.map_or(String::new(), |it| it.to_string()),
            due_style,
        ),
        cell(criteria, DIM),
        cell(waits, DIM),
    ]
}

const WIDEST_BOARD: usize = 160;

fn draw_board(snapshot: &Snapshot, tickets: &[Listed], width: usize, closed: bool) -> String {
    const NARROWEST: usize = 18;
    const GAP: usize = 2;
    let width = width.min(WIDEST_BOARD);
    let columns = snapshot
        .config
        .statuses
        .iter()
        .filter(|it| closed || !it.kind.is_closed())
        .map(|it| (it.name.as_str(), it.kind));
    let mut columns: Vec<(&str, StatusKind, Vec<&Listed>)> = columns
        .map(|(name, kind)| (name, kind, Vec::new()))
        .collect();
    for it in tickets {
        match columns.iter_mut().find(|(name, ..)| *name == it.row.status) {
            Some((_, _, of)) => of.push(it),
            // No column of the configuration; a board that loses tickets is none.
            None => columns.push((&it.row.status, it.row.status_kind, vec![it])),
        }
    }
    let at_once = ((width + GAP) / (NARROWEST + GAP)).clamp(1, columns.len().max(1));
    let column_width = ((width + GAP) / at_once).saturating_sub(GAP).min(40);
    let mut out = String::new();
    for columns in columns.chunks(at_once) {
        let mut rows = vec![
            columns
                .iter()
                .enumerate()
                .map(|(idx, (name, kind, of))| {
                    let head = fit(&format!("{name} {}", of.len()), column_width);
                    // The heads hold the columns apart; a line has no blanks at its end.
                    let head = match idx + 1 == columns.len() {
                        true => head,
                        false => format!("{head:<column_width$}"),
                    };
                    cell(head, kind_style(*kind).bold())
                })
                .collect::<Vec<_>>(),
        ];
        let height = columns.iter().map(|(_, _, of)| of.len()).max().unwrap_or(0);
        for idx in 0..height {
            let at = |f: &dyn Fn(&Listed) -> Cell| -> Vec<Cell> {
                let empty = || cell("", Style::new());
                columns
                    .iter()
                    .map(|(_, _, of)| of.get(idx).map_or_else(empty, |it| f(it)))
                    .collect()
            };
            rows.push(at(&|it| {
                let people: Vec<_> = it.row.assignees.iter().map(|it| format!("@{it}")).collect();
                let head = format!("{} {}", it.row.id, people.join(" "));
                cell(fit(head.trim_end(), column_width), DIM)
            }));
            rows.push(at(&|it| {
                cell(fit(&it.row.title, column_width), Style::new())
            }));
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&table(&rows, usize::MAX, usize::MAX / 2));
    }
    out
}
