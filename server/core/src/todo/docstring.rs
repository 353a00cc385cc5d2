//! Example lines in docstrings: prompts with their output, fenced code, indented code.

use crate::span::Span;

use super::line::{Line, is_blank};

const PROMPTS: &[&[u8]] = &[b">>>", b"iex>", b"iex(", b"julia>", b"In ["];

/// Which of a docstring's lines are examples.
pub(super) fn examples(text: &[u8], lines: &[Line]) -> Vec<bool> {
    let indents: Vec<usize> = lines.iter().map(|it| indent(text, it.raw)).collect();
    // The first line stands behind the quotes: its indent says nothing.
    let base = lines
        .iter()
        .zip(&indents)
        .skip(1)
        .filter(|(line, _)| !line.content.is_empty())
        .map(|(_, indent)| *indent)
        .min()
        .unwrap_or(0);
    let mut examples = vec![false; lines.len()];
    let mut fence: Option<&[u8]> = None;
    let mut prompt = false;
    let mut code = false;
    let mut after_blank = false;
    for (idx, line) in lines.iter().enumerate() {
        let content = &text[line.content.range()];
        let opens = [&b"```"[..], b"~~~"]
            .into_iter()
            .find(|it| content.starts_with(it));
        if let Some(mark) = fence {
            examples[idx] = true;
            if content.starts_with(mark) && content.iter().all(|it| *it == mark[0]) {
                fence = None;
            }
            continue;
        }
        if let Some(mark) = opens {
            fence = Some(mark);
            examples[idx] = true;
            continue;
        }
        if content.is_empty() || is_blank(text, line) {
            prompt = false;
            after_blank = true;
            continue;
        }
        prompt = prompt || PROMPTS.iter().any(|it| content.starts_with(it));
        code = idx > 0 && indents[idx] >= base + 4 && (code || after_blank);
        after_blank = false;
        examples[idx] = prompt || code;
    }
    examples
}

fn indent(text: &[u8], raw: Span) -> usize {
    text[raw.range()]
        .iter()
        .map_while(|it| match it {
            b' ' => Some(1),
            b'\t' => Some(4),
            _ => None,
        })
        .sum()
}
