//! Plans carried out against a small model of both sides.

use proptest::prelude::*;

use super::*;
use crate::sync::{CloseReason, IssueState, Relations, RemoteWrite, edit, write};
use crate::ticket;

fn issue(number: u64) -> Issue {
    Issue {
        number,
        node_id: format!("I_{number}"),
        url: format!("https://example.org/{number}"),
        title: String::new(),
        body: String::new(),
        state: IssueState::Open,
        labels: BTreeSet::new(),
        assignees: BTreeSet::new(),
        milestone: None,
        kind: None,
        relations: Some(Relations::default()),
        project: None,
        author: "ana".into(),
        locked: false,
        is_pull_request: false,
        n_comments: 0,
        created_at: jiff::Timestamp::UNIX_EPOCH,
        updated_at: jiff::Timestamp::UNIX_EPOCH,
        closed_at: None,
    }
}

/// What a forge does with writes. People who are not `ana` or `bo` cannot be assigned.
fn carry_out(issue: &mut Issue, writes: &[RemoteWrite]) {
    let relations = issue.relations.get_or_insert_default();
    for write in writes.iter().cloned() {
        match write {
            RemoteWrite::Title(it) => issue.title = it,
            RemoteWrite::Body(it) => issue.body = it,
            RemoteWrite::State(it) => issue.state = it,
            RemoteWrite::Milestone(it) => issue.milestone = it,
            RemoteWrite::Type(it) => issue.kind = it,
            RemoteWrite::AddLabel(it) => {
                if merge::missing(&BTreeSet::from([it.clone()]), &issue.labels).is_empty() {
                    continue;
                }
                issue.labels.insert(it);
            }
            RemoteWrite::RemoveLabel(it) => {
                issue.labels.remove(&it);
            }
            RemoteWrite::AddAssignee(it) if matches!(&*it, "ana" | "bo") => {
                issue.assignees.insert(it);
            }
            RemoteWrite::AddAssignee(_) => {}
            RemoteWrite::RemoveAssignee(it) => {
                issue.assignees.remove(&it);
            }
            RemoteWrite::Project(it) => project::carry_out(&mut issue.project, &it),
            RemoteWrite::Parent(it) => relations.parent = it,
            RemoteWrite::AddBlockedBy(it) => {
                relations.blocked_by.insert(it);
            }
            RemoteWrite::RemoveBlockedBy(it) => {
                relations.blocked_by.remove(&it);
            }
        }
    }
}

/// Two tickets, their issues, and what was agreed on.
struct Pair {
    config: Config,
    texts: BTreeMap<String, String>,
    issues: BTreeMap<u64, Arc<Issue>>,
    bases: BTreeMap<u64, Base>,
}

impl Pair {
    fn new(one: &str) -> Self {
        let texts = [
            ("T-1", one),
            ("T-2", "---\nid: T-2\ntitle: Other\ngithub: 2\n---\n"),
        ];
        let mut pair = Self {
            config: Config::default(),
            texts: texts
                .map(|(id, text)| (id.to_owned(), text.to_owned()))
                .into(),
            issues: [1, 2].map(|it| (it, Arc::new(issue(it)))).into(),
            bases: BTreeMap::new(),
        };
        // Issues that say what the tickets say, as if docket had made them.
        for number in [1, 2] {
            let local = pair.locals().remove(number as usize - 1);
            let mut issue = issue(number);
            for (field, value) in &local.fields.0 {
                let writes = write::writes(*field, value, &issue, &pair.config);
                carry_out(&mut issue, &writes);
            }
            pair.issues.insert(number, Arc::new(issue));
        }
        pair
    }

    fn links(&self) -> Links {
        Links::new([("T-1", 1), ("T-2", 2)])
    }

    fn locals(&self) -> Vec<Local> {
        let locals = self.texts.iter().map(|(id, text)| {
            let parsed = ticket::parse(text.as_bytes(), &self.config);
            Local {
                id: id.clone(),
                issue: parsed.ticket.github.as_ref().map(|it| it.value),
                fields: fields::of_ticket(text, &parsed, &self.config, &self.links()),
                waits: false,
            }
        });
        locals.collect()
    }

    fn ops(&self) -> Vec<Op> {
        plan(Input {
            config: &self.config,
            locals: &self.locals(),
            links: &self.links(),
            issues: &self.issues,
            bases: &self.bases,
        })
    }

    fn remote(&mut self, number: u64, writes: &[RemoteWrite]) {
        let issue = self.issues.get_mut(&number).unwrap();
        carry_out(Arc::make_mut(issue), writes);
    }

