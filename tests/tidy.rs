//! The rules of the house that a compiler does not check.

use std::path::{Path, PathBuf};

use docket_core::rules::RuleId;

/// Longer than 500 lines, each with its reason.
const LONG: &[(&str, &str)] = &[];

/// Who may not name whom. The first column is the start of a path below the checkout.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "server/core/src/",
        &[
            "std::fs",
            "std::env",
            "std::process",
            "std::net",
            "SystemTime::now",
            "Instant::now",
            "tokio",
            "tower_lsp",
            "rusqlite",
            "gen_lsp_types",
        ],
    ),
    ("grammars/src/", &["docket_core", "std::fs", "tokio"]),
    (
        "server/store/src/",
        &["tower_lsp", "tokio", "gen_lsp_types"],
    ),
    (
        "server/forge/src/",
        &["tower_lsp", "rusqlite", "gen_lsp_types", "std::fs"],
    ),
    (
        "server/ai/src/",
        &[
            "tower_lsp",
            "rusqlite",
            "octocrab",
            "gen_lsp_types",
            "docket_forge",
            "docket_store",
            "std::fs",
            "std::env",
            "std::process",
            "SystemTime::now",
        ],
    ),
    (
        "server/src/engine",
        &[
            "crate::lsp",
            "crate::cli",
            "tower_lsp",
            "rusqlite",
            "gen_lsp_types",
        ],
    ),
    (
        "server/src/scan",
        &[
            "crate::engine",
            "crate::lsp",
            "crate::cli",
            "rusqlite",
            "gen_lsp_types",
        ],
    ),
    (
        "server/src/project",
        &[
            "crate::engine",
            "crate::lsp",
            "crate::cli",
            "rusqlite",
            "gen_lsp_types",
        ],
    ),
    (
        "server/src/write",
        &[
            "crate::engine",
            "crate::lsp",
            "crate::cli",
            "rusqlite",
            "gen_lsp_types",
        ],
    ),
    (
        "server/src/watch",
        &["crate::lsp", "crate::cli", "rusqlite", "gen_lsp_types"],
    ),
    (
        "server/src/lsp",
        &[
            "crate::cli",
            "crate::scan",
            "crate::project",
            "crate::write",
            "crate::watch",
            "rusqlite",
        ],
    ),
    (
        "server/src/cli",
        &["rusqlite", "tower_lsp", "gen_lsp_types", "crate::engine::"],
    ),
    (
        "server/src/http",
        &[
            "crate::lsp",
            "crate::cli",
            "crate::scan",
            "crate::project",
            "crate::write",
            "crate::watch",
            "rusqlite",
            "gen_lsp_types",
        ],
    ),
    (
        "server/src/views",
        &[
            "crate::lsp",
            "crate::cli",
            "crate::http",
            "rusqlite",
            "gen_lsp_types",
        ],
    ),
    (
        "server/src/tour",
        &["rusqlite", "tower_lsp", "gen_lsp_types"],
    ),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file of the checkout, relative and with `/`, and its text.
fn rust_files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in ["server", "grammars/src", "tests"] {
        collect(&root().join(folder), &mut files);
    }
    files.sort();
    assert!(files.len() > 50, "the walk found {} files", files.len());
    files
}

