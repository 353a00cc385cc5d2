//! What a row of the outbox asks for.

use serde::{Deserialize, Serialize};

use super::{Fields, RemoteWrite};

/// One thing to be sent, as the outbox keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Payload {
    /// A new issue for a ticket.
    Create { wanted: Fields },
    /// Changes of an issue's fields that a round has planned. Every round plans them anew, so that
    /// rows of this kind which were not sent yet give way to the new ones.
    Write {
        writes: Vec<RemoteWrite>,
        /// The fields as they are to be.
        wanted: Fields,
        /// The fields as the issue had them.
        before: Fields,
    },
    /// A change that a person asked for by itself.
    Ask { writes: Vec<RemoteWrite> },
    /// A comment; its marker is put in when it is sent.
    Comment { body: String },
}

impl Payload {
    /// What it does, in a few words for a list.
    pub fn summary(&self) -> String {
        match self {
            Self::Create { wanted } => {
                format!("new issue: {}", wanted.text(super::Field::Title))
            }
            Self::Write { writes, .. } | Self::Ask { writes } => {
                let all: Vec<String> = writes.iter().map(summary).collect();
                all.join(", ")
            }
            Self::Comment { body } => {
                let line = body.lines().next().unwrap_or_default();
                format!("comment: {}", short(line))
            }
        }
    }
}

fn summary(write: &RemoteWrite) -> String {
    match write {
        RemoteWrite::Title(title) => format!("title: {}", short(title)),
        RemoteWrite::Body(_) => "body".to_owned(),
        RemoteWrite::State(state) if state.is_closed() => "close".to_owned(),
        RemoteWrite::State(_) => "reopen".to_owned(),
        RemoteWrite::Milestone(Some(title)) => format!("milestone: {title}"),
        RemoteWrite::Milestone(None) => "no milestone".to_owned(),
        RemoteWrite::Type(Some(kind)) => format!("type: {kind}"),
        RemoteWrite::Type(None) => "no type".to_owned(),
        RemoteWrite::AddLabel(it) => format!("+{it}"),
        RemoteWrite::RemoveLabel(it) => format!("-{it}"),
        RemoteWrite::AddAssignee(it) => format!("+@{it}"),
        RemoteWrite::RemoveAssignee(it) => format!("-@{it}"),
        RemoteWrite::Parent(Some(it)) => format!("parent: #{it}"),
        RemoteWrite::Parent(None) => "no parent".to_owned(),
        RemoteWrite::AddBlockedBy(it) => format!("blocked by #{it}"),
        RemoteWrite::Project(it) => match &it.option {
            Some(option) => format!("{}: {option}", it.field),
            None => format!("no {}", it.field),
        },
        RemoteWrite::RemoveBlockedBy(it) => format!("not blocked by #{it}"),
    }
}

fn short(text: &str) -> String {
    const MAX: usize = 60;
    match text.char_indices().nth(MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
