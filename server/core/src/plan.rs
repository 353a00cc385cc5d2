//! A plan out of a structured brief, an issue or TODOs, without a model: requirements, their tickets,
//! open questions.
//!
//! What is planned names what it came from ([`crate::lineage`]), so that planning again adds what is
//! new and nothing twice, and a sentence that changed marks what followed from it.

mod brief;
mod coverage;
mod input;
mod known;
mod pages;
pub mod questions;
pub mod spec;
#[cfg(test)]
mod tests;
mod text;
mod todos;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::adopt::{self, Site};
use crate::edit::{Change, FileCreate, FileEdit, TextEdit};
use crate::ide::{Refusal, Source as World};
use crate::ids::{self, TicketId};
use crate::lineage::{Digest, REQUIREMENT, Source, Whole};
use crate::propose::GENERATED;
use crate::span::Span;
use crate::ticket::Priority;
use crate::ticket::field::Value;
use crate::world::{Snapshot, paths};

use brief::{Brief, Kind};
pub use coverage::{Covered, coverage};
pub use input::{Input, Reading};
use known::{Known, titles};
pub use spec::Spec;
use text::{Section, Standing, With};
use todos::Cluster;

/// Where a brief is, unless another page is named.
pub const BRIEF: &str = ".docs/brief.md";
/// Where requirements are put.
pub const REQUIREMENTS: &str = ".docs/requirements.md";

/// How alike two texts are of which one became the other.
const ALIKE: f64 = 0.5;

/// What a brief comes to, beside what is there already.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    pub requirements: Vec<Requirement>,
    pub tickets: Vec<Ticket>,
    /// Open ones, which a person answers in the brief.
    pub questions: Vec<Question>,
    /// What the brief says otherwise now: its requirement is outdated, and not planned again.
    pub changed: Vec<Changed>,
    /// Paths of pages that are made.
    pub pages: Vec<String>,
    /// Files of which TODOs are linked to their tickets.
    pub linked: Vec<String>,
    /// Tickets that TODOs would be worth beyond those of one plan.
    pub n_left: usize,
    pub change: Change,
}

/// A requirement that is not there yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    pub id: String,
    pub title: String,
    pub criteria: Vec<String>,
    /// The file that says so, and where.
    pub path: String,
    pub span: Span,
}

/// A ticket that is not there yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticket {
    pub id: String,
    pub title: String,
    pub requirement: String,
    pub priority: Option<Priority>,
    pub estimate: Option<u32>,
    pub depends_on: Vec<String>,
    pub path: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub text: String,
    /// The file that it stands in, and where.
    pub path: String,
    pub span: Span,
}

/// Something in the brief that became other words than a requirement was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    pub text: String,
    pub requirement: String,
    pub path: String,
    pub span: Span,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("there is no page `{0}`")]
    NoBrief(String),
    #[error("`{0}` says nothing that a requirement could be made of")]
    Nothing(String),
    #[error("there is no ticket {0}")]
    NoTicket(String),
    #[error("no ticket here stands for the issue {0}")]
    NoIssue(String),
    #[error("there are no {0} that nothing tracks")]
    NoTodos(String),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl PlanError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoBrief(_) => {
                "`docket init` makes one; write what the project is for under `## Goals`, an item each"
            }
            Self::Nothing(_) => {
                "write an item each under `## Goals`, `## Must` or `## Requirements`; items nested in it become its criteria"
            }
            Self::NoTicket(_) => "`docket list` shows them",
            Self::NoIssue(_) => "`docket sync` makes tickets of the issues that are new",
            Self::NoTodos(_) => {
                "`docket todos` shows those that there are; name files or folders from where you are"
            }
            Self::Refused(_) => "ask again: nothing was changed",
        }
    }
}

/// Plans what an input says by itself.
///
/// # Errors
///
/// Where there is no such page, ticket or TODO, or nothing in it that can be planned.
pub fn plan(snapshot: &Snapshot, input: &Input, world: &mut dyn World) -> Result<Plan, PlanError> {
    let reading = Reading::of(snapshot, input, &|_| true, world)?;
    made(snapshot, &reading, &reading.brief, None, world)
}

/// Plans what a model read out of it, which was checked ([`spec::check`]). `mark` says in each
/// ticket who wrote it.
///
/// # Errors
///
/// As [`plan`].
pub fn plan_of(
    snapshot: &Snapshot,
    reading: &Reading,
    spec: &Spec,
    mark: &str,
    world: &mut dyn World,
) -> Result<Plan, PlanError> {
    let brief = spec::brief(&reading.brief, spec);
    made(snapshot, reading, &brief, Some(mark), world)
}

