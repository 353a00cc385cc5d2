//! What a model is asked, and what it answers; the same whoever provides it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What it is for, as `[ai.tasks]` names it: `plan`, `expand`.
    pub task: String,
    /// The prompt that it was made from.
    pub prompt: PromptId,
    /// The ticket whose budget pays.
    pub ticket: Option<String>,
    /// Instructions: docket's own words alone, nothing from a file, an issue or a model.
    pub system: String,
    pub messages: Vec<Message>,
    pub tools: Vec<Tool>,
    /// What the answer has to fit; free text without it.
    pub schema: Option<Schema>,
    /// The most tokens that the answer may have, thoughts included.
    pub max_output: u32,
}

/// Which prompt made a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptId {
    pub name: String,
    /// As its file says, and the first digits of its text's hash: `1-9f3a1c20`.
    pub version: String,
}

/// One turn of the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    User(String),
    /// What the model answered before.
    Assistant {
        text: String,
        calls: Vec<ToolCall>,
    },
    /// What tools gave, in the order of the calls.
    Tools(Vec<ToolResult>),
}

/// Something that the model may call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    pub name: String,
    pub description: String,
    /// JSON Schema of its arguments, an object.
    pub parameters: Value,
}

/// A call that the model asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    pub id: String,
    pub name: String,
    pub arguments: Value,
    /// Opaque; a provider that sends them wants them back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<String>,
}

/// What a call gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolResult {
    pub id: String,
    pub name: String,
    pub content: String,
}

/// The shape of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// Letters, digits, `_` and `-`.
    pub name: String,
    pub schema: Value,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Who answered, as [`crate::Model::name`] says.
    pub model: String,
    pub text: String,
    pub calls: Vec<ToolCall>,
    pub stop: Stop,
    /// `None` where the provider does not say.
    pub usage: Option<Usage>,
}

/// Why an answer is complete. All other ends are failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    End,
    /// It waits for what tools give.
    Tools,
}

/// Tokens, as the provider counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// All that was read, `cached` included.
    pub input: u64,
    /// All that was written, thoughts included.
    pub output: u64,
    /// What of `input` the provider had at hand, and counts at a lower price.
    pub cached: u64,
}

impl Request {
    /// A question without tools and schema, for no ticket.
    pub fn new(
        task: impl Into<String>,
        prompt: PromptId,
        system: impl Into<String>,
        user: impl Into<String>,
    ) -> Self {
        Self {
            task: task.into(),
            prompt,
            ticket: None,
            system: system.into(),
            messages: vec![Message::User(user.into())],
            tools: Vec::new(),
            schema: None,
            max_output: 4_096,
        }
    }
}

impl std::ops::Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            input: self.input + other.input,
            output: self.output + other.output,
            cached: self.cached + other.cached,
        }
    }
}
