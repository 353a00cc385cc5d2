//! What PATH means, and reading the project that it names.

use std::mem::ManuallyDrop;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;

use docket_core::facts::Skip;
use docket_core::span::{Encoding, Position};
use docket_core::text::{Charset, decode};
use docket_core::world::{FileChange, Snapshot};

use super::failure::{Failure, FailureKind};
use super::rows::SkippedRow;
use super::screen::Screen;
use super::table::printable;
use crate::branches;
use crate::dismissed;
use crate::env::Env;
use crate::past::Past;
use crate::project;
use crate::scan::{Progress, Stats};
use crate::sync::mirror;

/// A project, read, and the part of it that was asked for.
pub(crate) struct Opened {
    pub(crate) root: PathBuf,
    /// Never freed: the process ends when all has been shown.
    pub(crate) snapshot: ManuallyDrop<Snapshot>,
    pub(super) skipped: Vec<SkippedRow>,
    pub(crate) stats: Stats,
    /// What is wrong with the store, a sentence each; nothing is missing for it.
    pub(crate) troubles: Vec<String>,
    /// Relative to the root; empty is all.
    filter: Vec<String>,
    /// Writes down what the next run need not read again.
    memory: Option<JoinHandle<()>>,
    env: Env,
    /// Whose anchors are renewed at the end.
    branch: Option<String>,
    /// Where the snapshot is of what is staged.
    staged: Option<Past>,
}

/// A project's root, and the paths in it that were asked for; none is all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) root: PathBuf,
    pub(crate) filter: Vec<String>,
}

impl Opened {
    /// Every file with facts that was asked for, ascending.
    pub(crate) fn paths(&self) -> Vec<Arc<str>> {
        let mut paths: Vec<_> = self
            .snapshot
            .files()
            .map(|(path, _)| path.clone())
            .filter(|it| self.is_asked(it))
            .collect();
        paths.sort_unstable();
        paths
    }

    pub(crate) fn is_asked(&self, path: &str) -> bool {
        self.filter.is_empty() || self.filter.iter().any(|it| is_below(path, it))
    }

    /// Line and column of `offset` in a file, both from 1.
    pub(crate) fn position(&self, path: &str, offset: u32, encoding: Encoding) -> Position {
        position(&self.snapshot, path, offset, encoding)
    }

    /// What the file holds: on the disk, or staged where that is what is looked at.
    pub(crate) fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        match &self.staged {
            Some(past) => past.bytes(path),
            None => std::fs::read(self.root.join(path)).ok(),
        }
    }

    /// The same project as the next commit would have it.
    pub(super) fn into_staged(mut self) -> Result<Self, Failure> {
        let past = Past::staged(&self.root, &self.snapshot)?;
        // What is not on the disk is nothing to remember.
        self.branch = None;
        self.snapshot = ManuallyDrop::new(past.snapshot.clone());
        self.staged = Some(past);
        Ok(self)
    }
}

/// Line and column of `offset` in a file, both from 1.
pub(crate) fn position(
    snapshot: &Snapshot,
    path: &str,
    offset: u32,
    encoding: Encoding,
) -> Position {
    let position = snapshot
        .position(path, offset, encoding)
        .unwrap_or(Position { line: 0, column: 0 });
    Position {
        line: position.line + 1,
        column: position.column + 1,
    }
}

/// Where offsets into a file's text are on the disk: elsewhere in UTF-16 files alone.
pub(crate) struct DiskOffsets {
    utf_16: Option<String>,
}

impl DiskOffsets {
    /// `bytes` gives the file's content, which is looked at in few files.
    pub(crate) fn new(
        snapshot: &Snapshot,
        path: &str,
        bytes: impl FnOnce(&str) -> Option<Vec<u8>>,
    ) -> Self {
        let file = snapshot.file(path);
        if !file.is_some_and(|it| it.charset != Charset::Bytes) {
            return Self { utf_16: None };
        }
        let bytes = bytes(path).unwrap_or_default();
        let text = decode(&bytes).map_or(Vec::new(), |(text, _)| text.into_owned());
        Self {
            utf_16: Some(String::from_utf8_lossy(&text).into_owned()),
        }
    }

    pub(crate) fn of(&self, offset: u32) -> u64 {
        const BYTE_ORDER_MARK: u64 = 2;
        match &self.utf_16 {
            None => u64::from(offset),
            Some(text) => {
                let head = text.get(..offset as usize).unwrap_or(text);
                BYTE_ORDER_MARK + 2 * head.encode_utf16().count() as u64
            }
        }
    }
}

/// Reads the project of `paths`, or the one around the current folder.
pub(crate) fn open(env: &Env, screen: &Screen, paths: &[PathBuf]) -> Result<Opened, Failure> {
    let place = locate(env, paths)?;
    if paths.is_empty() {
        refuse_wide(env, &place.root, "docket check")?;
    }
    let project = read(env, screen, place)?;
    for trouble in &project.troubles {
        screen.note(&printable(trouble));
    }
    if let Some(note) = unreadable(&project.skipped) {
        screen.note(&printable(&note));
    }
    Ok(project)
}

