//! `docket doctor`: what docket found here, and what keeps it from working.

use std::path::Path;

use docket_core::finding::Severity;
use docket_core::rules::{self, RuleId};
use docket_store::ledger::{Holdings, Ledger, Verified};

use super::check::count;
use super::failure::Failure;
use super::lsp::log_file;
use super::open::{Opened, locate, read};
use super::rows::{DoctorOutput, DoctorRow, SCHEMA};
use super::screen::{CYAN, DIM, GREEN, RED, Screen};
use super::table::printable;
use crate::ai::{self, keys, money, purse};
use crate::env::Env;
use crate::sync::{proxy, side};
use crate::{branches, location, project};

/// Programs that docket has a client for, or that need a few lines of configuration.
const EDITORS: [&str; 6] = ["nvim", "code", "codium", "hx", "emacs", "zed"];

pub(super) fn run(env: &Env, screen: &Screen) -> Result<u8, Failure> {
    let place = locate(env, &[])?;
    let mut checks = vec![ok("version", env!("CARGO_PKG_VERSION").to_owned())];
    if project::is_too_wide(&place.root, env) {
        checks.push(trouble(
            "project",
            &format!(
                "{}: a whole disk or a home folder, which is not read unasked",
                place.root.display()
            ),
            "go to a project, or name the folder: `docket check .`",
        ));
    } else {
        checks.push(ok("project", place.root.display().to_string()));
        let project = read(env, screen, place.clone())?;
        checks.extend(of_project(&project));
    }
    checks.extend(database(env, &place.root));
    checks.push(match log_file(env) {
        Some(path) => ok("log", path.display().to_string()),
        None => note("log", "none: neither HOME nor XDG_STATE_HOME is set"),
    });
    checks.push(match branches::git_common_dir(&place.root) {
        Some(path) => ok("git", path.display().to_string()),
        None => note("git", "none: ids on other branches are not known"),
    });
    checks.extend(way(env, &place.root));
    checks.extend(models(env, &place.root));
    checks.push(match branches::identity(&place.root, env) {
        Some(me) => ok("me", me.to_string()),
        None => DoctorRow {
            hint: Some(
                "write `me = \"you\"` into docket/config.toml of your configuration folder".into(),
            ),
            ..note("me", "unknown: \"assign to me\" needs a name")
        },
    });
    let editors: Vec<String> = EDITORS
        .iter()
        .filter_map(|it| env.find_program(it))
        .map(|it| it.display().to_string())
        .collect();
    checks.push(match editors.is_empty() {
        true => note("editors", "none found on the PATH"),
        false => ok("editors", editors.join(", ")),
    });
    let has_trouble = checks.iter().any(|it| it.state == "trouble");
    match screen.json {
        true => screen.print_json(&DoctorOutput {
            schema: SCHEMA,
            checks,
        })?,
        false => screen.print(&checks.iter().map(draw).collect::<String>())?,
    }
    Ok(u8::from(has_trouble))
}

fn of_project(project: &Opened) -> Vec<DoctorRow> {
    let stats = project.stats;
    let mut checks = vec![ok(
        "files",
        format!(
            "{} looked at, {} read now, {} left out",
            stats.n_files,
            stats.n_read,
            project.skipped.len()
        ),
    )];
    let wrong: Vec<_> = rules::findings(&project.snapshot, ".docs/docket.toml")
        .into_iter()
        .filter(|it| it.rule == RuleId::InvalidConfig && it.severity >= Severity::Warning)
        .collect();
    checks.push(match wrong.first() {
        Some(first) => trouble(
            "configuration",
            &format!("{}: {}", count(wrong.len(), "problem"), first.message),
            "`docket check .docs/docket.toml` shows where",
        ),
        None if project.snapshot.file(".docs/docket.toml").is_some() => {
            ok("configuration", ".docs/docket.toml".to_owned())
        }
        None => note(
            "configuration",
            "every default; `docket init` writes them down",
        ),
    });
    checks.extend(project.troubles.iter().map(|it| {
        trouble(
            "store",
            it,
            "nothing is lost: docket reads the files instead, and is slower",
        )
    }));
    checks
}

fn database(env: &Env, root: &Path) -> Vec<DoctorRow> {
    let places = location::databases(root, env.state_home().as_deref());
    let mut checks: Vec<_> = places
        .iter()
        .filter_map(|it| Some((it, it.metadata().ok()?.len())))
        .map(|(path, bytes)| {
            ok(
                "database",
                format!("{} ({} KB)", path.display(), bytes / 1024),
            )
        })
        .collect();
    if checks.is_empty() {
        checks.push(note("database", "none yet"));
    }
    let ledger = places.iter().filter(|it| it.is_file());
    checks.extend(
        ledger
            .filter_map(|it| Ledger::open_to_read(it))
            .flat_map(|it| kept(&it)),
    );
    checks
}

