//! The files of another tool, read for `docket import`: text alone, no link followed, within bounds.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use docket_core::import::{self, Base, Refusal, Skipped, Source, SourceFile, Tool, Unrecognised};
use docket_core::text::decode;

/// Longest file that is read.
const MAX_BYTES: u64 = 32 << 20;
/// Most files, and most bytes of all of them.
const MAX_FILES: usize = 20_000;
const MAX_TOTAL: u64 = 256 << 20;
const MAX_DEPTH: usize = 16;

/// Folders in which no tool keeps its tickets.
const OTHERS: [&str; 6] = [
    ".git",
    ".docs",
    ".obsidian",
    "node_modules",
    "target",
    "vendor",
];

/// Why a source gives no tickets. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("`{}`: {source}", .path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("`{}` is wider than docket reads at once: more than {MAX_FILES} files, or than {} MB", .0.display(), MAX_TOTAL >> 20)]
    TooWide(PathBuf),
    #[error("`{}`: {error}", .path.display())]
    Unrecognised { path: PathBuf, error: Unrecognised },
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl ImportError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Io { .. } => None,
            Self::TooWide(_) => Some("name the tool's own file or folder".to_owned()),
            Self::Unrecognised { error, .. } => Some(match error {
                Unrecognised::Nothing => format!(
                    "docket reads {}; `--from TOOL` says which it is",
                    Tool::ALL.map(Tool::title).join(", ")
                ),
                Unrecognised::Several(tools) => format!(
                    "name the folder of one of them, or say `--from {}`",
                    tools.first().map_or("TOOL", |it| it.name())
                ),
            }),
            Self::Refused(refusal) => Some(refusal.hint.clone()),
        }
    }
}

/// A source that was read, and the tool that it is of.
#[derive(Debug)]
pub struct Gathered {
    pub tool: Tool,
    pub source: Source,
}

/// Reads what `path` names. Paths are told from `root` where the source is in it, else from the
/// folder around it, so that a ticket's key is the same whichever part of a source is named.
pub fn gather(root: &Path, path: &Path, tool: Option<Tool>) -> Result<Gathered, ImportError> {
    let io = |source| ImportError::Io {
        path: path.to_owned(),
        source,
    };
    let path = path.canonicalize().map_err(io)?;
    let is_folder = path.is_dir();
    let is_inside = path.starts_with(root);
    let base = match is_inside {
        true => root,
        false if is_folder => path.parent().unwrap_or(&path),
        false => path.ancestors().nth(2).unwrap_or(&path),
    };
    let mut walk = Walk {
        base,
        source: &path,
        files: Vec::new(),
        skipped: Vec::new(),
        total: 0,
    };
    match is_folder {
        true => walk.folder(&path, 0)?,
        false => walk.file(&path)?,
    }
    let Walk {
        files, mut skipped, ..
    } = walk;
    let tool = match tool {
        Some(tool) => tool,
        None => import::recognise(&files).map_err(|error| ImportError::Unrecognised {
            path: path.clone(),
            error,
        })?,
    };
    let mut source = import::read(tool, &files)?;
    source.skipped.append(&mut skipped);
    source.base = match is_inside {
        true => Base::Root,
        false => Base::Elsewhere,
    };
    Ok(Gathered { tool, source })
}

struct Walk<'a> {
    base: &'a Path,
    source: &'a Path,
    files: Vec<SourceFile>,
    skipped: Vec<Skipped>,
    total: u64,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, depth: usize) -> Result<(), ImportError> {
        let io = |source| ImportError::Io {
            path: folder.to_owned(),
            source,
        };
        let mut entries = std::fs::read_dir(folder)
            .and_then(Iterator::collect::<io::Result<Vec<_>>>)
            .map_err(io)?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let kind = entry.file_type().map_err(io)?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if kind.is_symlink() {
                if kind_of(&name).is_some() || !name.contains('.') {
                    self.skip(&path, "a symbolic link, which is not followed");
                }
            } else if kind.is_dir() {
                let is_other = OTHERS.contains(&&*name);
                match depth < MAX_DEPTH {
                    true if is_other => {}
                    true => self.folder(&path, depth + 1)?,
                    false => self.skip(&path, "too many folders deep"),
                }
            } else if kind.is_file() && kind_of(&name).is_some() {
                self.file(&path)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<(), ImportError> {
        let io = |source| ImportError::Io {
            path: path.to_owned(),
            source,
        };
        let told = self.told(path);
        let refused = |message: &str, hint: &str| {
            ImportError::Refused(Refusal {
                path: told.clone(),
                line: None,
                message: message.to_owned(),
                hint: hint.to_owned(),
            })
        };
        let len = path.metadata().map_err(io)?.len();
        if len > MAX_BYTES {
            let message = format!("the file is longer than {} MB", MAX_BYTES >> 20);
            return Err(refused(&message, "nothing was changed; import it in parts"));
        }
        let bytes = std::fs::read(path).map_err(io)?;
        self.total += bytes.len() as u64;
        if self.files.len() >= MAX_FILES || self.total > MAX_TOTAL {
            return Err(ImportError::TooWide(self.source.to_owned()));
        }
        let is_text = "nothing was changed; save it as UTF-8, or fetch it again";
        let (text, _) = decode(&bytes).map_err(|_| refused("the file is no text", is_text))?;
        let text = String::from_utf8(Cow::into_owned(text))
            .map_err(|_| refused("the file is no UTF-8", is_text))?;
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        self.files.push(SourceFile { path: told, text });
        Ok(())
    }

    fn skip(&mut self, path: &Path, reason: &str) {
        self.skipped.push(Skipped {
            path: self.told(path),
            line: None,
            reason: reason.to_owned(),
        });
    }

    fn told(&self, path: &Path) -> String {
        let below = path.strip_prefix(self.base).unwrap_or(path);
        let parts = below
            .components()
            .map(|it| it.as_os_str().to_string_lossy());
        parts.collect::<Vec<_>>().join("/")
    }
}

/// What is read in a folder: pages, lists of issues, tasks. A `package.json` is none of them.
fn kind_of(name: &str) -> Option<()> {
    let name = name.to_lowercase();
    let is_page = name.ends_with(".md") || name.ends_with(".markdown");
    let fits =
        is_page || name.ends_with(".jsonl") || name == "tasks.json" || name == ".openspec.yaml";
    fits.then_some(())
}