    fn local(&mut self, id: &str, from: &str, to: &str) {
        let text = self.texts.get_mut(id).unwrap();
        assert!(text.contains(from), "{text}");
        *text = text.replacen(from, to, 1);
    }

    /// A round as the driver makes it: what was pulled is planned again. Gives what it could not decide.
    fn round(&mut self) -> Vec<Conflict> {
        self.pass();
        self.pass()
    }

    fn pass(&mut self) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        let links = self.links();
        for op in self.ops() {
            match op {
                Op::Settle {
                    issue,
                    field,
                    agreed,
                    ..
                } => {
                    self.bases.entry(issue).or_default().insert(field, agreed);
                }
                Op::Pull {
                    ticket,
                    field,
                    value,
                    ..
                } => {
                    let text = self.texts.get_mut(&ticket).unwrap();
                    *text = edit::apply(text, field, &value, &self.config, &links).unwrap();
                }
                Op::Push {
                    issue,
                    field,
                    value,
                    before,
                    ..
                } => {
                    let now = Arc::clone(&self.issues[&issue]);
                    let mut writes = write::writes(field, &value, &now, &self.config);
                    if field == Field::DependsOn {
                        writes.extend(write::unblocked(&before, &value));
                    }
                    self.remote(issue, &writes);
                    let after = fields::of_issue(&self.issues[&issue], &self.config, &links);
                    let agreed = write::agreed(&value, &before, &after.0[&field]);
                    self.bases.entry(issue).or_default().insert(field, agreed);
                }
                Op::Conflict(it) => conflicts.push(it),
                Op::Create { .. } | Op::Import { .. } | Op::Leave { .. } => {}
            }
        }
        conflicts
    }
}

const ONE: &str = "---\nid: T-1\ntitle: One # why\nstatus: todo\nlabels: [a, b]\ngithub: 1\n---\n\nText.\n\n- [ ] x\n- [ ] y\n";

fn settled() -> Pair {
    let mut pair = Pair::new(ONE);
    assert_eq!(pair.round(), []);
    assert_eq!(pair.ops(), []);
    pair
}

#[test]
fn equal_sides_settle_and_then_rest() {
    settled();
}

#[test]
fn each_side_changes_another_field() {
    let mut pair = settled();
    pair.local("T-1", "title: One", "title: First");
    pair.local("T-1", "[a, b]", "[a, b, mine]");
    pair.remote(
        1,
        &[
            RemoteWrite::AddLabel("theirs".into()),
            RemoteWrite::RemoveLabel("a".into()),
            RemoteWrite::State(IssueState::Closed(CloseReason::Completed)),
            RemoteWrite::Body("Text.\r\n\r\n- [x] x\r\n- [ ] y".into()),
            RemoteWrite::AddAssignee("ana".into()),
        ],
    );
    assert_eq!(pair.round(), []);
    assert_eq!(
        pair.texts["T-1"],
        "---\nid: T-1\ntitle: First # why\nstatus: done\nlabels: [b, mine, theirs]\nassignees: [ana]\ngithub: 1\n---\n\nText.\n\n- [x] x\n- [ ] y\n"
    );
    let issue = &pair.issues[&1];
    assert_eq!(issue.title, "First");
    assert!(issue.labels.contains("mine") && !issue.labels.contains("a"));
    assert_eq!(pair.round(), []);
    assert_eq!(pair.ops(), []);
}

#[test]
fn the_same_field_changed_twice_is_shown_and_nothing_is_lost() {
    let mut pair = settled();
    pair.local("T-1", "title: One", "title: Mine");
    pair.remote(1, &[RemoteWrite::Title("Theirs".into())]);
    let conflicts = pair.round();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].field, Field::Title);
    assert_eq!(conflicts[0].base, Some(Value::text("One")));
    assert!(pair.texts["T-1"].contains("title: Mine"));
    assert_eq!(pair.issues[&1].title, "Theirs");
    // Mine is taken: what is agreed on becomes theirs, and mine is a change of it.
    let theirs = Agreed::on(conflicts[0].theirs.clone());
    pair.bases.get_mut(&1).unwrap().insert(Field::Title, theirs);
    assert_eq!(pair.round(), []);
    assert_eq!(pair.issues[&1].title, "Mine");
    assert_eq!(pair.ops(), []);
}

#[test]
fn a_lost_database_settles_what_is_equal_and_shows_the_rest() {
    let mut pair = settled();
    pair.bases.clear();
    pair.remote(1, &[RemoteWrite::AddLabel("new".into())]);
    pair.local("T-1", "Text.", "Other text.");
    let fields: Vec<Field> = pair.round().iter().map(|it| it.field).collect();
    assert_eq!(fields, [Field::Body, Field::Labels]);
    assert!(pair.bases[&1].contains_key(&Field::Title));
}

