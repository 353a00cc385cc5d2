//! What the client can do, resolved once into plain flags, and what docket offers it.

mod language;
mod tokens;

pub use language::LanguageCaps;

use docket_core::span::Encoding;
use tower_lsp::gen_lsp_types as lsp;

/// The client's abilities that docket depends on. Never its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientCaps {
    pub encoding: Encoding,
    /// The client pulls and can be told to pull again. One that cannot be told would go on showing
    /// what another file's change has made untrue, so diagnostics are pushed to it.
    pub pull_diagnostics: bool,
    pub hint_refresh: bool,
    pub related_information: bool,
    pub diagnostic_tags: bool,
    pub code_description: bool,
    pub diagnostic_data: bool,
    pub versioned_diagnostics: bool,
    pub markdown_hover: bool,
    pub markdown_documentation: bool,
    /// Code actions as objects; without, only commands can be offered.
    pub action_literals: bool,
    pub action_resolve_edit: bool,
    pub action_data: bool,
    pub preferred_actions: bool,
    /// The client shows which actions a model wrote.
    pub llm_tag: bool,
    pub completion_resolve: bool,
    pub label_details: bool,
    /// Kinds of completions beyond those that every client has (`EnumMember` and `Constant`).
    pub later_kinds: bool,
    pub apply_edit: bool,
    pub document_changes: bool,
    pub create_files: bool,
    pub rename_files: bool,
    pub delete_files: bool,
    pub progress: bool,
    pub configuration: bool,
    pub watch_registration: bool,
    pub configuration_registration: bool,
    pub language: LanguageCaps,
    /// The client has views of docket's, and wants to be told when they may be old.
    pub changed: bool,
    /// The client tells in which line its cursor is.
    pub cursor: bool,
    /// The client asks for the content of documents that are no files.
    pub text_content: bool,
    /// The client shows two documents side by side itself, as `docket.showConflict` names them.
    pub side_by_side: bool,
    /// The client opens a discussion to be written into, where `docket.discuss` answers `join`.
    pub join: bool,
}

