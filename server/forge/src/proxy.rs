//! Proxies that the environment names, as curl, git and gh understand those variables.
//!
//! This machine is never asked through a proxy: what a proxy calls by that name is itself.

use std::fmt;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;

use crate::{Error, ErrorKind, Result};

/// What the variables say; empty where one is not set.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProxyVariables<'a> {
    /// `HTTPS_PROXY`, for addresses that begin with `https://`.
    pub https: &'a str,
    /// `HTTP_PROXY`, for addresses that begin with `http://`.
    pub http: &'a str,
    /// `NO_PROXY`: hosts, addresses and networks that are asked directly, parted by commas.
    pub no: &'a str,
}

/// A proxy that opens tunnels by `CONNECT` (RFC 9110, 9.3.6).
#[derive(Clone)]
pub struct Proxy {
    address: Uri,
    authorization: Option<HeaderValue>,
}

impl ProxyVariables<'_> {
    /// The proxy through which `address` is reached; `None`: directly.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unavailable`] where a variable names something that is no such proxy: going
    /// around it would not be what its user meant.
    pub fn proxy_for(&self, address: &str) -> Result<Option<Proxy>> {
        let Ok(uri) = address.parse::<Uri>() else {
            return Ok(None);
        };
        let (name, value) = match uri.scheme_str() {
            Some("https") => ("HTTPS_PROXY", self.https),
            _ => ("HTTP_PROXY", self.http),
        };
        if value.is_empty() || uri.host().is_some_and(is_this_machine) {
            return Ok(None);
        }
        let rules = Matcher::builder().no(self.no.to_owned());
        // Whether the host is an exception does not hang on what the proxy is.
        if rules.all("http://any").build().intercept(&uri).is_none() {
            return Ok(None);
        }
        let found = Matcher::builder().all(value.to_owned()).build();
        if let Some(found) = found.intercept(&uri)
            && matches!(found.uri().scheme_str(), Some("http" | "https"))
        {
            return Ok(Some(Proxy {
                address: found.uri().clone(),
                authorization: found.basic_auth().cloned(),
            }));
        }
        // Not its value: a password may be in it.
        Err(Error::new(
            ErrorKind::Unavailable,
            format!(
                "{name} is no proxy that docket can use: write it as http://HOST:PORT, or https://HOST:PORT"
            ),
        ))
    }
}

impl Proxy {
    pub(crate) fn address(&self) -> &Uri {
        &self.address
    }

    pub(crate) fn authorization(&self) -> Option<&HeaderValue> {
        self.authorization.as_ref()
    }
}

/// Without the password.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.address.to_string();
        f.write_str(address.trim_end_matches('/'))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

pub(crate) fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: ProxyVariables<'_> = ProxyVariables {
        https: "http://proxy.example:3128",
        http: "plain.example:80",
        no: "corp.example, 10.0.0.0/8,.intra",
    };

    fn way(variables: ProxyVariables<'_>, address: &str) -> String {
        match variables.proxy_for(address) {
            Ok(Some(proxy)) => proxy.to_string(),
            Ok(None) => "directly".to_owned(),
            Err(error) => error.message,
        }
    }

    #[test]
    fn the_variable_of_the_scheme_counts() {
        let of = |address| way(SET, address);
        assert_eq!(of("https://api.github.com"), "http://proxy.example:3128");
        assert_eq!(of("http://api.github.com"), "http://plain.example:80");
        let only_http = ProxyVariables { https: "", ..SET };
        assert_eq!(way(only_http, "https://api.github.com"), "directly");
    }

    #[test]
    fn hosts_of_no_proxy_and_this_machine_are_asked_directly() {
        for address in [
            "https://corp.example/api/v3",
            "https://github.corp.example/api/v3",
            "https://git.intra",
            "https://10.1.2.3",
            "https://localhost:8443",
            "http://127.0.0.1:4000",
            "http://[::1]:4000",
        ] {
            assert_eq!(way(SET, address), "directly", "{address}");
        }
        assert_ne!(way(SET, "https://notcorp.example"), "directly");
        let none = ProxyVariables { no: "*", ..SET };
        assert_eq!(way(none, "https://api.github.com"), "directly");
    }

    #[test]
    fn what_is_no_proxy_is_said_without_its_password() {
        for bad in ["socks5://ana:hunter2@p:1080", "ftp://ana:hunter2@p", "::"] {
            let variables = ProxyVariables { https: bad, ..SET };
            let said = way(variables, "https://api.github.com");
            assert!(said.starts_with("HTTPS_PROXY is no proxy"), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
            assert_eq!(way(variables, "https://corp.example"), "directly");
        }
    }

    #[test]
    fn a_password_is_sent_and_not_shown() {
        let variables = ProxyVariables {
            https: "https://ana:hunter2@proxy.example:3128/",
            ..SET
        };
        let proxy = variables
            .proxy_for("https://api.github.com")
            .unwrap()
            .unwrap();
        assert_eq!(proxy.authorization().unwrap(), "Basic YW5hOmh1bnRlcjI=");
        assert_eq!(format!("{proxy} {proxy:?}").matches("hunter2").count(), 0);
        assert_eq!(proxy.to_string(), "https://proxy.example:3128");
    }
}
