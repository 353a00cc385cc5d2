//! Status and priority where a project's fields say them: asked for before a round plans.

use std::collections::BTreeSet;

use docket_core::sync::payload::Payload;
use docket_core::sync::{Field, Fields, Issue, ProjectItem, ProjectPlace, Value, project, write};
use docket_forge::Forge;

use super::files::Files;
use super::round::{Round, SyncError, Wanted};

impl<F: Forge, W: Files> Round<'_, F, W> {
    /// Asks what the configured project says of issues that are tickets, or will be. A card is moved
    /// without its issue's time being changed, so that all open ones are asked about in each round;
    /// a closed one where it has changed. Where there is no answer, what was known stands, and the
    /// next round asks.
    pub(super) async fn read_items(&mut self) -> Result<(), SyncError> {
        let Some(place) = self.config.sync.project_place() else {
            return Ok(());
        };
        let mut numbers = self.meant()?;
        numbers.retain(|it| {
            self.issues.get(it).is_some_and(|it| {
                let is_known = it.project.as_ref().map(|it| &it.project) == Some(&place.project);
                self.wanted == Wanted::Full || !it.state.is_closed() || !is_known
            })
        });
        if !numbers.is_empty() {
            self.renew_lease()?;
            self.ask_items(&place, &numbers).await?;
        }
        self.tell_unclear();
        Ok(())
    }

    async fn ask_items(
        &mut self,
        place: &ProjectPlace,
        numbers: &BTreeSet<u64>,
    ) -> Result<(), SyncError> {
        if let Some(known) = self.ledger.remote_state(self.remote)?.projects {
            self.forge.remember(&known);
        }
        let items = match self.forge.items(place, numbers).await {
            Ok(items) => items,
            Err(error) if error.is_retryable() => return Ok(()),
            // Of no effect on anything else: a round goes on without it.
            Err(error) => {
                self.report.troubles.push(error.message);
                return Ok(());
            }
        };
        let told = items.into_iter().filter_map(|(number, item)| {
            let issue = self.issues.get(&number)?;
            let item = Some(item);
            (issue.project != item).then(|| Issue {
                project: item,
                ..(**issue).clone()
            })
        });
        let told = told.collect();
        self.take(told)
    }

    /// Notes what projects and their fields are called, where that is news.
    pub(super) fn keep_identities(&mut self) -> Result<(), SyncError> {
        let known = self.forge.remembered();
        let mut state = self.ledger.remote_state(self.remote)?;
        if known.is_some() && known != state.projects {
            state.projects = known;
            self.ledger.set_remote_state(self.remote, &state)?;
        }
        Ok(())
    }

    /// Options that mean nothing to tickets.
    fn tell_unclear(&mut self) {
        let checkout = self.checkout.clone();
        for file in &checkout.files {
            let issue = file.issue().and_then(|it| self.issues.get(&it));
            let unclear = issue.map(|it| project::unclear(it, self.config));
            let unclear = unclear.into_iter().flatten();
            let told = unclear.map(|it| format!("{}: {it}", file.id));
            self.report.troubles.extend(told);
        }
    }

    /// Has a new issue's card say what its ticket says, in the round that made it.
    pub(super) fn queue_options(
        &mut self,
        ticket: &str,
        issue: &Issue,
        wanted: &Fields,
    ) -> Result<(), SyncError> {
        let mut writes = Vec::new();
        let (mut options, mut before) = (Fields::default(), Fields::default());
        // It was made a moment ago, and is in no project that anybody knows of.
        let place = self.config.sync.project_place();
        let issue = Issue {
            project: place.map(|it| ProjectItem {
                project: it.project,
                ..ProjectItem::default()
            }),
            ..issue.clone()
        };
        for field in [Field::Status, Field::Priority] {
            let Some(value) = wanted.0.get(&field) else {
                continue;
            };
            if project::is_to_be_filled(&issue, self.config, field, value) {
                writes.extend(write::writes(field, value, &issue, self.config));
                options.0.insert(field, value.clone());
                before.0.insert(field, Value::text(""));
            }
        }
        if writes.is_empty() {
            return Ok(());
        }
        let payload = Payload::Write {
            writes,
            wanted: options,
            before,
        };
        let (payload, marker, now) = (super::queue::to_json(&payload), self.nonce(), self.now());
        self.ledger.enqueue(
            self.remote,
            ticket,
            Some(issue.number),
            &payload,
            &marker,
            now,
        )?;
        Ok(())
    }
}
