//! Projects of the forge in memory: single-select fields, and items that change without their issues.

use std::collections::{BTreeMap, BTreeSet};

use docket_core::sync::project::same_option;
use docket_core::sync::{ProjectItem, ProjectPlace, ProjectWrite};

use super::state::State;
use super::{MemoryForge, Request};
use crate::{Error, ErrorKind, Result};

/// Issues that GitHub's GraphQL tells the items of in one request, as docket asks.
const AT_ONCE: usize = 100;

/// A project by its fields, and what its items say.
#[derive(Clone, Debug, Default)]
pub(super) struct Project {
    /// Names of options by the name of their field, in order.
    fields: BTreeMap<String, Vec<String>>,
    /// By number of issue, then by field.
    items: BTreeMap<u64, BTreeMap<String, String>>,
}

/// All projects that the credentials could see.
#[derive(Debug, Default)]
pub(super) struct Projects {
    /// By `owner/number`.
    all: BTreeMap<String, Project>,
    /// Those whose identities the client knows.
    known: BTreeSet<String>,
    is_out_of_scope: bool,
}

impl Projects {
    fn get(&mut self, project: &str) -> Result<&mut Project> {
        if self.is_out_of_scope {
            return Err(Error::new(
                ErrorKind::Forbidden,
                format!(
                    "the token may not use the project {project}: it lacks the scope `project`"
                ),
            ));
        }
        self.all
            .get_mut(project)
            .ok_or_else(|| refused(format!("there is no project {project}")))
    }

    fn field(&mut self, project: &str, field: &str) -> Result<&[String]> {
        let options = self.get(project)?.fields.get(field);
        options.map(Vec::as_slice).ok_or_else(|| {
            refused(format!(
                "the project {project} has no single-select field `{field}`"
            ))
        })
    }

    fn choose(&mut self, number: u64, write: &ProjectWrite) -> Result<()> {
        let ProjectWrite { project, field, .. } = write;
        let options = self.field(project, field)?.iter();
        let chosen = match &write.option {
            None => None,
            Some(wanted) => Some(
                options
                    .clone()
                    .find(|it| same_option(it, wanted))
                    .cloned()
                    .ok_or_else(|| {
                        refused(format!(
                            "`{field}` of the project {project} has no option `{wanted}`"
                        ))
                    })?,
            ),
        };
        let item = self.get(project)?.items.entry(number).or_default();
        match chosen {
            Some(option) => item.insert(field.clone(), option),
            None => item.remove(field),
        };
        Ok(())
    }
}

impl MemoryForge {
    pub(super) fn read_items(
        &self,
        place: &ProjectPlace,
        numbers: &BTreeSet<u64>,
    ) -> Result<Vec<(u64, ProjectItem)>> {
        let numbers: Vec<u64> = numbers.iter().copied().collect();
        let mut found = Vec::new();
        for some in numbers.chunks(AT_ONCE) {
            self.meet(&place.project, &place.fields)?;
            let answer = self.request(Request::Items, |it| {
                let issues = some.iter().filter(|number| {
                    let issue = it.issues.get(number);
                    issue.is_some_and(|it| !it.is_pull_request)
                });
                let issues: Vec<u64> = issues.copied().collect();
                let project = it.projects.get(&place.project)?;
                let of = |number: u64| (number, told(place, number, project));
                Ok(issues.into_iter().map(of).collect::<Vec<_>>())
            })?;
            found.extend(answer);
        }
        Ok(found)
    }

    pub(super) fn choose(&self, number: u64, writes: &[ProjectWrite]) -> Result<()> {
        let Some(first) = writes.first() else {
            return Ok(());
        };
        let fields = writes.iter().map(|it| it.field.clone()).collect();
        self.meet(&first.project, &fields)?;
        let is_there = |it: &mut State| -> Result<bool> {
            it.issue(number)?;
            let project = it.projects.get(&first.project)?;
            Ok(project.items.contains_key(&number))
        };
        if first.item.is_none() || !is_there(&mut self.lock())? {
            self.request(Request::AddItem, |it| {
                it.issue(number)?;
                let project = it.projects.get(&first.project)?;
                project.items.entry(number).or_default();
                Ok(())
            })?;
        }
        self.request(Request::Choose, |it| {
            for write in writes {
                it.projects.choose(number, write)?;
            }
            Ok(())
        })
    }

    /// Asks what a project and its fields are called, where that is not known.
    fn meet(&self, project: &str, fields: &BTreeSet<String>) -> Result<()> {
        if self.lock().projects.known.contains(project) {
            return Ok(());
        }
        self.request(Request::Project, |it| {
            for field in fields {
                it.projects.field(project, field)?;
            }
            it.projects.known.insert(project.to_owned());
            Ok(())
        })
    }

    pub(super) fn known_projects(&self) -> Option<String> {
        let known = &self.lock().projects.known;
        let all: Vec<&str> = known.iter().map(String::as_str).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    pub(super) fn take_known_projects(&self, known: &str) {
        let known = known.split_whitespace().map(str::to_owned);
        self.lock().projects.known.extend(known);
    }
}

/// What other people do with projects, and how they are.
impl MemoryForge {
    /// A project `owner/number` with its single-select fields and their options; one that is there
    /// gets those fields.
    pub fn add_project(&self, project: &str, fields: &[(&str, &[&str])]) {
        let mut state = self.lock();
        let project = state.projects.all.entry(project.to_owned()).or_default();
        for (field, options) in fields {
            let options = options.iter().map(|it| (*it).to_owned());
            project
                .fields
                .insert((*field).to_owned(), options.collect());
        }
    }

    /// Somebody chooses an option of an issue's card, or takes it away, which does not change the
    /// issue's own time.
    ///
    /// # Panics
    ///
    /// Where there is no such project, field or option.
    pub fn choose_option(&self, project: &str, number: u64, field: &str, option: Option<&str>) {
        let write = ProjectWrite {
            project: project.to_owned(),
            content: String::new(),
            item: None,
            field: field.to_owned(),
            option: option.map(str::to_owned),
        };
        self.lock()
            .projects
            .choose(number, &write)
            .expect("a test chooses what is there");
    }

    /// Somebody takes an issue's card out of the project.
    pub fn remove_item(&self, project: &str, number: u64) {
        if let Some(project) = self.lock().projects.all.get_mut(project) {
            project.items.remove(&number);
        }
    }

    /// What an issue's card says; `None` where it is in no item.
    pub fn item_of(&self, project: &str, number: u64) -> Option<BTreeMap<String, String>> {
        let state = self.lock();
        state.projects.all.get(project)?.items.get(&number).cloned()
    }

    /// The fields of a project with their options; `None` where there is no such project.
    pub fn fields_of(&self, project: &str) -> Option<BTreeMap<String, Vec<String>>> {
        Some(self.lock().projects.all.get(project)?.fields.clone())
    }

    /// As with a token without the scope `project`.
    pub fn lose_project_scope(&self) {
        self.lock().projects.is_out_of_scope = true;
    }

    pub fn has_project_scope(&self) -> bool {
        !self.lock().projects.is_out_of_scope
    }
}

fn told(place: &ProjectPlace, number: u64, project: &Project) -> ProjectItem {
    let item = project.items.get(&number);
    let option = |field: &String| item.and_then(|it| it.get(field).cloned());
    let options = place.fields.iter();
    ProjectItem {
        project: place.project.clone(),
        item: item.map(|_| format!("PVTI_{number}")),
        options: options.map(|it| (it.clone(), option(it))).collect(),
    }
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::Invalid, message)
}
