//! Roles that work something out in pairs: each pair gives one thing, with what spoke against it.

mod talk;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Seen;
use crate::edit::{Change, FileCreate};
use crate::lineage::{Source, Whole};
use crate::ticket::draft::slug;
use crate::world::Snapshot;
use crate::world::paths;

pub use talk::{JoinError, PERSON, Talk, Worked};

/// Where what was decided is put, below `.docs`.
const FOLDER: &str = ".docs/decisions/";
/// Longest draft, in characters.
const MAX_DRAFT: usize = 40_000;

/// Who somebody is in a discussion, what they look at and what they may propose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub name: String,
    /// What they care about, in a sentence or two.
    pub cares: String,
}

/// Two roles and what they give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Writes the first draft.
    pub first: String,
    /// Answers, and has the last word of a round.
    pub second: String,
    /// What it is called: `API`.
    pub artefact: String,
    /// What has to be in it.
    pub asks: String,
}

/// The roles that ship: name, and what they care about.
const ROLES: [(&str, &str); 6] = [
    (
        "product-manager",
        "What users need, in which order, and how one sees that it is there. Cuts what nobody asked for, and says what is missing.",
    ),
    (
        "backend",
        "Data, interfaces, failure and load: what is stored, what is answered, what happens when something is down.",
    ),
    (
        "frontend",
        "What people see and do: states, errors, waiting, accessibility, and what the interface needs to be told for it.",
    ),
    (
        "devops",
        "How it is built, shipped, run, watched and rolled back, and what that costs.",
    ),
    (
        "qa",
        "How one knows that it works: cases that fail first, data for them, what cannot be tested and why.",
    ),
    (
        "security",
        "Who could do harm, how, and what stands against it: input, secrets, permissions, dependencies.",
    ),
];

/// The pairs that ship, and what each gives. The manager works with each of the others.
const PAIRS: [(&str, &str, &str, &str); 10] = [
    (
        "product-manager",
        "backend",
        "Scope of the backend",
        "which requirements it serves, in which order, what is left out for now",
    ),
    (
        "product-manager",
        "frontend",
        "Scope of the interface",
        "the ways of a user through it, in which order they are built, what is left out for now",
    ),
    (
        "product-manager",
        "devops",
        "Plan of the releases",
        "what is shipped when, to whom, and how one sees that it is taken up",
    ),
    (
        "product-manager",
        "qa",
        "Acceptance",
        "how each requirement is accepted, by whom, with which data",
    ),
    (
        "product-manager",
        "security",
        "Risks",
        "what could be done to users by this, how likely and how bad, and what is accepted",
    ),
    (
        "backend",
        "frontend",
        "API",
        "each operation with its input, its output and its errors, and an example of each",
    ),
    (
        "backend",
        "devops",
        "Deployment plan",
        "what runs where, how it is configured, migrated, watched and rolled back",
    ),
    (
        "frontend",
        "qa",
        "Interface tests",
        "each way of a user as steps and what is seen, errors and empty states among them",
    ),
    (
        "devops",
        "security",
        "Security checks",
        "what is checked before and after a deployment, by which tool, and what stops it",
    ),
    (
        "qa",
        "security",
        "Security tests",
        "each as an attempt, and what has to happen instead",
    ),
];

/// What one role says when it is its turn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// To the other, in a few sentences.
    pub says: String,
    /// The whole of what they work out, as Markdown without a heading of the first level, as this role
    /// would have it now. Empty where the other's stands.
    pub draft: String,
    /// Whether it can be left as it is.
    pub agrees: bool,
    /// What was thought of and not taken.
    pub alternatives: Vec<Alternative>,
    /// What this role still holds against it; empty where nothing.
    pub dissent: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    pub option: String,
    pub why_not: String,
}

/// Something that was said, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// A role, or a person.
    pub who: String,
    pub turn: Turn,
}

