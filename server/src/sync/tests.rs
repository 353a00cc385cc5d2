//! Rounds against a forge in memory, with faults and kills at every step.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use docket_core::config::Config;
use docket_core::sync::{Agreed, CloseReason, Field, IssueState, OutboxCounts, RemoteWrite, Value};
use docket_forge::NewIssue;
use docket_forge::memory::{Fault, MemoryForge, Request};
use docket_store::ledger::Ledger;
use jiff::SignedDuration;
use tempfile::TempDir;

use super::Closed;
use super::report::Report;
use super::round::{Round, SyncError, Wanted, run};
use crate::env::Env;

mod asked;
mod branches;
mod comments;
mod histories;
mod projects;
mod pulls;
mod relate;

/// What a round is told before each durable step; an error is a kill.
type Step<'a> = dyn Fn(&'static str) -> Result<(), SyncError> + Sync + 'a;

struct World {
    dir: TempDir,
    forge: MemoryForge,
    config: Config,
    env: Env,
}

impl World {
    fn new(config: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join(".docs/tickets")).unwrap();
        let now: jiff::Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let (config, problems) = Config::parse(&format!("[sync]\nmode = \"manual\"\n{config}"));
        assert_eq!(problems, []);
        Self {
            env: Env::fixed(dir.path(), now.to_zoned(jiff::tz::TimeZone::UTC), 7),
            forge: forge(now),
            dir,
            config,
        }
    }

    fn root(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(&self.dir.path().join("state/docket.db")).unwrap()
    }

    fn round_of(
        &self,
        wanted: Wanted,
        create: &[String],
        step: &Step<'_>,
    ) -> Result<Report, SyncError> {
        let files = Closed { root: self.root() };
        self.run(&files, wanted, create, step, std::future::pending())
    }

    fn run(
        &self,
        files: &impl super::Files,
        wanted: Wanted,
        create: &[String],
        step: &Step<'_>,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Report, SyncError> {
        let mut ledger = self.ledger();
        let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
        let forge = self.forge.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let round = Round {
            forge: &self.forge,
            files,
            ledger: &mut ledger,
            remote,
            root: &self.root(),
            env: &self.env,
            config: &self.config,
            wanted,
            create,
            holder: format!("{:x}", self.env.rng().u64(..)),
            held: std::collections::BTreeSet::new(),
            clock: &move || forge.now(),
            progress: &|_| (),
            step,
            report: Report::default(),
            issues: Default::default(),
            checkout: Default::default(),
        };
        runtime.block_on(run(round, cancelled))
    }

    fn round(&self) -> Report {
        self.round_of(Wanted::Changes, &[], &|_| Ok(())).unwrap()
    }

    /// Waits out everything that waits, and lets rounds come until one has nothing to do.
    fn rest(&self) -> Report {
        self.forge.heal();
        for _ in 0..8 {
            self.forge.advance(SignedDuration::from_hours(3));
            let report = self.round();
            if report.is_quiet() && report.outbox == OutboxCounts::default() && report.fetched == 0
            {
                return report;
            }
        }
        panic!("it does not come to rest: {:#?}", self.round());
    }

    /// What the configured project says of an issue.
    fn item_of(&self, number: u64) -> Option<docket_core::sync::ProjectItem> {
        let place = self.config.sync.project_place()?;
        let item = self.forge.item_of(&place.project, number);
        let option = |field: &String| item.as_ref()?.get(field).cloned();
        let options = place.fields.iter();
        Some(docket_core::sync::ProjectItem {
            options: options.map(|it| (it.clone(), option(it))).collect(),
            item: item.as_ref().map(|_| format!("PVTI_{number}")),
            project: place.project,
        })
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.dir.path().join(".docs/tickets").join(name);
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir.path().join(".docs/tickets").join(name)).unwrap()
    }

    fn change(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{from} is not in {text}");
        self.write(name, &text.replacen(from, to, 1));
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir.path().join(".docs/tickets")).unwrap();
        let mut names: Vec<String> = entries
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn forge(now: jiff::Timestamp) -> MemoryForge {
    let forge = MemoryForge::new("ana/it", now);
    forge.add_user("ana");
    forge.add_user("bo");
    forge
}

