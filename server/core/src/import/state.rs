//! What other tools' states mean in a project, whose own statuses are what its configuration says.

use crate::config::{Config, StatusKind};
use crate::ticket::Priority;

/// What a word means: a kind of status, the names that fit best, and whether more is said by it
/// than a status can say.
struct Meaning {
    kind: StatusKind,
    names: &'static [&'static str],
    label: Option<&'static str>,
}

/// The project's status for a state, and a label for what that does not say.
pub(super) fn status(written: Option<&str>, config: &Config) -> (String, Option<String>) {
    let default = || config.default_status().name.clone();
    let Some(written) = written.map(str::trim).filter(|it| !it.is_empty()) else {
        return (default(), None);
    };
    let word = plain(written);
    if let Some(same) = config.statuses.iter().find(|it| plain(&it.name) == word) {
        return (same.name.clone(), None);
    }
    let Some(meaning) = meaning(&word) else {
        return (default(), Some(written.to_owned()));
    };
    let of_kind = || config.statuses.iter().filter(|it| it.kind == meaning.kind);
    let named = meaning
        .names
        .iter()
        .find_map(|name| of_kind().find(|it| plain(&it.name) == *name));
    let label = meaning.label.map(str::to_owned);
    match named.or_else(|| of_kind().next()) {
        Some(status) => (status.name.clone(), label),
        // A project without a status of that kind still hears of it.
        None => (default(), Some(label.unwrap_or_else(|| written.to_owned()))),
    }
}

/// Whether a state means that nothing is left to do.
pub(super) fn is_closed(written: &str) -> bool {
    meaning(&plain(written)).is_some_and(|it| it.kind.is_closed())
}

/// Whether a text is the name of a state.
pub(super) fn is_state(written: &str) -> bool {
    meaning(&plain(written)).is_some()
}

fn meaning(word: &str) -> Option<Meaning> {
    use StatusKind::{Active, Done, Dropped, Open};
    let (kind, names, label): (_, &'static [&'static str], _) = match word {
        "todo" | "open" | "new" | "pending" | "ready" | "planned" | "notstarted" | "queued" => {
            (Open, &["todo", "open", "ready", "backlog"], None)
        }
        "backlog" | "draft" | "later" | "icebox" | "proposed" | "triage" => {
            (Open, &["backlog", "todo"], None)
        }
        "deferred" | "postponed" | "snoozed" => (Open, &["backlog", "todo"], Some("deferred")),
        "blocked" | "waiting" | "onhold" | "hold" => (Open, &["todo", "backlog"], Some("blocked")),
        "inprogress" | "doing" | "started" | "active" | "wip" | "working" | "hooked" => {
            (Active, &["inprogress", "doing", "active"], None)
        }
        "review" | "inreview" | "testing" | "qa" => (
            Active,
            &["review", "inreview", "testing", "inprogress"],
            None,
        ),
        "done" | "closed" | "complete" | "completed" | "finished" | "resolved" | "fixed"
        | "verified" | "merged" | "archived" => (Done, &["done", "closed", "complete"], None),
        "cancelled" | "canceled" | "dropped" | "wontfix" | "wontdo" | "rejected" | "abandoned"
        | "obsolete" | "invalid" => (Dropped, &["dropped", "cancelled", "canceled"], None),
        _ => return None,
    };
    Some(Meaning { kind, names, label })
}

/// A priority by its name in any of the tools.
pub(super) fn priority(written: &str) -> Option<Priority> {
    Some(match &*plain(written) {
        "critical" | "highest" | "urgent" | "blocker" | "p0" => Priority::Critical,
        "high" | "p1" => Priority::High,
        "medium" | "normal" | "moderate" | "p2" => Priority::Medium,
        "low" | "lowest" | "minor" | "p3" => Priority::Low,
        _ => return None,
    })
}

/// Letters and digits alone, in lower case: `In Progress`, `in_progress` and `in-progress` are one.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|it| it.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
