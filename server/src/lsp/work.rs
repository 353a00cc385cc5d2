//! Long work of a command, told to the client while it goes on, and stopped where a person says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::gen_lsp_types as lsp;

use super::outbox::{Out, Work};

/// Work that is shown as long as this lives. Its asker may go first: then the service is told to stop.
pub(super) struct Shown {
    pub(super) id: u64,
    pub(super) cancelled: Arc<Notify>,
    outbox: UnboundedSender<Out>,
}

impl Shown {
    pub(super) fn begin(
        outbox: UnboundedSender<Out>,
        token: Option<lsp::ProgressToken>,
        title: &'static str,
    ) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let it = Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            cancelled: Arc::default(),
            outbox,
        };
        it.tell(Work::Began(token, it.cancelled.clone(), title));
        it
    }

    fn tell(&self, work: Work) {
        // The outbox ends with the session: nobody is left to tell then.
        let _ = self.outbox.send(Out::Work(self.id, work));
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.cancelled.notify_one();
        self.tell(Work::Ended);
    }
}
