//! What a TODO refers to: a ticket, an issue, a user, a label, or somebody else's.

use crate::ids::TicketId;

use super::Reference;

/// What a word in a reference's place is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// Has a shape that nothing else has: also read without parentheses.
    Sure(Reference),
    /// A bare word: a user's name or something of another tracker. Read in parentheses alone.
    Bare(Reference),
    /// Has one of the project's own shapes, but cannot be read.
    Malformed {
        message: String,
        replacement: Option<String>,
    },
    /// No reference: the brackets around it are text.
    Not,
}

/// Words that stand where a name would, and are none.
const NOT_NAMES: &[&str] = &[
    "asap",
    "breaking",
    "cleanup",
    "deprecate",
    "docs",
    "eventually",
    "future",
    "later",
    "maybe",
    "msrv",
    "never",
    "next",
    "now",
    "optional",
    "perf",
    "performance",
    "post-release",
    "release",
    "remove",
    "security",
    "semver",
    "someday",
    "soon",
    "tbd",
    "test",
    "tests",
    "tomorrow",
    "urgent",
    "wip",
];

/// Reads one word. `prefix` is that of the project's own ticket ids.
pub(super) fn read(word: &str, prefix: &str) -> Read {
    if let Some(read) = own_id(word, prefix) {
        return read;
    }
    let (sigil, rest) = match word.char_indices().nth(1) {
        Some((at, _)) => word.split_at(at),
        None => (word, ""),
    };
    match sigil {
        "#" => hash(rest, prefix),
        "@" if is_user(rest) => Read::Sure(Reference::User(rest.to_owned())),
        "@" => malformed(format!("`{word}` names no user"), None),
        "!" if is_label(rest) => Read::Sure(Reference::Label(rest.to_owned())),
        "!" => {
            let words: Vec<&str> = rest.split_whitespace().collect();
            let joined = words.join("-");
            let replacement = is_label(&joined).then(|| format!("!{joined}"));
            malformed(
                format!("`{word}` is no label: it is `!` and one word"),
                replacement,
            )
        }
        _ => github(word)
            .or_else(|| issue_url(word))
            .or_else(|| repository_issue(word))
            .unwrap_or_else(|| bare(word)),
    }
}

/// The issue that a word names: `#12`, `GH-12`, `owner/repo#12`, or an issue's URL.
pub fn issue(word: &str) -> Option<(Option<String>, u64)> {
    let number = word.strip_prefix('#').and_then(issue_number);
    let read = match number {
        Some(number) => return Some((None, number)),
        None => github(word).or_else(|| issue_url(word)),
    };
    match read.or_else(|| repository_issue(word))? {
        Read::Sure(Reference::Issue { repository, number }) => Some((repository, number)),
        _ => None,
    }
}

/// Whether the word has the shape of another tool's ticket id: `TASK-12`, `BACK-100.1`.
pub(super) fn is_numbered_id(word: &str) -> bool {
    match word.split_once('-') {
        Some((head, number)) => {
            head.starts_with(|it: char| it.is_ascii_alphabetic())
                && head.bytes().all(|it| it.is_ascii_alphanumeric())
                && number.split('.').all(|it| is_number(it) && it.len() <= 9)
        }
        None => false,
    }
}

/// `T-7k3f`, and what was meant to be one.
fn own_id(word: &str, prefix: &str) -> Option<Read> {
    let head = word.get(..prefix.len())?;
    if prefix.is_empty() || !head.eq_ignore_ascii_case(prefix) {
        return None;
    }
    let rest = &word[prefix.len()..];
    let dash = rest
        .chars()
        .next()
        .filter(|it| "-_\u{2010}\u{2011}\u{2013}\u{2014}".contains(*it))?;
    let tail = &rest[dash.len_utf8()..];
    let id = format!("{head}-{tail}");
    let is_id = TicketId::new(&id).is_own(prefix) || is_numbered_id(&id);
    if is_id && dash == '-' {
        return Some(Read::Sure(Reference::Ticket(id)));
    }
    if is_id {
        return Some(malformed(
            format!("`{word}` is no ticket id: after `{head}` comes a hyphen"),
            Some(id),
        ));
    }
    // `t-shirt` and `t-8ch` are words; `T-7k3` and `T-aaaa` are ids gone wrong.
    let meant = head == prefix
        && tail.bytes().all(|it| it.is_ascii_alphanumeric())
        && (tail.bytes().any(|it| it.is_ascii_digit()) || (4..=5).contains(&tail.len()));
    meant.then(|| {
        malformed(
            format!(
                "`{word}` is no ticket id: after `{head}-` come 4 or 5 of the symbols {}",
                "23456789bcdfghjkmnpqrstvwxz"
            ),
            None,
        )
    })
}

