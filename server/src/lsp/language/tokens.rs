//! Semantic tokens: whole, of a range, and what has changed since.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use docket_core::ide;
use docket_core::text::Hash;
use tower_lsp::gen_lsp_types as lsp;

use crate::engine::View;
use crate::lsp::capabilities::ClientCaps;
use crate::lsp::convert::{range, span};

/// The tokens that each open document was last told, so that only what changed is sent.
#[derive(Debug, Default)]
pub struct Told(Mutex<HashMap<PathBuf, (String, Vec<lsp::SemanticToken>)>>);

impl Told {
    /// Forgets a document that was closed.
    pub fn forget(&self, path: &std::path::Path) {
        self.lock().remove(path);
    }

    fn put(&self, view: &View, id: &str, tokens: &[lsp::SemanticToken]) {
        let told = (id.to_owned(), tokens.to_vec());
        self.lock().insert(view.root.join(&view.path), told);
    }

    /// The tokens by the name that they were told under.
    fn get(&self, view: &View, id: &str) -> Option<Vec<lsp::SemanticToken>> {
        let told = self.lock();
        let (known, tokens) = told.get(&view.root.join(&view.path))?;
        (known == id).then(|| tokens.clone())
    }

    fn lock(
        &self,
    ) -> std::sync::MutexGuard<'_, HashMap<PathBuf, (String, Vec<lsp::SemanticToken>)>> {
        // What a panic left half done is a list that the next answer replaces.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub fn full(view: &View, told: &Told, caps: &ClientCaps) -> Option<lsp::SemanticTokens> {
    let data = tokens(view, None, caps)?;
    Some(named(view, data, told))
}

pub fn within(view: &View, range: lsp::Range, caps: &ClientCaps) -> Option<lsp::SemanticTokens> {
    let data = tokens(view, Some(range), caps)?;
    let result_id = None;
    Some(lsp::SemanticTokens { result_id, data })
}

pub fn delta(
    view: &View,
    previous: &str,
    told: &Told,
    caps: &ClientCaps,
) -> Option<lsp::SemanticTokensDeltaResponse> {
    let new = tokens(view, None, caps)?;
    let Some(old) = told.get(view, previous) else {
        return Some(lsp::SemanticTokensDeltaResponse::SemanticTokens(named(
            view, new, told,
        )));
    };
    let edits = edit(&old, &new);
    let result_id = named(view, new, told).result_id;
    Some(lsp::SemanticTokensDeltaResponse::SemanticTokensDelta(
        lsp::SemanticTokensDelta {
            result_id,
            edits: edits.into_iter().collect(),
        },
    ))
}

fn named(view: &View, data: Vec<lsp::SemanticToken>, told: &Told) -> lsp::SemanticTokens {
    let id = format!(
        "{:?}",
        Hash::of(&serde_json::to_vec(&numbers(&data)).unwrap_or_default())
    );
    told.put(view, &id, &data);
    let result_id = Some(id);
    lsp::SemanticTokens { result_id, data }
}

/// The one edit that makes the old numbers the new; whole tokens alone.
fn edit(old: &[lsp::SemanticToken], new: &[lsp::SemanticToken]) -> Option<lsp::SemanticTokensEdit> {
    if old == new {
        return None;
    }
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let tails = old[head..].iter().rev().zip(new[head..].iter().rev());
    let tail = tails.take_while(|(a, b)| a == b).count();
    Some(lsp::SemanticTokensEdit {
        start: 5 * head as u32,
        delete_count: 5 * (old.len() - head - tail) as u32,
        data: Some(numbers(&new[head..new.len() - tail])),
    })
}

fn numbers(tokens: &[lsp::SemanticToken]) -> Vec<u32> {
    let five = |it: &lsp::SemanticToken| {
        [
            it.delta_line,
            it.delta_start,
            it.length,
            it.token_type,
            it.token_modifiers_bitset,
        ]
    };
    tokens.iter().flat_map(five).collect()
}

fn tokens(
    view: &View,
    within: Option<lsp::Range>,
    caps: &ClientCaps,
) -> Option<Vec<lsp::SemanticToken>> {
    let snapshot = &view.snapshot;
    let all = ide::tokens(snapshot, &view.path)?;
    let within = match within {
        Some(it) => Some(span(snapshot, &view.path, it, caps)?),
        None => None,
    };
    let mut last = lsp::Position::default();
    let mut data = Vec::new();
    for it in all {
        let Some(token_type) = caps.language.tokens.type_of(it.kind) else {
            continue;
        };
        if within.is_some_and(|range| it.span.end < range.start || range.end < it.span.start) {
            continue;
        }
        let place = range(snapshot, &view.path, it.span, caps);
        let (start, end) = (place.start, place.end);
        // A quoted value may go on in the next line; no client has to take such a token.
        if start.line != end.line {
            continue;
        }
        let delta_line = start.line - last.line;
        data.push(lsp::SemanticToken {
            delta_line,
            delta_start: match delta_line {
                0 => start.character - last.character,
                _ => start.character,
            },
            length: end.character - start.character,
            token_type,
            token_modifiers_bitset: caps.language.tokens.bits(it.declares, it.closed),
        });
        last = start;
    }
    Some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(length: u32) -> lsp::SemanticToken {
        lsp::SemanticToken {
            delta_line: 1,
            delta_start: 0,
            length,
            token_type: 0,
            token_modifiers_bitset: 0,
        }
    }

    #[test]
    fn an_edit_makes_the_old_numbers_the_new() {
        let lists: [&[u32]; 6] = [&[], &[1], &[1, 2, 3], &[1, 4, 3], &[1, 3], &[2, 3, 1, 1]];
        for old in lists {
            for new in lists {
                let [old, new] =
                    [old, new].map(|it| it.iter().copied().map(token).collect::<Vec<_>>());
                let mut numbers_now = numbers(&old);
                if let Some(it) = edit(&old, &new) {
                    let end = it.start + it.delete_count;
                    numbers_now.splice(it.start as usize..end as usize, it.data.unwrap());
                }
                assert_eq!(numbers_now, numbers(&new));
            }
        }
    }
}
