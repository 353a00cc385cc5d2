//! Pull requests: found by their branch, made, and the checks of a commit.

use docket_core::sync::{Check, PullRequest, PullState};
use http::Method;
use percent_encoding::utf8_percent_encode;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::GitHub;
use super::errors::{About, failure};
use super::transport::{Answer, Call};
use super::wire::pulls::{CheckRuns, CombinedStatus, PullAnswer};
use super::writing::SEGMENT;
use crate::{NewPullRequest, Result};

/// Pages of checks that are read of one commit; a hundred stand on each.
const MAX_PAGES: usize = 10;

impl GitHub {
    pub(super) async fn find_pull(&self, branch: &str) -> Result<Option<PullRequest>> {
        let name = self.full_name();
        let found = self.list_pulls(branch).await?;
        // The filter names the owner: that of a repository that was renamed is another one now.
        let found = match self.full_name() == name {
            true => found,
            false => self.list_pulls(branch).await?,
        };
        let open = found.iter().position(|it| it.state == PullState::Open);
        Ok(found.into_iter().nth(open.unwrap_or(0)))
    }

    /// Those of a branch, the newest first. There is one at most that is open for each base.
    async fn list_pulls(&self, branch: &str) -> Result<Vec<PullRequest>> {
        let name = self.full_name();
        let owner = name.split('/').next().unwrap_or_default();
        let (owner, name) = branch.split_once(':').unwrap_or((owner, branch));
        let head = format!("{owner}:{}", utf8_percent_encode(name, SEGMENT));
        let call = Call::get(self.below(&format!(
            "/pulls?state=all&sort=created&direction=desc&per_page=100&head={head}"
        )));
        let found: Vec<PullAnswer> = self.ask_pulls(call).await?.json()?;
        // A server of another age may take the filter for none.
        let ours = found.into_iter().filter(|it| it.brings(branch));
        Ok(ours.map(PullRequest::from).collect())
    }

    pub(super) async fn make_pull(&self, new: &NewPullRequest) -> Result<PullRequest> {
        if let Some(pull) = self.find_pull(&new.branch).await?
            && pull.state == PullState::Open
        {
            return Ok(pull);
        }
        let mut body = json!({
            "title": new.title,
            "body": new.body,
            "head": new.branch,
            "base": new.base,
        });
        if new.draft {
            body["draft"] = json!(true);
        }
        let call = Call::write(Method::POST, self.below("/pulls"), Some(body));
        let made: PullAnswer = self.ask_pulls(call).await?.json()?;
        Ok(made.into())
    }

    pub(super) async fn read_checks(&self, commit: &str) -> Result<Vec<Check>> {
        let commit = utf8_percent_encode(commit, SEGMENT);
        let address = |what: &str| self.below(&format!("/commits/{commit}/{what}?per_page=100"));
        let runs: Vec<CheckRuns> = self.pages_of(address("check-runs")).await?;
        let statuses: Vec<CombinedStatus> = self.pages_of(address("status")).await?;
        let runs = runs.into_iter().flat_map(|it| it.check_runs);
        let statuses = statuses.into_iter().flat_map(|it| it.statuses);
        Ok(runs
            .map(Check::from)
            .chain(statuses.map(Check::from))
            .collect())
    }

    async fn pages_of<T: DeserializeOwned>(&self, address: String) -> Result<Vec<T>> {
        let mut pages = Vec::new();
        let mut next = Some(address);
        while let Some(address) = next.filter(|_| pages.len() < MAX_PAGES) {
            let answer = self.ask_pulls(Call::get(address)).await?;
            pages.push(answer.json()?);
            next = answer.next();
        }
        Ok(pages)
    }

    async fn ask_pulls(&self, call: Call) -> Result<Answer> {
        let answer = self.answer(call, None).await?;
        match answer.status.is_success() {
            true => Ok(answer),
            false => Err(failure(&answer, About::Pulls(&self.full_name()))),
        }
    }
}
