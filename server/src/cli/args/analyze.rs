//! The arguments of `docket analyze`.

use clap::Args as ClapArgs;
use clap::builder::PossibleValuesParser;
use docket_core::analyze::Kind;

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Counted, not guessed: tickets that nobody touched, files that change often and are long, files full of TODOs, \
    and locked crates with an advisory in the copy of the RustSec database that cargo-audit or cargo-deny keeps.\n\
    Where `[ai]` names a model for `analyze`, it puts them into order and words; it finds nothing, and what was counted stays.\n\n\
    Examples:\n  \
    docket analyze                         what is worth a look\n  \
    docket analyze --kind hot-spot         of one kind\n  \
    docket analyze --ticket 4f2a90c1       a ticket of that finding; made once\n  \
    docket analyze --no-model              as it was counted, also where a model is named for it"
)]
pub struct Analyze {
    /// Only these kinds.
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::name)))]
    pub kind: Vec<String>,
    /// Make tickets of the findings with these keys.
    #[arg(long, value_name = "KEY")]
    pub ticket: Vec<String>,
    /// Ask no model for order and words, also where one is configured.
    #[arg(long)]
    pub no_model: bool,
    /// Ask although it was asked before.
    #[arg(long)]
    pub again: bool,
}
