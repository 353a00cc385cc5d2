//! Changes of OpenSpec: a proposal, its design, and a list of tasks in sections.

use std::collections::BTreeMap;

use super::body::Body;
use super::items::{Item, Piece, Verbatim, heading, pieces};
use super::spec_kit::{is_done, rollup};
use super::{Foreign, Refusal, Shelf, Skipped, Source, SourceFile, front, tell_apart};
use crate::ticket::{draft, field};
use crate::world::paths;

/// Headings of task lists that say nothing.
const GENERIC: [&str; 4] = [
    "tasks",
    "task list",
    "implementation tasks",
    "implementation",
];

/// The files of one change.
#[derive(Default)]
struct Change<'a> {
    archived: Option<jiff::civil::Date>,
    shelf: Shelf,
    proposal: Option<&'a SourceFile>,
    design: Option<&'a SourceFile>,
    tasks: Option<&'a SourceFile>,
    metadata: Option<&'a SourceFile>,
}

impl<'a> Change<'a> {
    fn pages(&self) -> impl Iterator<Item = &'a SourceFile> {
        [self.proposal, self.design, self.tasks]
            .into_iter()
            .flatten()
    }
}

pub(super) fn read(files: &[SourceFile]) -> Result<Source, Refusal> {
    let mut source = Source::default();
    let mut changes: BTreeMap<String, Change<'_>> = BTreeMap::new();
    let folder = match files.iter().any(|it| below_changes(&it.path).is_some()) {
        true => below_changes,
        false => alone,
    };
    for file in files {
        let Some((name, shelf, rest)) = folder(&file.path) else {
            if file.path.ends_with(".md") {
                let why = "of no change, the page stays where it is";
                source.skipped.push(Skipped::file(file, why));
            }
            continue;
        };
        let (archived, name) = match shelf {
            Shelf::Archive => dated(name),
            Shelf::Current => (None, name),
        };
        // A name is used again once its change is archived.
        let key = match (&shelf, archived) {
            (Shelf::Archive, Some(day)) => format!("{day}-{name}"),
            _ => name.to_owned(),
        };
        let change = match rest {
            "proposal.md" | "design.md" | "tasks.md" | ".openspec.yaml" => {
                changes.entry(key).or_default()
            }
            _ => {
                let why = "a page of a change, it stays where it is";
                source.skipped.push(Skipped::file(file, why));
                continue;
            }
        };
        change.archived = archived;
        change.shelf = shelf;
        match rest {
            "proposal.md" => change.proposal = Some(file),
            "design.md" => change.design = Some(file),
            "tasks.md" => change.tasks = Some(file),
            _ => change.metadata = Some(file),
        }
    }
    for (name, change) in &changes {
        if change.proposal.is_some() || change.tasks.is_some() {
            add(name, change, &mut source)?;
        }
    }
    tell_apart(&mut source.tickets);
    Ok(source)
}

/// The change that a path is of, whether it is archived, and the rest of the path.
fn below_changes(path: &str) -> Option<(&str, Shelf, &str)> {
    let (head, below) = path.split_once("changes/")?;
    if !(head.is_empty() || head.ends_with('/')) {
        return None;
    }
    let (below, shelf) = match below.strip_prefix("archive/") {
        Some(rest) => (rest, Shelf::Archive),
        None => (below, Shelf::Current),
    };
    let (name, rest) = below.split_once('/')?;
    Some((name, shelf, rest))
}

/// The same for a change's folder that lies anywhere.
fn alone(path: &str) -> Option<(&str, Shelf, &str)> {
    let folder = paths::folder(path).trim_end_matches('/');
    let name = paths::file_name(folder);
    (!name.is_empty()).then(|| (name, Shelf::Current, paths::file_name(path)))
}

/// `2025-01-11-add-x`.
fn dated(name: &str) -> (Option<jiff::civil::Date>, &str) {
    match (name.get(..10).and_then(field::day), name.get(11..)) {
        (Some(day), Some(rest)) => (Some(day), rest),
        _ => (None, name),
    }
}

