//! The `docket` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    docket::cli::main(docket::env::Env::of_process())
}
