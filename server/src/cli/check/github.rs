//! Workflow commands, which GitHub Actions turns into annotations.

use std::path::Path;

use docket_core::finding::{Finding, Severity};

use super::super::open::Opened;
use crate::env::Env;

/// One command a line, as
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands> has it.
pub(super) fn commands(env: &Env, project: &Opened, findings: &[&Finding]) -> String {
    let prefix = prefix(env, &project.root);
    let mut out = String::new();
    for finding in findings {
        let (start, end) = super::place(project, finding);
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information | Severity::Hint => "notice",
        };
        out.push_str(&format!(
            "::{command} file={},line={},endLine={},col={},endColumn={},title={}::{}\n",
            property(&format!("{prefix}{}", finding.path)),
            start.line,
            end.line,
            start.column,
            end.column,
            property(&format!("docket: {}", finding.rule.name())),
            data(&finding.message),
        ));
    }
    out
}

/// GitHub wants paths from the repository's root, where a project may be a folder below it.
fn prefix(env: &Env, root: &Path) -> String {
    let folder = env
        .var_os("GITHUB_WORKSPACE")
        .and_then(|it| Path::new(it).canonicalize().ok())
        .and_then(|it| Some(root.strip_prefix(it).ok()?.to_owned()));
    match folder {
        Some(folder) if folder != Path::new("") => {
            format!("{}/", folder.to_string_lossy().replace('\\', "/"))
        }
        _ => String::new(),
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(data("50% of a::b\r\nc"), "50%25 of a::b%0D%0Ac");
        assert_eq!(property("a,b:c%0A"), "a%2Cb%3Ac%250A");
    }
}
