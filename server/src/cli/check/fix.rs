//! Puts the safe fixes of many findings into one change, as far as they are apart.

use std::collections::{BTreeMap, HashSet};

use docket_core::edit::{Change, FileEdit, Fix, TextEdit};
use docket_core::finding::Finding;

/// The findings that the change mends, each with its fix, and the change. A fix that touches what
/// another one touches waits for the next round.
pub(super) fn safe_fixes(findings: &[Finding]) -> (Vec<(&Finding, &Fix)>, Change) {
    let mut merged = Merged::default();
    let mended = findings
        .iter()
        .filter_map(|it| Some((it, best_fix(it)?)))
        .filter(|(_, fix)| merged.take(&fix.change))
        .collect();
    (mended, merged.into_change())
}

fn best_fix(finding: &Finding) -> Option<&Fix> {
    let safe = || finding.fixes.iter().filter(|it| it.safe);
    safe().find(|it| it.preferred).or_else(|| safe().next())
}

#[derive(Default)]
struct Merged {
    edits: BTreeMap<String, FileEdit>,
    rest: Change,
    /// Files that come, go or move.
    claimed: HashSet<String>,
}

impl Merged {
    /// Returns whether the whole of `change` is in now; nothing of it is otherwise.
    fn take(&mut self, change: &Change) -> bool {
        let moved: Vec<&String> = change
            .creates
            .iter()
            .map(|it| &it.path)
            .chain(change.renames.iter().flat_map(|(from, to)| [from, to]))
            .chain(&change.deletes)
            .collect();
        let is_empty = moved.is_empty() && change.edits.is_empty();
        let is_free = moved.iter().all(|it| !self.claimed.contains(*it))
            && change
                .edits
                .iter()
                .all(|it| !self.claimed.contains(&it.path))
            && moved.iter().all(|it| !self.edits.contains_key(*it));
        let fits = change
            .edits
            .iter()
            .all(|edit| match self.edits.get(&edit.path) {
                None => true,
                Some(old) => old.expected == edit.expected && are_apart(&old.edits, &edit.edits),
            });
        if is_empty || !is_free || !fits {
            return false;
        }
        self.claimed.extend(moved.into_iter().cloned());
        for edit in &change.edits {
            let merged = self
                .edits
                .entry(edit.path.clone())
                .or_insert_with(|| FileEdit {
                    edits: Vec::new(),
                    ..edit.clone()
                });
            merged.edits.extend(edit.edits.iter().cloned());
            merged.edits.sort_by_key(|it| (it.span.start, it.span.end));
        }
        self.rest.creates.extend(change.creates.iter().cloned());
        self.rest.renames.extend(change.renames.iter().cloned());
        self.rest.deletes.extend(change.deletes.iter().cloned());
        true
    }

    fn into_change(self) -> Change {
        Change {
            edits: self.edits.into_values().collect(),
            ..self.rest
        }
    }
}

/// Insertions at one place, and edits that touch, are not apart: which comes first would matter.
fn are_apart(one: &[TextEdit], other: &[TextEdit]) -> bool {
    one.iter().all(|a| {
        other
            .iter()
            .all(|b| a.span.end < b.span.start || b.span.end < a.span.start)
    })
}

#[cfg(test)]
mod tests {
    use docket_core::finding::Severity;
    use docket_core::rules::RuleId;
    use docket_core::span::Span;
    use docket_core::text::Hash;

    use super::*;

    fn finding(fixes: Vec<(bool, Change)>) -> Finding {
        Finding {
            rule: RuleId::InvalidField,
            severity: Severity::Error,
            path: "a".into(),
            span: Span::new(0, 1),
            message: String::new(),
            ticket: None,
            related: Vec::new(),
            unnecessary: false,
            fixes: fixes
                .into_iter()
                .map(|(safe, change)| Fix {
                    title: String::new(),
                    change,
                    safe,
                    preferred: false,
                })
                .collect(),
            fingerprint: String::new(),
        }
    }

    fn edit(path: &str, span: (usize, usize), text: &str) -> Change {
        Change {
            edits: vec![FileEdit {
                path: path.into(),
                expected: Hash::of(b""),
                edits: vec![TextEdit {
                    span: Span::new(span.0, span.1),
                    text: text.into(),
                }],
            }],
            ..Change::default()
        }
    }

    #[test]
    fn fixes_of_one_file_merge_in_order_and_overlaps_wait() {
        let findings = [
            finding(vec![(true, edit("a", (10, 12), "late"))]),
            finding(vec![(true, edit("a", (1, 3), "early"))]),
            finding(vec![(true, edit("a", (2, 4), "overlaps"))]),
            finding(vec![(true, edit("a", (12, 12), "touches"))]),
            finding(vec![(false, edit("b", (0, 1), "unsafe"))]),
            finding(vec![]),
        ];
        let (mended, change) = safe_fixes(&findings);
        let texts: Vec<_> = change.edits[0]
            .edits
            .iter()
            .map(|it| it.text.as_str())
            .collect();
        assert_eq!(
            (mended.len(), change.edits.len(), texts),
            (2, 1, vec!["early", "late"])
        );
    }

    #[test]
    fn a_file_that_moves_is_not_edited_in_the_same_round() {
        let rename = Change {
            renames: vec![("a".into(), "b".into())],
            ..Change::default()
        };
        let findings = [
            finding(vec![(true, rename.clone())]),
            finding(vec![(true, edit("a", (0, 1), "x"))]),
            finding(vec![(true, rename)]),
        ];
        let (mended, change) = safe_fixes(&findings);
        assert_eq!(
            (mended.len(), change.edits.len(), change.renames.len()),
            (1, 0, 1)
        );
    }
}
