//! What is read inside a TODO's text: `due:2026-12-31` and `+label`.

use jiff::civil::Date;

use crate::finding::Problem;
use crate::rules::RuleId;
use crate::span::{Span, Spanned};

use super::condition::{bad_date, date, is_date_like, meant_date};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// The first that there is.
    pub(super) due: Option<Spanned<Date>>,
    pub(super) labels: Vec<String>,
}

/// `offset` is the place of `text` in the file.
pub(super) fn read(text: &str, offset: usize, problems: &mut Vec<Problem>) -> Marks {
    let mut marks = Marks::default();
    for (at, word) in words(text) {
        if let Some(day) = word.strip_prefix("due:") {
            let day = day.trim_end_matches(['.', ',', ';', ')', ']', '!', '?']);
            let start = offset + at + "due:".len();
            let span = Span::new(start, start + day.len());
            match date(day) {
                Some(date) if marks.due.is_none() => marks.due = Some(Spanned::new(date, span)),
                Some(_) => {}
                None if is_date_like(day) => problems.push(Problem {
                    rule: RuleId::MalformedTodo,
                    span,
                    message: bad_date(day),
                    replacements: meant_date(day)
                        .map(|it| it.to_string())
                        .into_iter()
                        .collect(),
                }),
                None => {}
            }
        } else if let Some(label) = word.strip_prefix('+') {
            let label = label.trim_end_matches(['.', ',', ';', ':', ')', '!', '?']);
            // One letter is a variable: `a +b`.
            let named = label.starts_with(char::is_alphabetic)
                && label.chars().count() > 1
                && label
                    .chars()
                    .all(|it| it.is_alphanumeric() || matches!(it, '-' | '_' | '/' | ':' | '.'));
            if named && !marks.labels.iter().any(|it| it == label) {
                marks.labels.push(label.to_owned());
            }
        }
    }
    marks
}

/// The words with their places; an opening parenthesis is not part of one.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(char::is_whitespace).map(move |word| {
        let start = at;
        at = start
            + word.len()
            + text[start + word.len()..]
                .chars()
                .next()
                .map_or(0, char::len_utf8);
        let bare = word.trim_start_matches(['(', '[']);
        (start + word.len() - bare.len(), bare)
    })
}
