//! What stands between a TODO's keyword and its text: `!`s, references, conditions, colon.

use crate::finding::Problem;
use crate::rules::RuleId;
use crate::span::{Span, Spanned};
use crate::todo::condition::{self, ReadCondition};
use crate::todo::reference::{self, Read};
use crate::todo::words::Word;
use crate::todo::{Condition, Reference};

use super::Place;

/// Everything between keyword and text. Places are those of the line.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    pub(super) urgency: u8,
    pub(super) insert_at: usize,
    pub(super) references: Vec<Spanned<Reference>>,
    pub(super) conditions: Vec<Spanned<Condition>>,
    pub(super) problems: Vec<Problem>,
    /// Where the text may begin.
    pub(super) end: usize,
    /// Where the last thing that is no space ends.
    pub(super) solid: usize,
}

impl Header {
    /// Whether it says nothing beyond its keyword.
    pub(super) fn is_bare(&self) -> bool {
        self.urgency == 0
            && self.references.is_empty()
            && self.conditions.is_empty()
            && self.problems.is_empty()
    }
}

/// Reads the header of a keyword; `None` where the keyword does not count there.
pub(super) fn header(
    content: &str,
    word: &Word<'_>,
    place: &Place,
    prefix: &str,
) -> Option<Header> {
    let mut reading = Reading {
        content,
        prefix,
        at: word.end,
        header: Header::default(),
    };
    reading.bangs(place);
    reading.header.insert_at = reading.at;
    reading.header.solid = reading.at;
    reading.stars(place.stars);
    let opened = content[reading.at..].starts_with('(');
    if !place.first && !opened && reading.colon_at(reading.at).is_none() {
        return None;
    }
    reading.groups(place);
    if !place.first && opened && reading.header.solid == reading.header.insert_at {
        return None;
    }
    reading.bare_references(Before::Colon);
    if let Some(end) = reading.colon_at(reading.at) {
        reading.advance(end);
        reading.stars(place.stars);
        reading.bare_references(Before::Text);
        if !reading.header.references.is_empty()
            && let Some(end) = reading.colon_at(reading.at)
        {
            reading.advance(end);
        }
    }
    reading.header.end = reading.at;
    Some(reading.header)
}

/// Where references without parentheses stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Colon,
    Text,
}

struct Reading<'a> {
    content: &'a str,
    prefix: &'a str,
    at: usize,
    header: Header,
}

