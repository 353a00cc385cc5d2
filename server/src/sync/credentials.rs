//! Where a token comes from: the environment, the system's keyring, or `gh`; the first that has one.
//!
//! It is in no file of the repository, no log, no error and not in the database.

use std::process::{Command, Stdio};

use docket_forge::Secret;

use super::side::{GITHUB, Origin};
use crate::env::Env;

/// Variables that hold a token, the first that is set.
const VARIABLES: [&str; 2] = ["DOCKET_GITHUB_TOKEN", "GITHUB_TOKEN"];
/// docket's own entries in the keyring.
const SERVICE: &str = "docket";

/// A token, and where it was found.
#[derive(Clone, Debug)]
pub struct Token {
    pub secret: Secret,
    pub source: Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Variable(&'static str),
    Keyring,
    Gh,
}

/// Why there is no token, or it cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    #[error("no token for {host}")]
    None { host: String },
    #[error("the system's keyring: {0}")]
    Keyring(String),
}

impl CredentialError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::None { .. } => {
                "`docket auth login` keeps one in the system's keyring; `DOCKET_GITHUB_TOKEN`, `GITHUB_TOKEN` and `gh auth login` do as well"
            }
            Self::Keyring(_) => "set `DOCKET_GITHUB_TOKEN` instead, or use `gh auth login`",
        }
        .to_owned())
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the variable {name}"),
            Self::Keyring => f.write_str("the system's keyring"),
            Self::Gh => f.write_str("gh"),
        }
    }
}

/// The token for a repository's host.
///
/// # Errors
///
/// [`CredentialError::None`]
pub fn find(env: &Env, origin: &Origin) -> Result<Token, CredentialError> {
    let host = host(origin);
    let keyring = || entry(&host).ok()?.get_password().ok();
    first(env, keyring, || gh(env, &host)).ok_or(CredentialError::None { host })
}

/// The order of the sources. A keyring or a program is asked only where those before it have nothing.
fn first(
    env: &Env,
    keyring: impl FnOnce() -> Option<String>,
    gh: impl FnOnce() -> Option<String>,
) -> Option<Token> {
    let token = |text: &str, source| {
        let secret = Secret::new(text)?;
        Some(Token { secret, source })
    };
    let by_variable = VARIABLES
        .iter()
        .find_map(|name| token(env.var(name)?, Source::Variable(name)));
    by_variable
        .or_else(|| token(&keyring()?, Source::Keyring))
        .or_else(|| token(&gh()?, Source::Gh))
}

/// Keeps a token in the system's keyring.
///
/// # Errors
///
/// [`CredentialError::Keyring`] where there is no keyring, or it is locked.
pub fn keep(origin: &Origin, secret: &Secret) -> Result<(), CredentialError> {
    entry(&host(origin))
        .and_then(|it| it.set_password(secret.expose()))
        .map_err(told)
}

/// Takes the token out of the keyring; whether there was one.
///
/// # Errors
///
/// [`CredentialError::Keyring`]
pub fn forget(origin: &Origin) -> Result<bool, CredentialError> {
    match entry(&host(origin)).and_then(|it| it.delete_credential()) {
        Ok(()) => Ok(true),
        Err(keyring::Error::NoEntry) => Ok(false),
        Err(error) => Err(told(error)),
    }
}

/// The host that a token is for, as `gh` names it.
pub fn host(origin: &Origin) -> String {
    if origin.api == GITHUB {
        return "github.com".to_owned();
    }
    let rest = origin.api.split_once("://").map_or(&*origin.api, |it| it.1);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

fn entry(host: &str) -> keyring::Result<keyring::Entry> {
    keyring::Entry::new(SERVICE, host)
}

fn told(error: keyring::Error) -> CredentialError {
    // An error of a keyring can hold the bytes that it could not read.
    CredentialError::Keyring(match error {
        keyring::Error::NoEntry => "it has no token".to_owned(),
        keyring::Error::BadEncoding(_) => "what it has is no text".to_owned(),
        error => error.to_string(),
    })
}

/// What `gh auth token` says; its own words about a missing login are not for here.
fn gh(env: &Env, host: &str) -> Option<String> {
    let program = env.find_program("gh")?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks gh, for the token that its user gave it"
    )]
    let mut command = Command::new(program);
    command
        .args(["auth", "token", "--hostname", host])
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    let output = command.output().ok().filter(|it| it.status.success())?;
    String::from_utf8(output.stdout).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env() -> Env {
        Env::fixed("/p", jiff::Zoned::now(), 7)
    }

    fn found(env: &Env, keyring: Option<&str>, gh: Option<&str>) -> Option<(String, Source)> {
        let owned = |it: Option<&str>| it.map(str::to_owned);
        let token = first(env, || owned(keyring), || owned(gh))?;
        Some((token.secret.expose().to_owned(), token.source))
    }

    #[test]
    fn the_first_source_that_has_a_token_is_taken() {
        let both = env()
            .with_var("GITHUB_TOKEN", "b")
            .with_var("DOCKET_GITHUB_TOKEN", "a");
        let one = env().with_var("GITHUB_TOKEN", " b\n");
        let variable = Source::Variable;
        assert_eq!(
            found(&both, Some("c"), Some("d")),
            Some(("a".into(), variable("DOCKET_GITHUB_TOKEN")))
        );
        assert_eq!(
            found(&one, Some("c"), None),
            Some(("b".into(), variable("GITHUB_TOKEN")))
        );
        assert_eq!(
            found(&env(), Some("c"), Some("d")),
            Some(("c".into(), Source::Keyring))
        );
        assert_eq!(
            found(&env(), None, Some("d\n")),
            Some(("d".into(), Source::Gh))
        );
        assert_eq!(found(&env(), Some(" "), None), None);
    }

    #[test]
    fn a_token_is_shown_nowhere() {
        let env = env().with_var("GITHUB_TOKEN", "ghp_secret");
        let token = first(&env, || None, || None);
        assert!(!format!("{token:?}").contains("ghp_secret"));
        let bad = told(keyring::Error::BadEncoding(b"ghp_secret".to_vec()));
        assert!(!format!("{bad} {bad:?}").contains("secret"));
    }

    #[test]
    fn hosts_are_those_of_the_api() {
        let host = |api: &str| {
            host(&Origin {
                api: api.into(),
                repository: "a/b".into(),
            })
        };
        assert_eq!(host(GITHUB), "github.com");
        assert_eq!(host("https://git.example.org/api/v3"), "git.example.org");
    }
}
