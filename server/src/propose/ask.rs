//! One run: which model is asked, what it is shown, and what is remembered of it.

use std::sync::{Mutex, PoisonError};

use docket_ai::prompts::Untrusted;
use docket_ai::prompts::Variable as Value;
use docket_ai::secrets::Redactor;
use docket_ai::structured::{self, Check};
use docket_ai::{Cancel, Event, Model, Progress, Request, Spent, Usage};
use docket_core::propose::Seen;
use docket_store::Trouble;
use docket_store::answers::Answers;
use docket_store::proposals::State;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Again, Body, How, Means, Origin, Project, Proposal, ProposeError, read};
use crate::ai::context::{About, Ground, gather};
use crate::ai::privacy::Privacy;
use crate::ai::{Models, ModelsError, prompts, purse};
use crate::location;

/// One run of a verb.
pub(super) struct Run<'a> {
    pub(super) project: &'a Project,
    how: How,
    progress: &'a dyn Progress,
    cancel: &'a Cancel,
    privacy: Privacy,
    models: std::sync::OnceLock<Models>,
    /// The keys of the answers that it has: kept until its proposal is.
    answered: Mutex<Vec<String>>,
}

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct KeptAnswer {
    value: serde_json::Value,
    origin: Origin,
}

/// What a run comes to.
pub(super) struct Made {
    pub(super) id: String,
    pub(super) key: String,
    pub(super) verb: &'static str,
    pub(super) of: String,
    pub(super) title: String,
    pub(super) body: Body,
}

/// Why a run ends early.
pub(super) enum Stopped {
    /// The same was asked before, and nobody has decided yet, or has to.
    Waits(Box<Proposal>),
    Failed(ProposeError),
}

impl<E: Into<ProposeError>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// A question to a model.
pub(super) struct Question<'q> {
    pub(super) task: &'static str,
    /// The ticket whose budget pays.
    pub(super) ticket: Option<&'q str>,
    /// What the prompt is filled in with, `context` excepted.
    pub(super) values: Vec<(&'static str, Value)>,
    /// Paths of the files that `values` hold: they must not be private.
    pub(super) shown: Vec<&'q str>,
    /// What has to do with the question; empty where nothing else is looked for.
    pub(super) about: String,
    /// Files that surely do.
    pub(super) named: Vec<String>,
}

/// An answer, who gave it, and the id of the proposal that it becomes.
pub(super) struct Asked<T> {
    pub(super) value: T,
    pub(super) origin: Origin,
    pub(super) id: String,
    pub(super) key: String,
    /// Paths that would have been shown, had there been room.
    pub(super) left_out: usize,
}

impl<T> Asked<T> {
    /// The answer, and all else.
    pub(super) fn split(self) -> (T, Asked<()>) {
        let rest = Asked {
            value: (),
            origin: self.origin,
            id: self.id,
            key: self.key,
            left_out: self.left_out,
        };
        (self.value, rest)
    }
}

impl Asked<()> {
    /// One run of two questions: known by the first, paid for both.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.origin.input += other.origin.input;
        self.origin.output += other.origin.output;
        self.origin.pico = match (self.origin.pico, other.origin.pico) {
            (Some(a), Some(b)) => Some(a + b),
            _ => None,
        };
        self.left_out += other.left_out;
        self
    }

    /// What goes on from a proposal that waits: it is known by the first question of both, so that
    /// what is refused is not asked again, and paid for both.
    pub(super) fn after(self, key: String, paid: Option<Origin>) -> Self {
        let id = self.id.clone();
        match paid {
            None => Self { key, ..self },
            Some(origin) => Self {
                value: (),
                origin,
                id,
                key,
                left_out: 0,
            }
            .and(self),
        }
    }
}

/// Text from outside, as a template takes it.
pub(super) fn untrusted(of: &str, text: &str) -> Value {
    Untrusted::new(of, text).value()
}

impl<'a> Run<'a> {
    pub(super) fn new(
        project: &'a Project,
        how: How,
        progress: &'a dyn Progress,
        cancel: &'a Cancel,
    ) -> Self {
        Self {
            project,
            how,
            progress,
            cancel,
            privacy: Privacy::of(&project.root, project.config()),
            models: std::sync::OnceLock::new(),
            answered: Mutex::default(),
        }
    }

