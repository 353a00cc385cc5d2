//! What an edit by hand left behind, looked at when it is saved, where the project asks for that: a
//! model proposes updates within the budget, and they wait as code actions.

use std::path::PathBuf;
use std::sync::Arc;

use docket_ai::Cancel;
use docket_core::lineage::Why;
use tokio::sync::mpsc::UnboundedSender;

use super::super::outbox::{Out, Work};
use super::super::settings::Settings;
use super::super::work::Shown;
use super::Backend;
use crate::engine::{Handle, Need, View};
use crate::env::Env;
use crate::plan::derived;
use crate::propose::{self, How, Project, ProposeError, Teller, Wanted};

/// Most updates that one save has proposed: what changes more is looked at by hand.
const MAX_UPDATES: usize = 8;

/// What a review needs of the server.
struct Reviewer {
    env: Env,
    engine: Handle,
    outbox: UnboundedSender<Out>,
    settings: Arc<Settings>,
}

impl Backend {
    /// Has the file that was saved reviewed, where that is wanted. Nobody waits for it; each review
    /// looks at what the one before left.
    pub(super) fn review(&self, path: PathBuf) {
        let reviewer = Reviewer {
            env: self.env.clone(),
            engine: self.engine.clone(),
            outbox: self.outbox.clone(),
            settings: self.settings.clone(),
        };
        let reviewing = self.reviewing.clone();
        tokio::spawn(async move {
            let _one_at_a_time = reviewing.lock().await;
            reviewer.review(path).await;
        });
    }
}

impl Reviewer {
    async fn review(&self, path: PathBuf) {
        let found = self.engine.read(path, Need::Index, |view| {
            let names = wanted(view);
            (!names.is_empty()).then(|| (view.clone(), names))
        });
        let Ok(Some(Some((view, names)))) = found.await else {
            return;
        };
        if !self.settings.trusted() {
            return;
        }
        let shown = Shown::begin(self.outbox.clone(), None, "review");
        let waiting = propose::waiting(&view.root, &self.env);
        let mut n_proposed = 0;
        for of in names {
            match self.propose(&view, of, &shown).await {
                // Of what waits already nobody is told twice.
                Some(Ok(id)) if waiting.iter().any(|it| it.id == id) => {}
                Some(Ok(_)) => n_proposed += 1,
                // A person has said that before.
                Some(Err(ProposeError::RefusedBefore { .. })) => {}
                Some(Err(error)) => {
                    self.say(format!(
                        "What this edit left behind is not reviewed: {}",
                        error.told()
                    ));
                    break;
                }
                None => break,
            }
        }
        match n_proposed {
            0 => {}
            1 => self.say("An update of what this edit left behind is proposed: accept or refuse it by the light bulb there.".into()),
            n => self.say(format!("{n} updates of what this edit left behind are proposed: accept or refuse them by the light bulb there.")),
        }
    }

    /// The id of what is proposed; `None` where a person stops it.
    async fn propose(
        &self,
        view: &View,
        of: String,
        shown: &Shown,
    ) -> Option<Result<String, ProposeError>> {
        let project = Project {
            root: view.root.clone(),
            env: self.env.clone(),
            snapshot: view.snapshot.clone(),
        };
        let (id, outbox) = (shown.id, self.outbox.clone());
        let teller = Teller::new(move |said: &str| {
            // The outbox ends with the session: nobody is left to tell then.
            let _ = outbox.send(Out::Work(id, Work::Says(said.to_owned())));
        });
        let cancel = Cancel::new();
        let _hangs_up = cancel.clone().drop_guard();
        let runtime = tokio::runtime::Handle::current();
        let made = tokio::task::spawn_blocking(move || {
            let wanted = Wanted::Update { of };
            let made = propose::propose(&project, &wanted, How::default(), &teller, &cancel);
            runtime.block_on(made).map(|it| it.id)
        });
        tokio::select! {
            made = made => made.ok(),
            () = shown.cancelled.notified() => None,
        }
    }

    fn say(&self, said: String) {
        let _ = self.outbox.send(Out::Say(said));
    }
}

/// What is out of line with the file's new text itself, by name; what is only behind that comes when
/// that is in line.
fn wanted(view: &View) -> Vec<String> {
    let snapshot = &view.snapshot;
    let ai = &snapshot.config.ai;
    if !ai.review_on_save || ai.models_for("align").is_empty() {
        return Vec::new();
    }
    let mut names = Vec::new();
    let left = snapshot.left_behind(&view.path).into_iter();
    for (path, span) in left.flat_map(|it| it.records) {
        for it in snapshot.outdated(&path) {
            if it.origin.span != span || !matches!(it.why, Why::Changed(_)) {
                continue;
            }
            let name = derived(snapshot, &path, it.origin).unwrap_or_else(|| path.to_string());
            if !names.contains(&name) && names.len() < MAX_UPDATES {
                names.push(name);
            }
        }
    }
    names
}
