//! `expand`, `estimate` and `write-tests`: what is made of one ticket.

use docket_ai::prompts::Variable;
use docket_core::ids::TicketId;
use docket_core::propose::estimate::{self, Estimate};
use docket_core::propose::expand::{self, Expansion};
use docket_core::propose::write_tests::{self, Framework, Written};
use docket_core::propose::{Seen, Subject};

use super::ask::{Made, Question, Run, Stopped, untrusted};
use super::{Body, ProposeError};
use crate::source::ProjectSource;

pub(super) async fn expand(run: &Run<'_>, ticket: &str) -> Result<Made, Stopped> {
    let project = run.project;
    let snapshot = &project.snapshot;
    let mut world = ProjectSource::new(&project.root, &project.env);
    let subject = Subject::find(snapshot, ticket, &mut world).map_err(ProposeError::from)?;
    let Some(model) = run.model("expand")? else {
        let answer = expand::by_lists(snapshot, &subject).map_err(ProposeError::from)?;
        let told = serde_json::to_string(&answer).unwrap_or_default();
        let plain = run.without("expand", &subject.id, &told)?;
        let (made, change) = expand::change(snapshot, &subject, &answer, None, &mut world);
        return whole(&subject, made.len(), answer.reason).map(|(title, notes)| Made {
            id: plain.id,
            key: plain.key,
            verb: "expand",
            of: subject.id.clone(),
            title,
            body: Body {
                change,
                notes,
                origin: None,
                told: None,
                talk: None,
            },
        });
    };
    let known = expand::known(snapshot, &subject.id);
    let titles: Vec<_> = known
        .iter()
        .filter_map(|it| Some(format!("- {}", it.title.as_ref()?.value)))
        .collect();
    let shown = subject.shown();
    let question = Question {
        task: "expand",
        ticket: Some(&subject.id),
        values: vec![
            ("ticket", untrusted(&subject.id, &shown)),
            ("parts", untrusted("its parts", &titles.join("\n"))),
            ("max_parts", Variable::from(expand::MAX_PARTS)),
        ],
        shown: vec![subject.path],
        about: shown.clone(),
        named: sites(snapshot, &subject.id),
    };
    let check =
        |answer: &Expansion, seen: &Seen<'_>| expand::check(snapshot, &subject, answer, seen);
    let asked = run.ask(&*model, question, &check).await?;
    let mark = asked.origin.line(&asked.id);
    let (made, change) = expand::change(snapshot, &subject, &asked.value, Some(&mark), &mut world);
    let (title, mut notes) = whole(&subject, made.len(), asked.value.reason)?;
    notes.extend(left_out(asked.left_out));
    Ok(Made {
        id: asked.id,
        key: asked.key,
        verb: "expand",
        of: subject.id.clone(),
        title,
        body: Body {
            change,
            notes,
            origin: Some(asked.origin),
            told: None,
            talk: None,
        },
    })
}

fn whole(
    subject: &Subject<'_>,
    n_parts: usize,
    reason: String,
) -> Result<(String, Vec<String>), Stopped> {
    match n_parts {
        0 if reason.trim().is_empty() => Err(ProposeError::Nothing(format!(
            "nothing new is to be split off {}",
            subject.id
        ))
        .into()),
        0 => Err(ProposeError::Nothing(format!(
            "nothing new is to be split off {}: {}",
            subject.id,
            reason.trim()
        ))
        .into()),
        1 => Ok((format!("Split 1 part off {}", subject.id), vec![reason])),
        n => Ok((format!("Split {} into {n} parts", subject.id), vec![reason])),
    }
}

