//! Prompts: templates that ship with docket, and that a project can override in `.docs/prompts/`.
//!
//! A prompt is a Markdown file with `{# version: N #}` as its first line and two blocks, `system`
//! and `user`. Its variables are strict: one that is not there is an error, not an empty text. Text
//! from outside is [`Untrusted`], and renders as a delimited block wherever a template puts it, so
//! that no template can forget to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

use crate::PromptId;

/// What a template is filled in with.
pub use minijinja::Value as Variable;
pub use minijinja::context;

/// What ships: name and text.
const SHIPPED: [(&str, &str); 9] = [
    ("align", include_str!("prompts/align.md")),
    ("analyze", include_str!("prompts/analyze.md")),
    ("discuss", include_str!("prompts/discuss.md")),
    ("estimate", include_str!("prompts/estimate.md")),
    ("plan", include_str!("prompts/plan.md")),
    ("expand", include_str!("prompts/expand.md")),
    (SAFETY, include_str!("prompts/safety.md")),
    ("write-docs", include_str!("prompts/write-docs.md")),
    ("write-tests", include_str!("prompts/write-tests.md")),
];
/// Included by others, no prompt of its own; not to be overridden, since it keeps data from
/// becoming instructions.
const SAFETY: &str = "safety";

/// All prompts of a project.
#[derive(Clone, Debug, Default)]
pub struct Prompts {
    own: BTreeMap<String, String>,
}

/// One prompt, as it is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    pub id: PromptId,
    pub origin: Origin,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Shipped,
    /// Of `.docs/prompts/`.
    Project,
}

/// A prompt with its variables filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub id: PromptId,
    pub system: String,
    pub user: String,
}

/// What is wrong with a prompt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the prompt {name}: {message}")]
pub struct PromptError {
    pub name: String,
    /// From 1, where it is known.
    pub line: Option<usize>,
    pub message: String,
}

/// Text from a file, an issue, a person or a model.
#[derive(Clone, Debug)]
pub struct Untrusted {
    of: String,
    text: String,
}

impl Untrusted {
    /// `of` says in a word or two what it is, or where it is from.
    pub fn new(of: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            of: of.into(),
            text: text.into(),
        }
    }

    /// As a value for a template; nothing at all where there is no text, so that `{% if %}` sees it.
    pub fn value(self) -> Value {
        match self.text.trim().is_empty() {
            true => Value::from(()),
            false => Value::from_object(self),
        }
    }

    /// The block. Its name is drawn from the text, so that the same text gives the same prompt, and
    /// a text cannot hold the end of its own block.
    fn block(&self) -> String {
        let mut hash = blake3::hash(format!("{}\0{}", self.of, self.text).as_bytes());
        let tag = loop {
            let tag = hash.to_hex()[..8].to_owned();
            if !self.text.contains(&tag) {
                break tag;
            }
            hash = blake3::hash(hash.as_bytes());
        };
        let of: String = self
            .of
            .chars()
            .map(|it| match it {
                '"' | '<' | '>' | '\n' | '\r' => ' ',
                it => it,
            })
            .collect();
        let text = self.text.trim_end();
        format!("<data-{tag} of=\"{of}\">\n{text}\n</data-{tag}>")
    }
}

impl Object for Untrusted {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.block())
    }
}

