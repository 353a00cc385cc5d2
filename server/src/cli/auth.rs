//! `docket auth`: the token for GitHub, kept in the system's keyring.

mod secret;
mod web;

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
use secret::Input;

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
        AuthVerb::Login { web } => {
            let secret = match web {
                true => web::sign_in(env, screen, &site(&origin))?,
                false => pasted(env, screen, &site(&origin))?,
            };
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

fn pasted(env: &Env, screen: &Screen, site: &str) -> Result<Secret, Failure> {
    if !env.terminal.stdin {
        return secret::read(Input::Pipe);
    }
    screen.note(&format!(
        "Make a token that may read and write issues:\n  \
         {CYAN}{site}/settings/personal-access-tokens/new{CYAN:#} {DIM}(fine-grained: Issues, read and write){DIM:#}\n\
         Paste it here {DIM}(it is not shown){DIM:#}, then Enter:"
    ));
    secret::read(Input::Terminal)
}

/// The website that belongs to the API.
fn site(origin: &Origin) -> String {
    origin
        .web()
        .trim_end_matches(&origin.repository)
        .trim_end_matches('/')
        .to_owned()
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
