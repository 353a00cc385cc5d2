//! Words of texts and paths as they are compared: small letters, without endings, as hashes.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Changes where what is kept of a text does: part of the key of what is remembered.
pub(super) const VERSION: u8 = 1;
/// Fewer letters say nothing.
const MIN: usize = 3;
/// More bytes are no word: encoded data.
const MAX: usize = 64;
/// Words that say nothing of what a question is about.
const EMPTY: &str = "\
    about after again all already also and any anything are aren because been before between
    both but can could did didn does doesn doing don done each else even ever few for from
    get gets got had has have her here hers him his how into isn its just let like made make
    makes may might more most must need needs nor not nothing off once one only other our
    ours out over own per same she should some someone something still such sure than that
    the their them then there these they thing things this those through too under until
    upon very via want wants was way ways were what when where whether which while who whom
    whose why will with within without won would yes you your";
/// Most words of a question that are looked for.
const MAX_TERMS: usize = 48;

/// Lines of a text that say what it is: a title, the comment of a module.
const HEAD: usize = 3;
/// Bytes before the hashes.
const HEADER: usize = 6;

/// The words of one file: what it is called, by its path and its first lines, and how often each word
/// stands in its text.
///
/// How many words the text has (32 bits), and how many it is called by (16 bits); the hashes of these,
/// then those of the text in order, then a byte for each of the latter: how often, 255 standing for
/// more. All numbers have the low byte first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words(Arc<[u8]>);

/// How often each term of a question occurs.
pub(super) type Counts = Vec<u32>;

/// The terms of a question in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) in_text: Counts,
    /// Whether the file is called by each.
    pub(super) is_called: Vec<bool>,
}

impl Words {
    pub(super) fn of(path: &str, text: &str) -> Self {
        let mut called = Vec::new();
        each(path, |it| called.push(hash(it)));
        text.lines()
            .take(HEAD)
            .for_each(|line| each(line, |it| called.push(hash(it))));
        called.sort_unstable();
        called.dedup();
        called.truncate(usize::from(u16::MAX));
        let mut of_text = Vec::new();
        each(text, |it| of_text.push(hash(it)));
        of_text.sort_unstable();
        let mut bytes = (of_text.len() as u32).to_le_bytes().to_vec();
        bytes.extend((called.len() as u16).to_le_bytes());
        bytes.extend(called.iter().flat_map(|it| it.to_le_bytes()));
        let mut counts = Vec::new();
        for same in of_text.chunk_by(|a, b| a == b) {
            bytes.extend(same[0].to_le_bytes());
            counts.push(u8::try_from(same.len()).unwrap_or(u8::MAX));
        }
        bytes.extend(counts);
        Self(bytes.into())
    }