impl ClientCaps {
    pub fn of(client: &lsp::ClientCapabilities) -> Self {
        let workspace = client.workspace.as_ref();
        let document = client.text_document.as_ref();
        let window = client.window.as_ref();
        let diagnostics = document.and_then(|it| it.diagnostic.as_ref());
        let published = document.and_then(|it| it.publish_diagnostics.as_ref());
        // Pull clients say what they show with the pulled ones, others with the published.
        let shown = diagnostics
            .map(|it| &it.diagnostics_capabilities)
            .or(published.map(|it| &it.diagnostics_capabilities));
        let pushed = published.map(|it| &it.diagnostics_capabilities);
        let has = |ask: fn(&lsp::DiagnosticsCapabilities) -> bool| {
            shown.is_some_and(ask) || pushed.is_some_and(ask)
        };
        let action = document.and_then(|it| it.code_action.as_ref());
        let completion = document.and_then(|it| it.completion.as_ref());
        let item = completion.and_then(|it| it.completion_item.as_ref());
        let edit = workspace.and_then(|it| it.workspace_edit.as_ref());
        let operation = |kind: &lsp::ResourceOperationKind| {
            let operations = edit.and_then(|it| it.resource_operations.as_ref());
            operations.is_some_and(|it| it.contains(kind))
        };
        let experimental = |key: &str| {
            let of = client.experimental.as_ref();
            of.is_some_and(|it| it["docket"][key] == true)
        };
        Self {
            encoding: encoding(client),
            pull_diagnostics: diagnostics.is_some()
                && workspace
                    .and_then(|it| it.diagnostics.as_ref()?.refresh_support)
                    .unwrap_or(false),
            hint_refresh: workspace
                .and_then(|it| it.inlay_hint.as_ref()?.refresh_support)
                .unwrap_or(false),
            related_information: has(|it| it.related_information == Some(true)),
            diagnostic_tags: has(|it| it.tag_support.is_some()),
            code_description: has(|it| it.code_description_support == Some(true)),
            diagnostic_data: has(|it| it.data_support == Some(true)),
            versioned_diagnostics: published.and_then(|it| it.version_support).unwrap_or(false),
            markdown_hover: document
                .and_then(|it| it.hover.as_ref()?.content_format.as_ref())
                .is_some_and(|it| it.contains(&lsp::MarkupKind::Markdown)),
            markdown_documentation: item
                .and_then(|it| it.documentation_format.as_ref())
                .is_some_and(|it| it.contains(&lsp::MarkupKind::Markdown)),
            action_literals: action.is_some_and(|it| it.code_action_literal_support.is_some()),
            action_resolve_edit: action
                .and_then(|it| it.resolve_support.as_ref())
                .is_some_and(|it| it.properties.iter().any(|it| it == "edit")),
            action_data: action.and_then(|it| it.data_support).unwrap_or(false),
            preferred_actions: action
                .and_then(|it| it.is_preferred_support)
                .unwrap_or(false),
            llm_tag: action
                .and_then(|it| it.tag_support.as_ref())
                .is_some_and(|it| it.value_set.contains(&lsp::CodeActionTag::LLMGenerated)),
            completion_resolve: item
                .and_then(|it| it.resolve_support.as_ref())
                .is_some_and(|it| it.properties.iter().any(|it| it == "documentation")),
            later_kinds: completion
                .and_then(|it| it.completion_item_kind.as_ref()?.value_set.as_ref())
                .is_some_and(|it| {
                    let kinds = [
                        lsp::CompletionItemKind::EnumMember,
                        lsp::CompletionItemKind::Constant,
                    ];
                    kinds.iter().all(|kind| it.contains(kind))
                }),
            label_details: item
                .and_then(|it| it.label_details_support)
                .unwrap_or(false),
            apply_edit: workspace.and_then(|it| it.apply_edit).unwrap_or(false),
            document_changes: edit.and_then(|it| it.document_changes).unwrap_or(false),
            create_files: operation(&lsp::ResourceOperationKind::Create),
            rename_files: operation(&lsp::ResourceOperationKind::Rename),
            delete_files: operation(&lsp::ResourceOperationKind::Delete),
            progress: window.and_then(|it| it.work_done_progress).unwrap_or(false),
            configuration: workspace.and_then(|it| it.configuration).unwrap_or(false),
            watch_registration: workspace
                .and_then(|it| it.did_change_watched_files.as_ref()?.dynamic_registration)
                .unwrap_or(false),
            configuration_registration: workspace
                .and_then(|it| it.did_change_configuration.as_ref()?.dynamic_registration)
                .unwrap_or(false),
            language: LanguageCaps::of(client),
            changed: experimental("changed"),
            cursor: experimental("cursor"),
            text_content: workspace.is_some_and(|it| it.text_document_content.is_some()),
            side_by_side: experimental("sideBySide"),
            join: experimental("join"),
        }
    }
}

/// UTF-8 where it is offered, since that is what the facts hold; UTF-16 where nothing is said.
fn encoding(client: &lsp::ClientCapabilities) -> Encoding {
    let offered = client
        .general
        .as_ref()
        .and_then(|it| it.position_encodings.as_ref());
    let offers = |kind| offered.is_some_and(|it| it.contains(&kind));
    if offers(lsp::PositionEncodingKind::UTF8) {
        return Encoding::Utf8;
    }
    match offers(lsp::PositionEncodingKind::UTF32) && !offers(lsp::PositionEncodingKind::UTF16) {
        true => Encoding::Utf32,
        false => Encoding::Utf16,
    }
}

