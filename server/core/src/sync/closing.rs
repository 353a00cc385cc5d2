//! Closing words in commit messages: `Fixes #42`, `closes T-7k3f`.
//!
//! The words and their forms are GitHub's ("Linking a pull request to an issue": close, closes,
//! closed, fix, fixes, fixed, resolve, resolves, resolved; a colon may follow), with ticket ids
//! beside issue numbers.

use crate::ids::TicketId;

/// What a commit says that it closes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closes {
    Issue {
        /// `owner/name` where another repository is named.
        repository: Option<String>,
        number: u64,
    },
    Ticket(TicketId),
}

const WORDS: [&str; 9] = [
    "close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved",
];

/// What `message` closes, in its order, each once. `prefix` is that of the project's ids.
pub fn closes(message: &str, prefix: &str) -> Vec<Closes> {
    let mut found = Vec::new();
    let mut words = message.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let bare = word.trim_start_matches(['(', '[', '*', '-', '"', '\'']);
        let bare = bare.strip_suffix(':').unwrap_or(bare);
        if !WORDS.iter().any(|it| it.eq_ignore_ascii_case(bare)) {
            continue;
        }
        // Several may follow one word: `Fixes #1, #2 and T-7k3f`.
        while let Some(target) = words.peek().and_then(|it| target(it, prefix)) {
            let ends = words.next().is_some_and(|it| !it.ends_with(','));
            if !found.contains(&target) {
                found.push(target);
            }
            if words.peek() == Some(&"and") || words.peek() == Some(&"&") {
                let mut ahead = words.clone();
                ahead.next();
                if ahead
                    .next()
                    .and_then(|it| self::target(it, prefix))
                    .is_some()
                {
                    words.next();
                    continue;
                }
            }
            if ends {
                break;
            }
        }
    }
    found
}

fn target(word: &str, prefix: &str) -> Option<Closes> {
    let word = word.trim_matches(|it: char| matches!(it, '.' | ',' | ';' | ')' | ']' | '!'));
    let issue = |repository: Option<&str>, number: &str| {
        let digits = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
        let number = number.parse().ok().filter(|_| digits)?;
        Some(Closes::Issue {
            repository: repository.map(str::to_owned),
            number,
        })
    };
    if let Some(path) = word
        .strip_prefix("https://")
        .and_then(|it| Some(it.split_once('/')?.1))
    {
        let (repository, number) = path.split_once("/issues/")?;
        let is_repository = repository.split('/').filter(|it| !it.is_empty()).count() == 2;
        return issue(Some(repository).filter(|_| is_repository), number);
    }
    if let Some((repository, number)) = word.split_once('#') {
        let is_repository = repository.split('/').filter(|it| !it.is_empty()).count() == 2;
        return match repository {
            "" => issue(None, number),
            it if is_repository => issue(Some(it), number),
            _ => None,
        };
    }
    if let Some(number) = word.strip_prefix("GH-").or(word.strip_prefix("gh-")) {
        return issue(None, number);
    }
    let (start, rest) = word.split_once('-')?;
    let is_id = start.eq_ignore_ascii_case(prefix)
        && !rest.is_empty()
        && rest.bytes().all(|it| it.is_ascii_alphanumeric());
    is_id.then(|| Closes::Ticket(TicketId::new(word)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(message: &str) -> String {
        let shown = |it: &Closes| match it {
            Closes::Issue { repository, number } => {
                format!("{}#{number}", repository.as_deref().unwrap_or_default())
            }
            Closes::Ticket(id) => id.as_str().to_uppercase(),
        };
        let found: Vec<_> = closes(message, "T").iter().map(shown).collect();
        found.join(" ")
    }

    #[test]
    fn words_and_forms_are_githubs() {
        for (message, expected) in [
            ("Fixes #42", "#42"),
            ("fix: #42", "#42"),
            (
                "parser: read bodies\n\nCloses #1, #2 and #3.\nResolves: T-7k3f",
                "#1 #2 #3 T-7K3F",
            ),
            ("FIXED ana/docket#7", "ana/docket#7"),
            (
                "resolved https://github.com/ana/docket/issues/9",
                "ana/docket#9",
            ),
            ("closes GH-5", "#5"),
            ("(closes t-7k3f)", "T-7K3F"),
            ("fixes #1 #2", "#1"),
            ("fixes #1 and then some", "#1"),
            ("fixes #1, fixes #1", "#1"),
            ("see #42", ""),
            ("fixes the parser #42", ""),
            ("prefixes #42", ""),
            ("fixes UTF-8", ""),
            ("fixes #", ""),
            ("fixes #12a", ""),
        ] {
            assert_eq!(read(message), expected, "{message}");
        }
    }

    proptest! {
        #[test]
        fn any_message_is_read(message in "(fixes|closes:|#[0-9]{1,3}|T-[a-z0-9]{0,4}|and|,|[ \n]|\\PC){0,20}") {
            closes(&message, "T");
        }
    }
}
