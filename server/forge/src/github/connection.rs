//! Connections: encrypted unless the server is this machine, through a proxy where there is one.

use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::TokioExecutor;
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};

use crate::proxy::is_this_machine;
use crate::{Error, ErrorKind, Proxy, Result};

/// In what hyper-util says of a proxy's 407; its error has no type that could be asked.
pub(super) const WANTS_A_PASSWORD: &str = "proxy authorization required";

/// octocrab over a client of our own: its default one repeats writes whose answer was lost, and
/// follows redirections of all kinds.
pub(super) fn client(base: &str, connect: Duration, proxy: Option<&Proxy>) -> Result<Octocrab> {
    let uri: Uri = base
        .parse()
        .map_err(|_| unfit(base, "this is no address of an API"))?;
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(connect));
    connector.set_nodelay(true);
    connector.enforce_http(false);
    let is_encrypted = match uri.scheme_str() {
        Some("https") => true,
        Some("http") if uri.host().is_some_and(is_this_machine) => false,
        Some("http") => {
            return Err(unfit(
                base,
                "credentials are not sent without encryption: use https",
            ));
        }
        _ => return Err(unfit(base, "the address has to begin with https://")),
    };
    Ok(match (proxy, is_encrypted) {
        (None, true) => over(encrypted(base, connector)?),
        (None, false) => over(connector),
        (Some(proxy), true) => over(encrypted(base, tunnel(base, connector, proxy)?)?),
        (Some(proxy), false) => over(tunnel(base, connector, proxy)?),
    })
}

/// A tunnel through a proxy, which itself may be spoken to with encryption.
fn tunnel(
    base: &str,
    connector: HttpConnector,
    proxy: &Proxy,
) -> Result<Tunnel<HttpsConnector<HttpConnector>>> {
    let to_proxy = HttpsConnectorBuilder::new()
        .with_native_roots()
        .map_err(|it| no_certificates(base, &it))?
        .https_or_http()
        .enable_http1()
        .wrap_connector(connector);
    let tunnel = Tunnel::new(proxy.address().clone(), to_proxy);
    Ok(match proxy.authorization() {
        Some(value) => tunnel.with_auth(value.clone()),
        None => tunnel,
    })
}

fn encrypted<C>(base: &str, connector: C) -> Result<HttpsConnector<C>> {
    Ok(HttpsConnectorBuilder::new()
        .with_native_roots()
        .map_err(|it| no_certificates(base, &it))?
        .https_only()
        .enable_http1()
        .wrap_connector(connector))
}

fn over<C: Connect + Clone + Send + Sync + 'static>(connector: C) -> Octocrab {
    let client = Client::builder(TokioExecutor::new()).build::<_, OctoBody>(connector);
    let built = OctocrabBuilder::new_empty()
        .with_service(client)
        .with_auth(AuthState::None)
        .build();
    match built {
        Ok(it) => it,
        Err(never) => match never {},
    }
}

fn unfit(base: &str, why: &str) -> Error {
    Error::new(ErrorKind::Unavailable, format!("{base}: {why}"))
}

fn no_certificates(base: &str, why: &std::io::Error) -> Error {
    unfit(
        base,
        &format!("no certificates to trust ({why}): install your system's ca-certificates"),
    )
}
