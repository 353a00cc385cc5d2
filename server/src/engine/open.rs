//! Open documents: the editor owns their text, and facts follow it version by version.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use docket_core::comments::Reader;
use docket_core::config::Config;
use docket_core::facts::{self, FileFacts};
use docket_core::span::Encoding;
use docket_core::text::{Charset, ContentChange, Document, Hash};
use docket_core::world::FileChange;

use super::event::{Event, Made, Read};
use super::pool::guarded;
use super::{Engine, PUBLISH, Timer};
use crate::project;

/// A document that the editor owns.
pub(super) struct OpenFile {
    /// Its project; none for a file that belongs nowhere.
    pub(super) root: Option<PathBuf>,
    pub(super) relative: Arc<str>,
    pub(super) document: Document,
    /// One number a text. Versions cannot tell texts apart: a file that is closed and opened again
    /// begins at the same one, and clients may send one twice.
    edition: u64,
    facts: Progress,
    /// Questions that came for a version without facts.
    pub(super) waiting: Vec<Read>,
    /// An edit did not fit: the two sides no longer have one text until it is sent whole again.
    desynced: bool,
}

/// How far the facts of an edition are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Wanted,
    Running,
    /// The world has them.
    Known,
    /// And it is known, or being worked out, where in the syntax its TODOs stand.
    Placed,
}

impl OpenFile {
    /// Whether the world has the facts of exactly this text.
    pub(super) fn is_known(&self) -> bool {
        self.root.is_none() || matches!(self.facts, Progress::Known | Progress::Placed)
    }

    /// What was known, or is being made, was for another text or by another configuration.
    fn renew(&mut self, editions: &mut u64) {
        *editions += 1;
        self.edition = *editions;
        self.facts = Progress::Wanted;
    }
}

impl Engine {
    pub(super) fn open_file(
        &mut self,
        path: PathBuf,
        language: &str,
        version: i32,
        text: &str,
        now: Instant,
    ) {
        let root = self.project_of(&path);
        let relative = root
            .as_deref()
            .map_or_else(|| "".into(), |root| relative(root, &path).into());
        let mut file = OpenFile {
            root,
            relative,
            document: Document::new(text, version, language),
            edition: 0,
            facts: Progress::Wanted,
            waiting: Vec::new(),
            desynced: false,
        };
        file.renew(&mut self.n_editions);
        let before = self.open.insert(path.clone(), file);
        self.start_facts(&path);
        if let Some(before) = before {
            self.read_again(before.waiting);
        }
        self.timers
            .push_back(Timer::Publish, now, PUBLISH.0, PUBLISH.1);
    }

    pub(super) fn edit_file(
        &mut self,
        path: &Path,
        version: i32,
        changes: &[ContentChange],
        encoding: Encoding,
        now: Instant,
    ) {
        let Some(file) = self.open.get_mut(path) else {
            tracing::warn!(path = %path.display(), "an edit of a document that is not open");
            return;
        };
        let whole = changes.first().is_some_and(|it| it.range.is_none());
        if file.desynced && !whole {
            return;
        }
        if version < file.document.version {
            // Taken all the same: what came last is what the editor shows.
            tracing::warn!(path = %path.display(), version, "versions go backwards");
        }
        match file.document.changed(changes, version, encoding) {
            Ok(document) => {
                file.document = document;
                file.desynced = false;
                file.renew(&mut self.n_editions);
            }
            Err(error) => {
                file.desynced = true;
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                self.warn(format!(
                    "docket lost track of {name}: an edit did not fit its text ({error}). Close and open the file to go on."
                ));
            }
        }
        self.timers
            .push_back(Timer::Publish, now, PUBLISH.0, PUBLISH.1);
    }

    pub(super) fn close_file(&mut self, path: &Path, now: Instant) {
        let Some(file) = self.open.remove(path) else {
            return;
        };
        if let Some(project) = file.root.and_then(|root| self.projects.get_mut(&root)) {
            project.world.apply([FileChange::Close {
                path: file.relative,
            }]);
        }
        // The disk counts again.
        self.touch([path.to_owned()], now);
        self.read_again(file.waiting);
    }

    /// Makes the facts of an open document's text, unless that is being done.
    pub(super) fn start_facts(&mut self, path: &Path) {
        let Some(file) = self.open.get_mut(path) else {
            return;
        };
        let Some(project) = file.root.as_ref().and_then(|root| self.projects.get(root)) else {
            return;
        };
        if file.facts != Progress::Wanted {
            return;
        }
        file.facts = Progress::Running;
        let edition = file.edition;
        let (document, relative) = (file.document.clone(), file.relative.clone());
        let (config, handle, path) = (project.config(), self.handle.clone(), path.to_owned());
        let root = file.root.clone().unwrap_or_default();
        self.pool.spawn("facts", move || {
            let mut made = Made::Failed;
            guarded("facts", || {
                made = match project::is_passed_over(&root, &config, &relative) {
                    true => Made::PassedOver,
                    false => Made::Facts(Arc::new(facts_of(
                        &document,
                        &relative,
                        &config,
                        Reader::Exact,
                    ))),
                };
            });
            // Told in any case: the questions about this text would wait for ever.
            handle.post(Event::Facts {
                path,
                edition,
                made,
            });
        });
    }

