//! Tests over repositories that gix itself makes.

use gix::objs::tree::{Entry, EntryKind};

use super::*;

/// Commits `.docs/tickets/a.md` with `text` to `branch`.
fn commit(
    repository: &gix::Repository,
    branch: &str,
    text: &str,
    parent: Option<ObjectId>,
) -> ObjectId {
    let mut oid = repository.write_blob(text).unwrap().detach();
    let levels = [
        ("a.md", EntryKind::Blob),
        ("tickets", EntryKind::Tree),
        (".docs", EntryKind::Tree),
    ];
    for (name, kind) in levels {
        let entry = Entry {
            mode: kind.into(),
            filename: name.into(),
            oid,
        };
        let tree = gix::objs::Tree {
            entries: vec![entry],
        };
        oid = repository.write_object(tree).unwrap().detach();
    }
    let who = gix::actor::SignatureRef {
        name: "ana".into(),
        email: "ana@example.com".into(),
        time: "0 +0000",
    };
    let branch = format!("refs/heads/{branch}");
    repository
        .commit_as(who, who, branch, "x", oid, parent)
        .unwrap()
        .detach()
}

/// Points `HEAD` at a branch, or at a commit.
fn check_out(root: &Path, head: &str) {
    std::io::Write::write_all(
        &mut std::fs::File::create(root.join(".git/HEAD")).unwrap(),
        format!("{head}\n").as_bytes(),
    )
    .unwrap();
}

#[test]
fn remotes_of_all_forms_name_their_repository() {
    let cases = [
        (
            "github.com",
            "/ana/docket.git",
            Some("https://api.github.com ana/docket"),
        ),
        (
            "github.com",
            "ana/docket",
            Some("https://api.github.com ana/docket"),
        ),
        (
            "GitHub.com",
            "/ana/docket/",
            Some("https://api.github.com ana/docket"),
        ),
        (
            "git.corp.example",
            "/team/x.git",
            Some("https://git.corp.example/api/v3 team/x"),
        ),
        ("gitlab.example", "/a/b/c.git", None),
        ("github.com", "/ana", None),
        ("github.com", "", None),
    ];
    for (host, path, expected) in cases {
        let found = origin_of(host, path).map(|it| format!("{} {}", it.api, it.repository));
        assert_eq!(found.as_deref(), expected, "{host}{path}");
    }
    let web = |host, path| origin_of(host, path).unwrap().web();
    assert_eq!(web("github.com", "/a/b.git"), "https://github.com/a/b");
    assert_eq!(
        web("git.corp.example", "/a/b"),
        "https://git.corp.example/a/b"
    );
}

#[test]
fn the_remote_is_read_from_gits_configuration() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    gix::init(root).unwrap();
    assert_eq!(origin(root), None);
    let config = root.join(".git/config");
    let append = |text: &str| {
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(&config)
            .unwrap();
        std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    };
    append("[remote \"upstream\"]\n\turl = git@github.com:ana/other.git\n");
    assert_eq!(origin(root).unwrap().repository, "ana/other");
    append("[remote \"origin\"]\n\turl = ssh://git@github.com/ana/docket.git\n");
    assert_eq!(origin(root).unwrap().repository, "ana/docket");
}

#[test]
fn only_the_default_branch_is_written_and_an_old_one_pushes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    assert_eq!(standing(root, "main", None), Standing::Plain);
    let repository = gix::init(root).unwrap();
    check_out(root, "ref: refs/heads/main");
    let unborn = Standing::Default { commit: None };
    assert_eq!(standing(root, "main", None), unborn);

    let first = commit(&repository, "main", "old", None);
    let second = commit(&repository, "main", "new", Some(first));
    let here = Standing::Default {
        commit: Some(second),
    };
    assert_eq!(standing(root, "main", None), here);
    assert_eq!(standing(root, "main", Some(&first.to_string())), here);
    assert_eq!(standing(root, "main", Some(&second.to_string())), here);
    // A commit that is gone tells nothing.
    assert_eq!(standing(root, "main", Some(&"0".repeat(40))), here);

    commit(&repository, "topic", "mine", None);
    check_out(root, "ref: refs/heads/topic");
    let other = Standing::Other {
        branch: Some("topic".into()),
        commit: Some(second),
    };
    assert_eq!(standing(root, "main", Some(&first.to_string())), other);
    check_out(root, &first.to_string());
    let detached = Standing::Other {
        branch: None,
        commit: Some(second),
    };
    assert_eq!(standing(root, "main", None), detached);

    std::fs::remove_file(root.join(".git/refs/heads/main")).unwrap();
    commit(&repository, "old", "old", None);
    std::fs::copy(
        root.join(".git/refs/heads/topic"),
        root.join(".git/refs/heads/main"),
    )
    .unwrap();
    let third = commit(&repository, "ahead", "x", Some(second));
    check_out(root, "ref: refs/heads/ahead");
    assert_eq!(
        standing(root, "ahead", Some(&third.to_string())),
        Standing::Default {
            commit: Some(third)
        }
    );
    let fourth = commit(&repository, "ahead", "y", Some(third));
    std::io::Write::write_all(
        &mut std::fs::File::create(root.join(".git/refs/heads/ahead")).unwrap(),
        format!("{third}\n").as_bytes(),
    )
    .unwrap();
    assert_eq!(
        standing(root, "ahead", Some(&fourth.to_string())),
        Standing::Behind { commit: third }
    );
}

#[test]
fn the_default_branchs_tickets_are_read_from_its_tree() {
    let dir = tempfile::tempdir().unwrap();
    let repository = gix::init(dir.path()).unwrap();
    let commit = commit(&repository, "main", "text\n", None);
    let files = files_in(dir.path(), commit, ".docs/tickets");
    assert_eq!(files, [("a.md".to_owned(), b"text\n".to_vec())]);
    assert!(files_in(dir.path(), commit, "nowhere").is_empty());
}
