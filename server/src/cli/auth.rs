//! `docket auth`: the token for GitHub, kept in the system's keyring.

use std::io::Read;

use docket_forge::Secret;
use docket_forge::github::GitHub;

use super::args::{Auth, AuthVerb};
use super::failure::{Failure, FailureKind};
use super::open::locate;
use super::screen::{BOLD, CYAN, DIM, GREEN, Screen};
use crate::env::Env;
use crate::project;
use crate::sync::credentials::{self, CredentialError};
use crate::sync::output::{AuthOutput, SCHEMA};
use crate::sync::side::{self, GITHUB, Origin};

/// No token is longer.
const MAX_TOKEN: u64 = 4096;

pub(super) fn run(env: &Env, screen: &Screen, args: &Auth) -> Result<u8, Failure> {
    let root = locate(env, &[])?.root;
    let config = project::config_of(&root);
    // A token can be kept before there is a repository.
    let origin = side::configured(&root, &config.sync).unwrap_or_else(|| Origin {
        api: GITHUB.to_owned(),
        repository: String::new(),
    });
    let host = credentials::host(&origin);
    match args.verb {
        AuthVerb::Login => {
            let secret = read(env, screen, &host)?;
            let login = viewer(&origin, &secret)?;
            credentials::keep(&origin, &secret)?;
            tell(
                screen,
                &host,
                Some(login),
                Some("the system's keyring".to_owned()),
            )
        }
        AuthVerb::Status => match credentials::find(env, &origin) {
            Ok(token) => {
                let login = viewer(&origin, &token.secret)?;
                tell(screen, &host, Some(login), Some(token.source.to_string()))
            }
            Err(error) => Err(error.into()),
        },
        AuthVerb::Logout => {
            let was_there = credentials::forget(&origin)?;
            if screen.json {
                return tell(screen, &host, None, None);
            }
            screen.print(match was_there {
                true => "The token is out of the keyring.\n",
                false => "The keyring had no token of docket's.\n",
            })?;
            Ok(0)
        }
    }
}

/// From standard input, so that it is in no history and no list of processes.
fn read(env: &Env, screen: &Screen, host: &str) -> Result<Secret, Failure> {
    if env.terminal.stdin {
        screen.note(&format!(
            "Make a token for {BOLD}{host}{BOLD:#} that may read and write issues:\n  \
             {CYAN}https://{host}/settings/personal-access-tokens/new{CYAN:#} {DIM}(fine-grained: Issues, read and write){DIM:#}\n\
             Paste it here, then Enter and Ctrl-D:"
        ));
    }
    let mut text = String::new();
    std::io::stdin()
        .take(MAX_TOKEN)
        .read_to_string(&mut text)
        .map_err(|error| {
            Failure::new(FailureKind::Environment, format!("standard input: {error}"))
        })?;
    Secret::new(&text).ok_or_else(|| {
        Failure::new(FailureKind::Usage, "no token was given")
            .hint("`docket auth login < token.txt`, or paste it")
    })
}

/// Who the token is of, as the host says.
fn viewer(origin: &Origin, secret: &Secret) -> Result<String, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(FailureKind::Environment, error);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(&error))?;
    runtime
        .block_on(GitHub::viewer_of(&origin.api, secret))
        .map_err(|error| failed(&error))
}

fn tell(
    screen: &Screen,
    host: &str,
    login: Option<String>,
    source: Option<String>,
) -> Result<u8, Failure> {
    if screen.json {
        screen.print_json(&AuthOutput {
            schema: SCHEMA,
            host: host.to_owned(),
            login,
            source,
        })?;
    } else if let (Some(login), Some(source)) = (login, source) {
        screen.print(&format!(
            "{GREEN}ok{GREEN:#}  {BOLD}{login}{BOLD:#} on {host}, by {source}\n"
        ))?;
    }
    Ok(0)
}

impl From<CredentialError> for Failure {
    fn from(error: CredentialError) -> Self {
        let failure = Self::new(FailureKind::Environment, &error);
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