/// Somebody does that on the website, a second later.
fn change(forge: &MemoryForge, number: u64, writes: &[RemoteWrite]) {
    forge.advance(SignedDuration::from_secs(1));
    forge.edit(number, |issue| {
        let mut relations = issue.relations.take().unwrap_or_default();
        for write in writes.iter().cloned() {
            match write {
                RemoteWrite::Title(it) => issue.title = it,
                RemoteWrite::Body(it) => issue.body = it,
                RemoteWrite::State(it) => issue.state = it,
                RemoteWrite::Milestone(it) => issue.milestone = it,
                RemoteWrite::Type(it) => issue.kind = it,
                RemoteWrite::AddLabel(it) => drop(issue.labels.insert(it)),
                RemoteWrite::RemoveLabel(it) => drop(issue.labels.remove(&it)),
                RemoteWrite::AddAssignee(it) => drop(issue.assignees.insert(it)),
                RemoteWrite::RemoveAssignee(it) => drop(issue.assignees.remove(&it)),
                RemoteWrite::Project(it) => {
                    docket_core::sync::project::carry_out(&mut issue.project, &it);
                }
                RemoteWrite::Parent(it) => relations.parent = it,
                RemoteWrite::AddBlockedBy(it) => drop(relations.blocked_by.insert(it)),
                RemoteWrite::RemoveBlockedBy(it) => drop(relations.blocked_by.remove(&it)),
            }
        }
        issue.relations = Some(relations);
    });
}

/// What happens to the requests to come, one each.
fn fail(forge: &MemoryForge, faults: impl IntoIterator<Item = Fault>) {
    let mut faults: std::collections::VecDeque<Fault> = faults.into_iter().collect();
    forge.script(move |_| faults.pop_front());
}

fn new(title: &str, body: &str) -> NewIssue {
    NewIssue {
        title: title.into(),
        body: body.into(),
        ..NewIssue::default()
    }
}

const ONE: &str = "T-2222-one.md";

/// One ticket and its issue, which agree.
fn linked() -> World {
    let world = World::new("");
    world
        .forge
        .open("ana", &new("One", "Text.\n\n- [ ] a\n- [ ] b"));
    world.write(
        ONE,
        "---\nid: T-2222\ntitle: One\nlabels: []\ngithub: 1\n---\n\nText.\n\n- [ ] a\n- [ ] b\n",
    );
    let report = world.round();
    assert_eq!(
        (report.conflicts.len(), report.is_quiet()),
        (0, true),
        "{report:#?}"
    );
    world.rest();
    world
}

#[test]
fn edits_of_both_sides_meet() {
    let world = linked();
    world.change(ONE, "title: One", "title: First");
    world.change(ONE, "- [ ] a", "- [x] a");
    change(
        &world.forge,
        1,
        &[
            RemoteWrite::AddLabel("bug".into()),
            RemoteWrite::Body("Text!\r\n\r\n- [ ] a\r\n- [ ] b".into()),
        ],
    );
    let report = world.round();
    assert_eq!(report.troubles, [""; 0]);
    assert_eq!(
        world.read(ONE),
        "---\nid: T-2222\ntitle: First\nlabels: [bug]\ngithub: 1\n---\n\nText!\n\n- [x] a\n- [ ] b\n"
    );
    let issue = world.forge.get(1).unwrap();
    assert_eq!(
        (&*issue.title, &*issue.body),
        ("First", "Text!\n\n- [x] a\n- [ ] b")
    );
    world.rest();
}

