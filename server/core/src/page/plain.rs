//! The words of a page without Markdown's marks, and which of them belong together.

use std::ops::Range;

use crate::span::Span;

/// A page's words, in order, parted by white space where its blocks are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plain {
    pub text: String,
    /// Each heading's own words, as [`super::Page::headings`] has them.
    pub headings: Vec<Range<usize>>,
    /// Each task item's, as [`super::Page::tasks`] has them.
    pub tasks: Vec<Range<usize>>,
    /// The smallest things that are said: sentences of paragraphs, list items without what is
    /// nested in them, rows of tables, code blocks. By place.
    pub leaves: Vec<Leaf>,
    /// Where the words of each piece of source begin: in `text`, and in the source.
    map: Vec<(usize, usize)>,
    open: Option<usize>,
}

/// One thing that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Of [`Plain::text`].
    pub words: Range<usize>,
    pub span: Span,
    /// How many list items it stands in.
    pub depth: usize,
}

impl Plain {
    /// The words before the first heading.
    pub fn before_headings(&self) -> &str {
        let end = self.headings.first().map_or(self.text.len(), |it| it.start);
        &self.text[..end]
    }

    /// The words of the section that the heading begins and the heading `end`, or the page's end, ends.
    pub fn section(&self, heading: usize, end: Option<usize>) -> &str {
        let end = end.map_or(self.text.len(), |it| self.headings[it].start);
        &self.text[self.headings[heading].start..end]
    }

    /// Takes words in that stand at `at` in the source.
    pub(super) fn add(&mut self, words: &str, at: usize) {
        self.map.push((self.text.len(), at));
        self.text.push_str(words);
    }

    /// Opens a leaf at the end of what there is, unless one is open.
    pub(super) fn open(&mut self) {
        self.open.get_or_insert(self.text.len());
    }

    /// Ends the leaf that is open. Outside of lists it is parted into its sentences.
    pub(super) fn close(&mut self, depth: usize) {
        let Some(start) = self.open.take() else {
            return;
        };
        match depth {
            0 => {
                for it in sentences(&self.text[start..]) {
                    self.leaf(start + it.start..start + it.end, depth);
                }
            }
            _ => self.leaf(start..self.text.len(), depth),
        }
        self.text.push('\n');
    }

    fn leaf(&mut self, words: Range<usize>, depth: usize) {
        if self.text[words.clone()].trim().is_empty() {
            return;
        }
        let span = Span::new(self.source(words.start), self.source_end(words.end));
        self.leaves.push(Leaf { words, span, depth });
    }

    fn source(&self, at: usize) -> usize {
        let idx = self.map.partition_point(|it| it.0 <= at);
        let (words, source) = self.map[idx.saturating_sub(1)];
        source + at - words
    }

    /// Of a place that words end at, which may be where others begin.
    fn source_end(&self, at: usize) -> usize {
        let idx = self.map.partition_point(|it| it.0 < at);
        let (words, source) = self.map[idx.saturating_sub(1)];
        source + at - words
    }
}

/// The sentences of a paragraph: each ends with its sign and before a word in capitals.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    for (at, sign) in text.char_indices() {
        if !matches!(sign, '.' | '!' | '?') {
            continue;
        }
        let end = at + sign.len_utf8();
        let rest = text[end..].trim_start();
        let is_parted = rest.len() < text.len() - end;
        if is_parted && rest.starts_with(|it: char| it.is_uppercase() || it.is_ascii_digit()) {
            out.push(start..end);
            start = text.len() - rest.len();
        }
    }
    out.push(start..start + text[start..].trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_before_a_capital() {
        let text = "It reads v1.2 files, e.g. old ones. Then it ends! Does it? 3 times.";
        let found: Vec<_> = sentences(text).into_iter().map(|it| &text[it]).collect();
        assert_eq!(
            found,
            [
                "It reads v1.2 files, e.g. old ones.",
                "Then it ends!",
                "Does it?",
                "3 times."
            ]
        );
        assert_eq!(sentences("").len(), 1);
    }
}
