//! Where the rules put what they find: severity, silence, order and identity are decided here.

use rustc_hash::{FxHashMap, FxHashSet};

use super::RuleId;
use crate::edit::{Change, FileEdit, Fix, TextEdit};
use crate::facts::{FileFacts, RuleName};
use crate::finding::{Finding, Related, Severity};
use crate::ids::TicketId;
use crate::span::{Encoding, Span};
use crate::ticket::Priority;
use crate::world::Snapshot;

/// The findings of one file as they come in.
pub(super) struct Report<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) path: &'a str,
    pub(super) facts: &'a FileFacts,
    found: Vec<Found>,
}

/// A finding on its way.
pub(super) struct Found {
    pub(super) rule: RuleId,
    pub(super) span: Span,
    pub(super) message: String,
    /// What makes it the same finding tomorrow: no path, no line, no count of days.
    pub(super) key: String,
    pub(super) ticket: Option<String>,
    pub(super) related: Vec<Related>,
    pub(super) fixes: Vec<Fix>,
}

impl Found {
    pub(super) fn new(rule: RuleId, span: Span, key: &str, message: String) -> Self {
        Self {
            rule,
            span,
            message,
            key: key.to_owned(),
            ticket: None,
            related: Vec::new(),
            fixes: Vec::new(),
        }
    }

    pub(super) fn of(mut self, ticket: &str) -> Self {
        self.ticket = Some(ticket.to_owned());
        self
    }
}

