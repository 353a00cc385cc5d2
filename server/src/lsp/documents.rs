//! Texts that are no files of a project: what the last sync saw of an issue, the two sides of a
//! conflict, and the board ([`super::board`]).
//!
//! A client that asks for the content of documents gets them by address. For any other they are
//! written beside the project's database, where an editor opens them like any file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use docket_core::ide::issue_text;
use docket_core::sync::{Conflict, Value};
use docket_core::text::Hash;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tower_lsp::gen_lsp_types::Uri;

use super::board::BoardRef;
use super::capabilities::ClientCaps;
use super::proposals::{self, Waiting};
use super::uri;
use crate::engine::View;
use crate::env::Env;
use crate::location;
use crate::propose::Proposal;

/// The scheme of documents whose content the client asks for.
pub const SCHEME: &str = "docket";

/// The folder of proposals in an address.
const PROPOSALS: &str = "proposals";

/// What stands in a part of an address, and of a file's name, as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// Where a client opens the text of an issue; `None` where it is not known, or cannot be written.
pub fn issue(view: &View, number: u64, env: &Env, caps: &ClientCaps) -> Option<Uri> {
    if caps.text_content {
        return Some(address(view, number));
    }
    let text = issue_text(&view.snapshot, number)?;
    written(view, "issues", &number.to_string(), &text, env)
}

/// Where a client opens what the ticket says of a field in conflict, and what the issue does.
pub fn sides(view: &View, conflict: &Conflict, env: &Env, caps: &ClientCaps) -> Option<[Uri; 2]> {
    let uri = |side: Side| {
        let name = side_name(conflict, side);
        if caps.text_content {
            let project = name_of(&view.root);
            return Some(Uri(format!("{SCHEME}://{project}/conflicts/{name}.md")));
        }
        // A name holds no slash there, and an address no file.
        let name = name.replace('/', "-");
        written(view, "conflicts", &name, &side_text(conflict, side), env)
    };
    Some([uri(Side::Mine)?, uri(Side::Theirs)?])
}

/// Where a client opens the text of a proposal.
pub fn proposal(view: &View, it: &Proposal, env: &Env, caps: &ClientCaps) -> Option<Uri> {
    if caps.text_content {
        let project = name_of(&view.root);
        return Some(Uri(format!(
            "{SCHEME}://{project}/{PROPOSALS}/{}.md",
            it.id
        )));
    }
    written(view, PROPOSALS, &it.id, &proposals::text(view, it), env)
}

/// The text of a proposal that waits, where the address is that of one.
pub fn proposal_text(views: &[View], uri: &Uri, waiting: &Waiting, env: &Env) -> Option<String> {
    let rest = uri.0.strip_prefix(SCHEME)?.strip_prefix("://")?;
    let (project, path) = rest.split_once('/')?;
    let (kind, id) = path.strip_suffix(".md")?.split_once('/')?;
    let view = views.iter().find(|it| name_of(&it.root) == project)?;
    let all = (kind == PROPOSALS).then(|| waiting.of(&view.root, env))?;
    let found = all.iter().find(|it| it.id == id)?;
    Some(proposals::text(view, found))
}

/// The file that holds a text, for a client that asks for no contents.
fn written(view: &View, folder: &str, name: &str, text: &str, env: &Env) -> Option<Uri> {
    let databases = location::databases(&view.root, env.state_home().as_deref());
    let beside = databases.iter().find(|it| it.is_file())?.parent()?;
    match kept(&beside.join(folder), name, text) {
        Ok(path) => Some(uri::of_path(&path)),
        Err(error) => {
            tracing::warn!(%error, folder, "a text cannot be written");
            None
        }
    }
}

/// One side of a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Mine,
    Theirs,
}

/// `T-7k3f/title/mine`
fn side_name(conflict: &Conflict, side: Side) -> String {
    let ticket = utf8_percent_encode(&conflict.ticket, SEGMENT);
    let side = match side {
        Side::Mine => "mine",
        Side::Theirs => "theirs",
    };
    format!("{ticket}/{}/{side}", conflict.field.name())
}

/// What a side says, a list with an item a line: so that a diff shows what is different.
fn side_text(conflict: &Conflict, side: Side) -> String {
    let value = match side {
        Side::Mine => &conflict.mine,
        Side::Theirs => &conflict.theirs,
    };
    let mut text = match value {
        Value::Text(text) => text.clone(),
        Value::Set(items) => items.iter().cloned().collect::<Vec<_>>().join("\n"),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The address of an issue's text, for a client that asks for its content.
pub fn address(view: &View, number: u64) -> Uri {
    let name = name_of(&view.root);
    Uri(format!("{SCHEME}://{name}/issues/{number}.md"))
}

/// The content of a document of [`SCHEME`].
pub fn content(views: &[View], uri: &Uri) -> Option<String> {
    if let Some(board) = BoardRef::of(uri) {
        return board.text(views);
    }
    let rest = uri.0.strip_prefix(SCHEME)?.strip_prefix("://")?;
    let (project, path) = rest.split_once('/')?;
    let (kind, name) = path.strip_suffix(".md")?.split_once('/')?;
    let view = views.iter().find(|it| name_of(&it.root) == project)?;
    match kind {
        "issues" => issue_text(&view.snapshot, name.parse().ok()?),
        "conflicts" => view.snapshot.mirror.conflicts.iter().find_map(|it| {
            let mut sides = [Side::Mine, Side::Theirs].into_iter();
            let side = sides.find(|side| side_name(it, *side) == name)?;
            Some(side_text(it, side))
        }),
        _ => None,
    }
}

/// A project in an address, which has to hold no path.
pub(super) fn name_of(root: &Path) -> String {
    let hash = format!("{:?}", Hash::of(root.as_os_str().as_encoded_bytes()));
    hash[..16].to_owned()
}

/// The file that holds the text, written where it does not yet. It is read only, since what is
/// changed in it goes nowhere.
fn kept(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    let path = folder.join(format!("{name}.md"));
    if fs::read(&path).is_ok_and(|it| it == text.as_bytes()) {
        return Ok(path);
    }
    fs::create_dir_all(folder)?;
    let new = folder.join(format!("{name}.{}.new", std::process::id()));
    let mut file = File::create(&new)?;
    file.write_all(text.as_bytes())?;
    let mut permissions = file.metadata()?.permissions();
    permissions.set_readonly(true);
    file.set_permissions(permissions)?;
    drop(file);
    if cfg!(windows) && path.exists() {
        // There a read-only file is not replaced.
        let mut permissions = fs::metadata(&path)?.permissions();
        #[expect(
            clippy::permissions_set_readonly_false,
            reason = "Windows alone gets here"
        )]
        permissions.set_readonly(false);
        fs::set_permissions(&path, permissions)?;
    }
    fs::rename(&new, &path)?;
    Ok(path)
}
