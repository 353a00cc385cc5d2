//! Words of texts and paths as they are compared: small letters, without endings, as hashes.

use std::collections::BTreeMap;

/// Changes where what is kept of a text does: part of the key of what is remembered.
pub(super) const VERSION: u8 = 1;
/// Fewer letters say nothing.
const MIN: usize = 3;
/// More bytes are no word: encoded data.
const MAX: usize = 64;
/// Most words of a question that are looked for.
const MAX_TERMS: usize = 48;

/// The words of one file: those of its path, and how often each stands in its text.
///
/// A number of 16 bits, so many hashes of words of the path, the hashes of those of the text in order,
/// a byte for each of these: how often, 255 standing for more. All numbers have the low byte first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words(Vec<u8>);

/// How often each term of a question occurs.
pub(super) type Counts = Vec<u32>;

impl Words {
    pub(super) fn of(path: &str, text: &str) -> Self {
        let mut of_path = Vec::new();
        each(path, |it| of_path.push(hash(it)));
        of_path.sort_unstable();
        of_path.dedup();
        of_path.truncate(usize::from(u16::MAX));
        let mut of_text = Vec::new();
        each(text, |it| of_text.push(hash(it)));
        of_text.sort_unstable();
        let mut bytes = (of_path.len() as u16).to_le_bytes().to_vec();
        bytes.extend(of_path.iter().flat_map(|it| it.to_le_bytes()));
        let mut counts = Vec::new();
        for same in of_text.chunk_by(|a, b| a == b) {
            bytes.extend(same[0].to_le_bytes());
            counts.push(u8::try_from(same.len()).unwrap_or(u8::MAX));
        }
        bytes.extend(counts);
        Self(bytes)
    }

    /// As they were kept; `None` for what [`Words::bytes`] cannot have given.
    pub(super) fn read(bytes: Vec<u8>) -> Option<Self> {
        let n_path = usize::from(u16::from_le_bytes(*bytes.first_chunk()?));
        let rest = bytes.len().checked_sub(2 + 4 * n_path)?;
        rest.is_multiple_of(5).then_some(Self(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn parts(&self) -> (&[[u8; 4]], &[[u8; 4]], &[u8]) {
        let n_path = self.0.first_chunk().map_or(0, |it| u16::from_le_bytes(*it));
        let (path, rest) = self.0[2..].split_at(4 * usize::from(n_path));
        let (hashes, counts) = rest.split_at(rest.len() / 5 * 4);
        (path.as_chunks().0, hashes.as_chunks().0, counts)
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

    /// Of a file: in its text, and whether in its path. `None` where none of them is.
    pub(super) fn in_file(&self, words: &Words) -> Option<(Counts, Counts)> {
        let (path, hashes, counts) = words.parts();
        let mut found = None;
        let mut count = |hash: &[u8; 4], n: u8, of_text: bool| {
            if let Some(place) = self.place(u32::from_le_bytes(*hash)) {
                let (text, path) =
                    found.get_or_insert_with(|| (vec![0; self.len()], vec![0; self.len()]));
                let counts: &mut Counts = if of_text { text } else { path };
                counts[place] = u32::from(n);
            }
        };
        path.iter().for_each(|it| count(it, 1, false));
        hashes
            .iter()
            .zip(counts)
            .for_each(|(it, n)| count(it, *n, true));
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
    const EMPTY: [&str; 44] = [
        "about", "after", "all", "also", "and", "any", "are", "because", "been", "before", "but",
        "can", "could", "does", "each", "for", "from", "has", "have", "how", "into", "its", "more",
        "must", "not", "one", "only", "other", "should", "some", "such", "than", "that", "the",
        "their", "then", "there", "they", "this", "was", "what", "when", "which", "with",
    ];
    let empty = EMPTY.map(|it| stem(it.to_owned()));
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
    const ENDS: [&str; 12] = [
        "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s", "e", "y", "ly",
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
        let terms = Terms::of("Where is a heredoc lexed, in which file?");
        assert_eq!(terms.len(), 4, "{terms:?}");
        let (text, path) = terms.in_file(&words).unwrap();
        assert_eq!((text, path), (vec![0, 255, 0, 0], vec![0, 1, 0, 0]));
        assert_eq!(Terms::of("other words").in_file(&words), None);
        for bad in [&[][..], &[1], &[1, 0, 1], &[0, 0, 1]] {
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
            let (found, _) = terms.in_file(&words).unwrap_or_else(|| (vec![0; terms.len()], Vec::new()));
            prop_assert_eq!(found, terms.in_text(&text));
        }
    }
}
