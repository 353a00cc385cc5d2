//! A few threads for short work on snapshots. A panic ends its task alone.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam_channel::{Sender, unbounded};

type Task = (&'static str, Box<dyn FnOnce() + Send>);

/// Runs tasks in the order that they come, on as many threads as it was given.
#[derive(Debug)]
pub struct Pool {
    tasks: Sender<Task>,
}

impl Pool {
    /// # Panics
    ///
    /// Where the system gives no threads at all: nothing could be answered then.
    pub fn new(threads: usize) -> Self {
        let (tasks, inbox) = unbounded::<Task>();
        for idx in 0..threads {
            let inbox = inbox.clone();
            std::thread::Builder::new()
                .name(format!("docket-pool-{idx}"))
                .spawn(move || {
                    for (name, task) in inbox {
                        guarded(name, task);
                    }
                })
                .expect("a thread for the pool");
        }
        Self { tasks }
    }

    pub fn spawn(&self, name: &'static str, task: impl FnOnce() + Send + 'static) {
        // Fails only when every worker has gone, which happens at exit.
        let _ = self.tasks.send((name, Box::new(task)));
    }
}

/// Runs `task`; a panic is logged with its message and goes no further.
pub fn guarded(name: &'static str, task: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(task)) {
        let message = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no message");
        tracing::error!(
            task = name,
            message,
            "a task panicked; docket goes on without its result"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_its_task_alone() {
        let pool = Pool::new(1);
        pool.spawn("bad", || panic!("drill"));
        let (sender, receiver) = unbounded();
        pool.spawn("good", move || sender.send(7).expect("the test waits"));
        assert_eq!(
            receiver.recv_timeout(std::time::Duration::from_secs(20)),
            Ok(7)
        );
    }
}
