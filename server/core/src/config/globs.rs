//! Path patterns of the configuration, compiled once.

use std::fmt;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Patterns over paths relative to the project's root, with `/`.
///
/// As in a `.gitignore`, a pattern without a slash before its end matches at any depth, and one
/// that names a folder matches all beneath it.
#[derive(Clone, Default)]
pub struct Globs {
    patterns: Vec<String>,
    set: GlobSet,
}

impl Globs {
    /// # Errors
    /// The index of the first pattern that is no glob, and why.
    pub fn new(patterns: &[String]) -> Result<Self, (usize, String)> {
        let mut set = GlobSetBuilder::new();
        for (idx, pattern) in patterns.iter().enumerate() {
            for form in forms(pattern) {
                let glob = GlobBuilder::new(&form)
                    .literal_separator(true)
                    .build()
                    .map_err(|error| (idx, error.kind().to_string()))?;
                set.add(glob);
            }
        }
        let set = set.build().map_err(|error| (0, error.to_string()))?;
        Ok(Self {
            patterns: patterns.to_vec(),
            set,
        })
    }

    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    pub fn matches(&self, path: &str) -> bool {
        !self.is_empty() && self.set.is_match(path)
    }
}

/// The globs that one pattern stands for: the path itself, and all beneath it.
fn forms(pattern: &str) -> Vec<String> {
    let body = pattern.trim_end_matches('/');
    let body = match body.strip_prefix('/') {
        Some(rooted) => rooted.to_owned(),
        None if body.contains('/') => body.to_owned(),
        None => format!("**/{body}"),
    };
    let beneath = format!("{body}/**");
    match pattern.ends_with('/') {
        true => vec![beneath],
        false => vec![body, beneath],
    }
}

impl PartialEq for Globs {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl fmt::Debug for Globs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.patterns.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_read_as_in_a_gitignore() {
        let table = [
            ("*.rs", "a/b/c.rs", true),
            ("*.rs", "a/b/c.rsx", false),
            ("vendor", "vendor/a.c", true),
            ("vendor", "lib/vendor/a.c", true),
            ("vendor/", "vendor", false),
            ("/vendor", "lib/vendor/a.c", false),
            ("src/*.rs", "src/a.rs", true),
            ("src/*.rs", "src/a/b.rs", false),
            ("src/**/*.rs", "src/a/b.rs", true),
            ("lib/gen", "lib/gen/x/y.c", true),
            ("{a,b}.txt", "x/b.txt", true),
        ];
        for (pattern, path, expected) in table {
            let globs = Globs::new(&[pattern.to_owned()]).unwrap();
            assert_eq!(globs.matches(path), expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn a_bad_pattern_is_named() {
        let patterns = ["ok".to_owned(), "a[".to_owned()];
        assert_eq!(Globs::new(&patterns).unwrap_err().0, 1);
    }
}
