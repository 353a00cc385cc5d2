//! Tickets that people wrote with another tool (Backlog.md, see the licence beside them).

use std::path::PathBuf;

use crate::config::Config;
use crate::edit::TextEdit;
use crate::rules::RuleId;
use crate::ticket::field::Value;
use crate::ticket::{edit, parse};

/// The sample, or the folder that `DOCKET_TICKETS` names at build time.
fn tickets() -> Vec<(PathBuf, String)> {
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/fixtures/backlog-md"
    );
    let folder = option_env!("DOCKET_TICKETS").unwrap_or(sample);
    let mut tickets: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .filter(|it| it.extension().is_some_and(|it| it == "md"))
        .map(|it| (it.clone(), std::fs::read_to_string(it).unwrap()))
        .collect();
    tickets.sort();
    assert!(tickets.len() >= 30, "{folder} has {}", tickets.len());
    tickets
}

/// Statuses of that tool.
fn config() -> Config {
    let toml = "[[status]]\nname = \"To Do\"\nkind = \"open\"\n[[status]]\nname = \"In Progress\"\nkind = \"active\"\n[[status]]\nname = \"Done\"\nkind = \"done\"\n";
    let (config, problems) = Config::parse(toml);
    assert_eq!(problems, []);
    config
}

#[test]
fn each_is_read_as_it_is() {
    let (mut criteria, mut names) = (0, 0);
    for (path, text) in tickets() {
        let parsed = parse(text.as_bytes(), &config());
        let ticket = &parsed.ticket;
        let line = |key: &str| {
            let lines = text
                .lines()
                .find_map(|it| it.strip_prefix(&format!("{key}: ")));
            lines.map(|it| it.trim_matches(['\'', '"']).to_owned())
        };
        let id = ticket.id.as_ref().unwrap();
        assert_eq!(Some(&id.value), line("id").as_ref(), "{path:?}");
        assert!(ticket.title.is_some() && ticket.front_matter.is_some());
        if let Some(status) = &ticket.status {
            assert_eq!(Some(&status.value), line("status").as_ref(), "{path:?}");
        }
        // Keys of that tool are hints; that it writes `@name` without quotes is told and mended.
        for it in &parsed.problems {
            let at = &text[it.span.range()];
            let mended = format!("\"{at}\"");
            let name = at.starts_with('@') && it.replacements == [mended];
            let hint = it.rule == RuleId::UnknownField;
            assert!(hint || name, "{path:?}: {at:?} {}", it.message);
            names += usize::from(name);
        }
        criteria += ticket.criteria.len();
    }
    assert!(criteria > 50 && names > 0, "{criteria} {names}");
}

#[test]
fn each_field_of_each_is_changed_alone() {
    let mut changed = 0;
    for (path, text) in tickets() {
        let mut text = text;
        let mut parsed = parse(text.as_bytes(), &config());
        while let Some(broken) = parsed
            .problems
            .iter()
            .find(|it| it.rule == RuleId::MalformedTicket)
        {
            let edit = TextEdit {
                span: broken.span,
                text: broken.replacements[0].clone(),
            };
            text = TextEdit::apply_all(&text, &[edit]);
            parsed = parse(text.as_bytes(), &config());
        }
        for field in &parsed.ticket.keys {
            let name = &field.key.value;
            let value = match &text[field.value.range()] {
                it if it.starts_with(['[', '-']) || it.contains("\n") => {
                    Value::List(vec!["new".to_owned(), "two: words".to_owned()])
                }
                _ => Value::Text("new: #value".to_owned()),
            };
            let edits = edit::set(&text, name, &value)
                .unwrap_or_else(|refusal| panic!("{path:?} {name}: {refusal}"));
            let after = TextEdit::apply_all(&text, &edits);
            // Without the lines of the field, the file is what it was.
            assert_eq!(
                without(&text, name),
                without(&after, name),
                "{path:?} {name}"
            );
            let again = parse(after.as_bytes(), &config()).ticket;
            let names = |keys: &[crate::ticket::Field]| -> Vec<String> {
                keys.iter().map(|it| it.key.value.clone()).collect()
            };
            assert_eq!(names(&again.keys), names(&parsed.ticket.keys));
            changed += 1;
        }
        for (name, value) in [
            ("due", Value::Date(jiff::civil::date(2027, 1, 2))),
            ("depends-on", Value::List(vec!["T-7k3f".to_owned()])),
        ] {
            let edits = edit::set(&text, name, &value).unwrap();
            let after = TextEdit::apply_all(&text, &edits);
            assert_eq!(without(&after, name), text);
            let back = edit::unset(&after, name).unwrap();
            assert_eq!(TextEdit::apply_all(&after, &back), text, "{path:?}");
        }
    }
    assert!(changed > 200, "{changed}");
}

/// A file without a field's lines: from its key to the next line that is neither indented nor an item.
fn without(text: &str, field: &str) -> String {
    let key = format!("{field}:");
    let mut inside = false;
    let mut front = 0;
    text.split_inclusive('\n')
        .filter(|line| {
            front += usize::from(line.trim_end() == "---");
            let goes_on = line.starts_with([' ', '-']) && line.trim_end() != "---";
            inside = front == 1 && (line.starts_with(&key) || (inside && goes_on));
            !inside
        })
        .collect()
}
