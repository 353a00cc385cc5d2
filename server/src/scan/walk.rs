//! The walk: one job a folder, each compared with what the last scan remembers of it.

mod file;

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use docket_core::config::Config;
use docket_core::facts::{FileFacts, Skip};
use docket_core::text::Hash;
use docket_store::{Reader, Store, TreeChange, is_damage};

use crate::scan::folder::{Buffer, Folder, Kind, Meta, Stamp, TrustBefore};
use crate::scan::queue::Queue;
use crate::scan::read::Examiner;
use crate::scan::rules::{Has, RULE_FILES, Rules, Verdict};
use crate::scan::snapshot::{Entry, What, pack, unpack};
use crate::scan::{Progress, Request, Scan, Skipped, Stats, root_key, version};

/// More files than this in one folder are shared out.
const CHUNK: usize = 1024;

/// Files between two calls of the progress callback.
const PROGRESS_EVERY: usize = 512;

enum Job {
    Folder {
        /// Relative to the root.
        path: String,
        rules: Arc<Rules>,
        trust: Trust,
    },
    /// A part of a large folder's files.
    Chunk { parts: Arc<Parts>, start: usize },
}

/// Whether what is remembered of a folder's listing can hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    IfStamped,
    /// A rule file above it has changed.
    Never,
}

/// A large folder while several threads work on it; the last of them puts it together.
struct Parts {
    path: String,
    stamp: Stamp,
    changed: bool,
    names: Vec<String>,
    before: Vec<What>,
    after: Mutex<Vec<What>>,
    n_left: AtomicUsize,
}

/// What all threads share.
struct Shared<'a> {
    root_path: &'a Path,
    root: Folder,
    config: &'a Config,
    progress: &'a (dyn Fn(Progress) + Sync),
    cancel: &'a AtomicBool,
    version: Hash,
    remembered: HashMap<String, Vec<u8>>,
    examiner: Examiner<'a>,
    /// Whether reading the store met damage.
    damaged: AtomicBool,
    trust: TrustBefore,
    n_folders: AtomicUsize,
    n_files: AtomicUsize,
}

/// What one thread has and finds.
struct Worker<'a> {
    shared: &'a Shared<'a>,
    reader: Option<Reader>,
    /// Whether new facts are to be kept.
    keeps: bool,
    buffer: Buffer,
    files: Vec<(Arc<str>, Arc<FileFacts>)>,
    skipped: Vec<Skipped>,
    /// Folders that were met and what is to be remembered of those that changed.
    seen: Vec<(String, Option<Vec<u8>>)>,
    facts: Vec<(Hash, Vec<u8>)>,
    stats: Stats,
}

pub(super) fn walk(request: &Request<'_>) -> io::Result<Scan> {
    let examiner = Examiner::new(request.config, request.root);
    let trust = TrustBefore::at(request.now);
    let version = version(request.root, request.config, examiner.version(), trust);
    let root_key = root_key(request.root);
    let damaged = AtomicBool::new(false);
    let shared = Shared {
        root: Folder::open(request.root)?,
        remembered: match request.store.map(|it| it.folders(&root_key, version)) {
            Some(Ok(folders)) => folders,
            Some(Err(error)) => {
                tracing::warn!(%error, "the store's memory of this project cannot be read");
                damaged.store(is_damage(&error), Ordering::Relaxed);
                HashMap::new()
            }
            None => HashMap::new(),
        },
        examiner,
        root_path: request.root,
        config: request.config,
        progress: request.progress,
        cancel: request.cancel,
        version,
        damaged,
        trust,
        n_folders: AtomicUsize::new(0),
        n_files: AtomicUsize::new(0),
    };
    let queue = Queue::new(Job::Folder {
        path: String::new(),
        rules: Rules::above(request.root),
        trust: Trust::IfStamped,
    });
    let mut workers: Vec<_> = (0..request.n_threads.max(1))
        .map(|_| Worker::new(&shared, request.store))
        .collect();
    std::thread::scope(|scope| {
        let (here, others) = match workers.split_first_mut() {
            Some(it) => it,
            None => return,
        };
        for worker in others {
            scope.spawn(|| queue.work(|job, more| worker.run(job, more)));
        }
        queue.work(|job, more| here.run(job, more));
    });
    Ok(gather(root_key, &shared, workers))
}