impl Prompts {
    /// With a project's own: the file's name without `.md`, and its text.
    pub fn new(own: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            own: own.into_iter().collect(),
        }
    }

    /// Of all that ship, sorted.
    pub fn names() -> Vec<&'static str> {
        let mut names: Vec<_> = SHIPPED
            .iter()
            .map(|it| it.0)
            .filter(|it| *it != SAFETY)
            .collect();
        names.sort_unstable();
        names
    }

    /// The prompt of that name, as it is in force.
    ///
    /// # Errors
    ///
    /// Where there is none, or its first line does not say its version.
    pub fn get(&self, name: &str) -> Result<Prompt, PromptError> {
        let (text, origin) = match (self.own.get(name), Self::shipped(name)) {
            (Some(text), Some(_)) => (text.as_str(), Origin::Project),
            (None, Some(text)) => (text, Origin::Shipped),
            (_, None) => {
                let names = Self::names().join(", ");
                return Err(error(
                    name,
                    format!("there is no such prompt; there are {names}"),
                ));
            }
        };
        let version = version(text).ok_or_else(|| PromptError {
            line: Some(1),
            ..error(name, "its first line must be `{# version: N #}`".to_owned())
        })?;
        let hash = blake3::hash(text.as_bytes()).to_hex();
        Ok(Prompt {
            id: PromptId {
                name: name.to_owned(),
                version: format!("{version}-{}", &hash[..8]),
            },
            origin,
            text: text.to_owned(),
        })
    }

    /// The text that ships under that name.
    pub fn shipped(name: &str) -> Option<&'static str> {
        let found = SHIPPED.iter().find(|it| it.0 == name && it.0 != SAFETY);
        found.map(|it| it.1)
    }

    /// Fills in a prompt.
    ///
    /// # Errors
    ///
    /// Where a variable is not there, or the template is none.
    pub fn render(&self, name: &str, context: Value) -> Result<Rendered, PromptError> {
        let prompt = self.get(name)?;
        let mut environment = environment();
        environment
            .add_template(name, &prompt.text)
            .map_err(|it| told(name, &it))?;
        let template = environment
            .get_template(name)
            .map_err(|it| told(name, &it))?;
        let mut rendered = template
            .render_captured(context)
            .map_err(|it| told(name, &it))?;
        let mut block = |which: &str| -> Result<String, PromptError> {
            let text = rendered.with_state_mut(|it| it.render_block(which));
            Ok(tidied(&text.map_err(|it| told(name, &it))?))
        };
        Ok(Rendered {
            system: block("system")?,
            user: block("user")?,
            id: prompt.id,
        })
    }

    /// What is wrong with a project's own prompts, and with those that ship: syntax, blocks,
    /// versions, and variables that docket does not give them.
    pub fn check(&self) -> Vec<PromptError> {
        let mut found = Vec::new();
        for name in self.own.keys() {
            if Self::shipped(name).is_none() {
                found.push(match name == SAFETY {
                    true => error(name, "it cannot be overridden".to_owned()),
                    false => error(
                        name,
                        format!(
                            "nothing asks for it; there are {}",
                            Self::names().join(", ")
                        ),
                    ),
                });
            }
        }
        for name in Self::names() {
            if let Err(error) = self.check_one(name) {
                found.push(error);
            }
        }
        found
    }

    fn check_one(&self, name: &str) -> Result<(), PromptError> {
        let prompt = self.get(name)?;
        let given = variables(name, Self::shipped(name).unwrap_or_default())?;
        let used = variables(name, &prompt.text)?;
        if let Some(unknown) = used.difference(&given).next() {
            let known: Vec<_> = given.iter().map(String::as_str).collect();
            return Err(PromptError {
                line: line_of(&prompt.text, unknown),
                ..error(
                    name,
                    format!(
                        "there is no variable `{unknown}`; there are {}",
                        known.join(", ")
                    ),
                )
            });
        }
        // Every variable there is, so that what fails is the template's own.
        let every = given
            .iter()
            .map(|it| (it.as_str(), Untrusted::new(it.as_str(), "text").value()));
        let rendered = self.render(name, Value::from_pairs(every));
        // A number or a list takes the place of text here; what a template does with them shows
        // only when it is used.
        match rendered {
            Err(it) if !it.message.contains("block") => Ok(()),
            other => other.map(drop),
        }
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // Prompts are no HTML.
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    if let Some((_, text)) = SHIPPED.iter().find(|it| it.0 == SAFETY) {
        // It is a plain text, which always is a template.
        let _ = environment.add_template("safety.md", text);
    }
    environment
}

/// What a template asks for.
fn variables(name: &str, text: &str) -> Result<BTreeSet<String>, PromptError> {
    let environment = environment();
    let template = environment
        .template_from_named_str(name, text)
        .map_err(|it| told(name, &it))?;
    Ok(template.undeclared_variables(false).into_iter().collect())
}

/// `{# version: 3 #}` in the first line.
fn version(text: &str) -> Option<u32> {
    let line = text.trim_start_matches('\u{feff}').lines().next()?.trim();
    let inner = line.strip_prefix("{#")?.strip_suffix("#}")?;
    inner.trim().strip_prefix("version:")?.trim().parse().ok()
}

/// At most one empty line in a row, none at the ends.
fn tidied(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut within = None;
    let mut n_empty = 0;
    for line in text.trim().lines() {
        // What lies in a block is somebody's text, and stays as it is.
        match &within {
            None => {
                let tag = line.find("<data-").and_then(|at| line.get(at + 6..at + 14));
                within = tag.map(|it| format!("</data-{it}>"));
            }
            Some(end) if line.contains(end.as_str()) => within = None,
            Some(_) => {}
        }
        n_empty = match line.trim().is_empty() && within.is_none() {
            true => n_empty + 1,
            false => 0,
        };
        if n_empty < 2 {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn line_of(text: &str, word: &str) -> Option<usize> {
    let at = text.lines().position(|it| it.contains(word))?;
    Some(at + 1)
}

fn error(name: &str, message: String) -> PromptError {
    PromptError {
        name: name.to_owned(),
        line: None,
        message,
    }
}

fn told(name: &str, error: &minijinja::Error) -> PromptError {
    let mut message = error.kind().to_string();
    if let Some(detail) = error.detail() {
        message = format!("{message}: {detail}");
    }
    PromptError {
        name: name.to_owned(),
        line: error.line(),
        message,
    }
}

#[cfg(test)]
mod tests;
