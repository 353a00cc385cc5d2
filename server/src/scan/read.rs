//! One file's bytes turned into facts, or into the reason why there are none.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use docket_core::comments::Reader;
use docket_core::config::Config;
use docket_core::facts::{FileFacts, FileKind, Skip};
use docket_core::prefilter::Prefilter;
use docket_core::text::{Hash, decode};

/// Tells from a file's name whether to read it, and from its bytes what is in it.
#[derive(Debug)]
pub(super) struct Examiner<'a> {
    config: &'a Config,
    prefilter: Prefilter,
    version: Hash,
}

#[derive(Debug)]
pub(super) enum Found {
    /// Nothing that the index wants.
    Quiet,
    Facts(Hash, Box<FileFacts>),
    /// The store knew them already.
    Stored(Hash, Box<FileFacts>),
    Skipped(Skip),
}

impl<'a> Examiner<'a> {
    pub(super) fn new(config: &'a Config, root: &Path) -> Self {
        Self::with_prefixes(config, prefixes(root))
    }

    /// For tickets whose ids have these prefixes.
    pub(super) fn with_prefixes(config: &'a Config, prefixes: BTreeSet<String>) -> Self {
        let prefixes: Vec<_> = prefixes.iter().map(String::as_str).collect();
        let version = [
            docket_core::facts::VERSION.as_bytes(),
            config.facts_hash.bytes(),
            prefixes.join(" ").as_bytes(),
        ]
        .concat();
        Self {
            config,
            prefilter: Prefilter::new(config, &prefixes),
            version: Hash::of(&version),
        }
    }

    /// Of all that facts depend on, but for the file itself.
    pub(super) fn version(&self) -> Hash {
        self.version
    }

    /// Whether a file of that name can hold anything: it is of a known language, or only its
    /// first line can tell.
    pub(super) fn is_wanted(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        FileKind::of(path) != FileKind::Source
            || !name.contains('.')
            || docket_grammars::language_of(name, b"").is_some()
    }

    /// Reads the facts out of a file's bytes, where `stored` has none for their key. Without a
    /// store to ask, only files in which something is found are hashed.
    pub(super) fn examine(
        &self,
        path: &str,
        bytes: &[u8],
        stored: Option<impl Fn(Hash) -> Option<FileFacts>>,
    ) -> Found {
        let Ok((text, charset)) = decode(bytes) else {
            return Found::Skipped(Skip::Binary);
        };
        if FileKind::of(path) == FileKind::Source && !self.prefilter.is_hit(&text) {
            return Found::Quiet;
        }
        let mut hash = None;
        if let Some(stored) = stored {
            let hash = *hash.insert(Hash::of(bytes));
            let key = self.key(path, hash);
            if let Some(facts) = stored(key) {
                return Found::Stored(key, Box::new(facts));
            }
        }
        let facts = catch_unwind(AssertUnwindSafe(|| {
            let before = hash.unwrap_or(Hash::from_bytes([0; 16]));
            docket_core::facts::facts(path, &text, before, charset, self.config, Reader::Exact)
        }));
        match facts {
            Ok(facts) if facts.is_quiet() => Found::Quiet,
            Ok(mut facts) => {
                facts.hash = hash.unwrap_or_else(|| Hash::of(bytes));
                Found::Facts(self.key(path, facts.hash), Box::new(facts))
            }
            Err(panic) => {
                let cause = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| panic.downcast_ref::<&str>().copied());
                tracing::error!(path, cause, "reading a file failed");
                Found::Skipped(Skip::Failed)
            }
        }
    }

    /// All that a file's facts depend on. The path is a part: it tells the language, and a
    /// ticket's facts speak of its name.
    fn key(&self, path: &str, content: Hash) -> Hash {
        let mut parts = Vec::with_capacity(96);
        parts.extend_from_slice(content.bytes());
        parts.extend_from_slice(self.version.bytes());
        parts.extend_from_slice(path.as_bytes());
        Hash::of(&parts)
    }
}

/// The prefixes of the project's ticket ids, as its tickets' file names have them.
fn prefixes(root: &Path) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(root.join(".docs/tickets")) else {
        return BTreeSet::new();
    };
    let names = entries.filter_map(|it| it.ok()?.file_name().into_string().ok());
    names.filter_map(|it| prefix_of(&it)).collect()
}

/// The same from the paths of a project's files.
pub(super) fn prefixes_of(paths: &[&str]) -> BTreeSet<String> {
    let names = paths
        .iter()
        .filter_map(|it| it.strip_prefix(".docs/tickets/"));
    let names = names.filter(|it| !it.contains('/'));
    names.filter_map(prefix_of).collect()
}

fn prefix_of(name: &str) -> Option<String> {
    let (prefix, _) = name.strip_suffix(".md")?.split_once('-')?;
    let is_prefix = !prefix.is_empty() && prefix.chars().all(char::is_alphanumeric);
    is_prefix.then(|| prefix.to_owned())
}
