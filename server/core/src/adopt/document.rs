//! A plan as a Markdown page that a person edits: a heading a ticket, its fields, its TODOs.
//!
//! ```text
//! ## Handle the empty list
//! type: bug
//! labels: server, parser
//!
//! - src/list.rs:12 TODO: handle the empty list
//! ```

use std::fmt;

use super::{Plan, Proposal, Site};
use crate::config::Config;
use crate::ticket::field::{self, Kind};

/// Why a page is no plan. Nothing of it is carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Invalid {
    /// From 1.
    pub line: usize,
    pub message: String,
}

/// Fields that a plan does not give: docket's own, and those that come from elsewhere.
const NOT_GIVEN: [&str; 4] = ["id", "title", "created", "github"];

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n_todos: usize = self.tickets.iter().map(|it| it.todos.len()).sum();
        writeln!(f, "# {n_todos} TODOs as {} tickets\n", self.tickets.len())?;
        writeln!(
            f,
            "Change titles and fields, move TODOs between tickets, take out what you do not want.\nThen run `docket adopt`, or the command \"Docket: Adopt TODOs\" again; this page goes away with it."
        )?;
        for ticket in &self.tickets {
            write!(f, "\n{ticket}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n", self.title)?;
        if let Some(id) = &self.ticket {
            writeln!(f, "ticket: {id}")?;
        }
        for (name, value) in &self.fields {
            writeln!(f, "{name}: {value}")?;
        }
        if self.ticket.is_some() || !self.fields.is_empty() {
            writeln!(f)?;
        }
        for site in &self.todos {
            writeln!(f, "- {site}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} {}", self.path, self.line, self.keyword)?;
        match self.text.as_str() {
            "" => Ok(()),
            text => write!(f, ": {text}"),
        }
    }
}

/// Reads a plan that a person may have edited.
///
/// # Errors
///
/// The first line that means nothing, and what is expected there.
pub fn parse(text: &str, config: &Config) -> Result<Plan, Invalid> {
    let mut tickets: Vec<(usize, Proposal)> = Vec::new();
    let mut last = 0;
    for (idx, line) in text.lines().enumerate() {
        let number = idx + 1;
        last = number;
        let invalid = |message: String| Invalid {
            line: number,
            message,
        };
        let line = line.trim();
        if let Some(title) = line.strip_prefix("## ") {
            tickets.push((number, proposal(title.trim())));
            continue;
        }
        // What stands before the first ticket is said to the reader.
        let Some((_, ticket)) = tickets.last_mut() else {
            continue;
        };
        if line.is_empty() {
            continue;
        }
        if let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
            let site = site(item.trim()).ok_or_else(|| {
                invalid(format!(
                    "`{item}` is no TODO's place: it is `- path:line KEYWORD: text`, as docket wrote it"
                ))
            })?;
            ticket.todos.push(site);
            continue;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| {
            invalid(format!(
                "`{line}` is neither a title (`## …`), nor a field (`priority: high`), nor a TODO (`- path:line TODO: …`)"
            ))
        })?;
        let (name, value) = (name.trim(), value.trim());
        if name == "ticket" {
            // Read as the id of a parent, whose form is the same.
            field::read("parent", value, config).map_err(|it| invalid(plainly(&it)))?;
            ticket.ticket = Some(value.to_owned());
            continue;
        }
        let is_field = field::kind(name).is_some_and(|it| it != Kind::Any);
        if !is_field && !config.fields.iter().any(|it| it == name) || NOT_GIVEN.contains(&name) {
            return Err(invalid(format!("`{name}` is no field that a plan gives")));
        }
        if ticket.fields.iter().any(|it| it.0 == name) {
            return Err(invalid(format!("`{name}` is given twice")));
        }
        if !value.is_empty() {
            let value = field::read(name, value, config).map_err(|it| invalid(plainly(&it)))?;
            ticket.fields.push((name.to_owned(), value));
        }
    }
    for (line, ticket) in &tickets {
        let message = match ticket {
            it if it.title.is_empty() => "a title is missing after `##`",
            it if it.todos.is_empty() => {
                "this ticket has no TODO: take its heading out as well, or make it by `docket new`"
            }
            _ => continue,
        };
        return Err(Invalid {
            line: *line,
            message: message.to_owned(),
        });
    }
    if tickets.is_empty() {
        return Err(Invalid {
            line: last.max(1),
            message: "there is no ticket in it: each begins with `## ` and its title".to_owned(),
        });
    }
    Ok(Plan {
        tickets: tickets.into_iter().map(|it| it.1).collect(),
        n_left: 0,
    })
}

/// A sentence as a part of another.
fn plainly(error: &field::Invalid) -> String {
    error.message.trim_end_matches('.').to_owned()
}

fn proposal(title: &str) -> Proposal {
    Proposal {
        title: title.to_owned(),
        ticket: None,
        fields: Vec::new(),
        todos: Vec::new(),
    }
}

/// `path:line KEYWORD: text`.
fn site(item: &str) -> Option<Site> {
    // A path may have colons and blanks in it; a line's number between a colon and a blank ends it.
    let ends = item.match_indices(':').filter_map(|(at, _)| {
        let (digits, rest) = item[at + 1..].split_once(' ')?;
        let line: u32 = digits.parse().ok()?;
        (at > 0 && line > 0).then_some((at, line, rest))
    });
    let (at, line, rest) = ends.into_iter().next()?;
    let (keyword, text) = match rest.split_once(": ") {
        Some((keyword, text)) => (keyword, text.trim()),
        None => (rest, ""),
    };
    let is_word = !keyword.is_empty() && !keyword.contains(char::is_whitespace);
    is_word.then(|| Site {
        path: item[..at].to_owned(),
        line,
        keyword: keyword.to_owned(),
        text: text.to_owned(),
    })
}
