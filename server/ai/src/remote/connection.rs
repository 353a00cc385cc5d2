//! The HTTP client: rustls with ring, the system's certificates, no redirection, and a proxy only
//! where one was handed in.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use genai::Client;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use crate::AskError;
use crate::endpoint::Endpoint;

const AGENT: &str = concat!("docket/", env!("CARGO_PKG_VERSION"));

/// Read once: some hundred certificates.
static ROOTS: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    Arc::new(roots)
});

pub(super) fn client(
    endpoint: &Endpoint,
    name: &str,
    connect: Duration,
) -> Result<Client, AskError> {
    let roots = match endpoint.base.starts_with("https://") {
        true if ROOTS.is_empty() => {
            return Err(AskError::Unavailable {
                model: name.to_owned(),
                reason: "no certificates to trust: install your system's ca-certificates"
                    .to_owned(),
            });
        }
        true => Arc::clone(&ROOTS),
        false => Arc::new(RootCertStore::empty()),
    };
    let invalid = |reason: String| AskError::Invalid {
        model: name.to_owned(),
        reason,
    };
    // Of this connection alone: the process has no provider of its own.
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| invalid(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .user_agent(AGENT)
        .connect_timeout(connect)
        // A key goes where its user meant it to go, and nowhere that a server names.
        .redirect(reqwest::redirect::Policy::none())
        // The environment is read in one place, and handed in.
        .no_proxy();
    if let Some(proxy) = &endpoint.proxy {
        let proxy = reqwest::Proxy::all(proxy)
            // Not its value: a password may be in it.
            .map_err(|_| invalid("the proxy is none: write it as http://HOST:PORT".to_owned()))?;
        builder = builder.proxy(proxy);
    }
    let http = builder
        .build()
        .map_err(|error| invalid(error.without_url().to_string()))?;
    Client::builder()
        .with_reqwest(http)
        .build()
        .map_err(|_| invalid("there is no HTTP client".to_owned()))
}
