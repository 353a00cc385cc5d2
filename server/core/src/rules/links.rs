//! The rule about links of pages and tickets.

use super::RuleId;
use super::report::{Found, Report};
use crate::page::{Link, LinkKind, Page};
use crate::world::status::named;
use crate::world::{Snapshot, paths};

/// Why a link leads nowhere, and what may stand in its target's place.
struct Broken {
    message: String,
    replacements: Vec<String>,
}

pub(super) fn check(report: &mut Report<'_>) {
    let Some(page) = &report.facts.page else {
        return;
    };
    if !report.path.starts_with(paths::DOCS) {
        return;
    }
    for link in &page.links {
        let broken = match link.kind {
            _ if link.target.is_empty() => heading(report.path, page, link),
            LinkKind::Inline => inline(report.snapshot, report.path, link),
            LinkKind::Wiki => wiki(report.snapshot, link),
        };
        let Some(broken) = broken else { continue };
        let key = format!(
            "{}#{}",
            link.target,
            link.anchor.as_deref().unwrap_or_default()
        );
        let mut found = Found::new(RuleId::BrokenLink, link.target_span, &key, broken.message);
        found.fixes = report.replacements(link.target_span, &broken.replacements);
        // A target is only offered where the file is known to be there.
        found.fixes.iter_mut().for_each(|it| it.safe = true);
        report.add(found);
    }
}

fn inline(snapshot: &Snapshot, from: &str, link: &Link) -> Option<Broken> {
    let path = paths::link_target(from, link)?;
    if snapshot.exists(&path) == Some(false) {
        return Some(missing(snapshot, from, link, &path));
    }
    let page = snapshot.file(&path)?.page.as_ref()?;
    heading(&path, page, link)
}

/// A ticket whose file was renamed is found by its id, a page by its `.md`.
fn missing(snapshot: &Snapshot, from: &str, link: &Link, path: &str) -> Broken {
    let ticket = paths::id_of(path).and_then(|id| snapshot.ticket(&id));
    let with_md = format!("{path}.md");
    let (hint, target) = match ticket {
        Some((file, ticket)) => (format!("; {} is there now", named(ticket)), &**file),
        None if snapshot.file(&with_md).is_some() => {
            ("; its name ends in .md".to_owned(), &*with_md)
        }
        None => (String::new(), ""),
    };
    let replacements = if target.is_empty() {
        Vec::new()
    } else {
        let anchor = link.anchor.as_ref().map(|it| format!("#{it}"));
        let relative = paths::relative(from, target);
        vec![format!("{relative}{}", anchor.unwrap_or_default())]
    };
    Broken {
        message: format!("There is no file {path}{hint}."),
        replacements,
    }
}

fn wiki(snapshot: &Snapshot, link: &Link) -> Option<Broken> {
    let name = paths::wiki_name(&link.target);
    let Some(path) = snapshot.index.pages_named(&name).min() else {
        // `[[picture.png]]` is a file that only the disk knows of.
        let extension = name.rsplit_once('.').map_or("", |it| it.1);
        let is_file = (1..=5).contains(&extension.len())
            && extension.bytes().all(|it| it.is_ascii_alphanumeric());
        return (!is_file).then(|| Broken {
            message: format!("No page or ticket is called {}.", link.target),
            replacements: Vec::new(),
        });
    };
    let page = snapshot.file(path)?.page.as_ref()?;
    heading(path, page, link)
}

fn heading(path: &str, page: &Page, link: &Link) -> Option<Broken> {
    let anchor = link.anchor.as_deref()?;
    // `#` alone is the page's top, `^` a block of Obsidian's.
    if anchor.is_empty() || anchor.starts_with('^') {
        return None;
    }
    if page.headings.iter().any(|it| paths::is_anchor(it, anchor)) {
        return None;
    }
    Some(Broken {
        message: format!("{} has no heading #{anchor}.", paths::file_name(path)),
        replacements: Vec::new(),
    })
}
