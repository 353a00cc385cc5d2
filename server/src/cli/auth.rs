//! `docket auth`: the token for GitHub, and keys of models, kept in the system's keyring.

mod model;
mod secret;
mod web;

use docket_forge::Secret;
use docket_forge::github::GitHub;
use docket_forge::github::device::Access;

use super::args::{Auth, AuthVerb};
use super::failure::{Failure, FailureKind};
use super::open::locate;
use super::screen::{BOLD, CYAN, DIM, GREEN, Screen};
use super::table::printable;
use crate::env::Env;
use crate::project;
use crate::sync::credentials::{self, CredentialError};
use crate::sync::output::{AuthOutput, SCHEMA};
use crate::sync::proxy;
use crate::sync::side::{self, GITHUB, Origin};
use secret::Input;

pub(super) fn run(env: &Env, screen: &Screen, args: &Auth) -> Result<u8, Failure> {
    let root = locate(env, &[])?.root;
    let config = project::config_of(&root);
    if let Some(provider) = args.verb.model() {
        return model::run(env, screen, &config, provider, &args.verb);
    }
    // A token can be kept before there is a repository.
    let origin = side::configured(&root, &config.sync).unwrap_or_else(|| Origin {
        api: GITHUB.to_owned(),
        repository: String::new(),
    });
    let host = credentials::host(&origin);
    match args.verb {
        AuthVerb::Login { web, .. } => {
            let secret = match web {
                true => {
                    let access = match config.sync.project.is_empty() {
                        true => Access::Issues,
                        false => Access::Projects,
                    };
                    web::sign_in(env, screen, &site(&origin), access)?
                }
                false => pasted(env, screen, &site(&origin))?,
            };
            let (login, proxy) = viewer(env, &origin, &secret)?;
            credentials::keep(&origin, &secret)?;
            tell(
                screen,
                &host,
                Some(login),
                Some("the system's keyring".to_owned()),
                proxy,
            )
        }
        AuthVerb::Status { .. } => match credentials::find(env, &origin) {
            Ok(token) => {
                let (login, proxy) = viewer(env, &origin, &token.secret)?;
                let source = token.source.to_string();
                tell(screen, &host, Some(login), Some(source), proxy)
            }
            Err(error) => Err(error.into()),
        },
        AuthVerb::Logout { .. } => {
            let was_there = credentials::forget(&origin)?;
            if screen.json {
                return tell(screen, &host, None, None, None);
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

/// Who the token is of, as the host says, and the proxy through which it was asked.
fn viewer(
    env: &Env,
    origin: &Origin,
    secret: &Secret,
) -> Result<(String, Option<String>), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(FailureKind::Environment, error);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(&error))?;
    let proxy = proxy::of(env, &origin.api).map_err(|error| failed(&error))?;
    let told = proxy.as_ref().map(ToString::to_string);
    let login = runtime
        .block_on(GitHub::viewer_of(&origin.api, secret, proxy))
        .map_err(|error| failed(&error))?;
    Ok((login, told))
}

fn tell(
    screen: &Screen,
    host: &str,
    login: Option<String>,
    source: Option<String>,
    proxy: Option<String>,
) -> Result<u8, Failure> {
    if screen.json {
        screen.print_json(&AuthOutput {
            schema: SCHEMA,
            host: host.to_owned(),
            login,
            source,
            proxy,
        })?;
    } else if let (Some(login), Some(source)) = (login, source) {
        let through = proxy.map(|it| format!(", through the proxy {}", printable(&it)));
        screen.print(&format!(
            "{GREEN}ok{GREEN:#}  {BOLD}{login}{BOLD:#} on {host}, by {source}{}\n",
            through.unwrap_or_default()
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
