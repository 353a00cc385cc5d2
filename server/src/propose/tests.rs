//! Proposals of a model behind a server that speaks the real wire format, on a project on the disk.

mod analysis;

use std::path::Path;

use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::{project, write};

const TICKET: &str = "---
id: T-7k3f
title: Users sign in
type: feature
---

So that others do not read their things.

## Acceptance criteria

- [ ] A wrong password is refused
- [ ] Five wrong ones lock the account
";

struct Shop {
    folder: tempfile::TempDir,
    _state: tempfile::TempDir,
    server: MockServer,
    env: Env,
}

impl Shop {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let state = tempfile::tempdir().unwrap();
        let server = MockServer::start().await;
        let env = Env::fixed(folder.path(), "2026-11-27T10:00Z[UTC]".parse().unwrap(), 7)
            .with_var("DOCKET_STUB_KEY", "k-1")
            .with_var("XDG_STATE_HOME", state.path().to_str().unwrap());
        let it = Self {
            folder,
            _state: state,
            server,
            env,
        };
        it.put(".docs/tickets/T-7k3f-users-sign-in.md", TICKET);
        it.put(
            "src/login.rs",
            "fn login() {}\n// TODO(T-7k3f): lock the account\n",
        );
        it.put(
            ".docs/docket.toml",
            &format!(
                "[ai]\nmodels = [\"stub/m\"]\n[ai.providers.stub]\nprotocol = \"openai-chat\"\nurl = \"{}/v1\"\n[ai.prices.\"stub/m\"]\ninput = 1.0\noutput = 2.0\n",
                it.server.uri()
            ),
        );
        it
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        std::fs::write(path, text).unwrap();
    }

    fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap()
    }

    /// As the project is now.
    fn project(&self) -> Project {
        let never = std::sync::atomic::AtomicBool::new(false);
        let (loaded, _) = project::read(self.root(), &self.env, &never, &|_| ()).unwrap();
        let world = loaded.into_world(self.root(), self.env.today());
        Project {
            root: self.root().to_owned(),
            env: self.env.clone(),
            snapshot: world.into_snapshot(),
        }
    }

    /// What the model answers next.
    async fn answers(&self, answer: &Value) {
        self.answers_after(answer, 1000).await;
    }

    /// The same, having read so many tokens.
    async fn answers_after(&self, answer: &Value, input: u32) {
        let text = json!({ "choices": [{ "index": 0, "delta": { "content": answer.to_string() }, "finish_reason": null }] });
        let end = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] });
        let usage = json!({ "choices": [], "usage": { "prompt_tokens": input, "completion_tokens": 100, "total_tokens": input + 100 } });
        let body = format!("data: {text}\n\ndata: {end}\n\ndata: {usage}\n\ndata: [DONE]\n\n");
        Mock::given(any())
            .respond_with(ResponseTemplate::new(200).set_body_raw(body, "text/event-stream"))
            .up_to_n_times(1)
            .mount(&self.server)
            .await;
    }

    async fn asked(&self) -> Vec<Value> {
        let sent = self.server.received_requests().await.unwrap();
        sent.iter()
            .map(|it| serde_json::from_slice(&it.body).unwrap())
            .collect()
    }

    async fn propose(&self, wanted: Wanted, how: How) -> Result<Proposal, ProposeError> {
        propose(&self.project(), &wanted, how, &(), &Cancel::new()).await
    }

    fn accept(&self, id: &str) -> Result<(), ProposeError> {
        let project = self.project();
        let proposal = accept(&project, id)?;
        write::apply(&project.root, &proposal.body.change).unwrap();
        accepted(&project, &proposal)
    }
}

fn expand() -> Wanted {
    Wanted::Expand {
        ticket: "t-7k3f".to_owned(),
    }
}

fn parts() -> Value {
    json!({
        "reason": "Two changes.",
        "parts": [
            { "title": "Refuse wrong passwords", "why": "Others must not get in.", "criteria": ["A wrong password is refused"], "estimate": 2, "after": [] },
            { "title": "Lock accounts", "why": "Against guessing.", "criteria": ["Five wrong ones lock the account"], "estimate": 3, "after": [1] },
        ],
    })
}

