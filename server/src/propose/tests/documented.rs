//! `write-docs`: pages of what source files declare, kept current.

use docket_core::rules::{RuleId, all_findings};
use serde_json::json;

use super::*;

const CART: &str = "//! What somebody wants to buy.

/// Goods and how many of each.
pub struct Cart {
    pub n: usize,
}

impl Cart {
    /// Puts one in.
    ///
    /// # Errors
    ///
    /// Where the [cart](crate::cart) is full.
    pub fn add(&mut self, good: &str) -> Result<(), Full> {
        self.n += 1;
        Ok(())
    }
}
";
const PAGE: &str = ".docs/reference/src/cart.rs.md";

fn docs(path: &str) -> Wanted {
    Wanted::WriteDocs {
        path: path.to_owned(),
    }
}

fn plain() -> How {
    How {
        means: Means::None,
        ..How::default()
    }
}

impl Shop {
    async fn documented(&self, how: How) -> Proposal {
        let proposal = self.propose(docs("src/cart.rs"), how).await.unwrap();
        self.accept(&proposal.id).unwrap();
        proposal
    }

    fn outdated(&self) -> Vec<String> {
        let found = all_findings(&self.project().snapshot);
        let found = found.iter().filter(|it| it.rule == RuleId::Outdated);
        let page = self.text(PAGE);
        found.map(|it| page[it.span.range()].to_owned()).collect()
    }

    fn commit(&self) {
        for args in [
            &["init", "-q"][..],
            &["add", "src"],
            &[
                "-c",
                "user.name=ana",
                "-c",
                "user.email=a@example.com",
                "commit",
                "-qm",
                "cart",
            ],
        ] {
            #[expect(clippy::disallowed_methods, reason = "a test's own repository")]
            let mut git = std::process::Command::new("git");
            let done = git.args(args).current_dir(self.root()).status().unwrap();
            assert!(done.success(), "{args:?}");
        }
    }
}

/// The records without their digests.
fn sources(outdated: &[String]) -> Vec<&str> {
    let records = outdated.iter();
    records.map(|it| it.split('@').next().unwrap()).collect()
}

#[tokio::test]
async fn a_page_says_what_the_source_does_and_a_change_renews_what_it_touched() {
    let mut shop = Shop::new().await;
    #[expect(clippy::disallowed_methods, reason = "the real git has to be found")]
    let path = std::env::var("PATH").unwrap();
    shop.env = shop.env.with_var("PATH", &path);
    shop.put("src/cart.rs", CART);
    let made = shop.documented(plain()).await;
    assert_eq!(made.title, "Document src/cart.rs: 3 sections on 1 page");
    let page = shop.text(PAGE);
    let records = page
        .lines()
        .filter(|it| it.starts_with("<!-- from: /src/cart.rs"));
    assert_eq!(records.count(), 3);
    assert!(
        page.starts_with(
            "# src/cart.rs\n\n[Source](/src/cart.rs)\n\n## Overview\n\n<!-- from: /src/cart.rs@"
        ),
        "{page}"
    );
    let section = &page[page.find("## Cart.add").unwrap()..];
    assert!(
        section.contains("```rust\npub fn add(&mut self, good: &str) -> Result<(), Full>\n```\n\nPuts one in.\n\n### Errors\n\nWhere the cart is full.\n"),
        "{section}"
    );
    let project = shop.project();
    let found = all_findings(&project.snapshot);
    let of_page = found.iter().filter(|it| *it.path == *PAGE);
    assert_eq!(of_page.count(), 0, "{found:#?}");
    let none = shop.propose(docs("src/cart.rs"), plain()).await;
    assert!(none.unwrap_err().to_string().contains("nothing new"));

    // How it is done is nobody's business, and white space is nothing.
    shop.put("src/cart.rs", &CART.replace("self.n += 1", "self.n  +=  2"));
    assert_eq!(shop.outdated(), [""; 0]);
    shop.put("src/cart.rs", CART);
    shop.commit();

    // What it says of one is that one's section; what it declares is the overview, too.
    let said = CART.replace("Puts one in.", "Puts one good in.");
    shop.put("src/cart.rs", &said);
    assert_eq!(sources(&shop.outdated()), ["/src/cart.rs#Cart.add"]);
    let more = said.replace("good: &str", "good: Good").replace(
        "impl Cart {",
        "/// How many fit.\npub const MAX: usize = 9;\n\nimpl Cart {",
    );
    shop.put("src/cart.rs", &more);
    assert_eq!(
        sources(&shop.outdated()),
        ["/src/cart.rs", "/src/cart.rs#Cart.add"]
    );
    shop.documented(plain()).await;
    let page = shop.text(PAGE);
    assert_eq!(shop.outdated(), [""; 0], "{page}");
    assert!(
        page.contains("good: Good") && page.contains("Puts one good in."),
        "{page}"
    );
    let places = ["## Cart\n", "## MAX\n", "## Cart.add\n"].map(|it| page.find(it).unwrap());
    assert!(places.is_sorted(), "{page}");

    // The records follow a file that moves.
    let snapshot = shop.project().snapshot;
    let moved = docket_core::world::moved::link_edits(&snapshot, "src/cart.rs", "shop/cart.rs");
    let edits = moved.iter().find(|it| it.path == PAGE).unwrap();
    let records = edits.edits.iter().filter(|it| it.text == "/shop/cart.rs");
    assert_eq!(
        records.count(),
        5,
        "four records, and the link to the source"
    );

    // A person's words stay, and what is gone goes with its section.
    shop.put(
        PAGE,
        &page.replace("Puts one good in.", "Puts one good in, or asks."),
    );
    shop.commit();
    let less = more
        .replace("/// How many fit.\npub const MAX: usize = 9;\n\n", "")
        .replace("Puts one good in.", "Puts a good in.");
    shop.put("src/cart.rs", &less);
    let renewed = shop.documented(plain()).await;
    let page = shop.text(PAGE);
    assert!(!page.contains("MAX") && page.contains("or asks."), "{page}");
    assert!(
        renewed.body.notes[0].contains("`Cart.add` in `src/cart.rs` stays as it is"),
        "{:?}",
        renewed.body.notes
    );
    assert_eq!(sources(&shop.outdated()), ["/src/cart.rs#Cart.add"]);
    assert!(page.ends_with('\n') && !page.contains("\n\n\n"), "{page:?}");
}

