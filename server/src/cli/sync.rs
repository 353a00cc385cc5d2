//! `docket sync`: one round, and what it did.

use std::fmt::Write;

use docket_core::config::sync::Mode;

use super::args::Sync;
use super::failure::{Failure, FailureKind};
use super::open::locate;
use super::outbox::draw_conflicts;
use super::screen::{BLUE, BOLD, CYAN, DIM, GREEN, Screen, YELLOW};
use super::table::printable;
use crate::env::Env;
use crate::project;
use crate::sync::connect::{self, ConnectError};
use crate::sync::output;
use crate::sync::report::{Moved, Report, line};
use crate::sync::round::{SyncError, Wanted};
use crate::sync::{Closed, setup};

pub(super) fn run(env: &Env, screen: &Screen, args: &Sync) -> Result<u8, Failure> {
    let root = locate(env, &[])?.root;
    let config = project::config_of(&root);
    if config.sync.mode == Mode::Off && !args.dry_run {
        return Err(Failure::new(
            FailureKind::Refused,
            "sync is off: it would write synced fields into ticket files",
        )
        .hint("write `mode = \"manual\"` under `[sync]` in `.docs/docket.toml`; `docket sync --dry-run` shows what would happen"));
    }
    let mut setup = setup::open(&root, env, &config)?;
    let progress = screen.waiting("syncing");
    let files = Closed { root: root.clone() };
    let wanted = match (args.dry_run, args.full) {
        (true, _) => Wanted::Plan,
        (false, true) => Wanted::Full,
        (false, false) => Wanted::Changes,
    };
    let create: Vec<String> = args
        .create
        .iter()
        .map(|it| match it.contains('-') {
            true => it.clone(),
            false => format!("{}-{it}", config.prefix),
        })
        .collect();
    let report = connect::round(
        &mut setup,
        &files,
        &connect::Job {
            root: &root,
            env,
            config: &config,
            wanted,
            create: &create,
            progress: &|it| progress.say(it),
        },
        async {
            // Where signals cannot be caught, one ends the process, and the next round goes on.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        },
    )?;
    drop(progress);
    match screen.json {
        true => screen.print_json(&output::sync(&report, args.dry_run))?,
        false => screen.print(&draw(&report, args.dry_run))?,
    }
    let is_fine =
        report.conflicts.is_empty() && report.troubles.is_empty() && report.offline.is_none();
    Ok(u8::from(!is_fine))
}

fn draw(report: &Report, dry: bool) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    for it in &report.pulled {
        let _ = writeln!(out, "{BLUE}from GitHub{BLUE:#}  {}", moved(it));
    }
    for it in &report.imported {
        let ticket = match it.ticket.is_empty() {
            true => "new ticket".to_owned(),
            false => it.ticket.clone(),
        };
        let issue = it.issue.map_or(String::new(), |it| format!("#{it}"));
        let _ = writeln!(
            out,
            "{BLUE}from GitHub{BLUE:#}  {BOLD}{ticket}{BOLD:#} {DIM}{issue}{DIM:#} {}",
            printable(&it.title)
        );
    }
    for it in &report.pushed {
        let _ = writeln!(out, "{GREEN}to GitHub{GREEN:#}    {}", moved(it));
    }
    for it in &report.created {
        let issue = it
            .issue
            .map_or("new issue".to_owned(), |it| format!("#{it}"));
        let _ = writeln!(
            out,
            "{GREEN}to GitHub{GREEN:#}    {BOLD}{}{BOLD:#} {DIM}{issue}{DIM:#} {}",
            it.ticket,
            printable(&it.title)
        );
    }
    out.push_str(&draw_conflicts(&report.conflicts));
    for it in &report.left {
        let _ = writeln!(
            out,
            "{YELLOW}left alone{YELLOW:#}   {BOLD}{}{BOLD:#} {DIM}#{}{DIM:#} {}",
            it.ticket,
            it.issue,
            printable(&it.why)
        );
    }
    for it in &report.troubles {
        let _ = writeln!(out, "{YELLOW}trouble{YELLOW:#}      {}", printable(it));
    }
    if let Some(why) = &report.cache_only {
        let _ = writeln!(out, "{DIM}{}{DIM:#}", printable(why));
    }
    if let Some(why) = &report.offline {
        let _ = writeln!(out, "{YELLOW}offline{YELLOW:#}      {}", printable(why));
    }
    let what = match (dry, report.is_quiet()) {
        (_, true) => "nothing to do",
        (true, false) => "nothing done yet: `docket sync` does it",
        (false, false) => "done",
    };
    let _ = write!(
        out,
        "{DIM}{}: {what}, {} changed there, {} requests",
        printable(&report.repository),
        report.fetched,
        report.sent
    );
    if report.outbox.waiting > 0 {
        let _ = write!(
            out,
            "{DIM:#}, {CYAN}{} waiting{CYAN:#}{DIM}",
            report.outbox.waiting
        );
    }
    if report.outbox.refused > 0 {
        let _ = write!(
            out,
            "{DIM:#}, {YELLOW}{} refused{YELLOW:#} (`docket outbox`){DIM}",
            report.outbox.refused
        );
    }
    let _ = writeln!(out, "{DIM:#}");
    out
}

fn moved(it: &Moved) -> String {
    format!(
        "{BOLD}{}{BOLD:#} {DIM}#{}{DIM:#} {}",
        it.ticket,
        it.issue,
        printable(&line(it.field, &it.from, &it.to))
    )
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        let (kind, hint) = match &error {
            ConnectError::Sync(SyncError::Busy(_)) => (FailureKind::Refused, None),
            _ => (FailureKind::Environment, None::<String>),
        };
        let hint = hint.or_else(|| error.hint());
        let failure = Self::new(kind, &error);
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
