//! Source lines as an editor with docket shows them: hints inline, findings underlined and told at
//! the line's end.

use std::fmt::Write;

use anstyle::{AnsiColor, Effects, Style};
use docket_core::comments::{Reader, comments};
use docket_core::finding::{Finding, Severity};
use docket_core::ide::hints;
use docket_core::rules;
use docket_core::span::Span;
use docket_core::text::decode;
use docket_grammars::language_of;
use unicode_width::UnicodeWidthStr;

use crate::cli::open::Opened;
use crate::cli::screen::{BOLD, DIM, RED, YELLOW};
use crate::cli::table::printable;

const COMMENT: Style = AnsiColor::Green.on_default();
const KEYWORD: Style = AnsiColor::Magenta.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().italic();
const GUTTER: usize = 5;

/// What is drawn of one file.
struct Page {
    text: Vec<u8>,
    comments: Vec<Span>,
    keywords: Vec<Span>,
    /// Offset and label, ascending.
    hints: Vec<(usize, String)>,
    findings: Vec<Finding>,
}

/// A heading and the file's first `max_lines` lines.
pub(super) fn file(project: &Opened, path: &str, max_lines: usize, width: usize) -> String {
    let mut out = format!("{BOLD}{}{BOLD:#}\n", printable(path));
    let page = Page::of(project, path);
    let mut start = 0;
    for (idx, line) in page
        .text
        .split_inclusive(|it| *it == b'\n')
        .enumerate()
        .take(max_lines)
    {
        let end = start + line.trim_ascii_end().len();
        let _ = write!(out, "{DIM}{:>4}{DIM:#} ", idx + 1);
        out.push_str(&page.line(start, end, width));
        out.push('\n');
        start += line.len();
    }
    out
}

impl Page {
    fn of(project: &Opened, path: &str) -> Self {
        let bytes = std::fs::read(project.root.join(path)).unwrap_or_default();
        let text = decode(&bytes).map_or(Vec::new(), |(text, _)| text.into_owned());
        let whole = Span::new(0, text.len());
        let snapshot = &project.snapshot;
        Self {
            comments: language_of(path, &text)
                .map(|it| comments(it, &text, Reader::Exact))
                .unwrap_or_default()
                .into_iter()
                .map(|it| it.span)
                .collect(),
            keywords: snapshot
                .file(path)
                .map(|it| it.todos.iter().map(|it| it.keyword_span).collect())
                .unwrap_or_default(),
            hints: hints(snapshot, path, whole)
                .into_iter()
                .map(|it| (it.at as usize, it.label))
                .collect(),
            findings: rules::findings(snapshot, path),
            text,
        }
    }

    fn line(&self, start: usize, end: usize, width: usize) -> String {
        let mut out = String::new();
        let mut n_columns = GUTTER;
        let line = String::from_utf8_lossy(&self.text[start..end]);
        let mut at = start;
        let mut run = String::new();
        let mut style = Style::new();
        for it in line.chars() {
            for (_, label) in self.hints.iter().filter(|hint| hint.0 == at && at > start) {
                flush(&mut out, &mut run, style);
                n_columns += hint(&mut out, label);
            }
            let here = self.style(at);
            if here != style {
                flush(&mut out, &mut run, style);
                style = here;
            }
            let shown = printable(it.encode_utf8(&mut [0; 4]));
            n_columns += shown.width();
            run.push_str(&shown);
            at += it.len_utf8();
        }
        flush(&mut out, &mut run, style);
        for (_, label) in self.hints.iter().filter(|hint| hint.0 == at) {
            n_columns += hint(&mut out, label);
        }
        let told = self
            .findings
            .iter()
            .filter(|it| (start..end.max(start + 1)).contains(&(it.span.start as usize)))
            .max_by_key(|it| it.severity);
        if let Some(told) = told {
            let style = severity_style(told.severity);
            let text = printable(&format!("■ {}: {}", told.rule.name(), told.message));
            let room = width.saturating_sub(n_columns + 3);
            if text.width() <= room {
                let _ = write!(out, "   {style}{text}{style:#}");
            } else {
                // An editor would cut it; a terminal has lines to spare.
                let indent = line.len() - line.trim_start().len() + GUTTER;
                for text in wrapped(&text, width.saturating_sub(indent)) {
                    let _ = write!(out, "\n{:indent$}{style}{text}{style:#}", "");
                }
            }
        }
        out
    }

    fn style(&self, at: usize) -> Style {
        let inside = |it: &Span| (it.start as usize..it.end as usize).contains(&at);
        let base = match () {
            () if self.keywords.iter().any(inside) => KEYWORD,
            () if self.comments.iter().any(inside) => COMMENT,
            () => Style::new(),
        };
        let worst = self
            .findings
            .iter()
            .filter(|it| inside(&it.span))
            .map(|it| it.severity)
            .max();
        match worst {
            None | Some(Severity::Hint) => base,
            Some(severity) => severity_style(severity).effects(Effects::UNDERLINE),
        }
    }
}

/// Lines of at most `width` columns, broken at blanks; a word that is wider stays whole.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn hint(out: &mut String, label: &str) -> usize {
    let text = format!(" {}", printable(label));
    let _ = write!(out, "{HINT}{text}{HINT:#}");
    text.width()
}

fn flush(out: &mut String, run: &mut String, style: Style) {
    if !run.is_empty() {
        let _ = write!(out, "{style}{run}{style:#}");
        run.clear();
    }
}

fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Information => AnsiColor::Blue.on_default(),
        Severity::Hint => DIM,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn a_message_goes_on_in_the_next_line() {
        let told = |width| wrapped("■ it is done: remove it, or 日本語", width).join("\n");
        expect![[r#"
            ■ it is
            done:
            remove it,
            or 日本語"#]]
        .assert_eq(&told(10));
        expect!["■ it is done: remove it, or 日本語"].assert_eq(&told(34));
    }
}
