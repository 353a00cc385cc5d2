//! The local side of sync: which repository it is, which branch counts, and that branch's tickets.
//!
//! Reads git through gix and never runs the program. The default branch is what is synced. In its
//! checkout the files count, saved but not committed ones as well; in any other checkout the local
//! side is the default branch's tree, so that a feature branch or an old commit pushes nothing.

use std::path::Path;

use docket_core::config::sync::SyncConfig;
use gix::ObjectId;
use gix::bstr::{BStr, ByteSlice};

use crate::branches::guarded;

/// Where a project's issues are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Base URL of the forge's REST API, without `/` at its end.
    pub api: String,
    /// `owner/name`.
    pub repository: String,
}

impl Origin {
    /// Whether both are one repository; GitHub tells no cases apart.
    pub fn is(&self, other: &Self) -> bool {
        self.api == other.api && self.repository.eq_ignore_ascii_case(&other.repository)
    }

    /// The repository's page for people.
    pub fn web(&self) -> String {
        let host = match self.api.as_str() {
            GITHUB => "https://github.com",
            api => api.strip_suffix("/api/v3").unwrap_or(api),
        };
        format!("{host}/{}", self.repository)
    }
}

/// How the checkout stands to the branch that is synced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No git here: the files are all there is.
    Plain,
    /// The default branch is checked out; `None` before its first commit.
    Default { commit: Option<ObjectId> },
    /// Another branch, or none: files are left alone, and the default branch's tree is the local
    /// side; `None` where that branch is not here.
    Other {
        branch: Option<String>,
        commit: Option<ObjectId>,
    },
    /// The default branch is here as it was before the last round: its values are old ones.
    Behind { commit: ObjectId },
}

/// GitHub's own API.
pub const GITHUB: &str = "https://api.github.com";

/// The repository that the remote `origin` names, or the only remote there is.
pub fn origin(root: &Path) -> Option<Origin> {
    guarded(|| {
        let repository = gix::discover(root).ok()?;
        let name = main_remote(&repository)?;
        named_origin(&repository, name.as_bstr())
    })
}

/// The repository that a remote names.
pub(crate) fn named_origin(repository: &gix::Repository, remote: &BStr) -> Option<Origin> {
    let remote = repository.find_remote(remote).ok()?;
    let url = remote.url(gix::remote::Direction::Fetch)?;
    origin_of(url.host()?, &url.path.to_str_lossy())
}

/// What git calls that remote.
pub fn remote_name(root: &Path) -> Option<String> {
    guarded(|| {
        let repository = gix::discover(root).ok()?;
        Some(main_remote(&repository)?.to_str_lossy().into_owned())
    })
}

fn main_remote(repository: &gix::Repository) -> Option<gix::bstr::BString> {
    let names = repository.remote_names();
    match names.iter().find(|it| it.as_bstr() == "origin") {
        Some(name) => Some(name.as_bstr().to_owned()),
        None if names.len() == 1 => Some(names.iter().next()?.as_bstr().to_owned()),
        None => None,
    }
}

/// Whether all commits of the checkout are in `base` already: what was last fetched of it, else the
/// branch here. Where neither is here, nobody can say so.
pub fn brings_nothing(root: &Path, remote: &str, base: &str) -> bool {
    let answer = guarded(|| {
        let repository = gix::discover(root).ok()?;
        let head = repository.head_id().ok()?.detach();
        let names = [
            format!("refs/remotes/{remote}/{base}"),
            format!("refs/heads/{base}"),
        ];
        let base = names.iter().find_map(|name| {
            let mut reference = repository.find_reference(name.as_str()).ok()?;
            Some(reference.peel_to_id().ok()?.detach())
        })?;
        let common = repository.merge_base(head, base).ok()??;
        Some(common.detach() == head)
    });
    answer.unwrap_or(false)
}

/// The repository that the configuration names, what it leaves out taken from the git remote.
pub fn configured(root: &Path, config: &SyncConfig) -> Option<Origin> {
    let is_whole = !config.repository.is_empty() && !config.api.is_empty();
    let found = if is_whole { None } else { origin(root) };
    let or_found = |written: &str, of: fn(&Origin) -> &String| match written {
        "" => found.as_ref().map(|it| of(it).clone()),
        _ => Some(written.trim_end_matches('/').to_owned()),
    };
    Some(Origin {
        repository: or_found(&config.repository, |it| &it.repository)?,
        api: or_found(&config.api, |it| &it.api).unwrap_or_else(|| GITHUB.to_owned()),
    })
}

