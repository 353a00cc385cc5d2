//! Adoption on a real project: the plan from its page or worked out, and what becomes of the page.

use std::collections::BTreeMap;

use docket_core::adopt::{self, Adoption, PAGE, Plan};
use docket_core::edit::{Change, FileCreate};
use docket_core::ide::actions::{Refusal, Source};
use docket_core::world::Snapshot;
use schemars::JsonSchema;
use serde::Serialize;

use crate::env::Env;
use crate::owners::ProjectOwners;
use crate::source::ProjectSource;

/// A plan, and whether a person has it on a page.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    pub(crate) is_page: bool,
}

/// The plan that the page holds, else a new one of at most `max` tickets.
///
/// # Errors
///
/// What is wrong with the page, and where.
pub(crate) fn plan(
    snapshot: &Snapshot,
    root: &std::path::Path,
    env: &Env,
    max: usize,
) -> Result<Planned, String> {
    let page = match snapshot.document(PAGE) {
        Some(document) => Some(document.text()),
        None => ProjectSource::new(root, env).text(PAGE),
    };
    match page {
        Some(text) => {
            let plan = adopt::parse(&text, &snapshot.config)
                .map_err(|it| format!("`{PAGE}` is no plan, {it}"))?;
            Ok(Planned {
                plan,
                is_page: true,
            })
        }
        None => {
            let mut owners = ProjectOwners::new(root, env, snapshot.me.as_deref());
            Ok(Planned {
                plan: adopt::propose(snapshot, max, &mut owners),
                is_page: false,
            })
        }
    }
}

impl Planned {
    /// The change that writes the plan as a page.
    pub(crate) fn page(&self) -> Change {
        Change {
            creates: vec![FileCreate {
                path: PAGE.to_owned(),
                text: self.plan.to_string(),
            }],
            ..Change::default()
        }
    }

    /// The change that carries the plan out; its page goes away with it.
    ///
    /// # Errors
    ///
    /// As [`adopt::adopt`].
    pub(crate) fn carry_out(
        &self,
        snapshot: &Snapshot,
        source: &mut dyn Source,
    ) -> Result<Adoption, Refusal> {
        let mut adoption = adopt::adopt(snapshot, &self.plan, source)?;
        if self.is_page {
            adoption.change.deletes.push(PAGE.to_owned());
        }
        Ok(adoption)
    }

    /// The machine output: of what was done, or of the plan alone.
    pub(crate) fn output(&self, page: Option<&str>, adoption: Option<&Adoption>) -> AdoptOutput {
        let todo = |it: &adopt::Site| AdoptTodoRow {
            path: it.path.clone(),
            line: it.line,
            keyword: it.keyword.clone(),
            text: it.text.clone(),
        };
        let tickets = self.plan.tickets.iter().enumerate();
        AdoptOutput {
            schema: SCHEMA,
            page: page.map(str::to_owned),
            tickets: tickets
                .map(|(idx, it)| AdoptRow {
                    ticket: match adoption {
                        Some(adoption) => adoption.ids.get(idx).cloned().flatten(),
                        None => it.ticket.clone(),
                    },
                    title: it.title.clone(),
                    fields: it
                        .fields
                        .iter()
                        .map(|(name, value)| (name.clone(), value.to_string()))
                        .collect(),
                    todos: it.todos.iter().map(todo).collect(),
                })
                .collect(),
            left: self.plan.n_left,
            passed_over: adoption
                .map_or(Vec::new(), |it| it.passed_over.iter().map(todo).collect()),
            done: adoption.is_some(),
        }
    }
}

/// Version of the machine output, the same as the terminal's.
const SCHEMA: u32 = 1;

/// `docket adopt --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AdoptOutput {
    pub(crate) schema: u32,
    /// The page that the plan stands in, relative to the root; null where it is in none.
    pub(crate) page: Option<String>,
    pub(crate) tickets: Vec<AdoptRow>,
    /// Tickets beyond the cap.
    pub(crate) left: usize,
    /// TODOs of the plan that are tracked by now, or gone.
    pub(crate) passed_over: Vec<AdoptTodoRow>,
    /// False where only the plan was shown or written.
    pub(crate) done: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AdoptRow {
    /// The new ticket's id, or that of an open ticket that says so already; null in a plan, and where
    /// nothing was left to do.
    pub(crate) ticket: Option<String>,
    pub(crate) title: String,
    /// As in `docket set`.
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) todos: Vec<AdoptTodoRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AdoptTodoRow {
    pub(crate) path: String,
    /// From 1.
    pub(crate) line: u32,
    pub(crate) keyword: String,
    pub(crate) text: String,
}
