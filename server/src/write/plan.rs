//! Checks a change against the disk and works out each file's new content, touching nothing.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use docket_core::edit::{Change, FileEdit, TextEdit};
use docket_core::text::{Charset, Hash, decode};

use super::WriteError;

/// One step of a change, every path resolved and inside the root.
pub(super) enum Op {
    Create {
        path: String,
        target: PathBuf,
        content: Vec<u8>,
    },
    Edit {
        path: String,
        target: PathBuf,
        expected: Hash,
        content: Vec<u8>,
        permissions: std::fs::Permissions,
    },
    Rename {
        from: String,
        source: PathBuf,
        to: String,
        target: PathBuf,
    },
    Delete {
        path: String,
        target: PathBuf,
    },
}

/// The steps in their order: creates, edits, renames, deletes.
pub(super) fn plan(root: &Path, change: &Change) -> Result<Vec<Op>, WriteError> {
    let root = &root
        .canonicalize()
        .map_err(|source| io(&root.display().to_string(), source))?;
    let mut ops = Vec::new();
    let mut taken = HashSet::new();
    for create in &change.creates {
        let target = free(root, &create.path)?;
        claim(&mut taken, &target, &create.path)?;
        ops.push(Op::Create {
            path: create.path.clone(),
            target,
            content: create.text.clone().into_bytes(),
        });
    }
    let mut edited = HashSet::new();
    for edit in change.edits.iter().filter(|it| !it.edits.is_empty()) {
        let op = plan_edit(root, edit)?;
        if let Op::Edit { target, .. } = &op {
            claim(&mut edited, target, &edit.path)?;
        }
        ops.push(op);
    }
    for (from, to) in &change.renames {
        let source = entry(root, from)?;
        claim(&mut taken, &source, from)?;
        let target = match free(root, to) {
            // On a disk that ignores case the two names are one file, and the rename is fine.
            Err(WriteError::Exists { .. }) if from != to && is_same_entry(root, from, to) => {
                root.join(to)
            }
            other => other?,
        };
        claim(&mut taken, &target, to)?;
        ops.push(Op::Rename {
            from: from.clone(),
            source,
            to: to.clone(),
            target,
        });
    }
    for path in &change.deletes {
        let target = entry(root, path)?;
        claim(&mut taken, &target, path)?;
        if edited.contains(&target) {
            return Err(invalid(path, "it is edited and deleted at once"));
        }
        ops.push(Op::Delete {
            path: path.clone(),
            target,
        });
    }
    Ok(ops)
}

pub(super) fn io(path: &str, source: std::io::Error) -> WriteError {
    let path = path.to_owned();
    match source.kind() {
        std::io::ErrorKind::NotFound => WriteError::Missing { path },
        std::io::ErrorKind::AlreadyExists => WriteError::Exists { path },
        _ => WriteError::Io { path, source },
    }
}

fn plan_edit(root: &Path, edit: &FileEdit) -> Result<Op, WriteError> {
    let path = &edit.path;
    let target = check_shape(root, path)?
        .canonicalize()
        .map_err(|source| io(path, source))?;
    check_inside(root, &target, path)?;
    let permissions = target
        .metadata()
        .map_err(|source| io(path, source))?
        .permissions();
    if permissions.readonly() {
        return Err(WriteError::ReadOnly { path: path.clone() });
    }
    let old = std::fs::read(&target).map_err(|source| io(path, source))?;
    if Hash::of(&old) != edit.expected {
        return Err(WriteError::Stale { path: path.clone() });
    }
    Ok(Op::Edit {
        content: splice_file(path, &old, &edit.edits)?,
        path: path.clone(),
        target,
        expected: edit.expected,
        permissions,
    })
}

