//! `docket.plan`, `docket.align` and `docket.analyze`: from a brief to tickets, what is out of line
//! with it, and what else is worth one.

mod align;

use docket_core::edit::Change;
use docket_core::plan::{self, BRIEF, Input};
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;

use super::{Plan, planned};
use crate::analyze::{self, Analysis};
use crate::engine::View;
use crate::env::Env;
use crate::lsp::proposals::{Consent, ProposeCommand};
use crate::lsp::uri;
use crate::plan::{PlanOutput, coverage};
use crate::source::ProjectSource;

/// One of them, its argument checked.
#[derive(Debug)]
pub enum Planning {
    Plan(PlanArguments),
    Align(AlignArguments),
    Analyze(AnalyzeArguments),
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanArguments {
    /// The page to plan, or a file of its project; the project's brief where it is no page.
    #[serde(alias = "root")]
    uri: Option<lsp::Uri>,
    /// A ticket instead, by its id or its issue (`#42`).
    ticket: Option<String>,
    /// Instead TODOs that nothing tracks, in these files and folders, relative to the project's
    /// root; everywhere where none is named.
    todos: Option<Vec<String>>,
    /// The person has seen what it comes to, and agreed. Without it nothing is made.
    #[serde(default)]
    yes: bool,
    /// Also where a model is configured.
    #[serde(default)]
    no_model: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AlignArguments {
    /// A file, or a project's folder; every file of every project where there is none.
    #[serde(alias = "root")]
    uri: Option<lsp::Uri>,
    /// A ticket or requirement.
    of: Option<String>,
    /// They hold for what their sources say now.
    #[serde(default)]
    still_valid: bool,
    /// Sources without a digest are written down.
    #[serde(default)]
    record: bool,
    /// Nobody is told of them until their sources change again.
    #[serde(default)]
    dismiss: bool,
    /// What was dismissed is told of again.
    #[serde(default)]
    restore: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnalyzeArguments {
    /// A file of the project.
    pub uri: Option<lsp::Uri>,
    /// Keys of findings that are to become tickets.
    #[serde(default)]
    tickets: Vec<String>,
    /// Also where a model is configured.
    #[serde(default)]
    pub no_model: bool,
    /// Also where the same was asked before.
    #[serde(default)]
    pub again: bool,
    /// What was found, where a model was asked about it.
    #[serde(skip)]
    pub analysis: Option<Analysis>,
}

impl Planning {
    /// What a model is to propose instead, where one is named for it.
    ///
    /// # Errors
    ///
    /// A sentence, where nothing is meant.
    pub fn by_model(&self, view: &View) -> Result<Option<ProposeCommand>, String> {
        let Self::Plan(it) = self else {
            return Ok(None);
        };
        if it.no_model || view.snapshot.config.ai.models_for("plan").is_empty() {
            return Ok(None);
        }
        let consent = match it.yes {
            true => Consent::Given,
            false => Consent::Ask,
        };
        let of = input(view, it)?;
        let within = it.uri.clone().unwrap_or_else(|| uri::of_path(&view.root));
        Ok(Some(ProposeCommand::plan(of, consent, within)))
    }

    pub(super) fn parse(name: &str, argument: Value) -> Result<Self, String> {
        let read =
            |error: serde_json::Error, takes: &str| format!("The command takes {takes}: {error}.");
        match name {
            "docket.plan" => serde_json::from_value(argument)
                .map(Self::Plan)
                .map_err(|it| read(it, "{\"uri\", \"ticket\", \"todos\", \"yes\", \"noModel\"}, all optional")),
            "docket.analyze" => serde_json::from_value(argument)
                .map(Self::Analyze)
                .map_err(|it| read(it, "{\"uri\", \"tickets\", \"noModel\", \"again\"}, all optional")),
            _ => serde_json::from_value(argument)
                .map(Self::Align)
                .map_err(|it| {
                    read(
                        it,
                        "{\"uri\", \"of\", \"stillValid\", \"record\", \"dismiss\", \"restore\"}, all optional",
                    )
                }),
        }
    }

    pub fn uri(&self) -> Option<&lsp::Uri> {
        match self {
            Self::Plan(it) => it.uri.as_ref(),
            Self::Align(it) => it.uri.as_ref(),
            Self::Analyze(it) => it.uri.as_ref(),
        }
    }

    /// The ticket that it speaks of, by its id or its issue, which tells the project.
    pub fn ticket(&self) -> Option<&str> {
        match self {
            Self::Plan(it) => it.ticket.as_deref(),
            Self::Align(_) | Self::Analyze(_) => None,
        }
    }

    pub(super) fn plan(&self, views: &[View], env: &Env) -> Result<Plan, String> {
        let view = || project_of(views, self.ticket()).ok_or("docket has no project open.");
        match self {
            Self::Plan(it) => plan(view()?, it, env),
            Self::Align(it) => align::plan(views, it),
            Self::Analyze(it) => look(view()?, it, env),
        }
    }
}

/// The first project that has what is named, a ticket by its id or its issue; the first of all where
/// none has it, or nothing is named.
pub fn project_of<'a>(views: &'a [View], ticket: Option<&str>) -> Option<&'a View> {
    let has = |it: &&View, word| matches!(Input::of_word(&it.snapshot, word), Ok(Some(_)));
    let named = ticket.and_then(|word| views.iter().find(|it| has(it, word)));
    named.or(views.first())
}

/// What is meant: what is named, else the page asked from, else the brief.
fn input(view: &View, it: &PlanArguments) -> Result<Input, String> {
    let told = |error: plan::PlanError| format!("{error}; {}", error.hint());
    match (&it.ticket, &it.todos) {
        (Some(word), _) => Input::of_word(&view.snapshot, word)
            .and_then(|it| it.ok_or_else(|| plan::PlanError::NoTicket(word.clone())))
            .map_err(told),
        (None, Some(within)) => Ok(Input::Todos(within.clone())),
        (None, None) => Ok(Input::Page(page(view))),
    }
}

fn page(view: &View) -> String {
    let is_page = view
        .snapshot
        .file(&view.path)
        .is_some_and(|it| it.page.is_some() && it.ticket.is_none());
    match is_page {
        true => view.path.clone(),
        false => BRIEF.to_owned(),
    }
}

fn plan(view: &View, it: &PlanArguments, env: &Env) -> Result<Plan, String> {
    let of = input(view, it)?;
    let mut source = ProjectSource::new(&view.root, env);
    let found = plan::plan(&view.snapshot, &of, &mut source)
        .map_err(|error| format!("{error}; {}", error.hint()))?;
    let told = PlanOutput::new(&view.snapshot, &of, &found, it.yes);
    let change = match it.yes {
        true => found.change,
        false => Change::default(),
    };
    let mut plan = planned(view, "plan", change);
    plan.answer["plan"] = json!(told);
    plan.answer["coverage"] = json!(coverage(&view.snapshot).requirements);
    Ok(plan)
}

fn look(view: &View, it: &AnalyzeArguments, env: &Env) -> Result<Plan, String> {
    let snapshot = &view.snapshot;
    let looked = || analyze::analysis(snapshot, &view.root, env);
    let analysis = match &it.analysis {
        Some(it) => it,
        None => &looked(),
    };
    let mut source = ProjectSource::new(&view.root, env);
    let (made, change) = analyze::tickets(snapshot, analysis, &it.tickets, &mut source)?;
    let mut plan = planned(view, "tickets of an analysis", change);
    plan.answer["analysis"] = json!(analyze::output(snapshot, analysis, made));
    Ok(plan)
}
