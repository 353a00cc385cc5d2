//! A conflict settled by a person: what the ticket says afterwards.
//!
//! Doing it twice is as doing it once, and what was written in the ticket since the conflict was
//! found stays. Afterwards the side counts as agreed, so that a ticket that still says
//! something else is sent.

use serde::{Deserialize, Serialize};

use super::fields::{Links, of_ticket};
use super::{Conflict, Field, Value, edit, merge};
use crate::config::Config;
use crate::ticket::{self, edit::Refusal};

/// Which side is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Take {
    /// The ticket stays as it is.
    Mine,
    Theirs,
    /// Of lists the items of either side; of bodies, where they differ, the ticket's blocks and then
    /// the issue's.
    Both,
}

/// Why a conflict was not settled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsettled {
    #[error(transparent)]
    Edit(#[from] Refusal),
    #[error("the body was changed in the same place since; sync again to see where it stands")]
    Changed,
    #[error("of `{0}` only one can be kept: take mine or take theirs")]
    One(Field),
}

impl Take {
    pub const ALL: [Self; 3] = [Self::Mine, Self::Theirs, Self::Both];

    pub fn name(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Theirs => "theirs",
            Self::Both => "both",
        }
    }
}

impl Conflict {
    /// What can be taken.
    pub fn choices(&self) -> &'static [Take] {
        match (self.field, &self.mine) {
            (Field::Body, _) | (_, Value::Set(_)) => &[Take::Mine, Take::Theirs, Take::Both],
            (_, Value::Text(_)) => &[Take::Mine, Take::Theirs],
        }
    }
}

/// The ticket's text after the conflict was settled.
///
/// # Errors
///
/// See [`Unsettled`].
pub fn settled(
    text: &str,
    conflict: &Conflict,
    take: Take,
    config: &Config,
    links: &Links,
) -> Result<String, Unsettled> {
    if !conflict.choices().contains(&take) {
        return Err(Unsettled::One(conflict.field));
    }
    let wanted = match (take, &conflict.mine, &conflict.theirs) {
        (Take::Mine, ..) => return Ok(text.to_owned()),
        (Take::Theirs, _, theirs) => theirs.clone(),
        (Take::Both, Value::Set(mine), Value::Set(theirs)) => {
            let mut all = mine.clone();
            all.extend(merge::missing(theirs, mine));
            Value::Set(all)
        }
        (Take::Both, Value::Text(mine), Value::Text(theirs)) => {
            let base = match &conflict.base {
                Some(Value::Text(base)) => Some(base.as_str()),
                _ => None,
            };
            Value::Text(merge::both(base, mine, theirs))
        }
        // Sides of two kinds: a ledger that was tampered with.
        (Take::Both, ..) => return Err(Unsettled::One(conflict.field)),
    };
    let parsed = ticket::parse(text.as_bytes(), config);
    let now = of_ticket(text, &parsed, config, links);
    let value = match (&conflict.mine, now.0.get(&conflict.field), wanted) {
        (Value::Set(mine), Some(Value::Set(now)), Value::Set(wanted)) => {
            Value::Set(merge::sets(mine, now, &wanted))
        }
        (Value::Text(mine), Some(Value::Text(now)), Value::Text(wanted))
            if conflict.field == Field::Body =>
        {
            if merge::holds(mine, now, &wanted) {
                return Ok(text.to_owned());
            }
            Value::Text(merge::bodies(mine, now, &wanted).ok_or(Unsettled::Changed)?)
        }
        (_, _, wanted) => wanted,
    };
    Ok(edit::apply(text, conflict.field, &value, config, links)?)
}

#[cfg(test)]
mod tests;
