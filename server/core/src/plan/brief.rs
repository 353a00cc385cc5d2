//! What a brief says: items under headings that name what is wanted, open questions, users, data.

use super::Question;
use super::todos::Cluster;
use crate::lineage::{Digest, Source, Whole};
use crate::page::{self, Heading, Page, Plain};
use crate::span::Span;
use crate::ticket::Priority;

/// Longest title that is made of an item, in characters.
const MAX_TITLE: usize = 100;

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Brief {
    /// The page's own heading, unless it only says that it is a brief.
    pub(super) name: Option<String>,
    pub(super) items: Vec<Item>,
    pub(super) questions: Vec<Question>,
    pub(super) users: Vec<String>,
    /// The section that names them.
    pub(super) users_from: Option<(Source, Digest)>,
    pub(super) entities: Vec<Entity>,
    pub(super) entities_from: Option<(Source, Digest)>,
    /// The parts that it is built of, where somebody has said.
    pub(super) components: Vec<Component>,
    /// Open ones that the page does not ask yet, at what they are about.
    pub(super) more_questions: Vec<Question>,
    pub(super) places: Places,
    /// Of a ticket: what it says of itself.
    pub(super) own: Own,
    /// TODOs that it was read out of.
    pub(super) todos: Vec<Cluster>,
}

/// What a ticket says outside of sections that list what is wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Own {
    /// Its first sentence.
    pub(super) text: Option<(String, (Source, Digest))>,
    /// Its lists, and what is expected of it.
    pub(super) criteria: Vec<(String, (Source, Digest))>,
}

/// Where something was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum From {
    /// In a page or ticket: written down as a record.
    Words(Source, Digest),
    /// In TODOs, by the number of their cluster: a file of code is no source of a record, so the
    /// places are told in the text and the TODOs are linked.
    Todos(usize),
}

impl From {
    pub(super) fn record(&self) -> Option<(&Source, Digest)> {
        match self {
            Self::Words(source, digest) => Some((source, *digest)),
            Self::Todos(_) => None,
        }
    }

    fn source(&self) -> Option<&Source> {
        self.record().map(|it| it.0)
    }
}

/// Every sentence, list item and table row of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Places(pub(super) Vec<Place>);

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) words: String,
    pub(super) from: From,
    /// The file that it stands in.
    pub(super) path: String,
    pub(super) span: Span,
}

/// A part of what is built.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Component {
    pub(super) name: String,
    pub(super) purpose: String,
    pub(super) uses: Vec<String>,
}

impl Places {
    /// The first that holds these words, however the white space between them is.
    pub(super) fn find(&self, quote: &str) -> Option<&Place> {
        let quote = even(quote);
        let quote = quote.trim_end_matches(['.', ',', ';', ':']);
        (!quote.is_empty())
            .then(|| self.0.iter().find(|it| it.words.contains(quote)))
            .flatten()
    }
}

/// Something that is wanted.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) from: From,
    /// Where it is another than its text gives.
    pub(super) title: Option<String>,
    pub(super) text: String,
    /// What the text was taken from, where that is not what the item is.
    pub(super) text_from: Option<(Source, Digest)>,
    /// The file that it stands in.
    pub(super) path: String,
    pub(super) span: Span,
    pub(super) priority: Option<Priority>,
    /// In points; by its criteria where nobody says.
    pub(super) estimate: Option<u32>,
    /// What is nested in it, or made up for it, which is from nowhere.
    pub(super) criteria: Vec<(String, Option<(Source, Digest)>)>,
    /// The numbers of earlier items that come before it: of a numbered list the one before.
    pub(super) after: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Wanted,
    /// Holds for everything, and is work of its own nowhere.
    Constraint,
}

/// Something that the product keeps data of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entity {
    pub(super) name: String,
    pub(super) fields: Vec<String>,
}

/// What a section is about, by its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Wanted(Option<Priority>),
    Constraints,
    Questions,
    Users,
    Data,
    /// Of a ticket: what it says of itself. Its sentences are no criteria.
    Own,
    /// Of a ticket: what can be checked when it is done.
    Criteria,
    /// Not wanted, or words about the page itself.
    Other,
}

impl Item {
    /// A heading of it: without its full stop, and short.
    pub(super) fn title(&self) -> String {
        let text = self.title.as_deref().unwrap_or(&self.text);
        let text = text.trim().trim_end_matches(['.', ';', ':']);
        crate::world::status::short(text, MAX_TITLE)
    }
}

impl Brief {
    pub(super) fn read(path: &str, text: &str) -> Self {
        Self::of(Whole::Page(path.into()), path, text)
    }

