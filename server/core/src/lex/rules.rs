//! A language's row made ready for the lexer: what may begin at each byte, and how to get there fast.

use std::sync::OnceLock;

use docket_grammars::{Feature, Language, Syntax, When};

/// What the lexer knows of one language.
pub(super) struct Rules {
    /// Rules by first byte: indexes into `groups`, 0 for none.
    first: [u8; 256],
    groups: Vec<Vec<Rule>>,
    pub(super) quotes: Vec<Quote>,
    /// Finds the next byte that may begin something.
    pub(super) code: Finder,
    /// The same with brackets and line breaks: within holes and before heredocs.
    pub(super) hole: Finder,
    pub(super) features: Vec<Feature>,
    pub(super) php_tags: bool,
    pub(super) docstrings: Option<docket_grammars::Docstrings>,
}

pub(super) struct Rule {
    pub(super) open: Box<[u8]>,
    pub(super) any_case: Case,
    pub(super) when: When,
    pub(super) before: Option<Box<[u8]>>,
    pub(super) not_before: Option<Box<[u8]>>,
    pub(super) action: Action,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Exact,
    Any,
}

pub(super) enum Action {
    Line(LineEnd),
    Block(Box<Block>),
    /// Index into [`Rules::quotes`].
    Quote(usize),
    Skip,
    Escape,
    End,
    Feature(Feature),
}

/// What ends a line comment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    Break,
    /// A line break without `\` before it.
    Continued,
}

pub(super) struct Block {
    pub(super) open: Box<[u8]>,
    pub(super) close: Box<[u8]>,
    pub(super) closer: memchr::memmem::Finder<'static>,
    /// Finds what matters inside, where the closer alone does not.
    pub(super) inside: Option<Finder>,
    pub(super) nested: bool,
    pub(super) strings: bool,
    pub(super) close_at_line_start: bool,
}

pub(super) struct Quote {
    pub(super) close: Box<[u8]>,
    pub(super) escape: Option<u8>,
    pub(super) lines: bool,
    pub(super) run: bool,
    pub(super) closed: bool,
    pub(super) hole: Option<Box<[u8]>>,
    pub(super) plain: Vec<Box<[u8]>>,
    pub(super) finder: Finder,
}

/// Finds the first of a set of bytes.
pub(super) enum Finder {
    None,
    One(u8),
    Two(u8, u8),
    Three(u8, u8, u8),
    Many(Box<[bool; 256]>),
}

impl Rules {
    /// Made once for each language that is met.
    pub(super) fn of(language: &Language) -> &'static Self {
        static RULES: OnceLock<Vec<OnceLock<Rules>>> = OnceLock::new();
        let all = RULES.get_or_init(|| {
            let n_languages = docket_grammars::all().len();
            std::iter::repeat_with(OnceLock::new)
                .take(n_languages)
                .collect()
        });
        all[language.index].get_or_init(|| Self::new(language))
    }

    fn new(language: &Language) -> Self {
        let syntax = &language.syntax;
        let (rules, quotes) = rules(syntax);
        let mut first = [0; 256];
        let mut groups: Vec<Vec<Rule>> = vec![Vec::new()];
        for rule in rules {
            let byte = rule.open[0];
            let bytes = match rule.any_case {
                Case::Exact => [byte, byte],
                Case::Any => [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()],
            };
            let mut group = first[usize::from(bytes[0])];
            if group == 0 {
                group = groups.len() as u8;
                groups.push(Vec::new());
            }
            for byte in bytes {
                first[usize::from(byte)] = group;
            }
            groups[usize::from(group)].push(rule);
        }
        for group in &mut groups {
            // Longer markers first, features before plain markers of the same length.
            group.sort_by_key(|it| std::cmp::Reverse(it.open.len()));
        }
        let starts = (0..=255u8).filter(|&it| first[usize::from(it)] != 0);
        let code = Finder::new(starts.clone());
        let hole = Finder::new(starts.chain(*b"(){}\n"));
        Self {
            first,
            groups,
            quotes,
            code,
            hole,
            features: syntax.features.clone(),
            php_tags: syntax.features.contains(&Feature::PhpTags),
            docstrings: language.docstrings(),
        }
    }

    pub(super) fn starting_with(&self, byte: u8) -> &[Rule] {
        &self.groups[usize::from(self.first[usize::from(byte)])]
    }

    pub(super) fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }
}

