//! Accepting and refusing: the only way in which a proposal becomes a change.

use docket_core::edit::Change;
use docket_core::facts::FileKind;
use docket_core::ids::TicketId;
use docket_core::ticket;
use docket_core::world::Snapshot;
use docket_store::ledger::{Act, Source};
use docket_store::proposals::{Proposals, State};

use super::{Project, Proposal, ProposeError, hash_now, read};
use crate::sync::setup;

/// The proposal that is to be accepted, which still waits and whose texts are as they were.
///
/// # Errors
///
/// [`ProposeError::NoProposal`], [`ProposeError::Decided`], [`ProposeError::Stale`].
pub fn accept(project: &Project, id: &str) -> Result<Proposal, ProposeError> {
    let (_, proposal) = found(project, id)?;
    if proposal.body.change == Change::default() {
        return Err(stale(
            &proposal,
            "it changes nothing that this docket knows",
        ));
    }
    for edit in &proposal.body.change.edits {
        let now = hash_now(&project.root, &project.snapshot, &edit.path);
        if now != Some(edit.expected) {
            return Err(stale(&proposal, &format!("`{}` was changed", edit.path)));
        }
    }
    for id in made(&project.snapshot, &proposal.body.change) {
        // Drawn when it was proposed, and by somebody else since.
        if project.snapshot.index.has_ticket(&TicketId::new(&id)) {
            return Err(stale(&proposal, &format!("there is a ticket {id} now")));
        }
    }
    for create in &proposal.body.change.creates {
        if project.root.join(&create.path).exists() {
            return Err(stale(&proposal, &format!("`{}` is there now", create.path)));
        }
    }
    Ok(proposal)
}

/// Writes down that the change was made, and by whom.
///
/// # Errors
///
/// Where that cannot be kept; the change stays.
pub fn accepted(project: &Project, proposal: &Proposal) -> Result<(), ProposeError> {
    decide(project, proposal, State::Accepted)
}

/// Refuses it; the same question is not asked again unless somebody says so.
///
/// # Errors
///
/// [`ProposeError::NoProposal`], [`ProposeError::Decided`]
pub fn refuse(project: &Project, id: &str) -> Result<Proposal, ProposeError> {
    let (_, proposal) = found(project, id)?;
    decide(project, &proposal, State::Refused)?;
    Ok(proposal)
}

fn found(project: &Project, id: &str) -> Result<(Proposals, Proposal), ProposeError> {
    let proposals = project.proposals()?;
    let row = proposals
        .get(id.trim())
        .map_err(|it| proposals.trouble(it))?;
    let row = row.ok_or_else(|| ProposeError::NoProposal(id.to_owned()))?;
    match row.state {
        State::Waiting => Ok((proposals, read(row))),
        state => Err(ProposeError::Decided {
            id: row.id,
            state: state.name(),
        }),
    }
}

fn decide(project: &Project, proposal: &Proposal, state: State) -> Result<(), ProposeError> {
    let mut proposals = project.proposals()?;
    let decided = proposals.decide(&proposal.id, state);
    if !decided.map_err(|it| proposals.trouble(it))? {
        // Somebody else was faster, and said the same or not.
        return Err(ProposeError::Decided {
            id: proposal.id.clone(),
            state: "decided",
        });
    }
    log(project, proposal, state);
    Ok(())
}

fn stale(proposal: &Proposal, why: &str) -> ProposeError {
    ProposeError::Stale {
        id: proposal.id.clone(),
        why: why.to_owned(),
    }
}

/// One row of the log for each ticket that it made or changed, and for what it is about.
fn log(project: &Project, proposal: &Proposal, state: State) {
    let by = proposal.body.origin.as_ref().map_or_else(
        || "by rule, without a model".to_owned(),
        |it| format!("by {}", it.line(&proposal.id)),
    );
    let what = format!("{} {}: {}, {by}", state.name(), proposal.id, proposal.title);
    let mut tickets = vec![proposal.of.clone()];
    if state == State::Accepted {
        tickets.extend(touched(&project.snapshot, &proposal.body.change));
    }
    tickets.sort_unstable();
    tickets.dedup();
    let acts: Vec<_> = tickets
        .into_iter()
        .map(|ticket| Act {
            at: project.env.now().timestamp(),
            actor: project
                .snapshot
                .me
                .as_deref()
                .unwrap_or_default()
                .to_owned(),
            source: match proposal.body.origin {
                Some(_) => Source::Model,
                None => Source::Command,
            },
            ticket,
            what: what.clone(),
        })
        .collect();
    let logged = match setup::ledger(&project.root, &project.env) {
        Ok(mut ledger) => ledger.append_all(&acts).map_err(|it| it.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = logged {
        tracing::warn!(error, "what was decided is not in the log");
    }
}

/// The tickets that a change makes or edits, as they are written.
fn touched(snapshot: &Snapshot, change: &Change) -> Vec<String> {
    let edited = change.edits.iter().filter_map(|it| {
        let ticket = snapshot.file(&it.path)?.ticket.as_ref()?;
        Some(TicketId::new(&ticket.id.as_ref()?.value).to_string())
    });
    made(snapshot, change).chain(edited).collect()
}

/// The tickets that a change makes.
fn made<'a>(snapshot: &'a Snapshot, change: &'a Change) -> impl Iterator<Item = String> + 'a {
    let tickets = change
        .creates
        .iter()
        .filter(|it| FileKind::of(&it.path) == FileKind::Ticket);
    tickets.filter_map(|it| {
        let parsed = ticket::parse(it.text.as_bytes(), &snapshot.config);
        Some(parsed.ticket.id?.value)
    })
}
