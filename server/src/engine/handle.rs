//! How doors reach the engine: post an event, or ask a question and await its answer.

use std::path::PathBuf;

use crossbeam_channel::Sender;
use docket_core::edit::Change;
use docket_core::world::Snapshot;
use tokio::sync::oneshot;

use super::event::{ApplyError, Event, Need, Read, Target};

/// One project as a question sees it: immutable, and of one moment.
#[derive(Clone, Debug)]
pub struct View {
    pub root: PathBuf,
    /// The asked-for file, relative to the root with `/`; empty for [`Target::All`].
    pub path: String,
    /// Its version where it is open.
    pub version: Option<i32>,
    /// The document was edited after the question was asked: its places speak of an older text.
    pub moved: bool,
    pub snapshot: Snapshot,
    /// Whether the whole project has been read; if not, what is missing may only be unread.
    pub complete: bool,
}

/// A question without an answer: its work panicked, its project went, or the engine did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the question was lost")]
pub struct Lost;

/// A question's work: runs on the pool, and answers its asker itself.
pub type Job = Box<dyn FnOnce(&[View]) + Send>;

/// Where an answer goes. Sending to an asker who has gone is no error.
pub struct Reply<T>(oneshot::Sender<T>);

impl<T> Reply<T> {
    pub fn channel() -> (Self, oneshot::Receiver<T>) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), receiver)
    }

    pub fn send(self, value: T) {
        // The asker may have been cancelled: nobody is left to tell.
        let _ = self.0.send(value);
    }
}

impl<T> std::fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reply")
    }
}

/// A door's end of the engine. Cheap to clone; posting never blocks and keeps its order.
#[derive(Clone, Debug)]
pub struct Handle {
    inbox: Sender<Event>,
}

impl Handle {
    pub(super) fn new(inbox: Sender<Event>) -> Self {
        Self { inbox }
    }

    /// Posts an event. After the engine has gone this does nothing.
    pub fn post(&self, event: Event) {
        let _ = self.inbox.send(event);
    }

    /// Asks about one file. Posted at once, before the first await; `None` where the file belongs to
    /// no project.
    ///
    /// # Errors
    ///
    /// [`Lost`]
    pub fn read<T: Send + 'static, F: FnOnce(&View) -> T + Send + 'static>(
        &self,
        path: PathBuf,
        need: Need,
        ask: F,
    ) -> impl Future<Output = Result<Option<T>, Lost>> + use<T, F> {
        self.read_views(Target::File(path), need, |views| views.first().map(ask))
    }

    /// Asks about every project at once.
    ///
    /// # Errors
    ///
    /// [`Lost`]
    pub fn read_all<T: Send + 'static, F: FnOnce(&[View]) -> T + Send + 'static>(
        &self,
        need: Need,
        ask: F,
    ) -> impl Future<Output = Result<T, Lost>> + use<T, F> {
        self.read_views(Target::All, need, ask)
    }

    /// Asks about the views of a target.
    ///
    /// # Errors
    ///
    /// [`Lost`]
    pub fn read_views<T: Send + 'static, F: FnOnce(&[View]) -> T + Send + 'static>(
        &self,
        target: Target,
        need: Need,
        ask: F,
    ) -> impl Future<Output = Result<T, Lost>> + use<T, F> {
        let (reply, answer) = Reply::channel();
        let job: Job = Box::new(move |views| {
            // Cancelled while it waited: the work would be for nobody.
            if !reply.0.is_closed() {
                reply.send(ask(views));
            }
        });
        self.post(Event::Read(Read {
            target,
            need,
            asked_of: None,
            job,
        }));
        async move { answer.await.map_err(|_| Lost) }
    }

    /// Carries out a change; the answer says whether all of it was.
    ///
    /// # Errors
    ///
    /// [`ApplyError`], and then nothing was changed, or what was is undone.
    pub fn apply(
        &self,
        root: PathBuf,
        label: String,
        change: Change,
    ) -> impl Future<Output = Result<(), ApplyError>> + use<> {
        let (reply, answer) = Reply::channel();
        self.post(Event::Apply {
            root,
            label,
            change,
            reply,
        });
        async move {
            let gone = || ApplyError::Refused("docket is shutting down".into());
            answer.await.unwrap_or_else(|_| Err(gone()))
        }
    }
}
