//! Where a token comes from: the environment, the system's keyring, or `gh`; the first that has one.
//!
//! It is in no file of the repository, no log, no error and not in the database. Which host it is
//! sent to the repository says, by its configuration or its remote, so that a token is only ever for
//! the host that its user meant it for.

use std::process::{Command, Stdio};

use docket_forge::Secret;

use super::side::{GITHUB, Origin};
use crate::env::Env;
use crate::keychain::{self, KeychainError, in_time};

/// Variables that hold a token, the first that is set.
const VARIABLES: [&str; 2] = ["DOCKET_GITHUB_TOKEN", "GITHUB_TOKEN"];
/// The host that the token of a variable is for, where that is none of GitHub's own.
const HOST: &str = "DOCKET_GITHUB_HOST";
/// GitHub's workflows have it, on GitHub Enterprise with another host.
const SERVER: &str = "GITHUB_SERVER_URL";

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
    #[error("no token for {host}: {variable} is not for that host")]
    Withheld {
        host: String,
        variable: &'static str,
    },
    #[error("{0}")]
    Keyring(#[from] KeychainError),
}

impl CredentialError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::None { .. } => {
                "`docket auth login` keeps one in the system's keyring; `DOCKET_GITHUB_TOKEN`, `GITHUB_TOKEN` and `gh auth login` do as well"
            }
            Self::Withheld { host, .. } => {
                return Some(format!(
                    "the repository names that host; if the token is meant for it, set `{HOST}={host}` beside `DOCKET_GITHUB_TOKEN`, or run `docket auth login`"
                ));
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
/// [`CredentialError::None`], [`CredentialError::Withheld`]
pub fn find(env: &Env, origin: &Origin) -> Result<Token, CredentialError> {
    let host = host(origin);
    let keyring = || keychain::get(&host);
    first(env, &host, keyring, || gh(env, &host)).ok_or_else(|| {
        match VARIABLES.into_iter().find(|it| env.var(it).is_some()) {
            Some(variable) => CredentialError::Withheld { host, variable },
            None => CredentialError::None { host },
        }
    })
}

/// The order of the sources. A keyring or a program is asked only where those before it have nothing.
fn first(
    env: &Env,
    host: &str,
    keyring: impl FnOnce() -> Option<String>,
    gh: impl FnOnce() -> Option<String>,
) -> Option<Token> {
    let token = |text: &str, source| {
        let secret = Secret::new(text)?;
        Some(Token { secret, source })
    };
    let by_variable = VARIABLES
        .iter()
        .filter(|it| is_meant_for(env, it, host))
        .find_map(|name| token(env.var(name)?, Source::Variable(name)));
    by_variable
        .or_else(|| token(&keyring()?, Source::Keyring))
        .or_else(|| token(&gh()?, Source::Gh))
}

/// Whether the token of a variable may go to a host. A repository may name any.
fn is_meant_for(env: &Env, variable: &str, host: &str) -> bool {
    let own = variable == VARIABLES[0];
    let meant = match own {
        true => env.var(HOST),
        false => env.var(SERVER).and_then(|it| Some(it.split_once("://")?.1)),
    };
    let name = host.rsplit_once(':').map_or(host, |it| it.0);
    let is_this_machine = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    match meant {
        Some(meant) => meant.trim_end_matches('/').eq_ignore_ascii_case(host),
        None => host == "github.com" || host.ends_with(".ghe.com") || is_this_machine,
    }
}

/// Keeps a token in the system's keyring.
///
/// # Errors
///
/// [`CredentialError::Keyring`] where there is no keyring, or it is locked.
pub fn keep(origin: &Origin, secret: &Secret) -> Result<(), CredentialError> {
    Ok(keychain::keep(&host(origin), secret)?)
}

/// Takes the token out of the keyring; whether there was one.
///
/// # Errors
///
/// [`CredentialError::Keyring`]
pub fn forget(origin: &Origin) -> Result<bool, CredentialError> {
    Ok(keychain::forget(&host(origin))?)
}

/// The host that a token is for, as `gh` names it.
pub fn host(origin: &Origin) -> String {
    if origin.api == GITHUB {
        return "github.com".to_owned();
    }
    let rest = origin.api.split_once("://").map_or(&*origin.api, |it| it.1);
    rest.split('/').next().unwrap_or(rest).to_owned()
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
    if env.var("GH_HOST") != Some(host) {
        // gh gives these for every host that is none of GitHub's own.
        command
            .env_remove("GH_ENTERPRISE_TOKEN")
            .env_remove("GITHUB_ENTERPRISE_TOKEN");
    }
    let output = in_time(move || command.output().ok()).flatten()?;
    let output = output.status.success().then_some(output.stdout)?;
    String::from_utf8(output).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env() -> Env {
        Env::fixed("/p", jiff::Zoned::now(), 7)
    }

    fn found(env: &Env, keyring: Option<&str>, gh: Option<&str>) -> Option<(String, Source)> {
        let owned = |it: Option<&str>| it.map(str::to_owned);
        let token = first(env, "github.com", || owned(keyring), || owned(gh))?;
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
        let token = first(&env, "github.com", || None, || None);
        assert!(!format!("{token:?}").contains("ghp_secret"));
    }

    #[test]
    fn a_variables_token_goes_to_no_host_that_a_repository_made_up() {
        let own = env().with_var("DOCKET_GITHUB_TOKEN", "a");
        let other = env().with_var("GITHUB_TOKEN", "b");
        let goes = |env: &Env, host: &str| first(env, host, || None, || None).is_some();
        for env in [&own, &other] {
            for host in ["github.com", "octo.ghe.com", "127.0.0.1:4301", "localhost"] {
                assert!(goes(env, host), "{host}");
            }
            for host in [
                "evil.example",
                "github.com.evil.example",
                "notghe.com",
                "gitlab.com",
            ] {
                assert!(!goes(env, host), "{host}");
            }
        }
        let own = own.with_var("DOCKET_GITHUB_HOST", "git.example.org");
        assert!(goes(&own, "git.example.org") && !goes(&own, "github.com"));
        let other = other.with_var("GITHUB_SERVER_URL", "https://git.example.org");
        assert!(goes(&other, "git.example.org") && !goes(&other, "evil.example"));
        // What is kept by host goes there.
        let kept = first(&env(), "evil.example", || Some("c".into()), || None);
        assert_eq!(kept.map(|it| it.source), Some(Source::Keyring));
    }

    #[test]
    fn a_token_that_is_withheld_is_told_of_by_its_variable() {
        let origin = Origin {
            api: "https://evil.example/api/v3".into(),
            repository: "a/b".into(),
        };
        let env = env().with_var("GITHUB_TOKEN", "ghp_secret");
        let variable = VARIABLES.into_iter().find(|it| env.var(it).is_some());
        let error = CredentialError::Withheld {
            host: host(&origin),
            variable: variable.unwrap(),
        };
        let told = format!("{error}; {}", error.hint().unwrap());
        assert!(told.contains("GITHUB_TOKEN") && told.contains("DOCKET_GITHUB_HOST=evil.example"));
        assert!(!told.contains("ghp_secret"));
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
