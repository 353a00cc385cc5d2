//! Handlers of what is proposed: asked for away from the engine's pool, shown, and decided.

use std::sync::Arc;

use docket_ai::{Cancel, Event, Progress};
use docket_core::edit::Change;
use docket_core::ids::TicketId;
use docket_core::schema;
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Error;

use super::super::commands::find;
use super::super::commands::planning::{AnalyzeArguments, Planning, project_of};
use super::super::outbox::{Out, Question, Work};
use super::super::proposals::{Consent, DecideArguments, ListArguments, ProposeCommand};
use super::super::work::Shown;
use super::super::{documents, proposals, uri};
use super::Backend;
use super::ask::{aside, failed, lost};
use super::language::Answer;
use crate::analyze::analysis;
use crate::engine::{Need, Reply, View, relative};
use crate::propose::{
    self, Again, How, Means, Project, Proposal, ProposalRow, ProposalsOutput, ProposeError, Teller,
    Wanted,
};

const ACCEPT: &str = "Accept";
const REFUSE: &str = "Refuse";
const LATER: &str = "Later";
/// Of a discussion, where the client opens its page to be written into.
const JOIN: &str = "Join";

impl Backend {
    pub(super) async fn propose(
        &self,
        command: ProposeCommand,
        token: Option<lsp::ProgressToken>,
    ) -> Answer<Value> {
        let view = self.view_of(&command).await?;
        match command {
            ProposeCommand::Ask {
                wanted,
                how,
                consent,
                within,
            } => {
                let wanted = meant(&view, wanted, within.as_ref());
                self.ask_for(view, wanted, how, consent, token).await
            }
            ProposeCommand::Accept(it) => {
                let row = self.accept(&view, &it).await?;
                Ok(Some(json!({ "schema": 1, "proposal": row })))
            }
            ProposeCommand::Refuse(it) => {
                let row = self.refuse(&view, it.proposal).await?;
                Ok(Some(json!({ "schema": 1, "proposal": row })))
            }
            ProposeCommand::List(it) => self.list(&view, &it),
        }
    }

    /// What a model is to propose in the place of a plan by rule.
    pub(super) async fn by_model(
        &self,
        planning: &Planning,
    ) -> Result<Option<ProposeCommand>, Error> {
        let view = self.view_at(planning.uri(), planning.ticket()).await?;
        let found = view.map(|it| planning.by_model(&it)).transpose();
        Ok(found.map_err(failed)?.flatten())
    }

    /// The project of a file; of a ticket where no file is named.
    async fn view_at(
        &self,
        uri: Option<&lsp::Uri>,
        ticket: Option<&str>,
    ) -> Result<Option<View>, Error> {
        let view = match uri.and_then(uri::to_path) {
            Some(path) => self.engine.read(path, Need::Index, View::clone).await,
            None => {
                let ticket = ticket.map(str::to_owned);
                let of = move |views: &[View]| project_of(views, ticket.as_deref()).cloned();
                self.engine.read_all(Need::Index, of).await
            }
        };
        view.map_err(lost)
    }

    /// Looks at a project and has a model put what is found into order and words, where one is named
    /// for it. Without one nothing is done here: the plan of the command looks by itself.
    pub(super) async fn look(
        &self,
        it: &mut AnalyzeArguments,
        token: Option<lsp::ProgressToken>,
    ) -> Result<(), Error> {
        const TASK: &str = "analyze";
        let view = self.view_at(it.uri.as_ref(), None).await?;
        let has_model = |it: &View| !it.snapshot.config.ai.models_for(TASK).is_empty();
        let Some(view) = view.filter(|view| !it.no_model && has_model(view)) else {
            return Ok(());
        };
        let project = self.project(&view);
        let how = How {
            means: Means::Configured,
            again: match it.again {
                true => Again::Yes,
                false => Again::No,
            },
        };
        let is_trusted = self.settings.trusted();
        let runtime = tokio::runtime::Handle::current();
        let look = move |progress: &dyn Progress, cancel: &Cancel| {
            progress.on(&Event::Doing {
                what: "asking git for a year of changes",
            });
            let mut analysis = analysis(&project.snapshot, &project.root, &project.env);
            if !is_trusted {
                analysis.notes.push(
                    "no model was asked: this folder is not trusted, and its configuration says whom"
                        .to_owned(),
                );
                return Ok(analysis);
            }
            let words = propose::words(&project, &analysis.found, how, progress, cancel);
            let words = runtime.block_on(words);
            analysis.take(words).map_err(|it| it.told())?;
            Ok(analysis)
        };
        it.analysis = Some(self.wait_for(TASK, token, look).await?);
        Ok(())
    }

