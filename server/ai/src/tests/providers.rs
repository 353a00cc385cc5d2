//! What goes over the wire, and what is read from it, for each protocol.

use serde_json::{Value, json};

use super::stub::{Act, End, Seen, Stub, data, event};
use super::{Told, request};
use crate::endpoint::Protocol;
use crate::remote::{Patience, Remote};
use crate::{
    Cancel, Message, Model, Reply, Request, Schema, Stop, Tool, ToolCall, ToolResult, Usage,
};

/// developers.openai.com/api/reference, "Chat Completions", streaming.
pub(super) fn openai_chat(text: &[&str], finish: &str) -> Vec<String> {
    let chunk = |delta: Value, finish: Value| {
        data(
            &json!({"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}),
        )
    };
    let mut frames = vec![chunk(
        json!({"role": "assistant", "content": ""}),
        Value::Null,
    )];
    frames.extend(
        text.iter()
            .map(|it| chunk(json!({"content": it}), Value::Null)),
    );
    frames.push(chunk(json!({}), json!(finish)));
    frames.push(data(
        &json!({"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [],
        "usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25,
            "prompt_tokens_details": {"cached_tokens": 8}}}),
    ));
    frames.push("data: [DONE]".to_owned());
    frames
}

/// developers.openai.com/api/reference, "Responses", streaming events.
pub(super) fn openai_responses(text: &[&str]) -> Vec<String> {
    let response = |status: &str| {
        json!({"id": "r1", "object": "response", "created_at": 1, "model": "m",
        "status": status, "output": [], "error": null, "incomplete_details": null,
        "usage": {"input_tokens": 20, "output_tokens": 5, "total_tokens": 25,
            "input_tokens_details": {"cached_tokens": 8}, "output_tokens_details": {"reasoning_tokens": 0}}})
    };
    let mut frames = vec![event(
        &json!({"type": "response.created", "sequence_number": 0, "response": response("in_progress")}),
    )];
    frames.extend(text.iter().map(|it| {
        event(
            &json!({"type": "response.output_text.delta", "sequence_number": 1, "item_id": "i1",
        "output_index": 0, "content_index": 0, "delta": it}),
        )
    }));
    frames.push(event(
        &json!({"type": "response.completed", "sequence_number": 9, "response": response("completed")}),
    ));
    frames
}

/// platform.claude.com/docs, "Streaming messages".
pub(super) fn anthropic(text: &[&str], stop: &str) -> Vec<String> {
    let mut frames = vec![
        event(
            &json!({"type": "message_start", "message": {"id": "m1", "type": "message",
        "role": "assistant", "content": [], "model": "m", "stop_reason": null,
        "usage": {"input_tokens": 12, "cache_read_input_tokens": 8, "output_tokens": 1}}}),
        ),
        event(&json!({"type": "content_block_start", "index": 0,
        "content_block": {"type": "text", "text": ""}})),
        event(&json!({"type": "ping"})),
    ];
    frames.extend(text.iter().map(|it| {
        event(&json!({"type": "content_block_delta", "index": 0,
        "delta": {"type": "text_delta", "text": it}}))
    }));
    frames.extend([
        event(&json!({"type": "content_block_stop", "index": 0})),
        event(
            &json!({"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": null},
        "usage": {"output_tokens": 5}}),
        ),
        event(&json!({"type": "message_stop"})),
    ]);
    frames
}

/// ai.google.dev/api/generate-content, `streamGenerateContent` with `alt=sse`.
pub(super) fn gemini(text: &[&str], finish: &str) -> Vec<String> {
    let n_text = text.len();
    text.iter()
        .enumerate()
        .map(|(idx, it)| {
            let mut candidate = json!({"index": 0, "content": {"role": "model", "parts": [{"text": it}]}});
            if idx + 1 == n_text {
                candidate["finishReason"] = json!(finish);
            }
            data(&json!({"candidates": [candidate], "modelVersion": "m",
                "usageMetadata": {"promptTokenCount": 20, "candidatesTokenCount": 5, "totalTokenCount": 25,
                    "cachedContentTokenCount": 8}}))
        })
        .collect()
}

pub(super) const PROTOCOLS: [Protocol; 4] = [
    Protocol::OpenAiChat,
    Protocol::OpenAiResponses,
    Protocol::Anthropic,
    Protocol::Gemini,
];

pub(super) fn frames(protocol: Protocol, text: &[&str]) -> Vec<String> {
    match protocol {
        Protocol::OpenAiChat => openai_chat(text, "stop"),
        Protocol::OpenAiResponses => openai_responses(text),
        Protocol::Anthropic => anthropic(text, "end_turn"),
        Protocol::Gemini => gemini(text, "STOP"),
    }
}

