//! What has changed on the forge since the last round, taken into the copy.

use std::collections::BTreeSet;

use docket_core::config::sync::Which;
use docket_core::sync::Issue;
use docket_forge::{ErrorKind, Forge, Query};
use docket_store::ledger::RemoteState;
use jiff::{SignedDuration, Timestamp};

use super::Files;
use super::local::{TicketFile, Tickets};
use super::round::{Round, SyncError, Wanted};

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
    /// Pages are asked for by time and not by number: each question begins at the newest change of
    /// the page before, so that an issue that changes in between cannot push another one over a
    /// page's edge. Where a whole page is of one moment, the forge's own next page is followed.
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
        let mut query = Query {
            since: state.since,
            next: None,
            etag: state.etag.clone(),
        };
        let mut newest = state.since.map(|it| it + OVERLAP);
        let mut n_pages = 0;
        let mut changed: Vec<u64> = Vec::new();
        loop {
            self.renew_lease()?;
            self.requests += 1;
            let page = match self.forge.issues(&query).await {
                Ok(page) => page,
                Err(error) => return self.failed(&error),
            };
            n_pages += 1;
            if page.not_modified {
                break;
            }
            let known = self.known(&page.issues)?;
            changed.extend(&known);
            let page_newest = page.issues.iter().map(|it| it.updated_at).max();
            newest = newest.max(page_newest);
            self.ledger
                .put_issues(self.remote, &self.with_relations(page.issues)?)?;
            (self.progress)(&format!("{} issues", changed.len()));
            // A crash from here on begins with this page again, not with the first.
            state.since = newest.map(|it| it - OVERLAP);
            state.etag = (n_pages == 1 && page.next.is_none() && state.since == query.since)
                .then_some(page.etag)
                .flatten();
            self.ledger.set_remote_state(self.remote, &state)?;
            (self.step)("fetched a page")?;
            let Some(next) = page.next else {
                break;
            };
            query = match page_newest {
                Some(newest) if Some(newest) > query.since => Query {
                    since: Some(newest),
                    ..Query::default()
                },
                _ => Query {
                    next: Some(next),
                    since: query.since,
                    etag: None,
                },
            };
        }
        changed.sort_unstable();
        changed.dedup();
        self.report.fetched = changed.len();
        self.relate(&changed).await?;
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
        self.requests += 2;
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

    /// Asks for issues that tickets name and the copy does not have.
    pub(super) async fn look_up(&mut self, tickets: &Tickets) -> Result<(), SyncError> {
        let absent = self.ledger.absent(self.remote)?;
        let mut lookups = Vec::new();
        for number in tickets.files.iter().filter_map(TicketFile::issue) {
            if self.wanted != Wanted::Full && absent.contains_key(&number) {
                continue;
            }
            if self.ledger.issue(self.remote, number)?.is_none() {
                lookups.push(number);
            }
        }
        for number in lookups.into_iter().take(MAX_LOOKUPS) {
            self.requests += 1;
            match self.forge.issue(number).await {
                Ok(mut issue) => {
                    if issue.relations.is_none() {
                        self.requests += 1;
                        let asked = self.forge.relations(&BTreeSet::from([number])).await;
                        issue.relations = match asked {
                            Ok(Some(found)) => found.into_iter().next().map(|it| it.1),
                            _ => None,
                        };
                    }
                    self.ledger.put_issues(self.remote, &[issue])?;
                }
                Err(error) => match error.kind {
                    ErrorKind::NotFound | ErrorKind::Gone | ErrorKind::Moved => {
                        self.ledger
                            .set_absent(self.remote, number, &error.message)?;
                    }
                    _ => {
                        self.failed(&error)?;
                        return Ok(());
                    }
                },
            }
        }
        Ok(())
    }

    /// Those of `numbers` that tickets name, or that will be tickets; and issues that tickets name
    /// since a moment ago.
    pub(super) fn of_interest(&mut self, numbers: &[u64]) -> Result<BTreeSet<u64>, SyncError> {
        let tickets = Tickets::of_checkout(self.root, self.config, &BTreeSet::new());
        let linked: BTreeSet<u64> = tickets.files.iter().filter_map(TicketFile::issue).collect();
        let which = Which::parse(&self.config.sync.issues).unwrap_or(Which::Linked);
        let based: BTreeSet<u64> = self
            .ledger
            .bases(self.remote)?
            .into_keys()
            .map(|it| it.1)
            .collect();
        let mut wanted = BTreeSet::new();
        for number in numbers {
            let issue = self.ledger.issue(self.remote, *number)?;
            let is_meant = issue.is_some_and(|it| which.holds(&it) && !it.is_pull_request);
            if linked.contains(number) || based.contains(number) || is_meant {
                wanted.insert(*number);
            }
        }
        for number in linked.difference(&based) {
            let issue = self.ledger.issue(self.remote, *number)?;
            if issue.is_some_and(|it| it.relations.is_none() && !it.is_pull_request) {
                wanted.insert(*number);
            }
        }
        Ok(wanted)
    }

    /// Numbers of the issues that are not in the copy as they are.
    fn known(&self, issues: &[Issue]) -> Result<Vec<u64>, SyncError> {
        let mut changed = Vec::new();
        for issue in issues {
            let known = self.ledger.issue(self.remote, issue.number)?;
            if known.is_none_or(|it| it.updated_at != issue.updated_at) {
                changed.push(issue.number);
            }
        }
        Ok(changed)
    }

    /// The issues with the relations that the copy has of them: a page does not say.
    fn with_relations(&self, issues: Vec<Issue>) -> Result<Vec<Issue>, SyncError> {
        let mut all = Vec::with_capacity(issues.len());
        for mut issue in issues {
            if issue.relations.is_none() {
                let known = self.ledger.issue(self.remote, issue.number)?;
                issue.relations = known.and_then(|it| it.relations);
            }
            all.push(issue);
        }
        Ok(all)
    }

    /// Asks for the relations of changed issues that are tickets, or will be.
    async fn relate(&mut self, changed: &[u64]) -> Result<(), SyncError> {
        let numbers = self.of_interest(changed)?;
        if numbers.is_empty() {
            return Ok(());
        }
        self.requests += 1;
        // Without them a round goes on: relations are left alone then.
        let Ok(Some(relations)) = self.forge.relations(&numbers).await else {
            return Ok(());
        };
        let mut issues = Vec::new();
        for (number, relations) in relations {
            let issue = self.ledger.issue(self.remote, number)?;
            if let Some(mut issue) = issue {
                issue.relations = Some(relations);
                issues.push(issue);
            }
        }
        Ok(self.ledger.put_issues(self.remote, &issues)?)
    }
}

fn offline(fetched: Fetched) -> Option<String> {
    match fetched {
        Fetched::Whole => None,
        Fetched::Offline(why) => Some(why),
    }
}
