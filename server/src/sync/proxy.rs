//! The proxy that the environment names for a host.

use docket_forge::{Proxy, ProxyVariables};

use crate::env::Env;

/// Through which `address` is reached; `None`: directly.
///
/// # Errors
///
/// Where a variable names something that is no proxy docket can use.
pub fn of(env: &Env, address: &str) -> docket_forge::Result<Option<Proxy>> {
    let variables = ProxyVariables {
        https: either(env, "HTTPS_PROXY", "https_proxy"),
        http: either(env, "HTTP_PROXY", "http_proxy"),
        no: either(env, "NO_PROXY", "no_proxy"),
    };
    variables.proxy_for(address)
}

/// The same as its variable has it, a password included: for a client that takes it as a text.
///
/// # Errors
///
/// As [`of`].
pub fn address_of(env: &Env, address: &str) -> docket_forge::Result<Option<String>> {
    let value = match address.starts_with("https://") {
        true => either(env, "HTTPS_PROXY", "https_proxy"),
        false => either(env, "HTTP_PROXY", "http_proxy"),
    };
    Ok(of(env, address)?.map(|_| value.to_owned()))
}

/// Whether there is a proxy for `http://` alone, which docket speaks to this machine only.
pub fn is_for_http_alone(env: &Env) -> bool {
    let https = either(env, "HTTPS_PROXY", "https_proxy");
    https.is_empty() && !either(env, "HTTP_PROXY", "http_proxy").is_empty()
}

/// Both spellings are in use; capitals count where both are set, as for gh.
fn either<'a>(env: &'a Env, capitals: &str, small: &str) -> &'a str {
    env.var(capitals)
        .or_else(|| env.var(small))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(vars: &[(&str, &str)]) -> Env {
        let env = Env::fixed("/p", "2026-11-21T10:00Z[UTC]".parse().unwrap(), 1);
        let set = |env: Env, it: &(&str, &str)| env.with_var(it.0, it.1);
        vars.iter().fold(env, set)
    }

    fn way(vars: &[(&str, &str)]) -> Option<String> {
        let found = of(&env(vars), "https://api.github.com").unwrap();
        found.map(|it| it.to_string())
    }

    #[test]
    fn variables_are_read_in_capitals_and_small() {
        assert_eq!(way(&[]), None);
        assert_eq!(
            way(&[("https_proxy", "small:1")]).as_deref(),
            Some("http://small:1")
        );
        assert_eq!(
            way(&[("https_proxy", "small:1"), ("HTTPS_PROXY", "capital:1")]).as_deref(),
            Some("http://capital:1")
        );
        let excepted = [("HTTPS_PROXY", "capital:1"), ("no_proxy", "github.com")];
        assert_eq!(way(&excepted), None);
    }

    #[test]
    fn a_proxy_for_http_is_none_for_github() {
        let vars = [("http_proxy", "small:1")];
        assert_eq!(way(&vars), None);
        assert!(is_for_http_alone(&env(&vars)));
        assert!(!is_for_http_alone(&env(&[("HTTPS_PROXY", "a:1")])));
    }
}
