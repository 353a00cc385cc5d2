//! Every end of a request that is no answer, and what it costs.

use std::time::{Duration, Instant};

use serde_json::json;

use super::providers::{PROTOCOLS, anthropic, frames, gemini, openai_chat, openai_responses};
use super::stub::{Act, End, Stub, data, event};
use super::{Told, request};
use crate::endpoint::{Endpoint, Protocol};
use crate::remote::{Patience, Remote};
use crate::{AskError, Cancel, Failure, Model, Secret, Spent};

const SHORT: Patience = Patience {
    connect: Duration::from_secs(5),
    first: Duration::from_millis(300),
    next: Duration::from_millis(300),
};

async fn failed(protocol: Protocol, act: Act) -> Failure {
    let stub = Stub::new([act]).await;
    let model = Remote::new(&stub.endpoint(protocol), "m", SHORT).unwrap();
    let request = request("x");
    model.ask(&request, &(), &Cancel::new()).await.unwrap_err()
}

#[tokio::test]
async fn a_status_is_the_error_that_it_means() {
    let cases = [
        (
            "401 Unauthorized",
            "{\"error\":{\"message\":\"bad key\"}}",
            "auth",
        ),
        ("403 Forbidden", "{}", "auth"),
        ("402 Payment Required", "{}", "out-of-credit"),
        (
            "404 Not Found",
            "{\"error\":{\"message\":\"no such model\"}}",
            "invalid-request",
        ),
        ("400 Bad Request", "{}", "invalid-request"),
        (
            "429 Too Many Requests\r\nretry-after: 7",
            "{}",
            "rate-limited",
        ),
        (
            "429 Too Many Requests",
            "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"pay\"}}",
            "out-of-credit",
        ),
        ("529 Overloaded", "{}", "overloaded"),
        ("503 Service Unavailable", "not json", "overloaded"),
        ("500 Internal Server Error", "<html>", "unavailable"),
        (
            "302 Found\r\nlocation: http://127.0.0.1:1/",
            "",
            "invalid-request",
        ),
    ];
    for protocol in PROTOCOLS {
        for (head, body, code) in cases {
            let failure = failed(protocol, Act::Whole(head, body.to_owned())).await;
            assert_eq!(failure.error.code(), code, "{protocol:?} {head}: {failure}");
            assert_eq!(failure.spent, Spent::Nothing, "{protocol:?} {head}");
            let asked = failure.error.retry_after();
            let expected = head.contains("retry-after").then(|| Duration::from_secs(7));
            assert_eq!(asked, expected, "{protocol:?} {head}");
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_is_no_answer() {
    for protocol in PROTOCOLS {
        for end in [End::Cut, End::Whole] {
            let mut frames = frames(protocol, &["two ", "words"]);
            // Before what says that it is complete.
            let keep = match protocol {
                Protocol::Gemini => 1,
                Protocol::OpenAiResponses => 2,
                _ => 4,
            };
            frames.truncate(keep);
            let failure = failed(protocol, Act::Stream(frames, end)).await;
            assert_eq!(failure.error.code(), "cut", "{protocol:?}: {failure}");
            assert!(failure.error.is_retryable());
            assert!(
                matches!(failure.spent, Spent::Estimated(_) | Spent::Counted(_)),
                "{protocol:?}: {:?}",
                failure.spent
            );
        }
    }
}

#[tokio::test]
async fn a_stall_is_noticed_before_and_within_an_answer() {
    for protocol in PROTOCOLS {
        let silent = failed(protocol, Act::Silence).await;
        assert_eq!(silent.error.code(), "stalled", "{protocol:?}");
        let mut frames = frames(protocol, &["two ", "words"]);
        frames.truncate(2);
        if protocol == Protocol::Gemini {
            frames.truncate(1);
        }
        let failure = failed(protocol, Act::Stream(frames, End::Hang)).await;
        assert_eq!(failure.error.code(), "stalled", "{protocol:?}: {failure}");
    }
}

#[tokio::test]
async fn what_is_no_json_is_garbled() {
    for protocol in [Protocol::OpenAiChat, Protocol::Anthropic, Protocol::Gemini] {
        let broken = match protocol {
            Protocol::Anthropic => "event: content_block_start\ndata: {\"secret\": tru".to_owned(),
            _ => "data: {\"secret\": tru".to_owned(),
        };
        let failure = failed(protocol, Act::Stream(vec![broken], End::Whole)).await;
        assert_eq!(failure.error.code(), "garbled", "{protocol:?}: {failure}");
        assert!(!failure.to_string().contains("secret"));
    }
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_none() {
    let incomplete = event(
        &json!({"type": "response.incomplete", "response": {"id": "r1", "model": "m",
        "created_at": 1, "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"},
        "output": [], "usage": {"input_tokens": 20, "output_tokens": 100, "total_tokens": 120}}}),
    );
    let cases = [
        (Protocol::OpenAiChat, openai_chat(&["tw"], "length")),
        (Protocol::OpenAiResponses, vec![incomplete]),
        (Protocol::Anthropic, anthropic(&["tw"], "max_tokens")),
        (Protocol::Gemini, gemini(&["tw"], "MAX_TOKENS")),
    ];
    for (protocol, frames) in cases {
        let failure = failed(protocol, Act::Stream(frames, End::Whole)).await;
        assert_eq!(
            failure.error,
            AskError::TooLong {
                model: "stub/m".to_owned(),
                limit: 100
            },
            "{protocol:?}"
        );
        assert!(matches!(failure.spent, Spent::Counted(_)), "{protocol:?}");
    }
}

#[tokio::test]
async fn a_refusal_is_an_answer_of_its_own() {
    let refusal = |finish: &str| {
        vec![
            data(
                &json!({"choices": [{"index": 0, "delta": {"refusal": "I can"}, "finish_reason": null}]}),
            ),
            data(
                &json!({"choices": [{"index": 0, "delta": {"refusal": "not."}, "finish_reason": finish}]}),
            ),
            "data: [DONE]".to_owned(),
        ]
    };
    let mut responses = openai_responses(&[]);
    responses.insert(
        1,
        event(&json!({"type": "response.refusal.delta", "delta": "I cannot."})),
    );
    let filtered = event(
        &json!({"type": "response.incomplete", "response": {"id": "r1", "model": "m",
        "created_at": 1, "status": "incomplete", "incomplete_details": {"reason": "content_filter"}, "output": []}}),
    );
    let cases = [
        (Protocol::OpenAiChat, refusal("stop")),
        (Protocol::OpenAiChat, openai_chat(&["x"], "content_filter")),
        (Protocol::OpenAiResponses, responses),
        (Protocol::OpenAiResponses, vec![filtered]),
        (Protocol::Anthropic, anthropic(&["x"], "refusal")),
        (Protocol::Gemini, gemini(&["x"], "SAFETY")),
        (
            Protocol::Gemini,
            vec![data(
                &json!({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 20}}),
            )],
        ),
    ];
    for (protocol, frames) in cases {
        let failure = failed(protocol, Act::Stream(frames, End::Whole)).await;
        assert_eq!(failure.error.code(), "refused", "{protocol:?}: {failure}");
        assert!(!failure.error.is_retryable() && !failure.error.falls_back());
    }
}

#[tokio::test]
async fn an_error_within_a_stream_is_the_one_that_it_names() {
    let failed_response = event(
        &json!({"type": "response.failed", "response": {"id": "r1", "model": "m", "created_at": 1,
        "status": "failed", "output": [], "error": {"code": "rate_limit_exceeded", "message": "slow"}}}),
    );
    let cases = [
        (
            Protocol::Anthropic,
            event(
                &json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
            ),
            "overloaded",
        ),
        (
            Protocol::OpenAiChat,
            data(&json!({"error": {"message": "broke", "type": "server_error"}})),
            "unavailable",
        ),
        (Protocol::OpenAiResponses, failed_response, "rate-limited"),
        (
            Protocol::OpenAiResponses,
            event(&json!({"type": "error", "code": "server_error", "message": "broke"})),
            "unavailable",
        ),
        (
            Protocol::Gemini,
            data(&json!({"error": {"code": 503, "status": "UNAVAILABLE", "message": "busy"}})),
            "overloaded",
        ),
    ];
    for (protocol, frame, code) in cases {
        let failure = failed(protocol, Act::Stream(vec![frame], End::Whole)).await;
        assert_eq!(failure.error.code(), code, "{protocol:?}: {failure}");
    }
}

#[tokio::test]
async fn nobody_at_home_is_unavailable_and_free() {
    let endpoint = Endpoint {
        provider: "stub".to_owned(),
        protocol: Protocol::OpenAiChat,
        base: "http://127.0.0.1:1/v1".to_owned(),
        key: Secret::new("sk-test"),
        proxy: None,
    };
    let model = Remote::new(&endpoint, "m", SHORT).unwrap();
    let request = request("x");
    let failure = model.ask(&request, &(), &Cancel::new()).await.unwrap_err();
    assert_eq!(failure.error.code(), "unavailable", "{failure}");
    assert_eq!(failure.spent, Spent::Nothing);
}

#[test]
fn a_key_goes_nowhere_without_encryption() {
    let endpoint = Endpoint {
        provider: "evil".to_owned(),
        protocol: Protocol::OpenAiChat,
        base: "http://models.example/v1/".to_owned(),
        key: Secret::new("sk-test"),
        proxy: None,
    };
    let error = Remote::new(&endpoint, "m", SHORT).err().unwrap();
    assert_eq!(error.code(), "invalid-request");
    assert!(!format!("{error} {error:?}").contains("sk-test"));
}

#[tokio::test]
async fn a_cancel_takes_effect_at_once_and_hangs_up() {
    for protocol in PROTOCOLS {
        let mut frames = frames(protocol, &["two ", "words"]);
        let keep = match protocol {
            Protocol::Gemini => 1,
            Protocol::OpenAiResponses => 2,
            Protocol::OpenAiChat => 2,
            Protocol::Anthropic => 4,
        };
        frames.truncate(keep);
        let stub = Stub::new([Act::Stream(frames, End::Hang)]).await;
        let model = Remote::new(&stub.endpoint(protocol), "m", Patience::default()).unwrap();
        let (request, cancel, told) = (request("x"), Cancel::new(), Told::default());
        let mut asked = model.ask(&request, &told, &cancel);
        // Until the first word is there.
        while !told.lines().iter().any(|it| it == "text two ") {
            let turn = tokio::time::timeout(Duration::from_millis(5), &mut asked).await;
            assert!(turn.is_err(), "{protocol:?}: {turn:?}");
        }
        let begun = Instant::now();
        cancel.cancel();
        let failure = asked.await.unwrap_err();
        let took = begun.elapsed();
        assert_eq!(failure.error, AskError::Cancelled, "{protocol:?}");
        assert!(matches!(failure.spent, Spent::Estimated(_)));
        assert!(took < Duration::from_millis(100), "{protocol:?}: {took:?}");
        let hung_up = tokio::time::timeout(Duration::from_secs(5), stub.left.notified()).await;
        assert!(hung_up.is_ok(), "{protocol:?}: the connection stays open");
    }
}
