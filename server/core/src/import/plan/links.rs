//! Relative links of a source's text, as the file of the new ticket has to write them.

use rustc_hash::FxHashMap;

use super::super::{Base, Foreign, Tool};
use crate::edit::TextEdit;
use crate::page::{self, Link, LinkKind};
use crate::span::Span;
use crate::world::{moved, paths};

/// Where the files of a source are for the project.
pub(super) struct Ways {
    tool: Tool,
    base: Base,
    /// By files of the source, the file of the ticket that each is.
    tickets: FxHashMap<String, String>,
}

impl Ways {
    /// `paths` are those of the tickets' files, in their order.
    pub(super) fn new<'a>(
        tool: Tool,
        base: Base,
        tickets: &[Foreign],
        paths: impl Iterator<Item = &'a str>,
    ) -> Self {
        let of = |(ticket, path): (&Foreign, &'a str)| {
            let files = ticket.is_all_of.iter();
            let pairs = files.map(|it| (it.clone(), path.to_owned()));
            pairs.collect::<Vec<_>>()
        };
        Self {
            tool,
            base,
            tickets: tickets.iter().zip(paths).flat_map(of).collect(),
        }
    }

    /// The text of the source's `file` with its links as a ticket at `to` has to write them, so that
    /// they lead where they led. Code, addresses, anchors of the page itself and paths from a root
    /// stay, and so does what leads out of the project.
    pub(super) fn relinked(&self, text: &str, file: &str, to: &str) -> String {
        let from = meant_from(self.tool, file);
        let whole = Span::new(0, text.len());
        let mut links = page::body(text, whole).0.links;
        links.extend(page::definitions(text, whole));
        let mut edits: Vec<_> = links
            .iter()
            // Where the target is not told apart from the link, it cannot be written anew.
            .filter(|it| it.kind == LinkKind::Inline && it.target_span != it.span)
            .filter_map(|it| {
                let span = it.target_span;
                let text = self.target(text.get(span.range())?, it, from, to)?;
                Some(TextEdit { span, text })
            })
            .collect();
        edits.sort_by_key(|it| it.span);
        // Links share the definition of their target.
        edits.dedup_by_key(|it| it.span);
        TextEdit::apply_all(text, &edits)
    }

    fn target(&self, written: &str, link: &Link, from: &str, to: &str) -> Option<String> {
        let path = link.target.as_str();
        if path.is_empty() || path.starts_with(['/', '\\']) {
            return None;
        }
        let rest_at = written.find(['?', '#']).unwrap_or(written.len());
        let rest = &written[rest_at..];
        let path = match rest.starts_with('?') {
            true => path.split('?').next().unwrap_or(path),
            false => path,
        };
        let meant = paths::resolve(from, path)?;
        let new = match self.tickets.get(&meant) {
            Some(ticket) => paths::relative(to, ticket),
            None if self.base == Base::Elsewhere => return None,
            None if meant.is_empty() => "../".repeat(paths::folder(to).matches('/').count()),
            None => paths::relative(to, &meant),
        };
        let slash = match path.ends_with('/') && !new.ends_with('/') {
            true => "/",
            false => "",
        };
        Some(format!("{}{slash}{rest}", moved::encoded(&new)))
    }
}

/// The file that relative links are meant from: where text stands in a tool's own database, the
/// folder that the database is kept in is no place of it, and the one above is meant.
fn meant_from(tool: Tool, file: &str) -> &str {
    let names: &[&str] = match tool {
        Tool::Beads => &[".beads/"],
        Tool::TaskMaster => &[".taskmaster/", "tasks/"],
        _ => return file,
    };
    let folder = paths::folder(file);
    let at = names.iter().find_map(|name| {
        let at = folder.find(name)?;
        (at == 0 || folder[..at].ends_with('/')).then_some(at)
    });
    match at {
        Some(at) => &file[..at],
        None => file,
    }
}
