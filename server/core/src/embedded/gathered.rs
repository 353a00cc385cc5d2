//! Text gathered from pieces of a file, and the way back to the file's own offsets.

use crate::comments::Comment;
use crate::span::Span;

/// Bytes from several places of a file, some of them unescaped.
#[derive(Debug, Default)]
pub struct Gathered {
    text: Vec<u8>,
    /// Ascending by `start`, without gaps.
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    /// In the gathered text.
    start: usize,
    len: usize,
    /// In the file. As long as `len`, unless it is an escape.
    origin: usize,
    origin_len: usize,
}

impl Gathered {
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Adds `bytes`, which stand so in the file at `origin`.
    pub fn push(&mut self, bytes: &[u8], origin: usize) {
        self.push_escape(bytes, origin, bytes.len());
    }

    /// Adds `bytes`, for which `origin_len` bytes at `origin` stand in the file.
    pub fn push_escape(&mut self, bytes: &[u8], origin: usize, origin_len: usize) {
        if bytes.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.extend_from_slice(bytes);
        let plain = bytes.len() == origin_len;
        if let Some(last) = self.pieces.last_mut()
            && plain
            && last.len == last.origin_len
            && last.origin + last.len == origin
        {
            last.len += bytes.len();
            last.origin_len += origin_len;
            return;
        }
        self.pieces.push(Piece {
            start,
            len: bytes.len(),
            origin,
            origin_len,
        });
    }

    /// Where in the file the gathered byte at `offset` begins.
    pub fn start(&self, offset: usize) -> usize {
        let idx = self.pieces.partition_point(|it| it.start <= offset);
        match idx.checked_sub(1).map(|idx| &self.pieces[idx]) {
            Some(piece) if offset < piece.start + piece.len => {
                piece.origin + (offset - piece.start).min(piece.origin_len)
            }
            Some(piece) => piece.origin + piece.origin_len,
            None => 0,
        }
    }

    /// Where in the file the gathered byte before `offset` ends.
    pub fn end(&self, offset: usize) -> usize {
        let idx = self.pieces.partition_point(|it| it.start < offset);
        match idx.checked_sub(1).map(|idx| &self.pieces[idx]) {
            Some(piece) if offset < piece.start + piece.len => {
                piece.origin + (offset - piece.start).min(piece.origin_len)
            }
            Some(piece) => piece.origin + piece.origin_len,
            None => self.start(offset),
        }
    }

    /// The place in the file of a span of the gathered text.
    pub fn place(&self, span: Span) -> Span {
        let start = self.start(span.start as usize);
        if span.is_empty() {
            return Span::new(start, start);
        }
        Span::new(start, self.end(span.end as usize).max(start))
    }

    /// The same comment at its place in the file.
    pub fn comment(&self, comment: Comment) -> Comment {
        Comment {
            span: self.place(comment.span),
            text: self.place(comment.text),
            ..comment
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_over_gaps_and_escapes() {
        // File: `ab|c\n|\"d`, of which `|` are not gathered.
        let mut it = Gathered::default();
        it.push(b"ab", 0);
        it.push(b"c", 3);
        it.push_escape(b"\n", 4, 2);
        it.push_escape(b"\"", 7, 2);
        it.push(b"d", 9);
        assert_eq!(it.text(), b"abc\n\"d");
        assert_eq!(it.place(Span::new(1, 3)), Span::new(1, 4));
        assert_eq!(it.place(Span::new(2, 4)), Span::new(3, 6));
        assert_eq!(it.place(Span::new(4, 5)), Span::new(7, 9));
        assert_eq!(it.place(Span::new(0, 2)), Span::new(0, 2));
        assert_eq!(it.place(Span::new(6, 6)), Span::new(10, 10));
        assert_eq!(it.start(4), 7);
    }
}
