//! The project's own forge, its ledger and git, for one pull request.

use std::path::Path;

use docket_core::sync::{PullState, TicketPull};
use docket_core::world::Snapshot;
use docket_forge::Forge;
use docket_forge::github::GitHub;
use jiff::Timestamp;
use tokio::runtime::Runtime;

use super::{Memory, Plan, PullError, Wish, carry_out, local, plan, refresh};
use crate::env::Env;
use crate::git::Git;
use crate::sync::setup::{self, Setup};
use crate::sync::{connect, credentials, side};

/// Open as long as one is planned and carried out.
pub struct Desk {
    setup: Setup,
    forge: GitHub,
    runtime: Runtime,
    git: Git,
    now: Timestamp,
}

impl Desk {
    /// Works out what has to be done. What the checkout alone decides is said before anybody is
    /// asked.
    ///
    /// # Errors
    ///
    /// See [`PullError`].
    pub fn begin(
        root: &Path,
        env: &Env,
        snapshot: &Snapshot,
        wish: &Wish,
    ) -> Result<(Self, Plan), PullError> {
        let config = &snapshot.config;
        let git = Git::find(root, env)?;
        let setup = setup::open(root, env, config)?;
        let known = setup.ledger.pulls(setup.remote)?.into_iter().find(|it| {
            it.pull.state == PullState::Open && it.ticket.eq_ignore_ascii_case(wish.ticket.as_str())
        });
        let look = |base: &str| local(root, snapshot, &wish.ticket, base, &setup.origin);
        let fits = |error: &PullError| error.is_of_checkout() && known.is_some();
        let base = match config.sync.branch.as_str() {
            "" => setup.ledger.remote_state(setup.remote)?.default_branch,
            branch => branch.to_owned(),
        };
        let base = match base.as_str() {
            "" => side::default_branch(root),
            _ => Some(base),
        };
        let here = match base.as_deref().map(look) {
            Some(Err(error)) if !fits(&error) => return Err(error),
            here => here,
        };
        let token = credentials::find(env, &setup.origin)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let forge =
            runtime.block_on(async { connect::client(env, &setup.origin, token.secret) })?;
        let here = match here {
            Some(here) => here,
            None => look(&runtime.block_on(forge.repository())?.default_branch),
        };
        let mut desk = Self {
            setup,
            forge,
            runtime,
            git,
            now: env.now().timestamp(),
        };
        let plan = desk.work_out(here, known, wish)?;
        Ok((desk, plan))
    }

    /// # Errors
    ///
    /// Of the first step that fails; those before it stay done.
    pub fn carry_out(&mut self, plan: &Plan) -> Result<Option<TicketPull>, PullError> {
        let mut memory = Memory {
            ledger: &mut self.setup.ledger,
            remote: self.setup.remote,
            now: self.now,
        };
        let done = carry_out(&self.forge, &mut memory, &self.git, plan);
        self.runtime.block_on(done)
    }

    fn work_out(
        &mut self,
        here: Result<super::Local, PullError>,
        known: Option<TicketPull>,
        wish: &Wish,
    ) -> Result<Plan, PullError> {
        let mut memory = Memory {
            ledger: &mut self.setup.ledger,
            remote: self.setup.remote,
            now: self.now,
        };
        let forge = &self.forge;
        self.runtime.block_on(async {
            match (here, known) {
                (Ok(here), _) => plan(forge, &mut memory, here, wish).await,
                (Err(error), Some(known)) if error.is_of_checkout() => {
                    let known = refresh(forge, &mut memory, &known).await?;
                    Ok(Plan {
                        ticket: known.ticket.clone(),
                        branch: known.pull.branch.clone(),
                        git: Vec::new(),
                        new: None,
                        known: Some(known),
                    })
                }
                (Err(error), _) => Err(error),
            }
        })
    }
}
