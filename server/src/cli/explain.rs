//! `docket explain`: what a rule means and what to do about it.

use docket_core::rules::RuleId;

use super::args::Explain;
use super::check::severity_name;
use super::failure::{Failure, FailureKind};
use super::rows::{RuleRow, RulesOutput, SCHEMA};
use super::screen::{BOLD, DIM, Screen};
use super::table::{cell, table};

pub(super) fn run(screen: &Screen, args: &Explain) -> Result<u8, Failure> {
    let rules = match &args.rule {
        None => RuleId::ALL.to_vec(),
        Some(name) => vec![named(name)?],
    };
    if screen.json {
        screen.print_json(&RulesOutput {
            schema: SCHEMA,
            rules: rules.into_iter().map(row).collect(),
        })?;
        return Ok(0);
    }
    match args.rule {
        None => {
            let rows: Vec<_> = rules
                .into_iter()
                .map(|it| {
                    vec![
                        cell(it.name(), BOLD),
                        cell(severity_name(it.default_severity()), DIM),
                        cell(it.summary(), anstyle::Style::new()),
                    ]
                })
                .collect();
            screen.print(&table(&rows, 2, screen.terminal.width))?;
        }
        Some(_) => {
            let text: String = rules.into_iter().map(page).collect();
            screen.print(&text)?;
        }
    }
    Ok(0)
}

/// The rule's name of those that are most like `name`.
fn named(name: &str) -> Result<RuleId, Failure> {
    let bare = name
        .trim()
        .rsplit_once('[')
        .map_or(name, |(_, it)| it.trim_end_matches(']'));
    if let Some(rule) = RuleId::named(&bare.to_lowercase()) {
        return Ok(rule);
    }
    let nearest = RuleId::ALL
        .iter()
        .map(|it| (strsim::jaro_winkler(it.name(), bare), it.name()))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.7);
    let failure = Failure::new(FailureKind::NotFound, format!("there is no rule `{bare}`"));
    Err(match nearest {
        Some((_, nearest)) => failure.hint(format!("did you mean `{nearest}`?")),
        None => failure.hint("`docket explain` lists them all"),
    })
}

fn row(rule: RuleId) -> RuleRow {
    RuleRow {
        name: rule.name().to_owned(),
        severity: severity_name(rule.default_severity()).to_owned(),
        summary: rule.summary().to_owned(),
        explanation: rule.explain().to_owned(),
    }
}

/// The rule's page: its headings stand out, and its severity is told beside its name.
fn page(rule: RuleId) -> String {
    let mut out = String::new();
    let mut is_code = false;
    for line in rule.explain().lines() {
        is_code ^= line.starts_with("```");
        let heading = line.trim_start_matches('#').trim();
        let line = match line {
            _ if line.starts_with("```") => continue,
            _ if is_code => format!("    {line}"),
            _ if line.starts_with("# ") => {
                let severity = severity_name(rule.default_severity());
                format!("{BOLD}{heading}{BOLD:#}  {DIM}{severity}{DIM:#}")
            }
            _ if line.starts_with('#') => format!("{BOLD}{heading}{BOLD:#}"),
            _ => line.to_owned(),
        };
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