impl<'a> Report<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, path: &'a str, facts: &'a FileFacts) -> Self {
        Self {
            snapshot,
            path,
            facts,
            found: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, found: Found) {
        self.found.push(found);
    }

    /// What the rule weighs in this file; `None` where it is off.
    pub(super) fn severity(&self, rule: RuleId) -> Option<Severity> {
        self.snapshot.config.severity(rule, self.path)
    }

    /// Takes over what the file's text alone has shown.
    pub(super) fn problems(&mut self) {
        for problem in &self.facts.problems {
            let id = self.facts.ticket.as_ref().and_then(|it| it.id.as_ref());
            let mut found = Found::new(
                problem.rule,
                problem.span,
                &problem.message,
                problem.message.clone(),
            );
            found.ticket = id.map(|it| it.value.clone());
            found.fixes = self.replacements(problem.span, &problem.replacements);
            self.add(found);
        }
    }

    /// One fix per text that could stand at `span`, best first; the first is preferred if it is the
    /// only one.
    pub(super) fn replacements(&self, span: Span, texts: &[String]) -> Vec<Fix> {
        let fixes = texts.iter().map(|text| {
            let title = if text.is_empty() {
                "Remove it".to_owned()
            } else {
                format!("Change to `{text}`")
            };
            let edit = TextEdit {
                span,
                text: text.clone(),
            };
            Fix {
                preferred: texts.len() == 1,
                ..self.edit(title, vec![edit])
            }
        });
        fixes.collect()
    }

    /// A fix that edits this file, neither safe nor preferred.
    pub(super) fn edit(&self, title: String, edits: Vec<TextEdit>) -> Fix {
        let edit = FileEdit {
            path: self.path.to_owned(),
            expected: self.facts.hash,
            edits,
        };
        Fix {
            title,
            change: Change {
                edits: vec![edit],
                ..Change::default()
            },
            safe: false,
            preferred: false,
        }
    }

    pub(super) fn finish(mut self) -> Vec<Finding> {
        self.silence();
        self.found.sort_by_key(|it| (it.span, it.rule));
        let mut seen: FxHashMap<(RuleId, String), u32> = FxHashMap::default();
        let found = std::mem::take(&mut self.found);
        found
            .into_iter()
            .filter_map(|it| {
                let severity = self.severity(it.rule)?;
                let severity = self.by_priority(&it).unwrap_or(severity);
                let fingerprint = match seen.get_mut(&(it.rule, it.key.clone())) {
                    Some(nth) => {
                        *nth += 1;
                        fingerprint(it.rule, &it.key, *nth)
                    }
                    None => {
                        let fingerprint = fingerprint(it.rule, &it.key, 0);
                        seen.insert((it.rule, it.key), 0);
                        fingerprint
                    }
                };
                Some(Finding {
                    fingerprint,
                    rule: it.rule,
                    severity,
                    path: self.path.to_owned(),
                    span: it.span,
                    message: it.message,
                    ticket: it.ticket,
                    related: it.related,
                    unnecessary: it.rule == RuleId::StaleTodo,
                    fixes: it.fixes,
                })
            })
            .collect()
    }

    /// What a rule weighs for the priority of what the finding is about, where it says so.
    fn by_priority(&self, found: &Found) -> Option<Severity> {
        let rule = self.snapshot.config.rules.get(&found.rule)?;
        if rule.by_priority.is_empty() {
            return None;
        }
        let mut todos = self.facts.todos.iter();
        let todo = todos.find(|it| it.whole.contains(found.span));
        let of_todo = todo.and_then(|it| Priority::of_urgency(it.urgency));
        let named = found.ticket.as_deref().map(TicketId::new);
        let named = named
            .and_then(|it| self.snapshot.ticket(&it))
            .map(|it| it.1);
        let ticket = self.facts.ticket.as_ref().or(named);
        let of_ticket = ticket
            .and_then(|it| it.priority.as_ref())
            .map(|it| it.value);
        let priority = of_todo.max(of_ticket)?;
        rule.by_priority.get(&priority).copied()
    }

    /// Takes out what ignore comments silence, and reports those that silence nothing.
    fn silence(&mut self) {
        let ignores = &self.facts.ignores;
        if ignores.is_empty() {
            return;
        }
        // By ignore, and within it by the rule's index; a bare ignore has only index 0.
        let mut used: FxHashSet<(usize, usize)> = FxHashSet::default();
        let lines = &self.facts.lines;
        self.found.retain(|found| {
            let line = lines
                .position(found.span.start as usize, Encoding::Utf8)
                .line;
            let mut is_silent = false;
            for (idx, ignore) in ignores.iter().enumerate() {
                if !(ignore.lines.0..ignore.lines.1).contains(&line) {
                    continue;
                }
                if ignore.rules.is_empty() {
                    used.insert((idx, 0));
                    is_silent = true;
                }
                for (nth, rule) in ignore.rules.iter().enumerate() {
                    if rule.value == RuleName::Known(found.rule) {
                        used.insert((idx, nth));
                        is_silent = true;
                    }
                }
            }
            !is_silent
        });
        for (idx, ignore) in ignores.iter().enumerate() {
            let speaks_of_itself = ignore
                .rules
                .iter()
                .any(|it| it.value == RuleName::Known(RuleId::UnusedIgnore));
            if speaks_of_itself {
                continue;
            }
            if ignore.rules.is_empty() && !used.contains(&(idx, 0)) {
                let message = "This ignore comment silences nothing; remove it.".to_owned();
                self.add(Found::new(RuleId::UnusedIgnore, ignore.span, "", message));
            }
            for (nth, rule) in ignore.rules.iter().enumerate() {
                let (message, replacements) = match &rule.value {
                    RuleName::Unknown(word) => unknown_rule(word),
                    RuleName::Known(_) if used.contains(&(idx, nth)) => continue,
                    // What is off cannot be found, and may be on again tomorrow.
                    RuleName::Known(rule) if self.severity(*rule).is_none() => continue,
                    RuleName::Known(rule) => (
                        format!("`{}` finds nothing here to ignore; remove it.", rule.name()),
                        Vec::new(),
                    ),
                };
                let mut found =
                    Found::new(RuleId::UnusedIgnore, rule.span, &message, message.clone());
                found.fixes = self.replacements(rule.span, &replacements);
                self.add(found);
            }
        }
    }
}

fn unknown_rule(word: &str) -> (String, Vec<String>) {
    let nearest = RuleId::ALL
        .iter()
        .map(|it| (strsim::osa_distance(it.name(), word), it.name()))
        .min()
        .filter(|it| it.0 <= 3);
    match nearest {
        Some((_, name)) => (
            format!("No rule is called `{word}`; did you mean `{name}`?"),
            vec![name.to_owned()],
        ),
        None => (
            format!("No rule is called `{word}`; `docket explain` lists them."),
            Vec::new(),
        ),
    }
}

pub(super) fn fingerprint(rule: RuleId, key: &str, nth: u32) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(rule.name().as_bytes());
    hasher.update(b"\0");
    hasher.update(key.as_bytes());
    hasher.update(&nth.to_le_bytes());
    let mut out = [0; 8];
    out.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    format!("{:016x}", u64::from_be_bytes(out))
}
