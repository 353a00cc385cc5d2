//! Random histories: edits on both sides, faults, kills; then quiet.

use docket_store::ledger::State;
use proptest::prelude::*;

use super::*;
use crate::sync::local;

/// What goes wrong with one request.
const FAULTS: [Fault; 6] = [
    Fault::Unavailable,
    Fault::LostAnswer,
    Fault::LostRequest,
    Fault::Truncated,
    Fault::Slow(std::time::Duration::from_secs(30)),
    Fault::Repeat,
];

#[derive(Clone, Debug)]
enum Happening {
    Title(usize, bool, &'static str),
    Label(usize, bool, &'static str),
    Tick(usize, bool),
    Close(usize),
    Status(usize, &'static str),
    /// Somebody moves a card, where there is a project.
    Card(usize, Option<&'static str>),
    NewTicket,
    NewIssue,
    Fault(Fault),
    Round,
    Killed(usize),
    Wait,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let word = || prop::sample::select(vec!["One", "Two", "Three"]);
    let label = || prop::sample::select(vec!["a", "b", "c"]);
    let status = prop::sample::select(vec!["backlog", "review", "done"]);
    let option = prop::sample::select(vec![None, Some("Backlog"), Some("Review"), Some("Done")]);
    let one = prop_oneof![
        (0..4_usize, any::<bool>(), word()).prop_map(|(a, b, c)| Happening::Title(a, b, c)),
        (0..4_usize, any::<bool>(), label()).prop_map(|(a, b, c)| Happening::Label(a, b, c)),
        (0..4_usize, any::<bool>()).prop_map(|(a, b)| Happening::Tick(a, b)),
        (0..4_usize).prop_map(Happening::Close),
        (0..4_usize, status).prop_map(|(a, b)| Happening::Status(a, b)),
        (0..4_usize, option).prop_map(|(a, b)| Happening::Card(a, b)),
        Just(Happening::NewTicket),
        Just(Happening::NewIssue),
        prop::sample::select(FAULTS.to_vec()).prop_map(Happening::Fault),
        Just(Happening::Round),
        (0..24_usize).prop_map(Happening::Killed),
        Just(Happening::Wait),
    ];
    prop::collection::vec(one, 1..24)
}

/// Puts a field's line into a ticket's front matter, in the place of one that is there.
fn put(text: &str, key: &str, value: &str) -> String {
    let field = docket_core::ticket::field::Value::Text(value.to_owned());
    let edits = docket_core::ticket::edit::set(text, key, &field).unwrap();
    docket_core::edit::TextEdit::apply_all(text, &edits)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Random edits on both sides, faults and kills; then quiet. Both sides are equal but for
    /// conflicts, nothing is there twice, no title is lost, and a further round sends nothing.
    #[test]
    fn both_sides_come_to_agree_whatever_happens(happenings in happenings(), with_project in any::<bool>()) {
        let fields = "project = \"ana/5\"\nstatus-field = \"Status\"";
        let fields = if with_project { fields } else { "" };
        let world = World::new(&format!("tickets = \"all\"\nissues = \"state:all\"\n{fields}"));
        world.forge.add_project("ana/5", &[("Status", &["Backlog", "Review", "Done"])]);
        world.forge.set_page_size(2);
        let faults = std::sync::Arc::new(std::sync::Mutex::new(std::collections::VecDeque::new()));
        let drawn = faults.clone();
        world.forge.script(move |_| drawn.lock().unwrap().pop_front());
        let mut n_made = 0;
        let mut sums = Vec::new();
        for happening in happenings {
            let names = world.names();
            let name = |idx: usize| (!names.is_empty()).then(|| names[idx % names.len()].clone());
            let number = |idx: usize| {
                let all = world.forge.all();
                (!all.is_empty()).then(|| all[idx % all.len()].number)
            };
            match happening {
                Happening::Title(idx, true, word) => if let Some(name) = name(idx) {
                    let text = world.read(&name);
                    let old = text.lines().find(|it| it.starts_with("title: ")).unwrap().to_owned();
                    let serial = old.split('#').nth(1).unwrap().trim_matches(['"', '\'']).to_owned();
                    world.write(&name, &put(&text, "title", &format!("{word} #{serial}")));
                },
                Happening::Title(idx, false, word) => if let Some(number) = number(idx) {
                    let old = world.forge.get(number).unwrap().title;
                    let serial = old.split('#').nth(1).unwrap();
                    change(&world.forge, number, &[RemoteWrite::Title(format!("{word} #{serial}"))]);
                },
                Happening::Label(idx, true, label) => if let Some(name) = name(idx) {
                    let text = world.read(&name);
                    let edits = docket_core::ticket::edit::add(&text, "labels", label).unwrap();
                    world.write(&name, &docket_core::edit::TextEdit::apply_all(&text, &edits));
                },
                Happening::Label(idx, false, label) => if let Some(number) = number(idx) {
                    let write = match world.forge.get(number).unwrap().labels.contains(label) {
                        true => RemoteWrite::RemoveLabel(label.into()),
                        false => RemoteWrite::AddLabel(label.into()),
                    };
                    change(&world.forge, number, &[write]);
                },
                Happening::Tick(idx, true) => if let Some(name) = name(idx) {
                    world.write(&name, &world.read(&name).replacen("- [ ] a", "- [x] a", 1));
                },
                Happening::Tick(idx, false) => if let Some(number) = number(idx) {
                    let body = world.forge.get(number).unwrap().body.replacen("- [ ] b", "- [x] b", 1);
                    change(&world.forge, number, &[RemoteWrite::Body(body)]);
                },
                Happening::Close(idx) => if let Some(number) = number(idx) {
                    let state = IssueState::Closed(CloseReason::Completed);
                    change(&world.forge, number, &[RemoteWrite::State(state)]);
                },
                Happening::Status(idx, status) => if let Some(name) = name(idx) {
                    let text = world.read(&name);
                    world.write(&name, &put(&text, "status", status));
                },
                Happening::Card(idx, option) => if let Some(number) = number(idx) {
                    world.forge.choose_option("ana/5", number, "Status", option);
                },
                Happening::NewTicket => {
                    n_made += 1;
                    let id = format!("T-{n_made:04}").replace('0', "b").replace('1', "c");
                    let text = format!("---\nid: {id}\ntitle: 'New #{n_made}'\n---\n\n- [ ] a\n- [ ] b\n");
                    world.write(&format!("{id}-new.md"), &text);
                    sums.push(n_made);
                }
                Happening::NewIssue => {
                    n_made += 1;
                    world.forge.open("ana", &new(&format!("New #{n_made}"), "- [ ] a\n- [ ] b"));
                    sums.push(n_made);
                }
                Happening::Fault(fault) => faults.lock().unwrap().push_back(fault),
                Happening::Round => {
                    world.round_of(Wanted::Changes, &[], &|_| Ok(())).ok();
                }
                Happening::Killed(at) => {
                    let n = AtomicUsize::new(0);
                    world.round_of(Wanted::Changes, &[], &|_| match n.fetch_add(1, Ordering::Relaxed) == at {
                        true => Err(SyncError::Cancelled),
                        false => Ok(()),
                    }).ok();
                    world.forge.advance(SignedDuration::from_mins(3));
                }
                Happening::Wait => world.forge.advance(SignedDuration::from_mins(10)),
            }
        }
        let report = world.rest();
        let mut ledger = world.ledger();
        let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
        prop_assert!(ledger.outbox(remote).unwrap().iter().all(|it| it.state == State::Sent) , "{:?}", ledger.outbox(remote));
        // Each thing that was made is there once on each side.
        let tickets = local::Tickets::of_checkout(&world.root(), &world.config, &Default::default());
        let serial = |title: &str| title.split('#').nth(1).unwrap().parse::<i32>().unwrap();
        let mut theirs: Vec<i32> = world.forge.all().iter().map(|it| serial(&it.title)).collect();
        theirs.sort_unstable();
        let mut n_local = 0;
        prop_assert_eq!(tickets.files.len(), sums.len());
        for file in &tickets.files {
            let Some(number) = file.issue() else {
                // Closed before it had an issue: none is made for it.
                n_local += 1;
                prop_assert!(file.text.contains("status: done"), "{}", file.text);
                continue;
            };
            let mut issue = world.forge.get(number).unwrap();
            issue.project = world.item_of(number);
            let mine = file.fields(&world.config, &tickets.links);
            let theirs = docket_core::sync::fields::of_issue(&issue, &world.config, &tickets.links);
            for (field, value) in &theirs.0 {
                let disputed = report.conflicts.iter().any(|it| it.ticket == file.id && it.field == *field);
                prop_assert!(disputed || mine.0[field] == *value, "{}: {:?} {:?}", field, mine.0[field], value);
            }
        }
        theirs.dedup();
        prop_assert_eq!(theirs.len() + n_local, sums.len());
        prop_assert_eq!(world.forge.all().len(), theirs.len());
        world.forge.reset_counts();
        let last = world.round();
        prop_assert!(last.is_quiet());
        prop_assert_eq!(world.forge.n_writes(), 0);
    }
}
