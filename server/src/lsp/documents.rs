//! Texts that are no files of a project: what the last sync saw of an issue.
//!
//! A client that asks for the content of documents gets them by address. For any other they are
//! written beside the project's database, where an editor opens them like any file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use docket_core::ide::issue_text;
use docket_core::text::Hash;
use tower_lsp::gen_lsp_types::Uri;

use super::capabilities::ClientCaps;
use super::uri;
use crate::engine::View;
use crate::env::Env;
use crate::location;

/// The scheme of documents whose content the client asks for.
pub const SCHEME: &str = "docket";

/// Where a client opens the text of an issue; `None` where it is not known, or cannot be written.
pub fn issue(view: &View, number: u64, env: &Env, caps: &ClientCaps) -> Option<Uri> {
    if caps.text_content {
        return Some(address(view, number));
    }
    let text = issue_text(&view.snapshot, number)?;
    let databases = location::databases(&view.root, env.state_home().as_deref());
    let folder = databases.iter().find(|it| it.is_file())?.parent()?;
    match kept(&folder.join("issues"), number, &text) {
        Ok(path) => Some(uri::of_path(&path)),
        Err(error) => {
            tracing::warn!(%error, "the text of an issue cannot be written");
            None
        }
    }
}

/// The address of an issue's text, for a client that asks for its content.
pub fn address(view: &View, number: u64) -> Uri {
    let name = name_of(&view.root);
    Uri(format!("{SCHEME}://{name}/issues/{number}.md"))
}

/// The content of a document of [`SCHEME`].
pub fn content(views: &[View], uri: &Uri) -> Option<String> {
    let rest = uri.0.strip_prefix(SCHEME)?.strip_prefix("://")?;
    let (name, path) = rest.split_once('/')?;
    let number = path.strip_prefix("issues/")?.strip_suffix(".md")?;
    let view = views.iter().find(|it| name_of(&it.root) == name)?;
    issue_text(&view.snapshot, number.parse().ok()?)
}

/// A project in an address, which has to hold no path.
fn name_of(root: &Path) -> String {
    let hash = format!("{:?}", Hash::of(root.as_os_str().as_encoded_bytes()));
    hash[..16].to_owned()
}

/// The file that holds the text, written where it does not yet. It is read only, since what is
/// changed in it goes nowhere.
fn kept(folder: &Path, number: u64, text: &str) -> io::Result<PathBuf> {
    let path = folder.join(format!("{number}.md"));
    if fs::read(&path).is_ok_and(|it| it == text.as_bytes()) {
        return Ok(path);
    }
    fs::create_dir_all(folder)?;
    let new = folder.join(format!("{number}.{}.new", std::process::id()));
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
