//! `analyze`: the order and the words that a model gives to what was counted. A report is read and
//! not accepted, so that what comes of it does not wait: it is kept, and the same question costs
//! nothing again.

use docket_ai::prompts::Variable;
use docket_ai::{Cancel, Progress};
use docket_core::analyze::Found;
use docket_core::analyze::wording::{self, Worded, Wording};
use docket_core::edit::Change;
use docket_core::propose::Seen;
use docket_store::proposals::State;

use super::ask::{Made, Question, Run, Stopped, untrusted};
use super::{Body, How, Origin, Project, Proposal, ProposeError};

const VERB: &str = "analyze";

/// What a model said of an analysis.
#[derive(Clone, Debug)]
pub struct Words {
    /// What matters most first.
    pub of: Vec<Worded>,
    pub origin: Origin,
    /// `P-7k3f`: the run in which it was said.
    pub run: String,
}

/// Has a model put findings into order and into words; `None` where the project names none for it,
/// or nothing was found that may be shown.
///
/// # Errors
///
/// [`ProposeError`]: the findings stand as they are.
pub async fn words(
    project: &Project,
    found: &[Found],
    how: How,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Option<Words>, ProposeError> {
    let run = Run::new(project, how, progress, cancel);
    let made = ask(&run, found).await;
    let finished = run.finish();
    let kept = match made {
        // Asked before, of the same.
        Err(Stopped::Waits(kept)) => *kept,
        Err(Stopped::Failed(error)) => return Err(error),
        Ok(None) => return Ok(None),
        Ok(Some(made)) => {
            finished?;
            let kept = project.keep(made, State::Kept)?;
            run.done();
            kept
        }
    };
    read(kept).map(Some)
}

async fn ask(run: &Run<'_>, found: &[Found]) -> Result<Option<Made>, Stopped> {
    let asked = wording::chosen(found, &|path| run.is_private(path));
    if asked.is_empty() {
        return Ok(None);
    }
    let Some(model) = run.model(VERB)? else {
        return Ok(None);
    };
    let findings = asked.iter();
    let findings = findings.map(|it| untrusted(it.kind.name(), &wording::shown(it)));
    let question = Question {
        task: VERB,
        ticket: None,
        values: vec![("findings", findings.collect::<Vec<Variable>>().into())],
        shown: asked.iter().filter_map(|it| it.path.as_deref()).collect(),
        about: String::new(),
        named: Vec::new(),
    };
    let check = |answer: &Wording, seen: &Seen<'_>| wording::check(&asked, answer, seen);
    let answer = run.ask(&*model, question, &check).await?;
    Ok(Some(Made {
        id: answer.id,
        key: answer.key,
        verb: VERB,
        of: String::new(),
        title: format!("What matters of {} findings", asked.len()),
        body: Body {
            change: Change::default(),
            notes: Vec::new(),
            origin: Some(answer.origin),
            told: serde_json::to_value(&answer.value).ok(),
            talk: None,
        },
    }))
}

fn read(kept: Proposal) -> Result<Words, ProposeError> {
    let told = kept
        .body
        .told
        .and_then(|it| serde_json::from_value(it).ok());
    match (told, kept.body.origin) {
        (Some(Wording { findings }), Some(origin)) => Ok(Words {
            of: findings,
            origin,
            run: kept.id,
        }),
        // A later docket may keep what this one does not know.
        _ => Err(ProposeError::Nothing(format!(
            "what {} says cannot be read; `--again` asks once more",
            kept.id
        ))),
    }
}
