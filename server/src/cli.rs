//! The terminal: verbs, their output, and exit codes.

mod adopt;
mod align;
mod analyze;
pub mod args;
mod auth;
mod change;
mod check;
mod doctor;
mod explain;
pub mod failure;
mod import;
mod init;
mod lsp;
mod mcp;
pub(crate) mod open;
mod outbox;
mod plan;
mod pr;
mod prompt;
mod proposals;
mod rename;
mod renumber;
mod retire;
mod rows;
#[cfg(test)]
mod schemas;
pub(crate) mod screen;
mod show;
mod start;
mod status;
mod sync;
pub(crate) mod table;
mod tickets;
mod todos;
mod web;

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, Parser};

use crate::env::Env;
use crate::propose::{Discussion, Wanted};
use args::{Args, Color, Verb};
use failure::{Failure, FailureKind};
use screen::Screen;

/// Runs the program's arguments. 0: fine. 1: findings, or a refused change. 2: usage or environment.
pub fn main(mut env: Env) -> ExitCode {
    let args = match Args::try_parse_from(env.args.iter()) {
        Ok(args) => args,
        Err(error) => return misused(&env, &error),
    };
    let screen = Screen::new(&env, args.json, args.color);
    if let Some(directory) = &args.directory {
        env.cwd = env.cwd.join(directory);
    }
    match run(env, &screen, args.verb) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            screen.fail(&failure);
            ExitCode::from(failure.kind.exit_code())
        }
    }
}

fn run(env: Env, screen: &Screen, verb: Verb) -> Result<u8, Failure> {
    let env = match verb {
        Verb::Lsp(args) => return lsp::run(env, &args),
        _ => &env,
    };
    refuse_json(screen, &verb)?;
    match verb {
        Verb::Tour(args) => crate::tour::run(env, screen, &args),
        Verb::Check(args) => check::run(env, screen, &args),
        Verb::Todos(args) => todos::run(env, screen, &args),
        Verb::List(args) => tickets::list(env, screen, &args),
        Verb::Next(args) => tickets::next(env, screen, &args),
        Verb::Board(args) if args.web => web::run(env, screen, &args),
        Verb::Board(args) => tickets::board(env, screen, &args),
        Verb::Show(args) => show::run(env, screen, &args),
        Verb::Status => status::run(env, screen),
        Verb::Init(args) => init::run(env, screen, &args),
        Verb::New(args) => change::new(env, screen, &args),
        Verb::Set(args) => change::set(env, screen, &args),
        Verb::Rename(args) => rename::run(env, screen, &args),
        Verb::Renumber(args) => renumber::run(env, screen, &args),
        Verb::Adopt(args) => adopt::run(env, screen, &args),
        Verb::Archive(args) => retire::run(env, screen, retire::Verb::Archive, &args.ticket),
        Verb::Delete(args) => retire::run(env, screen, retire::Verb::Delete, &args.ticket),
        Verb::Import(args) => import::run(env, screen, &args),
        Verb::Analyze(args) => analyze::run(env, screen, &args),
        Verb::Plan(args) => plan::run(env, screen, &args),
        Verb::Mcp => mcp::run(env),
        Verb::Align(args) if args.update => align::update(env, screen, &args),
        Verb::Align(args) => align::run(env, screen, &args),
        Verb::Expand(args) => {
            let wanted = Wanted::Expand {
                ticket: args.ticket,
            };
            proposals::run(env, screen, &wanted, &args.how)
        }
        Verb::Estimate(args) => {
            let wanted = Wanted::Estimate {
                ticket: args.ticket,
            };
            proposals::run(env, screen, &wanted, &args.how)
        }
        Verb::WriteDocs(args) => plan::write_docs(env, screen, &args),
        Verb::WriteTests(args) => {
            let wanted = Wanted::WriteTests {
                ticket: args.ticket,
            };
            proposals::run(env, screen, &wanted, &args.how)
        }
        Verb::Schema(args) => plan::schema(env, screen, &args),
        Verb::Discuss(args) => {
            let wanted = Wanted::Discuss(Discussion {
                topic: args.topic,
                roles: args.with,
                rounds: args.rounds.map(usize::from),
                says: args.say,
                written: None,
            });
            proposals::run(env, screen, &wanted, &args.how)
        }
        Verb::Proposals(args) => proposals::proposals(env, screen, &args),
        Verb::Start(args) => start::run(env, screen, &args),
        Verb::Pr(args) => pr::run(env, screen, &args),
        Verb::Sync(args) => sync::run(env, screen, &args),
        Verb::Auth(args) => auth::run(env, screen, &args),
        Verb::Outbox(args) => outbox::run(env, screen, &args),
        Verb::Resolve(args) => outbox::resolve(env, screen, &args),
        Verb::Prompt(args) => prompt::run(env, screen, &args),
        Verb::Explain(args) => explain::run(screen, &args),
        Verb::Doctor => doctor::run(env, screen),
        Verb::Completions(args) => completions(screen, args.shell),
        _ => Ok(2),
    }
}

/// What is for eyes and shells has no JSON form, and says so.
fn refuse_json(screen: &Screen, verb: &Verb) -> Result<(), Failure> {
    let failure = |message| Failure::new(FailureKind::Usage, message);
    match verb {
        Verb::Tour(_) if screen.json => Err(failure("the tour has no JSON form")
            .hint("`docket tour --keep DIR` keeps the sample, then `docket check DIR --json`")),
        Verb::Mcp if screen.json => {
            Err(failure("`docket mcp` speaks MCP alone").hint("leave `--json` out"))
        }
        Verb::Completions(_) if screen.json => {
            Err(failure("a completion script has no JSON form").hint("leave `--json` out"))
        }
        _ => Ok(()),
    }
}

fn completions(screen: &Screen, shell: clap_complete::Shell) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "docket", &mut script);
    screen.print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}

/// Help and version are results; all else is a failure, in JSON where that was asked for.
fn misused(env: &Env, error: &clap::Error) -> ExitCode {
    let code = error.exit_code();
    let wants_json = env.args.iter().any(|it| it == "--json");
    if code == 0 || !wants_json {
        // Where even this cannot be printed there is nobody to tell.
        let _ = error.print();
        return ExitCode::from(code as u8);
    }
    let text = error.render().to_string();
    // What is missing stands in lines of their own, up to a blank one.
    let lines = text.lines().take_while(|it| !it.trim().is_empty());
    let message = lines.map(str::trim).collect::<Vec<_>>().join(" ");
    let failure = Failure::new(FailureKind::Usage, message.trim_start_matches("error: ")).hint(
        nearest(error).map_or_else(
            || "`docket --help` lists the verbs, `docket VERB --help` explains one".to_owned(),
            |it| format!("did you mean `{it}`?"),
        ),
    );
    Screen::new(env, true, Color::Never).fail(&failure);
    ExitCode::from(code as u8)
}

/// What was meant, where a verb, an option or a value is nearly right.
fn nearest(error: &clap::Error) -> Option<&str> {
    let kinds = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    kinds.into_iter().find_map(|it| match error.get(it)? {
        ContextValue::String(it) => Some(it.as_str()),
        ContextValue::Strings(them) => them.last().map(String::as_str),
        _ => None,
    })
}