async fn once(protocol: Protocol, frames: Vec<String>, request: &Request) -> (Reply, Seen, Told) {
    let stub = Stub::new([Act::Stream(frames, End::Whole)]).await;
    let model = Remote::new(&stub.endpoint(protocol), "m", Patience::default()).unwrap();
    let told = Told::default();
    let reply = model.ask(request, &told, &Cancel::new()).await.unwrap();
    (reply, stub.seen().remove(0), told)
}

#[tokio::test]
async fn every_protocol_streams_text_and_counts_tokens() {
    for protocol in PROTOCOLS {
        let (reply, seen, told) = once(
            protocol,
            frames(protocol, &["two ", "words"]),
            &request("Say two words."),
        )
        .await;
        assert_eq!(reply.text, "two words", "{protocol:?}");
        assert_eq!(reply.stop, Stop::End, "{protocol:?}");
        assert_eq!(reply.model, "stub/m");
        let usage = Usage {
            input: 20,
            output: 5,
            cached: 8,
        };
        assert_eq!(reply.usage, Some(usage), "{protocol:?}");
        assert_eq!(
            told.lines(),
            ["ask stub/m", "text two ", "text words"],
            "{protocol:?}"
        );
        let (line, key) = match protocol {
            Protocol::OpenAiChat => ("/v1/chat/completions", "authorization"),
            Protocol::OpenAiResponses => ("/v1/responses", "authorization"),
            Protocol::Anthropic => ("/v1/messages", "x-api-key"),
            Protocol::Gemini => (
                "/v1/models/m:streamGenerateContent?alt=sse",
                "x-goog-api-key",
            ),
        };
        assert_eq!(seen.line, format!("POST {line} HTTP/1.1"));
        let sent = seen.header(key).unwrap().trim_start_matches("Bearer ");
        assert_eq!(sent, "sk-test", "{protocol:?}");
        assert!(seen.header("user-agent").unwrap().starts_with("docket/"));
    }
}

#[tokio::test]
async fn every_protocol_sends_the_schema_and_the_limit() {
    let schema = json!({"type": "object", "properties": {"title": {"type": "string"}},
        "required": ["title"], "additionalProperties": false});
    let mut request = request("A title.");
    request.schema = Some(Schema {
        name: "title".to_owned(),
        schema: schema.clone(),
    });
    for protocol in PROTOCOLS {
        let (_, seen, _) = once(protocol, frames(protocol, &["{}"]), &request).await;
        let (place, limit) = match protocol {
            Protocol::OpenAiChat => ("/response_format/json_schema/schema", "/max_tokens"),
            Protocol::OpenAiResponses => ("/text/format/schema", "/max_output_tokens"),
            Protocol::Anthropic => ("/output_config/format/schema", "/max_tokens"),
            Protocol::Gemini => (
                "/generationConfig/responseJsonSchema",
                "/generationConfig/maxOutputTokens",
            ),
        };
        assert_eq!(
            seen.body.pointer(place),
            Some(&schema),
            "{protocol:?}: {}",
            seen.body
        );
        assert_eq!(seen.body.pointer(limit), Some(&json!(100)), "{protocol:?}");
        let text = seen.body.to_string();
        assert!(text.contains("You are terse."), "{protocol:?}");
        assert!(text.contains("A title."), "{protocol:?}");
    }
}

#[tokio::test]
async fn the_responses_protocol_leaves_nothing_with_the_provider() {
    let protocol = Protocol::OpenAiResponses;
    let (_, seen, _) = once(protocol, frames(protocol, &["x"]), &request("x")).await;
    assert_eq!(seen.body["store"], json!(false));
}