/// Puts together what the threads found, in an order that does not depend on them.
fn gather(root: String, shared: &Shared<'_>, workers: Vec<Worker<'_>>) -> Scan {
    let mut scan = Scan {
        cancelled: shared.is_cancelled(),
        ..Scan::default()
    };
    let mut folders = Vec::new();
    let mut n_seen = 0;
    let mut seen = rustc_hash::FxHashSet::default();
    let mut facts = Vec::new();
    for worker in workers {
        scan.files.extend(worker.files);
        scan.skipped.extend(worker.skipped);
        facts.extend(worker.facts);
        n_seen += worker.seen.len();
        for (path, row) in worker.seen {
            match row {
                Some(row) => folders.push((path, row)),
                None => {
                    seen.insert(path);
                }
            }
        }
        scan.stats.n_folders += worker.stats.n_folders;
        scan.stats.n_files += worker.stats.n_files;
        scan.stats.n_read += worker.stats.n_read;
        scan.stats.n_bytes_read += worker.stats.n_bytes_read;
    }
    scan.files.sort_unstable_by(|one, two| one.0.cmp(&two.0));
    scan.skipped.sort_unstable();
    folders.sort_unstable();
    facts.sort_unstable_by_key(|it: &(Hash, _)| it.0);
    // A folder that was remembered and not met is gone, unless the walk ended early.
    let removed =
        match scan.cancelled || n_seen == seen.len() && seen.len() == shared.remembered.len() {
            true => Vec::new(),
            false => {
                seen.extend(folders.iter().map(|it| it.0.clone()));
                let gone = shared.remembered.keys().filter(|it| !seen.contains(*it));
                gone.cloned().collect()
            }
        };
    scan.change = TreeChange {
        root,
        version: shared.version,
        folders,
        removed,
        facts,
        damaged: shared.damaged.load(Ordering::Relaxed),
    };
    scan
}

impl Shared<'_> {
    fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    fn report(&self, n_files: usize) {
        let before = self.n_files.fetch_add(n_files, Ordering::Relaxed);
        if before / PROGRESS_EVERY != (before + n_files) / PROGRESS_EVERY {
            (self.progress)(Progress {
                n_folders: self.n_folders.load(Ordering::Relaxed),
                n_files: before + n_files,
            });
        }
    }
}

impl<'a> Worker<'a> {
    fn new(shared: &'a Shared<'a>, store: Option<&Store>) -> Self {
        Self {
            shared,
            reader: store.and_then(|it| it.reader().ok().flatten()),
            keeps: store.is_some(),
            buffer: Buffer::default(),
            files: Vec::new(),
            skipped: Vec::new(),
            seen: Vec::new(),
            facts: Vec::new(),
            stats: Stats::default(),
        }
    }

    fn run(&mut self, job: Job, more: &mut Vec<Job>) {
        if self.shared.is_cancelled() {
            return;
        }
        match job {
            Job::Folder { path, rules, trust } => {
                let (folder, meta) = match self.enter(&path) {
                    Ok(it) => it,
                    Err(error) => return self.skip_refused(path, &error),
                };
                self.stats.n_folders += 1;
                self.shared.n_folders.fetch_add(1, Ordering::Relaxed);
                self.folder(path, &folder, meta, &rules, trust, more);
            }
            Job::Chunk { parts, start } => self.chunk(&parts, start),
        }
    }

    /// What has gone since it was listed is not there to be told of.
    fn skip_refused(&mut self, path: String, error: &io::Error) {
        if error.kind() != io::ErrorKind::NotFound {
            self.skip(path, Skip::Unreadable);
        }
    }

    fn enter(&self, path: &str) -> io::Result<(Folder, Meta)> {
        let folder = self.shared.root.enter(path)?;
        let meta = folder.meta(self.shared.trust)?;
        Ok((folder, meta))
    }

