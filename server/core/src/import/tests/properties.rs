//! Whatever a source says, its words are in its tickets, and once is enough.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::{after, empty, planned};
use crate::import::SourceFile;
use crate::import::plan::Plan;

/// Words of letters and digits, as a reader would look for them.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|it: char| !it.is_alphanumeric());
    words
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Some lines of prose, each word a word of its own.
fn prose() -> impl Strategy<Value = String> {
    let word = "[a-z]{3,8}|[A-ZÄ]é[a-z]{2}|# [a-z]{4}|- [a-z]{4}|\\* \\[ \\] [a-z]{4}|`[a-z]{4}`|> [a-z]{5}|\"[a-z]{4}\"|[a-z]{4}:|<[a-z]{4}>|\\{id\\}|---|```";
    let line = prop::collection::vec(word, 1..4).prop_map(|it| it.join(" "));
    prop::collection::vec(prop_oneof![4 => line, 1 => Just(String::new())], 0..6)
        .prop_map(|it| it.join("\n"))
}

fn title() -> impl Strategy<Value = String> {
    "[A-Z][a-z]{2,6}( [a-z0-9:'\"#]{1,6}){0,4}"
}

fn check(file: SourceFile, said: &str) -> Result<(), TestCaseError> {
    let files = [file];
    let plan = planned(&empty(), &files);
    let made: String = plan
        .change
        .creates
        .iter()
        .map(|it| it.text.as_str())
        .collect();
    let lost: Vec<_> = words(said).difference(&words(&made)).cloned().collect();
    prop_assert!(
        lost.is_empty(),
        "lost {lost:?} of\n{}\nin\n{made}",
        files[0].text
    );
    let again: Plan = planned(&after(&plan), &files);
    prop_assert_eq!(again.n_new(), 0, "{}", made);
    prop_assert_eq!(again.tickets.len(), plan.tickets.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn of_backlog_md(title in title(), text in prose(), notes in prose(), own in "[a-z]{4,8}") {
        let said = format!("{title} {text} {notes} {own}");
        // A line that is the tool's own is no text.
        prop_assume!(!said.contains("```"));
        let title = title.replace('\'', "''");
        let text = format!(
            "---\nid: BACK-3\ntitle: '{title}'\nassignee: []\nmy_key: {own}\n---\n\n## Description\n\n<!-- SECTION:DESCRIPTION:BEGIN -->\n{text}\n<!-- SECTION:DESCRIPTION:END -->\n\n## Implementation Notes\n\n<!-- SECTION:NOTES:BEGIN -->\n{notes}\n<!-- SECTION:NOTES:END -->\n"
        );
        check(SourceFile { path: "backlog/tasks/back-3.md".into(), text }, &said)?;
    }

    #[test]
    fn of_beads(title in title(), texts in prop::array::uniform5(prose()), own in prose()) {
        let [description, design, accepted, notes, comment] = &texts;
        let issue = json!({
            "id": "bd-4", "title": title, "description": description, "design": design,
            "acceptance_criteria": accepted, "notes": notes, "status": "open", "own": own,
            "comments": [{"id": 1, "author": "zoe", "text": comment}],
            "nested": {"deep": [title]},
        });
        let said = format!("{title} {} {own} zoe deep nested", texts.join(" "));
        check(SourceFile { path: "issues.jsonl".into(), text: format!("{issue}\n") }, &said)?;
    }

    #[test]
    fn of_task_master(titles in prop::array::uniform2(title()), texts in prop::array::uniform4(prose())) {
        let [description, details, strategy, own] = &texts;
        let tasks = json!({"tasks": [{
            "id": 1, "title": titles[0], "description": description, "details": details,
            "testStrategy": strategy, "status": "pending", "dependencies": [],
            "subtasks": [{"id": 1, "title": titles[1], "own": own, "status": "done"}],
        }]});
        let said = format!("{} {}", titles.join(" "), texts.join(" "));
        check(SourceFile { path: "tasks.json".into(), text: tasks.to_string() }, &said)?;
    }

    #[test]
    fn of_check_lists(lines in prop::collection::vec(
        ("(  ){0,3}", prop_oneof![
            "- \\[[ x/!]\\] [A-Z][a-z]{3,6}( [a-z]{2,5}){0,3}",
            "[a-z]{4,7}( [a-z]{3})?",
            "#{2,3} [A-Z][a-z]{5}",
            Just("```".to_owned()),
            Just("<!-- note".to_owned()),
            Just(String::new()),
        ]), 1..14))
    {
        let lines = lines.iter().map(|(pad, line)| format!("{pad}{line}\n"));
        let text: String = lines.collect();
        let text = format!("- [ ] First\n{text}- [x] Last\n");
        // A box with `x` is ticked by a status.
        let said = text.replace("[x]", "[ ]");
        // Headings without an item below them name nothing.
        let said: String = said.lines().filter(|it| !it.trim_start().starts_with("##")).collect::<Vec<_>>().join("\n");
        check(SourceFile { path: "TODO.md".into(), text }, &said)?;
    }
}
