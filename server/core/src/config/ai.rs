//! `[ai]` and `[budget]`: which models are asked for what, what they are not shown, and what they may
//! cost.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Globs;

/// Models. None is asked where none is named.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub(super) struct Ai {
    /// `provider/model`, the first that answers. Providers are `openai`, `openai-chat`, `anthropic`,
    /// `gemini`, `ollama`, and those of `[ai.providers]`.
    pub(super) models: Vec<String>,
    /// Other models for single tasks: `expand`, `plan` and so on.
    pub(super) tasks: BTreeMap<String, Vec<String>>,
    /// Paths that are never shown to a model, written as in a `.gitignore`; beside `.docketignore`.
    pub(super) private: Vec<String>,
    /// How many tokens of the project go into a question at most.
    pub(super) context: u32,
    /// How many tokens an answer may have.
    pub(super) max_output: u32,
    /// Whether what an edit by hand left behind is looked at when it is saved, and updates are proposed.
    pub(super) review_on_save: bool,
    /// Servers of your own, by the name that models have before their `/`.
    pub(super) providers: BTreeMap<String, ProviderConfig>,
    /// Roles of `docket discuss`: what each cares about, by name; beside, and before, those that ship.
    pub(super) roles: BTreeMap<String, String>,
    /// What models cost, by their whole name; beside, and before, the prices that docket knows.
    pub(super) prices: BTreeMap<String, PriceConfig>,
}

/// A server that models are asked of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProviderConfig {
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Its address, up to and with the version: `https://models.example.org/v1/`. Encrypted, or of
    /// this machine.
    pub url: String,
    /// Whether it wants a key, which is kept by its host.
    #[serde(default)]
    pub key: KeyNeed,
}

/// Whether a server wants a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeyNeed {
    #[default]
    Needed,
    None,
}

/// A protocol that servers of models speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// `chat/completions`, which most servers speak.
    OpenaiChat,
    /// `responses`.
    Openai,
    Anthropic,
    Gemini,
}

/// US dollars for a million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PriceConfig {
    pub input: f64,
    pub output: f64,
    /// Of input that the provider had at hand; as `input` if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub cached: Option<f64>,
}

/// What models may cost, in US dollars; a call that could exceed one of these is not made.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Budget {
    /// For one ticket, ever.
    pub ticket: f64,
    pub day: f64,
    pub month: f64,
}

/// `[ai]`, as it is in force.
#[derive(Clone, Debug, PartialEq)]
pub struct AiConfig {
    /// `provider/model`, the first that answers.
    pub models: Vec<String>,
    /// The same for single tasks.
    pub tasks: BTreeMap<String, Vec<String>>,
    /// Paths that are never shown to a model.
    pub private: Globs,
    /// Tokens of the project in a question, at most.
    pub context: u32,
    /// Tokens of an answer, at most.
    pub max_output: u32,
    /// Whether updates are proposed of what a saved edit left behind.
    pub review_on_save: bool,
    pub providers: BTreeMap<String, ProviderConfig>,
    /// What each role of a discussion cares about.
    pub roles: BTreeMap<String, String>,
    /// By the whole name of a model.
    pub prices: BTreeMap<String, PriceConfig>,
}

impl Default for Ai {
    fn default() -> Self {
        Self {
            models: Vec::new(),
            tasks: BTreeMap::new(),
            private: Vec::new(),
            context: 24_000,
            max_output: 8_000,
            review_on_save: false,
            providers: BTreeMap::new(),
            roles: BTreeMap::new(),
            prices: BTreeMap::new(),
        }
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            ticket: 1.0,
            day: 5.0,
            month: 50.0,
        }
    }
}

impl AiConfig {
    /// The models for a task, the first that answers; none: it is done without.
    pub fn models_for(&self, task: &str) -> &[String] {
        self.tasks.get(task).unwrap_or(&self.models)
    }
}

/// `provider/model`, both there.
pub(super) fn is_model(name: &str) -> bool {
    let is_plain =
        |it: &str| !it.is_empty() && !it.contains(|it: char| it.is_whitespace() || it.is_control());
    name.split_once('/')
        .is_some_and(|(provider, model)| is_plain(provider) && is_plain(model))
}

/// A price that money can be counted with.
pub(super) fn is_price(price: f64) -> bool {
    price.is_finite() && (0.0..=10_000.0).contains(&price)
}
