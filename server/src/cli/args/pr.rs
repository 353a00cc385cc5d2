//! The arguments of `docket pr`.

use clap::Args as ClapArgs;

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Shows what will be pushed and opened, and asks. Nothing is forced. Where the pull request is\n\
    open and GitHub has all commits, it tells how its checks are.\n\n\
    Examples:\n  \
    docket pr T-7k3f            git push -u origin T-7k3f-parse-bodies, a pull request that closes its issue\n  \
    docket pr T-7k3f --dry-run  only shows it"
)]
pub struct Pr {
    /// The ticket's id; the prefix may be left out.
    pub id: String,
    /// Open it as a draft.
    #[arg(long)]
    pub draft: bool,
    /// Do it without asking.
    #[arg(short, long)]
    pub yes: bool,
    /// Show what would be done, and do nothing.
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
}