    /// What failed, and how much of the run is kept for the next time.
    pub(super) fn failed(&self, error: ProposeError) -> ProposeError {
        let n_kept = self.answered.lock().map_or(0, |it| it.len());
        match error {
            ProposeError::Ask(error) if n_kept > 0 => ProposeError::Kept { error, n_kept },
            other => other,
        }
    }

    /// Lets its answers go: its proposal holds what they came to.
    pub(super) fn done(&self) {
        let keys =
            std::mem::take(&mut *self.answered.lock().unwrap_or_else(PoisonError::into_inner));
        if keys.is_empty() {
            return;
        }
        // Those that stay are let go by their age.
        let gone = self
            .answers()
            .and_then(|mut it| it.remove(&keys).map_err(|error| it.trouble(error)));
        if let Err(trouble) = gone {
            tracing::warn!(%trouble, "answers stay that are needed no more");
        }
    }

    fn answers(&self) -> Result<Answers, Trouble> {
        location::open(&self.project.root, &self.project.env, Answers::open)
    }

    /// An answer to the same question that a run before this one paid for.
    fn kept_answer(&self, key: &str) -> Option<KeptAnswer> {
        let found = self.answers().and_then(|it| {
            let now = self.project.env.now().timestamp();
            it.get(key, now).map_err(|error| it.trouble(error))
        });
        let body = found
            .inspect_err(|trouble| tracing::warn!(%trouble, "answers cannot be read"))
            .ok()??;
        serde_json::from_str(&body).ok()
    }

    /// Keeps an answer for a run that has to go on where this one ends, without the secrets that a
    /// model may have come up with. A run whose answers cannot be kept goes on all the same.
    fn keep_answer(&self, key: &str, value: &impl Serialize, origin: &Origin) {
        let Ok(value) = serde_json::to_value(value) else {
            return;
        };
        let kept = KeptAnswer {
            value: Redactor::default().value(&value).0,
            origin: origin.clone(),
        };
        let body = serde_json::to_string(&kept).unwrap_or_default();
        let put = self.answers().and_then(|mut it| {
            let now = self.project.env.now().timestamp();
            it.put(key, now, &body).map_err(|error| it.trouble(error))
        });
        match put {
            Ok(()) => self.has_answered(key),
            Err(trouble) => tracing::warn!(%trouble, "an answer cannot be kept"),
        }
    }

    fn has_answered(&self, key: &str) {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.push(key.to_owned());
    }

    /// The model for a task; `None` where it is done without.
    pub(super) fn model(&self, task: &str) -> Result<Option<Box<dyn Model>>, ProposeError> {
        let names = self.project.config().ai.models_for(task);
        if self.how.means == Means::None || names.is_empty() {
            return Ok(None);
        }
        let models = match self.models.get() {
            Some(it) => it,
            None => {
                let (env, root) = (&self.project.env, &self.project.root);
                let models = Models::new(env, root, self.project.config().clone())?;
                self.models.get_or_init(|| models)
            }
        };
        Ok(models.for_task(task))
    }

    /// Whether a file is not shown to a model.
    pub(super) fn is_private(&self, path: &str) -> bool {
        self.privacy.is_private(path)
    }

    /// Tells whoever waits what is being done beside asking.
    pub(super) fn doing(&self, what: &str) {
        self.progress.on(&Event::Doing { what });
    }

    /// Ends a recording or a replay.
    pub(super) fn finish(&self) -> Result<(), ModelsError> {
        self.models.get().map_or(Ok(()), |it| it.finish())
    }

    /// Without a model: the key is of what was made.
    pub(super) fn without(
        &self,
        verb: &'static str,
        of: &str,
        what: &str,
    ) -> Result<Plain, Stopped> {
        let key = self.key(&[verb, of, what]);
        self.known(&key)?;
        Ok(Plain {
            id: self.project.draw()?,
            key,
        })
    }

    fn key(&self, parts: &[&str]) -> String {
        let mut hash = blake3::Hasher::new();
        hash.update(self.privacy.key().as_bytes());
        for it in parts {
            hash.update(b"\0").update(it.as_bytes());
        }
        hash.finalize().to_hex()[..32].to_owned()
    }

