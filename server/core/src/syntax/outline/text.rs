//! Lines as they are told: without the indentation that they stood at.

/// Longer declarations of types are cut.
const MAX_LINES: usize = 60;

/// Lines after the first moved to the left, and no more of them than can be read.
pub(super) fn dedented(text: &str, columns: usize) -> String {
    let mut out = Vec::new();
    for (nth, line) in text.lines().enumerate() {
        if nth == MAX_LINES {
            out.push("…");
            break;
        }
        let space = line.len() - line.trim_start().len();
        out.push(&line[if nth == 0 { 0 } else { space.min(columns) }..]);
    }
    out.iter()
        .map(|it| it.trim_end())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Lines without the space that all of them begin with, the first aside where it has none.
pub(super) fn unindented(lines: &[&str]) -> String {
    let indent = |it: &&str| it.len() - it.trim_start().len();
    let said = lines.iter().filter(|it| !it.trim().is_empty());
    let common = match lines.first() {
        Some(first) if indent(first) == 0 => said.skip(1).map(indent).min(),
        _ => said.map(indent).min(),
    };
    let common = common.unwrap_or(0);
    let cut = lines
        .iter()
        .map(|it| it[common.min(indent(it))..].trim_end());
    cut.collect::<Vec<_>>().join("\n")
}
