//! What a file's new name asks of the links to it, and of the links in it.

use std::collections::BTreeMap;

use super::{Snapshot, paths};
use crate::edit::{FileEdit, TextEdit};
use crate::facts::FileFacts;
use crate::lineage::{Origin, Source, Whole};
use crate::page::{Link, LinkKind};
use crate::ticket::draft::file_name;

/// The path of a ticket's file beside `beside`, named after its id and title.
pub fn ticket_path(beside: &str, id: &str, title: &str) -> String {
    format!("{}{}", paths::folder(beside), file_name(id, title))
}

/// The edits that keep links right when the file at `from` goes to `to`; see [`links_after`].
pub fn link_edits(snapshot: &Snapshot, from: &str, to: &str) -> Vec<FileEdit> {
    links_after(snapshot, &BTreeMap::from([(from, to)]))
}

/// The edits that keep links right when files and folders go from the keys to the values: those that
/// point at them, and their own where the folder changes. Wiki links to a ticket's id need none;
/// those by its file name get the new one. Paths are those before the move.
pub fn links_after(snapshot: &Snapshot, moves: &BTreeMap<&str, &str>) -> Vec<FileEdit> {
    let mut pages: Vec<&str> = Vec::new();
    for (from, to) in moves {
        pages.extend(snapshot.index.linkers(from).map(|it| &**it));
        let whole = Whole::Page((*from).into());
        pages.extend(snapshot.index.derived(&whole).map(|it| &**it));
        for name in wiki_names(from) {
            pages.extend(snapshot.index.wiki_linkers(&name).map(|it| &**it));
        }
        if paths::folder(from) != paths::folder(to) {
            pages.push(from);
        }
    }
    pages.sort_unstable();
    pages.dedup();
    let mut edits = Vec::new();
    for path in pages {
        let Some(facts) = snapshot.file(path) else {
            continue;
        };
        let texts = texts_after(snapshot, moves, path, facts);
        if !texts.is_empty() {
            edits.push(FileEdit {
                path: path.to_owned(),
                expected: facts.hash,
                edits: texts,
            });
        }
    }
    edits
}

fn texts_after(
    snapshot: &Snapshot,
    moves: &BTreeMap<&str, &str>,
    path: &str,
    facts: &FileFacts,
) -> Vec<TextEdit> {
    let base = moves.get(path).copied().unwrap_or(path);
    let links = facts.page.iter().flat_map(|it| &it.links);
    let mut texts: Vec<_> = links
        .filter_map(|link| {
            let target = match link.kind {
                LinkKind::Inline => inline_after(moves, path, base, link)?,
                LinkKind::Wiki => wiki_after(snapshot, moves, link)?,
            };
            if target == link.target || target == encoded(&link.target) {
                return None;
            }
            let anchor = link.anchor.as_deref().map(|it| match link.kind {
                LinkKind::Inline => format!("#{}", encoded(it)),
                LinkKind::Wiki => format!("#{it}"),
            });
            Some(TextEdit {
                span: link.target_span,
                text: target + &anchor.unwrap_or_default(),
            })
        })
        .collect();
    let origins = facts.lineage.origins.iter();
    texts.extend(origins.filter_map(|it| origin_after(moves, it)));
    texts.sort_by_key(|it| it.span);
    // Several links may share the definition of their target.
    texts.dedup();
    texts
}

/// The file in a record of what was derived from it.
fn origin_after(moves: &BTreeMap<&str, &str>, origin: &Origin) -> Option<TextEdit> {
    let Whole::Page(path) = &origin.source.whole else {
        return None;
    };
    let whole = Whole::Page((*moves.get(&**path)?).into());
    let part = Box::default();
    Some(TextEdit {
        span: origin.name,
        text: Source { whole, part }.to_string(),
    })
}

fn inline_after(
    moves: &BTreeMap<&str, &str>,
    path: &str,
    base: &str,
    link: &Link,
) -> Option<String> {
    let target = paths::link_target(path, link)?;
    let moved = moves.get(target.as_str()).copied();
    let to = moved.unwrap_or(&target);
    // From the root, where the page itself is does not matter.
    if link.target.starts_with('/') {
        return moved.map(|it| format!("/{}", encoded(it)));
    }
    let stays = paths::folder(base) == paths::folder(path);
    if stays && moved.is_none() {
        return None;
    }
    // How the way to the folder is written stays where the way does.
    if stays && paths::folder(to) == paths::folder(&target) && !link.target.ends_with(['/', '.']) {
        let way = paths::folder(&link.target);
        return Some(encoded(way) + &encoded(paths::file_name(to)));
    }
    let slash = if link.target.ends_with('/') { "/" } else { "" };
    Some(encoded(&paths::relative(base, to)) + slash)
}

