//! Tests of planning without a model.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::Fixture;

/// Numbers one after the other; no other branch.
struct Counting(usize);

impl World for Counting {
    fn text(&mut self, _: &str) -> Option<String> {
        None
    }

    fn below(&mut self, n: usize) -> usize {
        self.0 += 1;
        (self.0 - 1) / 4 % n
    }

    fn is_taken(&mut self, _: &str) -> bool {
        false
    }
}

fn planned(fixture: &Fixture) -> Result<Plan, PlanError> {
    plan(&fixture.snapshot(), BRIEF, &mut Counting(0))
}

/// The files that a plan makes, and what it adds to others.
fn render(plan: &Plan) -> String {
    let mut out = String::new();
    for it in &plan.change.creates {
        let _ = write!(out, "//- /{}\n{}", it.path, it.text);
    }
    for it in plan.change.edits.iter() {
        for edit in &it.edits {
            let _ = write!(
                out,
                "//- /{} at {}\n{}",
                it.path, edit.span.start, edit.text
            );
        }
    }
    for it in &plan.questions {
        let _ = writeln!(out, "? {}", it.text);
    }
    for it in &plan.changed {
        let _ = writeln!(out, "~ {}: {}", it.requirement, it.text);
    }
    out
}

fn check(fixture: &str, expect: Expect) {
    expect.assert_eq(&render(&planned(&Fixture::new(fixture)).unwrap()));
}

/// Carries a plan out on a fixture.
fn carry_out(fixture: &mut Fixture, plan: &Plan) {
    for it in &plan.change.creates {
        fixture.set(&it.path, &it.text);
    }
    for it in &plan.change.edits {
        let text = TextEdit::apply_all(fixture.text(&it.path), &it.edits);
        fixture.set(&it.path, &text);
    }
}

const SHOP: &str = "//- /.docs/brief.md
# Corner shop

Why it is there: must not count.

## Users

- Customers: they buy
- The owner

## Must

1. Show what there is.
   - Each thing has a price
   - Sold out ones say so
2. Take an order

## Could

- Remember what was bought

## Constraints

- Works without a network

## Not goals

- Deliver anything

## Open questions

- Which currencies?
- Who packs it?
  - The owner does

## Data

- Thing: name, price: integer
- Order
  - id
  - thing
  - ordered at: time
//- /shop/Cargo.toml
[package]
name = \"shop\"
version = \"0.1.0\"
[dependencies]
till = \"0.1\"
//- /till/Cargo.toml
[package]
name = \"till\"
version = \"0.1.0\"
";

