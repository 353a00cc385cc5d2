//! The local side of a round: ticket files, as the checkout or the synced branch's tree has them.

use std::collections::BTreeSet;
use std::path::Path;

use docket_core::config::Config;
use docket_core::ids::TicketId;
use docket_core::rules::RuleId;
use docket_core::sync::Fields;
use docket_core::sync::fields::{self, Links};
use docket_core::sync::plan::Local;
use docket_core::text::Hash;
use docket_core::ticket::{self, Parsed};
use gix::ObjectId;
use rustc_hash::FxHashMap;

use super::side;

const FOLDER: &str = ".docs/tickets";

/// The tickets of one side.
#[derive(Debug, Default)]
pub struct Tickets {
    /// By id in the order of the files; a ticket without an id is not among them.
    pub files: Vec<TicketFile>,
    pub links: Links,
    /// Places in `files`; of several with one id the first.
    by_id: FxHashMap<TicketId, usize>,
}

/// One ticket's file.
#[derive(Debug)]
pub struct TicketFile {
    /// From the project's root, with `/`.
    pub path: String,
    pub id: String,
    /// Of the bytes on the disk.
    pub hash: Hash,
    pub text: String,
    pub parsed: Parsed,
    /// Nothing may be done to it in this round.
    pub waits: bool,
}

impl Tickets {
    /// The files of the checkout. Those in `unsaved` wait.
    pub fn of_checkout(root: &Path, config: &Config, unsaved: &BTreeSet<String>) -> Self {
        let mut paths = Vec::new();
        walk(&root.join(FOLDER), FOLDER, &mut paths);
        paths.sort();
        let files = paths.into_iter().filter_map(|path| {
            let bytes = std::fs::read(root.join(&path)).ok()?;
            let waits = unsaved.contains(&path);
            TicketFile::new(path, &bytes, config, waits)
        });
        Self::new(files.collect())
    }

    /// The files of a commit's tree; nothing is ever written to those.
    pub fn of_commit(root: &Path, config: &Config, commit: ObjectId) -> Self {
        let files = side::files_in(root, commit, FOLDER).into_iter();
        let files = files.filter_map(|(name, bytes)| {
            let path = format!("{FOLDER}/{name}");
            is_ticket(&path).then(|| TicketFile::new(path, &bytes, config, false))?
        });
        Self::new(files.collect())
    }

    fn new(mut files: Vec<TicketFile>) -> Self {
        let mut by_id: FxHashMap<TicketId, usize> = FxHashMap::default();
        for idx in 0..files.len() {
            let first = *by_id.entry(TicketId::new(&files[idx].id)).or_insert(idx);
            // Of two tickets with one id nobody can say which is meant.
            if first != idx {
                files[first].waits = true;
                files[idx].waits = true;
            }
        }
        let links = files.iter().filter_map(|it| Some((&*it.id, it.issue()?)));
        let links = Links::new(links);
        Self {
            files,
            links,
            by_id,
        }
    }

    pub fn locals(&self, config: &Config) -> Vec<Local> {
        let locals = self.files.iter().map(|it| Local {
            id: it.id.clone(),
            issue: it.issue(),
            fields: it.fields(config, &self.links),
            waits: it.waits,
        });
        locals.collect()
    }

    pub fn get(&self, id: &str) -> Option<&TicketFile> {
        let place = self.by_id.get(&TicketId::new(id))?;
        self.files.get(*place)
    }
}

impl TicketFile {
    fn new(path: String, bytes: &[u8], config: &Config, waits: bool) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?.to_owned();
        let parsed = ticket::parse(bytes, config);
        let id = parsed.ticket.id.as_ref()?.value.clone();
        let broken = parsed
            .problems
            .iter()
            .any(|it| it.rule == RuleId::MalformedTicket);
        Some(Self {
            path,
            id,
            hash: Hash::of(bytes),
            waits: waits || broken,
            text,
            parsed,
        })
    }

    pub fn issue(&self) -> Option<u64> {
        self.parsed.ticket.github.as_ref().map(|it| it.value)
    }

    pub fn fields(&self, config: &Config, links: &Links) -> Fields {
        fields::of_ticket(&self.text, &self.parsed, config, links)
    }
}

fn walk(folder: &Path, relative: &str, paths: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else {
            continue;
        };
        let path = format!("{relative}/{name}");
        match () {
            () if kind.is_dir() => walk(&entry.path(), &path, paths),
            () if is_ticket(&path) => paths.push(path),
            () => {}
        }
    }
}

fn is_ticket(path: &str) -> bool {
    path.ends_with(".md") && !path.ends_with("/README.md")
}