#[tokio::test]
async fn what_a_model_splits_waits_until_it_is_accepted_and_says_who_wrote_it() {
    let shop = Shop::new().await;
    shop.answers(&parts()).await;
    let proposal = shop.propose(expand(), How::default()).await.unwrap();
    assert_eq!(proposal.title, "Split T-7k3f into 2 parts");
    let sent = &shop.asked().await[0];
    assert_eq!(sent["response_format"]["type"], "json_schema", "{sent}");
    let told = sent["messages"].to_string();
    assert!(
        told.contains("lock the account") && told.contains("src/login.rs"),
        "{told}"
    );
    // Nothing was written; the same is not asked again.
    assert_eq!(shop.project().snapshot.index.n_tickets(), 1);
    let same = shop.propose(expand(), How::default()).await.unwrap();
    assert_eq!(
        (same.id.as_str(), shop.asked().await.len()),
        (proposal.id.as_str(), 1)
    );
    assert_eq!(waiting(shop.root(), &shop.env).len(), 1);

    shop.accept(&proposal.id).unwrap();
    let snapshot = shop.project().snapshot;
    assert_eq!(snapshot.index.n_tickets(), 3);
    let of = |title: &str| {
        let found = snapshot
            .tickets()
            .find(|it| it.1.title.as_ref().is_some_and(|it| it.value == title));
        found.map(|it| it.0.to_string()).unwrap()
    };
    let text = shop.text(&of("Lock accounts"));
    assert!(
        text.contains("parent: T-7k3f\n") && text.contains("depends-on: [T-"),
        "{text}"
    );
    let origin = "generated: stub/m, expand@1-";
    assert!(
        text.contains(origin) && text.contains(&format!("{}, $0.0012\n", proposal.id)),
        "{text}"
    );
    assert!(matches!(
        shop.accept(&proposal.id),
        Err(ProposeError::Decided { .. })
    ));
    let ledger = crate::sync::setup::ledger(shop.root(), &shop.env).unwrap();
    let history = ledger.history("T-7k3f", 5).unwrap();
    assert!(history[0].act.what.contains("accepted P-"), "{history:?}");
    assert_eq!(history[0].act.source.name(), "model");
}

#[tokio::test]
async fn what_was_refused_is_not_asked_again_unless_somebody_says_so() {
    let shop = Shop::new().await;
    shop.answers(&parts()).await;
    let proposal = shop.propose(expand(), How::default()).await.unwrap();
    refuse(&shop.project(), &proposal.id).unwrap();
    let error = shop.propose(expand(), How::default()).await.unwrap_err();
    assert!(
        matches!(&error, ProposeError::RefusedBefore { id } if *id == proposal.id),
        "{error}"
    );
    shop.answers(&parts()).await;
    let how = How {
        again: Again::Yes,
        ..How::default()
    };
    assert_ne!(shop.propose(expand(), how).await.unwrap().id, proposal.id);
    assert_eq!(shop.asked().await.len(), 2);
}

#[tokio::test]
async fn an_answer_that_invents_is_asked_for_once_more_and_then_refused() {
    let shop = Shop::new().await;
    let mut invented = parts();
    invented["parts"][0]["why"] = json!("As in `src/auth.rs`.");
    shop.answers(&invented).await;
    shop.answers(&invented).await;
    let error = shop.propose(expand(), How::default()).await.unwrap_err();
    assert!(error.to_string().contains("src/auth.rs"), "{error}");
    let asked = shop.asked().await;
    assert_eq!(asked.len(), 2);
    assert!(
        asked[1]["messages"]
            .to_string()
            .contains("not in the project: src/auth.rs")
    );
    assert_eq!(waiting(shop.root(), &shop.env), []);
}

#[tokio::test]
async fn what_is_private_is_never_sent() {
    let shop = Shop::new().await;
    shop.put(".docketignore", "src/\n");
    shop.answers(&parts()).await;
    shop.propose(expand(), How::default()).await.unwrap();
    let sent = shop.asked().await[0].to_string();
    assert!(
        !sent.contains("login.rs") && !sent.contains("fn login"),
        "{sent}"
    );
    shop.put(".docketignore", ".docs/tickets/\n");
    let error = shop.propose(expand(), How::default()).await.unwrap_err();
    assert!(matches!(error, ProposeError::Private(_)), "{error}");
    assert_eq!(shop.asked().await.len(), 1);
}

