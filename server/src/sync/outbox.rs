//! What a person does with the outbox: look at it, try again, let go, mend a comment.

use docket_core::sync::payload::Payload;
use docket_core::sync::{Agreed, Value};
use docket_store::ledger::{Row, State};
use jiff::Timestamp;

use super::output::{self, OutboxOutput};
use super::setup::Setup;

/// Why it is not done.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    #[error("nothing waits under {0}")]
    None(i64),
    #[error("{0} is being sent, or its answer was lost")]
    UnderWay(i64),
    #[error("{row} is no comment")]
    NoComment { row: i64, ticket: String },
    #[error("the database: {0}")]
    Store(#[from] docket_store::SqlError),
}

impl OutboxError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::None(_) => Some("`docket outbox` lists what waits".to_owned()),
            Self::UnderWay(_) => Some("`docket sync` looks up what became of it".to_owned()),
            Self::NoComment { ticket, .. } => Some(format!(
                "what is sent of {ticket} is what its file says: change the ticket instead"
            )),
            Self::Store(_) => None,
        }
    }
}

/// What waits, in the order in which it came.
///
/// # Errors
///
/// [`OutboxError::Store`]
pub fn list(setup: &Setup) -> Result<OutboxOutput, OutboxError> {
    let rows = setup.ledger.outbox(setup.remote)?;
    Ok(output::outbox(&rows))
}

/// A row is tried again with the next round.
///
/// # Errors
///
/// See [`OutboxError`].
pub fn retry(setup: &mut Setup, row: i64, now: Timestamp) -> Result<(), OutboxError> {
    let row = find(setup, row)?;
    setup.ledger.edit_row(row.id, &row.payload, now)?;
    Ok(())
}

/// A row is not to be sent. The ticket keeps what it says, and that is not planned again until one of
/// the sides changes.
///
/// # Errors
///
/// See [`OutboxError`].
pub fn drop(setup: &mut Setup, row: i64) -> Result<(), OutboxError> {
    let row = find(setup, row)?;
    if let (Ok(Payload::Write { wanted, before, .. }), Some(issue)) =
        (serde_json::from_str(&row.payload), row.issue)
    {
        let fields = wanted.0.into_iter().filter_map(|(field, value)| {
            let before = before.0.get(&field)?.clone();
            let untaken = match (&value, &before) {
                (Value::Set(mine), Value::Set(theirs)) => {
                    mine.difference(theirs).cloned().collect()
                }
                (Value::Text(mine), _) => [mine.clone()].into(),
                (Value::Set(_), Value::Text(_)) => return None,
            };
            let agreed = Agreed {
                untaken,
                ..Agreed::on(before)
            };
            Some((field, agreed))
        });
        let fields: Vec<_> = fields.collect();
        setup
            .ledger
            .settle(setup.remote, &row.ticket, issue, &fields)?;
    }
    setup.ledger.forget(row.id)?;
    Ok(())
}

/// A comment gets another text, and is tried again.
///
/// # Errors
///
/// See [`OutboxError`].
pub fn edit(setup: &mut Setup, row: i64, text: &str, now: Timestamp) -> Result<(), OutboxError> {
    let row = find(setup, row)?;
    if !matches!(
        serde_json::from_str(&row.payload),
        Ok(Payload::Comment { .. })
    ) {
        return Err(OutboxError::NoComment {
            row: row.id,
            ticket: row.ticket,
        });
    }
    let payload = Payload::Comment {
        body: text.to_owned(),
    };
    let payload = serde_json::to_string(&payload).unwrap_or(row.payload);
    setup.ledger.edit_row(row.id, &payload, now)?;
    Ok(())
}

/// A row that a person may touch.
fn find(setup: &Setup, id: i64) -> Result<Row, OutboxError> {
    let row = setup.ledger.row(id)?.filter(|it| it.state != State::Sent);
    match row {
        Some(row) if row.state == State::Sending => Err(OutboxError::UnderWay(id)),
        Some(row) => Ok(row),
        None => Err(OutboxError::None(id)),
    }
}
