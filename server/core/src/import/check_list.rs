//! Check lists such as `TODO.md`: an item is a ticket, what is nested in it its criteria.

use super::body::Body;
use super::items::{self, Item, Piece};
use super::obsidian::Fields;
use super::{Foreign, Refusal, Skipped, Source, SourceFile, kept, state, tell_apart};
use crate::ticket::draft;
use crate::world::paths;

/// What the heading of a whole page is called where it says nothing of the items.
const GENERIC: [&str; 6] = ["todo", "to do", "todos", "to-do", "tasks", "task list"];

pub(super) fn read(files: &[SourceFile]) -> Result<Source, Refusal> {
    let mut source = Source::default();
    for file in files.iter().filter(|it| is_page(it)) {
        let first = source.tickets.len();
        page(file, &mut source);
        if source.tickets.len() == first {
            source
                .skipped
                .push(Skipped::file(file, "no check list in it"));
        }
    }
    tell_apart(&mut source.tickets);
    Ok(source)
}

pub(super) fn is_page(file: &SourceFile) -> bool {
    let name = file.path.to_lowercase();
    name.ends_with(".md") || name.ends_with(".markdown") || name.ends_with(".txt")
}

fn page(file: &SourceFile, source: &mut Source) {
    let first = source.tickets.len();
    let mut chain: Vec<(usize, String)> = Vec::new();
    // What stands between the items goes with the next of them.
    let mut around: Vec<String> = Vec::new();
    for piece in items::pieces(&file.text, 1) {
        match piece {
            Piece::Heading { level, text } => {
                chain.retain(|it| it.0 < level);
                chain.push((level, text));
            }
            Piece::Line(line) => around.push(line),
            Piece::Item(item) => {
                let at = source.tickets.len();
                let above = Above::new(&chain);
                tickets(
                    file,
                    &item,
                    &above,
                    None,
                    &plain_fields,
                    &mut source.tickets,
                );
                keep(&mut around, source.tickets.get_mut(at));
            }
        }
    }
    let rest = source.tickets[first..].last_mut();
    keep(&mut around, rest);
}

fn keep(around: &mut Vec<String>, ticket: Option<&mut Foreign>) {
    let text = std::mem::take(around).join("\n");
    if let Some(ticket) = ticket
        && !text.trim().is_empty()
    {
        let text = text.trim_matches('\n');
        ticket.kept.push(kept::text_entry("around", text));
    }
}

fn plain_fields(text: &str) -> Fields {
    Fields::plain(text)
}

/// What the headings above an item say of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Above {
    labels: Vec<String>,
    status: Option<String>,
}

impl Above {
    fn new(chain: &[(usize, String)]) -> Self {
        let mut above = Self::default();
        for (level, text) in chain {
            let plain = text.trim_end_matches([':', '✓']).trim();
            match state::is_state(plain) {
                // A column of a board; that of the whole page is its name.
                true if *level > 1 => above.status = Some(plain.to_owned()),
                _ if *level == 1 && GENERIC.contains(&&*plain.to_lowercase()) => {}
                _ if plain.is_empty() => {}
                _ => above.labels.push(plain.to_owned()),
            }
        }
        above
    }
}

/// The tickets of an item: itself, and those nested in it where they are more than a line each.
pub(super) fn tickets(
    file: &SourceFile,
    item: &Item,
    above: &Above,
    parent: Option<&str>,
    fields: &dyn Fn(&str) -> Fields,
    out: &mut Vec<Foreign>,
) {
    if item.text.is_empty() && item.more.is_empty() && item.children.is_empty() {
        return;
    }
    let read = fields(&item.text);
    let slug = draft::slug(&read.title);
    let key = match (&read.id, parent) {
        (Some(id), _) => id.clone(),
        (None, Some(parent)) => format!("{parent}/{slug}"),
        (None, None) => format!("{}#{slug}", file.path),
    };
    // Two of one name must not share their children.
    let n_same = out.iter().filter(|it| it.key == key).count();
    let key = match n_same {
        0 => key,
        _ => format!("{key}~{}", n_same + 1),
    };
    let mut ticket = Foreign {
        key: key.clone(),
        status: above.status.clone(),
        labels: above.labels.clone(),
        parent: parent.map(str::to_owned),
        title: read.title.clone(),
        file: file.path.clone(),
        ..Foreign::default()
    };
    match mark(item.mark) {
        Mark::Open => {}
        Mark::State(state) => ticket.status = Some(state.to_owned()),
        Mark::Unknown => {
            let mark = item.mark.to_string();
            ticket.kept.push(kept::text_entry("mark", &mark));
        }
    }
    read.put(&mut ticket);
    if ticket.title.trim().is_empty() {
        ticket.title = format!(
            "Item in line {} of {}",
            item.line,
            paths::file_name(&file.path)
        );
    }
    let own = |it: &Item| !it.children.is_empty() || fields(&it.text).says_more();
    let apart = item.children.iter().any(own);
    let mut body = Body::default();
    body.push(&item.more.join("\n"));
    if !apart {
        body.section("Acceptance criteria", &criteria(&item.children));
    }
    ticket.body = body.into_text();
    out.push(ticket);
    if apart {
        for child in &item.children {
            tickets(file, child, above, Some(&key), fields, out);
        }
    }
}

/// Items as a flat list of criteria; what is nested deeper is indented.
pub(super) fn criteria(items: &[Item]) -> String {
    let mut out = String::new();
    items.iter().for_each(|it| criterion(it, 0, &mut out));
    out
}

fn criterion(item: &Item, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    let line = match mark(item.mark) {
        Mark::State("done") => format!("{pad}- [x] {}", item.text),
        Mark::Open => format!("{pad}- [ ] {}", item.text),
        // A box of Markdown cannot say what is neither open nor done.
        _ => format!("{pad}- [ ] ({}) {}", item.mark, item.text),
    };
    out.push_str(line.trim_end());
    out.push('\n');
    for line in &item.more {
        out.push_str(format!("{pad}  {line}").trim_end());
        out.push('\n');
    }
    item.children
        .iter()
        .for_each(|it| criterion(it, depth + 1, out));
}

/// What stands in a box.
enum Mark {
    Open,
    State(&'static str),
    Unknown,
}

fn mark(mark: char) -> Mark {
    match mark {
        ' ' => Mark::Open,
        'x' | 'X' => Mark::State("done"),
        '/' => Mark::State("in progress"),
        '-' | '~' => Mark::State("cancelled"),
        _ => Mark::Unknown,
    }
}