#[tokio::test]
async fn a_text_that_changed_in_between_is_not_overwritten() {
    let shop = Shop::new().await;
    shop.answers(&json!({ "points": 5, "reasons": ["It locks."] }))
        .await;
    let wanted = Wanted::Estimate {
        ticket: "T-7k3f".to_owned(),
    };
    let proposal = shop.propose(wanted, How::default()).await.unwrap();
    let path = ".docs/tickets/T-7k3f-users-sign-in.md";
    shop.put(path, &TICKET.replace("So that", "In order that"));
    let error = shop.accept(&proposal.id).unwrap_err();
    assert!(matches!(error, ProposeError::Stale { .. }), "{error}");
    assert!(!shop.text(path).contains("estimate"));
    shop.put(path, TICKET);
    shop.accept(&proposal.id).unwrap();
    assert!(shop.text(path).contains("estimate: 5\n"));
}

#[tokio::test]
async fn without_a_model_it_is_done_by_rule() {
    let shop = Shop::new().await;
    let how = How {
        means: Means::None,
        ..How::default()
    };
    let proposal = shop.propose(expand(), how).await.unwrap();
    assert_eq!(proposal.body.origin, None);
    shop.accept(&proposal.id).unwrap();
    assert_eq!(shop.project().snapshot.index.n_tickets(), 3);
    assert!(shop.asked().await.is_empty());
    let error = shop.propose(expand(), how).await.unwrap_err();
    assert!(matches!(error, ProposeError::Nothing(_)), "{error}");
}

#[tokio::test]
async fn a_requirement_follows_its_brief() {
    let shop = Shop::new().await;
    let brief = "# Brief\n\n## Must\n\n- Users sign in with a password\n";
    shop.put(".docs/brief.md", brief);
    let project = shop.project();
    let mut world = crate::source::ProjectSource::new(shop.root(), &shop.env);
    let plan = docket_core::plan::plan(
        &project.snapshot,
        &Input::Page(".docs/brief.md".to_owned()),
        &mut world,
    )
    .unwrap();
    write::apply(shop.root(), &plan.change).unwrap();
    let id = plan.requirements[0].id.clone();
    // What the disk has is known no more; git was never asked to keep it.
    shop.put(".docs/brief.md", &brief.replace("password", "passkey"));
    let with = "Users sign in with a password";
    shop.answers(&json!({
        "edits": [{ "old": with, "new": "Users sign in with a passkey" }],
        "title": "Users sign in with a passkey",
        "reason": "The password became a passkey.",
    }))
    .await;
    let wanted = Wanted::Update { of: id.clone() };
    let proposal = shop.propose(wanted, How::default()).await.unwrap();
    let sent = shop.asked().await[0].to_string();
    assert!(
        sent.contains("is not known") && sent.contains("passkey"),
        "{sent}"
    );
    shop.accept(&proposal.id).unwrap();
    let text = shop.text(".docs/requirements.md");
    assert!(
        text.contains(&format!("## {id} Users sign in with a passkey\n")),
        "{text}"
    );
    assert!(!text.contains("password"), "{text}");
    let snapshot = shop.project().snapshot;
    assert_eq!(snapshot.outdated(".docs/requirements.md"), []);
    // What was made of the requirement is out of line with it now.
    let error = shop
        .propose(Wanted::Update { of: id }, How::default())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("nothing is out of line"),
        "{error}"
    );
    let path = &plan.tickets[0].path;
    assert_eq!(snapshot.outdated(path).len(), 1);
}

