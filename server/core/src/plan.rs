//! A plan out of a structured brief, without a model: requirements, their tickets, open questions.
//!
//! What is planned names what it came from ([`crate::lineage`]), so that planning again adds what is
//! new and nothing twice, and a sentence that changed marks what followed from it.

mod brief;
mod coverage;
mod pages;
pub mod questions;
pub mod spec;
#[cfg(test)]
mod tests;
mod text;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::edit::{Change, FileCreate, FileEdit, TextEdit};
use crate::ide::Source as World;
use crate::ids::{self, TicketId};
use crate::lineage::{Digest, REQUIREMENT, Source, Whole, requirement_of};
use crate::propose::GENERATED;
use crate::span::Span;
use crate::ticket::Priority;
use crate::ticket::field::Value;
use crate::world::{Snapshot, paths};

use brief::{Brief, Item, Kind};
pub use coverage::{Covered, coverage};
pub use spec::Spec;
use text::{Section, Standing};

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
    pub change: Change,
}

/// A requirement that is not there yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    pub id: String,
    pub title: String,
    pub criteria: Vec<String>,
    /// Its place in the brief.
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
    /// Its place in the brief.
    pub span: Span,
}

/// Something in the brief that became other words than a requirement was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    pub text: String,
    pub requirement: String,
    pub span: Span,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("there is no page `{0}`")]
    NoBrief(String),
    #[error("`{0}` says nothing that a requirement could be made of")]
    Nothing(String),
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
        }
    }
}

/// Plans what the page at `path` says.
///
/// # Errors
///
/// Where there is no such page, or nothing in it that can be planned.
pub fn plan(snapshot: &Snapshot, path: &str, world: &mut dyn World) -> Result<Plan, PlanError> {
    let text = text_of(snapshot, path, world).ok_or_else(|| PlanError::NoBrief(path.to_owned()))?;
    let brief = Brief::read(path, &text);
    made(snapshot, path, &brief, None, world)
}

/// The text of the page at `path`, as a model is to read it.
///
/// # Errors
///
/// Where there is no such page.
pub fn page(snapshot: &Snapshot, path: &str, world: &mut dyn World) -> Result<String, PlanError> {
    text_of(snapshot, path, world).ok_or_else(|| PlanError::NoBrief(path.to_owned()))
}

/// Plans what a model read out of the page at `path`, which was checked ([`spec::check`]). `mark`
/// says in each ticket who wrote it.
///
/// # Errors
///
/// As [`plan`].
pub fn plan_of(
    snapshot: &Snapshot,
    path: &str,
    spec: &Spec,
    mark: &str,
    world: &mut dyn World,
) -> Result<Plan, PlanError> {
    let text = page(snapshot, path, world)?;
    let brief = spec::brief(path, &text, spec);
    let mut plan = made(snapshot, path, &brief, Some(mark), world)?;
    if let Some(edit) = questions::added(snapshot, path, &text, &brief.more_questions) {
        plan.change.edits.push(edit);
        plan.pages.push(path.to_owned());
    }
    plan.questions.extend(brief.more_questions);
    Ok(plan)
}

fn made(
    snapshot: &Snapshot,
    path: &str,
    brief: &Brief,
    mark: Option<&str>,
    world: &mut dyn World,
) -> Result<Plan, PlanError> {
    if brief.items.is_empty() {
        return Err(PlanError::Nothing(path.to_owned()));
    }
    let known = Known::of(snapshot, path);
    let mut planner = Planner {
        snapshot,
        world,
        drawn: FxHashSet::default(),
        plan: Plan::default(),
        mark,
    };
    planner.plan.questions = brief.questions.clone();
    let sections = planner.requirements(brief, &known);
    planner.write_requirements(&sections);
    planner.tickets(&sections);
    planner.pages(brief);
    Ok(planner.plan)
}

/// The text of a file as the editor or the disk has it.
fn text_of(snapshot: &Snapshot, path: &str, world: &mut dyn World) -> Option<String> {
    match snapshot.document(path) {
        Some(document) => Some(document.rope.to_string()),
        None => world.text(path),
    }
}

/// What was made of a brief before.
struct Known {
    /// By the digest of what was said.
    requirements: FxHashMap<Digest, TicketId>,
    /// Of all of them, several of one sentence among them.
    ids: Vec<TicketId>,
    /// Sources that say something else now, with what they say where that is known.
    outdated: Vec<(Source, TicketId, Digest)>,
}

