//! SARIF 2.1.0, for code scanning.

use docket_core::finding::{Finding, Severity};
use docket_core::rules::RuleId;
use docket_core::span::{Encoding, Span};
use serde_json::{Value, json};

use super::super::open::Opened;

/// One log with one run; see
/// <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
pub(super) fn log(project: &Opened, findings: &[&Finding]) -> Value {
    let rules: Vec<Value> = RuleId::ALL.iter().map(|it| rule(*it)).collect();
    let results: Vec<Value> = findings.iter().map(|it| result(project, it)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "docket",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(rule: RuleId) -> Value {
    json!({
        "id": rule.name(),
        "shortDescription": {"text": rule.summary()},
        "defaultConfiguration": {"level": level(rule.default_severity())},
    })
}

fn result(project: &Opened, finding: &Finding) -> Value {
    let place = |path: &str, span: Span| {
        let at = |offset| project.position(path, offset, Encoding::Utf32);
        let (start, end) = (at(span.start), at(span.end));
        json!({"physicalLocation": {
            "artifactLocation": {"uri": uri(path), "uriBaseId": "%SRCROOT%"},
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        }})
    };
    let mut result = json!({
        "ruleId": finding.rule.name(),
        "ruleIndex": RuleId::ALL.iter().position(|it| *it == finding.rule),
        "level": level(finding.severity),
        "message": {"text": finding.message},
        "locations": [place(&finding.path, finding.span)],
        "partialFingerprints": {"docket/v1": finding.fingerprint},
    });
    if !finding.related.is_empty() {
        let related = finding.related.iter().map(|it| {
            let mut location = place(&it.path, it.span);
            location["message"] = json!({"text": it.message});
            location
        });
        result["relatedLocations"] = related.collect();
    }
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

/// A relative reference (RFC 3986) of a path.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("a b/ü#:%.rs"), "a%20b/%C3%BC%23%3A%25.rs");
    }
}
