//! The arguments of `docket plan` and `docket align`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Items under `## Goals`, `## Must`, `## Should`, `## Could` or `## Requirements` become requirements, \
    what is nested in them their criteria, a numbered list is an order; `## Constraints`, `## Users`, `## Data` and \
    `## Open questions` are read too. Of a ticket, its title is the requirement and its lists are the criteria, unless \
    such headings say more. Of TODOs each is a requirement; its ticket is written into it. Planning again adds what is new.\n\n\
    Examples:\n  \
    docket plan                    shows what .docs/brief.md comes to, and asks\n  \
    docket plan .docs/search.md    another page\n  \
    docket plan T-7k3f             a ticket; `#42`: the one of that issue\n  \
    docket plan --todos src        the TODOs in a folder that nothing tracks\n  \
    docket plan --coverage         each requirement with its tickets"
)]
pub struct Plan {
    /// The page to plan [default: .docs/brief.md], or a ticket, by its id or its issue; with `--todos`
    /// files and folders.
    #[arg(value_name = "PAGE|ID", conflicts_with = "coverage")]
    pub of: Vec<PathBuf>,
    /// Plan the TODOs that nothing tracks, and link them.
    #[arg(long, conflicts_with = "coverage")]
    pub todos: bool,
    /// Do it without asking.
    #[arg(short, long)]
    pub yes: bool,
    /// Show what would be made, and make nothing.
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    /// Ask no model, also where one is configured: the page's own headings and lists say it.
    #[arg(long)]
    pub no_model: bool,
    /// Ask although the same was proposed and refused before.
    #[arg(long)]
    pub again: bool,
    /// Show each requirement with its tickets.
    #[arg(long, conflicts_with_all = ["yes", "dry_run"])]
    pub coverage: bool,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "What was derived says so in its own file: `from: [R-4k2p@9f3a1c20]`. It is outdated when that text changes.\n\n\
    Examples:\n  \
    docket align                         what is out of line, and why\n  \
    docket align T-7k3f --still-valid    the ticket holds for the new text as well\n  \
    docket align T-7k3f --update         a model proposes the smallest edit\n  \
    docket align T-7k3f --dismiss        says nothing until the source changes again
  \
    docket align --record                writes down what `from: [R-4k2p]` leaves out"
)]
pub struct Align {
    /// Tickets, requirements or files [default: everything].
    #[arg(value_name = "ID|PATH")]
    pub what: Vec<String>,
    /// They hold for what their sources say now.
    #[arg(long, requires = "what")]
    pub still_valid: bool,
    /// Write down what sources without a digest say now.
    #[arg(long, conflicts_with = "still_valid")]
    pub record: bool,
    /// Tell nobody of them until their sources change again.
    #[arg(long, requires = "what", conflicts_with_all = ["still_valid", "record"])]
    pub dismiss: bool,
    /// Tell again of what was dismissed.
    #[arg(long, conflicts_with_all = ["still_valid", "record", "dismiss"])]
    pub restore: bool,
    /// Have a model propose what brings them in line, one after the other.
    #[arg(long, conflicts_with_all = ["still_valid", "record", "dismiss", "restore"])]
    pub update: bool,
    #[command(flatten)]
    pub how: super::Propose,
}
