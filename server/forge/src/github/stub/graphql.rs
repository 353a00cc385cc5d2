//! What the GitHub for tests says to GraphQL.

use docket_core::sync::Comment;
use serde_json::{Value, json};

use super::Inner;
use super::answers::Answer;
use crate::MAX_THREAD;
use crate::github::lock;

impl Inner {
    pub(super) fn graphql(&self, body: &Value) -> Answer {
        let query = body["query"].as_str().unwrap_or_default();
        if let Some(answer) = self.of_projects(query, &body["variables"]) {
            return answer;
        }
        if query.contains("blockedBy") && !self.world.has_relations() {
            let message = "Field 'blockedBy' doesn't exist on type 'Issue'";
            return Answer::new(
                200,
                json!({ "errors": [{ "message": message, "extensions": { "code": "undefinedField" } }] }),
            );
        }
        let full_name = format!(
            "{}/{}",
            body["variables"]["owner"].as_str().unwrap_or_default(),
            body["variables"]["name"].as_str().unwrap_or_default()
        );
        if !full_name.eq_ignore_ascii_case(&self.full_name())
            && !lock(&self.former_names).contains(&full_name)
        {
            return Answer::new(
                200,
                json!({ "data": { "repository": null }, "errors": [{ "type": "NOT_FOUND", "message": "Could not resolve to a Repository" }] }),
            );
        }
        self.of_each(query, &body["variables"])
    }

    /// Each issue that a question names, with what the question asks of it.
    fn of_each(&self, query: &str, variables: &Value) -> Answer {
        let mut repository = json!({});
        if query.contains("){nameWithOwner") {
            repository["nameWithOwner"] = json!(self.full_name());
        }
        let mut errors = Vec::new();
        for asked in query.split(":issue(number:").skip(1) {
            let number: u64 = asked
                .split(')')
                .next()
                .and_then(|it| it.parse().ok())
                .unwrap_or(0);
            let issue = self.world.get(number).filter(|it| !it.is_pull_request);
            repository[format!("i{number}")] = match issue {
                Some(_) => self.of_one(query, number, variables),
                None => {
                    errors.push(json!({
                        "type": "NOT_FOUND", "path": ["repository", format!("i{number}")],
                        "message": format!("Could not resolve to an Issue with the number of {number}."),
                    }));
                    Value::Null
                }
            };
        }
        let mut answer = json!({ "data": { "repository": repository } });
        if !errors.is_empty() {
            answer["errors"] = errors.into();
        }
        Answer::new(200, answer)
    }

    fn of_one(&self, query: &str, number: u64, variables: &Value) -> Value {
        let mut answer = json!({ "number": number });
        if query.contains("blockedBy") {
            let other = |number: &u64| json!({ "number": number, "repository": { "nameWithOwner": self.full_name() } });
            let issue = self.world.get(number);
            let relations = issue.and_then(|it| it.relations).unwrap_or_default();
            answer["parent"] = json!(relations.parent.as_ref().map(other));
            answer["blockedBy"] =
                json!({ "nodes": relations.blocked_by.iter().map(other).collect::<Vec<_>>() });
        }
        if query.contains("projectItems(first:") {
            answer["projectItems"] = json!({ "nodes": self.item_nodes(number, variables) });
        }
        if query.contains(&format!("comments(last:{MAX_THREAD})")) {
            let comments = self.world.comments_of(number);
            let last = comments.len().saturating_sub(MAX_THREAD);
            let nodes: Vec<Value> = comments[last..]
                .iter()
                .map(|it| self.comment_node(number, it))
                .collect();
            answer["comments"] = json!({ "nodes": nodes });
        }
        answer
    }

    fn comment_node(&self, number: u64, it: &Comment) -> Value {
        let full_name = self.full_name();
        json!({
            "url": format!("https://github.com/{full_name}/issues/{number}#issuecomment-{}", it.id),
            "author": { "login": it.author },
            "body": it.body,
            "createdAt": it.created_at,
            "updatedAt": it.updated_at,
        })
    }
}