#[tokio::test]
async fn a_page_becomes_requirements_and_tickets_that_say_which_sentence_they_are_from() {
    let shop = Shop::new().await;
    let page = ".docs/brief.md";
    shop.put(
        page,
        "# Shop\n\nThe owner wants customers to order by phone. Each thing has a price.\n",
    );
    let spec = json!({
        "requirements": [{
            "title": "Take orders", "text": "A customer orders by phone.", "quote": "order by phone",
            "kind": "wanted", "criteria": ["An order has a number"], "priority": "high", "estimate": 5, "after": [],
        }],
        "users": [{ "name": "Customers", "quote": "customers" }],
        "entities": [{ "name": "Thing", "fields": ["price: integer"], "quote": "Each thing has a price" }],
        "components": [{ "name": "Till", "purpose": "Takes orders.", "uses": [] }],
        "questions": [{ "text": "Which currencies?", "quote": "a price", "options": ["one", "several"] }],
    });
    shop.answers(&spec).await;
    let wanted = Wanted::Plan(Input::Page(page.to_owned()));
    let proposal = shop.propose(wanted, How::default()).await.unwrap();
    assert_eq!(
        proposal.title,
        "Plan 1 requirement and 1 ticket of .docs/brief.md"
    );
    shop.accept(&proposal.id).unwrap();
    assert!(
        shop.text(page)
            .ends_with("## Open questions\n\n- Which currencies? (one | several)\n")
    );
    let requirements = shop.text(".docs/requirements.md");
    assert!(
        requirements.contains("- [ ] An order has a number"),
        "{requirements}"
    );
    assert!(
        shop.text(".docs/architecture.md")
            .contains("| Till | Takes orders. |")
    );
    assert!(shop.text(".docs/data-model.md").contains("integer price"));
    let snapshot = shop.project().snapshot;
    let findings = docket_core::rules::all_findings(&snapshot);
    let told: Vec<_> = findings
        .iter()
        .map(|it| (it.rule.name(), it.message.as_str()))
        .collect();
    assert_eq!(told, []);
    // What is planned is not planned again, whatever the model says.
    shop.answers(&spec).await;
    let wanted = Wanted::Plan(Input::Page(page.to_owned()));
    let error = shop.propose(wanted, How::default()).await.unwrap_err();
    assert!(matches!(error, ProposeError::Nothing(_)), "{error}");
    let asked = shop.asked().await[1].to_string();
    assert!(
        asked.contains("Planned already") && asked.contains("Take orders"),
        "{asked}"
    );
}

#[tokio::test]
async fn an_issue_and_todos_become_requirements_by_a_model() {
    let shop = Shop::new().await;
    shop.put(".docketignore", "secret/\n");
    shop.put("src/cart.rs", "// TODO: empty the cart\nfn cart() {}\n");
    shop.put("secret/a.rs", "// TODO: hide the key\n");
    let spec = |quote: &str| {
        json!({
            "requirements": [{
                "title": "It works", "text": "As it says.", "quote": quote, "kind": "wanted",
                "criteria": [], "priority": null, "estimate": null, "after": [],
            }],
            "users": [], "entities": [], "components": [],
            "questions": [{ "text": "For whom?", "quote": quote, "options": [] }],
        })
    };
    shop.answers(&spec("others do not read their things")).await;
    let ticket = Wanted::Plan(Input::Ticket("t-7k3f".to_owned()));
    let proposal = shop.propose(ticket, How::default()).await.unwrap();
    shop.accept(&proposal.id).unwrap();
    let page = shop.text(".docs/requirements.md");
    assert!(page.contains("<!-- from: T-7k3f#body@"), "{page}");
    let ticket = shop.text(".docs/tickets/T-7k3f-users-sign-in.md");
    assert!(
        ticket.ends_with("## Open questions\n\n- For whom?\n"),
        "{ticket}"
    );
    let sent = shop.asked().await[0].to_string();
    assert!(sent.contains("You read an open ticket of"), "{sent}");
    // A quote that does not stand there is told in words that fit, too.
    shop.answers(&spec("empty the bag")).await;
    shop.answers(&spec("empty the cart")).await;
    let todos = || Wanted::Plan(Input::Todos(Vec::new()));
    let proposal = shop.propose(todos(), How::default()).await.unwrap();
    let asked = shop.asked().await;
    let sent = asked[1].to_string();
    assert!(
        sent.contains("src/cart.rs:1 TODO: empty the cart") && !sent.contains("hide the key"),
        "{sent}"
    );
    assert!(
        sent.contains("You read TODO comments in the source of"),
        "{sent}"
    );
    assert!(asked[2].to_string().contains("does not stand in the TODOs"));
    shop.accept(&proposal.id).unwrap();
    assert!(shop.text("src/cart.rs").starts_with("// TODO(T-"));
    let page = shop.text(".docs/requirements.md");
    assert!(page.contains("Said in `src/cart.rs:1`."), "{page}");
    let error = shop.propose(todos(), How::default()).await.unwrap_err();
    assert!(
        matches!(error, ProposeError::Plan(PlanError::NoTodos(_))),
        "{error}"
    );
    assert_eq!(shop.asked().await.len(), 3);
    let findings = docket_core::rules::all_findings(&shop.project().snapshot);
    let told: Vec<_> = findings.iter().map(|it| it.rule.name()).collect();
    assert_eq!(told, ["untracked-todo"]);
}

