//! Real comments of a source text, found by the language's lexer or its tree-sitter grammar.

use docket_grammars::Language;

use crate::span::Span;
use crate::{embedded, lex, syntax};

/// One comment, or one line comment of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The whole comment, markers included, the line break of a line comment excluded.
    pub span: Span,
    /// What stands between the markers.
    pub text: Span,
    pub kind: CommentKind,
    /// Index of the notebook cell that it stands in.
    pub cell: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentKind {
    /// Ends at the line break.
    Line,
    /// Has an opening and a closing marker.
    Block,
    /// A documentation string (Python, Elixir, Julia): counts as a comment, example lines excepted.
    Docstring,
}

/// Who decides what a comment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The lexer where it is certain of the text, the grammar where it is not: what a scan uses.
    Exact,
    /// The same for comments, so that an editor and a scan never disagree; a grammar that is built
    /// in gives each TODO its scope besides. What an open document uses.
    Tree,
}

/// The comments of `text` in order of their place. Never fails: what cannot be read has none.
pub fn comments(language: &Language, text: &[u8], reader: Reader) -> Vec<Comment> {
    comments_with(language, text, reader, None)
}

/// The comments of `text` that matter for `hits`, ascending offsets of what was searched for: all
/// comments of each run that holds a hit. Without hits all comments.
///
/// Comments are of one run where each begins on the line on which the one before it ends, or on the
/// next line, whatever else stands on these lines; so what a TODO's body can be is always there.
/// A hit in no comment gives none. What is given is what [`comments`] would give for these runs,
/// and the rest of the text is read no further than needed.
pub fn comments_with(
    language: &Language,
    text: &[u8],
    reader: Reader,
    hits: Option<&[usize]>,
) -> Vec<Comment> {
    if let Some(comments) = embedded::comments(language, text, reader) {
        return lex::near(text, comments, hits);
    }
    let lexed = lex::lex(language, text, hits);
    if !lexed.certain
        && let Some(comments) = syntax::comments(language, text)
    {
        return lex::near(text, comments, hits);
    }
    lexed.comments
}
