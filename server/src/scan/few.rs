//! Parts of a project: what the store remembers of it, single files that changed, its folders.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use docket_core::config::Config;
use docket_core::facts::{FileFacts, MAX_FILE};
use docket_core::text::Hash;
use docket_store::Store;

use crate::scan::folder::{Buffer, Folder, Kind, TrustBefore};
use crate::scan::read::{Examiner, Found};
use crate::scan::rules::{Has, RULE_FILES, Rules, Verdict};
use crate::scan::snapshot::{What, unpack};
use crate::scan::walk::join;

/// The facts that the last scan left in the store, by path, ascending; the disk is not looked at.
pub fn remembered(root: &Path, config: &Config, store: &Store) -> Vec<(Arc<str>, Arc<FileFacts>)> {
    let version = super::version(
        root,
        config,
        Examiner::new(config, root).version(),
        TrustBefore::ANY,
    );
    let Ok(folders) = store.folders(&super::root_key(root), version) else {
        return Vec::new();
    };
    let Ok(Some(reader)) = store.reader() else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for (folder, row) in &folders {
        for entry in unpack(row).into_iter().flat_map(|it| it.entries) {
            if let What::Facts(_, key) = entry.what
                && let Ok(Some(facts)) = reader.facts(key)
            {
                files.push((join(folder, entry.name).into(), Arc::new(facts)));
            }
        }
    }
    files.sort_unstable_by(|one: &(Arc<str>, _), two| one.0.cmp(&two.0));
    files
}

/// Reads single files again, as a scan would: with the facts that they have now, or `None` where
/// they are gone, passed over, or hold nothing. A folder stands for all files below it.
pub fn reread(
    root: &Path,
    config: &Config,
    paths: &[PathBuf],
) -> Vec<(Arc<str>, Option<Arc<FileFacts>>)> {
    let examiner = Examiner::new(config, root);
    let mut buffer = Buffer::default();
    let mut out = Vec::new();
    for path in paths {
        let Some(relative) = relative(root, path) else {
            continue;
        };
        if path.is_dir() {
            for folder in folders(root, path, config) {
                let Ok(listing) = Folder::open(&folder).and_then(|it| it.list()) else {
                    continue;
                };
                for (name, _) in listing.entries.iter().filter(|it| it.1 == Kind::File) {
                    if let Some(relative) = self::relative(root, &folder.join(name)) {
                        let facts = one(root, config, &examiner, &relative, &mut buffer);
                        out.push((relative.into(), facts));
                    }
                }
            }
            continue;
        }
        let facts = one(root, config, &examiner, &relative, &mut buffer);
        out.push((relative.into(), facts));
    }
    out
}

/// The folders at and below `folder` that a scan enters.
pub fn folders(root: &Path, folder: &Path, config: &Config) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let Some(relative) = relative(root, folder) else {
        return out;
    };
    let Some(rules) = rules_of(root, config, &relative) else {
        return out;
    };
    let mut open = vec![(relative, rules)];
    while let Some((path, above)) = open.pop() {
        let full = root.join(&path);
        let Ok(listing) = Folder::open(&full).and_then(|it| it.list()) else {
            continue;
        };
        let mut has = Has::default();
        listing.entries.iter().for_each(|it| has.note(&it.0));
        let rules = above.below(root, &path, has);
        for (name, _) in listing.entries.iter().filter(|it| it.1 == Kind::Folder) {
            let below = join(&path, name);
            if enters(&rules, config, &below) {
                open.push((below, rules.clone()));
            }
        }
        out.push(full);
    }
    out
}

/// Whether a scan leaves the file at `path` out by its place or its name, as `.gitignore`,
/// `.gitattributes` and the configuration say. What an editor has open is left out alike.
pub fn is_passed_over(root: &Path, config: &Config, path: &str) -> bool {
    let parent = path.rsplit_once('/').map_or("", |it| it.0);
    let Some(rules) = rules_of(root, config, parent) else {
        return true;
    };
    let rules = rules.below(root, parent, has(&root.join(parent)));
    rules.verdict(path, false) != Verdict::Keep
        || rules.skip(path).is_some()
        || config.exclude.matches(path)
}

fn one(
    root: &Path,
    config: &Config,
    examiner: &Examiner<'_>,
    path: &str,
    buffer: &mut Buffer,
) -> Option<Arc<FileFacts>> {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = Folder::open(&root.join(parent)).ok()?;
    let meta = folder.stat(name, TrustBefore::ANY).ok()?;
    let is_read = meta.kind == Kind::File
        && meta.size <= MAX_FILE
        && examiner.is_wanted(path)
        && !is_passed_over(root, config, path);
    if !is_read {
        return None;
    }
    let file = folder.file(name).ok()?;
    file.read(meta.size as usize + 1, buffer).ok()?;
    match examiner.examine(path, buffer.bytes(), None::<fn(Hash) -> Option<FileFacts>>) {
        Found::Facts(_, facts) | Found::Stored(_, facts) => Some(Arc::new(*facts)),
        Found::Quiet | Found::Skipped(_) => None,
    }
}

/// The rules that hold above `folder`'s own; `None` where a scan does not come there.
fn rules_of(root: &Path, config: &Config, folder: &str) -> Option<Arc<Rules>> {
    let mut rules = Rules::above(root);
    let mut at = String::new();
    for name in folder.split('/').filter(|it| !it.is_empty()) {
        rules = rules.below(root, &at, has(&root.join(&at)));
        at = join(&at, name);
        if !enters(&rules, config, &at) {
            return None;
        }
    }
    Some(rules)
}

pub(super) fn enters(rules: &Rules, config: &Config, path: &str) -> bool {
    rules.verdict(path, true) == Verdict::Keep
        && !rules.is_vendored_folder(path)
        && !config.exclude.matches(path)
}

pub(super) fn has(folder: &Path) -> Has {
    let mut has = Has::default();
    for name in RULE_FILES {
        if folder.join(name).exists() {
            has.note(name);
        }
    }
    has
}

/// `path` as facts name it: relative to the root, with `/`.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(root).ok()?.to_str()?;
    Some(path.replace(std::path::MAIN_SEPARATOR, "/"))
}
