//! The arguments of the verbs that speak to GitHub.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Subcommand};
use docket_core::sync::resolve::Take;

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Both sides are compared with what was last agreed on, field by field. What both\n\
    changed is shown and left to you (`docket resolve`).\n\n\
    Examples:\n  \
    docket sync --dry-run      what would happen\n  \
    docket sync                once, both ways\n  \
    docket sync --create T-7k3f  an issue for this ticket, on any branch"
)]
pub struct Sync {
    /// Show what would happen; nothing is written to tickets, nothing is sent.
    #[arg(long)]
    pub dry_run: bool,
    /// Ask for every issue again, not only for what has changed.
    #[arg(long, conflicts_with = "dry_run")]
    pub full: bool,
    /// Make an issue for this ticket.
    #[arg(long, value_name = "ID", conflicts_with = "dry_run")]
    pub create: Vec<String>,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "A token is looked for in DOCKET_GITHUB_TOKEN, GITHUB_TOKEN, the keyring, and `gh auth token`.\n\
    A variable's token goes to github.com; to a host of GitHub Enterprise where DOCKET_GITHUB_HOST names it.\n\
    It is never written to a file of the repository, a log or the database.\n\n\
    With --model it is the key of a provider of models: openai, anthropic, gemini, or one of\n\
    `[ai.providers]`. Its documented variable, such as ANTHROPIC_API_KEY, comes first."
)]
pub struct Auth {
    #[command(subcommand)]
    pub verb: AuthVerb,
}

#[derive(Clone, Debug, Subcommand)]
pub enum AuthVerb {
    /// Read a token from standard input, try it, and keep it.
    Login {
        /// Sign in on the website, with a code; needs the client id of an OAuth app in
        /// DOCKET_GITHUB_CLIENT_ID.
        #[arg(long)]
        web: bool,
        /// The key of a provider of models instead; it is not tried.
        #[arg(long, value_name = "PROVIDER", conflicts_with = "web")]
        model: Option<String>,
    },
    /// Say where the token comes from, and whose it is.
    Status {
        /// Of the key of a provider of models.
        #[arg(long, value_name = "PROVIDER")]
        model: Option<String>,
    },
    /// Take the token out of the keyring.
    Logout {
        /// The key of a provider of models.
        #[arg(long, value_name = "PROVIDER")]
        model: Option<String>,
    },
}

impl AuthVerb {
    /// The provider of models that is meant.
    pub fn model(&self) -> Option<&str> {
        match self {
            Self::Login { model, .. } | Self::Status { model } | Self::Logout { model } => {
                model.as_deref()
            }
        }
    }
}

#[derive(Clone, Debug, ClapArgs)]
pub struct Outbox {
    #[command(subcommand)]
    pub verb: Option<OutboxVerb>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum OutboxVerb {
    /// List what waits.
    List,
    /// Try a row again with the next sync.
    Retry { row: i64 },
    /// Do not send a row. The ticket keeps what it says.
    Drop { row: i64 },
    /// Give a comment another text.
    Edit { row: i64, text: String },
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    docket resolve                            list conflicts\n  \
    docket resolve T-7k3f title --take mine   what the ticket says goes to GitHub\n  \
    docket resolve T-7k3f --take theirs       every field as GitHub has it")]
pub struct Resolve {
    /// The ticket's id; the prefix may be left out.
    pub id: Option<String>,
    /// One field [default: each one in conflict].
    pub field: Option<String>,
    /// `both` keeps all items of a list, or both texts of a body.
    #[arg(long, value_name = "SIDE", value_parser = sides())]
    pub take: Option<Take>,
}

/// The sides by their names, as `--help` and completion list them.
fn sides() -> impl TypedValueParser<Value = Take> {
    PossibleValuesParser::new(Take::ALL.map(Take::name)).try_map(|name| {
        let named = Take::ALL.into_iter().find(|it| it.name() == name);
        named.ok_or("no side")
    })
}
