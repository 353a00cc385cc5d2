//! A project as git has it at another moment: at a commit, or staged. Read by the same engine, in
//! memory; what is the same as on the disk is not read again.

pub mod ages;
mod repository;

use std::path::Path;
use std::sync::Arc;

use docket_core::config::Config;
use docket_core::facts::FileFacts;
use docket_core::world::{FileChange, Snapshot, World};
use gix::ObjectId;

use crate::project;
use crate::scan::{self, Known};
use repository::{Listing, Repository};
pub use repository::{Named, PastError};

/// A project at another moment.
pub struct Past {
    pub snapshot: Snapshot,
    repository: Repository,
    listing: Listing,
}

/// The commit where what is checked out left another branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The branch, tag or commit that it left.
    pub revision: String,
    commit: ObjectId,
}

impl Base {
    /// The merge base with `revision`; where that is empty, with the branch that `origin` calls its
    /// default, else `main` or `master`.
    ///
    /// # Errors
    ///
    /// Where there is no git, or no such commit.
    pub fn of(root: &Path, revision: &str) -> Result<Self, PastError> {
        let repository = Repository::of(root)?;
        if !revision.is_empty() {
            return Ok(Self {
                commit: repository.merge_base(revision)?,
                revision: revision.to_owned(),
            });
        }
        repository.head()?;
        let mut found = DEFAULT_BASES.iter().filter_map(|revision| {
            let commit = repository.merge_base(revision).ok()?;
            let revision = (*revision).to_owned();
            Some(Self { revision, commit })
        });
        found.next().ok_or(PastError::NoDefault)
    }

    /// In hexadecimal digits.
    pub fn commit(&self) -> String {
        self.commit.to_string()
    }
}

/// What branches come from where nobody says it, the best first.
const DEFAULT_BASES: [&str; 5] = [
    "origin/HEAD",
    "origin/main",
    "origin/master",
    "main",
    "master",
];

/// Whose `docket.toml` says what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rules {
    /// The working tree's, so that what was found then and what is found now differ by the files alone.
    OfNow,
    /// That of the moment itself.
    Own,
}

impl Past {
    /// The project at the merge base of `revision` and the commit that is checked out, seen with
    /// the rules and on the day of `now`; and which commit that is.
    ///
    /// # Errors
    ///
    /// Where there is no git, or not that commit.
    pub fn at_merge_base(
        root: &Path,
        revision: &str,
        now: &Snapshot,
    ) -> Result<(Self, String), PastError> {
        let repository = Repository::of(root)?;
        let base = repository.merge_base(revision)?;
        let listing = repository.at(base)?;
        let past = Self::read(root, repository, listing, now, Rules::OfNow);
        Ok((past, base.to_string()))
    }

    /// The same for a merge base that is known.
    ///
    /// # Errors
    ///
    /// Where git's repository cannot be read.
    pub fn at(root: &Path, base: &Base, now: &Snapshot) -> Result<Self, PastError> {
        let repository = Repository::of(root)?;
        let listing = repository.at(base.commit)?;
        Ok(Self::read(root, repository, listing, now, Rules::OfNow))
    }

    /// The project as the next commit would have it.
    ///
    /// # Errors
    ///
    /// Where there is no git.
    pub fn staged(root: &Path, now: &Snapshot) -> Result<Self, PastError> {
        let repository = Repository::of(root)?;
        let listing = repository.staged()?;
        Ok(Self::read(root, repository, listing, now, Rules::Own))
    }

    /// What the file held.
    pub fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        self.repository.blob(self.listing.blob(path)?)
    }

    fn read(
        root: &Path,
        repository: Repository,
        listing: Listing,
        now: &Snapshot,
        rules: Rules,
    ) -> Self {
        let own = || {
            let text = listing
                .blob(".docs/docket.toml")
                .and_then(|it| repository.blob(it));
            let text = text.unwrap_or_default();
            Arc::new(Config::parse(&String::from_utf8_lossy(&text)).0)
        };
        let config = match rules {
            Rules::OfNow => now.config.clone(),
            Rules::Own => own(),
        };
        let files = files(root, &repository, &listing, now, &config);
        let mut world = World::around(now, &config);
        world.apply(files.into_iter().map(|(path, facts)| FileChange::Facts {
            path,
            facts: Some(facts),
        }));
        let targets = world.snapshot().unseen_targets();
        let exist = targets.into_iter().map(|path| FileChange::Exists {
            exists: listing.has(&path) || is_beside_git(root, &config, &path),
            path,
        });
        let code = world.snapshot().unseen_code().into_iter();
        let declared = code.map(|path| FileChange::Declared {
            declared: listing.blob(&path).and_then(|it| {
                let text = repository.blob(it)?;
                let known = now.declared(&path).flatten();
                Some(project::declared_in(&path, &text, known))
            }),
            path,
        });
        world.apply(exist.chain(declared));
        Self {
            snapshot: world.into_snapshot(),
            repository,
            listing,
        }
    }
}

fn files(
    root: &Path,
    repository: &Repository,
    listing: &Listing,
    now: &Snapshot,
    config: &Config,
) -> Vec<(Arc<str>, Arc<FileFacts>)> {
    // Facts that were made by other keywords or statuses are no use here.
    let same_facts = config.facts_hash == now.config.facts_hash;
    let untouched = same_facts.then(|| repository.untouched());
    let paths: Vec<&str> = listing.files.iter().map(|it| it.path.as_str()).collect();
    let known = |idx: usize| {
        let it = &listing.files[idx];
        match &untouched {
            Some(untouched) if untouched.is(&it.path, it.blob) => match now.file(&it.path) {
                Some(facts) => Known::Facts(facts.clone()),
                None => Known::Quiet,
            },
            _ => Known::No,
        }
    };
    let reopen = repository.again();
    let bytes = || -> scan::Bytes<'_> {
        let mut blob = reopen.blobs();
        Box::new(move |idx: usize| {
            let id: ObjectId = listing.files[idx].blob;
            blob(id)
        })
    };
    let mut files = scan::read_tree(root, config, &paths, &known, &bytes);
    // Repositories inside this one have a past of their own, which is not asked.
    let foreign = now.files().filter(|(path, _)| listing.is_foreign(path));
    files.extend(foreign.map(|(path, facts)| (path.clone(), facts.clone())));
    files
}

/// The commit that took the last mention of a ticket out of a file, in seven hex digits.
pub fn removal(root: &Path, path: &str, ticket: &str) -> Option<String> {
    let commit = Repository::of(root).ok()?.removal(path, ticket)?;
    Some(commit.to_hex_with_len(7).to_string())
}

/// The commit that says that it closes a ticket, in seven hex digits, and its subject.
pub fn closed_by(root: &Path, ticket: &Named<'_>) -> Option<(String, String)> {
    let (commit, subject) = Repository::of(root).ok()?.closed_by(ticket)?;
    Some((commit.to_hex_with_len(7).to_string(), subject))
}

/// Whether the target of a link is there and none of git's business: generated pages, for one.
fn is_beside_git(root: &Path, config: &Config, path: &str) -> bool {
    let target = root.join(path);
    target.exists() && (target.is_dir() || scan::is_passed_over(root, config, path))
}
