//! Tests of planning tickets and TODOs.

use expect_test::{Expect, expect};

use super::*;

fn planned(fixture: &Fixture, input: &Input) -> Result<Plan, PlanError> {
    plan(&fixture.snapshot(), input, &mut Counting(0))
}

fn check(fixture: &str, input: &Input, expect: Expect) {
    let mut fixture = Fixture::new(fixture);
    let found = planned(&fixture, input).unwrap();
    expect.assert_eq(&render(&found));
    // Planning again adds nothing, and what was made is in line.
    carry_out(&mut fixture, &found);
    match plan(&fixture.snapshot(), input, &mut Counting(80)) {
        Ok(again) => assert_eq!(again.change, Change::default()),
        Err(error) => assert!(matches!(error, PlanError::NoTodos(_)), "{error}"),
    }
    let snapshot = fixture.snapshot();
    let paths: Vec<_> = snapshot.files().map(|it| it.0.clone()).collect();
    for path in paths {
        assert_eq!(snapshot.outdated(&path), [], "{path}");
    }
}

fn ticket() -> Input {
    Input::Ticket("t-7k3f".to_owned())
}

const ISSUE: &str = "//- /.docs/tickets/T-7k3f-a.md
---
id: T-7k3f
title: Search by author
type: bug
priority: high
github: 42
---

Members cannot find books by their author. It can take an hour.

- A part of the name is enough
- [ ] Case does not count

## Steps to reproduce

1. Open the page

## Expected behaviour

All books of an author are listed. What about pseudonyms?
";