fn rules(syntax: &Syntax) -> (Vec<Rule>, Vec<Quote>) {
    let mut rules = Vec::new();
    for &feature in &syntax.features {
        for open in super::features::triggers(feature) {
            rules.push(Rule::new(open, When::Anywhere, Action::Feature(feature)));
        }
    }
    for open in &syntax.skip {
        rules.push(Rule::new(open, When::Anywhere, Action::Skip));
    }
    for escape in &syntax.escape {
        rules.push(Rule::new(&escape.open, escape.when, Action::Escape));
    }
    for end in &syntax.end {
        rules.push(Rule::new(end, When::LineStart, Action::End));
    }
    for block in &syntax.block {
        rules.push(Rule::new(
            &block.open,
            block.when,
            Action::Block(Box::new(Block::new(block))),
        ));
    }
    for line in &syntax.line {
        let end = match line.continued {
            true => LineEnd::Continued,
            false => LineEnd::Break,
        };
        let mut rule = Rule::new(&line.open, line.when, Action::Line(end));
        rule.before = line.before.as_ref().map(|it| it.as_bytes().into());
        rule.not_before = line.not_before.as_ref().map(|it| it.as_bytes().into());
        if line.any_case {
            rule.any_case = Case::Any;
        }
        rules.push(rule);
    }
    let mut quotes = Vec::new();
    for quote in &syntax.strings {
        rules.push(Rule::new(
            &quote.open,
            quote.when,
            Action::Quote(quotes.len()),
        ));
        quotes.push(Quote::new(quote));
    }
    (rules, quotes)
}

impl Rule {
    fn new(open: &str, when: When, action: Action) -> Self {
        Self {
            open: open.as_bytes().into(),
            any_case: Case::Exact,
            when,
            before: None,
            not_before: None,
            action,
        }
    }
}

impl Block {
    fn new(block: &docket_grammars::Block) -> Self {
        let open: Box<[u8]> = block.open.as_bytes().into();
        let close: Box<[u8]> = block.close.as_bytes().into();
        let inside = (block.nested || block.strings || block.close_at_line_start).then(|| {
            let mut bytes = vec![close[0]];
            if block.nested {
                bytes.push(open[0]);
            }
            if block.strings {
                bytes.extend(*b"\"'{");
            }
            Finder::new(bytes.into_iter())
        });
        Self {
            closer: memchr::memmem::Finder::new(&close).into_owned(),
            open,
            close,
            inside,
            nested: block.nested,
            strings: block.strings,
            close_at_line_start: block.close_at_line_start,
        }
    }
}

impl Quote {
    fn new(quote: &docket_grammars::Quote) -> Self {
        let close: Box<[u8]> = quote
            .close
            .as_ref()
            .unwrap_or(&quote.open)
            .as_bytes()
            .into();
        let escape = quote.escape.map(|it| it as u8);
        let mut bytes = vec![close[0]];
        bytes.extend(escape);
        if !quote.lines {
            bytes.extend(*b"\n\r");
        }
        bytes.extend(quote.hole.as_ref().map(|it| it.as_bytes()[0]));
        bytes.extend(quote.plain.iter().map(|it| it.as_bytes()[0]));
        Self {
            close,
            escape,
            lines: quote.lines,
            run: quote.run,
            closed: quote.closed,
            hole: quote.hole.as_ref().map(|it| it.as_bytes().into()),
            plain: quote.plain.iter().map(|it| it.as_bytes().into()).collect(),
            finder: Finder::new(bytes.into_iter()),
        }
    }
}

impl Finder {
    pub(super) fn new(bytes: impl Iterator<Item = u8>) -> Self {
        let mut set: Vec<u8> = bytes.collect();
        set.sort_unstable();
        set.dedup();
        match *set {
            [] => Self::None,
            [a] => Self::One(a),
            [a, b] => Self::Two(a, b),
            [a, b, c] => Self::Three(a, b, c),
            _ => {
                let mut table = Box::new([false; 256]);
                for byte in set {
                    table[usize::from(byte)] = true;
                }
                Self::Many(table)
            }
        }
    }

    pub(super) fn find(&self, text: &[u8]) -> Option<usize> {
        match self {
            Self::None => None,
            Self::One(a) => memchr::memchr(*a, text),
            Self::Two(a, b) => memchr::memchr2(*a, *b, text),
            Self::Three(a, b, c) => memchr::memchr3(*a, *b, *c, text),
            Self::Many(table) => text.iter().position(|&it| table[usize::from(it)]),
        }
    }
}
