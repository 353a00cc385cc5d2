//! `docket.toml` to a [`Config`]: what the schema cannot say is checked here.

mod ai;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;
use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::check::{self, problem};
use super::file::{ByPriority, File, Todo, Weight};
use super::sync::{MIN_INTERVAL, SyncConfig, Which};
use super::{Config, Globs, RuleConfig, Status, StatusKind, TodoConfig};
use crate::finding::{Problem, Severity};
use crate::ids::MAX_PREFIX;
use crate::json::sorted;
use crate::rules::RuleId;
use crate::span::Span;
use crate::text::Hash;
use crate::ticket::Priority;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| sorted(schemars::schema_for!(File).to_value()));

pub(super) fn schema() -> &'static Value {
    &SCHEMA
}

/// Reads a file's text. What is wrong is told and left at its default.
pub(super) fn read(text: &str) -> (Config, Vec<Problem>) {
    // A byte-order mark is no TOML; blanks in its stead keep every offset.
    let blanked;
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => {
            blanked = format!("   {rest}");
            &*blanked
        }
        None => text,
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<Problem> = errors.iter().map(|it| syntax(it, text)).collect();
    let json = check::table(table.get_ref(), schema(), &mut problems);
    let file = serde_json::from_value(json).unwrap_or_else(|error| {
        let message = format!("The settings cannot be read: {error}.");
        problems.push(problem(Span::new(0, 0), message, Vec::new()));
        File::default()
    });
    let mut reader = Reader {
        table: table.get_ref(),
        problems,
    };
    let config = reader.config(file);
    let mut problems = reader.problems;
    // What a broken line does to the lines around it is no mistake of theirs.
    if !errors.is_empty() {
        problems.truncate(errors.len());
    }
    problems.sort_by_key(|it| it.span);
    (config, problems)
}

/// The configuration of a file whose content needs no check.
pub(super) fn defaults() -> Config {
    let mut reader = Reader {
        table: &DeTable::new(),
        problems: Vec::new(),
    };
    reader.config(File::default())
}

fn syntax(error: &toml::de::Error, text: &str) -> Problem {
    let range = error.span().unwrap_or(0..0);
    let end = range.end.min(text.len());
    let message = error.message().trim_end_matches('.');
    let message = format!("This is no TOML: {message}.");
    problem(Span::new(range.start.min(end), end), message, Vec::new())
}

struct Reader<'a> {
    table: &'a DeTable<'a>,
    problems: Vec<Problem>,
}

/// All that the facts of a file depend on.
#[derive(Serialize)]
struct FactsInput<'a> {
    prefix: &'a str,
    statuses: &'a [Status],
    keywords: &'a [String],
    aliases: &'a BTreeMap<String, String>,
    case_insensitive: bool,
    trackers: &'a BTreeMap<String, String>,
    fields: &'a [String],
}

