//! How well what was typed fits a text: letters in order, better at word starts and in runs.

/// What was typed, ready to be compared with many texts.
#[derive(Clone, Debug)]
pub struct Query {
    /// Words in lower case; each must fit.
    words: Vec<Vec<char>>,
    /// The same where all of them are ASCII.
    ascii: Option<Vec<Vec<u8>>>,
    /// The first letters of the words that [`Self::shared_words`] counts.
    stems: Vec<String>,
}

/// Words up to this long say nothing of what a sentence is about.
const SHORT: usize = 3;

const AT_START: u32 = 8;
const AT_WORD: u32 = 6;
const IN_RUN: u32 = 5;
const LETTER: u32 = 1;

impl Query {
    pub fn new(typed: &str) -> Self {
        let words = typed.split_whitespace();
        let words: Vec<Vec<char>> = words
            .map(|it| it.chars().flat_map(char::to_lowercase).collect())
            .collect();
        let long = words.iter().filter(|it| it.len() > SHORT);
        let of_ascii = |it: &Vec<char>| {
            it.iter()
                .map(|it| u8::try_from(*it).ok().filter(u8::is_ascii))
                .collect()
        };
        Self {
            ascii: words.iter().map(of_ascii).collect(),
            stems: long.map(|it| it[..=SHORT].iter().collect()).collect(),
            words,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well `text` fits; `None` where a letter is missing. More is better; nothing typed fits all.
    pub fn score(&self, text: &str) -> Option<u32> {
        let mut total = 0;
        match &self.ascii {
            Some(words) if text.is_ascii() => {
                for word in words {
                    total += score(word, text.as_bytes())?;
                }
            }
            _ => {
                let text: Vec<char> = text.chars().collect();
                for word in &self.words {
                    total += score(word, &text)?;
                }
            }
        }
        Some(total)
    }

    /// Whether `folded`, a text in lower case, has all letters in order: what most texts fail.
    pub fn may_fit(&self, folded: &str) -> bool {
        if let Some(words) = self.ascii.as_ref().filter(|_| folded.is_ascii()) {
            return words.iter().all(|word| {
                let mut rest = folded.as_bytes();
                word.iter().all(|it| match memchr::memchr(*it, rest) {
                    Some(at) => {
                        rest = &rest[at + 1..];
                        true
                    }
                    None => false,
                })
            });
        }
        self.words.iter().all(|word| {
            let mut letters = folded.chars();
            word.iter().all(|it| letters.any(|letter| letter == *it))
        })
    }

    /// Whether [`Self::shared_words`] can be more than none, given the text in lower case.
    pub fn may_share(&self, folded: &str) -> bool {
        self.stems.iter().any(|it| folded.contains(it.as_str()))
    }

    /// How many of the words begin words of `text`, or are begun by them: for finding what a sentence
    /// is about rather than what a prefix means. Words as short as `a` and `the` do not count.
    pub fn shared_words(&self, text: &str) -> usize {
        let long = self.words.iter().filter(|it| it.len() > SHORT);
        long.filter(|word| {
            let mut words = text.split(|it: char| !it.is_alphanumeric());
            words.any(|it| {
                let it_len = it.chars().count();
                let common = it.chars().zip(word.iter());
                let common = common.take_while(|(a, b)| lower(*a) == **b).count();
                common >= word.len().min(it_len).max(SHORT + 1)
            })
        })
        .count()
    }
}

/// A letter of a text: a byte where all of it is ASCII, which is read several times as fast.
trait Letter: Copy + Eq {
    fn lower(self) -> Self;
    fn is_alphanumeric(self) -> bool;
    fn is_lower(self) -> bool;
    fn is_upper(self) -> bool;
}

impl Letter for u8 {
    fn lower(self) -> Self {
        self.to_ascii_lowercase()
    }

    fn is_alphanumeric(self) -> bool {
        self.is_ascii_alphanumeric()
    }

    fn is_lower(self) -> bool {
        self.is_ascii_lowercase()
    }

    fn is_upper(self) -> bool {
        self.is_ascii_uppercase()
    }
}

impl Letter for char {
    fn lower(self) -> Self {
        lower(self)
    }

    fn is_alphanumeric(self) -> bool {
        self.is_alphanumeric()
    }

    fn is_lower(self) -> bool {
        self.is_lowercase()
    }

    fn is_upper(self) -> bool {
        self.is_uppercase()
    }
}

/// Whether the letters are there in order: what most texts fail, and quickly.
fn is_subsequence<T: Letter>(word: &[T], text: &[T]) -> bool {
    let mut letters = text.iter().map(|it| it.lower());
    word.iter().all(|it| letters.any(|letter| letter == *it))
}

/// The best of a greedy match from each place where the first letter begins a word, and from the
/// first place at all.
fn score<T: Letter>(word: &[T], text: &[T]) -> Option<u32> {
    let Some(&first) = word.first() else {
        return Some(0);
    };
    if !is_subsequence(word, text) {
        return None;
    }
    let mut best = None;
    for (at, it) in text.iter().enumerate() {
        if it.lower() != first {
            continue;
        }
        let starts = starts_at(text, at);
        if best.is_some() && !starts {
            continue;
        }
        match from(word, text, at, starts) {
            Some(score) => best = best.max(Some(score)),
            // A later start has fewer letters left.
            None => break,
        }
    }
    best
}

fn from<T: Letter>(word: &[T], text: &[T], start: usize, at_word: bool) -> Option<u32> {
    let mut letters = word.iter();
    let mut next = letters.next()?;
    let (mut total, mut in_run) = (0, false);
    for at in start..text.len() {
        if text[at].lower() != *next {
            in_run = false;
            continue;
        }
        let starts = if at == start {
            at_word
        } else {
            starts_at(text, at)
        };
        total += LETTER;
        total += match () {
            () if at == 0 => AT_START,
            () if in_run => IN_RUN,
            () if starts => AT_WORD,
            () => 0,
        };
        in_run = true;
        match letters.next() {
            Some(letter) => next = letter,
            None => return Some(total),
        }
    }
    None
}

/// Whether a word begins at a letter.
fn starts_at<T: Letter>(text: &[T], at: usize) -> bool {
    match at.checked_sub(1).map(|it| text[it]) {
        None => true,
        Some(before) => !before.is_alphanumeric() || (before.is_lower() && text[at].is_upper()),
    }
}

fn lower(it: char) -> char {
    match it.is_ascii() {
        true => it.to_ascii_lowercase(),
        false => it.to_lowercase().next().unwrap_or(it),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'a>(typed: &str, texts: &[&'a str]) -> &'a str {
        let query = Query::new(typed);
        texts.iter().max_by_key(|it| query.score(it)).unwrap()
    }

    #[test]
    fn better_fits_come_first() {
        assert_eq!(
            best("parse", &["a sparse thing", "Parse bodies"]),
            "Parse bodies"
        );
        assert_eq!(
            best("ptb", &["Apt bundles", "Parse TODO bodies"]),
            "Parse TODO bodies"
        );
        assert_eq!(
            best("bod par", &["Parse bodies", "Bored parrot body"]),
            "Parse bodies"
        );
        assert_eq!(best("7k3f", &["T-7x2k T3f", "T-7k3f x"]), "T-7k3f x");
        assert_eq!(best("über", &["Uber", "Über alles"]), "Über alles");
    }

    #[test]
    fn letters_must_all_be_there_in_order() {
        assert_eq!(Query::new("xyz").score("x z y"), None);
        assert!(Query::new("").score("x").is_some());
        assert!(Query::new("a z").score("zebra").is_some());
    }

    #[test]
    fn sentences_share_words() {
        let query = Query::new("parse the bodies of empty files");
        assert_eq!(query.shared_words("Body parser: empty file"), 3);
        assert_eq!(query.shared_words("Of the"), 0);
    }
}