#[test]
fn a_plan_alone_changes_nothing() {
    let world = linked();
    world.change(ONE, "title: One", "title: First");
    change(&world.forge, 1, &[RemoteWrite::AddLabel("bug".into())]);
    let before = world.read(ONE);
    let report = world.round_of(Wanted::Plan, &[], &|_| Ok(())).unwrap();
    assert_eq!((report.pulled.len(), report.pushed.len()), (1, 1));
    assert_eq!(world.read(ONE), before);
    assert_eq!(world.forge.get(1).unwrap().title, "One");
    assert_eq!(world.forge.n_writes(), 0);
    assert_eq!(report.outbox, OutboxCounts::default());
}

#[test]
fn a_conflict_stands_until_it_is_decided() {
    let world = linked();
    world.change(ONE, "title: One", "title: Mine");
    change(&world.forge, 1, &[RemoteWrite::Title("Theirs".into())]);
    for _ in 0..2 {
        let report = world.round();
        assert_eq!(report.conflicts.len(), 1);
        assert!(world.read(ONE).contains("title: Mine"));
        assert_eq!(world.forge.get(1).unwrap().title, "Theirs");
    }
    let mut ledger = world.ledger();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    assert_eq!(ledger.conflicts(remote).unwrap().len(), 1);
    let theirs = Agreed::on(Value::text("Theirs"));
    ledger
        .settle(remote, "T-2222", 1, &[(Field::Title, theirs)])
        .unwrap();
    world.round();
    assert_eq!(world.forge.get(1).unwrap().title, "Mine");
    world.rest();
    assert_eq!(ledger.conflicts(remote).unwrap(), []);
}

#[test]
fn an_idle_round_is_one_conditional_request() {
    let world = linked();
    world.round();
    world.forge.reset_counts();
    let report = world.round();
    assert_eq!(report.sent, 1);
    assert_eq!(
        (world.forge.n_requests(), world.forge.n_not_modified()),
        (1, 1)
    );
}

#[test]
fn ten_changes_take_at_most_twelve_requests() {
    let world = World::new("issues = \"all\"");
    for idx in 0..20 {
        world
            .forge
            .open("ana", &new(&format!("Issue {idx}"), "Text."));
    }
    world.rest();
    let names = world.names();
    assert_eq!(names.len(), 20);
    for name in &names[..10] {
        world.change(name, "title: Issue", "title: Ticket");
        world.change(name, "Text.", "Other text.");
    }
    world.forge.reset_counts();
    let report = world.round();
    assert_eq!(report.pushed.len(), 20);
    assert!(world.forge.n_requests() <= 12, "{:?}", world.forge.counts());
    world.rest();
}

#[test]
fn issues_become_tickets_and_a_deleted_ticket_stays_deleted() {
    let world = World::new("issues = \"label:docket\"");
    let number = world.forge.open(
        "ana",
        &NewIssue {
            labels: ["docket", "bug", "priority: high"]
                .map(str::to_owned)
                .into(),
            assignees: ["ana".to_owned()].into(),
            ..new("From the web: a {id}", "Why {title}.\r\n\r\n- [ ] a")
        },
    );
    world.forge.open("ana", &new("Another", ""));
    let report = world.round();
    assert_eq!(report.imported.len(), 1);
    let [name] = &world.names()[..] else {
        panic!("{:?}", world.names());
    };
    let id = &report.imported[0].ticket;
    assert_eq!(
        world.read(name),
        format!(
            "---\nid: {id}\ntitle: \"From the web: a {{id}}\"\npriority: high\nlabels: [bug, docket]\nassignees: [ana]\ngithub: {number}\ncreated: 2026-11-21\n---\n\nWhy {{title}}.\n\n- [ ] a\n"
        )
    );
    world.rest();
    std::fs::remove_file(world.dir.path().join(".docs/tickets").join(name)).unwrap();
    change(
        &world.forge,
        number,
        &[RemoteWrite::Title("Changed".into())],
    );
    world.rest();
    assert_eq!(world.names(), [""; 0]);
    assert_eq!(world.forge.get(number).unwrap().state, IssueState::Open);
}

