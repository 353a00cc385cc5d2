//! Proposals: what a model, or a rule of thumb, makes of a ticket, page or change, kept until a
//! person accepts or refuses it. Every door asks here.
//!
//! Nothing is written before it is accepted. The same question is not asked again while its answer
//! waits, and not after it was refused.

mod analyzed;
mod ask;
mod cost;
mod decide;
mod derived;
mod discussed;
mod documented;
mod output;
mod planned;
mod schema;
mod teller;
#[cfg(test)]
mod tests;
mod verbs;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use docket_ai::{AskError, Cancel, Progress};
use docket_core::edit::Change;
use docket_core::ids;
use docket_core::plan::{Input, PlanError};
use docket_core::propose as core;
use docket_core::propose::discuss::Talk;
use docket_core::text::Hash;
use docket_core::world::Snapshot;
use docket_store::Trouble;
use docket_store::proposals::{self as kept, Proposals, State};
use serde::{Deserialize, Serialize};

use crate::ai::ModelsError;
use crate::ai::money::dollars;
use crate::env::Env;
use crate::location;

pub use analyzed::{Words, words};
pub use cost::{Cost, of_updates};
pub use decide::{accept, accepted, refuse};
pub use discussed::Discussion;
pub use output::{DecidedOutput, ProposalRow, ProposalsOutput};
pub use teller::Teller;

/// The project that something is proposed for, as it is now.
#[derive(Clone)]
pub struct Project {
    pub root: PathBuf,
    pub env: Env,
    pub snapshot: Snapshot,
}

/// What is to be proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Parts of a ticket.
    Expand { ticket: String },
    /// How large a ticket is.
    Estimate { ticket: String },
    /// What brings a ticket, requirement or section in line with what it was made from: by its id,
    /// or its path.
    Update { of: String },
    /// Requirements, tickets and pages of a page, an issue or TODOs.
    Plan(Input),
    /// Pages of what a source file, or those of a folder, declare.
    WriteDocs { path: String },
    /// Tests of a ticket's criteria.
    WriteTests { ticket: String },
    /// What roles work out of a topic.
    Discuss(Discussion),
    /// A migration to what a data model page says.
    Schema { page: String },
}

impl Wanted {
    /// What it is called in `[ai.tasks]`.
    pub fn task(&self) -> &'static str {
        match self {
            Self::Expand { .. } => "expand",
            Self::Estimate { .. } => "estimate",
            Self::Update { .. } => "align",
            Self::Plan(_) => "plan",
            Self::Discuss(_) => "discuss",
            Self::WriteDocs { .. } => "write-docs",
            Self::WriteTests { .. } => "write-tests",
            Self::Schema { .. } => "schema",
        }
    }
}

/// How it is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    pub means: Means,
    pub again: Again,
}

/// Whether a model is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Means {
    /// Where the project names one for it.
    #[default]
    Configured,
    None,
}

/// What becomes of a question whose answer was refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Again {
    #[default]
    No,
    Yes,
}

/// Something that a person decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// `P-7k3f`
    pub id: String,
    pub verb: String,
    /// The ticket, requirement or page that it is about.
    pub of: String,
    pub title: String,
    pub body: Body,
}

/// What a proposal holds, as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    pub change: Change,
    /// What a person should know: reasons, what was left out, what follows.
    pub notes: Vec<String>,
    /// `None` where no model was asked.
    pub origin: Option<Origin>,
    /// What the verb itself tells of it, for a program.
    #[serde(default)]
    pub told: Option<serde_json::Value>,
    /// What was said, where it came of a discussion.
    #[serde(default)]
    pub talk: Option<Talk>,
}

/// Who wrote it, and what that cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// `provider/model`
    pub model: String,
    /// `name@version`
    pub prompt: String,
    /// In millionths of a millionth of a US dollar; `None` where nobody counted.
    pub pico: Option<i64>,
    pub input: u64,
    pub output: u64,
}

impl Origin {
    /// One line, as it is kept beside what was accepted.
    pub fn line(&self, run: &str) -> String {
        let cost = self.cost();
        let cost = cost.as_deref().unwrap_or("cost unknown");
        format!("{}, {}, {run}, {cost}", self.model, self.prompt)
    }

    /// In US dollars, as it is shown.
    pub fn cost(&self) -> Option<String> {
        self.pico.map(dollars)
    }
}

/// Why nothing is proposed.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    #[error(transparent)]
    Core(#[from] core::ProposeError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The same, after some of the run's questions were answered.
    #[error("{error}")]
    Kept { error: AskError, n_kept: usize },
    #[error(transparent)]
    Models(#[from] ModelsError),
    #[error("{0}")]
    Store(#[from] Trouble),
    #[error("{0}")]
    Prompt(String),
    #[error("`{0}` is private, and is not shown to a model")]
    Private(String),
    #[error("this was proposed as {id}, and refused")]
    RefusedBefore { id: String },
    #[error("there is no proposal {0}")]
    NoProposal(String),
    #[error("{id} was {state} already")]
    Decided { id: String, state: &'static str },
    #[error("{id} was made of texts that are different now: {why}")]
    Stale { id: String, why: String },
    #[error("{0}")]
    Nothing(String),
}

impl ProposeError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Core(it) => it.hint()?.to_owned(),
            Self::Plan(it) => it.hint().to_owned(),
            Self::Ask(it) => it.hint()?,
            Self::Kept { error, n_kept } => {
                let answers = match n_kept {
                    1 => "the answer so far is".to_owned(),
                    n => format!("the {n} answers so far are"),
                };
                let kept = format!("{answers} kept: asked again, it goes on from there");
                match error.hint() {
                    Some(hint) => format!("{hint}; {kept}"),
                    None => kept,
                }
            }
            Self::Store(it) => it.hint().to_owned(),
            Self::Private(_) => {
                "`.docketignore` and `[ai] private` say so; without a model it still works: `--no-model`"
                    .to_owned()
            }
            Self::RefusedBefore { .. } => {
                "`--again` asks all the same; a changed text is another question".to_owned()
            }
            Self::NoProposal(_)
            | Self::Decided {
                state: "replaced", ..
            } => "`docket proposals` lists those that wait".to_owned(),
            Self::Stale { .. } => "ask again: nothing was changed".to_owned(),
            Self::Models(_)
            | Self::Prompt(_)
            | Self::Decided { .. }
            | Self::Nothing(_) => return None,
        })
    }

    /// Whether a person has cancelled it.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Ask(AskError::Cancelled))
    }

    /// The error and its hint in one sentence, for an editor.
    pub fn told(&self) -> String {
        match self.hint() {
            Some(hint) => format!("{self}; {hint}"),
            None => self.to_string(),
        }
    }
}

