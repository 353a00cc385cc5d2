//! `[ai]` and `[budget]`: what a schema cannot say of them.

use std::collections::BTreeMap;

use super::super::ai::{Ai, AiConfig, Budget, PriceConfig, is_model, is_price};
use super::{Reader, is_safe_api};

/// Names that docket gives itself.
const BUILT_IN: [&str; 5] = ["openai", "openai-chat", "anthropic", "gemini", "ollama"];

impl Reader<'_> {
    pub(super) fn ai(&mut self, ai: Ai) -> AiConfig {
        let mut providers = ai.providers;
        providers.retain(|name, it| {
            let at = ["ai", "providers", name];
            if name.is_empty() || name.contains(|it: char| it == '/' || it.is_whitespace()) {
                self.tell(
                    self.place(&at),
                    "A provider's name must be one word without a slash.".to_owned(),
                );
                return false;
            }
            if BUILT_IN.contains(&name.as_str()) {
                let message = format!("`{name}` is a provider that docket knows: give yours another name.");
                self.tell(self.place(&at), message);
                return false;
            }
            if !is_safe_api(&it.url) {
                let message =
                    "`url` must begin with `https://`, or be of this machine: what is sent there has to be encrypted.";
                self.tell(
                    self.place(&["ai", "providers", name, "url"]),
                    message.to_owned(),
                );
                return false;
            }
            true
        });
        let known = |it: &String| {
            let provider = it.split('/').next().unwrap_or_default();
            BUILT_IN.contains(&provider) || providers.contains_key(provider)
        };
        let models = self.models(&["ai", "models"], ai.models, known);
        let mut tasks = BTreeMap::new();
        for (task, models) in ai.tasks {
            let models = self.models(&["ai", "tasks", &task], models, known);
            tasks.insert(task, models);
        }
        let mut prices = ai.prices;
        prices.retain(|name, it| {
            let PriceConfig {
                input,
                output,
                cached,
            } = *it;
            let good = [input, output, cached.unwrap_or(0.0)]
                .into_iter()
                .all(is_price);
            if !good || !is_model(name) {
                let message = match good {
                    false => "A price must be a number of US dollars for a million tokens.",
                    true => "A price must be for a model, as `[ai.prices.\"provider/model\"]`.",
                };
                self.tell(self.place(&["ai", "prices", name]), message.to_owned());
                return false;
            }
            true
        });
        AiConfig {
            models,
            tasks,
            private: self.globs(&["ai", "private"], &ai.private),
            context: ai.context,
            max_output: ai.max_output.max(1),
            review_on_save: ai.review_on_save,
            roles: ai.roles,
            providers,
            prices,
        }
    }

    fn models(
        &mut self,
        path: &[&str],
        models: Vec<String>,
        known: impl Fn(&String) -> bool,
    ) -> Vec<String> {
        let mut kept = Vec::with_capacity(models.len());
        for model in models {
            let message = match is_model(&model) {
                false => format!("`{model}` must be `provider/model`, such as `ollama/qwen3`."),
                true if !known(&model) => {
                    let provider = model.split('/').next().unwrap_or_default();
                    format!(
                        "There is no provider `{provider}`: say where it is, in `[ai.providers.{provider}]`."
                    )
                }
                true => {
                    kept.push(model);
                    continue;
                }
            };
            self.tell(self.item(path, None, &model), message);
        }
        kept
    }

    pub(super) fn budget(&mut self, mut budget: Budget) -> Budget {
        let usual = Budget::default();
        let caps = [
            (&mut budget.ticket, usual.ticket, "ticket"),
            (&mut budget.day, usual.day, "day"),
            (&mut budget.month, usual.month, "month"),
        ];
        for (cap, usual, key) in caps {
            if !cap.is_finite() || !(0.0..=1_000_000.0).contains(cap) {
                let message = format!("`{key}` must be a number of US dollars.");
                self.tell(self.place(&["budget", key]), message);
                *cap = usual;
            }
        }
        budget
    }
}