#[test]
fn one_round_makes_a_ticket_of_each_issue() {
    let world = World::new("issues = \"state:all\"");
    for n in 0..501 {
        world.forge.open("ana", &new(&format!("Issue {n}"), ""));
    }
    let report = world.round();
    assert_eq!(report.imported.len(), 501);
    assert_eq!(world.names().len(), 501);
    assert!(world.round().is_quiet());
}

#[test]
fn a_ticket_gets_one_issue_whatever_happens() {
    let faults = [
        vec![],
        vec![Fault::LostAnswer],
        vec![Fault::LostRequest],
        vec![Fault::Unavailable],
        vec![Fault::LostAnswer, Fault::Unavailable],
        vec![Fault::LostRequest, Fault::LostAnswer],
    ];
    for faults in faults {
        let world = World::new("");
        world.write(
            ONE,
            "---\nid: T-2222\ntitle: One\nstatus: in-progress\nassignees: [ana, nobody]\n---\n\nText.\n",
        );
        world.round();
        fail(&world.forge, faults.clone());
        // The faults meet the creation: the fetch comes first.
        world.forge.heal();
        let create = ["T-2222".to_owned()];
        let forge = world.forge.clone();
        let armed = faults.clone();
        let report = world
            .round_of(Wanted::Changes, &create, &move |step| {
                if step == "queued" {
                    fail(&forge, armed.clone());
                }
                Ok(())
            })
            .unwrap();
        assert_eq!(report.created.len(), 1);
        world.rest();
        let all = world.forge.all();
        assert_eq!(all.len(), 1, "{faults:?}");
        assert!(world.read(ONE).contains("github: 1\n"), "{faults:?}");
        assert!(all[0].labels.contains("status: in-progress"));
        assert!(all[0].body.starts_with("Text.\n\n<!-- docket: T-2222 "));
        assert!(world.read(ONE).contains("assignees: [ana, nobody]"));
    }
}

#[test]
fn a_kill_at_any_step_loses_nothing_and_makes_nothing_twice() {
    let mut n_steps = 0;
    for kill_at in 0.. {
        let world = World::new("tickets = \"all\"\nissues = \"label:docket\"");
        world.write(ONE, "---\nid: T-2222\ntitle: One\n---\n\nText.\n");
        world.write(
            "T-3333-two.md",
            "---\nid: T-3333\ntitle: Two\nparent: T-2222\n---\n",
        );
        let number = world.forge.open(
            "ana",
            &NewIssue {
                labels: ["docket".to_owned()].into(),
                ..new("Web", "")
            },
        );
        let killed = AtomicUsize::new(0);
        let step = |_: &'static str| match killed.fetch_add(1, Ordering::Relaxed) == kill_at {
            true => Err(SyncError::Cancelled),
            false => Ok(()),
        };
        let done = world.round_of(Wanted::Changes, &[], &step);
        if done.is_ok() {
            n_steps = kill_at;
            break;
        }
        world.rest();
        assert_eq!(world.forge.all().len(), 3, "killed at {kill_at}");
        assert_eq!(world.names().len(), 3, "killed at {kill_at}");
        let one = world.read(ONE);
        let one: u64 = one
            .split("github: ")
            .nth(1)
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let two = world
            .forge
            .all()
            .into_iter()
            .find(|it| it.title == "Two")
            .unwrap();
        assert_eq!(
            two.relations.unwrap().parent,
            Some(one),
            "killed at {kill_at}"
        );
        assert_ne!(number, one);
    }
    assert!(n_steps > 10, "{n_steps}");
}

