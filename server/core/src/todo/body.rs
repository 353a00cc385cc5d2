//! The lines of a TODO after its first.

use crate::comments::{Comment, CommentKind};
use crate::facts::MAX_LINE;
use crate::ignores;

use super::head::{Form, Head};
use super::line::{self, Line};

/// The lines after the first, and where the last of them ends.
pub(super) struct Body {
    pub(super) text: String,
    pub(super) end: Option<usize>,
}

/// `next` is the TODO after `head`.
pub(super) fn read(text: &[u8], comments: &[Comment], head: &Head, next: Option<&Head>) -> Body {
    let next = next.map_or(usize::MAX, |it| it.begins);
    let mut lines: Vec<(usize, &[u8])> = Vec::new();
    let mut end = None;
    let mut deeper = None;
    if next <= head.line.raw.end as usize {
        return Body {
            text: String::new(),
            end,
        };
    }
    for line in following(text, comments, head) {
        if ends(text, comments, head, &line) {
            break;
        }
        let start = line.content.start as usize;
        let column = line::column(text, start);
        let is_deeper = column > head.column;
        let all_deeper = *deeper.get_or_insert(is_deeper || head.form == Form::Item);
        if all_deeper && !is_deeper {
            break;
        }
        let content = &text[line.content.range()];
        let stop = match ignores::marker(content) {
            Some((at, _)) => start + at,
            None => line.content.end as usize,
        };
        let stop = stop.min(next.max(start));
        let cut = stop < line.content.end as usize;
        let kept = match cut {
            true => tidy(&text[start..stop]),
            false => content,
        };
        if !kept.is_empty() {
            lines.push((column, kept));
            end = Some(start + kept.len());
        }
        if cut {
            break;
        }
    }
    Body {
        text: join(&lines),
        end,
    }
}

/// What stands before another keyword on its line.
fn tidy(text: &[u8]) -> &[u8] {
    let len = text
        .iter()
        .rposition(|it| !(it.is_ascii_whitespace() || b"([@*/#-|+".contains(it)))
        .map_or(0, |it| it + 1);
    &text[..len]
}

/// The lines after the head's, of its comment and of the run of line comments that it is in.
fn following<'a>(
    text: &'a [u8],
    comments: &'a [Comment],
    head: &'a Head,
) -> impl Iterator<Item = Line> + 'a {
    let own = line::lines_after(text, &comments[head.comment], &head.line);
    let run = comments[head.comment..]
        .windows(2)
        .take_while(|it| line::continues(text, &it[0], &it[1]))
        .enumerate()
        .flat_map(move |(idx, it)| line::lines(text, &it[1], head.comment + idx + 1));
    own.chain(run)
}

fn ends(text: &[u8], comments: &[Comment], head: &Head, line: &Line) -> bool {
    let content = &text[line.content.range()];
    let docstring = comments[line.comment].kind == CommentKind::Docstring;
    let example = docstring
        && [&b">>>"[..], b"```", b"~~~"]
            .iter()
            .any(|it| content.starts_with(it));
    let tag = head.form == Form::Tag
        && matches!(content, [b'@' | b'\\', it, ..] if it.is_ascii_alphabetic());
    line::is_blank(text, line) || line.raw.len() > MAX_LINE || example || tag
}

/// Joins the lines without the indent that they have in common.
fn join(lines: &[(usize, &[u8])]) -> String {
    let common = lines.iter().map(|it| it.0).min().unwrap_or(0);
    let mut body = String::new();
    for (idx, (column, content)) in lines.iter().enumerate() {
        if idx > 0 {
            body.push('\n');
        }
        body.extend(std::iter::repeat_n(' ', column - common));
        body.push_str(&String::from_utf8_lossy(content));
    }
    body
}
