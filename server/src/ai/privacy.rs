//! What is never shown to a model: the paths of `.docketignore`, as in a `.gitignore`, and those of
//! `[ai] private`.

use std::path::{Path, PathBuf};

use docket_core::config::{Config, Globs};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The file's name, at a project's root.
pub const FILE: &str = ".docketignore";

/// A project's rules.
#[derive(Clone, Debug)]
pub struct Privacy {
    private: Globs,
    ignored: Gitignore,
    key: String,
}

impl Privacy {
    /// Reads the file, which need not be there. A line that is no pattern leaves the whole project
    /// private: what its author meant is not known.
    pub fn of(root: &Path, config: &Config) -> Self {
        let text = std::fs::read_to_string(root.join(FILE)).unwrap_or_default();
        Self::new(root, &text, config.ai.private.clone())
    }

    fn new(root: &Path, text: &str, private: Globs) -> Self {
        let mut builder = GitignoreBuilder::new(root);
        let mut is_sound = true;
        for line in text.lines() {
            is_sound &= builder.add_line(None, line).is_ok();
        }
        if !is_sound {
            is_sound = builder.add_line(None, "*").is_ok();
        }
        let ignored = builder.build().ok().filter(|_| is_sound);
        let mut hash = blake3::Hasher::new();
        hash.update(text.as_bytes());
        for pattern in private.patterns() {
            hash.update(b"\0").update(pattern.as_bytes());
        }
        Self {
            private,
            // Nothing can be built of a pattern that is none.
            ignored: ignored.unwrap_or_else(Gitignore::empty),
            key: hash.finalize().to_hex()[..16].to_owned(),
        }
    }

    /// Whether a file is kept from models; `path` is relative to the root, with `/`.
    pub fn is_private(&self, path: &str) -> bool {
        // The file that says what is private says by that what there is.
        path == FILE
            || self.private.matches(path)
            || self
                .ignored
                .matched_path_or_any_parents(PathBuf::from(path), false)
                .is_ignore()
    }

    /// Changes where the rules do: part of the key of every cache of what was sent.
    pub fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn privacy(text: &str, private: &[&str]) -> Privacy {
        let private: Vec<String> = private.iter().map(|it| (*it).to_owned()).collect();
        Privacy::new(Path::new("/p"), text, Globs::new(&private).unwrap())
    }

    #[test]
    fn both_lists_keep_files_out() {
        let privacy = privacy(
            "# mine\nsecret/\n*.pem\n!public.pem\n/notes.md\n",
            &["customers/**"],
        );
        for path in [
            "secret/a.rs",
            "x/secret/b/c.rs",
            "k/key.pem",
            "notes.md",
            "customers/ana.md",
            FILE,
        ] {
            assert!(privacy.is_private(path), "{path}");
        }
        for path in ["src/lib.rs", "public.pem", "docs/notes.md", "customers.md"] {
            assert!(!privacy.is_private(path), "{path}");
        }
    }

    #[test]
    fn the_key_is_of_the_rules() {
        let one = privacy("a\n", &["b"]);
        assert_eq!(one.key(), privacy("a\n", &["b"]).key());
        assert_ne!(one.key(), privacy("a\n", &["c"]).key());
        assert_ne!(one.key(), privacy("a\nb\n", &["b"]).key());
    }

    #[test]
    fn what_cannot_be_read_keeps_everything_private() {
        assert!(privacy("[z-a]\n", &[]).is_private("src/lib.rs"));
        assert!(!privacy("", &[]).is_private("src/lib.rs"));
    }
}