/// All roles: those of the configuration beside, and before, those that ship. None is [`PERSON`].
pub fn roles(own: &BTreeMap<String, String>) -> Vec<Role> {
    let shipped = ROLES.iter().filter(|it| !own.contains_key(it.0));
    let shipped = shipped.map(|(name, cares)| Role {
        name: (*name).to_owned(),
        cares: (*cares).to_owned(),
    });
    let own = own.iter().filter(|it| it.0 != PERSON);
    let own = own.map(|(name, cares)| Role {
        name: name.clone(),
        cares: cares.clone(),
    });
    own.chain(shipped).collect()
}

/// The pairs among `names`, in the order in which they build on each other: a role that has no pair
/// with any of the others discusses with the first of them.
pub fn pairs(names: &[String]) -> Vec<Pair> {
    let has = |name: &str| names.iter().any(|it| it == name);
    let mut pairs: Vec<Pair> = PAIRS
        .iter()
        .filter(|it| has(it.0) && has(it.1))
        .map(|(first, second, artefact, asks)| Pair {
            first: (*first).to_owned(),
            second: (*second).to_owned(),
            artefact: (*artefact).to_owned(),
            asks: (*asks).to_owned(),
        })
        .collect();
    // The first of them last: by then somebody who had nobody may have come to it.
    let order = names.iter().skip(1).chain(names.first());
    for name in order {
        let is_alone = !pairs
            .iter()
            .any(|it| it.first == *name || it.second == *name);
        let other = names.iter().find(|it| *it != name);
        if let (true, Some(other)) = (is_alone, other) {
            pairs.push(Pair {
                first: other.clone(),
                second: name.clone(),
                artefact: format!("What {name} asks for"),
                asks: "what has to be so from their point of view, and how one sees that it is"
                    .to_owned(),
            });
        }
    }
    pairs
}

/// What is wrong with a turn, beyond its schema.
///
/// # Errors
///
/// A sentence for the model.
pub fn check(before: &[Said], turn: &Turn, seen: &Seen<'_>) -> Result<(), String> {
    let is_first = before.iter().all(|it| it.turn.draft.trim().is_empty());
    if is_first && turn.draft.trim().is_empty() {
        return Err("there is no draft yet, and this one is empty".to_owned());
    }
    if turn.draft.chars().count() > MAX_DRAFT {
        return Err(format!("the draft is longer than {MAX_DRAFT} characters"));
    }
    if turn.draft.lines().any(|it| it.starts_with("# ")) {
        return Err("the draft has a heading of the first level, which is its title's".to_owned());
    }
    if turn.says.trim().is_empty() {
        return Err("it says nothing to the other".to_owned());
    }
    let mut lines = turn.says.lines().chain(turn.dissent.lines());
    if lines.any(speaks_as_person) {
        return Err("it speaks for a person, who speaks for themselves".to_owned());
    }
    // A draft may well name what does not exist yet; what it says of what is there is held to that.
    seen.check([turn.says.as_str(), turn.dissent.as_str()])
}

/// Whether a line is what a talk or its page has where a person speaks.
fn speaks_as_person(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches('*');
    line.strip_prefix(PERSON)
        .is_some_and(|it| it.trim_start_matches('*').starts_with(':'))
}

/// The draft as it stands.
pub fn draft(said: &[Said]) -> &str {
    let mut drafts = said.iter().rev().map(|it| it.turn.draft.trim());
    drafts.find(|it| !it.is_empty()).unwrap_or_default()
}