    /// As they were kept; `None` for what [`Words::bytes`] cannot have given.
    pub(super) fn read(bytes: Vec<u8>) -> Option<Self> {
        let n_called: [u8; 2] = *bytes.get(4..HEADER)?.first_chunk()?;
        let called = 4 * usize::from(u16::from_le_bytes(n_called));
        let rest = bytes.len().checked_sub(HEADER + called)?;
        rest.is_multiple_of(5).then(|| Self(bytes.into()))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// How many words the text has, each as often as it stands there.
    pub(super) fn n_words(&self) -> u32 {
        self.0.first_chunk().map_or(0, |it| u32::from_le_bytes(*it))
    }

    /// What the file is called, the words of its text, and how often each of these occurs.
    fn parts(&self) -> (&[[u8; 4]], &[[u8; 4]], &[u8]) {
        let (header, rest) = self.0.split_at(HEADER);
        let n_called = usize::from(u16::from_le_bytes([header[4], header[5]]));
        let (called, rest) = rest.split_at(4 * n_called);
        let (hashes, counts) = rest.split_at(rest.len() / 5 * 4);
        (called.as_chunks().0, hashes.as_chunks().0, counts)
    }
}

/// What is looked for.
#[derive(Debug)]
pub(super) struct Terms {
    /// By the word's hash; the value is its place among the terms.
    places: BTreeMap<u32, usize>,
    /// Whether a hash with these low bits is among them: most are not, which this tells at once.
    seen: Box<[u64; 1024]>,
}

impl Terms {
    /// Words of a question that say something, each once.
    pub(super) fn of(question: &str) -> Self {
        let mut terms = Self {
            places: BTreeMap::new(),
            seen: Box::new([0; 1024]),
        };
        for word in words(question) {
            let (hash, place) = (hash(&word), terms.places.len());
            terms.places.entry(hash).or_insert(place);
            let low = hash as usize & 0xffff;
            terms.seen[low / 64] |= 1 << (low % 64);
        }
        terms
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    fn place(&self, hash: u32) -> Option<usize> {
        let low = hash as usize & 0xffff;
        let may_be = self.seen[low / 64] & 1 << (low % 64) != 0;
        may_be.then(|| self.places.get(&hash).copied()).flatten()
    }

    /// Of a file. `None` where none of them is in it.
    pub(super) fn in_file(&self, words: &Words) -> Option<Found> {
        let (called, hashes, counts) = words.parts();
        let mut found = None;
        let new = || Found {
            in_text: vec![0; self.len()],
            is_called: vec![false; self.len()],
        };
        for it in called {
            if let Some(place) = self.place(u32::from_le_bytes(*it)) {
                found.get_or_insert_with(new).is_called[place] = true;
            }
        }
        for (it, n) in hashes.iter().zip(counts) {
            if let Some(place) = self.place(u32::from_le_bytes(*it)) {
                found.get_or_insert_with(new).in_text[place] = u32::from(*n);
            }
        }
        found
    }

    /// Of a text.
    pub(super) fn in_text(&self, text: &str) -> Counts {
        let mut counts = vec![0; self.len()];
        each(text, |it| {
            if let Some(place) = self.place(hash(it)) {
                counts[place] += 1;
            }
        });
        counts
    }
}

/// The words of a question that say something, in its order, each once.
fn words(text: &str) -> Vec<String> {
    let empty: Vec<String> = EMPTY
        .split_whitespace()
        .map(|it| stem(it.to_owned()))
        .collect();
    let mut words: Vec<String> = Vec::new();
    each(text, |word| {
        if !empty.iter().any(|it| it == word) && !words.iter().any(|it| it == word) {
            words.push(word.to_owned());
        }
    });
    words.truncate(MAX_TERMS);
    words
}

/// Gives every word of a text: a name of several words whole, in one form however it is written
/// (`parse_line`, `parseLine`), and each of its words without its ending.
fn each(text: &str, mut give: impl FnMut(&str)) {
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    for name in text.split(|it| !is_part(it)) {
        if name.len() < MIN || name.len() > MAX {
            continue;
        }
        let mut n_parts = 0;
        for part in name.split('_').flat_map(humps) {
            n_parts += 1;
            let is_word =
                part.chars().count() >= MIN && !part.bytes().all(|it| it.is_ascii_digit());
            if is_word {
                give(&stem(part.to_lowercase()));
            }
        }
        if n_parts > 1 {
            let whole = name.replace('_', "").to_lowercase();
            if whole.chars().count() >= MIN && !whole.bytes().all(|it| it.is_ascii_digit()) {
                give(&whole);
            }
        }
    }
}

/// The words of a name in camel case: `parseHTTPLine` is `parse`, `HTTP` and `Line`.
fn humps(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut before: Option<char> = None;
        let mut chars = rest.char_indices().peekable();
        let mut end = rest.len();
        while let Some((at, it)) = chars.next() {
            let begins = before.is_some_and(|before| {
                let next_is_small = chars.peek().is_some_and(|(_, it)| it.is_lowercase());
                it.is_uppercase()
                    && (before.is_lowercase() || before.is_uppercase() && next_is_small)
            });
            if begins {
                end = at;
                break;
            }
            before = Some(it);
        }
        let (part, after) = rest.split_at(end);
        rest = after;
        Some(part)
    })
}

