//! `docket.adopt`: first the plan as a page to be edited, then, with that page there, the tickets.

use docket_core::adopt::{MAX_TICKETS, PAGE};
use docket_core::edit::Change;
use serde_json::json;
use tower_lsp::gen_lsp_types as lsp;

use super::{Plan, uri};
use crate::adoption;
use crate::engine::View;
use crate::env::Env;
use crate::source::ProjectSource;

pub(super) fn plan(view: &View, max: Option<usize>, env: &Env) -> Result<Plan, String> {
    let snapshot = &view.snapshot;
    let max = max.unwrap_or(MAX_TICKETS);
    let planned = adoption::plan(snapshot, &view.root, env, max)
        .map_err(|it| format!("{it}. Mend the line, or delete the page for a new plan."))?;
    let page = lsp::Location {
        uri: uri::of_path(&view.root.join(PAGE)),
        range: lsp::Range::default(),
    };
    let told = |page, done| json!(planned.output(page, done));
    if planned.plan.tickets.is_empty() {
        return Ok(Plan {
            said: Some("Nothing to adopt: each TODO is tracked.".into()),
            ..Plan::new(view, told(None, None), Change::default())
        });
    }
    if !planned.is_page {
        return Ok(Plan {
            label: "docket: plan an adoption".into(),
            said: Some(
                "Edit the plan and save it, then run \"Docket: Adopt TODOs\" again to make the tickets."
                    .into(),
            ),
            show: vec![page],
            ..Plan::new(view, told(Some(PAGE), None), planned.page())
        });
    }
    let mut source = ProjectSource::new(&view.root, env);
    let adoption = planned
        .carry_out(snapshot, &mut source)
        .map_err(|it| it.to_string())?;
    let n_made = adoption.change.creates.len();
    let n_passed = adoption.passed_over.len();
    let mut said = match n_made {
        1 => "Made 1 ticket".to_owned(),
        n => format!("Made {n} tickets"),
    };
    if n_passed > 0 {
        said += &format!("; passed over {n_passed} TODOs that are tracked by now, or gone");
    }
    let answer = told(None, Some(&adoption));
    Ok(Plan {
        label: "docket: adopt TODOs".into(),
        said: Some(said + "."),
        ..Plan::new(view, answer, adoption.change)
    })
}
