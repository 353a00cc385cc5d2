//! The tools: what each is for, what it takes, and how a call of one is read.

use std::collections::BTreeMap;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A call of a tool, its arguments checked.
#[derive(Debug)]
pub(super) enum Call {
    Find(Find),
    Show(Show),
    Next(Next),
    Create(Create),
    Update(Update),
    Claim(Claim),
    Report(Report),
}

/// Tickets that fit all that is given.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub(super) struct Find {
    /// Words that all stand in the id or the title.
    pub(super) words: Option<String>,
    /// A status, or `open`, `active`, `done`, `dropped` for those of a kind; open and active ones where left out.
    pub(super) status: Option<String>,
    pub(super) label: Option<String>,
    pub(super) assignee: Option<String>,
    /// At most so many; 20 where left out.
    pub(super) limit: Option<usize>,
}

/// One ticket with its text, its criteria and the TODOs in code that name it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Show {
    /// Its id, as in T-7k3f.
    pub(super) id: String,
}

/// What to work on: tickets that wait for nothing, best first, with what makes them so.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Next {
    /// At most so many; 5 where left out.
    pub(super) limit: Option<usize>,
}

/// A new ticket. Look with `find` first whether it is there already.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Create {
    pub(super) title: String,
    /// Why, in Markdown, without acceptance criteria.
    #[serde(default)]
    pub(super) body: String,
    /// How one can tell that it is done, one by one.
    #[serde(default)]
    pub(super) criteria: Vec<String>,
    /// Other fields by name, as in {"priority": "high", "labels": "parser, lsp"}.
    #[serde(default)]
    pub(super) fields: BTreeMap<String, String>,
}

/// Fields of a ticket, and ticks of its criteria.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Update {
    pub(super) id: String,
    /// Field to value, as in {"status": "review"}; an empty value takes the field away.
    #[serde(default)]
    pub(super) fields: BTreeMap<String, String>,
    /// Numbers of criteria that are met, from 0, as `show` has them.
    #[serde(default)]
    pub(super) tick: Vec<usize>,
}

/// A ticket to work on now: it becomes active. Refused where somebody else has it, or it waits for another.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Claim {
    pub(super) id: String,
    /// Who you are, where several of you work here; the agent's own name where left out.
    pub(super) executor: Option<String>,
}

/// A note at the end of a ticket: what was done, what was found, what is left.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Report {
    pub(super) id: String,
    pub(super) text: String,
    /// A status to give it at the same time.
    pub(super) status: Option<String>,
}

impl Call {
    /// Reads a call.
    ///
    /// # Errors
    ///
    /// A sentence that says what the tool takes, or which tools there are.
    pub(super) fn parse(name: &str, arguments: Value) -> Result<Self, String> {
        fn read<T: DeserializeOwned>(name: &str, arguments: Value) -> Result<T, String> {
            serde_json::from_value(arguments)
                .map_err(|error| format!("`{name}` does not take this: {error}"))
        }
        Ok(match name {
            "find" => Self::Find(read(name, arguments)?),
            "show" => Self::Show(read(name, arguments)?),
            "next" => Self::Next(read(name, arguments)?),
            "create" => Self::Create(read(name, arguments)?),
            "update" => Self::Update(read(name, arguments)?),
            "claim" => Self::Claim(read(name, arguments)?),
            "report" => Self::Report(read(name, arguments)?),
            _ => {
                let names: Vec<_> = tools().into_iter().map(|it| it.name).collect();
                return Err(format!(
                    "there is no tool `{name}`, only {}",
                    names.join(", ")
                ));
            }
        })
    }
}

/// Every tool, as an agent is told.
pub(super) fn tools() -> Vec<Tool> {
    vec![
        reads(tool::<Find>("find")),
        reads(tool::<Show>("show")),
        reads(tool::<Next>("next")),
        writes(tool::<Create>("create")),
        writes(tool::<Update>("update")),
        writes(tool::<Claim>("claim")),
        writes(tool::<Report>("report")),
    ]
}

/// A tool whose arguments are a `T`, which is described as its type is.
fn tool<T: JsonSchema>(name: &'static str) -> Tool {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut schema = match schema.to_value() {
        Value::Object(schema) => schema,
        _ => JsonObject::new(),
    };
    let description = match schema.remove("description") {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    schema.remove("title");
    Tool::new(name, description, schema)
}

fn reads(tool: Tool) -> Tool {
    let mut hints = ToolAnnotations::default();
    hints.read_only_hint = Some(true);
    hints.open_world_hint = Some(false);
    tool.with_annotations(hints)
}

fn writes(tool: Tool) -> Tool {
    let mut hints = ToolAnnotations::default();
    hints.read_only_hint = Some(false);
    // Files in git, and never a whole one.
    hints.destructive_hint = Some(false);
    hints.open_world_hint = Some(false);
    tool.with_annotations(hints)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_seven_and_each_says_what_it_is_for() {
        let tools = tools();
        assert_eq!(tools.len(), 7);
        let mut size = 0;
        for it in &tools {
            let text = serde_json::to_string(it).unwrap();
            size += text.len();
            let description = it.description.as_deref().unwrap_or_default();
            assert!(description.len() > 20, "{text}");
            assert_eq!(it.input_schema["type"], "object", "{text}");
        }
        // What they cost in every conversation: some 1,500 tokens.
        assert!(size < 6_000, "{size} bytes");
    }

    #[test]
    fn a_wrong_call_says_what_is_right() {
        let error = |name: &str, arguments: Value| Call::parse(name, arguments).unwrap_err();
        let none = serde_json::json!({});
        assert!(error("delete", none.clone()).contains("find, show, next"));
        assert!(error("show", none).contains("missing field `id`"));
        let odd = serde_json::json!({ "id": "T-7k3f", "force": true });
        assert!(error("claim", odd).contains("unknown field `force`"));
    }
}
