//! Links in a source's text lead from the new tickets where they led before.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{after, empty, files, planned};
use crate::fixture::Fixture;
use crate::import::plan::Plan;
use crate::import::{Base, SourceFile, Tool, read};
use crate::page::{self, LinkKind};
use crate::span::Span;
use crate::world::paths;

/// The lines with links of the files that an import makes.
fn linked(plan: &Plan) -> String {
    let mut out = String::new();
    for file in &plan.change.creates {
        out.push_str(&format!("=== {}\n", file.path));
        let lines = file.text.lines();
        for line in lines.filter(|it| it.contains("](") || it.contains("]:")) {
            out.push_str(&format!("{line}\n"));
        }
    }
    out
}

#[track_caller]
fn check(source: &str, expect: Expect) {
    expect.assert_eq(&linked(&planned(&empty(), &files(source))));
}

#[test]
fn a_page_of_backlog_md_takes_its_links_along() {
    check(
        r#"
//- /backlog/completed/back-316 - Serve-images.md
---
id: BACK-316
title: 'Serve images'
status: Done
assignee: []
---

Put it in the backlog folder: ![Example Image](../assets/images/web.jpeg "The web") and
[two](<../docs/a b.md#x y>) [three](../docs/a%20b.md#c?d) [four](../src/?raw=1#L3) [root](../..) [dir](../docs/)
[self](#notes) [self too](<back-316 - Serve-images.md>) [next](<../tasks/back-7 - Whistle.md#why> 'Why') [r] [s][r]
[web](https://a.b/c.md) [mail](mailto:a@b.c) [abs](/docs/a.md) [out](../../../x.md) [host](//a.b/c) [[../docs/a]]

> [quoted](../docs/q.md)
> [![picture](../assets/p.png)](../docs/p.md)

`[code](../docs/a.md)` and

```md
[code](../docs/a.md)
[r]: ../docs/a.md
```

    [code](../docs/a.md)

<!-- [comment](../docs/a.md) -->

| [cell](../docs/t.md) |
| --- |

[r]: ../docs/r.md#x "A title"
[unused]: <../docs/unused.md>
[u]: https://a.b
//- /backlog/tasks/back-7 - Whistle.md
---
id: BACK-7
title: 'Whistle [here](../docs/w.md)'
assignee: []
---

[before](<../completed/back-316 - Serve-images.md>)
"#,
        expect![[r#"
            === .docs/tickets/archive/BACK-316-serve-images.md
            Put it in the backlog folder: ![Example Image](../../../backlog/assets/images/web.jpeg "The web") and
            [two](<../../../backlog/docs/a%20b.md#x y>) [three](../../../backlog/docs/a%20b.md#c?d) [four](../../../backlog/src/?raw=1#L3) [root](../../../) [dir](../../../backlog/docs/)
            [self](#notes) [self too](<BACK-316-serve-images.md>) [next](<../BACK-7-whistle-here-docs-w-md.md#why> 'Why') [r] [s][r]
            [web](https://a.b/c.md) [mail](mailto:a@b.c) [abs](/docs/a.md) [out](../../../x.md) [host](//a.b/c) [[../docs/a]]
            > [quoted](../../../backlog/docs/q.md)
            > [![picture](../../../backlog/assets/p.png)](../../../backlog/docs/p.md)
            `[code](../docs/a.md)` and
            [code](../docs/a.md)
            [r]: ../docs/a.md
                [code](../docs/a.md)
            <!-- [comment](../docs/a.md) -->
            | [cell](../../../backlog/docs/t.md) |
            [r]: ../../../backlog/docs/r.md#x "A title"
            [unused]: <../../../backlog/docs/unused.md>
            [u]: https://a.b
            === .docs/tickets/BACK-7-whistle-here-docs-w-md.md
            title: Whistle [here](../../backlog/docs/w.md)
            [before](<archive/BACK-316-serve-images.md>)
        "#]],
    );
}

#[test]
fn each_tool_has_its_own_place() {
    check(
        r#"
//- /openspec/changes/add-update/proposal.md
## Why

- Registration + [src/core/profiles.ts](../../../src/core/profiles.ts), see [tasks](tasks.md) and [design](./design.md#context)
- After [lid](../add-lid/proposal.md), whose [spec](../add-lid/specs/lid/spec.md) stays
//- /openspec/changes/add-update/design.md
# Design

[schemas/spec-driven/schema.yaml](../../../schemas/spec-driven/schema.yaml)
//- /openspec/changes/add-update/tasks.md
## 1. Drill

- [ ] 1.1 As [profiles](../../../src/core/profiles.ts) say, for [this](proposal.md)
//- /openspec/changes/add-lid/proposal.md
## Why

Steam.
//- /openspec/changes/archive/2025-01-11-add-handle/proposal.md
## Why

[now](../../add-lid/proposal.md) [docs](../../../../docs/opsx.md)
"#,
        expect![[r#"
            === .docs/tickets/archive/T-2223-add-handle.md
            [now](../T-2224-add-lid.md) [docs](../../../docs/opsx.md)
            === .docs/tickets/T-2224-add-lid.md
            === .docs/tickets/T-2225-add-update.md
            - Registration + [src/core/profiles.ts](../../src/core/profiles.ts), see [tasks](T-2225-add-update.md) and [design](T-2225-add-update.md#context)
            - After [lid](T-2224-add-lid.md), whose [spec](../../openspec/changes/add-lid/specs/lid/spec.md) stays
            [schemas/spec-driven/schema.yaml](../../schemas/spec-driven/schema.yaml)
            === .docs/tickets/T-2226-add-update-1-drill.md
            - [ ] 1.1 As [profiles](../../src/core/profiles.ts) say, for [this](T-2225-add-update.md)
        "#]],
    );
    check(
        r#"
//- /specs/001-kettle/tasks.md
# Tasks: A kettle

**Input**: [plan](plan.md), [another](../002-tea/tasks.md)

## Phase 1: Setup

- [ ] T001 Make it as in [plan](./plan.md#setup)
//- /specs/002-tea/tasks.md
# Tasks: Tea

## Phase 1: Setup

- [ ] T001 Pour
"#,
        expect![[r#"
            === .docs/tickets/T-2223-a-kettle.md
            **Input**: [plan](../../specs/001-kettle/plan.md), [another](T-2226-tea.md)
            === .docs/tickets/T-2224-phase-1-setup.md
            === .docs/tickets/T-2225-make-it-as-in-plan-plan-md-setup.md
            title: Make it as in [plan](../../specs/001-kettle/plan.md#setup)
            === .docs/tickets/T-2226-tea.md
            === .docs/tickets/T-2227-phase-1-setup.md
            === .docs/tickets/T-2228-pour.md
        "#]],
    );
    check(
        r#"
//- /notes/TODO.md
# TODO

- [ ] Bodies, see [the plan](plan.md) and [all](TODO.md)
  as [above](../README.md)
  - [ ] [nested](deep/a.md)
"#,
        expect![[r#"
            === .docs/tickets/T-2223-bodies-see-the-plan-plan-md-and-all-todo-md.md
            title: Bodies, see [the plan](../../notes/plan.md) and [all](../../notes/TODO.md)
            as [above](../../README.md)
            - [ ] [nested](../../notes/deep/a.md)
        "#]],
    );
    check(
        "//- /app/.beads/issues.jsonl\n{\"id\":\"bd-1\",\"title\":\"One\",\"description\":\"See [a](docs/a.md).\"}\n",
        expect![[r#"
            === .docs/tickets/bd-1-one.md
            See [a](../../app/docs/a.md).
        "#]],
    );
    check(
        "//- /.taskmaster/tasks/tasks.json\n{\"tasks\":[{\"id\":1,\"title\":\"One\",\"details\":\"See [a](docs/a.md).\"}]}\n",
        expect![[r#"
            === .docs/tickets/T-2223-one.md
            See [a](../../docs/a.md).
        "#]],
    );
}

#[test]
fn of_a_source_elsewhere_only_tickets_find_each_other() {
    let files = files(
        "//- /backlog/tasks/back-1.md\n---\nid: BACK-1\ntitle: One\nassignee: []\n---\n\n[two](back-2.md) [page](../docs/a.md)\n//- /backlog/tasks/back-2.md\n---\nid: BACK-2\ntitle: Two\nassignee: []\n---\n",
    );
    let mut source = read(Tool::BacklogMd, &files).unwrap();
    source.base = Base::Elsewhere;
    let plan = crate::import::plan(
        &empty(),
        Tool::BacklogMd,
        source,
        &mut super::Outside::default(),
    );
    let text = &plan.change.creates[0].text;
    let said = "[two](BACK-2-two.md) [page](../docs/a.md)";
    assert!(text.contains(said), "{text}");
}

#[test]
fn what_is_new_since_then_links_to_where_tickets_are_now() {
    let first = "//- /backlog/tasks/back-1.md\n---\nid: BACK-1\ntitle: One\nassignee: []\n---\n";
    let had = Fixture::new(
        "//- /.docs/tickets/sub/K-1-renamed.md\n---\nid: K-1\ntitle: Renamed\nfrom: [\"backlog-md:BACK-1\"]\n---\n",
    );
    let more = format!(
        "{first}//- /backlog/tasks/back-2.md\n---\nid: BACK-2\ntitle: Two\nassignee: []\n---\n\nAfter [one](back-1.md).\n"
    );
    let mut outside = super::Outside::default();
    let files = files(&more);
    let source = read(Tool::BacklogMd, &files).unwrap();
    let snapshot = had.snapshot();
    let mut texts = Texts(&had, &mut outside);
    let plan = crate::import::plan(&snapshot, Tool::BacklogMd, source, &mut texts);
    assert_eq!(plan.n_new(), 1);
    let text = &plan.change.creates[0].text;
    assert!(text.contains("After [one](sub/K-1-renamed.md)."), "{text}");
}

/// The files of a fixture, as they are on disk.
struct Texts<'a>(&'a Fixture, &'a mut super::Outside);

impl crate::ide::actions::Source for Texts<'_> {
    fn text(&mut self, path: &str) -> Option<String> {
        Some(self.0.text(path).to_owned())
    }

    fn below(&mut self, n: usize) -> usize {
        self.1.below(n)
    }

    fn is_taken(&mut self, id: &str) -> bool {
        self.1.is_taken(id)
    }
}

/// What the links of a page at `path` mean, with their anchors.
fn meant(path: &str, text: &str) -> Vec<(Option<String>, Option<String>)> {
    let links = page::body(text, Span::new(0, text.len())).0.links;
    let links = links.into_iter().filter(|it| it.kind == LinkKind::Inline);
    links
        .map(|it| (paths::resolve(path, &it.target), it.anchor))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn targets_are_the_same_files(
        folder in "([a-c]{1,2}/){0,4}",
        links in prop::collection::vec(
            ("!?", "(\\./)?(\\.\\./){0,3}([a-d]{1,2}/){0,2}[a-d]{1,2}(%20x)?(\\.md|\\.png|/)?", "(#[a-z]{1,3})?", "( \"t\")?"),
            1..5,
        ),
    ) {
        let line: String = links
            .iter()
            .map(|(sign, path, anchor, title)| format!("{sign}[x]({path}{anchor}{title}) "))
            .collect();
        let path = format!("{folder}back-3.md");
        let text = format!("---\nid: BACK-3\ntitle: T\nassignee: []\n---\n\n{line}\n");
        let file = SourceFile { path: path.clone(), text };
        let files = [file];
        let plan = planned(&empty(), &files);
        prop_assume!(plan.n_new() == 1);
        let made = &plan.change.creates[0];
        let body = made.text.rsplit("---\n").next().unwrap_or_default();
        // What leads out of the project stays as it is, and so is nowhere in it.
        for (before, now) in meant(&path, &line).into_iter().zip(meant(&made.path, body)) {
            prop_assert!(before.0.is_none() || before == now, "{before:?} {now:?}\n{line}\n{body}");
        }
        prop_assert_eq!(body.matches("[x](").count(), links.len());
        prop_assert_eq!(planned(&after(&plan), &files).n_new(), 0);
    }
}
