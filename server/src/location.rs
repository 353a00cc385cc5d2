//! Where a project's machine state lives: in its git folder, or in the user's state folder.

use std::fs;
use std::path::{Path, PathBuf};

use docket_store::Trouble;

use crate::env::Env;

/// The database's file name.
const DATABASE: &str = "docket.db";

/// Where the database of the project at `root` may live, best first: `<git common dir>/docket/`,
/// then `<state folder>/docket/<hash of the root>/`. The first that can be written is the one.
pub fn databases(root: &Path, state_home: Option<&Path>) -> Vec<PathBuf> {
    let by_git = root
        .ancestors()
        .find_map(git_common_dir)
        .map(|it| it.join("docket").join(DATABASE));
    let by_user = state_home.map(|it| {
        let hash = blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex();
        it.join("docket").join(&hash[..16]).join(DATABASE)
    });
    by_git.into_iter().chain(by_user).collect()
}

/// Opens what the project's database holds, in the first place that can be written.
///
/// # Errors
///
/// [`Trouble`]. A database that is in use, full or newer is no reason to begin another one elsewhere:
/// what is remembered, and what was spent, would be parted.
pub fn open<T>(
    root: &Path,
    env: &Env,
    open: impl Fn(&Path) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let mut first = None;
    for path in databases(root, env.state_home().as_deref()) {
        match open(&path) {
            // A repository that is read only: the user's own folder comes next.
            Err(trouble @ Trouble::Unwritable { .. }) => {
                first.get_or_insert(trouble);
            }
            done => return done,
        }
    }
    Err(first.unwrap_or_else(|| Trouble::Unwritable {
        path: root.to_owned(),
        source: std::io::Error::other("neither HOME nor XDG_STATE_HOME is set"),
    }))
}

/// The folder that all worktrees of a repository share, where `folder` is the top of one.
///
/// A `.git` file (worktree, submodule) names the git folder, whose `commondir` names the common one.
pub fn git_common_dir(folder: &Path) -> Option<PathBuf> {
    let git = folder.join(".git");
    let meta = fs::metadata(&git).ok()?;
    if meta.is_dir() {
        return Some(git);
    }
    // A `.git` file is one short line; what is long is none.
    if meta.len() > 16 * 1024 {
        return None;
    }
    let text = fs::read_to_string(&git).ok()?;
    let git_dir = folder.join(text.strip_prefix("gitdir:")?.trim());
    let common = match fs::read_to_string(git_dir.join("commondir")) {
        Ok(common) => git_dir.join(common.trim()),
        Err(_) => git_dir,
    };
    common.is_dir().then_some(common)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        fs::write(path, text).unwrap();
    }

    #[test]
    fn worktrees_share_one_database_and_folders_without_git_have_their_own() {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path();
        fs::create_dir_all(top.join("main/.git/worktrees/w")).unwrap();
        write(&top.join("main/.git/worktrees/w/commondir"), "../..\n");
        write(&top.join("w/.git"), "gitdir: ../main/.git/worktrees/w\n");
        write(&top.join("broken/.git"), "gitdir: ../nowhere\n");
        fs::create_dir_all(top.join("w/sub")).unwrap();
        let state = Path::new("/state");
        let first = |root: &str| {
            let found = databases(&top.join(root), Some(state)).remove(0);
            let parent = found.parent().unwrap();
            match parent.canonicalize() {
                Ok(it) => it.display().to_string(),
                Err(_) => fs::create_dir_all(parent)
                    .and_then(|()| parent.canonicalize())
                    .map_or_else(
                        |_| parent.display().to_string(),
                        |it| it.display().to_string(),
                    ),
            }
        };
        assert_eq!(first("main"), first("w"));
        assert_eq!(first("main"), first("w/sub"));
        assert!(first("main").ends_with("main/.git/docket"));
        for root in ["broken", "plain"] {
            let found = databases(&top.join(root), Some(state));
            assert_eq!(found.len(), 1, "{root}");
            assert!(found[0].starts_with("/state/docket"), "{found:?}");
        }
        assert!(databases(&top.join("plain"), None).is_empty());
    }
}
