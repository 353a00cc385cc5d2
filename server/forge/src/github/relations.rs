//! Parents and blockers: read in bulk through GraphQL, written one by one through REST.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::atomic::Ordering;

use docket_core::sync::Relations;
use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::GitHub;
use super::transport::Call;
use super::wire::IssueAnswer;
use crate::{Error, ErrorKind, Result};

/// Issues that are asked about in one request, each under a name of its own.
const AT_ONCE: usize = 100;

#[derive(Deserialize)]
struct Data {
    repository: Option<RepositoryAnswer>,
}

#[derive(Deserialize)]
struct RepositoryAnswer {
    #[serde(rename = "nameWithOwner")]
    full_name: String,
    /// By the name under which it was asked for.
    #[serde(flatten)]
    issues: BTreeMap<String, Option<Related>>,
}

#[derive(Deserialize)]
struct Related {
    number: u64,
    parent: Option<Other>,
    #[serde(rename = "blockedBy")]
    blocked_by: Others,
}

#[derive(Deserialize)]
struct Others {
    nodes: Vec<Option<Other>>,
}

#[derive(Deserialize)]
struct Other {
    number: u64,
    repository: Named,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "nameWithOwner")]
    full_name: String,
}

impl GitHub {
    pub(super) async fn read_relations(
        &self,
        numbers: &BTreeSet<u64>,
    ) -> Result<Option<Vec<(u64, Relations)>>> {
        let numbers: Vec<u64> = numbers.iter().copied().collect();
        let mut found = Vec::new();
        for some in numbers.chunks(AT_ONCE) {
            let (owner, name) = self.owner_and_name();
            let variables = json!({ "owner": owner, "name": name });
            let answer = self
                .ask_graphql::<Data>("relations", &question(some), variables)
                .await?;
            let Some(data) = answer else {
                self.lacks_relations.store(true, Ordering::Relaxed);
                return Ok(None);
            };
            let repository = data.repository.ok_or_else(|| self.no_repository())?;
            found.extend(related(&repository));
        }
        Ok(Some(found))
    }

    pub(super) async fn set_parent(&self, number: u64, parent: u64) -> Result<()> {
        let id = self.id(number).await?;
        let call = Call::write(
            Method::POST,
            self.below(&format!("/issues/{parent}/sub_issues")),
            Some(json!({ "sub_issue_id": id, "replace_parent": true })),
        );
        let refused = match self.ask(call, Some(parent)).await {
            Ok(_) => return Ok(()),
            Err(error) => of_other(error, parent)?,
        };
        // GitHub refuses what is so already.
        match self.parent(number).await? {
            Some((now, Place::Here)) if now == parent => Ok(()),
            _ => Err(refused),
        }
    }

    /// A parent in another repository is none of ours, and is left.
    pub(super) async fn clear_parent(&self, number: u64) -> Result<()> {
        let Some((parent, Place::Here)) = self.parent(number).await? else {
            return Ok(());
        };
        let id = self.id(number).await?;
        let call = Call::write(
            Method::DELETE,
            self.below(&format!("/issues/{parent}/sub_issue")),
            Some(json!({ "sub_issue_id": id })),
        );
        match self.ask(call, Some(parent)).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let refused = of_other(error, parent)?;
                match self.parent(number).await? {
                    Some((now, Place::Here)) if now == parent => Err(refused),
                    _ => Ok(()),
                }
            }
        }
    }

    pub(super) async fn add_blocker(&self, number: u64, blocker: u64) -> Result<()> {
        let id = match self.id(blocker).await {
            Ok(id) => id,
            Err(error) => return Err(of_other(error, blocker)?),
        };
        let call = Call::write(
            Method::POST,
            self.below(&format!("/issues/{number}/dependencies/blocked_by")),
            Some(json!({ "issue_id": id })),
        );
        match self.ask(call, Some(number)).await {
            Err(error) if error.kind == ErrorKind::Invalid => {
                match self.blockers(number).await?.contains(&id) {
                    true => Ok(()),
                    false => Err(error),
                }
            }
            answer => answer.map(drop),
        }
    }

    pub(super) async fn remove_blocker(&self, number: u64, blocker: u64) -> Result<()> {
        let id = match self.id(blocker).await {
            Ok(id) => id,
            // It went, and its relations with it.
            Err(error) => return of_other(error, blocker).map(drop),
        };
        let call = Call::write(
            Method::DELETE,
            self.below(&format!("/issues/{number}/dependencies/blocked_by/{id}")),
            None,
        );
        match self.ask(call, Some(number)).await {
            Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Invalid) => {
                match self.blockers(number).await?.contains(&id) {
                    true => Err(error),
                    false => Ok(()),
                }
            }
            answer => answer.map(drop),
        }
    }

    /// The parent's number, and whether it is in this repository.
    async fn parent(&self, number: u64) -> Result<Option<(u64, Place)>> {
        let call = Call::get(self.below(&format!("/issues/{number}/parent")));
        match self.ask(call, Some(number)).await {
            Ok(answer) => {
                let parent: IssueAnswer = answer.json()?;
                let is_here = parent.repository_url.as_deref().is_none_or(|it| {
                    it.to_lowercase()
                        .ends_with(&format!("/repos/{}", self.full_name().to_lowercase()))
                });
                let place = match is_here {
                    true => Place::Here,
                    false => Place::Elsewhere,
                };
                Ok(Some((parent.number, place)))
            }
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn blockers(&self, number: u64) -> Result<BTreeSet<u64>> {
        let call = Call::get(self.below(&format!(
            "/issues/{number}/dependencies/blocked_by?per_page=100"
        )));
        match self.ask(call, Some(number)).await {
            Ok(answer) => {
                let blockers: Vec<IssueAnswer> = answer.json()?;
                Ok(blockers.into_iter().filter_map(|it| it.id).collect())
            }
            Err(error) => Err(error),
        }
    }
}

/// An issue that is not there, or is a pull request, is left out of the answer.
fn related(repository: &RepositoryAnswer) -> impl Iterator<Item = (u64, Relations)> {
    let ours = |it: &Other| {
        let name = &it.repository.full_name;
        name.eq_ignore_ascii_case(&repository.full_name)
            .then_some(it.number)
    };
    repository.issues.values().flatten().map(move |it| {
        let blockers = it.blocked_by.nodes.iter().flatten();
        let relations = Relations {
            parent: it.parent.as_ref().and_then(ours),
            blocked_by: blockers.filter_map(ours).collect(),
        };
        (it.number, relations)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Here,
    Elsewhere,
}

/// What went wrong with the other end of a relation is a refusal for the issue at hand, which is
/// there still. What may pass stays as it is.
fn of_other(error: Error, other: u64) -> Result<Error> {
    match error.kind {
        ErrorKind::NotFound | ErrorKind::Gone | ErrorKind::Moved => Ok(Error::new(
            ErrorKind::Invalid,
            format!("#{other} cannot be related to: {}", error.message),
        )),
        ErrorKind::Invalid => Ok(error),
        _ => Err(error),
    }
}

fn question(numbers: &[u64]) -> String {
    let mut query =
        "query($owner:String!,$name:String!){repository(owner:$owner,name:$name){nameWithOwner"
            .to_owned();
    for number in numbers {
        // Writing to a string cannot fail.
        let _ = write!(query, " i{number}:issue(number:{number}){{...of}}");
    }
    query.push_str(
        "}} fragment of on Issue{number parent{number repository{nameWithOwner}} blockedBy(first:100){nodes{number repository{nameWithOwner}}}}",
    );
    query
}