fn made(
    snapshot: &Snapshot,
    reading: &Reading,
    brief: &Brief,
    mark: Option<&str>,
    world: &mut dyn World,
) -> Result<Plan, PlanError> {
    let is_page = matches!(reading.whole, Some(Whole::Page(_)));
    let has_questions = !brief.questions.is_empty() && !is_page;
    if brief.items.is_empty() && reading.known.is_empty() && !has_questions {
        return Err(PlanError::Nothing(reading.name.clone()));
    }
    let known = Known::of(snapshot, reading.whole.as_ref());
    let mut planner = Planner {
        snapshot,
        world,
        drawn: FxHashSet::default(),
        plan: Plan::default(),
        mark,
        reading,
        todos: &brief.todos,
        links: Vec::new(),
    };
    planner.plan.n_left = reading.n_left;
    planner.plan.questions = brief.questions.clone();
    let sections = planner.requirements(brief, &known);
    planner.write_requirements(&sections, &brief.more_questions);
    planner.tickets(&sections);
    planner.link()?;
    planner.pages(brief);
    planner.plan.questions.extend(brief.more_questions.clone());
    Ok(planner.plan)
}

/// The text of a file as the editor or the disk has it.
fn text_of(snapshot: &Snapshot, path: &str, world: &mut dyn World) -> Option<String> {
    match snapshot.document(path) {
        Some(document) => Some(document.rope.to_string()),
        None => world.text(path),
    }
}

struct Planner<'a> {
    snapshot: &'a Snapshot,
    world: &'a mut dyn World,
    drawn: FxHashSet<TicketId>,
    plan: Plan,
    mark: Option<&'a str>,
    reading: &'a Reading,
    todos: &'a [Cluster],
    /// TODOs and the tickets that they are linked to.
    links: Vec<(&'a Site, String)>,
}

impl<'a> Planner<'a> {
    /// An id that nothing has, here or on another branch.
    fn draw(&mut self, prefix: &str) -> String {
        let n_tickets = self.snapshot.index.n_tickets();
        let (snapshot, drawn) = (self.snapshot, &self.drawn);
        loop {
            let below = |n| self.world.below(n);
            let id = ids::draw(prefix, n_tickets, below, |it| {
                drawn.contains(it)
                    || snapshot.index.has_ticket(it)
                    || snapshot.index.requirement_files(it).next().is_some()
            });
            if !self.world.is_taken(&id) {
                self.drawn.insert(TicketId::new(&id));
                return id;
            }
        }
    }

    /// Every requirement of the brief, known or new, in its order.
    fn requirements(&mut self, brief: &Brief, known: &Known) -> Vec<Section> {
        let titles = titles(self.snapshot);
        let mut sections: Vec<Section> = Vec::new();
        // By the item's number, for those in an order.
        let mut of_item: Vec<Option<usize>> = Vec::new();
        for item in &brief.items {
            let after = item.after.iter();
            let after = after.filter_map(|it| of_item.get(*it).copied().flatten());
            let after: Vec<String> = after.map(|it| sections[it].id.clone()).collect();
            let digest = item.from.record().map(|it| it.1);
            if let Some(id) = digest.and_then(|it| known.requirements.get(&it)) {
                of_item.push(Some(sections.len()));
                sections.push(Section::known(id, item, after));
                continue;
            }
            if let Some(id) = known.before(item, &titles) {
                self.plan.changed.push(Changed {
                    text: item.title(),
                    requirement: id.to_string(),
                    path: item.path.clone(),
                    span: item.span,
                });
                of_item.push(None);
                continue;
            }
            let id = self.draw(REQUIREMENT);
            self.plan.requirements.push(Requirement {
                id: id.clone(),
                title: item.title(),
                criteria: item.criteria.iter().map(|it| it.0.clone()).collect(),
                path: item.path.clone(),
                span: item.span,
            });
            of_item.push(Some(sections.len()));
            sections.push(Section::new(&id, item, after, &brief.todos));
        }
        sections
    }

    /// Writes new requirements, and asks what is open where the input stands.
    fn write_requirements(&mut self, sections: &[Section], questions: &[Question]) {
        let new: Vec<_> = sections
            .iter()
            .filter(|it| it.standing == Standing::New)
            .map(|it| it.text.as_str())
            .collect();
        let new = new.join("\n");
        let asked = self.reading.questions();
        let snapshot = self.snapshot;
        let is_there = snapshot.file(REQUIREMENTS).is_some();
        if asked != REQUIREMENTS || is_there {
            let text = text_of(snapshot, asked, self.world).unwrap_or_default();
            let questions = questions::missing(asked, &text, questions);
            let edit = questions::added(snapshot, asked, &text, &questions);
            self.plan.change.edits.extend(edit);
        }
        if !new.is_empty() {
            self.add_requirements(&new, questions);
        }
        let edited = self.plan.change.edits.iter().map(|it| it.path.clone());
        self.plan.pages.splice(0..0, edited);
    }

