//! Models as a project has configured them: keys, the purse, what is private, and the layers put
//! together.

pub mod context;
pub mod keys;
pub mod money;
pub mod privacy;
pub mod prompts;
pub mod purse;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use docket_ai::chain::Chain;
use docket_ai::endpoint::{Endpoint, Protocol, provider, split};
use docket_ai::metered::{Metered, Purse};
use docket_ai::redacting::Redacting;
use docket_ai::remote::{Patience, Remote};
use docket_ai::retrying::{Policy, Retrying, Tokio};
use docket_ai::secrets::Redactor;
use docket_ai::taped::{Tape, Taped};
use docket_ai::{Answer, AskError, Cancel, Model, Progress, Request, Secret};
use docket_core::config::Config;
use docket_core::config::ai::{KeyNeed, Protocol as Spoken};

use crate::env::Env;
use crate::sync::proxy;

/// Set to a file's path, models are not asked: what it holds is replayed.
pub const REPLAY: &str = "DOCKET_AI_REPLAY";
/// Set to a file's path, what models are asked and answer is recorded there.
pub const RECORD: &str = "DOCKET_AI_RECORD";

/// Where a model is, and whether it needs a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// As models have it before their `/`.
    pub provider: String,
    pub protocol: Protocol,
    pub base: String,
    pub key: keys::Need,
}

/// The models of one project.
pub struct Models {
    env: Env,
    config: Arc<Config>,
    purse: Arc<dyn Purse>,
    tape: Option<Arc<Tape>>,
    patience: Patience,
}

/// A cassette that cannot be had, or a ledger that cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    #[error("the cassette {path}: {why}")]
    Cassette { path: PathBuf, why: String },
    #[error("{0}")]
    Ledger(#[from] docket_store::Trouble),
}

/// Where the models of a provider are; `None` for one that nobody has said anything of.
pub fn place(config: &Config, name: &str) -> Option<Place> {
    if let Some(it) = provider(name) {
        return Some(Place {
            provider: name.to_owned(),
            protocol: it.protocol,
            base: it.base.to_owned(),
            key: match it.variable {
                Some(variable) => keys::Need::Documented(variable),
                None => keys::Need::None,
            },
        });
    }
    let own = config.ai.providers.get(name)?;
    Some(Place {
        provider: name.to_owned(),
        protocol: match own.protocol {
            Spoken::OpenaiChat => Protocol::OpenAiChat,
            Spoken::Openai => Protocol::OpenAiResponses,
            Spoken::Anthropic => Protocol::Anthropic,
            Spoken::Gemini => Protocol::Gemini,
        },
        base: own.url.clone(),
        key: match own.key {
            KeyNeed::Needed => keys::Need::Own,
            KeyNeed::None => keys::Need::None,
        },
    })
}

impl Models {
    /// # Errors
    ///
    /// [`ModelsError`]
    pub fn new(env: &Env, root: &Path, config: Arc<Config>) -> Result<Self, ModelsError> {
        let purse = Arc::new(purse::LedgerPurse::open(env, root, &config)?);
        let tape = tape(env)?;
        Ok(Self {
            env: env.clone(),
            config,
            purse,
            tape,
            patience: Patience::default(),
        })
    }

    /// The model for a task, with all its layers; `None` where the project names none for it, and it
    /// is done without.
    pub fn for_task(&self, task: &str) -> Option<Box<dyn Model>> {
        let mut known = Vec::new();
        let mut models: Vec<Box<dyn Model>> = Vec::new();
        for name in self.config.ai.models_for(task) {
            models.push(match self.remote(name, &mut known) {
                Ok(remote) => self.layered(remote),
                Err(error) => Box::new(Absent {
                    name: name.clone(),
                    error,
                }),
            });
        }
        let chain = Chain::new(models)?;
        Some(Box::new(Redacting::new(chain, Redactor::with(known))))
    }

    /// One model with the layers that are its own.
    fn layered(&self, remote: Remote) -> Box<dyn Model> {
        let metered = Metered::new(remote, Arc::clone(&self.purse));
        let (policy, random) = (Policy::default(), self.env.rng());
        match &self.tape {
            Some(tape) => {
                let taped = Taped::new(metered, Arc::clone(tape), Redactor::default());
                Box::new(Retrying::new(taped, policy, Box::new(Tokio), random))
            }
            None => Box::new(Retrying::new(metered, policy, Box::new(Tokio), random)),
        }
    }

