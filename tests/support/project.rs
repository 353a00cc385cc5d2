//! A project in a temporary folder, written from one text with `//- /path` lines.

use std::path::{Path, PathBuf};

/// Gone when dropped.
pub struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// Each `//- /path` line starts a file; what follows up to the next is its text.
    pub fn new(fixture: &str) -> Self {
        let project = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let mut current: Option<(PathBuf, String)> = None;
        for line in fixture.lines() {
            if let Some(path) = line.trim_start().strip_prefix("//- /") {
                if let Some((path, text)) = current.take() {
                    project.write(&path, &text);
                }
                current = Some((path.trim().into(), String::new()));
            } else if let Some((_, text)) = &mut current {
                text.push_str(line);
                text.push('\n');
            }
        }
        if let Some((path, text)) = current {
            project.write(&path, &text);
        }
        project
    }

    pub fn write(&self, path: impl AsRef<Path>, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap()
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub fn uri(&self, path: &str) -> String {
        docket::lsp::uri::of_path(&self.root().join(path)).0
    }
}
