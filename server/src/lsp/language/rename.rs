//! Rename, and what renamed and deleted files ask of links.

use std::path::Path;

use docket_core::edit::Change;
use docket_core::ide::rename::{self, FileMoves};
use tower_lsp::gen_lsp_types as lsp;

use super::offset;
use crate::engine::View;
use crate::env::Env;
use crate::lsp::capabilities::ClientCaps;
use crate::lsp::convert::{range, workspace_edit};
use crate::lsp::uri;
use crate::source::ProjectSource;

/// The place that can be renamed and its name.
///
/// # Errors
///
/// A sentence for the user: why not, and what to do.
pub fn prepare(
    view: &View,
    at: lsp::Position,
    env: &Env,
    caps: &ClientCaps,
) -> Result<Option<lsp::PrepareRenameResult>, String> {
    let Some(offset) = offset(view, at, caps) else {
        return Ok(None);
    };
    let mut source = ProjectSource::new(&view.root, env);
    let found = rename::prepare(&view.snapshot, &view.path, offset, &mut source)
        .map_err(|it| it.to_string())?;
    Ok(found.map(|it| {
        lsp::PrepareRenameResult::PrepareRenamePlaceholder(lsp::PrepareRenamePlaceholder {
            range: range(&view.snapshot, &view.path, it.span, caps),
            placeholder: it.name,
        })
    }))
}

/// A rename as an edit, and what it leaves as it is.
pub struct Renamed {
    pub edit: lsp::WorkspaceEdit,
    pub stays: Vec<String>,
}

/// # Errors
///
/// As [`prepare`].
pub fn rename(
    view: &View,
    at: lsp::Position,
    new: &str,
    env: &Env,
    caps: &ClientCaps,
) -> Result<Option<Renamed>, String> {
    let Some(offset) = offset(view, at, caps) else {
        return Ok(None);
    };
    let moves = match caps.document_changes && caps.rename_files {
        true => FileMoves::With,
        false => FileMoves::Without,
    };
    let mut source = ProjectSource::new(&view.root, env);
    let renaming = rename::rename(&view.snapshot, &view.path, offset, new, moves, &mut source)
        .map_err(|it| it.to_string())?;
    let Some(renaming) = renaming else {
        return Ok(None);
    };
    let mut caps = *caps;
    caps.language.annotations &= caps.language.rename_annotations;
    let edit = workspace_edit(&view.root, &view.snapshot, &renaming.change, &caps)
        .map_err(|it| it.to_string())?;
    let stays = renaming.stays;
    Ok(Some(Renamed { edit, stays }))
}

/// The edits of links for files that are about to be renamed; `None` where nothing leads to them.
pub fn after_moves(
    views: &[View],
    files: &[lsp::FileRename],
    caps: &ClientCaps,
) -> Option<lsp::WorkspaceEdit> {
    edit_of_all(views, caps, |view| {
        let moves = files.iter().filter_map(|it| {
            let from = within(&view.root, &it.old_uri)?;
            Some((from, within(&view.root, &it.new_uri)?))
        });
        rename::after_moves(&view.snapshot, &moves.collect::<Vec<_>>())
    })
}

/// The same for files that are about to be deleted.
pub fn after_deletes(
    views: &[View],
    files: &[lsp::FileDelete],
    env: &Env,
    caps: &ClientCaps,
) -> Option<lsp::WorkspaceEdit> {
    edit_of_all(views, caps, |view| {
        let gone = files.iter().filter_map(|it| within(&view.root, &it.uri));
        let gone: Vec<_> = gone.collect();
        let mut source = ProjectSource::new(&view.root, env);
        rename::after_deletes(&view.snapshot, &gone, &mut source)
    })
}

/// A path within the project, as docket writes it.
fn within(root: &Path, uri: &lsp::Uri) -> Option<String> {
    let path = uri::to_path(uri)?;
    let path = path.strip_prefix(root).ok()?.to_str()?;
    (!path.is_empty()).then(|| path.replace('\\', "/"))
}

fn edit_of_all(
    views: &[View],
    caps: &ClientCaps,
    change: impl Fn(&View) -> Change,
) -> Option<lsp::WorkspaceEdit> {
    let mut caps = *caps;
    // Nothing shows these edits before they are made.
    caps.language.annotations = false;
    let edits = views.iter().filter_map(|view| {
        let change = change(view);
        let edit = workspace_edit(&view.root, &view.snapshot, &change, &caps).ok()?;
        (change != Change::default()).then_some(edit)
    });
    edits.reduce(|mut all, it| {
        let more = it.document_changes.unwrap_or_default();
        all.document_changes.get_or_insert_default().extend(more);
        all.changes
            .get_or_insert_default()
            .extend(it.changes.unwrap_or_default());
        all
    })
}
