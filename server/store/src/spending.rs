//! What models have cost: the worst case of a call is put aside before it leaves, what it did cost
//! takes its place afterwards.
//!
//! A call that was never settled, because the process ended, counts as what was put aside for it.
//! So what is settled never exceeds a cap, whatever happens in between.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, TransactionBehavior, params};

use crate::{Result, Store, Trouble, open};

/// Money: millionths of a millionth of a US dollar, so that every price of a token is whole.
pub type Pico = i64;

/// A US dollar.
pub const DOLLAR: Pico = 1_000_000_000_000;

/// The ledger of a project's money, on a connection of its own.
#[derive(Debug)]
pub struct Spending {
    connection: Connection,
    path: PathBuf,
}

/// A call that is about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    pub at: Timestamp,
    /// The local day, whose budget and whose month's it is.
    pub day: Date,
    pub ticket: Option<&'a str>,
    pub task: &'a str,
    /// `name@version`.
    pub prompt: &'a str,
    pub model: &'a str,
    /// The most that it can cost, and the tokens that are.
    pub most: Pico,
    pub tokens: Tokens,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    pub input: u64,
    pub output: u64,
    pub cached: u64,
}

/// What may be spent; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    pub ticket: Option<Pico>,
    pub day: Option<Pico>,
    pub month: Option<Pico>,
}

/// Which of the caps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Ticket,
    Day,
    Month,
}

/// A call that a cap does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub scope: Scope,
    pub cap: Pico,
    /// What is spent or put aside.
    pub used: Pico,
    pub wanted: Pico,
}

/// What was put aside, by its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reservation(pub i64);

/// How a call came to its cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// By what the provider counted.
    Counted,
    /// Nobody counted: an upper bound.
    Estimated,
}

/// What was spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub cost: Pico,
    /// Of `cost`: put aside for calls under way, or for such as never came back.
    pub reserved: Pico,
    pub calls: u64,
    pub tokens: Tokens,
}

/// What a day, its month and a ticket have spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub ticket: Sum,
    pub day: Sum,
    pub month: Sum,
}

impl Refusal {
    /// What the cap has to be at least.
    pub fn needed(&self) -> Pico {
        self.used.saturating_add(self.wanted)
    }
}

impl Scope {
    /// As `[budget]` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

impl Spending {
    /// Opens the ledger of the database at `path`, which is made where it is not there.
    ///
    /// # Errors
    ///
    /// [`Trouble`]: without its ledger no money is spent.
    pub fn open(path: &Path) -> std::result::Result<Self, Trouble> {
        let Store { connection, path } = open::durable(path, "the ledger of money")?;
        Ok(Self { connection, path })
    }

    /// The ledger to read alone; `None` where there is no database that this docket can read.
    pub fn open_to_read(path: &Path) -> Option<Self> {
        let Store { connection, path } = open::to_read(path)?;
        Some(Self { connection, path })
    }

    /// What went wrong, in words for the user.
    pub fn trouble(&self, error: rusqlite::Error) -> Trouble {
        Trouble::of(&self.path, error)
    }

    /// Puts the most that a call can cost aside, where every cap has room for it. Of several
    /// processes and threads that ask at once each sees what the others were given.
    pub fn reserve(
        &mut self,
        call: &Call<'_>,
        caps: &Caps,
    ) -> Result<std::result::Result<Reservation, Refusal>> {
        // Two that look at once must not both find room for one.
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let sums = sums(&transaction, call.day, call.ticket)?;
        let limits = [
            (Scope::Ticket, caps.ticket, sums.ticket.cost),
            (Scope::Day, caps.day, sums.day.cost),
            (Scope::Month, caps.month, sums.month.cost),
        ];
        for (scope, cap, used) in limits {
            // What no ticket asks for is of no ticket's budget.
            if scope == Scope::Ticket && call.ticket.is_none() {
                continue;
            }
            if let Some(cap) = cap
                && call.most > cap.saturating_sub(used)
            {
                return Ok(Err(Refusal {
                    scope,
                    cap,
                    used,
                    wanted: call.most,
                }));
            }
        }
        transaction.execute(
            "INSERT INTO spending
             (at, day, month, ticket, task, prompt, model, state, cost, input, output, cached)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'reserved', ?8, ?9, ?10, ?11)",
            params![
                call.at.as_millisecond(),
                call.day.to_string(),
                month(call.day),
                call.ticket,
                call.task,
                call.prompt,
                call.model,
                call.most,
                whole(call.tokens.input),
                whole(call.tokens.output),
                whole(call.tokens.cached),
            ],
        )?;
        let id = transaction.last_insert_rowid();
        transaction.commit()?;
        Ok(Ok(Reservation(id)))
    }

    /// Puts what a call did cost in the place of what was put aside. A second time changes nothing.
    pub fn settle(
        &mut self,
        reservation: Reservation,
        cost: Pico,
        tokens: Tokens,
        how: Settled,
    ) -> Result<()> {
        let state = match how {
            Settled::Counted => "counted",
            Settled::Estimated => "estimated",
        };
        self.connection.execute(
            "UPDATE spending SET state = ?2, cost = ?3, input = ?4, output = ?5, cached = ?6
             WHERE id = ?1 AND state = 'reserved'",
            params![
                reservation.0,
                state,
                cost,
                whole(tokens.input),
                whole(tokens.output),
                whole(tokens.cached),
            ],
        )?;
        Ok(())
    }

    /// What was spent by `day`: on it, in its month, and for that ticket ever.
    pub fn sums(&self, day: Date, ticket: Option<&str>) -> Result<Sums> {
        sums(&self.connection, day, ticket)
    }
}

fn sums(connection: &Connection, day: Date, ticket: Option<&str>) -> Result<Sums> {
    let of = |condition: &str, value: &str| {
        let sql = format!(
            "SELECT COALESCE(SUM(cost), 0), COALESCE(SUM(CASE state WHEN 'reserved' THEN cost ELSE 0 END), 0),
             COUNT(*), COALESCE(SUM(input), 0), COALESCE(SUM(output), 0), COALESCE(SUM(cached), 0)
             FROM spending WHERE {condition}"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        statement.query_row([value], |row| {
            let count = |idx| -> Result<u64> { Ok(row.get::<_, i64>(idx)?.unsigned_abs()) };
            Ok(Sum {
                cost: row.get(0)?,
                reserved: row.get(1)?,
                calls: count(2)?,
                tokens: Tokens {
                    input: count(3)?,
                    output: count(4)?,
                    cached: count(5)?,
                },
            })
        })
    };
    let month = month(day);
    // With its month, so that the index serves.
    let condition = format!("month = '{month}' AND day = ?1");
    Ok(Sums {
        ticket: match ticket {
            Some(ticket) => of("ticket = ?1", ticket)?,
            None => Sum::default(),
        },
        day: of(&condition, &day.to_string())?,
        month: of("month = ?1", &month)?,
    })
}

fn month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
