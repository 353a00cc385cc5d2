//! The arguments of the verbs that have to do with models.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    docket prompt                    list them, with their versions\n  \
    docket prompt show expand        the one in force\n  \
    docket prompt show expand > .docs/prompts/expand.md   begin one of your own\n  \
    docket prompt diff               how yours differ from those that ship\n  \
    docket prompt check              unknown variables, syntax, versions")]
pub struct Prompt {
    #[command(subcommand)]
    pub verb: Option<PromptVerb>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum PromptVerb {
    /// List the prompts.
    List,
    /// Print the prompt in force.
    Show { name: String },
    /// Look for what is wrong with the project's own prompts.
    Check,
    /// Show how the project's own prompts differ from those that ship.
    Diff { name: Option<String> },
}

/// Of each verb that proposes something.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub struct Propose {
    /// Accept what is proposed without asking.
    #[arg(short, long)]
    pub yes: bool,
    /// Show the proposal, which then waits.
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    /// Ask no model, also where one is configured.
    #[arg(long)]
    pub no_model: bool,
    /// Ask although the same was proposed and refused before.
    #[arg(long)]
    pub again: bool,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Without a model each open criterion, or each open item of its check list, becomes a part.\n\n\
    Examples:\n  \
    docket expand T-7k3f             shows the parts, and asks\n  \
    docket expand T-7k3f --no-model  by its criteria"
)]
pub struct Expand {
    /// The ticket.
    #[arg(value_name = "ID")]
    pub ticket: String,
    #[command(flatten)]
    pub how: Propose,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Without a model criteria, places in the code and dependencies are counted.\n\n\
    Example:\n  \
    docket estimate T-7k3f"
)]
pub struct Estimate {
    /// The ticket.
    #[arg(value_name = "ID")]
    pub ticket: String,
    #[command(flatten)]
    pub how: Propose,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "By a model, in the framework and style of the project; without one a skeleton for each criterion,\n\
    which is pending until it is written. Each test names its criterion. cargo, pytest, Vitest, Jest,\n\
    node:test and go test are known.\n\n\
    Example:\n  \
    docket write-tests T-7k3f"
)]
pub struct WriteTests {
    /// The ticket.
    #[arg(value_name = "ID")]
    pub ticket: String,
    #[command(flatten)]
    pub how: Propose,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "A page for each file, in .docs/reference, with a section for each declaration that others can use: its\n\
    signature, and what its documentation says, or a model. Each section records what it was made from:\n\
    where that changes, `docket align` shows it, and this command renews it. What a person has changed\n\
    on a page stays.\n\n\
    Examples:\n  \
    docket write-docs src/lexer.rs   one file\n  \
    docket write-docs src            all below a folder that declare something"
)]
pub struct WriteDocs {
    /// A source file, or a folder.
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    #[command(flatten)]
    pub how: Propose,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Each second-level heading of the page is a table, each row of `| field | type |` below it a column: integer,\n\
    real, decimal, boolean, text, date, timestamp, uuid, json, blob, or another table's name; then `required`,\n\
    `unique`, `was old_name`. What has changed since the last migration becomes the next one, up and down, in\n\
    migrations/sqlite and migrations/postgres. It is tried on both first: on a PostgreSQL of its own where\n\
    `initdb` is found, or on the empty database that DOCKET_POSTGRES names. No model is asked.\n\n\
    Examples:\n  \
    docket schema                    of .docs/data-model.md; shows it, and asks\n  \
    docket schema .docs/billing.md   of another page"
)]
pub struct Schema {
    /// The page [default: .docs/data-model.md].
    #[arg(value_name = "PAGE")]
    pub page: Option<PathBuf>,
    #[command(flatten)]
    pub how: Propose,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Roles that ship: product-manager, backend, frontend, devops, qa, security; `[ai.roles]` has more.\n\
    Each pair gives a page: the API, the deployment plan, interface tests, security checks and so on, with\n\
    alternatives and dissent.\n\n\
    Examples:\n  \
    docket discuss R-4k2p --with backend,frontend    the API that the requirement needs\n  \
    docket discuss T-7k3f --with qa,security --say \"We may not store the address.\"\n  \
    docket discuss P-7k3f --say \"And who pays?\"      go on with one that waits"
)]
pub struct Discuss {
    /// A ticket, a requirement, a page by its path, or a discussion that waits by its proposal's id.
    #[arg(value_name = "ID|PATH")]
    pub topic: String,
    /// Who takes part [default: everybody].
    #[arg(long, value_name = "ROLE", value_delimiter = ',')]
    pub with: Vec<String>,
    /// How often each of a pair speaks at most [default: 2, or as before].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=6))]
    pub rounds: Option<u8>,
    /// What you have to say to it.
    #[arg(long, value_name = "TEXT")]
    pub say: Option<String>,
    #[command(flatten)]
    pub how: Propose,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    docket proposals                  those that wait\n  \
    docket proposals show P-7k3f      one as a patch\n  \
    docket proposals accept P-7k3f    make it so\n  \
    docket proposals refuse P-7k3f    the same is not asked again")]
pub struct Proposals {
    #[command(subcommand)]
    pub verb: Option<ProposalsVerb>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum ProposalsVerb {
    /// List those that wait.
    List,
    /// Show one as a patch.
    Show { id: String },
    /// Carry one out.
    Accept { id: String },
    /// Refuse one, which is remembered.
    Refuse { id: String },
}
