//! The arguments of `docket import`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use docket_core::import::Tool;

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Shows what will be made, and asks. The source stays as it is, and a second run makes nothing twice.\n\n\
    Examples:\n  \
    docket import backlog                     a folder of Backlog.md\n  \
    docket import .beads/issues.jsonl         issues of beads\n  \
    docket import .taskmaster/tasks/tasks.json --dry-run\n  \
    docket import specs                       task lists of spec-kit\n  \
    docket import openspec                    changes of OpenSpec\n  \
    docket import ~/notes/Work.md             tasks of Obsidian\n  \
    docket import TODO.md --yes               a check list, without asking"
)]
pub struct Import {
    /// A file or a folder of the other tool.
    #[arg(value_name = "SOURCE")]
    pub source: PathBuf,
    /// The tool that it is of [default: by what is in it].
    #[arg(long, value_name = "TOOL")]
    pub from: Option<ImportFrom>,
    /// Do it without asking.
    #[arg(short, long)]
    pub yes: bool,
    /// Show what would be made, and make nothing.
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ImportFrom {
    #[value(alias = "backlog")]
    BacklogMd,
    Beads,
    #[value(alias = "taskmaster")]
    TaskMaster,
    #[value(alias = "speckit")]
    SpecKit,
    #[value(name = "openspec")]
    OpenSpec,
    Obsidian,
    Todo,
}

impl From<ImportFrom> for Tool {
    fn from(from: ImportFrom) -> Self {
        match from {
            ImportFrom::BacklogMd => Self::BacklogMd,
            ImportFrom::Beads => Self::Beads,
            ImportFrom::TaskMaster => Self::TaskMaster,
            ImportFrom::SpecKit => Self::SpecKit,
            ImportFrom::OpenSpec => Self::OpenSpec,
            ImportFrom::Obsidian => Self::Obsidian,
            ImportFrom::Todo => Self::CheckList,
        }
    }
}
