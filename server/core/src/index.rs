//! The one index over the facts of a project's files: who names what, and where.

use std::sync::Arc;

use crate::facts::{FileFacts, FileKind};
use crate::ids::TicketId;
use crate::lineage::Whole;
use crate::page::LinkKind;
use crate::todo::{Condition, Reference};
use crate::world::{Map, paths};

mod multimap;
pub mod sites;
#[cfg(test)]
mod tests;

use multimap::Multimap;
pub use sites::{Role, Site};

/// Which files say something of a ticket, a user, a page. Where in the file, the file's facts say.
///
/// It is a pure function of the facts: [`Index::remove`] undoes [`Index::add`] without a trace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    /// Files that are the ticket.
    tickets: Multimap<TicketId>,
    /// Files that name the id in any way but as their own.
    sites: Multimap<TicketId>,
    /// Files with a TODO that refers to the id, and how many.
    todos: Multimap<TicketId>,
    /// Ticket files that wait for the id.
    dependents: Multimap<TicketId>,
    /// Ticket files whose parent is the id.
    children: Multimap<TicketId>,
    /// Ticket files that mirror the issue.
    issues: Multimap<u64>,
    /// Files that name an issue of that number, of any repository.
    issue_sites: Multimap<u64>,
    users: Multimap<Arc<str>>,
    labels: Multimap<Arc<str>>,
    milestones: Multimap<Arc<str>>,
    kinds: Multimap<Arc<str>>,
    /// Pages and tickets by each name that a wiki link may use, in lower case.
    pages: Multimap<Arc<str>>,
    /// Files with a link to the path.
    links: Multimap<Arc<str>>,
    /// Files with a wiki link to the name.
    wikis: Multimap<Arc<str>>,
    /// Pages that hold the requirement.
    requirements: Multimap<TicketId>,
    /// Files with something that was derived from the ticket, requirement or page.
    derived: Multimap<Whole>,
    /// Files with a version as a condition.
    versioned: Map<Arc<str>, ()>,
}

/// One thing that a file's facts say.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Ticket(TicketId),
    Site(TicketId),
    Todo(TicketId),
    Dependent(TicketId),
    Child(TicketId),
    Issue(u64),
    IssueSite(u64),
    User(Arc<str>),
    Label(Arc<str>),
    Milestone(Arc<str>),
    Kind(Arc<str>),
    Page(Arc<str>),
    Link(Arc<str>),
    Wiki(Arc<str>),
    Requirement(TicketId),
    Derived(Whole),
    Versioned,
}

impl Index {
    /// Takes the facts of a file in that is not in the index.
    pub fn add(&mut self, path: &Arc<str>, facts: &FileFacts) {
        keys(path, facts, |key| match key {
            Key::Ticket(it) => self.tickets.add(it, path),
            Key::Site(it) => self.sites.add(it, path),
            Key::Todo(it) => self.todos.add(it, path),
            Key::Dependent(it) => self.dependents.add(it, path),
            Key::Child(it) => self.children.add(it, path),
            Key::Issue(it) => self.issues.add(it, path),
            Key::IssueSite(it) => self.issue_sites.add(it, path),
            Key::User(it) => self.users.add(it, path),
            Key::Label(it) => self.labels.add(it, path),
            Key::Milestone(it) => self.milestones.add(it, path),
            Key::Kind(it) => self.kinds.add(it, path),
            Key::Page(it) => self.pages.add(it, path),
            Key::Link(it) => self.links.add(it, path),
            Key::Wiki(it) => self.wikis.add(it, path),
            Key::Requirement(it) => self.requirements.add(it, path),
            Key::Derived(it) => self.derived.add(it, path),
            Key::Versioned => self.versioned.insert_mut(path.clone(), ()),
        });
    }