/// What stands behind `#`.
fn hash(rest: &str, prefix: &str) -> Read {
    if let Some(number) = issue_number(rest) {
        return Read::Sure(Reference::Issue {
            repository: None,
            number,
        });
    }
    let replacement = match () {
        () if matches!(own_id(rest, prefix), Some(Read::Sure(_))) => Some(rest.to_owned()),
        () if issue_number(rest.trim_start()).is_some() => Some(format!("#{}", rest.trim_start())),
        () if is_label(rest) && rest.starts_with(char::is_alphabetic) => Some(format!("!{rest}")),
        () => None,
    };
    malformed(
        format!("`#{rest}` is no issue: after `#` comes its number"),
        replacement,
    )
}

/// `GH-123`.
fn github(word: &str) -> Option<Read> {
    let head = word.get(..2)?;
    if !head.eq_ignore_ascii_case("gh") {
        return None;
    }
    let rest = &word[2..];
    let tail = rest.trim_start_matches(['-', '#', '_']);
    let starts =
        rest.starts_with(['-', '#', '_']) || rest.starts_with(|it: char| it.is_ascii_digit());
    match issue_number(tail) {
        Some(number) if rest.strip_prefix('-') == Some(tail) => {
            Some(Read::Sure(Reference::Issue {
                repository: None,
                number,
            }))
        }
        Some(number) if starts => Some(malformed(
            format!("`{word}` is no issue: it is `GH-` and its number"),
            Some(format!("GH-{number}")),
        )),
        None if rest.starts_with('-') && tail.starts_with(|it: char| it.is_ascii_digit())
            || rest == "-" =>
        {
            Some(malformed(
                format!("`{word}` is no issue: after `GH-` comes its number"),
                None,
            ))
        }
        _ => None,
    }
}

/// `https://github.com/owner/repo/issues/12`.
fn issue_url(word: &str) -> Option<Read> {
    let rest = word
        .strip_prefix("https://")
        .or_else(|| word.strip_prefix("http://"))?;
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let path = rest.strip_prefix("github.com/")?;
    let path = path.split(['#', '?']).next()?;
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    match parts[..] {
        [owner, repo, "issues" | "pull" | "discussions", number]
            if is_owner(owner) && is_repository(repo) =>
        {
            Some(Read::Sure(Reference::Issue {
                repository: Some(format!("{owner}/{repo}")),
                number: issue_number(number)?,
            }))
        }
        _ => None,
    }
}

/// `owner/repo#12`.
fn repository_issue(word: &str) -> Option<Read> {
    let (repository, number) = word.split_once('#')?;
    let (owner, repo) = repository.split_once('/')?;
    if !is_owner(owner) || !is_repository(repo) {
        return None;
    }
    Some(Read::Sure(Reference::Issue {
        repository: Some(repository.to_owned()),
        number: issue_number(number)?,
    }))
}

fn bare(word: &str) -> Read {
    let external = || Read::Bare(Reference::External(word.to_owned()));
    match () {
        () if !is_external(word) => Read::Not,
        () if is_numbered_id(word) => external(),
        () if NOT_NAMES.contains(&word.to_lowercase().as_str()) => external(),
        () if is_name(word) => Read::Bare(Reference::User(word.to_owned())),
        () => external(),
    }
}

/// A name that needs no `@`: begins with a letter, and has no dot or slash, as trackers do.
fn is_name(word: &str) -> bool {
    word.starts_with(char::is_alphabetic)
        && word
            .chars()
            .all(|it| it.is_alphanumeric() || it == '-' || it == '_')
}

fn is_user(word: &str) -> bool {
    word.starts_with(char::is_alphanumeric)
        && word
            .chars()
            .all(|it| it.is_alphanumeric() || matches!(it, '-' | '_' | '.' | '/'))
        || word.ends_with("[bot]") && is_user(&word[..word.len() - "[bot]".len()])
}

fn is_label(word: &str) -> bool {
    word.starts_with(char::is_alphanumeric)
        && word
            .chars()
            .all(|it| it.is_alphanumeric() || matches!(it, '-' | '_' | '.' | '/' | ':' | '+' | '#'))
}

/// Code such as `x==y`, `"a"` or `&p` in parentheses is no reference.
fn is_external(word: &str) -> bool {
    let link = word.contains("://");
    word.contains(char::is_alphanumeric)
        && word.starts_with(|it: char| it.is_alphanumeric() || it == '_')
        && word.chars().all(|it| match it {
            '-' | '_' | '.' | '/' | ':' | '#' | '+' | '@' | '~' => true,
            '=' | '&' | '%' | '?' | ';' | '!' | '$' | '*' => link,
            it => it.is_alphanumeric(),
        })
        && !(word.contains("::") || word.contains("++"))
}

fn is_owner(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_')
}

fn is_repository(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.'))
}

fn issue_number(word: &str) -> Option<u64> {
    match is_number(word) {
        true => word.parse().ok().filter(|it| *it > 0),
        false => None,
    }
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|it| it.is_ascii_digit())
}

fn malformed(message: String, replacement: Option<String>) -> Read {
    Read::Malformed {
        message,
        replacement,
    }
}
