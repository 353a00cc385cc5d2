//! Work shared by the threads of a scan: each job may add jobs, and all ends when none is left.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Debug)]
pub(super) struct Queue<J> {
    state: Mutex<State<J>>,
    changed: Condvar,
}

#[derive(Debug)]
struct State<J> {
    jobs: Vec<J>,
    /// Jobs that were taken and are not done: they may still add some.
    n_running: usize,
}

impl<J> Queue<J> {
    pub(super) fn new(first: J) -> Self {
        Self {
            state: Mutex::new(State {
                jobs: vec![first],
                n_running: 0,
            }),
            changed: Condvar::new(),
        }
    }

    /// Runs jobs until none is left anywhere; called by every thread. `run` adds to the list it is given.
    pub(super) fn work(&self, mut run: impl FnMut(J, &mut Vec<J>)) {
        let mut more = Vec::new();
        while let Some(job) = self.take() {
            let running = Running(self);
            run(job, &mut more);
            if !more.is_empty() {
                self.lock().jobs.append(&mut more);
                self.changed.notify_all();
            }
            drop(running);
        }
    }

    /// Waits for a job; `None` when there will be no more.
    fn take(&self) -> Option<J> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop() {
                state.n_running += 1;
                return Some(job);
            }
            if state.n_running == 0 {
                return None;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job that was taken. Dropped on a panic too, so that the other threads do not wait for it.
struct Running<'a, J>(&'a Queue<J>);

impl<J> Drop for Running<'_, J> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.n_running -= 1;
        if state.n_running == 0 {
            self.0.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn every_job_runs_once_on_any_number_of_threads() {
        for n_threads in [1, 2, 5] {
            let queue = Queue::new(10_u32);
            let n_done = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                for _ in 0..n_threads {
                    scope.spawn(|| {
                        queue.work(|depth, more| {
                            n_done.fetch_add(1, Ordering::Relaxed);
                            more.extend(std::iter::repeat_n(
                                depth.saturating_sub(1),
                                2 * usize::from(depth > 0),
                            ));
                        });
                    });
                }
            });
            assert_eq!(n_done.into_inner(), 2_usize.pow(11) - 1);
        }
    }
}