    fn remote(&self, name: &str, known: &mut Vec<Secret>) -> Result<Remote, AskError> {
        let invalid = |reason: String| AskError::Invalid {
            model: name.to_owned(),
            reason,
        };
        let (provider, model) =
            split(name).ok_or_else(|| invalid("it is no `provider/model`".to_owned()))?;
        let place = place(&self.config, provider)
            .ok_or_else(|| invalid(format!("there is no provider `{provider}`")))?;
        // A replay asks nobody, and needs no key.
        let is_replay = self.env.var(REPLAY).is_some();
        let key = match is_replay {
            true => None,
            false => keys::find(&self.env, &place)?.map(|it| it.secret),
        };
        known.extend(key.clone());
        let proxy =
            proxy::address_of(&self.env, &place.base).map_err(|error| invalid(error.message))?;
        let endpoint = Endpoint {
            provider: place.provider,
            protocol: place.protocol,
            base: place.base,
            key,
            proxy,
        };
        Remote::new(&endpoint, model, self.patience)
    }

    /// Ends a run: a recording is written. More runs of the process go on after it.
    ///
    /// # Errors
    ///
    /// [`ModelsError::Cassette`]
    pub fn finish(&self) -> Result<(), ModelsError> {
        match (&self.tape, self.env.var(REPLAY), self.env.var(RECORD)) {
            (Some(tape), None, Some(path)) => write(&self.env.cwd.join(path), &tape.text()),
            _ => Ok(()),
        }
    }
}

/// Whether a replay, where there was one, is at its end.
///
/// # Errors
///
/// [`ModelsError::Cassette`] with the first step that was never asked for.
pub fn end_replay(env: &Env) -> Result<(), ModelsError> {
    match (tape(env)?, env.var(REPLAY)) {
        (Some(tape), Some(path)) => tape
            .finish()
            .map_err(|error| cassette(Path::new(path), &error)),
        _ => Ok(()),
    }
}

/// The cassette of this process, which all its runs go on with: by what is done with it, and where
/// it is.
static TAPES: Mutex<BTreeMap<(&str, PathBuf), Arc<Tape>>> = Mutex::new(BTreeMap::new());

fn tape(env: &Env) -> Result<Option<Arc<Tape>>, ModelsError> {
    let (way, path) = match (env.var(REPLAY), env.var(RECORD)) {
        (Some(path), _) => (REPLAY, path),
        (None, Some(path)) => (RECORD, path),
        (None, None) => return Ok(None),
    };
    let key = (way, env.cwd.join(path));
    let mut tapes = TAPES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(it) = tapes.get(&key) {
        return Ok(Some(it.clone()));
    }
    let tape = Arc::new(match way {
        REPLAY => replayed(&key.1)?,
        _ => Tape::blank(),
    });
    tapes.insert(key, tape.clone());
    Ok(Some(tape))
}

fn replayed(path: &Path) -> Result<Tape, ModelsError> {
    let text = std::fs::read_to_string(path).map_err(|error| cassette(path, &error))?;
    Tape::of(&text).map_err(|error| cassette(path, &error))
}

fn write(path: &Path, text: &str) -> Result<(), ModelsError> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a recording goes where its user said, and is no file of the project"
    )]
    std::fs::write(path, text).map_err(|error| cassette(path, &error))
}

fn cassette(path: &Path, why: &dyn std::fmt::Display) -> ModelsError {
    ModelsError::Cassette {
        path: path.to_owned(),
        why: why.to_string(),
    }
}

/// A model that cannot be asked; the list goes on behind it, and ends with why.
struct Absent {
    name: String,
    error: AskError,
}

impl Model for Absent {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn ask<'a>(&'a self, _: &'a Request, _: &'a dyn Progress, _: &'a Cancel) -> Answer<'a> {
        Box::pin(std::future::ready(Err(self.error.clone().into())))
    }
}

#[cfg(test)]
mod tests;
