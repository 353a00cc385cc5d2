//! Pull requests for tickets: what would be pushed and opened, that being done, and what became of it.
//!
//! Everything is planned before anything is done, and nothing is ever forced: git pushes as it does
//! by itself, and a pull request is looked for by its branch before one is made.

mod desk;
mod output;
mod rounds;

use std::path::Path;

use docket_core::ids::TicketId;
use docket_core::sync::{Checks, PullState, TicketPull, pulls};
use docket_core::world::Snapshot;
use docket_forge::{Forge, NewPullRequest};
use docket_store::ledger::{Act, Ledger, RemoteId, Source};
use jiff::Timestamp;

use super::credentials::CredentialError;
use super::setup::SetupError;
use super::side::{self, Origin};
use crate::branches;
use crate::git::{Git, GitError};

pub use desk::Desk;
pub use output::{PullOutput, line, lines};

/// What a person asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    pub ticket: TicketId,
    /// A new one cannot be merged until somebody says that it is ready.
    pub draft: bool,
}

/// What a ticket's branch is here, and what its pull request would say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// The ticket's id as its file writes it.
    pub ticket: String,
    pub title: String,
    pub body: String,
    pub branch: String,
    /// The branch as the forge names it: `owner:branch` where it is pushed to a fork.
    pub head: String,
    pub base: String,
    /// The last commit of the branch, in hex.
    pub commit: String,
    /// What git calls the repository that it is pushed to.
    pub remote: String,
}

/// What is going to happen, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub ticket: String,
    pub branch: String,
    /// Of git, without the program's name; empty where the forge has all commits.
    pub git: Vec<String>,
    /// What is to be made; `None` where there is one.
    pub new: Option<NewPullRequest>,
    /// The open one, or where nothing can be made any more the last one.
    pub known: Option<TicketPull>,
}

/// Why there is no pull request.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    #[error("there is no ticket {0}")]
    NoTicket(String),
    #[error("no branch with a commit is checked out")]
    NoBranch { ticket: String },
    #[error("`{base}` is checked out, the branch that pull requests are merged into")]
    OnBase { base: String, ticket: String },
    #[error("`{branch}` is the branch of {other}, not of {ticket}")]
    OfAnother {
        branch: String,
        other: String,
        ticket: String,
    },
    #[error("`{branch}` has no commit that `{base}` lacks")]
    NoCommits { branch: String, base: String },
    #[error("there is no git remote to push to")]
    NoRemote,
    #[error("git pushes to {there}, and pull requests are made in {repository}")]
    Elsewhere { there: String, repository: String },
    #[error("pull request #{number} of `{branch}` is {state} already, and nothing came after it")]
    Ended {
        number: u64,
        branch: String,
        state: &'static str,
    },
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error(transparent)]
    Credentials(#[from] CredentialError),
    #[error(transparent)]
    Forge(#[from] docket_forge::Error),
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("the database: {0}")]
    Store(#[from] docket_store::SqlError),
    #[error("no runtime: {0}")]
    Runtime(#[from] std::io::Error),
}

impl PullError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoBranch { ticket } | Self::OnBase { ticket, .. } => {
                format!("`docket start {ticket}` makes a branch for the ticket")
            }
            Self::OfAnother { ticket, .. } => {
                format!("`docket start {ticket}` goes to the ticket's own branch")
            }
            Self::NoCommits { .. } => "commit what is to be merged first".to_owned(),
            Self::NoRemote => "add one: `git remote add origin ADDRESS`".to_owned(),
            Self::Elsewhere { .. } => {
                "one from a fork of the same owner is made on the website".to_owned()
            }
            Self::Ended { .. } => "commit more, or begin another branch".to_owned(),
            Self::Git(GitError::Failed { .. }) => {
                "nothing was forced; mend that and run it again".to_owned()
            }
            Self::Git(GitError::Missing) => "install git".to_owned(),
            Self::Forge(error) if error.is_retryable() => {
                "run it again: what was done before is found, and not done twice".to_owned()
            }
            Self::Setup(it) => return it.hint().map(str::to_owned),
            Self::Credentials(it) => return it.hint(),
            Self::NoTicket(_)
            | Self::Forge(_)
            | Self::Git(_)
            | Self::Store(_)
            | Self::Runtime(_) => return None,
        })
    }

    /// Whether another checkout is what is missing, so that a pull request that is known already can
    /// be told of all the same.
    fn is_of_checkout(&self) -> bool {
        matches!(
            self,
            Self::NoBranch { .. } | Self::OnBase { .. } | Self::OfAnother { .. }
        )
    }
}

impl Plan {
    pub fn is_nothing(&self) -> bool {
        self.git.is_empty() && self.new.is_none()
    }
}

