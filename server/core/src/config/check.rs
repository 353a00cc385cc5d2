//! TOML against a JSON Schema: what fits is kept, what does not is told with its place.

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::finding::Problem;
use crate::rules::RuleId;
use crate::span::Span;
use crate::ticket::field::nearest;

/// The part of a table that the schema allows, as JSON.
pub(super) fn table(table: &DeTable<'_>, schema: &Value, problems: &mut Vec<Problem>) -> Value {
    let mut checker = Checker {
        root: schema,
        problems,
    };
    Value::Object(checker.table(table, schema))
}

pub(super) fn problem(span: Span, message: String, replacements: Vec<String>) -> Problem {
    Problem {
        rule: RuleId::InvalidConfig,
        span,
        message,
        replacements,
    }
}

pub(super) fn span<T>(at: &Spanned<T>) -> Span {
    let range = at.span();
    Span::new(range.start, range.end)
}

struct Checker<'a> {
    root: &'a Value,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Checker<'a> {
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let target = schema.get("$ref").and_then(Value::as_str);
        match target.and_then(|it| self.root.pointer(it.trim_start_matches('#'))) {
            Some(target) => target,
            None => schema,
        }
    }

    fn table(&mut self, table: &DeTable<'_>, schema: &'a Value) -> Map<String, Value> {
        let known = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        let mut out = Map::new();
        for (key, value) in table {
            let name = key.get_ref();
            let schema = known.and_then(|it| it.get(&**name));
            let kept = match (schema, others) {
                (Some(schema), _) => self.value(name, value, schema),
                (None, Some(Value::Bool(false))) => {
                    let names: Vec<&str> = known
                        .into_iter()
                        .flat_map(Map::keys)
                        .map(|it| &**it)
                        .collect();
                    self.unknown(name, span(key), &names);
                    None
                }
                // As an item of a list: what lacks something is left out whole.
                (None, Some(schema)) => self
                    .value(name, value, schema)
                    .and_then(|kept| self.complete(name, value, kept, schema)),
                (None, None) => Some(json(value.get_ref())),
            };
            out.extend(kept.map(|it| (name.to_string(), it)));
        }
        out
    }

    fn unknown(&mut self, name: &str, span: Span, names: &[&str]) {
        let nearest = nearest(name, names);
        let message = match nearest.first() {
            Some(near) => format!("There is no setting `{name}`; is `{near}` meant?"),
            None if names.len() <= 12 => {
                format!(
                    "There is no setting `{name}` here; there are {}.",
                    list(names)
                )
            }
            None => format!("There is no setting `{name}` here."),
        };
        self.problems.push(problem(span, message, nearest));
    }

    fn value(
        &mut self,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        schema: &'a Value,
    ) -> Option<Value> {
        let schema = self.resolve(schema);
        let choices = choices(schema);
        if !choices.is_empty() {
            return self.choice(name, value, &choices);
        }
        let at = span(value);
        match (schema.get("type").and_then(Value::as_str), value.get_ref()) {
            (Some("object"), DeValue::Table(table)) => {
                Some(Value::Object(self.table(table, schema)))
            }
            (Some("array"), DeValue::Array(items)) => {
                let item_schema = schema.get("items").unwrap_or(&Value::Bool(true));
                // An item that lacks what it must have is left out whole, and so told.
                let items = items.iter().filter_map(|it| {
                    let kept = self.value(name, it, item_schema)?;
                    self.complete(name, it, kept, item_schema)
                });
                Some(Value::Array(items.collect()))
            }
            (Some("string"), DeValue::String(_))
            | (Some("boolean"), DeValue::Boolean(_))
            | (None, _) => Some(json(value.get_ref())),
            (Some("integer"), DeValue::Integer(_)) => self.integer(name, value, schema),
            (Some("number"), DeValue::Integer(_) | DeValue::Float(_))
                if json(value.get_ref()).is_number() =>
            {
                Some(json(value.get_ref()))
            }
            (Some(expected), _) => {
                let what = match expected {
                    "object" => "a table",
                    "array" => "a list",
                    "string" => "a text in quotes",
                    "boolean" => "`true` or `false`",
                    "number" => "a number",
                    _ => "a whole number",
                };
                let message = format!("`{name}` must be {what}.");
                self.problems.push(problem(at, message, Vec::new()));
                None
            }
        }
    }

    fn choice(
        &mut self,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        choices: &[&str],
    ) -> Option<Value> {
        let written = value.get_ref().as_str().unwrap_or_default();
        if choices.contains(&written) {
            return Some(json(value.get_ref()));
        }
        let message = format!("`{name}` must be one of {}.", list(choices));
        let nearest = nearest(written, choices);
        let replacements = nearest.iter().map(|it| format!("\"{it}\"")).collect();
        self.problems
            .push(problem(span(value), message, replacements));
        None
    }

    fn integer(
        &mut self,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        schema: &Value,
    ) -> Option<Value> {
        let json = json(value.get_ref());
        let bound = |key: &str| schema.get(key).and_then(Value::as_i64);
        let (low, high) = (bound("minimum"), bound("maximum"));
        let fits = |it: i64| low.is_none_or(|low| it >= low) && high.is_none_or(|high| it <= high);
        if json.as_i64().is_some_and(fits) {
            return Some(json);
        }
        let message = match (low, high) {
            (Some(low), Some(high)) => format!("`{name}` must be from {low} to {high}."),
            _ => format!("`{name}` is out of range."),
        };
        self.problems
            .push(problem(span(value), message, Vec::new()));
        None
    }

    fn complete(
        &mut self,
        name: &str,
        at: &Spanned<DeValue<'_>>,
        kept: Value,
        schema: &'a Value,
    ) -> Option<Value> {
        let schema = self.resolve(schema);
        let required = schema.get("required").and_then(Value::as_array);
        let absent: Vec<&str> = required
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .filter(|it| kept.get(it).is_none())
            .collect();
        if absent.is_empty() {
            return Some(kept);
        }
        let table = at.get_ref().as_table();
        // A key that is there with a bad value has been told.
        let missing: Vec<&str> = absent
            .into_iter()
            .filter(|it| table.is_none_or(|table| !table.contains_key(*it)))
            .collect();
        if !missing.is_empty() {
            let message = format!("Each `{name}` must have {}.", list(&missing));
            self.problems.push(problem(span(at), message, Vec::new()));
        }
        None
    }
}

/// The strings that a schema allows, if it is such a one.
fn choices(schema: &Value) -> Vec<&str> {
    let listed = schema.get("enum").and_then(Value::as_array);
    let described = schema.get("oneOf").and_then(Value::as_array);
    let listed = listed.into_iter().flatten().filter_map(Value::as_str);
    let described = described.into_iter().flatten().flat_map(|it| {
        let constant = it.get("const").into_iter();
        let within = it
            .get("enum")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        constant.chain(within).filter_map(Value::as_str)
    });
    listed.chain(described).collect()
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    quoted.join(", ")
}

fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(it) => Value::String(it.to_string()),
        DeValue::Integer(it) => {
            i64::from_str_radix(it.as_str(), it.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(it) => it.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(it) => Value::Bool(*it),
        DeValue::Datetime(it) => Value::String(it.to_string()),
        DeValue::Array(items) => items.iter().map(|it| json(it.get_ref())).collect(),
        DeValue::Table(table) => {
            let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
                let key: &std::borrow::Cow<'_, str> = key.get_ref();
                (key.to_string(), json(value.get_ref()))
            };
            Value::Object(table.iter().map(entry).collect())
        }
    }
}