/// Without the endings that English words take, so that `parse`, `parsed` and `parsing` are one.
fn stem(mut word: String) -> String {
    const ENDS: [&str; 11] = [
        "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s", "e", "y",
    ];
    let cut = ENDS.iter().find_map(|end| {
        let left = word.strip_suffix(end)?.len();
        (left >= 4 && word.is_char_boundary(left)).then_some(left)
    });
    if let Some(left) = cut {
        word.truncate(left);
    }
    word
}

/// FNV-1a (Fowler, Noll, Vo) of 32 bits: kept in databases, so it must stay what it is.
fn hash(word: &str) -> u32 {
    let step = |hash: u32, it: u8| (hash ^ u32::from(it)).wrapping_mul(0x0100_0193);
    word.bytes().fold(0x811c_9dc5, step)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        each(text, |it| words.push(it.to_owned()));
        words
    }

    #[test]
    fn words_say_something() {
        assert_eq!(
            words("How does the `parse_line` of strings work?"),
            ["pars", "line", "parseline", "string", "work"]
        );
    }

    #[test]
    fn a_name_is_one_word_and_its_parts_however_it_is_written() {
        for name in ["parse_line", "parseLine", "ParseLine", "PARSE_LINE"] {
            assert_eq!(all(name), ["pars", "line", "parseline"], "{name}");
        }
        assert_eq!(
            all("HTTPServer T-7k3f x 404 __"),
            ["http", "serv", "httpserver", "7k3f"]
        );
        assert_eq!(all("Größen ÄrgerÄhnlich").len(), 4);
        assert_eq!(all(&"A".repeat(MAX + 1)), [""; 0]);
    }

    #[test]
    fn forms_of_a_word_are_one() {
        for forms in [
            &["parse", "parsed", "parses", "parsing", "parser", "parsers"][..],
            &["query", "queries", "queried"],
            &["string", "strings"],
            &["file", "files"],
        ] {
            let stems: std::collections::BTreeSet<_> =
                forms.iter().map(|it| stem((*it).to_owned())).collect();
            assert_eq!(stems.len(), 1, "{stems:?}");
        }
    }

    #[test]
    fn words_of_a_file_are_counted_and_survive_being_kept() {
        let words = Words::of("src/lex/heredoc.rs", &"heredoc ".repeat(300));
        let words = Words::read(words.bytes().to_vec()).unwrap();
        let terms = Terms::of("Which place has a heredoc lexed, of a file?");
        assert_eq!(terms.len(), 4, "{terms:?}");
        let found = terms.in_file(&words).unwrap();
        assert_eq!(found.in_text, [0, 255, 0, 0]);
        assert_eq!(found.is_called, [false, true, false, false]);
        assert_eq!(words.n_words(), 300);
        assert_eq!(Terms::of("other words").in_file(&words), None);
        let titled = Words::of(
            "a.md",
            "---\nid: T-7k3f\ntitle: Lexed at last\nmore: files\n",
        );
        assert_eq!(
            terms.in_file(&titled).unwrap().is_called,
            [false, false, true, false]
        );
        for bad in [&[][..], &[1; 5], &[0, 0, 0, 0, 1, 0, 1], &[0; 7]] {
            assert_eq!(Words::read(bad.to_vec()), None);
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "\\PC{0,80}", path in "\\PC{0,20}") {
            let words = Words::of(&path, &text);
            let terms = Terms::of(&text);
            let read = Words::read(words.bytes().to_vec());
            prop_assert_eq!(read.as_ref(), Some(&words));
            let found = terms.in_file(&words).map(|it| it.in_text);
            prop_assert_eq!(found.unwrap_or_else(|| vec![0; terms.len()]), terms.in_text(&text));
        }
    }
}
