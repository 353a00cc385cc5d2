//! A heading: its words, and the anchors of the links that lead to it.

use super::super::actions::{Refusal, Source};
use super::{Renaming, noted, text};
use crate::edit::{Change, FileEdit, TextEdit};
use crate::facts::FileFacts;
use crate::index::page_names;
use crate::lineage::Whole;
use crate::page::{self, Heading, Link, LinkKind};
use crate::span::Span;
use crate::world::{Snapshot, paths};

/// The words of a heading without its marks: `## Words ##`, or the lines above `====`.
pub(super) fn words(text: &str, heading: Span) -> Span {
    let whole = text.get(heading.range()).unwrap_or_default();
    let base = heading.start as usize;
    let trimmed = |piece: &str, at: usize| {
        let head = piece.len() - piece.trim_start().len();
        Span::new(base + at + head, base + at + head + piece.trim().len())
    };
    if whole.starts_with('#') {
        let at = whole.len() - whole.trim_start_matches('#').len();
        let inner = &whole[at..];
        // The closing marks count only after a blank.
        let open = inner.trim_end().trim_end_matches('#');
        return match open.is_empty() || open.ends_with([' ', '\t']) {
            true => trimmed(open, at),
            false => trimmed(inner, at),
        };
    }
    let above = whole.trim_end().rfind(['\n', '\r']).unwrap_or(whole.len());
    trimmed(&whole[..above], 0)
}

pub(super) fn rename(
    snapshot: &Snapshot,
    path: &str,
    anchor: &str,
    new: &str,
    source: &mut dyn Source,
) -> Result<Renaming, Refusal> {
    let stale = || Refusal::Stale(path.to_owned());
    let facts = snapshot.file(path).ok_or_else(stale)?;
    let page = facts.page.as_ref().ok_or_else(stale)?;
    let idx = page.headings.iter().position(|it| it.anchor == anchor);
    let idx = idx.ok_or_else(stale)?;
    let new = new.trim();
    if new.is_empty() || new.contains(['\n', '\r']) {
        return Err(Refusal::Edit(
            "a heading needs words, all on one line".to_owned(),
        ));
    }
    let old = text(snapshot, path, source)?;
    let span = words(&old, page.headings[idx].span);
    let edits = vec![TextEdit {
        span,
        text: new.to_owned(),
    }];
    // Anchors of equal headings are told apart by their order, so one new name may change several.
    let after = TextEdit::apply_all(&old, &edits);
    let after = headings_of(path, &after, snapshot);
    if after.len() != page.headings.len() {
        return Err(Refusal::Edit(format!(
            "`{new}` would not be a heading where it stands: choose other words"
        )));
    }
    let mut change = Change {
        edits: vec![FileEdit {
            path: path.to_owned(),
            expected: facts.hash,
            edits,
        }],
        ..Change::default()
    };
    let pairs: Vec<_> = page.headings.iter().zip(&after).collect();
    let mut linkers: Vec<_> = snapshot.index.linkers(path).map(|it| &**it).collect();
    for name in page_names(path, facts) {
        linkers.extend(snapshot.index.wiki_linkers(&name).map(|it| &**it));
    }
    let whole = Whole::Page(path.into());
    linkers.extend(snapshot.index.derived(&whole).map(|it| &**it));
    linkers.push(path);
    linkers.sort_unstable();
    linkers.dedup();
    for from in linkers {
        let Some(facts) = snapshot.file(from) else {
            continue;
        };
        let mut edits = anchors(snapshot, path, &pairs, from, facts, source)?;
        edits.extend(parts(&whole, &pairs, facts));
        edits.sort_by_key(|it| it.span);
        if !edits.is_empty() {
            let edits = vec![FileEdit {
                path: from.to_owned(),
                expected: facts.hash,
                edits,
            }];
            change = change.merged(Change {
                edits,
                ..Change::default()
            });
        }
    }
    let label = format!("Heading \"{new}\"");
    let change = noted(change, path, &label, &[]);
    let stays = Vec::new();
    Ok(Renaming { change, stays })
}

