//! Changes of documents that the client has open, which it carries out itself.

use std::path::PathBuf;
use std::sync::Arc;

use docket_core::edit::Change;
use tower_lsp::Client;
use tower_lsp::gen_lsp_types as lsp;

use super::super::capabilities::ClientCaps;
use super::super::convert;
use super::PATIENCE;
use crate::engine::{ApplyError, Handle, Need, View};

/// Has the client change documents that it has open.
pub(super) async fn edit_open(
    client: Client,
    handle: Handle,
    root: PathBuf,
    label: String,
    change: Change,
    caps: &Arc<ClientCaps>,
) -> Result<(), ApplyError> {
    let paths = change
        .edits
        .iter()
        .map(|it| &it.path)
        .chain(change.renames.iter().map(|it| &it.0));
    let Some(first) = paths.chain(&change.deletes).next().cloned() else {
        return Ok(());
    };
    if !caps.apply_edit {
        return Err(ApplyError::Unsupported(first));
    }
    let used = caps.clone();
    let ask =
        move |view: &View| convert::workspace_edit(&view.root, &view.snapshot, &change, &used);
    let edit = match handle.read(root.join(first), Need::Now, ask).await {
        Ok(Some(Ok(edit))) => edit,
        Ok(Some(Err(error))) => return Err(ApplyError::Refused(error.to_string())),
        Ok(None) | Err(_) => return Err(ApplyError::Refused("the file is no longer open".into())),
    };
    let params = lsp::ApplyWorkspaceEditParams {
        label: Some(label),
        edit,
        metadata: None,
    };
    let sent = client.send_request::<lsp::ApplyWorkspaceEditRequest>(params);
    match tokio::time::timeout(PATIENCE, sent).await {
        Ok(Ok(answer)) if answer.applied => Ok(()),
        Ok(Ok(answer)) => Err(ApplyError::Refused(
            answer
                .failure_reason
                .unwrap_or_else(|| "no reason given".into()),
        )),
        Ok(Err(error)) => Err(ApplyError::Refused(error.to_string())),
        Err(_) => Err(ApplyError::Refused("no answer within a minute".into())),
    }
}
