//! The arguments of `docket analyze`.

use clap::Args as ClapArgs;
use clap::builder::PossibleValuesParser;
use docket_core::analyze::Kind;

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Counted, not guessed: tickets that nobody touched, files that change often and are long, files full of TODOs, \
    and locked crates with an advisory in the copy of the RustSec database that cargo-audit or cargo-deny keeps.\n\n\
    Examples:\n  \
    docket analyze                         what is worth a look\n  \
    docket analyze --kind hot-spot         of one kind\n  \
    docket analyze --ticket 4f2a90c1       a ticket of that finding; made once"
)]
pub struct Analyze {
    /// Only these kinds.
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::name)))]
    pub kind: Vec<String>,
    /// Make tickets of the findings with these keys.
    #[arg(long, value_name = "KEY")]
    pub ticket: Vec<String>,
}
