//! A planned change, applied to a copy and read again by two readers.

use std::collections::BTreeMap;

use super::source::Source;
use super::{Refusal, list, same};
use crate::edit::TextEdit;
use crate::page::yaml::{Data, Entry, Node};
use crate::span::Span;
use crate::ticket::field::Value;

type Typed = BTreeMap<String, serde_json::Value>;

/// The edits in order, if they do to the field what they should and nothing to anything else.
pub(super) fn verified(
    source: &Source<'_>,
    field: &str,
    value: Option<&Value>,
    mut edits: Vec<TextEdit>,
) -> Result<Vec<TextEdit>, Refusal> {
    if edits.is_empty() {
        return Ok(edits);
    }
    edits.sort_by_key(|it| it.span);
    let apart = edits
        .windows(2)
        .all(|pair| pair[0].span.end <= pair[1].span.start);
    let unfit = || Refusal::Unfit(field.to_owned());
    if !apart {
        return Err(unfit());
    }
    let changed = TextEdit::apply_all(source.text, &edits);
    let after = Source::open(&changed).map_err(|_| unfit())?;
    let fine = around(source) == around(&after)
        && comments(source) == comments(&after)
        && others(source, field) == others(&after, field)
        && is_set(&after, field, value)
        && typed_alike(source, &after, field, value);
    fine.then_some(edits).ok_or_else(unfit)
}

/// What stands before and after the YAML.
fn around<'a>(source: &Source<'a>) -> (&'a str, &'a str) {
    let yaml = source.front.yaml.range();
    (&source.text[..yaml.start], &source.text[yaml.end..])
}

fn comments<'a>(source: &Source<'a>) -> Vec<&'a str> {
    let comments = source.comments.iter();
    comments.map(|it| &source.text[it.range()]).collect()
}

/// The other entries in order: their bytes, and what they mean.
fn others<'a>(source: &'a Source<'_>, field: &str) -> Vec<(&'a str, Meaning<'a>, Meaning<'a>)> {
    let others = source.entries.iter();
    let others = others.filter(|it| it.key.text() != Some(field));
    others
        .map(|it| (bytes(source, it), Meaning(&it.key), Meaning(&it.value)))
        .collect()
}

fn bytes<'a>(source: &Source<'a>, entry: &Entry) -> &'a str {
    let (start, end) = (entry.key.span.start, entry.value.span.end);
    &source.text[Span {
        start,
        end: end.max(start),
    }
    .range()]
}

/// A node apart from its place.
struct Meaning<'a>(&'a Node);

impl PartialEq for Meaning<'_> {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.0, other.0);
        a.marks == b.marks
            && match (&a.data, &b.data) {
                (Data::Null, Data::Null) | (Data::Alias(None), Data::Alias(None)) => true,
                (Data::Alias(Some(a)), Data::Alias(Some(b))) => Meaning(a) == Meaning(b),
                (
                    Data::Scalar { text, style },
                    Data::Scalar {
                        text: b_text,
                        style: b_style,
                    },
                ) => text == b_text && style == b_style,
                (Data::Sequence { items: a, .. }, Data::Sequence { items: b, .. }) => {
                    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Meaning(a) == Meaning(b))
                }
                (Data::Mapping { entries: a, .. }, Data::Mapping { entries: b, .. }) => {
                    a.len() == b.len()
                        && a.iter().zip(b).all(|(a, b)| {
                            Meaning(&a.key) == Meaning(&b.key)
                                && Meaning(&a.value) == Meaning(&b.value)
                        })
                }
                _ => false,
            }
    }
}

fn is_set(after: &Source<'_>, field: &str, value: Option<&Value>) -> bool {
    match (after.entry(field), value) {
        (Ok(None), None) => true,
        (Ok(Some(entry)), Some(Value::List(items))) => {
            list::current(&entry.value).is_some_and(|it| it == *items)
        }
        (Ok(Some(entry)), Some(value)) => {
            let text = entry.value.text();
            text.is_some_and(|it| same(it, &value.to_string()))
        }
        _ => false,
    }
}

/// Whether a reader that knows types sees the same, the field apart, and a text where one was set.
/// Front matter that it did not read before (a key that is a list) it cannot judge.
fn typed_alike(
    before: &Source<'_>,
    after: &Source<'_>,
    field: &str,
    value: Option<&Value>,
) -> bool {
    let typed = |source: &Source<'_>| -> Option<Typed> {
        let yaml = &source.text[source.front.yaml.range()];
        match yaml.trim().is_empty() || source.entries.is_empty() {
            true => Some(Typed::new()),
            false => serde_saphyr::from_str(yaml).ok(),
        }
    };
    let Some(mut before) = typed(before) else {
        return true;
    };
    let Some(mut after) = typed(after) else {
        return false;
    };
    before.remove(field);
    let written = after.remove(field);
    let is_text = match (value, &written) {
        (Some(Value::Text(_)), Some(written)) => written.is_string(),
        _ => true,
    };
    before == after && is_text
}