#[test]
fn a_brief_becomes_requirements_tickets_and_pages() {
    check(
        SHOP,
        expect![[r#"
        //- /.docs/requirements.md
        # Requirements

        ## R-2222 Show what there is

        <!-- from: brief.md#must@c70089c9, brief.md#must@cd7f788b, brief.md#must@54c9131b -->

        Show what there is.

        - [ ] Each thing has a price
        - [ ] Sold out ones say so

        ## R-3333 Take an order

        <!-- from: brief.md#must@d74757de -->

        Take an order

        ## R-4444 Remember what was bought

        <!-- from: brief.md#could@fc6a3267 -->

        Remember what was bought

        ## R-5555 Works without a network

        <!-- from: brief.md#constraints@bf5eab25 -->

        Works without a network
        //- /.docs/tickets/T-6666-show-what-there-is.md
        ---
        id: T-6666
        title: Show what there is
        priority: high
        type: feature
        estimate: 2
        created: 2026-11-20
        from: [R-2222@29f871a1]
        ---

        ## Acceptance criteria

        - [ ] Each thing has a price
        - [ ] Sold out ones say so
        //- /.docs/tickets/T-7777-take-an-order.md
        ---
        id: T-7777
        title: Take an order
        priority: high
        type: feature
        depends-on: [T-6666]
        created: 2026-11-20
        from: [R-3333@616b792b]
        ---
        //- /.docs/tickets/T-8888-remember-what-was-bought.md
        ---
        id: T-8888
        title: Remember what was bought
        priority: low
        type: feature
        created: 2026-11-20
        from: [R-4444@dd2a2660]
        ---
        //- /.docs/architecture.md
        ---
        from: [brief.md#users@7ba2a8dd]
        ---

        # Architecture

        ```mermaid
        flowchart LR
          user0(["Customers"]) --> product
          user1(["The owner"]) --> product
          subgraph product ["Corner shop"]
            p0["shop"]
            p1["till"]
            p0 --> p1
          end
        ```

        ## Parts

        | part | where | uses |
        |---|---|---|
        | shop | `shop/` | till |
        | till | `till/` |  |
        //- /.docs/data-model.md
        ---
        from: [brief.md#data@099ecc9f]
        ---

        # Data model

        ```mermaid
        erDiagram
          thing {
            text name
            integer price
          }
          order {
            integer id
            text thing
            timestamp ordered_at
          }
          thing ||--o{ order : has
        ```

        ## Thing

        | field | type |
        |---|---|
        | name | text |
        | price | integer |

        ## Order

        | field | type |
        |---|---|
        | id | integer |
        | thing | text |
        | ordered at | timestamp |
        ? Which currencies?
    "#]],
    );
}

#[test]
fn planning_again_adds_nothing_and_everything_is_in_line() {
    let mut fixture = Fixture::new(SHOP);
    let first = planned(&fixture).unwrap();
    carry_out(&mut fixture, &first);
    let findings: Vec<_> = crate::rules::all_findings(&fixture.snapshot())
        .into_iter()
        .map(|it| it.message)
        .collect();
    assert_eq!(findings, Vec::<String>::new());
    let again = planned(&fixture).unwrap();
    assert_eq!(again.change, Change::default());
    assert_eq!(again.tickets, []);
}

#[test]
fn what_is_new_in_the_brief_is_added_alone() {
    let mut fixture = Fixture::new(SHOP);
    let first = planned(&fixture).unwrap();
    carry_out(&mut fixture, &first);
    let brief = fixture.text(BRIEF).replace(
        "- Remember what was bought\n",
        "- Remember what was bought\n- Print a receipt\n",
    );
    fixture.set(BRIEF, &brief);
    let again = plan(&fixture.snapshot(), BRIEF, &mut Counting(80)).unwrap();
    let titles: Vec<_> = again.tickets.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["Print a receipt"]);
    assert_eq!(
        again.change.edits.len(),
        1,
        "the page of requirements goes on"
    );
    carry_out(&mut fixture, &again);
    assert!(fixture.snapshot().outdated(REQUIREMENTS).is_empty());
}

#[test]
fn what_was_changed_is_left_to_align() {
    let mut fixture = Fixture::new(SHOP);
    let first = planned(&fixture).unwrap();
    carry_out(&mut fixture, &first);
    let brief = fixture
        .text(BRIEF)
        .replace("Take an order", "Take an order by phone");
    fixture.set(BRIEF, &brief);
    let again = planned(&fixture).unwrap();
    assert_eq!(again.change, Change::default());
    let changed: Vec<_> = again.changed.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(changed, ["Take an order by phone"]);
    let snapshot = fixture.snapshot();
    assert_eq!(snapshot.outdated(REQUIREMENTS).len(), 1);
    let tickets = snapshot.tickets().map(|it| it.0.clone());
    let outdated: Vec<_> = tickets
        .filter(|it| !snapshot.outdated(it).is_empty())
        .collect();
    assert_eq!(outdated.len(), 1, "{outdated:?}");
    assert!(outdated[0].contains("take-an-order"), "{outdated:?}");
}

#[test]
fn prose_counts_where_it_asks_for_something() {
    let found = planned(&Fixture::new(
        "//- /.docs/brief.md\n# Brief\n\nIt is a shop. A customer can pay by card. It opened in 1990.\n",
    ))
    .unwrap();
    let titles: Vec<_> = found.requirements.iter().map(|it| &*it.title).collect();
    assert_eq!(titles, ["A customer can pay by card"]);
}

#[test]
fn a_brief_that_says_nothing_is_refused_with_what_to_do() {
    let none = Fixture::new("//- /.docs/docket.toml\n");
    let error = planned(&none).unwrap_err();
    assert_eq!(error, PlanError::NoBrief(BRIEF.to_owned()));
    let empty = Fixture::new("//- /.docs/brief.md\n# Brief\n\n## Goals\n\n-\n");
    let error = planned(&empty).unwrap_err();
    assert_eq!(error, PlanError::Nothing(BRIEF.to_owned()));
    assert!(error.hint().contains("## Goals"));
}

#[test]
fn requirements_are_told_with_their_tickets() {
    let mut fixture = Fixture::new(SHOP);
    let first = planned(&fixture).unwrap();
    carry_out(&mut fixture, &first);
    let covered = coverage(&fixture.snapshot());
    let rows: Vec<_> = covered
        .iter()
        .map(|it| (&*it.title, it.tickets.len()))
        .collect();
    assert_eq!(
        rows,
        [
            ("Show what there is", 1),
            ("Take an order", 1),
            ("Remember what was bought", 1),
            ("Works without a network", 0),
        ]
    );
}