    pub(super) async fn actions(
        &self,
        params: lsp::CodeActionParams,
    ) -> Answer<Vec<lsp::CodeActionResponse>> {
        let (env, settings) = (self.env.clone(), self.settings.clone());
        let waiting = self.waiting.clone();
        let uri = params.text_document.uri.clone();
        self.ask_at(&uri, Need::Now, move |view, caps| {
            let display = &settings.display;
            let mut actions = super::super::actions::actions(view, &params, display, &env, caps);
            actions.extend(proposals::actions(view, &params, &waiting, &env, caps));
            Some(actions)
        })
        .await
    }

    /// The text of a document that is no file.
    pub(super) async fn content(
        &self,
        params: lsp::TextDocumentContentParams,
    ) -> Result<lsp::TextDocumentContentResult, Error> {
        let (waiting, env) = (self.waiting.clone(), self.env.clone());
        let ask = move |views: &[View]| {
            documents::proposal_text(views, &params.uri, &waiting, &env)
                .or_else(|| documents::content(views, &params.uri))
        };
        let text = self.engine.read_all(Need::Now, ask).await.map_err(lost)?;
        text.map(lsp::TextDocumentContentResult::new)
            .ok_or_else(|| failed("Nothing is known of this (any more).".into()))
    }

    /// The project that a command speaks of.
    fn view_of(
        &self,
        command: &ProposeCommand,
    ) -> impl Future<Output = Result<View, Error>> + use<> {
        let path = command.within().and_then(uri::to_path);
        let id = command.of().map(TicketId::new);
        let proposal = command.proposal().map(str::to_owned);
        let (waiting, env) = (self.waiting.clone(), self.env.clone());
        let found = self.engine.read_all(Need::Index, move |views| {
            let by_path = path.as_ref().and_then(|path| {
                let of = views.iter().filter(|it| path.starts_with(&it.root));
                of.max_by_key(|it| it.root.as_os_str().len())
            });
            let by_id = id
                .as_ref()
                .and_then(|id| views.iter().find(|it| find::has(it, id)));
            let waits = |it: &&View, id: &str| {
                let all = waiting.of(&it.root, &env);
                all.iter().any(|of| of.id.eq_ignore_ascii_case(id))
            };
            let by_proposal = || {
                let id = proposal.as_deref().filter(|_| views.len() > 1)?;
                views.iter().find(|it| waits(it, id))
            };
            let found = by_path.or(by_id).or_else(by_proposal);
            found.or(views.first()).cloned()
        });
        async move {
            let view = found.await.map_err(lost)?;
            view.ok_or_else(|| failed("docket has no project open.".into()))
        }
    }

    fn project(&self, view: &View) -> Project {
        Project {
            root: view.root.clone(),
            env: self.env.clone(),
            snapshot: view.snapshot.clone(),
        }
    }

