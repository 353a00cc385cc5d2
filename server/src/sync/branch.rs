//! Branches and pull requests as an editor asks for them: the plan, and then that plan and no other.

use std::path::Path;

use docket_core::ide::{self, tickets::TicketRow};
use docket_core::ids::TicketId;
use docket_core::world::Snapshot;
use serde_json::{Value, json};

use super::pulls::{self, Desk, PullOutput, Wish};
use crate::branches;
use crate::env::Env;
use crate::git::{Git, GitError};
use crate::start;

/// How far to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Answers with `plan`, the lines that a person is shown, and `answer`, what there is to say
    /// where nothing is done. No lines: there is nothing to do.
    Plan,
    /// What was shown is done, and nothing where it would be something else by now.
    Do { shown: String },
}

/// Goes to a ticket's branch, which is made where there is none. Without git there is none to make.
///
/// # Errors
///
/// Sentences for the user.
pub fn begin(
    env: &Env,
    root: &Path,
    snapshot: &Snapshot,
    ticket: &str,
    step: &Step,
) -> Result<Value, String> {
    let row = row(snapshot, ticket)?;
    let answer = |branch: Option<&str>, git: &[String], done: Done| json!({ "schema": 1, "branch": branch, "git": git, "done": done == Done::Yes });
    let git = match Git::find(root, env) {
        Ok(git) if branches::git_common_dir(root).is_some() => git,
        Ok(_) | Err(GitError::Missing) => {
            return Ok(json!({ "plan": "", "answer": answer(None, &[], Done::Yes) }));
        }
        Err(error) => return Err(format!("{error}.")),
    };
    let plan = start::plan(root, snapshot, &row, &git);
    let lines = match plan.git.is_empty() {
        true => String::new(),
        false => start::lines(&plan, &row.id).join("\n"),
    };
    let branch = Some(plan.branch.as_str());
    match step {
        Step::Plan => {
            let done = if lines.is_empty() {
                Done::Yes
            } else {
                Done::No
            };
            Ok(json!({ "plan": lines, "answer": answer(branch, &plan.git, done) }))
        }
        Step::Do { shown } if *shown == lines => {
            git.run(&plan.git)
                .map_err(|error| format!("{error}; nothing was forced."))?;
            Ok(answer(branch, &plan.git, Done::Yes))
        }
        Step::Do { .. } => Err(changed()),
    }
}

/// Pushes a ticket's branch and opens its pull request.
///
/// # Errors
///
/// Sentences for the user.
pub fn pull(
    env: &Env,
    root: &Path,
    snapshot: &Snapshot,
    (ticket, draft): (&str, bool),
    step: &Step,
) -> Result<Value, String> {
    let wish = Wish {
        ticket: TicketId::new(&row(snapshot, ticket)?.id),
        draft,
    };
    let told = |error: pulls::PullError| match error.hint() {
        Some(hint) => format!("{error}; {hint}."),
        None => format!("{error}."),
    };
    let written = |it: PullOutput| serde_json::to_value(it).map_err(|error| error.to_string());
    let (mut desk, plan) = Desk::begin(root, env, snapshot, &wish).map_err(told)?;
    let lines = pulls::lines(&plan);
    match step {
        Step::Plan => {
            let output = match plan.is_nothing() {
                true => PullOutput::done(&plan, plan.known.as_ref()),
                false => PullOutput::planned(&plan),
            };
            Ok(json!({ "plan": lines, "answer": written(output)? }))
        }
        Step::Do { shown } if *shown == lines => {
            let pull = desk.carry_out(&plan).map_err(told)?;
            written(PullOutput::done(&plan, pull.as_ref()))
        }
        Step::Do { .. } => Err(changed()),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Yes,
    No,
}

/// A ticket as it is typed, its prefix left out or not.
pub fn row(snapshot: &Snapshot, typed: &str) -> Result<TicketRow, String> {
    let bare = format!("{}-{typed}", snapshot.config.prefix);
    ide::ticket(snapshot, typed)
        .or_else(|| ide::ticket(snapshot, &bare))
        .ok_or_else(|| format!("There is no ticket {typed}."))
}

fn changed() -> String {
    "Things have changed since this was shown, and nothing was done; ask again.".to_owned()
}
