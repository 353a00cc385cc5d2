//! What each rule is about, for `docket explain` and for the link in an editor.

use super::RuleId;

impl RuleId {
    /// What the rule reports, why, an example, and how to silence it, as Markdown.
    pub fn explain(self) -> &'static str {
        match self {
            Self::UntrackedTodo => include_str!("explain/untracked-todo.md"),
            Self::StaleTodo => include_str!("explain/stale-todo.md"),
            Self::DueTodo => include_str!("explain/due-todo.md"),
            Self::MalformedTodo => include_str!("explain/malformed-todo.md"),
            Self::UnknownTicket => include_str!("explain/unknown-ticket.md"),
            Self::DuplicateId => include_str!("explain/duplicate-id.md"),
            Self::InvalidField => include_str!("explain/invalid-field.md"),
            Self::UnknownField => include_str!("explain/unknown-field.md"),
            Self::DependencyCycle => include_str!("explain/dependency-cycle.md"),
            Self::BlockedActive => include_str!("explain/blocked-active.md"),
            Self::Overdue => include_str!("explain/overdue.md"),
            Self::UnmetCriteria => include_str!("explain/unmet-criteria.md"),
            Self::BrokenLink => include_str!("explain/broken-link.md"),
            Self::SyncConflict => include_str!("explain/sync-conflict.md"),
            Self::Outdated => include_str!("explain/outdated.md"),
            Self::MalformedTicket => include_str!("explain/malformed-ticket.md"),
            Self::MisnamedTicket => include_str!("explain/misnamed-ticket.md"),
            Self::UnanchoredTodo => include_str!("explain/unanchored-todo.md"),
            Self::UnusedIgnore => include_str!("explain/unused-ignore.md"),
            Self::InvalidConfig => include_str!("explain/invalid-config.md"),
        }
    }
}
