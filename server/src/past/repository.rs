//! What git has of a project: its files at a commit, and those that are staged. Read through gix;
//! nothing is checked out, and no filter or other program of the repository runs.

mod blame;
mod closing;
mod removal;

use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::index::entry::{Mode, Stage};
use rustc_hash::FxHashMap;

use crate::branches::guarded;
pub use blame::{Authored, Blamer};
pub use closing::Named;

/// The repository around a project.
pub struct Repository {
    repository: gix::Repository,
    root: PathBuf,
    /// The project's folder in the repository, with its slash; empty where it is the top.
    prefix: String,
}

/// The files of a project as git has them at one moment, by path relative to the project's root.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Regular files, ascending.
    pub files: Vec<Listed>,
    /// Folders that are repositories of their own, which git knows by a commit alone.
    pub submodules: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub path: String,
    pub blob: ObjectId,
}

/// Why git's past of a project cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PastError {
    #[error("`{0}` is in no git repository")]
    NoRepository(String),
    #[error("the repository has no commit yet")]
    NoCommit,
    #[error("`{0}` names no commit")]
    UnknownRevision(String),
    #[error("`{0}` and the commit that is checked out have no common ancestor here")]
    NoMergeBase(String),
    #[error("there is no branch `main` or `master`, and none that `origin` calls its default")]
    NoDefault,
    #[error("git's repository cannot be read: {0}")]
    Broken(String),
}

impl PastError {
    /// What the user can do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoRepository(_) => {
                "this needs git's history; leave the option out, or `git init`"
            }
            Self::NoCommit => "commit something first",
            Self::UnknownRevision(_) => {
                "a branch, tag or commit, as in `origin/main`; a branch of a remote is there after `git fetch`"
            }
            Self::NoMergeBase(_) => {
                "a shallow clone lacks it: `git fetch --unshallow`, or `fetch-depth: 0` in actions/checkout"
            }
            Self::NoDefault => {
                "name the branch that yours came from: `base` below `[display]` in docket.toml"
            }
            Self::Broken(_) => "`git fsck` says what is wrong",
        }
    }
}

type Result<T> = std::result::Result<T, PastError>;

impl Repository {
    /// The repository that holds the project at `root`.
    ///
    /// # Errors
    ///
    /// [`PastError::NoRepository`]
    pub fn of(root: &Path) -> Result<Self> {
        let none = || PastError::NoRepository(root.display().to_string());
        let root = root.canonicalize().map_err(|_| none())?;
        let repository = guarded(|| gix::discover(&root).ok()).ok_or_else(none)?;
        let top = repository.workdir().and_then(|it| it.canonicalize().ok());
        let prefix = top.and_then(|top| Some(root.strip_prefix(top).ok()?.to_owned()));
        let prefix = prefix.ok_or_else(none)?;
        let parts: Vec<_> = prefix
            .components()
            .map(|it| it.as_os_str().to_string_lossy() + "/")
            .collect();
        Ok(Self {
            repository,
            prefix: parts.concat(),
            root,
        })
    }

    /// The best common ancestor of `revision` and the commit that is checked out.
    ///
    /// # Errors
    ///
    /// Where one of the three is not there.
    pub fn merge_base(&self, revision: &str) -> Result<ObjectId> {
        let repository = &self.repository;
        let head = self.head()?;
        let other = guarded(|| {
            let id = repository.rev_parse_single(revision).ok()?;
            Some(id.object().ok()?.peel_to_commit().ok()?.id)
        })
        .ok_or_else(|| PastError::UnknownRevision(revision.to_owned()))?;
        let base = guarded(|| Some(repository.merge_base(head, other).ok()??.detach()));
        base.ok_or_else(|| PastError::NoMergeBase(revision.to_owned()))
    }

    /// The commit that is checked out.
    ///
    /// # Errors
    ///
    /// [`PastError::NoCommit`]
    pub fn head(&self) -> Result<ObjectId> {
        guarded(|| Some(self.repository.head_id().ok()?.detach())).ok_or(PastError::NoCommit)
    }

    /// The project's files at `commit`; none where its folder was not there yet.
    ///
    /// # Errors
    ///
    /// [`PastError::Broken`]
    pub fn at(&self, commit: ObjectId) -> Result<Listing> {
        let read = || {
            let tree = self.repository.find_commit(commit)?.tree()?;
            let tree = match self.prefix.trim_end_matches('/') {
                "" => Some(tree.id),
                prefix => tree.lookup_entry_by_path(prefix)?.map(|it| it.object_id()),
            };
            match tree {
                Some(tree) => {
                    let index = self.repository.index_from_tree(&tree)?;
                    Ok(listing(&index, ""))
                }
                None => Ok(Listing::default()),
            }
        };
        careful(read)
    }

