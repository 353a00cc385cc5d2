//! `docket new --todo` and `--issue`: the ticket that a TODO asks for, and a ticket's issue.

use std::path::PathBuf;

use docket_core::edit::Change;
use docket_core::ide;
use docket_core::ide::ActionData;
use docket_core::ide::actions::{ToSend, to_send};
use docket_core::span::Encoding;
use docket_core::ticket;

use super::{MAX_TRIES, tell};
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::open::{Opened, locate, open};
use crate::cli::screen::Screen;
use crate::env::Env;
use crate::source::ProjectSource;
use crate::sync::ask::{self, AskError};
use crate::tickets::ChangeError;
use crate::write::{self, WriteError};

/// The new ticket is to have an issue.
#[derive(Clone, Copy, Debug)]
pub(super) struct WithIssue;

pub(super) fn run(
    env: &Env,
    screen: &Screen,
    typed: &str,
    issue: Option<WithIssue>,
) -> Result<u8, Failure> {
    let (file, line) = place(typed)?;
    let paths = [PathBuf::from(file)];
    let path = locate(env, &paths)?.filter.into_iter().next();
    let project = open(env, screen, &paths)?;
    let todo = path.and_then(|path| {
        let fingerprint = todo_at(&project, &path, line)?;
        Some((path, fingerprint))
    });
    let (path, todo) = todo.ok_or_else(|| {
        Failure::new(
            FailureKind::NotFound,
            format!("there is no TODO at `{typed}`"),
        )
        .hint(format!("`docket todos {file}` lists those that are"))
    })?;
    let action = match issue {
        Some(WithIssue) => {
            refuse_unsynced(&project)?;
            ActionData::CreateIssue { path, todo }
        }
        None => ActionData::CreateTicket { path, todo },
    };
    let mut source = ProjectSource::new(&project.root, env);
    let failed = |it: ide::Refusal| Failure::from(ChangeError::Impossible(it));
    let mut tries = 0;
    let change = loop {
        tries += 1;
        let change = ide::resolve(&project.snapshot, &action, &mut source).map_err(failed)?;
        match write::apply(&project.root, &change) {
            // As in `docket new`.
            Err(WriteError::Exists { .. }) if tries < MAX_TRIES => continue,
            done => done?,
        };
        break change;
    };
    let send = to_send(&project.snapshot, &action, &change, &mut source).map_err(failed)?;
    if let Some(send) = send {
        put(env, screen, &project, &send)?;
    }
    let id = made(&project, &change);
    // The file may be of another project than the one around the current folder.
    let mut there = env.clone();
    there.cwd.clone_from(&project.root);
    drop(project);
    tell(&there, screen, &id)
}

/// Refuses before anything is made what could not be sent.
pub(super) fn refuse_unsynced(project: &Opened) -> Result<(), Failure> {
    match project.snapshot.config.sync.mode {
        docket_core::config::sync::Mode::Off => Err(AskError::Off.into()),
        _ => Ok(()),
    }
}

/// Puts the issue of a ticket that is made into the outbox.
pub(super) fn put(
    env: &Env,
    screen: &Screen,
    project: &Opened,
    send: &ToSend,
) -> Result<(), Failure> {
    let config = &project.snapshot.config;
    ask::put(&project.root, env, config, send)?;
    if !screen.json {
        screen.note("its issue waits in the outbox: `docket sync` makes it");
    }
    Ok(())
}

/// `src/a.rs:12`, also with a column behind it, as other programs print places.
fn place(typed: &str) -> Result<(&str, u32), Failure> {
    let number = |it: &str| it.parse::<u32>().ok().filter(|it| *it > 0);
    let (rest, last) = typed.rsplit_once(':').unwrap_or((typed, ""));
    let found = match (rest.rsplit_once(':'), number(last)) {
        (Some((file, line)), Some(column)) => match number(line) {
            Some(line) => Some((file, line)),
            None => Some((rest, column)),
        },
        (None, Some(line)) => Some((rest, line)),
        (_, None) => None,
    };
    found.ok_or_else(|| {
        Failure::new(FailureKind::Usage, format!("`{typed}` is no PATH:LINE"))
            .hint("as in `docket new --todo src/parser.rs:12`")
    })
}

/// The fingerprint of the TODO that stands in a line, from 1.
fn todo_at(project: &Opened, path: &str, line: u32) -> Option<String> {
    let facts = project.snapshot.file(path)?;
    let line_of = |offset| project.position(path, offset, Encoding::Utf8).line;
    let found = facts
        .todos
        .iter()
        .find(|it| (line_of(it.whole.start)..=line_of(it.whole.end)).contains(&line));
    found.map(|it| it.fingerprint.clone())
}

/// The id of the ticket that a change makes.
fn made(project: &Opened, change: &Change) -> String {
    let config = &project.snapshot.config;
    let file = change.creates.first();
    let parsed = file.map(|it| ticket::parse(it.text.as_bytes(), config).ticket);
    parsed
        .and_then(|it| it.id)
        .map_or_else(String::new, |it| it.value)
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Self {
        let kind = match &error {
            AskError::Off | AskError::HasIssue(_) => FailureKind::Refused,
            AskError::Setup(_) | AskError::Store(_) => FailureKind::Environment,
        };
        let failure = Self::new(kind, &error);
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