fn call_frames(protocol: Protocol) -> Vec<String> {
    match protocol {
        Protocol::OpenAiChat => {
            let chunk = |delta: Value, finish: Value| {
                data(&json!({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}))
            };
            vec![
                chunk(
                    json!({"role": "assistant", "tool_calls": [{"index": 0, "id": "t1", "type": "function",
                    "function": {"name": "find", "arguments": ""}}]}),
                    Value::Null,
                ),
                chunk(
                    json!({"tool_calls": [{"index": 0, "function": {"arguments": "{\"id\":"}}]}),
                    Value::Null,
                ),
                chunk(
                    json!({"tool_calls": [{"index": 0, "function": {"arguments": "\"T-1\"}"}}]}),
                    Value::Null,
                ),
                chunk(json!({}), json!("tool_calls")),
                "data: [DONE]".to_owned(),
            ]
        }
        Protocol::OpenAiResponses => {
            let item = |arguments: &str| {
                json!({"type": "function_call", "id": "i1", "call_id": "t1",
                "name": "find", "arguments": arguments})
            };
            vec![
                event(
                    &json!({"type": "response.output_item.added", "output_index": 0, "item": item("")}),
                ),
                event(
                    &json!({"type": "response.function_call_arguments.delta", "output_index": 0,
                    "item_id": "i1", "delta": "{\"id\":\"T-1\"}"}),
                ),
                event(
                    &json!({"type": "response.output_item.done", "output_index": 0,
                    "item": item("{\"id\":\"T-1\"}")}),
                ),
                event(
                    &json!({"type": "response.completed", "response": {"id": "r1", "model": "m",
                    "created_at": 1, "status": "completed", "output": [item("{\"id\":\"T-1\"}")]}}),
                ),
            ]
        }
        Protocol::Anthropic => vec![
            event(
                &json!({"type": "message_start", "message": {"usage": {"input_tokens": 1, "output_tokens": 1}}}),
            ),
            event(&json!({"type": "content_block_start", "index": 0,
                "content_block": {"type": "tool_use", "id": "t1", "name": "find", "input": {}}})),
            event(&json!({"type": "content_block_delta", "index": 0,
                "delta": {"type": "input_json_delta", "partial_json": "{\"id\":"}})),
            event(&json!({"type": "content_block_delta", "index": 0,
                "delta": {"type": "input_json_delta", "partial_json": "\"T-1\"}"}})),
            event(&json!({"type": "content_block_stop", "index": 0})),
            event(
                &json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"},
                "usage": {"output_tokens": 5}}),
            ),
            event(&json!({"type": "message_stop"})),
        ],
        Protocol::Gemini => vec![data(
            &json!({"candidates": [{"index": 0, "finishReason": "STOP", "content": {"role": "model",
            "parts": [{"functionCall": {"id": "t1", "name": "find", "args": {"id": "T-1"}},
                "thoughtSignature": "c2ln"}]}}]}),
        )],
    }
}

#[tokio::test]
async fn every_protocol_calls_tools_and_takes_what_they_give() {
    let mut first = request("Which ticket?");
    first.tools.push(Tool {
        name: "find".to_owned(),
        description: "Finds a ticket.".to_owned(),
        parameters: json!({"type": "object", "properties": {"id": {"type": "string"}}}),
    });
    for protocol in PROTOCOLS {
        let (reply, seen, _) = once(protocol, call_frames(protocol), &first).await;
        assert_eq!(reply.stop, Stop::Tools, "{protocol:?}");
        let signatures = match protocol {
            Protocol::Gemini => vec!["c2ln".to_owned()],
            _ => Vec::new(),
        };
        let call = ToolCall {
            id: "t1".to_owned(),
            name: "find".to_owned(),
            arguments: json!({"id": "T-1"}),
            signatures,
        };
        assert_eq!(reply.calls, [call], "{protocol:?}");
        assert!(seen.body["tools"].to_string().contains("Finds a ticket."));

        let mut second = first.clone();
        second.messages.push(Message::Assistant {
            text: reply.text,
            calls: reply.calls,
        });
        second.messages.push(Message::Tools(vec![ToolResult {
            id: "t1".to_owned(),
            name: "find".to_owned(),
            content: "T-1 is done".to_owned(),
        }]));
        let (reply, seen, _) = once(protocol, frames(protocol, &["T-1"]), &second).await;
        assert_eq!(reply.text, "T-1");
        let sent = seen.body.to_string();
        assert!(sent.contains("T-1 is done"), "{protocol:?}: {sent}");
        assert_eq!(sent.contains("c2ln"), protocol == Protocol::Gemini);
    }
}

#[tokio::test]
async fn a_suffix_of_a_models_name_that_looks_like_an_effort_stays() {
    for name in ["local-high", "tiny-low", "coder-max"] {
        for protocol in PROTOCOLS {
            let frames = frames(protocol, &["x"]);
            let stub = Stub::new([Act::Stream(frames, End::Whole)]).await;
            let model = Remote::new(&stub.endpoint(protocol), name, Patience::default()).unwrap();
            model.ask(&request("x"), &(), &Cancel::new()).await.unwrap();
            let seen = stub.seen().remove(0);
            let sent = match protocol {
                Protocol::Gemini => seen.line.clone(),
                _ => seen.body["model"].to_string(),
            };
            assert!(sent.contains(name), "{protocol:?}: {sent}");
            let body = seen.body.to_string();
            assert!(
                !body.contains("effort") && !body.contains("thinking"),
                "{protocol:?}: {body}"
            );
        }
    }
}

#[tokio::test]
async fn a_count_of_nothing_is_no_count() {
    let mut frames = openai_chat(&["x"], "stop");
    let at = frames.len() - 2;
    frames[at] = data(
        &json!({"choices": [], "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}}),
    );
    let (reply, _, _) = once(Protocol::OpenAiChat, frames, &request("x")).await;
    assert_eq!(reply.usage, None);
}
