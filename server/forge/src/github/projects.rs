//! Single-select fields of a project (Projects v2): read for many issues at once, chosen for one.
//!
//! GraphQL alone has them. A project, its fields and options have identities, which are asked for
//! once by their names. <https://docs.github.com/issues/planning-and-tracking-with-projects/automating-your-project/using-the-api-to-manage-projects>

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use docket_core::sync::project::same_option;
use docket_core::sync::{ProjectItem, ProjectPlace, ProjectWrite};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{GitHub, lock};
use crate::{Error, ErrorKind, Result};

/// Issues in one request, each with [`PROJECTS`] items.
const AT_ONCE: usize = 100;
/// Projects in which one issue is looked for.
const PROJECTS: usize = 20;

/// What a project and its fields are called by the server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Shape {
    id: String,
    /// By name.
    fields: BTreeMap<String, Field>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Field {
    id: String,
    options: Vec<Choice>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Choice {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Owner {
    owner: Option<Owned>,
}

#[derive(Deserialize)]
struct Owned {
    /// Null where it is not there; absent where the owner is neither a user nor an organisation.
    #[serde(default, rename = "projectV2")]
    project: Option<Asked>,
}

#[derive(Deserialize)]
struct Asked {
    id: String,
    /// By the name under which each was asked for.
    #[serde(flatten)]
    fields: BTreeMap<String, Option<AskedField>>,
}

/// Of a field that is no single-select one nothing is told.
#[derive(Deserialize)]
struct AskedField {
    id: Option<String>,
    #[serde(default)]
    options: Vec<Choice>,
}

#[derive(Deserialize)]
struct Data {
    repository: Option<BTreeMap<String, Option<Issue>>>,
}

#[derive(Deserialize)]
struct Issue {
    number: u64,
    #[serde(rename = "projectItems")]
    items: Nodes,
}

#[derive(Deserialize)]
struct Nodes {
    nodes: Vec<Option<Node>>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    project: Named,
    #[serde(flatten)]
    chosen: BTreeMap<String, Option<Chosen>>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

#[derive(Deserialize)]
struct Chosen {
    name: Option<String>,
}

impl GitHub {
    pub(super) fn known_shapes(&self) -> Option<String> {
        let shapes = lock(&self.shapes);
        (!shapes.is_empty()).then(|| serde_json::to_string(&*shapes).unwrap_or_default())
    }

    /// What another version of docket wrote may not be readable, and is asked for again.
    pub(super) fn take_shapes(&self, known: &str) {
        if let Ok(known) = serde_json::from_str(known) {
            *lock(&self.shapes) = known;
        }
    }

    pub(super) async fn read_items(
        &self,
        place: &ProjectPlace,
        numbers: &BTreeSet<u64>,
    ) -> Result<Vec<(u64, ProjectItem)>> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let shape = self.shape(&place.project, &place.fields).await?;
        let names: Vec<&String> = place.fields.iter().collect();
        let numbers: Vec<u64> = numbers.iter().copied().collect();
        let mut found = Vec::new();
        for some in numbers.chunks(AT_ONCE) {
            let (owner, name) = self.owner_and_name();
            let mut variables = named(&names);
            variables.insert("owner".to_owned(), json!(owner));
            variables.insert("name".to_owned(), json!(name));
            let answer = self
                .ask_graphql::<Data>("projects", &question(some, &names), variables.into())
                .await
                .map_err(|it| explained(it, &place.project))?;
            let data = answer.ok_or_else(|| no_projects(&place.project))?;
            let issues = data.repository.ok_or_else(|| self.no_repository())?;
            for issue in issues.into_values().flatten() {
                let nodes = issue.items.nodes.into_iter().flatten();
                let mut ours = nodes.filter(|it| it.project.id == shape.id);
                let item = ours.next();
                let option = |index: usize| {
                    let chosen = item.as_ref()?.chosen.get(&format!("f{index}"))?;
                    chosen.as_ref()?.name.clone()
                };
                let options = names.iter().enumerate();
                let options = options.map(|(index, name)| ((*name).clone(), option(index)));
                let told = ProjectItem {
                    project: place.project.clone(),
                    options: options.collect(),
                    item: item.as_ref().map(|it| it.id.clone()),
                };
                found.push((issue.number, told));
            }
        }
        found.sort_by_key(|it| it.0);
        Ok(found)
    }

    /// Chooses options of one item; carried out twice it is as carried out once. What is remembered
    /// of the project may be old, and is then asked for anew.
    pub(super) async fn choose(&self, writes: &[ProjectWrite]) -> Result<()> {
        let Some(first) = writes.first() else {
            return Ok(());
        };
        let is_remembered = lock(&self.shapes).contains_key(&first.project);
        match self.choose_once(first, writes).await {
            Err(error) if error.kind == ErrorKind::Invalid && is_remembered => {
                lock(&self.shapes).remove(&first.project);
                self.choose_once(first, writes).await
            }
            done => done,
        }
    }

    async fn choose_once(&self, first: &ProjectWrite, writes: &[ProjectWrite]) -> Result<()> {
        let project = &first.project;
        let fields: BTreeSet<String> = writes.iter().map(|it| it.field.clone()).collect();
        let shape = self.shape(project, &fields).await?;
        let changes: Vec<(&str, Option<&str>)> = writes
            .iter()
            .map(|it| shape.option(it))
            .collect::<Result<_>>()?;
        if let Some(item) = &first.item
            && self.set(project, &shape.id, item, &changes).await?
        {
            return Ok(());
        }
        // It is not in the project, or not any more.
        let item = self.add(project, &shape.id, &first.content).await?;
        match self.set(project, &shape.id, &item, &changes).await? {
            true => Ok(()),
            false => Err(Error::new(
                ErrorKind::Invalid,
                format!(
                    "the project {project} has changed meanwhile: `docket outbox retry` sends it again"
                ),
            )),
        }
    }

    /// The item of an issue, which is put in where it is not; GitHub gives the one that is there.
    async fn add(&self, project: &str, id: &str, content: &str) -> Result<String> {
        let mutation = "mutation($project:ID!,$content:ID!){added:addProjectV2ItemById(input:{projectId:$project,contentId:$content}){item{id}}}";
        let variables = json!({ "project": id, "content": content });
        let answer = self.change(project, mutation, variables).await?;
        let item = answer.get("added").and_then(|it| it.pointer("/item/id"));
        item.and_then(Value::as_str)
            .map(str::to_owned)
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::Invalid,
                    format!("the issue could not be put into the project {project}"),
                )
            })
    }

    /// Whether the item is there, and so was changed.
    async fn set(
        &self,
        project: &str,
        id: &str,
        item: &str,
        changes: &[(&str, Option<&str>)],
    ) -> Result<bool> {
        let mut variables = Map::new();
        variables.insert("project".to_owned(), json!(id));
        variables.insert("item".to_owned(), json!(item));
        let mut declared = "$project:ID!,$item:ID!".to_owned();
        let mut asked = String::new();
        for (index, (field, option)) in changes.iter().enumerate() {
            variables.insert(format!("f{index}"), json!(field));
            let target = format!("projectId:$project,itemId:$item,fieldId:$f{index}");
            // Writing to a string cannot fail.
            let _ = match option {
                Some(option) => {
                    variables.insert(format!("o{index}"), json!(option));
                    let _ = write!(declared, ",$f{index}:ID!,$o{index}:String!");
                    write!(
                        asked,
                        " c{index}:updateProjectV2ItemFieldValue(input:{{{target},value:{{singleSelectOptionId:$o{index}}}}}){{projectV2Item{{id}}}}"
                    )
                }
                None => {
                    let _ = write!(declared, ",$f{index}:ID!");
                    write!(
                        asked,
                        " c{index}:clearProjectV2ItemFieldValue(input:{{{target}}}){{projectV2Item{{id}}}}"
                    )
                }
            };
        }
        let mutation = format!("mutation({declared}){{{asked}}}");
        let answer = self.change(project, &mutation, variables.into()).await?;
        let is_done = |index: usize| {
            answer
                .get(&format!("c{index}"))
                .is_some_and(|it| !it.is_null())
        };
        Ok((0..changes.len()).all(is_done))
    }

    async fn change(
        &self,
        project: &str,
        mutation: &str,
        variables: Value,
    ) -> Result<BTreeMap<String, Value>> {
        self.change_by_graphql("projects", mutation, variables)
            .await
            .map_err(|it| explained(it, project))?
            .ok_or_else(|| no_projects(project))
    }

    /// What a project and those fields of it are called, asked for where it is not known.
    async fn shape(&self, project: &str, fields: &BTreeSet<String>) -> Result<Shape> {
        let mut fields = fields.clone();
        if let Some(known) = lock(&self.shapes).get(project) {
            if fields.iter().all(|it| known.fields.contains_key(it)) {
                return Ok(known.clone());
            }
            fields.extend(known.fields.keys().cloned());
        }
        let names: Vec<&String> = fields.iter().collect();
        let (owner, number) = project.split_once('/').unwrap_or_default();
        let mut variables = named(&names);
        variables.insert("owner".to_owned(), json!(owner));
        variables.insert("number".to_owned(), json!(number.parse::<u32>().ok()));
        let answer = self
            .ask_graphql::<Owner>("projects", &shape_question(&names), variables.into())
            .await
            .map_err(|it| explained(it, project))?;
        let answer = answer.ok_or_else(|| no_projects(project))?;
        let asked = answer.owner.and_then(|it| it.project).ok_or_else(|| {
            Error::new(
                ErrorKind::Invalid,
                format!(
                    "there is no project {project}, or the token may not see it: check `project` in docket.toml, and that the token {SCOPE}"
                ),
            )
        })?;
        let mut shape = Shape {
            id: asked.id,
            fields: BTreeMap::new(),
        };
        let mut told = asked.fields;
        for (index, name) in names.iter().enumerate() {
            let field = told.remove(&format!("f{index}")).flatten();
            let Some((id, options)) = field.and_then(|it| Some((it.id?, it.options))) else {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!(
                        "the project {project} has no single-select field `{name}`: add it there, or name another one in docket.toml"
                    ),
                ));
            };
            shape.fields.insert((*name).clone(), Field { id, options });
        }
        lock(&self.shapes).insert(project.to_owned(), shape.clone());
        Ok(shape)
    }
}