fn wiki_after(snapshot: &Snapshot, moves: &BTreeMap<&str, &str>, link: &Link) -> Option<String> {
    let name = paths::wiki_name(&link.target);
    let meant = snapshot.index.pages_named(&name).min()?;
    let to = moves.get(&**meant).copied()?;
    let [stem, full] = wiki_names(meant);
    let text = match () {
        () if name == stem => paths::stem(to),
        () if name == full => {
            let within = to.strip_prefix(paths::DOCS).unwrap_or(to);
            within.strip_suffix(".md").unwrap_or(within)
        }
        // By its id, which is in the file and not in its name.
        () => return None,
    };
    let ending = &link.target[link.target.len() - 3.min(link.target.len())..];
    let ending = if ending.eq_ignore_ascii_case(".md") {
        ending
    } else {
        ""
    };
    Some(format!("{text}{ending}"))
}

/// The names that a wiki link may have of a file for its path: without folders, and from `.docs` on.
fn wiki_names(path: &str) -> [String; 2] {
    let within = path.strip_prefix(paths::DOCS).unwrap_or(path);
    [paths::stem(path).to_lowercase(), paths::wiki_name(within)]
}

/// A path as the target of a Markdown link.
pub(crate) fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for it in path.chars() {
        match it {
            ' ' | '%' | '(' | ')' | '<' | '>' | '#' | '?' | '\\' | '\t' | '\n' | '\r' => {
                out.push_str(&format!("%{:02X}", u32::from(it)));
            }
            it => out.push(it),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    #[track_caller]
    fn check(fixture: &str, moves: &[(&str, &str)], expect: Expect) {
        let fixture = Fixture::new(fixture);
        let moves: BTreeMap<_, _> = moves.iter().copied().collect();
        let mut out = String::new();
        for edit in links_after(&fixture.snapshot(), &moves) {
            let text = TextEdit::apply_all(fixture.text(&edit.path), &edit.edits);
            out.push_str(&format!("--- {}\n{text}", edit.path));
        }
        expect.assert_eq(&out);
    }

    const PAGES: &str = "//- /.docs/a.md
[one](./dev/b.md#x) [two](/.docs/dev/b.md) [r] [[b#x|t]] [[dev/b.md]] [[c]]

[r]: <dev/b.md> \"title\"
//- /.docs/dev/b.md
# X

[self](b.md) [up](../a.md#y%20z) [c](sub%20folder/c.md) [web](https://x.y) [here](#x)
//- /.docs/dev/sub folder/c.md
[b](../b.md)
//- /README.md
[b](.docs/dev/b.md)
";

    #[test]
    fn a_new_name_is_put_into_links_as_they_are_written() {
        check(
            PAGES,
            &[(".docs/dev/b.md", ".docs/dev/n (1).md")],
            expect![[r#"
                --- .docs/a.md
                [one](./dev/n%20%281%29.md#x) [two](/.docs/dev/n%20%281%29.md) [r] [[n (1)#x|t]] [[dev/n (1).md]] [[c]]

                [r]: <dev/n%20%281%29.md> "title"
                --- .docs/dev/b.md
                # X

                [self](n%20%281%29.md) [up](../a.md#y%20z) [c](sub%20folder/c.md) [web](https://x.y) [here](#x)
                --- .docs/dev/sub folder/c.md
                [b](../n%20%281%29.md)
            "#]],
        );
    }

    #[test]
    fn a_page_that_moves_takes_its_own_links_along() {
        check(
            PAGES,
            &[(".docs/dev/b.md", ".docs/n.md")],
            expect![[r#"
            --- .docs/a.md
            [one](n.md#x) [two](/.docs/n.md) [r] [[n#x|t]] [[n.md]] [[c]]

            [r]: <n.md> "title"
            --- .docs/dev/b.md
            # X

            [self](n.md) [up](a.md#y%20z) [c](dev/sub%20folder/c.md) [web](https://x.y) [here](#x)
            --- .docs/dev/sub folder/c.md
            [b](../../n.md)
        "#]],
        );
    }

    #[test]
    fn pages_that_move_together_find_each_other() {
        check(
            PAGES,
            &[
                (".docs/dev/b.md", ".docs/x/b.md"),
                (".docs/dev/sub folder/c.md", ".docs/x/sub folder/c.md"),
            ],
            expect![[r#"
                --- .docs/a.md
                [one](x/b.md#x) [two](/.docs/x/b.md) [r] [[b#x|t]] [[x/b.md]] [[c]]

                [r]: <x/b.md> "title"
            "#]],
        );
    }
}
