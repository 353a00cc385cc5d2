//! Tests over repositories that gix itself makes.

use std::fs;

use gix::objs::tree::{Entry, EntryKind};

use super::*;

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::File::create(path)
        .and_then(|mut it| std::io::Write::write_all(&mut it, text.as_bytes()))
        .unwrap();
}

/// Commits a tree with `.docs/tickets/<files>` to `branch`.
fn commit(repository: &gix::Repository, branch: &str, files: &[&str]) {
    let blob = repository.write_blob(b"").unwrap().detach();
    let entry = |name: &str, kind: EntryKind, oid| Entry {
        mode: kind.into(),
        filename: name.into(),
        oid,
    };
    let mut entries: Vec<_> = files
        .iter()
        .map(|it| entry(it, EntryKind::Blob, blob))
        .collect();
    entries.sort();
    let write = |entries| {
        repository
            .write_object(gix::objs::Tree { entries })
            .unwrap()
            .detach()
    };
    let tickets = write(entries);
    let docs = write(vec![entry("tickets", EntryKind::Tree, tickets)]);
    let top = write(vec![entry(".docs", EntryKind::Tree, docs)]);
    let who = gix::actor::SignatureRef {
        name: "ana".into(),
        email: "ana@example.com".into(),
        time: "0 +0000",
    };
    let parents: [gix::ObjectId; 0] = [];
    repository
        .commit_as(who, who, branch, "x", top, parents)
        .unwrap();
}

fn ids(root: &Path) -> String {
    let known = known_ids(root);
    let ids: BTreeSet<&str> = known.iter().map(TicketId::as_str).collect();
    ids.into_iter().collect::<Vec<_>>().join(" ")
}

#[test]
fn ids_of_all_branches_and_worktrees_are_known() {
    let dir = tempfile::tempdir().unwrap();
    let main = dir.path().join("main");
    let repository = gix::init(&main).unwrap();
    commit(&repository, "refs/heads/one", &["T-2222-a.md", "README.md"]);
    commit(&repository, "refs/heads/two", &["T-2222-a.md", "t-3333.md"]);
    commit(
        &repository,
        "refs/remotes/origin/three",
        &["TASK-12 - Old one.md"],
    );
    put(&main.join(".docs/tickets/T-4444-here.md"), "");
    let other = dir.path().join("other");
    put(&other.join(".docs/tickets/T-5555-there.md"), "");
    put(
        &other.join(".git"),
        "gitdir: ../main/.git/worktrees/other\n",
    );
    let admin = main.join(".git/worktrees/other");
    put(
        &admin.join("gitdir"),
        &format!("{}\n", other.join(".git").display()),
    );
    put(&admin.join("commondir"), "../..\n");
    put(&admin.join("HEAD"), "ref: refs/heads/one\n");
    let all = "T-2222 T-3333 T-4444 T-5555 TASK-12";
    assert_eq!(ids(&main), all);
    assert_eq!(ids(&other), all);
    assert_eq!(current_branch(&other).as_deref(), Some("one"));
    let common = |it: &Path| git_common_dir(it).unwrap().canonicalize().unwrap();
    assert_eq!(common(&main), common(&other));
}

#[test]
fn broken_repositories_and_none_give_what_is_on_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    put(&dir.path().join(".docs/tickets/T-2222-a.md"), "");
    assert_eq!(ids(dir.path()), "T-2222");
    for (name, head) in [
        ("HEAD", "ref: refs/heads/\0"),
        ("HEAD", ""),
        ("config", "[core"),
    ] {
        put(&dir.path().join(".git").join(name), head);
        assert_eq!(ids(dir.path()), "T-2222", "{name} {head:?}");
        assert_eq!(current_branch(dir.path()), None);
    }
    let damaged = tempfile::tempdir().unwrap();
    let repository = gix::init(damaged.path()).unwrap();
    commit(&repository, "refs/heads/main", &["T-3333.md"]);
    fs::remove_dir_all(damaged.path().join(".git/objects")).unwrap();
    fs::create_dir(damaged.path().join(".git/objects")).unwrap();
    put(&damaged.path().join(".docs/tickets/T-2222-a.md"), "");
    assert_eq!(ids(damaged.path()), "T-2222");
}

#[test]
fn i_am_who_git_says() {
    let of = |pairs: &[(&str, &str)]| {
        handle(&|key| {
            let found = pairs.iter().find(|it| it.0 == key)?;
            Some(found.1.to_owned())
        })
    };
    let name = ("user.name", "Ana Silva");
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[name]), None);
    assert_eq!(
        of(&[name, ("user.email", "as@x.org")]).as_deref(),
        Some("as")
    );
    assert_eq!(
        of(&[("user.name", "ana"), ("user.email", "as@x.org")]).as_deref(),
        Some("ana")
    );
    let no_reply = ("user.email", "123+ana-s@users.noreply.github.com");
    assert_eq!(of(&[name, no_reply]).as_deref(), Some("ana-s"));
    assert_eq!(
        of(&[no_reply, ("github.user", "anas")]).as_deref(),
        Some("anas")
    );
}

#[test]
fn file_names_give_ids() {
    let of = |name| id_of_file(name).map(|it| it.to_string());
    assert_eq!(of("t-7K3F-slug.md").as_deref(), Some("T-7k3f"));
    assert_eq!(of("back-100.1 - x.md").as_deref(), Some("BACK-100"));
    for none in ["README.md", "-x.md", "T-7k3f.txt", "T-.md", "a b-c.md"] {
        assert_eq!(of(none), None, "{none}");
    }
}
