//! Findings as rustc shows them: the source line, what is wrong under it, and a summary.

use std::collections::BTreeSet;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use docket_core::finding::{Finding, Severity};
use docket_core::span::{Encoding, Span};
use docket_core::text::decode;

use super::super::open::Opened;
use super::super::screen::{GREEN, Screen};
use super::super::table::printable;
use super::{count, counts, is_fixable, told};

/// Bytes of a line that are shown at most.
const LONGEST_LINE: usize = 2_000;

pub(in crate::cli) fn render(
    screen: &Screen,
    project: &Opened,
    all: &[Finding],
    shown: &[&Finding],
) -> String {
    let mut renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    if screen.terminal.stdout {
        renderer = renderer.term_width(screen.terminal.width);
    }
    let mut out = String::new();
    let mut source = Source::default();
    for finding in shown {
        source.read(project, &finding.path);
        out.push_str(&one(&renderer, project, &source, finding));
        out.push_str("\n\n");
    }
    out.push_str(&summary(all, shown.len()));
    out
}

/// The text of the file that was last asked for.
#[derive(Default)]
struct Source {
    path: String,
    text: Vec<u8>,
}

impl Source {
    /// A file that has gone meanwhile, or that is binary by now, has an empty text.
    fn read(&mut self, project: &Opened, path: &str) {
        if self.path == path {
            return;
        }
        path.clone_into(&mut self.path);
        let bytes = project.bytes(path).unwrap_or_default();
        self.text = decode(&bytes).map_or(Vec::new(), |(text, _)| text.into_owned());
    }

    /// The line that `span` starts on, and the part of it that `span` covers.
    fn line(&self, span: Span) -> (String, std::ops::Range<usize>) {
        let is_break = |it: &u8| matches!(it, b'\n' | b'\r');
        let start = (span.start as usize).min(self.text.len());
        let line_start = self.text[..start]
            .iter()
            .rposition(is_break)
            .map_or(0, |it| it + 1);
        let line_start = line_start.max(start.saturating_sub(LONGEST_LINE));
        let rest = &self.text[start..];
        let line_end = start
            + rest
                .iter()
                .take(LONGEST_LINE)
                .position(is_break)
                .unwrap_or(rest.len().min(LONGEST_LINE));
        let end = (span.end as usize).clamp(start, line_end);
        let lossy =
            |from: usize, to: usize| printable(&String::from_utf8_lossy(&self.text[from..to]));
        let (head, body, tail) = (
            lossy(line_start, start),
            lossy(start, end),
            lossy(end, line_end),
        );
        let range = head.len()..head.len() + body.len();
        (head + &body + &tail, range)
    }
}

fn one(renderer: &Renderer, project: &Opened, source: &Source, finding: &Finding) -> String {
    let position = project.position(&finding.path, finding.span.start, Encoding::Utf32);
    let (line, range) = source.line(finding.span);
    let message = printable(&finding.message);
    let path = printable(&finding.path);
    let mut group = level(finding.severity)
        .primary_title(message.as_str())
        .id(finding.rule.name())
        .element(
            Snippet::source(line.as_str())
                .line_start(position.line as usize)
                .path(path.as_str())
                .annotation(AnnotationKind::Primary.span(range)),
        );
    for related in &finding.related {
        let at = project.position(&related.path, related.span.start, Encoding::Utf32);
        let place = format!("{}:{}:{}", related.path, at.line, at.column);
        let text = format!("{}: {}", printable(&place), printable(&related.message));
        group = group.element(Level::NOTE.message(text));
    }
    if let Some(fix) = finding
        .fixes
        .iter()
        .find(|it| it.preferred)
        .or(finding.fixes.first())
    {
        let how = match fix.safe {
            true => " (`docket check --fix`)",
            false => "",
        };
        let text = format!("{}{how}", printable(&fix.title));
        group = group.element(Level::HELP.message(text));
    }
    let report: &[Group<'_>] = &[group];
    renderer.render(report)
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO.with_name("information"),
        Severity::Hint => Level::HELP.with_name("hint"),
    }
}

fn summary(all: &[Finding], n_shown: usize) -> String {
    if all.is_empty() {
        return format!("{GREEN}no findings{GREEN:#}\n");
    }
    let files: BTreeSet<_> = all.iter().map(|it| &it.path).collect();
    let mut out = format!(
        "{} in {}",
        told(counts(all)).join(", "),
        count(files.len(), "file")
    );
    let n_fixable = all.iter().filter(|it| is_fixable(it)).count();
    if n_fixable > 0 {
        out.push_str(&format!("; `docket check --fix` mends {n_fixable}"));
    }
    if all.len() > n_shown {
        let n_hidden = all.len() - n_shown;
        out.push_str(&format!("; {n_hidden} not shown, see `--level hint`"));
    }
    out.push('\n');
    out
}
