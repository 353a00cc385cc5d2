//! Hooks that ask docket before a commit is made. One that is there already is never changed.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A hook, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    pub path: PathBuf,
    pub state: State,
    /// What a hook of one's own says to have the same.
    pub line: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Made,
    /// It is there, and is ours already.
    Ours,
    /// It is there, and somebody else's.
    Theirs,
}

/// Why there are no hooks.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    #[error("`{0}` is in no git repository")]
    NoRepository(String),
    #[error("`{path}`: {source}")]
    Io {
        path: String,
        source: std::io::Error,
    },
}

/// A line that tells our hooks from others.
const MARK: &str = "# Made by `docket init --hook`; it is yours to change.";

/// Makes the hooks of the repository around the project at `root` that are not there yet.
///
/// # Errors
///
/// [`HookError`]
pub fn install(root: &Path) -> Result<Vec<Hook>, HookError> {
    let none = || HookError::NoRepository(root.display().to_string());
    let place = crate::branches::hooks_place(root).ok_or_else(none)?;
    let docket = match place.project.as_str() {
        "" => "docket".to_owned(),
        project => format!("docket -C {}", quoted(project)),
    };
    let staged = format!("{docket} check --staged --since HEAD");
    let message = format!("{docket} check --commit-msg \"$1\"");
    let missing = "command -v docket >/dev/null || { echo 'docket is not on the PATH: nothing is checked' >&2; exit 0; }";
    let pre_commit = format!(
        "#!/bin/sh\n{MARK}\n{missing}\n# The first commit has nothing to be compared with.\ngit rev-parse --quiet --verify HEAD >/dev/null || exec {docket} check --staged\nexec {staged}\n"
    );
    // Git names the file as seen from the top of the working tree, where the hook runs.
    let absolute = "case $1 in /*|?:*) ;; *) set -- \"$PWD/$1\" ;; esac";
    let commit_msg = format!("#!/bin/sh\n{MARK}\n{missing}\n{absolute}\nexec {message}\n");
    [
        ("pre-commit", pre_commit, staged),
        ("commit-msg", commit_msg, message),
    ]
    .into_iter()
    .map(|(name, text, line)| {
        let path = place.folder.join(name);
        let state = make(&path, &text)?;
        Ok(Hook { path, state, line })
    })
    .collect()
}

fn make(path: &Path, text: &str) -> Result<State, HookError> {
    let error = |source| HookError::Io {
        path: path.display().to_string(),
        source,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(error)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o755);
    match options.open(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes()).map_err(error)?;
            Ok(State::Made)
        }
        Err(refused) if refused.kind() == ErrorKind::AlreadyExists => {
            let there = std::fs::read(path).unwrap_or_default();
            let is_ours = String::from_utf8_lossy(&there).contains(MARK);
            Ok(if is_ours { State::Ours } else { State::Theirs })
        }
        Err(refused) => Err(error(refused)),
    }
}

fn quoted(path: &str) -> String {
    format!("'{}'", path.replace('\'', "'\\''"))
}
