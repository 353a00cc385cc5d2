//! Finds, at near memory speed, the files and offsets that may hold something: the rest is never lexed.

use std::cell::RefCell;
use std::rc::Rc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::config::{Config, TodoConfig};
use crate::ids::{MAX_PREFIX, SYMBOLS};

/// What marks an ignore comment.
pub(crate) const IGNORE: &str = "docket:";

/// A searcher over raw bytes for keywords, ignore comments and ticket ids.
///
/// It may point at too much (a keyword in a string), never at too little: whatever
/// [`crate::facts::facts`] finds in a source file stands on a line with a hit, but for the lines of
/// a TODO's body and for ids whose prefix was not asked for.
#[derive(Debug)]
pub struct Prefilter {
    words: Option<AhoCorasick>,
    /// What may stand around a match, per pattern of `words`.
    ends: Vec<Ends>,
    /// Prefixes of ids, in each case that they are read in.
    prefixes: Vec<Box<[u8]>>,
}

impl Prefilter {
    /// `prefixes` are those of ticket ids to be found (`T`): the ones that the project's tickets
    /// have, none where it has no tickets.
    pub fn new(config: &Config, prefixes: &[&str]) -> Self {
        let mut patterns: Vec<String> = Vec::new();
        let todo = &config.todo;
        for word in todo.keywords.iter().chain(todo.aliases.keys()) {
            patterns.push(word.clone());
            // `@todo` counts in any case. Two letters are enough for a prefilter, and their four
            // forms keep the searcher a vectorised one, which case folding does not.
            if word.eq_ignore_ascii_case("todo") {
                patterns.extend(["@to", "@To", "@tO", "@TO"].map(str::to_owned));
            }
        }
        patterns.push(IGNORE.to_owned());
        patterns.retain(|it| !it.is_empty());
        let ends = patterns.iter().map(|it| Ends::of(it)).collect();
        let words = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .ascii_case_insensitive(todo.case_insensitive)
            .kind(todo.case_insensitive.then_some(AhoCorasickKind::DFA))
            .build(&patterns)
            .ok();
        let mut forms: Vec<Box<[u8]>> = prefixes
            .iter()
            .flat_map(|it| {
                [
                    (*it).to_owned(),
                    it.to_ascii_uppercase(),
                    it.to_ascii_lowercase(),
                ]
            })
            .map(|it| it.into_bytes().into())
            .collect();
        forms.sort();
        forms.dedup();
        Self {
            words,
            ends,
            prefixes: forms,
        }
    }

    /// Appends the offsets of what may count in `text` (decoded, see [`crate::text::decode`]), ascending.
    pub fn hits(&self, text: &[u8], hits: &mut Vec<usize>) {
        let from = hits.len();
        hits.extend(self.words(text));
        if !self.prefixes.is_empty() {
            hits.extend(dashes(text).filter_map(|dash| self.id(text, dash)));
            hits[from..].sort_unstable();
        }
    }

    /// Whether [`Prefilter::hits`] would give any.
    pub fn is_hit(&self, text: &[u8]) -> bool {
        self.words(text).next().is_some()
            || !self.prefixes.is_empty() && dashes(text).any(|dash| self.id(text, dash).is_some())
    }

    /// Where the id begins whose dash is at `dash`, if that is one of the prefixes and what follows
    /// can be the rest of an id.
    fn id(&self, text: &[u8], dash: usize) -> Option<usize> {
        let (before, after) = (&text[..dash], &text[dash + 1..]);
        let start = self.prefixes.iter().find_map(|it| {
            let start = before.ends_with(it).then(|| dash - it.len())?;
            let touched = start > 0 && is_word(text[start - 1]);
            (!touched).then_some(start)
        })?;
        let len = after.iter().take_while(|it| is_word(**it)).count();
        let word = &after[..len];
        let drawn = len >= 4
            && word
                .iter()
                .all(|it| SYMBOLS.contains(&it.to_ascii_lowercase()));
        let numbered = len > 0 && word.iter().all(u8::is_ascii_digit);
        (drawn || numbered).then_some(start)
    }

    fn words<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        self.words
            .iter()
            .flat_map(move |it| it.find_iter(text))
            .filter(move |it| self.ends[it.pattern().as_usize()].allow(text, it.start(), it.end()))
            .map(|it| it.start())
    }
}

/// Every offset of `text` that may hold something, whatever prefixes the project's ids have.
///
/// The searcher of the last configuration is kept per thread: making one costs more than searching
/// most files, and a scan asks for the same one 80,000 times.
pub(crate) fn all_hits(text: &[u8], config: &Config) -> Vec<usize> {
    thread_local! {
        static LAST: RefCell<Option<(TodoConfig, String, Rc<Prefilter>)>> = const { RefCell::new(None) };
    }
    let prefilter = LAST.with_borrow_mut(|last| match last {
        Some((todo, prefix, it)) if *todo == config.todo && *prefix == config.prefix => it.clone(),
        _ => {
            let it = Rc::new(Prefilter::new(config, &[&config.prefix]));
            *last = Some((config.todo.clone(), config.prefix.clone(), it.clone()));
            it
        }
    });
    let mut hits: Vec<usize> = prefilter.words(text).collect();
    hits.extend(dashes(text).filter_map(|it| prefilter.id(text, it).or(numbered_id(text, it))));
    hits.sort_unstable();
    hits.dedup();
    hits
}

