//! Three-way merges: sets by their items, bodies by their blocks.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What both sides made of a set: an item that one side put in is in, one that a side took out is out.
///
/// Items are the same whatever their case, as labels and logins are on GitHub; they stay as
/// `mine` writes them.
pub fn sets(
    base: &BTreeSet<String>,
    mine: &BTreeSet<String>,
    theirs: &BTreeSet<String>,
) -> BTreeSet<String> {
    let (base, mine, theirs) = (folded(base), folded(mine), folded(theirs));
    let keys: BTreeSet<&String> = mine.keys().chain(theirs.keys()).collect();
    let kept = keys.into_iter().filter_map(|key| {
        let (in_mine, in_theirs) = (mine.get(key), theirs.get(key));
        match base.contains_key(key) {
            true => in_mine.and(in_theirs).and(in_mine),
            false => in_mine.or(in_theirs),
        }
    });
    kept.map(|it| (*it).to_owned()).collect()
}

/// Whether two sets are the same, whatever the case of their items.
pub fn same_sets(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    a == b || folded(a).keys().eq(folded(b).keys())
}

/// The items of `a` that are not in `b`, whatever their case.
pub fn missing(a: &BTreeSet<String>, b: &BTreeSet<String>) -> BTreeSet<String> {
    let b = folded(b);
    let missing = a.iter().filter(|it| !b.contains_key(&it.to_lowercase()));
    missing.cloned().collect()
}

fn folded(items: &BTreeSet<String>) -> BTreeMap<String, &str> {
    items.iter().map(|it| (it.to_lowercase(), &**it)).collect()
}

/// What both sides made of a Markdown text (diff3: Khanna, Kunal, Pierce, "A Formal Investigation
/// of Diff3", 2007); `None` where they changed the same block in different ways, or put different
/// blocks in at one place. What both changed in the same way is taken once.
///
/// A block is a heading, a list item with its lines, a paragraph, fenced code, or a blank line.
pub fn bodies(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let (base, mine, theirs) = (blocks(base), blocks(mine), blocks(theirs));
    let (a, b) = (hunks(&base, &mine), hunks(&base, &theirs));
    let (mut a, mut b) = (a.into_iter().peekable(), b.into_iter().peekable());
    let mut merged: Vec<&str> = Vec::with_capacity(mine.len().max(theirs.len()));
    let mut at = 0;
    loop {
        let (hunk, blocks) = match (a.peek(), b.peek()) {
            (None, None) => break,
            (Some(x), Some(y)) if meet(&x.old, &y.old) => {
                let same = x.old == y.old && mine[x.new.clone()] == theirs[y.new.clone()];
                if !same {
                    return None;
                }
                b.next();
                (a.next()?, &mine)
            }
            (Some(x), Some(y)) if (y.old.start, y.old.end) < (x.old.start, x.old.end) => {
                (b.next()?, &theirs)
            }
            (Some(_), _) => (a.next()?, &mine),
            (None, Some(_)) => (b.next()?, &theirs),
        };
        merged.extend(&base[at..hunk.old.start]);
        merged.extend(&blocks[hunk.new]);
        at = hunk.old.end;
    }
    merged.extend(&base[at..]);
    let lines: Vec<&str> = merged.iter().map(|it| it.trim_end_matches('\n')).collect();
    Some(lines.join("\n"))
}

