//! New contents in temporary files, synced to the disk, before anything of the project changes.

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
}

/// A step whose new content, if it has one, waits on the disk.
pub(super) struct Staged {
    pub(super) op: Op,
    pub(super) content: Option<TempPath>,
}

const PREFIX: &str = ".docket-";
const SUFFIX: &str = ".tmp";
/// No write takes so long; what is older was left by a process that is gone.
const LITTER_AGE: Duration = Duration::from_secs(3600);

impl Staging {
    pub(super) fn of(root: &Path) -> Self {
        let folder = crate::branches::git_common_dir(root)
            .map(|it| it.join("docket").join("tmp"))
            .filter(|it| std::fs::create_dir_all(it).is_ok() && Self::make(it, None).is_ok());
        Self { folder }
    }

    /// A new temporary file whose rename onto `target` is likely to work.
    pub(super) fn file(
        &self,
        target: &Path,
        permissions: Option<std::fs::Permissions>,
    ) -> std::io::Result<NamedTempFile> {
        let beside = target.parent().unwrap_or(Path::new("."));
        let file = Self::make(self.folder.as_deref().unwrap_or(beside), permissions)?;
        sweep(&file);
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
    ops.into_iter()
        .map(|op| {
            let content = match &op {
                Op::Create {
                    path,
                    target,
                    content,
                } => {
                    let folder = target.ancestors().skip(1).find(|it| it.is_dir());
                    let near = folder.unwrap_or(target).join("new");
                    Some(
                        fill(staging.file(&near, None), content, step)
                            .map_err(|it| io(path, it))?,
                    )
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
                    Some(fill(file, content, step).map_err(|it| io(path, it))?)
                }
                Op::Rename { .. } | Op::Delete { .. } => None,
            };
            Ok(Staged { op, content })
        })
        .collect()
}

fn fill(
    file: std::io::Result<NamedTempFile>,
    content: &[u8],
    step: &mut dyn FnMut(&'static str),
) -> std::io::Result<TempPath> {
    let mut file = file?;
    step("fill");
    let (head, tail) = content.split_at(content.len() / 2);
    file.write_all(head)?;
    step("half filled");
    file.write_all(tail)?;
    file.as_file().sync_all()?;
    step("synced");
    Ok(file.into_temp_path())
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
