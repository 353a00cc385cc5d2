//! TODOs that nothing tracks, as something that can be planned.

use std::fmt::Write;

use super::Question;
use super::brief::{Brief, From, Item, Kind, Place, even};
use crate::adopt::{self, MAX_TICKETS, Owners, Proposal, Site};
use crate::span::Span;
use crate::ticket::Priority;
use crate::ticket::field::Value;
use crate::todo::Todo;
use crate::world::Snapshot;

/// What a model is told before the list.
const INTRODUCTION: &str = "TODO comments of the code that no ticket tracks, each with its place; those on lines one below another belong together.";

/// TODOs that are one thing to do: they say the same, or stand on lines one below another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cluster {
    pub(super) title: String,
    /// At least one.
    pub(super) todos: Vec<Site>,
    /// The line after each TODO, from 1.
    ends: Vec<u32>,
    /// Of its ticket.
    pub(super) fields: Vec<(String, Value)>,
    /// What the first one says, line by line.
    pub(super) quote: String,
    /// The first one.
    pub(super) span: Span,
    /// What each says, where they say different things.
    criteria: Vec<String>,
}

/// Whom TODOs belong to is asked for nowhere: a plan is made before anybody is to do it.
struct Nobody;

impl Owners for Nobody {
    fn of_file(&mut self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn of_lines(&mut self, todos: &[&Site]) -> Vec<Option<String>> {
        vec![None; todos.len()]
    }
}

impl Cluster {
    fn new(snapshot: &Snapshot, it: Proposal) -> Self {
        let todo = |site: &Site| adopt::find(snapshot, site);
        let first = it.todos.first().and_then(todo);
        let end = |site: &Site| {
            let lines = snapshot.file(&site.path).map(|it| &it.lines);
            let last = |of: &Todo| lines.map(|it| it.line_of(of.whole.end.saturating_sub(1)) + 2);
            todo(site).and_then(last).unwrap_or(site.line + 1)
        };
        Self {
            ends: it.todos.iter().map(end).collect(),
            quote: first.map_or_else(String::new, words),
            span: first.map_or(Span::new(0, 0), |it| it.span),
            title: it.title,
            todos: it.todos,
            fields: it.fields,
            criteria: Vec::new(),
        }
    }

    /// Whether it is one TODO, on the line after this one's last.
    fn goes_on(&self, next: &Self) -> bool {
        match (self.todos.last(), self.ends.last(), &*next.todos) {
            (Some(last), Some(end), [site]) => site.path == last.path && site.line == *end,
            _ => false,
        }
    }

    fn join(&mut self, next: Self) {
        if self.criteria.is_empty() {
            self.criteria.push(self.title.clone());
        }
        self.criteria.push(next.title);
        self.todos.extend(next.todos);
        self.ends.extend(next.ends);
        // What the first does not say of the ticket the others may.
        let is_new = |it: &(String, Value)| !self.fields.iter().any(|of| of.0 == it.0);
        let more: Vec<_> = next.fields.into_iter().filter(is_new).collect();
        self.fields.extend(more);
    }

    fn priority(&self) -> Option<Priority> {
        let found = self.fields.iter().find(|it| it.0 == "priority");
        match found {
            Some((_, Value::Text(name))) => Priority::named(name),
            _ => None,
        }
    }