pub(super) async fn estimate(run: &Run<'_>, ticket: &str) -> Result<Made, Stopped> {
    let project = run.project;
    let snapshot = &project.snapshot;
    let mut world = ProjectSource::new(&project.root, &project.env);
    let subject = Subject::find(snapshot, ticket, &mut world).map_err(ProposeError::from)?;
    let (answer, id, key, origin, left) = match run.model("estimate")? {
        None => {
            let answer = estimate::by_counting(snapshot, &subject);
            let told = serde_json::to_string(&answer).unwrap_or_default();
            let plain = run.without("estimate", &subject.id, &told)?;
            (answer, plain.id, plain.key, None, 0)
        }
        Some(model) => {
            let shown = subject.shown();
            let like = estimate::finished(snapshot, &subject);
            let question = Question {
                task: "estimate",
                ticket: Some(&subject.id),
                values: vec![
                    ("ticket", untrusted(&subject.id, &shown)),
                    ("finished", untrusted("finished tickets", &like.join("\n"))),
                ],
                shown: vec![subject.path],
                about: shown.clone(),
                named: sites(snapshot, &subject.id),
            };
            let check = |answer: &Estimate, seen: &Seen<'_>| estimate::check(answer, seen);
            let asked = run.ask(&*model, question, &check).await?;
            (
                asked.value,
                asked.id,
                asked.key,
                Some(asked.origin),
                asked.left_out,
            )
        }
    };
    let change =
        estimate::change(snapshot, &subject, &answer, &mut world).map_err(ProposeError::from)?;
    if change == Default::default() {
        return Err(ProposeError::Nothing(format!(
            "{} is estimated at {} already: {}",
            subject.id,
            answer.points,
            answer.reasons.join(" ")
        ))
        .into());
    }
    let mut notes = answer.reasons;
    notes.extend(left_out(left));
    Ok(Made {
        id,
        key,
        verb: "estimate",
        title: format!("Estimate {} at {}", subject.id, answer.points),
        of: subject.id,
        body: Body {
            change,
            notes,
            origin,
            told: None,
            talk: None,
        },
    })
}

pub(super) async fn write_tests(run: &Run<'_>, ticket: &str) -> Result<Made, Stopped> {
    const VERB: &str = "write-tests";
    let project = run.project;
    let snapshot = &project.snapshot;
    let mut world = ProjectSource::new(&project.root, &project.env);
    let subject = Subject::find(snapshot, ticket, &mut world).map_err(ProposeError::from)?;
    // What is done without a model says as well what cannot be done at all.
    let skeleton = write_tests::by_criteria(snapshot, &subject).map_err(ProposeError::from)?;
    let (answer, id, key, origin, left) = match run.model(VERB)? {
        None => {
            let path = &skeleton.files[0].path;
            if project.root.join(path).exists() {
                return Err(ProposeError::Nothing(format!(
                    "`{path}` is there already, and stays as it is"
                ))
                .into());
            }
            let told = serde_json::to_string(&skeleton).unwrap_or_default();
            let plain = run.without(VERB, &subject.id, &told)?;
            (skeleton, plain.id, plain.key, None, 0)
        }
        Some(model) => {
            let shown = subject.shown();
            let framework = Framework::of(snapshot).map_or("", |it| it.0.name());
            let criteria: Vec<_> = write_tests::open(&subject)
                .into_iter()
                .map(|it| format!("- {it}"))
                .collect();
            let question = Question {
                task: VERB,
                ticket: Some(&subject.id),
                values: vec![
                    ("ticket", untrusted(&subject.id, &shown)),
                    ("criteria", untrusted("criteria", &criteria.join("\n"))),
                    ("framework", Variable::from(framework)),
                ],
                shown: vec![subject.path],
                about: format!("test tests assert {shown}"),
                named: sites(snapshot, &subject.id),
            };
            let check =
                |answer: &Written, seen: &Seen<'_>| write_tests::check(&subject, answer, seen);
            let asked = run.ask(&*model, question, &check).await?;
            let left = asked.left_out;
            (asked.value, asked.id, asked.key, Some(asked.origin), left)
        }
    };
    let change = write_tests::change(&answer);
    let mut notes = vec![answer.reason];
    notes.extend(left_out(left));
    Ok(Made {
        id,
        key,
        verb: VERB,
        title: format!("Tests for {} {}", subject.id, subject.title()),
        of: subject.id.clone(),
        body: Body {
            change,
            notes,
            origin,
            told: None,
            talk: None,
        },
    })
}

/// Files that name a ticket.
pub(super) fn sites(snapshot: &docket_core::world::Snapshot, id: &str) -> Vec<String> {
    let id = TicketId::new(id);
    let files = snapshot.index.site_files(&id);
    files.map(|it| it.to_string()).collect()
}

pub(super) fn left_out(n: usize) -> Option<String> {
    (n > 0).then(|| format!("{n} more pieces of the project had to do with it and were not shown: `[ai] context` says how much is."))
}
