//! Requirements and tickets as the text of their files.

use std::fmt::Write;

use jiff::civil::Date;

use super::brief::{From, Item, Kind};
use super::input::Parent;
use super::todos::Cluster;
use crate::ids::TicketId;
use crate::lineage::{self, Digest};
use crate::page;
use crate::ticket::Priority;
use crate::ticket::draft::{Body, Draft, Origin};
use crate::ticket::field::Value;

/// A requirement as a section of its page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Section {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) kind: Kind,
    pub(super) standing: Standing,
    pub(super) priority: Option<Priority>,
    pub(super) criteria: Vec<String>,
    /// The requirements that come first.
    pub(super) after: Vec<String>,
    estimate: Option<u32>,
    /// Empty where it is there already.
    pub(super) text: String,
    /// The body of its ticket.
    pub(super) body: String,
    /// The number of the TODOs that ask for it.
    pub(super) todos: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Known,
    New,
}

impl Section {
    pub(super) fn known(id: &TicketId, item: &Item, after: Vec<String>) -> Self {
        Self {
            standing: Standing::Known,
            text: String::new(),
            ..Self::new(id.as_str(), item, after, &[])
        }
    }

    /// `todos` are those that items are numbered by.
    pub(super) fn new(id: &str, item: &Item, after: Vec<String>, todos: &[Cluster]) -> Self {
        let title = item.title();
        let said = item.text.trim();
        let criteria: Vec<_> = item.criteria.iter().map(|it| it.0.clone()).collect();
        let mut text = format!("## {id} {title}\n\n");
        let own = item.from.record();
        let more = item.text_from.iter();
        let more = more.chain(item.criteria.iter().filter_map(|it| it.1.as_ref()));
        let records = own.into_iter().chain(more.map(|it| (&it.0, it.1)));
        let records: Vec<_> = records.map(|it| format!("{}@{}", it.0, it.1)).collect();
        // Writing to a string cannot fail.
        if !records.is_empty() {
            let _ = write!(text, "<!-- from: {} -->\n\n", records.join(", "));
        }
        let _ = writeln!(text, "{said}");
        let todos = match &item.from {
            From::Todos(at) => todos.get(*at).map(|it| (*at, it)),
            From::Words(..) => None,
        };
        if let Some((_, it)) = todos {
            let _ = writeln!(text, "\nSaid in {}.", it.places());
        }
        if !criteria.is_empty() {
            text.push('\n');
        }
        for it in &criteria {
            let _ = writeln!(text, "- [ ] {it}");
        }
        let mut body = String::new();
        if said.trim_end_matches('.') != title {
            let _ = writeln!(body, "{said}\n");
        }
        if !criteria.is_empty() {
            body.push_str("## Acceptance criteria\n\n");
            for it in &criteria {
                let _ = writeln!(body, "- [ ] {it}");
            }
        }
        Self {
            id: id.to_owned(),
            title,
            kind: item.kind,
            standing: Standing::New,
            priority: item.priority,
            criteria,
            after,
            estimate: item.estimate,
            text,
            body,
            todos: todos.map(|it| it.0),
        }
    }

    /// Points by the number of criteria, on the scale that teams use; none without criteria.
    pub(super) fn estimate(&self) -> Option<u32> {
        if self.estimate.is_some() {
            return self.estimate;
        }
        match self.criteria.len() {
            0 => None,
            1 => Some(1),
            2 => Some(2),
            3..5 => Some(3),
            5..8 => Some(5),
            _ => Some(8),
        }
    }
}

/// The title of a requirement's heading.
pub(super) fn title_of(heading: &str) -> &str {
    let (_, title) = heading
        .trim()
        .split_once(char::is_whitespace)
        .unwrap_or_default();
    title.trim()
}

/// The digest that a new section will have in its page.
pub(super) fn digest(section: &Section) -> Option<Digest> {
    let (page, prose) = page::parse(section.text.as_bytes(), &Default::default());
    let lineage = lineage::of_page(&section.text, &page, &prose.plain, None, &[], &[]);
    let id = TicketId::new(&section.id);
    Some(lineage.part(id.as_str())?.digest)
}

/// What the ticket of a requirement has beside the requirement's own.
#[derive(Clone, Copy, Debug)]
pub(super) struct With<'a> {
    pub(super) depends_on: &'a [String],
    pub(super) parent: Option<&'a Parent>,
    pub(super) todos: Option<&'a Cluster>,
    pub(super) today: Date,
}

/// The ticket of a requirement.
pub(super) fn draft<'a>(
    section: &'a Section,
    id: &'a str,
    digest: Digest,
    with: With<'a>,
) -> Draft<'a> {
    let kind = with.parent.and_then(|it| it.kind.as_deref());
    let mut fields = vec![
        ("type", Value::Text(kind.unwrap_or("feature").to_owned())),
        ("depends-on", Value::List(with.depends_on.to_vec())),
        ("created", Value::Date(with.today)),
        (
            "from",
            Value::List(vec![format!("{}@{digest}", section.id)]),
        ),
    ];
    if let Some(it) = with.parent {
        fields.push(("parent", Value::Text(it.id.clone())));
    }
    if let Some(it) = section.priority {
        fields.push(("priority", Value::Text(it.name().to_owned())));
    }
    if let Some(it) = section.estimate() {
        fields.push(("estimate", Value::Number(f64::from(it))));
    }
    for (name, value) in with.todos.iter().flat_map(|it| &it.fields) {
        match fields.iter_mut().find(|it| it.0 == name) {
            // A FIXME is a bug; what else is known of the requirement counts more.
            Some(it) if name == "type" => it.1 = value.clone(),
            Some(_) => {}
            None => fields.push((name, value.clone())),
        }
    }
    let first = with.todos.and_then(|it| Some((it, it.todos.first()?)));
    Draft {
        id,
        title: &section.title,
        fields,
        body: Body::Written(&section.body),
        origin: first.map(|(it, site)| Origin {
            path: &site.path,
            text: &it.quote,
            line: None,
            link: None,
        }),
    }
}
