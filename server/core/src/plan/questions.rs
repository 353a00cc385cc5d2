//! Open questions of a page: asked in it, and answered in it.

use super::Question;
use super::brief::Brief;
use crate::edit::{Change, FileEdit, TextEdit};
use crate::ide::Source as World;
use crate::span::Span;
use crate::world::Snapshot;

/// The heading that they stand under where the page has none.
const HEADING: &str = "Open questions";

/// One that nobody has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub text: String,
    /// Answers to choose from: `Which? (one | two)`.
    pub options: Vec<String>,
    /// The item that it is.
    pub span: Span,
}

/// Those of a page's text, by place.
pub fn open(path: &str, text: &str) -> Vec<Asked> {
    let brief = Brief::read(path, text);
    let questions = brief.questions.into_iter();
    questions
        .map(|it| Asked {
            options: options(&it.text),
            text: it.text,
            span: it.span,
        })
        .collect()
}

fn options(text: &str) -> Vec<String> {
    let inner = text
        .trim()
        .strip_suffix(')')
        .and_then(|it| it.rsplit_once('('));
    let options = inner.map_or("", |it| it.1).split('|').map(str::trim);
    let options: Vec<_> = options
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect();
    match options.len() {
        0 | 1 => Vec::new(),
        _ => options,
    }
}

/// Those that the page does not ask yet, answered or not.
pub(super) fn missing(path: &str, text: &str, questions: &[Question]) -> Vec<Question> {
    let places = Brief::read(path, text).places;
    let is_new = |it: &&Question| places.find(&it.text).is_none();
    questions.iter().filter(is_new).cloned().collect()
}

/// They as a list.
fn items(questions: &[Question]) -> String {
    let items = questions.iter();
    items.map(|it| format!("- {}\n", it.text)).collect()
}

/// The section that asks them in a page that is not there yet.
pub(super) fn section(questions: &[Question]) -> String {
    format!("## {HEADING}\n\n{}", items(questions))
}

/// The edit that asks them in the page, under its heading for that or a new one at its end.
pub(super) fn added(
    snapshot: &Snapshot,
    path: &str,
    text: &str,
    questions: &[Question],
) -> Option<FileEdit> {
    if questions.is_empty() {
        return None;
    }
    let facts = snapshot.file(path)?;
    let headings = &facts.page.as_ref()?.headings;
    let items = items(questions);
    let under = headings
        .iter()
        .position(|it| it.text.to_lowercase().contains("question"));
    let end = under.map(|at| {
        let next = headings[at + 1..]
            .iter()
            .find(|it| it.level <= headings[at].level);
        let end = next.map_or(text.len(), |it| it.span.start as usize);
        text[..end].trim_end().len()
    });
    let (at, text) = match end {
        Some(end) => (end, format!("\n{}", items.trim_end())),
        None => {
            let end = text.trim_end().len();
            (end, format!("\n\n## {HEADING}\n\n{}", items.trim_end()))
        }
    };
    Some(FileEdit {
        path: path.to_owned(),
        expected: facts.hash,
        edits: vec![TextEdit {
            span: Span::new(at, at),
            text,
        }],
    })
}

/// Writes an answer below its question, which is open no more then; `None` where the page has no
/// such open question.
pub fn answered(
    snapshot: &Snapshot,
    path: &str,
    question: &str,
    answer: &str,
    world: &mut dyn World,
) -> Option<Change> {
    let text = super::text_of(snapshot, path, world)?;
    let facts = snapshot.file(path)?;
    let asked = open(path, &text);
    let found = asked.iter().find(|it| it.text == question)?;
    let start = found.span.start as usize;
    let line = text[..start].rfind('\n').map_or(0, |it| it + 1);
    let before = &text[line..start];
    // A list item's text stands after its mark; what is nested in it stands below that.
    let indent = " ".repeat(before.chars().count().max(2));
    let answer = answer.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = found.span.end as usize;
    let end = start + text[start..end].trim_end().len();
    Some(Change {
        edits: vec![FileEdit {
            path: path.to_owned(),
            expected: facts.hash,
            edits: vec![TextEdit {
                span: Span::new(end, end),
                text: format!("\n{indent}- {answer}"),
            }],
        }],
        ..Change::default()
    })
}
