//! What has changed on the forge since the last round, taken into the copy.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use docket_core::sync::Issue;
use docket_forge::{ErrorKind, Forge, Query};
use docket_store::ledger::RemoteState;
use jiff::{SignedDuration, Timestamp};

use super::Files;
use super::local::TicketFile;
use super::round::{Round, Side, SyncError, Wanted};

/// How far a question reaches back before the newest change that is known: changes are not seen in
/// the order of their times by every server of a forge.
const OVERLAP: SignedDuration = SignedDuration::from_secs(60);

/// Issues that tickets name and the copy lacks, which are asked for one by one in a round.
const MAX_LOOKUPS: usize = 20;

/// How a fetch ended.
pub(super) enum Fetched {
    /// The copy is as new as the forge.
    Whole,
    /// The forge cannot be asked now; the reason in words.
    Offline(String),
}

impl<F: Forge, W: Files> Round<'_, F, W> {
    /// Brings the copy up to date.
    ///
    /// What follows a page the forge says itself, and in a way that lets no issue slip through that
    /// changes in between.
    pub(super) async fn fetch(&mut self) -> Result<Fetched, SyncError> {
        let mut state = self.ledger.remote_state(self.remote)?;
        if let Some(until) = state.wait_until
            && until > self.now()
        {
            self.report.limited_until = Some(until);
            return Ok(Fetched::Offline(format!(
                "the quota is used up until {until}"
            )));
        }
        if let Some(offline) = self.meet(&mut state).await? {
            return Ok(Fetched::Offline(offline));
        }
        if self.wanted == Wanted::Full {
            (state.since, state.etag) = (None, None);
        }
        let query = Query {
            since: state.since,
            next: None,
            etag: state.etag.clone(),
        };
        let mut newest = state.since.map(|it| it + OVERLAP);
        let mut is_one_page = true;
        let mut changed: Vec<u64> = Vec::new();
        let mut seen: BTreeSet<u64> = BTreeSet::new();
        let forge = self.forge;
        self.renew_lease()?;
        let mut answer = Some(forge.issues(&query).await);
        while let Some(asked) = answer {
            let page = match asked {
                Ok(page) => page,
                Err(error) => return self.failed(&error),
            };
            if page.not_modified {
                break;
            }
            seen.extend(page.issues.iter().map(|it| it.number));
            newest = newest.max(page.issues.iter().map(|it| it.updated_at).max());
            // A crash from here on begins with this page again, not with the first.
            state.since = newest.map(|it| it - OVERLAP);
            is_one_page &= page.next.is_none();
            let says_all = is_one_page && state.since == query.since;
            state.etag = page.etag.filter(|_| says_all);
            let next = page.next.map(|next| Query {
                next: Some(next),
                since: query.since,
                etag: None,
            });
            let take = async {
                changed.extend(self.take_page(page.issues)?);
                (self.progress)(&format!("{} issues", seen.len()));
                self.ledger.set_remote_state(self.remote, &state)?;
                (self.step)("fetched a page")?;
                self.renew_lease()
            };
            // The forge works on the next page while this one is put away.
            let ask = async {
                match &next {
                    Some(next) => Some(forge.issues(next).await),
                    None => None,
                }
            };
            let taken;
            (answer, taken) = tokio::join!(biased; ask, take);
            taken?;
        }
        if self.wanted == Wanted::Full {
            self.miss(&seen).await?;
        }
        changed.sort_unstable();
        changed.dedup();
        self.report.fetched = changed.len();
        state.fetched_at = Some(self.now());
        state.wait_until = None;
        self.ledger.set_remote_state(self.remote, &state)?;
        Ok(Fetched::Whole)
    }

    /// Asks once who the repository and the user are. A repository that is another one under the
    /// same name is an error: its numbers mean other things.
    async fn meet(&mut self, state: &mut RemoteState) -> Result<Option<String>, SyncError> {
        if !state.node_id.is_empty() && self.wanted != Wanted::Full {
            return Ok(None);
        }
        let repository = match self.forge.repository().await {
            Ok(it) => it,
            Err(error) => return self.failed(&error).map(offline),
        };
        if !state.node_id.is_empty() && state.node_id != repository.node_id {
            return Err(SyncError::OtherRepository {
                name: repository.full_name,
            });
        }
        if !repository.has_issues {
            return Err(SyncError::NoIssues {
                name: repository.full_name,
            });
        }
        let viewer = match self.forge.viewer().await {
            Ok(it) => it,
            Err(error) => return self.failed(&error).map(offline),
        };
        state.node_id = repository.node_id;
        state.default_branch = repository.default_branch;
        state.viewer = viewer;
        self.ledger.set_remote_state(self.remote, state)?;
        Ok(None)
    }

    /// What a failed question means for the round.
    pub(super) fn failed(&mut self, error: &docket_forge::Error) -> Result<Fetched, SyncError> {
        let until = match error.kind {
            ErrorKind::Limited { until } => Some(until),
            ErrorKind::Slow { wait } => {
                Some(self.now() + SignedDuration::try_from(wait).unwrap_or(OVERLAP))
            }
            ErrorKind::Unavailable | ErrorKind::Unknown => None,
            _ => return Err(SyncError::Forge(error.message.clone())),
        };
        if let Some(until) = until {
            self.wait_until(until)?;
        }
        Ok(Fetched::Offline(error.message.clone()))
    }

    /// Nothing is asked before `until`, by no process.
    pub(super) fn wait_until(&mut self, until: Timestamp) -> Result<(), SyncError> {
        self.report.limited_until = Some(until);
        let mut state = self.ledger.remote_state(self.remote)?;
        state.wait_until = Some(until);
        Ok(self.ledger.set_remote_state(self.remote, &state)?)
    }

    /// Takes a page into the copy, and gives the numbers of what was not there as it is.
    fn take_page(&mut self, mut issues: Vec<Issue>) -> Result<Vec<u64>, SyncError> {
        let mut changed = Vec::new();
        for issue in &mut issues {
            let known = self.issues.get(&issue.number);
            if known.is_some_and(|it| it.node_id != issue.node_id) {
                return Err(SyncError::OtherRepository {
                    name: self.report.repository.clone(),
                });
            }
            match known.filter(|it| it.updated_at == issue.updated_at) {
                // A page does not say them.
                Some(known) => {
                    issue.relations = known.relations.clone();
                    issue.project = known.project.clone();
                }
                None => changed.push(issue.number),
            }
        }
        self.take(issues)?;
        Ok(changed)
    }

    /// Takes issues into the copy.
    pub(super) fn take(&mut self, issues: Vec<Issue>) -> Result<(), SyncError> {
        self.ledger.put_issues(self.remote, &issues)?;
        let issues = issues.into_iter().map(|it| (it.number, Arc::new(it)));
        self.issues.extend(issues);
        Ok(())
    }

    /// Numbers of issues that tickets name.
    pub(super) fn linked(&self) -> BTreeSet<u64> {
        let files = self.checkout.files.iter();
        files.filter_map(TicketFile::issue).collect()
    }

    /// Lets go of issues that a whole list does not have any more; those of tickets are asked for by
    /// themselves, to know what became of them.
    async fn miss(&mut self, seen: &BTreeSet<u64>) -> Result<(), SyncError> {
        let linked = self.linked();
        let missing = self.issues.keys().filter(|it| !seen.contains(it)).copied();
        for number in missing.collect::<Vec<_>>() {
            match linked.contains(&number) {
                true => {
                    self.look_up_one(number).await?;
                }
                false => {
                    self.ledger.remove_issue(self.remote, number)?;
                    self.issues.remove(&number);
                }
            }
        }
        Ok(())
    }

    /// Asks for issues that tickets name and the copy does not have, and for what a list of issues
    /// does not say of them; says whether tickets were made meanwhile.
    pub(super) async fn look_up(&mut self, side: &Side) -> Result<bool, SyncError> {
        let absent = match self.wanted {
            Wanted::Full => BTreeMap::new(),
            _ => self.ledger.absent(self.remote)?,
        };
        let is_new = |it: &u64| !self.issues.contains_key(it) && !absent.contains_key(it);
        let numbers: Vec<u64> = self.linked().into_iter().filter(is_new).collect();
        for number in numbers.into_iter().take(MAX_LOOKUPS) {
            if !self.look_up_one(number).await? {
                break;
            }
        }
        let made = self.relate(side).await?;
        self.read_items().await?;
        Ok(made)
    }

    /// Whether there was an answer.
    async fn look_up_one(&mut self, number: u64) -> Result<bool, SyncError> {
        match self.forge.issue(number).await {
            Ok(issue) => self.take(vec![issue])?,
            Err(error) => match error.kind {
                ErrorKind::NotFound | ErrorKind::Gone | ErrorKind::Moved => {
                    self.ledger
                        .set_absent(self.remote, number, &error.message)?;
                    self.issues.remove(&number);
                }
                _ => {
                    self.failed(&error)?;
                    return Ok(false);
                }
            },
        }
        Ok(true)
    }
}

fn offline(fetched: Fetched) -> Option<String> {
    match fetched {
        Fetched::Whole => None,
        Fetched::Offline(why) => Some(why),
    }
}
