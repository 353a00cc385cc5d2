//! Tests of planning without a model.

mod inputs;

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::Fixture;
use crate::propose::Seen;

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

fn brief() -> Input {
    Input::Page(BRIEF.to_owned())
}

fn reading(fixture: &Fixture) -> Reading {
    Reading::of(&fixture.snapshot(), &brief(), &|_| true, &mut Counting(0)).unwrap()
}

fn planned(fixture: &Fixture) -> Result<Plan, PlanError> {
    plan(&fixture.snapshot(), &brief(), &mut Counting(0))
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
                thing thing
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
            | thing | thing |
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
    let again = plan(&fixture.snapshot(), &self::brief(), &mut Counting(80)).unwrap();
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

const PROSE: &str = "//- /.docs/brief.md
# Corner shop

The owner wants customers to see what there is and to order it by phone.
It has to work without a network.

Each thing has a name and a price.
";

fn read_spec() -> spec::Spec {
    let wanted = |title: &str, quote: &str, kind| spec::Wanted {
        title: title.to_owned(),
        text: format!("{title}, exactly."),
        quote: quote.to_owned(),
        kind,
        criteria: vec![format!("{title} can be seen")],
        priority: Some(Priority::High),
        estimate: Some(3),
        after: Vec::new(),
    };
    spec::Spec {
        requirements: vec![
            wanted("Show things", "see what  there is", spec::Sort::Wanted),
            spec::Wanted {
                after: vec![1],
                ..wanted("Take orders", "order it by phone.", spec::Sort::Wanted)
            },
            wanted(
                "Work offline",
                "work without a network",
                spec::Sort::Constraint,
            ),
        ],
        users: vec![spec::Named {
            name: "Owner".to_owned(),
            quote: "The owner".to_owned(),
        }],
        entities: vec![spec::Kept {
            name: "Thing".to_owned(),
            fields: vec!["name: text".to_owned(), "price: integer".to_owned()],
            quote: "Each thing has a name".to_owned(),
        }],
        components: vec![
            spec::Built {
                name: "Till".to_owned(),
                purpose: "Takes orders.".to_owned(),
                uses: vec!["Shelf".to_owned()],
            },
            spec::Built {
                name: "Shelf".to_owned(),
                purpose: "Knows what there is.".to_owned(),
                uses: Vec::new(),
            },
        ],
        questions: vec![spec::Open {
            text: "Which currencies?".to_owned(),
            quote: "a price".to_owned(),
            options: vec!["one".to_owned(), "several".to_owned()],
        }],
    }
}

#[test]
fn what_a_model_read_descends_from_its_sentences_and_is_planned_once() {
    let mut fixture = Fixture::new(PROSE);
    let mut chance = Counting(0);
    let snapshot = fixture.snapshot();
    let plan = plan_of(
        &snapshot,
        &reading(&fixture),
        &read_spec(),
        "m, plan@1-x, P-2222, $0.01",
        &mut chance,
    );
    let plan = plan.unwrap();
    expect![[r#"
        //- /.docs/requirements.md
        # Requirements

        ## R-2222 Show things

        <!-- from: brief.md#corner-shop@d5efd69a -->

        Show things, exactly.

        - [ ] Show things can be seen

        ## R-3333 Take orders

        <!-- from: brief.md#corner-shop@d5efd69a -->

        Take orders, exactly.

        - [ ] Take orders can be seen

        ## R-4444 Work offline

        <!-- from: brief.md#corner-shop@1f971c32 -->

        Work offline, exactly.

        - [ ] Work offline can be seen
        //- /.docs/tickets/T-5555-show-things.md
        ---
        id: T-5555
        title: Show things
        priority: high
        type: feature
        estimate: 3
        created: 2026-11-20
        from: [R-2222@1a6ddd33]
        generated: m, plan@1-x, P-2222, $0.01
        ---

        Show things, exactly.

        ## Acceptance criteria

        - [ ] Show things can be seen
        //- /.docs/tickets/T-6666-take-orders.md
        ---
        id: T-6666
        title: Take orders
        priority: high
        type: feature
        depends-on: [T-5555]
        estimate: 3
        created: 2026-11-20
        from: [R-3333@d264873b]
        generated: m, plan@1-x, P-2222, $0.01
        ---

        Take orders, exactly.

        ## Acceptance criteria

        - [ ] Take orders can be seen
        //- /.docs/architecture.md
        ---
        from: [brief.md#corner-shop@d5efd69a]
        ---

        # Architecture

        ```mermaid
        flowchart LR
          user0(["Owner"]) --> product
          product["Corner shop"]
        ```

        ## Components

        ```mermaid
        flowchart LR
          c0["Till"]
          c1["Shelf"]
          c0 --> c1
        ```

        | component | what it is for |
        |---|---|
        | Till | Takes orders. |
        | Shelf | Knows what there is. |
        //- /.docs/data-model.md
        ---
        from: [brief.md#corner-shop@a5477676]
        ---

        # Data model

        ```mermaid
        erDiagram
          thing {
            text name
            integer price
          }
        ```

        ## Thing

        | field | type |
        |---|---|
        | name | text |
        | price | integer |
        //- /.docs/brief.md at 157


        ## Open questions

        - Which currencies? (one | several)? Which currencies? (one | several)
    "#]]
    .assert_eq(&render(&plan));
    carry_out(&mut fixture, &plan);
    let findings = crate::rules::all_findings(&fixture.snapshot());
    assert!(findings.is_empty(), "{findings:?}");
    let again = plan_of(
        &fixture.snapshot(),
        &reading(&fixture),
        &read_spec(),
        "m",
        &mut Counting(80),
    )
    .unwrap();
    assert_eq!(again.tickets, []);
    assert_eq!(again.requirements, []);
    assert_eq!(
        spec::planned(&fixture.snapshot(), &reading(&fixture)).len(),
        3
    );
    // One sentence changed marks both that came of it, and not the third.
    let brief = fixture.text(BRIEF).replace("by phone", "by post");
    fixture.set(BRIEF, &brief);
    assert_eq!(fixture.snapshot().outdated(REQUIREMENTS).len(), 2);
}

#[test]
fn a_specification_is_held_to_its_page() {
    let fixture = Fixture::new(PROSE);
    let snapshot = fixture.snapshot();
    let text = fixture.text(BRIEF);
    let exists = |_: &str| false;
    let seen = Seen::new(&snapshot, &exists, text);
    let reading = reading(&fixture);
    let told = |change: &dyn Fn(&mut spec::Spec)| {
        let mut spec = read_spec();
        change(&mut spec);
        spec::check(&reading, &spec, &seen).map_or_else(|it| it, |()| "fine".to_owned())
    };
    let told = [
        told(&|_| ()),
        told(&|it| it.requirements[0].quote = "see what there was".to_owned()),
        told(&|it| it.requirements[0].quote = "by phone. It has to".to_owned()),
        told(&|it| it.requirements[0].after = vec![2]),
        told(&|it| it.requirements[1].title = "show things".to_owned()),
        told(&|it| it.requirements[1].estimate = Some(4)),
        told(&|it| it.requirements[1].text = "In `src/till.rs`.".to_owned()),
        told(&|it| it.components[0].uses = vec!["Bank".to_owned()]),
        told(&|it| it.questions[0].quote = String::new()),
    ];
    expect![[r#"
        [
            "fine",
            "\"see what there was\" does not stand in the page word for word within one sentence or list item",
            "\"by phone. It has to\" does not stand in the page word for word within one sentence or list item",
            "requirement 1 waits for 2, which is no earlier one",
            "requirement 2 is there twice: \"show things\"",
            "the estimate of requirement 2 is no size",
            "it names what is not in the project: src/till.rs",
            "Till uses Bank, which is no component",
            "\"\" does not stand in the page word for word within one sentence or list item",
        ]
    "#]]
    .assert_debug_eq(&told);
}

#[test]
fn a_question_is_answered_below_it() {
    let mut fixture = Fixture::new(SHOP);
    let snapshot = fixture.snapshot();
    let open = questions::open(BRIEF, fixture.text(BRIEF));
    assert_eq!(open[0].text, "Which currencies?");
    assert_eq!(open.len(), 1);
    let change = questions::answered(
        &snapshot,
        BRIEF,
        "Which currencies?",
        "Euros\nalone",
        &mut Counting(0),
    );
    let text = TextEdit::apply_all(fixture.text(BRIEF), &change.unwrap().edits[0].edits);
    assert!(
        text.contains("- Which currencies?\n  - Euros alone\n- Who packs it?"),
        "{text}"
    );
    fixture.set(BRIEF, &text);
    assert_eq!(questions::open(BRIEF, &text), []);
    let none = questions::answered(&fixture.snapshot(), BRIEF, "Which?", "x", &mut Counting(0));
    assert_eq!(none, None);
    let choice = questions::open(
        BRIEF,
        "# B\n\n## Open questions\n\n- Which? (one | two)\n- Why (not)?\n",
    );
    assert_eq!(choice[0].options, ["one", "two"]);
    assert_eq!(choice[1].options, [""; 0]);
}
