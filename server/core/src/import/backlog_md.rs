//! Tickets of Backlog.md: one Markdown file each, with front matter and marked sections.

use rustc_hash::FxHashMap;

use super::front::{self, Entry, Value};
use super::items::Verbatim;
use super::{
    Foreign, Refusal, Shelf, Skipped, Source, SourceFile, body, kept, line_of, state, tell_apart,
};
use crate::ticket::field;
use crate::world::paths;

/// Keys without which a page with an id is not taken for a ticket of this tool.
const SIGNS: [&str; 6] = [
    "status",
    "created_date",
    "assignee",
    "dependencies",
    "labels",
    "parent_task_id",
];

/// Folders of the tool whose pages are no tickets.
const PAGES: [(&str, &str); 3] = [
    (
        "milestones",
        "a milestone: tickets have its name, the page stays where it is",
    ),
    (
        "decisions",
        "a decision is no ticket, the page stays where it is",
    ),
    (
        "docs",
        "a document is no ticket, the page stays where it is",
    ),
];

pub(super) fn read(files: &[SourceFile]) -> Result<Source, Refusal> {
    let mut source = Source::default();
    let milestones = milestones(files);
    for file in files.iter().filter(|it| it.path.ends_with(".md")) {
        let folders: Vec<&str> = paths::folder(&file.path).split('/').collect();
        let page = PAGES.iter().find(|it| folders.contains(&it.0));
        match (page, front::read(file)?) {
            (Some((_, why)), _) => source.skipped.push(Skipped::file(file, *why)),
            (None, None) => {
                let why = "no ticket: it has no front matter";
                source.skipped.push(Skipped::file(file, why));
            }
            (None, Some(front)) => {
                let has = |key: &str| front.entries.iter().any(|it| it.key == key);
                if !(has("id") && has("title") && SIGNS.iter().any(|it| has(it))) {
                    let why = "no ticket: its front matter has no `id`, `title` and `status`";
                    source.skipped.push(Skipped::file(file, why));
                    continue;
                }
                check_sections(file, front.body_at)?;
                let mut ticket = ticket(&front.entries, front.body, &milestones);
                ticket.file.clone_from(&file.path);
                ticket.is_all_of.push(file.path.clone());
                put_away(&folders, &mut ticket);
                source.tickets.push(ticket);
            }
        }
    }
    resolve_old_prefixes(&mut source.tickets);
    tell_apart(&mut source.tickets);
    Ok(source)
}

/// Milestones' titles by their ids.
fn milestones(files: &[SourceFile]) -> FxHashMap<String, String> {
    let of_milestones = |it: &&SourceFile| paths::folder(&it.path).ends_with("milestones/");
    let read = |file: &SourceFile| {
        let front = front::read(file).ok()??;
        let get = |key: &str| {
            let entry = front.entries.iter().find(|it| it.key == key)?;
            Some(entry.value.text()?.to_owned())
        };
        Some((get("id")?, get("title")?))
    };
    files
        .iter()
        .filter(of_milestones)
        .filter_map(read)
        .collect()
}

/// What the tool has put away stays out of the way; what it archived unfinished was given up.
fn put_away(folders: &[&str], ticket: &mut Foreign) {
    let is_closed = ticket.status.as_deref().is_some_and(state::is_closed);
    let is_in = |folder: &str| folders.contains(&folder);
    if is_in("archive") && !is_closed {
        let was = ticket.status.replace("cancelled".to_owned());
        let was = was.map(|it| kept::text_entry("status", &it));
        ticket.kept.extend(was);
    }
    if is_in("archive") || (is_in("completed") && is_closed) {
        ticket.shelf = Shelf::Archive;
    }
    if is_in("drafts") {
        ticket.labels.push("draft".to_owned());
    }
}

