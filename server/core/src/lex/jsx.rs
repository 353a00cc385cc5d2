//! Elements of JSX: tags, text and the code in their braces.

use crate::comments::CommentKind;
use crate::span::Span;

use super::quoted::{Open, Place};
use super::{Lexer, is_word};

impl Lexer<'_> {
    /// An element at `at`, where an expression can begin.
    pub(super) fn jsx(&mut self, at: usize) -> bool {
        let name = match self.text.get(at + 1) {
            Some(b'>') => 0,
            Some(&first) if is_word(first) && !first.is_ascii_digit() => {
                let rest = &self.text[at + 1..];
                rest.iter()
                    .take(128)
                    .take_while(|&&it| is_word(it) || b".:-$".contains(&it))
                    .count()
            }
            _ => return false,
        };
        self.expression_begins(at) && self.looks_like_element(at, name) && {
            self.element(0, Place::Tag, at + 1 + name);
            true
        }
    }

    fn expression_begins(&mut self, at: usize) -> bool {
        let end = self.significant_end(at);
        match self.before(end) {
            None => true,
            Some(b'(' | b',' | b'=' | b'?' | b':' | b'&' | b'|' | b'{' | b'[' | b'!') => true,
            Some(b'>') => self.before(end - 1) == Some(b'='),
            Some(byte) if is_word(byte) => matches!(
                self.word_before(end),
                b"return" | b"case" | b"default" | b"yield" | b"await" | b"else" | b"do"
            ),
            Some(_) => false,
        }
    }

    /// Tells `<T>(x: T) => x` and `<T,>` from elements.
    fn looks_like_element(&mut self, at: usize, name: usize) -> bool {
        let text = self.text;
        let after = &text[at + 1 + name..];
        match after.first() {
            Some(b'>') => {
                // An element without attributes has an end tag.
                if !self.affordable() {
                    return false;
                }
                let close = [b"</", &text[at + 1..at + 1 + name]].concat();
                let found = memchr::memmem::find(after, &close);
                self.spend(found.unwrap_or(after.len()));
                // A generic function of Flow's, or an element that a person is still writing.
                self.certain &= found.is_some();
                found.is_some()
            }
            Some(b'/' | b'<') => true,
            Some(byte) if byte.is_ascii_whitespace() => {
                !after.trim_ascii_start().starts_with(b"extends ")
            }
            _ => false,
        }
    }

    /// Reads from `at`, in the text or a tag of an element that stands in `elements` others.
    ///
    /// Stops after the outermost element, or at a brace, after which code is read.
    pub(super) fn element(&mut self, mut elements: u32, mut place: Place, at: usize) {
        self.pos = at;
        loop {
            let rest = &self.text[self.pos..];
            let found = match place {
                Place::Text => memchr::memchr2(b'{', b'<', rest),
                Place::Tag => rest.iter().position(|it| b"\"'{>/<".contains(it)),
            };
            self.steps += found.unwrap_or(rest.len()) + 1;
            let Some(found) = found else {
                // Not closed: it may have been none.
                self.certain = false;
                self.pos = self.text.len();
                return;
            };
            let at = self.pos + found;
            self.pos = at + 1;
            let next = self.text.get(at + 1).copied();
            match (place, self.text[at]) {
                (_, b'{') => {
                    self.open.push(Open::Element {
                        depth: 1,
                        elements,
                        place,
                    });
                    return;
                }
                (Place::Text, _) => match next {
                    Some(b'/') => {
                        self.skip_to(at + 2, b">");
                        elements = elements.saturating_sub(1);
                        if elements == 0 {
                            return;
                        }
                    }
                    Some(byte) if is_word(byte) || byte == b'>' => place = Place::Tag,
                    _ => self.certain = false,
                },
                (Place::Tag, quote @ (b'"' | b'\'')) => self.skip_to(at + 1, &[quote]),
                (Place::Tag, b'>') => {
                    elements += 1;
                    place = Place::Text;
                }
                (Place::Tag, b'/') => match next {
                    Some(b'>') => {
                        self.pos = at + 2;
                        if elements == 0 {
                            return;
                        }
                        place = Place::Text;
                    }
                    Some(b'/') => {
                        let end = at + 2 + self.find_line_break(at + 2);
                        self.comment(at, end, Span::new(at + 2, end), CommentKind::Line);
                        self.pos = end;
                    }
                    Some(b'*') => {
                        self.skip_to(at + 2, b"*/");
                        let end = self.pos;
                        let closed = end >= at + 4 && self.text[..end].ends_with(b"*/");
                        let body = if closed { end - 2 } else { end };
                        self.comment(at, end, Span::new(at + 2, body), CommentKind::Block);
                    }
                    _ => {}
                },
                // Type arguments of a component.
                _ => self.skip_to(at + 1, b">"),
            }
        }
    }
}
