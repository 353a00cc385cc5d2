//! Which of several tickets with one id a line means: the one that whoever wrote it knew.
//!
//! Two branches that have not met mint one id. A line written on the one knows that branch's ticket
//! and not the other's, so of the commits that brought the ticket files in, those that the line's
//! commit has among its ancestors say which is meant. A line from before or after that says nothing.
//!
//! This asks the git program: the text may be unsaved, a merge may be under way, and lines must be
//! followed through both.

use std::collections::HashMap;

use docket_core::ide::actions::Meant;

use crate::git::Git;

/// What git has said so far.
pub struct History {
    git: Git,
    /// By ticket file: the commit that brought it in; `None` where none has yet.
    origins: HashMap<String, Option<String>>,
    heads: Option<Vec<String>>,
    /// Whether one commit has another among its ancestors, or is it.
    ancestry: HashMap<(String, String), bool>,
}

/// How often a file may have been renamed before nobody looks further.
const MAX_NAMES: usize = 32;

impl History {
    pub fn new(git: Git) -> Self {
        Self {
            git,
            origins: HashMap::new(),
            heads: None,
            ancestry: HashMap::new(),
        }
    }

    /// For each line the file that it means; `None` where git does not tell.
    pub fn meant(&mut self, question: &Meant<'_>) -> Vec<Option<usize>> {
        let commits = self.blamed(question).unwrap_or_default();
        let mut by_count = None;
        let lines = question.lines.iter();
        lines
            .map(|line| {
                let commit = commits.get(line)?;
                self.owner(question.files, commit).or_else(|| {
                    // The line was written anew since: the commits that added the id say more.
                    *by_count.get_or_insert_with(|| self.owner_by_count(question))
                })
            })
            .collect()
    }

    /// The commit of each line, as the text is now.
    fn blamed(&self, question: &Meant<'_>) -> Option<HashMap<u32, String>> {
        let mut args: Vec<String> = ["blame", "--porcelain", "-w", "-M"]
            .map(str::to_owned)
            .into();
        if question.text.is_some() {
            args.extend(["--contents".to_owned(), "-".to_owned()]);
        }
        for line in question.lines {
            let line = line + 1;
            args.extend(["-L".to_owned(), format!("{line},{line}")]);
        }
        args.extend(["--".to_owned(), question.path.to_owned()]);
        let told = self.git.run_with(&args, question.text).ok()?;
        let mut commits = HashMap::new();
        for line in told.lines() {
            // `<commit> <line there> <line here> [<how many>]`, and below it what is said of it.
            let mut words = line.split(' ');
            if let (Some(commit), Some(_), Some(here)) = (words.next(), words.next(), words.next())
                && matches!(commit.len(), 40 | 64)
                && commit.bytes().all(|it| it.is_ascii_hexdigit())
                && let Ok(here) = here.parse::<u32>()
            {
                commits.insert(here - 1, commit.to_owned());
            }
        }
        Some(commits)
    }

    fn owner(&mut self, files: &[String], commit: &str) -> Option<usize> {
        let origins: Vec<_> = files.iter().map(|it| self.origin(it)).collect();
        let of = |ask: &mut dyn FnMut(&str) -> bool| {
            let known = origins
                .iter()
                .map(|it| it.as_deref().is_some_and(&mut *ask));
            only(known)
        };
        // What git calls a line that no commit has.
        if commit.bytes().all(|it| it == b'0') {
            return only(origins.iter().map(Option::is_none));
        }
        // Brought in together, as by a merge that was squashed.
        of(&mut |origin| origin == commit)
            .or_else(|| of(&mut |origin| self.is_ancestor(origin, commit)))
            // Written before its ticket, on the way to it.
            .or_else(|| of(&mut |origin| self.is_ancestor(commit, origin)))
    }

    /// The commit that brought a file in, by whatever name it had then.
    fn origin(&mut self, file: &str) -> Option<String> {
        if let Some(known) = self.origins.get(file) {
            return known.clone();
        }
        let origin = self.traced(file);
        self.origins.insert(file.to_owned(), origin.clone());
        origin
    }

    /// Goes back from one name to the one before. `git log --follow` would take a ticket that looks
    /// like another for a copy of it, and tickets do.
    fn traced(&mut self, file: &str) -> Option<String> {
        let mut from = self.heads().to_owned();
        let mut path = file.to_owned();
        let mut origin = None;
        for _ in 0..MAX_NAMES {
            let mut args: Vec<&str> = vec![
                "--literal-pathspecs",
                "log",
                "-1",
                "--diff-filter=A",
                "--format=%H",
            ];
            args.extend(from.iter().map(String::as_str));
            args.extend(["--", &path]);
            let commit = self.git.run(&args).unwrap_or_default();
            if commit.is_empty() {
                break;
            }
            let renames = [
                "-c",
                "core.quotePath=false",
                "diff-tree",
                "-r",
                "-M",
                "--relative",
                "--name-status",
                "--diff-filter=R",
            ];
            let told = self
                .git
                .run(&[&renames[..], &[commit.as_str()]].concat())
                .unwrap_or_default();
            let before = told.lines().find_map(|it| {
                let mut words = it.split('\t').skip(1);
                let (old, new) = (words.next()?, words.next()?);
                (new == path).then(|| old.to_owned())
            });
            from = vec![format!("{commit}^")];
            origin = Some(commit);
            match before {
                Some(before) => path = before,
                None => break,
            }
        }
        origin
    }

    /// Where history is read from: what is checked out, and what is being merged into it.
    fn heads(&mut self) -> &[String] {
        let git = &self.git;
        self.heads.get_or_insert_with(|| {
            let is_there = |it: &&str| git.run(&["rev-parse", "--quiet", "--verify", it]).is_ok();
            let heads = ["HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD"].into_iter();
            heads.filter(is_there).map(str::to_owned).collect()
        })
    }

    fn is_ancestor(&mut self, older: &str, newer: &str) -> bool {
        let pair = (older.to_owned(), newer.to_owned());
        if let Some(known) = self.ancestry.get(&pair) {
            return *known;
        }
        let args = ["merge-base", "--is-ancestor", older, newer];
        let is = self.git.run(&args).is_ok();
        self.ancestry.insert(pair, is);
        is
    }

    /// The file that every commit means which changed how often the id stands in the text.
    fn owner_by_count(&mut self, question: &Meant<'_>) -> Option<usize> {
        let needle = format!("-S{}", question.id);
        let args = [
            "log",
            "--no-merges",
            "--format=%H",
            &needle,
            "--",
            question.path,
        ];
        let told = self.git.run(&args).ok()?;
        let mut owners = told.lines().map(|it| self.owner(question.files, it));
        let first = owners.next()??;
        owners.all(|it| it == Some(first)).then_some(first)
    }
}

/// The index of the one that is true.
fn only(all: impl Iterator<Item = bool>) -> Option<usize> {
    let mut those = all.enumerate().filter(|it| it.1);
    let first = those.next()?.0;
    those.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests;
