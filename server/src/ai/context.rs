//! What of a project may have to do with a question, the likeliest first; [`docket_ai::pack`] takes
//! what fits.
//!
//! Words of the question are looked for in tickets, pages and sources. A word counts the more, the
//! fewer texts have it (inverse document frequency, Spärck Jones 1972) and the less, the oftener a
//! text has it already (BM25's saturation, Robertson et al. 1994).

mod index;
#[cfg(test)]
mod tests;
mod words;

use std::path::Path;

use docket_ai::pack::{Packed, Piece, pack};
use docket_core::config::Config;

use self::index::File;
use self::words::{Counts, Terms};
use super::privacy::Privacy;
use crate::env::Env;

/// Most texts that give pieces.
const MAX_TEXTS: usize = 24;
/// Lines of a piece of code, and how many two of them share.
const WINDOW: usize = 40;
const STEP: usize = 30;
/// Most pieces of one text.
const MAX_PIECES: usize = 3;
/// How soon more of the same word says no more.
const SATURATION: f64 = 1.2;
/// What a word in a path is worth beside one in the text.
const IN_PATH: f64 = 4.0;
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

fn pieces(ground: &Ground<'_>, about: &About<'_>) -> Vec<Piece> {
    let terms = Terms::of(about.text);
    let mut files = index::files(ground);
    files.retain(|it| !about.known.contains(&it.path.as_str()));
    let (weights, ranked) = ranked(&files, &terms, about);
    let texts = ranked.into_iter().filter_map(|(of_text, path)| {
        let text = std::fs::read_to_string(ground.root.join(path)).ok()?;
        Some((of_text, path, text))
    });
    let mut pieces = Vec::new();
    for (of_text, path, text) in texts.take(MAX_TEXTS) {
        let mut windows = windows(&text);
        for it in &mut windows {
            it.score = score(&terms.in_text(&it.text), &weights);
        }
        windows.sort_by(|a, b| b.score.total_cmp(&a.score));
        for it in windows.into_iter().take(MAX_PIECES) {
            pieces.push(Piece {
                place: format!("{path}:{}", it.place),
                // The text's own worth first: a good piece of a poor text is a chance.
                score: of_text + it.score,
                text: it.text,
            });
        }
    }
    pieces
}

/// What each term is worth, and the files that have to do with the question, the best first.
fn ranked<'f>(
    files: &'f [File],
    terms: &Terms,
    about: &About<'_>,
) -> (Vec<f64>, Vec<(f64, &'f str)>) {
    let found: Vec<(&str, Counts, Counts)> = files
        .iter()
        .filter_map(|it| match terms.in_file(&it.words) {
            Some((in_text, in_path)) => Some((&*it.path, in_text, in_path)),
            None if about.named.contains(&it.path) => {
                Some((&*it.path, Counts::new(), Counts::new()))
            }
            None => None,
        })
        .collect();
    let weights = weights(files.len(), &found, terms.len());
    let mut ranked: Vec<(f64, &str)> = found
        .iter()
        .map(|(path, in_text, in_path)| {
            let named = about.named.iter().any(|it| it == path);
            let of_path: f64 = in_path
                .iter()
                .zip(&weights)
                .map(|(n, it)| f64::from(*n) * it)
                .sum();
            let of_name = if named { NAMED } else { 0.0 };
            (
                score(in_text, &weights) + IN_PATH * of_path + of_name,
                *path,
            )
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    (weights, ranked)
}

/// Of each term: the fewer texts have it, the more.
fn weights(n_files: usize, found: &[(&str, Counts, Counts)], n_terms: usize) -> Vec<f64> {
    let mut n_with = vec![0_u32; n_terms];
    for (_, in_text, _) in found {
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

fn score(counts: &[u32], weights: &[f64]) -> f64 {
    let of_word = |(count, weight): (&u32, &f64)| {
        let count = f64::from(*count);
        weight * count * (SATURATION + 1.0) / (count + SATURATION)
    };
    counts.iter().zip(weights).map(of_word).sum()
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