impl Shape {
    /// The identities of a write's field and option.
    fn option(&self, write: &ProjectWrite) -> Result<(&str, Option<&str>)> {
        let ProjectWrite { project, field, .. } = write;
        let there_is_no = |what: String| Error::new(ErrorKind::Invalid, what);
        let known = self
            .fields
            .get(field)
            .ok_or_else(|| there_is_no(format!("the project {project} has no field `{field}`")))?;
        let Some(wanted) = &write.option else {
            return Ok((&known.id, None));
        };
        let option = known
            .options
            .iter()
            .find(|it| same_option(&it.name, wanted));
        let option = option.ok_or_else(|| {
            let names: Vec<&str> = known.options.iter().map(|it| it.name.as_str()).collect();
            there_is_no(format!(
                "`{field}` of the project {project} has no option `{wanted}`, only {}: add it there, then `docket outbox retry`",
                names.join(", ")
            ))
        })?;
        Ok((&known.id, Some(&option.id)))
    }
}

const SCOPE: &str = "has the scope `project` (`gh auth refresh -s project`, or `docket auth login` with a new one; a fine-grained one the organisation's permission \"Projects\")";

/// What a refusal means here: a token for issues is none for projects.
fn explained(error: Error, project: &str) -> Error {
    match error.kind {
        ErrorKind::Forbidden => Error::new(
            ErrorKind::Forbidden,
            format!(
                "the token may not use the project {project}: make sure that it {SCOPE}. {}",
                error.message
            ),
        ),
        _ => error,
    }
}

