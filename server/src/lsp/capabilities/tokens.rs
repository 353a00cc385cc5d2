//! Which semantic tokens a client takes.
//!
//! The names are the specification's own, so that every colour scheme has a colour for them; a type
//! that the client does not name is not in its legend, and its tokens are left out.

use docket_core::ide::TokenKind;
use tower_lsp::gen_lsp_types as lsp;

/// Kinds and the types that stand for them, best first; a type that another kind has as well is one.
const TYPES: [(TokenKind, &[&str]); 9] = [
    (TokenKind::Ticket, &["class", "type"]),
    (TokenKind::Value, &["enumMember"]),
    (TokenKind::User, &["variable"]),
    (TokenKind::Label, &["decorator", "macro"]),
    (TokenKind::Milestone, &["namespace"]),
    (TokenKind::Date, &["string"]),
    (TokenKind::Number, &["number"]),
    (TokenKind::Criterion, &["operator"]),
    (TokenKind::Keyword, &["keyword"]),
];

const DECLARATION: &str = "declaration";
/// What is closed: editors strike it out.
const DEPRECATED: &str = "deprecated";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenCaps {
    pub full: bool,
    pub delta: bool,
    pub range: bool,
    pub refresh: bool,
    /// For each of [`TYPES`] the name that the client has.
    names: [Option<&'static str>; TYPES.len()],
    declaration: bool,
    deprecated: bool,
}

impl TokenCaps {
    pub fn of(client: &lsp::ClientCapabilities) -> Self {
        let document = client.text_document.as_ref();
        let Some(tokens) = document.and_then(|it| it.semantic_tokens.as_ref()) else {
            return Self::default();
        };
        // Positions in LSP are relative to the token before; there is no other format yet.
        if !tokens.formats.contains(&lsp::TokenFormat::Relative) {
            return Self::default();
        }
        use lsp::ClientSemanticTokensRequestOptionsFull as Full;
        use lsp::ClientSemanticTokensRequestOptionsRange as Range;
        let full = tokens.requests.full.as_ref();
        let knows = |name: &&&str| tokens.token_types.iter().any(|it| it == **name);
        let modifier = |name: &str| tokens.token_modifiers.iter().any(|it| it == name);
        Self {
            full: !matches!(full, None | Some(Full::Bool(false))),
            delta: match full {
                Some(Full::ClientSemanticTokensRequestFullDelta(it)) => it.delta == Some(true),
                _ => false,
            },
            range: !matches!(tokens.requests.range, None | Some(Range::Bool(false))),
            refresh: client
                .workspace
                .as_ref()
                .and_then(|it| it.semantic_tokens.as_ref()?.refresh_support)
                .unwrap_or(false),
            names: TYPES.map(|(_, names)| names.iter().find(knows).copied()),
            declaration: modifier(DECLARATION),
            deprecated: modifier(DEPRECATED),
        }
    }

    fn types(&self) -> Vec<&'static str> {
        self.names.iter().flatten().copied().collect()
    }

    fn modifiers(&self) -> Vec<&'static str> {
        let all = [
            (self.declaration, DECLARATION),
            (self.deprecated, DEPRECATED),
        ];
        all.into_iter()
            .filter_map(|(has, it)| has.then_some(it))
            .collect()
    }

    /// The number of a kind in this client's legend; `None` where the client has no such type.
    pub fn type_of(&self, kind: TokenKind) -> Option<u32> {
        let at = TYPES.iter().position(|it| it.0 == kind)?;
        self.names[at]?;
        Some(self.names[..at].iter().flatten().count() as u32)
    }

    /// The modifiers as bits of this client's legend.
    pub fn bits(&self, declares: bool, closed: bool) -> u32 {
        let bit = |name: &str, is: bool| {
            let at = self.modifiers().iter().position(|it| *it == name);
            at.filter(|_| is).map_or(0, |it| 1 << it)
        };
        bit(DECLARATION, declares) | bit(DEPRECATED, closed)
    }

    pub fn offer(&self) -> Option<lsp::SemanticTokensProvider> {
        if !self.full && !self.range {
            return None;
        }
        let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
        let full = match (self.full, self.delta) {
            (false, _) => None,
            (true, false) => Some(lsp::Full::Bool(true)),
            (true, true) => {
                let delta = Some(true);
                Some(lsp::Full::SemanticTokensFullDelta(
                    lsp::SemanticTokensFullDelta { delta },
                ))
            }
        };
        let options = lsp::SemanticTokensOptions {
            legend: lsp::SemanticTokensLegend {
                token_types: owned(self.types()),
                token_modifiers: owned(self.modifiers()),
            },
            range: self
                .range
                .then_some(lsp::SemanticTokensOptionsRange::Bool(true)),
            full,
            ..Default::default()
        };
        Some(lsp::SemanticTokensProvider::SemanticTokensOptions(options))
    }
}
