//! The address on the web of a line of code, as a commit has it that others can see.
//!
//! Read through gix. Where anything is not certain there is no address: a link that shows another
//! line, or nothing, is worse than the path alone.

use std::path::Path;

use docket_core::config::sync::SyncConfig;
use docket_core::ide::actions::Line;
use gix::ObjectId;
use gix::bstr::{BStr, ByteSlice};
use gix::revision::walk::Sorting;
use gix::traverse::commit::simple::CommitTimeOrder;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::branches::guarded;
use crate::sync::side::{self, Origin};

/// What stands in a path of an address as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Newer commits than this are not looked through for the one that is checked out.
const MAX_COMMITS: usize = 20_000;

/// `https://github.com/owner/name/blob/<commit>/<path>#L<line>`; `None` where the commit that is
/// checked out is on no branch of the project's remote, or has not that line.
pub fn permalink(root: &Path, sync: &SyncConfig, line: &Line<'_>) -> Option<String> {
    let origin = side::configured(root, sync)?;
    guarded(|| {
        let root = root.canonicalize().ok()?;
        let repository = gix::discover(&root).ok()?;
        let head = repository.head_id().ok()?.detach();
        if !is_published(&repository, &origin, head) {
            return None;
        }
        let top = repository.workdir()?.canonicalize().ok()?;
        let path = root.strip_prefix(&top).ok()?.join(line.path);
        let tree = repository.find_commit(head).ok()?.tree().ok()?;
        let blob = tree.lookup_entry_by_path(&path).ok()??;
        let blob = blob.object().ok()?.try_into_blob().ok()?;
        let number = number_in(&blob.data, line)?;
        let path = path.to_str()?.replace('\\', "/");
        let path = utf8_percent_encode(&path, PATH);
        Some(format!("{}/blob/{head}/{path}#L{number}", origin.web()))
    })
}

/// Where the line is in a commit's file, from 1: at its place, or where it alone says the same, if
/// lines above it are not committed yet.
fn number_in(text: &[u8], line: &Line<'_>) -> Option<usize> {
    let wanted = line.text.trim_end_matches('\r').as_bytes();
    let is_same = |it: &[u8]| it.strip_suffix(b"\r").unwrap_or(it) == wanted;
    let lines = text.lines().enumerate();
    let same: Vec<usize> = lines
        .filter(|(_, it)| is_same(it))
        .map(|(number, _)| number)
        .collect();
    let number = match same.as_slice() {
        [only] => *only,
        many => *many.iter().find(|it| **it == line.number as usize)?,
    };
    Some(number + 1)
}

/// Whether what was last fetched of the project's remote, or pushed to it, has the commit.
fn is_published(repository: &gix::Repository, origin: &Origin, commit: ObjectId) -> bool {
    let tips: Vec<ObjectId> = repository
        .remote_names()
        .iter()
        .filter(|it| side::named_origin(repository, it.as_bstr()).is_some_and(|it| it.is(origin)))
        .flat_map(|it| tips_of(repository, it.as_bstr()))
        .collect();
    if tips.contains(&commit) {
        return true;
    }
    let time = |it: ObjectId| repository.find_commit(it).ok()?.time().ok();
    let Some(time) = time(commit) else {
        return false;
    };
    // What is older than the commit cannot have it among its ancestors.
    let sorting = Sorting::ByCommitTimeCutoff {
        order: CommitTimeOrder::NewestFirst,
        seconds: time.seconds,
    };
    let walk = repository.rev_walk(tips).sorting(sorting).all();
    walk.is_ok_and(|mut walk| {
        let newer = walk.by_ref().take(MAX_COMMITS);
        newer.flatten().any(|it| it.id == commit)
    })
}

fn tips_of(repository: &gix::Repository, remote: &BStr) -> Vec<ObjectId> {
    let prefix = format!("refs/remotes/{}/", remote.to_str_lossy());
    let Ok(platform) = repository.references() else {
        return Vec::new();
    };
    let Ok(references) = platform.prefixed(prefix.as_str()) else {
        return Vec::new();
    };
    let references = references.flatten();
    let tips = references.filter_map(|mut it| it.peel_to_id().ok());
    tips.map(gix::Id::detach).collect()
}

#[cfg(test)]
mod tests;