#[test]
fn offline_work_waits_and_is_sent_once() {
    let world = linked();
    let offline = || {
        world.forge.heal();
        fail(&world.forge, [Fault::Unavailable]);
        world.round()
    };
    world.change(ONE, "title: One", "title: Two");
    let report = offline();
    assert!(report.offline.is_some());
    assert_eq!(report.outbox.waiting, 1);
    // Edited again before it was sent: one row, the newest.
    world.change(ONE, "title: Two", "title: Three");
    assert_eq!(offline().outbox.waiting, 1);
    // And back again: nothing is left to be sent.
    world.change(ONE, "title: Three", "title: One");
    assert_eq!(offline().outbox.waiting, 0);
    world.change(ONE, "title: One", "title: Four");
    offline();
    let before = world.forge.n_writes();
    world.rest();
    assert_eq!(world.forge.n_writes(), before + 1);
    assert_eq!(world.forge.get(1).unwrap().title, "Four");
}

#[test]
fn what_the_forge_does_not_take_is_kept_for_a_person() {
    let world = linked();
    fail(&world.forge, []);
    world.change(ONE, "title: One", "title: Two");
    let forge = world.forge.clone();
    let refuse = move |step: &'static str| {
        if step == "a row is begun" {
            fail(&forge, [Fault::Invalid("it is too long".into())]);
        }
        Ok(())
    };
    let report = world.round_of(Wanted::Changes, &[], &refuse).unwrap();
    assert_eq!((report.outbox.waiting, report.outbox.refused), (0, 1));
    assert_eq!(report.troubles, ["T-2222: it is too long"]);
    // The same is not tried again by itself.
    let writes = world.forge.n_writes();
    assert_eq!(world.round().outbox.refused, 1);
    assert_eq!(world.forge.n_writes(), writes);
    // What is mended is.
    world.change(ONE, "title: Two", "title: Three");
    world.rest();
    assert_eq!(world.forge.get(1).unwrap().title, "Three");
}

#[test]
fn a_used_up_quota_is_waited_out_by_every_round() {
    let world = linked();
    let until = world.forge.now() + SignedDuration::from_mins(20);
    fail(
        &world.forge,
        [Fault::Limited(std::time::Duration::from_secs(20 * 60))],
    );
    assert_eq!(world.round().limited_until, Some(until));
    world.forge.reset_counts();
    assert_eq!(world.round().limited_until, Some(until));
    assert_eq!(world.forge.n_requests(), 0);
    world.forge.advance(SignedDuration::from_mins(21));
    assert_eq!(world.round().offline, None);
}

#[test]
fn issues_that_are_gone_leave_their_tickets() {
    for (how, word) in [
        (MemoryForge::delete as fn(&MemoryForge, u64), "deleted"),
        (MemoryForge::transfer, "transferred"),
    ] {
        let world = linked();
        how(&world.forge, 1);
        world.change(ONE, "title: One", "title: Two");
        let report = world.round();
        assert_eq!(report.outbox.refused, 1);
        let report = world.round();
        assert_eq!(report.left.len(), 1);
        assert!(report.left[0].why.contains(word), "{}", report.left[0].why);
        assert!(world.read(ONE).contains("title: Two"));
        world.forge.reset_counts();
        world.round();
        assert_eq!(world.forge.count(Request::Issue), 0);
    }
}

#[test]
fn another_repository_under_the_same_name_is_refused() {
    let world = linked();
    world.forge.replace_repository();
    let refused = world.round_of(Wanted::Full, &[], &|_| Ok(()));
    assert!(matches!(refused, Err(SyncError::OtherRepository { .. })));
}

#[test]
fn another_repository_is_known_by_its_issues_in_any_round() {
    let world = linked();
    world.forge.advance(SignedDuration::from_secs(1));
    world.forge.edit(1, |issue| {
        issue.node_id = "I_of_another".into();
        issue.title = "Of another".into();
    });
    let refused = world.round_of(Wanted::Changes, &[], &|_| Ok(()));
    assert!(matches!(refused, Err(SyncError::OtherRepository { .. })));
    assert!(world.read(ONE).contains("title: One"));
}

