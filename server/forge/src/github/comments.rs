//! Comments of many issues at once, through GraphQL; issue by issue where a server has none.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use docket_core::sync::Comment;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::GitHub;
use crate::{ErrorKind, MAX_THREAD, Result};

/// Issues in one request. GitHub counts what could come: 25 times 100 is far below its half a
/// million, and an answer of usual texts stays below a megabyte.
const AT_ONCE: usize = 25;

#[derive(Deserialize)]
struct Data {
    repository: Option<BTreeMap<String, Option<Commented>>>,
}

#[derive(Deserialize)]
struct Commented {
    number: u64,
    comments: Nodes,
}

#[derive(Deserialize)]
struct Nodes {
    nodes: Vec<Option<Node>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    /// Has the comment's number at its end, which `databaseId`, of 32 bits, has room for no more.
    url: String,
    author: Option<Author>,
    body: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Deserialize)]
struct Author {
    login: String,
}

impl GitHub {
    pub(super) async fn read_threads(
        &self,
        numbers: &BTreeSet<u64>,
    ) -> Result<Vec<(u64, Vec<Comment>)>> {
        let numbers: Vec<u64> = numbers.iter().copied().collect();
        let mut found = Vec::new();
        for some in numbers.chunks(AT_ONCE) {
            let (owner, name) = self.owner_and_name();
            let variables = json!({ "owner": owner, "name": name });
            let answer = self
                .ask_graphql::<Data>("comments", &question(some), variables)
                .await?;
            match answer {
                Some(data) => {
                    let issues = data.repository.ok_or_else(|| self.no_repository())?;
                    let issues = issues.into_values().flatten();
                    found.extend(issues.map(|it| (it.number, thread(it.comments))));
                }
                None => found.extend(self.one_by_one(some).await?),
            }
        }
        found.sort_by_key(|it| it.0);
        Ok(found)
    }

    async fn one_by_one(&self, numbers: &[u64]) -> Result<Vec<(u64, Vec<Comment>)>> {
        let mut found = Vec::new();
        for number in numbers {
            match self.read_comments(*number, None).await {
                Ok(mut comments) => {
                    comments.drain(..comments.len().saturating_sub(MAX_THREAD));
                    found.push((*number, comments));
                }
                Err(error) => match error.kind {
                    ErrorKind::NotFound | ErrorKind::Gone | ErrorKind::Moved => {}
                    _ => return Err(error),
                },
            }
        }
        Ok(found)
    }
}

fn thread(comments: Nodes) -> Vec<Comment> {
    let comments = comments.nodes.into_iter().flatten();
    let mut comments: Vec<Comment> = comments
        .map(|it| Comment {
            id: number_of(&it.url),
            // As the website shows who has left.
            author: it.author.map_or_else(|| "ghost".to_owned(), |it| it.login),
            body: it.body,
            created_at: it.created_at,
            updated_at: it.updated_at,
        })
        .collect();
    comments.sort_by_key(|it| (it.created_at, it.id));
    comments
}

/// Of `https://github.com/ana/it/issues/7#issuecomment-123`; 0 where it is written otherwise.
fn number_of(url: &str) -> u64 {
    let number = url.rsplit('-').next();
    number.and_then(|it| it.parse().ok()).unwrap_or_default()
}

fn question(numbers: &[u64]) -> String {
    let mut query =
        "query($owner:String!,$name:String!){repository(owner:$owner,name:$name){".to_owned();
    for number in numbers {
        // Writing to a string cannot fail.
        let _ = write!(query, " i{number}:issue(number:{number}){{...of}}");
    }
    let _ = write!(
        query,
        "}}}} fragment of on Issue{{number comments(last:{MAX_THREAD}){{nodes{{url author{{login}} body createdAt updatedAt}}}}}}"
    );
    query
}
