//! Projects on the wire: what is asked, how often, and what is said where it is refused.

use docket_core::sync::{ProjectPlace, ProjectWrite};

use super::super::stub::Trouble;
use super::*;

const FIELDS: &[(&str, &[&str])] = &[("Status", &["Todo", "Done"])];

async fn stub() -> (Stub, u64) {
    let stub = Stub::start().await;
    stub.world().add_project("ana/5", FIELDS);
    let number = stub.world().open("ana", &titled("One"));
    (stub, number)
}

fn place(field: &str) -> ProjectPlace {
    ProjectPlace {
        project: "ana/5".to_owned(),
        fields: [field.to_owned()].into(),
    }
}

fn done(stub: &Stub, number: u64, item: Option<&str>) -> RemoteWrite {
    RemoteWrite::Project(ProjectWrite {
        project: "ana/5".to_owned(),
        content: stub.world().get(number).unwrap().node_id,
        item: item.map(str::to_owned),
        field: "Status".to_owned(),
        option: Some("done".to_owned()),
    })
}

#[tokio::test]
async fn identities_are_asked_for_once_and_can_be_remembered() {
    let (stub, number) = stub().await;
    stub.world()
        .choose_option("ana/5", number, "Status", Some("Todo"));
    let github = GitHub::new(stub.options()).unwrap();
    assert_eq!(github.remembered(), None);
    for _ in 0..2 {
        let found = github
            .items(&place("Status"), &[number].into())
            .await
            .unwrap();
        assert_eq!(found[0].1.options["Status"].as_deref(), Some("Todo"));
        assert_eq!(found[0].1.item.as_deref(), Some("PVTI_1"));
    }
    // The project, and the items twice.
    assert_eq!(stub.sent().await.len(), 3);
    let known = github.remembered().unwrap();
    let next = GitHub::new(stub.options()).unwrap();
    next.remember(&known);
    next.remember("what another version wrote");
    let writes = [done(&stub, number, Some("PVTI_1"))];
    next.write(number, &writes).await.unwrap();
    // One request for one choice.
    assert_eq!(stub.sent().await.len(), 4);
    assert_eq!(
        stub.world().item_of("ana/5", number).unwrap()["Status"],
        "Done"
    );
}

#[tokio::test]
async fn an_issue_that_is_in_no_item_is_put_in() {
    let (stub, number) = stub().await;
    let github = GitHub::new(stub.options()).unwrap();
    let writes = [done(&stub, number, None)];
    github.write(number, &writes).await.unwrap();
    let sent: Vec<String> = stub
        .sent()
        .await
        .iter()
        .map(|it| {
            it.body["query"]
                .as_str()
                .unwrap()
                .chars()
                .take(70)
                .collect()
        })
        .collect();
    assert_eq!(sent.len(), 3, "{sent:#?}");
    assert!(sent[1].contains("added:addProjectV2ItemById("), "{sent:#?}");
    assert!(sent[2].starts_with("mutation("), "{sent:#?}");
}

#[tokio::test]
async fn a_choice_whose_answer_is_lost_is_not_sent_twice_by_itself() {
    let (stub, number) = stub().await;
    stub.world()
        .choose_option("ana/5", number, "Status", Some("Todo"));
    let github = GitHub::new(stub.options()).unwrap();
    github
        .items(&place("Status"), &[number].into())
        .await
        .unwrap();
    stub.trouble("POST", "/graphql", Trouble::ActAndAnswer(502));
    let n_before = stub.sent().await.len();
    let writes = [done(&stub, number, Some("PVTI_1"))];
    let error = github.write(number, &writes).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unknown, "{}", error.message);
    assert_eq!(stub.sent().await.len(), n_before + 1);
    github.write(number, &writes).await.unwrap();
    assert_eq!(
        stub.world().item_of("ana/5", number).unwrap()["Status"],
        "Done"
    );
}

#[tokio::test]
async fn a_token_for_issues_alone_is_told_what_it_lacks() {
    let (stub, number) = stub().await;
    stub.world().lose_project_scope();
    let github = GitHub::new(stub.options()).unwrap();
    let read = github.items(&place("Status"), &[number].into()).await;
    let writes = [done(&stub, number, None)];
    let written = github.write(number, &writes).await;
    for error in [read.unwrap_err(), written.unwrap_err()] {
        assert_eq!(error.kind, ErrorKind::Forbidden);
        assert!(
            error.message.contains("gh auth refresh -s project"),
            "{}",
            error.message
        );
    }
}

#[tokio::test]
async fn what_a_project_lacks_is_named() {
    let (stub, number) = stub().await;
    let github = GitHub::new(stub.options()).unwrap();
    let numbers = BTreeSet::from([number]);
    for field in ["Stage", "Title"] {
        let error = github.items(&place(field), &numbers).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(
            error
                .message
                .contains(&format!("no single-select field `{field}`")),
            "{}",
            error.message
        );
    }
    let mut write = done(&stub, number, None);
    if let RemoteWrite::Project(it) = &mut write {
        it.option = Some("review".to_owned());
    }
    let error = github.write(number, &[write]).await.unwrap_err();
    assert!(
        error
            .message
            .contains("no option `review`, only Todo, Done"),
        "{}",
        error.message
    );
    let elsewhere = ProjectPlace {
        project: "ana/6".to_owned(),
        ..place("Status")
    };
    let error = github.items(&elsewhere, &numbers).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(
        error.message.contains("no project ana/6"),
        "{}",
        error.message
    );
}
