//! Signing in on the website: a code that the user types in there, and waiting until it is done.

use std::time::{Duration, Instant};

use docket_forge::github::Patience;
use docket_forge::github::device::{Access, DeviceCode, DeviceFlow, Progress};
use docket_forge::{Error, ErrorKind, Secret};

use super::super::failure::{Failure, FailureKind};
use super::super::screen::{BOLD, CYAN, Screen};
use crate::env::Env;
use crate::sync::proxy;

/// The OAuth app that users sign in to; docket has registered none of its own.
const CLIENT_ID: &str = "DOCKET_GITHUB_CLIENT_ID";
/// Its key in the personal configuration.
const KEY: &str = "github-client-id";

/// Asks the website at `site` for a token.
pub(super) fn sign_in(
    env: &Env,
    screen: &Screen,
    site: &str,
    access: Access,
) -> Result<Secret, Failure> {
    let client_id = client_id(env).ok_or_else(|| {
        Failure::new(
            FailureKind::Environment,
            "docket has no OAuth app of its own to sign in to on the website",
        )
        .hint(format!(
            "paste a token: `docket auth login`; or set {CLIENT_ID} to the client id of an app of yours that allows the device flow"
        ))
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(FailureKind::Environment, error))?;
    let show = |code: &DeviceCode| {
        screen.note(&format!(
            "Open {CYAN}{}{CYAN:#} and type in {BOLD}{}{BOLD:#}",
            printable(&code.verification_uri),
            printable(&code.user_code)
        ));
    };
    let signed_in = runtime.block_on(async {
        let flow = DeviceFlow::new(site, &client_id, Patience::default(), proxy::of(env, site)?)?;
        let code = flow.begin(access).await?;
        show(&code);
        wait(&flow, &code).await
    });
    signed_in.map_err(|error| Failure::new(FailureKind::Environment, error))
}

async fn wait(flow: &DeviceFlow, code: &DeviceCode) -> Result<Secret, Error> {
    let begun = Instant::now();
    // RFC 8628, 3.5: five seconds where the server does not say.
    let mut pause = Duration::from_secs(if code.interval == 0 { 5 } else { code.interval });
    loop {
        tokio::time::sleep(pause).await;
        match flow.ask(code).await {
            Ok(Progress::Done(secret)) => return Ok(secret),
            Ok(Progress::Slower(longer)) => pause = longer.max(pause),
            Ok(Progress::Pending) => {}
            // What passes is asked again.
            Err(error) if error.is_retryable() => pause *= 2,
            Err(error) => return Err(error),
        }
        if begun.elapsed() > Duration::from_secs(code.expires_in) {
            return Err(Error::new(
                ErrorKind::Auth,
                "nobody has typed the code in; `docket auth login --web` gives a new one",
            ));
        }
    }
}

/// Not from the project's configuration: a repository could name an app that is not what it seems.
fn client_id(env: &Env) -> Option<String> {
    let own = env.var(CLIENT_ID).map(str::to_owned);
    let configured = || {
        let path = env.config_home()?.join("docket/config.toml");
        let table: toml::Table = std::fs::read_to_string(path).ok()?.parse().ok()?;
        Some(table.get(KEY)?.as_str()?.to_owned())
    };
    own.or_else(configured).filter(|it| !it.trim().is_empty())
}

fn printable(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).collect()
}
