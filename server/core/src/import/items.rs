//! Check lists as they stand in Markdown: items with what is nested in them, headings, and the rest.

/// A list item with a box.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Item {
    /// What stands in the box.
    pub(super) mark: char,
    pub(super) text: String,
    /// From 1.
    pub(super) line: u32,
    /// Lines below it that belong to it and are no items, their common indentation taken off.
    pub(super) more: Vec<String>,
    pub(super) children: Vec<Item>,
    indent: usize,
}

/// A piece of a page, in the page's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Heading {
        level: usize,
        text: String,
    },
    Item(Item),
    /// Any other line, blank ones included.
    Line(String),
}

/// A line that is an item of a check list: its indentation, its mark, its text.
pub(super) fn item(line: &str) -> Option<(usize, char, &str)> {
    let trimmed = line.trim_start_matches([' ', '\t']);
    let indent = width(&line[..line.len() - trimmed.len()]);
    let after = match trimmed.strip_prefix(['-', '*', '+']) {
        Some(rest) => rest,
        None => {
            let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
            let rest = &trimmed[digits..];
            (1..10).contains(&digits).then_some(())?;
            rest.strip_prefix(['.', ')'])?
        }
    };
    let rest = after.strip_prefix([' ', '\t'])?.trim_start();
    let rest = rest.strip_prefix('[')?;
    let mark = rest.chars().next()?;
    let rest = rest[mark.len_utf8()..].strip_prefix(']')?;
    let fits = rest.is_empty() || rest.starts_with([' ', '\t']);
    fits.then(|| (indent, mark, rest.trim()))
}

/// Level and text of a line that is a heading.
pub(super) fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|it| *it == b'#').count();
    let rest = &line[level..];
    let fits = (1..=6).contains(&level) && (rest.is_empty() || rest.starts_with([' ', '\t']));
    fits.then(|| (level, rest.trim().trim_end_matches('#').trim_end()))
}

/// Which lines stand in a fence or an HTML comment, and so are neither items nor headings.
#[derive(Default)]
pub(super) struct Verbatim {
    fence: Option<(char, usize)>,
    comment: bool,
}

impl Verbatim {
    /// Whether the next line is one of them, the lines that open and close included.
    pub(super) fn takes(&mut self, line: &str) -> bool {
        let trimmed = line.trim_start();
        let run = |sign: char| trimmed.chars().take_while(|it| *it == sign).count();
        match self.fence {
            Some((sign, len)) => {
                let count = run(sign);
                if count >= len && trimmed[count..].trim().is_empty() {
                    self.fence = None;
                }
                return true;
            }
            None if self.comment => {
                self.comment = !line.contains("-->");
                return true;
            }
            None => {}
        }
        if let Some(sign) = ['`', '~'].into_iter().find(|it| run(*it) >= 3) {
            // An info string has no backticks, or it is code in a line.
            if sign == '~' || !trimmed[run(sign)..].contains('`') {
                self.fence = Some((sign, run(sign)));
                return true;
            }
        }
        if trimmed.starts_with("<!--") {
            self.comment = !trimmed.contains("-->");
            return true;
        }
        false
    }

    /// Whether a fence is open.
    pub(super) fn is_fenced(&self) -> bool {
        self.fence.is_some()
    }
}

/// Reads a page, or a part of one whose first line is `first` (from 1).
pub(super) fn pieces(text: &str, first: u32) -> Vec<Piece> {
    let mut reader = Reader::default();
    for (line, number) in text.lines().zip(first..) {
        reader.take(line, number);
    }
    reader.close(0);
    reader.pieces
}

#[derive(Default)]
struct Reader {
    pieces: Vec<Piece>,
    /// Items that may go on, each nested in the one before.
    open: Vec<Item>,
    /// Blank lines that belong to an item if more of it follows.
    blanks: usize,
    verbatim: Verbatim,
    /// A fence that began in an item belongs to it to its end.
    inside: bool,
}

impl Reader {
    fn take(&mut self, line: &str, number: u32) {
        let was_verbatim = self.verbatim.fence.is_some() || self.verbatim.comment;
        let verbatim = self.verbatim.takes(line);
        if was_verbatim {
            return match self.inside {
                true => self.more(line),
                false => self.line(line),
            };
        }
        if line.trim().is_empty() {
            match self.open.is_empty() {
                true => self.pieces.push(Piece::Line(String::new())),
                false => self.blanks += 1,
            }
            return;
        }
        if !verbatim && let Some((level, text)) = heading(line) {
            self.close(0);
            self.flush();
            let text = text.to_owned();
            return self.pieces.push(Piece::Heading { level, text });
        }
        if !verbatim && let Some((indent, mark, text)) = item(line) {
            self.close(indent);
            if self.open.is_empty() {
                self.flush();
            }
            self.blanks = 0;
            return self.open.push(Item {
                mark,
                text: text.to_owned(),
                line: number,
                indent,
                ..Item::default()
            });
        }
        let indent = width(&line[..line.len() - line.trim_start().len()]);
        let lazy = self.blanks == 0 && !verbatim && !begins_block(line.trim_start());
        let deepest = self.open.last().map_or(usize::MAX, |it| it.indent);
        if !(lazy && !self.open.is_empty() && indent <= deepest) {
            self.close(indent.max(1));
        }
        self.inside = !self.open.is_empty() && (indent > 0 || lazy);
        match self.inside {
            true => self.more(line),
            false => {
                self.close(0);
                self.line(line);
            }
        }
    }