    /// `src/a.rs:12`, as a link in text.
    pub(super) fn places(&self) -> String {
        let places = self.todos.iter();
        let places: Vec<_> = places
            .map(|it| format!("`{}:{}`", it.path, it.line))
            .collect();
        places.join(", ")
    }
}

fn words(todo: &Todo) -> String {
    let lines = [todo.text.trim(), todo.body.trim_end()];
    let lines = lines.into_iter().filter(|it| !it.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a file is one of these, or in a folder of them; of none, every file is.
pub(super) fn is_within(path: &str, within: &[String]) -> bool {
    let is_in = |it: &String| {
        let of = it.trim_start_matches("./").trim_end_matches('/');
        let rest = path.strip_prefix(of);
        of.is_empty() || of == "." || rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
    };
    within.is_empty() || within.iter().any(is_in)
}

/// What TODOs that nothing tracks ask for, the urgent first; those of which an open ticket says the
/// same; and how many more there would be.
pub(super) fn clusters(
    snapshot: &Snapshot,
    is_meant: &dyn Fn(&str) -> bool,
) -> (Vec<Cluster>, Vec<Proposal>, usize) {
    let found = adopt::propose_in(snapshot, is_meant, MAX_TICKETS, &mut Nobody);
    let (known, new): (Vec<_>, Vec<_>) = found
        .tickets
        .into_iter()
        .partition(|it| it.ticket.is_some());
    let new: Vec<Cluster> = new
        .into_iter()
        .map(|it| Cluster::new(snapshot, it))
        .collect();
    (joined(new), known, found.n_left)
}

/// Those on lines one below another as one, where the first of them stood.
fn joined(clusters: Vec<Cluster>) -> Vec<Cluster> {
    let mut order: Vec<usize> = (0..clusters.len()).collect();
    let place = |at: &usize| clusters[*at].todos.first().map(|it| (&it.path, it.line));
    order.sort_by(|one, two| place(one).cmp(&place(two)));
    let mut heads: Vec<usize> = (0..clusters.len()).collect();
    for pair in order.windows(2) {
        let (one, two) = (pair[0], pair[1]);
        let is_single = clusters[one].todos.len() == 1;
        if is_single && clusters[one].goes_on(&clusters[two]) {
            heads[two] = heads[one];
        }
    }
    let mut parts: Vec<Option<Cluster>> = clusters.into_iter().map(Some).collect();
    let n = parts.len();
    let mut out: Vec<(usize, Cluster)> = Vec::new();
    for head in 0..n {
        let mut of: Vec<usize> = order
            .iter()
            .copied()
            .filter(|it| heads[*it] == head)
            .collect();
        // The most urgent of them says where it stands in the plan.
        let Some(at) = of.iter().copied().min() else {
            continue;
        };
        let Some(mut cluster) = parts[of.remove(0)].take() else {
            continue;
        };
        for it in of {
            if let Some(next) = parts[it].take() {
                cluster.join(next);
            }
        }
        out.push((at, cluster));
    }
    out.sort_by_key(|it| it.0);
    out.into_iter().map(|it| it.1).collect()
}

/// The TODOs as a text that a model reads, and as a brief: each cluster is wanted, but for a question,
/// which is open.
pub(super) fn brief(snapshot: &Snapshot, clusters: Vec<Cluster>) -> (String, Brief) {
    let mut text = format!("{INTRODUCTION}\n");
    let mut brief = Brief::default();
    for (nth, cluster) in clusters.iter().enumerate() {
        text.push('\n');
        for site in &cluster.todos {
            let todo = adopt::find(snapshot, site);
            let said = todo.map_or_else(|| site.text.clone(), words);
            let line = format!("{}:{} {}: {said}", site.path, site.line, site.keyword);
            // Writing to a string cannot fail.
            let _ = writeln!(text, "- {}", line.replace('\n', "\n  "));
            brief.places.0.push(Place {
                words: even(&line),
                from: From::Todos(nth),
                path: site.path.clone(),
                span: todo.map_or(cluster.span, |it| it.span),
            });
        }
        let path = cluster.todos.first().map_or("", |it| &it.path).to_owned();
        if cluster.criteria.is_empty() && cluster.quote.trim().ends_with('?') {
            brief.questions.push(Question {
                text: even(&cluster.quote),
                path,
                span: cluster.span,
            });
            continue;
        }
        brief.items.push(Item {
            kind: Kind::Wanted,
            from: From::Todos(nth),
            title: Some(cluster.title.clone()),
            text: match cluster.criteria.is_empty() {
                true if !cluster.quote.is_empty() => even(&cluster.quote),
                _ => cluster.title.clone(),
            },
            text_from: None,
            path,
            span: cluster.span,
            priority: cluster.priority(),
            estimate: None,
            criteria: cluster
                .criteria
                .iter()
                .map(|it| (it.clone(), None))
                .collect(),
            after: Vec::new(),
        });
    }
    brief.todos = clusters;
    (text, brief)
}
