//! `docket auth … --model PROVIDER`: the key for a provider of models.
//!
//! It is not tried: to ask a model costs money, and no two providers have one question in common
//! that does not.

use docket_core::config::Config;

use super::super::args::AuthVerb;
use super::super::failure::{Failure, FailureKind};
use super::super::screen::{BOLD, DIM, GREEN, Screen};
use super::secret::{self, Input};
use crate::ai::{self, Place, keys};
use crate::env::Env;
use crate::keychain::{self, KeychainError};
use crate::sync::output::{AuthOutput, SCHEMA};

pub(super) fn run(
    env: &Env,
    screen: &Screen,
    config: &Config,
    provider: &str,
    verb: &AuthVerb,
) -> Result<u8, Failure> {
    let place = place(config, provider)?;
    let host = keys::host(&place.base).to_owned();
    let account = keys::account(&place.base);
    match verb {
        AuthVerb::Login { .. } => {
            if place.key == keys::Need::None {
                return Err(
                    Failure::new(FailureKind::Usage, format!("{provider} wants no key")).hint(
                        "for a server of your own that wants one, leave `key = \"none\"` out",
                    ),
                );
            }
            let secret = match env.terminal.stdin {
                true => {
                    screen.note(&format!(
                        "Paste the key for {BOLD}{host}{BOLD:#} {DIM}(it is not shown){DIM:#}, then Enter:"
                    ));
                    secret::read(Input::Terminal)?
                }
                false => secret::read(Input::Pipe)?,
            };
            keychain::keep(&account, &secret)?;
            tell(screen, &host, Some("the system's keyring"))
        }
        AuthVerb::Status { .. } => match keys::find(env, &place) {
            Ok(Some(key)) => tell(screen, &host, Some(&key.source)),
            Ok(None) => tell(screen, &host, Some("nobody: it wants none")),
            Err(error) => {
                let failure = Failure::new(FailureKind::Environment, &error);
                Err(match error.hint() {
                    Some(hint) => failure.hint(hint),
                    None => failure,
                })
            }
        },
        AuthVerb::Logout { .. } => {
            let was_there = keychain::forget(&account)?;
            if screen.json {
                return tell(screen, &host, None);
            }
            screen.print(match was_there {
                true => "The key is out of the keyring.\n",
                false => "The keyring had no key of docket's for it.\n",
            })?;
            Ok(0)
        }
    }
}

fn place(config: &Config, provider: &str) -> Result<Place, Failure> {
    ai::place(config, provider).ok_or_else(|| {
        let known = docket_ai::endpoint::PROVIDERS.iter().map(|it| it.name);
        let own = config.ai.providers.keys().map(String::as_str);
        let names: Vec<&str> = known.chain(own).collect();
        Failure::new(
            FailureKind::NotFound,
            format!("there is no provider `{provider}`"),
        )
        .hint(format!(
            "there are {}; your own server goes to `[ai.providers.{provider}]` of docket.toml",
            names.join(", ")
        ))
    })
}

fn tell(screen: &Screen, host: &str, source: Option<&str>) -> Result<u8, Failure> {
    if screen.json {
        screen.print_json(&AuthOutput {
            schema: SCHEMA,
            host: host.to_owned(),
            login: None,
            source: source.map(str::to_owned),
            proxy: None,
        })?;
    } else if let Some(source) = source {
        screen.print(&format!(
            "{GREEN}ok{GREEN:#}  the key for {BOLD}{host}{BOLD:#} is of {source}; it was not tried\n"
        ))?;
    }
    Ok(0)
}

impl From<KeychainError> for Failure {
    fn from(error: KeychainError) -> Self {
        Self::new(FailureKind::Environment, &error)
            .hint("set the provider's variable instead, such as ANTHROPIC_API_KEY")
    }
}
