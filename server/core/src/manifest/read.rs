//! Readers of Cargo.toml, package.json, pyproject.toml and go.mod.

use serde_json::Value as Json;
use toml::{Table, Value};

use super::Manifest;
use super::version::lowest;

impl Manifest {
    /// Keeps the first: a manifest's main list comes before those of its tests.
    fn add(&mut self, name: &str, requirement: &str) {
        if let Some(version) = lowest(requirement) {
            self.dependencies.entry(name.to_owned()).or_insert(version);
        }
    }
}

pub(super) fn cargo(text: &str) -> Option<Manifest> {
    let file: Table = text.parse().ok()?;
    let mut manifest = Manifest::default();
    let workspace = table(&file, "workspace");
    let shared = workspace.and_then(|it| table(it, "package"));
    for package in [table(&file, "package"), shared].into_iter().flatten() {
        manifest.name = manifest.name.or_else(|| string(package, "name"));
        manifest.version = manifest.version.or_else(|| string(package, "version"));
        if let Some(rust) = string(package, "rust-version") {
            manifest.add("rust", &rust);
        }
    }
    let targets = table(&file, "target")
        .into_iter()
        .flat_map(|it| it.values());
    let owners = [Some(&file), workspace]
        .into_iter()
        .flatten()
        .chain(targets.filter_map(Value::as_table));
    for owner in owners {
        for list in ["dependencies", "build-dependencies", "dev-dependencies"] {
            for (name, value) in table(owner, list).into_iter().flatten() {
                let package = value.get("package").and_then(Value::as_str);
                let requirement = value.as_str().or_else(|| value.get("version")?.as_str());
                if let Some(requirement) = requirement {
                    manifest.add(name, requirement);
                    package
                        .into_iter()
                        .for_each(|it| manifest.add(it, requirement));
                }
            }
        }
    }
    Some(manifest)
}

pub(super) fn npm(text: &str) -> Option<Manifest> {
    let file: Json = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let owned = |key: &str| Some(file.get(key)?.as_str()?.to_owned());
    let mut manifest = Manifest {
        name: owned("name"),
        version: owned("version"),
        ..Manifest::default()
    };
    let lists = [
        "dependencies",
        "optionalDependencies",
        "peerDependencies",
        "devDependencies",
        "engines",
    ];
    for list in lists {
        for (name, requirement) in file
            .get(list)
            .and_then(Json::as_object)
            .into_iter()
            .flatten()
        {
            if let Some(requirement) = requirement.as_str() {
                manifest.add(name, requirement);
            }
        }
    }
    Some(manifest)
}

pub(super) fn python(text: &str) -> Option<Manifest> {
    let file: Table = text.parse().ok()?;
    let mut manifest = Manifest::default();
    if let Some(project) = table(&file, "project") {
        manifest.name = string(project, "name");
        manifest.version = string(project, "version");
        if let Some(python) = string(project, "requires-python") {
            manifest.add("python", &python);
        }
        add_python_list(&mut manifest, project.get("dependencies"));
        let groups = [
            table(project, "optional-dependencies"),
            table(&file, "dependency-groups"),
        ];
        for group in groups.into_iter().flatten().flat_map(Table::values) {
            add_python_list(&mut manifest, Some(group));
        }
    }
    let tools = table(&file, "tool");
    if let Some(poetry) = tools.and_then(|it| table(it, "poetry")) {
        manifest.name = manifest.name.or_else(|| string(poetry, "name"));
        manifest.version = manifest.version.or_else(|| string(poetry, "version"));
        let groups = table(poetry, "group").into_iter().flat_map(Table::values);
        let owners = groups.filter_map(Value::as_table).chain([poetry]);
        for (name, value) in owners.filter_map(|it| table(it, "dependencies")).flatten() {
            let requirement = value.as_str().or_else(|| value.get("version")?.as_str());
            requirement
                .into_iter()
                .for_each(|it| manifest.add(name, it));
        }
    }
    Some(manifest)
}

/// Requirements as PEP 508 has them: `name[extra]>=1.2,<2; python_version < "3.9"`.
fn add_python_list(manifest: &mut Manifest, list: Option<&Value>) {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    for item in items.filter_map(Value::as_str) {
        let item = item.split(';').next().unwrap_or_default().trim();
        let end = item
            .find(|it: char| !(it.is_alphanumeric() || matches!(it, '-' | '_' | '.')))
            .unwrap_or(item.len());
        let (name, rest) = item.split_at(end);
        let rest = match rest.trim_start().strip_prefix('[') {
            Some(extras) => extras.split_once(']').map_or("", |it| it.1),
            None => rest,
        };
        manifest.add(
            name,
            rest.trim().trim_start_matches('(').trim_end_matches(')'),
        );
    }
}

pub(super) fn go(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut block = None;
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        match (block, &words[..]) {
            (Some(_), [")", ..]) => block = None,
            (None, [verb, "("]) => block = Some(*verb == "require"),
            (None, ["module", name]) => manifest.name = Some(name.trim_matches('"').to_owned()),
            (None, ["go", version]) => manifest.add("go", version),
            (None, ["require", name, version]) | (Some(true), [name, version, ..]) => {
                manifest.add(name.trim_matches('"'), version);
            }
            _ => {}
        }
    }
    manifest
}

fn table<'a>(table: &'a Table, key: &str) -> Option<&'a Table> {
    table.get(key)?.as_table()
}

fn string(table: &Table, key: &str) -> Option<String> {
    Some(table.get(key)?.as_str()?.to_owned())
}
