//! Who wrote a line, and when.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use gix::diff::tree::Recorder;
use gix::objs::TreeRefIter;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

use super::{Reopen, Repository};
use crate::branches::guarded;

/// Of a range with more commits than this it is not worked out what they touched.
const MAX_COMMITS: usize = 2_000;

/// The author of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authored {
    /// The commit's whole id.
    pub commit: String,
    pub name: String,
    pub email: String,
    /// Where the author was.
    pub day: Date,
}

/// Blames many files one after the other; each thread has its own.
pub struct Blamer {
    repository: gix::Repository,
    head: ObjectId,
    prefix: String,
}

impl Repository {
    /// The files, relative to the project, that changed in a commit between `from` and `to`.
    /// `None` where `from` is no ancestor of `to`, or too far away.
    pub fn touched(&self, from: ObjectId, to: ObjectId) -> Option<BTreeSet<String>> {
        if from == to {
            return Some(BTreeSet::new());
        }
        guarded(|| {
            let repository = &self.repository;
            if repository.merge_base(from, to).ok()??.detach() != from {
                return None;
            }
            let walk = repository.rev_walk([to]).with_hidden([from]).all().ok()?;
            let mut touched = BTreeSet::new();
            for (nth, info) in walk.enumerate() {
                if nth == MAX_COMMITS {
                    return None;
                }
                for path in touched_by(repository, info.ok()?.id)? {
                    let path = path.to_str_lossy();
                    touched.extend(path.strip_prefix(&self.prefix).map(str::to_owned));
                }
            }
            Some(touched)
        })
    }
}

/// What a commit has otherwise than each of its parents.
fn touched_by(repository: &gix::Repository, commit: ObjectId) -> Option<BTreeSet<BString>> {
    let commit = repository.find_commit(commit).ok()?;
    let tree = commit.tree().ok()?;
    let mut touched: Option<BTreeSet<BString>> = None;
    let parents = commit.parent_ids().map(|it| {
        let tree = repository.find_commit(it.detach()).ok()?.tree().ok()?;
        Some(tree.detached().data)
    });
    let mut parents: Vec<Vec<u8>> = parents.collect::<Option<_>>()?;
    if parents.is_empty() {
        parents.push(Vec::new());
    }
    let kind = repository.object_hash();
    for parent in parents {
        let mut recorder = Recorder::default();
        let (old, new) = (
            TreeRefIter::from_bytes(&parent, kind),
            TreeRefIter::from_bytes(&tree.data, kind),
        );
        let state = gix::diff::tree::State::default();
        gix::diff::tree(old, new, state, &repository.objects, &mut recorder).ok()?;
        let paths: BTreeSet<BString> = recorder.records.into_iter().map(path_of).collect();
        touched = Some(match touched {
            None => paths,
            Some(before) => before.intersection(&paths).cloned().collect(),
        });
    }
    touched
}

fn path_of(change: gix::diff::tree::recorder::Change) -> BString {
    use gix::diff::tree::recorder::Change;
    match change {
        Change::Addition { path, .. }
        | Change::Deletion { path, .. }
        | Change::Modification { path, .. } => path,
    }
}

impl Reopen {
    /// A blamer of files as they are on the disk, starting from `head`.
    pub fn blamer(&self, head: ObjectId) -> Option<Blamer> {
        let mut repository = guarded(|| gix::open(&self.git_dir).ok())?;
        repository.object_cache_size_if_unset(8 * 1024 * 1024);
        Some(Blamer {
            repository,
            head,
            prefix: self.prefix.clone(),
        })
    }
}

impl Blamer {
    /// The commit that each of `lines` of the file comes from, counted from 1; `None` where it is
    /// not committed yet. No answer where git cannot tell.
    pub fn blame(
        &self,
        path: &str,
        text: &[u8],
        lines: &BTreeSet<u32>,
    ) -> Option<BTreeMap<u32, Option<ObjectId>>> {
        let file = BString::from(format!("{}{path}", self.prefix));
        guarded(|| {
            let ranges = lines.iter().map(|it| *it..=*it).collect();
            let options = gix::blame::Options {
                diff_algorithm: self.repository.diff_algorithm().ok()?,
                ranges: gix::blame::BlameRanges::from_one_based_inclusive_ranges(ranges).ok()?,
                since: None,
                // Without it a renamed file is of who renamed it.
                rewrites: Some(gix::diff::Rewrites::default()),
                debug_track_path: false,
            };
            let start = gix::blame::Start::Contents {
                first_suspect: self.head,
                contents: as_committed(
                    &self.repository,
                    self.head,
                    Path::new(&*file.to_str_lossy()),
                    text,
                )
                .into(),
            };
            let outcome = gix::blame::file(
                &self.repository.objects,
                start,
                self.repository.commit_graph_if_enabled().ok()?,
                &mut self.repository.diff_resource_cache_for_tree_diff().ok()?,
                file.as_bstr(),
                options,
            )
            .ok()?;
            let mut found = BTreeMap::new();
            for entry in outcome.entries {
                let from = entry.start_in_blamed_file;
                for line in from + 1..=from + entry.len.get() {
                    let commit = (!entry.commit_id.is_null()).then_some(entry.commit_id);
                    if lines.contains(&line) {
                        found.insert(line, commit);
                    }
                }
            }
            Some(found)
        })
    }

    /// Who made a commit.
    pub fn authored(&self, commit: ObjectId) -> Option<Authored> {
        guarded(|| {
            let found = self.repository.find_commit(commit).ok()?;
            let author = found.author().ok()?.trim();
            let time = author.time().ok()?;
            let zone = Offset::from_seconds(time.offset).unwrap_or(Offset::UTC);
            let moment = Timestamp::from_second(time.seconds).ok()?;
            Some(Authored {
                commit: commit.to_string(),
                name: author.name.to_str_lossy().into_owned(),
                email: author.email.to_str_lossy().into_owned(),
                day: moment.to_zoned(TimeZone::fixed(zone)).date(),
            })
        })
    }
}

/// The text with the line ends that git keeps of it: where those on the disk are `\r\n` by git's
/// own making, no line would be anybody's.
fn as_committed(repository: &gix::Repository, head: ObjectId, path: &Path, text: &[u8]) -> Vec<u8> {
    if !text.contains_str("\r\n") {
        return text.to_owned();
    }
    let committed = || {
        let tree = repository.find_commit(head).ok()?.tree().ok()?;
        let entry = tree.lookup_entry_by_path(path).ok()??;
        Some(entry.object().ok()?.data.contains_str("\r\n"))
    };
    match committed() {
        Some(false) => text.replace("\r\n", "\n"),
        _ => text.to_owned(),
    }
}
