//! Places in a text: byte ranges, and the table that turns them into lines and columns.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A range of bytes of a file's text, end exclusive.
///
/// The text is the file's bytes as they are, a byte-order mark included; only UTF-16 files are
/// transcoded to UTF-8 first (see [`crate::text::decode`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Self {
            start: start as u32,
            end: end as u32,
        }
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `offset` lies in the span or at its end: where a cursor counts as being on it.
    pub fn touches(self, offset: usize) -> bool {
        self.start as usize <= offset && offset <= self.end as usize
    }

    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

impl<T> Spanned<T> {
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// How a client counts the columns of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, the default of LSP.
    Utf16,
    /// Unicode scalar values; also what the terminal's output counts.
    Utf32,
}

/// A place as an editor names it. Both count from 0; `column` in the units of an [`Encoding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// The lines that a file's facts touch, so that byte offsets become positions without the text.
///
/// Lines end at `\n`, `\r\n` or a lone `\r`, as LSP has it. A line whose bytes are all ASCII is
/// kept as its start alone; any other is kept whole, for columns in UTF-16 and UTF-32.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// Number and start offset, ascending.
    starts: Vec<(u32, u32)>,
    /// Number and text (invalid UTF-8 replaced one byte by one `?`), ascending.
    wide: Vec<(u32, Box<str>)>,
}

/// Bytes of the file, but in no column: editors take it off when they open a file.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl Lines {
    /// All lines of `text`.
    pub fn full(text: &[u8]) -> Self {
        Self::of(text, |_, _| true)
    }

    /// Only the lines that one of `spans` starts or ends on.
    pub fn touched(text: &[u8], spans: impl IntoIterator<Item = Span>) -> Self {
        let mut offsets: Vec<u32> = spans
            .into_iter()
            .flat_map(|it| [it.start, it.end])
            .collect();
        offsets.sort_unstable();
        offsets.dedup();
        let Some(last) = offsets.last().map(|it| (*it as usize).min(text.len())) else {
            return Self::default();
        };
        let end = last + memchr::memchr(b'\n', &text[last..]).unwrap_or(text.len() - last);
        match memchr::memchr(b'\r', &text[..end]) {
            None => Self::touched_of_lf(text, &offsets),
            Some(_) => Self::touched_of_any(text, &offsets),
        }
    }

    /// Counts the breaks between one offset and the next, and looks at no other line.
    fn touched_of_lf(text: &[u8], offsets: &[u32]) -> Self {
        let mut lines = Self::default();
        let (mut number, mut start, mut end) = (0, 0, None);
        for offset in offsets.iter().map(|it| *it as usize) {
            if end.is_some_and(|end| offset <= end) {
                continue;
            }
            let Some(passed) = text.get(start..offset) else {
                break;
            };
            number += memchr::memchr_iter(b'\n', passed).count() as u32;
            start += memchr::memrchr(b'\n', passed).map_or(0, |it| it + 1);
            let rest = &text[start..];
            let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            lines.push(number, start, &rest[..len]);
            end = Some(start + len);
        }
        lines
    }

    fn touched_of_any(text: &[u8], offsets: &[u32]) -> Self {
        let mut next = 0;
        Self::of(text, |start, end| {
            while next < offsets.len() && (offsets[next] as usize) < start {
                next += 1;
            }
            next < offsets.len() && (offsets[next] as usize) <= end
        })
    }

    fn push(&mut self, number: u32, start: usize, line: &[u8]) {
        let mark = match number {
            0 if line.starts_with(BYTE_ORDER_MARK) => BYTE_ORDER_MARK.len(),
            _ => 0,
        };
        let line = &line[mark..];
        self.starts.push((number, (start + mark) as u32));
        if !line.is_ascii() {
            self.wide.push((number, replace_invalid(line).into()));
        }
    }

    /// `keep` is asked with each line's start and its end before the line break, in order.
    fn of(text: &[u8], mut keep: impl FnMut(usize, usize) -> bool) -> Self {
        let mut lines = Self::default();
        let mut number = 0;
        let mut start = 0;
        loop {
            let rest = &text[start..];
            let len = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            let brk: usize = match &rest[len..] {
                [b'\r', b'\n', ..] => 2,
                [] => 0,
                _ => 1,
            };
            // An offset between `\r` and `\n` belongs to this line as well.
            if keep(start, start + len + brk.saturating_sub(1)) {
                lines.push(number, start, &rest[..len]);
            }
            if brk == 0 {
                return lines;
            }
            start += len + brk;
            number += 1;
        }
    }

    /// The number of the line that holds `offset`, or of the nearest kept one before it.
    pub fn line_of(&self, offset: u32) -> u32 {
        self.position(offset as usize, Encoding::Utf8).line
    }

    /// Where a line starts; `None` where it was not kept, or is not there.
    pub fn start_of(&self, line: u32) -> Option<u32> {
        let idx = self.starts.binary_search_by_key(&line, |it| it.0).ok()?;
        Some(self.starts[idx].1)
    }

    /// The position of `offset`, or of the nearest kept line's start where its own was not kept.
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let idx = self
            .starts
            .partition_point(|&(_, start)| start as usize <= offset);
        let Some(&(line, start)) = idx.checked_sub(1).and_then(|idx| self.starts.get(idx)) else {
            return Position { line: 0, column: 0 };
        };
        let bytes = offset - start as usize;
        let column = match self.wide.binary_search_by_key(&line, |(number, _)| *number) {
            Ok(idx) => columns(&self.wide[idx].1, bytes, encoding),
            Err(_) => bytes,
        };
        Position {
            line,
            column: column as u32,
        }
    }
}