#[tokio::test]
async fn two_roles_work_out_a_page_with_what_spoke_against_it() {
    let shop = Shop::new().await;
    let turn = |says: &str, draft: &str, agrees: bool, dissent: &str| {
        json!({
            "says": says, "draft": draft, "agrees": agrees, "dissent": dissent,
            "alternatives": [{ "option": "Cookies", "why_not": "Nobody asked for them." }],
        })
    };
    let draft = "## `POST /sign-in`\n\nTakes a password.";
    shop.answers(&turn("One call.", draft, false, "")).await;
    shop.answers(&turn("Fine.", "", true, "No word on the lock."))
        .await;
    let wanted = Wanted::Discuss(Discussion {
        topic: "T-7k3f".to_owned(),
        roles: vec!["frontend".to_owned(), "Backend".to_owned()],
        rounds: Some(2),
        says: Some("We keep no address.".to_owned()),
        ..Discussion::default()
    });
    let proposal = shop.propose(wanted, How::default()).await.unwrap();
    assert_eq!(proposal.body.notes, ["API (backend, frontend): settled."]);
    let asked = shop.asked().await;
    assert_eq!(asked.len(), 2);
    assert!(asked[0].to_string().contains("We keep no address."));
    assert!(asked[1].to_string().contains("POST /sign-in"));
    shop.accept(&proposal.id).unwrap();
    let text = shop.text(".docs/decisions/t-7k3f-api.md");
    for part in [
        "from: [T-7k3f@",
        "generated: stub/m, discuss@1-",
        "# API of T-7k3f Users sign in",
        draft,
        "## Alternatives\n\n- Cookies: Nobody asked for them.\n",
        "## Dissent\n\n- frontend: No word on the lock.\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let cost = proposal.body.origin.unwrap().cost();
    assert_eq!(cost.as_deref(), Some("$0.0024"));
    let nobody = Wanted::Discuss(Discussion {
        topic: "T-7k3f".to_owned(),
        roles: vec!["poet".to_owned(), "qa".to_owned()],
        rounds: Some(1),
        ..Discussion::default()
    });
    let error = shop.propose(nobody, How::default()).await.unwrap_err();
    assert!(error.to_string().contains("product-manager"), "{error}");
}

#[tokio::test]
async fn who_writes_into_a_discussion_is_answered_by_those_it_was_written_to() {
    let shop = Shop::new().await;
    let turn = |says: &str, draft: &str, agrees: bool| json!({ "says": says, "draft": draft, "agrees": agrees, "dissent": "", "alternatives": [] });
    let wanted = |topic: &str, written: Option<String>| {
        Wanted::Discuss(Discussion {
            topic: topic.to_owned(),
            roles: match topic.starts_with("P-") {
                true => Vec::new(),
                false => ["product-manager", "qa", "security"]
                    .map(str::to_owned)
                    .to_vec(),
            },
            rounds: Some(1),
            written,
            ..Discussion::default()
        })
    };
    for name in ["Acceptance", "Risks", "Attempts"] {
        shop.answers(&turn("A draft.", &format!("## {name}"), false))
            .await;
        shop.answers(&turn("Fine.", "", true)).await;
    }
    let how = How::default();
    let first = shop.propose(wanted("T-7k3f", None), how).await.unwrap();
    assert_eq!(shop.asked().await.len(), 6);
    let page = first.body.talk.as_ref().unwrap().page();
    let given = shop.propose(wanted(&first.id, None), how).await.unwrap();
    assert_eq!(given, first);
    let error = shop
        .propose(wanted(&first.id, Some(page.replace("Fine.", "No."))), how)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`**qa**, agrees: Fine.` is missing"),
        "{error}"
    );
    assert_eq!(shop.asked().await.len(), 6);

    shop.answers(&turn("Then by hand.", "## By hand", false))
        .await;
    shop.answers(&turn("Good.", "", true)).await;
    let written = page.replacen("Fine.\n", "Fine.\n\nNobody has a test account.\n", 1);
    let second = shop
        .propose(wanted(&first.id, Some(written)), how)
        .await
        .unwrap();
    let asked = shop.asked().await;
    assert_eq!(asked.len(), 8);
    let said = asked[6].to_string();
    assert!(
        said.contains("a person: Nobody has a test account."),
        "{said}"
    );
    assert!(said.contains("product-manager: A draft."), "{said}");
    assert_ne!(second.id, first.id);
    assert_eq!(
        second.body.notes[0],
        "Acceptance (product-manager, qa): settled."
    );
    // Both were paid for.
    assert_eq!(second.body.origin.as_ref().unwrap().input, 8_000);
    let waiting = waiting(&shop.project().root, &shop.project().env);
    assert_eq!(waiting, std::slice::from_ref(&second));
    // The topic's discussion is the one that went on; the one before it is decided.
    let given = shop.propose(wanted("T-7k3f", None), how).await.unwrap();
    assert_eq!(given, second);
    let error = shop
        .propose(wanted(&first.id, None), how)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{} was replaced already", first.id)
    );
    assert_eq!(shop.asked().await.len(), 8);
    shop.accept(&second.id).unwrap();
    let text = shop.text(".docs/decisions/t-7k3f-acceptance.md");
    assert!(text.contains("## By hand"), "{text}");
    assert!(
        shop.text(".docs/decisions/t-7k3f-risks.md")
            .contains("## Risks")
    );
}

