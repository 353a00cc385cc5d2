//! Version conditions, answered by the manifests of the folders upwards.

use crate::manifest::{self, Manifest};
use crate::world::{Snapshot, paths};

/// In the order in which they are asked where a folder has several.
const MANIFESTS: [&str; 4] = ["Cargo.toml", "package.json", "pyproject.toml", "go.mod"];

/// Why the requirement is met (`serde is at 2.0.1`); `None` where it is not, or nobody knows.
pub(super) fn reached(
    snapshot: &Snapshot,
    path: &str,
    package: Option<&str>,
    requirement: &str,
) -> Option<String> {
    let verdict = manifest::evaluate(above(snapshot, path), package, requirement);
    (verdict.holds == Some(true)).then_some(verdict.reason)
}

/// The manifests of the file's folder and those above it, nearest first.
fn above<'a>(snapshot: &'a Snapshot, path: &str) -> impl Iterator<Item = &'a Manifest> {
    let mut folders = vec![paths::folder(path).to_owned()];
    while let Some(parent) = folders.last().and_then(|it| it.strip_suffix('/')) {
        folders.push(paths::folder(parent).to_owned());
    }
    folders.into_iter().flat_map(move |folder| {
        let files = MANIFESTS.map(|name| snapshot.file(&format!("{folder}{name}")));
        files
            .into_iter()
            .flatten()
            .filter_map(|it| it.manifest.as_ref())
    })
}
