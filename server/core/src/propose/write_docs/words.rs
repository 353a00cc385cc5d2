//! Words of a section: what they may not hold, and what they stand beside.

/// The first code block of a text: its start and its end.
pub(super) fn fence(text: &str) -> Option<(usize, usize)> {
    let start = text.find("```")?;
    let mark = &text[start..start + text[start..].find(|it| it != '`')?];
    let line = start + text[start..].find('\n')?;
    let close = format!("\n{mark}");
    let end = line + text[line..].find(&close)? + close.len();
    Some((start, end))
}

/// Words that go into a section: without headings, records and links of a language's own.
pub(super) fn quiet(text: &str) -> String {
    let mut out = Vec::new();
    let mut is_code = false;
    for line in text.trim().lines() {
        let start = line.trim_start();
        if start.starts_with("```") {
            is_code = !is_code;
        }
        if is_code || !start.starts_with('#') {
            out.push(match is_code {
                true => line.to_owned(),
                false => unlinked(&line.replace("<!--", "&lt;!--")),
            });
            continue;
        }
        // A heading of a documentation comment is one below its section's.
        let hashes = start.len() - start.trim_start_matches('#').len();
        let is_heading = hashes <= 6 && start[hashes..].starts_with(' ');
        out.push(match is_heading {
            true => format!("###{}", &start[hashes..]),
            false => line.to_owned(),
        });
    }
    out.join("\n")
}

/// Links to names of the language (`[Next](crate::next)`) are words of a page.
fn unlinked(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("](") {
        let target = &rest[at + 2..];
        let Some(end) = target.find(')') else { break };
        let name = &target[..end];
        let is_name = name.contains("::") || name.starts_with('#') || name == "Self";
        match rest[..at].rfind('[').filter(|_| is_name) {
            Some(open) => {
                out.push_str(&rest[..open]);
                out.push_str(&rest[open + 1..at]);
            }
            None => out.push_str(&rest[..at + 2 + end + 1]),
        }
        rest = &target[end + 1..];
    }
    out.push_str(rest);
    out
}

/// As a string of YAML.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
