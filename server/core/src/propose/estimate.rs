//! How large a ticket is, and why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ProposeError, Seen, Subject};
use crate::config::StatusKind;
use crate::edit::Change;
use crate::ide::Source as World;
use crate::ide::actions::resolve_set;
use crate::ids::TicketId;
use crate::world::Snapshot;

/// The sizes that are given: each says as much as the two before it.
pub const SCALE: [u32; 7] = [1, 2, 3, 5, 8, 13, 21];
/// How many finished tickets a question shows at most.
const MAX_LIKE: usize = 6;

/// How large a ticket is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// In points: 1, 2, 3, 5, 8, 13 or 21.
    pub points: u32,
    /// What makes it that large, a sentence each, the weightiest first.
    pub reasons: Vec<String>,
}

/// Counts what can be counted: criteria, places in the code, what it waits for. Crude, and says so.
pub fn by_counting(snapshot: &Snapshot, subject: &Subject<'_>) -> Estimate {
    let mut reasons = Vec::new();
    let n_criteria = subject.ticket.criteria.len();
    let mut size = match n_criteria {
        0 => {
            reasons.push("It has no acceptance criteria, so it may be larger.".to_owned());
            2
        }
        n => {
            reasons.push(format!(
                "{} to meet.",
                counted(n, "acceptance criterion", "acceptance criteria")
            ));
            n
        }
    };
    let n_files = snapshot
        .index
        .site_files(&TicketId::new(&subject.id))
        .count();
    if n_files > 1 {
        reasons.push(format!("It is named in {n_files} files."));
        size += n_files / 2;
    }
    let n_before = subject.ticket.depends_on.len();
    if n_before > 1 {
        reasons.push(format!("It builds on {n_before} other tickets."));
        size += n_before / 2;
    }
    let fits = SCALE.into_iter().find(|it| *it as usize >= size);
    Estimate {
        points: fits.unwrap_or(SCALE[SCALE.len() - 1]),
        reasons,
    }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

/// Finished tickets with an estimate: what a size means in this project. Those with most labels in
/// common and the same type first.
pub fn finished(snapshot: &Snapshot, subject: &Subject<'_>) -> Vec<String> {
    let of = subject.ticket;
    let has = |label: &str| of.labels.iter().any(|it| it.value == label);
    // Only of those that are done: facts lie all over memory.
    let done = snapshot
        .catalog()
        .filter(|it| snapshot.config.kind_of(it.status) == StatusKind::Done);
    let mut like: Vec<_> = done
        .filter_map(|entry| {
            let it = snapshot.file(entry.path)?.ticket.as_ref()?;
            let points = it.estimate.as_ref()?.value;
            let common = it.labels.iter().filter(|it| has(&it.value)).count();
            let same = usize::from(
                of.kind.as_ref().map(|it| &it.value) == it.kind.as_ref().map(|it| &it.value),
            );
            let created = it.created.as_ref().map(|it| it.value);
            Some((common + same, created, entry.named, points))
        })
        .collect();
    like.sort_by(|a, b| (b.0, b.1, a.2).cmp(&(a.0, a.1, b.2)));
    like.into_iter()
        .take(MAX_LIKE)
        .map(|(_, _, named, points)| format!("{named}: {points} points"))
        .collect()
}

/// What is wrong with an answer, beyond its schema.
///
/// # Errors
///
/// A sentence for the model.
pub fn check(answer: &Estimate, seen: &Seen<'_>) -> Result<(), String> {
    if !SCALE.contains(&answer.points) {
        return Err(format!("{} is none of the sizes {SCALE:?}", answer.points));
    }
    if answer.reasons.iter().all(|it| it.trim().is_empty()) {
        return Err("it gives no reason".to_owned());
    }
    seen.check(answer.reasons.iter().map(String::as_str))
}

/// Writes the size into the ticket; nothing where it says so already.
///
/// # Errors
///
/// Where the field cannot be written.
pub fn change(
    snapshot: &Snapshot,
    subject: &Subject<'_>,
    answer: &Estimate,
    world: &mut dyn World,
) -> Result<Change, ProposeError> {
    let points = answer.points.to_string();
    Ok(resolve_set(
        snapshot,
        &subject.id,
        &[("estimate", &points)],
        world,
    )?)
}
