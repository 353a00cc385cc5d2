//! Bringing what was derived in line with what it was derived from: the smallest edit of it, and of
//! nothing else.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ProposeError, Seen, slice};
use crate::comments::Reader;
use crate::config::Config;
use crate::edit::{Change, FileEdit, TextEdit};
use crate::facts::{self, FileFacts};
use crate::ide::Source as World;
use crate::ide::actions;
use crate::lineage::{Digest, Origin, Source, Why, code, requirement_of};
use crate::page;
use crate::span::Span;
use crate::text::{Charset, Hash};
use crate::ticket;
use crate::ticket::edit as fields;
use crate::ticket::field::Value;
use crate::world::Snapshot;

/// How something derived is brought in line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// What is to be said otherwise; none where it holds for the new text as it is.
    pub edits: Vec<Replacement>,
    /// The new title; null where it stays.
    pub title: Option<String>,
    /// Why, in a sentence.
    pub reason: String,
}

/// A passage, and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Replacement {
    /// A passage of the text, word for word and long enough to stand in it once.
    pub old: String,
    /// Empty takes it away.
    pub new: String,
}

/// Something derived whose sources say something else now.
#[derive(Clone, Debug)]
pub struct Target<'a> {
    pub path: &'a str,
    pub facts: &'a FileFacts,
    /// The whole file's text.
    pub text: String,
    /// The ticket, requirement or path that it is.
    pub name: String,
    /// Of the heading or the front matter; empty where there is none.
    pub title: String,
    /// What may be edited of it: not its title, not its records.
    pub body: Span,
    /// Comments in `body` that hold records, which no edit may touch.
    held: Vec<Span>,
    pub sources: Vec<Changed<'a>>,
}

/// A source that says something else than was recorded.
#[derive(Clone, Debug)]
pub struct Changed<'a> {
    pub origin: &'a Origin,
    pub recorded: Digest,
    /// What it says instead.
    pub now: String,
    digest: Digest,
}

/// Everything with a record that a change of its source made untrue, by path and place; what is only
/// behind something else comes when that is in line.
pub fn targets<'a>(
    snapshot: &'a Snapshot,
    path: &'a str,
    world: &mut dyn World,
) -> Result<Vec<Target<'a>>, ProposeError> {
    let Some(facts) = snapshot.file(path) else {
        return Ok(Vec::new());
    };
    let mut targets: Vec<Target<'a>> = Vec::new();
    let text = actions::text(snapshot, path, world)?;
    for it in snapshot.outdated(path) {
        let (Why::Changed(instead), Some(recorded)) = (&it.why, it.origin.recorded) else {
            continue;
        };
        let Some((from, part)) = snapshot.source(&it.origin.source) else {
            continue;
        };
        let theirs = actions::text(snapshot, from, world)?;
        let said = match instead.span.is_empty() {
            true => part.span,
            false => instead.span,
        };
        let changed = Changed {
            origin: it.origin,
            recorded,
            now: slice(&theirs, said).trim().to_owned(),
            digest: instead.digest,
        };
        let of = it.origin.of;
        match targets.iter_mut().find(|it| it.sources[0].origin.of == of) {
            Some(target) => target.sources.push(changed),
            None => targets.push(target(path, facts, &text, of, changed)),
        }
    }
    Ok(targets)
}

fn target<'a>(
    path: &'a str,
    facts: &'a FileFacts,
    text: &str,
    of: Span,
    changed: Changed<'a>,
) -> Target<'a> {
    let mut target = Target {
        path,
        facts,
        text: text.to_owned(),
        name: path.to_owned(),
        title: String::new(),
        body: of,
        held: Vec::new(),
        sources: vec![changed],
    };
    if let Some(ticket) = &facts.ticket {
        let value = |it: &Option<crate::span::Spanned<String>>| {
            it.as_ref().map(|it| it.value.clone()).unwrap_or_default()
        };
        target.name = value(&ticket.id);
        target.title = value(&ticket.title);
        target.body = ticket.body.unwrap_or(Span::new(text.len(), text.len()));
    } else if of.start > 0
        && let Some(heading) = facts
            .page
            .iter()
            .flat_map(|it| &it.headings)
            .find(|it| it.span.start == of.start)
    {
        let id = requirement_of(&heading.text);
        target.name = match &id {
            Some(id) => id.to_string(),
            None => format!("{path}#{}", heading.anchor),
        };
        target.title = heading.text.clone();
        target.body = Span::new(heading.span.end as usize, of.end as usize);
    } else if let Some(body) = front(text) {
        target.body = body;
    }
    let origins = facts.lineage.origins.iter();
    let within = origins.filter(|it| target.body.contains(it.span));
    target.held = within.map(|it| comment_around(text, it.span)).collect();
    target.held.dedup();
    target
}