/// Makes a proposal and keeps it; one that waits for the same question is given instead.
///
/// # Errors
///
/// [`ProposeError`]; nothing is kept then.
pub async fn propose(
    project: &Project,
    wanted: &Wanted,
    how: How,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Proposal, ProposeError> {
    let run = ask::Run::new(project, how, progress, cancel);
    let made = match wanted {
        Wanted::Expand { ticket } => verbs::expand(&run, ticket).await,
        Wanted::Estimate { ticket } => verbs::estimate(&run, ticket).await,
        Wanted::Update { of } => derived::update(&run, of).await,
        Wanted::Plan(of) => planned::plan(&run, of).await,
        Wanted::WriteDocs { path } => documented::write_docs(&run, path).await,
        Wanted::WriteTests { ticket } => verbs::write_tests(&run, ticket).await,
        Wanted::Discuss(it) => discussed::discuss(&run, it).await,
        Wanted::Schema { page } => schema::schema(&run, page),
    };
    let finished = run.finish();
    let made = match made {
        Err(ask::Stopped::Waits(proposal)) => return Ok(*proposal),
        Err(ask::Stopped::Failed(error)) => return Err(run.failed(error)),
        Ok(made) => made,
    };
    finished?;
    let proposal = project.keep(made, State::Waiting)?;
    run.done();
    Ok(proposal)
}

/// What a file holds now: as the project knows it, else the disk. Not every file that a proposal
/// changes is one that the project reads.
fn hash_now(root: &Path, snapshot: &Snapshot, path: &str) -> Option<Hash> {
    let known = snapshot.file(path).map(|it| it.hash);
    known.or_else(|| Some(Hash::of(&std::fs::read(root.join(path)).ok()?)))
}

/// Those that wait, the oldest first.
pub fn waiting(project_root: &Path, env: &Env) -> Vec<Proposal> {
    let places = location::databases(project_root, env.state_home().as_deref());
    let found = places
        .iter()
        .filter(|it| it.is_file())
        .find_map(|it| Proposals::open_to_read(it));
    let rows = found.map(|it| it.waiting());
    let rows = rows.and_then(|it| {
        it.inspect_err(|error| tracing::warn!(%error, "proposals cannot be read"))
            .ok()
    });
    rows.unwrap_or_default().into_iter().map(read).collect()
}

fn read(row: kept::Proposal) -> Proposal {
    Proposal {
        // A later docket may keep what this one does not know; then there is nothing to accept.
        body: serde_json::from_str(&row.body).unwrap_or_default(),
        id: row.id,
        verb: row.verb,
        of: row.of,
        title: row.title,
    }
}

impl Project {
    /// The store of proposals, made where there is none.
    fn proposals(&self) -> Result<Proposals, Trouble> {
        location::open(&self.root, &self.env, Proposals::open)
    }

    fn keep(&self, made: ask::Made, state: State) -> Result<Proposal, ProposeError> {
        let mut proposals = self.proposals()?;
        let proposal = Proposal {
            id: made.id,
            verb: made.verb.to_owned(),
            of: made.of,
            title: made.title,
            body: made.body,
        };
        let row = kept::Proposal {
            id: proposal.id.clone(),
            at: self.env.now().timestamp(),
            key: made.key,
            verb: proposal.verb.clone(),
            of: proposal.of.clone(),
            title: proposal.title.clone(),
            body: serde_json::to_string(&proposal.body).unwrap_or_default(),
            state,
        };
        let before = proposal.body.talk.as_ref();
        let before = before.and_then(|it| it.after.as_deref());
        let kept = match before {
            None => proposals.put(&row),
            Some(before) => proposals.put_after(&row, before),
        };
        match (kept, before) {
            (Err(error), _) => Err(proposals.trouble(error).into()),
            // Somebody decided it while they answered; the answers stay for who begins anew.
            (Ok(false), Some(before)) => {
                let found = proposals.get(before).ok().flatten();
                Err(ProposeError::Decided {
                    id: before.to_owned(),
                    state: found.map_or("decided", |it| it.state.name()),
                })
            }
            (Ok(_), _) => Ok(proposal),
        }
    }

    /// An id that no proposal has.
    fn draw(&self) -> Result<String, ProposeError> {
        let proposals = self.proposals()?;
        let mut rng = self.env.rng();
        let id = ids::draw(
            "P",
            0,
            |n| rng.usize(..n.max(1)),
            |it| matches!(proposals.get(it.as_str()), Ok(Some(_))),
        );
        Ok(id)
    }

    fn config(&self) -> &Arc<docket_core::config::Config> {
        &self.snapshot.config
    }
}
