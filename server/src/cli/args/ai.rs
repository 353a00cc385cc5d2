//! The arguments of the verbs that have to do with models.

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
