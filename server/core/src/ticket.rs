//! A ticket: one Markdown file with YAML front matter.

pub mod draft;
pub mod edit;
pub mod field;
pub mod format;
pub mod note;
mod read;
pub mod template;
mod write;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::finding::Problem;
use crate::page::front::{self, End};
use crate::page::{self, Page};
use crate::rules::RuleId;
use crate::span::{Span, Spanned};

/// All that one ticket file's text says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    pub ticket: Ticket,
    /// The body as a page; spans are of the whole file.
    pub page: Page,
    /// See [`page::Prose::mentions`]; the front matter's references are not among them.
    pub mentions: Vec<Spanned<String>>,
    /// YAML comments of the front matter and HTML comments of the body, markers included, in order.
    pub comments: Vec<Span>,
    pub(crate) plain: page::Plain,
    pub problems: Vec<Problem>,
}

/// A ticket as its file has it. A field that is absent or cannot be read is `None` or empty, and
/// the file's problems say why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: Option<Spanned<String>>,
    pub title: Option<Spanned<String>>,
    /// The written name, also where the configuration does not know it.
    pub status: Option<Spanned<String>>,
    pub priority: Option<Spanned<Priority>>,
    pub kind: Option<Spanned<String>>,
    pub labels: Vec<Spanned<String>>,
    pub assignees: Vec<Spanned<String>>,
    pub milestone: Option<Spanned<String>>,
    pub parent: Option<Spanned<String>>,
    pub depends_on: Vec<Spanned<String>>,
    pub due: Option<Spanned<Date>>,
    pub estimate: Option<Spanned<f64>>,
    pub github: Option<Spanned<u64>>,
    pub created: Option<Spanned<Date>>,
    /// What it was derived from, as it is written; see [`crate::lineage`].
    pub from: Vec<Spanned<String>>,
    /// Who is to carry it out, where that is no person: an agent's name.
    pub executor: Option<Spanned<String>>,
    /// All keys in their order, with the spans of key and value: what completion and edits go by.
    pub keys: Vec<Field>,
    /// Between the `---` lines; `None` where there is no front matter.
    pub front_matter: Option<Span>,
    /// After the front matter.
    pub body: Option<Span>,
    /// The body without the blank lines around it; `None` where nothing is left.
    pub content: Option<Span>,
    pub criteria: Vec<Criterion>,
    /// How the body begins, as Markdown, up to its first heading or some lines; what a hover shows.
    pub excerpt: String,
}

/// One front-matter key with its value's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub key: Spanned<String>,
    pub value: Span,
}

/// One task item under a heading `Acceptance criteria`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    pub done: bool,
    pub text: String,
    /// The `[ ]` or `[x]`.
    pub marker: Span,
    pub span: Span,
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    Low,
    Medium,
    High,
    Critical,
}

/// The heading whose task items are a ticket's acceptance criteria.
const CRITERIA: &str = "acceptance criteria";

/// Longest excerpt of a body.
const MAX_EXCERPT: usize = 600;
const MAX_EXCERPT_LINES: usize = 10;

/// Reads a ticket file. Never fails: what cannot be read is a problem.
pub fn parse(text: &[u8], config: &Config) -> Parsed {
    let source = page::as_str(text);
    let parts = front::parts(text);
    let mut parsed = Parsed::default();
    let (ticket, problems) = (&mut parsed.ticket, &mut parsed.problems);
    let malformed = |span, message: &str| Problem {
        rule: RuleId::MalformedTicket,
        span,
        message: message.to_owned(),
        replacements: Vec::new(),
    };
    ticket.body = Some(parts.body);
    match parts.front {
        None => {
            let body = &source[parts.body.range()];
            let line = body.lines().next().unwrap_or_default().trim_end();
            let start = parts.body.start as usize;
            problems.push(malformed(
                Span::new(start, start + line.len()),
                "A ticket begins with a line `---`, then YAML with its `id` and `title`, then `---`.",
            ));
        }
        Some(front) => {
            ticket.front_matter = Some(front.yaml);
            if front.end == End::Open {
                problems.push(malformed(
                    front.open,
                    "The front matter has no closing line `---`.",
                ));
            }
            parsed.comments = read::read(&source, front.yaml, config, ticket, problems);
            // Where the YAML is broken, that is the problem, not what could not be read for it.
            let broken = problems.iter().any(|it| it.rule == RuleId::MalformedTicket);
            for (name, absent) in [
                ("id", ticket.id.is_none()),
                ("title", ticket.title.is_none()),
            ] {
                let told = ticket.keys.iter().any(|key| {
                    key.key.value == name && problems.iter().any(|it| it.span == key.value)
                });
                if absent && !broken && !told {
                    problems.push(malformed(
                        front.open,
                        &format!("The ticket has no `{name}`."),
                    ));
                }
            }
        }
    }
    let (page, prose) = page::body(&source, parts.body);
    ticket.content = content(&source, parts.body);
    ticket.criteria = criteria(&page);
    ticket.excerpt = excerpt(&source[parts.body.range()]);
    parsed.page = page;
    parsed.mentions = prose.mentions;
    parsed.plain = prose.plain;
    parsed.comments.extend(prose.comments);
    parsed.problems.sort_by_key(|it| it.span);
    parsed
}

/// Whole lines before the first heading, few enough for a glance.
fn content(source: &str, body: Span) -> Option<Span> {
    let text = &source[body.range()];
    let first = text.len() - text.trim_start().len();
    // From the start of its line: what it is indented by is part of it.
    let line = text[..first].rfind(['\n', '\r']).map_or(0, |it| it + 1);
    let start = body.start as usize;
    let end = text.trim_end().len();
    (line < end).then(|| Span::new(start + line, start + end))
}

/// How a body begins: see [`Ticket::excerpt`].
pub(crate) fn excerpt(body: &str) -> String {
    let mut excerpt = String::new();
    let lines = body.trim_start().lines().take(MAX_EXCERPT_LINES);
    for line in lines.take_while(|it| !it.starts_with('#')) {
        if excerpt.len() + line.len() > MAX_EXCERPT {
            break;
        }
        excerpt.push_str(line.trim_end());
        excerpt.push('\n');
    }
    excerpt.truncate(excerpt.trim_end().len());
    excerpt
}

fn criteria(page: &Page) -> Vec<Criterion> {
    let mut criteria = Vec::new();
    for (idx, heading) in page.headings.iter().enumerate() {
        let text = heading.text.trim().trim_end_matches(':');
        if !text.eq_ignore_ascii_case(CRITERIA) {
            continue;
        }
        let next = page.headings[idx + 1..]
            .iter()
            .find(|it| it.level <= heading.level);
        let end = next.map_or(u32::MAX, |it| it.span.start);
        let section = heading.span.end..end;
        let tasks = page
            .tasks
            .iter()
            .filter(|it| section.contains(&it.span.start));
        criteria.extend(tasks.map(|it| Criterion {
            done: it.done,
            text: it.text.clone(),
            marker: it.marker,
            span: it.span,
        }));
    }
    criteria
}

#[cfg(test)]
mod tests;