/// The new bytes of a file: spans speak of the decoded text, so UTF-16 goes there and back.
fn splice_file(path: &str, old: &[u8], edits: &[TextEdit]) -> Result<Vec<u8>, WriteError> {
    let Ok((text, charset)) = decode(old) else {
        return Err(invalid(path, "the file is binary"));
    };
    let mut at = 0;
    let mut new = Vec::with_capacity(text.len());
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        if start < at || end < start || end > text.len() {
            return Err(invalid(path, "its edits overlap or lie outside the text"));
        }
        new.extend_from_slice(&text[at..start]);
        new.extend_from_slice(edit.text.as_bytes());
        at = end;
    }
    new.extend_from_slice(&text[at..]);
    let encode: fn(u16) -> [u8; 2] = match charset {
        Charset::Bytes => return Ok(new),
        Charset::Utf16Le => u16::to_le_bytes,
        Charset::Utf16Be => u16::to_be_bytes,
    };
    let new = String::from_utf8(new)
        .map_err(|_| invalid(path, "an edit would cut a character in two"))?;
    Ok(std::iter::once(0xfeff)
        .chain(new.encode_utf16())
        .flat_map(encode)
        .collect())
}

/// An existing file or link itself, its folder resolved.
fn entry(root: &Path, path: &str) -> Result<PathBuf, WriteError> {
    let (folder, name) = split(&check_shape(root, path)?);
    let target = folder
        .canonicalize()
        .map_err(|source| io(path, source))?
        .join(name);
    check_inside(root, &target, path)?;
    let meta = target
        .symlink_metadata()
        .map_err(|source| io(path, source))?;
    if meta.is_dir() {
        return Err(invalid(path, "it is a folder"));
    }
    Ok(target)
}

/// A path that is not taken; folders that it needs may be missing.
fn free(root: &Path, path: &str) -> Result<PathBuf, WriteError> {
    let (folder, name) = split(&check_shape(root, path)?);
    let mut missing = Vec::new();
    let mut there = folder.as_path();
    let resolved = loop {
        match there.canonicalize() {
            Ok(it) => break it,
            // A link that leads nowhere is there all the same.
            Err(_) if there.symlink_metadata().is_err() => {
                let (parent, name) = split(there);
                missing.push(name);
                there = there.parent().filter(|_| parent.starts_with(root)).ok_or(
                    WriteError::Outside {
                        path: path.to_owned(),
                    },
                )?;
            }
            Err(source) => return Err(io(path, source)),
        }
    };
    check_inside(root, &resolved.join(&name), path)?;
    let mut target = resolved;
    target.extend(missing.into_iter().rev());
    target.push(name);
    match target.symlink_metadata() {
        Ok(_) => Err(WriteError::Exists {
            path: path.to_owned(),
        }),
        Err(_) => Ok(target),
    }
}

/// Refuses what is absolute, climbs, or is git's own.
fn check_shape(root: &Path, path: &str) -> Result<PathBuf, WriteError> {
    let mut components = Path::new(path).components().peekable();
    let is_plain = components.peek().is_some()
        && components.all(|it| match it {
            Component::Normal(name) => !name.eq_ignore_ascii_case(".git"),
            _ => false,
        });
    match is_plain && !path.ends_with('/') && !path.contains('\0') {
        true => Ok(root.join(path)),
        false => Err(WriteError::Outside {
            path: path.to_owned(),
        }),
    }
}

fn check_inside(root: &Path, target: &Path, path: &str) -> Result<(), WriteError> {
    let rest = target.strip_prefix(root).map_err(|_| WriteError::Outside {
        path: path.to_owned(),
    })?;
    match rest
        .components()
        .any(|it| it.as_os_str().eq_ignore_ascii_case(".git"))
    {
        true => Err(WriteError::Outside {
            path: path.to_owned(),
        }),
        false => Ok(()),
    }
}

fn is_same_entry(root: &Path, one: &str, other: &str) -> bool {
    let canonical = |path: &str| root.join(path).canonicalize().ok();
    one.eq_ignore_ascii_case(other) && canonical(one) == canonical(other)
}

fn claim(taken: &mut HashSet<PathBuf>, target: &Path, path: &str) -> Result<(), WriteError> {
    match taken.insert(target.to_owned()) {
        true => Ok(()),
        false => Err(invalid(path, "it is changed twice")),
    }
}

fn split(path: &Path) -> (PathBuf, std::ffi::OsString) {
    let name = path.file_name().unwrap_or_default().to_owned();
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    (folder, name)
}

fn invalid(path: &str, reason: &'static str) -> WriteError {
    WriteError::Invalid {
        path: path.to_owned(),
        reason,
    }
}
