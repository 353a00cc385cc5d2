//! Tickets of other tools: recognised, read into docket's terms, and planned as files of a project.
//!
//! A reader is a pure function of the source's texts and gives [`Foreign`] tickets; [`plan::plan`]
//! gives each an id, a status that the project has, and a file. What has no place in a ticket is
//! kept in its body ([`kept`]); what is no ticket is told ([`Skipped`]); what is cut or broken
//! refuses the whole ([`Refusal`]), so that an import is never half of what was meant.

mod backlog_md;
mod beads;
mod body;
mod check_list;
mod detect;
mod front;
mod items;
mod kept;
mod obsidian;
mod openspec;
pub mod plan;
mod spec_kit;
mod state;
mod task_master;

use jiff::civil::Date;

use crate::ticket::Priority;

pub use detect::{Unrecognised, recognise};
pub use plan::{Plan, Planned, Standing, plan};

/// A tool whose tickets docket reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// A folder of Backlog.md (`backlog/tasks/*.md`).
    BacklogMd,
    /// JSON lines of beads (`.beads/issues.jsonl`).
    Beads,
    /// `tasks.json` of Task Master.
    TaskMaster,
    /// `specs/<feature>/tasks.md` of spec-kit.
    SpecKit,
    /// `openspec/changes/<change>/` of OpenSpec.
    OpenSpec,
    /// Lines of Obsidian's plugin Tasks, with emoji or dataview fields.
    Obsidian,
    /// A Markdown check list, such as `TODO.md`.
    CheckList,
}

/// A file of the source. The path has `/` and is what the user sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

/// A ticket as another tool has it, in docket's terms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Foreign {
    /// What the ticket is known by when its source is imported once more; of each tool its own
    /// shape, no two of a source alike.
    pub key: String,
    /// Its id there.
    pub id: Option<String>,
    /// Where ids are told apart by more than themselves: the feature, the tag.
    pub scope: String,
    pub title: String,
    /// As it is written there.
    pub status: Option<String>,
    pub priority: Option<Priority>,
    pub kind: Option<String>,
    pub labels: Vec<String>,
    pub assignees: Vec<String>,
    pub milestone: Option<String>,
    /// The key of another ticket, or an id that is none of the source.
    pub parent: Option<String>,
    /// Likewise.
    pub depends_on: Vec<String>,
    pub due: Option<Date>,
    pub estimate: Option<f64>,
    pub created: Option<Date>,
    /// A day, or a day with its time.
    pub updated: Option<String>,
    /// Markdown.
    pub body: String,
    /// The file of the source that its text is of, which relative links in it are meant from.
    pub file: String,
    /// The files of the source that it is the whole of: a link to one of them means the ticket.
    pub is_all_of: Vec<String>,
    /// What has no field and is no text: YAML entries, each with its line break.
    pub kept: Vec<String>,
    pub shelf: Shelf,
}

/// Where a ticket's file goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shelf {
    #[default]
    Current,
    /// The tool had put it away; with docket that is `.docs/tickets/archive/`.
    Archive,
}

/// What the paths of a source's files are told from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Base {
    /// The project's root.
    #[default]
    Root,
    /// A folder outside of the project, whose files no page of it can link to.
    Elsewhere,
}

/// What a source holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    pub base: Base,
    pub tickets: Vec<Foreign>,
    pub skipped: Vec<Skipped>,
}

/// Something of the source that becomes no ticket, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub path: String,
    /// From 1.
    pub line: Option<u32>,
    pub reason: String,
}

/// Why a source cannot be read as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}`{}: {message}", .line.map_or(String::new(), |it| format!(", line {it}")))]
pub struct Refusal {
    pub path: String,
    /// From 1.
    pub line: Option<u32>,
    /// Lower case, no final dot.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Tool {
    pub const ALL: [Self; 7] = [
        Self::BacklogMd,
        Self::Beads,
        Self::TaskMaster,
        Self::SpecKit,
        Self::OpenSpec,
        Self::Obsidian,
        Self::CheckList,
    ];

    /// As it is typed and as it stands in a ticket's `from`.
    pub fn name(self) -> &'static str {
        match self {
            Self::BacklogMd => "backlog-md",
            Self::Beads => "beads",
            Self::TaskMaster => "task-master",
            Self::SpecKit => "spec-kit",
            Self::OpenSpec => "openspec",
            Self::Obsidian => "obsidian",
            Self::CheckList => "todo",
        }
    }

    /// As its makers call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::BacklogMd => "Backlog.md",
            Self::Beads => "beads",
            Self::TaskMaster => "Task Master",
            Self::SpecKit => "spec-kit",
            Self::OpenSpec => "OpenSpec",
            Self::Obsidian => "Obsidian Tasks",
            Self::CheckList => "a check list",
        }
    }
}

/// Reads a source as a tool's.
///
/// # Errors
/// The first thing that is cut or broken.
pub fn read(tool: Tool, files: &[SourceFile]) -> Result<Source, Refusal> {
    match tool {
        Tool::BacklogMd => backlog_md::read(files),
        Tool::Beads => beads::read(files),
        Tool::TaskMaster => task_master::read(files),
        Tool::SpecKit => spec_kit::read(files),
        Tool::OpenSpec => openspec::read(files),
        Tool::Obsidian => obsidian::read(files),
        Tool::CheckList => check_list::read(files),
    }
}

impl Skipped {
    fn file(file: &SourceFile, reason: impl Into<String>) -> Self {
        Self {
            path: file.path.clone(),
            line: None,
            reason: reason.into(),
        }
    }
}

impl Refusal {
    /// Of a file that ends before what was begun in it does.
    fn cut(file: &SourceFile, line: u32, message: impl Into<String>) -> Self {
        Self {
            path: file.path.clone(),
            line: Some(line),
            message: message.into(),
            hint: "nothing was changed; fetch or export the whole file again, or mend that line, and run it again".to_owned(),
        }
    }
}

/// The line of an offset, from 1.
fn line_of(text: &str, at: usize) -> u32 {
    let head = &text.as_bytes()[..at.min(text.len())];
    1 + memchr::memchr_iter(b'\n', head).count() as u32
}

/// Keys that several tickets share get a number from the second on.
fn tell_apart(tickets: &mut [Foreign]) {
    let mut seen = rustc_hash::FxHashMap::<String, usize>::default();
    for ticket in tickets {
        let count = seen.entry(ticket.key.clone()).or_default();
        *count += 1;
        if *count > 1 {
            ticket.key = format!("{}~{count}", ticket.key);
        }
    }
}

#[cfg(test)]
mod tests;
