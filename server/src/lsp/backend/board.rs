//! The board as text: opened by a command, and carried out when it is saved.

use docket_core::edit::Change;
use docket_core::ide::actions::resolve_set;
use docket_core::ide::board_text::{self, Closed, Use};
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;

use super::super::board::{self, BoardRef};
use super::super::commands::board::BoardArguments;
use super::super::outbox::Out;
use super::super::uri;
use super::Backend;
use super::ask::{failed, lost};
use super::language::Answer;
use crate::engine::{Need, View};
use crate::source::ProjectSource;

impl Backend {
    /// `docket.board`
    pub(super) async fn board(&self, it: BoardArguments) -> Answer<Value> {
        let (caps, env, boards) = (self.caps(), self.env.clone(), self.boards.clone());
        let within = it.uri.as_ref().and_then(uri::to_path);
        let closed = match it.closed {
            true => Closed::Shown,
            false => Closed::Hidden,
        };
        let used = match caps.text_content && !it.file {
            true => Use::ToRead,
            false => Use::ToEdit,
        };
        let opened = self.engine.read_all(Need::Index, move |views| {
            // The deepest project that holds the file.
            let holds = |view: &&View| within.as_ref().is_none_or(|it| it.starts_with(&view.root));
            let view = views
                .iter()
                .filter(holds)
                .max_by_key(|it| within.is_some().then(|| it.root.components().count()))
                .ok_or("docket has no project for this.")?;
            let board = BoardRef::new(&view.root, closed, used);
            let text = board.text(views).unwrap_or_default();
            if used == Use::ToRead {
                return Ok((board.address(), text));
            }
            let path = board::file(&board, &view.root, &env).ok_or(
                "docket has no place for the board: its database cannot be written; `docket doctor` says why.",
            )?;
            let uri = uri::of_path(&path);
            // What a person has changed and not saved yet stays.
            if !boards.is_changed(&uri) {
                board::write(&path, &text)
                    .map_err(|it| format!("{} cannot be written: {it}.", path.display()))?;
                boards.give(&uri, &text);
            }
            Ok((uri, text))
        });
        let opened: Result<_, String> = opened.await.map_err(lost)?;
        let (uri, text) = opened.map_err(failed)?;
        if caps.language.show_document {
            let range = lsp::Range::default();
            self.out(Out::Show(lsp::Location {
                uri: uri.clone(),
                range,
            }));
        }
        Ok(Some(json!({
            "schema": 1, "changed": [], "created": [], "uri": uri, "text": text,
        })))
    }

    /// Gives tickets the statuses that their lines were moved to; all or none.
    pub(super) async fn board_saved(&self, uri: lsp::Uri, board: BoardRef) {
        let Some((given, saved)) = self.boards.texts(&uri) else {
            return;
        };
        let (env, text) = (self.env.clone(), saved.clone());
        let planned = self.engine.read_all(Need::Index, move |views| {
            let view = board
                .project(views)
                .ok_or("The board's project is closed.")?;
            let snapshot = &view.snapshot;
            let moves = board_text::moves(snapshot, &given, &saved)
                .map_err(|it| format!("The board is not carried out: {it}."))?;
            let mut source = ProjectSource::new(&view.root, &env);
            let mut change = Change::default();
            for it in &moves {
                let fields = [("status", it.status.as_str())];
                let one = resolve_set(snapshot, &it.ticket, &fields, &mut source)
                    .map_err(|error| format!("The board is not carried out: {error}."))?;
                change.edits.extend(one.edits);
            }
            let label = match moves.as_slice() {
                [] => String::new(),
                [one] => format!("docket: set {} to {}", one.ticket, one.status),
                all => format!("docket: move {} tickets", all.len()),
            };
            Ok::<_, String>((view.root.clone(), label, change))
        });
        let Ok(planned) = planned.await else {
            return;
        };
        let applied = match planned {
            Ok((root, label, change)) if change != Change::default() => {
                let applied = self.engine.apply(root, label, change).await;
                applied.map_err(|it| format!("The board is not carried out: {it}."))
            }
            Ok(_) => Ok(()),
            Err(message) => Err(message),
        };
        match applied {
            Ok(()) => {
                self.boards.carried_out(&uri, text);
                self.out(Out::Board(uri));
            }
            Err(message) => self.out(Out::Warn(message)),
        }
    }
}