    /// The project's files as they are staged. Of a file in conflict, our side.
    ///
    /// # Errors
    ///
    /// [`PastError::Broken`]
    pub fn staged(&self) -> Result<Listing> {
        careful(|| {
            let index = self.repository.index_or_load_from_head_or_empty()?;
            Ok(listing(&index, &self.prefix))
        })
    }

    /// The files of the working tree that are exactly as they are staged, as far as git's own
    /// stamps tell, with what that is.
    pub fn untouched(&self) -> Untouched {
        let read = || {
            let index = self.repository.try_index().ok()??;
            let options = self.repository.stat_options().ok()?;
            let stamp = index.timestamp();
            let entries = index
                .entries()
                .iter()
                .filter(|it| it.stage() == Stage::Unconflicted && !it.stat.is_racy(stamp, options));
            let entries = entries.filter_map(|it| {
                let path = it.path(&index).to_str().ok()?.strip_prefix(&self.prefix)?;
                Some((path.to_owned(), (it.id, it.stat)))
            });
            Some((entries.collect(), options))
        };
        let (entries, options) = guarded(read).unwrap_or_default();
        Untouched {
            root: self.root.clone(),
            entries,
            options,
        }
    }

    /// The bytes of a file's content.
    pub fn blob(&self, id: ObjectId) -> Option<Vec<u8>> {
        guarded(|| Some(self.repository.find_blob(id).ok()?.take_data()))
    }

    /// The same repository for another thread.
    pub fn again(&self) -> Reopen {
        Reopen {
            git_dir: self.repository.path().to_owned(),
            prefix: self.prefix.clone(),
        }
    }
}

/// See [`Repository::untouched`].
pub struct Untouched {
    root: PathBuf,
    entries: FxHashMap<String, (ObjectId, gix::index::entry::Stat)>,
    options: gix::index::entry::stat::Options,
}

impl Untouched {
    /// Whether the file on the disk has the content `blob`.
    pub fn is(&self, path: &str, blob: ObjectId) -> bool {
        let Some((staged, stat)) = self.entries.get(path) else {
            return false;
        };
        if *staged != blob {
            return false;
        }
        let meta = gix::index::fs::Metadata::from_path_no_follow(&self.root.join(path)).ok();
        let now = meta.and_then(|it| gix::index::entry::Stat::from_fs(&it).ok());
        now.is_some_and(|it| stat.matches(&it, self.options))
    }
}

/// A repository that each thread opens for itself, since none can be shared.
pub struct Reopen {
    git_dir: PathBuf,
    prefix: String,
}

impl Reopen {
    /// A reader of contents; it finds nothing where the repository does not open any more.
    pub fn blobs(&self) -> impl FnMut(ObjectId) -> Option<Vec<u8>> + use<> {
        let repository = guarded(|| gix::open(&self.git_dir).ok());
        move |id| {
            let repository = repository.as_ref()?;
            guarded(|| Some(repository.find_blob(id).ok()?.take_data()))
        }
    }
}

fn listing(index: &gix::index::State, prefix: &str) -> Listing {
    let mut listing = Listing::default();
    for entry in index.entries() {
        if !matches!(entry.stage(), Stage::Unconflicted | Stage::Ours) {
            continue;
        }
        // A path that is no UTF-8 is left out on the disk as well.
        let path = entry.path(index).to_str().ok();
        let Some(path) = path.and_then(|it| it.strip_prefix(prefix)) else {
            continue;
        };
        match entry.mode {
            Mode::FILE | Mode::FILE_EXECUTABLE => listing.files.push(Listed {
                path: path.to_owned(),
                blob: entry.id,
            }),
            Mode::COMMIT => listing.submodules.push(path.to_owned()),
            _ => {}
        }
    }
    listing
}

impl Listing {
    /// What `path` was.
    pub fn blob(&self, path: &str) -> Option<ObjectId> {
        let found = self.files.binary_search_by(|it| it.path.as_str().cmp(path));
        Some(self.files[found.ok()?].blob)
    }

    /// Whether there was a file or a folder at `path`.
    pub fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let below = format!("{path}/");
        let at = self.files.partition_point(|it| it.path.as_str() < path);
        let first = self.files.get(at).is_some_and(|it| it.path == path);
        let below_at = self.files.partition_point(|it| it.path < below);
        let has_below = self.files.get(below_at);
        first || path.is_empty() || has_below.is_some_and(|it| it.path.starts_with(&below))
    }

    /// Whether `path` lies in a repository of its own.
    pub fn is_foreign(&self, path: &str) -> bool {
        self.submodules.iter().any(|it| {
            path.strip_prefix(it.as_str())
                .is_some_and(|it| it.starts_with('/'))
        })
    }
}

fn careful<T>(read: impl FnOnce() -> gix::Result<T>) -> Result<T> {
    guarded(|| Some(read().map_err(|it| PastError::Broken(it.to_string()))))
        .unwrap_or_else(|| Err(PastError::Broken("it makes the reader fail".to_owned())))
}