/// Counts the units of the first `bytes` bytes of `line`; a place inside a character counts as its start.
fn columns(line: &str, bytes: usize, encoding: Encoding) -> usize {
    let mut bytes = bytes.min(line.len());
    while !line.is_char_boundary(bytes) {
        bytes -= 1;
    }
    let head = &line[..bytes];
    match encoding {
        Encoding::Utf8 => bytes,
        Encoding::Utf16 => head.encode_utf16().count(),
        Encoding::Utf32 => head.chars().count(),
    }
}

/// Text as a string: each byte that is no UTF-8 is a `?`, so that offsets stay what they are on disk.
pub(crate) fn replace_invalid(mut bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    while let Err(error) = std::str::from_utf8(bytes) {
        let (valid, rest) = bytes.split_at(error.valid_up_to());
        text.push_str(&String::from_utf8_lossy(valid));
        let bad = error.error_len().unwrap_or(rest.len());
        text.extend(std::iter::repeat_n('?', bad));
        bytes = &rest[bad..];
    }
    text.push_str(&String::from_utf8_lossy(bytes));
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_exact_in_each_encoding() {
        let text = "a\r\n\u{1F600}b\rc\n".as_bytes();
        let lines = Lines::full(text);
        let at = |offset, encoding| {
            let it = lines.position(offset, encoding);
            (it.line, it.column)
        };
        assert_eq!(at(7, Encoding::Utf8), (1, 4));
        assert_eq!(at(7, Encoding::Utf16), (1, 2));
        assert_eq!(at(7, Encoding::Utf32), (1, 1));
        assert_eq!(at(9, Encoding::Utf16), (2, 0));
        assert_eq!(at(11, Encoding::Utf16), (3, 0));
    }

    #[test]
    fn a_byte_order_mark_is_in_no_column() {
        let text = "\u{feff}// \u{1F600} x\n\u{feff}y".as_bytes();
        for lines in [
            Lines::full(text),
            Lines::touched(text, [Span::new(3, 11), Span::new(16, 17)]),
        ] {
            for (encoding, column) in [(Encoding::Utf8, 8), (Encoding::Utf32, 5)] {
                let position = lines.position(11, encoding);
                assert_eq!((position.line, position.column), (0, column));
                assert_eq!(lines.position(0, encoding).column, 0);
                assert_eq!(lines.position(3, encoding).column, 0);
            }
            // Elsewhere it is a character as any other.
            assert_eq!(lines.position(16, Encoding::Utf32).column, 1);
        }
    }

    #[test]
    fn touched_lines_give_the_same_positions_as_all_lines() {
        let text = "one\ntwo \u{e9}\u{e9} x\nthree\n\nfive".as_bytes();
        let span = Span::new(8, 14);
        let (full, some) = (Lines::full(text), Lines::touched(text, [span]));
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            assert_eq!(full.position(8, encoding), some.position(8, encoding));
            assert_eq!(full.position(14, encoding), some.position(14, encoding));
        }
        assert_eq!(some.starts.len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn both_ways_to_the_touched_lines_give_the_same(
            text in "\u{feff}?[a\u{e9}\n]{0,60}",
            offsets in proptest::collection::btree_set(0_u32..80, 0..8),
        ) {
            let offsets: Vec<u32> = offsets.into_iter().collect();
            let text = text.as_bytes();
            proptest::prop_assert_eq!(
                Lines::touched_of_lf(text, &offsets),
                Lines::touched_of_any(text, &offsets)
            );
        }
    }

    #[test]
    fn invalid_bytes_keep_their_length() {
        let lines = Lines::full(b"\xff\xfe\xc3\xa9x");
        assert_eq!(lines.position(4, Encoding::Utf32).column, 3);
    }
}
