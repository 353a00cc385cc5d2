//! Renumbering: several ticket files with one id, as merges leave them, each with an id of its own.
//!
//! The id stays with the ticket that is referred to most. Each reference goes with the ticket that
//! it means: a link by its path, a mention in the ticket's own file, and else by the history of its
//! line. What neither tells stays as it is, and is listed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::actions::{Meant, Refusal, Source, create};
use super::goto::{Place, is_meant};
use super::rename::{FileMoves, file_after, free, id_edits, noted, text};
use crate::edit::Change;
use crate::ids::TicketId;
use crate::index::{Role, Site, sites};
use crate::page::{Link, LinkKind};
use crate::span::Encoding;
use crate::world::status::named;
use crate::world::{Snapshot, moved, paths};

#[cfg(test)]
mod tests;

/// Most places that a message names.
const MAX_NAMED: usize = 5;

/// What renumbering does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renumbering {
    pub change: Change,
    /// The file that keeps the id.
    pub kept: String,
    /// The other files, and the id that each gets.
    pub given: Vec<(String, String)>,
    /// Places that may mean any of them: they go on meaning the one that keeps the id.
    pub undecided: Vec<Place>,
    /// All of it in a sentence or two, for the user.
    pub message: String,
}

/// The files that have the id, by path; and to which of them each place that names it belongs.
struct Owners {
    files: Vec<String>,
    places: BTreeMap<Place, Option<usize>>,
}

/// Gives all but one of the files with `id` new ids.
///
/// # Errors
///
/// [`Refusal`] where only one file has the id, `file` is none of them, or a place cannot be changed
/// rightly.
pub fn renumber(
    snapshot: &Snapshot,
    id: &TicketId,
    file: Option<&str>,
    moves: FileMoves,
    source: &mut dyn Source,
) -> Result<Renumbering, Refusal> {
    let mut files: Vec<String> = snapshot
        .index
        .ticket_files(id)
        .map(|it| it.to_string())
        .collect();
    files.sort_unstable();
    match files.len() {
        0 => return Err(Refusal::NoTicket(id.to_string())),
        1 => {
            return Err(Refusal::Edit(format!(
                "{} alone has the id {id}: there is nothing to mend",
                paths::file_name(&files[0])
            )));
        }
        _ => {}
    }
    let owners = owners(snapshot, id, files, source);
    let keeper = match file {
        None => owners.most_referred(),
        Some(file) => owners.most_referred_but(file)?,
    };
    let losers = (0..owners.files.len()).filter(|it| *it != keeper);
    let losers: Vec<_> = match file {
        None => losers.collect(),
        Some(file) => losers.filter(|it| owners.files[*it] == file).collect(),
    };
    let mut change = Change::default();
    let mut given: Vec<(String, String)> = Vec::new();
    for loser in losers {
        let path = &owners.files[loser];
        let new = drawn(snapshot, &given, source);
        change = change.merged(one(snapshot, id, &owners, loser, &new, moves, source)?);
        given.push((path.clone(), new));
    }
    let kept = owners.files[keeper].clone();
    let undecided: Vec<Place> = owners
        .places
        .into_iter()
        .filter_map(|(place, owner)| owner.is_none().then_some(place))
        .collect();
    let message = message(snapshot, id, &kept, &given, &undecided);
    let first = given.first().map_or("", |it| it.0.as_str());
    let label = match given.as_slice() {
        [(_, new)] => format!("{id} becomes {new}"),
        all => format!("{id} becomes {} other ids", all.len()),
    };
    let stays = [message.clone()];
    Ok(Renumbering {
        change: noted(change, first, &label, &stays),
        kept,
        given,
        undecided,
        message,
    })
}

/// The change that gives one of the files a new id, with the places that mean it.
fn one(
    snapshot: &Snapshot,
    id: &TicketId,
    owners: &Owners,
    loser: usize,
    new: &str,
    moves: FileMoves,
    source: &mut dyn Source,
) -> Result<Change, Refusal> {
    let path = &owners.files[loser];
    let mut change = Change::default();
    let written = snapshot
        .file(path)
        .and_then(|it| it.ticket.as_ref()?.id.as_ref());
    let written = written.map_or(id.as_str(), |it| it.value.as_str());
    if let (FileMoves::With, Some(to)) = (moves, file_after(path, written, new)) {
        free(snapshot, path, &to)?;
        change.edits = moved::link_edits(snapshot, path, &to);
        change.renames.push((path.clone(), to));
    }
    let is_its = |at: &str, site: &Site| {
        let place = Place {
            path: at.into(),
            span: site.span,
        };
        owners.places.get(&place) == Some(&Some(loser))
    };
    let edits = id_edits(snapshot, id, new, &is_its, source)?;
    Ok(change.merged(Change {
        edits,
        ..Change::default()
    }))
}

/// An id that is none of those drawn just now either.
fn drawn(snapshot: &Snapshot, given: &[(String, String)], source: &mut dyn Source) -> String {
    loop {
        let id = create::draw(snapshot, source);
        if given.iter().all(|it| it.1 != id) {
            return id;
        }
    }
}

impl Owners {
    fn n_references(&self, file: usize) -> usize {
        self.places.values().filter(|it| **it == Some(file)).count()
    }

