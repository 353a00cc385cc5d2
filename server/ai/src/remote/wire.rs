//! docket's request in the words of genai, and its answer in docket's.

use std::sync::Arc;

use genai::chat::{
    ChatFrameSink, ChatMessage, ChatOptions, ChatRequest, ContentPart, JsonSpec, MessageContent,
    Tool as WireTool, ToolCall as WireCall, ToolResponse,
};
use serde_json::Value;

use crate::{Message, Request, ToolCall, Usage};

pub(super) fn request(request: &Request) -> ChatRequest {
    let messages = request.messages.iter().map(message).collect();
    let wire = ChatRequest::new(messages).with_system(request.system.as_str());
    match request.tools.is_empty() {
        true => wire,
        false => wire.with_tools(request.tools.iter().map(|it| {
            WireTool::new(it.name.as_str())
                .with_description(it.description.as_str())
                .with_schema(it.parameters.clone())
        })),
    }
}

fn message(message: &Message) -> ChatMessage {
    match message {
        Message::User(text) => ChatMessage::user(text.as_str()),
        Message::Assistant { text, calls } => {
            let mut content = match text.is_empty() {
                true => MessageContent::default(),
                false => MessageContent::from_text(text.as_str()),
            };
            for call in calls {
                content.push(ContentPart::ToolCall(WireCall {
                    call_id: call.id.clone(),
                    fn_name: call.name.clone(),
                    fn_arguments: call.arguments.clone(),
                    thought_signatures: (!call.signatures.is_empty())
                        .then(|| call.signatures.clone()),
                }));
            }
            ChatMessage::assistant(content)
        }
        Message::Tools(results) => {
            let responses = results.iter().map(|it| {
                ToolResponse::new(it.id.as_str(), it.content.as_str()).with_fn_name(&*it.name)
            });
            ChatMessage::tool(MessageContent::from_tool_responses(responses.collect()))
        }
    }
}

pub(super) fn options(request: &Request, sink: Arc<dyn ChatFrameSink>) -> ChatOptions {
    let options = ChatOptions::default()
        .with_max_tokens(request.max_output)
        .with_capture_usage(true)
        .with_capture_content(true)
        .with_capture_tool_calls(true)
        .with_raw_frame_sink_arc(sink);
    match &request.schema {
        Some(it) => {
            options.with_response_format(JsonSpec::new(it.name.as_str(), it.schema.clone()))
        }
        None => options,
    }
}

pub(super) fn content(content: Option<MessageContent>) -> (String, Vec<ToolCall>) {
    let mut text = String::new();
    let mut calls = Vec::new();
    for part in content.map(MessageContent::into_parts).unwrap_or_default() {
        match part {
            ContentPart::Text(it) => text.push_str(&it),
            ContentPart::ToolCall(it) => calls.push(ToolCall {
                id: it.call_id,
                name: it.fn_name,
                // Arguments that are no JSON stay a text, which no schema of arguments takes; none
                // at all are an empty object.
                arguments: match it.fn_arguments {
                    Value::Null => Value::Object(serde_json::Map::new()),
                    Value::String(it) if it.is_empty() => Value::Object(serde_json::Map::new()),
                    it => it,
                },
                signatures: it.thought_signatures.unwrap_or_default(),
            }),
            _ => {}
        }
    }
    (text, calls)
}

/// `None` where nothing is counted: no request has no tokens, and what is not known is not zero.
pub(super) fn usage(usage: &genai::chat::Usage) -> Option<Usage> {
    let count = |it: Option<i32>| it.and_then(|it| u64::try_from(it).ok()).unwrap_or(0);
    let details = usage.prompt_tokens_details.as_ref();
    let usage = Usage {
        input: count(usage.prompt_tokens),
        output: count(usage.completion_tokens),
        cached: count(details.and_then(|it| it.cached_tokens)),
    };
    (usage.input + usage.output > 0).then_some(usage)
}