/// What docket offers this client.
pub fn server_capabilities(caps: &ClientCaps) -> lsp::ServerCapabilities {
    let encoding = match caps.encoding {
        Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
        Encoding::Utf16 => lsp::PositionEncodingKind::UTF16,
        Encoding::Utf32 => lsp::PositionEncodingKind::UTF32,
    };
    let strings = |list: &[&str]| Some(list.iter().map(|it| (*it).to_owned()).collect());
    let mut offered = lsp::ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(lsp::TextDocumentSync::Options(
            lsp::TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(lsp::TextDocumentSyncKind::Incremental),
                save: Some(lsp::Save::SaveOptions(lsp::SaveOptions {
                    include_text: Some(false),
                })),
                ..Default::default()
            },
        )),
        diagnostic_provider: caps.pull_diagnostics.then(|| {
            lsp::DiagnosticProvider::DiagnosticOptions(lsp::DiagnosticOptions {
                identifier: Some("docket".into()),
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                ..Default::default()
            })
        }),
        inlay_hint_provider: Some(lsp::InlayHintProvider::Bool(true)),
        hover_provider: Some(lsp::HoverProvider::Bool(true)),
        definition_provider: Some(lsp::DefinitionProvider::Bool(true)),
        references_provider: Some(lsp::ReferencesProvider::Bool(true)),
        document_highlight_provider: Some(lsp::DocumentHighlightProvider::Bool(true)),
        completion_provider: Some(lsp::CompletionOptions {
            trigger_characters: strings(&["(", "-", "@", "[", ":", " ", "!", "#"]),
            resolve_provider: Some(true),
            ..Default::default()
        }),
        code_action_provider: Some(lsp::CodeActionProvider::CodeActionOptions(
            lsp::CodeActionOptions {
                code_action_kinds: Some(vec![
                    lsp::CodeActionKind::QuickFix,
                    lsp::CodeActionKind::RefactorRewrite,
                    lsp::CodeActionKind::SourceFixAll,
                ]),
                resolve_provider: Some(true),
                ..Default::default()
            },
        )),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            commands: super::commands::NAMES
                .iter()
                .map(|it| (*it).to_owned())
                .collect(),
            ..Default::default()
        }),
        workspace: Some(lsp::WorkspaceOptions {
            workspace_folders: Some(lsp::WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(lsp::ChangeNotifications::Bool(true)),
            }),
            text_document_content: caps.text_content.then(|| {
                let schemes = vec![super::documents::SCHEME.to_owned()];
                lsp::TextDocumentContentOptions::new(schemes).into()
            }),
            ..Default::default()
        }),
        experimental: Some(serde_json::json!({
            "docket": { "tickets": true, "ticket": true, "todos": true, "changed": true, "cursor": true },
        })),
        ..Default::default()
    };
    caps.language.offer(&mut offered);
    offered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caps(json: serde_json::Value) -> ClientCaps {
        ClientCaps::of(&serde_json::from_value(json).unwrap())
    }

    #[test]
    fn a_client_that_says_nothing_gets_the_plainest() {
        let caps = caps(serde_json::json!({}));
        assert_eq!(caps.encoding, Encoding::Utf16);
        assert!(!caps.pull_diagnostics && !caps.progress && !caps.apply_edit);
        let offered = server_capabilities(&caps);
        assert!(offered.diagnostic_provider.is_none());
        assert!(offered.workspace.unwrap().text_document_content.is_none());
    }

    #[test]
    fn diagnostics_are_pushed_to_a_client_that_cannot_be_told_to_pull_again() {
        let pulls = |refresh: bool| {
            caps(serde_json::json!({
                "textDocument": { "diagnostic": {} },
                "workspace": { "diagnostics": { "refreshSupport": refresh } },
            }))
            .pull_diagnostics
        };
        assert!(pulls(true));
        assert!(!pulls(false));
    }

    #[test]
    fn contents_are_offered_to_a_client_that_asks_for_them() {
        let caps = caps(serde_json::json!({ "workspace": { "textDocumentContent": {} } }));
        let workspace = server_capabilities(&caps).workspace;
        let offered = serde_json::to_value(workspace.unwrap().text_document_content).unwrap();
        assert_eq!(offered, serde_json::json!({ "schemes": ["docket"] }));
    }

    #[test]
    fn encodings_are_chosen_from_what_is_offered() {
        let of = |list: &[&str]| {
            caps(serde_json::json!({"general": {"positionEncodings": list}})).encoding
        };
        assert_eq!(of(&["utf-16"]), Encoding::Utf16);
        assert_eq!(of(&["utf-32", "utf-8", "utf-16"]), Encoding::Utf8);
        assert_eq!(of(&["utf-32"]), Encoding::Utf32);
        assert_eq!(of(&["utf-32", "utf-16"]), Encoding::Utf16);
    }
}