    /// Works out where in the syntax the TODOs of open documents stand. That takes a parse, which
    /// costs more than all else about a file; so it comes when typing pauses, and nobody waits.
    pub(super) fn start_places(&mut self) {
        for (path, file) in &mut self.open {
            let project = file.root.as_ref().and_then(|root| self.projects.get(root));
            let (Some(project), Progress::Known) = (project, file.facts) else {
                continue;
            };
            file.facts = Progress::Placed;
            if !project.has_todos(&file.relative) {
                continue;
            }
            let edition = file.edition;
            let (document, relative) = (file.document.clone(), file.relative.clone());
            let (config, handle, path) = (project.config(), self.handle.clone(), path.clone());
            self.pool.spawn("places", move || {
                let facts = Arc::new(facts_of(&document, &relative, &config, Reader::Tree));
                handle.post(Event::Places {
                    path,
                    edition,
                    facts,
                });
            });
        }
    }

    pub(super) fn take_places(&mut self, path: &Path, edition: u64, facts: Arc<FileFacts>) {
        let Some(file) = self.open.get(path).filter(|it| it.edition == edition) else {
            return;
        };
        let relative = file.relative.clone();
        if let Some(project) = file.root.as_ref().and_then(|it| self.projects.get_mut(it)) {
            project.world.apply([FileChange::Facts {
                path: relative,
                facts: Some(facts),
            }]);
            // Nothing looks different for it: no door needs to ask again.
            self.revision += 1;
        }
    }

    pub(super) fn take_facts(&mut self, path: &Path, edition: u64, made: Made, now: Instant) {
        let Some(file) = self.open.get_mut(path) else {
            return;
        };
        if file.edition != edition {
            // Edited meanwhile. Whoever waits is served by the newer text's facts.
            if !file.waiting.is_empty() {
                self.start_facts(path);
            }
            return;
        }
        file.facts = Progress::Known;
        let (root, relative) = (file.root.clone(), file.relative.clone());
        let (document, waiting) = (file.document.clone(), std::mem::take(&mut file.waiting));
        let Some((root, project)) = root.and_then(|root| {
            let project = self.projects.get_mut(&root)?;
            Some((root, project))
        }) else {
            return;
        };
        let mut batch = vec![FileChange::Open {
            path: relative.clone(),
            document,
        }];
        match made {
            Made::Facts(facts) => batch.push(FileChange::Facts {
                path: relative,
                facts: Some(facts),
            }),
            Made::PassedOver => batch.push(FileChange::Facts {
                path: relative,
                facts: None,
            }),
            Made::Failed => {}
        }
        let delta = project.world.apply(batch);
        let awaits_open = project.awaits_open;
        self.dirty.insert(path.to_owned());
        self.changed(&root, &delta, now);
        self.read_again(waiting);
        if awaits_open {
            self.renew_anchors(&root);
        }
    }

    /// After a change of the configuration: what is known of open documents was decided by the old one.
    pub(super) fn forget_open_facts(&mut self, root: &Path) {
        for file in self
            .open
            .values_mut()
            .filter(|it| it.root.as_deref() == Some(root))
        {
            file.renew(&mut self.n_editions);
        }
    }

    /// A project came: documents that were open before it belong to it now.
    pub(super) fn adopt_open(&mut self) {
        let orphans: Vec<_> = self
            .open
            .iter()
            .filter(|(_, it)| {
                it.root
                    .as_ref()
                    .is_none_or(|root| !self.projects.contains_key(root))
            })
            .map(|(path, _)| path.clone())
            .collect();
        for path in orphans {
            let root = self.project_of(&path);
            if let Some(file) = self.open.get_mut(&path) {
                file.relative = root
                    .as_deref()
                    .map_or_else(|| "".into(), |it| relative(it, &path).into());
                file.root = root;
                file.renew(&mut self.n_editions);
            }
            self.start_facts(&path);
        }
    }
}

fn facts_of(document: &Document, path: &str, config: &Config, reader: Reader) -> FileFacts {
    let text = document.text();
    let bytes = text.as_bytes();
    let hash = Hash::of(bytes);
    facts::facts(path, bytes, hash, Charset::Bytes, config, reader)
}

/// `path` below `root`, with `/`.
pub fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below
        .components()
        .map(|it| it.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}
