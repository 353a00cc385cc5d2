//! Holds a value to a published schema: the part of JSON Schema that those use, and no key beyond it.

use std::path::Path;

use serde_json::Value;

/// Panics with the place where `value` departs from `schemas/<name>.json`.
pub(super) fn check(name: &str, value: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("server/src/cli/schemas")
        .join(format!("{name}.json"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    hold(&schema, &schema, value, name);
}

fn hold(root: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(target) = schema["$ref"].as_str() {
        let target = root.pointer(target.trim_start_matches('#')).unwrap();
        return hold(root, target, value, at);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let fits = any.iter().any(|it| {
            let one = || hold(root, it, value, at);
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(one)).is_ok()
        });
        assert!(fits, "{at}: {value} fits nothing of {schema}");
        return;
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        Value::String(it) => vec![it],
        _ => panic!("{at}: the schema says no type: {schema}"),
    };
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(it) if it.is_u64() || it.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = types.contains(&found) || (found == "integer" && types.contains(&"number"));
    assert!(fits, "{at}: {value} is no {types:?}");
    match value {
        Value::Array(items) => {
            for (idx, item) in items.iter().enumerate() {
                hold(root, &schema["items"], item, &format!("{at}[{idx}]"));
            }
        }
        Value::Object(object) => {
            for key in schema["required"].as_array().into_iter().flatten() {
                assert!(object.contains_key(key.as_str().unwrap()), "{at}: no {key}");
            }
            for (key, value) in object {
                // A map has its keys from the data.
                let schema = match &schema["properties"][key] {
                    Value::Null => &schema["additionalProperties"],
                    named => named,
                };
                assert!(!schema.is_null(), "{at}: {key} is in no schema");
                hold(root, schema, value, &format!("{at}.{key}"));
            }
        }
        _ => {}
    }
}
