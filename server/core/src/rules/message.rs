//! Commit messages: the tickets that they name are there.

use super::RuleId;
use super::names::{nearest_ids, unknown_ticket};
use crate::finding::Finding;
use crate::ids::{self, TicketId};
use crate::span::Span;
use crate::world::Snapshot;

/// What git puts above the difference of `git commit --verbose`, after its comment character.
const SCISSORS: &str = " ------------------------ >8 ------------------------";

/// What is wrong with a commit message: ids of the project's own shape that no ticket has. What git
/// takes out of a message, lines that begin with `comment` and all below the scissors, is no part of it.
pub fn message_findings(
    snapshot: &Snapshot,
    path: &str,
    text: &str,
    comment: &str,
) -> Vec<Finding> {
    let Some(severity) = snapshot.config.severity(RuleId::UnknownTicket, path) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(at, at + line.len());
        at += line.len();
        if let Some(rest) = line.strip_prefix(comment) {
            if rest.trim_end() == SCISSORS {
                break;
            }
            continue;
        }
        for it in ids::mentions(text.as_bytes(), span) {
            let id = TicketId::new(&it.value);
            if !id.is_own(&snapshot.config.prefix) || snapshot.index.has_ticket(&id) {
                continue;
            }
            let near = nearest_ids(snapshot, &id);
            findings.push(Finding {
                rule: RuleId::UnknownTicket,
                severity,
                path: path.to_owned(),
                span: it.span,
                message: unknown_ticket(snapshot, &it.value, &near),
                ticket: Some(it.value),
                related: Vec::new(),
                unnecessary: false,
                fixes: Vec::new(),
                fingerprint: super::report::fingerprint(RuleId::UnknownTicket, id.as_str(), 0),
            });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn only_ids_of_our_own_that_nothing_has_are_told() {
        let project = "//- /.docs/tickets/T-7k3f-ring.md\n---\nid: T-7k3f\ntitle: Ring\n---\n";
        let snapshot = Fixture::new(project).snapshot();
        let told = |text: &str, comment: &str| {
            let found = message_findings(&snapshot, "m", text, comment);
            let said = found
                .iter()
                .map(|it| (&text[it.span.range()], it.message.as_str()));
            said.map(|(at, said)| format!("{at}: {said}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            told("Rings: T-7k3f, t-7K3F, UTF-8 and PROJ-7\n", "#"),
            [""; 0]
        );
        assert_eq!(
            told(
                "x T-7k3g\n\n# T-2222\n# ------------------------ >8 ------------------------\n+T-3333\n",
                "#"
            ),
            ["T-7k3g: No ticket has the id T-7k3g; did you mean T-7k3f \"Ring\"?"]
        );
        assert_eq!(
            told("# T-2222\n; T-3333\n", ";"),
            ["T-2222: No ticket has the id T-2222."]
        );
    }
}
