//! Each client capability that the matrix names, and what its presence changes.

use serde_json::Value;

use super::probes::Probe::{self, *};
use super::{everything, told};

pub struct Case {
    /// From the client's capabilities down.
    pub name: &'static str,
    /// The client that has it, and from whom it is taken.
    pub of: fn() -> Value,
    pub probe: Probe,
    pub with: &'static str,
    pub without: &'static str,
    /// For a client that has no capability at all.
    pub nothing: &'static str,
}

/// What one run cannot show, and the test that does.
pub const ELSEWHERE: &[(&str, &str)] = &[
    ("window.workDoneProgress", "lsp::conformance"),
    ("textDocument.codeAction.tagSupport", "lsp::proposals"),
];

const fn case(
    name: &'static str,
    probe: Probe,
    with: &'static str,
    without: &'static str,
    nothing: &'static str,
) -> Case {
    let of = everything;
    Case {
        name,
        of,
        probe,
        with,
        without,
        nothing,
    }
}

/// A request that is offered where the client names it.
const fn offer(name: &'static str, provider: &'static str) -> Case {
    case(
        name,
        Offered(provider),
        "offered",
        "not offered",
        "not offered",
    )
}

/// Of a client that findings are pushed to.
const fn pushed(
    name: &'static str,
    probe: Probe,
    with: &'static str,
    without: &'static str,
) -> Case {
    let of = told;
    let nothing = without;
    Case {
        name,
        of,
        probe,
        with,
        without,
        nothing,
    }
}

/// A client with nothing is as one that lacks it.
const fn plain(
    name: &'static str,
    probe: Probe,
    with: &'static str,
    without: &'static str,
) -> Case {
    case(name, probe, with, without, without)
}

