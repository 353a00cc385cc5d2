//! Which names of a folder a scan passes over: hidden ones, and those that ignore files name.
//!
//! The matching is the `ignore` crate's, and so is the order of precedence: `.ignore` before
//! `.gitignore`, the nearer file before the farther, `.gitignore` only up to the repository's top.
//! It is asked one folder at a time, because a scan that knows a folder from last time asks nothing.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use docket_core::facts::{Attributes, Skip, generated_path, is_vendored_folder};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::location::git_common_dir;

/// Files that change what is passed over, below their folder.
pub(super) const RULE_FILES: [&str; 4] = [".gitignore", ".ignore", ".gitattributes", ".git"];

/// The rules that hold in one folder: its own and, through `parent`, those above it.
#[derive(Debug)]
pub(super) struct Rules {
    parent: Option<Arc<Rules>>,
    folder: PathBuf,
    /// What stands between this folder and a path that is relative to the project's root.
    place: Place,
    has: Has,
    compiled: OnceLock<Compiled>,
}

/// Which of the rule files a folder holds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Has {
    gitignore: bool,
    ignore: bool,
    attributes: bool,
    git: bool,
}

#[derive(Debug)]
enum Place {
    /// Below the root: the folder's relative path, with its slash; empty for the root itself.
    Below(String),
    /// Above the root: the path from this folder down to the root, with its slash.
    Above(String),
}

#[derive(Debug)]
struct Compiled {
    gitignore: Gitignore,
    ignore: Gitignore,
    exclude: Gitignore,
    /// Those of the folders above as well.
    attributes: Option<Attributes>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Keep,
    Ignored,
    Hidden,
}

impl Has {
    pub(super) fn note(&mut self, name: &str) {
        match name {
            ".gitignore" => self.gitignore = true,
            ".ignore" => self.ignore = true,
            ".gitattributes" => self.attributes = true,
            ".git" => self.git = true,
            _ => {}
        }
    }

    fn any(self) -> bool {
        self.gitignore || self.ignore || self.attributes || self.git
    }
}

impl Rules {
    /// The rules above `root`: personal ones, those of the folders up to the repository's top.
    pub(super) fn above(root: &Path) -> Arc<Self> {
        Self::above_with(root, Has::default())
    }

    /// The same for who leaves out what a `.gitignore` names without a repository as well.
    pub(super) fn above_any(root: &Path) -> Arc<Self> {
        let has = Has {
            git: true,
            ..Has::default()
        };
        Self::above_with(root, has)
    }

    fn above_with(root: &Path, has: Has) -> Arc<Self> {
        let mut rules = Arc::new(Self {
            parent: None,
            folder: PathBuf::new(),
            place: Place::Above(String::new()),
            has,
            compiled: OnceLock::from(Compiled {
                gitignore: Gitignore::global().0,
                ignore: Gitignore::empty(),
                exclude: Gitignore::empty(),
                attributes: None,
            }),
        });
        for (folder, place) in folders_above(root) {
            let mut has = Has::default();
            for name in RULE_FILES {
                if folder.join(name).exists() {
                    has.note(name);
                }
            }
            if has.any() {
                rules = Arc::new(Self {
                    parent: Some(rules),
                    folder,
                    place: Place::Above(place),
                    has,
                    compiled: OnceLock::new(),
                });
            }
        }
        rules
    }

    /// The files above `root`, and outside it, that [`Rules::above`] reads.
    pub(super) fn files_above(root: &Path) -> Vec<PathBuf> {
        let mut files: Vec<_> = ignore::gitignore::gitconfig_excludes_path()
            .into_iter()
            .collect();
        for (folder, _) in folders_above(root) {
            let names = RULE_FILES.iter().filter(|it| **it != ".git");
            files.extend(names.map(|it| folder.join(it)));
        }
        files.extend(
            root.ancestors()
                .find_map(git_common_dir)
                .map(|it| it.join("info/exclude")),
        );
        files
    }

    /// The rules of a folder below; `folder` is relative to the root.
    pub(super) fn below(self: &Arc<Self>, root: &Path, folder: &str, has: Has) -> Arc<Self> {
        if !has.any() {
            return self.clone();
        }
        Arc::new(Self {
            parent: Some(self.clone()),
            folder: root.join(folder),
            place: Place::Below(match folder {
                "" => String::new(),
                _ => format!("{folder}/"),
            }),
            has,
            compiled: OnceLock::new(),
        })
    }

    /// What holds for `path`, which is relative to the root and lies in a folder that is kept.
    pub(super) fn verdict(&self, path: &str, is_folder: bool) -> Verdict {
        let name = path.rsplit('/').next().unwrap_or(path);
        if name == ".git" {
            return Verdict::Hidden;
        }
        match self.matched(path, is_folder) {
            Match::Ignore(()) => Verdict::Ignored,
            Match::None if name.starts_with('.') && !matches!(name, ".docs" | ".github") => {
                Verdict::Hidden
            }
            _ => Verdict::Keep,
        }
    }

