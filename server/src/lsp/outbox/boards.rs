//! Boards that are open are kept as the tickets are, but for what a person has changed in them.

use tower_lsp::gen_lsp_types as lsp;

use super::super::board::{self, BoardRef, Shown};
use super::super::uri;
use super::{PATIENCE, Session};
use crate::engine::Need;

impl Session {
    pub(super) async fn refresh_boards(&self) {
        for shown in self.boards.shown() {
            if !shown.is_changed {
                self.refresh_board(&shown).await;
            }
        }
    }

    pub(super) async fn refresh_board_at(&self, uri: &lsp::Uri) {
        let shown = self.boards.shown().into_iter();
        for it in shown.filter(|it| it.uri == *uri && !it.is_changed) {
            self.refresh_board(&it).await;
        }
    }

    async fn refresh_board(&self, shown: &Shown) {
        let board = shown.board.clone();
        let text = self
            .handle
            .read_all(Need::Index, move |views| board.text(views));
        let Ok(Some(text)) = text.await else { return };
        let Some(path) = uri::to_path(&shown.uri) else {
            if text != shown.given {
                self.boards.give(&shown.uri, &text);
                self.ask_for_content(&shown.uri);
            }
            return;
        };
        // The editor reads the file again by itself: nothing in it is unsaved.
        match board::write(&path, &text) {
            Ok(()) => self.boards.give(&shown.uri, &text),
            Err(error) => tracing::warn!(%error, "a board cannot be written"),
        }
    }

    fn ask_for_content(&self, uri: &lsp::Uri) {
        debug_assert!(BoardRef::of(uri).is_some());
        let (client, uri) = (self.client.clone(), uri.clone());
        tokio::spawn(async move {
            let asked = client.text_document_content_refresh(uri);
            let _ = tokio::time::timeout(PATIENCE, asked).await;
        });
    }
}
