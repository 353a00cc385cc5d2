//! What was found before and is not told again: at a merge base, or in a baseline's file.

use docket_core::debt;
use docket_core::finding::Finding;
use docket_core::rules;

use super::super::args::Check;
use super::super::failure::Failure;
use super::super::open::Opened;
use super::super::rows::{BaselineRow, SinceRow};
use super::super::screen::DIM;
use super::super::table::printable;
use super::baseline::Baseline;
use super::{by_place, count};
use crate::ageing;
use crate::env::Env;
use crate::past::Past;

/// Findings that count as known.
#[derive(Default)]
pub(super) struct Known {
    since: Option<Since>,
    baseline: Option<Baseline>,
}

struct Since {
    revision: String,
    commit: String,
    findings: Vec<Finding>,
}

/// The findings that are left to be told.
pub(super) struct Told {
    /// By path and place.
    pub(super) findings: Vec<Finding>,
    pub(super) since: Option<SinceRow>,
    pub(super) baseline: Option<BaselineRow>,
}

impl Known {
    pub(super) fn of(env: &Env, project: &Opened, args: &Check) -> Result<Self, Failure> {
        let since = args.since.as_deref();
        let baseline = args.baseline.as_deref();
        Ok(Self {
            since: since.map(|it| Since::of(project, it)).transpose()?,
            baseline: baseline.map(|it| Baseline::read(env, it)).transpose()?,
        })
    }

    pub(super) fn told(&self, env: &Env, project: &Opened) -> Told {
        let mut told = self.found(project);
        ageing::weigh(&project.root, env, &project.snapshot, &mut told.findings);
        told
    }

    fn found(&self, project: &Opened) -> Told {
        if self.since.is_none() && self.baseline.is_none() {
            return Told {
                findings: super::findings(project),
                since: None,
                baseline: None,
            };
        }
        // What was known may have moved here from a file that nobody asks for, and the other way.
        let mut findings = rules::all_findings(&project.snapshot);
        let since = self.since.as_ref().map(|it| {
            let known: Vec<_> = it.findings.iter().map(known).collect();
            let (left, gone) = debt::new_findings(std::mem::take(&mut findings), &known);
            findings = left;
            SinceRow {
                revision: it.revision.clone(),
                commit: it.commit.clone(),
                gone,
            }
        });
        let baseline = self.baseline.as_ref().map(|it| {
            let known = it.known();
            let (left, gone) = debt::new_findings(std::mem::take(&mut findings), &known);
            findings = left;
            BaselineRow {
                path: it.path.clone(),
                known: known.len(),
                gone,
            }
        });
        findings.retain(|it| project.is_asked(&it.path));
        Told {
            findings: by_place(findings.into_iter()),
            since,
            baseline,
        }
    }
}

impl Since {
    fn of(project: &Opened, revision: &str) -> Result<Self, Failure> {
        let (past, commit) = Past::at_merge_base(&project.root, revision, &project.snapshot)?;
        Ok(Self {
            revision: revision.to_owned(),
            commit,
            findings: rules::all_findings(&past.snapshot),
        })
    }
}

impl Told {
    /// What was left out, in a line each.
    pub(super) fn in_words(&self) -> String {
        let mut out = String::new();
        if let Some(it) = &self.since {
            let commit = &it.commit[..it.commit.len().min(10)];
            let gone = gone(it.gone);
            let revision = printable(&it.revision);
            out.push_str(&format!("{DIM}since {revision} ({commit}){gone}{DIM:#}\n"));
        }
        if let Some(it) = &self.baseline {
            let gone = gone(it.gone);
            let path = printable(&it.path);
            let update = match it.known {
                0 => "",
                _ if gone.is_empty() => "",
                _ => "; `--write-baseline` takes them out",
            };
            let known = count(it.known, "finding");
            out.push_str(&format!("{DIM}{path} knows {known}{gone}{update}{DIM:#}\n"));
        }
        out
    }
}

fn gone(n: usize) -> String {
    match n {
        0 => String::new(),
        1 => ": 1 is gone".to_owned(),
        n => format!(": {n} are gone"),
    }
}

fn known(finding: &Finding) -> debt::Known<'_> {
    debt::Known {
        fingerprint: &finding.fingerprint,
        path: &finding.path,
    }
}
