//! The body: blanks at line ends, empty lines, and the end of the file.

use pulldown_cmark::{Event, Parser};

use crate::edit::TextEdit;
use crate::page::outline::{self, BlockKind};
use crate::span::Span;

/// The edits that format the body in `within`; none where it would then say something else.
pub(super) fn edits(text: &str, within: Span, line_break: &str) -> Vec<TextEdit> {
    let body = &text[within.range()];
    let planned = plan(body, line_break);
    let new = TextEdit::apply_all(body, &planned);
    if !says_the_same(body, &new) {
        return Vec::new();
    }
    let base = within.start as usize;
    planned
        .into_iter()
        .map(|it| TextEdit {
            span: Span::new(base + it.span.start as usize, base + it.span.end as usize),
            text: it.text,
        })
        .collect()
}

struct Line {
    start: usize,
    /// Before its break.
    end: usize,
    /// After it.
    next: usize,
    /// In code or HTML, which is as it is.
    kept: bool,
    blank: bool,
    heading: bool,
}

fn plan(body: &str, line_break: &str) -> Vec<TextEdit> {
    let lines = lines(body);
    let mut edits = Vec::new();
    let mut edit = |start: usize, end: usize, text: &str| {
        edits.push(TextEdit {
            span: Span::new(start, end),
            text: text.to_owned(),
        });
    };
    let Some(last) = lines.iter().rposition(|it| !it.blank || it.kept) else {
        if !body.is_empty() {
            edit(0, body.len(), "");
        }
        return edits;
    };
    // One empty line parts the front matter from what follows.
    if !lines[0].blank {
        edit(0, 0, line_break);
    }
    for (idx, line) in lines.iter().enumerate() {
        if idx > last {
            edit(line.start, line.next, "");
            continue;
        }
        if line.kept {
            continue;
        }
        let before = idx.checked_sub(1).map(|it| &lines[it]);
        if line.blank {
            match before.is_some_and(|it| it.blank && !it.kept) {
                true => edit(line.start, line.next, ""),
                false if line.end > line.start => edit(line.start, line.end, ""),
                false => {}
            }
            continue;
        }
        let apart = before.is_some_and(|it| !it.blank && (line.heading || it.heading));
        if apart {
            edit(line.start, line.start, line_break);
        }
        let content = &body[line.start..line.end];
        let trimmed = content.trim_end_matches([' ', '\t']);
        let after = lines.get(idx + 1).filter(|_| idx < last);
        // Two blanks before a line that goes on are a line break.
        let goes_on = after.is_some_and(|it| !it.blank && !it.heading && !line.heading);
        let breaks = content.len() - trimmed.len() > 1 && goes_on;
        if trimmed.len() < content.len() && !breaks {
            edit(line.start + trimmed.len(), line.end, "");
        }
    }
    if lines[last].next == lines[last].end {
        edit(lines[last].end, lines[last].end, line_break);
    }
    edits
}

fn lines(body: &str) -> Vec<Line> {
    let blocks = outline::blocks(body, Span::new(0, body.len()));
    let kept = |kind| matches!(kind, BlockKind::Code | BlockKind::Html);
    let kept: Vec<Span> = blocks
        .iter()
        .filter(|it| kept(it.kind))
        .map(|it| it.span)
        .collect();
    let inner = |kind| matches!(kind, BlockKind::Quote | BlockKind::List | BlockKind::Item);
    let around: Vec<Span> = blocks
        .iter()
        .filter(|it| inner(it.kind))
        .map(|it| it.span)
        .collect();
    let headings: Vec<Span> = blocks
        .iter()
        .filter(|it| it.kind == BlockKind::Heading && !around.iter().any(|a| a.contains(it.span)))
        .map(|it| it.span)
        .collect();
    let mut lines = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let content = content.strip_suffix('\r').unwrap_or(content);
        let end = at + content.len();
        // Its first character decides: code begins after its indent.
        let meets = |it: &Span| (it.start as usize) < end.max(at + 1) && at < it.end as usize;
        lines.push(Line {
            start: at,
            end,
            next: at + line.len(),
            kept: kept.iter().any(meets),
            blank: content.trim_matches([' ', '\t']).is_empty(),
            // A heading of `====` has two lines, which stay together.
            heading: headings
                .iter()
                .any(|it| meets(it) && content.trim_start().starts_with('#')),
        });
        at += line.len();
    }
    lines
}

/// Whether two texts are one to whoever reads them.
fn says_the_same(old: &str, new: &str) -> bool {
    let events = |text: &str| -> Vec<Event<'static>> {
        let parser = Parser::new_ext(text, outline::OPTIONS);
        parser.map(Event::into_static).collect()
    };
    events(old) == events(new)
}
