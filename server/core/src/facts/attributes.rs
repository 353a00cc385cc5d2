//! The `linguist-*` attributes of `.gitattributes`: which files are vendored, generated or documentation.

use globset::{GlobBuilder, GlobMatcher};

use crate::facts::Skip;

/// The `linguist-vendored` and `linguist-generated` lines of the `.gitattributes` files on the way
/// from the project's root to a file.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    /// Folder of the file that it stands in, with `/` at the end; empty for the root.
    folder: String,
    matcher: GlobMatcher,
    /// Matches against the name alone.
    by_name: bool,
    skip: Skip,
    /// `-linguist-vendored` and `linguist-vendored=false` take a mark back.
    set: bool,
}

impl Attributes {
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Adds the lines of one `.gitattributes`, which stands in `folder` (relative to the project's
    /// root, with `/`; empty for the root itself). Add outer folders first: later lines win.
    /// Lines that cannot be read are passed over, as git does.
    pub fn add(&mut self, folder: &str, text: &str) {
        let folder = match folder.trim_matches('/') {
            "" => String::new(),
            it => format!("{it}/"),
        };
        for line in text.lines() {
            self.add_line(&folder, line.trim());
        }
    }

    fn add_line(&mut self, folder: &str, line: &str) {
        // Most repositories have long lists of `* text=auto`; only ours cost a glob.
        if line.starts_with('#') || !line.contains("linguist-") {
            return;
        }
        let Some((pattern, attributes)) = split_pattern(line) else {
            return;
        };
        // "Negative patterns are forbidden" (gitattributes(5)).
        if pattern.starts_with('!') {
            return;
        }
        let rooted = pattern.strip_prefix('/').unwrap_or(&pattern);
        let by_name = !pattern.contains('/');
        let Ok(glob) = GlobBuilder::new(rooted).literal_separator(true).build() else {
            return;
        };
        for attribute in attributes.split_whitespace() {
            let Some((skip, set)) = mark(attribute) else {
                continue;
            };
            self.rules.push(Rule {
                folder: folder.to_owned(),
                matcher: glob.compile_matcher(),
                by_name,
                skip,
                set,
            });
        }
    }

    /// Why the attributes say that the file is not looked at.
    pub fn skip(&self, path: &str) -> Option<Skip> {
        [Skip::Vendored, Skip::Generated]
            .into_iter()
            .find(|skip| self.verdict(path, *skip) == Some(true))
    }

    /// Whether the attributes say that the file, for all its folder's or head's looks, is not
    /// `skip`: `-linguist-vendored`, `linguist-generated=false`.
    pub fn denies(&self, path: &str, skip: Skip) -> bool {
        self.verdict(path, skip) == Some(false)
    }

    fn verdict(&self, path: &str, skip: Skip) -> Option<bool> {
        self.rules
            .iter()
            .rev()
            .filter(|it| it.skip == skip)
            .find(|it| it.matches(path))
            .map(|it| it.set)
    }
}

impl Rule {
    fn matches(&self, path: &str) -> bool {
        let Some(rest) = path.strip_prefix(self.folder.as_str()) else {
            return false;
        };
        let subject = match self.by_name {
            true => rest.rsplit('/').next().unwrap_or(rest),
            false => rest,
        };
        self.matcher.is_match(subject)
    }
}

/// A pattern in double quotes may hold spaces.
fn split_pattern(line: &str) -> Option<(String, &str)> {
    match line.strip_prefix('"') {
        Some(rest) => {
            let end = rest.find('"')?;
            Some((rest[..end].to_owned(), &rest[end + 1..]))
        }
        None => {
            let (pattern, rest) = line.split_once(char::is_whitespace)?;
            Some((pattern.to_owned(), rest))
        }
    }
}

fn mark(attribute: &str) -> Option<(Skip, bool)> {
    let (name, set) = match attribute.split_once('=') {
        Some((name, value)) => (name, value != "false"),
        None => match attribute.strip_prefix(['-', '!']) {
            Some(name) => (name, false),
            None => (attribute, true),
        },
    };
    match name {
        "linguist-vendored" => Some((Skip::Vendored, set)),
        "linguist-generated" => Some((Skip::Generated, set)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_read_as_git_reads_them() {
        let mut attributes = Attributes::default();
        attributes.add(
            "",
            "# all\n* text=auto\n*.gen.rs linguist-generated\n/lib/** linguist-vendored=true\n\
             lib/ours/** -linguist-vendored\n\"a b.c\" linguist-generated\n!x linguist-vendored\n\
             [ linguist-vendored\nvendor/** linguist-vendored=false\n",
        );
        attributes.add(
            "web",
            "dist/* linguist-generated\n*.gen.rs linguist-generated=false",
        );
        let table = [
            ("src/x.gen.rs", Some(Skip::Generated)),
            ("web/x.gen.rs", None),
            ("lib/a/b.c", Some(Skip::Vendored)),
            ("src/lib/a.c", None),
            ("lib/ours/a.c", None),
            ("x/a b.c", Some(Skip::Generated)),
            ("x", None),
            ("web/dist/a.js", Some(Skip::Generated)),
            ("web/dist/a/b.js", None),
            ("dist/a.js", None),
        ];
        for (path, expected) in table {
            assert_eq!(attributes.skip(path), expected, "{path}");
        }
        assert!(attributes.denies("vendor/a.go", Skip::Vendored));
        assert!(!attributes.denies("src/a.go", Skip::Vendored));
    }
}
