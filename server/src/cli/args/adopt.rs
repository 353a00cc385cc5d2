//! The arguments of `docket adopt`.

use clap::Args as ClapArgs;
use docket_core::adopt::MAX_TICKETS;

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "TODOs that say the same share a ticket. Owners come from CODEOWNERS, else from who wrote the line.\n\n\
    Examples:\n  \
    docket adopt            shows the plan and asks\n  \
    docket adopt --write    the plan as a page, .docs/adopt.md, for you to edit\n  \
    docket adopt            carries out that page, where there is one"
)]
pub struct Adopt {
    /// Show what would be done, and do nothing.
    #[arg(long, conflicts_with_all = ["yes", "write"])]
    pub dry_run: bool,
    /// At most so many tickets; those of the most urgent TODOs come first.
    #[arg(long, value_name = "N", default_value_t = MAX_TICKETS)]
    pub max: usize,
    /// Write the plan as a page to be edited, and make no ticket yet.
    #[arg(long)]
    pub write: bool,
    /// Do it without asking.
    #[arg(short, long, conflicts_with = "write")]
    pub yes: bool,
}
