//! Signing in without a browser on this machine: OAuth's device flow (RFC 8628), as GitHub has it.
//!
//! <https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#device-flow>

use std::time::Duration;

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Patience;
use super::errors::clean;
use super::transport::{Call, Transport};
use crate::{Error, ErrorKind, Proxy, Result, Secret};

/// What issues of private repositories need.
const SCOPE: &str = "repo";
/// What reading and writing the fields of a project need beside it.
const PROJECT: &str = "project";

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Issues,
    /// Issues, and the project whose fields they have.
    Projects,
}
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A registered OAuth app on one server.
pub struct DeviceFlow {
    transport: Transport,
    client_id: String,
}

/// What the user types in, and where.
#[derive(Clone, Debug, Deserialize)]
pub struct DeviceCode {
    pub user_code: String,
    pub verification_uri: String,
    /// Seconds.
    pub expires_in: u64,
    /// Seconds between two questions.
    pub interval: u64,
    device_code: String,
}

/// What has come of it.
#[derive(Debug)]
pub enum Progress {
    /// The user has not answered yet.
    Pending,
    /// Ask again only after so long, from now on.
    Slower(Duration),
    Done(Secret),
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    interval: Option<u64>,
}

impl DeviceFlow {
    /// `host` is the website's address, `https://github.com`. Has to be called within a runtime.
    pub fn new(
        host: &str,
        client_id: &str,
        patience: Patience,
        proxy: Option<Proxy>,
    ) -> Result<Self> {
        Ok(Self {
            transport: Transport::to_website(host.trim_end_matches('/'), patience, proxy)?,
            client_id: client_id.to_owned(),
        })
    }

    pub async fn begin(&self, access: Access) -> Result<DeviceCode> {
        let scope = match access {
            Access::Issues => SCOPE.to_owned(),
            Access::Projects => format!("{SCOPE} {PROJECT}"),
        };
        let answer = self
            .post(
                "/login/device/code",
                json!({ "client_id": self.client_id, "scope": scope }),
            )
            .await?;
        serde_json::from_value(answer.clone()).map_err(|_| {
            let said = serde_json::from_value::<TokenAnswer>(answer).ok();
            refused(&said.and_then(|it| it.error).unwrap_or_default(), None)
        })
    }

    /// Asks once whether the user has agreed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Auth`] where the user has refused or was too late.
    pub async fn ask(&self, code: &DeviceCode) -> Result<Progress> {
        let answer = self
            .post(
                "/login/oauth/access_token",
                json!({
                    "client_id": self.client_id,
                    "device_code": code.device_code,
                    "grant_type": GRANT,
                }),
            )
            .await?;
        let answer: TokenAnswer = serde_json::from_value(answer).map_err(|_| refused("", None))?;
        match (answer.access_token, answer.error.as_deref()) {
            (Some(token), _) => Secret::new(&token)
                .map(Progress::Done)
                .ok_or_else(|| refused("", None)),
            (None, Some("authorization_pending")) => Ok(Progress::Pending),
            (None, Some("slow_down")) => {
                // "Add 5 seconds to the minimum interval", where the answer does not say the new one.
                let interval = answer.interval.unwrap_or(code.interval + 5);
                Ok(Progress::Slower(Duration::from_secs(interval)))
            }
            (None, error) => Err(refused(
                error.unwrap_or_default(),
                answer.error_description.as_deref(),
            )),
        }
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value> {
        let address = format!("{}{path}", self.transport.base());
        let call = Call::write(Method::POST, address, Some(body));
        let answer = self.transport.send(&call).await?;
        match answer.status.is_success() {
            true => answer.json(),
            false => Err(refused("", Some(&answer.refusal().message))),
        }
    }
}

fn refused(error: &str, description: Option<&str>) -> Error {
    let message = match error {
        "access_denied" => "the request was declined on the website".to_owned(),
        "expired_token" => "the code has expired: run `docket auth login` again".to_owned(),
        "device_flow_disabled" => {
            "the OAuth app does not allow the device flow: switch it on in the app's settings"
                .to_owned()
        }
        "incorrect_client_credentials" => {
            "GitHub does not know this client id: check DOCKET_GITHUB_CLIENT_ID".to_owned()
        }
        _ => {
            let said = description.map(clean).filter(|it| !it.is_empty());
            format!(
                "GitHub does not sign in: {}",
                said.as_deref().unwrap_or("it does not say why")
            )
        }
    };
    Error::new(ErrorKind::Auth, message)
}
