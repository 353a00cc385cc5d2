//! Who answers for a file: CODEOWNERS, else whoever wrote the line.
//!
//! CODEOWNERS is read as GitHub documents it ("About code owners"): `.github/`, the root, then
//! `docs/`; the patterns are those of a `.gitignore` without `!` and `[ ]`; the last that matches
//! counts, also where it names nobody. Teams and addresses name no user.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use docket_core::adopt::{Owners, Site};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::env::Env;
use crate::git::Git;
use crate::past::ages::{Ages, Asked};

const FILES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// Whom CODEOWNERS names for files.
pub(crate) struct CodeOwners {
    rules: Vec<Rule>,
}

impl CodeOwners {
    pub(crate) fn of(root: &Path) -> Self {
        let text = FILES
            .iter()
            .find_map(|it| std::fs::read_to_string(root.join(it)).ok());
        Self {
            rules: rules(&text.unwrap_or_default()),
        }
    }

    pub(crate) fn of_file(&self, path: &str) -> Vec<String> {
        let holds = |it: &&Rule| {
            it.pattern
                .matched_path_or_any_parents(path, false)
                .is_ignore()
        };
        let rule = self.rules.iter().rev().find(holds);
        rule.map(|it| it.users.clone()).unwrap_or_default()
    }
}

/// The owners of a project's files, read when they are asked for.
pub(crate) struct ProjectOwners {
    root: PathBuf,
    env: Env,
    owners: CodeOwners,
    /// The user's own address, and the name by which docket calls the user.
    me: Option<(String, String)>,
}

struct Rule {
    pattern: Gitignore,
    users: Vec<String>,
}

impl ProjectOwners {
    /// `me` is the user's name in tickets.
    pub(crate) fn new(root: &Path, env: &Env, me: Option<&str>) -> Self {
        let email = Git::find(root, env)
            .and_then(|it| it.run(&["config", "user.email"]))
            .ok();
        let email = email.map(|it| it.trim().to_owned());
        Self {
            root: root.to_owned(),
            env: env.clone(),
            owners: CodeOwners::of(root),
            me: email.filter(|it| !it.is_empty()).zip(me.map(str::to_owned)),
        }
    }
}

fn rules(text: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        let mut words = line.split_whitespace();
        let Some(pattern) = words.next().filter(|it| !it.starts_with(['#', '!'])) else {
            continue;
        };
        let mut builder = GitignoreBuilder::new("");
        // What GitHub would not read matches nothing.
        let Ok(builder) = builder.add_line(None, pattern) else {
            continue;
        };
        let Ok(pattern) = builder.build() else {
            continue;
        };
        let users = words.filter_map(|it| it.strip_prefix('@'));
        rules.push(Rule {
            pattern,
            users: users
                .filter(|it| !it.contains('/'))
                .map(str::to_owned)
                .collect(),
        });
    }
    rules
}

impl Owners for ProjectOwners {
    fn of_file(&mut self, path: &str) -> Vec<String> {
        self.owners.of_file(path)
    }

    fn of_lines(&mut self, todos: &[&Site]) -> Vec<Option<String>> {
        let mut lines: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for it in todos {
            lines.entry(&it.path).or_default().insert(it.line);
        }
        let asked = Asked::all(lines);
        // Without git, or a commit, nobody is known to have written anything.
        let Ok(ages) = Ages::of(&self.root, &self.env, &asked) else {
            return vec![None; todos.len()];
        };
        let author = |it: &&Site| {
            let email = &ages.author(&it.path, it.line)?.email;
            match &self.me {
                Some((mine, name)) if mine.eq_ignore_ascii_case(email) => Some(name.clone()),
                _ => login(email).map(str::to_owned),
            }
        };
        todos.iter().map(author).collect()
    }
}

/// The user that GitHub's own addresses name: `1234+ana@users.noreply.github.com`.
fn login(email: &str) -> Option<&str> {
    let user = email.strip_suffix("@users.noreply.github.com")?;
    let login = user.split_once('+').map_or(user, |it| it.1);
    // Apps are no users.
    (!login.is_empty() && !login.ends_with("[bot]")).then_some(login)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rule_that_matches_counts() {
        let text = "# all\n*  @ana @org/team ana@example.org\n/server/ @ben # his\n*.md @cy @dee\n/server/gen/\ndocs @eve\n";
        let owners = CodeOwners { rules: rules(text) };
        for (path, expected) in [
            ("a.rs", vec!["ana"]),
            ("server/src/a.rs", vec!["ben"]),
            ("other/server/a.rs", vec!["ana"]),
            ("server/a.md", vec!["cy", "dee"]),
            ("server/gen/a.rs", vec![]),
            ("x/docs/a.txt", vec!["eve"]),
        ] {
            assert_eq!(owners.of_file(path), expected, "{path}");
        }
    }

    #[test]
    fn a_forge_address_names_its_user() {
        assert_eq!(login("12+ana@users.noreply.github.com"), Some("ana"));
        assert_eq!(login("ana@users.noreply.github.com"), Some("ana"));
        assert_eq!(login("9+renovate[bot]@users.noreply.github.com"), None);
        assert_eq!(login("ana@example.org"), None);
    }
}