/// What nothing but the database knows, and whether its log is as it was written.
fn kept(ledger: &Ledger) -> Vec<DoctorRow> {
    let name = "only there";
    let mut checks = Vec::new();
    match ledger.holdings() {
        Ok(it) if it == Holdings::default() => checks.push(ok(
            name,
            "nothing: the database can be deleted at any time".to_owned(),
        )),
        Ok(it) => checks.push(DoctorRow {
            hint: Some(
                "without them equal fields are agreed on anew, others are shown as conflicts"
                    .into(),
            ),
            ..note(
                name,
                &format!(
                    "{} and {} in the outbox, {} agreed on, {} of the log, {}, {}",
                    count(it.waiting, "waiting write"),
                    count(it.refused, "refused one"),
                    count(it.bases, "field"),
                    count(it.audit, "row"),
                    count(it.dismissals, "dismissal"),
                    count(it.proposals, "waiting proposal")
                ),
            )
        }),
        Err(error) => checks.push(note(name, &format!("unknown: {error}"))),
    }
    match ledger.verify() {
        Ok(Verified::Whole { rows: 0 }) | Err(_) => {}
        Ok(Verified::Whole { rows }) => checks.push(ok(
            "log",
            format!(
                "{} of what was sent and taken, each as it was written",
                count(rows as usize, "row")
            ),
        )),
        Ok(Verified::Broken { seq }) => checks.push(trouble(
            "log",
            &format!("row {seq} is not what was written there"),
            "somebody changed the database by hand; what comes after that row cannot be trusted",
        )),
    }
    checks
}

/// Which models are asked, whether there are keys and prices, and what they have cost.
fn models(env: &Env, root: &Path) -> Vec<DoctorRow> {
    let config = project::config_of(root);
    let tasks = config.ai.tasks.values().flatten();
    let mut names: Vec<&String> = config.ai.models.iter().chain(tasks).collect();
    names.sort_unstable();
    names.dedup();
    let prices = purse::prices(&config);
    let mut checks: Vec<_> = names
        .into_iter()
        .map(|name| {
            let provider = name.split('/').next().unwrap_or_default();
            let Some(place) = ai::place(&config, provider) else {
                return trouble("model", name, "`docket check .docs/docket.toml` says more");
            };
            let host = keys::host(&place.base).to_owned();
            let found = keys::find(env, &place).and_then(|key| Ok((key, prices.of(name)?)));
            match found {
                Ok((key, _)) => {
                    let by = key.map_or("without a key".to_owned(), |it| it.source);
                    ok("model", format!("{name} at {host}, {by}"))
                }
                Err(error) => trouble(
                    "model",
                    &format!("{name}: {error}"),
                    &error.hint().unwrap_or_default(),
                ),
            }
        })
        .collect();
    let sums = purse::ledger_to_read(env, root).and_then(|it| it.sums(env.today(), None).ok());
    if let Some(month) = sums.map(|it| it.month).filter(|it| it.calls > 0) {
        let money = money::dollars;
        let reserved = match month.reserved {
            0 => String::new(),
            it => format!(", {} of it put aside and not settled", money(it)),
        };
        let cost = money(month.cost);
        let calls = count(month.calls as usize, "call");
        checks.push(DoctorRow {
            hint: Some("only the database knows: without it the budget begins anew".to_owned()),
            ..note(
                "models cost",
                &format!("{cost} this month for {calls}{reserved}"),
            )
        });
    }
    checks
}

/// How the forge is reached, where the environment names a proxy.
fn way(env: &Env, root: &Path) -> Option<DoctorRow> {
    let config = project::config_of(root);
    let origin = side::configured(root, &config.sync);
    let api = origin.map_or_else(|| side::GITHUB.to_owned(), |it| it.api);
    match proxy::of(env, &api) {
        Ok(Some(it)) => Some(ok("proxy", format!("{api} through {it}"))),
        Ok(None) if proxy::is_for_http_alone(env) => Some(DoctorRow {
            hint: Some("if GitHub is reached through it, set HTTPS_PROXY as well".into()),
            ..note(
                "proxy",
                &format!("HTTP_PROXY is for http:// alone: {api} is asked directly"),
            )
        }),
        Ok(None) => None,
        Err(error) => Some(trouble(
            "proxy",
            &error.message,
            "or take the variable away, or name the host in NO_PROXY",
        )),
    }
}

fn draw(row: &DoctorRow) -> String {
    let (mark, style) = match row.state.as_str() {
        "ok" => ("ok", GREEN),
        "note" => ("--", DIM),
        _ => ("!!", RED),
    };
    let mut out = format!(
        "{style}{mark}{style:#}  {:<15}{}\n",
        row.name,
        printable(&row.text)
    );
    if let Some(hint) = &row.hint {
        out.push_str(&format!(
            "    {:<15}{CYAN}hint:{CYAN:#} {}\n",
            "",
            printable(hint)
        ));
    }
    out
}

fn ok(name: &str, text: String) -> DoctorRow {
    DoctorRow {
        name: name.to_owned(),
        state: "ok".to_owned(),
        text,
        hint: None,
    }
}

fn note(name: &str, text: &str) -> DoctorRow {
    DoctorRow {
        state: "note".to_owned(),
        ..ok(name, text.to_owned())
    }
}

fn trouble(name: &str, text: &str, hint: &str) -> DoctorRow {
    DoctorRow {
        state: "trouble".to_owned(),
        hint: Some(hint.to_owned()),
        ..ok(name, text.to_owned())
    }
}
