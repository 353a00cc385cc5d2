//! Each tool's shape to tickets, what a second import makes, and what is cut.

mod links;
mod properties;
mod samples;

use expect_test::{ExpectFile, expect_file};

use super::plan::{Plan, Standing};
use super::{SourceFile, Tool, read, recognise};
use crate::config::Config;
use crate::fixture::{Fixture, TODAY};
use crate::ide::actions;
use crate::ticket;
use crate::world::{Snapshot, World};

/// Chance that is none: ids come in a row.
#[derive(Default)]
struct Outside {
    drawn: usize,
}

impl actions::Source for Outside {
    fn text(&mut self, _: &str) -> Option<String> {
        None
    }

    fn below(&mut self, n: usize) -> usize {
        self.drawn += 1;
        // The last of four symbols counts, then the one before it.
        match self.drawn % 4 {
            0 => (self.drawn / 4) % n,
            3 => (self.drawn / 4 / 27) % n,
            _ => 0,
        }
    }

    fn is_taken(&mut self, _: &str) -> bool {
        false
    }
}

fn files(source: &str) -> Vec<SourceFile> {
    let files = Fixture::new(source.trim_start()).files.into_iter();
    files
        .map(|(path, text)| SourceFile {
            path: path.to_string(),
            text,
        })
        .collect()
}

fn empty() -> Snapshot {
    World::new(Config::default(), TODAY).into_snapshot()
}

fn planned(snapshot: &Snapshot, files: &[SourceFile]) -> Plan {
    let tool = recognise(files).unwrap();
    let source = read(tool, files).unwrap();
    super::plan(snapshot, tool, source, &mut Outside::default())
}

/// What an import makes of files, all of it, and what it leaves out.
fn check(source: &str, tool: Tool, expect: ExpectFile) {
    let plan = planned(&empty(), &files(source));
    assert_eq!(plan.tool, tool);
    let mut out = String::new();
    for file in &plan.change.creates {
        out.push_str(&format!("=== {}\n{}", file.path, file.text));
        let parsed = ticket::parse(file.text.as_bytes(), &Config::default());
        assert_eq!(parsed.problems, [], "{}", file.text);
    }
    for it in &plan.skipped {
        let line = it.line.map_or(String::new(), |it| format!(":{it}"));
        out.push_str(&format!("--- {}{line}: {}\n", it.path, it.reason));
    }
    expect.assert_eq(&out);
}

/// The project as it is once a plan is carried out.
fn after(plan: &Plan) -> Snapshot {
    use crate::comments::Reader;
    use crate::text::{Charset, Document, Hash};
    use crate::world::FileChange;
    let mut world = World::new(Config::default(), TODAY);
    for file in &plan.change.creates {
        let bytes = file.text.as_bytes();
        let facts = crate::facts::facts(
            &file.path,
            bytes,
            Hash::of(bytes),
            Charset::Bytes,
            &Config::default(),
            Reader::Tree,
        );
        world.apply([
            FileChange::Open {
                path: file.path.as_str().into(),
                document: Document::new(&file.text, 1, ""),
            },
            FileChange::Facts {
                path: file.path.as_str().into(),
                facts: Some(std::sync::Arc::new(facts)),
            },
        ]);
    }
    world.into_snapshot()
}

#[test]
fn backlog_md() {
    let expect = expect_file!["tests/backlog-md.txt"];
    check(samples::BACKLOG, Tool::BacklogMd, expect);
}

#[test]
fn beads() {
    let expect = expect_file!["tests/beads.txt"];
    check(samples::BEADS, Tool::Beads, expect);
}

#[test]
fn task_master() {
    let expect = expect_file!["tests/task-master.txt"];
    check(samples::TASK_MASTER, Tool::TaskMaster, expect);
}

#[test]
fn spec_kit() {
    let expect = expect_file!["tests/spec-kit.txt"];
    check(samples::SPEC_KIT, Tool::SpecKit, expect);
}

