//! What is known of one project: the facts of its files and the index over them.

use std::collections::BTreeSet;
use std::hash::BuildHasherDefault;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jiff::civil::Date;
use rpds::HashTrieMapSync;
use rustc_hash::FxHasher;

use crate::anchors::{self, Anchors, Lost};
use crate::config::Config;
use crate::facts::FileFacts;
use crate::ids::TicketId;
use crate::index::Index;
use crate::lineage::Dismissals;
use crate::lineage::code::Declared;
use crate::rules::Memo;
use crate::score::learned::{self, Learned};
use crate::sync::Mirror;
use crate::text::Document;
use crate::ticket::Ticket;

pub mod catalog;
pub mod issues;
pub mod moved;
pub mod paths;
pub mod status;
#[cfg(test)]
mod tests;

use derived::Derived;

mod derived;
mod sources;

/// A map that is cloned in constant time; a change after that copies a few nodes.
pub(crate) type Map<K, V> = HashTrieMapSync<K, V, BuildHasherDefault<FxHasher>>;

/// From this many changes on a batch dirties everything.
const LARGE_BATCH: usize = 256;

/// One project's state. Owned and changed by the engine alone.
#[derive(Debug)]
pub struct World {
    now: Snapshot,
}

/// An immutable view of a [`World`]; cloning is cheap and nothing in it blocks.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub config: Arc<Config>,
    pub today: Date,
    /// When this view was given; `None` where nobody said.
    pub now: Option<Timestamp>,
    /// The user's own name, as assignees are written; `None` where nobody said.
    pub me: Option<Arc<str>>,
    /// The repository's page on the web (`https://github.com/owner/name`); `None` where it has none.
    pub web: Option<Arc<str>>,
    /// Goes up by one with each batch of changes.
    pub revision: u64,
    pub index: Index,
    files: Map<Arc<str>, Arc<FileFacts>>,
    documents: Map<Arc<str>, Document>,
    exists: Map<Arc<str>, bool>,
    /// What the source files declare that something was made from; `None` where there is none.
    pub(crate) declared: Map<Arc<str>, Option<Arc<Declared>>>,
    /// Where TODOs with a ticket were when the last scan ended.
    pub anchors: Arc<Anchors>,
    /// What is known of the forge's issues without asking; empty where sync was never used.
    pub mirror: Arc<Mirror>,
    /// What is outdated and is not to be told of.
    pub dismissed: Arc<Dismissals>,
    lost: Arc<anchors::Watch>,
    pub(crate) memo: Arc<Memo>,
    catalog: catalog::Catalog,
    derived: Arc<Derived>,
    /// Replaced whenever a ticket's status, type or labels change.
    learned: Arc<OnceLock<Learned>>,
}

/// One thing that has become known.
#[derive(Clone, Debug)]
pub enum FileChange {
    /// A file's facts; `None` forgets the file.
    Facts {
        path: Arc<str>,
        facts: Option<Arc<FileFacts>>,
    },
    /// An open document's text, new or changed. Its facts come as [`FileChange::Facts`].
    Open {
        path: Arc<str>,
        document: Document,
    },
    /// The document was closed; its facts stay until others come.
    Close {
        path: Arc<str>,
    },
    /// Whether there is a file or folder at `path`: an answer to [`Snapshot::unseen_targets`].
    Exists {
        path: Arc<str>,
        exists: bool,
    },
    /// What the source file at `path` declares, `None` where there is none: an answer to
    /// [`Snapshot::unseen_code`].
    Declared {
        path: Arc<str>,
        declared: Option<Arc<Declared>>,
    },
    Config(Arc<Config>),
    Today(Date),
    Me(Option<Arc<str>>),
    /// See [`Snapshot::web`].
    Web(Option<Arc<str>>),
    Anchors(Arc<Anchors>),
    Mirror(Arc<Mirror>),
    Dismissed(Arc<Dismissals>),
}

/// What a batch of changes did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    pub revision: u64,
    pub dirty: Dirty,
    /// Whether a link or a record now points at a file of which nobody has said yet what is there.
    pub asks: bool,
}

/// The files whose findings, hints or hovers may differ from before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dirty {
    Files(BTreeSet<Arc<str>>),
    All,
}

impl Dirty {
    pub fn contains(&self, path: &str) -> bool {
        match self {
            Self::All => true,
            Self::Files(files) => files.contains(path),
        }
    }

    fn add(&mut self, path: &Arc<str>) {
        if let Self::Files(files) = self {
            files.insert(path.clone());
        }
    }

    fn extend<'a>(&mut self, paths: impl IntoIterator<Item = &'a Arc<str>>) {
        if let Self::Files(files) = self {
            files.extend(paths.into_iter().cloned());
        }
    }
}

