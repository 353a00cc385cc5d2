//! What of a project may have to do with a question, the likeliest first; [`docket_ai::pack`] takes
//! what fits.
//!
//! Words of the question are looked for in tickets, pages and sources. A word counts the more, the
//! fewer texts have it (inverse document frequency, Spärck Jones 1972) and the less, the oftener a
//! text has it already and the longer the text is (BM25, Robertson et al. 1994). How much the constants
//! find is measured, see `.docs/dev/packing.md`.

mod index;
#[cfg(test)]
mod tests;
mod words;

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::path::Path;

use docket_ai::pack::{Packed, Piece, pack};
use docket_core::config::Config;
use docket_core::facts::test_path;

use self::index::File;
use self::words::{Counts, Found, Terms};
use super::privacy::Privacy;
use crate::env::Env;
use crate::scan::in_parts;

/// Most texts that give pieces.
const MAX_TEXTS: usize = 24;
/// Lines of a piece of code, and how far the next begins after it.
const WINDOW: usize = 50;
const STEP: usize = 40;
/// Most pieces of one text.
const MAX_PIECES: usize = 3;
/// How soon more of the same word says no more, and how much less a word says in a long text.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.75;
/// What a word that a text is called by is worth beside one in it.
const CALLED: f64 = 2.0;
/// What a text is worth beside one of its pieces.
const WHOLE: f64 = 0.5;
/// What prose and tests are worth beside the code that they are about.
const PROSE: f64 = 0.75;
const TEST: f64 = 0.6;
/// What no score reaches: a piece that somebody named.
const NAMED: f64 = 1_000.0;

/// A project that is asked about.
pub struct Ground<'a> {
    pub root: &'a Path,
    pub env: &'a Env,
    pub config: &'a Config,
    pub privacy: &'a Privacy,
    /// Is told what takes a while.
    pub doing: &'a dyn Fn(&str),
}

/// A question about a project.
pub struct About<'a> {
    pub text: &'a str,
    /// Files that are part of the question itself, and need not be found.
    pub known: &'a [&'a str],
    /// Files that surely have to do with it.
    pub named: &'a [String],
}

/// What fits under the budget of `[ai] context`. Files that are private are never read.
pub fn gather(ground: &Ground<'_>, about: &About<'_>) -> Packed {
    let budget = u64::from(ground.config.ai.context);
    pack(pieces(ground, about), budget)
}

/// Does what a project's first question would have to do before it: reads the words of its files.
pub fn prepare(root: &Path, env: &Env, config: &Config) {
    index::files(&Ground {
        root,
        env,
        config,
        privacy: &Privacy::of(root, config),
        doing: &|_| {},
    });
}

/// What may have to do with it, in no order.
pub fn pieces(ground: &Ground<'_>, about: &About<'_>) -> Vec<Piece> {
    let terms = Terms::of(about.text);
    let mut files = index::files(ground);
    files.retain(|it| !about.known.contains(&&*it.path));
    let (weights, mut ranked) = ranked(&files, &terms, about);
    let best = std::iter::from_fn(|| ranked.pop());
    let texts = best.filter_map(|it| {
        let text = std::fs::read_to_string(ground.root.join(it.path)).ok()?;
        Some((it.score, it.path, text))
    });
    let mut pieces = Vec::new();
    for (of_text, path, text) in texts.take(MAX_TEXTS) {
        let worth = worth(path);
        let mut windows = windows(&text);
        for it in &mut windows {
            it.score = worth * score(&terms.in_text(&it.text), &weights, 1.0);
        }
        windows.sort_by(|a, b| b.score.total_cmp(&a.score));
        for it in windows.into_iter().take(MAX_PIECES) {
            pieces.push(Piece {
                place: format!("{path}:{}", it.place),
                // A good piece of a poor text is a chance.
                score: WHOLE * of_text + it.score,
                text: it.text,
            });
        }
    }
    pieces
}

