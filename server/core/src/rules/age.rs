//! How old a finding is, and what that makes of its severity.

use jiff::civil::Date;

use crate::finding::Finding;
use crate::span::Encoding;
use crate::todo::Todo;
use crate::world::Snapshot;

/// What is known of a line's age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// The day on which it was written.
    Since(Date),
    /// Not committed yet.
    New,
    /// Nobody has looked yet.
    Unknown,
}

/// The TODO that a finding is about.
pub fn todo_of<'a>(snapshot: &'a Snapshot, finding: &Finding) -> Option<&'a Todo> {
    let facts = snapshot.file(&finding.path)?;
    let mut todos = facts.todos.iter();
    todos.find(|it| it.whole.contains(finding.span))
}

/// The line, from 0, whose age decides the finding's severity; `None` where age decides nothing.
pub fn line_to_ask(snapshot: &Snapshot, finding: &Finding) -> Option<u32> {
    let rule = snapshot.config.rules.get(&finding.rule)?;
    if rule.by_age.is_empty() {
        return None;
    }
    let todo = todo_of(snapshot, finding)?;
    Some(line_of(snapshot, &finding.path, todo))
}

/// The line of a TODO's keyword, from 0.
pub fn line_of(snapshot: &Snapshot, path: &str, todo: &Todo) -> u32 {
    let at = todo.keyword_span.start as usize;
    let of_document = snapshot
        .document(path)
        .map(|it| it.position(at, Encoding::Utf8));
    let of_facts = || {
        snapshot
            .file(path)
            .map(|it| it.lines.position(at, Encoding::Utf8))
    };
    of_document.or_else(of_facts).map_or(0, |it| it.line)
}

/// Raises findings as `by-age` of their rules says; `day` tells of a TODO's line. A finding in a
/// ticket is as old as the ticket.
pub fn weigh(
    snapshot: &Snapshot,
    findings: &mut [Finding],
    mut day: impl FnMut(&Finding, u32) -> Known,
) {
    for it in findings {
        let Some(rule) = snapshot.config.rules.get(&it.rule) else {
            continue;
        };
        if rule.by_age.is_empty() {
            continue;
        }
        let since = match line_to_ask(snapshot, it) {
            Some(line) => match day(it, line) {
                Known::Since(date) => Some(date),
                Known::New | Known::Unknown => None,
            },
            None => {
                let ticket = snapshot.file(&it.path).and_then(|it| it.ticket.as_ref());
                ticket.and_then(|it| Some(it.created.as_ref()?.value))
            }
        };
        let days = since.and_then(|it| it.until(snapshot.today).ok());
        let days = days.map_or(0, |it| it.get_days());
        let reached = rule.by_age.iter().filter(|(least, _)| days >= **least);
        if let Some((_, severity)) = reached.max_by_key(|it| it.0) {
            it.severity = it.severity.max(*severity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::fixture::Fixture;
    use crate::rules;

    #[test]
    fn what_is_old_weighs_more_and_never_less() {
        let snapshot = Fixture::new(
            "//- /.docs/docket.toml\n[rules.untracked-todo]\nby-age = { 30 = \"warning\", 365 = \"error\" }\n\
             [rules.overdue]\nby-age = { 10 = \"hint\" }\n\
             //- /a.rs\n// TODO: one\n\
             //- /.docs/tickets/T-7k3f.md\n---\nid: T-7k3f\ntitle: x\ndue: 2000-01-01\ncreated: 2000-01-01\n---\n",
        )
        .snapshot();
        let aged = |known: Known| {
            let mut found = rules::all_findings(&snapshot);
            weigh(&snapshot, &mut found, |_, _| known);
            let of = |path: &str| found.iter().find(|it| it.path == path).unwrap().severity;
            (of("a.rs"), of(".docs/tickets/T-7k3f.md"))
        };
        let ago = |days: i64| {
            let days = jiff::Span::new().days(days);
            Known::Since(snapshot.today.checked_sub(days).unwrap())
        };
        for (known, expected) in [
            (Known::New, Severity::Hint),
            (Known::Unknown, Severity::Hint),
            (ago(29), Severity::Hint),
            (ago(30), Severity::Warning),
            (ago(364), Severity::Warning),
            (ago(365), Severity::Error),
        ] {
            assert_eq!(aged(known), (expected, Severity::Warning), "{known:?}");
        }
    }
}
