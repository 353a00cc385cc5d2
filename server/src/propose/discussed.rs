//! `discuss`: roles in pairs, each pair in rounds; what they work out is proposed as pages.

use docket_ai::prompts::Variable;
use docket_core::ide::actions;
use docket_core::propose::discuss::{self, JoinError, Pair, Role, Said, Talk, Topic, Turn, Worked};
use docket_core::propose::{self as core, Seen};
use docket_store::proposals::State;
use serde_json::json;

use super::ask::{Asked, Made, Question, Run, Stopped, untrusted};
use super::{Body, Project, Proposal, ProposeError, read};
use crate::source::ProjectSource;

const VERB: &str = "discuss";
/// How often each of a pair speaks at most where nobody says so.
const ROUNDS: usize = 2;

/// How a topic is discussed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discussion {
    /// A ticket, a requirement, a page, or a discussion that waits, by the id of its proposal.
    pub topic: String,
    /// Who takes part; all that there are where none is named.
    pub roles: Vec<String>,
    /// How often each of a pair speaks at most; as usual, or as before, where nobody says so.
    pub rounds: Option<usize>,
    /// What a person has to say to it.
    pub says: Option<String>,
    /// Its page, with what a person wrote into it.
    pub written: Option<String>,
}

pub(super) async fn discuss(run: &Run<'_>, it: &Discussion) -> Result<Made, Stopped> {
    let project = run.project;
    let snapshot = &project.snapshot;
    let before = match Topic::find(snapshot, &it.topic) {
        Some(_) => None,
        None => waits(project, &it.topic)?,
    };
    let named = before.as_ref().map_or(&it.topic, |(_, it)| &it.of);
    let topic = Topic::find(snapshot, named).ok_or_else(|| {
        ProposeError::Nothing(format!(
            "there is no ticket, requirement, page or discussion {named}"
        ))
    })?;
    let text = text(run, &topic)?;
    let known = discuss::roles(&project.config().ai.roles);
    let mut talk = match &before {
        None => begun(&known, it)?,
        Some((_, waits)) => joined(waits, it)?,
    };
    let Some(model) = run.model(VERB)? else {
        return Err(ProposeError::Nothing(
            "no model is named for `discuss` under `[ai]`, and nothing is discussed without one; `docket doctor` shows which there are"
                .into(),
        )
        .into());
    };
    let mut whole: Option<Asked<()>> = None;
    let mut settled = String::new();
    for of in &mut talk.pairs {
        let n_turns = match of.is_open() {
            true => talk.rounds.max(1) * 2,
            // Nobody has said anything to these two.
            false => 0,
        };
        for _ in 0..n_turns {
            let (who, other) = of.next();
            let cares = known.iter().find(|it| it.name == *who);
            let cares = cares.map_or("", |it| it.cares.as_str());
            let question = question(&topic, &text, of, &settled).of(who, cares, other, &topic);
            let check = |answer: &Turn, seen: &Seen<'_>| discuss::check(&of.said, answer, seen);
            let asked: Asked<Turn> = run.ask(&*model, question, &check).await?;
            let (turn, asked) = asked.split();
            whole = Some(match whole {
                None => asked,
                Some(before) => before.and(asked),
            });
            let who = who.to_owned();
            of.said.push(Said { who, turn });
            if of.is_settled() {
                break;
            }
        }
        let Worked { pair, said } = of;
        settled += &format!("## {}\n\n{}\n\n", pair.artefact, discuss::draft(said));
    }
    let Some(mut asked) = whole else {
        return Err(ProposeError::Nothing("nobody said anything".into()).into());
    };
    if let Some((key, waits)) = before {
        asked = asked.after(key, waits.body.origin);
        talk.after = Some(waits.id);
    }
    let mark = asked.origin.line(&asked.id);
    let pages = talk.pairs.iter();
    let pages = pages.map(|it| discuss::page(snapshot, &topic, it, &mark));
    let change = discuss::change(pages.collect());
    let note = |it: &Worked| {
        let end = match it.is_settled() {
            true => "settled",
            false => "not settled within the rounds",
        };
        let Pair {
            artefact,
            first,
            second,
            ..
        } = &it.pair;
        format!("{artefact} ({first}, {second}): {end}.")
    };
    Ok(Made {
        id: asked.id,
        key: asked.key,
        verb: VERB,
        of: talk.topic.clone(),
        title: format!("{} of {}", counted(talk.pairs.len()), topic.title),
        body: Body {
            change,
            notes: talk.pairs.iter().map(note).collect(),
            origin: Some(asked.origin),
            told: Some(json!({ "transcript": talk.transcript() })),
            talk: Some(talk),
        },
    })
}