pub const CASES: &[Case] = &[
    plain("general.positionEncodings", Encoding, "utf-8", "utf-16"),
    plain("window.showDocument", Shows, "shown", "answered"),
    plain("workspace.applyEdit", Applies, "edited", "refused"),
    plain(
        "workspace.workspaceEdit.documentChanges",
        RenameEdit,
        "documentChanges",
        "changes",
    ),
    case(
        "workspace.workspaceEdit.documentChanges",
        Action,
        "lazy",
        "command inside",
        "command",
    ),
    plain(
        "workspace.workspaceEdit.resourceOperations",
        RenamedFile,
        "renamed",
        "stays",
    ),
    case(
        "workspace.workspaceEdit.resourceOperations",
        Action,
        "lazy",
        "command inside",
        "command",
    ),
    plain(
        "workspace.workspaceEdit.changeAnnotationSupport",
        RenameNotes,
        "annotated",
        "bare",
    ),
    plain(
        "workspace.workspaceEdit.changeAnnotationSupport",
        ActionNotes,
        "annotated",
        "bare",
    ),
    plain(
        "workspace.codeLens.refreshSupport",
        Refreshes("workspace/codeLens/refresh"),
        "asked again",
        "not asked",
    ),
    plain(
        "workspace.inlayHint.refreshSupport",
        Refreshes("workspace/inlayHint/refresh"),
        "asked again",
        "not asked",
    ),
    plain(
        "workspace.semanticTokens.refreshSupport",
        Refreshes("workspace/semanticTokens/refresh"),
        "asked again",
        "not asked",
    ),
    plain(
        "workspace.diagnostics.refreshSupport",
        Findings,
        "pulled",
        "told",
    ),
    plain(
        "workspace.configuration",
        Asks("workspace/configuration"),
        "asked",
        "not asked",
    ),
    plain(
        "workspace.didChangeConfiguration.dynamicRegistration",
        Registers("workspace/didChangeConfiguration"),
        "registered",
        "not registered",
    ),
    plain(
        "workspace.didChangeWatchedFiles.dynamicRegistration",
        Registers("workspace/didChangeWatchedFiles"),
        "registered",
        "not registered",
    ),
    offer(
        "workspace.fileOperations.willRename",
        "/workspace/fileOperations/willRename",
    ),
    offer(
        "workspace.fileOperations.didRename",
        "/workspace/fileOperations/didRename",
    ),
    offer(
        "workspace.fileOperations.willDelete",
        "/workspace/fileOperations/willDelete",
    ),
    offer(
        "workspace.fileOperations.didDelete",
        "/workspace/fileOperations/didDelete",
    ),
    offer("workspace.symbol", "/workspaceSymbolProvider"),
    plain(
        "workspace.symbol.resolveSupport",
        Search,
        "on demand",
        "at once",
    ),
    plain(
        "workspace.symbol.tagSupport",
        Struck("workspace/symbol"),
        "struck out",
        "plain",
    ),
    offer(
        "workspace.textDocumentContent",
        "/workspace/textDocumentContent",
    ),
    plain("workspace.textDocumentContent", Board, "docket", "file"),
    offer("textDocument.callHierarchy", "/callHierarchyProvider"),
    case(
        "textDocument.codeAction.codeActionLiteralSupport",
        Action,
        "lazy",
        "command",
        "command",
    ),
    case(
        "textDocument.codeAction.resolveSupport",
        Action,
        "lazy",
        "edit",
        "command",
    ),
    case(
        "textDocument.codeAction.dataSupport",
        Action,
        "lazy",
        "edit",
        "command",
    ),
    plain(
        "textDocument.codeAction.isPreferredSupport",
        Preferred,
        "preferred",
        "equal",
    ),
    plain(
        "textDocument.codeAction.honorsChangeAnnotations",
        ActionNotes,
        "annotated",
        "bare",
    ),
    offer("textDocument.codeLens", "/codeLensProvider"),
    plain(
        "textDocument.completion.completionItem.resolveSupport",
        Documented,
        "on demand",
        "at once",
    ),
    plain(
        "textDocument.completion.completionItem.documentationFormat",
        DocumentedIn,
        "markdown",
        "plaintext",
    ),
    plain(
        "textDocument.completion.completionItem.labelDetailsSupport",
        Detailed,
        "beside the label",
        "detail",
    ),
    plain(
        "textDocument.completion.completionItemKind",
        Kinds,
        "20 21",
        "12 12",
    ),
    offer("textDocument.diagnostic", "/diagnosticProvider"),
    plain("textDocument.diagnostic", Findings, "pulled", "told"),
    plain(
        "textDocument.diagnostic.relatedInformation",
        Says("relatedInformation"),
        "said",
        "unsaid",
    ),
    plain(
        "textDocument.diagnostic.tagSupport",
        Says("tags"),
        "said",
        "unsaid",
    ),
    plain(
        "textDocument.diagnostic.codeDescriptionSupport",
        Says("codeDescription"),
        "said",
        "unsaid",
    ),
    plain(
        "textDocument.diagnostic.dataSupport",
        Says("data"),
        "said",
        "unsaid",
    ),
    pushed(
        "textDocument.publishDiagnostics.relatedInformation",
        Says("relatedInformation"),
        "said",
        "unsaid",
    ),
    pushed(
        "textDocument.publishDiagnostics.tagSupport",
        Says("tags"),
        "said",
        "unsaid",
    ),
    pushed(
        "textDocument.publishDiagnostics.codeDescriptionSupport",
        Says("codeDescription"),
        "said",
        "unsaid",
    ),
    pushed(
        "textDocument.publishDiagnostics.dataSupport",
        Says("data"),
        "said",
        "unsaid",
    ),
    pushed(
        "textDocument.publishDiagnostics.versionSupport",
        Versioned,
        "1",
        "null",
    ),
    offer("textDocument.documentLink", "/documentLinkProvider"),
    plain(
        "textDocument.documentLink.tooltipSupport",
        Tooltip,
        "said",
        "unsaid",
    ),
    offer("textDocument.documentSymbol", "/documentSymbolProvider"),
    plain(
        "textDocument.documentSymbol.hierarchicalDocumentSymbolSupport",
        Outline,
        "tree",
        "list",
    ),
    plain(
        "textDocument.documentSymbol.tagSupport",
        Struck("textDocument/documentSymbol"),
        "struck out",
        "plain",
    ),
    plain(
        "textDocument.documentSymbol.tagSupport",
        Struck("textDocument/prepareCallHierarchy"),
        "struck out",
        "plain",
    ),
    offer("textDocument.foldingRange", "/foldingRangeProvider"),
    plain(
        "textDocument.foldingRange.lineFoldingOnly",
        FoldedAt,
        "lines",
        "columns",
    ),
    plain("textDocument.foldingRange.rangeLimit", Folded, "two", "all"),
    plain(
        "textDocument.foldingRange.foldingRange.collapsedText",
        FoldedAs,
        "said",
        "unsaid",
    ),
    offer("textDocument.formatting", "/documentFormattingProvider"),
    plain(
        "textDocument.hover.contentFormat",
        Hover,
        "markdown",
        "plaintext",
    ),
    offer("textDocument.implementation", "/implementationProvider"),
    offer("textDocument.rename", "/renameProvider"),
    offer(
        "textDocument.rename.prepareSupport",
        "/renameProvider/prepareProvider",
    ),
    plain(
        "textDocument.rename.honorsChangeAnnotations",
        RenameNotes,
        "annotated",
        "bare",
    ),
    offer("textDocument.selectionRange", "/selectionRangeProvider"),
    offer("textDocument.semanticTokens", "/semanticTokensProvider"),
    offer(
        "textDocument.semanticTokens.formats",
        "/semanticTokensProvider",
    ),
    offer(
        "textDocument.semanticTokens.requests.full",
        "/semanticTokensProvider/full",
    ),
    offer(
        "textDocument.semanticTokens.requests.full.delta",
        "/semanticTokensProvider/full/delta",
    ),
    offer(
        "textDocument.semanticTokens.requests.range",
        "/semanticTokensProvider/range",
    ),
    offer(
        "textDocument.semanticTokens.tokenTypes",
        "/semanticTokensProvider/legend/tokenTypes/0",
    ),
    offer(
        "textDocument.semanticTokens.tokenModifiers",
        "/semanticTokensProvider/legend/tokenModifiers/0",
    ),
];
