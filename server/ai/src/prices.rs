//! What models cost. A price that nobody knows is an error, not zero.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::{AskError, Usage};

/// Millionths of a millionth of a US dollar. So many cost a token what a million of them cost in
/// millionths of a dollar.
pub type Pico = i64;

/// For a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    pub input: Pico,
    pub output: Pico,
    /// Of input that the provider had at hand.
    pub cached: Pico,
}

/// The prices in force.
#[derive(Clone, Debug, Default)]
pub struct Prices {
    own: BTreeMap<String, Price>,
}

/// A row of the data file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    input: f64,
    output: f64,
    cached: Option<f64>,
    /// The page that says so, and when it did.
    #[cfg_attr(not(test), expect(dead_code, reason = "for whoever checks the price"))]
    source: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "for whoever checks the price"))]
    seen: String,
}

static SHIPPED: LazyLock<BTreeMap<String, Row>> =
    LazyLock::new(|| toml::from_str(include_str!("prices.toml")).unwrap_or_default());

impl Price {
    /// By US dollars for a million tokens; without a price of its own, what is cached counts in
    /// full.
    pub fn of_dollars(input: f64, output: f64, cached: Option<f64>) -> Self {
        // A dollar for a million tokens is a millionth of a dollar for one, which is a million pico.
        let pico = |dollars: f64| (dollars * 1e6).round() as Pico;
        Self {
            input: pico(input),
            output: pico(output),
            cached: pico(cached.unwrap_or(input)),
        }
    }

    /// What that many tokens cost.
    pub fn cost(&self, usage: Usage) -> Pico {
        let times = |price: Pico, count: u64| {
            price.saturating_mul(Pico::try_from(count).unwrap_or(Pico::MAX))
        };
        let cached = usage.cached.min(usage.input);
        times(self.input, usage.input - cached)
            .saturating_add(times(self.cached, cached))
            .saturating_add(times(self.output, usage.output))
    }

    /// The most that so many tokens can cost, however many of them are cached.
    pub fn most(&self, usage: Usage) -> Pico {
        let dearest = Self {
            input: self.input.max(self.cached),
            ..*self
        };
        dearest.cost(Usage { cached: 0, ..usage })
    }
}

impl Prices {
    /// With a project's own, which come first.
    pub fn new(own: BTreeMap<String, Price>) -> Self {
        Self { own }
    }

    /// What a model costs, by its whole name.
    ///
    /// # Errors
    ///
    /// [`AskError::NoPrice`]
    pub fn of(&self, model: &str) -> Result<Price, AskError> {
        let any = model
            .split_once('/')
            .map(|(provider, _)| format!("{provider}/*"));
        let names = || [Some(model), any.as_deref()].into_iter().flatten();
        names()
            .find_map(|it| self.own.get(it).copied())
            .or_else(|| names().find_map(shipped))
            .ok_or_else(|| AskError::NoPrice {
                model: model.to_owned(),
            })
    }
}

fn shipped(model: &str) -> Option<Price> {
    let row = SHIPPED.get(model)?;
    Some(Price::of_dollars(row.input, row.output, row.cached))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_price_that_ships_says_where_it_is_from() {
        assert!(SHIPPED.len() >= 16, "the file cannot be read");
        // Of the provider itself: what others say of it is no source.
        let pages = [
            ("anthropic", "https://platform.claude.com/docs/"),
            ("ollama", "https://docs.ollama.com"),
            ("openai", "https://developers.openai.com/"),
        ];
        for (model, row) in SHIPPED.iter() {
            let (provider, _) = model.split_once('/').unwrap();
            let page = pages.iter().find(|it| it.0 == provider);
            let page = page.unwrap_or_else(|| panic!("{model}: whose page is it?"));
            assert!(row.source.starts_with(page.1), "{model}");
            assert!(row.seen.starts_with("20"), "{model}");
            assert!(row.input >= 0.0 && row.output >= row.input, "{model}");
            assert!(row.cached.is_none_or(|it| it < row.input), "{model}");
        }
    }

    #[test]
    fn costs_are_counted_to_the_last_token() {
        let price = Price::of_dollars(3.0, 15.0, Some(0.3));
        let usage = Usage {
            input: 1_000,
            output: 100,
            cached: 400,
        };
        // 600 * 3 + 400 * 0.3 + 100 * 15 millionths of a dollar
        assert_eq!(price.cost(usage), 3_420_000_000);
        assert_eq!(price.most(usage), 4_500_000_000);
        let cheap = Price::of_dollars(0.0125, 0.05, None);
        let one = Usage {
            input: 1,
            output: 0,
            cached: 1,
        };
        assert_eq!(cheap.cost(one), 12_500);
        let endless = Usage {
            input: u64::MAX,
            output: u64::MAX,
            cached: 0,
        };
        assert_eq!(price.cost(endless), Pico::MAX);
    }

    #[test]
    fn an_unknown_price_is_an_error_and_a_projects_own_comes_first() {
        let prices = Prices::default();
        let error = prices.of("openai/unheard-of").unwrap_err();
        assert_eq!(error.code(), "no-price");
        assert_eq!(prices.of("ollama/qwen3").unwrap().output, 0);
        assert_eq!(
            prices.of("anthropic/claude-opus-5").unwrap().input,
            5_000_000
        );
        let own = Prices::new(BTreeMap::from([
            ("ollama/cloud".to_owned(), Price::of_dollars(1.0, 2.0, None)),
            ("mine/*".to_owned(), Price::of_dollars(0.5, 0.5, None)),
        ]));
        assert_eq!(own.of("ollama/cloud").unwrap().input, 1_000_000);
        assert_eq!(own.of("ollama/qwen3").unwrap().input, 0);
        assert_eq!(own.of("mine/large").unwrap().input, 500_000);
    }
}
