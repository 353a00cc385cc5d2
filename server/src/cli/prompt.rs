//! `docket prompt`: what models are told, and what a project has made of it.

use docket_ai::prompts::{Origin, Prompt, Prompts};
use schemars::JsonSchema;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::args::{self, PromptVerb};
use super::failure::{Failure, FailureKind};
use super::open::locate;
use super::rows::SCHEMA;
use super::screen::{BOLD, DIM, GREEN, RED, Screen};
use super::table::{cell, printable, table};
use crate::ai::prompts::{self, FOLDER};
use crate::env::Env;

/// `docket prompt --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PromptOutput {
    pub(super) schema: u32,
    pub(super) prompts: Vec<PromptRow>,
    /// What is wrong with the project's own.
    pub(super) problems: Vec<PromptProblem>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PromptRow {
    pub(super) name: String,
    /// Its number, and the first digits of its text's hash.
    pub(super) version: String,
    /// `shipped` or `project`.
    pub(super) origin: String,
    /// Of `show` and `diff`: the text in force.
    pub(super) text: Option<String>,
    /// Of `diff`: the text that ships.
    pub(super) shipped: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PromptProblem {
    pub(super) name: String,
    /// From 1, where it is known.
    pub(super) line: Option<usize>,
    pub(super) message: String,
}

pub(super) fn run(env: &Env, screen: &Screen, args: &args::Prompt) -> Result<u8, Failure> {
    let root = locate(env, &[])?.root;
    let (prompts, troubles) = prompts::of(&root);
    for trouble in &troubles {
        screen.note(trouble);
    }
    match args.verb.as_ref().unwrap_or(&PromptVerb::List) {
        PromptVerb::List => list(screen, &prompts),
        PromptVerb::Show { name } => show(screen, &prompts, name),
        PromptVerb::Check => check(screen, &prompts, troubles.len()),
        PromptVerb::Diff { name } => diff(screen, &prompts, name.as_deref()),
    }
}

fn list(screen: &Screen, prompts: &Prompts) -> Result<u8, Failure> {
    let mut found = Vec::new();
    for name in Prompts::names() {
        match prompts.get(name) {
            Ok(prompt) => found.push(prompt),
            // `check` says what; the list goes on.
            Err(error) => screen.note(&error.to_string()),
        }
    }
    if screen.json {
        return output(screen, found.into_iter().map(row).collect(), Vec::new());
    }
    let rows: Vec<_> = found
        .iter()
        .map(|it| {
            vec![
                cell(it.id.name.clone(), BOLD),
                cell(it.id.version.clone(), DIM),
                cell(origin(it.origin), anstyle::Style::new()),
            ]
        })
        .collect();
    screen.print(&table(&rows, 2, screen.terminal.width))?;
    Ok(0)
}

fn show(screen: &Screen, prompts: &Prompts, name: &str) -> Result<u8, Failure> {
    let prompt = found(prompts, name)?;
    match screen.json {
        true => {
            let text = Some(prompt.text.clone());
            let row = PromptRow {
                text,
                ..row(prompt)
            };
            output(screen, vec![row], Vec::new())
        }
        // As it is: it may become a file.
        false => {
            screen.print(&prompt.text)?;
            Ok(0)
        }
    }
}

fn check(screen: &Screen, prompts: &Prompts, n_unread: usize) -> Result<u8, Failure> {
    let problems = prompts.check();
    let code = u8::from(!problems.is_empty() || n_unread > 0);
    if screen.json {
        let problems = problems.into_iter().map(|it| PromptProblem {
            name: it.name,
            line: it.line,
            message: it.message,
        });
        output(screen, Vec::new(), problems.collect())?;
        return Ok(code);
    }
    for it in &problems {
        let line = it.line.map_or(String::new(), |it| format!(":{it}"));
        screen.print(&format!(
            "{BOLD}{FOLDER}/{}.md{line}{BOLD:#}: {}\n",
            printable(&it.name),
            printable(&it.message)
        ))?;
    }
    if code == 0 {
        screen.print("Every prompt is sound.\n")?;
    }
    Ok(code)
}

fn diff(screen: &Screen, prompts: &Prompts, name: Option<&str>) -> Result<u8, Failure> {
    let names: Vec<&str> = match name {
        Some(name) => vec![name],
        None => Prompts::names(),
    };
    let mut own = Vec::new();
    for name in names {
        let prompt = found(prompts, name)?;
        if prompt.origin == Origin::Project {
            own.push(prompt);
        }
    }
    if screen.json {
        let rows = own.into_iter().map(|it| PromptRow {
            text: Some(it.text.clone()),
            shipped: Prompts::shipped(&it.id.name).map(str::to_owned),
            ..row(it)
        });
        return output(screen, rows.collect(), Vec::new());
    }
    if own.is_empty() {
        screen.print(&format!(
            "Every prompt is the one that ships; one of your own goes to {FOLDER}/NAME.md.\n"
        ))?;
    }
    for prompt in own {
        let shipped = Prompts::shipped(&prompt.id.name).unwrap_or_default();
        screen.print(&drawn(&prompt, shipped))?;
    }
    Ok(0)
}

fn drawn(prompt: &Prompt, shipped: &str) -> String {
    let name = printable(&prompt.id.name);
    let mut out = format!("{BOLD}--- shipped {name}\n+++ {FOLDER}/{name}.md{BOLD:#}\n");
    let diff = TextDiff::from_lines(shipped, &prompt.text);
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        out.push_str(&format!("{DIM}{}{DIM:#}\n", hunk.header()));
        for change in hunk.iter_changes() {
            let line = printable(change.value().trim_end_matches('\n'));
            out.push_str(&match change.tag() {
                ChangeTag::Equal => format!(" {line}\n"),
                ChangeTag::Delete => format!("{RED}-{line}{RED:#}\n"),
                ChangeTag::Insert => format!("{GREEN}+{line}{GREEN:#}\n"),
            });
        }
    }
    out
}

fn found(prompts: &Prompts, name: &str) -> Result<Prompt, Failure> {
    prompts.get(name).map_err(|error| {
        let kind = match Prompts::shipped(name) {
            Some(_) => FailureKind::Refused,
            None => FailureKind::NotFound,
        };
        Failure::new(kind, &error).hint("`docket prompt` lists them")
    })
}

fn row(prompt: Prompt) -> PromptRow {
    PromptRow {
        origin: origin(prompt.origin).to_owned(),
        name: prompt.id.name,
        version: prompt.id.version,
        text: None,
        shipped: None,
    }
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Shipped => "shipped",
        Origin::Project => "project",
    }
}

fn output(
    screen: &Screen,
    prompts: Vec<PromptRow>,
    problems: Vec<PromptProblem>,
) -> Result<u8, Failure> {
    screen.print_json(&PromptOutput {
        schema: SCHEMA,
        prompts,
        problems,
    })?;
    Ok(0)
}
