//! The pages beside the requirements: the architecture as far as manifests and users tell it, and
//! the data that the brief names. Each is made once; a person goes on from there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use super::brief::{Brief, Component, Entity};
use crate::lineage::{Digest, Source};
use crate::manifest::Manifest;
use crate::world::{Snapshot, paths};

const ARCHITECTURE: &str = ".docs/architecture.md";
pub(super) const DATA_MODEL: &str = ".docs/data-model.md";

/// Most packages that a picture shows.
const MAX_PACKAGES: usize = 24;

/// The pages that can be made of a brief, with their texts.
pub(super) fn pages(snapshot: &Snapshot, brief: &Brief) -> Vec<(&'static str, String)> {
    let mut pages = Vec::new();
    let packages = packages(snapshot);
    let has_parts = !packages.is_empty() || !brief.components.is_empty();
    if has_parts || !brief.users.is_empty() {
        pages.push((
            ARCHITECTURE,
            written(|out| architecture(out, brief, &packages)),
        ));
    }
    if !brief.entities.is_empty() {
        pages.push((DATA_MODEL, written(|out| data_model(out, brief))));
    }
    pages
}

fn written(write: impl FnOnce(&mut String) -> fmt::Result) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut out);
    out
}

fn front(out: &mut String, from: Option<&(Source, Digest)>) -> fmt::Result {
    match from {
        Some((source, digest)) => write!(out, "---\nfrom: [{source}@{digest}]\n---\n\n"),
        None => Ok(()),
    }
}

/// Each package of the repository with those of its dependencies that are packages here, and the
/// folder that it is in.
fn packages(snapshot: &Snapshot) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let manifests = snapshot.files().filter_map(|(path, facts)| {
        let manifest = facts.manifest.as_ref()?;
        Some((
            manifest.name.clone()?,
            paths::folder(path).to_owned(),
            manifest,
        ))
    });
    let manifests: Vec<_> = manifests.collect();
    let names: BTreeSet<&String> = manifests.iter().map(|it| &it.0).collect();
    let package = |(name, folder, manifest): &(String, String, &Manifest)| {
        let uses = manifest.dependencies.keys();
        let uses = uses.filter(|it| names.contains(it) && *it != name);
        (name.clone(), (folder.clone(), uses.cloned().collect()))
    };
    manifests.iter().map(package).collect()
}

fn architecture(
    out: &mut String,
    brief: &Brief,
    packages: &BTreeMap<String, (String, BTreeSet<String>)>,
) -> fmt::Result {
    front(out, brief.users_from.as_ref())?;
    let name = brief.name.as_deref().unwrap_or("The product");
    writeln!(out, "# Architecture\n\n```mermaid\nflowchart LR")?;
    for (nth, user) in brief.users.iter().enumerate() {
        writeln!(out, "  user{nth}([\"{}\"]) --> product", label(user))?;
    }
    if packages.is_empty() {
        writeln!(out, "  product[\"{}\"]", label(name))?;
    } else {
        writeln!(out, "  subgraph product [\"{}\"]", label(name))?;
        let shown: Vec<_> = packages.iter().take(MAX_PACKAGES).collect();
        let number = |name: &str| shown.iter().position(|it| it.0 == name);
        for (nth, (package, _)) in shown.iter().enumerate() {
            writeln!(out, "    p{nth}[\"{}\"]", label(package))?;
        }
        for (nth, (_, (_, uses))) in shown.iter().enumerate() {
            for used in uses.iter().filter_map(|it| number(it)) {
                writeln!(out, "    p{nth} --> p{used}")?;
            }
        }
        writeln!(out, "  end")?;
    }
    writeln!(out, "```")?;
    components(out, &brief.components)?;
    if !packages.is_empty() {
        writeln!(out, "\n## Parts\n\n| part | where | uses |\n|---|---|---|")?;
        for (package, (folder, uses)) in packages {
            let folder = if folder.is_empty() { "./" } else { folder };
            let uses: Vec<_> = uses.iter().map(String::as_str).collect();
            writeln!(
                out,
                "| {} | `{folder}` | {} |",
                cell(package),
                cell(&uses.join(", "))
            )?;
        }
    }
    Ok(())
}