#[test]
fn an_issue_is_a_requirement_with_what_it_lists_and_expects_as_criteria() {
    check(
        ISSUE,
        &ticket(),
        expect![[r#"
        //- /.docs/requirements.md
        # Requirements

        ## R-2222 Search by author

        <!-- from: T-7k3f#title@0f67e633, T-7k3f#body@0d8075d5, T-7k3f#body@95f827db, T-7k3f#body@a72cea1a, T-7k3f#expected-behaviour@53b70a14 -->

        Members cannot find books by their author.

        - [ ] A part of the name is enough
        - [ ] Case does not count
        - [ ] All books of an author are listed.
        //- /.docs/tickets/T-3333-search-by-author.md
        ---
        id: T-3333
        title: Search by author
        priority: high
        type: bug
        parent: T-7k3f
        estimate: 3
        created: 2026-11-20
        from: [R-2222@a3a15193]
        ---

        Members cannot find books by their author.

        ## Acceptance criteria

        - [ ] A part of the name is enough
        - [ ] Case does not count
        - [ ] All books of an author are listed.
        ? What about pseudonyms?
    "#]],
    );
}

#[test]
fn what_an_issue_lists_as_wanted_is_a_requirement_each() {
    check(
        "//- /.docs/tickets/T-7k3f-a.md
---
id: T-7k3f
title: A better search
---

## Requirements

1. Search by author
   - A part of the name is enough
2. Search by title
",
        &ticket(),
        expect![[r#"
            //- /.docs/requirements.md
            # Requirements

            ## R-2222 Search by author

            <!-- from: T-7k3f#requirements@0f67e633, T-7k3f#requirements@95f827db -->

            Search by author

            - [ ] A part of the name is enough

            ## R-3333 Search by title

            <!-- from: T-7k3f#requirements@efe3a1bf -->

            Search by title
            //- /.docs/tickets/T-4444-search-by-author.md
            ---
            id: T-4444
            title: Search by author
            type: feature
            parent: T-7k3f
            estimate: 1
            created: 2026-11-20
            from: [R-2222@e93a6f7f]
            ---

            ## Acceptance criteria

            - [ ] A part of the name is enough
            //- /.docs/tickets/T-5555-search-by-title.md
            ---
            id: T-5555
            title: Search by title
            type: feature
            parent: T-7k3f
            depends-on: [T-4444]
            created: 2026-11-20
            from: [R-3333@577c5fb3]
            ---
        "#]],
    );
}

#[test]
fn an_issue_that_changed_is_left_to_align() {
    let mut fixture = Fixture::new(ISSUE);
    let first = planned(&fixture, &ticket()).unwrap();
    carry_out(&mut fixture, &first);
    let path = ".docs/tickets/T-7k3f-a.md";
    let text = fixture.text(path).replace("by author", "by the author");
    fixture.set(path, &text);
    let again = plan(&fixture.snapshot(), &ticket(), &mut Counting(80)).unwrap();
    assert_eq!(again.change, Change::default());
    assert_eq!(again.changed[0].requirement, first.requirements[0].id);
    // One sentence of the body puts out of line what was made from it, and nothing else does.
    let text = fixture.text(path).replace("by the author", "by author");
    fixture.set(path, &text.replace("1. Open", "1. Close"));
    assert_eq!(fixture.snapshot().outdated(REQUIREMENTS), []);
    fixture.set(path, &text.replace("A part of", "A piece of"));
    assert_eq!(fixture.snapshot().outdated(REQUIREMENTS).len(), 1);
}

#[test]
fn a_word_names_a_ticket_by_its_id_or_its_issue() {
    let snapshot = Fixture::new(ISSUE).snapshot();
    let meant = |word: &str| Input::of_word(&snapshot, word);
    for word in ["#42", "gh:42", "GH-42"] {
        assert_eq!(meant(word), Ok(Some(Input::Ticket("T-7k3f".to_owned()))));
    }
    assert_eq!(meant("t-7k3f"), Ok(Some(ticket())));
    assert_eq!(meant("#7"), Err(PlanError::NoIssue("#7".to_owned())));
    assert_eq!(meant(".docs/brief.md"), Ok(None));
    let error = planned(&Fixture::new(ISSUE), &Input::Ticket("T-2222".to_owned()));
    assert_eq!(error, Err(PlanError::NoTicket("T-2222".to_owned())));
}

const TODOS: &str = "//- /src/cache.rs
// TODO: drop old entries
//  when there are more than a thousand
// FIXME! lock the file
fn cache() {}
// TODO(T-7k3f): tracked
// TODO: should this be shared?
//- /src/net/http.rs
// TODO: ask again after a failure
//- /tools/http.rs
// TODO: ask again after a failure
//- /tools/known.rs
// TODO: count the misses
//- /.docs/tickets/T-7k3f-a.md
---
id: T-7k3f
title: A
---
//- /.docs/tickets/T-8888-b.md
---
id: T-8888
title: Count the misses
---
";

#[test]
fn todos_are_a_requirement_each_unless_they_say_the_same_or_stand_together() {
    check(
        TODOS,
        &Input::Todos(Vec::new()),
        expect![[r#"
        //- /.docs/requirements.md
        # Requirements

        ## R-2222 drop old entries

        drop old entries

        Said in `src/cache.rs:1`, `src/cache.rs:3`.

        - [ ] drop old entries
        - [ ] lock the file

        ## R-3333 ask again after a failure

        ask again after a failure

        Said in `src/net/http.rs:1`, `tools/http.rs:1`.
        //- /.docs/tickets/T-4444-drop-old-entries.md
        ---
        id: T-4444
        title: drop old entries
        priority: high
        type: bug
        estimate: 2
        created: 2026-11-20
        from: [R-2222@09bf8042]
        ---

        From `src/cache.rs`:

        ```
        drop old entries
        when there are more than a thousand
        ```

        ## Acceptance criteria

        - [ ] drop old entries
        - [ ] lock the file
        //- /.docs/tickets/T-5555-ask-again-after-a-failure.md
        ---
        id: T-5555
        title: ask again after a failure
        type: feature
        created: 2026-11-20
        from: [R-3333@4555635e]
        ---

        From `src/net/http.rs`:

        ```
        ask again after a failure
        ```
        //- /src/cache.rs at 7
        (T-4444)//- /src/cache.rs at 75
        (T-4444)//- /src/net/http.rs at 7
        (T-5555)//- /tools/http.rs at 7
        (T-5555)//- /tools/known.rs at 7
        (T-8888)? should this be shared?
    "#]],
    );
}

#[test]
fn todos_of_some_folders_are_planned_alone() {
    let fixture = Fixture::new(TODOS);
    let of = |within: &[&str]| {
        let within = within.iter().map(|it| (*it).to_owned()).collect();
        planned(&fixture, &Input::Todos(within))
    };
    let titles = |it: Result<Plan, PlanError>| -> Vec<String> {
        let found = it.unwrap().requirements.into_iter();
        found.map(|it| it.title).collect()
    };
    let again = "ask again after a failure";
    assert_eq!(titles(of(&["src/net", "tools/http.rs"])), [again]);
    assert_eq!(titles(of(&["./src/net/"])), [again]);
    // A folder's name is no prefix of another's.
    assert!(matches!(of(&["src/n"]), Err(PlanError::NoTodos(_))));
}

#[test]
fn what_a_model_makes_of_todos_is_held_to_them_and_linked() {
    let mut fixture = Fixture::new(TODOS);
    let input = Input::Todos(vec!["src".to_owned()]);
    let reading = Reading::of(
        &fixture.snapshot(),
        &input,
        &|it| !it.contains("net"),
        &mut Counting(0),
    );
    let reading = reading.unwrap();
    assert_eq!(reading.shown, ["src/cache.rs"]);
    assert!(!reading.text.contains("http"), "{}", reading.text);
    let mut spec = read_spec();
    spec.requirements.truncate(1);
    let wanted = &mut spec.requirements[0];
    wanted.quote = "when there are more than a thousand".to_owned();
    wanted.kind = spec::Sort::Constraint;
    wanted.after.clear();
    spec.users.clear();
    spec.entities.clear();
    spec.components.clear();
    spec.questions[0].quote = "lock the file".to_owned();
    let snapshot = fixture.snapshot();
    let exists = |_: &str| true;
    let seen = Seen::new(&snapshot, &exists, "");
    assert_eq!(spec::check(&reading, &spec, &seen), Ok(()));
    let plan = plan_of(&snapshot, &reading, &spec, "a model", &mut Counting(0)).unwrap();
    carry_out(&mut fixture, &plan);
    let ticket = &plan.tickets[0].id;
    assert!(
        fixture
            .text("src/cache.rs")
            .starts_with(&format!("// TODO({ticket}): drop"))
    );
    let page = fixture.text(REQUIREMENTS);
    assert!(
        page.contains("`src/cache.rs:1`") && page.contains("## Open questions\n\n- "),
        "{page}"
    );
    assert!(
        fixture
            .text(&plan.tickets[0].path)
            .contains("generated: a model\n")
    );
    spec.requirements[0].quote = "ask again after a failure".to_owned();
    assert!(spec::check(&reading, &spec, &seen).is_err());
}
