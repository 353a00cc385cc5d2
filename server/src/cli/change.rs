//! `docket new` and `docket set`: tickets changed by the same edits as in the editor.

mod of_todo;

use docket_core::edit::{Change, FileEdit, TextEdit};
use docket_core::ide::actions::ToSend;
use docket_core::ids::TicketId;
use docket_core::text::{Hash, decode};
use docket_core::ticket::field::FIELDS;
use docket_core::ticket::template::{self, Template};

use self::of_todo::WithIssue;
use super::args::{New, Set};
use super::failure::{Failure, FailureKind};
use super::open::{Opened, open};
use super::screen::Screen;
use super::show::find;
use super::tickets::{draw, listed, print_json};
use crate::env::Env;
use crate::source::ProjectSource;
use crate::tickets::{self, Assignment, ChangeError};
use crate::write::{self, WriteError};

/// How often a change is planned again where somebody else writes at the same moment.
pub(super) const MAX_TRIES: usize = 3;

pub(super) fn new(env: &Env, screen: &Screen, args: &New) -> Result<u8, Failure> {
    if let Some(todo) = &args.todo {
        return of_todo::run(env, screen, todo, args.issue.then_some(WithIssue));
    }
    let project = open(env, screen, &[])?;
    let title = args.title.as_deref().unwrap_or_default();
    // `docket new priority=high` has forgotten the title, and does not mean one.
    let is_field = |it: &str| FIELDS.iter().any(|(field, _)| *field == it);
    if title.split_once('=').is_some_and(|it| is_field(it.0)) {
        return Err(Failure::from(ChangeError::NoTitle)
            .hint(format!("as in `docket new \"Parse bodies\" {title}`")));
    }
    let fields = args
        .fields
        .iter()
        .map(|it| match it.split_once('=') {
            Some((field, value)) => Ok((field.to_owned(), value.to_owned())),
            None => Err(
                Failure::from(ChangeError::NoAssignment(it.clone())).hint(format!(
                    "a title of several words stands in quotes: `docket new \"{title} {it}\"`"
                )),
            ),
        })
        .collect::<Result<Vec<(String, String)>, _>>()?;
    let template = match &args.template {
        Some(name) => template(&project, name)?,
        None => Template::default(),
    };
    if args.issue {
        of_todo::refuse_unsynced(&project)?;
    }
    let mut source = ProjectSource::new(&project.root, env);
    let mut tries = 0;
    let (id, change) = loop {
        tries += 1;
        let (id, change) =
            tickets::create(&project.snapshot, title, &template, &fields, &mut source)?;
        match write::apply(&project.root, &change) {
            // Somebody has drawn the same id and written the same title a moment ago.
            Err(WriteError::Exists { .. }) if tries < MAX_TRIES => continue,
            done => done?,
        };
        break (id, change);
    };
    if let Some(file) = change.creates.first().filter(|_| args.issue) {
        let send = ToSend::Issue {
            ticket: id.clone(),
            text: file.text.clone(),
        };
        of_todo::put(env, screen, &project, &send)?;
    }
    drop(project);
    tell(env, screen, &id)
}

/// The template that `name` means: the project's own, else a built-in one.
fn template(project: &Opened, name: &str) -> Result<Template, Failure> {
    let name = name.strip_suffix(".md").unwrap_or(name);
    let path = format!("{}{name}.md", template::FOLDER);
    let own = project.snapshot.file(&path).is_some();
    let text = match own {
        true => std::fs::read_to_string(project.root.join(&path)).map_err(|error| {
            Failure::new(FailureKind::Environment, format!("`{path}`: {error}"))
        })?,
        false => template::built_in(name)
            .ok_or_else(|| no_template(project, name))?
            .to_owned(),
    };
    Template::parse(&text, &project.snapshot.config).map_err(|error| {
        Failure::new(
            FailureKind::Refused,
            format!("`{path}` is no template: {error}"),
        )
    })
}

fn no_template(project: &Opened, name: &str) -> Failure {
    let own = project.snapshot.files().filter_map(|(path, _)| {
        path.strip_prefix(template::FOLDER)?
            .strip_suffix(".md")
            .map(str::to_owned)
    });
    let mut names: Vec<_> = own
        .chain(template::built_in_names().map(str::to_owned))
        .collect();
    names.sort_unstable();
    names.dedup();
    Failure::new(
        FailureKind::NotFound,
        format!("there is no template `{name}`"),
    )
    .hint(format!(
        "there are {}; one of your own is a file in `{}`",
        names.join(", "),
        template::FOLDER
    ))
}

pub(super) fn set(env: &Env, screen: &Screen, args: &Set) -> Result<u8, Failure> {
    let id = assign(env, screen, &args.id, &args.fields)?;
    tell(env, screen, &id)
}

/// Changes fields of the ticket that `typed` names, and gives its id.
pub(super) fn assign(
    env: &Env,
    screen: &Screen,
    typed: &str,
    fields: &[String],
) -> Result<String, Failure> {
    let project = open(env, screen, &[])?;
    let ticket = find(&project.snapshot, typed)?;
    let assignments: Vec<Assignment> = fields
        .iter()
        .map(|it| Assignment::parse(&project.snapshot, it))
        .collect::<Result<_, _>>()?;
    if assignments.iter().any(|it| it.field == "id") {
        return Err(Failure::new(
            FailureKind::Refused,
            "an id is not changed as a field: references to it would break",
        )
        .hint("`docket rename ID --id NEW` changes it with every reference"));
    }
    let n_same = project
        .snapshot
        .index
        .ticket_files(&TicketId::new(&ticket.id))
        .count();
    if n_same > 1 {
        return Err(Failure::new(
            FailureKind::Refused,
            format!("{n_same} files have the id {}", ticket.id),
        )
        .hint("`docket check` shows them; give one of them another id first"));
    }
    let mut tries = 0;
    loop {
        tries += 1;
        match write::apply(
            &project.root,
            &planned(&project, &ticket.path, &assignments)?,
        ) {
            Err(error) if error.is_retryable() && tries < MAX_TRIES => continue,
            done => done?,
        };
        break;
    }
    Ok(ticket.id)
}

/// The change of one file, planned on what is on the disk now.
fn planned(project: &Opened, path: &str, assignments: &[Assignment]) -> Result<Change, Failure> {
    let bytes = std::fs::read(project.root.join(path))
        .map_err(|error| Failure::new(FailureKind::Environment, format!("`{path}`: {error}")))?;
    let (text, _) = decode(&bytes)
        .map_err(|_| Failure::new(FailureKind::Refused, format!("`{path}` is a binary file")))?;
    let old = std::str::from_utf8(&text)
        .map_err(|_| Failure::new(FailureKind::Refused, format!("`{path}` is not UTF-8")))?;
    let mut new = old.to_owned();
    for assignment in assignments {
        new = assignment.apply(&new)?;
    }
    Ok(Change {
        edits: vec![FileEdit {
            path: path.to_owned(),
            expected: Hash::of(&bytes),
            edits: TextEdit::between(old, &new).into_iter().collect(),
        }],
        ..Change::default()
    })
}

/// Shows the ticket as it is now.
pub(super) fn tell(env: &Env, screen: &Screen, id: &str) -> Result<u8, Failure> {
    let project = open(env, screen, &[])?;
    let ticket = listed(&project.snapshot, find(&project.snapshot, id)?);
    if screen.json {
        return print_json(screen, vec![ticket]);
    }
    let path = ticket.row.path.clone();
    let line = draw(&project, &[ticket], screen.terminal.width);
    screen.print(&format!("{line}{path}\n"))?;
    Ok(0)
}
