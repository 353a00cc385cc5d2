//! Symbols, folding ranges and selection ranges.

use std::path::PathBuf;

use docket_core::ide::board_text;
use docket_core::ide::symbols::search::{self, Found, SymbolKey};
use docket_core::ide::{self, FoldKind, Symbol, SymbolKind};
use docket_core::span::Span;
use tower_lsp::gen_lsp_types as lsp;

use super::offset;
use crate::engine::View;
use crate::lsp::capabilities::ClientCaps;
use crate::lsp::convert::{location, range};
use crate::lsp::uri;

/// What `workspaceSymbol/resolve` is handed back.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct SymbolRef {
    pub root: PathBuf,
    pub path: String,
    pub key: SymbolKey,
}

/// Of the kinds that every client knows.
fn kind(of: SymbolKind) -> lsp::SymbolKind {
    match of {
        SymbolKind::Ticket => lsp::SymbolKind::Class,
        SymbolKind::Heading => lsp::SymbolKind::String,
        SymbolKind::Task => lsp::SymbolKind::Boolean,
        SymbolKind::Todo => lsp::SymbolKind::Constant,
    }
}

/// What is closed is struck out where the client can.
fn tags(closed: bool, can: bool) -> Option<Vec<lsp::SymbolTag>> {
    (closed && can).then(|| vec![lsp::SymbolTag::Deprecated])
}

/// The symbols of the document `uri`, which the view is of.
pub fn symbols(
    view: &View,
    uri: &lsp::Uri,
    caps: &ClientCaps,
) -> Option<lsp::DocumentSymbolResponse> {
    let symbols = match view.path.as_str() {
        board_text::PATH => {
            let text = view.snapshot.document(&view.path)?.text();
            board_text::symbols(&view.snapshot, &text)
        }
        path => ide::symbols(&view.snapshot, path)?,
    };
    if caps.language.symbol_tree {
        let tree = symbols.into_iter().map(|it| in_tree(view, it, caps));
        return Some(lsp::DocumentSymbolResponse::DocumentSymbolList(
            tree.collect(),
        ));
    }
    let mut list = Vec::new();
    for symbol in symbols {
        in_list(view, uri, symbol, None, caps, &mut list);
    }
    Some(lsp::DocumentSymbolResponse::SymbolInformationList(list))
}

#[expect(deprecated, reason = "the type has the field, which stays empty")]
fn in_tree(view: &View, symbol: Symbol, caps: &ClientCaps) -> lsp::DocumentSymbol {
    let place = |span: Span| range(&view.snapshot, &view.path, span, caps);
    let (whole, name) = (place(symbol.span), place(symbol.name_span));
    let children: Vec<_> = symbol
        .children
        .into_iter()
        .map(|it| in_tree(view, it, caps))
        .collect();
    lsp::DocumentSymbol {
        name: symbol.name,
        detail: (!symbol.detail.is_empty()).then_some(symbol.detail),
        kind: kind(symbol.kind),
        tags: tags(symbol.closed, caps.language.symbol_tags),
        deprecated: None,
        range: whole,
        selection_range: name,
        children: (!children.is_empty()).then_some(children),
    }
}

fn in_list(
    view: &View,
    uri: &lsp::Uri,
    symbol: Symbol,
    container: Option<&str>,
    caps: &ClientCaps,
    list: &mut Vec<lsp::SymbolInformation>,
) {
    let place = lsp::Location {
        uri: uri.clone(),
        range: range(&view.snapshot, &view.path, symbol.span, caps),
    };
    list.push(information(
        lsp::BaseSymbolInformation {
            name: symbol.name.clone(),
            kind: kind(symbol.kind),
            tags: tags(symbol.closed, caps.language.symbol_tags),
            container_name: container.map(str::to_owned),
        },
        place,
    ));
    for child in symbol.children {
        in_list(view, uri, child, Some(&symbol.name), caps, list);
    }
}

#[expect(deprecated, reason = "the type has the field, which stays empty")]
fn information(
    base_symbol_information: lsp::BaseSymbolInformation,
    location: lsp::Location,
) -> lsp::SymbolInformation {
    lsp::SymbolInformation {
        deprecated: None,
        location,
        base_symbol_information,
    }
}

