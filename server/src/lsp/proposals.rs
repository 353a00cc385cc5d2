//! Proposals in the editor: their commands, the code actions at what they touch, and their text.

mod actions;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use docket_core::plan::Input;
use docket_core::schema::PAGE;
use docket_core::ticket::draft::fenced;
use serde::Deserialize;
use serde_json::Value;
use tower_lsp::gen_lsp_types as lsp;

use crate::engine::View;
use crate::env::Env;
use crate::location;
use crate::propose::{self, Again, Discussion, How, Means, Proposal, ProposalRow, Wanted};

pub use actions::actions;

/// The commands, as they are named on the wire.
pub const NAMES: [&str; 10] = [
    "docket.accept",
    "docket.discuss",
    "docket.estimate",
    "docket.expand",
    "docket.proposals",
    "docket.refuse",
    "docket.schema",
    "docket.update",
    "docket.writeDocs",
    "docket.writeTests",
];

/// Two writes within this may have one time: that of a file goes by the ticks of the kernel's clock.
const RACY: Duration = Duration::from_millis(100);

/// Most rounds of a discussion.
const MAX_ROUNDS: usize = 6;

/// One of them, its argument checked.
#[derive(Clone, Debug)]
pub enum ProposeCommand {
    Ask {
        wanted: Wanted,
        how: How,
        consent: Consent,
        within: Option<lsp::Uri>,
    },
    Accept(DecideArguments),
    Refuse(DecideArguments),
    /// Those that wait.
    List(ListArguments),
}

/// Whether the person is asked once it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    Ask,
    Given,
    /// It waits.
    Withheld,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AskArguments {
    /// The ticket; of `docket.update` and `docket.discuss` a ticket, requirement or path.
    #[serde(alias = "of", alias = "topic")]
    ticket: String,
    /// A file of the project, or its folder.
    #[serde(alias = "root")]
    uri: Option<lsp::Uri>,
    /// Accepted without asking.
    #[serde(default)]
    yes: bool,
    /// Neither asked nor accepted: it waits.
    #[serde(default)]
    dry_run: bool,
    #[serde(default)]
    no_model: bool,
    /// Also where the same was refused.
    #[serde(default)]
    again: bool,
    /// Of a discussion: who takes part, how often each speaks, what the person has to say to it.
    #[serde(default)]
    roles: Vec<String>,
    rounds: Option<usize>,
    says: Option<String>,
    /// Instead the page of a discussion that waits, with what the person wrote into it.
    discussion: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DecideArguments {
    pub proposal: String,
    #[serde(alias = "root")]
    pub uri: Option<lsp::Uri>,
    /// The client has made the change itself.
    #[serde(default)]
    pub made: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListArguments {
    #[serde(alias = "root")]
    pub uri: Option<lsp::Uri>,
    /// One that is shown.
    pub proposal: Option<String>,
}

/// What a command about a page takes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct PageArguments {
    /// The page, or a file of the project, or its folder.
    #[serde(alias = "root")]
    uri: Option<lsp::Uri>,
    yes: bool,
    dry_run: bool,
    again: bool,
}

/// What `docket.writeDocs` takes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct DocsArguments {
    /// A source file or a folder, from the project's root.
    path: Option<String>,
    /// The source file itself where no path is given; else any file of the project, or its folder.
    #[serde(alias = "root")]
    uri: Option<lsp::Uri>,
    yes: bool,
    dry_run: bool,
    no_model: bool,
    again: bool,
}

fn again(asked: bool) -> Again {
    match asked {
        true => Again::Yes,
        false => Again::No,
    }
}

fn how(no_model: bool, asked_again: bool) -> How {
    How {
        means: match no_model {
            true => Means::None,
            false => Means::Configured,
        },
        again: again(asked_again),
    }
}

fn consent(dry_run: bool, yes: bool) -> Consent {
    match (dry_run, yes) {
        (true, _) => Consent::Withheld,
        (false, true) => Consent::Given,
        (false, false) => Consent::Ask,
    }
}

