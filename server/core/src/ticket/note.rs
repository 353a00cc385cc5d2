//! A note at the end of a ticket, under its heading `Notes`.

use crate::edit::TextEdit;
use crate::page::Page;
use crate::span::Span;

/// The heading whose list notes are put into.
const NOTES: &str = "notes";

/// The edit that adds `note` as the last item of the ticket's notes; the heading comes with the
/// first. Its further lines are indented so that they stay part of it.
pub fn add(text: &str, page: &Page, note: &str) -> TextEdit {
    let end_of_line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let lines = note.trim().lines().map(str::trim_end);
    let lines: Vec<_> = lines.collect();
    let item = format!("- {}", lines.join(&format!("{end_of_line}  ")));
    let headings = &page.headings;
    let at = headings
        .iter()
        .rposition(|it| it.text.trim().eq_ignore_ascii_case(NOTES));
    let (from, to) = match at {
        Some(at) => {
            let next = headings[at + 1..]
                .iter()
                .find(|it| it.level <= headings[at].level);
            let to = next.map_or(text.len(), |it| it.span.start as usize);
            (headings[at].span.end as usize, to)
        }
        None => (0, text.len()),
    };
    let section = &text[from..to];
    let end = from + section.trim_end().len();
    let last = section.trim_end().lines().next_back().unwrap_or_default();
    // An item, or a further line of one.
    let goes_on = at.is_some() && (last.starts_with(['-', '*', '+']) || last.starts_with("  "));
    let before = match (at, goes_on) {
        (Some(_), true) => end_of_line.to_owned(),
        (Some(_), false) => end_of_line.repeat(2),
        (None, _) => format!("{0}{0}## Notes{0}{0}", end_of_line),
    };
    // What follows keeps its distance, and a file its last line's end.
    let after = match end == text.len() {
        true => end_of_line,
        false => "",
    };
    TextEdit {
        span: Span::new(end, end),
        text: format!("{before}{item}{after}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str) {
        let parsed = crate::ticket::parse(before.as_bytes(), &Default::default());
        let edit = add(before, &parsed.page, "one\ntwo");
        assert_eq!(TextEdit::apply_all(before, &[edit]), after);
    }

    #[test]
    fn a_note_goes_to_the_end_of_the_notes() {
        check(
            "---\nid: T-1\n---\n\nWhy.\n",
            "---\nid: T-1\n---\n\nWhy.\n\n## Notes\n\n- one\n  two\n",
        );
        check("x", "x\n\n## Notes\n\n- one\n  two\n");
        check(
            "x\r\n\r\n## Notes\r\n\r\n- old\r\n\r\n## More\r\n",
            "x\r\n\r\n## Notes\r\n\r\n- old\r\n- one\r\n  two\r\n\r\n## More\r\n",
        );
        check("## Notes\n", "## Notes\n\n- one\n  two\n");
        check(
            "## NOTES\n\nProse.\n",
            "## NOTES\n\nProse.\n\n- one\n  two\n",
        );
    }
}
