//! Starts the user's own editor on the sample project, wired to this very program.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::sample;
use crate::env::Env;

/// An editor that the tour can drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Neovim,
    Code,
}

/// An editor that is there and new enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Editor {
    kind: Kind,
    program: PathBuf,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Neovim, Self::Code];

    /// By the names that people call it.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "nvim" | "neovim" | "vim" => Some(Self::Neovim),
            "code" | "vscode" | "vs-code" | "codium" => Some(Self::Code),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Neovim => "Neovim",
            Self::Code => "Visual Studio Code",
        }
    }

    fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Neovim => &["nvim"],
            Self::Code => &["code", "codium", "code-insiders"],
        }
    }
}

/// The editor, or in a few words why it cannot be used.
pub(super) fn find(env: &Env, kind: Kind) -> Result<Editor, String> {
    let program = kind
        .programs()
        .iter()
        .find_map(|it| env.find_program(it))
        .ok_or("not found on the PATH")?;
    if kind == Kind::Neovim {
        let version = neovim_version(env, &program).ok_or("does not start")?;
        if version < (0, 10) {
            return Err(format!("is {}.{}; 0.10 is needed", version.0, version.1));
        }
        if !env.terminal.stdout || !env.terminal.stdin {
            return Err("needs a terminal".to_owned());
        }
    }
    Ok(Editor { kind, program })
}

/// Whether the window of that editor can be expected to open here unasked.
pub(super) fn is_handy(env: &Env, editor: &Editor) -> bool {
    let has_screen = cfg!(any(windows, target_os = "macos"))
        || env.var("DISPLAY").is_some()
        || env.var("WAYLAND_DISPLAY").is_some()
        || env.var("VSCODE_IPC_HOOK_CLI").is_some();
    editor.kind == Kind::Neovim || (has_screen && extension().is_some())
}

/// Runs the editor on `project` until it is closed. `own` is a folder for what only the tour needs.
pub(super) fn open(env: &Env, editor: &Editor, project: &Path, own: &Path) -> anyhow::Result<()> {
    let docket = env.exe.as_deref().unwrap_or(Path::new("docket"));
    let mut command = command(env, &editor.program);
    command.current_dir(project);
    match editor.kind {
        Kind::Neovim => {
            sample::make_plugin(own)?;
            command
                .env("DOCKET_TOUR", own)
                .env("DOCKET_TOUR_PROGRAM", docket)
                .args(["-c", "lua dofile(vim.env.DOCKET_TOUR .. '/tour.lua')"]);
        }
        Kind::Code => {
            // A window of an editor that runs already would not see this environment, and the
            // extension would take another docket: so it gets its own user data.
            command.args([
                "--new-window",
                "--wait",
                "--disable-workspace-trust",
                "--user-data-dir",
            ]);
            command.arg(own.join("code"));
            if let Some(extension) = extension() {
                command.arg(format!(
                    "--extensionDevelopmentPath={}",
                    extension.display()
                ));
            }
            command
                .arg(project)
                .arg("--goto")
                .arg(project.join("src/main.rs:7:8"));
            let folders = docket.parent().map(Path::to_owned).into_iter();
            let path = env
                .var_os("PATH")
                .map(std::env::split_paths)
                .into_iter()
                .flatten();
            command.env("PATH", std::env::join_paths(folders.chain(path))?);
        }
    }
    let status = command.status()?;
    anyhow::ensure!(
        status.success(),
        "{} ended with {status}",
        editor.kind.name()
    );
    Ok(())
}

/// The extension as it was built beside the program in a checkout.
pub(super) fn extension() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/vscode");
    folder.join("dist/extension.js").is_file().then_some(folder)
}

fn neovim_version(env: &Env, program: &Path) -> Option<(u32, u32)> {
    let output = command(env, program).arg("--version").output().ok()?;
    version_of(&String::from_utf8_lossy(&output.stdout))
}

fn version_of(text: &str) -> Option<(u32, u32)> {
    let version = text.lines().next()?.strip_prefix("NVIM v")?;
    let mut parts = version.split('.').map_while(|it| it.parse().ok());
    Some((parts.next()?, parts.next()?))
}

/// The tour starts the editor that the user named or has: the one place where docket runs a program.
#[expect(
    clippy::disallowed_methods,
    reason = "the tour opens the user's own editor"
)]
fn command(env: &Env, program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(env.vars.iter());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_neovim_are_read() {
        assert_eq!(
            version_of("NVIM v0.10.4\nBuild type: Release\n"),
            Some((0, 10))
        );
        assert_eq!(version_of("NVIM v0.12.0-dev-1+gabc\n"), Some((0, 12)));
        assert_eq!(version_of("VIM - Vi IMproved 9.0\n"), None);
        assert_eq!(version_of(""), None);
    }
}
