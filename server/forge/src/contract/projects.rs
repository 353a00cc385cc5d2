//! Cases about fields of projects.

use std::collections::BTreeSet;

use docket_core::sync::{ProjectItem, ProjectPlace, ProjectWrite, RemoteWrite};

use super::{Ability, World, kind};
use crate::{ErrorKind, Forge};

const PROJECT: &str = "ana/5";
const STATUS: (&str, &[&str]) = ("Status", &["Todo", "\u{1f3d7} In Progress", "Done"]);
const PRIORITY: (&str, &[&str]) = ("Priority", &["High", "Low"]);

fn place(fields: &[&str]) -> ProjectPlace {
    ProjectPlace {
        project: PROJECT.to_owned(),
        fields: fields.iter().map(|it| (*it).to_owned()).collect(),
    }
}

/// What the project says of one issue, as `Field: option`.
async fn said(forge: &impl Forge, number: u64) -> (ProjectItem, Vec<String>) {
    let place = place(&["Status", "Priority"]);
    let found = forge.items(&place, &[number].into()).await.unwrap();
    let (told, item) = found.into_iter().next().unwrap();
    assert_eq!((told, item.project.as_str()), (number, PROJECT));
    let options = item.options.iter();
    let options = options.map(|(field, it)| format!("{field}: {}", it.as_deref().unwrap_or("-")));
    let options = options.collect();
    (item, options)
}

async fn write(
    forge: &impl Forge,
    number: u64,
    item: Option<String>,
    field: &str,
    option: Option<&str>,
) -> RemoteWrite {
    RemoteWrite::Project(ProjectWrite {
        project: PROJECT.to_owned(),
        content: forge.issue(number).await.unwrap().node_id,
        item,
        field: field.to_owned(),
        option: option.map(str::to_owned),
    })
}

pub(super) async fn what_a_project_says_is_told(forge: &impl Forge, world: &impl World) {
    if !world.can(Ability::Projects) {
        return;
    }
    world.add_project(PROJECT, &[STATUS, PRIORITY]);
    let one = world.open("One").await;
    let two = world.open("Two").await;
    world.choose_option(PROJECT, one, "Status", Some("Done"));
    let numbers = BTreeSet::from([one, two, two + 100]);
    let found = forge.items(&place(&["Status"]), &numbers).await.unwrap();
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0].1.options["Status"].as_deref(), Some("Done"));
    assert!(found[0].1.item.is_some());
    assert_eq!(found[1].0, two);
    assert_eq!(
        (&found[1].1.item, &found[1].1.options["Status"]),
        (&None, &None)
    );
    // The issue itself does not tell.
    assert_eq!(forge.issue(one).await.unwrap().project, None);
    let none = forge.items(&place(&["Status"]), &BTreeSet::new()).await;
    assert_eq!(none.unwrap(), []);
}

pub(super) async fn options_are_chosen_and_cleared(forge: &impl Forge, world: &impl World) {
    if !world.can(Ability::Projects) {
        return;
    }
    world.add_project(PROJECT, &[STATUS, PRIORITY]);
    let one = world.open("One").await;
    for _ in 0..2 {
        let writes = [
            write(forge, one, None, "Status", Some("in-progress")).await,
            write(forge, one, None, "Priority", Some("high")).await,
        ];
        forge.write(one, &writes).await.unwrap();
        let (_, options) = said(forge, one).await;
        assert_eq!(options, ["Priority: High", "Status: \u{1f3d7} In Progress"]);
    }
    let (item, _) = said(forge, one).await;
    for _ in 0..2 {
        let writes = [
            write(forge, one, item.item.clone(), "Status", Some("done")).await,
            write(forge, one, item.item.clone(), "Priority", None).await,
        ];
        forge.write(one, &writes).await.unwrap();
        assert_eq!(said(forge, one).await.1, ["Priority: -", "Status: Done"]);
    }
    // An item that is not there any more.
    let gone = Some("PVTI_gone".to_owned());
    let writes = [write(forge, one, gone, "Status", Some("todo")).await];
    forge.write(one, &writes).await.unwrap();
    assert_eq!(said(forge, one).await.1, ["Priority: -", "Status: Todo"]);
}

pub(super) async fn what_a_project_lacks_is_refused(forge: &impl Forge, world: &impl World) {
    if !world.can(Ability::Projects) {
        return;
    }
    let one = world.open("One").await;
    let numbers = BTreeSet::from([one]);
    let status = place(&["Status"]);
    assert_eq!(
        kind(forge.items(&status, &numbers)).await,
        ErrorKind::Invalid
    );
    world.add_project(PROJECT, &[STATUS]);
    let stage = place(&["Stage"]);
    assert_eq!(
        kind(forge.items(&stage, &numbers)).await,
        ErrorKind::Invalid
    );
    forge.items(&status, &numbers).await.unwrap();
    let review = [write(forge, one, None, "Status", Some("review")).await];
    assert_eq!(kind(forge.write(one, &review)).await, ErrorKind::Invalid);
    // Once somebody has added it, it is taken, whatever was remembered.
    world.add_project(PROJECT, &[("Status", &["Todo", "Review"])]);
    forge.write(one, &review).await.unwrap();
    let found = forge.items(&status, &numbers).await.unwrap();
    assert_eq!(found[0].1.options["Status"].as_deref(), Some("Review"));
}