    /// Of a page, or of a ticket, whose file is at `path`.
    pub(super) fn of(whole: Whole, path: &str, text: &str) -> Self {
        let (page, prose) = page::parse(text.as_bytes(), &Default::default());
        Reader {
            whole,
            path,
            text,
            page: &page,
            plain: &prose.plain,
        }
        .brief()
    }
}

struct Reader<'a> {
    whole: Whole,
    path: &'a str,
    text: &'a str,
    page: &'a Page,
    plain: &'a Plain,
}

impl Reader<'_> {
    fn brief(&self) -> Brief {
        let name = self.page.headings.first().map(|it| it.text.trim());
        let name = name.filter(|it| !it.is_empty() && !it.eq_ignore_ascii_case("brief"));
        let mut brief = Brief {
            name: name.map(str::to_owned),
            ..Brief::default()
        };
        // Without a heading that says so, all that is not set apart is wanted.
        let says_what = |it: &Heading| matches!(about(&it.text), Some(About::Wanted(_)));
        let unsaid = match self.page.headings.iter().any(says_what) {
            _ if self.is_ticket() => About::Own,
            true => About::Other,
            false => About::Wanted(None),
        };
        let mut open: Option<Open> = None;
        for leaf in &self.plain.leaves {
            let text = self.plain.text[leaf.words.clone()].trim();
            let heading = self.heading(leaf.span);
            let about = self.about(heading).unwrap_or(unsaid);
            let from = (self.source(heading), Digest::of(text));
            brief.places.0.push(Place {
                words: even(text),
                from: From::Words(from.0.clone(), from.1),
                path: self.path.to_owned(),
                span: leaf.span,
            });
            if leaf.depth > 1 {
                // Nested: it says more of what is open.
                match open {
                    Some(Open::Item) => {
                        if let Some(item) = brief.items.last_mut() {
                            item.criteria.push((text.to_owned(), Some(from)));
                        }
                    }
                    Some(Open::Entity) => {
                        if let Some(it) = brief.entities.last_mut() {
                            it.fields.push(text.to_owned());
                        }
                    }
                    Some(Open::Question) => {
                        brief.questions.pop();
                        open = None;
                    }
                    None => {}
                }
                continue;
            }
            open = None;
            let is_question = about == About::Questions || text.ends_with('?');
            match about {
                About::Other => {}
                _ if is_question => {
                    brief.questions.push(Question {
                        text: text.to_owned(),
                        path: self.path.to_owned(),
                        span: leaf.span,
                    });
                    open = Some(Open::Question);
                }
                About::Users => {
                    brief.users.push(subject(text).to_owned());
                    brief.users_from = self.section(heading);
                }
                About::Data => {
                    brief.entities.push(entity(text));
                    brief.entities_from = self.section(heading);
                    open = Some(Open::Entity);
                }
                About::Wanted(_) | About::Constraints => {
                    // Prose says what is wanted only where it says must, shall or can.
                    if leaf.depth == 0 && !asks(text) {
                        continue;
                    }
                    let (kind, priority) = match about {
                        About::Wanted(priority) => (Kind::Wanted, priority),
                        _ => (Kind::Constraint, None),
                    };
                    let before = brief.items.last().filter(|it| {
                        it.from.source() == Some(&from.0)
                            && self.is_numbered(it.span)
                            && self.is_numbered(leaf.span)
                    });
                    let after = before.map(|_| brief.items.len() - 1);
                    let after = after.into_iter().collect();
                    brief.items.push(Item {
                        kind,
                        from: From::Words(from.0, from.1),
                        title: None,
                        text: text.to_owned(),
                        text_from: None,
                        path: self.path.to_owned(),
                        span: leaf.span,
                        priority,
                        estimate: None,
                        criteria: Vec::new(),
                        after,
                    });
                    open = Some(Open::Item);
                }
                About::Own | About::Criteria if leaf.depth > 0 || about == About::Criteria => {
                    brief.own.criteria.push((text.to_owned(), from));
                }
                About::Own | About::Criteria => {
                    brief.own.text.get_or_insert((text.to_owned(), from));
                }
                About::Questions => {}
            }
        }
        brief
    }

    fn is_ticket(&self) -> bool {
        matches!(self.whole, Whole::Id(_))
    }

    /// The number of the innermost heading above a place.
    fn heading(&self, place: Span) -> Option<usize> {
        let headings = &self.page.headings;
        headings.iter().rposition(|it| it.span.end <= place.start)
    }

    /// What the section is about, by its heading or by one that it stands under.
    fn about(&self, heading: Option<usize>) -> Option<About> {
        let mut at = heading?;
        loop {
            let it = &self.page.headings[at];
            let found = match self.is_ticket() {
                true => of_issue(&it.text).or_else(|| about(&it.text)),
                false => about(&it.text),
            };
            if found.is_some() {
                return found;
            }
            let above = &self.page.headings[..at];
            at = above.iter().rposition(|above| above.level < it.level)?;
        }
    }

    fn source(&self, heading: Option<usize>) -> Source {
        let before = match self.is_ticket() {
            true => "body",
            false => "",
        };
        let part = heading.map_or(before, |it| &self.page.headings[it].anchor);
        Source {
            whole: self.whole.clone(),
            part: part.into(),
        }
    }

    fn section(&self, heading: Option<usize>) -> Option<(Source, Digest)> {
        let at = heading?;
        let level = self.page.headings[at].level;
        let below = self.page.headings[at + 1..].iter();
        let end = below.clone().position(|it| it.level <= level);
        let words = self.plain.section(at, end.map(|it| at + 1 + it));
        Some((self.source(heading), Digest::of(words)))
    }

    /// Whether a list item begins with a number.
    fn is_numbered(&self, place: Span) -> bool {
        let before = &self.text[..place.start as usize];
        let line = &before[before.rfind('\n').map_or(0, |it| it + 1)..];
        let line = line.trim();
        let digits = line.trim_end_matches(['.', ')']);
        digits.len() < line.len()
            && !digits.is_empty()
            && digits.bytes().all(|it| it.is_ascii_digit())
    }
}

