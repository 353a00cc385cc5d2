//! What is kept of source files, on projects on the disk.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use docket_core::lineage::{Digest, Lineage};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::env::Env;
use crate::project::{self, Loaded, Loading, Memory, Origin};

const CART: &str = "/// Goods.\npub struct Cart;\n\nimpl Cart {\n    /// Puts one in.\n    pub fn add(&mut self) {}\n}\n";
const MAIL: &str = "/// Sends it.\npub fn send() {}\n";

struct Place {
    dir: TempDir,
    root: PathBuf,
    env: Env,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("p");
        let state = dir.path().join("state");
        let env = Env::fixed(&root, "2026-11-27T10:00Z[UTC]".parse().unwrap(), 7)
            .with_var("XDG_STATE_HOME", state.to_str().unwrap());
        let place = Self { dir, root, env };
        place.put(".docs/docket.toml", "");
        place
    }

    /// Two documented files.
    fn shop() -> Self {
        let place = Self::new();
        for (path, text) in [("cart.rs", CART), ("mail.rs", MAIL)] {
            place.put(path, text);
            place.document(path);
        }
        place
    }

    #[expect(clippy::disallowed_methods, reason = "a test's own files")]
    fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.root.join(path)).ok();
    }

    fn page(path: &str) -> String {
        format!(".docs/reference/{path}.md")
    }

    fn document(&self, path: &str) {
        let page =
            format!("# {path}\n\n## Overview\n\n<!-- from: /{path}@00000000 -->\n\nWords.\n");
        self.put(&Self::page(path), page);
    }

    fn read_in(&self, env: &Env) -> (Loaded, Memory) {
        project::read(&self.root, env, &AtomicBool::new(false), &|_| ()).unwrap()
    }

    /// One run of the terminal: what it found, and which files it had to parse.
    fn run(&self) -> (Vec<File>, Vec<String>) {
        let (loaded, mut memory) = self.read_in(&self.env);
        let parsed = memory.declared.files.iter();
        let parsed = parsed.map(|it| it.path.to_string()).collect();
        assert_eq!(memory.save(), None);
        (loaded.declared, parsed)
    }

    /// What is found where there is no database.
    fn afresh(&self) -> Vec<File> {
        let env = Env::fixed(&self.root, self.env.now(), 7);
        let (loaded, memory) = self.read_in(&env);
        assert!(memory.store.is_none());
        loaded.declared
    }

    fn store(&self) -> Store {
        project::store(&self.root, &self.env).unwrap()
    }

    fn rows(&self) -> Vec<DeclaredRow> {
        let mut rows = self.store().declared(&scan::root_key(&self.root)).unwrap();
        rows.sort_by(|one, two| one.path.cmp(&two.path));
        rows
    }

    fn kept(&self) -> Vec<String> {
        self.rows().iter().map(|it| it.path.to_string()).collect()
    }

    fn alter(&self, row: DeclaredRow) {
        let change = DeclaredChange {
            root: scan::root_key(&self.root),
            files: vec![row],
            ..DeclaredChange::default()
        };
        self.store().save_declared(&change).unwrap();
    }

    fn database(&self) -> PathBuf {
        self.store().path().to_owned()
    }
}

fn digest_of(files: &[File], path: &str, part: &str) -> Option<Digest> {
    let (_, declared) = files.iter().find(|it| &*it.0 == path)?;
    Some(declared.as_ref()?.lineage.part(part)?.digest)
}

/// The row, saying of a part what stands in no text.
fn altered(row: &DeclaredRow, part: &str) -> (DeclaredRow, Digest) {
    let other = Digest::of("what stands nowhere");
    let mut parts = unpack(&row.parts).unwrap();
    let found = parts.parts.iter_mut().find(|it| &*it.name == part);
    found.unwrap().digest = other;
    let row = DeclaredRow {
        parts: pack(&parts),
        ..row.clone()
    };
    (row, other)
}

#[test]
fn what_was_parsed_once_is_not_parsed_again_until_its_text_changes() {
    let place = Place::shop();
    let (first, parsed) = place.run();
    assert_eq!(parsed, ["cart.rs", "mail.rs"]);
    assert!(digest_of(&first, "cart.rs", "Cart.add").is_some());
    let (_, memory) = place.read_in(&place.env);
    assert!(memory.declared.is_empty(), "{:?}", memory.declared);
    assert_eq!(place.run(), (first.clone(), Vec::new()));
    assert_eq!(place.afresh(), first);

    place.put("mail.rs", MAIL.replace("it", "a letter"));
    let (now, parsed) = place.run();
    assert_eq!(parsed, ["mail.rs"]);
    assert_eq!(now, place.afresh());
    assert_ne!(now, first);
    // The text of before is another one by now.
    place.put("mail.rs", MAIL);
    assert_eq!(place.run(), (first, vec!["mail.rs".to_owned()]));
    assert_eq!(place.run().1, [""; 0]);
}