impl ProposeCommand {
    /// # Errors
    ///
    /// A sentence that says what the command takes.
    pub fn parse(name: &str, argument: Value) -> Result<Self, String> {
        let read =
            |error: serde_json::Error, takes: &str| format!("The command takes {takes}: {error}.");
        Ok(match name {
            "docket.accept" | "docket.refuse" => {
                let it: DecideArguments = serde_json::from_value(argument)
                    .map_err(|it| read(it, "{\"proposal\", \"uri\"}, the second optional"))?;
                match name {
                    "docket.accept" => Self::Accept(it),
                    _ => Self::Refuse(it),
                }
            }
            "docket.proposals" => Self::List(
                serde_json::from_value(argument)
                    .map_err(|it| read(it, "{\"uri\", \"proposal\"}, both optional"))?,
            ),
            "docket.schema" => {
                let it: PageArguments = serde_json::from_value(argument).map_err(|it| {
                    read(
                        it,
                        "{\"uri\", \"yes\", \"dryRun\", \"again\"}, all optional",
                    )
                })?;
                Self::Ask {
                    wanted: Wanted::Schema {
                        page: PAGE.to_owned(),
                    },
                    how: How {
                        means: Means::None,
                        again: again(it.again),
                    },
                    consent: consent(it.dry_run, it.yes),
                    within: it.uri,
                }
            }
            "docket.writeDocs" => {
                let it: DocsArguments = serde_json::from_value(argument).map_err(|it| {
                    read(
                        it,
                        "{\"path\", \"uri\", \"yes\", \"dryRun\", \"noModel\", \"again\"}, all optional",
                    )
                })?;
                let path = it.path.map(|it| it.trim_matches('/').to_owned());
                Self::Ask {
                    // Without one the file that the command was given from: see `meant`.
                    wanted: Wanted::WriteDocs {
                        path: path.unwrap_or_default(),
                    },
                    how: how(it.no_model, it.again),
                    consent: consent(it.dry_run, it.yes),
                    within: it.uri,
                }
            }
            _ => {
                let takes = match name {
                    "docket.discuss" => {
                        "{\"topic\", \"roles\", \"rounds\", \"says\", \"discussion\", \"uri\", \"yes\", \"dryRun\", \"again\"}, all but the first optional"
                    }
                    "docket.update" => {
                        "{\"of\", \"uri\", \"yes\", \"dryRun\", \"again\"}, all but the first optional"
                    }
                    _ => {
                        "{\"ticket\", \"uri\", \"yes\", \"dryRun\", \"noModel\", \"again\"}, all but the first optional"
                    }
                };
                let it: AskArguments =
                    serde_json::from_value(argument).map_err(|error| read(error, takes))?;
                Self::asked(name, it)
            }
        })
    }

    fn asked(name: &str, it: AskArguments) -> Self {
        let ticket = it.ticket;
        Self::Ask {
            wanted: match name {
                "docket.expand" => Wanted::Expand { ticket },
                "docket.estimate" => Wanted::Estimate { ticket },
                "docket.writeTests" => Wanted::WriteTests { ticket },
                "docket.discuss" => Wanted::Discuss(Discussion {
                    topic: ticket,
                    roles: it.roles,
                    rounds: it.rounds.map(|it| it.clamp(1, MAX_ROUNDS)),
                    says: it.says,
                    written: it.discussion,
                }),
                _ => Wanted::Update { of: ticket },
            },
            how: how(it.no_model, it.again),
            consent: consent(it.dry_run, it.yes),
            within: it.uri,
        }
    }

    /// A file of the project that it speaks of, or its folder.
    pub fn within(&self) -> Option<&lsp::Uri> {
        match self {
            Self::Ask { within, .. } => within.as_ref(),
            Self::Accept(it) | Self::Refuse(it) => it.uri.as_ref(),
            Self::List(it) => it.uri.as_ref(),
        }
    }

