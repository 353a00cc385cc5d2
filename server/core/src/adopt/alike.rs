//! Which TODOs say the same: equal but for case, marks and a word or two.
//!
//! Texts are sets of words; two are alike where their Jaccard index (words in both by words in
//! either) is at least [`ALIKE`]. Candidates come by prefix filtering (Bayardo, Ma and Srikant,
//! "Scaling up all pairs similarity search", 2007): sets so alike share one of their rarest words, so
//! that few pairs are looked at.

use rustc_hash::{FxHashMap, FxHashSet};

const ALIKE: f64 = 0.75;

/// "implement this" is said of many things; what has fewer words is compared within its file alone.
const LEAST_WORDS: usize = 3;

/// A TODO's text, ready to be compared.
#[derive(Debug)]
pub(super) struct Said {
    /// Where it may be compared: everywhere, or in its own file.
    within: String,
    words: Vec<String>,
}

impl Said {
    pub(super) fn new(path: &str, keyword: &str, text: &str) -> Self {
        let mut words: Vec<String> = words(text).map(str::to_lowercase).collect();
        words.sort_unstable();
        words.dedup();
        let within = match words.len() {
            // Nothing is said that another could say too.
            0 => return Self::alone(path, keyword),
            n if n < LEAST_WORDS => path.to_owned(),
            _ => String::new(),
        };
        Self { within, words }
    }

    fn alone(path: &str, keyword: &str) -> Self {
        Self {
            within: format!("{path}\0{keyword}"),
            words: Vec::new(),
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|it: char| !it.is_alphanumeric());
    parts.filter(|it| !it.is_empty())
}

/// A text in the form in which titles are compared.
pub(super) fn even(text: &str) -> String {
    let words: Vec<String> = words(text).map(str::to_lowercase).collect();
    words.join(" ")
}

/// The texts in groups of those that are alike, each group and all groups by number.
///
/// A text joins the first group whose first text it is like, so that a chain of small differences
/// does not make one group of all.
pub(super) fn groups(texts: &[Said]) -> Vec<Vec<usize>> {
    let mut n_of: FxHashMap<&str, u32> = FxHashMap::default();
    for word in texts.iter().flat_map(|it| &it.words) {
        *n_of.entry(word).or_default() += 1;
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    // Groups by the rare words of their first text.
    let mut by_word: FxHashMap<(&str, &str), Vec<usize>> = FxHashMap::default();
    for (idx, text) in texts.iter().enumerate() {
        let mut rare: Vec<&str> = text.words.iter().map(String::as_str).collect();
        rare.sort_unstable_by_key(|it| (n_of[it], *it));
        let n = rare.len();
        rare.truncate(n + usize::from(n > 0) - (ALIKE * n as f64).ceil() as usize);
        let keys = rare.iter().map(|it| (text.within.as_str(), *it));
        let mut candidates: Vec<usize> = keys
            .clone()
            .filter_map(|it| by_word.get(&it))
            .flatten()
            .copied()
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        let like = candidates
            .into_iter()
            .find(|it| index(&texts[groups[*it][0]].words, &text.words) >= ALIKE);
        match like {
            Some(group) => groups[group].push(idx),
            None => {
                for key in keys {
                    by_word.entry(key).or_default().push(groups.len());
                }
                groups.push(vec![idx]);
            }
        }
    }
    groups
}

/// The Jaccard index of two sets.
fn index(one: &[String], other: &[String]) -> f64 {
    let set: FxHashSet<&String> = one.iter().collect();
    let both = other.iter().filter(|it| set.contains(it)).count();
    let either = one.len() + other.len() - both;
    match either {
        0 => 0.0,
        _ => both as f64 / either as f64,
    }
}