#[test]
fn an_assignee_that_the_forge_does_not_take_stays_and_is_not_sent_again() {
    let mut pair = settled();
    pair.local("T-1", "github: 1", "assignees: [nobody, bo]\ngithub: 1");
    pair.round();
    assert_eq!(pair.ops(), []);
    assert!(pair.texts["T-1"].contains("[nobody, bo]"));
    // A change of the others leaves it where it is.
    pair.remote(
        1,
        &[
            RemoteWrite::AddAssignee("ana".into()),
            RemoteWrite::RemoveAssignee("bo".into()),
        ],
    );
    assert_eq!(pair.round(), []);
    assert!(
        pair.texts["T-1"].contains("[nobody, ana]"),
        "{}",
        pair.texts["T-1"]
    );
    assert_eq!(pair.ops(), []);
}

#[test]
fn statuses_and_priorities_are_labels() {
    let mut pair = settled();
    assert!(pair.issues[&1].labels.contains("status: todo"));
    pair.local("T-1", "status: todo", "status: review\npriority: high");
    pair.round();
    let labels: Vec<&str> = pair.issues[&1].labels.iter().map(|it| &**it).collect();
    assert_eq!(labels, ["a", "b", "priority: high", "status: review"]);
    pair.remote(
        1,
        &[RemoteWrite::State(IssueState::Closed(
            CloseReason::Duplicate,
        ))],
    );
    pair.round();
    assert!(pair.texts["T-1"].contains("status: dropped"));
    assert_eq!(pair.ops(), []);
    // Somebody opens it again on the website: the label that stayed says how far it was.
    pair.remote(1, &[RemoteWrite::State(IssueState::Open)]);
    pair.round();
    assert!(pair.texts["T-1"].contains("status: review"));
}

#[test]
fn relations_follow_links() {
    let mut pair = settled();
    pair.local(
        "T-1",
        "github: 1",
        "parent: T-2\ndepends-on: [T-2, T-9]\ngithub: 1",
    );
    pair.round();
    let relations = pair.issues[&1].relations.clone().unwrap();
    assert_eq!(relations.parent, Some(2));
    assert_eq!(relations.blocked_by, BTreeSet::from([2]));
    assert_eq!(pair.ops(), []);
    pair.remote(
        1,
        &[RemoteWrite::Parent(None), RemoteWrite::RemoveBlockedBy(2)],
    );
    pair.round();
    assert!(
        pair.texts["T-1"].contains("depends-on: [T-9]"),
        "{}",
        pair.texts["T-1"]
    );
    assert!(!pair.texts["T-1"].contains("parent"));
    assert_eq!(pair.ops(), []);
}

#[test]
fn directions_say_whose_word_counts() {
    let mut pair = settled();
    pair.config.sync.fields.title = Direction::Pull;
    pair.config.sync.fields.labels = Direction::Push;
    pair.local("T-1", "title: One", "title: Mine");
    pair.remote(1, &[RemoteWrite::AddLabel("theirs".into())]);
    pair.round();
    assert_eq!(pair.issues[&1].title, "One");
    assert!(!pair.texts["T-1"].contains("theirs"));
    pair.remote(1, &[RemoteWrite::Title("Theirs".into())]);
    assert_eq!(pair.round(), []);
    assert!(pair.texts["T-1"].contains("title: Theirs"));
}

#[test]
fn what_is_left_alone_says_why() {
    let mut pair = settled();
    pair.local("T-2", "github: 2", "github: 1");
    let why: Vec<_> = pair.ops();
    assert!(
        why.iter().all(|it| matches!(
            it,
            Op::Leave {
                why: Leave::Shared,
                ..
            }
        )),
        "{why:?}"
    );
    pair.local("T-2", "github: 1", "github: 7");
    assert!(matches!(
        pair.ops()[..],
        [Op::Leave {
            why: Leave::Absent,
            issue: 7,
            ..
        }]
    ));
    let mut pull_request = issue(7);
    pull_request.is_pull_request = true;
    pair.issues.insert(7, Arc::new(pull_request));
    assert!(matches!(
        pair.ops()[..],
        [Op::Leave {
            why: Leave::PullRequest,
            ..
        }]
    ));
}