/// The edits of the parts in one file's records that mean a heading whose anchor changes.
fn parts<'a>(
    whole: &'a Whole,
    pairs: &'a [(&Heading, &Heading)],
    facts: &'a FileFacts,
) -> impl Iterator<Item = TextEdit> + 'a {
    let origins = facts.lineage.origins.iter();
    let origins = origins.filter(|it| it.source.whole == *whole);
    origins.filter_map(|it| {
        let named = pairs.iter().find(|pair| pair.0.anchor == *it.source.part);
        let (old, new) = named?;
        (old.anchor != new.anchor).then(|| TextEdit {
            span: it.part(),
            text: new.anchor.clone(),
        })
    })
}

fn headings_of(path: &str, text: &str, snapshot: &Snapshot) -> Vec<Heading> {
    let bytes = text.as_bytes();
    match crate::facts::FileKind::of(path) {
        crate::facts::FileKind::Ticket => {
            crate::ticket::parse(bytes, &snapshot.config).page.headings
        }
        _ => page::parse(bytes, &snapshot.config).0.headings,
    }
}

/// The edits of the anchors in one page that mean a heading whose anchor or text changes.
fn anchors(
    snapshot: &Snapshot,
    path: &str,
    pairs: &[(&Heading, &Heading)],
    from: &str,
    facts: &FileFacts,
    source: &mut dyn Source,
) -> Result<Vec<TextEdit>, Refusal> {
    let links = facts.page.iter().flat_map(|it| &it.links);
    let links = links.filter(|it| leads_to(snapshot, path, from, it));
    let changed: Vec<_> = links
        .filter_map(|link| {
            let anchor = link.anchor.as_deref()?;
            let (old, new) = pairs.iter().find(|it| paths::is_anchor(it.0, anchor))?;
            Some((link, replaced(link, anchor, old, new, pairs)?))
        })
        .collect();
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let text = text(snapshot, from, source)?;
    let mut edits = Vec::new();
    for (link, new) in changed {
        let written = text.get(link.target_span.range()).unwrap_or_default();
        // Of `Chapter#Section` the last counts.
        let at = written.rfind('#').ok_or_else(|| {
            Refusal::Edit(format!(
                "a link in {from} cannot be changed; write it on one line first"
            ))
        })?;
        let start = link.target_span.start as usize + at + 1;
        edits.push(TextEdit {
            span: Span::new(start, link.target_span.end as usize),
            text: new,
        });
    }
    edits.sort_by_key(|it| it.span);
    edits.dedup();
    Ok(edits)
}

fn leads_to(snapshot: &Snapshot, path: &str, from: &str, link: &Link) -> bool {
    match link.kind {
        _ if link.target.is_empty() => from == path,
        LinkKind::Inline => paths::link_target(from, link).as_deref() == Some(path),
        LinkKind::Wiki => {
            let name = paths::wiki_name(&link.target);
            snapshot.index.pages_named(&name).min().map(|it| &**it) == Some(path)
        }
    }
}

/// The last part of an anchor as it must be now: a slug stays a slug, and the text of a wiki link a
/// text, where that can be one and means this heading alone.
fn replaced(
    link: &Link,
    anchor: &str,
    old: &Heading,
    new: &Heading,
    pairs: &[(&Heading, &Heading)],
) -> Option<String> {
    let last = anchor.rsplit('#').next().unwrap_or(anchor);
    let by_text = link.kind == LinkKind::Wiki
        && last != old.anchor
        && last.eq_ignore_ascii_case(&old.text)
        && !new.text.contains(['#', '|', '[', ']'])
        && pairs
            .iter()
            .find(|it| paths::is_anchor(it.1, &new.text))
            .map(|it| it.1)
            == Some(new);
    let text = if by_text { &new.text } else { &new.anchor };
    (last != text).then(|| text.clone())
}