fn ticket(entries: &[Entry<'_>], text: &str, milestones: &FxHashMap<String, String>) -> Foreign {
    let mut ticket = Foreign::default();
    for entry in entries {
        match taken(&mut ticket, entry, milestones) {
            true => ticket.kept.extend(comments(entry)),
            // What has nothing in it says nothing.
            false if matches!(entry.value, Value::Nothing) && !entry.raw.contains('#') => {}
            false => ticket.kept.push(with_break(entry.raw)),
        }
    }
    ticket.body = text_of(text);
    ticket
}

/// Puts an entry into its field; false where it has none.
fn taken(ticket: &mut Foreign, entry: &Entry<'_>, milestones: &FxHashMap<String, String>) -> bool {
    let Some(texts) = entry.value.texts() else {
        return false;
    };
    let one = texts.first().cloned().unwrap_or_default();
    let people = || texts.iter().map(|it| it.trim_start_matches('@').to_owned());
    match entry.key.as_str() {
        "id" => {
            ticket.key.clone_from(&one);
            ticket.id = Some(one);
        }
        "title" => ticket.title = one,
        "status" => ticket.status = Some(one),
        "priority" => {
            ticket.priority = state::priority(&one);
            return one.is_empty() || ticket.priority.is_some();
        }
        "type" if texts.len() == 1 => ticket.kind = Some(one),
        "labels" => ticket.labels = texts,
        "assignee" | "assignees" => ticket.assignees = people().collect(),
        "milestone" if !one.is_empty() => {
            let title = milestones.get(&one).cloned();
            let is_named = title.is_some();
            ticket.milestone = Some(title.unwrap_or(one));
            // The id of a milestone whose name is taken says something still.
            return !is_named;
        }
        "parent_task_id" | "parent" if !one.is_empty() => ticket.parent = Some(one),
        "dependencies" => ticket.depends_on = texts,
        "due" | "due_date" => {
            ticket.due = field::day(&one);
            return ticket.due.is_some();
        }
        "created_date" | "created" => {
            ticket.created = one.get(..10).and_then(field::day);
            // A ticket is created on a day; the time of it is kept.
            return one.len() == 10 && ticket.created.is_some();
        }
        "updated_date" | "updated" if !one.is_empty() => ticket.updated = Some(one),
        _ => return texts.iter().all(|it| it.trim().is_empty()),
    }
    true
}

/// What is said beside a value that has its field.
fn comments(entry: &Entry<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for line in entry.raw.lines() {
        let is_comment = line.trim_start().starts_with('#');
        let said = line.rsplit_once(" #").map(|it| it.1);
        match said {
            _ if is_comment => lines.push(format!("{line}\n")),
            Some(said)
                if entry.value.texts().is_some_and(|texts| {
                    !texts
                        .iter()
                        .any(|it| it.contains(&format!("#{said}")) || it.ends_with(said))
                }) =>
            {
                lines.push(format!("# {}:{said}\n", entry.key));
            }
            _ => {}
        }
    }
    lines
}

fn with_break(raw: &str) -> String {
    format!("{}\n", raw.trim_end())
}

/// Every marked section that begins ends: else the file has been cut.
fn check_sections(file: &SourceFile, body_at: usize) -> Result<(), Refusal> {
    // A fence that nobody closed hides the ends of sections, and is no cut.
    let inside = unclosed(&file.text, body_at, in_fence);
    let Some((name, at)) = inside.and_then(|_| unclosed(&file.text, body_at, |_, _| false)) else {
        return Ok(());
    };
    Err(Refusal::cut(
        file,
        line_of(&file.text, at),
        format!("its section `{name}` begins here and does not end: there is no `{name}:END`"),
    ))
}

/// The last section that begins and does not end, and where.
fn unclosed(
    text: &str,
    mut at: usize,
    passes: fn(&mut Verbatim, &str) -> bool,
) -> Option<(&str, usize)> {
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut verbatim = Verbatim::default();
    for line in text[at..].split_inclusive('\n') {
        let passes = passes(&mut verbatim, line);
        match marker(line).filter(|_| !passes) {
            Some((name, Edge::Begin)) => open.push((name, at)),
            Some((name, Edge::End)) => open.retain(|it| it.0 != name),
            None => {}
        }
        at += line.len();
    }
    open.pop()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    Begin,
    End,
}

/// Whether a line stands in a fence, where a marker is an example.
fn in_fence(verbatim: &mut Verbatim, line: &str) -> bool {
    let was = verbatim.is_fenced();
    verbatim.takes(line);
    was || verbatim.is_fenced()
}

/// The name and the edge in a line `<!-- SECTION:NOTES:BEGIN -->`.
fn marker(line: &str) -> Option<(&str, Edge)> {
    let inner = line
        .trim()
        .strip_prefix("<!--")?
        .strip_suffix("-->")?
        .trim();
    let (name, edge) = inner.rsplit_once(':')?;
    let fits = |it: u8| it.is_ascii_uppercase() || matches!(it, b'_' | b':');
    let edge = match edge {
        "BEGIN" => Edge::Begin,
        "END" => Edge::End,
        _ => return None,
    };
    (!name.is_empty() && name.bytes().all(fits)).then_some((name, edge))
}

/// The text without the tool's markers, criteria without their numbers, and what it describes
/// without a heading where that comes first: there docket looks for it.
fn text_of(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut verbatim = Verbatim::default();
    let mut position = 0;
    let mut comments: Option<Comment> = None;
    let mut first = true;
    for line in text.lines() {
        let fenced = in_fence(&mut verbatim, line);
        if !fenced && let Some((name, edge)) = marker(line) {
            position = 0;
            if name == "COMMENTS" {
                comments = (edge == Edge::Begin).then(Comment::default);
            }
            // A list that followed its marker needs a blank line to stand apart from the heading.
            if edge == Edge::Begin && out.last().is_some_and(|it| it.starts_with('#')) {
                out.push(String::new());
            }
            continue;
        }
        if !fenced && let Some(comment) = &mut comments {
            out.extend(comment.line(line));
            continue;
        }
        let is_blank = line.trim().is_empty();
        if first && !is_blank {
            first = false;
            if line.trim_end() == "## Description" {
                continue;
            }
        }
        if line.starts_with('#') {
            position = 0;
        }
        match super::items::item(line).filter(|_| !fenced) {
            Some(_) => {
                position += 1;
                out.push(line.replacen(&format!("] #{position} "), "] ", 1));
            }
            None if !fenced && is_blank && out.last().is_none_or(|it| it.trim().is_empty()) => {}
            None => out.push(line.to_owned()),
        }
    }
    let mut text = body::Body::default();
    text.push(&out.join("\n"));
    text.into_text()
}

/// The head of a comment as it is read: lines `author: @ana` and `created: 2026-07-04 14:05`, then
/// `---`; another `---` ends the comment.
#[derive(Default)]
struct Comment {
    head: Vec<String>,
    is_text: bool,
}

impl Comment {
    /// The lines that a line of the tool's becomes.
    fn line(&mut self, line: &str) -> Vec<String> {
        let is_rule = line.trim_end() == "---";
        match line.split_once(": ") {
            _ if is_rule && self.head.is_empty() => {
                self.is_text = false;
                vec![String::new()]
            }
            _ if is_rule => {
                self.is_text = true;
                let head = std::mem::take(&mut self.head);
                vec![format!("**{}**", head.join(", ")), String::new()]
            }
            Some(("author" | "created", value)) if !self.is_text => {
                self.head.push(value.trim().to_owned());
                Vec::new()
            }
            _ => vec![line.to_owned()],
        }
    }
}

/// The tool lets a project change its prefix and leaves old references as they are: `task-24.1` is
/// `BACK-24.1` where no ticket is called that. Zeros in front of a number do not count.
fn resolve_old_prefixes(tickets: &mut [Foreign]) {
    let number = |id: &str| -> Option<String> {
        let number = id.rsplit_once('-').map_or(id, |it| it.1);
        let parts = number.split('.').map(|it| it.parse::<u32>().ok());
        let parts = parts.collect::<Option<Vec<_>>>()?;
        Some(format!("{parts:?}"))
    };
    let mut by_number: FxHashMap<String, Vec<String>> = FxHashMap::default();
    for ticket in tickets.iter() {
        if let Some(number) = number(&ticket.key) {
            by_number
                .entry(number)
                .or_default()
                .push(ticket.key.clone());
        }
    }
    let known: Vec<String> = tickets.iter().map(|it| it.key.to_lowercase()).collect();
    let known: rustc_hash::FxHashSet<String> = known.into_iter().collect();
    let resolved = |id: &mut String| {
        if known.contains(&id.to_lowercase()) {
            return;
        }
        let found = number(id).and_then(|it| by_number.get(&it));
        if let Some([one]) = found.map(Vec::as_slice) {
            id.clone_from(one);
        }
    };
    for ticket in tickets.iter_mut() {
        ticket.depends_on.iter_mut().for_each(resolved);
        ticket.parent.iter_mut().for_each(resolved);
    }
}