/// What stands under a page's front matter.
fn front(text: &str) -> Option<Span> {
    let parts = page::front::parts(text.as_bytes());
    parts.front.map(|_| parts.body)
}

fn comment_around(text: &str, record: Span) -> Span {
    let start = text[..record.start as usize].rfind("<!--");
    let end = text[record.end as usize..].find("-->");
    match (start, end) {
        (Some(start), Some(end)) => Span::new(start, record.end as usize + end + 3),
        _ => record,
    }
}

impl Target<'_> {
    /// What a model is shown: all but the records.
    pub fn shown(&self) -> String {
        let mut out = String::new();
        if !self.title.is_empty() {
            out.push_str(&self.title);
            out.push_str("\n\n");
        }
        let mut at = self.body.start as usize;
        for held in &self.held {
            out.push_str(&self.text[at..held.start as usize]);
            at = held.end as usize;
        }
        out.push_str(&self.text[at..self.body.end as usize]);
        out.trim().to_owned()
    }

    /// Where a passage stands, which has to be once and in nothing but the target's own words.
    fn place(&self, old: &str) -> Result<Range<usize>, String> {
        let body = slice(&self.text, self.body);
        let mut found = body.match_indices(old);
        let (Some((at, _)), None) = (found.next(), found.next()) else {
            let n = body.matches(old).count();
            return Err(format!(
                "the passage \"{}\" stands in the text {n} times, and has to stand there once",
                crate::world::status::short(old, 80)
            ));
        };
        let start = self.body.start as usize + at;
        let place = start..start + old.len();
        let touches = |it: &&Span| (it.start as usize) < place.end && place.start < it.end as usize;
        match self.held.iter().find(touches) {
            None => Ok(place),
            Some(_) => Err("a passage holds a record of what the text was made from".to_owned()),
        }
    }

    fn edits(&self, answer: &Update) -> Result<Vec<TextEdit>, String> {
        let mut edits = Vec::new();
        for it in &answer.edits {
            if it.old.is_empty() {
                return Err("an edit has no passage that it replaces".to_owned());
            }
            let place = self.place(&it.old)?;
            let span = Span::new(place.start, place.end);
            if it.old != it.new {
                edits.push(TextEdit {
                    span,
                    text: it.new.clone(),
                });
            }
        }
        edits.sort_by_key(|it| it.span);
        if edits.windows(2).any(|it| it[1].span.start < it[0].span.end) {
            return Err("two edits meet".to_owned());
        }
        Ok(edits)
    }

    /// The target's new text, without its records brought in line.
    fn edited(&self, answer: &Update, config: &Config) -> Result<Vec<TextEdit>, String> {
        let mut edits = self.edits(answer)?;
        let title = answer.title.as_deref().map(str::trim);
        let title = title.filter(|it| *it != self.title);
        if let Some(title) = title {
            if title.is_empty() || title.contains(['\n', '\r']) {
                return Err("a title is one line".to_owned());
            }
            edits.extend(self.retitled(title)?);
            edits.sort_by_key(|it| it.span);
        }
        self.check_shape(&TextEdit::apply_all(&self.text, &edits), config)?;
        Ok(edits)
    }

    fn retitled(&self, title: &str) -> Result<Vec<TextEdit>, String> {
        if self.facts.ticket.is_some() {
            let value = Value::Text(title.to_owned());
            return fields::set(&self.text, "title", &value).map_err(|it| it.to_string());
        }
        if self.title.is_empty() {
            return Err("it has no title".to_owned());
        }
        // A requirement keeps its id, whatever is said of it.
        let title = match (requirement_of(&self.title), requirement_of(title)) {
            (Some(id), None) => format!("{id} {title}"),
            (Some(id), Some(new)) if id != new => {
                return Err(format!("the requirement is {id}, and stays so"));
            }
            _ => title.to_owned(),
        };
        let line = &self.text[..self.body.start as usize];
        let at = line.rfind(self.title.as_str());
        let at = at.ok_or("its heading cannot be found")?;
        Ok(vec![TextEdit {
            span: Span::new(at, at + self.title.len()),
            text: title,
        }])
    }

    /// An edit of words adds no section that is something else, and takes none away.
    fn check_shape(&self, new: &str, config: &Config) -> Result<(), String> {
        if self.facts.ticket.is_some() {
            let parsed = ticket::parse(new.as_bytes(), config);
            let same = parsed.ticket.id.as_ref().map(|it| &it.value) == Some(&self.name);
            return match same && parsed.ticket.from.len() == self.n_records() {
                true => Ok(()),
                false => Err("the edits reach into the ticket's fields".to_owned()),
            };
        }
        let ids = |text: &str| -> Vec<_> {
            let (page, _) = page::parse(text.as_bytes(), config);
            let headings = page.headings.iter();
            headings.filter_map(|it| requirement_of(&it.text)).collect()
        };
        let comments = |text: &str| text.matches("<!--").count();
        match ids(new) == ids(&self.text) && comments(new) == comments(&self.text) {
            true => Ok(()),
            false => Err(
                "the edits add or remove a requirement, or a comment; they may only change words"
                    .to_owned(),
            ),
        }
    }

    fn n_records(&self) -> usize {
        self.facts.ticket.as_ref().map_or(0, |it| it.from.len())
    }
}

