//! JSON in one order.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The same value, its keys sorted in every depth.
///
/// Whether a map of serde_json sorts by itself hangs on the features that other crates switch on:
/// what is written, hashed or compared as text is sorted first.
pub fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(sorted_map(fields)),
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

/// The same of an object.
pub fn sorted_map(fields: Map<String, Value>) -> Map<String, Value> {
    let fields: BTreeMap<String, Value> = fields
        .into_iter()
        .map(|(key, value)| (key, sorted(value)))
        .collect();
    fields.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_order_in_every_depth() {
        let value: Value = serde_json::from_str(r#"{"b": [{"d": 1, "c": 2}], "a": null}"#).unwrap();
        assert_eq!(
            sorted(value).to_string(),
            r#"{"a":null,"b":[{"c":2,"d":1}]}"#
        );
    }
}
