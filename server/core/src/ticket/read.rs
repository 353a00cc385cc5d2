//! A ticket from its front matter: values of their kinds, and what is wrong with them.

use granit_parser::StructureStyle;
use rustc_hash::FxHashSet;

use super::field::{self, FIELDS, Invalid, Kind, nearest};
use super::write::{self, Place};
use super::{Field, Ticket};
use crate::config::Config;
use crate::finding::Problem;
use crate::page::yaml::{self, Data, Document, Entry, Node};
use crate::rules::RuleId;
use crate::span::{Span, Spanned};

/// Reads the YAML in `within` into `ticket`; gives its comments.
pub(super) fn read(
    text: &str,
    within: Span,
    config: &Config,
    ticket: &mut Ticket,
    problems: &mut Vec<Problem>,
) -> Vec<Span> {
    let mut reader = Reader {
        text,
        config,
        ticket,
        problems,
        seen: FxHashSet::default(),
    };
    match yaml::read(text, within) {
        Ok(document) => reader.document(document, within),
        Err(error) => reader.broken(&error, within),
    }
}

struct Reader<'a> {
    text: &'a str,
    config: &'a Config,
    ticket: &'a mut Ticket,
    problems: &'a mut Vec<Problem>,
    /// Keys so far.
    seen: FxHashSet<String>,
}

