//! Changes of a list: what stays in it keeps its bytes.

use granit_parser::{ScalarStyle, StructureStyle};

use super::source::Source;
use super::{Refusal, delete, edit, replace};
use crate::edit::TextEdit;
use crate::page::yaml::{Data, Entry, Node};
use crate::span::Span;
use crate::ticket::field;
use crate::ticket::write::{self, Place, Style};

/// What becomes of the items between two that stay: `old` ones of the list, `new` ones of the value.
#[derive(Debug, PartialEq, Eq)]
struct Gap {
    old: std::ops::Range<usize>,
    new: std::ops::Range<usize>,
}

/// The items of a value as a list; `None` where some are no plain values.
pub(super) fn current(node: &Node) -> Option<Vec<String>> {
    match &node.data {
        Data::Null => Some(Vec::new()),
        Data::Scalar { text, .. } => Some(field::split(text)),
        Data::Sequence { items, .. } => items
            .iter()
            .map(|it| it.text().map(|it| it.trim().to_owned()))
            .collect(),
        Data::Mapping { .. } | Data::Alias(_) => None,
    }
}

pub(super) fn edits(
    source: &Source<'_>,
    field: &str,
    entry: &Entry,
    new: &[String],
) -> Result<Vec<TextEdit>, Refusal> {
    let unfit = || Refusal::Unfit(field.to_owned());
    let old = current(&entry.value).ok_or_else(unfit)?;
    if old == new {
        return Ok(Vec::new());
    }
    let (items, style) = match &entry.value.data {
        Data::Sequence { items, style } if !items.is_empty() => (items, *style),
        _ => return replace(source, field, entry, &write::flow_list(new)),
    };
    let list = List {
        source,
        field,
        entry,
        items,
        new,
    };
    let gaps = gaps(&old, new);
    match style {
        _ if new.is_empty() => list.emptied(style),
        StructureStyle::Flow => list.flow(&gaps),
        StructureStyle::Block => list.block(&gaps),
    }
}

struct List<'a> {
    source: &'a Source<'a>,
    field: &'a str,
    entry: &'a Entry,
    /// Never empty.
    items: &'a [Node],
    new: &'a [String],
}

