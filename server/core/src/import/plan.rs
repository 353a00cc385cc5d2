//! A source's tickets as files of a project: ids, statuses and references settled, all in one change.

mod links;
mod text;

use rustc_hash::{FxHashMap, FxHashSet};

use self::links::Ways;
use super::{Foreign, Shelf, Skipped, Source, Tool, kept, state};
use crate::edit::{Change, FileCreate};
use crate::ide::actions;
use crate::ids::{self, TicketId};
use crate::page::yaml::{self, Data};
use crate::ticket::draft::{self, Body, Draft};
use crate::ticket::field::{self, Value};
use crate::world::status::short;
use crate::world::{Snapshot, paths};

/// Longest title, in characters; what is longer stands whole in the body.
const MAX_TITLE: usize = 200;

/// What an import will do.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub tool: Tool,
    /// In the source's order.
    pub tickets: Vec<Planned>,
    pub skipped: Vec<Skipped>,
    /// Creates the new ones.
    pub change: Change,
}

/// One ticket of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub key: String,
    /// Its id there.
    pub was: Option<String>,
    pub id: String,
    pub title: String,
    /// Of a ticket that is there already, its own.
    pub status: String,
    pub path: String,
    pub standing: Standing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    New,
    /// An import before this one made it; it stays as it is now.
    Known,
}

impl Plan {
    pub fn n_new(&self) -> usize {
        let new = |it: &&Planned| it.standing == Standing::New;
        self.tickets.iter().filter(new).count()
    }
}

/// Plans the import of a source into a project.
pub fn plan(
    snapshot: &Snapshot,
    tool: Tool,
    source: Source,
    world: &mut dyn actions::Source,
) -> Plan {
    let known = known(snapshot, tool, world);
    let mut skipped = source.skipped;
    let tickets = own(source.tickets, &known, tool, &mut skipped);
    let ids = settle(snapshot, &tickets, &known, world);
    let names = Names::new(&tickets, &ids, &known);
    let heads: Vec<_> = tickets
        .iter()
        .zip(&ids)
        .map(|(ticket, id)| Head::new(ticket, id, &names))
        .collect();
    let paths = tickets.iter().zip(&heads);
    let paths = paths.map(|(ticket, head)| match known.get(&ticket.key) {
        Some(had) => had.path.as_str(),
        None => head.path.as_str(),
    });
    let ways = Ways::new(tool, source.base, &tickets, paths);
    let mut plan = Plan {
        tool,
        tickets: Vec::with_capacity(tickets.len()),
        skipped,
        change: Change::default(),
    };
    for ((ticket, id), head) in tickets.into_iter().zip(ids).zip(heads) {
        let planned = Planned {
            key: ticket.key.clone(),
            was: ticket.id.clone(),
            id,
            title: ticket.title.clone(),
            status: String::new(),
            path: String::new(),
            standing: Standing::New,
        };
        let planned = match known.get(&ticket.key) {
            Some(had) => Planned {
                status: had.status.clone(),
                path: had.path.clone(),
                standing: Standing::Known,
                ..planned
            },
            None => {
                let (status, file) = file(snapshot, tool, ticket, &planned.id, head, &names, &ways);
                let path = file.path.clone();
                plan.change.creates.push(file);
                Planned {
                    status,
                    path,
                    ..planned
                }
            }
        };
        plan.tickets.push(planned);
    }
    plan
}

/// A ticket that an import before this one made.
struct Had {
    id: String,
    path: String,
    status: String,
}

/// By their keys, the tickets of this tool that the project has: each says so in its field `from`.
fn known(
    snapshot: &Snapshot,
    tool: Tool,
    world: &mut dyn actions::Source,
) -> FxHashMap<String, Had> {
    let mut known = FxHashMap::default();
    let head = format!("{}:", tool.name());
    for (path, ticket) in snapshot.tickets() {
        let is_from = ticket.keys.iter().any(|it| it.key.value == "from");
        let (true, Some(front), Some(id)) = (is_from, ticket.front_matter, &ticket.id) else {
            continue;
        };
        let text = match snapshot.document(path) {
            Some(document) => Some(document.text()),
            None => world.text(path),
        };
        let Some(text) = text.filter(|it| it.get(front.range()).is_some()) else {
            continue;
        };
        for marker in from(&text, front) {
            if let Some(key) = marker.strip_prefix(&head) {
                let had = Had {
                    id: id.value.clone(),
                    path: path.to_string(),
                    status: snapshot.status(ticket).to_owned(),
                };
                known.insert(key.to_owned(), had);
            }
        }
    }
    known
}

