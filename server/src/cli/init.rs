//! `docket init`: `.docs/` with a configuration, a brief and a first ticket.

use std::path::Path;

use docket_core::config::Config;
use docket_core::edit::{Change, FileCreate};
use docket_core::ids;

use super::args::Init;
use super::failure::{Failure, FailureKind};
use super::open::{locate, no_way, refuse_wide};
use super::rows::{HookRow, InitOutput, SCHEMA};
use super::screen::{BOLD, DIM, GREEN, Screen, YELLOW};
use super::table::printable;
use crate::branches;
use crate::env::Env;
use crate::git::hooks::{self, Hook, HookError, State};
use crate::write;

const BRIEF: &str = include_str!("init/brief.md");
const TICKET: &str = include_str!("init/ticket.md");

pub(super) fn run(env: &Env, screen: &Screen, args: &Init) -> Result<u8, Failure> {
    let root = match &args.path {
        None => {
            let root = locate(env, &[])?.root;
            refuse_wide(env, &root, "docket init")?;
            root
        }
        Some(path) => env.cwd.join(path).canonicalize().map_err(|error| {
            no_way(path, &error).hint("docket makes `.docs` in a folder that is there")
        })?,
    };
    if !root.is_dir() {
        return Err(Failure::new(
            FailureKind::Usage,
            format!("`{}` is no folder", root.display()),
        ));
    }
    let change = missing(env, &root);
    let created: Vec<String> = change.creates.iter().map(|it| it.path.clone()).collect();
    write::apply(&root, &change)?;
    let hooks = match args.hook {
        true => hooks::install(&root)?,
        false => Vec::new(),
    };
    if screen.json {
        screen.print_json(&InitOutput {
            schema: SCHEMA,
            root: root.display().to_string(),
            created,
            hooks: hooks.iter().map(hook_row).collect(),
        })?;
        return Ok(0);
    }
    if created.is_empty() && hooks.is_empty() {
        screen.print(&format!(
            "{DIM}`.docs` is complete; nothing was changed{DIM:#}\n"
        ))?;
        return Ok(0);
    }
    let mut out = String::new();
    for path in &created {
        out.push_str(&format!("{GREEN}made{GREEN:#} {path}\n"));
    }
    for hook in &hooks {
        out.push_str(&draw_hook(hook));
    }
    out.push_str(&format!(
        "\nNext:\n  {BOLD}docket check{BOLD:#}           what is to be mended\n  \
         {BOLD}docket new \"...\"{BOLD:#}       a ticket\n  \
         {BOLD}docket tour{BOLD:#}            what your editor can show\n"
    ));
    screen.print(&out)?;
    Ok(0)
}

fn hook_row(hook: &Hook) -> HookRow {
    let state = match hook.state {
        State::Made => "made",
        State::Ours => "ours",
        State::Theirs => "theirs",
    };
    HookRow {
        path: hook.path.display().to_string(),
        state: state.to_owned(),
        line: hook.line.clone(),
    }
}

fn draw_hook(hook: &Hook) -> String {
    let path = printable(&hook.path.display().to_string());
    let line = printable(&hook.line);
    match hook.state {
        State::Made => format!("{GREEN}made{GREEN:#} {path}\n"),
        State::Ours => format!("{DIM}{path} is there{DIM:#}\n"),
        State::Theirs => {
            format!("{YELLOW}left{YELLOW:#} {path} as it is; add to it: {BOLD}{line}{BOLD:#}\n")
        }
    }
}

impl From<HookError> for Failure {
    fn from(error: HookError) -> Self {
        let hint = match &error {
            HookError::NoRepository(_) => "`git init` first",
            HookError::Io { .. } => "the folder of git's hooks must be writable for you",
        };
        Self::new(FailureKind::Environment, &error).hint(hint)
    }
}

/// What a project lacks. A folder that has tickets already gets no first one.
fn missing(env: &Env, root: &Path) -> Change {
    let lacks = |path: &str| root.join(path).symlink_metadata().is_err();
    let create = |path: &str, text: String| FileCreate {
        path: path.to_owned(),
        text,
    };
    let mut creates = Vec::new();
    if lacks(".docs/docket.toml") {
        creates.push(create(".docs/docket.toml", Config::default_toml()));
    }
    if lacks(".docs/brief.md") {
        creates.push(create(".docs/brief.md", BRIEF.to_owned()));
    }
    let has_tickets =
        std::fs::read_dir(root.join(".docs/tickets")).is_ok_and(|mut it| it.next().is_some());
    if !has_tickets {
        let config = std::fs::read_to_string(root.join(".docs/docket.toml"))
            .map_or_else(|_| Config::default(), |it| Config::parse(&it).0);
        let taken = branches::known_ids(root);
        let mut rng = env.rng();
        let id = ids::draw(
            &config.prefix,
            taken.iter().count(),
            |n| rng.usize(..n),
            |it| taken.contains(it),
        );
        let text = TICKET
            .replace("{id}", &id)
            .replace("{created}", &env.today().to_string());
        creates.push(create(
            &format!(".docs/tickets/{id}-write-down-what-is-to-be-done.md"),
            text,
        ));
    }
    Change {
        creates,
        ..Change::default()
    }
}