#[test]
fn a_full_round_misses_what_was_deleted() {
    let world = linked();
    world.forge.open("ana", &new("No ticket", ""));
    world.rest();
    world.forge.delete(1);
    world.forge.delete(2);
    assert_eq!(world.round().left, []);
    let report = world.round_of(Wanted::Full, &[], &|_| Ok(())).unwrap();
    assert_eq!(report.left.len(), 1);
    assert!(
        report.left[0].why.contains("deleted"),
        "{}",
        report.left[0].why
    );
    let mut ledger = world.ledger();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    assert_eq!(ledger.issues(remote).unwrap(), []);
}

#[test]
fn relations_that_were_not_answered_are_asked_for_again() {
    let world = linked();
    world.forge.open("ana", &new("Parent", ""));
    world.write(
        "T-3333-two.md",
        "---\nid: T-3333\ntitle: Parent\ngithub: 2\n---\n",
    );
    world.rest();
    change(&world.forge, 1, &[RemoteWrite::Parent(Some(2))]);
    world.forge.fail(Request::Relations, Fault::Unavailable);
    world.round();
    assert!(!world.read(ONE).contains("parent"));
    world.round();
    assert!(
        world.read(ONE).contains("parent: T-3333"),
        "{}",
        world.read(ONE)
    );
}

/// Files of an editor that never answers.
struct Stuck;

impl super::Files for Stuck {
    async fn unsaved(&self) -> std::collections::BTreeSet<String> {
        std::future::pending().await
    }

    async fn apply(&self, _: &str, _: docket_core::edit::Change) -> Result<(), String> {
        std::future::pending().await
    }
}

#[test]
fn a_cancelled_round_gives_its_lease_back() {
    let world = linked();
    let done = world.run(
        &Stuck,
        Wanted::Changes,
        &[],
        &|_| Ok(()),
        std::future::ready(()),
    );
    assert!(matches!(done, Err(SyncError::Cancelled)));
    world.round();
}

#[test]
fn two_processes_do_not_sync_at_once() {
    let world = linked();
    let busy = |step: &'static str| {
        if step == "settled" {
            let other = std::thread::scope(|it| {
                let other = it.spawn(|| world.round_of(Wanted::Changes, &[], &|_| Ok(())));
                other.join().unwrap()
            });
            assert!(matches!(other, Err(SyncError::Busy(_))));
        }
        Ok(())
    };
    world.round_of(Wanted::Changes, &[], &busy).unwrap();
}

#[test]
fn a_lost_database_guesses_nothing() {
    let world = linked();
    world.change(ONE, "title: One", "title: Two");
    std::fs::remove_dir_all(world.dir.path().join("state")).unwrap();
    let report = world.round();
    assert_eq!(report.conflicts.len(), 1);
    assert_eq!(report.conflicts[0].base, None);
    assert_eq!(world.forge.n_writes(), 0);
    assert!(world.read(ONE).contains("title: Two"));
}

#[test]
fn pages_that_shift_and_repeat_lose_no_issue() {
    let world = World::new("issues = \"all\"");
    world.forge.set_page_size(3);
    for idx in 0..20 {
        world.forge.advance(SignedDuration::from_secs(1));
        world.forge.open("ana", &new(&format!("Issue {idx}"), ""));
    }
    world.forge.fail(Request::Issues, Fault::Repeat);
    let forge = world.forge.clone();
    let shift = move |step: &'static str| {
        if step == "fetched a page" {
            change(
                &forge,
                1,
                &[RemoteWrite::AddLabel(format!("at {}", forge.now()))],
            );
        }
        Ok(())
    };
    world.round_of(Wanted::Changes, &[], &shift).unwrap();
    assert_eq!(world.names().len(), 20);
    world.rest();
}
