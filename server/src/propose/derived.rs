//! `align --update`: what was derived, brought in line with what it was derived from.

use std::path::Path;

use docket_ai::prompts::Variable;
use docket_core::ids::TicketId;
use docket_core::propose::update::{self, Changed, Target, Update};
use docket_core::propose::{self as core, Seen};
use docket_core::world::Snapshot;

use super::ask::{Made, Question, Run, Stopped, untrusted};
use super::verbs::left_out;
use super::{Body, ProposeError};
use crate::env::Env;
use crate::git::Git;
use crate::source::ProjectSource;

/// How many commits are looked into for what a source said.
const MAX_COMMITS: usize = 200;

pub(super) async fn update(run: &Run<'_>, of: &str) -> Result<Made, Stopped> {
    let project = run.project;
    let snapshot = &project.snapshot;
    let mut world = ProjectSource::new(&project.root, &project.env);
    let path = path_of(snapshot, of).ok_or_else(|| core::ProposeError::NoTicket(of.to_owned()));
    let path = path.map_err(ProposeError::from)?;
    let targets = update::targets(snapshot, &path, &mut world).map_err(ProposeError::from)?;
    let id = TicketId::new(of);
    let named = |it: &&Target<'_>| it.path == of || it.name == of || TicketId::new(&it.name) == id;
    let target = targets.iter().find(named);
    let target = target.ok_or_else(|| core::ProposeError::InLine(of.to_owned()));
    let target = target.map_err(ProposeError::from)?;
    let Some(model) = run.model("align")? else {
        return Err(ProposeError::Nothing(format!(
            "{} has to be brought in line by hand, or by a model: none is named for `align` under `[ai]`; `docket align {} --still-valid` says that it holds as it is",
            target.name, target.name
        ))
        .into());
    };
    let mut shown = vec![target.path];
    for source in &target.sources {
        let (from, _) = snapshot
            .source(&source.origin.source)
            .ok_or_else(|| core::ProposeError::Gone(target.name.clone()))
            .map_err(ProposeError::from)?;
        shown.push(from);
    }
    let said = |source: &Changed<'_>| {
        let (from, _) = snapshot.source(&source.origin.source)?;
        before(&project.root, &project.env, from, source)
    };
    let ticket = snapshot.index.has_ticket(&TicketId::new(&target.name));
    let question = Question {
        task: "align",
        ticket: ticket.then_some(target.name.as_str()),
        values: values(target, said),
        shown,
        about: String::new(),
        named: Vec::new(),
    };
    let config = &snapshot.config;
    let check = |answer: &Update, seen: &Seen<'_>| update::check(target, answer, config, seen);
    let asked = run.ask(&*model, question, &check).await?;
    let change = update::change(target, &asked.value, config);
    let change = change.map_err(ProposeError::Nothing)?;
    let is_same = asked.value.edits.is_empty() && asked.value.title.is_none();
    let title = match is_same {
        true => format!("{} holds as it is", target.name),
        false => format!("Update {} from this change", target.name),
    };
    let mut notes: Vec<String> = vec![asked.value.reason];
    notes.extend(left_out(asked.left_out));
    Ok(Made {
        id: asked.id,
        key: asked.key,
        verb: "align",
        of: target.name.clone(),
        title,
        body: Body {
            change,
            notes,
            origin: Some(asked.origin),
            told: None,
            talk: None,
        },
    })
}

/// What the prompt is filled in with; `before` gives what a source said when it was written down.
fn values(
    target: &Target<'_>,
    before: impl Fn(&Changed<'_>) -> Option<String>,
) -> Vec<(&'static str, Variable)> {
    let sources = target.sources.iter().map(|source| {
        let name = source.origin.source.to_string();
        let said = before(source).unwrap_or_default();
        Variable::from_pairs([
            ("before", untrusted(&format!("{name}, before"), &said)),
            ("now", untrusted(&format!("{name}, now"), &source.now)),
        ])
    });
    let sources: Vec<Variable> = sources.collect();
    vec![
        ("sources", Variable::from(sources)),
        ("target", untrusted(&target.name, &target.shown())),
    ]
}

/// The file that an id, a path or a path with a section means.
fn path_of(snapshot: &Snapshot, of: &str) -> Option<String> {
    let id = TicketId::new(of);
    if let Some((path, _)) = snapshot.ticket(&id) {
        return Some(path.to_string());
    }
    if let Some(path) = snapshot.index.requirement_files(&id).min() {
        return Some(path.to_string());
    }
    let path = of.split_once('#').map_or(of, |it| it.0);
    snapshot.file(path).map(|_| path.to_owned())
}

/// What a source said when it was written down: as the disk has it, or a commit.
fn before(root: &Path, env: &Env, path: &str, source: &Changed<'_>) -> Option<String> {
    let said = |text: &str| update::said(text, path, &source.origin.source, source.recorded);
    let on_disk = std::fs::read_to_string(root.join(path)).ok();
    if let Some(it) = on_disk.as_deref().and_then(said) {
        return Some(it);
    }
    let git = Git::find(root, env).ok()?;
    git.versions(path, MAX_COMMITS).find_map(|text| said(&text))
}
