//! A specification that a model reads out of a page: what is wanted, for whom, within what limits,
//! and what is open. Each thing says where it is from, word for word, so that it can be held to the
//! page and descends from that sentence.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::brief::{Brief, Component, Entity, From, Item, Kind, Place};
use super::{Known, Question, Reading};
use crate::propose::Seen;
use crate::ticket::Priority;
use crate::world::Snapshot;

/// Longest title, in characters.
const MAX_TITLE: usize = 100;
/// Most of everything: what is more is no plan that a person looks through.
const MAX: usize = 200;

/// What a page says, as a structure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// In the order in which they are best done.
    pub requirements: Vec<Wanted>,
    /// Who uses it.
    pub users: Vec<Named>,
    /// What it keeps data of.
    pub entities: Vec<Kept>,
    /// The parts that it is built of.
    pub components: Vec<Built>,
    /// What is left open and has to be known before it is built.
    pub questions: Vec<Open>,
}

/// One thing that is wanted, and can be tested.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// What, in a few words.
    pub title: String,
    /// What exactly, in one or two sentences.
    pub text: String,
    /// The words that say so, as they stand there, within one sentence or list item.
    pub quote: String,
    /// `wanted`, or `constraint`: holds for everything, and is work of its own nowhere.
    pub kind: Sort,
    /// What can be checked when it is done.
    pub criteria: Vec<String>,
    /// Null where that is not said.
    pub priority: Option<Priority>,
    /// In points: 1, 2, 3, 5, 8, 13 or 21; null where it cannot be told.
    pub estimate: Option<u32>,
    /// Numbers of the requirements that have to be done before it, from 1.
    pub after: Vec<usize>,
}

/// See [`Wanted::kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    Wanted,
    Constraint,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub name: String,
    pub quote: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    pub name: String,
    /// `name: type`; types are integer, number, text, boolean, date, timestamp, or another entity's
    /// name.
    pub fields: Vec<String>,
    pub quote: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Built {
    pub name: String,
    /// What it is for, in a sentence.
    pub purpose: String,
    /// Names of the components that it uses.
    pub uses: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    pub text: String,
    pub quote: String,
    /// Answers to choose from, where there are few.
    pub options: Vec<String>,
}

impl Spec {
    /// Both, the requirements of `other` after those of `self`.
    pub fn and(mut self, other: Self) -> Self {
        let n = self.requirements.len();
        let moved = other.requirements.into_iter().map(|mut it| {
            it.after.iter_mut().for_each(|at| *at += n);
            it
        });
        self.requirements.extend(moved);
        let is_new =
            |names: &[String], name: &str| !names.iter().any(|it| it.eq_ignore_ascii_case(name));
        let users: Vec<_> = self.users.iter().map(|it| it.name.clone()).collect();
        let more = other.users.into_iter();
        self.users
            .extend(more.filter(|it| is_new(&users, &it.name)));
        let kept: Vec<_> = self.entities.iter().map(|it| it.name.clone()).collect();
        let more = other.entities.into_iter();
        self.entities
            .extend(more.filter(|it| is_new(&kept, &it.name)));
        let built: Vec<_> = self.components.iter().map(|it| it.name.clone()).collect();
        let more = other.components.into_iter();
        self.components
            .extend(more.filter(|it| is_new(&built, &it.name)));
        self.questions.extend(other.questions);
        self
    }
}

