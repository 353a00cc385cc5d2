//! `docket renumber`: tickets that merges left with one id, each with an id of its own.

use docket_core::ide::actions::Refusal;
use docket_core::ide::{self, FileMoves, Renumbering};
use docket_core::ids::TicketId;

use super::args::Renumber;
use super::change::MAX_TRIES;
use super::failure::{Failure, FailureKind};
use super::open::{Opened, open};
use super::rename::draw_change;
use super::screen::Screen;
use super::tickets::{draw, listed, print_json};
use crate::env::Env;
use crate::source::ProjectSource;
use crate::write;

pub(super) fn run(env: &Env, screen: &Screen, args: &Renumber) -> Result<u8, Failure> {
    let mut tries = 0;
    let renumbering = loop {
        tries += 1;
        let project = open(env, screen, &[])?;
        let renumbering = planned(&project, env, args)?;
        if args.dry_run {
            break renumbering;
        }
        match write::apply(&project.root, &renumbering.change) {
            Err(error) if error.is_retryable() && tries < MAX_TRIES => continue,
            done => done?,
        };
        break renumbering;
    };
    if !screen.json {
        let said = format!("  {}\n", renumbering.message);
        screen.print(&(draw_change(&renumbering.change) + &said))?;
    }
    // As they are now.
    let project = open(env, screen, &[])?;
    let new = renumbering.given.iter().map(|it| it.1.as_str());
    let ids = std::iter::once(args.id(&project)).chain(new.map(str::to_owned));
    let rows = ids.filter_map(|it| ide::ticket(&project.snapshot, &it));
    let rows: Vec<_> = rows.map(|it| listed(&project.snapshot, it)).collect();
    match screen.json {
        true => print_json(screen, rows),
        false => {
            screen.print(&draw(&project, &rows, screen.terminal.width))?;
            Ok(0)
        }
    }
}

impl Renumber {
    /// The id with its prefix.
    fn id(&self, project: &Opened) -> String {
        let typed = self.id.trim();
        let bare = format!("{}-{typed}", project.snapshot.config.prefix);
        match project.snapshot.index.has_ticket(&TicketId::new(typed)) {
            true => typed.to_owned(),
            false => bare,
        }
    }
}

fn planned(project: &Opened, env: &Env, args: &Renumber) -> Result<Renumbering, Failure> {
    let id = TicketId::new(&args.id(project));
    let file = args.file.as_deref().map(|it| it.replace('\\', "/"));
    let file = file.as_deref().map(|it| it.trim_start_matches("./"));
    let mut source = ProjectSource::new(&project.root, env);
    let renumbering = ide::renumber(&project.snapshot, &id, file, FileMoves::With, &mut source);
    renumbering.map_err(|error| {
        let kind = match error {
            Refusal::NoTicket(_) => FailureKind::NotFound,
            _ => FailureKind::Refused,
        };
        Failure::new(kind, error)
    })
}
