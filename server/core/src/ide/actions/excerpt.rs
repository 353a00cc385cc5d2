//! A TODO as others are shown it: where it stands, and the code around it.

use super::{Line, Source};
use crate::ticket::draft::Origin;
use crate::todo::Todo;

/// Most lines of one TODO that are shown.
const MAX_LINES: usize = 12;

/// Longest line that is shown whole, in characters.
const MAX_LINE: usize = 200;

/// A TODO as it was seen in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub path: String,
    pub text: String,
    /// From 1.
    pub line: Option<u32>,
    /// Where a commit that others have shows that line on the web.
    pub link: Option<String>,
}

/// How many lines beside the TODO's own are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    pub(super) before: usize,
    pub(super) after: usize,
}

impl Around {
    pub(super) const NOTHING: Self = Self {
        before: 0,
        after: 0,
    };
    pub(super) const SOME: Self = Self {
        before: 3,
        after: 5,
    };
}

impl Seen {
    /// `None` in a notebook, whose file's lines are nobody's code.
    pub(super) fn new(
        path: &str,
        todo: &Todo,
        text: &str,
        around: Around,
        source: &mut dyn Source,
    ) -> Option<Self> {
        if todo.cell.is_some() {
            return None;
        }
        let line_of = |offset: u32| Some(text.get(..offset as usize)?.matches('\n').count());
        let first = line_of(todo.whole.start)?;
        let last = line_of(todo.whole.end.max(todo.whole.start + 1) - 1)?;
        let last = last.clamp(first, first + MAX_LINES);
        let from = first.saturating_sub(around.before);
        let lines: Vec<&str> = text
            .lines()
            .skip(from)
            .take(last + around.after + 1 - from)
            .collect();
        let number = first as u32;
        let own = Line {
            path,
            number,
            text: lines.get(first - from)?,
        };
        Some(Self {
            path: path.to_owned(),
            text: shown(&lines),
            line: Some(number + 1),
            link: source.permalink(&own),
        })
    }

    pub(super) fn as_origin(&self) -> Origin<'_> {
        Origin {
            path: &self.path,
            text: &self.text,
            line: self.line,
            link: self.link.as_deref(),
        }
    }
}

/// Lines without the indent that all have, empty ones at both ends, and the rest of long ones.
fn shown(lines: &[&str]) -> String {
    let is_blank = |it: &&&str| it.trim().is_empty();
    let from = lines.iter().take_while(is_blank).count();
    let n_last = lines.iter().rev().take_while(is_blank).count();
    let lines = &lines[from..(lines.len() - n_last).max(from)];
    let blanks = |it: &str| it.len() - it.trim_start_matches([' ', '\t']).len();
    let written: Vec<&&str> = lines.iter().filter(|it| !is_blank(it)).collect();
    let indent = written.first().map_or("", |it| &it[..blanks(it)]);
    let common = written.iter().fold(indent, |indent, it| {
        let same = indent.bytes().zip(it.bytes()).take_while(|(a, b)| a == b);
        &indent[..same.count()]
    });
    let cut = |it: &&str| {
        let it = it.strip_prefix(common).unwrap_or(it.trim_start());
        match it.char_indices().nth(MAX_LINE) {
            Some((at, _)) => format!("{}…", &it[..at]),
            None => it.to_owned(),
        }
    };
    lines.iter().map(cut).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_all_lines_have_before_them_goes() {
        let table: [(&[&str], &str); 5] = [
            (&["", "    a", "", "      b", "    c", " "], "a\n\n  b\nc"),
            (&["\ta", "\t\tb"], "a\n\tb"),
            (&["\ta", "    b"], "\ta\n    b"),
            (&["", " "], ""),
            (&["é", "ü"], "é\nü"),
        ];
        for (lines, expected) in table {
            assert_eq!(shown(lines), expected, "{lines:?}");
        }
        let long = "ä".repeat(300);
        assert_eq!(shown(&[&long]).chars().count(), 201);
    }
}
