//! Paths within a project, as strings with `/`: what a link's target means.

use crate::facts::FileFacts;
use crate::ids::TicketId;
use crate::page::{Heading, Link, LinkKind};

/// Where the tickets are.
pub const TICKETS: &str = ".docs/tickets/";

/// Where everything of docket's is.
pub const DOCS: &str = ".docs/";

/// The folder of `path` with its final `/`; empty at the root.
pub fn folder(path: &str) -> &str {
    &path[..path.rfind('/').map_or(0, |it| it + 1)]
}

/// The last part of `path`.
pub fn file_name(path: &str) -> &str {
    &path[folder(path).len()..]
}

/// The file name without its last extension.
pub fn stem(path: &str) -> &str {
    let name = file_name(path);
    match name.rfind('.') {
        Some(0) | None => name,
        Some(dot) => &name[..dot],
    }
}

/// The path that `target`, as a page at `from` has it, means; `None` where that is outside of the
/// project. A leading `/` means the project's root, as it does on GitHub.
pub fn resolve(from: &str, target: &str) -> Option<String> {
    let (base, target) = match target.strip_prefix('/') {
        Some(rest) => ("", rest),
        None => (folder(from), target),
    };
    let mut parts: Vec<&str> = base.split('/').filter(|it| !it.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// `to` as a page at `from` would write it.
pub fn relative(from: &str, to: &str) -> String {
    let mut base: Vec<&str> = from.split('/').collect();
    base.pop();
    let to: Vec<&str> = to.split('/').collect();
    let common = base
        .iter()
        .zip(&to[..to.len() - 1])
        .take_while(|(a, b)| a == b)
        .count();
    let mut out = "../".repeat(base.len() - common);
    out.push_str(&to[common..].join("/"));
    out
}

/// The path that a link's target means; `None` for wiki links, links within the page and links out
/// of the project.
pub fn link_target(from: &str, link: &Link) -> Option<String> {
    if link.kind == LinkKind::Wiki || link.target.is_empty() || is_foreign(&link.target) {
        return None;
    }
    let path = resolve(from, &link.target)?;
    (!path.is_empty()).then_some(path)
}

/// The paths that the links of a page point at.
pub fn link_targets<'a>(from: &'a str, facts: &'a FileFacts) -> impl Iterator<Item = String> + 'a {
    let links = facts.page.iter().flat_map(|it| &it.links);
    links.filter_map(move |it| link_target(from, it))
}

/// The name that a wiki link goes by, as the index has it: lower case, without `.md`.
pub fn wiki_name(target: &str) -> String {
    let target = target.trim().trim_start_matches('/');
    let name = target.to_lowercase();
    match name.strip_suffix(".md") {
        Some(stem) => stem.to_owned(),
        None => name,
    }
}

/// Whether `anchor` means the heading: GitHub's slug, or the text itself as wiki links have it. Of
/// `Chapter#Section` the last counts.
pub fn is_anchor(heading: &Heading, anchor: &str) -> bool {
    let last = anchor.rsplit('#').next().unwrap_or(anchor);
    heading.anchor == last.to_lowercase() || heading.text.eq_ignore_ascii_case(last)
}

/// The id that a ticket's file name begins with.
pub fn id_of(path: &str) -> Option<TicketId> {
    let mut parts = stem(path).splitn(3, '-');
    let (prefix, rest) = (parts.next()?, parts.next()?);
    Some(TicketId::new(&format!("{prefix}-{rest}")))
}

/// A URL of any scheme, which is not ours to check.
fn is_foreign(target: &str) -> bool {
    if target.starts_with("//") {
        return true;
    }
    let scheme = target.split_once(':').map_or("", |it| it.0);
    // One letter is a drive of Windows.
    scheme.len() > 1
        && scheme
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_within_the_project() {
        let at = |target| resolve(".docs/dev/a.md", target);
        assert_eq!(at("b.md").as_deref(), Some(".docs/dev/b.md"));
        assert_eq!(at("./../b.md").as_deref(), Some(".docs/b.md"));
        assert_eq!(at("../../src/x.rs").as_deref(), Some("src/x.rs"));
        assert_eq!(at("/src//x.rs").as_deref(), Some("src/x.rs"));
        assert_eq!(at("../../../x"), None);
    }

    #[test]
    fn relative_paths_lead_back() {
        for (from, to) in [
            (".docs/a.md", ".docs/b.md"),
            (".docs/dev/a.md", ".docs/tickets/T-1.md"),
            (".docs/a.md", "src/x.rs"),
            ("README.md", ".docs/a.md"),
        ] {
            assert_eq!(resolve(from, &relative(from, to)).as_deref(), Some(to));
        }
        assert_eq!(relative(".docs/dev/a.md", ".docs/b.md"), "../b.md");
    }

    #[test]
    fn stems_and_schemes() {
        assert_eq!(stem(".docs/tickets/T-7k3f-a.b.md"), "T-7k3f-a.b");
        assert_eq!(stem("x/.gitignore"), ".gitignore");
        assert!(is_foreign("mailto:a@b"));
        assert!(is_foreign("https://x"));
        assert!(!is_foreign("a/b:c"));
    }
}
