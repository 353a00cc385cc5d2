//! Text of others as Markdown that only shows: no HTML, no image is fetched, no link runs a command.

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

/// `text` as one line of Markdown that reads as it is written.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for it in text.chars() {
        match it {
            '\n' | '\r' | '\t' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '!' | '|' | '#' | '~' | '$' => {
                out.push('\\');
                out.push(it);
            }
            it if it.is_control() => {}
            it => out.push(it),
        }
    }
    out
}

/// Markdown of others with its harmless structure kept. Links lead to the web or are text.
pub fn markdown(text: &str) -> String {
    let out = splice(text, &defuse(text));
    // What was taken out may have kept apart what now joins.
    match defuse(&out).is_empty() {
        true => out,
        false => text.lines().map(escape).collect::<Vec<_>>().join("  \n"),
    }
}

/// What to put in the place of what: ascending, not overlapping.
fn defuse(text: &str) -> Vec<(std::ops::Range<usize>, String)> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    // The end of the last thing replaced as a whole, and the label gathered for it.
    let mut whole: Option<std::ops::Range<usize>> = None;
    let mut label = String::new();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        if let Some(outer) = &whole {
            if range.end <= outer.end && range != *outer {
                match event {
                    Event::Text(it) | Event::Code(it) => label.push_str(&it),
                    Event::SoftBreak | Event::HardBreak => label.push(' '),
                    _ => {}
                }
                continue;
            }
            edits.push((outer.clone(), escape(&label)));
            whole = None;
            label.clear();
            if matches!(event, Event::End(_)) {
                continue;
            }
        }
        match event {
            Event::Html(_) | Event::InlineHtml(_) => {
                let shown = text[range.clone()].replace('<', "&lt;");
                edits.push((range, shown));
            }
            Event::Start(Tag::Image { .. }) => whole = Some(range),
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) if !is_web(&dest_url) && link_type != LinkType::Email => whole = Some(range),
            _ => {}
        }
    }
    if let Some(outer) = whole {
        edits.push((outer, escape(&label)));
    }
    edits
}

fn is_web(url: &str) -> bool {
    let url = url.trim_start().to_ascii_lowercase();
    url.starts_with("https://") || url.starts_with("http://")
}

fn splice(text: &str, edits: &[(std::ops::Range<usize>, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, with) in edits {
        if range.start < at {
            continue;
        }
        out.push_str(&text[at..range.start]);
        out.push_str(with);
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn structure_stays_and_danger_goes() {
        for (text, expected) in [
            ("a **b** `c <i>`\n- x", "a **b** `c <i>`\n- x"),
            ("a <b>b</b>", "a &lt;b>b&lt;/b>"),
            ("![alt *x*](http://evil/p.png) y", "alt x y"),
            ("[run](command:rm) z", "run z"),
            (
                "[run *me*][1]\n\n[1]: command:rm",
                "run me\n\n[1]: command:rm",
            ),
            ("[web](https://x.org)", "[web](https://x.org)"),
            ("[page](notes.md)", "page"),
            ("<command:rm>", "command:rm"),
            (
                "[![i](http://e/i.png)](https://x.org)",
                "[i](https://x.org)",
            ),
        ] {
            assert_eq!(markdown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_joins_is_shown_as_text() {
        let text = "<[script>](command:x)alert()<[/script>](command:x)";
        assert!(defuse(&markdown(text)).is_empty(), "{}", markdown(text));
    }

    proptest! {
        #[test]
        fn nothing_dangerous_is_left(text in r#"[<>!\[\]()a/:*`\\ \n&-]{0,40}(command:|<img |<!--|-->)?[<>!\[\]()a/:*`\\ \n]{0,20}"#) {
            let shown = markdown(&text);
            for (event, range) in Parser::new(&shown).into_offset_iter() {
                let harm = matches!(event, Event::Html(_) | Event::InlineHtml(_))
                    || matches!(event, Event::Start(Tag::Image { .. }));
                prop_assert!(!harm, "{shown:?} {:?}", &shown[range]);
            }
            let line = escape(&text);
            for (event, _) in Parser::new(&format!("x {line}")).into_offset_iter() {
                let plain = matches!(event, Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Link { .. } | Tag::Image { .. }));
                prop_assert!(!plain, "{line:?}");
            }
        }
    }
}