/// What nested items belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Item,
    Entity,
    Question,
}

/// White space evened out.
pub(super) fn even(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the sections of issues are about, by the words of the templates that forges suggest.
fn of_issue(heading: &str) -> Option<About> {
    let heading = heading.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|it| heading.contains(it));
    let told = [
        "actual",
        "additional",
        "alternative",
        "checklist",
        "current behav",
        "describe the bug",
        "environment",
        "log",
        "reproduc",
        "screenshot",
        "system",
        "version",
        "what happen",
        "workaround",
    ];
    if has(&[
        "accept",
        "criteri",
        "definition of done",
        "done when",
        "expect",
    ]) {
        Some(About::Criteria)
    } else if has(&told) {
        Some(About::Other)
    } else if has(&["feature request", "problem", "solution", "summary"]) {
        Some(About::Own)
    } else {
        None
    }
}

fn about(heading: &str) -> Option<About> {
    let heading = heading.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|it| heading.contains(it));
    let none = [
        "not goal",
        "non-goal",
        "not in scope",
        "out of scope",
        "won't",
        "will not",
        "words",
        "glossary",
        "terms",
        "background",
        "notes",
    ];
    let about = if has(&none) {
        About::Other
    } else if has(&["question"]) {
        About::Questions
    } else if has(&["constraint", "non-functional", "limits"]) {
        About::Constraints
    } else if has(&["must"]) {
        About::Wanted(Some(Priority::High))
    } else if has(&["should"]) {
        About::Wanted(Some(Priority::Medium))
    } else if has(&["could", "nice to have", "later"]) {
        About::Wanted(Some(Priority::Low))
    } else if has(&["goal", "requirement", "feature", "user stor", "scope"]) {
        About::Wanted(None)
    } else if has(&["user", "audience", "persona", "who "]) {
        About::Users
    } else if has(&["data", "entities"]) {
        About::Data
    } else {
        return None;
    };
    Some(about)
}

/// Whether a sentence asks for something.
fn asks(text: &str) -> bool {
    const WORDS: [&str; 7] = ["must", "shall", "should", "can", "need", "needs", "will"];
    let mut words = text.split(|it: char| !it.is_alphanumeric());
    words.any(|it| WORDS.contains(&it.to_lowercase().as_str()))
}

/// `Developers: they write code` is about developers.
fn subject(text: &str) -> &str {
    let end = text.find([':', ',', '.', '(']).unwrap_or(text.len());
    text[..end].trim()
}

/// `Account: name, mail` in one line, or the name alone with its fields nested.
fn entity(text: &str) -> Entity {
    let (name, fields) = text.split_once(':').unwrap_or((text, ""));
    let fields = fields.split(',').map(str::trim).filter(|it| !it.is_empty());
    Entity {
        name: name.trim().to_owned(),
        fields: fields
            .map(|it| it.trim_end_matches('.').to_owned())
            .collect(),
    }
}
