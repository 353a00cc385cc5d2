//! Requirements and tickets as the text of their files.

use std::fmt::Write;

use jiff::civil::Date;

use super::brief::{Item, Kind};
use crate::ids::TicketId;
use crate::lineage::{self, Digest};
use crate::page;
use crate::ticket::Priority;
use crate::ticket::draft::{Body, Draft};
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
            ..Self::new(id.as_str(), item, after)
        }
    }

    pub(super) fn new(id: &str, item: &Item, after: Vec<String>) -> Self {
        let title = item.title();
        let said = item.text.trim();
        let criteria: Vec<_> = item.criteria.iter().map(|it| it.0.clone()).collect();
        let mut text = format!(
            "## {id} {title}\n\n<!-- from: {}@{}",
            item.source, item.digest
        );
        for digest in item.criteria.iter().filter_map(|it| it.1) {
            // Writing to a string cannot fail.
            let _ = write!(text, ", {}@{digest}", item.source);
        }
        let _ = write!(text, " -->\n\n{said}\n");
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

/// The ticket of a requirement.
pub(super) fn draft<'a>(
    section: &'a Section,
    id: &'a str,
    digest: Digest,
    depends_on: &[String],
    today: Date,
) -> Draft<'a> {
    let mut fields = vec![
        ("type", Value::Text("feature".to_owned())),
        ("depends-on", Value::List(depends_on.to_vec())),
        ("created", Value::Date(today)),
        (
            "from",
            Value::List(vec![format!("{}@{digest}", section.id)]),
        ),
    ];
    if let Some(it) = section.priority {
        fields.push(("priority", Value::Text(it.name().to_owned())));
    }
    if let Some(it) = section.estimate() {
        fields.push(("estimate", Value::Number(f64::from(it))));
    }
    Draft {
        id,
        title: &section.title,
        fields,
        body: Body::Written(&section.body),
        origin: None,
    }
}