    /// The proposal that it speaks of, or may: a discussion that waits is a topic as well.
    pub fn proposal(&self) -> Option<&str> {
        match self {
            Self::Ask {
                wanted: Wanted::Discuss(it),
                ..
            } => Some(&it.topic),
            Self::Ask { .. } => None,
            Self::Accept(it) | Self::Refuse(it) => Some(&it.proposal),
            Self::List(it) => it.proposal.as_deref(),
        }
    }

    /// The ticket or requirement that it speaks of.
    pub fn of(&self) -> Option<&str> {
        match self {
            Self::Ask { wanted, .. } => Some(match wanted {
                Wanted::Expand { ticket }
                | Wanted::Estimate { ticket }
                | Wanted::WriteTests { ticket } => ticket,
                Wanted::Update { of } => of,
                Wanted::Discuss(it) => &it.topic,
                Wanted::Plan(_) | Wanted::Schema { .. } | Wanted::WriteDocs { .. } => {
                    return None;
                }
            }),
            _ => None,
        }
    }
}

impl ProposeCommand {
    /// `docket.plan` where a model plans.
    pub fn plan(of: Input, consent: Consent, within: lsp::Uri) -> Self {
        Self::Ask {
            wanted: Wanted::Plan(of),
            how: How::default(),
            consent,
            within: Some(within),
        }
    }
}

/// What waits, read again where the database has changed.
#[derive(Debug, Default)]
pub struct Waiting {
    known: Mutex<HashMap<PathBuf, Known>>,
}

#[derive(Clone, Debug)]
struct Known {
    /// Nothing was written so shortly before it was read that the next write may have the same time.
    is_settled: bool,
    stamp: Vec<Option<(SystemTime, u64)>>,
    proposals: Arc<Vec<Proposal>>,
}

impl Waiting {
    /// Those of a project, the oldest first.
    pub fn of(&self, root: &Path, env: &Env) -> Arc<Vec<Proposal>> {
        let stamp = stamp(root, env);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(root) {
            Some(it) if it.is_settled && it.stamp == stamp => it.proposals.clone(),
            _ => {
                let proposals = Arc::new(propose::waiting(root, env));
                let times = stamp.iter().flatten();
                let mut times = times.map(|it| it.0.elapsed().is_ok_and(|it| it > RACY));
                let now = Known {
                    is_settled: times.all(|it| it),
                    stamp,
                    proposals: proposals.clone(),
                };
                known.insert(root.to_owned(), now);
                proposals
            }
        }
    }
}

/// When the database was last written, and how long it and its log are.
fn stamp(root: &Path, env: &Env) -> Vec<Option<(SystemTime, u64)>> {
    let places = location::databases(root, env.state_home().as_deref());
    let files = places.into_iter().flat_map(|path| {
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        [path, PathBuf::from(log)]
    });
    files
        .map(|it| {
            let meta = std::fs::metadata(it).ok()?;
            Some((meta.modified().ok()?, meta.len()))
        })
        .collect()
}

/// A proposal as a page: what it is, why, who wrote it, and its patch.
pub fn text(view: &View, proposal: &Proposal) -> String {
    let row = ProposalRow::new(&view.root, &view.snapshot, proposal, "waiting");
    let mut out = format!("# {}: {}\n", row.id, row.title);
    for it in row.notes.iter().filter(|it| !it.trim().is_empty()) {
        out.push_str(&format!("\n{}\n", it.trim()));
    }
    if let (Some(model), Some(prompt)) = (&row.model, &row.prompt) {
        let cost = row.cost.as_deref().unwrap_or("cost unknown");
        out.push_str(&format!("\nWritten by {model}, {prompt}, {cost}.\n"));
    }
    let told = proposal.body.told.as_ref();
    if let Some(transcript) = told.and_then(|it| it["transcript"].as_str()) {
        out.push_str(&format!("\n{}\n## Patch\n", transcript));
    }
    out.push_str(&format!("\n{}", fenced("diff", &row.diff)));
    out
}
