//! Carries out a staged change by renames, and takes it back where a later step fails.

use std::path::{Path, PathBuf};

use docket_core::text::Hash;
use tempfile::TempPath;

use super::plan::{Op, io};
use super::stage::{Staged, Staging};
use super::{WriteError, Written};

/// How a done step is taken back.
enum Undo {
    Remove(PathBuf),
    RemoveFolder(PathBuf),
    /// Moves the kept file to where it was.
    Restore(TempPath, PathBuf),
    Rename(PathBuf, PathBuf),
}

/// What has been done so far.
#[derive(Default)]
struct Journal {
    undo: Vec<Undo>,
    written: Vec<Written>,
}

pub(super) fn commit(
    staging: &Staging,
    staged: Vec<Staged>,
    step: &mut dyn FnMut(&'static str),
) -> Result<Vec<Written>, WriteError> {
    let mut journal = Journal::default();
    let is_alone = staged.len() == 1;
    let mut folders: Vec<PathBuf> = Vec::new();
    for Staged { op, content } in staged {
        folders.extend(target(&op).parent().map(Path::to_owned));
        step("commit");
        let done = match (op, content) {
            (
                Op::Create {
                    path,
                    target,
                    content,
                },
                Some(temp),
            ) => create(&mut journal, &target, temp)
                .map(|()| journal.note(path.clone(), Some(Hash::of(&content))))
                .map_err(|it| io(&path, it)),
            (
                Op::Edit {
                    path,
                    target,
                    expected,
                    content,
                    ..
                },
                Some(temp),
            ) => {
                let keep = match is_alone {
                    true => None,
                    false => Some(staging),
                };
                edit(&mut journal, keep, &path, &target, expected, temp)
                    .map(|()| journal.note(path, Some(Hash::of(&content))))
            }
            (
                Op::Rename {
                    from,
                    source,
                    to,
                    target,
                },
                _,
            ) => rename(&mut journal, &source, &target)
                .map_err(|it| io(&to, it))
                .map(|()| {
                    let hash = std::fs::read(&target).ok().map(|it| Hash::of(&it));
                    journal.written.retain(|it| it.path != from);
                    journal.note(from, None);
                    journal.note(to, hash);
                }),
            (Op::Delete { path, target }, _) => delete(&mut journal, staging, &target)
                .map_err(|it| io(&path, it))
                .map(|()| journal.note(path, None)),
            (Op::Create { path, .. } | Op::Edit { path, .. }, None) => Err(WriteError::Invalid {
                path,
                reason: "it was not staged",
            }),
        };
        if let Err(cause) = done {
            return Err(take_back(journal, cause));
        }
    }
    step("done");
    folders.sort();
    folders.dedup();
    folders.iter().for_each(|it| sync_folder(it));
    Ok(journal.written)
}

impl Journal {
    fn note(&mut self, path: String, hash: Option<Hash>) {
        self.written.push(Written { path, hash });
    }
}

fn target(op: &Op) -> &Path {
    match op {
        Op::Create { target, .. }
        | Op::Edit { target, .. }
        | Op::Rename { target, .. }
        | Op::Delete { target, .. } => target,
    }
}

fn create(journal: &mut Journal, target: &Path, temp: TempPath) -> std::io::Result<()> {
    make_folders(journal, target)?;
    if let Err(error) = temp.persist_noclobber(target) {
        if !crosses_disks(&error.error) {
            return Err(error.error);
        }
        beside(&error.path, target)?
            .persist_noclobber(target)
            .map_err(|it| it.error)?;
    }
    journal.undo.push(Undo::Remove(target.to_owned()));
    Ok(())
}

/// `keep` is where the old content waits for an undo.
fn edit(
    journal: &mut Journal,
    keep: Option<&Staging>,
    path: &str,
    target: &Path,
    expected: Hash,
    temp: TempPath,
) -> Result<(), WriteError> {
    // Planning and staging took a while; what a person saved meanwhile must not be lost.
    let now = std::fs::read(target).map_err(|it| io(path, it))?;
    if Hash::of(&now) != expected {
        return Err(WriteError::Stale {
            path: path.to_owned(),
        });
    }
    let kept = keep
        .map(|staging| copy_of(staging, target))
        .transpose()
        .map_err(|it| io(path, it))?;
    if let Err(error) = temp.persist(target) {
        if !crosses_disks(&error.error) {
            return Err(io(path, error.error));
        }
        beside(&error.path, target)
            .and_then(|it| it.persist(target).map_err(|it| it.error))
            .map_err(|it| io(path, it))?;
    }
    journal
        .undo
        .extend(kept.map(|it| Undo::Restore(it, target.to_owned())));
    Ok(())
}

fn rename(journal: &mut Journal, source: &Path, target: &Path) -> std::io::Result<()> {
    make_folders(journal, target)?;
    let is_case_only = target.symlink_metadata().is_ok();
    if is_case_only {
        std::fs::rename(source, target)?;
    } else {
        let mut file = TempPath::try_from_path(source)?;
        // It is the user's file: whatever happens it must not be cleaned up.
        file.disable_cleanup(true);
        file.persist_noclobber(target).map_err(|it| it.error)?;
    }
    journal
        .undo
        .push(Undo::Rename(target.to_owned(), source.to_owned()));
    Ok(())
}

/// The file is moved aside first and is gone only when the whole change is done.
fn delete(journal: &mut Journal, staging: &Staging, target: &Path) -> std::io::Result<()> {
    let place = staging.file(target, None)?.into_temp_path();
    let kept = match std::fs::rename(target, &place) {
        Ok(()) => place,
        Err(error) if crosses_disks(&error) => {
            let place = Staging::beside(target, None)?.into_temp_path();
            std::fs::rename(target, &place)?;
            place
        }
        Err(error) => return Err(error),
    };
    journal.undo.push(Undo::Restore(kept, target.to_owned()));
    Ok(())
}

fn take_back(journal: Journal, cause: WriteError) -> WriteError {
    let mut failed = None;
    for undo in journal.undo.into_iter().rev() {
        let (path, done) = match undo {
            Undo::Remove(path) => (path.clone(), std::fs::remove_file(&path)),
            Undo::RemoveFolder(path) => (path.clone(), std::fs::remove_dir(&path)),
            Undo::Rename(from, to) => (to.clone(), std::fs::rename(&from, &to)),
            Undo::Restore(kept, to) => {
                let done = kept.persist(&to).map_err(|mut it| {
                    // The last copy of the user's file stays where it is.
                    it.path.disable_cleanup(true);
                    it.error
                });
                (to, done)
            }
        };
        if let Err(source) = done {
            failed.get_or_insert((path, source));
        }
    }
    match failed {
        None => cause,
        Some((path, source)) => WriteError::Undone {
            path,
            source,
            cause: Box::new(cause),
        },
    }
}

/// The old content under another name: a second link where the disk has links.
fn copy_of(staging: &Staging, target: &Path) -> std::io::Result<TempPath> {
    let place = staging.file(target, None)?.into_temp_path();
    std::fs::remove_file(&place)?;
    if std::fs::hard_link(target, &place).is_ok() {
        return Ok(place);
    }
    let permissions = target.metadata()?.permissions();
    let place = Staging::beside(target, Some(permissions))?.into_temp_path();
    std::fs::copy(target, &place)?;
    Ok(place)
}

fn beside(staged: &Path, target: &Path) -> std::io::Result<TempPath> {
    let permissions = staged.metadata()?.permissions();
    let near = Staging::beside(target, Some(permissions))?;
    std::fs::copy(staged, near.path())?;
    near.as_file().sync_all()?;
    Ok(near.into_temp_path())
}

fn make_folders(journal: &mut Journal, target: &Path) -> std::io::Result<()> {
    let missing: Vec<_> = target
        .ancestors()
        .skip(1)
        .take_while(|it| !it.exists())
        .collect();
    for folder in missing.into_iter().rev() {
        match std::fs::create_dir(folder) {
            Ok(()) => journal.undo.push(Undo::RemoveFolder(folder.to_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => (),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn crosses_disks(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::CrossesDevices
}

/// A rename lasts only when its folder is on the disk; where folders cannot be synced, the system
/// does it in its own time.
fn sync_folder(folder: &Path) {
    if cfg!(unix)
        && let Ok(folder) = std::fs::File::open(folder)
    {
        let _ = folder.sync_all();
    }
}