    async fn ask_for(
        &self,
        view: View,
        wanted: Wanted,
        how: How,
        consent: Consent,
        token: Option<lsp::ProgressToken>,
    ) -> Answer<Value> {
        let config = &view.snapshot.config;
        let may_ask =
            how.means == Means::Configured && !config.ai.models_for(wanted.task()).is_empty();
        if may_ask && !self.settings.trusted() {
            return Err(failed(
                "This folder is not trusted, so no model is asked: its configuration says whom. Trust it in the editor first."
                    .into(),
            ));
        }
        if matches!(wanted, Wanted::Schema { .. }) && !self.settings.trusted() {
            return Err(failed(
                "This folder is not trusted, so its migrations are not tried: they would be run. Trust it in the editor first."
                    .into(),
            ));
        }
        let proposal = self.made(&view, wanted, how, token).await?;
        let row = |state| ProposalRow::new(&view.root, &view.snapshot, &proposal, state);
        let decided = match consent {
            Consent::Given => Some(ACCEPT.to_owned()),
            Consent::Withheld => None,
            Consent::Ask => self.decision(&view, &proposal).await,
        };
        let told = match decided.as_deref() {
            Some(ACCEPT) => {
                let it = DecideArguments {
                    proposal: proposal.id.clone(),
                    uri: None,
                    made: false,
                };
                self.accept(&view, &it).await?
            }
            Some(REFUSE) => self.refuse(&view, proposal.id.clone()).await?,
            _ => row("waiting"),
        };
        let mut answer = json!({ "schema": 1, "proposal": told });
        if decided.as_deref() == Some(JOIN) {
            answer["join"] = json!(true);
            answer["root"] = json!(uri::of_path(&view.root));
        }
        if let Some(mut plan) = proposal.body.told {
            plan["done"] = json!(told.state == "accepted");
            answer["plan"] = plan;
        }
        Ok(Some(answer))
    }

    async fn made(
        &self,
        view: &View,
        wanted: Wanted,
        how: How,
        token: Option<lsp::ProgressToken>,
    ) -> Result<Proposal, Error> {
        let task = wanted.task();
        let (project, runtime) = (self.project(view), tokio::runtime::Handle::current());
        let make = move |progress: &dyn Progress, cancel: &Cancel| {
            let made = propose::propose(&project, &wanted, how, progress, cancel);
            runtime.block_on(made).map_err(|it| it.told())
        };
        self.wait_for(task, token, make).await
    }

