//! Aligned columns, cut to the width of the terminal.

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Text of one cell and how it looks.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

pub(crate) fn cell(text: impl Into<String>, style: Style) -> Cell {
    Cell {
        text: printable(&text.into()),
        style,
    }
}

/// Lines of `rows`; column `flexible` gives way where a line would be longer than `width`.
pub(crate) fn table(rows: &[Vec<Cell>], flexible: usize, width: usize) -> String {
    const GAP: usize = 2;
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths: Vec<usize> = (0..n_columns)
        .map(|idx| {
            rows.iter()
                .filter_map(|row| Some(row.get(idx)?.text.width()))
                .max()
        })
        .map(Option::unwrap_or_default)
        .collect();
    let used: usize = widths.iter().filter(|it| **it > 0).map(|it| it + GAP).sum();
    if let Some(it) = widths.get_mut(flexible) {
        let least = (*it).min(16);
        *it = it
            .saturating_sub(used.saturating_sub(width + GAP))
            .max(least);
    }
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        let mut blanks = 0;
        for (cell, column) in row.iter().zip(&widths) {
            if *column == 0 {
                continue;
            }
            let text = fit(&cell.text, *column);
            let style = cell.style;
            if !text.is_empty() {
                line.extend(std::iter::repeat_n(' ', blanks));
                blanks = 0;
                line.push_str(&format!("{style}{text}{style:#}"));
            }
            blanks += column - text.width() + GAP;
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// `text` in at most `width` columns, an ellipsis where something is missing.
pub(crate) fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for it in text.chars() {
        used += it.width().unwrap_or(0);
        if used + 1 > width {
            break;
        }
        out.push(it);
    }
    out.push('…');
    out
}

/// What a file contains must not drive the terminal: control characters are shown, not sent.
pub(crate) fn printable(text: &str) -> String {
    // Nearly every text is plain, and copied whole is a fraction of the work.
    if text.bytes().all(|it| matches!(it, b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars()
        .map(|it| match it {
            '\t' => ' ',
            '\0'..='\x1f' => char::from_u32(0x2400 + it as u32).unwrap_or('\u{fffd}'),
            '\x7f'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn columns_align_and_the_flexible_one_gives_way() {
        let row = |texts: [&str; 3]| texts.map(|it| cell(it, Style::new())).to_vec();
        let rows = [
            row(["T-2222", "A title that goes on and on and on", "@ana"]),
            row(["T-3", "日本語 wide", ""]),
        ];
        expect![[r#"
            T-2222  A title that goes on …  @ana
            T-3     日本語 wide
        "#]]
        .assert_eq(&table(&rows, 1, 36));
        let widest = table(&rows, 1, 36)
            .lines()
            .map(UnicodeWidthStr::width)
            .max();
        assert_eq!(widest, Some(36));
        expect![[r#"
            T-2222  A title that goes on and on and on  @ana
            T-3     日本語 wide
        "#]]
        .assert_eq(&table(&rows, 1, 80));
    }

    #[test]
    fn escapes_in_files_do_not_reach_the_terminal() {
        assert_eq!(printable("a\x1b[31m\tb\u{202e}"), "a␛[31m b\u{fffd}");
    }
}
