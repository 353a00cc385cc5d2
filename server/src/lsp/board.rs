//! The board as a document: by address where the client asks for contents, else, or where it is to
//! be edited, a file beside the project's database.
//!
//! To the editor's questions it is one more page of the project; see [`BoardRef::view`].

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use docket_core::comments::Reader;
use docket_core::facts;
use docket_core::ide::board_text::{self, Closed, Use};
use docket_core::span::Encoding;
use docket_core::text::{Charset, ContentChange, Document, Hash};
use tower_lsp::gen_lsp_types::Uri;

use super::documents::{SCHEME, name_of};
use super::uri;
use crate::engine::View;
use crate::env::Env;
use crate::location;

/// The folder of boards beside the database.
const FOLDER: &str = "boards";

/// A board that a URI names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardRef {
    /// See [`name_of`].
    project: String,
    closed: Closed,
    used: Use,
}

impl BoardRef {
    pub fn new(root: &Path, closed: Closed, used: Use) -> Self {
        let project = name_of(root);
        Self {
            project,
            closed,
            used,
        }
    }

    /// The board of a URI; `None` of any other document.
    pub fn of(uri: &Uri) -> Option<Self> {
        let address = uri
            .0
            .strip_prefix(SCHEME)
            .and_then(|it| it.strip_prefix("://"));
        if let Some(address) = address {
            let (project, name) = address.split_once('/')?;
            return Some(Self {
                project: project.to_owned(),
                closed: closed(name)?,
                used: Use::ToRead,
            });
        }
        let path = uri::to_path(uri)?;
        let closed = closed(path.file_name()?.to_str()?)?;
        let project = path.parent()?;
        let is_ours = project.parent()?.file_name()? == FOLDER
            && project.parent()?.parent()?.file_name().is_some();
        let project = project.file_name()?.to_str()?;
        let is_name = project.len() == 16 && project.bytes().all(|it| it.is_ascii_hexdigit());
        (is_ours && is_name).then(|| Self {
            project: project.to_owned(),
            closed,
            used: Use::ToEdit,
        })
    }

    fn file_name(&self) -> &'static str {
        match self.closed {
            Closed::Hidden => "board.md",
            Closed::Shown => "board-all.md",
        }
    }

    /// For a client that asks for its content.
    pub fn address(&self) -> Uri {
        let (project, name) = (&self.project, self.file_name());
        Uri(format!("{SCHEME}://{project}/{name}"))
    }

    /// The board as it is now.
    pub fn text(&self, views: &[View]) -> Option<String> {
        let view = self.project(views)?;
        let name = view.root.file_name().unwrap_or_default().to_string_lossy();
        Some(board_text::board_text(
            &view.snapshot,
            &name,
            self.closed,
            self.used,
        ))
    }

    /// Its project.
    pub fn project<'a>(&self, views: &'a [View]) -> Option<&'a View> {
        views.iter().find(|it| name_of(&it.root) == self.project)
    }

    /// The project with the board as one of its pages, which is the file that the view is of.
    pub fn view(&self, views: &[View], open: Option<Document>) -> Option<View> {
        let mut view = self.project(views)?.clone();
        view.version = open.as_ref().map(|it| it.version);
        let document = match open {
            Some(open) => open,
            None => Document::new(&self.text(views)?, 0, "markdown"),
        };
        let (config, text) = (view.snapshot.config.clone(), document.text());
        let bytes = text.as_bytes();
        let (hash, charset) = (Hash::of(bytes), Charset::Bytes);
        let facts = facts::facts(
            board_text::PATH,
            bytes,
            hash,
            charset,
            &config,
            Reader::Exact,
        );
        view.snapshot = view
            .snapshot
            .with_document(board_text::PATH, document, Arc::new(facts));
        view.path = board_text::PATH.to_owned();
        Some(view)
    }
}

fn closed(name: &str) -> Option<Closed> {
    match name {
        "board.md" => Some(Closed::Hidden),
        "board-all.md" => Some(Closed::Shown),
        _ => None,
    }
}

