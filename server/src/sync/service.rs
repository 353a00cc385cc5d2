//! Rounds beside an editor: asked for by commands, and by themselves where the configuration says so.
//!
//! One thread of its own, which reads the disk and the database and waits for the network, so that
//! nothing else does. Rounds come one after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use docket_core::config::Config;
use docket_core::config::sync::Mode;
use docket_core::edit::Change;
use docket_core::ide::actions::ToSend;
use docket_core::sync::resolve::Take;
use docket_core::text::Hash;
use docket_core::world::Snapshot;
use serde_json::Value;
use tokio::sync::Notify;

use super::ask;
use super::branch::{self, Step};
use super::connect::{self, Job};
use super::files::Files;
use super::mirror;
use super::outbox::{self, OutboxError};
use super::output;
use super::report::Report;
use super::resolve;
use super::round::Wanted;
use super::setup;
use crate::engine::{Event, Handle, Need, Reply};
use crate::env::Env;

/// How often it is looked whether a project's round is due.
const LOOK: Duration = Duration::from_secs(10);
/// After a round that failed the next one waits longer, up to this many intervals.
const MAX_BACK_OFF: u32 = 12;
/// For the engine to see what git did to a file.
const SEEING: Duration = Duration::from_secs(3);

/// What somebody asks for.
pub enum Asked {
    Round {
        wanted: Wanted,
        /// Tickets that are to have an issue.
        create: Vec<String>,
    },
    Outbox {
        retry: Option<i64>,
        drop: Option<i64>,
    },
    Resolve {
        ticket: String,
        field: Option<String>,
        take: Take,
    },
    /// To be put into the outbox; the next round sends it.
    Send(ToSend),
    /// The branch of a ticket.
    Begin { ticket: String, step: Step },
    /// Its pull request.
    Pull {
        ticket: String,
        draft: bool,
        step: Step,
    },
}

/// Something that was asked for, and how it is answered: with the rows of `--json`.
pub struct Request {
    pub root: PathBuf,
    pub asked: Asked,
    pub progress: Box<dyn Fn(&str) + Send + Sync>,
    /// Ends the round at once; nothing is lost.
    pub cancelled: Arc<Notify>,
    pub reply: Reply<Result<Value, String>>,
}

/// The service's door. Dropping the last one ends it.
#[derive(Clone)]
pub struct Service {
    requests: Sender<Request>,
}

impl Service {
    /// Starts the thread. Rounds of its own are made only while `is_trusted` says so.
    ///
    /// # Errors
    ///
    /// Where the system gives none.
    pub fn spawn(
        env: Env,
        handle: Handle,
        is_trusted: impl Fn() -> bool + Send + 'static,
    ) -> std::io::Result<Self> {
        let (requests, inbox) = unbounded();
        std::thread::Builder::new()
            .name("docket-sync".into())
            .spawn(move || work(&env, &handle, &inbox, &is_trusted))?;
        Ok(Self { requests })
    }

    pub fn ask(&self, request: Request) {
        // After the thread has gone the reply is dropped, which its asker sees.
        let _ = self.requests.send(request);
    }
}

/// When a project's next round is due.
struct Due {
    at: Instant,
    failures: u32,
}