/// Looks at the checkout; asks nobody.
///
/// # Errors
///
/// Where there is nothing that a pull request of the ticket could bring.
pub fn local(
    root: &Path,
    snapshot: &Snapshot,
    id: &TicketId,
    base: &str,
    origin: &Origin,
) -> Result<Local, PullError> {
    let no_ticket = || PullError::NoTicket(id.to_string());
    let (_, ticket) = snapshot.ticket(id).ok_or_else(no_ticket)?;
    let written = ticket.id.as_ref().map(|it| it.value.clone());
    let written = written.unwrap_or_default();
    let here = branches::current_branch(root).zip(side::head(root));
    let Some((branch, commit)) = here else {
        return Err(PullError::NoBranch { ticket: written });
    };
    if branch == base {
        return Err(PullError::OnBase {
            base: branch,
            ticket: written,
        });
    }
    let is_of = |id: &TicketId| branch.to_lowercase().contains(&id.as_str().to_lowercase());
    let another = snapshot
        .tickets()
        .filter_map(|(_, it)| it.id.as_ref())
        .find(|it| is_of(&TicketId::new(&it.value)));
    if let Some(another) = another.filter(|_| !is_of(id)) {
        return Err(PullError::OfAnother {
            other: another.value.clone(),
            branch,
            ticket: written,
        });
    }
    let remote = side::remote_name(root).ok_or(PullError::NoRemote)?;
    let head = match side::origin(root) {
        Some(there) if !there.repository.eq_ignore_ascii_case(&origin.repository) => {
            let owner = |it: &str| it.split('/').next().unwrap_or_default().to_lowercase();
            // `owner:branch` would be the repository's own branch then.
            if owner(&there.repository) == owner(&origin.repository) {
                return Err(PullError::Elsewhere {
                    there: there.repository,
                    repository: origin.repository.clone(),
                });
            }
            let owner = there.repository.split('/').next().unwrap_or_default();
            format!("{owner}:{branch}")
        }
        _ => branch.clone(),
    };
    if side::brings_nothing(root, &remote, base) {
        return Err(PullError::NoCommits {
            branch,
            base: base.to_owned(),
        });
    }
    let title = ticket.title.as_ref().map(|it| it.value.clone());
    Ok(Local {
        title: title.unwrap_or_else(|| written.clone()),
        body: pulls::body(ticket),
        ticket: written,
        branch,
        head,
        base: base.to_owned(),
        commit,
        remote,
    })
}

/// What has to be done for it; nothing is, but that the ledger remembers what the forge said.
///
/// # Errors
///
/// The forge's own; [`PullError::Ended`].
pub async fn plan(
    forge: &impl Forge,
    memory: &mut Memory<'_>,
    local: Local,
    wish: &Wish,
) -> Result<Plan, PullError> {
    let push = || {
        let words = ["push", "-u", &local.remote, &local.branch];
        words.map(str::to_owned).to_vec()
    };
    let known = forge.pull_request(&local.head).await?;
    let known = match known {
        Some(pull) if pull.state == PullState::Open => Some(pull),
        Some(pull) if pull.commit == local.commit => {
            return Err(PullError::Ended {
                number: pull.number,
                branch: local.branch,
                state: pull.state.name(),
            });
        }
        _ => None,
    };
    let git = match &known {
        Some(pull) if pull.commit == local.commit => Vec::new(),
        _ => push(),
    };
    let new = known.is_none().then(|| NewPullRequest {
        title: local.title.clone(),
        body: local.body.clone(),
        branch: local.head.clone(),
        base: local.base.clone(),
        draft: wish.draft,
    });
    let known = match known {
        Some(pull) => {
            let checks = forge.checks(&pull.commit).await?;
            let known = TicketPull {
                ticket: local.ticket.clone(),
                pull,
                checks: Some(Checks::new(checks, memory.now)),
            };
            memory.put(&known)?;
            Some(known)
        }
        None => None,
    };
    Ok(Plan {
        ticket: local.ticket,
        branch: local.branch,
        git,
        new,
        known,
    })
}

/// Pushes, and opens the pull request where there is none.
///
/// # Errors
///
/// Of the first step that fails; those before it stay done.
pub async fn carry_out(
    forge: &impl Forge,
    memory: &mut Memory<'_>,
    git: &Git,
    plan: &Plan,
) -> Result<Option<TicketPull>, PullError> {
    if !plan.git.is_empty() {
        git.run(&plan.git)?;
        let to = plan.git.get(2).map_or("", String::as_str);
        memory.log(&plan.ticket, &format!("pushed {} to {to}", plan.branch))?;
    }
    let Some(new) = &plan.new else {
        return Ok(plan.known.clone());
    };
    let pull = forge.create_pull_request(new).await?;
    let made = TicketPull {
        ticket: plan.ticket.clone(),
        pull,
        checks: None,
    };
    let what = format!(
        "pull request #{} opened: {}",
        made.pull.number, made.pull.url
    );
    memory.log(&plan.ticket, &what)?;
    memory.put(&made)?;
    Ok(Some(made))
}

/// Asks again how a pull request is that was known; its checks only while it is open.
///
/// # Errors
///
/// The forge's own.
pub async fn refresh(
    forge: &impl Forge,
    memory: &mut Memory<'_>,
    known: &TicketPull,
) -> Result<TicketPull, PullError> {
    let Some(pull) = forge.pull_request(&known.pull.branch).await? else {
        return Ok(known.clone());
    };
    let checks = match pull.state {
        PullState::Open => {
            let checks = forge.checks(&pull.commit).await?;
            Some(Checks::new(checks, memory.now))
        }
        PullState::Closed | PullState::Merged => None,
    };
    let fresh = TicketPull {
        ticket: known.ticket.clone(),
        pull,
        checks,
    };
    memory.put(&fresh)?;
    Ok(fresh)
}

/// Where it is written down what was done and seen, and when that is.
pub struct Memory<'a> {
    pub ledger: &'a mut Ledger,
    pub remote: RemoteId,
    pub now: Timestamp,
}

impl Memory<'_> {
    fn put(&mut self, pull: &TicketPull) -> Result<(), PullError> {
        Ok(self.ledger.put_pull(self.remote, pull)?)
    }

    fn log(&mut self, ticket: &str, what: &str) -> Result<(), PullError> {
        let actor = self.ledger.remote_state(self.remote)?.viewer;
        self.ledger.append(&Act {
            at: self.now,
            actor,
            source: Source::Command,
            ticket: ticket.to_owned(),
            what: what.to_owned(),
        })?;
        Ok(())
    }
}
