//! What must hold for any front matter and any change of one of its fields.

use proptest::prelude::*;

use super::super::*;
use crate::config::Config;
use crate::ticket;
use crate::ticket::field::{FIELDS, Kind};

/// One entry in some style: key, text of the lines, and whether a change of it may be refused.
#[derive(Clone, Debug)]
struct Line {
    key: String,
    text: String,
    shared: bool,
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9-]{0,6}",
        Just("é\u{1f600}".to_owned()),
        Just("two words".to_owned()),
    ]
}

fn awkward() -> impl Strategy<Value = String> {
    prop_oneof![
        word(),
        "[-?:,\\[\\]{}#&*!|>'\"%@`~ \\\\a0.+x]{1,8}",
        "(yes|no|null|1\\.0|0x1|2026-12-01|a: b|a #b)",
        "\\PC{1,10}",
    ]
    .prop_map(|it| it.trim().to_owned())
    .prop_filter("a value", |it| !it.is_empty())
}

fn comment() -> impl Strategy<Value = String> {
    prop_oneof![3 => Just(String::new()), 1 => Just(" # c: 'x".to_owned())]
}

/// The text after `key:`, and whether an edit of it is refused by right.
fn value() -> impl Strategy<Value = (String, bool)> {
    let scalar = prop_oneof![
        word(),
        word().prop_map(|it| format!("'{it}''s'")),
        word().prop_map(|it| format!("\"{it}: \\\"x\\\"\"")),
        Just(String::new()),
        Just("~".to_owned()),
        Just("2026-12-01".to_owned()),
        Just("12".to_owned()),
    ];
    let item = prop_oneof![word(), word().prop_map(|it| format!("'{it}'"))];
    let items = prop::collection::vec((item, comment()), 1..4).boxed();
    prop_oneof![
        (scalar, comment()).prop_map(|(it, comment)| (format!(" {it}{comment}\n"), false)),
        (word(), word()).prop_map(|(a, b)| (format!(" {a}\n  {b}\n"), false)),
        (word(), word(), "[|>][-+]?", "\n{0,2}").prop_map(|(a, b, header, blank)| (
            format!(" {header}\n  {a} # no\n   {b}\n{blank}"),
            false
        )),
        items.clone().prop_map(|items| {
            let items: Vec<_> = items.into_iter().map(|it| it.0).collect();
            (format!(" [{}]\n", items.join(", ")), false)
        }),
        (items, comment(), "( {0,3})").prop_map(|(items, comment, indent)| {
            let lines = items
                .into_iter()
                .map(|(it, comment)| format!("{indent}- {it}{comment}\n"));
            (format!("{comment}\n{}", lines.collect::<String>()), false)
        }),
        word().prop_map(|it| (format!(" &anchor '{it}'\n"), true)),
        Just((" {a: b, c: [d]}\n".to_owned(), false)),
        Just(("\n  a: b\n  # c\n  c: d\n".to_owned(), false)),
    ]
}

/// Front matter of some of the fields and some unknown keys, in any order, in each line ending.
fn front_matter() -> impl Strategy<Value = (Vec<Line>, String)> {
    let names: Vec<String> = FIELDS
        .iter()
        .map(|it| it.0.to_owned())
        .chain(["own".to_owned(), "'quoted key'".to_owned()])
        .collect();
    let keys = prop::sample::subsequence(names, 0..10).prop_shuffle();
    let line = |key: String| {
        (
            value(),
            prop_oneof![4 => Just(""), 1 => Just("# between\n"), 1 => Just("\n")],
        )
            .prop_map(move |((text, shared), before)| Line {
                text: format!("{before}{key}:{text}"),
                key: key.trim_matches('\'').to_owned(),
                shared,
            })
    };
    let lines = keys.prop_flat_map(move |keys| keys.into_iter().map(line).collect::<Vec<_>>());
    (
        lines,
        prop::sample::select(vec!["\n", "\r\n"]),
        prop::sample::select(vec!["", "\u{feff}"]),
        prop::sample::select(vec!["---", "---\n\nBody: text\n", "---\nid: body", "...\n"]),
    )
        .prop_map(|(lines, line_break, bom, end)| {
            let yaml: String = lines.iter().map(|it| it.text.clone()).collect();
            // Anchors are names of one place each.
            let mut n = 0;
            let yaml = yaml
                .split("&anchor")
                .map(|it| {
                    n += 1;
                    format!("{it}&a{n}")
                })
                .collect::<String>();
            let yaml = yaml
                .strip_suffix(&format!("&a{n}"))
                .unwrap_or(&yaml)
                .to_owned();
            let text = format!("---\n{yaml}{end}").replace('\n', line_break);
            (lines, format!("{bom}{text}"))
        })
}

/// A field and a value of its kind.
fn change() -> impl Strategy<Value = (String, Value)> {
    prop::sample::select(FIELDS).prop_flat_map(|(name, kind)| {
        let value = match kind {
            Kind::Texts | Kind::Ids => prop::collection::vec(awkward(), 0..4)
                .prop_map(Value::List)
                .boxed(),
            Kind::Date => (2000_i16..2100, 1_i8..13, 1_i8..29)
                .prop_map(|(y, m, d)| Value::Date(jiff::civil::date(y, m, d)))
                .boxed(),
            Kind::Number => (0_u32..100)
                .prop_map(|it| Value::Number(f64::from(it) / 2.0))
                .boxed(),
            Kind::Issue => (1_u64..100_000).prop_map(Value::Issue).boxed(),
            _ => awkward().prop_map(Value::Text).boxed(),
        };
        value.prop_map(move |value| (name.to_owned(), value))
    })
}

