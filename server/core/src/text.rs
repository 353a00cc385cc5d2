//! A file's text: decoding what is on disk, its hash, and an open document's rope.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use ropey::Rope;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

use crate::span::{Encoding, Position};

/// XXH3 of 128 bits over a file's bytes (xxHash specification, version 0.1.1).
///
/// It tells whether a content is the one that was read, where nobody gains by deceiving: identities
/// that others rely on (fingerprints, the log's chain) are BLAKE3.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hash([u8; 16]);

impl Hash {
    pub fn of(bytes: &[u8]) -> Self {
        Self(XxHash3_128::oneshot(bytes).to_be_bytes())
    }

    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|it| write!(f, "{it:02x}"))
    }
}

/// What a file's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Charset {
    /// UTF-8, or some 8-bit set whose ASCII half is what matters.
    Bytes,
    Utf16Le,
    Utf16Be,
}

/// Why a file has no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binary;

/// The text of a file's bytes: the bytes themselves, or UTF-8 made of UTF-16 with a byte-order mark.
///
/// A NUL byte in the first 8 KiB means binary, as it does for git and ripgrep.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, [u8]>, Charset), Binary> {
    let (encoding, charset) = match bytes {
        [0xff, 0xfe, ..] => (encoding_rs::UTF_16LE, Charset::Utf16Le),
        [0xfe, 0xff, ..] => (encoding_rs::UTF_16BE, Charset::Utf16Be),
        _ => {
            let head = &bytes[..bytes.len().min(8192)];
            return match memchr::memchr(0, head) {
                Some(_) => Err(Binary),
                None => Ok((Cow::Borrowed(bytes), Charset::Bytes)),
            };
        }
    };
    let (text, _) = encoding.decode_without_bom_handling(&bytes[2..]);
    Ok((Cow::Owned(text.into_owned().into_bytes()), charset))
}

/// An open document: a rope, the editor's version of it, and the editor's name of its language.
///
/// Lines end at `\n`, `\r\n` or a lone `\r`, as LSP has it. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Document {
    pub rope: Rope,
    pub version: i32,
    /// LSP's language identifier (`typescriptreact`); empty where the client gave none.
    pub language: Arc<str>,
}

/// One change of a document as an editor sends it; no range means the whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentChange {
    pub range: Option<(Position, Position)>,
    pub text: String,
}

/// Why an editor's change does not fit the text that it is to change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEdit {
    #[error("line {line} is beyond the document's {lines} lines")]
    LineBeyondEnd { line: u32, lines: usize },
    #[error("the range ends before it begins")]
    Reversed,
}

impl Document {
    pub fn new(text: &str, version: i32, language: &str) -> Self {
        Self {
            rope: Rope::from_str(text),
            version,
            language: language.into(),
        }
    }

    /// The document after `changes`, each of which speaks of the text that the one before it left.
    ///
    /// A column beyond its line's end means the end, as the specification has it. A line beyond the
    /// text or a reversed range refuses all of the changes: the two sides no longer have one text.
    ///
    /// # Errors
    ///
    /// [`BadEdit`]; `self` is as it was in any case.
    pub fn changed(
        &self,
        changes: &[ContentChange],
        version: i32,
        encoding: Encoding,
    ) -> Result<Self, BadEdit> {
        let mut rope = self.rope.clone();
        for change in changes {
            let Some((start, end)) = change.range else {
                rope = Rope::from_str(&change.text);
                continue;
            };
            let lines = rope.len_lines();
            // One past the last line is how some editors say "the end of the text".
            if let Some(line) = [start.line, end.line]
                .into_iter()
                .find(|&it| it as usize > lines)
            {
                return Err(BadEdit::LineBeyondEnd { line, lines });
            }
            let start = char_at(&rope, start, encoding);
            let end = char_at(&rope, end, encoding);
            if end < start {
                return Err(BadEdit::Reversed);
            }
            rope.remove(start..end);
            rope.insert(start, &change.text);
        }
        Ok(Self {
            rope,
            version,
            language: self.language.clone(),
        })
    }

    /// The byte offset of `position`; a place beyond a line or the text means its end.
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let place = char_at(&self.rope, position, encoding);
        self.rope.char_to_byte(place)
    }

    /// The position of a byte offset; an offset inside a character counts as its start.
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let place = self.rope.byte_to_char(offset.min(self.rope.len_bytes()));
        let line = self.rope.char_to_line(place);
        let start = self.rope.line_to_char(line);
        let column = match encoding {
            Encoding::Utf8 => self.rope.char_to_byte(place) - self.rope.char_to_byte(start),
            Encoding::Utf16 => {
                self.rope.char_to_utf16_cu(place) - self.rope.char_to_utf16_cu(start)
            }
            Encoding::Utf32 => place - start,
        };
        Position {
            line: line as u32,
            column: column as u32,
        }
    }

    pub fn text(&self) -> String {
        self.rope.to_string()
    }
}

/// The character index of a position, clamped to its line's end and to the text's.
fn char_at(rope: &Rope, position: Position, encoding: Encoding) -> usize {
    let line = position.line as usize;
    if line >= rope.len_lines() {
        return rope.len_chars();
    }
    let start = rope.line_to_char(line);
    let text = rope.line(line);
    let breaks = text.chars_at(text.len_chars()).reversed();
    let end = start + text.len_chars() - breaks.take_while(|it| matches!(it, '\n' | '\r')).count();
    let column = position.column as usize;
    let place = match encoding {
        Encoding::Utf8 => {
            let byte = (rope.char_to_byte(start) + column).min(rope.char_to_byte(end));
            rope.byte_to_char(byte)
        }
        Encoding::Utf16 => {
            let unit = (rope.char_to_utf16_cu(start) + column).min(rope.char_to_utf16_cu(end));
            rope.utf16_cu_to_char(unit)
        }
        Encoding::Utf32 => start + column,
    };
    place.min(end)
}

#[cfg(test)]
mod tests;
