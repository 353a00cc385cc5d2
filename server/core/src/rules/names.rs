//! What a person may have meant by an id or a name that nothing has.

use crate::ids::TicketId;
use crate::world::Snapshot;
use crate::world::status::named;

/// Most suggestions for one word.
const MAX: usize = 3;

/// The ids nearest to one that no ticket has, as their tickets spell them: at most one symbol off.
pub(super) fn nearest_ids(snapshot: &Snapshot, id: &TicketId) -> Vec<String> {
    let mut near: Vec<String> = snapshot
        .index
        .ticket_ids()
        .filter(|it| is_near(it.as_str(), id.as_str()))
        .filter_map(|it| Some(snapshot.ticket(it)?.1.id.as_ref()?.value.clone()))
        .collect();
    near.sort();
    near.truncate(MAX);
    near
}

/// `No ticket has the id T-7k3f; did you mean T-7k3g "Parse TODO bodies"?`
pub(super) fn unknown_ticket(snapshot: &Snapshot, written: &str, near: &[String]) -> String {
    let meant = near
        .first()
        .and_then(|it| snapshot.ticket(&TicketId::new(it)));
    match meant {
        Some((_, ticket)) => format!(
            "No ticket has the id {written}; did you mean {}?",
            named(ticket)
        ),
        None => format!("No ticket has the id {written}."),
    }
}

/// Whether `a` becomes `b` by replacing, adding or leaving out one byte, or by swapping two
/// neighbours. Cheap for the many that do not.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[head..], &b[head..]);
    let ends = a.iter().rev().zip(b.iter().rev());
    let tail = ends.take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    match (a, b) {
        ([first, second], [other_first, other_second]) => {
            first == other_second && second == other_first
        }
        _ => a.len().max(b.len()) == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_one_slip_of_the_finger() {
        for (a, b) in [
            ("T-7k3f", "T-7k3g"),
            ("T-7k3f", "T-7k3"),
            ("T-7k3f", "T-73kf"),
            ("T-1", "T-12"),
        ] {
            assert!(is_near(a, b) && is_near(b, a), "{a} {b}");
            assert_eq!(strsim::osa_distance(a, b), 1);
        }
        for (a, b) in [
            ("T-7k3f", "T-7k3f"),
            ("T-7k3f", "T-7kgg"),
            ("T-7k3f", "T-7k"),
            ("T-7k3f", "T-k7f3"),
        ] {
            assert!(!is_near(a, b), "{a} {b}");
        }
    }
}