impl List<'_> {
    fn unfit(&self) -> Refusal {
        Refusal::Unfit(self.field.to_owned())
    }

    fn emptied(&self, style: StructureStyle) -> Result<Vec<TextEdit>, Refusal> {
        if style == StructureStyle::Flow {
            return replace(self.source, self.field, self.entry, "[]");
        }
        let colon = self.source.colon(self.field, self.entry)? + 1;
        let mut edits = vec![edit(Span::new(colon, colon), " []".to_owned())];
        for item in self.items {
            edits.extend(self.source.erased(self.line_item(item)?));
        }
        Ok(edits)
    }

    fn flow(&self, gaps: &[Gap]) -> Result<Vec<TextEdit>, Refusal> {
        let mut edits = Vec::new();
        for gap in gaps {
            let (replaced, added) = self.replaced(gap, Place::Flow, &mut edits)?;
            let first = gap.old.start + replaced;
            let start = |idx: usize| self.items.get(idx).map(|it| it.span.start as usize);
            let previous_end = first
                .checked_sub(1)
                .map(|it| self.items[it].span.end as usize);
            if first < gap.old.end {
                let region = match (start(gap.old.end), previous_end) {
                    (Some(next), _) => Span::new(self.items[first].span.start as usize, next),
                    (None, Some(previous)) => {
                        Span::new(previous, self.items[gap.old.end - 1].span.end as usize)
                    }
                    (None, None) => return Err(self.unfit()),
                };
                self.source.uncommented(self.field, region)?;
                edits.push(delete(region));
            }
            let words: Vec<String> = added
                .iter()
                .map(|it| write::scalar(it, Style::Plain, Place::Flow))
                .collect();
            if words.is_empty() {
                continue;
            }
            edits.push(match (previous_end, start(0)) {
                (Some(at), _) => edit(Span::new(at, at), format!(", {}", words.join(", "))),
                (None, Some(at)) => edit(Span::new(at, at), format!("{}, ", words.join(", "))),
                (None, None) => return Err(self.unfit()),
            });
        }
        Ok(edits)
    }

    fn block(&self, gaps: &[Gap]) -> Result<Vec<TextEdit>, Refusal> {
        let mut edits = Vec::new();
        let model = self.line_item(&self.items[0])?;
        let indent = self.source.before(model.start as usize);
        let bullet = match is_block_scalar(&self.items[0]) {
            true => "- ",
            false => &self.source.text[model.start as usize..self.items[0].span.start as usize],
        };
        for gap in gaps {
            let (replaced, added) = self.replaced(gap, Place::Block, &mut edits)?;
            let first = gap.old.start + replaced;
            for item in &self.items[first..gap.old.end] {
                edits.extend(self.source.erased(self.line_item(item)?));
            }
            let lines: String = added
                .iter()
                .map(|it| write::scalar(it, Style::Plain, Place::Block))
                .map(|it| format!("{indent}{bullet}{it}{}", self.source.line_break))
                .collect();
            if lines.is_empty() {
                continue;
            }
            let at = match first.checked_sub(1) {
                Some(previous) => {
                    let end = self.source.trimmed_end(&self.items[previous]);
                    self.source.next_line(end)
                }
                None => self.source.line_start(model.start as usize),
            };
            edits.push(edit(Span::new(at, at), lines));
        }
        Ok(edits)
    }

    /// Writes new items over old ones as far as there are both; gives their number and the new
    /// ones that are left.
    fn replaced(
        &self,
        gap: &Gap,
        place: Place,
        edits: &mut Vec<TextEdit>,
    ) -> Result<(usize, &[String]), Refusal> {
        let both = gap.old.len().min(gap.new.len());
        for (item, text) in self.items[gap.old.clone()]
            .iter()
            .zip(&self.new[gap.new.clone()])
        {
            let style = match &item.data {
                Data::Scalar { style, .. } => match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal | ScalarStyle::Folded => {
                        let header = self.header(item)?;
                        let text = write::scalar(text, Style::Plain, place);
                        edits.push(edit(header, text));
                        let end = self.source.trimmed_end(item);
                        let content = Span::new(header.end as usize, end);
                        edits.extend(self.source.erased_lines_after(content));
                        continue;
                    }
                },
                _ => return Err(self.unfit()),
            };
            edits.push(edit(item.span, write::scalar(text, style, place)));
        }
        Ok((both, &self.new[gap.new.start + both..gap.new.end]))
    }

    /// A block item from its dash to its end; the dash stands behind blanks alone, in the line of
    /// the item or of its header.
    fn line_item(&self, item: &Node) -> Result<Span, Refusal> {
        let start = match is_block_scalar(item) {
            true => self.header(item)?.start as usize,
            false => item.span.start as usize,
        };
        let before = self.source.before(start);
        let head = before.trim_end_matches([' ', '\t']);
        match head.strip_suffix('-') {
            Some(indent) if indent.trim().is_empty() => {
                let dash = start - before.len() + indent.len();
                Ok(Span::new(dash, self.source.trimmed_end(item)))
            }
            _ => Err(self.unfit()),
        }
    }

    /// The `|` or `>` of an item's block scalar, which stands in the line above its text.
    fn header(&self, item: &Node) -> Result<Span, Refusal> {
        let line = self.source.line_start(item.span.start as usize);
        let above = self.source.line_above(line).ok_or_else(|| self.unfit())?;
        let content = &self.source.text[above..line];
        let at = content.find(['|', '>']).ok_or_else(|| self.unfit())?;
        let token = content[at..].split(char::is_whitespace).next();
        Ok(Span::new(
            above + at,
            above + at + token.map_or(1, str::len),
        ))
    }
}

fn is_block_scalar(node: &Node) -> bool {
    matches!(
        node.data,
        Data::Scalar {
            style: ScalarStyle::Literal | ScalarStyle::Folded,
            ..
        }
    )
}

/// Where two lists differ, by their longest common subsequence.
fn gaps(old: &[String], new: &[String]) -> Vec<Gap> {
    /// Above this many comparisons all that is between the common ends counts as different.
    const MAX: usize = 1 << 20;
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let old_mid = &old_rest[..old_rest.len() - tail];
    let new_mid = &new_rest[..new_rest.len() - tail];
    let (rows, columns) = (old_mid.len(), new_mid.len());
    if rows.saturating_mul(columns) > MAX {
        return vec![Gap {
            old: head..head + rows,
            new: head..head + columns,
        }];
    }
    let width = columns + 1;
    let mut longest = vec![0_usize; (rows + 1) * width];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            longest[row * width + column] = match old_mid[row] == new_mid[column] {
                true => longest[(row + 1) * width + column + 1] + 1,
                false => longest[(row + 1) * width + column].max(longest[row * width + column + 1]),
            };
        }
    }
    let mut gaps = Vec::new();
    let (mut row, mut column) = (0, 0);
    let (mut from_row, mut from_column) = (0, 0);
    loop {
        let common = row < rows && column < columns && old_mid[row] == new_mid[column];
        let done = row == rows && column == columns;
        if (common || done) && (from_row < row || from_column < column) {
            gaps.push(Gap {
                old: head + from_row..head + row,
                new: head + from_column..head + column,
            });
        }
        match () {
            () if done => return gaps,
            () if common => {
                (row, column) = (row + 1, column + 1);
                (from_row, from_column) = (row, column);
            }
            () if column == columns
                || (row < rows
                    && longest[(row + 1) * width + column]
                        >= longest[row * width + column + 1]) =>
            {
                row += 1;
            }
            () => column += 1,
        }
    }
}
