//! What is a secret, and what only looks like one. None of these was ever valid.

use super::*;

/// Texts put together here, so that no scanner takes this file for a leak.
fn samples() -> Vec<(&'static str, String)> {
    let run = |from: &str, n: usize| from.chars().cycle().take(n).collect::<String>();
    let mixed = |n: usize| run("aB3dE5gH7jK9mN2pQ4sT6vX8", n);
    let upper = |n: usize| run("ABCDEFGH234567", n);
    vec![
        ("github-token", format!("ghp_{}", mixed(36))),
        ("github-token", format!("github_pat_{}", mixed(82))),
        ("gitlab-token", format!("glpat-{}", mixed(20))),
        ("aws-key-id", format!("AKIA{}", upper(16))),
        (
            "aws-secret",
            format!("aws_secret_access_key = {}", mixed(40)),
        ),
        ("google-api-key", format!("AIza{}", mixed(35))),
        ("google-oauth-secret", format!("GOCSPX-{}", mixed(28))),
        ("slack-token", format!("xoxb-{}", mixed(24))),
        (
            "slack-webhook",
            format!("https://hooks.slack.com/services/T0/B0/{}", mixed(24)),
        ),
        ("stripe-key", format!("sk_live_{}", mixed(24))),
        ("stripe-webhook", format!("whsec_{}", mixed(32))),
        ("anthropic-key", format!("sk-ant-api03-{}", mixed(93))),
        ("openai-key", format!("sk-proj-{}", mixed(48))),
        ("openai-key", format!("sk-{}", mixed(48))),
        ("npm-token", format!("npm_{}", mixed(36))),
        ("pypi-token", format!("pypi-{}", mixed(60))),
        ("crates-io-token", format!("cio{}", mixed(32))),
        ("huggingface-token", format!("hf_{}", mixed(34))),
        (
            "digitalocean-token",
            format!("dop_v1_{}", run("0a1b2c3d", 64)),
        ),
        ("sendgrid-key", format!("SG.{}.{}", mixed(22), mixed(43))),
        (
            "json-web-token",
            format!("eyJ{}.eyJ{}.{}", mixed(17), mixed(20), mixed(43)),
        ),
        (
            "authorization",
            format!("Authorization: Bearer {}", mixed(20)),
        ),
        (
            "password-in-url",
            "postgres://ana:hunter2@db.example/docket".to_owned(),
        ),
        ("assignment", format!("DB_PASSWORD=\"{}\"", mixed(20))),
        ("assignment", format!("clientSecret: '{}'", mixed(32))),
        ("assignment", format!("export SOME_API_KEY={}", mixed(24))),
    ]
}

#[test]
fn every_rule_compiles_and_finds_its_own() {
    assert_eq!(COMPILED.len(), RULES.len());
    let redactor = Redactor::default();
    for (rule, sample) in samples() {
        let text = format!("before\n  {sample}\nafter");
        let redacted = redactor.text(&text);
        assert_eq!(redacted.found, [rule], "{sample}");
        assert!(redacted.text.starts_with("before\n"), "{}", redacted.text);
        assert!(redacted.text.ends_with("\nafter"), "{}", redacted.text);
        assert!(
            redacted.text.contains(&format!("[redacted: {rule}]")),
            "{}",
            redacted.text
        );
        let last = &sample[sample.len() - 8..];
        assert!(
            rule == "password-in-url" || !redacted.text.contains(last),
            "{}",
            redacted.text
        );
        // What was redacted stays as it is.
        assert_eq!(redactor.text(&redacted.text).text, redacted.text);
    }
    for rule in &RULES {
        let is_tried = rule.name == "private-key" || samples().iter().any(|it| it.0 == rule.name);
        assert!(is_tried, "{} has no sample", rule.name);
    }
}

#[test]
fn keys_are_taken_whole_also_without_their_end() {
    let begin = ["-----BEGIN", "RSA PRIVATE KEY-----"].join(" ");
    let end = ["-----END", "RSA PRIVATE KEY-----"].join(" ");
    let redactor = Redactor::default();
    let whole = redactor.text(&format!("a\n{begin}\nMIIE\n{end}\nb"));
    assert_eq!(whole.text, "a\n[redacted: private-key]\nb");
    let open = redactor.text(&format!("a\n{begin}\nMIIE"));
    assert_eq!(open.text, "a\n[redacted: private-key]");
}

#[test]
fn what_surrounds_a_secret_stays() {
    let redactor = Redactor::default();
    let of = |text: &str| redactor.text(text).text;
    assert_eq!(
        of("postgres://ana:hunter2@db.example/docket"),
        "postgres://ana:[redacted: password-in-url]@db.example/docket"
    );
    assert_eq!(
        of("let token = \"aB3dE5gH7jK9mN2pQ4sT\";"),
        "let token = \"[redacted: assignment]\";"
    );
}

#[test]
fn code_and_prose_are_no_secrets() {
    let redactor = Redactor::default();
    for text in [
        "let token = parser.next_token_of_line();",
        "password: String,",
        "secret = some_function_with_a_long_name",
        "token: CancellationToken,",
        "the token is in docs.example.com/token-2024/index.html",
        "https://example.com:8080/path",
        "https://user@example.com/",
        "AKIA",
        "sk-learn and sk-ip",
        "commit 9f3a1c209f3a1c209f3a1c209f3a1c209f3a1c20",
        "api_key = env(\"OPENAI_API_KEY\")",
        "id: T-7k3f",
    ] {
        let redacted = redactor.text(text);
        assert_eq!(redacted.text, text, "{:?}", redacted.found);
    }
}

#[test]
fn the_keys_in_use_are_taken_out_whatever_they_look_like() {
    let redactor = Redactor::with(vec![
        Secret::new("plain words here").unwrap(),
        Secret::new("short").unwrap(),
    ]);
    let redacted = redactor.text("say plain words here, short");
    assert_eq!(redacted.text, "say [redacted: known-key], short");
    assert!(!format!("{redactor:?}").contains("plain"));
}

#[test]
fn texts_within_values_are_looked_at() {
    let value =
        serde_json::json!({"a": ["postgres://ana:hunter2@db/x", 1, null], "b": {"c": "fine"}});
    let (value, found) = Redactor::default().value(&value);
    assert_eq!(found, ["password-in-url"]);
    assert_eq!(
        value,
        serde_json::json!({"a": ["postgres://ana:[redacted: password-in-url]@db/x", 1, null], "b": {"c": "fine"}})
    );
}
