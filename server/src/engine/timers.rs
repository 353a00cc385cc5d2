//! Deadlines of the engine. They fire by the time they are handed, so that tests own the clock.

use std::time::{Duration, Instant};

/// What a deadline is for. One of each at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// Tell the doors that findings may be others.
    Publish,
    /// Read the files that watchers saw change.
    Reread,
    /// Look at every project again, in case a watcher missed something or midnight has passed.
    Upkeep,
}

/// A deadline that moves back with each new cause, but never beyond its ceiling.
#[derive(Clone, Copy, Debug)]
struct Deadline {
    timer: Timer,
    first: Instant,
    due: Instant,
}

#[derive(Debug, Default)]
pub struct Timers {
    deadlines: Vec<Deadline>,
}

impl Timers {
    /// Sets `timer` to `quiet` from `now`, at most `ceiling` after it was first set.
    pub fn push_back(&mut self, timer: Timer, now: Instant, quiet: Duration, ceiling: Duration) {
        match self.deadlines.iter_mut().find(|it| it.timer == timer) {
            Some(deadline) => deadline.due = (now + quiet).min(deadline.first + ceiling),
            None => self.deadlines.push(Deadline {
                timer,
                first: now,
                due: now + quiet,
            }),
        }
    }

    /// The time of the next deadline.
    pub fn next(&self) -> Option<Instant> {
        self.deadlines.iter().map(|it| it.due).min()
    }

    /// Takes out what is due at `now`.
    pub fn due(&mut self, now: Instant) -> Vec<Timer> {
        let mut due: Vec<Timer> = Vec::new();
        self.deadlines.retain(|it| {
            let waits = it.due > now;
            if !waits {
                due.push(it.timer);
            }
            waits
        });
        due.sort_unstable();
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_moves_back_up_to_its_ceiling() {
        let start = Instant::now();
        let ms = Duration::from_millis;
        let mut timers = Timers::default();
        for step in 0..20 {
            timers.push_back(Timer::Publish, start + ms(step * 100), ms(150), ms(1000));
            assert!(step >= 9 || timers.due(start + ms(step * 100 + 50)).is_empty());
        }
        assert_eq!(timers.next(), Some(start + ms(1000)));
        assert_eq!(timers.due(start + ms(1000)), [Timer::Publish]);
        assert_eq!(timers.next(), None);
    }
}
