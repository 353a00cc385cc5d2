//! Secrets in text, by the shapes that their issuers document.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use crate::Secret;

/// The shape of one kind of secret.
struct Rule {
    name: &'static str,
    /// The group `secret` is what is taken out; without one, the whole.
    pattern: &'static str,
    /// Whether what matches must also look random: the shape alone is that of code as well.
    random: Random,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Random {
    Must,
    Any,
}

const fn rule(name: &'static str, pattern: &'static str) -> Rule {
    Rule {
        name,
        pattern,
        random: Random::Any,
    }
}

/// In the order in which they are taken out; each with where its shape is documented.
const RULES: [Rule; 24] = [
    // RFC 7468; one whose end is missing goes on to the end of the text.
    rule(
        "private-key",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----[\s\S]*?(-----END [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----|\z)",
    ),
    // docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
    rule("github-token", r"\bgh[pousr]_[A-Za-z0-9]{20,255}\b"),
    rule("github-token", r"\bgithub_pat_[A-Za-z0-9_]{22,255}\b"),
    // docs.gitlab.com/security/tokens/#token-prefixes
    rule(
        "gitlab-token",
        r"\b(glpat|gloas|gldt|glrt|glcbt|glptt|glft|glimt|glagent|glsoat|glffct)-[A-Za-z0-9_.=-]{20,}",
    ),
    // docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    rule("aws-key-id", r"\b(AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b"),
    rule(
        "aws-secret",
        r#"(?i)aws_?secret_?access_?key["']?\s*[:=]\s*["']?(?P<secret>[A-Za-z0-9/+=]{40})"#,
    ),
    // docs.cloud.google.com/docs/authentication/api-keys
    rule("google-api-key", r"\bAIza[0-9A-Za-z_-]{35}"),
    // developers.google.com/identity/protocols/oauth2
    rule("google-oauth-secret", r"\bGOCSPX-[A-Za-z0-9_-]{28}"),
    // docs.slack.dev/authentication/tokens
    rule("slack-token", r"\bx(ox[abeoprs]|app)-[A-Za-z0-9.-]{10,}"),
    rule(
        "slack-webhook",
        r"hooks\.slack\.com/(services|workflows|triggers)/[A-Za-z0-9/_-]{20,}",
    ),
    // docs.stripe.com/keys
    rule("stripe-key", r"\b(sk|rk)_(live|test)_[A-Za-z0-9]{10,}"),
    rule("stripe-webhook", r"\bwhsec_[A-Za-z0-9+/=]{24,}"),
    // platform.claude.com/docs/en/api/overview
    rule("anthropic-key", r"\bsk-ant-[A-Za-z0-9_-]{16,}"),
    // platform.openai.com/docs/api-reference/authentication
    rule(
        "openai-key",
        r"\bsk-((proj|svcacct|admin|None|or-v1)-)?[A-Za-z0-9_-]{20,}",
    ),
    // github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format
    rule("npm-token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    // pypi.org/help/#apitoken
    rule("pypi-token", r"\bpypi-[A-Za-z0-9_-]{50,}"),
    // rust-lang/crates.io, src/util/token.rs
    rule("crates-io-token", r"\bcio[A-Za-z0-9]{32}\b"),
    // huggingface.co/docs/hub/security-tokens
    rule("huggingface-token", r"\bhf_[A-Za-z0-9]{34,}\b"),
    // docs.digitalocean.com/reference/api/create-personal-access-token
    rule("digitalocean-token", r"\bdo[opr]_v1_[a-f0-9]{64}\b"),
    // docs.sendgrid.com/ui/account-and-settings/api-keys
    rule(
        "sendgrid-key",
        r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}",
    ),
    // RFC 7519, 7515: two JSON objects and a signature, in base64url
    rule(
        "json-web-token",
        r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    ),
    // RFC 6750, 7617
    rule(
        "authorization",
        r"(?i)\bauthorization[\x22']?\s*[:=]\s*[\x22']?(bearer|basic|token)\s+(?P<secret>[A-Za-z0-9._~+/=-]{8,})",
    ),
    // RFC 3986, 3.2.1
    rule(
        "password-in-url",
        r"\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@\x22']*:(?P<secret>[^\s/@\x22']{3,})@",
    ),
    // A name that says so, and a value that nobody would write by hand.
    Rule {
        name: "assignment",
        pattern: r"(?i)(passw(or)?d|passphrase|secret|token|api_?-?key|access_?-?key|private_?-?key|credential)[a-z0-9_.-]{0,20}[\x22'`\]]{0,2}\s*(=>|:=|[:=])\s*[\x22'`]?(?P<secret>[A-Za-z0-9+/=_.~-]{16,})",
        random: Random::Must,
    },
];

static COMPILED: LazyLock<Vec<(&'static Rule, Regex)>> = LazyLock::new(|| {
    RULES
        .iter()
        // Each compiles; a test holds them to it.
        .filter_map(|it| Some((it, Regex::new(it.pattern).ok()?)))
        .collect()
});

/// What takes secrets out. Cheap to make.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    known: Vec<Secret>,
}

