//! What each front-matter field is for.

use std::fmt::Write;

use super::sanitize::escape;
use crate::config::Config;
use crate::ticket::field::PRIORITIES;

/// Help for a field, as Markdown; `None` where docket reads no such field.
pub(super) fn help(config: &Config, field: &str) -> Option<String> {
    let text = about(field)?;
    let mut out = format!("**{}**: {text}", escape(field));
    let values: Vec<String> = match field {
        "status" => config.statuses.iter().map(|it| escape(&it.name)).collect(),
        "priority" => PRIORITIES.iter().map(|it| it.name().to_owned()).collect(),
        _ => Vec::new(),
    };
    if !values.is_empty() {
        let _ = write!(out, "\n\nOne of {}.", values.join(", "));
    }
    Some(out)
}

/// One sentence about a field.
pub(crate) fn about(field: &str) -> Option<&'static str> {
    Some(match field {
        "id" => "what references name the ticket by; it never changes.",
        "title" => "what is to be done, in one line.",
        "status" => "how far it is.",
        "priority" => "how much it matters.",
        "type" => "what sort of work it is, in the project's own words: `feature`, `bug`.",
        "labels" => "words to find it by.",
        "assignees" => "who works on it.",
        "milestone" => "the release or date that it is part of.",
        "parent" => "the id of the ticket that it is a part of.",
        "depends-on" => "ids of the tickets that must be done or dropped before it can begin.",
        "due" => "the day by which it should be done, as `2026-12-31`.",
        "estimate" => "how much work it is, in points.",
        "github" => "the number of the issue that mirrors it.",
        "created" => "the day it was written, as `2026-12-31`.",
        _ => return None,
    })
}
