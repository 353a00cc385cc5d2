//! Signing in with a code, as the documentation of the device flow has it.

use serde_json::{Value, json};
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::super::device::{Access, DeviceCode, DeviceFlow, Progress};
use super::*;

async fn server() -> (MockServer, DeviceFlow) {
    let server = MockServer::start().await;
    let flow = DeviceFlow::new(&server.uri(), "Iv1.client", Patience::default(), None).unwrap();
    (server, flow)
}

async fn answers(server: &MockServer, at: &str, expected: Value, answer: Value) {
    Mock::given(method("POST"))
        .and(path(at))
        .and(header("accept", "application/json"))
        .and(body_json(expected))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .up_to_n_times(1)
        .mount(server)
        .await;
}

async fn begun(server: &MockServer, flow: &DeviceFlow) -> DeviceCode {
    answers(
        server,
        "/login/device/code",
        json!({ "client_id": "Iv1.client", "scope": "repo" }),
        json!({
            "device_code": "3584d83530557fdd1f46af8289938c8ef79f9dc5", "user_code": "WDJB-MJHT",
            "verification_uri": "https://github.com/login/device", "expires_in": 900, "interval": 5,
        }),
    )
    .await;
    flow.begin(Access::Issues).await.unwrap()
}

async fn asked(
    server: &MockServer,
    flow: &DeviceFlow,
    code: &DeviceCode,
    says: Value,
) -> Result<Progress> {
    let question = json!({
        "client_id": "Iv1.client",
        "device_code": "3584d83530557fdd1f46af8289938c8ef79f9dc5",
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
    });
    answers(server, "/login/oauth/access_token", question, says).await;
    flow.ask(code).await
}

#[tokio::test]
async fn a_code_becomes_a_token_when_the_user_has_agreed() {
    let (server, flow) = server().await;
    let code = begun(&server, &flow).await;
    assert_eq!((code.user_code.as_str(), code.interval), ("WDJB-MJHT", 5));
    let pending = json!({ "error": "authorization_pending" });
    let progress = asked(&server, &flow, &code, pending).await.unwrap();
    assert!(matches!(progress, Progress::Pending));
    let slow = json!({ "error": "slow_down", "interval": 10 });
    let progress = asked(&server, &flow, &code, slow).await.unwrap();
    assert!(matches!(progress, Progress::Slower(it) if it.as_secs() == 10));
    let slow = json!({ "error": "slow_down" });
    let progress = asked(&server, &flow, &code, slow).await.unwrap();
    assert!(matches!(progress, Progress::Slower(it) if it.as_secs() == 10));
    let done = json!({ "access_token": "gho_secret", "token_type": "bearer", "scope": "repo" });
    let progress = asked(&server, &flow, &code, done).await.unwrap();
    assert!(!format!("{progress:?}").contains("gho_secret"));
    let Progress::Done(token) = progress else {
        panic!("{progress:?}");
    };
    assert_eq!(token.expose(), "gho_secret");
}

#[tokio::test]
async fn who_does_not_agree_gets_no_token() {
    let (server, flow) = server().await;
    let code = begun(&server, &flow).await;
    for (error, word) in [
        ("access_denied", "declined"),
        ("expired_token", "expired"),
        ("incorrect_client_credentials", "DOCKET_GITHUB_CLIENT_ID"),
        ("device_flow_disabled", "app's settings"),
        ("new_to_us", "for a reason"),
    ] {
        let says = json!({ "error": error, "error_description": "for a reason" });
        let error = asked(&server, &flow, &code, says).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Auth);
        assert!(error.message.contains(word), "{}", error.message);
    }
}

#[tokio::test]
async fn an_app_that_is_not_there_says_so_at_once() {
    let (server, flow) = server().await;
    let error = flow.begin(Access::Issues).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Auth, "{}", error.message);
    answers(
        &server,
        "/login/device/code",
        json!({ "client_id": "Iv1.client", "scope": "repo" }),
        json!({ "error": "device_flow_disabled" }),
    )
    .await;
    let error = flow.begin(Access::Issues).await.unwrap_err();
    let wide = json!({ "client_id": "Iv1.client", "scope": "repo project" });
    let refused = json!({ "error": "access_denied" });
    answers(&server, "/login/device/code", wide, refused).await;
    let declined = flow.begin(Access::Projects).await.unwrap_err();
    assert!(
        declined.message.contains("declined"),
        "{}",
        declined.message
    );
    assert!(
        error.message.contains("app's settings"),
        "{}",
        error.message
    );
}