#[test]
fn openspec() {
    let expect = expect_file!["tests/openspec.txt"];
    check(samples::OPENSPEC, Tool::OpenSpec, expect);
}

#[test]
fn obsidian() {
    let expect = expect_file!["tests/obsidian.txt"];
    check(samples::OBSIDIAN, Tool::Obsidian, expect);
}

#[test]
fn check_lists() {
    let expect = expect_file!["tests/todo.txt"];
    check(samples::CHECK_LIST, Tool::CheckList, expect);
}

#[test]
fn a_second_import_makes_nothing() {
    for sample in samples::ALL {
        let files = files(sample);
        let first = planned(&empty(), &files);
        assert!(first.n_new() > 1, "{sample}");
        let second = planned(&after(&first), &files);
        assert_eq!(second.n_new(), 0, "{sample}");
        assert!(second.change.creates.is_empty());
        let ids = |plan: &Plan| {
            let ids = plan.tickets.iter().map(|it| it.id.clone());
            ids.collect::<Vec<_>>()
        };
        assert_eq!(ids(&first), ids(&second));
    }
}

#[test]
fn what_is_new_since_then_refers_to_what_was_there() {
    let had = after(&planned(&empty(), &files(samples::BEADS)));
    let more = format!(
        "{}{{\"id\":\"bd-new1\",\"title\":\"Later\",\"dependencies\":[{{\"issue_id\":\"bd-new1\",\"depends_on_id\":\"bd-a1b2\",\"type\":\"blocks\"}}]}}\n",
        samples::BEADS
    );
    let plan = planned(&had, &files(&more));
    assert_eq!(plan.n_new(), 1);
    let text = &plan.change.creates[0].text;
    assert!(text.contains("depends-on: [bd-a1b2]"), "{text}");
}

#[test]
fn an_id_that_is_taken_is_drawn_anew_and_every_word_for_it_follows() {
    let fixture =
        Fixture::new("//- /.docs/tickets/BACK-1-own.md\n---\nid: BACK-1\ntitle: Own\n---\n");
    let source = "//- /backlog/tasks/back-1.md\n---\nid: BACK-1\ntitle: First\nassignee: []\n---\n\nAfter back-1, see `BACK-1` and https://x.example/BACK-1 and BACK-12.\n//- /backlog/tasks/back-2.md\n---\nid: BACK-2\ntitle: Not before BACK-1\nassignee: []\ndependencies: [task-1]\nparent_task_id: back-1\n---\n";
    let plan = planned(&fixture.snapshot(), &files(source));
    assert_eq!(plan.tickets[0].was.as_deref(), Some("BACK-1"));
    assert_eq!(plan.tickets[0].standing, Standing::New);
    let id = &plan.tickets[0].id;
    assert!(id.starts_with("T-"));
    let [one, two] = plan.change.creates.as_slice() else {
        panic!("{plan:?}")
    };
    let said = format!("After {id}, see `BACK-1` and https://x.example/BACK-1 and BACK-12.");
    assert!(one.text.contains(&said), "{}", one.text);
    let from = "from: [\"backlog-md:BACK-1\"]";
    assert!(one.text.contains(from), "{}", one.text);
    for line in [
        format!("title: Not before {id}"),
        format!("parent: {id}"),
        format!("depends-on: [{id}]"),
    ] {
        assert!(two.text.contains(&line), "{}", two.text);
    }
}

