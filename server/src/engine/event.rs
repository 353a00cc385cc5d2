//! Everything that can happen to the engine, and everything that it tells its doors.

use std::path::PathBuf;
use std::sync::Arc;

use docket_core::edit::Change;
use docket_core::facts::FileFacts;
use docket_core::lineage::Dismissals;
use docket_core::span::Encoding;
use docket_core::sync::Mirror;
use docket_core::text::ContentChange;
use docket_core::world::FileChange;

use super::handle::{Job, Reply};
use crate::project::{Loaded, Remembered};
use crate::write::WriteError;

/// Something that happened. Closed on purpose: a new source of change is a new variant.
pub enum Event {
    Open {
        path: PathBuf,
        language: String,
        version: i32,
        text: String,
    },
    Edit {
        path: PathBuf,
        version: i32,
        changes: Vec<ContentChange>,
        encoding: Encoding,
    },
    Save {
        path: PathBuf,
    },
    Close {
        path: PathBuf,
    },
    /// Workspace folders came or went.
    Folders {
        added: Vec<PathBuf>,
        removed: Vec<PathBuf>,
    },
    /// The user's answer to [`Notice::Consent`].
    Consent {
        root: PathBuf,
        given: bool,
    },
    /// Paths that a watcher saw change; what they are now is not known yet.
    Touched {
        paths: Vec<PathBuf>,
    },
    /// Every folder of a project is watched from here on; what changed before that was not seen.
    Watching {
        root: PathBuf,
    },
    /// What touched files turned out to be.
    Reread {
        root: PathBuf,
        files: super::Files,
    },
    /// A task that read touched files has ended, whatever became of it.
    RereadEnded,
    /// What is at the files that links and records point at.
    Targets {
        root: PathBuf,
        seen: Vec<FileChange>,
    },
    /// A scan, or the part of it that the store had, is there.
    Loaded {
        root: PathBuf,
        loaded: Box<Loaded>,
    },
    /// Where the TODOs of a branch were when they were last looked at.
    Anchors {
        root: PathBuf,
        remembered: Remembered,
    },
    /// What is known of the forge's issues; empty where that is nothing any more.
    Mirror {
        root: PathBuf,
        mirror: Arc<Mirror>,
    },
    /// What is outdated and is not to be told of.
    Dismissed {
        root: PathBuf,
        dismissed: Arc<Dismissals>,
    },
    /// A scan goes on: files seen so far.
    Progress {
        root: PathBuf,
        files: u64,
    },
    /// Something in the background that the user should know, and that stops nothing.
    Trouble {
        message: String,
    },
    /// The user does not want to wait for a scan.
    StopScan {
        root: PathBuf,
    },
    ScanFailed {
        root: PathBuf,
        message: String,
    },
    /// The facts of an open document in one of its editions.
    Facts {
        path: PathBuf,
        edition: u64,
        made: Made,
    },
    /// The same facts, with each TODO's place in the syntax.
    Places {
        path: PathBuf,
        edition: u64,
        facts: Arc<FileFacts>,
    },
    Read(Read),
    /// A change to carry out: in open documents by the editor, elsewhere by the writer.
    Apply {
        root: PathBuf,
        label: String,
        change: Change,
        reply: Reply<Result<(), ApplyError>>,
    },
    /// The files of a change were written; what they hold now must be read.
    Written {
        paths: Vec<PathBuf>,
    },
    Rescan {
        cause: &'static str,
    },
    /// A door shows things differently now: each open document may look different.
    Redraw,
    Shutdown,
}

/// What became of making a document's facts.
pub enum Made {
    Facts(Arc<FileFacts>),
    /// A scan leaves the file out, and so does the editor.
    PassedOver,
    /// A panic, which is logged: what was known before stays.
    Failed,
}

/// A question about one file's project, or about all projects.
pub struct Read {
    pub target: Target,
    pub need: Need,
    /// The open document's version when the question came; the engine sets it.
    pub asked_of: Option<i32>,
    pub job: Job,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The project that the file belongs to, with the file's own text and facts of one version.
    File(PathBuf),
    /// Every project, one after the other.
    All,
}

/// What a question waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// What is known by now: while a first scan runs, that is little.
    Now,
    /// The whole index: a missing ticket means something only when all have been read.
    Index,
}

/// Why a change was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("the editor refused the change: {0}")]
    Refused(String),
    #[error(
        "this editor cannot change open files on docket's behalf; save and close {0}, then try again"
    )]
    Unsupported(String),
}

impl ApplyError {
    /// Planning the change again on what is there now can help.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Write(error) if error.is_retryable())
    }
}

/// Something that a door may want to show. Never waited for.
#[derive(Debug)]
pub enum Notice {
    /// Findings or hints may be others now. `open` are the open documents that may show it.
    Changed {
        revision: u64,
        open: Vec<PathBuf>,
    },
    /// A scan goes on: files seen so far.
    Progress {
        root: PathBuf,
        files: u64,
    },
    ProgressEnd {
        root: PathBuf,
        summary: String,
    },
    /// A root so wide that it is not indexed unasked: answered by [`Event::Consent`].
    Consent {
        root: PathBuf,
    },
    /// Something that the user should know and can act on; each text once.
    Warn(String),
    /// Change open documents; the door answers through `reply`.
    EditOpen {
        root: PathBuf,
        label: String,
        change: Change,
        reply: Reply<Result<(), ApplyError>>,
    },
}

impl Event {
    /// For logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Edit { .. } => "edit",
            Self::Save { .. } => "save",
            Self::Close { .. } => "close",
            Self::Folders { .. } => "folders",
            Self::Consent { .. } => "consent",
            Self::Touched { .. } => "touched",
            Self::Watching { .. } => "watching",
            Self::Reread { .. } => "reread",
            Self::RereadEnded => "reread ended",
            Self::Targets { .. } => "targets",
            Self::Loaded { .. } => "loaded",
            Self::Anchors { .. } => "anchors",
            Self::Mirror { .. } => "mirror",
            Self::Dismissed { .. } => "dismissed",
            Self::Progress { .. } => "progress",
            Self::Trouble { .. } => "trouble",
            Self::StopScan { .. } => "stop-scan",
            Self::ScanFailed { .. } => "scan-failed",
            Self::Facts { .. } => "facts",
            Self::Places { .. } => "places",
            Self::Read(_) => "read",
            Self::Apply { .. } => "apply",
            Self::Written { .. } => "written",
            Self::Rescan { .. } => "rescan",
            Self::Redraw => "redraw",
            Self::Shutdown => "shutdown",
        }
    }
}