    /// Forgets a file, given the very facts that it was added with.
    pub fn remove(&mut self, path: &Arc<str>, facts: &FileFacts) {
        keys(path, facts, |key| match key {
            Key::Ticket(it) => self.tickets.remove(&it, path),
            Key::Site(it) => self.sites.remove(&it, path),
            Key::Todo(it) => self.todos.remove(&it, path),
            Key::Dependent(it) => self.dependents.remove(&it, path),
            Key::Child(it) => self.children.remove(&it, path),
            Key::Issue(it) => self.issues.remove(&it, path),
            Key::IssueSite(it) => self.issue_sites.remove(&it, path),
            Key::User(it) => self.users.remove(&it, path),
            Key::Label(it) => self.labels.remove(&it, path),
            Key::Milestone(it) => self.milestones.remove(&it, path),
            Key::Kind(it) => self.kinds.remove(&it, path),
            Key::Page(it) => self.pages.remove(&it, path),
            Key::Link(it) => self.links.remove(&it, path),
            Key::Wiki(it) => self.wikis.remove(&it, path),
            Key::Requirement(it) => self.requirements.remove(&it, path),
            Key::Derived(it) => self.derived.remove(&it, path),
            Key::Versioned => {
                self.versioned.remove_mut(path);
            }
        });
    }

    /// The files that are the ticket `id`: one, or duplicates.
    pub fn ticket_files(&self, id: &TicketId) -> impl Iterator<Item = &Arc<str>> {
        self.tickets.files(id)
    }

    pub fn has_ticket(&self, id: &TicketId) -> bool {
        self.tickets.contains(id)
    }

    pub fn is_duplicate(&self, id: &TicketId) -> bool {
        self.tickets.n_files(id) > 1
    }

    /// Every id that a ticket has, in no order.
    pub fn ticket_ids(&self) -> impl Iterator<Item = &TicketId> {
        self.tickets.keys()
    }

    pub fn n_tickets(&self) -> usize {
        self.tickets.n_keys()
    }

    /// Every file that is a ticket with an id, in no order.
    pub fn ticket_paths(&self) -> impl Iterator<Item = &Arc<str>> {
        self.tickets.all_files()
    }

    /// The files that name `id` other than as their own.
    pub fn site_files(&self, id: &TicketId) -> impl Iterator<Item = &Arc<str>> {
        self.sites.files(id)
    }

    /// How many TODOs refer to `id`.
    pub fn n_todos(&self, id: &TicketId) -> usize {
        self.todos.total(id)
    }

    /// The ticket files that wait for `id`.
    pub fn dependents(&self, id: &TicketId) -> impl Iterator<Item = &Arc<str>> {
        self.dependents.files(id)
    }

    /// The ticket files whose parent is `id`.
    pub fn children(&self, id: &TicketId) -> impl Iterator<Item = &Arc<str>> {
        self.children.files(id)
    }

    /// The ticket files that mirror the issue.
    pub fn issue_files(&self, number: u64) -> impl Iterator<Item = &Arc<str>> {
        self.issues.files(&number)
    }

    /// The files that name an issue of that number, of any repository.
    pub fn issue_site_files(&self, number: u64) -> impl Iterator<Item = &Arc<str>> {
        self.issue_sites.files(&number)
    }

    /// Users seen, with the number of files that name each, in no order.
    pub fn users(&self) -> impl Iterator<Item = (&Arc<str>, usize)> {
        self.users.sizes()
    }

    pub fn labels(&self) -> impl Iterator<Item = (&Arc<str>, usize)> {
        self.labels.sizes()
    }

    pub fn milestones(&self) -> impl Iterator<Item = (&Arc<str>, usize)> {
        self.milestones.sizes()
    }

    /// The tickets' types.
    pub fn kinds(&self) -> impl Iterator<Item = (&Arc<str>, usize)> {
        self.kinds.sizes()
    }

    /// The pages and tickets that a wiki link to `name` may mean (see [`paths::wiki_name`]).
    pub fn pages_named(&self, name: &str) -> impl Iterator<Item = &Arc<str>> {
        self.pages.files(name)
    }

    /// The files with a link to `path`.
    pub fn linkers(&self, path: &str) -> impl Iterator<Item = &Arc<str>> {
        self.links.files(path)
    }

    /// The files with a wiki link to `name`.
    pub fn wiki_linkers(&self, name: &str) -> impl Iterator<Item = &Arc<str>> {
        self.wikis.files(name)
    }

    /// Every path that a link points at, in no order.
    pub fn link_targets(&self) -> impl Iterator<Item = &Arc<str>> {
        self.links.keys()
    }

