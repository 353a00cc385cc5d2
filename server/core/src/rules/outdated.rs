//! The rule about what was derived from something that has changed.

use super::RuleId;
use super::report::{Found, Report};
use crate::edit::TextEdit;
use crate::finding::Related;
use crate::lineage::{Outdated, Why};
use crate::span::Span;

pub(super) fn check(report: &mut Report<'_>) {
    for it in report.snapshot.outdated(report.path) {
        let found = found(report, &it);
        report.add(found);
    }
}

fn found(report: &Report<'_>, outdated: &Outdated<'_>) -> Found {
    let origin = outdated.origin;
    let source = &origin.source;
    let message = match &outdated.why {
        Why::Changed(_) => format!("{source} has changed since this was derived from it."),
        Why::Gone => format!("{source}, from which this was derived, is gone."),
        Why::Behind(chain) => {
            let last = chain.last().unwrap_or(source);
            format!(
                "{source}, from which this was derived, is outdated itself: {last} has changed."
            )
        }
    };
    let recorded = origin.recorded.map(|it| it.to_string());
    // Another change of the source is another finding.
    let now = match &outdated.why {
        Why::Changed(now) => now.digest.to_string(),
        Why::Gone => String::new(),
        Why::Behind(chain) => format!("{:?}", chain.last().map(ToString::to_string)),
    };
    let key = format!("{source}@{} {now}", recorded.unwrap_or_default());
    let mut found = Found::new(RuleId::Outdated, origin.span, &key, message);
    let facts = report.facts;
    let id = facts.ticket.as_ref().and_then(|it| it.id.as_ref());
    found.ticket = id.map(|it| it.value.clone());
    if let Some(it) = related(report, outdated) {
        found.related.push(it);
    }
    match &outdated.why {
        Why::Changed(now) => {
            let edit = TextEdit {
                span: origin.span,
                text: format!("{source}@{}", now.digest),
            };
            let title = format!("Still valid: go by {source} as it is now");
            found.fixes.push(report.edit(title, vec![edit]));
        }
        Why::Gone | Why::Behind(_) => {}
    }
    found
}

/// Where the change is that is at the bottom of it.
fn related(report: &Report<'_>, outdated: &Outdated<'_>) -> Option<Related> {
    let cause = outdated.bottom();
    let (path, part) = report.snapshot.source(cause)?;
    let span = match &outdated.why {
        Why::Changed(now) => now.span,
        _ => Span::new(part.span.start as usize, part.span.start as usize),
    };
    Some(Related {
        path: path.to_string(),
        span,
        message: format!("{cause} is here"),
    })
}