/// The page of what a pair worked out: `mark` says who wrote it.
pub fn page(snapshot: &Snapshot, about: &Topic, worked: &Worked, mark: &str) -> FileCreate {
    let Worked { pair, said } = worked;
    let mut out = String::from("---\n");
    let from: Vec<String> = about
        .sources
        .iter()
        .filter_map(|it| Some(format!("{it}@{}", snapshot.source(it)?.1.digest)))
        .collect();
    if !from.is_empty() {
        out.push_str(&format!("from: [{}]\n", from.join(", ")));
    }
    let mark = crate::ticket::draft::scalar(mark);
    out.push_str(&format!("generated: {mark}\n---\n\n"));
    out.push_str(&format!(
        "# {} of {}\n\n{}\n",
        pair.artefact,
        about.title,
        draft(said)
    ));
    let mut alternatives: Vec<&Alternative> = Vec::new();
    for it in said.iter().flat_map(|it| &it.turn.alternatives) {
        let is_known = alternatives
            .iter()
            .any(|of| of.option.eq_ignore_ascii_case(&it.option));
        if !is_known && !it.option.trim().is_empty() {
            alternatives.push(it);
        }
    }
    if !alternatives.is_empty() {
        out.push_str("\n## Alternatives\n\n");
        for it in alternatives {
            out.push_str(&format!(
                "- {}: {}\n",
                one_line(&it.option),
                one_line(&it.why_not)
            ));
        }
    }
    // What a role last held against it; what it said before may have been met.
    let last = |who: &str| said.iter().rev().find(|it| it.who == who);
    let dissent: Vec<String> = [&pair.first, &pair.second]
        .into_iter()
        .filter_map(|who| {
            let dissent = last(who)?.turn.dissent.trim();
            (!dissent.is_empty()).then(|| format!("- {who}: {}\n", one_line(dissent)))
        })
        .collect();
    if !dissent.is_empty() {
        out.push_str("\n## Dissent\n\n");
        out.extend(dissent);
    }
    if !worked.is_settled() {
        out.push_str(&format!(
            "\nNot settled: the rounds were over before {} and {} agreed.\n",
            pair.first, pair.second
        ));
    }
    FileCreate {
        path: path(snapshot, about, pair),
        text: out,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name that no page has yet.
fn path(snapshot: &Snapshot, about: &Topic, pair: &Pair) -> String {
    let stem = slug(&format!("{} {}", about.short, pair.artefact));
    let mut names = (1..).map(|n| match n {
        1 => format!("{FOLDER}{stem}.md"),
        n => format!("{FOLDER}{stem}-{n}.md"),
    });
    let free = names.find(|it| snapshot.file(it).is_none());
    free.unwrap_or_else(|| format!("{FOLDER}{stem}.md"))
}

/// What is discussed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    pub title: String,
    /// Its id or name, for the names of files.
    pub short: String,
    pub sources: Vec<Source>,
    /// Where its text is.
    pub paths: Vec<String>,
}

impl Topic {
    /// A ticket, a requirement or a page by its path; `None` where there is no such thing.
    pub fn find(snapshot: &Snapshot, named: &str) -> Option<Self> {
        let whole = match Source::parse(named) {
            Some(it) if snapshot.source(&it).is_some() => it,
            _ => Source {
                whole: Whole::Page(named.into()),
                part: "".into(),
            },
        };
        let (path, part) = snapshot.source(&whole)?;
        let facts = snapshot.file(path)?;
        let heading = facts
            .page
            .iter()
            .flat_map(|it| &it.headings)
            .find(|it| part.span.contains(it.span));
        let title = match (&facts.ticket, heading) {
            (Some(ticket), _) => {
                let word = |it: &Option<crate::span::Spanned<String>>| {
                    it.as_ref().map_or(String::new(), |it| it.value.clone())
                };
                format!("{} {}", word(&ticket.id), word(&ticket.title))
            }
            (None, Some(heading)) => heading.text.trim().to_owned(),
            (None, None) => path.to_string(),
        };
        Some(Self {
            title,
            short: match &whole.whole {
                Whole::Id(id) => id.to_string(),
                Whole::Page(path) => paths::stem(path).to_owned(),
            },
            paths: vec![path.to_string()],
            sources: vec![whole],
        })
    }
}

/// The change of all pages; two never have one name.
pub fn change(pages: Vec<FileCreate>) -> Change {
    let mut creates: Vec<FileCreate> = Vec::new();
    for mut page in pages {
        let stem = page.path.trim_end_matches(".md").to_owned();
        let mut n = 2;
        while creates.iter().any(|it| it.path == page.path) {
            page.path = format!("{stem}-{n}.md");
            n += 1;
        }
        creates.push(page);
    }
    Change {
        creates,
        ..Change::default()
    }
}
