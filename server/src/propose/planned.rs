//! `plan` with a model: a page of any length, an issue or TODOs become a specification, and that the
//! same requirements, tickets and pages as without one.

use docket_ai::prompts::Variable;
use docket_ai::tokens;
use docket_core::plan::{self, Input, PlanError, Reading, Spec, spec};
use docket_core::propose::Seen;

use super::ask::{Asked, Made, Question, Run, Stopped, untrusted};
use super::verbs::left_out;
use super::{Body, ProposeError};
use crate::plan::PlanOutput;
use crate::source::ProjectSource;

pub(super) async fn plan(run: &Run<'_>, input: &Input) -> Result<Made, Stopped> {
    let project = run.project;
    let snapshot = &project.snapshot;
    let mut world = ProjectSource::new(&project.root, &project.env);
    // Of TODOs those of private files are no part of it; a private page is refused when it is asked.
    let may_be_shown = |path: &str| !run.is_private(path);
    let reading = Reading::of(snapshot, input, &may_be_shown, &mut world);
    let reading = reading.map_err(ProposeError::from)?;
    let (page, text) = (&*reading.name, &*reading.text);
    if text.trim().is_empty() {
        return Err(ProposeError::Plan(PlanError::Nothing(page.to_owned())).into());
    }
    let Some(model) = run.model("plan")? else {
        return Err(
            ProposeError::Nothing("no model is named for `plan` under `[ai]`".into()).into(),
        );
    };
    let known = spec::planned(snapshot, &reading);
    // A page that is longer than what a question holds is read in parts, each with what is planned
    // of those before it.
    let parts = parts(text, u64::from(snapshot.config.ai.context));
    let n_parts = parts.len();
    let mut whole: Option<(Spec, Asked<()>)> = None;
    for (nth, part) in parts.into_iter().enumerate() {
        let so_far = whole.iter().flat_map(|it| &it.0.requirements);
        let so_far = so_far.map(|it| it.title.clone());
        let planned: Vec<String> = known.iter().cloned().chain(so_far).collect();
        let question = Question {
            task: "plan",
            ticket: None,
            values: vec![
                ("input", Variable::from(reading.what)),
                ("page", untrusted(page, part)),
                ("planned", untrusted("planned already", &planned.join("\n"))),
                (
                    "part",
                    match n_parts {
                        1 => Variable::from(()),
                        _ => Variable::from(format!("{} of {n_parts}", nth + 1)),
                    },
                ),
            ],
            shown: reading.shown.iter().map(String::as_str).collect(),
            about: match nth {
                0 => part.to_owned(),
                _ => String::new(),
            },
            named: Vec::new(),
        };
        let check = |answer: &Spec, seen: &Seen<'_>| spec::check(&reading, answer, seen);
        let asked: Asked<Spec> = run.ask(&*model, question, &check).await?;
        let (spec, asked) = asked.split();
        whole = Some(match whole {
            None => (spec, asked),
            Some((before, of)) => (before.and(spec), of.and(asked)),
        });
    }
    let (spec, asked) = whole
        .ok_or_else(|| Stopped::Failed(ProposeError::Plan(PlanError::Nothing(page.to_owned()))))?;
    let mark = asked.origin.line(&asked.id);
    let plan =
        plan::plan_of(snapshot, &reading, &spec, &mark, &mut world).map_err(ProposeError::from)?;
    if plan.change == Default::default() {
        return Err(ProposeError::Nothing(format!("nothing new in {page}")).into());
    }
    let told = PlanOutput::new(snapshot, input, &plan, false);
    let mut notes: Vec<String> = Vec::new();
    if !plan.questions.is_empty() {
        notes.push(format!(
            "Open: {}",
            plan.questions
                .iter()
                .map(|it| it.text.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        ));
    }
    for it in &plan.changed {
        notes.push(format!(
            "{} was made from other words than \"{}\": `docket align` shows what follows.",
            it.requirement, it.text
        ));
    }
    if plan.n_left > 0 {
        notes.push(format!(
            "{} more of TODOs are for another time.",
            counted(plan.n_left, "ticket")
        ));
    }
    notes.extend(left_out(asked.left_out));
    Ok(Made {
        id: asked.id,
        key: asked.key,
        verb: "plan",
        of: page.to_owned(),
        title: format!(
            "Plan {} and {} of {page}",
            counted(plan.requirements.len(), "requirement"),
            counted(plan.tickets.len(), "ticket")
        ),
        body: Body {
            change: plan.change,
            notes,
            origin: Some(asked.origin),
            told: serde_json::to_value(told).ok(),
            talk: None,
        },
    })
}

fn counted(n: usize, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

/// A text in parts of at most so many tokens, each beginning at a heading where that can be, else at
/// an empty line, else at a line.
fn parts(text: &str, budget: u64) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.trim().is_empty() {
        if tokens::estimate(rest) <= budget {
            parts.push(rest);
            break;
        }
        let cut = cut(rest, budget);
        let (part, after) = rest.split_at(cut);
        parts.push(part);
        rest = after;
    }
    parts
}

fn cut(text: &str, budget: u64) -> usize {
    let (mut heading, mut empty, mut line) = (None, None, None);
    let (mut at, mut used) = (0, 0);
    for it in text.split_inclusive('\n') {
        if at > 0 {
            line = Some(at);
            if it.starts_with('#') {
                heading = Some(at);
            }
            if it.trim().is_empty() {
                empty = Some(at);
            }
        }
        used += tokens::estimate(it);
        if used > budget {
            break;
        }
        at += it.len();
    }
    let first = text.find('\n').map_or(text.len(), |it| it + 1);
    heading.or(empty).or(line).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_page_is_cut_at_headings_and_nothing_is_lost() {
        let section = |n: usize| format!("## Part {n}\n\n{}\n", "word ".repeat(40));
        let text: String = (0..9).map(section).collect();
        let parts = parts(&text, 120);
        assert!(parts.len() > 2 && parts.iter().all(|it| it.starts_with("## Part")));
        assert_eq!(parts.concat(), text);
        let line = "word ".repeat(500);
        assert_eq!(super::parts(&line, 10), [line.as_str()]);
        assert_eq!(super::parts("", 10), Vec::<&str>::new());
    }
}