/// Where an id of other tools' shape (`TASK-12`) begins whose dash is at `dash`.
fn numbered_id(text: &[u8], dash: usize) -> Option<usize> {
    let digit = text.get(dash + 1).is_some_and(u8::is_ascii_digit);
    let len = text[..dash]
        .iter()
        .rev()
        .take(MAX_PREFIX + 1)
        .take_while(|it| it.is_ascii_alphanumeric())
        .count();
    let starts = len > 0 && text[dash - len].is_ascii_alphabetic();
    (digit && starts && len <= MAX_PREFIX).then_some(dash - len)
}

/// Every `-` that an id's prefix and the rest of an id may stand around.
///
/// Source code is full of `->`, `--` and ` - `, so that going from dash to dash costs more than
/// the words' search: blocks without a dash of that kind are passed over as a whole, with the
/// comparisons that a compiler makes vectors of.
fn dashes(text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    const BLOCK: usize = 64;
    let may_be = |[before, dash, after]: [u8; 3]| {
        (dash == b'-') & (before >= b'0') & ((after.wrapping_sub(b'0') < 10) | (after >= b'A'))
    };
    let n_places = text.len().saturating_sub(2);
    let any = move |start: usize| {
        let block = |from: usize| text.get(from..)?.first_chunk::<BLOCK>();
        let blocks = (block(start), block(start + 1), block(start + 2));
        // The last block is not whole.
        let (Some(before), Some(dash), Some(after)) = blocks else {
            return true;
        };
        // Of bytes a compiler makes better vectors than of truths.
        let any = (0..BLOCK).fold(0, |any, it| {
            any | u8::from(may_be([before[it], dash[it], after[it]]))
        });
        any != 0
    };
    let blocks = (0..n_places).step_by(BLOCK).filter(move |it| any(*it));
    blocks.flat_map(move |start| {
        let places = start..(start + BLOCK).min(n_places);
        let around = move |it| [text[it], text[it + 1], text[it + 2]];
        places.filter_map(move |it| may_be(around(it)).then_some(it + 1))
    })
}

/// What may stand around a match.
#[derive(Clone, Copy, Debug)]
enum Ends {
    /// Begins, ends with a letter that no other letter may touch.
    Word { left: bool, right: bool },
    /// The beginning of `@todo`.
    Tag,
}

impl Ends {
    fn of(pattern: &str) -> Self {
        let bytes = pattern.as_bytes();
        match pattern.len() == 3 && pattern.eq_ignore_ascii_case("@to") {
            true => Self::Tag,
            false => Self::Word {
                left: is_word(bytes[0]),
                right: is_word(bytes[bytes.len() - 1]),
            },
        }
    }

    fn allow(self, text: &[u8], start: usize, end: usize) -> bool {
        let word_at = |at: usize| text.get(at).is_some_and(|it| is_word(*it));
        match self {
            Self::Word { left, right } => {
                let touched = left && start > 0 && word_at(start - 1) || right && word_at(end);
                !touched
            }
            Self::Tag => {
                text[end..].len() >= 2
                    && text[end..end + 2].eq_ignore_ascii_case(b"do")
                    && !word_at(end + 2)
            }
        }
    }
}

/// Letters of other scripts are left to the grammar.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(config: &Config, prefixes: &[&str], text: &str) -> Vec<usize> {
        let mut hits = Vec::new();
        let prefilter = Prefilter::new(config, prefixes);
        prefilter.hits(text.as_bytes(), &mut hits);
        assert_eq!(prefilter.is_hit(text.as_bytes()), !hits.is_empty());
        hits
    }

    #[test]
    fn whole_words_alone_are_hits() {
        let config = Config::default();
        let table = [
            ("// TODO: x", vec![3]),
            ("XXX_sizecache BUG_ON() TODOs MYTODO aTODO", vec![]),
            ("(TODO) FIXME(x) XXX", vec![1, 7, 16]),
            (
                "@todo @Todo @tODO @TODO a@todo @TODOX",
                vec![0, 6, 12, 18, 25],
            ),
            ("@topic @TOPIC @to", vec![]),
            ("todo fixme Todo", vec![]),
            ("// docket: ignore", vec![3]),
            ("", vec![]),
        ];
        for (text, expected) in table {
            assert_eq!(hits(&config, &[], text), expected, "{text}");
        }
    }

    #[test]
    fn ids_are_hits_only_where_the_project_has_tickets() {
        let config = Config::default();
        let text = "T-7k3f t-7k3f T-shirt GET-7k3f T-aaaa T-12 T-";
        assert_eq!(hits(&config, &[], text), [0_usize; 0]);
        assert_eq!(hits(&config, &["T"], text), [0, 7, 38]);
    }

    proptest::proptest! {
        #[test]
        fn dashes_of_ids_are_found_wherever_they_stand(text in "[-a0 T>]{0,200}") {
            let text = text.as_bytes();
            let expected: Vec<usize> = (1..text.len().saturating_sub(1))
                .filter(|&it| text[it] == b'-')
                .filter(|&it| text[it - 1].is_ascii_alphanumeric() && is_word(text[it + 1]))
                .collect();
            let found: Vec<usize> = dashes(text)
                .filter(|&it| text[it - 1].is_ascii_alphanumeric())
                .collect();
            proptest::prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn any_case_where_the_configuration_says_so() {
        let mut config = Config::default();
        config.todo.case_insensitive = true;
        assert_eq!(hits(&config, &[], "todo Fixme todos mytodo"), [0, 5]);
    }

    #[test]
    fn a_configuration_without_keywords_finds_none() {
        let mut config = Config::default();
        config.todo.keywords.clear();
        config.todo.aliases.clear();
        assert_eq!(hits(&config, &[], "TODO: x"), [0_usize; 0]);
    }
}
