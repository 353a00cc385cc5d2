//! `discuss`: roles in pairs, each pair in rounds; what they work out is proposed as pages.

use docket_ai::prompts::Variable;
use docket_core::ide::actions;
use docket_core::propose::discuss::{self, Pair, Role, Said, Topic, Turn};
use docket_core::propose::{self as core, Seen};
use serde_json::json;

use super::ask::{Asked, Made, Question, Run, Stopped, untrusted};
use super::{Body, ProposeError};
use crate::source::ProjectSource;

/// How a topic is discussed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discussion {
    /// A ticket, a requirement or a page.
    pub topic: String,
    /// Who takes part; all that there are where none is named.
    pub roles: Vec<String>,
    /// How often each of a pair speaks at most.
    pub rounds: usize,
    /// What a person has to say to it.
    pub says: Option<String>,
}

pub(super) async fn discuss(run: &Run<'_>, it: &Discussion) -> Result<Made, Stopped> {
    let project = run.project;
    let snapshot = &project.snapshot;
    let topic = Topic::find(snapshot, &it.topic).ok_or_else(|| {
        ProposeError::Nothing(format!(
            "there is no ticket, requirement or page {}",
            it.topic
        ))
    })?;
    let mut world = ProjectSource::new(&project.root, &project.env);
    let mut text = String::new();
    for source in &topic.sources {
        let Some((path, part)) = snapshot.source(source) else {
            continue;
        };
        // Of a requirement its section alone.
        let whole = actions::text(snapshot, path, &mut world)
            .map_err(core::ProposeError::from)
            .map_err(ProposeError::from)?;
        text += whole.get(part.span.range()).unwrap_or(&whole);
    }
    let known = discuss::roles(&project.config().ai.roles);
    let roles = chosen(&known, &it.roles)?;
    let names: Vec<String> = roles.iter().map(|it| it.name.clone()).collect();
    let pairs = discuss::pairs(&names);
    if pairs.is_empty() {
        return Err(ProposeError::Nothing("a discussion takes two roles".into()).into());
    }
    let Some(model) = run.model("discuss")? else {
        return Err(ProposeError::Nothing(
            "no model is named for `discuss` under `[ai]`, and nothing is discussed without one; `docket doctor` shows which there are"
                .into(),
        )
        .into());
    };
    let mut whole: Option<Asked<()>> = None;
    let mut settled = String::new();
    let mut worked: Vec<(Pair, Vec<Said>)> = Vec::new();
    for pair in pairs {
        let mut said: Vec<Said> = Vec::new();
        for nth in 0..it.rounds.max(1) * 2 {
            let (who, other) = match nth % 2 {
                0 => (&pair.first, &pair.second),
                _ => (&pair.second, &pair.first),
            };
            let cares = roles.iter().find(|it| it.name == *who);
            let cares = cares.map_or("", |it| it.cares.as_str());
            let question = question(&topic, &text, &pair, &said, it.says.as_deref(), &settled);
            let question = question.of(who, cares, other, &topic);
            let before = said.clone();
            let check = |answer: &Turn, seen: &Seen<'_>| discuss::check(&before, answer, seen);
            let asked: Asked<Turn> = run.ask(&*model, question, &check).await?;
            let (turn, asked) = asked.split();
            whole = Some(match whole {
                None => asked,
                Some(before) => before.and(asked),
            });
            said.push(Said {
                who: who.clone(),
                turn,
            });
            if discuss::is_settled(&said) {
                break;
            }
        }
        settled += &format!("## {}\n\n{}\n\n", pair.artefact, discuss::draft(&said));
        worked.push((pair, said));
    }
    let Some(asked) = whole else {
        return Err(ProposeError::Nothing("nobody said anything".into()).into());
    };
    let mark = asked.origin.line(&asked.id);
    let pages = worked
        .iter()
        .map(|(pair, said)| discuss::page(snapshot, &topic, pair, said, &mark));
    let change = discuss::change(pages.collect());
    let mut notes = Vec::new();
    for (pair, said) in &worked {
        let end = match discuss::is_settled(said) {
            true => "settled",
            false => "not settled within the rounds",
        };
        notes.push(format!(
            "{} ({}, {}): {end}.",
            pair.artefact, pair.first, pair.second
        ));
    }
    let transcript: Vec<String> = worked
        .iter()
        .map(|(pair, said)| discuss::transcript(pair, said))
        .collect();
    Ok(Made {
        id: asked.id,
        key: asked.key,
        verb: "discuss",
        of: it.topic.clone(),
        title: format!("{} of {}", counted(worked.len()), topic.title),
        body: Body {
            change,
            notes,
            origin: Some(asked.origin),
            told: Some(json!({ "transcript": transcript.join("\n") })),
        },
    })
}

fn counted(n: usize) -> String {
    match n {
        1 => "1 page".to_owned(),
        n => format!("{n} pages"),
    }
}

/// The roles that are named, in their order; all of them where none is.
fn chosen(known: &[Role], names: &[String]) -> Result<Vec<Role>, ProposeError> {
    if names.is_empty() {
        return Ok(known.to_vec());
    }
    let find = |name: &String| {
        let found = known.iter().find(|it| it.name.eq_ignore_ascii_case(name));
        found.cloned().ok_or_else(|| {
            let all: Vec<_> = known.iter().map(|it| it.name.as_str()).collect();
            ProposeError::Nothing(format!(
                "there is no role {name}; there are {}, and those of `[ai.roles]`",
                all.join(", ")
            ))
        })
    };
    names.iter().map(find).collect()
}

/// What the turns of a pair have in common.
struct Common {
    values: Vec<(&'static str, Variable)>,
    about: String,
}

fn question(
    topic: &Topic,
    text: &str,
    pair: &Pair,
    said: &[Said],
    person: Option<&str>,
    settled: &str,
) -> Common {
    let mut talk = String::new();
    if let Some(person) = person {
        talk += &format!("a person: {}\n\n", person.trim());
    }
    for it in said {
        talk += &format!("{}: {}\n\n", it.who, it.turn.says.trim());
        if !it.turn.dissent.trim().is_empty() {
            talk += &format!(
                "{} holds against it: {}\n\n",
                it.who,
                it.turn.dissent.trim()
            );
        }
    }
    Common {
        values: vec![
            ("artefact", Variable::from(pair.artefact.as_str())),
            ("asks", Variable::from(pair.asks.as_str())),
            ("topic", untrusted(&topic.short, text)),
            ("said", untrusted("the discussion", &talk)),
            ("draft", untrusted("the page", discuss::draft(said))),
            ("settled", untrusted("worked out before", settled)),
        ],
        about: format!("{} {text}", pair.artefact),
    }
}

impl Common {
    fn of<'q>(self, who: &str, cares: &str, other: &str, topic: &'q Topic) -> Question<'q> {
        let mut values = self.values;
        values.push(("role", Variable::from(who)));
        // What a project's configuration says of a role is data as well.
        values.push(("cares", untrusted(who, cares)));
        values.push(("other", Variable::from(other)));
        Question {
            task: "discuss",
            ticket: None,
            values,
            shown: topic.paths.iter().map(String::as_str).collect(),
            about: self.about,
            named: Vec::new(),
        }
    }
}