impl World {
    pub fn new(config: Config, today: Date) -> Self {
        Self {
            now: Snapshot {
                config: Arc::new(config),
                today,
                now: None,
                me: None,
                web: None,
                revision: 0,
                index: Index::default(),
                files: Map::default(),
                documents: Map::default(),
                exists: Map::default(),
                declared: Map::default(),
                anchors: Arc::default(),
                mirror: Arc::default(),
                dismissed: Arc::default(),
                lost: Arc::default(),
                memo: Arc::default(),
                catalog: catalog::Catalog::default(),
                derived: Arc::default(),
                learned: Arc::default(),
            },
        }
    }

    /// A world without files that knows of all else what `snapshot` does.
    pub fn around(snapshot: &Snapshot, config: &Config) -> Self {
        let mut world = Self::new(config.clone(), snapshot.today);
        world.apply([
            FileChange::Me(snapshot.me.clone()),
            FileChange::Web(snapshot.web.clone()),
            FileChange::Anchors(snapshot.anchors.clone()),
            FileChange::Mirror(snapshot.mirror.clone()),
            FileChange::Dismissed(snapshot.dismissed.clone()),
        ]);
        world
    }

    /// Replaces a file's facts; `None` forgets the file.
    pub fn set_file(&mut self, path: &str, facts: Option<Arc<FileFacts>>) -> Delta {
        self.apply([FileChange::Facts {
            path: path.into(),
            facts,
        }])
    }

    /// Takes a batch of changes in, in their order, as one revision. After a large one everything
    /// is dirty: to tell who is not would take longer than to look again.
    pub fn apply(&mut self, batch: impl IntoIterator<Item = FileChange>) -> Delta {
        let batch: Vec<_> = batch.into_iter().collect();
        let now = &mut self.now;
        now.revision += 1;
        now.memo = Arc::default();
        let mut dirty = match batch.len() {
            0..LARGE_BATCH => Dirty::Files(BTreeSet::new()),
            _ => Dirty::All,
        };
        let mut asks = false;
        for change in batch {
            match change {
                FileChange::Facts { path, facts } => {
                    asks |= now.replace(&path, facts, &mut dirty);
                }
                FileChange::Open { path, document } => {
                    dirty.add(&path);
                    now.documents.insert_mut(path, document);
                }
                FileChange::Close { path } => {
                    now.documents.remove_mut(&path);
                    dirty.add(&path);
                }
                FileChange::Exists { path, exists } => {
                    if now.exists.get(&path) != Some(&exists) {
                        dirty.extend(now.index.linkers(&path));
                        now.exists.insert_mut(path, exists);
                    }
                }
                FileChange::Declared { path, declared } => {
                    if now.declared.get(&path) != Some(&declared) {
                        now.dirty_made_of(&path, &mut dirty);
                        now.declared.insert_mut(path, declared);
                    }
                }
                FileChange::Config(config) => {
                    now.config = config;
                    now.lost = Arc::default();
                    now.derived = Arc::default();
                    now.learned = Arc::default();
                    dirty = Dirty::All;
                }
                FileChange::Today(today) => {
                    if now.today != today {
                        now.today = today;
                        dirty = Dirty::All;
                    }
                }
                FileChange::Me(me) => now.me = me,
                FileChange::Web(web) => now.web = web,
                FileChange::Anchors(anchors) => {
                    if now.anchors != anchors {
                        now.anchors = anchors;
                        now.lost = Arc::default();
                        dirty = Dirty::All;
                    }
                }
                FileChange::Mirror(mirror) => {
                    // Most rounds bring nothing but their time.
                    if !now.mirror.says_the_same(&mirror) {
                        dirty = Dirty::All;
                    }
                    now.mirror = mirror;
                }
                FileChange::Dismissed(dismissed) => {
                    if now.dismissed != dismissed {
                        now.dismissed = dismissed;
                        dirty = Dirty::All;
                    }
                }
            }
        }
        Delta {
            revision: now.revision,
            dirty,
            asks,
        }
    }

    pub fn snapshot(&self) -> Snapshot {
        self.now.clone()
    }

    /// The last snapshot of all.
    pub fn into_snapshot(self) -> Snapshot {
        self.now
    }
}

impl Snapshot {
    /// The same with one more open document, which is in no file.
    #[must_use]
    pub fn with_document(&self, path: &str, document: Document, facts: Arc<FileFacts>) -> Self {
        let mut world = World { now: self.clone() };
        let path: Arc<str> = path.into();
        world.apply([
            FileChange::Open {
                path: path.clone(),
                document,
            },
            FileChange::Facts {
                path,
                facts: Some(facts),
            },
        ]);
        world.into_snapshot()
    }

    /// The facts of a file, as old as the last that came.
    pub fn file(&self, path: &str) -> Option<&Arc<FileFacts>> {
        self.files.get(path)
    }

    /// A file's path as the world keeps it, where it has facts.
    pub(crate) fn key(&self, path: &str) -> Option<&Arc<str>> {
        self.files.get_key_value(path).map(|it| it.0)
    }

    /// All files with facts, in no order.
    pub fn files(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<FileFacts>)> {
        self.files.iter()
    }

    pub fn n_files(&self) -> usize {
        self.files.size()
    }

    pub fn document(&self, path: &str) -> Option<&Document> {
        self.documents.get(path)
    }

