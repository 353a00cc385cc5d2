//! Templates of new tickets: fields and a body that a kind of ticket begins with.

use super::field::{self, Invalid, Kind, Value};
use crate::config::Config;
use crate::page::yaml::{Data, Node};
use crate::page::{self, front, yaml};

/// Where a project's own templates are.
pub const FOLDER: &str = ".docs/templates/";

/// What every project has; a file of that name in [`FOLDER`] takes its place.
const BUILT_IN: [(&str, &str); 3] = [
    (
        "bug",
        "---\ntype: bug\n---\n\n## What happens\n\n\n## What should happen\n\n\n## How to see it\n\n1. \n\n## Acceptance criteria\n\n- [ ] A test fails without the fix, and passes with it\n",
    ),
    (
        "feature",
        "---\ntype: feature\n---\n\nWhy it matters.\n\n## Acceptance criteria\n\n- [ ] \n\n## Notes\n",
    ),
    (
        "chore",
        "---\ntype: chore\n---\n\n## What is done afterwards\n\n- [ ] \n",
    ),
];

/// What a new ticket begins with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// Neither `id`, `title` nor `created`.
    pub fields: Vec<(String, Value)>,
    /// Markdown, in which `{id}` and `{title}` stand for the ticket's own.
    pub body: String,
}

/// Why a file is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("its front matter is no YAML mapping: {0}")]
    Yaml(String),
    #[error("its field `{0}` holds neither a value nor a list of values")]
    Unfit(String),
    #[error("{}", .0.message.trim_end_matches('.'))]
    Invalid(Invalid),
}

/// The names of the built-in templates.
pub fn built_in_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.into_iter().map(|it| it.0)
}

/// The text of a built-in template.
pub fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.into_iter().find(|it| it.0 == name).map(|it| it.1)
}

impl Template {
    /// Reads a template: a ticket file without `id` and `title`; those of a ticket that was copied
    /// are passed over, for each ticket has its own.
    ///
    /// # Errors
    /// See [`TemplateError`].
    pub fn parse(text: &str, config: &Config) -> Result<Self, TemplateError> {
        let parts = front::parts(text.as_bytes());
        let mut template = Self {
            fields: Vec::new(),
            body: page::as_str(&text.as_bytes()[parts.body.range()]).into_owned(),
        };
        let Some(front) = parts.front else {
            return Ok(template);
        };
        let document =
            yaml::read(text, front.yaml).map_err(|error| TemplateError::Yaml(error.message))?;
        let Some(root) = document.root else {
            return Ok(template);
        };
        let Data::Mapping { entries, .. } = &root.data else {
            return Err(TemplateError::Yaml("it has no keys".to_owned()));
        };
        for entry in entries {
            let name = entry.key.text().unwrap_or_default().to_owned();
            if matches!(name.as_str(), "id" | "title" | "created") {
                continue;
            }
            if let Some(value) = value(&name, &entry.value, config)? {
                template.fields.push((name, value));
            }
        }
        Ok(template)
    }
}

/// `None` for a field that is left to be filled in.
fn value(name: &str, node: &Node, config: &Config) -> Result<Option<Value>, TemplateError> {
    let unfit = || TemplateError::Unfit(name.to_owned());
    let read = |text: &str| field::read(name, text, config).map_err(TemplateError::Invalid);
    match &node.resolved().data {
        Data::Null => Ok(None),
        Data::Scalar { text, .. } if text.trim().is_empty() => Ok(None),
        Data::Scalar { text, .. } => read(text).map(Some),
        Data::Sequence { items, .. } => {
            let texts: Option<Vec<String>> =
                items.iter().map(|it| Some(it.text()?.to_owned())).collect();
            let texts = texts.ok_or_else(unfit)?;
            match field::kind(name) {
                Some(Kind::Ids) => texts.iter().try_for_each(|it| read(it).map(drop))?,
                Some(Kind::Texts | Kind::Any) | None => {}
                Some(_) => return Err(unfit()),
            }
            Ok(Some(Value::List(texts)))
        }
        Data::Mapping { .. } | Data::Alias(_) => Err(unfit()),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, expect: Expect) {
        let said = match Template::parse(text, &Config::default()) {
            Ok(it) => format!("{:?}\n{}", it.fields, it.body),
            Err(error) => error.to_string(),
        };
        expect.assert_eq(&said);
    }

    #[test]
    fn a_template_has_fields_and_a_body() {
        check(
            "---\nid: T-2222\ntitle: x\ntype: bug\nlabels: [a, 'b, c']\nassignees: ana, ben\ndue:\nown: 3\n---\n# {title}\n",
            expect![[r#"
                [("type", Text("bug")), ("labels", List(["a", "b, c"])), ("assignees", List(["ana", "ben"])), ("own", Text("3"))]
                # {title}
            "#]],
        );
        check(
            "no front matter\n",
            expect![[r#"
            []
            no front matter
        "#]],
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        check(
            "---\nstatus: tood\n---\n",
            expect![
                "`status` cannot be `tood`; it is one of `backlog`, `todo`, `in-progress`, `review`, `done`, `dropped`"
            ],
        );
        check(
            "---\ndepends-on: [a b]\n---\n",
            expect!["`depends-on` must be a ticket's id, such as `T-7k3f`"],
        );
        check(
            "---\nlabels: {a: b}\n---\n",
            expect!["its field `labels` holds neither a value nor a list of values"],
        );
        check(
            "---\n- a\n---\n",
            expect!["its front matter is no YAML mapping: it has no keys"],
        );
    }

    #[test]
    fn built_in_templates_are_read() {
        for name in built_in_names() {
            let template = Template::parse(built_in(name).unwrap(), &Config::default()).unwrap();
            let kind = ("type".to_owned(), Value::Text(name.to_owned()));
            assert_eq!(template.fields, [kind]);
            assert!(template.body.contains("- [ ]"), "{name}");
        }
    }
}
