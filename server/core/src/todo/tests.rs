//! The decision table, and properties over anything.

mod properties;

use expect_test::expect_file;

use super::*;

/// One line per case: comment, ` => `, what is read. `\n` and `\t` are a line break and a tab.
const TABLE: &str = include_str!("table.txt");

#[test]
fn the_table_holds() {
    let mut out = String::new();
    let mut n_cases = 0;
    for line in TABLE.lines() {
        match line.split_once(" => ") {
            Some((input, _)) => {
                let input = input.trim_end();
                n_cases += 1;
                out.push_str(&format!("{input:<60} => {}\n", render(input)));
            }
            None => out.push_str(&format!("{line}\n")),
        }
    }
    expect_file!["table.txt"].assert_eq(&out);
    assert!(n_cases >= 200, "{n_cases}");
}

fn render(input: &str) -> String {
    let text = input
        .replace("\\n", "\n")
        .replace("\\t", "\t")
        .replace("\\r", "\r");
    let config = Config::default();
    let (todos, problems) = todos(text.as_bytes(), &comments(&text), &config);
    let mut parts: Vec<String> = todos.iter().map(|it| render_todo(it, &text)).collect();
    parts.extend(problems.iter().map(|it| {
        let replacement = match &it.replacements[..] {
            [] => String::new(),
            some => format!(" -> {}", some.join(" | ")),
        };
        format!("malformed `{}`{replacement}", &text[it.span.range()])
    }));
    match parts.is_empty() {
        true => "none".to_owned(),
        false => parts.join("; "),
    }
}

fn render_todo(todo: &Todo, text: &str) -> String {
    let mut out = format!("{}{}", todo.keyword, "!".repeat(todo.urgency.into()));
    if !todo.references.is_empty() {
        let all: Vec<String> = todo
            .references
            .iter()
            .map(|it| match &it.value {
                Reference::Ticket(id) => format!("ticket {id}"),
                Reference::External(word) => format!("external {word}"),
                it => it.to_string(),
            })
            .collect();
        out.push_str(&format!(" ({})", all.join(", ")));
    }
    if !todo.conditions.is_empty() {
        let all: Vec<String> = todo
            .conditions
            .iter()
            .map(|it| it.value.to_string())
            .collect();
        out.push_str(&format!(" [{}]", all.join(", ")));
    }
    out.push_str(&format!(" {:?}", todo.text));
    if !todo.body.is_empty() {
        out.push_str(&format!(" / {:?}", todo.body));
    }
    if let Some(due) = &todo.due {
        assert_eq!(text[due.span.range()], due.value.to_string());
        out.push_str(&format!(" due {}", due.value));
    }
    if !todo.labels.is_empty() {
        out.push_str(&format!(" labels {}", todo.labels.join(" ")));
    }
    if todo.documentation {
        out.push_str(" documentation");
    }
    out
}

/// The comments of a text of one family, which its first marker tells. Strings are no matter here:
/// what a comment is the lexer's tests say.
pub(super) fn comments(text: &str) -> Vec<Comment> {
    let families: [&[(&str, &str)]; 6] = [
        &[("//", "\n"), ("/*", "*/")],
        &[("\"\"\"", "\"\"\""), ("#", "\n")],
        &[("<!--", "-->")],
        &[("--", "\n"), ("{-", "-}")],
        &[(";", "\n")],
        &[("%", "\n")],
    ];
    let first = |family: &[(&str, &str)]| family.iter().filter_map(|it| text.find(it.0)).min();
    let family = families
        .iter()
        .filter(|it| first(it).is_some())
        .min_by_key(|it| first(it))
        .copied()
        .unwrap_or_default();
    let mut comments = Vec::new();
    let mut at = 0;
    while let Some((start, (open, close))) = family
        .iter()
        .filter_map(|it| Some((at + text[at..].find(it.0)?, *it)))
        .min_by_key(|it| it.0)
    {
        let inner = start + open.len();
        let found = match close {
            "\n" => text[inner..].find(['\n', '\r']),
            close => text[inner..].find(close),
        };
        let inner_end = found.map_or(text.len(), |it| inner + it);
        let (kind, end) = match close {
            "\n" => (CommentKind::Line, inner_end),
            close => {
                let kind = match open {
                    "\"\"\"" => CommentKind::Docstring,
                    _ => CommentKind::Block,
                };
                (kind, (inner_end + close.len()).min(text.len()))
            }
        };
        comments.push(Comment {
            span: Span::new(start, end),
            text: Span::new(inner, inner_end),
            kind,
            cell: None,
        });
        at = end;
    }
    comments
}