fn work(env: &Env, handle: &Handle, inbox: &Receiver<Request>, is_trusted: &dyn Fn() -> bool) {
    let mut due: BTreeMap<PathBuf, Due> = BTreeMap::new();
    loop {
        match inbox.recv_timeout(LOOK) {
            Ok(request) => {
                let done = match project(handle, &request.root) {
                    Some(config) => answer(env, handle, &request, &config),
                    None => Err(unread()),
                };
                tell(env, handle, &request.root);
                request.reply.send(done);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let Some(projects) = projects(handle).filter(|_| is_trusted()) else {
            continue;
        };
        due.retain(|root, _| projects.iter().any(|it| it.0 == *root));
        for (root, config) in projects {
            if config.sync.mode != Mode::Auto {
                continue;
            }
            let now = Instant::now();
            let entry = due.entry(root.clone()).or_insert(Due {
                at: now,
                failures: 0,
            });
            if entry.at > now {
                continue;
            }
            let cancelled = Notify::new();
            let done = round(
                env,
                handle,
                &config,
                &Wish {
                    root: &root,
                    wanted: Wanted::Changes,
                    create: &[],
                    progress: &|_| (),
                    cancelled: &cancelled,
                },
            );
            tell(env, handle, &root);
            let interval = Duration::from_secs(config.sync.interval.into());
            entry.failures = match &done {
                Ok(report) if report.offline.is_none() => 0,
                _ => (entry.failures + 1).min(MAX_BACK_OFF),
            };
            entry.at = Instant::now() + interval * (entry.failures + 1);
            match done {
                Ok(report) if report.is_quiet() => {
                    tracing::debug!(root = %root.display(), "synced, nothing to do")
                }
                Ok(report) => tracing::info!(
                    root = %root.display(),
                    pulled = report.pulled.len(),
                    pushed = report.pushed.len(),
                    conflicts = report.conflicts.len(),
                    "synced"
                ),
                Err(error) => tracing::warn!(root = %root.display(), error, "no sync"),
            }
        }
    }
}

/// A round as it is asked for.
struct Wish<'a> {
    root: &'a Path,
    wanted: Wanted,
    create: &'a [String],
    progress: &'a (dyn Fn(&str) + Sync),
    cancelled: &'a Notify,
}

fn answer(env: &Env, handle: &Handle, request: &Request, config: &Config) -> Result<Value, String> {
    let root = &request.root;
    let setup = || setup::open(root, env, config).map_err(|it| sentence(&it, it.hint()));
    let value = match &request.asked {
        Asked::Round { wanted, create } => {
            let report = round(
                env,
                handle,
                config,
                &Wish {
                    root,
                    wanted: *wanted,
                    create,
                    progress: &|it| (request.progress)(it),
                    cancelled: &request.cancelled,
                },
            )?;
            serde_json::to_value(output::sync(&report, *wanted == Wanted::Plan))
        }
        Asked::Outbox { retry, drop } => {
            let mut setup = setup()?;
            let now = env.now().timestamp();
            let told = |it: OutboxError| sentence(&it, it.hint());
            if let Some(row) = retry {
                outbox::retry(&mut setup, *row, now).map_err(told)?;
            }
            if let Some(row) = drop {
                outbox::drop(&mut setup, *row).map_err(told)?;
            }
            serde_json::to_value(outbox::list(&setup).map_err(told)?)
        }
        Asked::Send(send) => {
            let rows = ask::put(root, env, config, send).map_err(|it| sentence(&it, it.hint()))?;
            serde_json::to_value(output::outbox(&rows))
        }
        Asked::Resolve {
            ticket,
            field,
            take,
        } => {
            let mut setup = setup()?;
            let files = Edited {
                root: root.clone(),
                handle: handle.clone(),
            };
            let wish = resolve::Wish {
                root,
                config,
                ticket,
                field: field.as_deref(),
                take: Some(*take),
                now: env.now().timestamp(),
            };
            let done = wait(resolve::carry_out(&mut setup, &files, &wish));
            let done = done.map_err(|it| sentence(&it, it.hint()))?;
            serde_json::to_value(output::resolved(&done))
        }
        Asked::Begin { ticket, step } => {
            let snapshot = snapshot(handle, root).ok_or_else(unread)?;
            let done = branch::begin(env, root, &snapshot, ticket, step)?;
            if let (Step::Do { .. }, Ok(row)) = (step, branch::row(&snapshot, ticket)) {
                see(handle, root, &row.path);
            }
            return Ok(done);
        }
        Asked::Pull {
            ticket,
            draft,
            step,
        } => {
            let snapshot = snapshot(handle, root).ok_or_else(unread)?;
            return branch::pull(env, root, &snapshot, (ticket, *draft), step);
        }
    };
    value.map_err(|error| error.to_string())
}

fn sentence(error: &dyn std::fmt::Display, hint: Option<impl std::fmt::Display>) -> String {
    match hint {
        Some(hint) => format!("{error}; {hint}."),
        None => format!("{error}."),
    }
}

fn round(env: &Env, handle: &Handle, config: &Config, wish: &Wish<'_>) -> Result<Report, String> {
    if config.sync.mode == Mode::Off && wish.wanted != Wanted::Plan {
        return Err("Sync is off for this project: write `mode = \"manual\"` under `[sync]` in `.docs/docket.toml`.".to_owned());
    }
    let mut setup = setup::open(wish.root, env, config).map_err(|it| sentence(&it, it.hint()))?;
    let files = Edited {
        root: wish.root.to_owned(),
        handle: handle.clone(),
    };
    connect::round(
        &mut setup,
        &files,
        &Job {
            root: wish.root,
            env,
            config,
            wanted: wish.wanted,
            create: wish.create,
            progress: wish.progress,
        },
        wish.cancelled.notified(),
    )
    .map_err(|it| sentence(&it, it.hint()))
}

/// Has the engine show what is known of the forge now.
fn tell(env: &Env, handle: &Handle, root: &Path) {
    let Some(config) = project(handle, root) else {
        return;
    };
    if let Some(mirror) = mirror::load(root, env, &config) {
        handle.post(Event::Mirror {
            root: root.to_owned(),
            mirror: Arc::new(mirror),
        });
    }
}

fn projects(handle: &Handle) -> Option<Vec<(PathBuf, Arc<Config>)>> {
    let views = handle.read_all(Need::Now, |views| {
        let roots = views.iter().filter(|it| it.complete);
        roots
            .map(|it| (it.root.clone(), it.snapshot.config.clone()))
            .collect()
    });
    wait(views).ok()
}

/// Waits until the engine has seen the file as it is now: another branch may have another one, and
/// its ticket's fields are set next. What it has not seen in time the writer refuses.
fn see(handle: &Handle, root: &Path, path: &str) {
    let file = root.join(path);
    let paths = vec![file.clone()];
    handle.post(Event::Written { paths });
    let until = Instant::now() + SEEING;
    while Instant::now() < until {
        let on_disk = std::fs::read(&file).ok().map(|it| Hash::of(&it));
        let snapshot = snapshot(handle, root);
        let seen = snapshot.and_then(|it| Some(it.file(path)?.hash));
        if on_disk.is_some() && seen == on_disk {
            return;
        }
        std::thread::sleep(SEEING / 100);
    }
}

fn unread() -> String {
    "docket has not read this project yet.".to_owned()
}

fn project(handle: &Handle, root: &Path) -> Option<Arc<Config>> {
    Some(snapshot(handle, root)?.config)
}

fn snapshot(handle: &Handle, root: &Path) -> Option<Snapshot> {
    let root = root.to_owned();
    let views = handle.read_all(Need::Index, move |views| {
        let view = views.iter().find(|it| it.root == root)?;
        Some(view.snapshot.clone())
    });
    wait(views).ok().flatten()
}

/// This thread may wait: nothing else runs on it.
fn wait<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(value) => return value,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}

/// Files that an editor may have open: the engine knows, and writes or has them written.
struct Edited {
    root: PathBuf,
    handle: Handle,
}

impl Files for Edited {
    async fn unsaved(&self) -> BTreeSet<String> {
        let root = self.root.clone();
        let views = self.handle.read_all(Need::Now, move |views| {
            let Some(view) = views.iter().find(|it| it.root == root) else {
                return BTreeSet::new();
            };
            let tickets = view
                .snapshot
                .files()
                .filter(|it| it.0.starts_with(".docs/tickets/"));
            let unsaved = tickets.filter(|(path, _)| {
                view.snapshot.document(path).is_some_and(|it| {
                    let on_disk = std::fs::read(root.join(path.as_ref())).unwrap_or_default();
                    it.rope.to_string().as_bytes() != on_disk
                })
            });
            unsaved.map(|it| it.0.to_string()).collect()
        });
        views.await.unwrap_or_default()
    }

    async fn apply(&self, label: &str, change: Change) -> Result<(), String> {
        let applied = self
            .handle
            .apply(self.root.clone(), label.to_owned(), change);
        applied.await.map_err(|it| it.to_string())
    }
}
