//! The matrix as the page has it.

/// One row; what several have in common stands in each.
#[derive(Debug)]
pub struct Row {
    /// None where a row says more of another's.
    pub requests: Vec<String>,
    /// Client capabilities by their whole names.
    pub honours: Vec<String>,
    pub tests: Vec<String>,
}

/// What stands in backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

pub fn rows() -> Vec<Row> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/.docs/dev/lsp.md");
    let page = std::fs::read_to_string(path).unwrap();
    let table = page.lines().skip_while(|it| !it.starts_with("| request "));
    let lines = table.skip(2).take_while(|it| it.starts_with('|'));
    lines.map(row).collect()
}

fn row(line: &str) -> Row {
    let cells: Vec<_> = line.trim_matches('|').split('|').collect();
    let [requests, _, honours, tests] = cells[..] else {
        panic!("no row of four cells: {line}");
    };
    let mut last = String::new();
    let methods = quoted(requests).map(|it| {
        // `textDocument/didOpen`, `didChange`: of the same part.
        let whole = match it.contains('/') || last.is_empty() || it.starts_with('$') {
            true => it.to_owned(),
            false => format!("{}/{it}", last.rsplit_once('/').map_or("", |it| it.0)),
        };
        last.clone_from(&whole);
        whole
    });
    Row {
        requests: methods.collect(),
        honours: quoted(honours).map(str::to_owned).collect(),
        tests: quoted(tests).map(str::to_owned).collect(),
    }
}
