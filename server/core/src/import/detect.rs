//! Which tool a source is of, by its content.

use super::items;
use super::{SourceFile, Tool, check_list, obsidian};
use crate::world::paths;

/// Why a source is not taken for one tool's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unrecognised {
    #[error("it has nothing of a tool that docket reads")]
    Nothing,
    #[error("it has tickets of {}", .0.iter().map(|it| it.title()).collect::<Vec<_>>().join(" and of "))]
    Several(Vec<Tool>),
}

/// The one tool that the files are of.
///
/// # Errors
/// There is none, or there are several.
pub fn recognise(files: &[SourceFile]) -> Result<Tool, Unrecognised> {
    let mut found: Vec<Tool> = files.iter().filter_map(of_shape).collect();
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [one] => return Ok(*one),
        [] => {}
        _ => return Err(Unrecognised::Several(found)),
    }
    let pages = || files.iter().filter(|it| check_list::is_page(it));
    if pages().any(|it| it.text.lines().any(obsidian::has_fields)) {
        return Ok(Tool::Obsidian);
    }
    let is_list = |it: &SourceFile| it.text.lines().any(|it| items::item(it).is_some());
    match pages().any(is_list) {
        true => Ok(Tool::CheckList),
        false => Err(Unrecognised::Nothing),
    }
}

/// The tool whose files alone look like this one, even where it is cut.
fn of_shape(file: &SourceFile) -> Option<Tool> {
    let name = paths::file_name(&file.path);
    let text = file.text.trim_start();
    match name.rsplit('.').next()? {
        "jsonl" => text.starts_with('{').then_some(Tool::Beads),
        "json" => (text.starts_with('{') && text.contains("\"tasks\"")).then_some(Tool::TaskMaster),
        "md" if name == "tasks.md" => {
            let mut texts = text.lines().filter_map(items::item).map(|it| it.2);
            match texts.any(|it| super::spec_kit::numbered(it).is_some()) {
                true => Some(Tool::SpecKit),
                false => is_change(&file.path, text).then_some(Tool::OpenSpec),
            }
        }
        "md" if name == "proposal.md" => file.path.contains("changes/").then_some(Tool::OpenSpec),
        "md" => is_backlog(text).then_some(Tool::BacklogMd),
        _ => None,
    }
}

/// A list of a change is in its folder, or numbers its tasks by section.
fn is_change(path: &str, text: &str) -> bool {
    let numbered = |it: &str| {
        let number = it.split(' ').next().unwrap_or_default();
        number.contains('.') && number.bytes().all(|it| it.is_ascii_digit() || it == b'.')
    };
    let mut items = text.lines().filter_map(items::item);
    path.contains("changes/") || items.any(|it| numbered(it.2))
}

fn is_backlog(text: &str) -> bool {
    let Some(front) = text.strip_prefix("---") else {
        return false;
    };
    let front = front.split("\n---").next().unwrap_or(front);
    let has = |key: &str| front.lines().any(|it| it.starts_with(key));
    has("id:")
        && has("title:")
        && [
            "created_date:",
            "assignee:",
            "dependencies:",
            "parent_task_id:",
        ]
        .iter()
        .any(|it| has(it))
}
