//! What bringing something in line would cost, before anybody is asked.

use std::path::Path;

use docket_ai::prompts::Variable;
use docket_ai::{Request, Usage, tokens};
use docket_core::lineage::Why;
use docket_core::propose::update::Update;
use docket_core::span::Span;
use docket_core::world::Snapshot;
use docket_store::spending::Pico;
use schemars::JsonSchema;
use serde::Serialize;

use super::ask::untrusted;
use crate::ai::money::dollars;
use crate::ai::{prompts, purse};

/// What an answer says beside the passages that it replaces, in tokens.
const WORDS: u64 = 150;
/// Of a token of prose, about.
const LETTERS: u64 = 4;
/// What stands around a delimited block, in bytes, and more.
const BLOCK: u64 = 512;

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
/// for that, or nothing has to be. Counted by the lengths that the index knows: a lens asks for it at
/// each edit, and no file is read for it but the project's own prompts.
pub fn of_updates(root: &Path, snapshot: &Snapshot, paths: &[&str]) -> Option<Cost> {
    let ai = &snapshot.config.ai;
    let model = ai.models_for("align").first()?;
    let targets: Vec<Target> = paths.iter().flat_map(|it| targets(snapshot, it)).collect();
    if targets.is_empty() {
        return None;
    }
    let price = purse::prices(&snapshot.config).of(model).ok();
    let sums = price.zip(around(root)).map(|(price, around)| {
        let (mut about, mut most): (Pico, Pico) = (0, 0);
        for it in &targets {
            let output = it.said / LETTERS / 2 + WORDS;
            let shown = it.said + it.sources;
            about += price.cost(usage(around.about + shown / LETTERS, output));
            let blocks = it.n_blocks * BLOCK;
            most += price.most(usage(
                around.most + shown + blocks,
                u64::from(ai.max_output),
            ));
        }
        (dollars(about), dollars(most))
    });
    let (about, most) = sums.unzip();
    Some(Cost {
        model: model.clone(),
        updates: targets.len(),
        about,
        most,
    })
}

/// Something to be brought in line, in bytes.
struct Target {
    of: Span,
    said: u64,
    /// What its sources say now, and said before, which is about as long.
    sources: u64,
    n_blocks: u64,
}

fn targets(snapshot: &Snapshot, path: &str) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for it in snapshot.outdated(path) {
        let Why::Changed(now) = &it.why else {
            continue;
        };
        let whole = snapshot.source(&it.origin.source);
        let source = match now.span.is_empty() {
            true => whole.map_or(0, |it| it.1.span.len()),
            false => now.span.len(),
        };
        let of = it.origin.of;
        let at = targets.iter().position(|it| it.of == of);
        let at = at.unwrap_or_else(|| {
            targets.push(Target {
                of,
                said: of.len() as u64,
                sources: 0,
                n_blocks: 1,
            });
            targets.len() - 1
        });
        targets[at].sources += 2 * source as u64;
        targets[at].n_blocks += 2;
    }
    targets
}

/// Tokens of a question around what it is about.
struct Around {
    about: u64,
    most: u64,
}

/// `None` where the project's own prompt cannot be filled in, which `docket prompt check` tells.
fn around(root: &Path) -> Option<Around> {
    let (templates, _) = prompts::of(root);
    let none = || Variable::from(Vec::<Variable>::new());
    let empty = Variable::from_pairs([
        ("sources", none()),
        ("context", none()),
        ("target", untrusted("target", "")),
    ]);
    let prompt = templates.render("align", empty).ok()?;
    let about = tokens::estimate(&prompt.system) + tokens::estimate(&prompt.user);
    let schema = schemars::schema_for!(Update).as_value().to_string();
    let request = Request::new("align", prompt.id, prompt.system, prompt.user);
    Some(Around {
        about,
        most: tokens::most(&request) + 2 * schema.len() as u64,
    })
}

fn usage(input: u64, output: u64) -> Usage {
    Usage {
        input,
        output,
        ..Usage::default()
    }
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
