//! How well what was typed fits a text: letters in order, better at word starts and in runs.

/// What was typed, ready to be compared with many texts.
#[derive(Clone, Debug)]
pub struct Query {
    /// Words in lower case; each must fit.
    words: Vec<Vec<char>>,
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
        Self {
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
        for word in &self.words {
            total += score(word, text)?;
        }
        Some(total)
    }

    /// Whether `folded`, a text in lower case, has all letters in order: what most texts fail.
    pub fn may_fit(&self, folded: &str) -> bool {
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

/// Whether the letters are there in order: what most texts fail, and quickly.
fn is_subsequence(word: &[char], text: &str) -> bool {
    let mut letters = text.chars().map(lower);
    word.iter().all(|it| letters.any(|letter| letter == *it))
}

/// The best of a greedy match from each place where the first letter begins a word, and from the
/// first place at all.
fn score(word: &[char], text: &str) -> Option<u32> {
    let Some(&first) = word.first() else {
        return Some(0);
    };
    if !is_subsequence(word, text) {
        return None;
    }
    let mut best = None;
    let mut before = ' ';
    for (at, it) in text.char_indices() {
        let previous = std::mem::replace(&mut before, it);
        if lower(it) != first {
            continue;
        }
        let starts = is_start(previous, it);
        if best.is_some() && !starts {
            continue;
        }
        match from(word, &text[at..], at == 0, starts) {
            Some(score) => best = best.max(Some(score)),
            // A later start has fewer letters left.
            None => break,
        }
    }
    best
}

fn from(word: &[char], text: &str, at_start: bool, at_word: bool) -> Option<u32> {
    let mut letters = word.iter();
    let mut next = letters.next()?;
    let (mut total, mut in_run, mut before) = (0, false, ' ');
    for (idx, it) in text.chars().enumerate() {
        if lower(it) != *next {
            in_run = false;
            before = it;
            continue;
        }
        let starts = if idx == 0 {
            at_word
        } else {
            is_start(before, it)
        };
        total += LETTER;
        total += match () {
            () if idx == 0 && at_start => AT_START,
            () if in_run => IN_RUN,
            () if starts => AT_WORD,
            () => 0,
        };
        in_run = true;
        before = it;
        match letters.next() {
            Some(letter) => next = letter,
            None => return Some(total),
        }
    }
    None
}

/// Whether a word begins with `it`, which comes after `before`.
fn is_start(before: char, it: char) -> bool {
    !before.is_alphanumeric() || (before.is_lowercase() && it.is_uppercase())
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
