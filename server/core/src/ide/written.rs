//! Where in a document words are a person's own: comments, the text of pages, messages of commits.

use docket_grammars::{language_named, language_of};

use crate::comments::{Reader, comments};
use crate::span::Span;
use crate::text::Document;
use crate::todo::issue;
use crate::world::{Snapshot, paths};

use super::goto::IssueSite;

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

/// The issue that a word of an open document's comment, page or commit message names, where it is
/// known here: `#7` is much else besides.
pub(super) fn issue_at(snapshot: &Snapshot, path: &str, offset: usize) -> Option<IssueSite> {
    let document = snapshot.document(path)?;
    let rope = &document.rope;
    let number = rope.try_byte_to_line(offset).ok()?;
    let line_start = rope.line_to_byte(number);
    let line = rope.line(number).to_string();
    let ends_word = |it: char| it.is_whitespace() || "()[]{}<>,;\"'`".contains(it);
    let (head, tail) = line.split_at_checked(offset - line_start)?;
    let start = head.rfind(ends_word).map_or(0, |it| {
        it + head[it..].chars().next().map_or(1, char::len_utf8)
    });
    let end = tail
        .find(ends_word)
        .map_or(line.len(), |it| head.len() + it);
    let word = line[start..end].trim_end_matches(['.', ':', '!', '?']);
    let (repository, n) = issue(word)?;
    let is_known = snapshot.issue(repository.as_deref(), n).is_some()
        || snapshot
            .ticket_mirroring(repository.as_deref(), n)
            .is_some();
    if !is_known {
        return None;
    }
    let is_ours = if is_commit_message(document) {
        !line.starts_with('#')
    } else if path.starts_with(paths::DOCS) && path.ends_with(".md") {
        is_prose(document, number, &line[..start])
    } else {
        is_comment(document, path, line_start + start)
    };
    is_ours.then(|| IssueSite {
        repository,
        number: n,
        span: Span::new(line_start + start, line_start + start + word.len()),
    })
}