    /// The pages that hold the requirement.
    pub fn requirement_files(&self, id: &TicketId) -> impl Iterator<Item = &Arc<str>> {
        self.requirements.files(id)
    }

    /// Every requirement, in no order.
    pub fn requirement_ids(&self) -> impl Iterator<Item = &TicketId> {
        self.requirements.keys()
    }

    /// Everything that something was derived from, in no order.
    pub fn derived_wholes(&self) -> impl Iterator<Item = &Whole> {
        self.derived.keys()
    }

    /// The files with something that was derived from it.
    pub fn derived(&self, whole: &Whole) -> impl Iterator<Item = &Arc<str>> {
        self.derived.files(whole)
    }

    /// The files with a version as a condition.
    pub fn versioned(&self) -> impl Iterator<Item = &Arc<str>> {
        self.versioned.keys()
    }
}

/// The names by which a wiki link may mean the page at `path`: `dev/notes`, `notes`, and a
/// ticket's id.
pub(crate) fn page_names(path: &str, facts: &FileFacts) -> Vec<String> {
    if !matches!(facts.kind, FileKind::Page | FileKind::Ticket) {
        return Vec::new();
    }
    let mut names = vec![paths::stem(path).to_lowercase()];
    let within = path.strip_prefix(paths::DOCS).unwrap_or(path);
    let full = paths::wiki_name(within);
    if full != names[0] {
        names.push(full);
    }
    let id = facts.ticket.as_ref().and_then(|it| it.id.as_ref());
    if let Some(id) = id.map(|it| it.value.to_lowercase())
        && !names.contains(&id)
    {
        names.push(id);
    }
    names
}

/// All that a file says, each as often as it says so. What the index holds is decided here alone.
fn keys(path: &str, facts: &FileFacts, mut see: impl FnMut(Key)) {
    for site in sites::of_facts(facts) {
        match site.role {
            Role::Declaration => see(Key::Ticket(site.id)),
            Role::Dependency => {
                see(Key::Dependent(site.id.clone()));
                see(Key::Site(site.id));
            }
            Role::Parent => {
                see(Key::Child(site.id.clone()));
                see(Key::Site(site.id));
            }
            Role::Todo | Role::External => {
                see(Key::Todo(site.id.clone()));
                see(Key::Site(site.id));
            }
            Role::Condition | Role::Mention => see(Key::Site(site.id)),
        }
    }
    let mut versioned = false;
    for todo in &facts.todos {
        for reference in &todo.references {
            match &reference.value {
                // Whose it is only the project knows.
                Reference::Issue { number, .. } => see(Key::IssueSite(*number)),
                Reference::User(user) => see(Key::User(user.as_str().into())),
                _ => {}
            }
        }
        for label in &todo.labels {
            see(Key::Label(label.as_str().into()));
        }
        for condition in &todo.conditions {
            match &condition.value {
                Condition::Issue { number, .. } => see(Key::IssueSite(*number)),
                Condition::Version { .. } => versioned = true,
                _ => {}
            }
        }
    }
    if versioned {
        see(Key::Versioned);
    }
    if let Some(ticket) = &facts.ticket {
        if let Some(number) = &ticket.github {
            see(Key::Issue(number.value));
        }
        for user in &ticket.assignees {
            see(Key::User(user.value.trim_start_matches('@').into()));
        }
        for label in &ticket.labels {
            see(Key::Label(label.value.as_str().into()));
        }
        if let Some(milestone) = &ticket.milestone {
            see(Key::Milestone(milestone.value.as_str().into()));
        }
        if let Some(kind) = &ticket.kind {
            see(Key::Kind(kind.value.as_str().into()));
        }
    }
    for id in facts.lineage.requirements() {
        see(Key::Requirement(id));
    }
    for it in &facts.lineage.origins {
        see(Key::Derived(it.source.whole.clone()));
    }
    for name in page_names(path, facts) {
        see(Key::Page(name.into()));
    }
    for link in facts.page.iter().flat_map(|it| &it.links) {
        if link.kind == LinkKind::Wiki {
            see(Key::Wiki(paths::wiki_name(&link.target).into()));
        } else if let Some(target) = paths::link_target(path, link) {
            see(Key::Link(target.into()));
        }
    }
}
