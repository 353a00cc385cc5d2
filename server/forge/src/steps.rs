//! Writes on one issue, put together into as few requests as a forge can take.

use std::collections::{BTreeMap, BTreeSet};

use docket_core::sync::{IssueState, ProjectWrite, RemoteWrite};

/// One request's worth of writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The fields that an issue itself holds.
    Edit(Edit),
    AddLabels(BTreeSet<String>),
    RemoveLabel(String),
    AddAssignees(BTreeSet<String>),
    RemoveAssignees(BTreeSet<String>),
    Parent(Option<u64>),
    AddBlockedBy(u64),
    RemoveBlockedBy(u64),
    /// Fields of one item of one project.
    Project(Vec<ProjectWrite>),
}

/// New values of an issue's own fields; `None` leaves one alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edit {
    pub title: Option<String>,
    pub body: Option<String>,
    pub state: Option<IssueState>,
    pub milestone: Option<Option<String>>,
    pub kind: Option<Option<String>>,
}

/// What a name that is put into a set and taken out of it ends as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Membership {
    In,
    Out,
}

/// Of two writes to the same thing the later one counts. The issue's own fields come first, so that
/// what is refused most often is refused before anything else has been done.
pub(crate) fn steps(writes: &[RemoteWrite]) -> Vec<Step> {
    let mut edit = Edit::default();
    let mut labels = BTreeMap::new();
    let mut assignees = BTreeMap::new();
    let mut parent = None;
    let mut blockers = BTreeMap::new();
    let mut options = BTreeMap::new();
    for write in writes {
        match write {
            RemoteWrite::Title(it) => edit.title = Some(it.clone()),
            RemoteWrite::Body(it) => edit.body = Some(it.clone()),
            RemoteWrite::State(it) => edit.state = Some(*it),
            RemoteWrite::Milestone(it) => edit.milestone = Some(it.clone()),
            RemoteWrite::Type(it) => edit.kind = Some(it.clone()),
            RemoteWrite::AddLabel(it) => _ = labels.insert(it.clone(), Membership::In),
            RemoteWrite::RemoveLabel(it) => _ = labels.insert(it.clone(), Membership::Out),
            RemoteWrite::AddAssignee(it) => _ = assignees.insert(it.clone(), Membership::In),
            RemoteWrite::RemoveAssignee(it) => _ = assignees.insert(it.clone(), Membership::Out),
            RemoteWrite::Parent(it) => parent = Some(*it),
            RemoteWrite::AddBlockedBy(it) => _ = blockers.insert(*it, Membership::In),
            RemoteWrite::RemoveBlockedBy(it) => _ = blockers.insert(*it, Membership::Out),
            RemoteWrite::Project(it) => _ = options.insert((&it.project, &it.field), it),
        }
    }

    let mut steps = Vec::new();
    if edit != Edit::default() {
        steps.push(Step::Edit(edit));
    }
    let (put, taken) = split(labels);
    if !put.is_empty() {
        steps.push(Step::AddLabels(put));
    }
    steps.extend(taken.into_iter().map(Step::RemoveLabel));
    let (put, taken) = split(assignees);
    if !put.is_empty() {
        steps.push(Step::AddAssignees(put));
    }
    if !taken.is_empty() {
        steps.push(Step::RemoveAssignees(taken));
    }
    steps.extend(parent.map(Step::Parent));
    let (put, taken) = split(blockers);
    steps.extend(put.into_iter().map(Step::AddBlockedBy));
    steps.extend(taken.into_iter().map(Step::RemoveBlockedBy));
    let mut projects: BTreeMap<&String, Vec<ProjectWrite>> = BTreeMap::new();
    for ((project, _), write) in options {
        projects.entry(project).or_default().push(write.clone());
    }
    steps.extend(projects.into_values().map(Step::Project));
    steps
}

fn split<T: Ord>(names: BTreeMap<T, Membership>) -> (BTreeSet<T>, BTreeSet<T>) {
    let (put, taken): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|(_, it)| *it == Membership::In);
    let names = |them: Vec<(T, Membership)>| them.into_iter().map(|(name, _)| name).collect();
    (names(put), names(taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn an_issues_own_fields_are_one_request_and_sets_are_additions_and_removals() {
        let writes = [
            RemoteWrite::AddLabel("bug".into()),
            RemoteWrite::Title("one".into()),
            RemoteWrite::AddLabel("lsp".into()),
            RemoteWrite::RemoveLabel("old".into()),
            RemoteWrite::Milestone(None),
            RemoteWrite::RemoveAssignee("ben".into()),
            RemoteWrite::AddBlockedBy(7),
        ];
        assert_eq!(
            steps(&writes),
            [
                Step::Edit(Edit {
                    title: Some("one".into()),
                    milestone: Some(None),
                    ..Edit::default()
                }),
                Step::AddLabels(set(&["bug", "lsp"])),
                Step::RemoveLabel("old".into()),
                Step::RemoveAssignees(set(&["ben"])),
                Step::AddBlockedBy(7),
            ]
        );
    }

    #[test]
    fn options_of_one_project_are_one_step_and_the_last() {
        let write = |project: &str, field: &str, option: &str| {
            RemoteWrite::Project(ProjectWrite {
                project: project.into(),
                content: "I_1".into(),
                item: None,
                field: field.into(),
                option: Some(option.into()),
            })
        };
        let writes = [
            write("ana/5", "Status", "todo"),
            write("ana/5", "Priority", "high"),
            write("ana/5", "Status", "done"),
            RemoteWrite::Title("one".into()),
        ];
        let steps = steps(&writes);
        let [Step::Edit(_), Step::Project(options)] = &steps[..] else {
            panic!("{steps:?}");
        };
        let options: Vec<_> = options
            .iter()
            .map(|it| (it.field.as_str(), it.option.as_deref()))
            .collect();
        assert_eq!(
            options,
            [("Priority", Some("high")), ("Status", Some("done"))]
        );
    }

    #[test]
    fn the_later_of_two_writes_to_one_thing_counts() {
        let writes = [
            RemoteWrite::Title("one".into()),
            RemoteWrite::AddLabel("bug".into()),
            RemoteWrite::RemoveLabel("bug".into()),
            RemoteWrite::Title("two".into()),
        ];
        assert_eq!(
            steps(&writes),
            [
                Step::Edit(Edit {
                    title: Some("two".into()),
                    ..Edit::default()
                }),
                Step::RemoveLabel("bug".into()),
            ]
        );
        assert_eq!(steps(&[]), []);
    }
}