    /// Of equals the first by path.
    fn most_referred(&self) -> usize {
        let all = 0..self.files.len();
        let most = all.max_by_key(|it| (self.n_references(*it), std::cmp::Reverse(*it)));
        most.unwrap_or_default()
    }

    fn most_referred_but(&self, file: &str) -> Result<usize, Refusal> {
        if !self.files.iter().any(|it| it == file) {
            return Err(Refusal::Stale(file.to_owned()));
        }
        let others = (0..self.files.len()).filter(|it| self.files[*it] != file);
        let most = others.max_by_key(|it| (self.n_references(*it), std::cmp::Reverse(*it)));
        Ok(most.unwrap_or_default())
    }
}

fn owners(
    snapshot: &Snapshot,
    id: &TicketId,
    files: Vec<String>,
    source: &mut dyn Source,
) -> Owners {
    let index = &snapshot.index;
    let mut at: Vec<&Arc<str>> = index.ticket_files(id).chain(index.site_files(id)).collect();
    at.sort_unstable();
    at.dedup();
    let mut places = BTreeMap::new();
    for path in at {
        let Some(facts) = snapshot.file(path) else {
            continue;
        };
        let own = files.iter().position(|it| **it == **path);
        let sites = sites::of_facts(facts).into_iter();
        let sites: Vec<_> = sites
            .filter(|it| it.id == *id && is_meant(snapshot, it))
            .collect();
        let mut open = Vec::new();
        for site in &sites {
            let links = facts.page.iter().flat_map(|it| &it.links);
            let linked = links
                .filter(|it| it.span.contains(site.span) || it.target_span.contains(site.span))
                .find_map(|it| linked(snapshot, path, it, &files));
            let owner = match (linked, own) {
                (Some(owner), _) => Some(owner),
                // What a ticket's own file says of its id, it says of itself; but it does not wait
                // for itself, nor is it its own parent.
                (None, Some(own)) if !matches!(site.role, Role::Parent | Role::Dependency) => {
                    Some(own)
                }
                _ => None,
            };
            let place = Place {
                path: path.clone(),
                span: site.span,
            };
            if owner.is_none() {
                let line = facts
                    .lines
                    .position(site.span.start as usize, Encoding::Utf8)
                    .line;
                open.push((place.clone(), line));
            }
            places.insert(place, owner);
        }
        if open.is_empty() {
            continue;
        }
        let text = text(snapshot, path, source).ok();
        let lines: Vec<u32> = open.iter().map(|it| it.1).collect();
        let answers = source.meant(&Meant {
            id: id.as_str(),
            files: &files,
            path,
            text: text.as_deref(),
            lines: &lines,
        });
        for ((place, _), owner) in open.into_iter().zip(answers) {
            places.insert(place, owner.filter(|it| *it < files.len()));
        }
    }
    Owners { files, places }
}

/// The file of `files` that a link says by its path or name.
fn linked(snapshot: &Snapshot, from: &str, link: &Link, files: &[String]) -> Option<usize> {
    let target = match link.kind {
        LinkKind::Inline => paths::link_target(from, link)?,
        // A name that all of them have is no name of one.
        LinkKind::Wiki => {
            let name = paths::wiki_name(&link.target);
            let mut meant = snapshot.index.pages_named(&name);
            let first = meant.next()?;
            if meant.next().is_some() {
                return None;
            }
            first.to_string()
        }
    };
    files.iter().position(|it| *it == target)
}

fn message(
    snapshot: &Snapshot,
    id: &TicketId,
    kept: &str,
    given: &[(String, String)],
    undecided: &[Place],
) -> String {
    let title = |path: &str| {
        let ticket = snapshot.file(path).and_then(|it| it.ticket.as_ref());
        let title = ticket.and_then(|it| it.title.as_ref());
        title.map_or_else(
            || paths::file_name(path).to_owned(),
            |it| format!("\"{}\"", it.value),
        )
    };
    let of_kept = snapshot.file(kept).and_then(|it| it.ticket.as_ref());
    let keeps = of_kept.map_or_else(|| id.to_string(), named);
    let new: Vec<_> = given
        .iter()
        .map(|(path, new)| format!("{} is {new} now", title(path)))
        .collect();
    let mut message = format!("{keeps} keeps its id; {}.", new.join(", "));
    if undecided.is_empty() {
        return message;
    }
    let place = |it: &Place| {
        let facts = snapshot.file(&it.path);
        let line = facts.map_or(0, |facts| {
            facts
                .lines
                .position(it.span.start as usize, Encoding::Utf8)
                .line
        });
        format!("{}:{}", it.path, line + 1)
    };
    let mut places: Vec<_> = undecided.iter().map(place).collect();
    places.dedup();
    let more = places.len().saturating_sub(MAX_NAMED);
    places.truncate(MAX_NAMED);
    if more > 0 {
        places.push(format!("{more} more"));
    }
    let (verb, them) = match undecided.len() {
        1 => ("1 reference may", "it"),
        _ => ("References may", "them"),
    };
    message.push_str(&format!(
        " {verb} mean either and still name {id}; look at {them}: {}.",
        places.join(", ")
    ));
    message
}
