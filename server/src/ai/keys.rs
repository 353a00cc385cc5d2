//! Keys of models: the environment, or the system's keyring; never a file.
//!
//! A repository says where models are. So a variable's key only goes where its user meant it to: the
//! documented variable of a provider to that provider's own address, a key for another server to the
//! host that its user named beside it, or kept it for. As tokens are, by decision 112.

use docket_ai::{AskError, Secret};

use super::Place;
use crate::env::Env;
use crate::keychain;

/// Whether a provider wants a key, and how it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    None,
    /// In the variable that the provider's documentation names.
    Documented(&'static str),
    /// A server of the user's own.
    Own,
}

/// A key, and where it was found.
#[derive(Clone, Debug)]
pub struct Key {
    pub secret: Secret,
    pub source: String,
}

/// The key for a provider; `None` where it needs none.
///
/// # Errors
///
/// [`AskError::NoKey`]
pub fn find(env: &Env, place: &Place) -> Result<Option<Key>, AskError> {
    first(env, place, || keychain::get(&account(&place.base)))
}

/// The order of the sources; the keyring is asked only where the variables have nothing.
fn first(
    env: &Env,
    place: &Place,
    keyring: impl FnOnce() -> Option<String>,
) -> Result<Option<Key>, AskError> {
    let by_variable = |name: &str| {
        let secret = Secret::new(env.var(name)?)?;
        Some(Key {
            secret,
            source: format!("the variable {name}"),
        })
    };
    let variable = match place.key {
        Need::None => return Ok(None),
        Need::Documented(name) => by_variable(name),
        Need::Own => {
            let [key, host] = variables(&place.provider);
            let meant = env.var(&host);
            let is_meant = match meant {
                Some(meant) => meant.eq_ignore_ascii_case(self::host(&place.base)),
                None => is_this_machine(&place.base),
            };
            by_variable(&key).filter(|_| is_meant)
        }
    };
    let kept = || {
        Some(Key {
            secret: Secret::new(&keyring()?)?,
            source: "the system's keyring".to_owned(),
        })
    };
    variable
        .or_else(kept)
        .map(Some)
        .ok_or_else(|| AskError::NoKey {
            provider: place.provider.clone(),
        })
}

/// The variables of a server of one's own: its key, and the host that the key is for.
pub fn variables(provider: &str) -> [String; 2] {
    let name: String = provider
        .chars()
        .map(|it| match it.is_ascii_alphanumeric() {
            true => it.to_ascii_uppercase(),
            false => '_',
        })
        .collect();
    [format!("DOCKET_{name}_KEY"), format!("DOCKET_{name}_HOST")]
}

/// The name in the keyring, which holds keys by host.
pub fn account(base: &str) -> String {
    format!("model/{}", host(base))
}

/// With its port, as it is in the address.
pub fn host(base: &str) -> &str {
    let rest = base.split_once("://").map_or(base, |it| it.1);
    rest.split('/').next().unwrap_or(rest)
}

fn is_this_machine(base: &str) -> bool {
    let host = host(base);
    let name = host.rsplit_once(':').map_or(host, |it| it.0);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use docket_ai::endpoint::Protocol;

    use super::*;

    fn env() -> Env {
        Env::fixed("/p", jiff::Zoned::now(), 7)
    }

    fn own(base: &str) -> Place {
        Place {
            provider: "my-box".to_owned(),
            protocol: Protocol::OpenAiChat,
            base: base.to_owned(),
            key: Need::Own,
        }
    }

    fn found(env: &Env, place: &Place, keyring: Option<&str>) -> Option<String> {
        let key = first(env, place, || keyring.map(str::to_owned));
        key.ok().flatten().map(|it| it.secret.expose().to_owned())
    }

    #[test]
    fn a_documented_variable_comes_before_the_keyring() {
        let place = Place {
            key: Need::Documented("ANTHROPIC_API_KEY"),
            ..own("https://api.anthropic.com/v1/")
        };
        let set = env().with_var("ANTHROPIC_API_KEY", " a\n");
        assert_eq!(found(&set, &place, Some("b")).as_deref(), Some("a"));
        assert_eq!(found(&env(), &place, Some("b")).as_deref(), Some("b"));
        let error = first(&env(), &place, || None).unwrap_err();
        assert_eq!(error.code(), "no-key");
        assert!(error.hint().unwrap().contains("--model my-box"));
        let none = Place {
            key: Need::None,
            ..place
        };
        assert!(first(&set, &none, || Some("b".into())).unwrap().is_none());
    }

    #[test]
    fn a_variables_key_goes_to_no_server_that_a_repository_made_up() {
        let set = env()
            .with_var("DOCKET_MY_BOX_KEY", "a")
            .with_var("OPENAI_API_KEY", "o");
        assert_eq!(found(&set, &own("https://evil.example/v1/"), None), None);
        assert_eq!(
            found(&set, &own("http://localhost:8080/v1/"), None).as_deref(),
            Some("a")
        );
        let meant = set.with_var("DOCKET_MY_BOX_HOST", "box.example:8443");
        assert_eq!(
            found(&meant, &own("https://box.example:8443/v1/"), None).as_deref(),
            Some("a")
        );
        assert_eq!(found(&meant, &own("https://evil.example/v1/"), None), None);
        // Nor is one given that was kept for another host.
        assert_ne!(
            account("https://evil.example/v1/"),
            account("https://box.example:8443/v1/")
        );
    }
}
