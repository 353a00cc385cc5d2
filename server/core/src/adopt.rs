//! Tickets for TODOs that nothing tracks: proposed as a plan, edited by a person, then made at once.

mod alike;
mod document;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::config::StatusKind;
use crate::edit::{Change, FileEdit};
use crate::ide::actions::{NewTicket, Refusal, Source, link, new_ticket};
use crate::ids::TicketId;
use crate::rules;
use crate::ticket::field::Value;
use crate::todo::Todo;
use crate::world::{Snapshot, paths};

pub use document::{Invalid, parse};

/// Tickets that one plan proposes where nobody says otherwise: what a person reads in one sitting.
pub const MAX_TICKETS: usize = 50;

/// Where the plan stands as a page while a person edits it.
pub const PAGE: &str = ".docs/adopt.md";

/// What is to be done about TODOs that nothing tracks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    pub tickets: Vec<Proposal>,
    /// Tickets beyond the cap, for another time.
    pub n_left: usize,
}

/// One ticket, and the TODOs that it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    pub title: String,
    /// An open ticket that says so already: the TODOs are linked to it, and none is made.
    pub ticket: Option<String>,
    /// Field and value, as for a new ticket.
    pub fields: Vec<(String, Value)>,
    /// At least one.
    pub todos: Vec<Site>,
}

/// A TODO as a plan names it: its line may have moved when the plan is carried out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    pub path: String,
    /// From 1.
    pub line: u32,
    pub keyword: String,
    pub text: String,
}

/// Who is asked about a file.
pub trait Owners {
    /// Names of users, without `@`, that own the file; empty where nobody says.
    fn of_file(&mut self, path: &str) -> Vec<String>;
    /// The user who wrote each TODO's line, where the history names one. Asked once for all.
    fn of_lines(&mut self, todos: &[&Site]) -> Vec<Option<String>>;
}

/// Proposes tickets for the TODOs that nothing tracks, the urgent ones first, at most `max`.
///
/// TODOs that say the same, but for a word or two, share a ticket. What an open ticket without a TODO
/// has as its title is linked to that ticket: so a plan that was broken off goes on.
pub fn propose(snapshot: &Snapshot, max: usize, owners: &mut dyn Owners) -> Plan {
    propose_in(snapshot, &|_| true, max, owners)
}

/// The same for TODOs of some files.
pub(crate) fn propose_in(
    snapshot: &Snapshot,
    is_meant: &dyn Fn(&str) -> bool,
    max: usize,
    owners: &mut dyn Owners,
) -> Plan {
    let mut found: Vec<(&Arc<str>, &Todo)> = Vec::new();
    for (path, facts) in snapshot.files().filter(|it| is_meant(it.0)) {
        let untracked = facts.todos.iter().filter(|it| {
            // A ticket's own page is where its work is written down already.
            !path.starts_with(paths::TICKETS) && !rules::is_tracked(snapshot, it)
        });
        found.extend(untracked.map(|it| (path, it)));
    }
    found.sort_unstable_by_key(|(path, todo)| (*path, todo.span.start));
    let texts: Vec<alike::Said> = found
        .iter()
        .map(|(path, todo)| alike::Said::new(path, &todo.keyword, said(todo)))
        .collect();
    let mut groups: Vec<Vec<(&Arc<str>, &Todo)>> = alike::groups(&texts)
        .into_iter()
        .map(|group| group.into_iter().map(|idx| found[idx]).collect())
        .collect();
    groups.sort_by_key(|group| {
        let urgency = group.iter().map(|it| it.1.urgency).max();
        (
            std::cmp::Reverse((urgency, group.len())),
            group[0].0,
            group[0].1.span.start,
        )
    });
    let n_left = groups.len().saturating_sub(max);
    groups.truncate(max);
    let waiting = waiting(snapshot);
    let mut tickets: Vec<Proposal> = groups
        .iter()
        .map(|group| proposal(snapshot, group, &waiting, owners))
        .collect();
    assign(&mut tickets, owners);
    Plan { tickets, n_left }
}

/// Open tickets that no TODO names, by their titles in the form in which they are compared.
fn waiting(snapshot: &Snapshot) -> FxHashMap<String, &str> {
    let mut found = FxHashMap::default();
    for (_, ticket) in snapshot.tickets() {
        let (Some(id), Some(title)) = (&ticket.id, &ticket.title) else {
            continue;
        };
        let is_open = snapshot.status_kind(ticket) == StatusKind::Open;
        let key = TicketId::new(&id.value);
        if is_open && snapshot.index.n_todos(&key) == 0 && !snapshot.index.is_duplicate(&key) {
            found.insert(alike::even(&title.value), id.value.as_str());
        }
    }
    found
}

fn said(todo: &Todo) -> &str {
    match todo.text.trim() {
        "" => todo.body.lines().next().unwrap_or_default().trim(),
        text => text,
    }
}

