//! Known trouble of dependencies: advisories of the RustSec database, held against `Cargo.lock`.
//!
//! An advisory is a Markdown file that begins with a fenced TOML block (RustSec advisory-db,
//! `README.md`, "Advisory Format"); what it says of versions are requirements as Cargo's.

use semver::{Version, VersionReq};
use serde::Deserialize;

use super::{Found, Kind};
use crate::ticket::Priority;

/// One advisory, as much of it as is needed.
#[derive(Clone, Debug, PartialEq)]
pub struct Advisory {
    pub id: String,
    pub package: String,
    pub title: String,
    /// Versions that have it no more.
    patched: Vec<VersionReq>,
    /// Versions that never had it.
    unaffected: Vec<VersionReq>,
    /// `unmaintained`, `unsound` or `notice`: no hole by itself.
    informational: Option<String>,
}

/// A package that a project is locked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    pub name: String,
    pub version: Version,
}

#[derive(Deserialize)]
struct Front {
    advisory: About,
    #[serde(default)]
    versions: Versions,
}

#[derive(Deserialize)]
struct About {
    id: String,
    package: String,
    informational: Option<String>,
    withdrawn: Option<toml::Value>,
}

#[derive(Default, Deserialize)]
struct Versions {
    #[serde(default)]
    patched: Vec<VersionReq>,
    #[serde(default)]
    unaffected: Vec<VersionReq>,
}

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<LockedPackage>,
}

#[derive(Deserialize)]
struct LockedPackage {
    name: String,
    version: Version,
    /// None of a package of the workspace itself.
    source: Option<String>,
}

/// Reads one advisory's file; `None` where it is none, or was withdrawn.
pub fn read(text: &str) -> Option<Advisory> {
    let rest = text.trim_start().strip_prefix("```toml")?;
    let (front, body) = rest.split_once("\n```")?;
    let front: Front = toml::from_str(front).ok()?;
    if front.advisory.withdrawn.is_some() {
        return None;
    }
    let title = body.lines().find_map(|it| it.strip_prefix("# "));
    Some(Advisory {
        title: title.unwrap_or_default().trim().to_owned(),
        id: front.advisory.id,
        package: front.advisory.package,
        patched: front.versions.patched,
        unaffected: front.versions.unaffected,
        informational: front.advisory.informational,
    })
}

/// The packages of a `Cargo.lock` that come from a registry.
pub fn locked(text: &str) -> Vec<Locked> {
    let lock: Lock = toml::from_str(text).unwrap_or(Lock {
        package: Vec::new(),
    });
    let packages = lock.package.into_iter();
    let packages = packages.filter(|it| it.source.is_some()).map(|it| Locked {
        name: it.name,
        version: it.version,
    });
    packages.collect()
}

/// The packages that an advisory holds for, the holes before the notices.
pub fn vulnerable(locked: &[Locked], advisories: &[Advisory]) -> Vec<Found> {
    let mut found = Vec::new();
    for package in locked {
        for it in advisories.iter().filter(|it| it.package == package.name) {
            let is_in = |of: &[VersionReq]| of.iter().any(|it| it.matches(&package.version));
            if is_in(&it.patched) || is_in(&it.unaffected) {
                continue;
            }
            let about = format!("{} {} {}", it.id, package.name, package.version);
            let fixed: Vec<_> = it.patched.iter().map(ToString::to_string).collect();
            let (title, priority) = match &it.informational {
                Some(what) => (
                    format!("Look at {}: {what} ({})", package.name, it.id),
                    Priority::Low,
                ),
                None => (
                    format!("Update {}: {} ({})", package.name, it.title, it.id),
                    Priority::High,
                ),
            };
            let detail = match fixed.is_empty() {
                true => format!(
                    "{} is locked, and no version is free of it",
                    package.version
                ),
                false => format!(
                    "{} is locked; free of it is {}",
                    package.version,
                    fixed.join(" or ")
                ),
            };
            found.push(Found {
                path: Some("Cargo.lock".to_owned()),
                priority,
                ..Found::new(Kind::VulnerableDependency, &about, &title, detail)
            });
        }
    }
    found.sort_by(|one, two| (two.priority, &one.title).cmp(&(one.priority, &two.title)));
    found
}
