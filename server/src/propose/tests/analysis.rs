//! Order and words of an analysis, by a model.

use serde_json::json;

use super::*;

/// A report is read, not accepted: it waits for nobody, and the same question is asked once.
#[tokio::test]
async fn an_analysis_is_worded_and_nothing_is_lost_or_invented() {
    use docket_core::analyze::{Churn, Found, analyze};
    let shop = Shop::new().await;
    for name in ["a", "b"] {
        shop.put(&format!("src/{name}.rs"), &"// TODO: x\n".repeat(6));
    }
    let project = shop.project();
    let found: Vec<Found> = analyze(&project.snapshot, &Churn::default(), |_| None);
    assert_eq!(found.len(), 2);
    let said = |of: &Found, why: &str| json!({ "key": of.key, "title": "Tidy it", "why": why });
    let [a, b] = [&found[0], &found[1]];
    let mut invented = said(b, "Why.");
    invented["key"] = json!("00000000");
    let words = async || words(&project, &found, How::default(), &(), &Cancel::new()).await;
    for (wrong, reason) in [
        (vec![said(a, "Why.")], "leaves out"),
        (
            vec![said(a, "Why."), said(b, "Why."), invented],
            "no finding",
        ),
        (
            vec![said(a, "See `src/gone.rs`."), said(b, "Why.")],
            "src/gone.rs",
        ),
    ] {
        let wrong = json!({ "findings": wrong });
        shop.answers(&wrong).await;
        shop.answers(&wrong).await;
        let error = words().await.unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
    assert_eq!(shop.asked().await.len(), 6);
    shop.answers(&json!({ "findings": [said(b, "Because."), said(a, "Why.")] }))
        .await;
    let first = words().await.unwrap().unwrap();
    assert_eq!(first.of[0].key, b.key);
    assert!(first.origin.prompt.starts_with("analyze@1-"));
    let again = words().await.unwrap().unwrap();
    assert_eq!((&again.of, &again.run), (&first.of, &first.run));
    assert_eq!(shop.asked().await.len(), 7);
    assert_eq!(waiting(shop.root(), &shop.env), []);

    // The ticket of a finding has its words, says whose they are, and is made once.
    let mut analysis = crate::analyze::Analysis {
        found: found.clone(),
        ..Default::default()
    };
    analysis.take(Ok(Some(first))).unwrap();
    let keys = [b.key.clone()];
    let mut source = crate::source::ProjectSource::new(shop.root(), &shop.env);
    let (made, change) =
        crate::analyze::tickets(&project.snapshot, &analysis, &keys, &mut source).unwrap();
    write::apply(shop.root(), &change).unwrap();
    let text = shop.text(&made[0].path);
    for part in [
        "title: Tidy it\n",
        "generated: stub/m, analyze@1-",
        "Because.\n",
        "`src/b.rs`",
        "6 TODO.",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let now = shop.project().snapshot;
    let (made, _) = crate::analyze::tickets(&now, &analysis, &keys, &mut source).unwrap();
    assert!(made.is_empty());
    let told = docket_core::rules::all_findings(&now);
    let told: Vec<_> = told
        .iter()
        .filter(|it| it.path.starts_with(".docs/"))
        .collect();
    assert!(told.is_empty(), "{told:?}");
    // What fails leaves the report as it was counted.
    let failed = Err(ProposeError::Nothing("no".to_owned()));
    analysis.take(failed).unwrap();
    assert!(
        analysis.notes[0].ends_with("words: no"),
        "{:?}",
        analysis.notes
    );
}