    fn folder(
        &mut self,
        path: String,
        folder: &Folder,
        meta: Meta,
        rules: &Arc<Rules>,
        trust: Trust,
        more: &mut Vec<Job>,
    ) {
        let shared = self.shared;
        let before = shared.remembered.get(&path).and_then(|it| unpack(it));
        let before_at = |name: &str| {
            let entries = &before.as_ref()?.entries;
            let idx = entries.binary_search_by(|it| it.name.cmp(name)).ok()?;
            Some(entries[idx].what)
        };

        // The rule files come first: they decide whether the rest of what is remembered holds.
        let known = before.as_ref().filter(|it| it.stamp.still(meta.stamp));
        let mut has = Has::default();
        let mut trust = trust;
        let mut rule_entries = Vec::new();
        let mut listed = Vec::new();
        match known {
            Some(known) => {
                for entry in &known.entries {
                    if let What::Rules(stamp) = entry.what {
                        has.note(entry.name);
                        let now = stamp_of(folder, entry.name, shared.trust);
                        if !stamp.still(now) {
                            trust = Trust::Never;
                        }
                        rule_entries.push((entry.name, now));
                    }
                }
            }
            None => match folder.list() {
                Ok(listing) => {
                    for name in listing.unreadable_names {
                        self.skip(join(&path, &name), Skip::Unreadable);
                    }
                    listed = listing.entries;
                    listed.sort_unstable();
                    for name in RULE_FILES {
                        let found = listed
                            .binary_search_by(|it| it.0.as_str().cmp(name))
                            .is_ok();
                        let then = before_at(name).and_then(What::stamp);
                        if !found {
                            if then.is_some() {
                                trust = Trust::Never;
                            }
                            continue;
                        }
                        has.note(name);
                        let now = stamp_of(folder, name, shared.trust);
                        if !then.is_some_and(|it| it.still(now)) {
                            trust = Trust::Never;
                        }
                        rule_entries.push((name, now));
                    }
                }
                Err(error) => {
                    self.skip_refused(path, &error);
                    return;
                }
            },
        }
        let rules = rules.below(shared.root_path, &path, has);

        // A listing that does not hold is made again, with the rules as they are now.
        let known = known.filter(|_| trust == Trust::IfStamped);
        let mut items: Vec<Entry<'_>> = Vec::new();
        match known {
            Some(known) => items.extend(known.entries.iter().copied()),
            None => {
                if listed.is_empty() {
                    listed = folder.list().map(|it| it.entries).unwrap_or_default();
                    listed.sort_unstable();
                }
                for (name, kind) in &listed {
                    let full = join(&path, name);
                    if let Some((_, stamp)) = rule_entries.iter().find(|it| it.0 == name) {
                        let what = What::Rules(*stamp);
                        items.push(Entry { name, what });
                        continue;
                    }
                    let what = match (rules.verdict(&full, *kind == Kind::Folder), kind) {
                        (_, Kind::Other) | (Verdict::Hidden, _) => continue,
                        (Verdict::Ignored, _) => What::Passed(Skip::Ignored),
                        _ if shared.config.exclude.matches(&full) => What::Passed(Skip::Excluded),
                        (Verdict::Keep, Kind::Folder) => match rules.is_vendored_folder(&full) {
                            true => What::Passed(Skip::Vendored),
                            false => What::Folder,
                        },
                        (Verdict::Keep, Kind::File) => match rules.skip(&full) {
                            Some(skip) => What::Passed(skip),
                            None if !shared.examiner.is_wanted(&full) => What::Foreign,
                            None => before_at(name)
                                .filter(|it| it.stamp().is_some())
                                .unwrap_or(What::Quiet(Stamp::NEVER)),
                        },
                    };
                    items.push(Entry { name, what });
                }
            }
        }
        for item in items.iter().filter(|it| it.what == What::Folder) {
            more.push(Job::Folder {
                path: join(&path, item.name),
                rules: rules.clone(),
                trust,
            });
        }
        let changed = known.is_none();
        if items.len() > CHUNK {
            let parts = Arc::new(Parts {
                path,
                stamp: meta.stamp,
                changed,
                n_left: AtomicUsize::new(items.len().div_ceil(CHUNK)),
                names: items.iter().map(|it| it.name.to_owned()).collect(),
                before: items.iter().map(|it| it.what).collect(),
                after: Mutex::new(items.iter().map(|it| it.what).collect()),
            });
            more.extend((0..items.len()).step_by(CHUNK).map(|start| Job::Chunk {
                parts: parts.clone(),
                start,
            }));
            return;
        }
        let mut row_changed = changed;
        for item in &mut items {
            let now = self.item(folder, &path, item.name, item.what);
            row_changed |= now != item.what;
            item.what = now;
        }
        shared.report(items.len());
        let row = row_changed.then(|| pack(meta.stamp, &items));
        self.seen.push((path, row));
    }

    /// One part of a large folder; the last part to be done remembers the folder.
    fn chunk(&mut self, parts: &Parts, start: usize) {
        let Ok((folder, _)) = self.enter(&parts.path) else {
            return;
        };
        let end = (start + CHUNK).min(parts.names.len());
        let mut after = Vec::with_capacity(end - start);
        for idx in start..end {
            after.push(self.item(&folder, &parts.path, &parts.names[idx], parts.before[idx]));
        }
        self.shared.report(end - start);
        let mut all = parts.after.lock().unwrap_or_else(PoisonError::into_inner);
        all[start..end].copy_from_slice(&after);
        if parts.n_left.fetch_sub(1, Ordering::AcqRel) > 1 {
            return;
        }
        let row = (parts.changed || *all != parts.before).then(|| {
            let entries: Vec<_> = (parts.names.iter().zip(all.iter()))
                .map(|(name, what)| Entry { name, what: *what })
                .collect();
            pack(parts.stamp, &entries)
        });
        self.seen.push((parts.path.clone(), row));
    }
}

/// The stamp of a rule file. Git's own folder changes with every command, and only has to be there.
fn stamp_of(folder: &Folder, name: &str, trust: TrustBefore) -> Stamp {
    match folder.stat(name, trust) {
        Ok(_) if name == ".git" => Stamp::THERE,
        Ok(meta) => meta.stamp,
        Err(_) => Stamp::NEVER,
    }
}

pub(super) fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        _ => format!("{folder}/{name}"),
    }
}