/// What is wrong with an answer, beyond its schema: edits outside of what is to be brought in line
/// above all.
///
/// # Errors
///
/// A sentence for the model.
pub fn check(
    target: &Target<'_>,
    answer: &Update,
    config: &Config,
    seen: &Seen<'_>,
) -> Result<(), String> {
    target.edited(answer, config)?;
    let new = answer.edits.iter().map(|it| it.new.as_str());
    seen.check(new.chain(answer.title.as_deref()))
}

/// The edits of an answer that was checked, and the records brought in line with them.
///
/// # Errors
///
/// As [`check`].
pub fn change(target: &Target<'_>, answer: &Update, config: &Config) -> Result<Change, String> {
    let mut edits = target.edited(answer, config)?;
    for it in &target.sources {
        edits.push(TextEdit {
            span: it.origin.span,
            text: format!("{}@{}", it.origin.source, it.digest),
        });
    }
    edits.sort_by_key(|it| it.span);
    if edits.windows(2).any(|it| it[1].span.start < it[0].span.end) {
        return Err("the edits reach into a record".to_owned());
    }
    Ok(Change {
        edits: vec![FileEdit {
            path: target.path.to_owned(),
            expected: target.facts.hash,
            edits,
        }],
        ..Change::default()
    })
}

/// What a source said when `recorded` was written down, in an older text of its file; `None` where
/// that text does not say it.
pub fn said(text: &str, path: &str, source: &Source, recorded: Digest) -> Option<String> {
    if source.whole.code().is_some() {
        let parts = code::parts(path, text);
        let part = parts.part(&source.part)?;
        return (part.digest == recorded).then(|| slice(text, part.span).trim().to_owned());
    }
    let bytes = text.as_bytes();
    let (hash, config) = (Hash::of(bytes), Config::default());
    let facts = facts::facts(path, bytes, hash, Charset::Bytes, &config, Reader::Exact);
    let is_requirement = facts.lineage.requirements().next().is_some();
    let part = facts.lineage.part(&source.part_name(is_requirement))?;
    if !part.says(recorded) {
        return None;
    }
    let leaf = part.leaves.iter().find(|it| it.digest == recorded);
    let span = leaf.map_or(part.span, |it| it.span);
    Some(slice(text, span).trim().to_owned())
}
