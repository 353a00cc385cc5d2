//! Our own file watcher, beside the client's: what changes on disk becomes [`Event::Touched`].
//!
//! On Linux a recursive watch would spend one inotify watch on each folder of `node_modules`; so
//! only folders that a scan reads are watched, each by itself. Elsewhere the system watches trees.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use docket_core::config::Config;
use notify::event::{AccessKind, AccessMode};
use notify::{Config as NotifyConfig, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::engine::{Event, Handle};
use crate::scan;
use crate::watched::{self, Watching};

/// Watches one project until it is dropped.
pub struct Watch {
    _watcher: Arc<Mutex<Option<RecommendedWatcher>>>,
    root: PathBuf,
    number: Watching,
}

impl Drop for Watch {
    fn drop(&mut self) {
        watched::end(&self.root, self.number);
    }
}

impl Watch {
    /// Starts watching; the folders are walked in the background.
    ///
    /// # Errors
    ///
    /// Where the system has no watcher to give. Folders beyond its limit are left out with a log line.
    pub fn start(root: &Path, config: &Arc<Config>, handle: Handle) -> notify::Result<Self> {
        let number = watched::begin(root);
        let slot: Arc<Mutex<Option<RecommendedWatcher>>> = Arc::default();
        let (weak, config, top) = (Arc::downgrade(&slot), config.clone(), root.to_owned());
        let (watched_config, watching) = (config.clone(), handle.clone());
        let watcher = RecommendedWatcher::new(
            move |event: notify::Result<notify::Event>| {
                let Ok(event) = event else {
                    // Lost events: everything may have changed.
                    watched::lose(&top);
                    handle.post(Event::Rescan {
                        cause: "the file watcher lost events",
                    });
                    return;
                };
                if event.need_rescan() {
                    watched::lose(&top);
                    handle.post(Event::Rescan {
                        cause: "the file watcher overflowed",
                    });
                    return;
                }
                let is_write = AccessKind::Close(AccessMode::Write);
                if !matches!(event.kind, EventKind::Access(it) if it != is_write) {
                    event
                        .paths
                        .iter()
                        .for_each(|it| watched::note(&top, number, it));
                }
                if matches!(event.kind, EventKind::Access(_)) {
                    return;
                }
                let paths: Vec<PathBuf> = event
                    .paths
                    .into_iter()
                    .filter(|it| !is_noise(&top, it))
                    .collect();
                if paths.is_empty() {
                    return;
                }
                if cfg!(target_os = "linux")
                    && matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_))
                {
                    let folders: Vec<_> = paths.iter().filter(|it| it.is_dir()).cloned().collect();
                    if let (Some(slot), false) = (weak.upgrade(), folders.is_empty()) {
                        let (top, config) = (top.clone(), watched_config.clone());
                        // Not here: the watcher must not be called from its own thread.
                        let handle = handle.clone();
                        std::thread::spawn(move || {
                            for folder in &folders {
                                add_folders(&slot, &top, number, folder, &config);
                            }
                            // What came into them before they were watched was not seen.
                            handle.post(Event::Touched { paths: folders });
                        });
                    }
                }
                handle.post(Event::Touched { paths });
            },
            NotifyConfig::default().with_follow_symlinks(false),
        )?;
        *lock(&slot) = Some(watcher);
        if cfg!(target_os = "linux") {
            let (slot, root) = (slot.clone(), root.to_owned());
            let watch_all = move || {
                add_folders(&slot, &root, number, &root, &config);
                watching.post(Event::Watching { root });
            };
            let thread = std::thread::Builder::new().name("docket-watch".into());
            thread.spawn(watch_all).map_err(notify::Error::io)?;
        } else if let Some(watcher) = lock(&slot).as_mut() {
            watcher.watch(root, RecursiveMode::Recursive)?;
            watching.post(Event::Watching {
                root: root.to_owned(),
            });
        }
        Ok(Self {
            _watcher: slot,
            root: root.to_owned(),
            number,
        })
    }
}

/// Watches the folders below `folder` that a scan would read.
fn add_folders(
    slot: &Mutex<Option<RecommendedWatcher>>,
    root: &Path,
    number: Watching,
    folder: &Path,
    config: &Config,
) {
    for path in scan::folders(root, folder, config) {
        let mut slot = lock(slot);
        let Some(watcher) = slot.as_mut() else {
            return;
        };
        if let Err(error) = watcher.watch(&path, RecursiveMode::NonRecursive) {
            tracing::warn!(%error, path = %path.display(), "folders from here on are not watched; raise fs.inotify.max_user_watches");
            return;
        }
        watched::add(root, number, &path);
    }
}

/// Git's own files change with every command; what matters of them shows in the work tree.
fn is_noise(root: &Path, path: &Path) -> bool {
    path.strip_prefix(root)
        .is_ok_and(|it| it.starts_with(".git"))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A panic elsewhere leaves the watcher as good as it was.
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
