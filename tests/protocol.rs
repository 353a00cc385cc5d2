//! docket's extensions of LSP are typed once, in the server: the client's types and the page are made of them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use docket::lsp::ext::{Kind, Message, protocol};
use serde_json::Value;

const TYPES: &str = "clients/vscode/src/protocol.ts";
const LUA: &str = "clients/neovim/lua/docket/protocol.lua";
const PAGE: &str = ".docs/dev/lsp-extensions.md";
const BEGIN: &str = "<!-- made of server/src/lsp/ext.rs; UPDATE_EXPECT=1 writes it anew -->\n";

fn held(path: &str, wanted: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, wanted).unwrap();
    }
    let is = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(is, wanted, "UPDATE_EXPECT=1 writes {path} anew");
}

#[test]
fn the_clients_types_are_the_servers() {
    let (messages, types) = protocol();
    let mut out = "// docket's extensions of LSP, made of server/src/lsp/ext.rs by a test of the server: do not edit.\n".to_owned();
    let name = |it: &Message| {
        let last = it.method.rsplit('/').next().unwrap_or_default();
        format!("{last}Method")
    };
    out.push('\n');
    for it in &messages {
        let answer = match it.kind {
            Kind::Request(answer) => format!("a request; takes {} and answers {answer}", it.params),
            Kind::OfServer => format!("a notification of the server; brings {}", it.params),
            Kind::OfClient => format!("a notification of the client; brings {}", it.params),
        };
        writeln!(out, "/** {}. */", capital(&answer)).unwrap();
        writeln!(out, "export const {} = '{}';", name(it), it.method).unwrap();
    }
    for (name, schema) in sorted(&types) {
        write!(out, "\n{}", comment(&schema, "")).unwrap();
        match schema.get("properties") {
            Some(Value::Object(properties)) => {
                writeln!(out, "export interface {name} {{").unwrap();
                let required = required(&schema);
                for (field, of) in properties {
                    let mark = if required.contains(&field.as_str()) {
                        ""
                    } else {
                        "?"
                    };
                    out.push_str(&comment(of, "  "));
                    writeln!(out, "  readonly {field}{mark}: {};", typescript(of)).unwrap();
                }
                out.push_str("}\n");
            }
            _ => writeln!(out, "export type {name} = {};", typescript(&schema)).unwrap(),
        }
    }
    held(TYPES, &out);
}

#[test]
fn what_neovim_asks_and_is_answered_is_the_servers() {
    let (messages, types) = protocol();
    let mut out = "--- docket's extensions of LSP, made of server/src/lsp/ext.rs by a test of the server: do not edit.\n".to_owned();
    for (name, schema) in sorted(&types) {
        let about = description(&schema).replace('\n', " ");
        match schema.get("properties") {
            Some(Value::Object(properties)) => {
                writeln!(out, "\n---@class docket.protocol.{name} {about}").unwrap();
                let required = required(&schema);
                for (field, of) in properties {
                    let mark = if required.contains(&field.as_str()) {
                        ""
                    } else {
                        "?"
                    };
                    let about = description(of).replace('\n', " ");
                    let line = format!("---@field {field}{mark} {} {about}", lua(of));
                    writeln!(out, "{}", line.trim_end()).unwrap();
                }
            }
            _ => {
                let choices = lua(&schema);
                writeln!(out, "\n---@alias docket.protocol.{name} {choices}").unwrap();
            }
        }
    }
    out.push_str("\nreturn {\n");
    for it in &messages {
        let last = it.method.rsplit('/').next().unwrap_or_default();
        writeln!(out, "  {last} = '{}',", it.method).unwrap();
    }
    out.push_str("}\n");
    held(LUA, &out);
}

/// A schema in the words of LuaCATS; null is what a table does not have.
fn lua(schema: &Value) -> String {
    let text = typescript(schema);
    let choices = text.split(" | ").map(|it| {
        let (it, list) = match it.strip_prefix("readonly ") {
            Some(it) => (it.trim_end_matches("[]"), "[]"),
            None => (it, ""),
        };
        let is_named = it.starts_with(|it: char| it.is_ascii_uppercase());
        match it {
            "null" => "nil".to_owned(),
            it if is_named => format!("docket.protocol.{it}{list}"),
            it => format!("{it}{list}"),
        }
    });
    choices.collect::<Vec<_>>().join("|")
}

#[test]
fn the_page_describes_every_extension() {
    let (messages, types) = protocol();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = std::fs::read_to_string(&file).unwrap();
    let (head, _) = page.split_once(BEGIN).expect("the page has lost its mark");
    for it in &messages {
        assert!(
            head.contains(&format!("\n## `{}`\n", it.method)),
            "{} has no heading in {PAGE}",
            it.method
        );
    }
    let mut out = format!("{head}{BEGIN}");
    for (name, schema) in sorted(&types) {
        writeln!(out, "\n### {name}\n\n{}", description(&schema)).unwrap();
        match schema.get("properties") {
            Some(Value::Object(properties)) => {
                out.push_str("\n| field | type | |\n|---|---|---|\n");
                for (field, of) in properties {
                    let kind = typescript(of).replace('|', "or");
                    let about = description(of).replace('\n', " ");
                    writeln!(out, "| `{field}` | {kind} | {about} |").unwrap();
                }
            }
            _ => {
                out.push('\n');
                for it in schema["oneOf"].as_array().into_iter().flatten() {
                    let value = it["const"].as_str().unwrap();
                    writeln!(out, "- `{value}`: {}", description(it)).unwrap();
                }
            }
        }
    }
    held(PAGE, &out);
}

fn sorted(types: &serde_json::Map<String, Value>) -> BTreeMap<String, Value> {
    types.iter().map(|(k, v)| (k.clone(), v.clone())).collect()
}

fn required(schema: &Value) -> Vec<&str> {
    let names = schema["required"].as_array().into_iter().flatten();
    names.filter_map(Value::as_str).collect()
}

fn description(schema: &Value) -> String {
    schema["description"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn comment(schema: &Value, indent: &str) -> String {
    match description(schema).as_str() {
        "" => String::new(),
        text => format!("{indent}/** {} */\n", text.replace('\n', " ")),
    }
}

fn capital(text: &str) -> String {
    text[..1].to_uppercase() + &text[1..]
}

/// A schema in the words of TypeScript. What it does not know it refuses, so that nothing is lost.
fn typescript(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap().to_owned();
    }
    if let Some(value) = schema.get("const") {
        return format!("'{}'", value.as_str().unwrap());
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(choices) = schema[key].as_array() {
            return choices
                .iter()
                .map(typescript)
                .collect::<Vec<_>>()
                .join(" | ");
        }
    }
    match &schema["type"] {
        Value::String(name) => named(name, schema),
        Value::Array(names) => {
            let names = names.iter().map(|it| named(it.as_str().unwrap(), schema));
            names.collect::<Vec<_>>().join(" | ")
        }
        _ => panic!("no word of TypeScript for {schema}"),
    }
}

fn named(name: &str, schema: &Value) -> String {
    match name {
        "string" | "boolean" | "null" => name.to_owned(),
        "integer" | "number" => "number".to_owned(),
        "array" => format!("readonly {}[]", typescript(&schema["items"])),
        _ => panic!("no word of TypeScript for {schema}"),
    }
}

/// `docket.toml` as editors of TOML complete and check it.
#[test]
fn the_schema_of_the_configuration_is_published() {
    let schema = docket_core::config::Config::schema();
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    held("clients/vscode/schemas/docket.schema.json", &text);
}