/// A text in which nothing of either side is lost: merged where [`bodies`] merges, and where both
/// changed the same blocks, those of `mine` and then those of `theirs`. Without a base, what both
/// have in common stands for it.
pub fn both(base: Option<&str>, mine: &str, theirs: &str) -> String {
    let (mine, theirs) = (blocks(mine), blocks(theirs));
    let base = match base {
        Some(base) => blocks(base),
        None => common(&mine, &theirs),
    };
    let (a, b) = (hunks(&base, &mine), hunks(&base, &theirs));
    let (mut a, mut b) = (a.into_iter().peekable(), b.into_iter().peekable());
    let mut merged: Vec<&str> = Vec::with_capacity(mine.len() + theirs.len());
    // Where the base is, and how far each side is ahead of it.
    let (mut at, mut a_at, mut b_at) = (0, 0, 0);
    loop {
        let starts = [a.peek(), b.peek()].into_iter().flatten();
        let Some(first) = starts
            .map(|it| it.old.clone())
            .min_by_key(|it| (it.start, it.end))
        else {
            break;
        };
        let same = first.start - at;
        merged.extend(&base[at..first.start]);
        (a_at, b_at) = (a_at + same, b_at + same);
        // Changes that touch each other are one.
        let mut region = first;
        let (a_from, b_from) = (a_at, b_at);
        let (mut a_end, mut b_end) = (None, None);
        loop {
            if let Some(it) = a.next_if(|it| it.old == region || meet(&it.old, &region)) {
                region = region.start..region.end.max(it.old.end);
                a_end = Some(it);
            } else if let Some(it) = b.next_if(|it| it.old == region || meet(&it.old, &region)) {
                region = region.start..region.end.max(it.old.end);
                b_end = Some(it);
            } else {
                break;
            }
        }
        let end = |last: &Option<Hunk>, from: usize| match last {
            Some(it) => it.new.end + region.end - it.old.end,
            None => from + region.len(),
        };
        (a_at, b_at) = (end(&a_end, a_from), end(&b_end, b_from));
        let (ours, others) = (&mine[a_from..a_at], &theirs[b_from..b_at]);
        match (a_end, b_end) {
            (Some(_), None) => merged.extend(ours),
            (None, _) => merged.extend(others),
            (Some(_), Some(_)) if plain(ours) == plain(others) => merged.extend(ours),
            (Some(_), Some(_)) => {
                merged.extend(ours);
                if let (Some(last), Some(next)) = (ours.last(), others.first()) {
                    let is_apart = last.trim().is_empty() || next.trim().is_empty();
                    let are_items = is_item(last.trim()) && is_item(next.trim());
                    if !is_apart && !are_items {
                        merged.push("\n");
                    }
                }
                merged.extend(others);
            }
        }
        at = region.end;
    }
    merged.extend(&base[at..]);
    plain(&merged).join("\n")
}

/// Whether `now` has what `wanted` changed of `base`, wherever that stands.
pub fn holds(base: &str, now: &str, wanted: &str) -> bool {
    let (base, now, wanted) = (blocks(base), blocks(now), blocks(wanted));
    let text = |blocks: &[&str]| -> Vec<String> {
        let is_blank = |it: &&&str| it.trim().is_empty();
        let lead = blocks.iter().take_while(is_blank).count();
        let tail = blocks[lead..].iter().rev().take_while(is_blank).count();
        plain(&blocks[lead..blocks.len() - tail])
    };
    let count = |all: &[&str], run: &[&str]| match text(run) {
        run if run.is_empty() => 0,
        run => plain(all)
            .windows(run.len())
            .filter(|it| **it == run)
            .count(),
    };
    hunks(&base, &wanted).into_iter().all(|it| {
        let (old, new) = (&base[it.old], &wanted[it.new]);
        count(&now, new) >= count(&wanted, new) && count(&now, old) <= count(&wanted, old)
    })
}

/// The blocks that both have, in their order.
fn common<'a>(a: &[&'a str], b: &[&str]) -> Vec<&'a str> {
    let operations = capture_diff_slices(Algorithm::Myers, &plain(a), &plain(b));
    let equal = operations.into_iter().filter_map(|it| match it {
        DiffOp::Equal { old_index, len, .. } => Some(old_index..old_index + len),
        _ => None,
    });
    equal.flat_map(|it| a[it].iter().copied()).collect()
}

/// The last block has no line break of its own, wherever it stands.
fn plain(blocks: &[&str]) -> Vec<String> {
    let lines = blocks.iter().map(|it| it.trim_end_matches('\n').to_owned());
    lines.collect()
}

/// Where the first blocks stand in `mine` that differ from `theirs`, in bytes.
pub fn first_difference(mine: &str, theirs: &str) -> Range<usize> {
    let (mine, theirs) = (blocks(mine), blocks(theirs));
    let same = |(a, b): &(&&str, &&str)| a.trim_end() == b.trim_end();
    let n_same = mine.iter().zip(&theirs).take_while(same).count();
    let start = mine[..n_same].iter().map(|it| it.len()).sum();
    let len = mine.get(n_same).map_or(0, |it| it.trim_end().len());
    start..start + len
}