/// Which files and folders could not be read. Other skips are meant and only counted.
fn unreadable(skipped: &[SkippedRow]) -> Option<String> {
    let name = Skip::Unreadable.name();
    let paths: Vec<_> = skipped.iter().filter(|it| it.reason == name).collect();
    match paths.as_slice() {
        [] => None,
        [one] => Some(format!("left out: `{}` could not be read", one.path)),
        [first, rest @ ..] => Some(format!(
            "left out: `{}` and {} more could not be read; `docket todos --json` lists them",
            first.path,
            rest.len()
        )),
    }
}

/// Refuses a whole disk or a home folder that nobody named; `command` with its path would name it.
pub(crate) fn refuse_wide(env: &Env, root: &Path, command: &str) -> Result<(), Failure> {
    if !project::is_too_wide(root, env) {
        return Ok(());
    }
    let root = root.display();
    Err(Failure::new(
        FailureKind::Environment,
        format!("`{root}` is a whole disk or a home folder, and no project unless it is named"),
    )
    .hint(format!("go to a project, or name it: `{command} {root}`")))
}

/// The root that `paths` name, and what they mean in it.
pub(crate) fn locate(env: &Env, paths: &[PathBuf]) -> Result<Place, Failure> {
    let cwd = env
        .cwd
        .canonicalize()
        .map_err(|error| no_way(&env.cwd, &error))?;
    if paths.is_empty() {
        return Ok(Place {
            root: root_around(&cwd),
            filter: Vec::new(),
        });
    }
    let mut found: Option<Place> = None;
    let mut is_whole = false;
    for path in paths {
        let target = cwd
            .join(path)
            .canonicalize()
            .map_err(|error| no_way(path, &error))?;
        let folder = match target.is_dir() {
            true => target.as_path(),
            false => target.parent().unwrap_or(&target),
        };
        let root = root_around(folder);
        let place = found.get_or_insert_with(|| Place {
            root: root.clone(),
            filter: Vec::new(),
        });
        if place.root != root {
            return Err(Failure::new(
                FailureKind::Usage,
                format!(
                    "`{}` is of the project `{}`, the paths before it of `{}`",
                    path.display(),
                    root.display(),
                    place.root.display()
                ),
            )
            .hint("run docket once for each project"));
        }
        match relative(&root, &target) {
            Some(it) if !it.is_empty() => place.filter.push(it),
            _ => is_whole = true,
        }
    }
    let mut place = found.unwrap_or(Place {
        root: cwd,
        filter: Vec::new(),
    });
    if is_whole {
        place.filter.clear();
    }
    Ok(place)
}

/// Why a path that the user named leads nowhere.
pub(super) fn no_way(path: &Path, error: &std::io::Error) -> Failure {
    let path = path.display();
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            Failure::new(FailureKind::NotFound, format!("`{path}` does not exist"))
        }
        _ => Failure::new(FailureKind::Environment, format!("`{path}`: {error}")),
    }
}

/// `path` below `root` with `/`; `None` where it is not.
pub(crate) fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts: Vec<_> = path
        .strip_prefix(root)
        .ok()?
        .components()
        .filter_map(|it| match it {
            Component::Normal(it) => Some(it.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    Some(parts.join("/"))
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|it| it.is_empty() || it.starts_with('/'))
}

fn root_around(folder: &Path) -> PathBuf {
    project::root_of(folder).unwrap_or_else(|| folder.to_owned())
}

/// Reads the whole project; the filter decides only what is told of it.
pub(crate) fn read(env: &Env, screen: &Screen, place: Place) -> Result<Opened, Failure> {
    let progress = screen.progress("reading");
    let set = |it: Progress| progress.set(it.n_files as u64);
    let (mut loaded, mut memory) =
        project::read(&place.root, env, &AtomicBool::new(false), &set)
            .map_err(|error| Failure::new(FailureKind::Environment, format!("{error:#}")))?;
    let skipped = std::mem::take(&mut loaded.skipped).into_iter();
    let skipped = skipped.map(|it| SkippedRow {
        path: it.path,
        reason: it.reason.name().to_owned(),
    });
    let (stats, troubles) = (loaded.stats, std::mem::take(&mut loaded.troubles));
    let branch = loaded.anchors.as_ref().map(|it| it.branch.clone());
    // The disk is slower than what is left to be worked out here.
    let memory = std::thread::spawn(move || {
        memory.save();
    });
    let mut world = loaded.into_world(&place.root, env.today());
    world.apply([FileChange::Me(branches::identity(&place.root, env))]);
    if let Some(mirror) = mirror::load(&place.root, env, &world.snapshot().config) {
        world.apply([FileChange::Mirror(Arc::new(mirror))]);
    }
    let dismissed = dismissed::load(&place.root, env);
    if !dismissed.is_empty() {
        world.apply([FileChange::Dismissed(dismissed)]);
    }
    Ok(Opened {
        snapshot: ManuallyDrop::new(world.into_snapshot()),
        skipped: skipped.collect(),
        stats,
        troubles,
        root: place.root,
        filter: place.filter,
        memory: Some(memory),
        env: env.clone(),
        branch,
        staged: None,
    })
}

impl Drop for Opened {
    fn drop(&mut self) {
        if let Some(memory) = self.memory.take() {
            // A panic there is logged, and costs the next run some time.
            let _ = memory.join();
        }
        if let Some(branch) = &self.branch {
            project::renew_anchors(&self.root, &self.env, branch, &self.snapshot);
        }
    }
}
