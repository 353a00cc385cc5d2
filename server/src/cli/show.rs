//! `docket show`: one ticket with its TODOs and what it blocks; and finding a ticket by what was typed.

use std::fmt::Write;

use anstyle::Style;
use docket_core::ide::tickets as ide;
use docket_core::ids::TicketId;
use docket_core::sync::fields;
use docket_core::text::decode;
use docket_core::world::Snapshot;

use super::args::Show;
use super::failure::{Failure, FailureKind};
use super::open::{Opened, open};
use super::rows::{CommentRow, CommentsOutput, HistoryOutput, HistoryRow, SCHEMA};
use super::screen::{BOLD, CYAN, DIM, GREEN, MAGENTA, Screen};
use super::table::{cell, printable, table};
use super::tickets::{Listed, kind_style, listed, print_json, priority_style};
use super::todos;
use crate::ai::purse;
use crate::env::Env;
use crate::source;
use crate::sync::mirror;

pub(super) fn run(env: &Env, screen: &Screen, args: &Show) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    let ticket = listed(&project.snapshot, find(&project.snapshot, &args.id)?);
    if args.history {
        return history(env, screen, &project, &ticket.row.id);
    }
    if args.comments {
        return comments(screen, &project.snapshot, &ticket);
    }
    if screen.json {
        return print_json(screen, vec![ticket]);
    }
    screen.print(&draw(env, &project, &ticket, screen.terminal.width))?;
    Ok(0)
}

/// What the log has of a ticket, the newest first.
fn history(env: &Env, screen: &Screen, project: &Opened, id: &str) -> Result<u8, Failure> {
    const MAX: usize = 100;
    let rows = mirror::ledger(&project.root, env)
        .map(|it| it.history(id, MAX))
        .transpose()
        .map_err(|error| {
            Failure::new(FailureKind::Environment, format!("the database: {error}"))
        })?;
    let rows: Vec<HistoryRow> = rows
        .unwrap_or_default()
        .into_iter()
        .map(|it| HistoryRow {
            row: it.seq,
            at: it.act.at.to_string(),
            actor: Some(it.act.actor).filter(|it| !it.is_empty()),
            source: it.act.source.name().to_owned(),
            what: it.act.what,
        })
        .collect();
    if screen.json {
        screen.print_json(&HistoryOutput {
            schema: SCHEMA,
            ticket: id.to_owned(),
            history: rows,
        })?;
        return Ok(0);
    }
    let mut out = String::new();
    for it in &rows {
        let actor = it
            .actor
            .as_ref()
            .map_or(String::new(), |it| format!(" @{it}"));
        let _ = writeln!(
            out,
            "{DIM}{}{DIM:#}  {CYAN}{}{actor}{CYAN:#}  {}",
            it.at,
            it.source,
            printable(&it.what)
        );
    }
    if rows.is_empty() {
        out.push_str("Sync has changed nothing of it; git has what was written by hand.\n");
    }
    screen.print(&out)?;
    Ok(0)
}

/// What the last sync saw of what people said, the oldest first.
fn comments(screen: &Screen, snapshot: &Snapshot, ticket: &Listed) -> Result<u8, Failure> {
    let number = ticket.row.github;
    let known = number.and_then(|it| snapshot.mirror.comments.get(&it));
    let rows: Vec<CommentRow> = known
        .into_iter()
        .flat_map(|it| it.iter())
        .map(|it| CommentRow {
            author: it.author.clone(),
            created: it.created_at.to_string(),
            updated: it.updated_at.to_string(),
            body: fields::normal(fields::without_marker(&it.body)),
        })
        .collect();
    if screen.json {
        screen.print_json(&CommentsOutput {
            schema: SCHEMA,
            ticket: ticket.row.id.clone(),
            github: number,
            comments: rows,
        })?;
        return Ok(0);
    }
    let mut out = String::new();
    for it in &rows {
        let edited = if it.updated == it.created {
            ""
        } else {
            ", edited"
        };
        let head = format!("@{}", printable(&it.author));
        let _ = writeln!(
            out,
            "{CYAN}{head}{CYAN:#}  {DIM}{}{edited}{DIM:#}\n{}\n",
            it.created,
            it.body.lines().map(paint).collect::<Vec<_>>().join("\n")
        );
    }
    if rows.is_empty() {
        out.push_str(match number {
            Some(_) => "No comments are known; `docket sync` asks for them.\n",
            None => "It has no issue: `docket sync --create ID` makes one.\n",
        });
    }
    screen.print(&out)?;
    Ok(0)
}

/// The ticket that `typed` names: its id in any case, or without the prefix.
pub(super) fn find(snapshot: &Snapshot, typed: &str) -> Result<ide::TicketRow, Failure> {
    let typed = typed.trim();
    let bare = format!("{}-{typed}", snapshot.config.prefix);
    if let Some(row) = ide::ticket(snapshot, typed).or_else(|| ide::ticket(snapshot, &bare)) {
        return Ok(row);
    }
    let all = ide::tickets(snapshot, &ide::Filter::default());
    let wanted = TicketId::new(typed);
    let likeness = |row: &ide::TicketRow| {
        let by_id = strsim::jaro_winkler(TicketId::new(&row.id).as_str(), wanted.as_str());
        let by_bare = strsim::jaro_winkler(
            TicketId::new(&row.id).as_str(),
            TicketId::new(&bare).as_str(),
        );
        let in_title = row.title.to_lowercase().contains(&typed.to_lowercase());
        match in_title && typed.len() > 2 {
            true => 1.0,
            false => by_id.max(by_bare),
        }
    };
    let nearest = all
        .iter()
        .map(|it| (likeness(it), it))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.8);
    let failure = Failure::new(
        FailureKind::NotFound,
        format!("there is no ticket `{typed}`"),
    );
    Err(match nearest {
        Some((_, row)) => failure.hint(format!("did you mean {} ({})?", row.id, row.title)),
        None => failure.hint("`docket list --status all` lists them all"),
    })
}