struct Hunk {
    old: Range<usize>,
    new: Range<usize>,
}

fn hunks(base: &[&str], other: &[&str]) -> Vec<Hunk> {
    let operations = capture_diff_slices(Algorithm::Myers, &plain(base), &plain(other));
    let end = (base.len(), other.len());
    let equal = operations.into_iter().filter_map(|it| match it {
        DiffOp::Equal {
            old_index,
            new_index,
            len,
        } => Some(((old_index, new_index), (old_index + len, new_index + len))),
        _ => None,
    });
    // What lies between two equal runs is one change, however the algorithm words it.
    let mut at = (0, 0);
    let mut hunks = Vec::new();
    for (start, next) in equal.chain([(end, end)]) {
        if at != start {
            hunks.push(Hunk {
                old: at.0..start.0,
                new: at.1..start.1,
            });
        }
        at = next;
    }
    hunks
}

/// Whether two changes are of the same blocks, or put blocks in at the same place.
fn meet(a: &Range<usize>, b: &Range<usize>) -> bool {
    let overlap = a.start < b.end && b.start < a.end;
    let inserts = a.is_empty() && b.is_empty() && a.start == b.start;
    overlap || inserts
}

/// The blocks of a text, which joined are the text again.
fn blocks(text: &str) -> Vec<&str> {
    let mut blocks = Vec::new();
    let (mut start, mut at) = (0, 0);
    let mut fence: Option<&str> = None;
    let mut cut = |start: &mut usize, end: usize| {
        if *start < end {
            blocks.push(&text[*start..end]);
            *start = end;
        }
    };
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let mark = fence_of(bare);
        let end = at + line.len();
        match (fence, mark) {
            (Some(open), Some(mark)) if mark.starts_with(open) && bare == mark => {
                fence = None;
                cut(&mut start, end);
            }
            (Some(_), _) => {}
            (None, Some(mark)) => {
                cut(&mut start, at);
                fence = Some(mark);
            }
            (None, None) if bare.is_empty() || bare.starts_with('#') => {
                cut(&mut start, at);
                cut(&mut start, end);
            }
            (None, None) if is_item(bare) => cut(&mut start, at),
            (None, None) => {}
        }
        at = end;
    }
    cut(&mut start, text.len());
    blocks
}

/// The marks that a fence begins with.
fn fence_of(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|it| matches!(it, '`' | '~'))?;
    let len = line.len() - line.trim_start_matches(mark).len();
    (len >= 3).then(|| &line[..len])
}