impl Reading<'_> {
    fn rest(&self) -> &str {
        &self.content[self.at..]
    }

    fn advance(&mut self, to: usize) {
        self.at = to;
        self.header.solid = to;
    }

    /// The first place from `at` on that is no space.
    fn skip_spaces(&self, at: usize) -> usize {
        self.content.len() - self.content[at..].trim_start().len()
    }

    /// `!`, `!!`, `!!!` at once behind the keyword, or after one space where they are all of a word.
    fn bangs(&mut self, place: &Place) {
        let gap = usize::from(place.first && self.rest().starts_with(' '));
        let rest = &self.rest()[gap..];
        let count = rest.len() - rest.trim_start_matches('!').len();
        let alone = rest[count..]
            .chars()
            .next()
            .is_none_or(|it| it.is_whitespace() || ":([*".contains(it));
        if count > 0 && alone {
            self.header.urgency = count.min(3) as u8;
            self.at += gap + count;
        }
    }

    fn stars(&mut self, count: usize) {
        let found = self.rest().bytes().take_while(|it| *it == b'*').count();
        if count > 0 && found == count {
            self.at += count;
        }
    }

    /// Where a colon that stands at `at`, spaces apart, ends. `::` and `:=` are code.
    fn colon_at(&self, at: usize) -> Option<usize> {
        let at = self.skip_spaces(at);
        let rest = &self.content[at..];
        let tail = match rest.strip_prefix(':') {
            Some(tail) if tail.starts_with([':', '=']) => return None,
            Some(tail) => tail,
            None => rest.strip_prefix('\u{ff1a}')?,
        };
        Some(self.content.len() - tail.len())
    }

    fn groups(&mut self, place: &Place) {
        let mut after_references = false;
        loop {
            let at = match place.first || after_references {
                true => self.skip_spaces(self.at),
                false => self.at,
            };
            let rest = &self.content[at..];
            let read = match () {
                () if rest.starts_with('(') => self.parentheses(at, place),
                () if rest.starts_with('[') => self.brackets(at),
                () => None,
            };
            let Some(end) = read else {
                return;
            };
            after_references = true;
            self.advance(end);
            let bangs = self.rest().bytes().take_while(|it| *it == b'!').count();
            if bangs > 0 && self.colon_at(self.at + bangs).is_some() {
                self.header.urgency = self.header.urgency.max(bangs.min(3) as u8);
                self.at += bangs;
            }
        }
    }

    /// Reads the parentheses that open at `open`; the place after them, or `None` where they are text.
    fn parentheses(&mut self, open: usize, place: &Place) -> Option<usize> {
        let Some(close) = closing(self.content, open, ('(', ')')) else {
            return self.unclosed(open);
        };
        let mut found = Vec::new();
        let mut text = false;
        for (at, item) in items(self.content, open + 1, close) {
            match reference::read(item, self.prefix) {
                Read::Not if item.contains(char::is_whitespace) => {
                    text |= !self.words(at, item, &mut found);
                }
                read => found.push((at, item, read)),
            }
        }
        let sure = found.iter().any(|it| matches!(it.2, Read::Sure(_)));
        let bare = found.iter().any(|it| matches!(it.2, Read::Bare(_)));
        text |= found.iter().any(|it| it.2 == Read::Not);
        let adjacent = open == self.at;
        // `TODO (later, perhaps) tidy` is prose; `TODO (ana): tidy` names Ana.
        let prose = !adjacent && bare && self.colon_at(close + 1).is_none();
        let empty = found.is_empty() && (!place.first || !adjacent);
        if text && !sure || prose || empty {
            return None;
        }
        for (at, item, read) in found {
            self.take(at, item, read);
        }
        Some(close + 1)
    }

    /// Reads the words of one item; whether they are references.
    fn words<'b>(&self, at: usize, item: &'b str, found: &mut Vec<(usize, &'b str, Read)>) -> bool {
        let words: Vec<(usize, &str, Read)> = item
            .split_whitespace()
            .map(|word| {
                let at = at + (word.as_ptr() as usize - item.as_ptr() as usize);
                (at, word, reference::read(word, self.prefix))
            })
            .collect();
        let own = |read: &Read| matches!(read, Read::Sure(_) | Read::Malformed { .. });
        if !words.iter().any(|it| own(&it.2)) {
            return false;
        }
        let all = words.iter().all(|it| it.2 != Read::Not);
        found.extend(words.into_iter().filter(|it| all || own(&it.2)));
        true
    }

    /// A parenthesis that never closes: only an own reference behind it is worth telling.
    fn unclosed(&mut self, open: usize) -> Option<usize> {
        let rest = &self.content[open + 1..];
        let word = rest.split([' ', '\t', ',', ':']).next()?;
        let Read::Sure(reference) = reference::read(word, self.prefix) else {
            return None;
        };
        let end = open + 1 + word.len();
        self.problem(
            open,
            end,
            "the parenthesis is not closed on this line".to_owned(),
            Some(format!("({word})")),
        );
        self.reference(open + 1, word, reference);
        Some(end)
    }

    /// Reads the brackets that open at `open`; the place after them, or `None` where they are text.
    fn brackets(&mut self, open: usize) -> Option<usize> {
        let close = closing(self.content, open, ('[', ']'))?;
        // A Markdown link.
        if self.content[close + 1..].starts_with('(') {
            return None;
        }
        let found: Vec<_> = items(self.content, open + 1, close)
            .map(|(at, item)| (at, item, condition::read(item, self.prefix)))
            .collect();
        if found.iter().all(|it| it.2 == ReadCondition::Not) {
            return None;
        }
        for (at, item, read) in found {
            let end = at + item.len();
            match read {
                ReadCondition::Condition(condition) => self
                    .header
                    .conditions
                    .push(Spanned::new(condition, Span::new(at, end))),
                ReadCondition::Malformed {
                    message,
                    replacement,
                } => self.problem(at, end, message, replacement),
                ReadCondition::Not => self.problem(
                    at,
                    end,
                    format!("`{item}` is no condition: a date, a version such as `>=2.0.0`, a ticket or an issue is"),
                    None,
                ),
            }
        }
        Some(close + 1)
    }

    /// References without parentheses: `TODO #123: text`, `TODO: #123 text`, `TODO @ana: text`.
    fn bare_references(&mut self, before: Before) {
        loop {
            let at = self.skip_spaces(self.at);
            let rest = &self.content[at..];
            let token = rest.split([' ', '\t', ',']).next().unwrap_or_default();
            let word = token.trim_end_matches([':', '.', ';', '\u{ff1a}']);
            let end = at + word.len();
            let colon = before == Before::Colon && self.colon_at(end).is_some();
            match reference::read(word, self.prefix) {
                Read::Sure(it @ (Reference::Ticket(_) | Reference::Issue { .. })) => {
                    self.reference(at, word, it);
                }
                Read::Sure(it @ Reference::User(_)) if colon => self.reference(at, word, it),
                Read::Malformed {
                    message,
                    replacement,
                } if colon && is_meant(word, self.prefix) => {
                    self.problem(at, end, message, replacement);
                }
                _ => return,
            }
            self.advance(end);
            match self.rest().strip_prefix(',') {
                Some(rest) if rest.starts_with(char::is_whitespace) => self.at += 1,
                _ if token.len() > word.len() => {
                    // A colon is the caller's; a full stop ends the reference.
                    if !self.rest().starts_with([':', '\u{ff1a}']) {
                        self.advance(end + 1);
                    }
                    return;
                }
                _ => {}
            }
        }
    }

    fn take(&mut self, at: usize, item: &str, read: Read) {
        match read {
            Read::Sure(reference) | Read::Bare(reference) => self.reference(at, item, reference),
            Read::Malformed {
                message,
                replacement,
            } => self.problem(at, at + item.len(), message, replacement),
            Read::Not => self.reference(at, item, Reference::External(item.to_owned())),
        }
    }

    fn reference(&mut self, at: usize, word: &str, reference: Reference) {
        let span = Span::new(at, at + word.len());
        self.header.references.push(Spanned::new(reference, span));
    }

    fn problem(&mut self, start: usize, end: usize, message: String, replacement: Option<String>) {
        self.header.problems.push(Problem {
            rule: RuleId::MalformedTodo,
            span: Span::new(start, end),
            message,
            replacements: replacement.into_iter().collect(),
        });
    }
}

/// Whether a word without parentheses is plainly meant as a ticket or issue: `#if` is not.
fn is_meant(word: &str, prefix: &str) -> bool {
    let own = word
        .get(..prefix.len())
        .is_some_and(|it| it.eq_ignore_ascii_case(prefix));
    own || word.starts_with('#') && word[1..].starts_with(|it: char| it.is_ascii_digit())
}

/// The place of the bracket that closes the one at `open`.
fn closing(content: &str, open: usize, (left, right): (char, char)) -> Option<usize> {
    let mut depth = 0_usize;
    content[open..].char_indices().find_map(|(at, c)| {
        if c == left {
            depth += 1;
        } else if c == right {
            depth -= 1;
        }
        (depth == 0).then_some(open + at)
    })
}

/// What commas separate, with places, without spaces around it.
fn items(content: &str, start: usize, end: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = start;
    content[start..end].split(',').filter_map(move |part| {
        let from = at + part.len() - part.trim_start().len();
        at += part.len() + 1;
        let item = part.trim();
        (!item.is_empty()).then_some((from, item))
    })
}