    fn known(&self, key: &str) -> Result<(), Stopped> {
        let proposals = self.project.proposals()?;
        let row = proposals.of_key(key).map_err(|it| proposals.trouble(it))?;
        match row {
            Some(it) if it.state == State::Waiting => Err(Stopped::Waits(Box::new(read(it)))),
            Some(it) if it.state == State::Kept && self.how.again == Again::No => {
                Err(Stopped::Waits(Box::new(read(it))))
            }
            Some(it) if it.state == State::Refused && self.how.again == Again::No => {
                Err(ProposeError::RefusedBefore { id: it.id }.into())
            }
            _ => Ok(()),
        }
    }

    /// Asks, where the same was not asked before.
    pub(super) async fn ask<T>(
        &self,
        model: &dyn Model,
        question: Question<'_>,
        check: &(dyn Fn(&T, &Seen<'_>) -> Result<(), String> + Send + Sync),
    ) -> Result<Asked<T>, Stopped>
    where
        T: DeserializeOwned + Serialize + JsonSchema + Send,
    {
        let project = self.project;
        if let Some(private) = question.shown.iter().find(|it| self.privacy.is_private(it)) {
            return Err(ProposeError::Private((*private).to_owned()).into());
        }
        let mut values = question.values;
        let mut left_out = 0;
        if !question.about.is_empty() {
            let about = About {
                text: &question.about,
                known: &question.shown,
                named: &question.named,
            };
            let ground = Ground {
                root: &project.root,
                env: &project.env,
                config: project.config(),
                privacy: &self.privacy,
                doing: &|what| self.doing(what),
            };
            let packed = gather(&ground, &about);
            left_out = packed.left_out.len();
            let pieces = packed.pieces.iter();
            let pieces: Vec<Value> = pieces.map(|it| untrusted(&it.place, &it.text)).collect();
            values.push(("context", Value::from(pieces)));
        } else {
            values.push(("context", Value::from(Vec::<Value>::new())));
        }
        let (templates, _) = prompts::of(&project.root);
        let rendered = templates
            .render(question.task, Value::from_pairs(values))
            .map_err(|it| ProposeError::Prompt(it.to_string()))?;
        let key = self.key(&[question.task, &rendered.id.version, &rendered.user]);
        self.known(&key)?;
        let id = project.draw()?;
        let prompt = format!("{}@{}", rendered.id.name, rendered.id.version);
        let models = project.config().ai.models_for(question.task).join(" ");
        let answer_key = self.key(&["answer", &models, &key]);
        let mut request = Request::new(question.task, rendered.id, rendered.system, rendered.user);
        request.ticket = question.ticket.map(str::to_owned);
        request.max_output = project.config().ai.max_output;
        let sent = match request.messages.first() {
            Some(docket_ai::Message::User(text)) => text.clone(),
            _ => String::new(),
        };
        let exists = |path: &str| project.root.join(path).exists();
        let seen = Seen::new(&project.snapshot, &exists, &sent);
        // Of the same question, which a run that was stopped paid for. What it says is checked again:
        // the project may be another one by now.
        if let Some(kept) = self.kept_answer(&answer_key)
            && let Ok(value) = serde_json::from_value::<T>(kept.value)
            && check(&value, &seen).is_ok()
        {
            self.has_answered(&answer_key);
            return Ok(Asked {
                value,
                origin: kept.origin,
                id,
                key,
                left_out,
            });
        }
        let checked: Check<'_, T> = &|value| check(value, &seen);
        let answer = structured::ask(
            model,
            &request,
            question.task,
            checked,
            self.progress,
            self.cancel,
        )
        .await
        .map_err(|it| ProposeError::Ask(it.error))?;
        let origin = self.origin(answer.reply.model, prompt, answer.usage);
        self.keep_answer(&answer_key, &answer.value, &origin);
        Ok(Asked {
            value: answer.value,
            origin,
            id,
            key,
            left_out,
        })
    }

    fn origin(&self, model: String, prompt: String, spent: Spent) -> Origin {
        let usage = match spent {
            Spent::Counted(it) | Spent::Estimated(it) => it,
            Spent::Nothing => Usage::default(),
        };
        let price = purse::prices(self.project.config()).of(&model);
        Origin {
            pico: match (price, spent) {
                (Ok(price), Spent::Counted(_)) => Some(price.cost(usage)),
                _ => None,
            },
            model,
            prompt,
            input: usage.input,
            output: usage.output,
        }
    }
}

/// The id and key of what no model made.
pub(super) struct Plain {
    pub(super) id: String,
    pub(super) key: String,
}
