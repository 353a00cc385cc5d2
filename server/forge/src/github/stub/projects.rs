//! Projects of the GitHub for tests, by the names and identities of its GraphQL.
//!
//! <https://docs.github.com/graphql/reference>: `ProjectV2`, `ProjectV2SingleSelectField`,
//! `addProjectV2ItemById`, `updateProjectV2ItemFieldValue`, `clearProjectV2ItemFieldValue`.

use serde_json::{Map, Value, json};

use super::Inner;
use super::answers::Answer;

/// The project that is asked for as an identity, and back.
const ID: &str = "PVT_";

impl Inner {
    /// `None` where the question is about something else.
    pub(super) fn of_projects(&self, query: &str, variables: &Value) -> Option<Answer> {
        let is_change = query.starts_with("mutation");
        let is_about = query.contains("projectV2(") || query.contains("projectItems(") || is_change;
        if !is_about {
            return None;
        }
        if !self.world.has_project_scope() {
            let field = if is_change {
                "addProjectV2ItemById"
            } else {
                "projectV2"
            };
            return Some(Answer::new(
                200,
                json!({ "errors": [{
                    "type": "INSUFFICIENT_SCOPES",
                    "message": format!("Your token has not been granted the required scopes to execute this query. The '{field}' field requires one of the following scopes: ['read:project'], but your token has only been granted the: ['repo'] scopes."),
                }] }),
            ));
        }
        let text = |name: &str| variables[name].as_str().unwrap_or_default();
        if query.contains("addProjectV2ItemById(") {
            return Some(self.add_item(text("project"), text("content")));
        }
        if is_change {
            return Some(self.change_item(query, variables));
        }
        query.contains("projectV2(").then(|| self.shape(variables))
    }

    fn shape(&self, variables: &Value) -> Answer {
        let owner = variables["owner"].as_str().unwrap_or_default();
        let project = format!("{owner}/{}", variables["number"]);
        let Some(fields) = self.world.fields_of(&project) else {
            return Answer::new(
                200,
                json!({
                    "data": { "owner": { "projectV2": null } },
                    "errors": [{ "type": "NOT_FOUND", "path": ["owner", "projectV2"], "message": "Could not resolve to a ProjectV2" }],
                }),
            );
        };
        let mut shape = json!({ "id": format!("{ID}{project}") });
        for index in 0.. {
            let Some(name) = variables[format!("n{index}")].as_str() else {
                break;
            };
            shape[format!("f{index}")] = match fields.get(name) {
                Some(options) => {
                    let options = options.iter().enumerate();
                    let options =
                        options.map(|(at, it)| json!({ "id": format!("o{at}"), "name": it }));
                    json!({ "id": format!("PVTSSF_{name}"), "options": options.collect::<Vec<_>>() })
                }
                // A field of text has none of what is asked for.
                None if name == "Title" => json!({}),
                None => Value::Null,
            };
        }
        Answer::new(200, json!({ "data": { "owner": { "projectV2": shape } } }))
    }

    /// An issue's items: of a project that nobody asked for, and of the one that has it.
    pub(super) fn item_nodes(&self, number: u64, variables: &Value) -> Vec<Value> {
        let mut nodes = vec![
            json!({ "id": "PVTI_other", "project": { "id": "PVT_other/1" }, "f0": { "name": "Elsewhere" } }),
        ];
        for project in ["ana/5", "octo-org/2"] {
            let Some(item) = self.world.item_of(project, number) else {
                continue;
            };
            let mut node = json!({ "id": format!("PVTI_{number}"), "project": { "id": format!("{ID}{project}") } });
            for index in 0.. {
                let Some(name) = variables[format!("n{index}")].as_str() else {
                    break;
                };
                let option = item.get(name);
                node[format!("f{index}")] = json!(option.map(|it| json!({ "name": it })));
            }
            nodes.push(node);
        }
        nodes
    }

    fn add_item(&self, project: &str, content: &str) -> Answer {
        let project = project.strip_prefix(ID).unwrap_or_default();
        let mut all = self.world.all().into_iter();
        let issue = all.find(|it| it.node_id == content);
        match (issue, self.world.fields_of(project)) {
            (Some(issue), Some(fields)) => {
                if self.world.item_of(project, issue.number).is_none() {
                    let field = fields.keys().next().expect("a project has fields");
                    self.world.choose_option(project, issue.number, field, None);
                }
                let id = format!("PVTI_{}", issue.number);
                Answer::new(
                    200,
                    json!({ "data": { "added": { "item": { "id": id } } } }),
                )
            }
            _ => not_resolved(&["added"]),
        }
    }

    fn change_item(&self, query: &str, variables: &Value) -> Answer {
        let text = |name: &str| variables[name].as_str().unwrap_or_default();
        let project = text("project").strip_prefix(ID).unwrap_or_default();
        let number = text("item")
            .strip_prefix("PVTI_")
            .and_then(|it| it.parse().ok());
        let changes: Vec<String> = (0..9)
            .map(|it| format!("c{it}"))
            .filter(|it| query.contains(&format!("{it}:")))
            .collect();
        let names: Vec<&str> = changes.iter().map(String::as_str).collect();
        let Some(number) = number.filter(|it| self.world.item_of(project, *it).is_some()) else {
            return not_resolved(&names);
        };
        let fields = self.world.fields_of(project).unwrap_or_default();
        let mut data = Map::new();
        for (index, name) in names.iter().enumerate() {
            let field = text(&format!("f{index}"))
                .strip_prefix("PVTSSF_")
                .unwrap_or_default();
            let option = variables[format!("o{index}")].as_str();
            let option = option.map(|it| {
                let at: usize = it.strip_prefix('o').and_then(|it| it.parse().ok()).unwrap();
                fields[field][at].as_str()
            });
            let clears = format!("{name}:clearProjectV2ItemFieldValue(");
            assert_eq!(option.is_none(), query.contains(&clears), "{query}");
            self.world.choose_option(project, number, field, option);
            data.insert(
                (*name).to_owned(),
                json!({ "projectV2Item": { "id": format!("PVTI_{number}") } }),
            );
        }
        Answer::new(200, json!({ "data": data }))
    }
}

fn not_resolved(names: &[&str]) -> Answer {
    let errors: Vec<Value> = names
        .iter()
        .map(|it| json!({ "type": "NOT_FOUND", "path": [it], "message": "Could not resolve to a node with the global id of ''" }))
        .collect();
    let data: Map<String, Value> = names
        .iter()
        .map(|it| ((*it).to_owned(), Value::Null))
        .collect();
    Answer::new(200, json!({ "data": data, "errors": errors }))
}
