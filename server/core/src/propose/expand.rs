//! Splitting a ticket into parts that are tickets of their own.

use rustc_hash::FxHashSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{GENERATED, ProposeError, Seen, Subject, part_of};
use crate::edit::{Change, FileCreate};
use crate::ide::Source as World;
use crate::ids::{self, TicketId};
use crate::lineage::{CRITERIA, Digest};
use crate::ticket::Ticket;
use crate::ticket::draft::{Body, Draft};
use crate::ticket::field::Value;
use crate::world::Snapshot;
use crate::world::paths;
use crate::world::status::short;

/// Longest title of a part, in characters.
const MAX_TITLE: usize = 100;
/// Most parts of one ticket.
pub const MAX_PARTS: usize = 12;

/// How a ticket is split.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expansion {
    /// In the order in which they are done; empty where the ticket is one change already.
    pub parts: Vec<Part>,
    /// Why it is split so, or not at all.
    pub reason: String,
}

/// One change that can be reviewed alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// In the imperative, without a number.
    pub title: String,
    /// What it is for, in one or two sentences.
    pub why: String,
    /// What can be checked when it is done. One taken from the ticket is taken word for word.
    pub criteria: Vec<String>,
    /// In points; null where it cannot be told.
    pub estimate: Option<f64>,
    /// Numbers of the parts that have to be done before it, from 1.
    pub after: Vec<usize>,
}

/// A ticket that is not there yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    pub id: String,
    pub title: String,
    pub path: String,
}

/// The parts that a ticket has already.
pub fn known<'a>(snapshot: &'a Snapshot, id: &str) -> Vec<&'a Ticket> {
    let mut paths: Vec<_> = snapshot.index.children(&TicketId::new(id)).collect();
    paths.sort_unstable();
    let tickets = paths.into_iter();
    tickets
        .filter_map(|it| snapshot.file(it)?.ticket.as_ref())
        .collect()
}

/// Criteria that no part has taken yet, by what the parts say they were made from.
fn open<'a>(snapshot: &Snapshot, subject: &'a Subject<'_>) -> Vec<&'a str> {
    let mut taken: FxHashSet<Digest> = FxHashSet::default();
    for path in snapshot.index.children(&TicketId::new(&subject.id)) {
        let origins = snapshot
            .file(path)
            .map_or(&[][..], |it| &it.lineage.origins);
        taken.extend(origins.iter().filter_map(|it| it.recorded));
    }
    let criteria = subject.ticket.criteria.iter();
    let open = criteria.filter(|it| !it.done && !taken.contains(&Digest::of(&it.text)));
    open.map(|it| it.text.as_str()).collect()
}

/// By its open criteria, else by the check list or numbered list in it: a part each.
///
/// # Errors
///
/// [`ProposeError::NoList`] where there is none.
pub fn by_lists(snapshot: &Snapshot, subject: &Subject<'_>) -> Result<Expansion, ProposeError> {
    let none = || ProposeError::NoList(subject.id.clone());
    let part = |text: &str, criteria: Vec<String>, after: Vec<usize>| Part {
        title: short(text.trim().trim_end_matches(['.', ';', ':']), MAX_TITLE),
        why: String::new(),
        criteria,
        estimate: None,
        after,
    };
    let has_criteria = !subject.ticket.criteria.is_empty();
    let parts: Vec<Part> = match has_criteria {
        true => open(snapshot, subject)
            .into_iter()
            .map(|it| part(it, vec![it.to_owned()], Vec::new()))
            .collect(),
        false => {
            let page = snapshot.file(subject.path).and_then(|it| it.page.as_ref());
            let tasks = page.map_or(&[][..], |it| &it.tasks);
            let titles: FxHashSet<String> = known(snapshot, &subject.id)
                .iter()
                .filter_map(|it| Some(it.title.as_ref()?.value.to_lowercase()))
                .collect();
            tasks
                .iter()
                .filter(|it| !it.done)
                .map(|it| part(&it.text, Vec::new(), Vec::new()))
                .filter(|it| !titles.contains(&it.title.to_lowercase()))
                .collect()
        }
    };
    let n_lists = parts.len();
    if n_lists == 0 && known(snapshot, &subject.id).is_empty() {
        return Err(none());
    }
    let reason = match has_criteria {
        true => "A part for each acceptance criterion.",
        false => "A part for each item of its check list.",
    };
    // One item is no list: the ticket is that part.
    let parts = match n_lists == 1 && known(snapshot, &subject.id).is_empty() {
        true => return Err(none()),
        false => parts,
    };
    Ok(Expansion {
        parts,
        reason: reason.to_owned(),
    })
}

