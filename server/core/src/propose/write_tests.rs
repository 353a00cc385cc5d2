//! Tests of a ticket's acceptance criteria: a test each, which says whose it is.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ProposeError, Seen, Subject};
use crate::edit::{Change, FileCreate};
use crate::ticket::draft::slug;
use crate::world::{Snapshot, paths};

/// Most files of one answer, and longest text of one, in bytes.
const MAX_FILES: usize = 8;
const MAX_TEXT: usize = 64 * 1024;

/// New files with tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Written {
    pub files: Vec<File>,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// From the project's root, with `/`.
    pub path: String,
    pub text: String,
}

/// How a project is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framework {
    Cargo,
    Pytest,
    Vitest,
    Jest,
    NodeTest,
    Go,
}

impl Framework {
    pub fn name(self) -> &'static str {
        match self {
            Self::Cargo => "Rust's own tests, run by cargo",
            Self::Pytest => "pytest",
            Self::Vitest => "Vitest",
            Self::Jest => "Jest",
            Self::NodeTest => "node:test",
            Self::Go => "Go's package testing",
        }
    }

    /// By the manifest nearest to the root; with the folder that it is in.
    pub fn of(snapshot: &Snapshot) -> Option<(Self, String)> {
        let mut manifests: Vec<_> = snapshot
            .files()
            .filter_map(|(path, facts)| Some((path, facts.manifest.as_ref()?)))
            .collect();
        manifests.sort_by_key(|(path, _)| (path.matches('/').count(), path.to_string()));
        let (path, manifest) = manifests.into_iter().next()?;
        let has = |name: &str| manifest.dependencies.contains_key(name);
        let framework = match paths::file_name(path) {
            "Cargo.toml" => Self::Cargo,
            "pyproject.toml" => Self::Pytest,
            "go.mod" => Self::Go,
            _ if has("vitest") => Self::Vitest,
            _ if has("jest") => Self::Jest,
            _ => Self::NodeTest,
        };
        Some((framework, paths::folder(path).to_owned()))
    }

    /// Where tests of a ticket go.
    fn path(self, folder: &str, id: &str, title: &str) -> String {
        let (dashed, name) = (
            slug(&format!("{id} {title}")),
            slug(title).replace('-', "_"),
        );
        match self {
            Self::Cargo => format!("{folder}tests/{name}.rs"),
            Self::Pytest => format!("{folder}tests/test_{name}.py"),
            Self::Vitest | Self::Jest | Self::NodeTest => format!("{folder}tests/{dashed}.test.js"),
            Self::Go => format!("{folder}tests/{name}_test.go"),
        }
    }

    /// A test for each criterion that is there, and waits to be written: pending in the framework's
    /// own way, so that none passes without having looked.
    fn skeleton(self, id: &str, title: &str, criteria: &[&str]) -> String {
        let mut out = String::new();
        // JavaScript's strings hold every JSON string.
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Cargo => writeln!(out, "//! {id} {title}"),
            Self::Pytest => writeln!(out, "\"\"\"{id} {title}\"\"\"\n\nimport pytest"),
            Self::Vitest => writeln!(out, "// {id} {title}\nimport {{ test }} from 'vitest';"),
            Self::Jest => writeln!(out, "// {id} {title}"),
            Self::NodeTest => writeln!(out, "// {id} {title}\nimport test from 'node:test';"),
            Self::Go => writeln!(out, "// {id} {title}\npackage tests\n\nimport \"testing\""),
        };
        for (nth, criterion) in criteria.iter().enumerate() {
            // Numbered, so that no two have one name and each begins with a letter.
            let name = slug(criterion).replace('-', "_");
            let name = format!("criterion_{}_{name}", nth + 1);
            let name = name.trim_end_matches('_');
            let said = format!("{id}: {criterion}");
            let _ = match self {
                Self::Cargo => writeln!(
                    out,
                    "\n// {said}\n#[test]\n#[ignore = \"not written yet\"]\nfn {name}() {{\n    unimplemented!();\n}}"
                ),
                Self::Pytest => writeln!(
                    out,
                    "\n\n# {said}\n@pytest.mark.skip(reason=\"not written yet\")\ndef test_{name}():\n    raise NotImplementedError"
                ),
                Self::Vitest | Self::Jest => {
                    writeln!(out, "\n// {said}\ntest.todo({});", quoted(criterion))
                }
                Self::NodeTest => writeln!(
                    out,
                    "\n// {said}\ntest({}, {{ todo: true }});",
                    quoted(criterion)
                ),
                Self::Go => writeln!(
                    out,
                    "\n// {said}\nfunc Test{}(t *testing.T) {{\n\tt.Skip(\"not written yet\")\n}}",
                    camel(name)
                ),
            };
        }
        out
    }
}

fn camel(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut chars = word.chars();
        let first = chars.next().map(|it| it.to_ascii_uppercase());
        first.into_iter().chain(chars).collect::<String>()
    });
    words.collect()
}

/// The criteria that are not met yet.
pub fn open<'a>(subject: &'a Subject<'_>) -> Vec<&'a str> {
    let criteria = subject.ticket.criteria.iter().filter(|it| !it.done);
    criteria.map(|it| it.text.as_str()).collect()
}

/// A skeleton for each open criterion, in the project's framework.
///
/// # Errors
///
/// [`ProposeError::NoCriteria`], [`ProposeError::NoFramework`].
pub fn by_criteria(snapshot: &Snapshot, subject: &Subject<'_>) -> Result<Written, ProposeError> {
    let criteria = open(subject);
    if criteria.is_empty() {
        return Err(ProposeError::NoCriteria(subject.id.clone()));
    }
    let (framework, folder) = Framework::of(snapshot).ok_or(ProposeError::NoFramework)?;
    Ok(Written {
        files: vec![File {
            path: framework.path(&folder, &subject.id, subject.title()),
            text: framework.skeleton(&subject.id, subject.title(), &criteria),
        }],
        reason: "A test for each criterion waits to be written.".to_owned(),
    })
}

/// What is wrong with an answer, beyond its schema.
///
/// # Errors
///
/// A sentence for the model.
pub fn check(subject: &Subject<'_>, answer: &Written, seen: &Seen<'_>) -> Result<(), String> {
    if answer.files.is_empty() || answer.files.len() > MAX_FILES {
        return Err(format!("there have to be 1 to {MAX_FILES} files"));
    }
    for file in &answer.files {
        let path = &file.path;
        let is_inside = paths::resolve("x", path).as_deref() == Some(path.as_str());
        // What begins with a dot is read by tools that run things.
        let is_hidden = path.split('/').any(|it| it.starts_with('.'));
        if !is_inside || is_hidden {
            return Err(format!("`{path}` is no place for a test in the project"));
        }
        if seen.exists(path) {
            return Err(format!("`{path}` is there already"));
        }
        if file.text.len() > MAX_TEXT || file.text.trim().is_empty() {
            return Err(format!("`{path}` is empty, or too long"));
        }
    }
    for criterion in open(subject) {
        let said = format!("{}: {criterion}", subject.id);
        if !answer.files.iter().any(|it| it.text.contains(&said)) {
            return Err(format!("no test says that it is for \"{said}\""));
        }
    }
    Ok(())
}

/// The files of an answer.
pub fn change(answer: &Written) -> Change {
    let files = answer.files.iter();
    Change {
        creates: files
            .map(|it| FileCreate {
                path: it.path.clone(),
                text: match it.text.ends_with('\n') {
                    true => it.text.clone(),
                    false => format!("{}\n", it.text),
                },
            })
            .collect(),
        ..Change::default()
    }
}