/// What is wrong with a specification of what was read, beyond its schema.
///
/// # Errors
///
/// A sentence for the model.
pub fn check(reading: &Reading, spec: &Spec, seen: &Seen<'_>) -> Result<(), String> {
    let brief = &reading.brief;
    let counts = [
        spec.requirements.len(),
        spec.users.len(),
        spec.entities.len(),
        spec.components.len(),
        spec.questions.len(),
    ];
    if counts.iter().any(|it| *it > MAX) {
        return Err(format!("at most {MAX} of each are asked for"));
    }
    for (nth, it) in spec.requirements.iter().enumerate() {
        let n = nth + 1;
        let title = it.title.trim();
        if title.is_empty() || title.chars().count() > MAX_TITLE || title.contains('\n') {
            return Err(format!(
                "requirement {n} has no title of one line and at most {MAX_TITLE} characters"
            ));
        }
        if it.text.trim().is_empty() {
            return Err(format!("requirement {n} does not say what is wanted"));
        }
        if let Some(before) = it.after.iter().find(|it| **it == 0 || **it > nth) {
            return Err(format!(
                "requirement {n} waits for {before}, which is no earlier one"
            ));
        }
        if it
            .estimate
            .is_some_and(|it| !crate::propose::estimate::SCALE.contains(&it))
        {
            return Err(format!("the estimate of requirement {n} is no size"));
        }
        let mut others = spec.requirements[..nth].iter();
        if others.any(|other| other.title.trim().eq_ignore_ascii_case(title)) {
            return Err(format!("requirement {n} is there twice: \"{title}\""));
        }
    }
    let quotes = spec.requirements.iter().map(|it| &it.quote);
    let quotes = quotes
        .chain(spec.users.iter().map(|it| &it.quote))
        .chain(spec.entities.iter().map(|it| &it.quote))
        .chain(spec.questions.iter().map(|it| &it.quote));
    for quote in quotes {
        if brief.places.find(quote).is_none() {
            return Err(format!(
                "\"{}\" does not stand in the {} word for word within one sentence or list item",
                crate::world::status::short(quote, 80),
                reading.what
            ));
        }
    }
    for it in &spec.components {
        let known = |name: &String| spec.components.iter().any(|it| it.name == *name);
        if let Some(used) = it.uses.iter().find(|it| !known(it)) {
            return Err(format!("{} uses {used}, which is no component", it.name));
        }
    }
    let texts = spec.requirements.iter().flat_map(|it| {
        let own = [it.title.as_str(), it.text.as_str()];
        own.into_iter()
            .chain(it.criteria.iter().map(String::as_str))
    });
    seen.check(texts)
}

/// What is asked for already, a line each: it is not proposed again.
pub fn planned(snapshot: &Snapshot, reading: &Reading) -> Vec<String> {
    let known = Known::of(snapshot, reading.whole.as_ref());
    let titles = super::titles(snapshot);
    let mut ids = known.ids;
    ids.sort_unstable();
    ids.dedup();
    let line = |id: crate::ids::TicketId| {
        let title = titles.get(&id).map_or("", String::as_str);
        format!("{id} {title}")
    };
    ids.into_iter().map(line).collect()
}

/// The specification in the place of what the lists of a brief say.
pub(super) fn brief(of: &Brief, spec: &Spec) -> Brief {
    let mut brief = of.clone();
    let at = |quote: &str, places: &super::brief::Places| places.find(quote).cloned();
    let section = |place: &Place| place.from.record().map(|it| (it.0.clone(), it.1));
    // What a TODO asks for is done by a ticket that it can be linked to.
    let kind = |it: &Wanted, from: &From| match (it.kind, from) {
        (Sort::Constraint, From::Words(..)) => Kind::Constraint,
        _ => Kind::Wanted,
    };
    brief.items = spec
        .requirements
        .iter()
        .filter_map(|it| {
            let place = at(&it.quote, &brief.places)?;
            Some(Item {
                kind: kind(it, &place.from),
                from: place.from,
                title: Some(it.title.trim().to_owned()),
                text: it.text.trim().to_owned(),
                text_from: None,
                path: place.path,
                span: place.span,
                priority: it.priority,
                estimate: it.estimate,
                criteria: it.criteria.iter().map(|it| (it.clone(), None)).collect(),
                after: it.after.iter().map(|it| it - 1).collect(),
            })
        })
        .collect();
    if let Some(first) = spec.users.first() {
        brief.users = spec.users.iter().map(|it| it.name.clone()).collect();
        brief.users_from = at(&first.quote, &brief.places).as_ref().and_then(section);
    }
    if let Some(first) = spec.entities.first() {
        let entity = |it: &Kept| Entity {
            name: it.name.clone(),
            fields: it.fields.clone(),
        };
        brief.entities = spec.entities.iter().map(entity).collect();
        brief.entities_from = at(&first.quote, &brief.places).as_ref().and_then(section);
    }
    brief.components = spec
        .components
        .iter()
        .map(|it| Component {
            name: it.name.clone(),
            purpose: it.purpose.clone(),
            uses: it.uses.clone(),
        })
        .collect();
    let asked: Vec<_> = brief
        .questions
        .iter()
        .map(|it| it.text.to_lowercase())
        .collect();
    brief.more_questions = spec
        .questions
        .iter()
        .filter(|it| {
            let text = it.text.trim().to_lowercase();
            !asked.iter().any(|it| it.starts_with(&text))
        })
        .filter_map(|it| {
            let place = at(&it.quote, &brief.places)?;
            Some(Question {
                text: with_options(it),
                path: place.path,
                span: place.span,
            })
        })
        .collect();
    brief
}

/// `Which currencies? (euros | all)`
fn with_options(it: &Open) -> String {
    let text = it.text.split_whitespace().collect::<Vec<_>>().join(" ");
    match it.options.is_empty() {
        true => text,
        false => format!("{text} ({})", it.options.join(" | ")),
    }
}
