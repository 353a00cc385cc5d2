//! New contents in temporary files, synced to the disk, before anything of the project changes.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{NamedTempFile, TempPath};

use super::WriteError;
use super::plan::{Op, io};

/// Where temporary files of one write stand.
pub(super) struct Staging {
    /// In git's own folder; `None`: beside each file.
    folder: Option<PathBuf>,
    /// Folders that were looked through for what an earlier process left.
    swept: RefCell<BTreeSet<PathBuf>>,
}

/// A step whose new content, if it has one, waits on the disk.
pub(super) struct Staged {
    pub(super) op: Op,
    pub(super) content: Option<TempPath>,
}

/// Files that are open at once while they are synced, fewer than any system's limit.
const SYNCED_AT_ONCE: usize = 64;
const SYNCERS: usize = 16;

const PREFIX: &str = ".docket-";
const SUFFIX: &str = ".tmp";
/// No write takes so long; what is older was left by a process that is gone.
const LITTER_AGE: Duration = Duration::from_secs(3600);

impl Staging {
    pub(super) fn of(root: &Path) -> Self {
        let folder = crate::branches::git_common_dir(root)
            .map(|it| it.join("docket").join("tmp"))
            .filter(|it| std::fs::create_dir_all(it).is_ok() && Self::make(it, None).is_ok());
        Self {
            folder,
            swept: RefCell::default(),
        }
    }

    /// A new temporary file whose rename onto `target` is likely to work.
    pub(super) fn file(
        &self,
        target: &Path,
        permissions: Option<std::fs::Permissions>,
    ) -> std::io::Result<NamedTempFile> {
        let beside = target.parent().unwrap_or(Path::new("."));
        let folder = self.folder.as_deref().unwrap_or(beside);
        let file = Self::make(folder, permissions)?;
        if self.swept.borrow_mut().insert(folder.to_owned()) {
            sweep(&file);
        }
        Ok(file)
    }

    /// Beside `target`, for when git's folder turns out to be on another disk.
    pub(super) fn beside(
        target: &Path,
        permissions: Option<std::fs::Permissions>,
    ) -> std::io::Result<NamedTempFile> {
        Self::make(target.parent().unwrap_or(Path::new(".")), permissions)
    }

    fn make(
        folder: &Path,
        permissions: Option<std::fs::Permissions>,
    ) -> std::io::Result<NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        let file = builder
            .permissions(usual_permissions())
            .tempfile_in(folder)?;
        if let Some(permissions) = permissions {
            file.as_file().set_permissions(permissions)?;
        }
        Ok(file)
    }
}

/// Writes each new content to a temporary file. A full disk shows here, with nothing changed yet.
pub(super) fn stage(
    staging: &Staging,
    ops: Vec<Op>,
    step: &mut dyn FnMut(&'static str),
) -> Result<Vec<Staged>, WriteError> {
    let mut staged = Vec::with_capacity(ops.len());
    let mut ops = ops.into_iter();
    loop {
        let mut batch = Vec::new();
        for op in ops.by_ref().take(SYNCED_AT_ONCE) {
            let file = fill(staging, &op, step)?;
            batch.push((op, file));
        }
        if batch.is_empty() {
            return Ok(staged);
        }
        sync(&batch)?;
        for (op, file) in batch {
            step("synced");
            let content = file.map(NamedTempFile::into_temp_path);
            staged.push(Staged { op, content });
        }
    }
}

/// The new content of a step in a file that is not synced yet; `None` where it has none.
fn fill(
    staging: &Staging,
    op: &Op,
    step: &mut dyn FnMut(&'static str),
) -> Result<Option<NamedTempFile>, WriteError> {
    let (path, file, content) = match op {
        Op::Create {
            path,
            target,
            content,
        } => {
            let folder = target.ancestors().skip(1).find(|it| it.is_dir());
            let near = folder.unwrap_or(target).join("new");
            (path, staging.file(&near, None), content)
        }
        Op::Edit {
            path,
            target,
            content,
            permissions,
            ..
        } => {
            let file = staging.file(target, Some(permissions.clone()));
            let file = file.inspect(|it| keep_owner(target, it));
            (path, file, content)
        }
        Op::Rename { .. } | Op::Delete { .. } => return Ok(None),
    };
    let write = || {
        let mut file = file?;
        step("fill");
        let (head, tail) = content.split_at(content.len() / 2);
        file.write_all(head)?;
        step("half filled");
        file.write_all(tail)?;
        Ok(file)
    };
    write().map(Some).map_err(|it| io(path, it))
}

/// Syncs files to the disk from several threads: one by one each would wait for the file system's
/// journal, side by side they wait for it together.
fn sync(batch: &[(Op, Option<NamedTempFile>)]) -> Result<(), WriteError> {
    let files: Vec<(&str, &File)> = batch
        .iter()
        .filter_map(|(op, file)| match op {
            Op::Create { path, .. } | Op::Edit { path, .. } => {
                Some((path.as_str(), file.as_ref()?.as_file()))
            }
            Op::Rename { .. } | Op::Delete { .. } => None,
        })
        .collect();
    let sync = |files: &[(&str, &File)]| {
        let mut files = files.iter();
        files.try_for_each(|(path, file)| file.sync_all().map_err(|it| io(path, it)))
    };
    if files.len() < 2 {
        return sync(&files);
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> = files
            .chunks(files.len().div_ceil(SYNCERS))
            .map(|some| scope.spawn(move || sync(some)))
            .collect();
        let mut done = threads.into_iter().map(|it| {
            it.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        done.try_for_each(|it| it)
    })
}

/// Removes what an earlier process left beside `file`, judging age by the file system's own clock.
fn sweep(file: &NamedTempFile) {
    let modified = |path: &Path| path.symlink_metadata().and_then(|it| it.modified()).ok();
    let (Some(folder), Some(now)) = (file.path().parent(), modified(file.path())) else {
        return;
    };
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_ours = name
            .to_str()
            .is_some_and(|it| it.starts_with(PREFIX) && it.ends_with(SUFFIX));
        let is_old = || {
            let age = now.duration_since(modified(&entry.path())?).ok()?;
            Some(age > LITTER_AGE)
        };
        if is_ours && is_old() == Some(true) {
            // Another process may have swept it first.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// What a new file gets; the process's mask applies.
#[cfg(unix)]
fn usual_permissions() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}

#[cfg(not(unix))]
fn usual_permissions() -> std::fs::Permissions {
    tempfile::tempfile()
        .and_then(|it| it.metadata())
        .map(|it| it.permissions())
        .expect("a temporary file has permissions")
}

/// Root edits a user's file without taking it from them.
#[cfg(unix)]
fn keep_owner(target: &Path, file: &NamedTempFile) {
    use std::os::unix::fs::{MetadataExt, fchown};
    if let (Ok(old), Ok(new)) = (target.metadata(), file.as_file().metadata())
        && (old.uid(), old.gid()) != (new.uid(), new.gid())
    {
        // Only root may; for anybody else the file becomes theirs, as with every editor.
        let _ = fchown(file.as_file(), Some(old.uid()), Some(old.gid()));
        let _ = file.as_file().set_permissions(old.permissions());
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &NamedTempFile) {}