/// What a remote's host and path say. GitHub Enterprise answers below `/api/v3` of its own host.
fn origin_of(host: &str, path: &str) -> Option<Origin> {
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let (owner, name) = path.split_once('/')?;
    if owner.is_empty() || name.is_empty() || name.contains('/') {
        return None;
    }
    let host = host.to_ascii_lowercase();
    let api = match host.as_str() {
        "github.com" | "www.github.com" | "ssh.github.com" => GITHUB.to_owned(),
        host => format!("https://{host}/api/v3"),
    };
    Some(Origin {
        api,
        repository: format!("{owner}/{name}"),
    })
}

/// What `refs/remotes/origin/HEAD` names, as `git clone` leaves it.
pub fn default_branch(root: &Path) -> Option<String> {
    guarded(|| {
        let repository = gix::discover(root).ok()?;
        let head = repository.find_reference("refs/remotes/origin/HEAD").ok()?;
        let target = head
            .target()
            .try_name()?
            .as_bstr()
            .to_str_lossy()
            .into_owned();
        Some(target.strip_prefix("refs/remotes/origin/")?.to_owned())
    })
}

/// How the checkout stands to `branch`; `synced` is the commit that the last round of the default
/// branch saw.
pub fn standing(root: &Path, branch: &str, synced: Option<&str>) -> Standing {
    let Some(repository) = guarded(|| gix::discover(root).ok()) else {
        return Standing::Plain;
    };
    let standing = guarded(|| {
        let head = repository.head_name().ok()?;
        let head = head.map(|it| it.shorten().to_str_lossy().into_owned());
        let is_default = head.as_deref() == Some(branch);
        let commit = match is_default {
            true => repository.head_id().ok().map(gix::Id::detach),
            false => tip(&repository, branch),
        };
        if let (Some(commit), Some(synced)) = (commit, synced)
            && is_before(&repository, commit, synced)
        {
            return Some(Standing::Behind { commit });
        }
        Some(match is_default {
            true => Standing::Default { commit },
            false => Standing::Other {
                branch: head,
                commit,
            },
        })
    });
    // A repository that cannot be read is as one on another branch: nothing is written or sent.
    standing.unwrap_or(Standing::Other {
        branch: None,
        commit: None,
    })
}

/// The commit that is checked out, in hex.
pub fn head(root: &Path) -> Option<String> {
    guarded(|| {
        let repository = gix::discover(root).ok()?;
        Some(repository.head_id().ok()?.detach().to_string())
    })
}

/// The branch here, else what was last fetched of it.
fn tip(repository: &gix::Repository, branch: &str) -> Option<ObjectId> {
    let names = [
        format!("refs/heads/{branch}"),
        format!("refs/remotes/origin/{branch}"),
    ];
    names.iter().find_map(|name| {
        let mut reference = repository.find_reference(name.as_str()).ok()?;
        Some(reference.peel_to_id().ok()?.detach())
    })
}

/// Whether `commit` is a true ancestor of `synced`. Where that one is gone, nobody can tell.
fn is_before(repository: &gix::Repository, commit: ObjectId, synced: &str) -> bool {
    let Ok(synced) = ObjectId::from_hex(synced.as_bytes()) else {
        return false;
    };
    commit != synced
        && repository.has_object(synced)
        && repository
            .merge_base(commit, synced)
            .is_ok_and(|it| it.is_some_and(|it| it.detach() == commit))
}

/// The files of a folder in a commit's tree: names and contents. `folder` is relative to `root`,
/// which may lie below the repository's top.
pub fn files_in(root: &Path, commit: ObjectId, folder: &str) -> Vec<(String, Vec<u8>)> {
    let read = guarded(|| {
        let repository = gix::discover(root).ok()?;
        let top = repository.workdir()?.canonicalize().ok()?;
        let root = root.canonicalize().ok()?;
        let within = root.strip_prefix(&top).ok()?.join(folder);
        let tree = repository.find_commit(commit).ok()?.tree().ok()?;
        let folder = tree.lookup_entry_by_path(&within).ok()??;
        let folder = folder.object().ok()?.try_into_tree().ok()?;
        let mut files = Vec::new();
        for entry in folder.iter() {
            let entry = entry.ok()?;
            if entry.mode().is_blob() {
                let name = entry.filename().to_str_lossy().into_owned();
                files.push((name, entry.object().ok()?.data.clone()));
            }
        }
        Some(files)
    });
    read.unwrap_or_default()
}

#[cfg(test)]
mod tests;