/// The boards that the editor has open.
#[derive(Debug, Default)]
pub struct Boards {
    open: Mutex<BTreeMap<String, Open>>,
}

#[derive(Clone, Debug)]
struct Open {
    document: Document,
    /// What docket gave last. What is different from it, a person has changed.
    given: String,
    /// What was saved and carried out; an editor has it until it reads the file again.
    done: Option<String>,
}

impl Open {
    fn is_changed(&self) -> bool {
        let text = self.document.text();
        text != self.given && Some(text) != self.done
    }
}

/// A board that is open, and whether a person has changed it since docket gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub uri: Uri,
    pub board: BoardRef,
    pub given: String,
    pub is_changed: bool,
}

impl Boards {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn open(&self, uri: &Uri, version: i32, text: &str) {
        let open = Open {
            document: Document::new(text, version, "markdown"),
            given: text.to_owned(),
            done: None,
        };
        self.lock().insert(uri.0.clone(), open);
    }

    /// Gives whether the text is now what docket gave last: the editor has read it again.
    pub fn edit(
        &self,
        uri: &Uri,
        version: i32,
        changes: &[ContentChange],
        encoding: Encoding,
    ) -> bool {
        let mut boards = self.lock();
        let Some(open) = boards.get_mut(&uri.0) else {
            return false;
        };
        match open.document.changed(changes, version, encoding) {
            Ok(document) => {
                open.document = document;
                !open.is_changed()
            }
            // Out of step: forgotten, until it is opened again.
            Err(error) => {
                tracing::warn!(%error, "a board's edit does not fit");
                boards.remove(&uri.0);
                false
            }
        }
    }

    pub fn close(&self, uri: &Uri) {
        self.lock().remove(&uri.0);
    }

    pub fn document(&self, uri: &Uri) -> Option<Document> {
        self.lock().get(&uri.0).map(|it| it.document.clone())
    }

    /// What docket gave last, and what is there now.
    pub fn texts(&self, uri: &Uri) -> Option<(String, String)> {
        let boards = self.lock();
        let open = boards.get(&uri.0)?;
        Some((open.given.clone(), open.document.text()))
    }

    pub fn is_changed(&self, uri: &Uri) -> bool {
        self.lock().get(&uri.0).is_some_and(Open::is_changed)
    }

    /// Notes that a text was carried out.
    pub fn carried_out(&self, uri: &Uri, text: String) {
        if let Some(open) = self.lock().get_mut(&uri.0) {
            open.done = Some(text);
        }
    }

    /// Notes what docket gives from now on.
    pub fn give(&self, uri: &Uri, text: &str) {
        if let Some(open) = self.lock().get_mut(&uri.0) {
            open.given = text.to_owned();
        }
    }

    pub fn shown(&self) -> Vec<Shown> {
        let boards = self.lock();
        let shown = boards.iter().filter_map(|(uri, open)| {
            let uri = Uri(uri.clone());
            Some(Shown {
                board: BoardRef::of(&uri)?,
                uri,
                is_changed: open.is_changed(),
                given: open.given.clone(),
            })
        });
        shown.collect()
    }
}

/// The file of a board, for a client that asks for no contents, or to be edited.
pub fn file(board: &BoardRef, root: &Path, env: &Env) -> Option<PathBuf> {
    let databases = location::databases(root, env.state_home().as_deref());
    let beside = databases.iter().find(|it| it.is_file())?.parent()?;
    let folder = beside.join(FOLDER).join(&board.project);
    Some(folder.join(board.file_name()))
}

/// Writes the file of a board, where it says something else.
///
/// # Errors
///
/// Where it cannot be written.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    if fs::read(path).is_ok_and(|it| it == text.as_bytes()) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let new = folder.join(format!("board.{}.new", std::process::id()));
    File::create(&new)?.write_all(text.as_bytes())?;
    fs::rename(&new, path)
}
