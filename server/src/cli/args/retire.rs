//! The arguments of `docket archive` and `docket delete`.

use clap::Args as ClapArgs;

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Shows every place that names the ticket and what becomes of it, and asks.\n\n\
    Examples:\n  \
    docket archive T-7k3f            into .docs/tickets/archive; links follow, the id stays\n  \
    docket archive T-7k3f --dry-run  only shows it"
)]
pub struct Archive {
    #[command(flatten)]
    pub ticket: Retired,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Shows every place that names the ticket and what becomes of it, and asks.\n\
    Fields and TODOs lose the id, links become their text; words in prose stay.\n\n\
    Examples:\n  \
    docket delete T-7k3f            asks before\n  \
    docket delete T-7k3f --dry-run  only shows it"
)]
pub struct Delete {
    #[command(flatten)]
    pub ticket: Retired,
}

#[derive(Clone, Debug, ClapArgs)]
pub struct Retired {
    /// The ticket's id; the prefix may be left out.
    pub id: String,
    /// Do it without asking.
    #[arg(short, long)]
    pub yes: bool,
    /// Show what would be done, and do nothing.
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
}