/// The values of a ticket's `from`.
fn from(text: &str, front: crate::span::Span) -> Vec<String> {
    let root = yaml::read(text, front).ok().and_then(|it| it.root);
    let Some(Data::Mapping { entries, .. }) = root.map(|it| it.data) else {
        return Vec::new();
    };
    let entry = entries.iter().find(|it| it.key.text() == Some("from"));
    match entry.map(|it| &it.value.resolved().data) {
        Some(Data::Sequence { items, .. }) => {
            let texts = items.iter().filter_map(|it| it.text());
            texts.map(str::to_owned).collect()
        }
        Some(Data::Scalar { text, .. }) => vec![text.clone()],
        _ => Vec::new(),
    }
}

/// The tickets that have a title, which docket does not go without.
fn own(
    tickets: Vec<Foreign>,
    known: &FxHashMap<String, Had>,
    tool: Tool,
    skipped: &mut Vec<Skipped>,
) -> Vec<Foreign> {
    let (with, without): (Vec<_>, Vec<_>) = tickets
        .into_iter()
        .partition(|it| known.contains_key(&it.key) || !it.title.trim().is_empty());
    skipped.extend(without.into_iter().map(|it| Skipped {
        path: it.key,
        line: None,
        reason: format!("it has no title; give it one in {}", tool.title()),
    }));
    with
}

/// An id for each: its own where that is one of docket's shapes and free, else one that is drawn.
fn settle(
    snapshot: &Snapshot,
    tickets: &[Foreign],
    known: &FxHashMap<String, Had>,
    world: &mut dyn actions::Source,
) -> Vec<String> {
    let mut taken: FxHashSet<TicketId> = FxHashSet::default();
    let mut ids: Vec<Option<String>> = Vec::with_capacity(tickets.len());
    for ticket in tickets {
        let had = known.get(&ticket.key).map(|it| it.id.clone());
        let own = ticket.id.clone().filter(|it| {
            let id = TicketId::new(it);
            can_be_kept(snapshot, it) && !snapshot.index.has_ticket(&id) && !taken.contains(&id)
        });
        let id = had.or(own);
        taken.extend(id.as_deref().map(TicketId::new));
        ids.push(id);
    }
    let n_tickets = snapshot.index.n_tickets() + tickets.len();
    let world = std::cell::RefCell::new(world);
    let drawn = |id: Option<String>| {
        id.unwrap_or_else(|| {
            let id = ids::draw(
                &snapshot.config.prefix,
                n_tickets,
                |n| world.borrow_mut().below(n),
                |id| {
                    snapshot.index.has_ticket(id)
                        || taken.contains(id)
                        || world.borrow_mut().is_taken(id.as_str())
                },
            );
            taken.insert(TicketId::new(&id));
            id
        })
    };
    ids.into_iter().map(drawn).collect()
}

/// Whether an id can stand in references as it is: letters, `-`, and the rest. A bare number, or a
/// word that any prose has, would mean nothing there.
fn can_be_kept(snapshot: &Snapshot, id: &str) -> bool {
    let Some((prefix, rest)) = id.split_once('-') else {
        return false;
    };
    let is_prefix = prefix.starts_with(|it: char| it.is_ascii_alphabetic())
        && prefix
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'_');
    let fits = rest.starts_with(|it: char| it.is_ascii_alphanumeric())
        && rest.ends_with(|it: char| it.is_ascii_alphanumeric())
        && rest
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.'));
    is_prefix && fits && id.len() <= 64 && field::read("id", id, &snapshot.config).is_ok()
}

/// What the source's names mean in the project.
struct Names<'a> {
    /// By keys, ids of docket.
    by_key: FxHashMap<String, String>,
    /// By scope and id; `None` where several tickets have it there.
    by_id: FxHashMap<(String, TicketId), Option<String>>,
    known: &'a FxHashMap<String, Had>,
}

impl<'a> Names<'a> {
    fn new(tickets: &[Foreign], ids: &[String], known: &'a FxHashMap<String, Had>) -> Self {
        let mut names = Self {
            by_key: FxHashMap::default(),
            by_id: FxHashMap::default(),
            known,
        };
        for (ticket, id) in tickets.iter().zip(ids) {
            names.by_key.insert(ticket.key.clone(), id.clone());
            if let Some(was) = &ticket.id {
                let key = (ticket.scope.clone(), TicketId::new(was));
                let one = names.by_id.entry(key).or_insert_with(|| Some(id.clone()));
                if one.as_ref() != Some(id) {
                    *one = None;
                }
            }
        }
        names
    }

    /// The ticket that a field of `scope` names, by key or by id; of several with one id the first.
    fn reference(&self, snapshot: &Snapshot, scope: &str, written: &str) -> Option<String> {
        let id = TicketId::new(written);
        let had = || Some(self.known.get(written)?.id.clone());
        let by_id = || {
            self.by_id
                .get(&(scope.to_owned(), id.clone()))
                .cloned()
                .flatten()
        };
        let own = || {
            let ticket = snapshot.ticket(&id)?.1;
            Some(ticket.id.as_ref()?.value.clone())
        };
        let by_key = self.by_key.get(written).cloned();
        by_key.or_else(by_id).or_else(had).or_else(own)
    }

