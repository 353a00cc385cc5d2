//! The sample project: a few files in a text of their own, with days that are near today.

use std::path::Path;

use docket_core::edit::{Change, FileCreate};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::write::{self, WriteError};

/// Hints must have room beside the name.
const LONGEST_NAME: usize = 8;
/// Each file begins with a line `//- /path`.
const FILES: &str = include_str!("sample.txt");

macro_rules! plugin {
    ($($path:literal,)*) => {
        &[$(($path, include_str!(concat!("../../../clients/neovim/", $path))),)*]
    };
}

/// The plugin as the tour's Neovim loads it.
const PLUGIN: &[(&str, &str)] = plugin! {
    "lua/docket/board.lua",
    "lua/docket/card.lua",
    "lua/docket/client.lua",
    "lua/docket/command.lua",
    "lua/docket/config.lua",
    "lua/docket/cursor.lua",
    "lua/docket/discussion.lua",
    "lua/docket/health.lua",
    "lua/docket/hints.lua",
    "lua/docket/init.lua",
    "lua/docket/jump.lua",
    "lua/docket/lists.lua",
    "lua/docket/marks.lua",
    "lua/docket/picker.lua",
    "lua/docket/planning.lua",
    "lua/docket/proposals.lua",
    "lua/docket/protocol.lua",
    "lua/docket/rows.lua",
    "lua/docket/statusline.lua",
    "lua/docket/verbs.lua",
    "plugin/docket.lua",
    "doc/docket.txt",
};

/// Makes the project in `folder`, a git repository where that works, so that what docket remembers
/// stays in it.
pub(super) fn make(folder: &Path, today: Date, me: Option<&str>) -> Result<(), WriteError> {
    // Without it all works as well.
    let _ = gix::init(folder);
    write::apply(
        folder,
        &creates(files(
            today,
            me.filter(|it| it.len() <= LONGEST_NAME).unwrap_or("ana"),
        )),
    )?;
    Ok(())
}

/// Puts the Neovim plugin and the script that starts the tour into `folder`.
pub(super) fn make_plugin(folder: &Path) -> Result<(), WriteError> {
    let plugin = PLUGIN
        .iter()
        .map(|(path, text)| (format!("nvim/{path}"), (*text).to_owned()));
    let script = ("tour.lua".to_owned(), include_str!("tour.lua").to_owned());
    write::apply(folder, &creates(plugin.chain([script])))?;
    Ok(())
}

/// Path and text of each file.
fn files(today: Date, me: &str) -> Vec<(String, String)> {
    let day = |days: i64| today.saturating_add(days.days()).to_string();
    let text = FILES
        .replace("{me}", me)
        .replace("{late}", &day(-3))
        .replace("{soon}", &day(10))
        .replace("{made}", &day(-20));
    text.split("//- /")
        .filter_map(|it| it.split_once('\n'))
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect()
}

fn creates(files: impl IntoIterator<Item = (String, String)>) -> Change {
    Change {
        creates: files
            .into_iter()
            .map(|(path, text)| FileCreate { path, text })
            .collect(),
        ..Change::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_plugin_is_the_whole_plugin() {
        fn walk(folder: &Path, out: &mut Vec<std::path::PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                match entry.path() {
                    it if it.is_dir() => walk(&it, out),
                    it => out.push(it),
                }
            }
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/neovim");
        let mut found = Vec::new();
        for part in ["lua", "plugin", "doc"] {
            walk(&root.join(part), &mut found);
        }
        let mut found: Vec<_> = found
            .iter()
            .map(|it| it.strip_prefix(&root).unwrap().display().to_string())
            .filter(|it| it != "doc/tags")
            .collect();
        found.sort();
        let mut embedded: Vec<_> = PLUGIN.iter().map(|it| it.0.to_owned()).collect();
        embedded.sort();
        assert_eq!(found, embedded);
    }
}