/// The bytes of each entry but one, by an oracle that is not the code's parser: the generator.
fn untouched(lines: &[Line], field: &str) -> Vec<String> {
    lines
        .iter()
        .filter(|it| it.key != field && !it.shared)
        .map(|it| it.text.trim_end_matches('\n').to_owned())
        .collect()
}

/// A field's value as an independent YAML reader sees it.
fn seen(text: &str, field: &str) -> Option<Vec<String>> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let rest = text.strip_prefix("---\n")?;
    let end = rest
        .split_inclusive('\n')
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some((start, line))
        })
        .find(|(_, line)| matches!(line.trim_end(), "---" | "..."))?
        .0;
    let value: std::collections::BTreeMap<String, serde_json::Value> =
        serde_saphyr::from_str(&rest[..end]).ok()?;
    let plain = |it: &serde_json::Value| match it {
        serde_json::Value::String(it) => it.clone(),
        serde_json::Value::Number(it) => it.to_string(),
        other => other.to_string(),
    };
    Some(match value.get(field)? {
        serde_json::Value::Array(items) => items.iter().map(plain).collect(),
        other => vec![plain(other)],
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_change_touches_its_field_alone((lines, text) in front_matter(), (field, value) in change()) {
        let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let edits = match set(&text, &field, &value) {
            Ok(edits) => edits,
            Err(refusal) => {
                let own = lines.iter().find(|it| it.key == field);
                let by_right = own.is_some_and(|it| {
                    it.shared || it.text.contains('{') || it.text.contains('#')
                        || it.text.contains("\n  a: b") || it.text.contains("- ")
                });
                prop_assert!(by_right, "{refusal} in {text:?}");
                return Ok(());
            }
        };
        let after = TextEdit::apply_all(&text, &edits);

        let mut rest = &*after;
        for line in untouched(&lines, &field) {
            let line = line.replace('\n', line_break);
            let at = rest.find(&line);
            prop_assert!(at.is_some(), "{line:?} of {text:?} is not in {after:?}");
            rest = &rest[at.unwrap_or_default() + line.len()..];
        }
        let comments = |it: &str| it.matches("# c: 'x").count() + it.matches("# between").count();
        prop_assert_eq!(comments(&text), comments(&after));
        prop_assert_eq!(text.starts_with('\u{feff}'), after.starts_with('\u{feff}'));
        match line_break {
            "\n" => prop_assert!(!after.contains('\r')),
            _ => prop_assert_eq!(after.matches('\n').count(), after.matches("\r\n").count()),
        }

        let parsed = ticket::parse(after.as_bytes(), &Config::default());
        let key = parsed.ticket.keys.iter().find(|it| it.key.value == field);
        match &value {
            Value::List(items) if edits.is_empty() && key.is_none() => prop_assert!(items.is_empty()),
            _ => prop_assert!(key.is_some()),
        }
        if let (Some(seen), false) = (seen(&after, &field), edits.is_empty()) {
            let expected = match &value {
                Value::List(items) => items.clone(),
                Value::Number(number) => vec![number.to_string()],
                other => vec![other.to_string()],
            };
            prop_assert_eq!(seen, expected, "{}", after);
        }

        let again = set(&after, &field, &value);
        prop_assert_eq!(again, Ok(Vec::new()), "{}", after);
    }

    #[test]
    fn a_plain_value_set_back_restores_every_byte(
        (_, text) in front_matter(),
        field in prop::sample::select(vec!["title", "status", "milestone"]),
        old in "[b-m]{3,8}", new in "[b-m]{3,8}", quote in prop::sample::select(vec!["", "'", "\""]),
    ) {
        let entry = format!("---\n{field}: {quote}{old}{quote}  # c\n");
        let lines: Vec<&str> = text.split_inclusive('\n').filter(|it| !it.contains(field)).collect();
        let text = lines.concat().replacen("---\r\n", &entry, 1).replacen("---\n", &entry, 1);
        let Ok(there) = set(&text, field, &Value::Text(new)) else { return Ok(()) };
        let changed = TextEdit::apply_all(&text, &there);
        let back = set(&changed, field, &Value::Text(old)).unwrap();
        prop_assert_eq!(TextEdit::apply_all(&changed, &back), text);
    }

    #[test]
    fn a_field_that_is_added_and_taken_away_leaves_no_trace((lines, text) in front_matter(), (field, value) in change()) {
        let absent = lines.iter().all(|it| it.key != field);
        if !absent || matches!(&value, Value::List(items) if items.is_empty()) || matches!(&*field, "id" | "title") {
            return Ok(());
        }
        let there = set(&text, &field, &value).unwrap();
        let changed = TextEdit::apply_all(&text, &there);
        let back = unset(&changed, &field).unwrap();
        prop_assert_eq!(TextEdit::apply_all(&changed, &back), text);
    }

    #[test]
    fn any_text_is_changed_or_refused(
        pieces in prop::collection::vec(prop_oneof![
            prop::sample::select(vec!["id: x\n", "title: ", "labels: [a, ", "]", "\n", "\r\n", "\r", "- a\n", "  ", "&x ", "*x", "!!str ", "|\n", ">-\n", "'", "\"", ": ", "#", "? ", "due:", "é", "{", "}", ",", "~", "---\n", "\t", "<<: ", "labels:\n", "\u{2028}"]).prop_map(str::to_owned),
            "\\PC{0,3}",
        ], 0..30),
        (field, value) in change(),
    ) {
        let text = format!("---\n{}\n---\nbody", pieces.concat());
        for edits in [set(&text, &field, &value), unset(&text, &field), add(&text, &field, "x y"), remove(&text, &field, "a")].into_iter().flatten() {
            let after = TextEdit::apply_all(&text, &edits);
            prop_assert!(after.starts_with("---\n") && after.ends_with("body"));
        }
    }
}
