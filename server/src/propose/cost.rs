//! What bringing something in line would cost, before anybody is asked.

use std::path::Path;

use docket_ai::prompts::Variable;
use docket_ai::{Request, Usage, tokens};
use docket_core::propose::update;
use docket_core::world::Snapshot;
use docket_store::spending::Pico;
use schemars::JsonSchema;
use serde::Serialize;

use super::derived::values;
use crate::ai::money::dollars;
use crate::ai::{prompts, purse};
use crate::env::Env;
use crate::source::ProjectSource;

/// What an answer says beside the passages that it replaces, in tokens.
const WORDS: u64 = 150;

/// What it would cost by the first model that is named for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cost {
    pub model: String,
    /// How many things a model would be asked about.
    pub updates: usize,
    /// In US dollars, as far as it can be estimated: `$0.0042`. Null where nobody knows the price.
    pub about: Option<String>,
    /// What the budget would put aside for it, which it cannot exceed.
    pub most: Option<String>,
}

/// What it costs to bring in line what is out of line in these files; `None` where no model is named
/// for that, or nothing has to be.
pub fn of_updates(root: &Path, env: &Env, snapshot: &Snapshot, paths: &[&str]) -> Option<Cost> {
    let ai = &snapshot.config.ai;
    let model = ai.models_for("align").first()?;
    let price = purse::prices(&snapshot.config).of(model).ok();
    let (templates, _) = prompts::of(root);
    let mut world = ProjectSource::new(root, env);
    let (mut updates, mut about, mut most): (usize, Pico, Pico) = (0, 0, 0);
    for path in paths {
        let targets = update::targets(snapshot, path, &mut world).unwrap_or_default();
        for target in targets {
            updates += 1;
            let Some(price) = &price else {
                continue;
            };
            // What it said before is about as long as what it says now.
            let mut filled = values(&target, |it| Some(it.now.clone()));
            filled.push(("context", Variable::from(Vec::<Variable>::new())));
            let Ok(prompt) = templates.render("align", Variable::from_pairs(filled)) else {
                continue;
            };
            let usage = |input, output| Usage {
                input,
                output,
                ..Usage::default()
            };
            let input = tokens::estimate(&prompt.system) + tokens::estimate(&prompt.user);
            let output = tokens::estimate(&target.shown()) / 2 + WORDS;
            about += price.cost(usage(input, output));
            let request = Request::new("align", prompt.id, prompt.system, prompt.user);
            let schema = schemars::schema_for!(update::Update).as_value().to_string();
            let input = tokens::most(&request) + 2 * schema.len() as u64;
            most += price.most(usage(input, u64::from(ai.max_output)));
        }
    }
    let told = |money: Pico| price.as_ref().map(|_| dollars(money));
    (updates > 0).then(|| Cost {
        model: model.clone(),
        updates,
        about: told(about),
        most: told(most),
    })
}

impl Cost {
    /// `about $0.0042, at most $0.03`
    pub fn words(&self) -> String {
        match (&self.about, &self.most) {
            (Some(about), Some(most)) => format!("about {about}, at most {most}"),
            _ => format!("nobody knows what {} costs", self.model),
        }
    }
}