fn proposal(
    snapshot: &Snapshot,
    group: &[(&Arc<str>, &Todo)],
    waiting: &FxHashMap<String, &str>,
    owners: &mut dyn Owners,
) -> Proposal {
    // The one that says most speaks for all.
    let longest = group
        .iter()
        .max_by_key(|(path, todo)| (said(todo).len(), std::cmp::Reverse(*path)))
        .unwrap_or(&group[0]);
    let ticket = NewTicket::of_todo(longest.0, longest.1);
    let todos: Vec<Site> = group
        .iter()
        .map(|(path, todo)| site(snapshot, path, todo))
        .collect();
    let mut fields: BTreeMap<String, Value> = ticket.fields.into_iter().collect();
    let is_bug = |it: &str| matches!(it, "FIXME" | "BUG");
    if group.iter().any(|it| is_bug(&it.1.keyword)) {
        fields.insert("type".into(), Value::Text("bug".into()));
    }
    let labels = merged(&mut fields, "labels");
    for (_, todo) in group {
        labels.extend(todo.labels.iter().cloned());
    }
    labels.extend(area(group.iter().map(|it| &**it.0)));
    let assignees = merged(&mut fields, "assignees");
    if assignees.is_empty() {
        // Whoever owns the first file that has an owner.
        let of_files = todos.iter().map(|it| owners.of_file(&it.path));
        let owned = of_files.into_iter().find(|it| !it.is_empty());
        assignees.extend(owned.unwrap_or_default());
    }
    for list in ["labels", "assignees"] {
        let items = merged(&mut fields, list);
        let mut seen = rustc_hash::FxHashSet::default();
        items.retain(|it| seen.insert(it.to_lowercase()));
        if items.is_empty() {
            fields.remove(list);
        }
    }
    Proposal {
        ticket: waiting
            .get(&alike::even(&ticket.title))
            .map(|it| (*it).to_owned()),
        title: ticket.title,
        fields: fields.into_iter().collect(),
        todos,
    }
}

fn site(snapshot: &Snapshot, path: &str, todo: &Todo) -> Site {
    let line = snapshot
        .file(path)
        .map_or(0, |it| it.lines.line_of(todo.span.start));
    Site {
        path: path.to_owned(),
        line: line + 1,
        keyword: todo.keyword.clone(),
        text: said(todo).to_owned(),
    }
}

fn merged<'a>(fields: &'a mut BTreeMap<String, Value>, name: &str) -> &'a mut Vec<String> {
    let value = fields
        .entry(name.to_owned())
        .or_insert_with(|| Value::List(Vec::new()));
    if !matches!(value, Value::List(_)) {
        *value = Value::List(Vec::new());
    }
    match value {
        Value::List(items) => items,
        _ => unreachable!("made a list a line above"),
    }
}

/// Gives tickets without an assignee to whoever wrote their first line that has a known author.
fn assign(tickets: &mut [Proposal], owners: &mut dyn Owners) {
    let is_free = |it: &Proposal| !it.fields.iter().any(|it| it.0 == "assignees");
    let free = || tickets.iter().filter(|it| is_free(it));
    let asked: Vec<&Site> = free().flat_map(|it| &it.todos).collect();
    let n_of: Vec<usize> = free().map(|it| it.todos.len()).collect();
    let mut authors = owners.of_lines(&asked).into_iter();
    let found: Vec<Option<String>> = n_of
        .into_iter()
        .map(|n| {
            let of_ticket: Vec<Option<String>> = authors.by_ref().take(n).collect();
            of_ticket.into_iter().flatten().next()
        })
        .collect();
    let free = tickets.iter_mut().filter(|it| is_free(it));
    for (ticket, author) in free.zip(found) {
        if let Some(author) = author {
            let at = ticket
                .fields
                .partition_point(|it| it.0.as_str() < "assignees");
            let value = Value::List(vec![author]);
            ticket.fields.insert(at, ("assignees".to_owned(), value));
        }
    }
}

/// The part of the project that all the files are of: the first folder with a name of its own.
fn area<'a>(mut files: impl Iterator<Item = &'a str>) -> Option<String> {
    const NAMELESS: [&str; 10] = [
        "src", "lib", "crates", "packages", "apps", "libs", "modules", "internal", "pkg", "cmd",
    ];
    let of = |path: &'a str| {
        let folder = paths::folder(path);
        let mut parts = folder.split('/').filter(|it| !it.is_empty());
        parts.find(|it| !NAMELESS.contains(it) && !it.starts_with('.'))
    };
    let first = of(files.next()?)?;
    files
        .all(|it| of(it) == Some(first))
        .then(|| first.to_lowercase())
}

/// What carrying a plan out does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adoption {
    /// All of it, whole or not at all.
    pub change: Change,
    /// The id of each ticket, as in the plan; `None` where nothing is left to do for it.
    pub ids: Vec<Option<String>>,
    /// TODOs that are tracked by now, or gone.
    pub passed_over: Vec<Site>,
}