#[test]
fn a_row_is_believed_of_its_text_at_its_path_alone() {
    let place = Place::shop();
    let (first, _) = place.run();
    let (row, other) = altered(&place.rows()[0], "Cart.add");
    place.alter(row.clone());
    let (now, parsed) = place.run();
    assert_eq!(parsed, [""; 0]);
    assert_eq!(digest_of(&now, "cart.rs", "Cart.add"), Some(other));
    // A body is no part of what is declared, and of the text all the same.
    place.put("cart.rs", CART.replace("{}", "{ self.n += 1 }"));
    let (now, parsed) = place.run();
    assert_eq!(parsed, ["cart.rs"]);
    let true_digest = digest_of(&first, "cart.rs", "Cart.add");
    assert_eq!(digest_of(&now, "cart.rs", "Cart.add"), true_digest);
    // The same text elsewhere may be of another language.
    place.put("cart.rs", CART);
    place.alter(row);
    place.put("cart.py", CART);
    place.document("cart.py");
    let (now, parsed) = place.run();
    assert_eq!(parsed, ["cart.py"]);
    assert_eq!(digest_of(&now, "cart.py", "Cart.add"), None);
}

#[test]
fn rows_of_another_docket_and_damaged_ones_are_parsed_anew() {
    let place = Place::shop();
    let (first, _) = place.run();
    let sound = place.rows()[0].clone();
    let (believed, _) = altered(&sound, "Cart");
    let with = |change: &dyn Fn(&mut Lineage)| {
        let mut parts = unpack(&sound.parts).unwrap();
        change(&mut parts);
        pack(&parts)
    };
    let text = Hash::of(CART.as_bytes());
    let other_docket = Hash::of(&[b"0.0.1", &text.bytes()[..]].concat());
    let unlike = [
        (text, believed.parts.clone()),
        (other_docket, believed.parts.clone()),
        (sound.key, Vec::new()),
        (
            sound.key,
            believed.parts[..believed.parts.len() / 2].to_vec(),
        ),
        (sound.key, [&believed.parts[..], b"more"].concat()),
        (sound.key, vec![0xff; 40]),
        (sound.key, with(&|it| it.parts.clear())),
        (sound.key, with(&|it| it.parts.reverse())),
        (sound.key, with(&|it| it.parts[0].span.end += 1_000)),
        (sound.key, with(&|it| it.parts[0].span.start = u32::MAX)),
    ];
    for (nth, (key, parts)) in unlike.into_iter().enumerate() {
        place.alter(DeclaredRow {
            key,
            parts,
            ..sound.clone()
        });
        let (now, parsed) = place.run();
        assert_eq!(parsed, ["cart.rs"], "{nth}");
        assert_eq!(now, first, "{nth}");
        assert_eq!(place.rows()[0], sound, "{nth}");
    }
}

#[test]
fn what_no_page_is_made_of_any_more_has_no_row() {
    let place = Place::shop();
    place.put("gone.rs", MAIL);
    place.document("gone.rs");
    place.run();
    assert_eq!(place.kept(), ["cart.rs", "gone.rs", "mail.rs"]);
    // The file goes and its page stays; the page goes and its file stays.
    place.remove("gone.rs");
    place.remove(&Place::page("mail.rs"));
    // A scan that is stopped has not seen all pages.
    let stopped = AtomicBool::new(true);
    let (_, mut memory) = project::read(&place.root, &place.env, &stopped, &|_| ()).unwrap();
    memory.save();
    assert_eq!(place.kept(), ["cart.rs", "gone.rs", "mail.rs"]);
    let (now, parsed) = place.run();
    assert_eq!(parsed, [""; 0]);
    assert_eq!(place.kept(), ["cart.rs"]);
    assert_eq!(now.last().unwrap(), &("gone.rs".into(), None));
    place.remove(&Place::page("cart.rs"));
    place.remove(&Place::page("gone.rs"));
    assert_eq!(place.run().0, []);
    assert_eq!(place.kept(), [""; 0]);
}

