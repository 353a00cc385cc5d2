//! Proposals as every door tells them.

use std::fmt::Write;
use std::path::Path;

use docket_core::edit::TextEdit;
use docket_core::world::Snapshot;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use similar::TextDiff;

use super::{Origin, Proposal, hash_now};

const SCHEMA: u32 = 1;

/// `docket proposals --json`, and of each verb that proposes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProposalsOutput {
    pub schema: u32,
    /// The oldest first.
    pub proposals: Vec<ProposalRow>,
}

/// `docket proposals accept` and `refuse` with `--json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DecidedOutput {
    pub schema: u32,
    pub proposal: ProposalRow,
    /// `accepted` or `refused`.
    pub state: String,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ProposalRow {
    pub id: String,
    /// What was asked for: `plan`, `expand`, `estimate`, `align`, `discuss`,
    /// `write-tests`, `write-docs`, `schema`.
    pub verb: String,
    /// The ticket, requirement or page that it is about.
    pub of: String,
    pub title: String,
    /// Reasons, what was left out, what follows; a sentence each.
    pub notes: Vec<String>,
    /// Files that it makes or edits, relative to the project's root, with `/`.
    pub paths: Vec<String>,
    /// All that it changes, as a unified diff.
    pub diff: String,
    /// Who wrote it; null where no model was asked.
    pub model: Option<String>,
    /// `name@version` of the prompt.
    pub prompt: Option<String>,
    /// What that cost, in words: `$0.0042`.
    pub cost: Option<String>,
    pub state: String,
    /// What was said, as a page that is written into to join it; null where it is no discussion.
    pub discussion: Option<String>,
}

impl ProposalsOutput {
    pub fn new(root: &Path, snapshot: &Snapshot, proposals: &[Proposal]) -> Self {
        let rows = proposals.iter();
        Self {
            schema: SCHEMA,
            proposals: rows
                .map(|it| ProposalRow::new(root, snapshot, it, "waiting"))
                .collect(),
        }
    }
}

impl DecidedOutput {
    pub fn new(proposal: ProposalRow) -> Self {
        Self {
            schema: SCHEMA,
            state: proposal.state.clone(),
            proposal,
        }
    }
}

impl ProposalRow {
    pub fn new(root: &Path, snapshot: &Snapshot, proposal: &Proposal, state: &str) -> Self {
        let change = &proposal.body.change;
        let edited = change.edits.iter().map(|it| it.path.clone());
        let made = change.creates.iter().map(|it| it.path.clone());
        let origin = proposal.body.origin.as_ref();
        Self {
            id: proposal.id.clone(),
            verb: proposal.verb.clone(),
            of: proposal.of.clone(),
            title: proposal.title.clone(),
            notes: proposal.body.notes.clone(),
            paths: edited.chain(made).collect(),
            diff: diff(root, snapshot, proposal),
            model: origin.map(|it| it.model.clone()),
            discussion: proposal.body.talk.as_ref().map(|it| it.page()),
            prompt: origin.map(|it| it.prompt.clone()),
            cost: origin.and_then(Origin::cost),
            state: state.to_owned(),
        }
    }
}

/// What a proposal changes, as a patch that `git apply` takes. A file that is another by now is told
/// so instead.
fn diff(root: &Path, snapshot: &Snapshot, proposal: &Proposal) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    for edit in &proposal.body.change.edits {
        let same = hash_now(root, snapshot, &edit.path) == Some(edit.expected);
        let text = match snapshot.document(&edit.path) {
            Some(document) => Some(document.text()),
            None => std::fs::read_to_string(root.join(&edit.path)).ok(),
        };
        let Some(text) = text.filter(|_| same) else {
            let _ = writeln!(out, "# {} was changed since", edit.path);
            continue;
        };
        let new = TextEdit::apply_all(&text, &edit.edits);
        let names = (format!("a/{}", edit.path), format!("b/{}", edit.path));
        patch(&mut out, &text, &new, (&names.0, &names.1));
    }
    for create in &proposal.body.change.creates {
        let new = format!("b/{}", create.path);
        patch(&mut out, "", &create.text, ("/dev/null", &new));
    }
    out
}

fn patch(out: &mut String, old: &str, new: &str, names: (&str, &str)) {
    let diff = TextDiff::from_lines(old, new);
    let _ = write!(
        out,
        "{}",
        diff.unified_diff()
            .context_radius(3)
            .header(names.0, names.1)
    );
}
