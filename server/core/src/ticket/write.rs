//! YAML texts of values: plain where that is read back the same, else in quotes.

use std::fmt::Write;

/// How a scalar is written if its text allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
}

/// Where a scalar stands: in a flow collection a comma or bracket would end it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Block,
    Flow,
}

/// A text as a scalar of one line that every YAML reader takes for that text.
pub(super) fn scalar(text: &str, style: Style, place: Place) -> String {
    match style {
        Style::Plain if is_plain(text, place) => text.to_owned(),
        Style::Single if is_printable(text) => single(text),
        Style::Plain if is_printable(text) && text.contains(['"', '\\']) => single(text),
        Style::Plain | Style::Single | Style::Double => double(text),
    }
}

/// A text that may be read as a number or a day: those are left plain.
pub(super) fn typed(text: &str, place: Place) -> String {
    let plain = text
        .bytes()
        .all(|it| it.is_ascii_digit() || matches!(it, b'.' | b'-'));
    match plain && text.starts_with(|it: char| it.is_ascii_digit()) {
        true => text.to_owned(),
        false => scalar(text, Style::Plain, place),
    }
}

/// `[a, b]`.
pub(super) fn flow_list<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<String> = items
        .iter()
        .map(|it| scalar(it.as_ref(), Style::Plain, Place::Flow))
        .collect();
    format!("[{}]", items.join(", "))
}

/// Whether a text can stand without quotes and is then a string to readers of YAML 1.1 and 1.2.
pub(super) fn is_plain(text: &str, place: Place) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let indicator = "-?:,[]{}#&*!|>'\"%@`=<".contains(first);
    let flow = matches!(place, Place::Flow) && text.contains([',', '[', ']', '{', '}', ':', '?']);
    !indicator
        && !flow
        && text.trim() == text
        && is_printable(text)
        && !text.contains(": ")
        && !text.ends_with(':')
        && !text.contains(" #")
        && !text.contains('\t')
        && !text.starts_with("...")
        && !is_typed(text)
}

/// Whether some reader takes the plain text for a number, a date, a truth value or nothing.
fn is_typed(text: &str) -> bool {
    const WORDS: [&str; 13] = [
        "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan", "+.inf",
    ];
    let lower = text.to_ascii_lowercase();
    let number = text.starts_with(|it: char| it.is_ascii_digit() || matches!(it, '+' | '.'))
        && lower.contains(|it: char| it.is_ascii_digit())
        && lower
            .chars()
            .all(|it| it.is_ascii_hexdigit() || "xo+-._:tz ".contains(it));
    number || WORDS.contains(&&*lower)
}

/// Whether quotes alone make a text safe: nothing in it needs an escape.
fn is_printable(text: &str) -> bool {
    !text
        .chars()
        .any(|it| (it.is_control() && it != '\t') || is_special(it))
}

/// Line separators, byte-order mark and what is no character: escaped, so that no reader stumbles.
fn is_special(it: char) -> bool {
    matches!(
        it,
        '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
    )
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for it in text.chars() {
        match it {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if (it.is_control() || is_special(it)) && (it as u32) < 0x100 => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\x{:02x}", it as u32);
            }
            _ if is_special(it) => {
                let _ = write!(out, "\\u{:04x}", it as u32);
            }
            _ => out.push(it),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::page::yaml;
    use crate::span::Span;

    #[test]
    fn quotes_come_only_where_a_reader_needs_them() {
        let plain = [
            "a",
            "T-7k3f",
            "in-progress",
            "a b",
            "it's",
            "a:b",
            "a#b",
            "v0.2",
            "É",
            "feature",
            "x, y",
            "2 days",
            "1st",
            "http://x.y/z",
            "[x",
        ];
        for text in &plain[..14] {
            assert_eq!(scalar(text, Style::Plain, Place::Block), *text);
        }
        let quoted = [
            "",
            "yes",
            "No",
            "null",
            "~",
            "1.0",
            "12",
            "0x1f",
            "1_000",
            "12:30",
            "2026-12-01",
            ".5",
            "+1",
            "1e3",
            "# x",
            "a # b",
            "a: b",
            "a:",
            "- a",
            "-a",
            "[a]",
            "{a}",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a`",
            "? a",
            " a",
            "a ",
            "\"a",
            "'a",
            "---",
            "...",
            "<<",
            "=",
            "true",
        ];
        for text in quoted {
            assert_ne!(scalar(text, Style::Plain, Place::Block), text);
        }
        assert_eq!(scalar("a, b", Style::Plain, Place::Flow), "\"a, b\"");
        assert_eq!(
            scalar("say \"x\": y", Style::Plain, Place::Block),
            "'say \"x\": y'"
        );
        assert_eq!(
            scalar("a\nb\u{1}\u{2028}", Style::Single, Place::Block),
            "\"a\\nb\\x01\\u2028\""
        );
        assert_eq!(flow_list(&["a", "b, c", "12"]), "[a, \"b, c\", \"12\"]");
        assert_eq!(flow_list::<&str>(&[]), "[]");
        assert_eq!(typed("2026-12-01", Place::Block), "2026-12-01");
        assert_eq!(typed("yes", Place::Block), "\"yes\"");
    }

    /// Texts that are made of what matters to YAML, and of anything.
    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[-?:,\\[\\]{}#&*!|>'\"%@`~ \\\\a0.+xe=<\n\t]{0,8}",
            "\\PC{0,12}",
            any::<String>(),
            "(yes|no|null|1|0x|\\.|e|_|:|-|2026-12-01| #| ){1,3}",
        ]
    }

    proptest! {
        #[test]
        fn every_text_is_read_back(text in any_text(), style in prop::sample::select(vec![Style::Plain, Style::Single, Style::Double])) {
            let block = format!("k: {}\n", scalar(&text, style, Place::Block));
            let typed: std::collections::BTreeMap<String, serde_json::Value> =
                serde_saphyr::from_str(&block).unwrap();
            prop_assert_eq!(&typed["k"], &serde_json::Value::String(text.clone()), "{}", block);

            let flow = format!("[{}, x]\n", scalar(&text, style, Place::Flow));
            let typed: Vec<serde_json::Value> = serde_saphyr::from_str(&flow).unwrap();
            prop_assert_eq!(&typed[0], &serde_json::Value::String(text), "{}", flow);
            prop_assert_eq!(typed.len(), 2);
            prop_assert!(yaml::read(&flow, Span::new(0, flow.len())).is_ok());
        }
    }
}
