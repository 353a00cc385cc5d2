//! Task lists of spec-kit: a feature, its phases, and their tasks.

use rustc_hash::FxHashMap;

use super::body::Body;
use super::items::{Item, Piece, pieces};
use super::{Foreign, Refusal, Skipped, Source, SourceFile, front, state, tell_apart};
use crate::ticket::draft;
use crate::world::paths;

pub(super) fn read(files: &[SourceFile]) -> Result<Source, Refusal> {
    let mut source = Source::default();
    for file in files {
        match paths::file_name(&file.path) {
            "tasks.md" => feature(file, &mut source)?,
            name if name.ends_with(".md") => {
                let why = "no task list, the page stays where it is";
                source.skipped.push(Skipped::file(file, why));
            }
            _ => {}
        }
    }
    tell_apart(&mut source.tickets);
    Ok(source)
}

/// A part of the list under a heading of the second level.
#[derive(Default)]
struct Phase {
    title: String,
    pieces: Vec<Piece>,
}

impl Phase {
    fn has_tasks(&self) -> bool {
        self.pieces.iter().any(|it| matches!(it, Piece::Item(_)))
    }
}

fn feature(file: &SourceFile, source: &mut Source) -> Result<(), Refusal> {
    let front = front::read(file)?;
    let body_at = front.as_ref().map_or(0, |it| it.body_at);
    let folder = paths::folder(&file.path).trim_end_matches('/');
    let name = match paths::file_name(folder) {
        "" => "tasks",
        name => name,
    };
    let mut title = None;
    let mut intro = Phase::default();
    let mut phases: Vec<Phase> = Vec::new();
    for piece in pieces(&file.text[body_at..], super::line_of(&file.text, body_at)) {
        match piece {
            Piece::Heading { level: 1, text } if title.is_none() => title = Some(text),
            Piece::Heading { level: 2, text } => phases.push(Phase {
                title: text,
                pieces: Vec::new(),
            }),
            // A rule between two phases belongs to neither.
            Piece::Line(line) if line.trim() == "---" => {}
            piece => phases.last_mut().unwrap_or(&mut intro).pieces.push(piece),
        }
    }
    let of = |it: &Phase| it.has_tasks();
    let (with, without): (Vec<_>, Vec<_>) = phases.into_iter().partition(of);
    let mut body = Body::default();
    let mut tasks: Vec<(Item, Option<String>)> = Vec::new();
    body.push(&prose(intro, None, &mut tasks));
    for phase in without {
        body.push(&format!("## {}", phase.title));
        body.push(&prose(phase, None, &mut tasks));
    }
    let at = source.tickets.len();
    let title = title.unwrap_or_else(|| name.to_owned());
    let title = title
        .strip_prefix("Tasks:")
        .map_or(&*title, str::trim)
        .to_owned();
    let entries = front.iter().flat_map(|it| &it.entries);
    source.tickets.push(Foreign {
        key: name.to_owned(),
        scope: name.to_owned(),
        title,
        body: body.into_text(),
        is_all_of: vec![file.path.clone()],
        kept: entries
            .map(|it| format!("{}\n", it.raw.trim_end()))
            .collect(),
        ..Foreign::default()
    });
    let mut done = Vec::new();
    for phase in with {
        let key = format!("{name}/{}", draft::slug(&phase.title));
        let first = tasks.len();
        let title = phase.title.clone();
        let body = prose(phase, Some(&key), &mut tasks);
        let ticks = || tasks[first..].iter().map(|it| is_done(&it.0));
        done.extend(ticks());
        source.tickets.push(Foreign {
            key,
            scope: name.to_owned(),
            status: rollup(ticks()),
            priority: priority_in(&title),
            title,
            parent: Some(name.to_owned()),
            body,
            ..Foreign::default()
        });
    }
    let all = tasks.iter().map(|it| is_done(&it.0));
    source.tickets[at].status = rollup(all);
    for (item, phase) in tasks {
        source.tickets.push(task(name, &item, phase));
    }
    depend(&mut source.tickets[at..]);
    for ticket in &mut source.tickets[at..] {
        ticket.file.clone_from(&file.path);
    }
    Ok(())
}

