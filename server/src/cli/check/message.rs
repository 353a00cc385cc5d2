//! `docket check --commit-msg`: the tickets that a commit message names.

use std::path::Path;

use docket_core::finding::{Finding, Severity};
use docket_core::rules;
use docket_core::span::{Encoding, Lines};

use super::super::args::{Check, Format};
use super::super::failure::{Failure, FailureKind};
use super::super::open::{no_way, open};
use super::super::rows::{CheckOutput, FindingRow, SCHEMA};
use super::super::screen::{BOLD, RED, Screen, YELLOW};
use super::super::table::printable;
use super::{counts, severity_name, threshold};
use crate::branches;
use crate::env::Env;

pub(super) fn run(env: &Env, screen: &Screen, args: &Check, file: &Path) -> Result<u8, Failure> {
    if matches!(args.format, Format::Sarif | Format::Github) {
        return Err(Failure::new(
            FailureKind::Usage,
            "a commit message is told as text or JSON alone",
        ));
    }
    let project = open(env, screen, &[])?;
    let bytes = std::fs::read(env.cwd.join(file)).map_err(|error| no_way(file, &error))?;
    let text = String::from_utf8_lossy(&bytes);
    let comment = branches::comment_string(&project.root);
    let path = file.display().to_string();
    let findings = rules::message_findings(&project.snapshot, &path, &text, &comment);
    let lines = Lines::full(text.as_bytes());
    let rows: Vec<FindingRow> = findings.iter().map(|it| row(it, &lines)).collect();
    if screen.json || args.format == Format::Json {
        screen.print_json(&CheckOutput {
            schema: SCHEMA,
            counts: counts(&findings),
            findings: rows,
            fixed: Vec::new(),
            since: None,
            baseline: None,
        })?;
    } else {
        screen.print(&draw(&rows))?;
    }
    let fails =
        threshold(args.fail_on).is_some_and(|least| findings.iter().any(|it| it.severity >= least));
    Ok(u8::from(fails))
}

fn row(finding: &Finding, lines: &Lines) -> FindingRow {
    let at = |offset: u32| lines.position(offset as usize, Encoding::Utf32);
    let (start, end) = (at(finding.span.start), at(finding.span.end));
    FindingRow {
        rule: finding.rule.name().to_owned(),
        severity: severity_name(finding.severity).to_owned(),
        path: finding.path.clone(),
        line: start.line + 1,
        column: start.column + 1,
        end_line: end.line + 1,
        end_column: end.column + 1,
        message: finding.message.clone(),
        ticket: finding.ticket.clone(),
        fixable: false,
        fingerprint: finding.fingerprint.clone(),
    }
}

/// One line each: a hook's output stands among git's own.
fn draw(rows: &[FindingRow]) -> String {
    let mut out = String::new();
    for it in rows {
        let style = match it.severity == severity_name(Severity::Error) {
            true => RED,
            false => YELLOW,
        };
        let place = printable(&format!("{}:{}:{}", it.path, it.line, it.column));
        let (severity, rule) = (&it.severity, &it.rule);
        let message = printable(&it.message);
        out.push_str(&format!(
            "{place}: {style}{severity}[{rule}]{style:#}{BOLD}:{BOLD:#} {message}\n"
        ));
    }
    out
}