    pub fn documents(&self) -> impl Iterator<Item = (&Arc<str>, &Document)> {
        self.documents.iter()
    }

    /// The file and the ticket that `id` names; of duplicates the first by path.
    pub fn ticket(&self, id: &TicketId) -> Option<(&Arc<str>, &Ticket)> {
        let path = self.index.ticket_files(id).min()?;
        Some((path, self.files.get(path)?.ticket.as_ref()?))
    }

    /// The ticket that is mirrored by an issue of this project's own repository.
    pub fn ticket_of_issue(&self, number: u64) -> Option<(&Arc<str>, &Ticket)> {
        let path = self.index.issue_files(number).min()?;
        Some((path, self.files.get(path)?.ticket.as_ref()?))
    }

    /// Every ticket file that holds an id, as little of it as a search needs; in no order.
    pub fn catalog(&self) -> impl Iterator<Item = catalog::Entry<'_>> {
        self.catalog.entries()
    }

    /// Every ticket file that holds an id, in no order.
    pub fn tickets(&self) -> impl Iterator<Item = (&Arc<str>, &Ticket)> {
        self.index
            .ticket_paths()
            .filter_map(|path| Some((path, self.files.get(path)?.ticket.as_ref()?)))
    }

    /// Paths that links point at and that have no facts: whether they are there only the disk says.
    pub fn outside_targets(&self) -> Vec<Arc<str>> {
        let targets = self.index.link_targets();
        targets
            .filter(|it| !self.files.contains_key(*it))
            .cloned()
            .collect()
    }

    /// Paths that links point at, of which nobody has said yet whether they are there. Answer with
    /// [`FileChange::Exists`], and again when a file comes or goes there; until then the link
    /// counts as good.
    pub fn unseen_targets(&self) -> Vec<Arc<str>> {
        let mut out: Vec<_> = self
            .index
            .link_targets()
            .filter(|it| !self.files.contains_key(*it) && !self.exists.contains_key(*it))
            .cloned()
            .collect();
        out.sort_unstable();
        out
    }

    /// Whether a file or folder is at `path`; `None` where nobody has said.
    pub fn exists(&self, path: &str) -> Option<bool> {
        if self.files.contains_key(path) {
            return Some(true);
        }
        self.exists.get(path).copied()
    }

    /// What became of the TODOs that had a ticket and have it no more; worked out when first asked for.
    pub fn lost(&self) -> &Lost {
        self.lost.lost(self)
    }

    /// How the closed tickets ended; worked out when first asked for.
    pub(crate) fn learned(&self) -> &Learned {
        self.learned.get_or_init(|| Learned::of(self))
    }

    /// Returns whether a link now points where nobody has looked.
    fn replace(
        &mut self,
        path: &Arc<str>,
        facts: Option<Arc<FileFacts>>,
        dirty: &mut Dirty,
    ) -> bool {
        dirty.add(path);
        let old = self.files.get(path).cloned();
        if let (Some(old), Some(new)) = (&old, &facts)
            && (Arc::ptr_eq(old, new) || old == new)
        {
            return false;
        }
        let [old, new] = [old.as_deref(), facts.as_deref()];
        self.dirty_dependents(path, old, new, dirty);
        if derived::edges_differ(old, new) {
            self.derived = Arc::default();
        }
        if learned::differ(old, new) {
            self.learned = Arc::default();
        }
        // It looks at every anchor, and most keystrokes change none of what it looks at.
        if anchors::differ(old, new) {
            self.lost = Arc::new(self.lost.after(path, old, new));
        }
        if let Some(old) = old {
            self.index.remove(path, old);
        }
        if let Some(new) = new {
            self.index.add(path, new);
        }
        let is_ticket = |it: Option<&FileFacts>| it.is_some_and(|it| it.ticket.is_some());
        if is_ticket(old) || is_ticket(new) {
            self.catalog.set(path, new);
        }
        // Edges may have been closed into a ring by this change, so it is asked before and after.
        self.dirty_dependents(path, old, new, dirty);
        let asks = new.is_some_and(|it| {
            paths::link_targets(path, it)
                .any(|it| !self.files.contains_key(&*it) && !self.exists.contains_key(&*it))
                || {
                    let mut code = it
                        .lineage
                        .origins
                        .iter()
                        .filter_map(|it| it.source.whole.code());
                    code.any(|it| !self.declared.contains_key(it))
                }
        });
        match facts {
            Some(facts) => self.files.insert_mut(path.clone(), facts),
            None => {
                self.files.remove_mut(path);
            }
        }
        asks
    }

    fn dirty_dependents(
        &self,
        path: &Arc<str>,
        old: Option<&FileFacts>,
        new: Option<&FileFacts>,
        dirty: &mut Dirty,
    ) {
        if *dirty == Dirty::All {
            return;
        }
        let complete = derived::dependents(self, path, old, new, |it| dirty.add(it));
        if complete.is_err() {
            *dirty = Dirty::All;
        }
    }
}
