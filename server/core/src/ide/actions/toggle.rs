//! Ticking a task item and taking the tick away.

use super::{ActionData, Refusal, Tick};
use crate::edit::TextEdit;
use crate::facts::{FileFacts, FileKind};
use crate::page::Task;
use crate::span::Span;

/// Longest part of an item's text in an action's title, in characters.
const MAX_TITLE: usize = 40;

/// The title and the data of the action for each task item that `span` meets, the innermost first.
pub(super) fn toggles(facts: &FileFacts, path: &str, span: Span) -> Vec<(String, ActionData)> {
    if !matches!(facts.kind, FileKind::Ticket | FileKind::Page) {
        return Vec::new();
    }
    let tasks = || facts.page.iter().flat_map(|it| &it.tasks);
    let meets = |it: &&Task| it.span.start <= span.end && span.start <= it.span.end;
    let here = tasks().filter(meets).map(|task| {
        let same = tasks().filter(|it| it.text == task.text);
        let nth = same.take_while(|it| it.span != task.span).count();
        let is_criterion = facts
            .ticket
            .iter()
            .flat_map(|it| &it.criteria)
            .any(|it| it.span == task.span);
        let verb = match (is_criterion, task.done) {
            (true, false) => "Criterion is met",
            (true, true) => "Criterion is not met",
            (false, false) => "Tick",
            (false, true) => "Untick",
        };
        let data = ActionData::Toggle {
            path: path.to_owned(),
            item: task.text.clone(),
            nth,
            tick: match task.done {
                true => Tick::Open,
                false => Tick::Done,
            },
        };
        (format!("{verb}: {}", short(&task.text)), data)
    });
    here.collect()
}

/// The edit that gives the item its tick or takes it away.
///
/// # Errors
///
/// [`Refusal::Stale`] where the item is not there any more; an item that is as it should be is no
/// error and no edit.
pub(super) fn toggle(
    facts: &FileFacts,
    path: &str,
    item: &str,
    nth: usize,
    tick: Tick,
) -> Result<Vec<TextEdit>, Refusal> {
    let mut same = facts
        .page
        .iter()
        .flat_map(|it| &it.tasks)
        .filter(|it| it.text == item);
    let task = same
        .nth(nth)
        .ok_or_else(|| Refusal::Stale(path.to_owned()))?;
    let text = match tick {
        Tick::Done => "[x]",
        Tick::Open => "[ ]",
    };
    let edit = TextEdit {
        span: task.marker,
        text: text.to_owned(),
    };
    Ok(match task.done == (tick == Tick::Done) {
        true => Vec::new(),
        false => vec![edit],
    })
}

fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.chars().count() > MAX_TITLE {
        true => line.chars().take(MAX_TITLE - 1).chain(['…']).collect(),
        false => line,
    }
}