#[tokio::test]
async fn a_plan_that_the_budget_stopped_goes_on_where_it_was() {
    let shop = Shop::new().await;
    let config = shop.text(".docs/docket.toml");
    let page = ".docs/brief.md";
    let long = "Words that say little. ".repeat(90);
    let text = format!(
        "# Shop\n\n## One\n\nThings have a price. {long}\n\n## Two\n\nPeople can order. {long}\n"
    );
    shop.put(page, &text);
    let capped = |cap: &str| {
        let config = config.replace("[ai]\n", "[ai]\ncontext = 700\nmax-output = 1000\n");
        shop.put(
            ".docs/docket.toml",
            &format!("{config}[budget]\nday = {cap}\n"),
        );
    };
    let spec = |title: &str, quote: &str| {
        json!({
            "requirements": [{
                "title": title, "text": "So.", "quote": quote, "kind": "wanted",
                "criteria": [], "priority": null, "estimate": null, "after": [],
            }],
            "users": [], "entities": [], "components": [], "questions": [],
        })
    };
    let wanted = || Wanted::Plan(Input::Page(page.to_owned()));
    // The worst case of one question fits, not that of a second one after what the first cost.
    capped("0.04");
    shop.answers_after(&spec("Show prices", "Things have a price"), 35_000)
        .await;
    let error = shop.propose(wanted(), How::default()).await.unwrap_err();
    assert!(
        matches!(&error, ProposeError::Kept { n_kept: 1, .. }),
        "{error:?}"
    );
    assert!(
        error.told().contains("the answer so far is kept"),
        "{}",
        error.told()
    );
    assert_eq!(shop.asked().await.len(), 1);

    capped("1.0");
    shop.answers(&spec("Take orders", "People can order")).await;
    let proposal = shop.propose(wanted(), How::default()).await.unwrap();
    assert_eq!(shop.asked().await.len(), 2);
    assert_eq!(
        proposal.title,
        "Plan 2 requirements and 2 tickets of .docs/brief.md"
    );
    // Both were paid for.
    let origin = proposal.body.origin.unwrap();
    assert_eq!((origin.input, origin.pico), (36_000, Some(36_400_000_000)));
    // Nothing is kept of it: asked once more, everything is.
    refuse(&shop.project(), &proposal.id).unwrap();
    let again = How {
        again: Again::Yes,
        ..How::default()
    };
    shop.answers(&spec("Show prices", "Things have a price"))
        .await;
    shop.answers(&spec("Take orders", "People can order")).await;
    shop.propose(wanted(), again).await.unwrap();
    assert_eq!(shop.asked().await.len(), 4);
}