/// The files that have to do with the question, in their order. All cores look.
fn found<'f>(
    files: &'f [File],
    terms: &Terms,
    about: &About<'_>,
) -> Vec<(&'f File, Option<Found>)> {
    let look = |it: &'f File| {
        let found = terms.in_file(&it.words);
        let is_named = || about.named.iter().any(|path| **path == *it.path);
        (found.is_some() || is_named()).then_some((it, found))
    };
    in_parts(files, |part| part.iter().filter_map(look).collect())
}

/// A file and how much it has to do with the question.
struct Ranked<'f> {
    score: f64,
    path: &'f str,
}

impl Ord for Ranked<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_score = self.score.total_cmp(&other.score);
        by_score.then_with(|| other.path.cmp(self.path))
    }
}

impl PartialOrd for Ranked<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ranked<'_> {}

/// What each term is worth, and the files that have to do with the question, the best on top. Few of
/// thousands are taken, so they are not sorted.
fn ranked<'f>(
    files: &'f [File],
    terms: &Terms,
    about: &About<'_>,
) -> (Vec<f64>, BinaryHeap<Ranked<'f>>) {
    let found = found(files, terms, about);
    let counts = found.iter().filter_map(|it| Some(&it.1.as_ref()?.in_text));
    let weights = weights(files.len(), counts, terms.len());
    let n_words: u64 = files.iter().map(|it| u64::from(it.words.n_words())).sum();
    let usual = (n_words as f64 / files.len().max(1) as f64).max(1.0);
    let rank = |(file, found): &(&'f File, Option<Found>)| {
        let length = 1.0 - LENGTH + LENGTH * f64::from(file.words.n_words()) / usual;
        let of_words = found.as_ref().map_or(0.0, |it| {
            let called = it.is_called.iter().zip(&weights);
            let called: f64 = called.filter(|it| *it.0).map(|it| it.1).sum();
            score(&it.in_text, &weights, length) + CALLED * called
        });
        let named = match about.named.iter().any(|path| **path == *file.path) {
            true => NAMED,
            false => 0.0,
        };
        Ranked {
            score: file.worth * of_words + named,
            path: &file.path,
        }
    };
    let ranked = in_parts(&found, |part| part.iter().map(rank).collect());
    (weights, ranked.into())
}

/// Of each term: the fewer texts have it, the more.
fn weights<'c>(
    n_files: usize,
    counts: impl Iterator<Item = &'c Counts>,
    n_terms: usize,
) -> Vec<f64> {
    let mut n_with = vec![0_u32; n_terms];
    for in_text in counts {
        let has = in_text.iter().map(|it| u32::from(*it > 0));
        n_with.iter_mut().zip(has).for_each(|(n, it)| *n += it);
    }
    let n = n_files as f64;
    let weight = |n_with: u32| {
        let n_with = f64::from(n_with);
        (1.0 + (n - n_with + 0.5) / (n_with + 0.5)).ln()
    };
    n_with.into_iter().map(weight).collect()
}

/// `length` is 1 for a text of the usual length, and more for a longer one.
fn score(counts: &[u32], weights: &[f64], length: f64) -> f64 {
    let of_word = |(count, weight): (&u32, &f64)| {
        let count = f64::from(*count);
        weight * count * (SATURATION + 1.0) / (count + SATURATION * length)
    };
    counts.iter().zip(weights).map(of_word).sum()
}

/// What a text of that path is worth for what it is.
fn worth(path: &str) -> f64 {
    let ending = path.rsplit_once('.').map_or("", |it| it.1);
    match ending {
        _ if test_path(path) => TEST,
        "md" | "txt" | "rst" | "adoc" => PROSE,
        _ => 1.0,
    }
}

/// A text in pieces of so many lines, named by the lines that they are, from 1.
fn windows(text: &str) -> Vec<Piece> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut windows = Vec::new();
    let mut from = 0;
    while from < lines.len() {
        let to = (from + WINDOW).min(lines.len());
        windows.push(Piece {
            place: format!("{}-{to}", from + 1),
            text: lines[from..to].concat(),
            score: 0.0,
        });
        if to == lines.len() {
            break;
        }
        from += STEP;
    }
    windows
}