fn no_projects(project: &str) -> Error {
    Error::new(
        ErrorKind::Invalid,
        format!("this server has no projects, so none that is {project}"),
    )
}

/// Names of fields as variables: they are the user's own texts.
fn named(names: &[&String]) -> Map<String, Value> {
    let names = names.iter().enumerate();
    names
        .map(|(index, name)| (format!("n{index}"), json!(name)))
        .collect()
}

fn declared(names: &[&String]) -> String {
    (0..names.len())
        .map(|index| format!(",$n{index}:String!"))
        .collect()
}

fn shape_question(names: &[&String]) -> String {
    let fields: String = (0..names.len())
        .map(|it| format!(" f{it}:field(name:$n{it}){{...choices}}"))
        .collect();
    format!(
        "query($owner:String!,$number:Int!{}){{owner:repositoryOwner(login:$owner){{... on User{{projectV2(number:$number){{...shape}}}} ... on Organization{{projectV2(number:$number){{...shape}}}}}}}} fragment shape on ProjectV2{{id{fields}}} fragment choices on ProjectV2SingleSelectField{{id options{{id name}}}}",
        declared(names)
    )
}

fn question(numbers: &[u64], names: &[&String]) -> String {
    let issues: String = numbers
        .iter()
        .map(|it| format!(" i{it}:issue(number:{it}){{...of}}"))
        .collect();
    let chosen: String = (0..names.len())
        .map(|it| {
            format!(
                " f{it}:fieldValueByName(name:$n{it}){{... on ProjectV2ItemFieldSingleSelectValue{{name}}}}"
            )
        })
        .collect();
    format!(
        "query($owner:String!,$name:String!{}){{repository(owner:$owner,name:$name){{{issues}}}}} fragment of on Issue{{number projectItems(first:{PROJECTS}){{nodes{{id project{{id}}{chosen}}}}}}}",
        declared(names)
    )
}