#[test]
fn issues_and_tickets_are_made_where_the_configuration_says_so() {
    let mut pair = settled();
    let mut new = issue(3);
    new.labels.insert("docket".into());
    pair.issues.insert(3, Arc::new(new));
    assert_eq!(pair.ops(), []);
    pair.config.sync.issues = "label:docket".into();
    assert_eq!(pair.ops(), [Op::Import { issue: 3 }]);
    pair.bases.insert(3, Base::new());
    assert_eq!(
        pair.ops(),
        [],
        "a ticket that was deleted does not come back"
    );
    pair.texts
        .insert("T-3".into(), "---\nid: T-3\ntitle: New\n---\n".into());
    assert_eq!(pair.ops(), []);
    pair.config.sync.tickets = Tickets::All;
    let create = Op::Create {
        ticket: "T-3".into(),
    };
    assert_eq!(pair.ops(), [create]);
}

#[derive(Clone, Debug)]
enum Edit {
    Local(Field, Value),
    Remote(RemoteWrite),
    Round,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let word = || prop::sample::select(vec!["One", "Two", "Three"]).prop_map(str::to_owned);
    let label = || prop::sample::select(vec!["a", "b", "c", "A"]).prop_map(str::to_owned);
    let people = || prop::sample::select(vec!["ana", "bo", "nobody"]).prop_map(str::to_owned);
    let text = || {
        prop::sample::select(vec![
            "p\n\n- x\n- y",
            "p!\n\n- x\n- y",
            "p\n\n- x\n- y\n- z",
            "",
        ])
    };
    let status = prop::sample::select(vec!["backlog", "todo", "in-progress", "done", "dropped"]);
    let set = |it: BTreeSet<String>| Value::Set(it);
    let local = prop_oneof![
        word().prop_map(|it| (Field::Title, Value::text(it))),
        text().prop_map(|it| (Field::Body, Value::text(it))),
        status.prop_map(|it| (Field::Status, Value::text(it))),
        prop::collection::btree_set(label(), 0..3).prop_map(move |it| (Field::Labels, set(it))),
        prop::collection::btree_set(people(), 0..3).prop_map(move |it| (Field::Assignees, set(it))),
        Just((Field::Priority, Value::text("high"))),
        Just((Field::Priority, Value::text(""))),
        Just((Field::Parent, Value::text("2"))),
        Just((Field::Parent, Value::text(""))),
    ];
    let remote = prop_oneof![
        word().prop_map(RemoteWrite::Title),
        text().prop_map(|it| RemoteWrite::Body(it.replace('\n', "\r\n"))),
        Just(RemoteWrite::State(IssueState::Open)),
        Just(RemoteWrite::State(IssueState::Closed(
            CloseReason::NotPlanned
        ))),
        label().prop_map(RemoteWrite::AddLabel),
        label().prop_map(RemoteWrite::RemoveLabel),
        Just(RemoteWrite::AddLabel("status: review".into())),
        Just(RemoteWrite::AddLabel("priority: low".into())),
        people().prop_map(RemoteWrite::AddAssignee),
        people().prop_map(RemoteWrite::RemoveAssignee),
        Just(RemoteWrite::AddBlockedBy(2)),
    ];
    let edit = prop_oneof![
        local.prop_map(|(field, value)| Edit::Local(field, value)),
        remote.prop_map(Edit::Remote),
        Just(Edit::Round),
    ];
    prop::collection::vec(edit, 0..16)
}

proptest! {
    /// Whatever both sides do and whenever rounds come: after quiet rounds both sides say the same
    /// but for conflicts, and a further round has nothing to do.
    #[test]
    fn both_sides_come_to_agree(edits in edits()) {
        let mut pair = settled();
        for edit in edits {
            match edit {
                Edit::Local(field, value) => {
                    let (text, links) = (&pair.texts["T-1"], pair.links());
                    let text = edit::apply(text, field, &value, &pair.config, &links).unwrap();
                    pair.texts.insert("T-1".into(), text);
                }
                Edit::Remote(write) => pair.remote(1, &[write]),
                Edit::Round => {
                    pair.round();
                }
            }
        }
        pair.round();
        pair.round();
        pair.round();
        let conflicts = pair.round();
        let left: Vec<Op> = pair.ops();
        let undecided: Vec<Op> = conflicts.iter().cloned().map(Op::Conflict).collect();
        prop_assert_eq!(&left, &undecided, "a quiet round has something to do");
        let local = pair.locals().remove(0);
        let remote = fields::of_issue(&pair.issues[&1], &pair.config, &pair.links());
        for (field, theirs) in &remote.0 {
            if conflicts.iter().any(|it| it.field == *field) {
                continue;
            }
            let mut mine = local.fields.0[field].clone();
            if let Value::Set(items) = &mut mine {
                items.remove("nobody");
            }
            prop_assert!(same(&mine, theirs), "{}: {:?} and {:?}\n{}", field, mine, theirs, pair.texts["T-1"]);
        }
    }
}