/// What is wrong with an answer, beyond its schema; said to the model that gave it.
///
/// # Errors
///
/// A sentence for the model.
pub fn check(
    snapshot: &Snapshot,
    subject: &Subject<'_>,
    answer: &Expansion,
    seen: &Seen<'_>,
) -> Result<(), String> {
    let parts = &answer.parts;
    if parts.len() > MAX_PARTS {
        return Err(format!(
            "there are {} parts, and at most {MAX_PARTS} are asked for",
            parts.len()
        ));
    }
    let mut titles: FxHashSet<String> = known(snapshot, &subject.id)
        .iter()
        .filter_map(|it| Some(it.title.as_ref()?.value.to_lowercase()))
        .collect();
    for (nth, part) in parts.iter().enumerate() {
        let title = part.title.trim();
        if title.is_empty() || title.chars().count() > MAX_TITLE {
            return Err(format!(
                "part {} has no title of at most {MAX_TITLE} characters",
                nth + 1
            ));
        }
        if !titles.insert(title.to_lowercase()) {
            return Err(format!("there is a part \"{title}\" already"));
        }
        if let Some(it) = part.after.iter().find(|it| **it == 0 || **it > nth) {
            return Err(format!(
                "part {} waits for part {it}, which is no earlier one",
                nth + 1
            ));
        }
        if part
            .estimate
            .is_some_and(|it| !it.is_finite() || !(0.0..=1_000.0).contains(&it))
        {
            return Err(format!("the estimate of part {} is no size", nth + 1));
        }
    }
    if !parts.is_empty() {
        for criterion in open(snapshot, subject) {
            let digest = Digest::of(criterion);
            let all = parts.iter().flat_map(|it| &it.criteria);
            let n_takers = all.filter(|it| Digest::of(it) == digest).count();
            if n_takers != 1 {
                return Err(format!(
                    "the criterion \"{criterion}\" stands in {n_takers} parts, and belongs word for word into exactly one"
                ));
            }
        }
    }
    let texts = parts.iter().flat_map(|it| {
        let own = [it.title.as_str(), it.why.as_str()];
        own.into_iter()
            .chain(it.criteria.iter().map(String::as_str))
    });
    seen.check(texts)
}

/// The tickets of an expansion, which names no criterion twice and waits for earlier parts alone.
/// `mark` says in each who wrote it, where that is no person.
pub fn change(
    snapshot: &Snapshot,
    subject: &Subject<'_>,
    answer: &Expansion,
    mark: Option<&str>,
    world: &mut dyn World,
) -> (Vec<Made>, Change) {
    let prefix = snapshot.config.prefix.clone();
    let mut made: Vec<Made> = Vec::new();
    let mut change = Change::default();
    for part in &answer.parts {
        let id = draw(snapshot, &prefix, &made, world);
        let after = part.after.iter();
        let after = after.filter_map(|it| Some(made.get(it.checked_sub(1)?)?.id.clone()));
        let mut text = draft(snapshot, subject, part, &id, after.collect());
        text.fields
            .extend(mark.map(|it| (GENERATED, Value::Text(it.to_owned()))));
        let path = format!("{}{}", paths::TICKETS, text.file_name());
        change.creates.push(FileCreate {
            path: path.clone(),
            text: text.text(),
        });
        made.push(Made {
            id,
            title: part.title.trim().to_owned(),
            path,
        });
    }
    (made, change)
}

/// An id that nothing has, here, on another branch, or among those that were just made.
fn draw(snapshot: &Snapshot, prefix: &str, made: &[Made], world: &mut dyn World) -> String {
    loop {
        let id = ids::draw(
            prefix,
            snapshot.index.n_tickets(),
            |n| world.below(n),
            |it| {
                snapshot.index.has_ticket(it) || made.iter().any(|of| TicketId::new(&of.id) == *it)
            },
        );
        if !world.is_taken(&id) {
            return id;
        }
    }
}

struct Text {
    id: String,
    title: String,
    fields: Vec<(&'static str, Value)>,
    body: String,
}

impl Text {
    fn draft(&self) -> Draft<'_> {
        Draft {
            id: &self.id,
            title: &self.title,
            fields: self.fields.clone(),
            body: Body::Written(&self.body),
            origin: None,
        }
    }

    fn text(&self) -> String {
        self.draft().text()
    }

    fn file_name(&self) -> String {
        self.draft().file_name()
    }
}

fn draft(
    snapshot: &Snapshot,
    subject: &Subject<'_>,
    part: &Part,
    id: &str,
    after: Vec<String>,
) -> Text {
    let mut fields = vec![
        ("parent", Value::Text(subject.id.clone())),
        ("depends-on", Value::List(after)),
        ("created", Value::Date(snapshot.today)),
        ("from", Value::List(origins(snapshot, subject, part))),
    ];
    let of = subject.ticket;
    fields.extend(
        of.kind
            .as_ref()
            .map(|it| ("type", Value::Text(it.value.clone()))),
    );
    fields.extend(
        of.priority
            .as_ref()
            .map(|it| ("priority", Value::Text(it.value.name().to_owned()))),
    );
    fields.extend(
        of.milestone
            .as_ref()
            .map(|it| ("milestone", Value::Text(it.value.clone()))),
    );
    let labels = of.labels.iter().map(|it| it.value.clone()).collect();
    fields.push(("labels", Value::List(labels)));
    fields.extend(part.estimate.map(|it| ("estimate", Value::Number(it))));
    let mut body = String::new();
    if !part.why.trim().is_empty() {
        body.push_str(part.why.trim());
        body.push_str("\n\n");
    }
    if !part.criteria.is_empty() {
        body.push_str("## Acceptance criteria\n\n");
        for it in &part.criteria {
            let line = it.split_whitespace().collect::<Vec<_>>().join(" ");
            body.push_str(&format!("- [ ] {line}\n"));
        }
    }
    Text {
        id: id.to_owned(),
        title: part.title.trim().to_owned(),
        fields,
        body,
    }
}

/// The criteria that it took, else the ticket.
fn origins(snapshot: &Snapshot, subject: &Subject<'_>, part: &Part) -> Vec<String> {
    let mut from = Vec::new();
    if let Some((source, criteria)) = part_of(snapshot, &subject.id, CRITERIA) {
        let taken = part.criteria.iter().map(|it| Digest::of(it));
        let taken = taken.filter(|it| criteria.leaves.iter().any(|leaf| leaf.digest == *it));
        from.extend(taken.map(|it| format!("{source}@{it}")));
    }
    if from.is_empty()
        && let Some((source, whole)) = part_of(snapshot, &subject.id, "")
    {
        from.push(format!("{source}@{}", whole.digest));
    }
    from
}
