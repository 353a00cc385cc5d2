//! Addresses on the web: of issues, and of what other trackers hold.

use crate::config::Config;
use crate::world::Snapshot;

/// Where repositories without a web page of their own are looked for.
const GITHUB: &str = "https://github.com";

/// The page of an issue; `None` where nobody knows the repository.
pub(crate) fn issue_url(
    snapshot: &Snapshot,
    repository: Option<&str>,
    number: u64,
) -> Option<String> {
    let own = snapshot.web.as_deref();
    let page = match repository {
        None => own?.to_owned(),
        // Other repositories are taken to be on the same host.
        Some(other) => {
            let host = own.and_then(|it| it.rsplitn(3, '/').nth(2));
            format!("{}/{other}", host.unwrap_or(GITHUB))
        }
    };
    Some(format!("{page}/issues/{number}"))
}

/// The address that the configuration gives a word by its longest prefix that fits.
pub(super) fn tracked(config: &Config, word: &str) -> Option<String> {
    let fits = config.trackers.iter().filter_map(|(prefix, url)| {
        let rest = word.strip_prefix(prefix.as_str())?;
        (!prefix.is_empty() && !rest.is_empty()).then_some((prefix.len(), url, rest))
    });
    let (_, url, rest) = fits.max_by_key(|it| it.0)?;
    Some(url.replace("{id}", rest))
}

/// Words with their places: what blanks, brackets, quotes and commas part, without the signs that
/// end a sentence.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let parts = |it: char| {
        it.is_whitespace() || matches!(it, '(' | ')' | '[' | ']' | ',' | ';' | '"' | '\'' | '*')
    };
    let mut at = 0;
    text.split(parts).filter_map(move |piece| {
        let start = at;
        // The pieces and what parts them lie side by side.
        at += piece.len()
            + text[start + piece.len()..]
                .chars()
                .next()
                .map_or(0, char::len_utf8);
        let word = piece.trim_end_matches(['.', ':', '!', '?', '_', '~']);
        (!word.is_empty()).then_some((start, word))
    })
}
