//! Questions to GraphQL, and what its answers mean: they come with 200 whatever went wrong.
//!
//! <https://docs.github.com/graphql>

use std::collections::BTreeMap;

use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::errors::{clean, failure, limited};
use super::transport::Answer;
use super::{About, GitHub};
use crate::{Error, ErrorKind, Result};

#[derive(Deserialize)]
struct Whole<T> {
    data: Option<T>,
    #[serde(default)]
    errors: Vec<GraphQlError>,
}

#[derive(Deserialize)]
struct GraphQlError {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    message: String,
    extensions: Option<Extensions>,
}

#[derive(Deserialize)]
struct Extensions {
    code: Option<String>,
}

impl GraphQlError {
    fn is(&self, kind: &str) -> bool {
        self.kind.as_deref() == Some(kind)
    }

    /// The server's schema is from before the field.
    fn is_unknown_field(&self) -> bool {
        let code = self.extensions.as_ref().and_then(|it| it.code.as_deref());
        code == Some("undefinedField") || self.message.contains("doesn't exist on type")
    }
}

impl GitHub {
    /// What a question is answered; `None` where the server knows no such question. What is not
    /// there is null in the answer, and no failure. `what` is asked for, in a word for the user.
    pub(super) async fn ask_graphql<T: DeserializeOwned>(
        &self,
        what: &str,
        query: &str,
        variables: Value,
    ) -> Result<Option<T>> {
        let answer = self.transport.query(query, variables).await?;
        match self.understand(what, &answer)? {
            Some(Some(data)) => Ok(Some(data)),
            Some(None) => Err(self.no_repository()),
            None => Ok(None),
        }
    }

    /// What changes were answered, by the names under which they were asked for; one that is null was
    /// of something that is not there. `None` where the server knows no such change.
    pub(super) async fn change_by_graphql(
        &self,
        what: &str,
        mutation: &str,
        variables: Value,
    ) -> Result<Option<BTreeMap<String, Value>>> {
        let answer = self.transport.mutate(mutation, variables).await?;
        let data = self.understand::<BTreeMap<String, Value>>(what, &answer)?;
        Ok(data.map(Option::unwrap_or_default))
    }

    fn understand<T: DeserializeOwned>(
        &self,
        what: &str,
        answer: &Answer,
    ) -> Result<Option<Option<T>>> {
        let name = self.full_name();
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        if !answer.status.is_success() {
            return Err(failure(answer, About::Repository(&name)));
        }
        let Whole { data, errors } = answer.json()?;
        if errors.iter().any(GraphQlError::is_unknown_field) {
            return Ok(None);
        }
        if errors.iter().any(|it| it.is("RATE_LIMITED")) {
            return Err(limited(answer.reset(), answer.server_time()));
        }
        if let Some(error) = errors.iter().find(|it| !it.is("NOT_FOUND")) {
            let kind = match error.kind.as_deref() {
                Some("FORBIDDEN" | "INSUFFICIENT_SCOPES") => ErrorKind::Forbidden,
                Some("UNPROCESSABLE") => ErrorKind::Invalid,
                _ => ErrorKind::Unavailable,
            };
            return Err(Error::new(
                kind,
                format!("GitHub does not tell {what}: {}", clean(&error.message)),
            ));
        }
        Ok(Some(data))
    }

    pub(super) fn no_repository(&self) -> Error {
        let name = self.full_name();
        Error::new(
            ErrorKind::NotFound,
            format!("there is no repository {name}, or the token may not see it"),
        )
    }

    pub(super) fn owner_and_name(&self) -> (String, String) {
        let full_name = self.full_name();
        let (owner, name) = full_name.split_once('/').unwrap_or_default();
        (owner.to_owned(), name.to_owned())
    }
}
