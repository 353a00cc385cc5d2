//! An issue as text, for an editor to open: what the last sync saw of it, whole.

use std::fmt::Write;

use jiff::Timestamp;

use super::goto::{Target, target};
use crate::sync::{Comment, Issue, fields};
use crate::world::Snapshot;
use crate::world::issues::state_of;

/// The issue that the place at `offset` names, where no ticket answers for it and it is known here.
pub fn issue_named_at(snapshot: &Snapshot, path: &str, offset: usize) -> Option<u64> {
    let Some(Target::Issue(site)) = target(snapshot, path, offset) else {
        return None;
    };
    let repository = site.repository.as_deref();
    let is_ticket = snapshot.ticket_mirroring(repository, site.number).is_some();
    let issue = snapshot.issue(repository, site.number)?;
    (!is_ticket).then_some(issue.number)
}

/// The issue as a page of Markdown. It is shown as text, so nothing in it is taken out.
pub fn issue_text(snapshot: &Snapshot, number: u64) -> Option<String> {
    let issue = snapshot.issue(None, number)?;
    let mut out = format!("# #{} {}\n\n", issue.number, one_line(&issue.title));
    for (name, value) in rows(snapshot, issue) {
        if !value.is_empty() {
            let _ = writeln!(out, "- {name}: {}", one_line(&value));
        }
    }
    let body = fields::normal(fields::without_marker(&issue.body));
    if !body.is_empty() {
        let _ = write!(out, "\n---\n\n{body}\n");
    }
    let comments = snapshot.mirror.comments.get(&number);
    for comment in comments.into_iter().flat_map(|it| it.iter()) {
        said(&mut out, comment);
    }
    Some(out)
}

fn said(out: &mut String, comment: &Comment) {
    let edited = match comment.updated_at == comment.created_at {
        true => "",
        false => ", edited",
    };
    let body = fields::normal(fields::without_marker(&comment.body));
    let _ = write!(
        out,
        "\n---\n\n**@{}** {}{edited}\n\n{body}\n",
        one_line(&comment.author),
        time(comment.created_at)
    );
}

fn rows(snapshot: &Snapshot, issue: &Issue) -> [(&'static str, String); 11] {
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    let users = issue.assignees.iter().map(|it| format!("@{it}"));
    let labels: Vec<_> = issue.labels.iter().map(String::as_str).collect();
    let n_comments = match issue.n_comments {
        0 => String::new(),
        n => n.to_string(),
    };
    let what = match issue.is_pull_request {
        true => "pull request, ",
        false => "",
    };
    [
        ("state", format!("{what}{}", state_of(issue))),
        ("type", text(&issue.kind)),
        ("labels", labels.join(", ")),
        ("assignees", users.collect::<Vec<_>>().join(", ")),
        ("milestone", text(&issue.milestone)),
        ("author", issue.author.clone()),
        ("comments", n_comments),
        ("opened", time(issue.created_at)),
        ("changed", time(issue.updated_at)),
        ("address", issue.url.clone()),
        (
            "as of",
            snapshot.mirror.fetched_at.map(time).unwrap_or_default(),
        ),
    ]
}

fn time(it: Timestamp) -> String {
    it.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