    /// Why a file, whose path is relative to the root, is left out for its place or its name.
    pub(super) fn skip(&self, path: &str) -> Option<Skip> {
        let by_name = generated_path(path).then_some(Skip::Generated);
        match self.attributes() {
            None => by_name,
            Some(it) => it
                .skip(path)
                .or_else(|| by_name.filter(|by_name| !it.denies(path, *by_name))),
        }
    }

    /// Whether a folder holds other people's code. One that `.gitattributes` calls our own is entered.
    pub(super) fn is_vendored_folder(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        is_vendored_folder(name)
            && !self
                .attributes()
                .is_some_and(|it| it.denies(&format!("{path}/x"), Skip::Vendored))
    }

    fn attributes(&self) -> Option<&Attributes> {
        let rules = self.chain().find(|it| it.has.attributes)?;
        rules.compiled().attributes.as_ref()
    }

    fn matched(&self, path: &str, is_folder: bool) -> Match<()> {
        let (mut by_ignore, mut by_git, mut by_exclude) = (Match::None, Match::None, Match::None);
        let mut by_person = Match::None;
        // Without a repository `.gitignore` is just a file, as it is for ripgrep: a tree unpacked
        // from an archive may bring one that is meant for something else.
        let in_git = self.chain().any(|it| it.has.git);
        let mut beyond_git = !in_git;
        for rules in self.chain() {
            let compiled = rules.compiled();
            let path = rules.relative(path);
            let ask = |before: Match<()>, it: &Gitignore| {
                before.or(it.matched(&*path, is_folder).map(|_| ()))
            };
            if rules.parent.is_none() {
                if in_git {
                    by_person = ask(by_person, &compiled.gitignore);
                }
                break;
            }
            by_ignore = ask(by_ignore, &compiled.ignore);
            if !beyond_git {
                by_git = ask(by_git, &compiled.gitignore);
                by_exclude = ask(by_exclude, &compiled.exclude);
            }
            beyond_git |= rules.has.git;
        }
        by_ignore.or(by_git).or(by_exclude).or(by_person)
    }

    fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |it| it.parent.as_deref())
    }

    fn relative<'a>(&self, path: &'a str) -> std::borrow::Cow<'a, str> {
        match &self.place {
            Place::Below(folder) => path[folder.len()..].into(),
            Place::Above(down) if down.is_empty() => path.into(),
            Place::Above(down) => format!("{down}{path}").into(),
        }
    }

    fn compiled(&self) -> &Compiled {
        self.compiled.get_or_init(|| {
            let read = |has: bool, name: &str| match has {
                true => matcher(&self.folder.join(name)),
                false => Gitignore::empty(),
            };
            Compiled {
                gitignore: read(self.has.gitignore, ".gitignore"),
                ignore: read(self.has.ignore, ".ignore"),
                exclude: match git_common_dir(&self.folder).filter(|_| self.has.git) {
                    Some(git) => matcher(&git.join("info/exclude")),
                    None => Gitignore::empty(),
                },
                attributes: self.has.attributes.then(|| self.read_attributes()),
            }
        })
    }

    fn read_attributes(&self) -> Attributes {
        let above = self.parent.as_ref().and_then(|it| it.attributes());
        let mut attributes = above.cloned().unwrap_or_default();
        let text = std::fs::read(self.folder.join(".gitattributes")).unwrap_or_default();
        let folder = match &self.place {
            Place::Below(folder) => folder,
            // Attributes of a folder above the root are matched as if they stood in it: patterns
            // without a slash hold anyway, and those with one speak of places outside more often.
            Place::Above(_) => "",
        };
        attributes.add(folder, &String::from_utf8_lossy(&text));
        attributes
    }
}

/// The folders above `root` up to the top of its repository, farthest first, each with the path
/// down to `root`. None where `root` is the top or lies in no repository.
fn folders_above(root: &Path) -> Vec<(PathBuf, String)> {
    let mut folders = Vec::new();
    let mut down = String::new();
    let mut at = root;
    loop {
        if at.join(".git").exists() {
            folders.reverse();
            return folders;
        }
        let (Some(parent), Some(name)) = (at.parent(), at.file_name().and_then(|it| it.to_str()))
        else {
            return Vec::new();
        };
        down = format!("{name}/{down}");
        folders.push((parent.to_owned(), down.clone()));
        at = parent;
    }
}

fn matcher(file: &Path) -> Gitignore {
    // With the root `.` paths are matched as they are given: relative to the file's folder.
    let mut builder = GitignoreBuilder::new(".");
    builder.add(file);
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