/// The change that carries a plan out. What was adopted since is passed over, so that a second run
/// makes nothing.
///
/// # Errors
///
/// [`Refusal`] where a file cannot be read, or a ticket that is to be linked is not there.
pub fn adopt(
    snapshot: &Snapshot,
    plan: &Plan,
    source: &mut dyn Source,
) -> Result<Adoption, Refusal> {
    let mut adoption = Adoption::default();
    let mut links: BTreeMap<&str, Vec<(&Todo, String)>> = BTreeMap::new();
    let mut taken: rustc_hash::FxHashSet<(&str, u32)> = rustc_hash::FxHashSet::default();
    for proposal in &plan.tickets {
        let mut todos: Vec<(&str, &Todo)> = Vec::new();
        for site in &proposal.todos {
            let found = find(snapshot, site).filter(|it| taken.insert((&site.path, it.span.start)));
            match found {
                Some(todo) => todos.push((&site.path, todo)),
                None => adoption.passed_over.push(site.clone()),
            }
        }
        let Some((path, first)) = todos.first() else {
            adoption.ids.push(None);
            continue;
        };
        let id = match &proposal.ticket {
            Some(id) => {
                let (_, ticket) = snapshot
                    .ticket(&TicketId::new(id))
                    .ok_or_else(|| Refusal::NoTicket(id.clone()))?;
                ticket
                    .id
                    .as_ref()
                    .map_or_else(|| id.clone(), |it| it.value.clone())
            }
            None => {
                let ticket = NewTicket {
                    title: proposal.title.clone(),
                    fields: proposal.fields.clone(),
                    ..NewTicket::of_todo(path, first)
                };
                // Ids that this plan has given already are taken too.
                let given: Vec<String> = adoption.ids.iter().flatten().cloned().collect();
                let mut source = Given {
                    source,
                    given: &given,
                };
                let created = new_ticket(snapshot, &ticket, &mut source);
                adoption.change.creates.push(created.file);
                created.id
            }
        };
        for (path, todo) in todos {
            links.entry(path).or_default().push((todo, id.clone()));
        }
        adoption.ids.push(Some(id));
    }
    adoption.change.edits = linked(snapshot, links, source)?;
    Ok(adoption)
}

/// The edits that write ids into TODOs, by path.
fn linked(
    snapshot: &Snapshot,
    links: BTreeMap<&str, Vec<(&Todo, String)>>,
    source: &mut dyn Source,
) -> Result<Vec<FileEdit>, Refusal> {
    let mut all = Vec::new();
    for (path, mut todos) in links {
        let facts = snapshot
            .file(path)
            .ok_or_else(|| Refusal::Stale(path.to_owned()))?;
        let text = crate::ide::actions::text(snapshot, path, source)?;
        todos.sort_by_key(|it| it.0.insert_at);
        let edits = todos
            .iter()
            .map(|(todo, id)| link::link(&text, todo, id))
            .collect();
        all.extend(crate::ide::actions::edits(path, facts, edits).edits);
    }
    Ok(all)
}

/// The edits that write each id into its TODOs, by path; those that are gone or tracked by now are
/// passed over.
///
/// # Errors
///
/// As [`adopt`].
pub(crate) fn link_sites(
    snapshot: &Snapshot,
    sites: &[(&Site, String)],
    source: &mut dyn Source,
) -> Result<Vec<FileEdit>, Refusal> {
    let mut links: BTreeMap<&str, Vec<(&Todo, String)>> = BTreeMap::new();
    let mut taken: rustc_hash::FxHashSet<(&str, u32)> = rustc_hash::FxHashSet::default();
    for (site, id) in sites {
        let found = find(snapshot, site);
        if let Some(todo) = found.filter(|it| taken.insert((&site.path, it.span.start))) {
            links
                .entry(&site.path)
                .or_default()
                .push((todo, id.clone()));
        }
    }
    linked(snapshot, links, source)
}

/// The untracked TODO that a plan means: of those that say so in the file, the nearest.
pub(crate) fn find<'a>(snapshot: &'a Snapshot, site: &Site) -> Option<&'a Todo> {
    let facts = snapshot.file(&site.path)?;
    let means = |it: &&Todo| {
        it.keyword == site.keyword && said(it) == site.text && !rules::is_tracked(snapshot, it)
    };
    facts.todos.iter().filter(means).min_by_key(|it| {
        let line = facts.lines.line_of(it.span.start) + 1;
        line.abs_diff(site.line)
    })
}

/// A source that knows ids which are about to be given.
struct Given<'a> {
    source: &'a mut dyn Source,
    given: &'a [String],
}

impl Source for Given<'_> {
    fn text(&mut self, path: &str) -> Option<String> {
        self.source.text(path)
    }

    fn below(&mut self, n: usize) -> usize {
        self.source.below(n)
    }

    fn is_taken(&mut self, id: &str) -> bool {
        self.given.iter().any(|it| it.eq_ignore_ascii_case(id)) || self.source.is_taken(id)
    }
}