    /// What a word of prose is to be where it is the id of one ticket that has another now.
    fn mention(&self, scope: &str, word: &str) -> Option<&str> {
        let key = (scope.to_owned(), TicketId::new(word));
        let id = self.by_id.get(&key)?.as_deref()?;
        (TicketId::new(id) != key.1).then_some(id)
    }
}

/// What a new ticket is called, and so its file. Links in the title are as they were written: a
/// file is not named after the way to another.
struct Head {
    title: String,
    /// The source's title where it is too long for one.
    whole: Option<String>,
    path: String,
}

impl Head {
    fn new(ticket: &Foreign, id: &str, names: &Names<'_>) -> Self {
        let words: Vec<_> = ticket.title.split_whitespace().collect();
        let written = words.join(" ");
        let (title, whole) = match written.chars().count() > MAX_TITLE {
            true => (short(&written, MAX_TITLE / 2), Some(written)),
            false => (written, None),
        };
        let title = text::renamed(&title, &|word| names.mention(&ticket.scope, word));
        let folder = match ticket.shelf {
            Shelf::Current => "",
            Shelf::Archive => "archive/",
        };
        let name = draft::file_name(id, &title);
        Self {
            path: format!("{}{folder}{name}", paths::TICKETS),
            title,
            whole,
        }
    }
}

/// The status and the file of a new ticket.
fn file(
    snapshot: &Snapshot,
    tool: Tool,
    mut ticket: Foreign,
    id: &str,
    head: Head,
    names: &Names<'_>,
    ways: &Ways,
) -> (String, FileCreate) {
    let (status, label) = state::status(ticket.status.as_deref(), &snapshot.config);
    if let Some(label) = label
        && !ticket.labels.contains(&label)
    {
        ticket.labels.push(label);
    }
    let scope = ticket.scope.clone();
    let mut refer = |name: &str, written: Vec<String>| -> Vec<String> {
        let (mut found, mut lost) = (Vec::new(), Vec::new());
        for it in written {
            match names.reference(snapshot, &scope, &it).filter(|it| it != id) {
                Some(id) if found.contains(&id) => {}
                Some(id) => found.push(id),
                None => lost.push(serde_json::Value::String(it)),
            }
        }
        ticket
            .kept
            .extend(kept::entry(name, &serde_json::Value::Array(lost)));
        found
    };
    let depends_on = refer("depends-on", std::mem::take(&mut ticket.depends_on));
    let parent = refer("parent", ticket.parent.take().into_iter().collect());
    let mut fields = vec![("status", Value::Text(status.clone()))];
    let mut put = |name, value: Option<Value>| fields.extend(value.map(|it| (name, it)));
    let text = |it: String| Value::Text(it);
    put(
        "priority",
        ticket.priority.map(|it| text(it.name().to_owned())),
    );
    put("type", ticket.kind.take().map(text));
    put("labels", Some(Value::List(words(&ticket.labels))));
    put("assignees", Some(Value::List(words(&ticket.assignees))));
    put("milestone", ticket.milestone.take().map(text));
    put("parent", parent.into_iter().next().map(text));
    put("depends-on", Some(Value::List(depends_on)));
    put("due", ticket.due.map(Value::Date));
    put("estimate", ticket.estimate.map(Value::Number));
    put("created", ticket.created.map(Value::Date));
    put(
        "updated",
        ticket.updated.take().map(|it| match field::day(&it) {
            Some(day) => Value::Date(day),
            None => Value::Text(it),
        }),
    );
    put(
        "from",
        Some(Value::List(vec![format!("{}:{}", tool.name(), ticket.key)])),
    );
    let mut body = super::body::Body::default();
    body.push(head.whole.as_deref().unwrap_or_default());
    body.push(&ticket.body);
    let body = text::renamed(&body.into_text(), &|word| names.mention(&scope, word));
    let mut whole = super::body::Body::default();
    whole.push(&ways.relinked(&body, &ticket.file, &head.path));
    whole.push(&kept::section(tool, &ticket.kept));
    let title = ways.relinked(&head.title, &ticket.file, &head.path);
    let body = whole.into_text();
    let draft = Draft {
        id,
        title: &title,
        fields,
        body: Body::Written(&body),
        origin: None,
    };
    let file = FileCreate {
        path: head.path,
        text: draft.text(),
    };
    (status, file)
}

/// Texts that say something, each once.
fn words(texts: &[String]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for text in texts.iter().map(|it| it.trim()).filter(|it| !it.is_empty()) {
        if !words.iter().any(|it| it == text) {
            words.push(text.to_owned());
        }
    }
    words
}
