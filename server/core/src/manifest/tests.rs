//! Manifests of each kind, lowest versions, and what conditions make of them.

use super::version::lowest;
use super::*;

fn check(path: &str, text: &str, name: &str, version: &str, dependencies: &[(&str, &str)]) {
    let manifest = Manifest::read(path, text).unwrap();
    assert_eq!(manifest.name.unwrap_or_default(), name, "{path}");
    assert_eq!(manifest.version.unwrap_or_default(), version, "{path}");
    let found: Vec<(&str, &str)> = manifest
        .dependencies
        .iter()
        .map(|(name, version)| (name.as_str(), version.as_str()))
        .collect();
    assert_eq!(found, dependencies, "{path}");
}

#[test]
fn cargo_manifests_are_read() {
    check(
        "a/Cargo.toml",
        r#"
[package]
name = "a"
version = "1.2.3"
rust-version = "1.85"
[dependencies]
serde = { version = "1.0.200", features = ["derive"] }
short = "0.4"
here = { path = "../here" }
shared.workspace = true
alias = { package = "real-name", version = "=2.1" }
[dev-dependencies]
serde = "9"
[target.'cfg(unix)'.dependencies]
libc = ">=0.2, <1"
"#,
        "a",
        "1.2.3",
        &[
            ("alias", "2.1"),
            ("libc", "0.2"),
            ("real-name", "2.1"),
            ("rust", "1.85"),
            ("serde", "1.0.200"),
            ("short", "0.4"),
        ],
    );
    check(
        "Cargo.toml",
        "[workspace.package]\nversion = \"0.9.0\"\n[workspace.dependencies]\nshared = \"3\"\n",
        "",
        "0.9.0",
        &[("shared", "3")],
    );
    let inherits = "[package]\nname = \"x\"\nversion.workspace = true\n";
    check("x/Cargo.toml", inherits, "x", "", &[]);
}

#[test]
fn the_other_manifests_are_read() {
    check(
        "package.json",
        r#"{"name": "web", "version": "2.0.0-rc.1", "dependencies": {"@types/node": "^20.1", "x": "file:../x",
            "y": "npm:z@~1.2.3", "any": "*"}, "devDependencies": {"vite": "5.x || ^4.3"}, "engines": {"node": ">= 18 <23"}}"#,
        "web",
        "2.0.0-rc.1",
        &[
            ("@types/node", "20.1"),
            ("node", "18"),
            ("vite", "4.3"),
            ("y", "1.2.3"),
        ],
    );
    check(
        "pyproject.toml",
        "[project]\nname = \"p\"\nversion = \"1.0\"\nrequires-python = \">=3.9\"\n\
         dependencies = [\"django>=4.2,<5\", \"x[a,b] ~= 1.4 ; python_version < '3.9'\", \"bare\", \"u @ https://x/y\"]\n\
         [project.optional-dependencies]\ntest = [\"pytest==8.1\"]\n",
        "p",
        "1.0",
        &[
            ("django", "4.2"),
            ("pytest", "8.1"),
            ("python", "3.9"),
            ("x", "1.4"),
        ],
    );
    check(
        "pyproject.toml",
        "[tool.poetry]\nname = \"q\"\nversion = \"0.1\"\n[tool.poetry.dependencies]\npython = \"^3.11\"\nflask = {version = \"^3.0\"}\n",
        "q",
        "0.1",
        &[("flask", "3.0"), ("python", "3.11")],
    );
    check(
        "go.mod",
        "module example.com/m // ours\n\ngo 1.22\n\nrequire example.com/one v1.2.3\nrequire (\n\texample.com/two/v2 v2.0.1 // indirect\n)\nreplace (\n\ta b\n)\n",
        "example.com/m",
        "",
        &[
            ("example.com/one", "1.2.3"),
            ("example.com/two/v2", "2.0.1"),
            ("go", "1.22"),
        ],
    );
}

#[test]
fn broken_manifests_say_nothing() {
    for (path, text) in [
        ("Cargo.toml", "[package"),
        ("package.json", "{"),
        ("pyproject.toml", "="),
    ] {
        assert_eq!(Manifest::read(path, text), None, "{path}");
    }
    assert_eq!(Manifest::read("setup.py", ""), None);
}

#[test]
fn lowest_versions() {
    let table = [
        ("1.2", "1.2"),
        ("^1.2.3", "1.2.3"),
        (">=1.2, <2", "1.2"),
        ("<2", ""),
        ("< 2", ""),
        (">= 1.5", "1.5"),
        ("1.2 - 2.0", "1.2"),
        ("*", ""),
        ("latest", ""),
        ("v1.4.0", "1.4.0"),
        ("1.*", "1"),
        ("workspace:^1.0", "1.0"),
        ("git+https://x/y#1.0", ""),
    ];
    for (requirement, expected) in table {
        assert_eq!(
            lowest(requirement).unwrap_or_default(),
            expected,
            "{requirement}"
        );
    }
}

#[test]
fn requirements_hold_or_not() {
    let table = [
        ("2.0.0", ">=2.0.0", true),
        ("2.0", ">=2.0.0", true),
        ("1.9.9", ">=2", false),
        ("2.0.0-rc.1", ">=2.0.0", false),
        ("2.0.0-rc.1", ">=2.0.0-rc.1", true),
        ("2.0.0-rc.10", ">2.0.0-rc.9", true),
        ("2.0rc1", ">=2.0", false),
        ("10.0", ">=9", true),
        ("2.3", ">2", false),
        ("3.0", ">2", true),
        ("2.3", "<=2", true),
        ("2.3", "<2", false),
        ("1.9", "<2", true),
        ("2.3.1", "=2.3", true),
        ("2.4", "==2.3", false),
        ("1.9.0", "^1.2", true),
        ("2.0.0", "^1.2", false),
        ("0.2.9", "^0.2.3", true),
        ("0.3.0", "^0.2.3", false),
        ("1.2.9", "~1.2.3", true),
        ("1.3.0", "~1.2.3", false),
        ("1.9", "~=1.4", true),
        ("2.0", "~=1.4", false),
    ];
    for (version, requirement, expected) in table {
        let manifest = Manifest {
            version: Some(version.to_owned()),
            ..Manifest::default()
        };
        let verdict = evaluate([&manifest], None, requirement);
        assert_eq!(verdict.holds, Some(expected), "{version} {requirement}");
        assert_eq!(verdict.reason, format!("this package is at {version}"));
    }
}

#[test]
fn the_nearest_manifest_that_knows_wins() {
    let near = Manifest::read(
        "a/Cargo.toml",
        "[package]\nname = \"a\"\nversion.workspace = true\n[dependencies]\nserde = \"2\"\n",
    );
    let root = Manifest::read(
        "Cargo.toml",
        "[workspace.package]\nversion = \"3.1.0\"\n[workspace.dependencies]\nserde = \"1\"\ntoml_edit = \"0.22\"\n",
    );
    let (near, root) = (near.unwrap(), root.unwrap());
    let both = [&near, &root];
    assert_eq!(evaluate(both, None, ">=3").holds, Some(true));
    assert_eq!(evaluate(both, Some("serde"), ">=2").holds, Some(true));
    assert_eq!(
        evaluate(both, Some("toml-edit"), ">=0.22").holds,
        Some(true)
    );
    assert_eq!(evaluate(both, Some("tokio"), ">=1").holds, None);
    assert_eq!(evaluate([], None, ">=1").holds, None);
}