/// What it is built of, as somebody has said: a picture of its own, since packages are what is there.
fn components(out: &mut String, components: &[Component]) -> fmt::Result {
    if components.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Components\n\n```mermaid\nflowchart LR")?;
    let number = |name: &str| components.iter().position(|it| it.name == name);
    for (nth, it) in components.iter().enumerate() {
        writeln!(out, "  c{nth}[\"{}\"]", label(&it.name))?;
    }
    for (nth, it) in components.iter().enumerate() {
        for used in it.uses.iter().filter_map(|it| number(it)) {
            writeln!(out, "  c{nth} --> c{used}")?;
        }
    }
    writeln!(out, "```\n\n| component | what it is for |\n|---|---|")?;
    for it in components {
        writeln!(out, "| {} | {} |", cell(&it.name), cell(it.purpose.trim()))?;
    }
    Ok(())
}

fn data_model(out: &mut String, brief: &Brief) -> fmt::Result {
    front(out, brief.entities_from.as_ref())?;
    writeln!(out, "# Data model\n\n```mermaid\nerDiagram")?;
    let names: Vec<String> = brief
        .entities
        .iter()
        .map(|it| identifier(&it.name))
        .collect();
    for (entity, name) in brief.entities.iter().zip(&names) {
        writeln!(out, "  {name} {{")?;
        for field in &entity.fields {
            let kind = kind(field, &names);
            writeln!(out, "    {kind} {}", identifier(field_name(field)))?;
        }
        writeln!(out, "  }}")?;
    }
    for (entity, name) in brief.entities.iter().zip(&names) {
        for to in references(entity, &names) {
            writeln!(out, "  {to} ||--o{{ {name} : has")?;
        }
    }
    writeln!(out, "```")?;
    for entity in &brief.entities {
        writeln!(
            out,
            "\n## {}\n\n| field | type |\n|---|---|",
            entity.name.trim()
        )?;
        for field in &entity.fields {
            let kind = kind(field, &names);
            writeln!(out, "| {} | {kind} |", cell(field_name(field)))?;
        }
    }
    Ok(())
}

/// The other entities that an entity's fields name.
fn references<'a>(entity: &Entity, names: &'a [String]) -> Vec<&'a String> {
    let own = identifier(&entity.name);
    let is_named = |name: &&String| {
        **name != own
            && entity.fields.iter().any(|field| {
                let field = identifier(field_name(field));
                field == **name || field == format!("{name}_id")
            })
    };
    names.iter().filter(is_named).collect()
}

/// `mail: text` is the field `mail`.
fn field_name(field: &str) -> &str {
    let end = field.find([':', '(']).unwrap_or(field.len());
    field[..end].trim()
}

/// The type that a field says, or that its name lets one expect; `names` are the entities, which
/// are types as well.
fn kind<'a>(field: &str, names: &'a [String]) -> &'a str {
    let said = field.split_once(':').map_or("", |it| it.1).to_lowercase();
    let name = identifier(field_name(field));
    let meant = [identifier(&said), name.clone()];
    let entity = names.iter().find(|it| match said.trim().is_empty() {
        true => **it == meant[1],
        false => **it == meant[0],
    });
    if let Some(entity) = entity {
        return entity;
    }
    let says = |words: &[&str]| words.iter().any(|it| said.contains(it));
    if says(&["int", "number", "count"]) {
        "integer"
    } else if says(&["decimal", "money", "price"]) {
        "decimal"
    } else if says(&["real", "float"]) {
        "real"
    } else if says(&["bool", "yes or no"]) {
        "boolean"
    } else if says(&["date"]) && !says(&["time"]) {
        "date"
    } else if says(&["time"]) || name.ends_with("_at") || name.ends_with("date") {
        "timestamp"
    } else if !said.trim().is_empty() {
        "text"
    } else if name == "id" || name.ends_with("_id") {
        "integer"
    } else {
        "text"
    }
}

fn identifier(name: &str) -> String {
    crate::ticket::draft::slug(name).replace('-', "_")
}

/// Words in a node of a picture.
fn label(text: &str) -> String {
    text.replace('"', "'")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
