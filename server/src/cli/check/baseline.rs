//! A baseline: the findings that a project lives with for now, in a file beside the code.

use std::path::{Component, Path, PathBuf};

use docket_core::debt;
use docket_core::edit::{Change, FileCreate, FileEdit, TextEdit};
use docket_core::rules;
use docket_core::text::Hash;
use serde::{Deserialize, Serialize};

use super::super::failure::{Failure, FailureKind};
use super::super::open::{Opened, relative};
use super::super::rows::{BaselineRow, SCHEMA};
use super::super::screen::{GREEN, Screen};
use super::{Told, count, output};
use crate::env::Env;
use crate::write;

/// What the file holds.
pub(super) struct Baseline {
    /// As the user named it.
    pub(super) path: String,
    rows: Vec<Row>,
}

/// The whole file. Only `fingerprint` and `path` decide; the rule is for who reads it.
#[derive(Deserialize)]
struct File {
    schema: u32,
    findings: Vec<Row>,
}

#[derive(Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    path: String,
    rule: String,
    fingerprint: String,
}

impl Baseline {
    pub(super) fn read(env: &Env, file: &Path) -> Result<Self, Failure> {
        let shown = file.display();
        let text =
            std::fs::read_to_string(env.cwd.join(file)).map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => {
                    Failure::new(FailureKind::NotFound, format!("`{shown}` does not exist"))
                        .hint("`--write-baseline` makes it of what is found now")
                }
                _ => Failure::new(FailureKind::Environment, format!("`{shown}`: {error}")),
            })?;
        let refuse = |why: String| {
            Failure::new(
                FailureKind::Environment,
                format!("`{shown}` is no baseline: {why}"),
            )
            .hint("take it from git again, or write it anew with `--write-baseline`")
        };
        let read: File = serde_json::from_str(&text).map_err(|error| refuse(error.to_string()))?;
        if read.schema != SCHEMA {
            return Err(refuse(format!("schema {} is not known", read.schema)));
        }
        Ok(Self {
            path: shown.to_string(),
            rows: read.findings,
        })
    }

    pub(super) fn known(&self) -> Vec<debt::Known<'_>> {
        self.rows
            .iter()
            .map(|it| debt::Known {
                fingerprint: &it.fingerprint,
                path: &it.path,
            })
            .collect()
    }
}

/// Writes all that is found now to `file`.
pub(super) fn write(
    env: &Env,
    screen: &Screen,
    project: &Opened,
    file: &Path,
) -> Result<u8, Failure> {
    let shown = file.display().to_string();
    let path = in_project(env, project, file).ok_or_else(|| {
        Failure::new(
            FailureKind::Usage,
            format!("`{shown}` is outside the project"),
        )
        .hint("a baseline stands beside the code, as in `.docs/baseline.json`")
    })?;
    // What is there already is written over only where it is a baseline.
    match Baseline::read(env, file) {
        Err(failure) if failure.kind != FailureKind::NotFound => return Err(failure),
        _ => {}
    }
    let mut rows: Vec<Row> = rules::all_findings(&project.snapshot)
        .into_iter()
        .map(|it| Row {
            path: it.path,
            rule: it.rule.name().to_owned(),
            fingerprint: it.fingerprint,
        })
        .collect();
    rows.sort();
    write::apply(&project.root, &change(project, &path, text(&rows))?)?;
    let known = rows.len();
    if screen.json {
        let told = Told {
            findings: Vec::new(),
            since: None,
            baseline: Some(BaselineRow {
                path: shown,
                known,
                gone: 0,
            }),
        };
        screen.print_json(&output(project, &told, Vec::new()))?;
    } else {
        screen.print(&format!(
            "{GREEN}wrote{GREEN:#} {} to {path}\n",
            count(known, "finding")
        ))?;
    }
    Ok(0)
}

/// One finding a line, so that two branches that change it merge.
fn text(rows: &[Row]) -> String {
    let lines: Vec<String> = rows
        .iter()
        // Three strings can always be written.
        .filter_map(|it| serde_json::to_string(it).ok())
        .map(|it| format!("    {it}"))
        .collect();
    let findings = match lines.is_empty() {
        true => "[]".to_owned(),
        false => format!("[\n{}\n  ]", lines.join(",\n")),
    };
    format!("{{\n  \"schema\": {SCHEMA},\n  \"findings\": {findings}\n}}\n")
}

fn change(project: &Opened, path: &str, text: String) -> Result<Change, Failure> {
    let mut change = Change::default();
    match std::fs::read(project.root.join(path)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let path = path.to_owned();
            change.creates.push(FileCreate { path, text });
        }
        Err(error) => {
            return Err(Failure::new(
                FailureKind::Environment,
                format!("`{path}`: {error}"),
            ));
        }
        Ok(bytes) => {
            let old = String::from_utf8(bytes.clone()).map_err(|_| {
                Failure::new(FailureKind::Refused, format!("`{path}` is not UTF-8"))
            })?;
            change.edits.push(FileEdit {
                path: path.to_owned(),
                expected: Hash::of(&bytes),
                edits: TextEdit::between(&old, &text).into_iter().collect(),
            });
        }
    }
    Ok(change)
}

/// The file as the project names it, whether it is there or not.
fn in_project(env: &Env, project: &Opened, file: &Path) -> Option<String> {
    let cwd = env.cwd.canonicalize().ok()?;
    let mut full = PathBuf::new();
    for part in cwd.join(file).components() {
        match part {
            Component::ParentDir => {
                full.pop();
            }
            Component::CurDir => {}
            part => full.push(part),
        }
    }
    relative(&project.root, &full).filter(|it| !it.is_empty())
}