    fn line(&mut self, line: &str) {
        self.flush();
        self.pieces.push(Piece::Line(line.to_owned()));
    }

    /// Blank lines after the last item are of the page.
    fn flush(&mut self) {
        for _ in 0..std::mem::take(&mut self.blanks) {
            self.pieces.push(Piece::Line(String::new()));
        }
    }

    fn more(&mut self, line: &str) {
        let Some(item) = self.open.last_mut() else {
            return;
        };
        for _ in 0..std::mem::take(&mut self.blanks) {
            item.more.push(String::new());
        }
        item.more.push(line.to_owned());
    }

    /// Ends the items that something at this indentation is not nested in.
    fn close(&mut self, indent: usize) {
        while self.open.last().is_some_and(|it| it.indent >= indent) {
            let Some(mut item) = self.open.pop() else {
                return;
            };
            dedent(&mut item.more);
            match self.open.last_mut() {
                Some(parent) => parent.children.push(item),
                None => self.pieces.push(Piece::Item(item)),
            }
        }
    }
}

/// Whether a line cannot be the rest of the paragraph above it.
fn begins_block(line: &str) -> bool {
    let is_rule = line.len() >= 3
        && line
            .bytes()
            .all(|it| matches!(it, b'-' | b'*' | b'_' | b' '));
    let is_bullet = line
        .strip_prefix(['-', '*', '+'])
        .is_some_and(|it| it.starts_with(' '));
    is_rule || is_bullet || line.starts_with(['>', '|', '<'])
}

/// Takes off the indentation that all lines but the blank have.
pub(super) fn dedent(lines: &mut [String]) {
    let blank = |it: &str| it.trim().is_empty();
    let least = lines.iter().filter(|it| !blank(it)).map(|it| {
        it.bytes()
            .take_while(|it| matches!(it, b' ' | b'\t'))
            .count()
    });
    let least = least.min().unwrap_or(0);
    for line in lines {
        match blank(line) {
            true => line.clear(),
            false => drop(line.drain(..least)),
        }
    }
}

/// Columns of an indentation.
fn width(blank: &str) -> usize {
    blank.bytes().fold(0, |at, it| match it {
        b'\t' => (at / 4 + 1) * 4,
        _ => at + 1,
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, expect: Expect) {
        fn draw(item: &Item, depth: usize, out: &mut String) {
            let pad = "  ".repeat(depth);
            out.push_str(&format!(
                "{pad}{} [{}] {}\n",
                item.line, item.mark, item.text
            ));
            for line in &item.more {
                out.push_str(&format!("{pad}  > {line}\n"));
            }
            item.children.iter().for_each(|it| draw(it, depth + 1, out));
        }
        let mut out = String::new();
        for piece in pieces(text, 1) {
            match piece {
                Piece::Heading { level, text } => out.push_str(&format!("{level}# {text}\n")),
                Piece::Item(item) => draw(&item, 0, &mut out),
                Piece::Line(line) => out.push_str(&format!("= {line}\n")),
            }
        }
        expect.assert_eq(&out);
    }

    #[test]
    fn items_nest_by_their_indentation() {
        check(
            "# A #\n\nprose\n- [ ] one\n  goes on\nlazily\n  - [x] two\n\t- [/] three\n\n    said of two\n- [X] four\n\nafter\n1. [-] five\n",
            expect![[r#"
                1# A
                = 
                = prose
                4 [ ] one
                  >   goes on
                  > lazily
                  7 [x] two
                    > 
                    > said of two
                    8 [/] three
                11 [X] four
                = 
                = after
                14 [-] five
            "#]],
        );
    }

    #[test]
    fn code_and_comments_hold_no_items() {
        check(
            "- [ ] one\n  ```md\n  - [ ] code\n\n  # no heading\n  ```\n  more\n<!-- - [ ] gone\n- [ ] too\n-->\n~~~\n- [ ] x\n~~~\n- [] none\n-[ ] none\n- [ ]none\n- [ ]\n",
            expect![[r#"
                1 [ ] one
                  > ```md
                  > - [ ] code
                  > 
                  > # no heading
                  > ```
                  > more
                = <!-- - [ ] gone
                = - [ ] too
                = -->
                = ~~~
                = - [ ] x
                = ~~~
                = - [] none
                = -[ ] none
                = - [ ]none
                17 [ ] 
            "#]],
        );
    }
}
