//! Keeps the comments that are asked for: all, or the runs that hold a hit.

use crate::comments::{Comment, CommentKind};

/// Takes comments in the order of their places.
pub(super) struct Sink<'a> {
    text: &'a [u8],
    hits: Option<&'a [usize]>,
    kept: Vec<Comment>,
    /// Where the current run begins in `kept`, and whether it holds a hit.
    run: usize,
    run_hit: bool,
    /// Nothing that begins after this can be asked for.
    pub(super) stop_after: usize,
    /// Where the line after the one that `stop_after` was worked out for begins.
    line_end: usize,
}

impl<'a> Sink<'a> {
    pub(super) fn new(text: &'a [u8], hits: Option<&'a [usize]>) -> Self {
        let stop_after = match hits {
            None => usize::MAX,
            Some(hits) => hits.last().copied().unwrap_or(0),
        };
        Self {
            text,
            hits,
            kept: Vec::new(),
            run: 0,
            run_hit: false,
            stop_after,
            line_end: 0,
        }
    }

    pub(super) fn push(&mut self, comment: Comment) {
        let Some(hits) = self.hits else {
            self.kept.push(comment);
            return;
        };
        let span = comment.span;
        let is_hit = self.wants(span.start as usize, span.end as usize);
        // Nothing goes on from a docstring into a comment or back, so one without a hit of its own is
        // not even looked for: it must not count where it is found, either.
        if comment.kind == CommentKind::Docstring && !is_hit {
            return;
        }
        let adjacent = self
            .kept
            .last()
            .is_some_and(|last| same_run(self.text, last.span.end as usize, span.start as usize));
        if !adjacent {
            self.end_run();
        }
        self.kept.push(comment);
        self.run_hit |= is_hit;
        let last = hits.last().copied().unwrap_or(0);
        if self.run_hit && span.end as usize >= self.line_end {
            self.line_end = next_line(self.text, span.end as usize);
            self.stop_after = next_line(self.text, self.line_end).max(last);
        }
    }

    /// Whether a comment there would be kept for its own sake.
    pub(super) fn wants(&self, start: usize, end: usize) -> bool {
        self.hits.is_none_or(|hits| {
            let next = hits.partition_point(|&it| it < start);
            hits.get(next).is_some_and(|&it| it < end)
        })
    }

    pub(super) fn finish(mut self) -> Vec<Comment> {
        if self.hits.is_some() {
            self.end_run();
        }
        self.kept
    }

    fn end_run(&mut self) {
        if !self.run_hit {
            self.kept.truncate(self.run);
        }
        self.run = self.kept.len();
        self.run_hit = false;
    }
}

/// The comments of `all` that a [`Sink`] with `hits` would have kept.
pub(crate) fn near(text: &[u8], all: Vec<Comment>, hits: Option<&[usize]>) -> Vec<Comment> {
    let mut sink = Sink::new(text, hits);
    for comment in all {
        sink.push(comment);
    }
    sink.finish()
}

/// Two comments are of one run where the second begins on the line on which the first ends, or on the next.
fn same_run(text: &[u8], end: usize, start: usize) -> bool {
    if end >= start {
        return true;
    }
    let gap = &text[..start];
    let mut at = end;
    for _ in 0..2 {
        let next = next_line(gap, at);
        if next == at || (next == start && !matches!(text[start - 1], b'\n' | b'\r')) {
            return true;
        }
        at = next;
    }
    false
}

/// Where the line after the one of `at` begins, or the text's end.
fn next_line(text: &[u8], at: usize) -> usize {
    let rest = &text[at..];
    let len = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    let brk = match &rest[len..] {
        [b'\r', b'\n', ..] => 2,
        [] => 0,
        _ => 1,
    };
    at + len + brk
}