/// A text without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redacted {
    pub text: String,
    /// The rules that found something, in order, each as often as it did.
    pub found: Vec<&'static str>,
}

impl Redactor {
    /// One that also takes out these very words, whatever they look like: the keys in use.
    pub fn with(known: Vec<Secret>) -> Self {
        // A word this short is in every text.
        let known = known.into_iter().filter(|it| it.expose().len() >= 8);
        Self {
            known: known.collect(),
        }
    }

    /// Puts `[redacted: RULE]` where secrets were.
    pub fn text(&self, text: &str) -> Redacted {
        let mut found = Vec::new();
        let mut text = text.to_owned();
        for secret in &self.known {
            let n = text.matches(secret.expose()).count();
            if n > 0 {
                text = text.replace(secret.expose(), &mark("known-key"));
                found.extend(std::iter::repeat_n("known-key", n));
            }
        }
        for (rule, regex) in COMPILED.iter() {
            if !regex.is_match(&text) {
                continue;
            }
            let replaced = regex.replace_all(&text, |it: &Captures<'_>| {
                let whole = it.get(0).map_or("", |it| it.as_str());
                let secret = it.name("secret").map_or(whole, |it| it.as_str());
                if secret.is_empty()
                    || secret.contains("[redacted:")
                    || (rule.random == Random::Must && !looks_random(secret))
                {
                    return whole.to_owned();
                }
                found.push(rule.name);
                // The secret comes last in each pattern, but for what delimits it.
                match whole.rfind(secret) {
                    Some(at) => format!(
                        "{}{}{}",
                        &whole[..at],
                        mark(rule.name),
                        &whole[at + secret.len()..]
                    ),
                    None => mark(rule.name),
                }
            });
            text = replaced.into_owned();
        }
        Redacted { text, found }
    }

    /// The same in every text of a value; keys stay.
    pub fn value(&self, value: &Value) -> (Value, Vec<&'static str>) {
        let mut found = Vec::new();
        let value = self.walk(value, &mut found);
        (value, found)
    }

    fn walk(&self, value: &Value, found: &mut Vec<&'static str>) -> Value {
        match value {
            Value::String(text) => {
                let redacted = self.text(text);
                found.extend(redacted.found);
                Value::String(redacted.text)
            }
            Value::Array(items) => items.iter().map(|it| self.walk(it, found)).collect(),
            Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(key, it)| (key.clone(), self.walk(it, found)))
                    .collect(),
            ),
            other => other.clone(),
        }
    }
}

fn mark(rule: &str) -> String {
    format!("[redacted: {rule}]")
}

/// Letters and digits mixed, and more kinds of characters than words have: at least 3.2 bits for
/// each.
fn looks_random(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    if !has(u8::is_ascii_digit) || !has(u8::is_ascii_alphabetic) {
        return false;
    }
    let mut counts = [0_u32; 256];
    for it in text.bytes() {
        counts[usize::from(it)] += 1;
    }
    let length = text.len() as f64;
    let entropy: f64 = counts
        .iter()
        .filter(|it| **it > 0)
        .map(|it| f64::from(*it) / length)
        .map(|share| -share * share.log2())
        .sum();
    entropy >= 3.2
}

#[cfg(test)]
mod tests;
