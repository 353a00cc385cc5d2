//! The git program, for what a person asked to be done: a branch made, a branch pushed.
//!
//! What git *knows* is read through gix elsewhere; this is only for what changes the repository.
//! Each command is shown before it runs, none forces anything, and none asks for a password on a
//! terminal that is not there.

pub mod hooks;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::env::Env;

/// A branch of a ticket, where nobody says otherwise.
pub const BRANCH_TEMPLATE: &str = "{id}-{slug}";

/// The program, in one repository.
#[derive(Clone, Debug)]
pub struct Git {
    program: PathBuf,
    root: PathBuf,
    /// Whether a person is there to be asked for a password.
    asks: bool,
}

/// Why git did not do it.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    #[error("the git program is not on the PATH")]
    Missing,
    #[error("`git {command}` could not be started: {source}")]
    Start {
        command: String,
        source: std::io::Error,
    },
    /// What git itself says, which is for the user.
    #[error("`git {command}` failed: {message}")]
    Failed { command: String, message: String },
}

impl Git {
    /// # Errors
    ///
    /// [`GitError::Missing`]
    pub fn find(root: &Path, env: &Env) -> Result<Self, GitError> {
        Ok(Self {
            program: env.find_program("git").ok_or(GitError::Missing)?,
            root: root.to_owned(),
            asks: env.terminal.stdin && env.terminal.stderr,
        })
    }

    /// Runs one command and gives what it printed, without the space around it.
    ///
    /// # Errors
    ///
    /// [`GitError::Failed`] with git's own words.
    pub fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Result<String, GitError> {
        self.run_with(args, None)
    }

    /// A file as its commits had it, the newest first, of at most so many commits; read one by one as
    /// they are taken. Without the space around it.
    pub fn versions(&self, path: &str, max: usize) -> impl Iterator<Item = String> {
        let max = max.to_string();
        let commits = self.run(&["log", "--format=%H", "-n", &max, "--", path]);
        let commits = commits.unwrap_or_default();
        let commits: Vec<String> = commits.lines().map(str::to_owned).collect();
        let text = move |commit: String| self.run(&["show", &format!("{commit}:./{path}")]).ok();
        commits.into_iter().filter_map(text)
    }

    /// The same with a text on its standard input.
    ///
    /// # Errors
    ///
    /// [`GitError::Failed`] with git's own words.
    pub fn run_with<S: AsRef<OsStr>>(
        &self,
        args: &[S],
        input: Option<&str>,
    ) -> Result<String, GitError> {
        let command = || shown(args);
        let output = output(self.command().args(args), input);
        let output = output.map_err(|source| GitError::Start {
            command: command(),
            source,
        })?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        match output.status.success() {
            true => Ok(text(&output.stdout)),
            false => {
                let told = [text(&output.stderr), text(&output.stdout)];
                Err(GitError::Failed {
                    command: command(),
                    message: told
                        .into_iter()
                        .find(|it| !it.is_empty())
                        .unwrap_or_default(),
                })
            }
        }
    }

    /// Whether there is a local branch of that name.
    pub fn has_branch(&self, branch: &str) -> bool {
        let reference = format!("refs/heads/{branch}");
        self.run(&["show-ref", "--verify", "--quiet", &reference])
            .is_ok()
    }

    fn command(&self) -> Command {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that runs git, for what a person asked to be done"
        )]
        let mut command = Command::new(&self.program);
        command.current_dir(&self.root).stdin(Stdio::null());
        if !self.asks {
            command.env("GIT_TERMINAL_PROMPT", "0");
        }
        command
    }
}

/// What a command prints, given its standard input.
fn output(command: &mut Command, input: Option<&str>) -> std::io::Result<Output> {
    let Some(input) = input else {
        return command.output();
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdin = child.stdin.take();
    std::thread::scope(|scope| {
        // Of its own, since a program may print before it has read all.
        scope.spawn(move || {
            use std::io::Write;
            // One that reads no further says so by how it ends.
            let _ = stdin.map(|mut it| it.write_all(input.as_bytes()));
        });
        child.wait_with_output()
    })
}

/// A command as a person would type it.
pub fn shown<S: AsRef<OsStr>>(args: &[S]) -> String {
    let words = args.iter().map(|it| {
        let word = it.as_ref().to_string_lossy();
        match word.contains(|it: char| it.is_whitespace() || it == '\'') {
            true => format!("'{}'", word.replace('\'', "'\\''")),
            false => word.into_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A branch's name for a ticket, made from a template with `{id}` and `{slug}`; what git does not
/// take in a name (`git check-ref-format`) becomes `-`.
pub fn branch_name(template: &str, id: &str, title: &str) -> String {
    let slug = docket_core::ticket::draft::slug(title);
    let name = template.replace("{id}", id).replace("{slug}", &slug);
    let clean: String = name
        .chars()
        .map(|it| match it {
            ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\' => '-',
            it if it.is_control() => '-',
            it => it,
        })
        .collect();
    let parts = clean
        .split('/')
        .map(|it| it.trim_matches('.').trim_end_matches(".lock"))
        .filter(|it| !it.is_empty());
    let clean = parts.collect::<Vec<_>>().join("/");
    let clean = clean.replace("..", "-").replace("@{", "-");
    clean.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_named_after_their_ticket() {
        let cases = [
            (
                "{id}-{slug}",
                "T-7k3f",
                "Parse bodies",
                "T-7k3f-parse-bodies",
            ),
            ("{id}-{slug}", "T-7k3f", "", "T-7k3f"),
            ("feature/{id}", "PROJ-7", "x", "feature/PROJ-7"),
            ("a b/{slug}..", "T-2", "Été: ~1?", "a-b/ete-1"),
            ("/.x/{id}.lock", "T-2", "", "x/T-2"),
        ];
        for (template, id, title, expected) in cases {
            assert_eq!(branch_name(template, id, title), expected, "{template}");
        }
    }

    #[test]
    fn commands_are_shown_as_they_would_be_typed() {
        assert_eq!(
            shown(&["switch", "-c", "a b", "it's"]),
            "switch -c 'a b' 'it'\\''s'"
        );
    }
}
