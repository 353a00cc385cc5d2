//! `docket.align`: what is out of line, in one project or in all that are open.

use docket_core::edit::Change;
use docket_core::ids::TicketId;
use docket_core::lineage::{Origin, align};
use serde_json::{Value, json};

use super::super::find::has;
use super::super::{Dismissing, Plan, planned};
use super::AlignArguments;
use crate::dismissed;
use crate::engine::View;
use crate::lsp::uri;
use crate::plan::{derived, derived_paths, outdated};
use crate::propose::of_updates;
use crate::views;

/// Of the project of a file, or of all: a change is of one of them, which has to be told.
pub(super) fn plan(views: &[View], it: &AlignArguments) -> Result<Plan, String> {
    if (it.still_valid || it.dismiss) && it.uri.is_none() && it.of.is_none() {
        return Err("Say what is still valid, or dismissed: a file by `uri`, a ticket or requirement by `of`.".into());
    }
    match views {
        [] => Err("docket has no project open.".into()),
        [view] => Ok(of_project(view, it)),
        _ if it.changes() => Ok(of_projects(&[meant(views, it.of.as_deref())?], it)),
        _ => Ok(of_projects(&views.iter().collect::<Vec<_>>(), it)),
    }
}

impl AlignArguments {
    fn changes(&self) -> bool {
        self.still_valid || self.record || self.dismiss || self.restore
    }
}

/// The one project that has the ticket or requirement.
fn meant<'a>(views: &'a [View], of: Option<&str>) -> Result<&'a View, String> {
    let names = |views: &[&View]| {
        let names: Vec<String> = views.iter().map(|it| views::name(&it.root)).collect();
        names.join(", ")
    };
    let Some(of) = of else {
        return Err(format!(
            "Several projects are open ({}): say which by `uri`, or a ticket or requirement by `of`.",
            names(&views.iter().collect::<Vec<_>>())
        ));
    };
    let id = TicketId::new(of);
    let found: Vec<&View> = views.iter().filter(|it| has(it, &id)).collect();
    match found[..] {
        [view] => Ok(view),
        [] => Err(format!("No ticket or requirement has the id {of}.")),
        _ => Err(format!(
            "Several projects have {of} ({}): say which by `uri`.",
            names(&found)
        )),
    }
}

/// The answers for several projects as one: each row says whose it is, and what is told of a project
/// is told of each.
fn of_projects(views: &[&View], it: &AlignArguments) -> Plan {
    let (mut rows, mut projects, mut n_dismissed) = (Vec::new(), Vec::new(), 0);
    let mut plans: Vec<Plan> = views.iter().map(|view| of_project(view, it)).collect();
    for (view, plan) in views.iter().zip(&mut plans) {
        let root = uri::of_path(&view.root).0;
        if let Value::Array(of_project) = plan.answer["outdated"].take() {
            rows.extend(of_project.into_iter().map(|mut row| {
                row["root"] = json!(root);
                row
            }));
        }
        n_dismissed += plan.answer["dismissed"].as_u64().unwrap_or_default();
        projects.push(json!({
            "root": root,
            "name": views::name(&view.root),
            "cost": plan.answer["cost"],
            "dismissed": plan.answer["dismissed"],
        }));
    }
    // All but one say what is so and change nothing.
    let mut plan = plans.swap_remove(0);
    if let Some(answer) = plan.answer.as_object_mut() {
        // Projects may ask different models: no sum says what that comes to.
        answer.remove("cost");
    }
    plan.answer["outdated"] = json!(rows);
    plan.answer["dismissed"] = json!(n_dismissed);
    plan.answer["projects"] = json!(projects);
    plan
}

fn of_project(view: &View, it: &AlignArguments) -> Plan {
    let snapshot = &view.snapshot;
    let within = it.uri.as_ref().and_then(uri::to_path);
    let within = within
        .is_some_and(|it| it != view.root)
        .then_some(view.path.as_str());
    let mut paths = derived_paths(snapshot);
    paths.retain(|path| within.is_none_or(|it| it == *path));
    let named = |id: Option<&str>| match &it.of {
        Some(of) => id.is_some_and(|it| it.eq_ignore_ascii_case(of)),
        None => true,
    };
    let meant = |path: &str, origin: &Origin| named(derived(snapshot, path, origin).as_deref());
    let change = match (it.still_valid, it.record) {
        (true, _) => align::still_valid(snapshot, &paths, meant),
        (false, true) => align::record(snapshot, &paths, meant),
        (false, false) => Change::default(),
    };
    let mut rows = outdated(snapshot, &paths);
    rows.retain(|row| named(row.of.as_deref()));
    let mut plan = planned(view, "align", change);
    plan.dismissals = match (it.dismiss, it.restore) {
        (true, _) => Some(Dismissing::Put(dismissed::outdated(
            snapshot, &paths, meant,
        ))),
        (false, true) => {
            let names = dismissed::dismissed(snapshot, &paths, meant);
            Some(Dismissing::TakeBack(names))
        }
        (false, false) => None,
    };
    // As it was before the change; what is then left is asked for again.
    plan.answer["outdated"] = json!(rows);
    let mut files: Vec<&str> = rows.iter().map(|it| it.path.as_str()).collect();
    files.dedup();
    plan.answer["cost"] = json!(of_updates(&view.root, snapshot, &files));
    plan.answer["dismissed"] = json!(dismissed::dismissed(snapshot, &paths, meant).len());
    plan
}