fn draw(env: &Env, project: &Opened, ticket: &Listed, width: usize) -> String {
    let row = &ticket.row;
    let snapshot = &project.snapshot;
    let status = kind_style(row.status_kind);
    let mut out = format!(
        "{BOLD}{}  {}{BOLD:#}\n{status}{}{status:#}",
        printable(&row.id),
        printable(&row.title),
        printable(&row.status)
    );
    let mut add = |text: String, style: Style| {
        if !text.is_empty() {
            let _ = write!(out, "  {style}{}{style:#}", printable(&text));
        }
    };
    add(
        row.priority.map_or("", |it| it.name()).to_owned(),
        priority_style(row.priority),
    );
    add(row.kind.clone().unwrap_or_default(), DIM);
    add(
        row.assignees
            .iter()
            .map(|it| format!("@{it}"))
            .collect::<Vec<_>>()
            .join(" "),
        CYAN,
    );
    add(
        row.labels
            .iter()
            .map(|it| format!("!{it}"))
            .collect::<Vec<_>>()
            .join(" "),
        MAGENTA,
    );
    add(row.milestone.clone().unwrap_or_default(), DIM);
    add(row.due.map_or(String::new(), |it| format!("due {it}")), DIM);
    add(
        row.estimate
            .map_or(String::new(), |it| format!("{it} points")),
        DIM,
    );
    add(row.github.map_or(String::new(), |it| format!("#{it}")), DIM);
    if row.criteria_total > 0 {
        add(
            format!("{}/{} criteria", row.criteria_done, row.criteria_total),
            DIM,
        );
    }
    let _ = writeln!(out, "\n{DIM}{}{DIM:#}", printable(&row.path));
    if let Some(cost) = purse::of_ticket(env, &project.root, &row.id) {
        let _ = writeln!(out, "{DIM}models: {}{DIM:#}", printable(&cost));
    }
    if let Some((commit, subject)) = source::closed_by(&project.root, snapshot, &row.id) {
        let subject = printable(&subject);
        let _ = writeln!(
            out,
            "{GREEN}closed by {commit}{GREEN:#}  {subject}  {DIM}`docket set {} status=done` says so here{DIM:#}",
            printable(&row.id)
        );
    }
    let body = body(project, &row.path);
    if !body.is_empty() {
        let _ = writeln!(
            out,
            "\n{}",
            body.lines().map(paint).collect::<Vec<_>>().join("\n")
        );
    }
    let blocked: Vec<_> = ide::tickets(snapshot, &ide::Filter::default())
        .into_iter()
        .filter(|it| {
            it.depends_on
                .iter()
                .any(|id| TicketId::new(id) == TicketId::new(&row.id))
        })
        .map(|it| it.id)
        .collect();
    section(
        &mut out,
        "Waits for",
        &ids(snapshot, &row.depends_on),
        width,
    );
    section(&mut out, "Blocks", &ids(snapshot, &blocked), width);
    let todos: Vec<_> = todos::rows(project)
        .into_iter()
        .filter(|it| it.ticket.as_deref() == Some(row.id.as_str()))
        .map(|it| {
            vec![
                cell(format!("  {}:{}:{}", it.path, it.line, it.column), DIM),
                cell(it.keyword, MAGENTA),
                cell(it.text, Style::new()),
            ]
        })
        .collect();
    if !todos.is_empty() {
        let _ = write!(out, "\n{BOLD}TODOs{BOLD:#}\n{}", table(&todos, 2, width));
    }
    out
}

/// The Markdown below the front matter.
fn body(project: &Opened, path: &str) -> String {
    let span = project
        .snapshot
        .file(path)
        .and_then(|it| it.ticket.as_ref()?.body);
    let bytes = project.bytes(path).unwrap_or_default();
    let text = decode(&bytes).map_or(Vec::new(), |(text, _)| text.into_owned());
    let body = span.and_then(|it| text.get(it.range())).unwrap_or_default();
    String::from_utf8_lossy(body).trim().to_owned()
}

fn paint(line: &str) -> String {
    let text = printable(line);
    let bare = line.trim_start();
    let style = match bare {
        _ if bare.starts_with('#') => BOLD,
        _ if bare.starts_with("- [x]") || bare.starts_with("- [X]") => GREEN,
        _ => Style::new(),
    };
    format!("{style}{text}{style:#}")
}

fn ids(snapshot: &Snapshot, ids: &[String]) -> Vec<Vec<super::table::Cell>> {
    ids.iter()
        .map(|id| match ide::ticket(snapshot, id) {
            Some(row) => vec![
                cell(format!("  {}", row.id), BOLD),
                cell(row.status, kind_style(row.status_kind)),
                cell(row.title, Style::new()),
            ],
            None => vec![cell(format!("  {id}"), BOLD), cell("unknown", DIM)],
        })
        .collect()
}

fn section(out: &mut String, title: &str, rows: &[Vec<super::table::Cell>], width: usize) {
    if !rows.is_empty() {
        let _ = write!(out, "\n{BOLD}{title}{BOLD:#}\n{}", table(rows, 2, width));
    }
}