#[test]
fn states_are_those_of_the_project() {
    let toml = "[[status]]\nname = \"To Do\"\nkind = \"open\"\n[[status]]\nname = \"Doing\"\nkind = \"active\"\n[[status]]\nname = \"Shipped\"\nkind = \"done\"\n";
    let own = Config::parse(toml).0;
    let table = [
        ("To Do", "todo -", "To Do -"),
        ("in_progress", "in-progress -", "Doing -"),
        ("closed", "done -", "Shipped -"),
        ("Cancelled", "dropped -", "To Do Cancelled"),
        ("blocked", "todo blocked", "To Do blocked"),
        ("Review", "review -", "Doing -"),
        ("shipped", "backlog shipped", "Shipped -"),
        ("", "backlog -", "To Do -"),
    ];
    for (written, default, configured) in table {
        let said = |config: &Config| {
            let (status, label) = super::state::status(Some(written), config);
            format!("{status} {}", label.as_deref().unwrap_or("-"))
        };
        assert_eq!(said(&Config::default()), default, "{written}");
        assert_eq!(said(&own), configured, "{written}");
    }
}

#[test]
fn what_is_cut_is_refused_with_its_place() {
    let table = [
        (
            "//- /backlog/tasks/back-1.md\n---\nid: BACK-1\ntitle: One\nassignee: []\n",
            "`backlog/tasks/back-1.md`, line 1: its front matter begins with `---` and has no closing line `---`",
        ),
        (
            "//- /backlog/tasks/back-1.md\n---\nid: BACK-1\ntitle: One\nassignee: []\n---\n\n<!-- SECTION:NOTES:BEGIN -->\nhalf\n",
            "`backlog/tasks/back-1.md`, line 7: its section `SECTION:NOTES` begins here and does not end: there is no `SECTION:NOTES:END`",
        ),
        (
            "//- /backlog/tasks/back-1.md\n---\nid: BACK-1\ntitle: \"One\nassignee: []\n---\n",
            "`backlog/tasks/back-1.md`, line 3: its front matter is no YAML here: invalid indentation in multiline quoted scalar",
        ),
        (
            "//- /issues.jsonl\n{\"id\":\"a-1\",\"title\":\"x\"}\n{\"id\":\"a-2\",\"tit\n",
            "`issues.jsonl`, line 2: the line ends in the middle of an issue",
        ),
        (
            "//- /tasks.json\n{\n\"tasks\": [\n",
            "`tasks.json`, line 3: the file ends in the middle of its tasks",
        ),
    ];
    for (source, expected) in table {
        let files = files(source);
        let error = read(recognise(&files).unwrap(), &files).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(error.hint.contains("nothing was changed"));
    }
}

#[test]
fn json_that_is_cut_anywhere_makes_nothing() {
    for sample in [samples::BEADS, samples::TASK_MASTER] {
        let whole = files(sample).remove(0);
        let tool = recognise(std::slice::from_ref(&whole)).unwrap();
        let all = read(tool, std::slice::from_ref(&whole)).unwrap();
        let text = whole.text.trim_end();
        for cut in (0..text.len()).filter(|it| text.is_char_boundary(*it)) {
            let file = SourceFile {
                path: whole.path.clone(),
                text: text[..cut].to_owned(),
            };
            match read(tool, &[file]) {
                Err(error) => assert!(error.line.is_some()),
                // Lines that are whole are all that a shorter list is.
                Ok(source) => {
                    assert_eq!(tool, Tool::Beads);
                    let head = &text[..cut];
                    assert!(head.is_empty() || head.ends_with(['\n', '}']), "{head}");
                    let n_lines = head.lines().count();
                    assert_eq!(source.tickets.len() + source.skipped.len(), n_lines);
                    assert!(n_lines <= all.tickets.len() + all.skipped.len());
                }
            }
        }
    }
}

#[test]
fn a_source_is_known_by_its_content() {
    let both = format!("{}{}", samples::BEADS, samples::TASK_MASTER.trim_start());
    let error = recognise(&files(&both)).unwrap_err();
    let said = "it has tickets of beads and of Task Master";
    assert_eq!(error.to_string(), said);
    let error = recognise(&files("//- /a.md\n# Nothing\n\n- here\n")).unwrap_err();
    let said = "it has nothing of a tool that docket reads";
    assert_eq!(error.to_string(), said);
}