#[tokio::test]
async fn a_model_says_what_is_asked_for_and_nothing_else() {
    let shop = Shop::new().await;
    shop.put("src/cart.rs", CART);
    let answer = |names: &[&str], text: &str| {
        let said = names.iter().map(|it| json!({ "name": it, "text": text }));
        json!({ "overview": "A cart of a shop.", "declarations": said.collect::<Vec<_>>() })
    };
    for (names, text, says) in [
        (
            &["Cart"][..],
            "Holds goods.",
            "nothing is said of `Cart.add`",
        ),
        (&["Cart", "Cart.add", "Cart.add"], "x", "told twice"),
        (
            &["Cart", "Cart.add"],
            "See `Cart::remove`.",
            "not in the project",
        ),
        (
            &["Cart", "Cart.add"],
            "<!-- from: x.md@00000000 -->",
            "comment",
        ),
    ] {
        shop.answers(&answer(names, text)).await;
        shop.answers(&answer(names, text)).await;
        let error = shop.propose(docs("src/cart.rs"), How::default()).await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    shop.answers(&answer(&["Cart.add", "Cart"], "Holds goods."))
        .await;
    shop.documented(How::default()).await;
    let page = shop.text(PAGE);
    assert!(
        page.starts_with("---\ngenerated: \"stub/m, write-docs@"),
        "{page}"
    );
    assert!(page.contains("A cart of a shop.") && page.matches("Holds goods.").count() == 2);
    let sent = shop.asked().await.last().unwrap().to_string();
    assert!(sent.contains("self.n += 1"), "{sent}");

    // One is changed: it alone is asked for, with the words that there are.
    shop.put("src/cart.rs", &CART.replace("Puts one in.", "Puts it in."));
    let one =
        json!({ "overview": "", "declarations": [{ "name": "Cart.add", "text": "Puts it in." }] });
    shop.answers(&one).await;
    shop.documented(How::default()).await;
    let page = shop.text(PAGE);
    assert!(page.contains("\n```\n\nPuts it in.\n"), "{page}");
    assert_eq!(page.matches("Holds goods.").count(), 1, "{page}");
    assert_eq!(shop.outdated(), [""; 0]);
}

#[tokio::test]
async fn a_folder_is_documented_file_by_file_without_tests_and_private_files() {
    let shop = Shop::new().await;
    shop.put("src/cart.rs", CART);
    shop.put(
        "src/deep/list.py",
        "def total(them):\n    \"\"\"Adds.\"\"\"\n",
    );
    shop.put("src/deep/test_list.py", "def test_total():\n    pass\n");
    shop.put("src/secret/key.rs", "pub fn key() {}\n");
    shop.put(".docketignore", "src/secret/\n");
    let proposal = shop.propose(docs("src"), plain()).await.unwrap();
    let creates = proposal.body.change.creates.iter();
    let made: Vec<_> = creates.map(|it| it.path.as_str()).collect();
    assert_eq!(made, [PAGE, ".docs/reference/src/deep/list.py.md"]);
    for (path, says) in [
        ("../elsewhere", "is no file or folder"),
        ("nowhere.rs", "is no file or folder"),
        ("package.json", "is no file or folder"),
        (".docs/docket.toml", "declares nothing"),
        (".docs/tickets", "has no file"),
    ] {
        let error = shop.propose(docs(path), plain()).await.unwrap_err();
        assert!(error.to_string().contains(says), "{path}: {error}");
    }
    let error = shop
        .propose(docs("src/secret/key.rs"), How::default())
        .await;
    assert!(matches!(error, Err(ProposeError::Private(_))), "{error:?}");
}