fn is_item(line: &str) -> bool {
    let bullet = ["- ", "* ", "+ "].iter().any(|it| line.starts_with(it));
    let digits = line.trim_start_matches(|it: char| it.is_ascii_digit());
    bullet || (digits.len() < line.len() && (digits.starts_with(". ") || digits.starts_with(") ")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(items: &str) -> BTreeSet<String> {
        items.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn sets_merge_by_item() {
        assert_eq!(sets(&set("a b"), &set("a b c"), &set("b d")), set("b c d"));
        assert_eq!(
            sets(&set("bug"), &set("bug"), &set("Bug new")),
            set("bug new")
        );
        assert_eq!(sets(&set("a"), &set(""), &set("a")), set(""));
    }

    #[test]
    fn each_side_changes_its_own_block() {
        let base = "Why.\n\n- [ ] one\n- [ ] two\n- [ ] three\n\nEnd";
        let mine = "Why indeed.\n\n- [x] one\n- [ ] two\n- [ ] three\n\nEnd";
        let theirs = "Why.\n\n- [ ] one\n- [x] two\n- [ ] three\n- [ ] four\n\nEnd\n\nMore";
        let merged = "Why indeed.\n\n- [x] one\n- [x] two\n- [ ] three\n- [ ] four\n\nEnd\n\nMore";
        assert_eq!(bodies(base, mine, theirs).as_deref(), Some(merged));
        assert_eq!(bodies(base, theirs, mine).as_deref(), Some(merged));
    }

    #[test]
    fn the_same_block_changed_twice_is_a_conflict() {
        assert_eq!(bodies("a\n\nb", "x\n\nb", "y\n\nb"), None);
        assert_eq!(bodies("a", "a\n\nx", "a\n\ny"), None);
        assert_eq!(bodies("a\n\nb", "b", "a!\n\nb"), None);
        assert_eq!(bodies("a", "x", "x").as_deref(), Some("x"));
        let fenced = "```\na\n\nb\n```";
        assert_eq!(bodies(fenced, "```\nA\n\nb\n```", "```\na\n\nB\n```"), None);
    }

    #[test]
    fn both_keeps_the_blocks_of_either_side() {
        let base = "Why.\n\n- [ ] one\n- [ ] two\n\nEnd";
        let mine = "Why me.\n\n- [x] one\n- [ ] two\n\nEnd";
        let theirs = "Why them.\n\n- [ ] one\n- [ ] 2\n\nEnd\n\nMore";
        let kept = "Why me.\n\nWhy them.\n\n- [x] one\n- [ ] 2\n\nEnd\n\nMore";
        assert_eq!(both(Some(base), mine, theirs), kept);
        let apart =
            "Why me.\n\nWhy them.\n\n- [x] one\n- [ ] two\n- [ ] one\n- [ ] 2\n\nEnd\n\nMore";
        assert_eq!(both(None, mine, theirs), apart);
        assert_eq!(both(None, "", "a"), "a");
        assert_eq!(both(Some("a"), "a", "a"), "a");
    }

    #[test]
    fn the_first_difference_is_a_block() {
        assert_eq!(first_difference("a\n\nb c\n\nd", "a\n\nx\n\nd"), 3..6);
        assert_eq!(first_difference("a", "a\n\nb"), 1..1);
    }

    fn text() -> impl Strategy<Value = String> {
        prop::collection::vec(
            prop::sample::select(vec!["a", "b", "", "- x", "- y", "## h", "```", "c c"]),
            0..8,
        )
        .prop_map(|it| it.join("\n"))
    }

    proptest! {
        #[test]
        fn blocks_are_the_text(text in text()) {
            prop_assert_eq!(blocks(&text).concat(), text);
        }

        #[test]
        fn one_side_alone_is_taken_whole(base in text(), other in text()) {
            prop_assert_eq!(bodies(&base, &other, &base), Some(plain(&other)));
            prop_assert_eq!(bodies(&base, &base, &other), Some(plain(&other)));
            prop_assert_eq!(bodies(&base, &other, &other), Some(plain(&other)));
        }

        #[test]
        fn which_side_is_mine_does_not_matter(base in text(), a in text(), b in text()) {
            prop_assert_eq!(bodies(&base, &a, &b), bodies(&base, &b, &a));
        }

        #[test]
        fn both_is_the_merge_where_there_is_one(base in text(), a in text(), b in text()) {
            if let Some(merged) = bodies(&base, &a, &b) {
                prop_assert_eq!(both(Some(&base), &a, &b), merged);
            }
        }

        #[test]
        fn a_text_holds_what_it_is(base in text(), a in text(), b in text()) {
            let kept = both(Some(&base), &a, &b);
            prop_assert!(holds(&a, &kept, &kept));
            prop_assert!(holds(&a, &b, &b));
        }

        #[test]
        fn both_loses_nothing_that_a_side_wrote(base in text(), a in text(), b in text()) {
            for (kept, base) in [(both(Some(&base), &a, &b), &*base), (both(None, &a, &b), "")] {
                let kept: BTreeSet<&str> = kept.lines().collect();
                let base: BTreeSet<&str> = base.lines().collect();
                for line in a.lines().chain(b.lines()) {
                    if base.contains(line) || line.trim().is_empty() {
                        continue;
                    }
                    prop_assert!(kept.contains(line), "{line:?} is not in {kept:?}");
                }
            }
        }

        #[test]
        fn a_merge_merges_again_to_itself(base in text(), a in text(), b in text()) {
            if let Some(merged) = bodies(&base, &a, &b) {
                prop_assert_eq!(bodies(&b, &merged, &b), Some(plain(&merged)));
            }
        }
    }

    /// Blocks end in one line break when they are put together again.
    fn plain(text: &str) -> String {
        let lines: Vec<_> = blocks(text)
            .iter()
            .map(|it| it.trim_end_matches('\n'))
            .collect();
        lines.join("\n")
    }
}