fn collect(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("fixtures")
                && !path.ends_with("target")
                && !path.ends_with("node_modules")
            {
                collect(&path, files);
            }
        } else if path.extension().is_some_and(|it| it == "rs") {
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            files.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

fn failures(mut check: impl FnMut(&str, &str) -> Option<String>) -> Vec<String> {
    let files = rust_files();
    files
        .iter()
        .filter_map(|(path, text)| Some(format!("{path}: {}", check(path, text)?)))
        .collect()
}

#[test]
fn every_file_says_its_purpose_first() {
    let found = failures(|_, text| {
        (!text.starts_with("//! ")).then(|| "the first line is no `//!`".into())
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_file_is_too_long_to_read() {
    let found = failures(|path, text| {
        let lines = text.lines().count();
        let excused = LONG.iter().any(|(it, _)| *it == path)
            || path.ends_with("tests.rs")
            || path.starts_with("tests/");
        (lines > 500 && !excused).then(|| format!("{lines} lines; split it"))
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_module_is_called_mod_rs() {
    let found = failures(|path, _| {
        path.ends_with("/mod.rs")
            .then(|| "name it after its folder".into())
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn arrows_point_one_way() {
    let found = failures(|path, text| {
        let is_test = path.ends_with("tests.rs")
            || path.contains("/tests/")
            || path == "server/core/src/syntax/corpus.rs";
        let (_, names) = FORBIDDEN
            .iter()
            .find(|(start, _)| path.starts_with(start) && !is_test)?;
        let code = text
            .split("\n#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or(text);
        let used = |line: &&str| {
            let line = line.trim_start();
            !line.starts_with("//") && names.iter().any(|it| line.contains(it))
        };
        code.lines()
            .find(used)
            .map(|it| format!("may not say `{}`", it.trim()))
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn only_one_crate_speaks_to_models() {
    let found = failures(|path, text| {
        let is_there = path.starts_with("server/ai/") || path == "tests/tidy.rs";
        let names = text.lines().any(|it| {
            let it = it.trim_start();
            !it.starts_with("//") && (it.starts_with("use genai") || it.contains(" genai::"))
        });
        (names && !is_there).then(|| "only server/ai names it".into())
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn handlers_do_not_know_the_client() {
    let found = failures(|path, text| {
        let is_handler = path.starts_with("server/src/lsp/")
            && !path.starts_with("server/src/lsp/outbox.rs")
            && !path.starts_with("server/src/lsp/outbox/");
        let knows = text.contains("tower_lsp::Client") || text.contains("client: Client");
        (is_handler && knows).then(|| "only the outbox speaks to the client".into())
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_two_decisions_have_one_number() {
    let mut seen = std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(root().join(".docs/dev/decisions")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let number = name.split('-').next().unwrap().to_owned();
        let other = seen.insert(number, name.clone());
        assert_eq!(other, None, "{name} has the number of another decision");
    }
}

#[test]
fn every_rule_is_explained_on_its_page() {
    let page = std::fs::read_to_string(root().join(".docs/rules.md")).unwrap();
    for rule in RuleId::ALL {
        assert!(
            page.contains(&format!("\n## {}\n", rule.name())),
            "{} has no heading in .docs/rules.md",
            rule.name()
        );
    }
}

#[test]
fn the_page_of_the_language_server_names_every_command() {
    let page = std::fs::read_to_string(root().join(".docs/dev/lsp.md")).unwrap();
    for name in docket::lsp::COMMANDS {
        assert!(
            page.contains(&format!("`{name}`")),
            "{name} is not in .docs/dev/lsp.md"
        );
    }
}

#[test]
fn no_page_speaks_of_this_machine() {
    let mut pages = vec![root().join("README.md")];
    let mut folders = vec![root().join(".docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|it| it == "md") => pages.push(path),
                false => {}
            }
        }
    }
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for word in ["/work/", "../shared"] {
            assert!(!text.contains(word), "{} says {word}", page.display());
        }
    }
}

/// The page is made of what `docket explain` prints; `UPDATE_EXPECT=1` writes it anew.
#[test]
fn the_page_of_the_rules_is_what_explain_prints() {
    let mut page = "# Rules\n\nWhat `docket explain RULE` prints, all on one page.\n".to_owned();
    for rule in RuleId::ALL {
        // Its own title is the heading here, and what is below it goes one level down.
        let text = rule
            .explain()
            .split_once('\n')
            .map_or("", |(_, rest)| rest)
            .trim();
        let text = format!("\n{text}").replace("\n## ", "\n### ");
        page.push_str(&format!("\n## {}\n{text}\n", rule.name()));
    }
    let path = root().join(".docs/rules.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        page,
        "UPDATE_EXPECT=1 writes .docs/rules.md anew"
    );
}
