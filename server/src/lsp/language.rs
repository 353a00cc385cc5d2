//! Tickets and pages as a language: links, outlines, folds, hierarchy, in LSP's terms.

pub mod hierarchy;
pub mod lenses;
pub mod outline;
pub mod rename;
pub mod tokens;

use docket_core::ide;
use docket_core::span::Span;
use docket_core::world::paths;
use tower_lsp::gen_lsp_types as lsp;

use super::board::BoardRef;
use super::capabilities::ClientCaps;
use super::convert::{self, range};
use super::uri;
use crate::engine::View;

/// Whether a file's outline, folds and the like are docket's to give: what lies below `.docs`, and
/// the board.
pub fn is_ours(uri: &lsp::Uri) -> bool {
    uri.0.contains(&format!("/{}", paths::DOCS)) || BoardRef::of(uri).is_some()
}

pub fn links(view: &View, caps: &ClientCaps) -> Option<Vec<lsp::DocumentLink>> {
    let to_link = |it: ide::DocumentLink| lsp::DocumentLink {
        range: range(&view.snapshot, &view.path, it.span, caps),
        target: Some(match it.target {
            ide::LinkTarget::Url(url) => lsp::Uri(url),
            ide::LinkTarget::Place(place) => target(view, &place),
        }),
        tooltip: caps.language.link_tooltips.then_some(it.tooltip),
        data: None,
    };
    let links = ide::links(&view.snapshot, &view.path);
    (!links.is_empty()).then(|| links.into_iter().map(to_link).collect())
}

/// A file, with the line where the place is not its beginning: editors read `#L7` so.
fn target(view: &View, place: &ide::Place) -> lsp::Uri {
    let mut uri = uri::of_path(&view.root.join(&*place.path));
    if place.span != Span::new(0, 0) {
        let facts = view.snapshot.file(&place.path);
        let at = place.span.start as usize;
        if let Some(at) = facts.map(|it| it.lines.position(at, docket_core::span::Encoding::Utf8)) {
            uri.0.push_str(&format!("#L{}", at.line + 1));
        }
    }
    uri
}

/// The byte offset of a client's position in the asked-for document.
pub fn offset(view: &View, at: lsp::Position, caps: &ClientCaps) -> Option<usize> {
    let document = view.snapshot.document(&view.path)?;
    Some(document.offset(convert::position(at), caps.encoding))
}

pub fn implementations(
    view: &View,
    at: lsp::Position,
    caps: &ClientCaps,
) -> Option<Vec<lsp::Location>> {
    let places = ide::implementations(&view.snapshot, &view.path, offset(view, at, caps)?);
    let to_location =
        |it: ide::Place| convert::location(&view.root, &view.snapshot, &it.path, it.span, caps);
    (!places.is_empty()).then(|| places.into_iter().map(to_location).collect())
}

pub fn formatting(view: &View, caps: &ClientCaps) -> Option<Vec<lsp::TextEdit>> {
    let to_edit = |it: docket_core::edit::TextEdit| lsp::TextEdit {
        range: range(&view.snapshot, &view.path, it.span, caps),
        new_text: it.text,
    };
    let edits = ide::formatting(&view.snapshot, &view.path)?;
    Some(edits.into_iter().map(to_edit).collect())
}