impl Reader<'_> {
    fn problem(&mut self, rule: RuleId, span: Span, message: String, replacements: Vec<String>) {
        self.problems.push(Problem {
            rule,
            span,
            message,
            replacements,
        });
    }

    fn document(&mut self, document: Document, within: Span) -> Vec<Span> {
        match document.root.map(|it| (it.span, it.data)) {
            Some((_, Data::Mapping { entries, .. })) => {
                entries.iter().for_each(|it| self.entry(it));
            }
            Some((_, Data::Null)) | None => {}
            Some((span, _)) => {
                let message = "The front matter must be a YAML mapping: lines of `key: value`.";
                let line = first_line(self.text, span, within);
                self.problem(
                    RuleId::MalformedTicket,
                    line,
                    message.to_owned(),
                    Vec::new(),
                );
            }
        }
        document.comments
    }

    /// Reads what can be read of front matter that as a whole is no YAML: each top-level key with
    /// its lines alone, so that a ticket keeps its id while another line is being typed.
    fn broken(&mut self, error: &yaml::Invalid, within: Span) -> Vec<Span> {
        let mut comments = Vec::new();
        let before = self.problems.len();
        if within.len() <= yaml::MAX_BYTES {
            for chunk in chunks(self.text, within) {
                match yaml::read(self.text, chunk) {
                    Ok(document) => comments.extend(self.document(document, chunk)),
                    Err(error) => self.broken_entry(&error, chunk),
                }
            }
        }
        let told = self.problems[before..]
            .iter()
            .any(|it| it.rule == RuleId::MalformedTicket);
        if !told {
            let at = line_at(self.text, error.at, within);
            let message = format!("The front matter is no YAML: {}.", error.message);
            self.problem(RuleId::MalformedTicket, at, message, Vec::new());
        }
        comments
    }

    fn broken_entry(&mut self, error: &yaml::Invalid, chunk: Span) {
        let line = line_at(self.text, chunk.start as usize, chunk);
        let single = chunk.end as usize <= line.end as usize + 2;
        let entry = &self.text[line.range()];
        let message = format!("The front matter is no YAML here: {}.", error.message);
        let Some((key, value)) = entry.split_once(':').filter(|_| single) else {
            let at = line_at(self.text, error.at, chunk);
            self.problem(RuleId::MalformedTicket, at, message, Vec::new());
            return;
        };
        let key_span = trimmed(line.start as usize, key);
        let value_span = trimmed(line.start as usize + key.len() + 1, value);
        let value = value.trim();
        // What begins as a list or in quotes is meant so and lacks its end.
        let text = !value.starts_with(['"', '\'', '[', '{', '|', '>', '&', '*', '!']);
        let (message, replacements) = match text {
            true => (
                format!("{message} Put the value in quotes."),
                vec![write::scalar(value, write::Style::Plain, Place::Block)],
            ),
            false => (message, Vec::new()),
        };
        self.problem(RuleId::MalformedTicket, value_span, message, replacements);
        let key = Spanned::new(key.trim().to_owned(), key_span);
        let known = field::kind(&key.value);
        if self.repeated(&key) {
            return;
        }
        // A title that lacks quotes still says what it says.
        if text && known == Some(Kind::Text) {
            let node = Node {
                data: Data::Scalar {
                    text: value.to_owned(),
                    style: granit_parser::ScalarStyle::Plain,
                },
                span: value_span,
                marks: yaml::Marks::default(),
            };
            self.value(&key.value, Kind::Text, &node);
        }
        self.ticket.keys.push(Field {
            key,
            value: value_span,
        });
    }

    fn repeated(&mut self, key: &Spanned<String>) -> bool {
        let repeated = !self.seen.insert(key.value.clone());
        if repeated {
            let message = format!("`{}` stands here twice; the first one counts.", key.value);
            self.problem(RuleId::MalformedTicket, key.span, message, Vec::new());
        }
        repeated
    }

    fn entry(&mut self, entry: &Entry) {
        let Some(key) = entry.key.text() else {
            let message = "Nothing reads a key that is no plain word.".to_owned();
            self.problem(RuleId::UnknownField, entry.key.span, message, Vec::new());
            return;
        };
        let key = Spanned::new(key.to_owned(), entry.key.span);
        if self.repeated(&key) {
            return;
        }
        match field::kind(&key.value) {
            Some(kind) => self.value(&key.value, kind, &entry.value),
            None if self.config.fields.contains(&key.value) => {}
            None => self.unknown(&key),
        }
        self.ticket.keys.push(Field {
            key,
            value: entry.value.span,
        });
    }

    fn unknown(&mut self, key: &Spanned<String>) {
        let own = self.config.fields.iter().map(|it| &**it);
        let names: Vec<&str> = FIELDS.iter().map(|it| it.0).chain(own).collect();
        let mut nearest = nearest(&key.value, &names);
        nearest.truncate(3);
        let message = match nearest.first() {
            Some(name) => format!("Nothing reads `{}`; is `{name}` meant?", key.value),
            None => format!("Nothing reads `{}`.", key.value),
        };
        self.problem(RuleId::UnknownField, key.span, message, nearest);
    }

    fn invalid(&mut self, span: Span, invalid: Invalid, place: Place) {
        let replacements = invalid
            .nearest
            .iter()
            .map(|it| write::typed(it, place))
            .collect();
        self.problem(RuleId::InvalidField, span, invalid.message, replacements);
    }

    fn value(&mut self, name: &str, kind: Kind, node: &Node) {
        match kind {
            Kind::Any if name == "from" => self.ticket.from = yaml::words(node),
            Kind::Any if name == "executor" => {
                self.ticket.executor = yaml::words(node).into_iter().next();
            }
            Kind::Any => {}
            Kind::Texts | Kind::Ids => self.list(name, kind, node),
            _ => self.single(name, node),
        }
    }

    fn single(&mut self, name: &str, node: &Node) {
        let text = match (&node.resolved().data, node.text()) {
            (Data::Null, _) => return,
            (_, Some(text)) => text,
            (_, None) => {
                let message = match &node.data {
                    Data::Alias(_) => format!("`{name}` refers to an anchor that cannot be read."),
                    _ => format!("`{name}` must be a single value."),
                };
                let nearest = self.only_item(node);
                self.invalid(node.span, Invalid { message, nearest }, Place::Block);
                return;
            }
        };
        let field = field::Field {
            name,
            config: self.config,
        };
        let trimmed = text.trim();
        let said = Spanned::new(trimmed.to_owned(), self.shown(node));
        if trimmed.is_empty() {
            return;
        }
        let mut refused = None;
        let ticket = &mut *self.ticket;
        match name {
            "id" => {
                refused = field.id(trimmed).err();
                // Even an odd id is one: references to it lead here.
                ticket.id = Some(said);
            }
            "title" => ticket.title = Some(said),
            "status" => {
                refused = field.status(trimmed).err();
                ticket.status = Some(said);
            }
            "priority" => ticket.priority = taken(field.priority(trimmed), node, &mut refused),
            "type" => ticket.kind = Some(said),
            "milestone" => ticket.milestone = Some(said),
            "parent" => {
                ticket.parent = taken(field.id(trimmed).map(|()| said.value), node, &mut refused);
            }
            "due" => ticket.due = taken(field.date(trimmed), node, &mut refused),
            "created" => ticket.created = taken(field.date(trimmed), node, &mut refused),
            "estimate" => ticket.estimate = taken(field.number(trimmed), node, &mut refused),
            "github" => ticket.github = taken(field.issue(trimmed), node, &mut refused),
            _ => {}
        }
        if let Some(refused) = refused {
            self.invalid(node.span, refused, Place::Block);
        }
    }

    /// A node's place without the line breaks that a block scalar ends with.
    fn shown(&self, node: &Node) -> Span {
        let len = self.text[node.span.range()].trim_end().len();
        let start = node.span.start as usize;
        Span::new(start, start + len)
    }

    /// The one word in a list where a single value belongs.
    fn only_item(&self, node: &Node) -> Vec<String> {
        match &node.resolved().data {
            Data::Sequence { items, style } if items.len() == 1 => match style {
                StructureStyle::Flow => items[0].text().map(str::to_owned).into_iter().collect(),
                StructureStyle::Block => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn list(&mut self, name: &str, kind: Kind, node: &Node) {
        let mut values = Vec::new();
        match &node.resolved().data {
            Data::Null => {}
            Data::Scalar { text, .. } if text.contains(',') => {
                let words = field::split(text);
                let rendered = write::flow_list(&words);
                let message = format!("`{name}` must be a list, such as `{rendered}`.");
                self.problem(RuleId::InvalidField, node.span, message, vec![rendered]);
                values.extend(words.into_iter().map(|it| Spanned::new(it, node.span)));
            }
            Data::Scalar { text, .. } if text.trim().is_empty() => {}
            Data::Scalar { text, .. } => {
                values.push(Spanned::new(text.trim().to_owned(), node.span));
            }
            Data::Sequence { items, .. } => {
                for item in items {
                    // The items of an alias stand elsewhere; what is said of them is said here.
                    let span = match node.data {
                        Data::Alias(_) => node.span,
                        _ => item.span,
                    };
                    match item.text().map(str::trim) {
                        Some("") | None if matches!(item.data, Data::Null) => {}
                        Some("") => {}
                        Some(text) => values.push(Spanned::new(text.to_owned(), span)),
                        None => {
                            let message = format!(
                                "Each of `{name}` must be a single value, not a list or mapping."
                            );
                            self.problem(RuleId::InvalidField, span, message, Vec::new());
                        }
                    }
                }
            }
            Data::Mapping { .. } | Data::Alias(_) => {
                let example = match kind {
                    Kind::Ids => format!("[{}-7k3f]", self.config.prefix),
                    _ => "[one, two]".to_owned(),
                };
                let message = format!("`{name}` must be a list, such as `{example}`.");
                self.problem(RuleId::InvalidField, node.span, message, Vec::new());
            }
        }
        if kind == Kind::Ids {
            let field = field::Field {
                name,
                config: self.config,
            };
            let wrong: Vec<_> = values
                .iter()
                .filter_map(|it| Some((it.span, field.id(&it.value).err()?)))
                .collect();
            for (span, refused) in wrong {
                self.invalid(span, refused, Place::Flow);
            }
        }
        match name {
            "labels" => self.ticket.labels = values,
            "assignees" => self.ticket.assignees = values,
            "depends-on" => self.ticket.depends_on = values,
            _ => {}
        }
    }
}

fn taken<T>(
    read: Result<T, Invalid>,
    node: &Node,
    refused: &mut Option<Invalid>,
) -> Option<Spanned<T>> {
    match read {
        Ok(value) => Some(Spanned::new(value, node.span)),
        Err(invalid) => {
            *refused = Some(invalid);
            None
        }
    }
}

/// Parts front matter before each line that begins a top-level key.
fn chunks(text: &str, within: Span) -> Vec<Span> {
    let mut chunks = Vec::new();
    let mut start = within.start as usize;
    let mut at = start;
    for line in text[within.range()].split_inclusive('\n') {
        let begins = line
            .starts_with(|it: char| !it.is_whitespace() && !matches!(it, '#' | '-' | ']' | '}'));
        if begins && at > start {
            chunks.push(Span::new(start, at));
            start = at;
        }
        at += line.len();
    }
    chunks.push(Span::new(start, within.end as usize));
    chunks
}

/// The line that holds `at`, without blanks around it, within bounds.
fn line_at(text: &str, at: usize, within: Span) -> Span {
    let mut at = at.clamp(within.start as usize, within.end as usize);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let head = &text[within.start as usize..at];
    let start = at - head.len() + head.rfind(['\n', '\r']).map_or(0, |it| it + 1);
    let rest = &text[start..within.end as usize];
    let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    trimmed(start, &rest[..end])
}

fn first_line(text: &str, span: Span, within: Span) -> Span {
    line_at(text, span.start as usize, within)
}

/// The place of a piece that begins at `start`, blanks around it excluded.
fn trimmed(start: usize, piece: &str) -> Span {
    let head = piece.len() - piece.trim_start().len();
    Span::new(start + head, start + head + piece.trim().len())
}
