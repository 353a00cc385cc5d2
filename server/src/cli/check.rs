//! `docket check`: the rules' findings in four formats, and the fixes that are safe.

mod baseline;
mod fix;
mod github;
mod known;
mod message;
mod sarif;
mod text;

use docket_core::edit::Fix;
use docket_core::finding::{Finding, Severity};
use docket_core::rules;
use docket_core::span::{Encoding, Position};

use super::args::{Check, FailOn, Format};
use super::failure::{Failure, FailureKind};
use super::open::{Opened, open};
use super::rows::{CheckOutput, Counts, FindingRow, FixedRow, SCHEMA};
use super::screen::{BOLD, CYAN, GREEN, RED, Screen, YELLOW};
use super::table::printable;
use crate::env::Env;
use known::{Known, Told};

/// Fixes of fixes of fixes: a round that mends something may show something new that is safe too.
const MAX_ROUNDS: usize = 8;

pub(super) fn run(env: &Env, screen: &Screen, args: &Check) -> Result<u8, Failure> {
    if screen.json && matches!(args.format, Format::Sarif | Format::Github) {
        return Err(Failure::new(
            FailureKind::Usage,
            "`--json` and `--format` ask for two formats at once",
        )
        .hint("leave one of them out"));
    }
    if let Some(file) = &args.commit_msg {
        return message::run(env, screen, args, file);
    }
    let mut project = look(env, screen, args)?;
    if let Some(file) = args.baseline.as_deref().filter(|_| args.write_baseline) {
        return baseline::write(env, screen, &project, file);
    }
    let known = Known::of(env, &project, args)?;
    let mut told = known.told(env, &project);
    let mut fixed = Vec::new();
    if args.fix {
        for _ in 0..MAX_ROUNDS {
            let (mended, change) = fix::safe_fixes(&told.findings);
            if mended.is_empty() {
                break;
            }
            crate::write::apply(&project.root, &change)?;
            let row = |it: (&Finding, &Fix)| fixed_row(&project, it.0, it.1);
            fixed.extend(mended.into_iter().map(row));
            // What was remembered of before the fixes must not be written after what is read now.
            drop(project);
            project = look(env, screen, args)?;
            told = known.told(env, &project);
        }
        if !screen.json {
            note_fixed(screen, &fixed);
        }
    }
    let findings = &told.findings;
    let format = match screen.json {
        true => Format::Json,
        false => args.format,
    };
    let least = least_shown(format, args.fail_on, args.level.map(Into::into));
    let shown: Vec<&Finding> = findings.iter().filter(|it| it.severity >= least).collect();
    match format {
        Format::Text => {
            let text = text::render(screen, &project, findings, &shown);
            screen.print(&(text + &told.in_words()))?;
        }
        Format::Json => screen.print_json(&output(&project, &told, fixed))?,
        Format::Sarif => screen.print_json(&sarif::log(&project, &shown))?,
        Format::Github => screen.print(&github::commands(env, &project, &shown))?,
    }
    let fails =
        threshold(args.fail_on).is_some_and(|least| findings.iter().any(|it| it.severity >= least));
    Ok(u8::from(fails))
}

fn look(env: &Env, screen: &Screen, args: &Check) -> Result<Opened, Failure> {
    let project = open(env, screen, &args.paths)?;
    match args.staged {
        true => project.into_staged(),
        false => Ok(project),
    }
}

fn fixed_row(project: &Opened, finding: &Finding, fix: &Fix) -> FixedRow {
    FixedRow {
        rule: finding.rule.name().to_owned(),
        path: finding.path.clone(),
        line: place(project, finding).0.line,
        title: fix.title.clone(),
    }
}

fn note_fixed(screen: &Screen, fixed: &[FixedRow]) {
    for it in fixed {
        let text = format!("{}:{}: {}: {}", it.path, it.line, it.rule, it.title);
        screen.note(&format!("{GREEN}fixed{GREEN:#} {}", printable(&text)));
    }
    if fixed.len() > 1 {
        screen.note(&format!("fixed {}", count(fixed.len(), "finding")));
    }
}

/// The findings of all files that were asked for, by path and place.
pub(super) fn findings(project: &Opened) -> Vec<Finding> {
    let paths = project.paths().into_iter();
    by_place(paths.flat_map(|path| rules::findings(&project.snapshot, &path)))
}

fn by_place(findings: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut out: Vec<Finding> = findings.collect();
    out.sort_by(|a, b| (&a.path, a.span.start).cmp(&(&b.path, b.span.start)));
    out
}

pub(super) fn counts<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Counts {
    let mut counts = Counts::default();
    for finding in findings {
        *match finding.severity {
            Severity::Error => &mut counts.error,
            Severity::Warning => &mut counts.warning,
            Severity::Information => &mut counts.information,
            Severity::Hint => &mut counts.hint,
        } += 1;
    }
    counts
}

/// `2 errors`, `1 hint`: what there is of each, the worst first.
pub(super) fn told(counts: Counts) -> Vec<String> {
    let information = |n| format!("{n} information");
    [
        (counts.error, count(counts.error, "error"), RED),
        (counts.warning, count(counts.warning, "warning"), YELLOW),
        (counts.information, information(counts.information), BOLD),
        (counts.hint, count(counts.hint, "hint"), CYAN),
    ]
    .into_iter()
    .filter(|(n, _, _)| *n > 0)
    .map(|(_, text, style)| format!("{style}{text}{style:#}"))
    .collect()
}

pub(crate) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "information",
        Severity::Hint => "hint",
    }
}

/// `3 files`, `1 file`.
pub(super) fn count(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        _ => format!("{n} {noun}s"),
    }
}

/// Start and end, lines and columns from 1.
fn place(project: &Opened, finding: &Finding) -> (Position, Position) {
    let at = |offset| project.position(&finding.path, offset, Encoding::Utf32);
    (at(finding.span.start), at(finding.span.end))
}

/// Machines get everything. People get hints where they ask for them: in a project that is new to
/// docket each of its thousand TODOs is one.
fn least_shown(format: Format, fail_on: FailOn, asked: Option<Severity>) -> Severity {
    let usual = match format {
        Format::Json | Format::Sarif => Severity::Hint,
        Format::Text | Format::Github => Severity::Information,
    };
    asked.unwrap_or_else(|| threshold(fail_on).map_or(usual, |it| it.min(usual)))
}

fn threshold(fail_on: FailOn) -> Option<Severity> {
    match fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Information => Some(Severity::Information),
        FailOn::Hint => Some(Severity::Hint),
        FailOn::Never => None,
    }
}

fn is_fixable(finding: &Finding) -> bool {
    finding.fixes.iter().any(|it| it.safe)
}

fn output(project: &Opened, told: &Told, fixed: Vec<FixedRow>) -> CheckOutput {
    let row = |finding: &Finding| {
        let (start, end) = place(project, finding);
        FindingRow {
            rule: finding.rule.name().to_owned(),
            severity: severity_name(finding.severity).to_owned(),
            path: finding.path.clone(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            message: finding.message.clone(),
            ticket: finding.ticket.clone(),
            fixable: is_fixable(finding),
            fingerprint: finding.fingerprint.clone(),
        }
    };
    CheckOutput {
        schema: SCHEMA,
        findings: told.findings.iter().map(row).collect(),
        counts: counts(&told.findings),
        fixed,
        since: told.since.clone(),
        baseline: told.baseline.clone(),
    }
}