/// The best of all projects, ranges left out where the client asks for them later.
pub fn search(views: &[View], typed: &str, caps: &ClientCaps) -> lsp::WorkspaceSymbolResponse {
    let mut found: Vec<(&View, Found)> = Vec::new();
    for view in views {
        found.extend(
            search::search(&view.snapshot, typed)
                .into_iter()
                .map(|it| (view, it)),
        );
    }
    if views.len() > 1 {
        found.sort_by_key(|(_, it)| (it.closed, std::cmp::Reverse(it.score), it.kind));
        found.truncate(search::MAX_FOUND);
    }
    let base = |it: &Found| lsp::BaseSymbolInformation {
        name: it.name.clone(),
        kind: kind(it.kind),
        tags: tags(it.closed, caps.language.search_tags),
        container_name: Some(it.container.clone()),
    };
    if !caps.language.search_resolve {
        let list = found.iter().filter_map(|(view, it)| {
            let span = search::place(&view.snapshot, &it.path, &it.key)?;
            let place = location(&view.root, &view.snapshot, &it.path, span, caps);
            Some(information(base(it), place))
        });
        return lsp::WorkspaceSymbolResponse::SymbolInformationList(list.collect());
    }
    let lazy = found.iter().map(|(view, it)| {
        let reference = SymbolRef {
            root: view.root.clone(),
            path: it.path.to_string(),
            key: it.key.clone(),
        };
        let uri = uri::of_path(&view.root.join(&*it.path));
        lsp::WorkspaceSymbol {
            location: lsp::WorkspaceSymbolLocation::LocationUriOnly(lsp::LocationUriOnly { uri }),
            data: serde_json::to_value(&reference).ok(),
            base_symbol_information: base(it),
        }
    });
    lsp::WorkspaceSymbolResponse::WorkspaceSymbolList(lazy.collect())
}

/// Where a symbol is now: the file's beginning where it is no longer there.
pub fn resolve(views: &[View], reference: &SymbolRef, caps: &ClientCaps) -> Option<lsp::Location> {
    let view = views.iter().find(|it| it.root == reference.root)?;
    let span = search::place(&view.snapshot, &reference.path, &reference.key);
    let span = span.unwrap_or(Span::new(0, 0));
    Some(location(
        &view.root,
        &view.snapshot,
        &reference.path,
        span,
        caps,
    ))
}

pub fn folds(view: &View, caps: &ClientCaps) -> Option<Vec<lsp::FoldingRange>> {
    let mut folds: Vec<lsp::FoldingRange> = Vec::new();
    for it in ide::folds(&view.snapshot, &view.path)? {
        let place = range(&view.snapshot, &view.path, it.span, caps);
        let (start, end) = (place.start, place.end);
        let is_new = folds
            .iter()
            .all(|it| (it.start_line, it.end_line) != (start.line, end.line));
        if start.line >= end.line || !is_new {
            continue;
        }
        folds.push(lsp::FoldingRange {
            start_line: start.line,
            // Absent, it is the end of the line: what is folded hides behind its first line.
            start_character: None,
            end_line: end.line,
            end_character: (!caps.language.fold_lines).then_some(end.character),
            kind: match it.kind {
                FoldKind::Region => Some(lsp::FoldingRangeKind::Region),
                FoldKind::Comment => Some(lsp::FoldingRangeKind::Comment),
                FoldKind::Block => None,
            },
            collapsed_text: (caps.language.fold_text && !it.said.is_empty()).then_some(it.said),
        });
    }
    if let Some(limit) = caps.language.fold_limit {
        folds.truncate(limit as usize);
    }
    Some(folds)
}

pub fn selections(
    view: &View,
    positions: &[lsp::Position],
    caps: &ClientCaps,
) -> Option<Vec<lsp::SelectionRange>> {
    let one = |at: &lsp::Position| {
        let spans = ide::selections(&view.snapshot, &view.path, offset(view, *at, caps)?)?;
        let mut outer = None;
        for span in spans.into_iter().rev() {
            let range = range(&view.snapshot, &view.path, span, caps);
            let parent = outer.map(Box::new);
            outer = Some(lsp::SelectionRange { range, parent });
        }
        outer
    };
    positions.iter().map(one).collect()
}
