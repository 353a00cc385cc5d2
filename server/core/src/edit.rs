//! Changes to files as data. Only `write.rs` of the server carries them out.

use serde::{Deserialize, Serialize};

use crate::span::Span;
use crate::text::Hash;

/// A change of a project's files, all or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub edits: Vec<FileEdit>,
    pub creates: Vec<FileCreate>,
    /// From path, to path.
    pub renames: Vec<(String, String)>,
    pub deletes: Vec<String>,
    /// What its parts are called where an editor shows them before they are made.
    pub notes: Vec<Note>,
}

/// A name for what a change does to some of its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub label: String,
    pub description: String,
    #[serde(default)]
    pub review: Review,
    /// As they were called before the change.
    pub paths: Vec<String>,
}

/// Whether an editor has a person look at it first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Review {
    #[default]
    Offered,
    Needed,
}

/// Edits of one existing file, planned on the text with the hash `expected`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEdit {
    pub path: String,
    pub expected: Hash,
    /// Ascending, not overlapping.
    pub edits: Vec<TextEdit>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextEdit {
    pub span: Span,
    pub text: String,
}

/// A new file; refused where the path is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCreate {
    pub path: String,
    pub text: String,
}

/// A titled change that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub title: String,
    pub change: Change,
    /// Certain enough for `docket check --fix` and "fix all".
    pub safe: bool,
    /// The one an editor applies by its "auto fix" key.
    pub preferred: bool,
}

impl Change {
    /// One change of both, the edits of a file in the order of their places. Of two edits that meet
    /// the one of `self` stays.
    pub fn merged(mut self, other: Self) -> Self {
        for edit in other.edits {
            match self.edits.iter_mut().find(|it| it.path == edit.path) {
                None => self.edits.push(edit),
                Some(had) => {
                    let meets = |a: &TextEdit, b: &TextEdit| {
                        a.span == b.span || (a.span.start < b.span.end && b.span.start < a.span.end)
                    };
                    let more = edit.edits.into_iter();
                    let more: Vec<_> = more
                        .filter(|it| !had.edits.iter().any(|old| meets(old, it)))
                        .collect();
                    had.edits.extend(more);
                    had.edits.sort_by_key(|it| it.span);
                }
            }
        }
        self.edits.sort_by(|a, b| a.path.cmp(&b.path));
        self.creates.extend(other.creates);
        self.renames.extend(other.renames);
        self.deletes.extend(other.deletes);
        self.notes.extend(other.notes);
        self
    }
}

impl TextEdit {
    /// The one edit that makes `old` into `new`, as short as it can be; none where they are equal.
    pub fn between(old: &str, new: &str) -> Option<Self> {
        if old == new {
            return None;
        }
        let same = |(a, b): &(char, char)| a == b;
        let heads = old.chars().zip(new.chars()).take_while(same);
        let head: usize = heads.map(|it| it.0.len_utf8()).sum();
        let tails = old[head..].chars().rev().zip(new[head..].chars().rev());
        let tail: usize = tails.take_while(same).map(|it| it.0.len_utf8()).sum();
        Some(Self {
            span: Span::new(head, old.len() - tail),
            text: new[head..new.len() - tail].to_owned(),
        })
    }

    /// `text` with `edits` applied, which are ascending and do not overlap.
    pub fn apply_all(text: &str, edits: &[Self]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for edit in edits {
            out.push_str(&text[at..edit.span.start as usize]);
            out.push_str(&edit.text);
            at = edit.span.end as usize;
        }
        out.push_str(&text[at..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_differs_makes_the_new_text(
            old in "[aé\u{1F600}\n]{0,12}",
            new in "[aé\u{1F600}\n]{0,12}",
        ) {
            let edits: Vec<_> = TextEdit::between(&old, &new).into_iter().collect();
            prop_assert_eq!(TextEdit::apply_all(&old, &edits), new);
        }
    }
}
