//! Package manifests: a package's own version and the versions of its dependencies, for conditions such as `[serde>=2]`.

mod read;
#[cfg(test)]
mod tests;
mod version;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use version::{Requirement, Version};

/// What a manifest says of versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub name: Option<String>,
    /// The package's own version, as it is written; a Cargo workspace's where it has no package.
    pub version: Option<String>,
    /// Dependency to the lowest version that its requirement allows. Also the language that it is
    /// written in, where the manifest says: `rust`, `node`, `python`, `go`.
    pub dependencies: BTreeMap<String, String>,
}

/// What became of a version condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// `None` where no manifest knows the package's version.
    pub holds: Option<bool>,
    /// For people: `serde is at 1.0.200`.
    pub reason: String,
}

impl Manifest {
    /// Reads the text of a manifest, which its file's name tells apart; `None` where it cannot be read.
    pub fn read(path: &str, text: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name {
            "Cargo.toml" => read::cargo(text),
            "package.json" => read::npm(text),
            "pyproject.toml" => read::python(text),
            "go.mod" => Some(read::go(text)),
            _ => None,
        }
    }

    /// The version of a dependency, `-`, `_` and case apart, as registries have it.
    fn dependency(&self, name: &str) -> Option<&str> {
        let plain = |it: &str| it.to_ascii_lowercase().replace('_', "-");
        let exact = self.dependencies.get(name);
        exact.map(String::as_str).or_else(|| {
            let name = plain(name);
            self.dependencies
                .iter()
                .find(|it| plain(it.0) == name)
                .map(|it| it.1.as_str())
        })
    }

    fn is_named(&self, package: &str) -> bool {
        self.name.as_deref() == Some(package)
    }
}

/// Whether the version that `manifests` (those of the folders on the way up from the TODO's file,
/// nearest first) know of `package` meets the requirement (`>=2.0.0`); without a package, this one's own.
pub fn evaluate<'a>(
    manifests: impl IntoIterator<Item = &'a Manifest>,
    package: Option<&str>,
    requirement: &str,
) -> Verdict {
    let subject = package.unwrap_or("this package");
    let found = manifests.into_iter().find_map(|it| match package {
        None => it.version.as_deref(),
        Some(package) => it
            .dependency(package)
            .or_else(|| it.version.as_deref().filter(|_| it.is_named(package))),
    });
    let Some(written) = found else {
        return Verdict {
            holds: None,
            reason: format!("no manifest above this file tells the version of {subject}"),
        };
    };
    let holds = match (Version::parse(written), Requirement::parse(requirement)) {
        (Some(version), Some(requirement)) => Some(requirement.matches(&version)),
        _ => None,
    };
    let reason = match holds {
        Some(_) => format!("{subject} is at {written}"),
        None => format!("{written} of {subject} and {requirement} cannot be compared"),
    };
    Verdict { holds, reason }
}
