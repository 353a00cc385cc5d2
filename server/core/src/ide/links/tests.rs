//! Cases of links: what leads where, and what leads nowhere.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::Fixture;

const PROJECT: &str = "//- /.docs/tickets/T-7k3f-x.md
---
id: T-7k3f
title: Read empty files
github: 42
---
//- /.docs/notes.md
# Notes

## More
//- /.docs/docket.toml
[trackers]
\"PROJ-\" = \"https://tracker.example/browse/{id}\"
\"crbug.com/\" = \"https://crbug.com/{id}\"
";

#[track_caller]
fn check(text: &str, expect: Expect) {
    let fixture = Fixture::new(&format!("{text}{PROJECT}"));
    let path = fixture.files[0].0.clone();
    let mut out = String::new();
    for it in links(&fixture.snapshot(), &path) {
        let said = &fixture.text(&path)[it.span.range()];
        let target = match it.target {
            LinkTarget::Place(place) => format!("{}:{}", place.path, place.span.start),
            LinkTarget::Url(url) => url,
        };
        writeln!(out, "{said:?} {target} ({})", it.tooltip).unwrap();
    }
    expect.assert_eq(&out);
}

#[test]
fn a_page_links_to_all_that_it_names() {
    check(
        "//- /.docs/a.md
See T-7k3f, #12, acme/lib#3, PROJ-7 and https://a.b/c(d).
[more](notes.md#more), [[notes#More]], [[T-7k3f|the ticket]], [x](https://x.y), <https://z>.
`T-7k3f #12` and T-9999, UTF-8, color#123x, [gone](gone.md)

```
https://no.where #1
```
",
        expect![[r##"
            "T-7k3f" .docs/tickets/T-7k3f-x.md:0 (T-7k3f "Read empty files" · backlog)
            "#12" https://github.com/acme/app/issues/12 (https://github.com/acme/app/issues/12)
            "acme/lib#3" https://github.com/acme/lib/issues/3 (https://github.com/acme/lib/issues/3)
            "PROJ-7" https://tracker.example/browse/7 (https://tracker.example/browse/7)
            "https://a.b/c(d)" https://a.b/c(d) (https://a.b/c(d))
            "[more](notes.md#more)" .docs/notes.md:9 (Notes)
            "notes#More" .docs/notes.md:9 (Notes)
            "T-7k3f" .docs/tickets/T-7k3f-x.md:0 (T-7k3f "Read empty files" · backlog)
            "[x](https://x.y)" https://x.y (https://x.y)
            "<https://z>" https://z (https://z)
        "##]],
    );
}

#[test]
fn source_links_from_comments_alone() {
    check(
        "let x = \"https://a.b #12\"; // see https://c.d
// TODO(T-7k3f, #42, crbug.com/99, owner/repo#5): as in https://e.f/g.
// T-7k3f and #12 in prose
",
        expect![[r##"
            "T-7k3f" .docs/tickets/T-7k3f-x.md:0 (T-7k3f "Read empty files" · backlog)
            "#42" https://github.com/acme/app/issues/42 (https://github.com/acme/app/issues/42)
            "crbug.com/99" https://crbug.com/99 (https://crbug.com/99)
            "owner/repo#5" https://github.com/owner/repo/issues/5 (https://github.com/owner/repo/issues/5)
            "https://e.f/g" https://e.f/g (https://e.f/g)
            "T-7k3f" .docs/tickets/T-7k3f-x.md:0 (T-7k3f "Read empty files" · backlog)
            "#12" https://github.com/acme/app/issues/12 (https://github.com/acme/app/issues/12)
        "##]],
    );
}

#[test]
fn front_matter_links_to_other_tickets() {
    check(
        "//- /.docs/tickets/T-9x2m-y.md
---
id: T-9x2m
title: Uses #7
parent: T-7k3f
depends-on: [\"T-7k3f\", T-8888]
---
",
        expect![[r#"
            "T-7k3f" .docs/tickets/T-7k3f-x.md:0 (T-7k3f "Read empty files" · backlog)
            "\"T-7k3f\"" .docs/tickets/T-7k3f-x.md:0 (T-7k3f "Read empty files" · backlog)
        "#]],
    );
}

#[test]
fn an_issue_of_a_repository_that_nobody_knows_leads_to_its_ticket() {
    let mut fixture = Fixture::new(&format!("// TODO(#42, #43, a/b#1): x\n{PROJECT}"));
    fixture.world.apply([crate::world::FileChange::Web(None)]);
    let targets: Vec<_> = links(&fixture.snapshot(), "main.rs")
        .into_iter()
        .map(|it| it.target)
        .collect();
    let place = Place {
        path: ".docs/tickets/T-7k3f-x.md".into(),
        span: Span::new(0, 0),
    };
    assert_eq!(
        targets,
        [
            LinkTarget::Place(place),
            LinkTarget::Url("https://github.com/a/b/issues/1".into())
        ]
    );
}