#[tokio::test]
async fn a_discussion_that_was_broken_off_goes_on_unless_its_topic_changed() {
    let shop = Shop::new().await;
    let turn = |says: &str, draft: &str, agrees: bool| json!({ "says": says, "draft": draft, "agrees": agrees, "dissent": "", "alternatives": [] });
    let draft = "## `POST /sign-in`\n\nTakes a password.";
    let wanted = || {
        Wanted::Discuss(Discussion {
            topic: "T-7k3f".to_owned(),
            roles: vec!["frontend".to_owned(), "backend".to_owned()],
            rounds: Some(1),
            ..Discussion::default()
        })
    };
    let breaks_off = || async {
        let bad = ResponseTemplate::new(401).set_body_string("{}");
        Mock::given(any())
            .respond_with(bad)
            .up_to_n_times(1)
            .mount(&shop.server)
            .await;
    };
    shop.answers(&turn("One call.", draft, false)).await;
    breaks_off().await;
    let error = shop.propose(wanted(), How::default()).await.unwrap_err();
    assert!(
        matches!(error, ProposeError::Kept { n_kept: 1, .. }),
        "{error:?}"
    );
    assert_eq!(shop.asked().await.len(), 2);
    // Another text is another question.
    let path = ".docs/tickets/T-7k3f-users-sign-in.md";
    shop.put(path, &TICKET.replace("So that", "In order that"));
    breaks_off().await;
    let error = shop.propose(wanted(), How::default()).await.unwrap_err();
    assert!(matches!(error, ProposeError::Ask(_)), "{error:?}");
    shop.put(path, TICKET);
    shop.answers(&turn("Fine.", "", true)).await;
    let proposal = shop.propose(wanted(), How::default()).await.unwrap();
    assert_eq!(shop.asked().await.len(), 4);
    assert_eq!(proposal.body.origin.unwrap().input, 2000);
}

#[tokio::test]
async fn tests_are_new_files_that_name_their_criteria() {
    let shop = Shop::new().await;
    shop.put(
        "package.json",
        r#"{"name": "shop", "version": "1.0.0", "devDependencies": {"vitest": "3"}}"#,
    );
    let wanted = || Wanted::WriteTests {
        ticket: "T-7k3f".to_owned(),
    };
    let none = How {
        means: Means::None,
        ..How::default()
    };
    let proposal = shop.propose(wanted(), none).await.unwrap();
    let text = &proposal.body.change.creates[0].text;
    assert_eq!(
        text,
        "// T-7k3f Users sign in\nimport { test } from 'vitest';\n\n\
         // T-7k3f: A wrong password is refused\ntest.todo(\"A wrong password is refused\");\n\n\
         // T-7k3f: Five wrong ones lock the account\ntest.todo(\"Five wrong ones lock the account\");\n"
    );
    let file = |path: &str, text: &str| json!({ "files": [{ "path": path, "text": text }], "reason": "Both." });
    let both = "// T-7k3f: A wrong password is refused\n// T-7k3f: Five wrong ones lock the account\ntest('x', () => {});";
    for (path, text, says) in [
        ("../x.test.js", both, "no place"),
        (".github/workflows/x.yml", both, "no place"),
        ("src/login.rs", both, "already"),
        ("tests/x.test.js", "test('x', () => {});", "no test says"),
    ] {
        shop.answers(&file(path, text)).await;
        shop.answers(&file(path, text)).await;
        let error = shop.propose(wanted(), How::default()).await.unwrap_err();
        assert!(error.to_string().contains(says), "{path}: {error}");
    }
    shop.answers(&file("tests/sign-in.test.js", both)).await;
    let proposal = shop.propose(wanted(), How::default()).await.unwrap();
    assert!(shop.asked().await[0].to_string().contains("Vitest"));
    shop.accept(&proposal.id).unwrap();
    assert!(shop.text("tests/sign-in.test.js").contains("T-7k3f: Five"));
}

mod documented;