fn add(name: &str, of: &Change<'_>, source: &mut Source) -> Result<(), Refusal> {
    let bare = dated(name).1;
    let mut ticket = Foreign {
        key: name.to_owned(),
        file: of
            .pages()
            .next()
            .map_or_else(String::new, |it| it.path.clone()),
        is_all_of: of.pages().map(|it| it.path.clone()).collect(),
        title: spoken(bare),
        shelf: of.shelf,
        updated: of.archived.map(|it| it.to_string()),
        ..Foreign::default()
    };
    let mut body = Body::default();
    if let Some(proposal) = of.proposal {
        let (title, text) = titled(&proposal.text);
        if let Some(title) = title {
            ticket.title = title;
        }
        body.push(text);
    }
    if let Some(design) = of.design {
        let (title, text) = titled(&design.text);
        let heading = match title {
            None => "Design".to_owned(),
            Some(title) if title.starts_with("Design") => title,
            Some(title) => format!("Design: {title}"),
        };
        body.section(&heading, &demoted(text));
    }
    if let Some(metadata) = of.metadata {
        put_metadata(metadata, &mut ticket)?;
    }
    let mut sections = Vec::new();
    let mut own = Vec::new();
    if let Some(tasks) = of.tasks {
        let parts = parts(&tasks.text);
        for part in parts {
            match part.title {
                Some(title) if part.items().next().is_some() => sections.push((title, part.pieces)),
                title => {
                    let (text, items) = apart(part.pieces);
                    match title {
                        Some(title) => {
                            body.push(&format!("## {title}"));
                            body.push(&text);
                        }
                        None => body.section("Tasks", &text),
                    }
                    own.extend(items);
                }
            }
        }
    }
    body.section("Acceptance criteria", &super::check_list::criteria(&own));
    ticket.body = body.into_text();
    ticket.status = match of.shelf {
        Shelf::Archive => Some("done".to_owned()),
        Shelf::Current => {
            let of_sections = sections.iter().flat_map(|it| items(&it.1));
            rollup(own.iter().chain(of_sections).map(is_done))
        }
    };
    let shelf = of.shelf;
    // All pages of a change are in one folder.
    let file = ticket.file.clone();
    source.tickets.push(ticket);
    for (title, pieces) in sections {
        let status = match shelf {
            Shelf::Archive => Some("done".to_owned()),
            Shelf::Current => rollup(items(&pieces).map(is_done)),
        };
        let mut body = Body::default();
        let first = pieces.iter().position(|it| matches!(it, Piece::Item(_)));
        let mut before = pieces;
        let after = before.split_off(first.unwrap_or(before.len()));
        body.push(&text(&before));
        body.section("Acceptance criteria", &text(&after));
        source.tickets.push(Foreign {
            key: format!("{name}#{}", draft::slug(&title)),
            title: format!("{bare}: {title}"),
            parent: Some(name.to_owned()),
            status,
            shelf,
            file: file.clone(),
            body: body.into_text(),
            ..Foreign::default()
        });
    }
    Ok(())
}

/// A section of a task list; the first has no title.
struct Part {
    title: Option<String>,
    pieces: Vec<Piece>,
}

impl Part {
    fn items(&self) -> impl Iterator<Item = &Item> {
        items(&self.pieces)
    }
}

fn items(pieces: &[Piece]) -> impl Iterator<Item = &Item> {
    pieces.iter().filter_map(|it| match it {
        Piece::Item(item) => Some(item),
        _ => None,
    })
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = vec![Part {
        title: None,
        pieces: Vec::new(),
    }];
    for piece in pieces(text, 1) {
        match piece {
            // The page's own heading: what follows is of the whole change.
            Piece::Heading { level: 1, text } => {
                let says = !GENERIC.contains(&&*text.to_lowercase());
                parts.push(Part {
                    title: None,
                    pieces: says
                        .then_some(Piece::Heading { level: 3, text })
                        .into_iter()
                        .collect(),
                });
            }
            Piece::Heading { level: 2, text } => parts.push(Part {
                title: Some(text),
                pieces: Vec::new(),
            }),
            piece => {
                if let Some(part) = parts.last_mut() {
                    part.pieces.push(piece);
                }
            }
        }
    }
    parts
}

/// Text and items of a part that is no ticket of its own.
fn apart(pieces: Vec<Piece>) -> (String, Vec<Item>) {
    let (items, rest): (Vec<_>, Vec<_>) = pieces
        .into_iter()
        .partition(|it| matches!(it, Piece::Item(_)));
    let items = items.into_iter().filter_map(|it| match it {
        Piece::Item(item) => Some(item),
        _ => None,
    });
    (text(&rest), items.collect())
}

/// Pieces as Markdown.
fn text(pieces: &[Piece]) -> String {
    let lines = pieces.iter().map(|piece| match piece {
        Piece::Heading { level, text } => format!("{} {text}\n", "#".repeat(*level)),
        Piece::Line(line) => format!("{line}\n"),
        Piece::Item(item) => super::check_list::criteria(std::slice::from_ref(item)),
    });
    lines.collect()
}

fn put_metadata(file: &SourceFile, ticket: &mut Foreign) -> Result<(), Refusal> {
    let page = SourceFile {
        path: file.path.clone(),
        text: format!("---\n{}\n---\n", file.text.trim_end()),
    };
    for entry in front::read(&page)?.iter().flat_map(|it| &it.entries) {
        let texts = entry.value.texts();
        match (entry.key.as_str(), texts.as_deref()) {
            ("created", Some([day])) if field::day(day).is_some() => {
                ticket.created = field::day(day)
            }
            ("parent", Some([parent])) => ticket.parent = Some(parent.clone()),
            ("dependsOn", Some(them)) => ticket.depends_on = them.to_vec(),
            _ => ticket.kept.push(format!("{}\n", entry.raw.trim_end())),
        }
    }
    Ok(())
}

/// The first heading of a page, if it is of the first level, and the rest.
fn titled(text: &str) -> (Option<String>, &str) {
    let start = text.trim_start();
    let (line, rest) = start.split_once('\n').unwrap_or((start, ""));
    let Some((1, title)) = heading(line) else {
        return (None, text);
    };
    let heads = ["Change Proposal:", "Change:", "Proposal:"];
    let bare = heads.iter().find_map(|it| title.strip_prefix(it));
    let bare = bare.unwrap_or(title).trim();
    match bare.is_empty() || heads.iter().any(|it| it.trim_end_matches(':') == bare) {
        true => (None, rest),
        false => (Some(bare.to_owned()), rest),
    }
}

/// A page as a part of another: its headings below one of the second level.
fn demoted(text: &str) -> String {
    let mut verbatim = Verbatim::default();
    let lines = text.lines().map(|line| {
        let passes = verbatim.takes(line);
        match heading(line).filter(|_| !passes) {
            Some((level, text)) => format!("{} {text}", "#".repeat((level + 1).min(6))),
            None => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A change's name as words.
fn spoken(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}
