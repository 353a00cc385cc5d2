//! What tests make go wrong, and the count of what was asked.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// A request, as GitHub would see one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Request {
    Viewer,
    Repository,
    /// A page of issues.
    Issues,
    Issue,
    Relations,
    Comments,
    /// The comments of many issues.
    Threads,
    /// What a project and its fields are called.
    Project,
    /// What a project says of many issues.
    Items,
    Create,
    /// An issue's own fields.
    Edit,
    AddLabels,
    RemoveLabel,
    AddAssignees,
    RemoveAssignees,
    /// Looking for a milestone by its title.
    Milestones,
    CreateMilestone,
    Parent,
    BlockedBy,
    Comment,
    /// Pull requests of a branch.
    Pulls,
    CreatePull,
    CheckRuns,
    Statuses,
    /// An issue put into a project.
    AddItem,
    /// Options of an item.
    Choose,
}

impl Request {
    pub const WRITES: [Self; 13] = [
        Self::Create,
        Self::Edit,
        Self::AddLabels,
        Self::RemoveLabel,
        Self::AddAssignees,
        Self::RemoveAssignees,
        Self::CreateMilestone,
        Self::Parent,
        Self::BlockedBy,
        Self::Comment,
        Self::CreatePull,
        Self::AddItem,
        Self::Choose,
    ];

    pub fn is_write(self) -> bool {
        Self::WRITES.contains(&self)
    }
}

/// What goes wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The forge acts, and its answer does not arrive.
    LostAnswer,
    /// The forge does not act, and the sender cannot tell that from a lost answer.
    LostRequest,
    /// The forge acts, and its answer ends in the middle.
    Truncated,
    /// The forge does not act: 502, or no connection.
    Unavailable,
    /// The quota is used up until so long from now.
    Limited(Duration),
    Slow(Duration),
    /// The content is not taken.
    Invalid(String),
    Auth,
    Forbidden,
    /// A page of issues begins with the last item of the page before once more.
    Repeat,
}

type Script = Box<dyn FnMut(Request) -> Option<Fault> + Send>;

/// Faults that wait for their request, and a script that is asked before each.
#[derive(Default)]
pub(super) struct Faults {
    waiting: BTreeMap<Request, VecDeque<Fault>>,
    pub(super) script: Option<Script>,
    pub(super) counts: BTreeMap<Request, usize>,
    pub(super) n_not_modified: usize,
    /// Since the beginning, whatever was reset.
    pub(super) n_requests: usize,
}

impl Faults {
    pub(super) fn push(&mut self, request: Request, fault: Fault) {
        self.waiting.entry(request).or_default().push_back(fault);
    }

    pub(super) fn take(&mut self, request: Request) -> Option<Fault> {
        self.waiting.get_mut(&request)?.pop_front()
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.script = None;
    }
}