#[test]
fn a_database_that_is_damaged_or_newer_is_done_without() {
    let place = Place::shop();
    let (first, _) = place.run();
    let database = place.database();
    place.store().merge_log();
    // Bytes 60 to 63 are the version of its tables (SQLite's file format, 1.3).
    let mut newer = fs::read(&database).unwrap();
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    place.put(database.to_str().unwrap(), &newer);
    let (loaded, memory) = place.read_in(&place.env);
    assert!(memory.store.is_none());
    assert_eq!(loaded.troubles.len(), 1);
    assert_eq!(loaded.declared, first);
    assert_eq!(fs::read(&database).unwrap(), newer);

    place.put(database.to_str().unwrap(), "x".repeat(20_000));
    let (now, parsed) = place.run();
    assert_eq!((now, parsed.len()), (first.clone(), 2));
    assert_eq!(place.run(), (first, Vec::new()));
}

/// The engine reads so when it starts.
#[test]
fn a_start_of_the_server_parses_nothing_that_is_known() {
    let place = Place::shop();
    place.run();
    let (row, other) = altered(&place.rows()[0], "Cart.add");
    place.alter(row);
    let mut seen = Vec::new();
    let loading = Loading {
        root: &place.root,
        env: &place.env,
        stop: &AtomicBool::new(false),
        progress: &|_| (),
        in_force: None,
    };
    let told = project::load(loading, |loaded| {
        seen.push((
            loaded.origin,
            digest_of(&loaded.declared, "cart.rs", "Cart.add"),
        ));
    });
    assert_eq!(told.unwrap(), None);
    // What is served at once has them already.
    assert_eq!(
        seen,
        [(Origin::Store, Some(other)), (Origin::Disk, Some(other))]
    );
}

#[test]
fn a_link_out_of_the_project_and_a_large_file_declare_nothing() {
    let place = Place::new();
    place.put("../outside.rs", MAIL);
    place.put("large.rs", vec![b'/'; MAX_FILE as usize + 1]);
    place.put("bytes.rs", b"/// \xff.\npub fn f() {}\n");
    let mut files = vec!["bytes.rs", "large.rs"];
    #[cfg(unix)]
    {
        let out = place.dir.path().join("outside.rs");
        std::os::unix::fs::symlink(out, place.root.join("link.rs")).unwrap();
        files.push("link.rs");
    }
    files.iter().for_each(|it| place.document(it));
    let (now, parsed) = place.run();
    assert_eq!(parsed, ["bytes.rs"]);
    assert!(now[1..].iter().all(|it| it.1.is_none()), "{now:?}");
    assert_eq!(place.run(), (now, Vec::new()));
}

const TEXTS: [&str; 6] = [
    CART,
    MAIL,
    "",
    "fn own() {}\r\nfn ünder() {}\n",
    "export function a() {}\n/** b */\nexport class B { c() {} }\n",
    "\u{feff}def f():\n    \"\"\"Says 🙂.\"\"\"\n",
];
const NAMES: [&str; 4] = ["a.rs", "b.ts", "c.py", "d/e.txt"];

#[derive(Clone, Debug)]
enum Edit {
    Write(usize, usize),
    Remove(usize),
    Document(usize),
    Forget(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let name = || 0..NAMES.len();
    prop_oneof![
        4 => (name(), 0..TEXTS.len()).prop_map(|(name, text)| Edit::Write(name, text)),
        1 => name().prop_map(Edit::Remove),
        3 => name().prop_map(Edit::Document),
        1 => name().prop_map(Edit::Forget),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn with_a_database_and_without_the_same_is_declared(
        rounds in proptest::collection::vec(proptest::collection::vec(edit(), 1..5), 1..6)
    ) {
        let place = Place::new();
        for edits in rounds {
            for it in edits {
                match it {
                    Edit::Write(name, text) => place.put(NAMES[name], TEXTS[text]),
                    Edit::Remove(name) => place.remove(NAMES[name]),
                    Edit::Document(name) => place.document(NAMES[name]),
                    Edit::Forget(name) => place.remove(&Place::page(NAMES[name])),
                }
            }
            let (found, _) = place.run();
            prop_assert_eq!(&found, &place.afresh());
            let there = found.iter().filter(|it| it.1.is_some());
            let there: Vec<_> = there.map(|it| it.0.to_string()).collect();
            prop_assert_eq!(place.kept(), there);
            prop_assert_eq!(place.run(), (found, Vec::new()));
        }
    }
}