impl Known {
    fn of(snapshot: &Snapshot, path: &str) -> Self {
        let whole = Whole::Page(path.into());
        let mut known = Self {
            requirements: FxHashMap::default(),
            ids: Vec::new(),
            outdated: Vec::new(),
        };
        for file in snapshot.index.derived(&whole) {
            let Some(facts) = snapshot.file(file) else {
                continue;
            };
            let requirement = |of: Span| {
                let parts = facts.lineage.parts.iter();
                let mut ids = parts.filter(|it| it.span == of).map(|it| &*it.name);
                ids.find_map(requirement_of)
            };
            for origin in &facts.lineage.origins {
                if let (true, Some(recorded), Some(id)) = (
                    origin.source.whole == whole,
                    origin.recorded,
                    requirement(origin.of),
                ) {
                    known.ids.push(id.clone());
                    known.requirements.insert(recorded, id);
                }
            }
            for it in snapshot.outdated(file) {
                if let (crate::lineage::Why::Changed(now), Some(id)) =
                    (it.why, requirement(it.origin.of))
                    && it.origin.source.whole == whole
                {
                    known
                        .outdated
                        .push((it.origin.source.clone(), id, now.digest));
                }
            }
        }
        known
    }

    /// The requirement that an item was before it was changed.
    fn before(&self, item: &Item, titles: &FxHashMap<TicketId, String>) -> Option<TicketId> {
        let of_part = self.outdated.iter().filter(|it| it.0 == item.source);
        let mut same = of_part.filter(|(_, id, now)| {
            let title = titles.get(id).map_or("", String::as_str);
            *now == item.digest || strsim::normalized_levenshtein(title, &item.title()) >= ALIKE
        });
        same.next().map(|it| it.1.clone())
    }
}

/// What each requirement is called.
fn titles(snapshot: &Snapshot) -> FxHashMap<TicketId, String> {
    let mut titles = FxHashMap::default();
    for id in snapshot.index.requirement_ids() {
        for path in snapshot.index.requirement_files(id) {
            let page = snapshot.file(path).and_then(|it| it.page.as_ref());
            for heading in page.iter().flat_map(|it| &it.headings) {
                if requirement_of(&heading.text).as_ref() == Some(id) {
                    let title = text::title_of(&heading.text);
                    titles.insert(id.clone(), title.to_owned());
                }
            }
        }
    }
    titles
}

struct Planner<'a> {
    snapshot: &'a Snapshot,
    world: &'a mut dyn World,
    drawn: FxHashSet<TicketId>,
    plan: Plan,
    mark: Option<&'a str>,
}

impl Planner<'_> {
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
            if let Some(id) = known.requirements.get(&item.digest) {
                of_item.push(Some(sections.len()));
                sections.push(Section::known(id, item, after));
                continue;
            }
            if let Some(id) = known.before(item, &titles) {
                self.plan.changed.push(Changed {
                    text: item.title(),
                    requirement: id.to_string(),
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
                span: item.span,
            });
            of_item.push(Some(sections.len()));
            sections.push(Section::new(&id, item, after));
        }
        sections
    }

    fn write_requirements(&mut self, sections: &[Section]) {
        let new: Vec<_> = sections
            .iter()
            .filter(|it| it.standing == Standing::New)
            .map(|it| it.text.as_str())
            .collect();
        if new.is_empty() {
            return;
        }
        let new = new.join("\n");
        match self.snapshot.file(REQUIREMENTS).cloned() {
            None => self.plan.change.creates.push(FileCreate {
                path: REQUIREMENTS.to_owned(),
                text: format!("# Requirements\n\n{new}"),
            }),
            Some(facts) => {
                let text = text_of(self.snapshot, REQUIREMENTS, self.world).unwrap_or_default();
                let end = text.len();
                let parted = match text.ends_with('\n') {
                    true => "\n",
                    false => "\n\n",
                };
                self.plan.change.edits.push(FileEdit {
                    path: REQUIREMENTS.to_owned(),
                    expected: facts.hash,
                    edits: vec![TextEdit {
                        span: Span::new(end, end),
                        text: format!("{parted}{new}"),
                    }],
                });
            }
        }
        self.plan.pages.push(REQUIREMENTS.to_owned());
    }

    /// A ticket for each requirement that has none.
    fn tickets(&mut self, sections: &[Section]) {
        let mut of_requirement: FxHashMap<String, String> = FxHashMap::default();
        for section in sections {
            let id = TicketId::new(&section.id);
            if let Some(known) = self.ticket_of(&id) {
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
            let mut draft = text::draft(section, &ticket, digest, &depends_on, self.snapshot.today);
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
            of_requirement.insert(section.id.clone(), ticket);
        }
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