    fn add_requirements(&mut self, new: &str, questions: &[Question]) {
        match self.snapshot.file(REQUIREMENTS).cloned() {
            None => {
                let mut text = format!("# Requirements\n\n{new}");
                if self.reading.questions() == REQUIREMENTS && !questions.is_empty() {
                    text = format!("{text}\n{}", questions::section(questions));
                }
                self.plan.change.creates.push(FileCreate {
                    path: REQUIREMENTS.to_owned(),
                    text,
                });
                self.plan.pages.push(REQUIREMENTS.to_owned());
            }
            Some(facts) => {
                let text = text_of(self.snapshot, REQUIREMENTS, self.world).unwrap_or_default();
                let end = text.len();
                let parted = match text.ends_with('\n') {
                    true => "\n",
                    false => "\n\n",
                };
                let edit = TextEdit {
                    span: Span::new(end, end),
                    text: format!("{parted}{new}"),
                };
                let edits = &mut self.plan.change.edits;
                match edits.iter_mut().find(|it| it.path == REQUIREMENTS) {
                    // Questions are asked before the page's last empty lines.
                    Some(it) => it.edits.push(edit),
                    None => edits.push(FileEdit {
                        path: REQUIREMENTS.to_owned(),
                        expected: facts.hash,
                        edits: vec![edit],
                    }),
                }
            }
        }
    }

    /// A ticket for each requirement that has none.
    fn tickets(&mut self, sections: &[Section]) {
        let mut of_requirement: FxHashMap<String, String> = FxHashMap::default();
        for section in sections {
            let id = TicketId::new(&section.id);
            if let Some(known) = self.ticket_of(&id) {
                self.links_of(section, &known);
                of_requirement.insert(section.id.clone(), known);
                continue;
            }
            // A limit is kept by all tickets and done by none.
            if section.kind == Kind::Constraint {
                continue;
            }
            let Some(digest) = self.digest(section) else {
                continue;
            };
            let ticket = self.draw(&self.snapshot.config.prefix.clone());
            let after = section.after.iter();
            let after = after.filter_map(|it| of_requirement.get(it));
            let depends_on: Vec<_> = after.cloned().collect();
            let with = With {
                depends_on: &depends_on,
                parent: self.reading.parent.as_ref(),
                todos: section.todos.map(|at| &self.todos[at]),
                today: self.snapshot.today,
            };
            let mut draft = text::draft(section, &ticket, digest, with);
            let mark = self.mark.map(|it| Value::Text(it.to_owned()));
            draft.fields.extend(mark.map(|it| (GENERATED, it)));
            let path = format!("{}{}", paths::TICKETS, draft.file_name());
            let create = FileCreate {
                path: path.clone(),
                text: draft.text(),
            };
            self.plan.change.creates.push(create);
            self.plan.tickets.push(Ticket {
                id: ticket.clone(),
                title: section.title.clone(),
                requirement: section.id.clone(),
                priority: section.priority,
                estimate: section.estimate(),
                depends_on,
                path,
            });
            self.links_of(section, &ticket);
            of_requirement.insert(section.id.clone(), ticket);
        }
    }

    fn links_of(&mut self, section: &Section, ticket: &str) {
        let todos = section.todos.map(|at| &self.todos[at]);
        let sites = todos.into_iter().flat_map(|it| &it.todos);
        self.links.extend(sites.map(|it| (it, ticket.to_owned())));
    }

    /// Writes the tickets' ids into the TODOs that ask for them, or for the same as an open ticket.
    fn link(&mut self) -> Result<(), PlanError> {
        for it in &self.reading.known {
            let ticket = it.ticket.iter();
            let sites = ticket.flat_map(|id| it.todos.iter().map(move |of| (of, id.clone())));
            self.links.extend(sites);
        }
        let edits = adopt::link_sites(self.snapshot, &self.links, self.world)?;
        self.plan.linked = edits.iter().map(|it| it.path.clone()).collect();
        for it in edits {
            let known = &mut self.plan.change.edits;
            match known.iter_mut().find(|of| of.path == it.path) {
                // A TODO of a page that is edited anyway.
                Some(of) => {
                    of.edits.extend(it.edits);
                    of.edits.sort_by_key(|it| it.span.start);
                }
                None => known.push(it),
            }
        }
        Ok(())
    }

    /// The first ticket that was derived from a requirement, in its own spelling.
    fn ticket_of(&self, requirement: &TicketId) -> Option<String> {
        let whole = Whole::Id(requirement.clone());
        let files = self.snapshot.index.derived(&whole);
        let tickets = files.filter_map(|path| {
            let ticket = self.snapshot.file(path)?.ticket.as_ref()?;
            Some(ticket.id.as_ref()?.value.clone())
        });
        tickets.min()
    }

    /// What a requirement says: as its page has it, or will have it.
    fn digest(&self, section: &Section) -> Option<Digest> {
        if section.standing == Standing::New {
            return text::digest(section);
        }
        let source = Source {
            whole: Whole::Id(TicketId::new(&section.id)),
            part: "".into(),
        };
        Some(self.snapshot.source(&source)?.1.digest)
    }

    fn pages(&mut self, brief: &Brief) {
        for (path, text) in pages::pages(self.snapshot, brief) {
            let is_there = self.snapshot.file(path).is_some() || self.world.text(path).is_some();
            if !is_there {
                self.plan.pages.push(path.to_owned());
                self.plan.change.creates.push(FileCreate {
                    path: path.to_owned(),
                    text,
                });
            }
        }
    }
}
