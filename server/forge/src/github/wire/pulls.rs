//! What is read of answers about pull requests and checks.

use docket_core::sync::{Check, Outcome, PullRequest, PullState};
use jiff::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct PullAnswer {
    number: u64,
    #[serde(default)]
    html_url: String,
    title: String,
    state: String,
    #[serde(default)]
    draft: bool,
    merged_at: Option<Timestamp>,
    head: End,
    base: End,
}

/// One end of a pull request.
#[derive(Deserialize)]
struct End {
    #[serde(rename = "ref")]
    branch: String,
    sha: String,
    /// Null where the fork that it came from is gone.
    repo: Option<EndRepository>,
}

#[derive(Deserialize)]
struct EndRepository {
    full_name: String,
}

/// `GET /repos/{owner}/{repo}/commits/{ref}/check-runs`
#[derive(Deserialize)]
pub(crate) struct CheckRuns {
    pub check_runs: Vec<CheckRun>,
}

#[derive(Deserialize)]
pub(crate) struct CheckRun {
    name: String,
    /// `completed`, or any of those before it.
    status: String,
    /// Null before it has completed.
    conclusion: Option<String>,
    html_url: Option<String>,
    details_url: Option<String>,
}

/// `GET /repos/{owner}/{repo}/commits/{ref}/status`
#[derive(Deserialize)]
pub(crate) struct CombinedStatus {
    pub statuses: Vec<Status>,
}

#[derive(Deserialize)]
pub(crate) struct Status {
    context: String,
    state: String,
    target_url: Option<String>,
}

impl PullAnswer {
    /// Whether it brings that branch, and not one of the same name of another repository.
    pub(crate) fn brings(&self, branch: &str) -> bool {
        match branch.split_once(':') {
            Some((owner, name)) => {
                let of = self.fork_owner();
                self.head.branch == name && of.is_some_and(|it| it.eq_ignore_ascii_case(owner))
            }
            None => {
                self.head.branch == branch
                    && self.fork_owner().is_none()
                    && self.head.repo.is_some()
            }
        }
    }

    /// Whose fork it comes from; `None` where it comes from none, or the fork is gone.
    fn fork_owner(&self) -> Option<&str> {
        let name = |it: &End| it.repo.as_ref().map(|it| it.full_name.to_lowercase());
        let is_fork = name(&self.head) != name(&self.base);
        let of = self.head.repo.as_ref().filter(|_| is_fork)?;
        of.full_name.split('/').next()
    }
}

impl From<PullAnswer> for PullRequest {
    fn from(it: PullAnswer) -> Self {
        let branch = match it.fork_owner() {
            Some(owner) => format!("{owner}:{}", it.head.branch),
            None => it.head.branch.clone(),
        };
        Self {
            number: it.number,
            url: it.html_url,
            title: it.title,
            state: match (it.merged_at, it.state.as_str()) {
                (Some(_), _) => PullState::Merged,
                (None, "closed") => PullState::Closed,
                (None, _) => PullState::Open,
            },
            draft: it.draft,
            branch,
            base: it.base.branch,
            commit: it.head.sha,
        }
    }
}

impl From<CheckRun> for Check {
    fn from(it: CheckRun) -> Self {
        // "A skipped check run … reports as success", and a neutral one keeps nothing from being
        // merged either. A conclusion that is new to us is no success that could be told.
        let outcome = match (it.status.as_str(), it.conclusion.as_deref()) {
            ("completed", Some("success" | "neutral" | "skipped")) => Outcome::Passed,
            ("completed", _) => Outcome::Failed,
            _ => Outcome::Pending,
        };
        Self {
            name: it.name,
            outcome,
            url: it.html_url.or(it.details_url).unwrap_or_default(),
        }
    }
}

impl From<Status> for Check {
    fn from(it: Status) -> Self {
        Self {
            name: it.context,
            outcome: match it.state.as_str() {
                "success" => Outcome::Passed,
                "pending" => Outcome::Pending,
                _ => Outcome::Failed,
            },
            url: it.target_url.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(status: &str, conclusion: Option<&str>) -> Outcome {
        Check::from(CheckRun {
            name: "lint".into(),
            status: status.into(),
            conclusion: conclusion.map(str::to_owned),
            html_url: None,
            details_url: None,
        })
        .outcome
    }

    #[test]
    fn a_check_run_passes_where_it_keeps_nothing_from_being_merged() {
        for conclusion in ["success", "neutral", "skipped"] {
            assert_eq!(run("completed", Some(conclusion)), Outcome::Passed);
        }
        for conclusion in ["failure", "cancelled", "timed_out", "action_required", "x"] {
            assert_eq!(run("completed", Some(conclusion)), Outcome::Failed);
        }
        for status in ["queued", "in_progress", "waiting", "requested", "pending"] {
            assert_eq!(run(status, None), Outcome::Pending);
        }
    }

    #[test]
    fn a_forks_branch_of_the_same_name_is_not_ours() {
        let text = r#"{"number": 7, "title": "One", "state": "closed", "merged_at": null,
            "head": {"ref": "x", "sha": "abc", "repo": {"full_name": "Ana/hello"}},
            "base": {"ref": "main", "sha": "def", "repo": {"full_name": "octocat/hello"}}}"#;
        let of = |text: &str| serde_json::from_str::<PullAnswer>(text).unwrap();
        assert!(!of(text).brings("x"));
        assert!(of(text).brings("ana:x") && !of(text).brings("bo:x"));
        assert_eq!(PullRequest::from(of(text)).branch, "Ana:x");
        let ours = text.replace("Ana/", "Octocat/");
        assert!(of(&ours).brings("x") && !of(&ours).brings("y"));
        // The fork is gone.
        let gone = text.replace(r#"{"full_name": "Ana/hello"}"#, "null");
        assert!(!of(&gone).brings("x") && !of(&gone).brings("ana:x"));
        assert_eq!(PullRequest::from(of(&ours)).state, PullState::Closed);
        let merged = ours.replace("null", r#""2026-11-01T10:00:00Z""#);
        assert_eq!(PullRequest::from(of(&merged)).state, PullState::Merged);
    }
}
