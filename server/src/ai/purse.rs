//! The purse of a project: prices and caps of its configuration over the ledger in its database.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use docket_ai::metered::{Purse, Ticket};
use docket_ai::prices::{Price, Prices};
use docket_ai::{AskError, Request, Spent, Usage};
use docket_core::config::Config;
use docket_store::Trouble;
use docket_store::spending::{Call, Caps, Refusal, Reservation, Scope, Settled, Spending, Tokens};

use super::money::{dollars, of_dollars};
use crate::env::Env;
use crate::location;

/// See the module's page.
pub struct LedgerPurse {
    spending: Mutex<Spending>,
    prices: Prices,
    caps: Caps,
    env: Env,
}

/// What `[budget]` allows.
pub fn caps(config: &Config) -> Caps {
    let cap = |it: f64| Some(of_dollars(it));
    Caps {
        ticket: cap(config.budget.ticket),
        day: cap(config.budget.day),
        month: cap(config.budget.month),
    }
}

/// What models cost, those of `[ai.prices]` first.
pub fn prices(config: &Config) -> Prices {
    let own = config.ai.prices.iter().map(|(name, it)| {
        let price = Price::of_dollars(it.input, it.output, it.cached);
        (name.clone(), price)
    });
    Prices::new(own.collect())
}

/// The ledger of a project to read, where it has one.
pub fn ledger_to_read(env: &Env, root: &Path) -> Option<Spending> {
    let places = location::databases(root, env.state_home().as_deref());
    places
        .iter()
        .filter(|it| it.is_file())
        .find_map(|it| Spending::open_to_read(it))
}

/// What models have cost for a ticket, in words; `None` where none was asked.
pub fn of_ticket(env: &Env, root: &Path, ticket: &str) -> Option<String> {
    let sums = ledger_to_read(env, root)?.sums(env.today(), Some(ticket));
    let sum = sums.ok()?.ticket;
    let tokens = sum.tokens.input + sum.tokens.output;
    let calls = match sum.calls {
        0 => return None,
        1 => "1 call".to_owned(),
        n => format!("{n} calls"),
    };
    Some(format!("{} in {calls}, {tokens} tokens", dollars(sum.cost)))
}

impl LedgerPurse {
    /// # Errors
    ///
    /// [`Trouble`]: without its ledger no money is spent.
    pub fn open(env: &Env, root: &Path, config: &Config) -> Result<Self, Trouble> {
        Ok(Self {
            spending: Mutex::new(location::open(root, env, Spending::open)?),
            prices: prices(config),
            caps: caps(config),
            env: env.clone(),
        })
    }
}

impl Purse for LedgerPurse {
    fn reserve(&self, request: &Request, model: &str, most: Usage) -> Result<Ticket, AskError> {
        let price = self.prices.of(model)?;
        let now = self.env.now();
        let prompt = format!("{}@{}", request.prompt.name, request.prompt.version);
        let call = Call {
            at: now.timestamp(),
            day: now.date(),
            ticket: request.ticket.as_deref(),
            task: &request.task,
            prompt: &prompt,
            model,
            most: price.most(most),
            tokens: tokens(most),
        };
        let mut spending = self.spending.lock().unwrap_or_else(PoisonError::into_inner);
        match spending.reserve(&call, &self.caps) {
            Ok(Ok(Reservation(row))) => Ok(Ticket(row)),
            Ok(Err(refusal)) => Err(AskError::Budget(words(&refusal, request))),
            Err(error) => Err(AskError::Budget(format!(
                "nothing is spent without its ledger: {}",
                spending.trouble(error)
            ))),
        }
    }

    fn settle(&self, ticket: Ticket, model: &str, spent: Spent) {
        let (usage, how) = match spent {
            Spent::Nothing => (Usage::default(), Settled::Counted),
            Spent::Counted(usage) => (usage, Settled::Counted),
            Spent::Estimated(usage) => (usage, Settled::Estimated),
        };
        let cost = match self.prices.of(model) {
            Ok(price) => price.cost(usage),
            // It was there a moment ago; what was put aside stays.
            Err(_) => return,
        };
        let mut spending = self.spending.lock().unwrap_or_else(PoisonError::into_inner);
        let settled = spending.settle(Reservation(ticket.0), cost, tokens(usage), how);
        if let Err(error) = settled {
            // What was put aside stays, which is more.
            tracing::warn!(%error, "what a model cost could not be written down");
        }
    }
}

fn tokens(usage: Usage) -> Tokens {
    Tokens {
        input: usage.input,
        output: usage.output,
        cached: usage.cached,
    }
}

/// What is missing, and where to raise it.
fn words(refusal: &Refusal, request: &Request) -> String {
    let of = match refusal.scope {
        Scope::Ticket => request.ticket.as_deref().unwrap_or("the ticket"),
        Scope::Day => "the day",
        Scope::Month => "the month",
    };
    let left = refusal.cap.saturating_sub(refusal.used).max(0);
    format!(
        "this may cost up to {}, and of the budget of {of} {} of {} are left: raise `{}` in `[budget]` to {} or more, and the same goes on",
        dollars(refusal.wanted),
        dollars(left),
        dollars(refusal.cap),
        refusal.scope.name(),
        dollars(refusal.needed()),
    )
}
