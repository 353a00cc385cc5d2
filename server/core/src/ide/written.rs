//! Where in a document words are a person's own: comments, the text of pages, messages of commits.

use docket_grammars::{language_named, language_of};

use crate::comments::{Reader, comments};
use crate::text::Document;

/// Whether it is the message of a commit: git hands it to an editor as a file of its own.
pub(super) fn is_commit_message(document: &Document) -> bool {
    // As the protocol names the language, and as Vim does.
    matches!(&*document.language, "git-commit" | "gitcommit")
}

/// Whether a place is in a page's text: not in a code fence, nor in `code`. `head` is what stands
/// before it on its line.
pub(super) fn is_prose(document: &Document, number: usize, head: &str) -> bool {
    let mut fence: Option<String> = None;
    for line in document.rope.lines().take(number) {
        let Some(first) = line.chars().find(|it| !it.is_whitespace()) else {
            continue;
        };
        if first != '`' && first != '~' {
            continue;
        }
        let line = line.to_string();
        let line = line.trim();
        let width = line.chars().take_while(|it| *it == first).count();
        match &fence {
            None if width >= 3 => fence = Some(line[..width].to_owned()),
            Some(open) if line.starts_with(open.as_str()) && line.len() == width => fence = None,
            _ => {}
        }
    }
    fence.is_none() && head.matches('`').count().is_multiple_of(2)
}

/// Whether the place is in a comment, behind the mark that begins it.
pub(super) fn is_comment(document: &Document, path: &str, offset: usize) -> bool {
    let text = document.text();
    let language = language_named(&document.language)
        .filter(|_| !document.language.is_empty())
        .or_else(|| language_of(path, text.as_bytes()));
    let Some(language) = language else {
        return false;
    };
    let comments = comments(language, text.as_bytes(), Reader::Exact);
    let after = comments.partition_point(|it| (it.text.start as usize) <= offset);
    let Some(comment) = after.checked_sub(1).and_then(|it| comments.get(it)) else {
        return false;
    };
    comment.text.touches(offset)
}