/// The discussion that waits under this id, and its key.
fn waits(project: &Project, id: &str) -> Result<Option<(String, Proposal)>, ProposeError> {
    let proposals = project.proposals()?;
    let row = proposals
        .get(id.trim())
        .map_err(|it| proposals.trouble(it))?;
    let Some(row) = row.filter(|it| it.verb == VERB) else {
        return Ok(None);
    };
    match row.state {
        State::Waiting => Ok(Some((row.key.clone(), read(row)))),
        state => Err(ProposeError::Decided {
            id: row.id,
            state: state.name(),
        }),
    }
}

/// The topic's text. Of a requirement that is its section alone.
fn text(run: &Run<'_>, topic: &Topic) -> Result<String, ProposeError> {
    let snapshot = &run.project.snapshot;
    let mut world = ProjectSource::new(&run.project.root, &run.project.env);
    let mut text = String::new();
    for source in &topic.sources {
        let Some((path, part)) = snapshot.source(source) else {
            continue;
        };
        let whole = actions::text(snapshot, path, &mut world).map_err(core::ProposeError::from)?;
        text += whole.get(part.span.range()).unwrap_or(&whole);
    }
    Ok(text)
}

fn begun(known: &[Role], it: &Discussion) -> Result<Talk, ProposeError> {
    if it.written.is_some() {
        let why = "what is written into a discussion is said to one that waits: name its proposal";
        return Err(ProposeError::Nothing(why.into()));
    }
    let roles = chosen(known, &it.roles)?;
    let roles: Vec<String> = roles.into_iter().map(|it| it.name).collect();
    let pairs = discuss::pairs(&roles).into_iter();
    let pairs: Vec<Worked> = pairs
        .map(|pair| Worked::new(pair, it.says.as_deref()))
        .collect();
    if pairs.is_empty() {
        return Err(ProposeError::Nothing("a discussion takes two roles".into()));
    }
    Ok(Talk {
        topic: it.topic.clone(),
        roles,
        rounds: it.rounds.unwrap_or(ROUNDS),
        pairs,
        after: None,
    })
}

/// The discussion with what a person has to say. Without that it is given as it is.
fn joined(waits: &Proposal, it: &Discussion) -> Result<Talk, Stopped> {
    let told = |error: JoinError| ProposeError::Nothing(error.to_string());
    if !it.roles.is_empty() {
        let why = format!("who takes part in {} was said when it began", waits.id);
        return Err(ProposeError::Nothing(why).into());
    }
    let Some(mut talk) = waits.body.talk.clone() else {
        let id = &waits.id;
        let why =
            format!("another version of docket has kept {id}, and what was said is not in it");
        return Err(ProposeError::Nothing(why).into());
    };
    match (&it.written, &it.says) {
        (Some(page), _) => talk.join(page).map_err(told)?,
        (None, Some(says)) => talk.say(says).map_err(told)?,
        (None, None) => return Err(Stopped::Waits(Box::new(waits.clone()))),
    }
    talk.rounds = it.rounds.unwrap_or(talk.rounds);
    Ok(talk)
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

fn question(topic: &Topic, text: &str, of: &Worked, settled: &str) -> Common {
    let Worked { pair, said } = of;
    let mut talk = String::new();
    for it in said {
        talk += &format!("{}: {}\n\n", it.who, within(&it.turn.says));
        if !it.turn.dissent.trim().is_empty() {
            talk += &format!(
                "{} holds against it: {}\n\n",
                it.who,
                within(&it.turn.dissent)
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

/// Further lines of what one says are moved in: none of them is the beginning of what another says.
fn within(says: &str) -> String {
    says.trim().replace('\n', "\n  ")
}

impl Common {
    fn of<'q>(self, who: &str, cares: &str, other: &str, topic: &'q Topic) -> Question<'q> {
        let mut values = self.values;
        values.push(("role", Variable::from(who)));
        // What a project's configuration says of a role is data as well.
        values.push(("cares", untrusted(who, cares)));
        values.push(("other", Variable::from(other)));
        Question {
            task: VERB,
            ticket: None,
            values,
            shown: topic.paths.iter().map(String::as_str).collect(),
            about: self.about,
            named: Vec::new(),
        }
    }
}