    /// Has work done on a thread of its own. Whoever lets go of this, or cancels the progress, hangs
    /// up on the model.
    async fn wait_for<T: Send + 'static>(
        &self,
        task: &'static str,
        token: Option<lsp::ProgressToken>,
        work: impl FnOnce(&dyn Progress, &Cancel) -> Result<T, String> + Send + 'static,
    ) -> Result<T, Error> {
        let shown = Shown::begin(self.outbox.clone(), token, task);
        let (id, outbox) = (shown.id, self.outbox.clone());
        let teller = Teller::new(move |said: &str| {
            // The outbox ends with the session: nobody is left to tell then.
            let _ = outbox.send(Out::Work(id, Work::Says(said.to_owned())));
        });
        let cancel = Cancel::new();
        let _hangs_up = cancel.clone().drop_guard();
        let within = cancel.clone();
        let made = tokio::task::spawn_blocking(move || work(&teller, &within));
        tokio::select! {
            made = made => made.map_err(|_| lost(crate::engine::Lost))?.map_err(failed),
            () = shown.cancelled.notified() => Err(Error::request_cancelled()),
        }
    }

    /// Shows it, and asks what becomes of it; nothing where the person lets it wait.
    async fn decision(&self, view: &View, proposal: &Proposal) -> Option<String> {
        let caps = self.caps();
        let place = documents::proposal(view, proposal, &self.env, &caps);
        if let Some(uri) = place.filter(|_| caps.language.show_document) {
            let range = lsp::Range::default();
            self.out(Out::Show(lsp::Location { uri, range }));
        }
        let notes = proposal.body.notes.join("\n");
        let (reply, answer) = Reply::channel();
        let joins = caps.join && proposal.body.talk.is_some();
        let join = joins.then_some(JOIN);
        let choices = [Some(ACCEPT), Some(REFUSE), join, Some(LATER)];
        self.out(Out::Ask(Question {
            message: format!("{}?\n\n{notes}", proposal.title),
            choices: choices.into_iter().flatten().map(str::to_owned).collect(),
            reply,
        }));
        answer.await.ok().flatten()
    }

    async fn accept(&self, view: &View, it: &DecideArguments) -> Result<ProposalRow, Error> {
        let id = it.proposal.clone();
        if it.made {
            // The client has changed the files, so they are no longer what they were.
            return self
                .decided(view, id, "accepted", |project, proposal| {
                    propose::accepted(project, proposal)
                })
                .await;
        }
        let now = self.view_now(view).await?;
        let project = self.project(&now);
        let accept = move || {
            let proposal = propose::accept(&project, &id).map_err(|it| it.told())?;
            let row = ProposalRow::new(&project.root, &project.snapshot, &proposal, "accepted");
            Ok::<_, String>((project, proposal, row))
        };
        let (project, proposal, row) = aside(accept).await?;
        let change = proposal.body.change.clone();
        if change != Change::default() {
            let label = format!("docket: {}", proposal.title);
            let applied = self.engine.apply(view.root.clone(), label, change);
            applied.await.map_err(|it| failed(it.to_string()))?;
        }
        aside(move || propose::accepted(&project, &proposal).map_err(|it| it.told())).await?;
        Ok(row)
    }

    async fn refuse(&self, view: &View, id: String) -> Result<ProposalRow, Error> {
        let project = self.project(view);
        aside(move || {
            let proposal = propose::refuse(&project, &id).map_err(|it| it.told())?;
            let row = ProposalRow::new(&project.root, &project.snapshot, &proposal, "refused");
            Ok::<_, String>(row)
        })
        .await
    }

    async fn decided(
        &self,
        view: &View,
        id: String,
        state: &'static str,
        decide: fn(&Project, &Proposal) -> Result<(), ProposeError>,
    ) -> Result<ProposalRow, Error> {
        let project = self.project(view);
        aside(move || {
            let waiting = propose::waiting(&project.root, &project.env);
            let found = waiting
                .into_iter()
                .find(|it| it.id.eq_ignore_ascii_case(&id));
            let proposal = found.ok_or_else(|| ProposeError::NoProposal(id).told())?;
            let row = ProposalRow::new(&project.root, &project.snapshot, &proposal, state);
            decide(&project, &proposal).map_err(|it| it.told())?;
            Ok::<_, String>(row)
        })
        .await
    }

    /// The project as it is by now.
    async fn view_now(&self, view: &View) -> Result<View, Error> {
        let root = view.root.clone();
        let found = self.engine.read_all(Need::Index, move |views| {
            views.iter().find(|it| it.root == root).cloned()
        });
        let found = found.await.map_err(lost)?;
        found.ok_or_else(|| failed("The project was closed.".into()))
    }

    fn list(&self, view: &View, it: &ListArguments) -> Answer<Value> {
        let waiting: Arc<Vec<Proposal>> = self.waiting.of(&view.root, &self.env);
        if let Some(id) = &it.proposal {
            let found = waiting.iter().find(|of| of.id.eq_ignore_ascii_case(id));
            let found = found.ok_or_else(|| failed(ProposeError::NoProposal(id.clone()).told()))?;
            let caps = self.caps();
            if let Some(uri) = documents::proposal(view, found, &self.env, &caps)
                && caps.language.show_document
            {
                let range = lsp::Range::default();
                self.out(Out::Show(lsp::Location { uri, range }));
            }
        }
        let told = ProposalsOutput::new(&view.root, &view.snapshot, &waiting);
        Ok(Some(json!(told)))
    }
}

/// Of a page that the command was given from, that page, where it is one that can be meant.
fn meant(view: &View, wanted: Wanted, within: Option<&lsp::Uri>) -> Wanted {
    let page = match wanted {
        Wanted::WriteDocs { path } if path.is_empty() => {
            let here = within.and_then(uri::to_path);
            let path = here.map(|it| relative(&view.root, &it));
            return Wanted::WriteDocs {
                path: path.unwrap_or_default(),
            };
        }
        Wanted::Schema { page } => page,
        other => return other,
    };
    let here = within.and_then(uri::to_path).and_then(|it| {
        let path = relative(&view.root, &it);
        let text = match view.snapshot.document(&path) {
            Some(document) => document.text(),
            None => std::fs::read_to_string(it).ok()?,
        };
        schema::read(&text).ok().map(|_| path)
    });
    Wanted::Schema {
        page: here.unwrap_or(page),
    }
}