impl Reader<'_> {
    fn config(&mut self, file: File) -> Config {
        let prefix = self.prefix(file.ids.prefix);
        let statuses = self.statuses(file.status);
        let todo = self.todo(file.todo);
        let rules = file.rules.into_iter().filter_map(|(name, rule)| {
            let id = RuleId::named(&name)?;
            let level = match rule.level {
                Some(level) => level.severity(),
                None => Some(id.default_severity()),
            };
            let config = RuleConfig {
                level,
                include: self.globs(&["rules", &name, "include"], &rule.include),
                exclude: self.globs(&["rules", &name, "exclude"], &rule.exclude),
                show: rule.show,
                by_priority: by_priority(&rule.by_priority),
                by_age: self.by_age(&name, &rule.by_age),
            };
            Some((id, config))
        });
        let rules = rules.collect();
        let trackers = self.trackers(file.trackers);
        let sync = self.sync(file.sync);
        let ai = self.ai(file.ai);
        let budget = self.budget(file.budget);
        let exclude = self.globs(&["exclude"], &file.exclude);
        let input = FactsInput {
            prefix: &prefix,
            statuses: &statuses,
            keywords: &todo.keywords,
            aliases: &todo.aliases,
            case_insensitive: todo.case_insensitive,
            trackers: &trackers,
            fields: &file.fields,
        };
        // Texts, lists and maps of texts always have a JSON form.
        let facts_hash = Hash::of(&serde_json::to_vec(&input).unwrap_or_default());
        Config {
            prefix,
            statuses,
            todo,
            rules,
            display: file.display,
            priorities: file.priorities,
            trackers,
            sync,
            ai,
            budget,
            fields: file.fields,
            exclude,
            facts_hash,
        }
    }

    /// Where the value at a path of keys stands; of the last that is there.
    fn place(&self, path: &[&str]) -> Span {
        let mut span = Span::new(0, 0);
        let mut table = self.table;
        for key in path {
            let Some(value) = table.get(*key) else {
                break;
            };
            span = check::span(value);
            match value.get_ref() {
                DeValue::Table(inner) => table = inner,
                _ => break,
            }
        }
        span
    }

    /// Where the last item of a list stands that is `text`, or whose `key` is.
    fn item(&self, path: &[&str], key: Option<&str>, text: &str) -> Span {
        let Some((last, head)) = path.split_last() else {
            return Span::new(0, 0);
        };
        let mut table = Some(self.table);
        for key in head {
            table = table.and_then(|it| it.get(*key)?.get_ref().as_table());
        }
        let list = table.and_then(|it| it.get(*last)?.get_ref().as_array());
        let items = list.into_iter().flat_map(|it| it.iter());
        let mut said = items.filter_map(|it| match key {
            Some(key) => it.get_ref().as_table()?.get(key),
            None => Some(it),
        });
        let place = said.rfind(|it| it.get_ref().as_str() == Some(text));
        place.map_or_else(|| self.place(path), check::span)
    }

    fn tell(&mut self, span: Span, message: String) {
        self.problems.push(problem(span, message, Vec::new()));
    }

    fn prefix(&mut self, prefix: String) -> String {
        let begins = prefix.starts_with(|it: char| it.is_ascii_alphabetic());
        let fits = prefix.chars().all(|it| it.is_ascii_alphanumeric());
        if begins && fits && prefix.len() <= MAX_PREFIX {
            return prefix;
        }
        let message =
            format!("`prefix` must be a letter, then letters and digits, {MAX_PREFIX} at most.");
        self.tell(self.place(&["ids", "prefix"]), message);
        File::default().ids.prefix
    }

    fn statuses(&mut self, statuses: Vec<Status>) -> Vec<Status> {
        let mut kept: Vec<Status> = Vec::with_capacity(statuses.len());
        for status in statuses {
            let plain = !status.name.trim().is_empty()
                && status.name.trim() == status.name
                && !status.name.chars().any(char::is_control);
            let at = self.item(&["status"], Some("name"), &status.name);
            let message = match kept.iter().any(|it| it.name == status.name) {
                true => format!("There are two statuses `{}`.", status.name),
                false if !plain => "A status must have a name of one line.".to_owned(),
                false => {
                    kept.push(status);
                    continue;
                }
            };
            self.tell(at, message);
        }
        if kept.is_empty() {
            if self.problems.is_empty() {
                let message =
                    "There must be a status, such as `{ name = \"todo\", kind = \"open\" }`.";
                self.tell(self.place(&["status"]), message.to_owned());
            }
            return File::default().status;
        }
        // Where a status is unsound, it may have been the open one.
        if self.problems.is_empty() && !kept.iter().any(|it| it.kind == StatusKind::Open) {
            let message = "None of the statuses is `open`: a new ticket has none to begin with.";
            self.tell(self.place(&["status"]), message.to_owned());
        }
        kept
    }

    fn todo(&mut self, todo: Todo) -> TodoConfig {
        let word = |it: &str| {
            !it.is_empty()
                && it.len() <= 64
                && !it.contains(|it: char| it.is_whitespace() || it.is_control())
        };
        let path = ["todo", "keywords"];
        let n_written = todo.keywords.len();
        let mut keywords: Vec<String> = Vec::with_capacity(n_written);
        for keyword in todo.keywords {
            if !word(&keyword) {
                let message = "A keyword must be one word.".to_owned();
                self.tell(self.item(&path, None, &keyword), message);
            } else if !keywords.contains(&keyword) {
                keywords.push(keyword);
            }
        }
        // An empty list says that there are none; a list of mistakes does not.
        if keywords.is_empty() && n_written > 0 {
            keywords = Todo::default().keywords;
        }
        let written = matches!(self.table.get("todo").map(|it| it.get_ref()), Some(DeValue::Table(it)) if it.contains_key("aliases"));
        let mut aliases = BTreeMap::new();
        for (alias, keyword) in todo.aliases {
            if word(&alias) && keywords.contains(&keyword) {
                if !keywords.contains(&alias) {
                    aliases.insert(alias, keyword);
                }
                continue;
            }
            // The default's aliases of keywords that the project does not have say nothing.
            if written {
                let at = self.place(&["todo", "aliases", &alias]);
                let message = match word(&alias) {
                    true => format!("`{keyword}` is none of the `keywords`."),
                    false => "An alias must be one word.".to_owned(),
                };
                self.tell(at, message);
            }
        }
        TodoConfig {
            keywords,
            aliases,
            case_insensitive: todo.case_insensitive,
        }
    }

    fn trackers(&mut self, trackers: BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut kept = BTreeMap::new();
        for (prefix, url) in trackers {
            let web = url.starts_with("https://") || url.starts_with("http://");
            if web && url.contains("{id}") && !prefix.is_empty() {
                kept.insert(prefix, url);
                continue;
            }
            let at = self.place(&["trackers", &prefix]);
            let example = "https://example.org/browse/PROJ-{id}";
            let message = format!(
                "A tracker's URL must be of the web and hold `{{id}}`, such as `{example}`."
            );
            self.tell(at, message);
        }
        kept
    }

    fn sync(&mut self, mut sync: SyncConfig) -> SyncConfig {
        let defaults = SyncConfig::default();
        let name = |it: &str| !it.is_empty() && !it.contains(char::is_whitespace);
        let is_repository = sync.repository.split_once('/');
        if !sync.repository.is_empty()
            && !is_repository
                .is_some_and(|(owner, it)| name(owner) && name(it) && !it.contains('/'))
        {
            let message = "`repository` must be `owner/name`, or empty.".to_owned();
            self.tell(self.place(&["sync", "repository"]), message);
            sync.repository.clear();
        }
        if !sync.api.is_empty() && !is_safe_api(&sync.api) {
            let message =
                "`api` must be the URL of a REST API, such as `https://github.example.org/api/v3`.";
            self.tell(self.place(&["sync", "api"]), message.to_owned());
            sync.api.clear();
        }
        sync.api.truncate(sync.api.trim_end_matches('/').len());
        if sync.interval < MIN_INTERVAL {
            let message = format!("`interval` is {MIN_INTERVAL} seconds at least.");
            self.tell(self.place(&["sync", "interval"]), message);
            sync.interval = MIN_INTERVAL;
        }
        if let Err(term) = Which::parse(&sync.issues) {
            let message = format!(
                "`{term}` is no term: `linked`, `all`, or some of `label:NAME`, `milestone:TITLE`, `assignee:LOGIN`, `state:open|closed|all`."
            );
            self.tell(self.place(&["sync", "issues"]), message);
            sync.issues = defaults.issues;
        }
        let labels = [
            (
                &mut sync.status_label,
                defaults.status_label,
                "status-label",
            ),
            (
                &mut sync.priority_label,
                defaults.priority_label,
                "priority-label",
            ),
            (&mut sync.type_label, defaults.type_label, "type-label"),
        ];
        for (label, default, key) in labels {
            if label.matches("{}").count() != 1 || label.trim() == "{}" {
                let message =
                    format!("`{key}` must be words with one `{{}}`, such as `{default}`.");
                self.tell(self.place(&["sync", key]), message);
                *label = default;
            }
        }
        self.project(&mut sync);
        sync
    }

    /// A project and its fields: one without the other does nothing.
    fn project(&mut self, sync: &mut SyncConfig) {
        let is_project = sync.project.split_once('/').is_some_and(|(owner, number)| {
            let is_login = |it: char| it.is_ascii_alphanumeric() || "-_".contains(it);
            !owner.is_empty()
                && owner.chars().all(is_login)
                && number.parse::<u32>().is_ok_and(|it| it > 0)
        });
        if !sync.project.is_empty() && !is_project {
            let message = "`project` must be `owner/number`, as in the address of a GitHub project, or empty.";
            self.tell(self.place(&["sync", "project"]), message.to_owned());
            sync.project.clear();
            return;
        }
        let fields = [
            (&sync.status_field, "status-field"),
            (&sync.priority_field, "priority-field"),
        ];
        let named = fields.iter().find(|it| !it.0.is_empty());
        let (key, message) = match (sync.project.is_empty(), named) {
            (false, None) => (
                "project",
                "`project` does nothing without `status-field` or `priority-field`.".to_owned(),
            ),
            (true, Some((_, key))) => (
                *key,
                format!(
                    "`{key}` is a field of a project: say which, as `project = \"owner/number\"`."
                ),
            ),
            (false, Some(_)) if sync.status_field == sync.priority_field => (
                "priority-field",
                "`priority-field` must be another field than `status-field`.".to_owned(),
            ),
            _ => return,
        };
        self.tell(self.place(&["sync", key]), message);
        sync.project.clear();
    }

    fn by_age(
        &mut self,
        rule: &str,
        written: &BTreeMap<String, Weight>,
    ) -> BTreeMap<i32, Severity> {
        let mut kept = BTreeMap::new();
        for (days, weight) in written {
            match days.parse::<u16>() {
                Ok(days) => {
                    kept.insert(i32::from(days), weight.severity());
                }
                Err(_) => {
                    let at = self.place(&["rules", rule, "by-age", days]);
                    let message = format!(
                        "`{days}` is no number of days; as in `by-age = {{ 90 = \"warning\" }}`."
                    );
                    self.tell(at, message);
                }
            }
        }
        kept
    }

    fn globs(&mut self, path: &[&str], patterns: &[String]) -> Globs {
        let mut good = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            match Globs::new(std::slice::from_ref(pattern)) {
                Ok(_) => good.push(pattern.clone()),
                Err((_, why)) => {
                    let message = format!("`{pattern}` is no path pattern: {why}.");
                    self.tell(self.item(path, None, pattern), message);
                }
            }
        }
        Globs::new(&good).unwrap_or_default()
    }
}

fn by_priority(written: &ByPriority) -> BTreeMap<Priority, Severity> {
    let all = [
        (Priority::Critical, written.critical),
        (Priority::High, written.high),
        (Priority::Medium, written.medium),
        (Priority::Low, written.low),
    ];
    let given = all.into_iter();
    given
        .filter_map(|(priority, weight)| Some((priority, weight?.severity())))
        .collect()
}

/// A token goes there: only over TLS, or to this very machine, as a test's server is.
fn is_safe_api(url: &str) -> bool {
    let host = |scheme: &str| {
        let rest = url.strip_prefix(scheme)?;
        rest.split(['/', ':'])
            .next()
            .filter(|it| !it.is_empty() && !rest.contains('@'))
    };
    host("https://").is_some()
        || host("http://").is_some_and(|it| it == "127.0.0.1" || it == "localhost")
}
