//! The prompts of a project: those that ship, and its own in `.docs/prompts/`.

use std::path::Path;

use docket_ai::prompts::Prompts;

/// Below a project's root.
pub const FOLDER: &str = ".docs/prompts";
/// A prompt that is longer than this is none.
const LARGEST: u64 = 256 * 1024;

/// Reads a project's own prompts; what cannot be read is told.
pub fn of(root: &Path) -> (Prompts, Vec<String>) {
    let mut own = Vec::new();
    let mut troubles = Vec::new();
    let folder = root.join(FOLDER);
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    for entry in entries {
        let path = entry.path();
        let Some(name) = path
            .file_name()
            .and_then(|it| it.to_str())
            .and_then(|it| it.strip_suffix(".md"))
        else {
            continue;
        };
        let too_long = path.metadata().is_ok_and(|it| it.len() > LARGEST);
        match std::fs::read_to_string(&path) {
            Ok(text) if !too_long => own.push((name.to_owned(), text)),
            Ok(_) => troubles.push(format!("{FOLDER}/{name}.md: it is too long for a prompt")),
            Err(error) => troubles.push(format!("{FOLDER}/{name}.md: {error}")),
        }
    }
    (Prompts::new(own), troubles)
}