/// A part's text; where a task stood is its id. The tasks go to `tasks`.
fn prose(phase: Phase, key: Option<&str>, tasks: &mut Vec<(Item, Option<String>)>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for piece in phase.pieces {
        match piece {
            Piece::Heading { level, text } => lines.push(format!("{} {text}", "#".repeat(level))),
            Piece::Line(line) => lines.push(line),
            Piece::Item(item) => {
                if let Some((id, _)) = numbered(&item.text) {
                    lines.push(format!("- {id}"));
                }
                tasks.push((item, key.map(str::to_owned)));
            }
        }
    }
    lines.join("\n")
}

fn task(feature: &str, item: &Item, phase: Option<String>) -> Foreign {
    let (id, mut text) = match numbered(&item.text) {
        Some((id, rest)) => (Some(id), rest),
        None => (None, item.text.as_str()),
    };
    let mut labels = Vec::new();
    // `[P]` is a task that can be done beside others, `[US1]` one of a user story.
    while let Some((mark, rest)) = text.strip_prefix('[').and_then(|it| it.split_once(']')) {
        let digits = mark.strip_prefix("US").unwrap_or_default();
        match mark {
            "P" => labels.push("parallel".to_owned()),
            _ if !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()) => {
                labels.push(mark.to_owned());
            }
            _ => break,
        }
        text = rest.trim_start();
    }
    let mut body = Body::default();
    body.push(&item.more.join("\n"));
    let nested = super::check_list::criteria(&item.children);
    body.section("Acceptance criteria", &nested);
    let name = id.map_or_else(|| draft::slug(text), str::to_owned);
    let text = match text {
        "" => id.unwrap_or_default(),
        text => text,
    };
    Foreign {
        key: format!("{feature}#{name}"),
        id: id.map(str::to_owned),
        scope: feature.to_owned(),
        title: text.to_owned(),
        status: is_done(item).then(|| "done".to_owned()),
        labels,
        parent: Some(phase.unwrap_or_else(|| feature.to_owned())),
        body: body.into_text(),
        ..Foreign::default()
    }
}

/// `(depends on T012, T013)` is a dependency.
fn depend(tickets: &mut [Foreign]) {
    let of_id = |it: &Foreign| Some((it.id.clone()?, it.key.clone()));
    let keys: FxHashMap<String, String> = tickets.iter().filter_map(of_id).collect();
    for ticket in tickets.iter_mut().filter(|it| it.id.is_some()) {
        let lower = ticket.title.to_lowercase();
        let Some(at) = lower
            .find("depends on ")
            .filter(|_| lower.len() == ticket.title.len())
        else {
            continue;
        };
        let rest = &ticket.title[at + "depends on ".len()..];
        let words = rest.split([' ', ',', ')']).filter(|it| !it.is_empty());
        let words = words.filter(|it| *it != "and");
        let ids = words.map_while(|it| keys.get(it));
        ticket.depends_on = ids.filter(|it| **it != ticket.key).cloned().collect();
    }
}

/// `T001 rest`.
pub(super) fn numbered(text: &str) -> Option<(&str, &str)> {
    let (id, rest) = text.split_once(' ').unwrap_or((text, ""));
    let digits = id
        .strip_prefix('T')?
        .trim_end_matches(|it: char| it.is_ascii_lowercase());
    let fits = digits.len() >= 2 && digits.bytes().all(|it| it.is_ascii_digit());
    fits.then(|| (id, rest.trim_start()))
}

pub(super) fn is_done(item: &Item) -> bool {
    matches!(item.mark, 'x' | 'X')
}

/// What tasks that are done or not say of what they are parts of.
pub(super) fn rollup(done: impl Iterator<Item = bool>) -> Option<String> {
    let (mut yes, mut no) = (0, 0);
    for done in done {
        match done {
            true => yes += 1,
            false => no += 1,
        }
    }
    match (yes, no) {
        (0, _) => None,
        (_, 0) => Some("done".to_owned()),
        _ => Some("in progress".to_owned()),
    }
}

/// `(Priority: P1)` in a heading.
fn priority_in(title: &str) -> Option<crate::ticket::Priority> {
    let (_, rest) = title.split_once("Priority: ")?;
    state::priority(rest.split([')', ' ']).next()?)
}
