//! What a model says of findings: in which order they matter, and in which words. It finds nothing,
//! and what was counted stays as it was counted.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Found, Kind, MAX_TITLE};
use crate::propose::{Seen, is_file_with_folder};

/// Findings that are shown to a model at most: each is answered with a paragraph.
pub const MOST: usize = 30;
/// Longest paragraph, in characters.
const MAX_WHY: usize = 600;

/// What a model answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Every finding that was shown, once each; what matters most first.
    pub findings: Vec<Worded>,
}

/// One finding in a model's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Worded {
    /// The finding's own.
    pub key: String,
    /// As its ticket is called: what is to be done, in at most 80 characters.
    pub title: String,
    /// Why it matters, in one paragraph of at most 600 characters.
    pub why: String,
}

/// What is shown to a model: the worst of each kind in turn, as many as it is asked about. Those of
/// which `is_private` says so are not among them.
pub fn chosen<'f>(found: &'f [Found], is_private: &dyn Fn(&str) -> bool) -> Vec<&'f Found> {
    let shown = found.iter().filter(|it| {
        let path = it.path.as_deref();
        path.is_none_or(|it| !is_private(it))
    });
    let mut of_kind: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut turns: Vec<(usize, Kind, &Found)> = shown
        .map(|it| {
            let turn = of_kind.entry(it.kind).or_default();
            *turn += 1;
            (*turn, it.kind, it)
        })
        .collect();
    turns.sort_by_key(|it| (it.0, it.1));
    turns.truncate(MOST);
    turns.into_iter().map(|it| it.2).collect()
}

/// A finding as a model is shown it.
pub fn shown(found: &Found) -> String {
    let mut out = format!(
        "key: {}\nkind: {}\ntitle: {}\ncounted: {}\npriority: {}\n",
        found.key,
        found.kind.name(),
        found.title,
        found.lasting.as_ref().unwrap_or(&found.detail),
        found.priority.name(),
    );
    if let Some(path) = &found.path {
        out.push_str(&format!("place: {path}\n"));
    }
    out
}

/// What is wrong with an answer, beyond its schema: a finding that is left out, named twice or not
/// there; a name or a number that nobody told.
///
/// # Errors
///
/// A sentence for the model.
pub fn check(asked: &[&Found], answer: &Wording, seen: &Seen<'_>) -> Result<(), String> {
    let keys: BTreeSet<&str> = asked.iter().map(|it| it.key.as_str()).collect();
    let mut left = keys.clone();
    for it in &answer.findings {
        let key = it.key.as_str();
        if !keys.contains(key) {
            return Err(format!("there is no finding with the key \"{key}\""));
        }
        if !left.remove(key) {
            return Err(format!("the finding {key} stands in it twice"));
        }
    }
    if !left.is_empty() {
        let left: Vec<_> = left.into_iter().collect();
        return Err(format!(
            "it leaves out the findings with the keys {}",
            left.join(", ")
        ));
    }
    for it in &answer.findings {
        let key = &it.key;
        if !is_line(&it.title, MAX_TITLE) {
            return Err(format!(
                "the title of {key} is no line of at most {MAX_TITLE} characters"
            ));
        }
        if !is_line(&it.why, MAX_WHY) {
            return Err(format!(
                "the reason of {key} is no paragraph of at most {MAX_WHY} characters"
            ));
        }
        let of = asked.iter().find(|of| of.key == *key);
        let told: BTreeSet<String> = of
            .map(|it| numbers(&shown(it)).collect())
            .unwrap_or_default();
        let said = numbers(&it.title).chain(numbers(&it.why));
        if let Some(number) = said.into_iter().find(|it| !told.contains(it)) {
            return Err(format!(
                "{key} says {number}, and no such number was counted of it"
            ));
        }
    }
    let texts = answer.findings.iter().flat_map(|it| [&it.title, &it.why]);
    // A title has no code marks, and names files all the same.
    let marked: Vec<String> = texts.clone().map(|it| files(it)).collect();
    seen.check(
        texts
            .map(String::as_str)
            .chain(marked.iter().map(String::as_str)),
    )
}

fn is_line(text: &str, max: usize) -> bool {
    let text = text.trim();
    !text.is_empty() && !text.contains(['\n', '\r']) && text.chars().count() <= max
}

/// The numbers of a text; those within ids and names are none.
fn numbers(text: &str) -> impl Iterator<Item = String> {
    let is_part = |it: char| it.is_alphanumeric() || "._-/".contains(it);
    let words = text.split(move |it| !is_part(it));
    let words = words.map(|it| it.trim_matches(['.', '_', '-', '/']));
    let is_number = |it: &&str| {
        it.starts_with(|it: char| it.is_ascii_digit())
            && it.chars().all(|it| it.is_ascii_digit() || it == '.')
    };
    words.filter(is_number).map(str::to_owned)
}

/// The words of a text that are paths of files, in code marks.
fn files(text: &str) -> String {
    let is_end = |it: char| !it.is_alphanumeric();
    let words = text.split_whitespace();
    let words = words.map(|it| {
        it.trim_start_matches(['(', '"', '\'', '`'])
            .trim_end_matches(is_end)
    });
    let files = words.filter(|it| is_file_with_folder(it));
    files.map(|it| format!("`{it}` ")).collect()
}

/// The findings in the order of the words, each with what was said of it; behind them those of which
/// nothing was said, as they were.
pub fn ranked(found: Vec<Found>, words: &[Worded]) -> Vec<(Found, Option<Worded>)> {
    let nth = |it: &Found| words.iter().position(|of| of.key == it.key);
    let mut ranked: Vec<_> = found.into_iter().map(|it| (nth(&it), it)).collect();
    // Stable, and what has no place comes last.
    ranked.sort_by_key(|it| it.0.unwrap_or(usize::MAX));
    let said = |nth: Option<usize>| nth.and_then(|it| words.get(it)).cloned();
    ranked.into_iter().map(|it| (it.1, said(it.0))).collect()
}

#[cfg(test)]
mod tests;
