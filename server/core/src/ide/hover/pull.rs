//! What a ticket's card says of the pull request of its branch, and of the checks.

use std::fmt::Write;

use super::issue::{linked_to, since};
use crate::ids::TicketId;
use crate::sync::PullState;
use crate::world::Snapshot;

/// A line for each pull request of the ticket that is open or was merged; of those that were closed
/// nobody needs to know.
pub(super) fn pulls(out: &mut String, snapshot: &Snapshot, id: &TicketId) {
    let of_ticket = snapshot
        .mirror
        .pulls
        .iter()
        .filter(|it| it.pull.state != PullState::Closed && TicketId::new(&it.ticket) == *id);
    for it in of_ticket {
        let link = linked_to(it.pull.number, &it.pull.url);
        let draft = if it.pull.draft { "draft, " } else { "" };
        let _ = write!(out, "  \nPR {link} {draft}{}", it.pull.state.name());
        let Some(checks) = it
            .checks
            .as_ref()
            .filter(|_| it.pull.state == PullState::Open)
        else {
            continue;
        };
        let age = since(snapshot, checks.at);
        let _ = write!(out, " · {}, as of {age}", checks.summary());
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::card;
    use super::*;
    use crate::fixture::{Fixture, forge};
    use crate::sync::{Check, Checks, Outcome, PullRequest, TicketPull};

    /// The card's lines about pull requests.
    fn lines(change: impl FnOnce(&mut TicketPull)) -> String {
        let check = |name: &str, outcome| Check {
            name: name.to_owned(),
            outcome,
            url: String::new(),
        };
        let mut pull = TicketPull {
            ticket: "T-7K3F".to_owned(),
            pull: PullRequest {
                number: 12,
                url: "https://github.com/ana/it/pull/12".to_owned(),
                title: "Ring".to_owned(),
                state: PullState::Open,
                draft: false,
                branch: "T-7k3f-ring".to_owned(),
                base: "main".to_owned(),
                commit: "1".repeat(40),
            },
            checks: Some(Checks::new(
                vec![
                    check("build", Outcome::Passed),
                    check("lint", Outcome::Failed),
                    check("deploy", Outcome::Pending),
                ],
                "2026-11-20T11:55:00Z".parse().unwrap(),
            )),
        };
        change(&mut pull);
        let mut mirror = forge::mirror([]);
        mirror.pulls.push(pull);
        let files = "//- /.docs/tickets/T-7k3f-x.md\n---\nid: T-7k3f\ntitle: Ring\n---\n";
        let fixture = Fixture::new(files).with_mirror(mirror);
        let snapshot = fixture.snapshot();
        let (path, ticket) = snapshot.ticket(&TicketId::new("t-7k3f")).unwrap();
        let card = card(&snapshot, path, ticket);
        let lines = card.lines().filter(|it| it.contains("PR"));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_card_tells_the_checks_of_the_open_pull_request_and_their_age() {
        expect![[r#"PR [\#12](https://github.com/ana/it/pull/12) open · 1 of 3 checks passed, `lint` failed, 1 pending, as of 2026-11-20 11:55 UTC"#]].assert_eq(&lines(|_| {}));
        expect![[r#"PR [\#12](https://github.com/ana/it/pull/12) draft, open · no checks, as of 2026-11-20 11:55 UTC"#]]
            .assert_eq(&lines(|it| {
                it.pull.draft = true;
                it.checks.as_mut().unwrap().all.truncate(0);
            }));
        expect![[r#"PR [\#12](https://github.com/ana/it/pull/12) open"#]]
            .assert_eq(&lines(|it| it.checks = None));
        expect![[r#"PR [\#12](https://github.com/ana/it/pull/12) merged"#]]
            .assert_eq(&lines(|it| it.pull.state = PullState::Merged));
    }

    #[test]
    fn a_card_is_silent_of_what_was_closed_and_of_other_tickets() {
        assert_eq!(lines(|it| it.pull.state = PullState::Closed), "");
        assert_eq!(lines(|it| it.ticket = "T-9x2m".to_owned()), "");
    }

    #[test]
    fn names_that_others_chose_stay_names() {
        expect![[r#"PR \#12 open · 0 of 5 checks passed, `ab# c`, `[x](command:y)`, `d` and 2 more failed, as of 2026-11-20 11:55 UTC"#]].assert_eq(&lines(|it| {
            it.pull.url = "javascript:alert(1)".to_owned();
            let failed = |name: &str| Check {
                name: name.to_owned(),
                outcome: Outcome::Failed,
                url: String::new(),
            };
            let names = ["a`b\n# c", "[x](command:y)", "d", "e", "f"];
            let checks = names.map(failed).to_vec();
            it.checks.as_mut().unwrap().all = checks;
        }));
    }
}
