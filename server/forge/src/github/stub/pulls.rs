//! Pull requests and checks of the GitHub for tests.

use docket_core::sync::{Check, Outcome, PullRequest, PullState};
use serde_json::{Value, json};

use super::Inner;
use super::answers::Answer;
use super::lists::next_link;
use super::routes::Asked;
use crate::NewPullRequest;
use crate::memory::Reporter;

impl Inner {
    /// `pulls` and `commits/{ref}/…`, below the repository.
    pub(super) fn of_pulls(&self, asked: &Asked<'_>, path: &[&str]) -> Answer {
        let answer = match (asked.method, path) {
            ("GET", ["pulls"]) => self.world.list_pulls().map(|pulls| {
                let head = asked.query.get("head");
                let owner = self.full_name();
                let owner = owner.split('/').next().unwrap_or_default();
                let is_meant = |it: &PullRequest| {
                    let (owner, name) = it.branch.split_once(':').unwrap_or((owner, &it.branch));
                    head.is_none_or(|head| *head == format!("{owner}:{name}"))
                };
                let pulls = pulls.iter().filter(|it| is_meant(it));
                Answer::new(200, pulls.map(|it| self.pull_json(it)).collect())
            }),
            ("POST", ["pulls"]) => {
                let text = |key: &str| asked.body[key].as_str().unwrap_or_default().to_owned();
                let new = NewPullRequest {
                    title: text("title"),
                    body: text("body"),
                    branch: text("head"),
                    base: text("base"),
                    draft: asked.body["draft"] == true,
                };
                let made = self.world.make_pull(&new);
                made.map(|it| Answer::new(201, self.pull_json(&it)))
            }
            ("GET", ["commits", commit, "check-runs"]) => {
                let checks = self.world.reported(commit, Reporter::CheckRun);
                checks.map(|it| self.checks_page(asked, "check_runs", &it, run_json))
            }
            ("GET", ["commits", commit, "status"]) => {
                let checks = self.world.reported(commit, Reporter::Status);
                checks.map(|it| self.checks_page(asked, "statuses", &it, status_json))
            }
            _ => return Answer::not_found(),
        };
        answer.unwrap_or_else(|error| self.refusal(&asked.base, 0, &error))
    }

    /// Pages of checks are counted.
    fn checks_page(
        &self,
        asked: &Asked<'_>,
        key: &str,
        checks: &[Check],
        json: fn(&Check) -> Value,
    ) -> Answer {
        let page: usize = asked
            .query
            .get("page")
            .and_then(|it| it.parse().ok())
            .unwrap_or(1);
        let size = self.world.page_size();
        let some = checks.iter().skip((page - 1) * size).take(size);
        let answer = Answer::new(
            200,
            json!({ "total_count": checks.len(), key: some.map(json).collect::<Vec<_>>() }),
        );
        match page * size < checks.len() {
            true => {
                let link = next_link(asked, &[("page", &(page + 1).to_string())]);
                answer.header("link", link)
            }
            false => answer,
        }
    }

    fn pull_json(&self, pull: &PullRequest) -> Value {
        let own = self.full_name();
        let end = |branch: &str, sha: &str| {
            let (of, branch) = match branch.split_once(':') {
                Some((owner, branch)) => (format!("{owner}/fork"), branch),
                None => (own.clone(), branch),
            };
            json!({ "ref": branch, "sha": sha, "repo": { "full_name": of } })
        };
        json!({
            "id": 1,
            "number": pull.number,
            "html_url": pull.url,
            "title": pull.title,
            "state": if pull.state == PullState::Open { "open" } else { "closed" },
            "draft": pull.draft,
            "merged_at": (pull.state == PullState::Merged).then(|| self.world.now()),
            "head": end(&pull.branch, &pull.commit),
            "base": end(&pull.base, ""),
        })
    }
}

fn run_json(check: &Check) -> Value {
    let (status, conclusion) = match check.outcome {
        Outcome::Passed => ("completed", Some("success")),
        Outcome::Failed => ("completed", Some("failure")),
        Outcome::Pending => ("in_progress", None),
    };
    json!({ "id": 1, "name": check.name, "status": status, "conclusion": conclusion, "html_url": check.url })
}

fn status_json(check: &Check) -> Value {
    let state = match check.outcome {
        Outcome::Passed => "success",
        Outcome::Failed => "error",
        Outcome::Pending => "pending",
    };
    json!({ "id": 1, "context": check.name, "state": state, "target_url": check.url })
}
