//! Answers that fit a schema. One that does not is asked for again once, with the reason, and then
//! refused: it is never patched.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    AskError, Cancel, Event, Failure, Message, Model, Progress, Reply, Request, Schema, Spent,
};

/// An answer, and the reply that it was read from.
#[derive(Clone, Debug)]
pub struct Structured<T> {
    pub value: T,
    pub reply: Reply,
    /// Of both answers, where the first did not fit.
    pub usage: Spent,
}

/// Longest reason that is told to a model or a person, in bytes.
const MAX_REASON: usize = 600;

/// What an answer has to be beyond what a schema can say; why it is not, to the model.
pub type Check<'a, T> = &'a (dyn Fn(&T) -> Result<(), String> + Send + Sync);

/// Asks for a `T`. `name` names its schema to the provider: letters, digits, `_`, `-`.
///
/// # Errors
///
/// [`AskError::Schema`] where neither of two answers fits or passes `check`; [`AskError::Invalid`]
/// where the schema itself is none.
pub async fn ask<T: DeserializeOwned + JsonSchema>(
    model: &dyn Model,
    request: &Request,
    name: &str,
    check: Check<'_, T>,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Structured<T>, Failure> {
    let schema = schemars::schema_for!(T).to_value();
    let read = |value: Value| -> Result<T, String> {
        // The schema was made from the same type, but says less than a type can.
        let value: T = serde_json::from_value(value).map_err(|it| it.to_string())?;
        check(&value).map(|()| value)
    };
    let (value, reply, usage) =
        ask_value(model, request, name, schema, &read, progress, cancel).await?;
    Ok(Structured {
        value,
        reply,
        usage,
    })
}

pub(crate) async fn ask_value<T>(
    model: &dyn Model,
    request: &Request,
    name: &str,
    schema: Value,
    read: &(dyn Fn(Value) -> Result<T, String> + Send + Sync),
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<(T, Reply, Spent), Failure> {
    let fit = |checker: &jsonschema::Validator, text: &str| {
        fit(checker, text).and_then(|it| read(it).map_err(|it| short(&it)))
    };
    let checker = jsonschema::validator_for(&schema).map_err(|error| AskError::Invalid {
        model: model.name(),
        reason: format!("the schema {name} is none: {error}"),
    })?;
    let mut request = request.clone();
    request.schema = Some(Schema {
        name: name.to_owned(),
        schema,
    });
    let first = model.ask(&request, progress, cancel).await?;
    let reason = match fit(&checker, &first.text) {
        Ok(value) => {
            let spent = spent(&first);
            return Ok((value, first, spent));
        }
        Err(reason) => reason,
    };
    let broken = AskError::Schema {
        model: first.model.clone(),
        reason: reason.clone(),
    };
    let so_far = spent(&first);
    progress.on(&Event::Again {
        why: &broken,
        wait: std::time::Duration::ZERO,
    });
    request.messages.push(Message::Assistant {
        text: match first.text.is_empty() {
            // No provider takes an empty turn.
            true => "(nothing)".to_owned(),
            false => first.text,
        },
        calls: Vec::new(),
    });
    request.messages.push(Message::User(format!(
        "That answer cannot be taken: {reason}\nAnswer once more, with JSON alone that fits the schema: no fence, no comment."
    )));
    let second = model
        .ask(&request, progress, cancel)
        .await
        .map_err(|failure| Failure {
            spent: so_far.and(failure.spent),
            error: failure.error,
        })?;
    match fit(&checker, &second.text) {
        Ok(value) => {
            let spent = so_far.and(spent(&second));
            Ok((value, second, spent))
        }
        Err(reason) => Err(Failure {
            spent: so_far.and(spent(&second)),
            error: AskError::Schema {
                model: second.model,
                reason,
            },
        }),
    }
}

fn spent(reply: &Reply) -> Spent {
    reply.usage.map_or(Spent::Nothing, Spent::Counted)
}

/// The answer as JSON that fits, or why it is none.
fn fit(checker: &jsonschema::Validator, text: &str) -> Result<Value, String> {
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    let value: Value = serde_json::from_str(text).map_err(|it| format!("it is no JSON: {it}"))?;
    let errors: Vec<String> = checker
        .iter_errors(&value)
        .take(3)
        .map(|it| {
            let place = it.instance_path().to_string();
            let place = match place.is_empty() {
                true => "the whole".to_owned(),
                false => place,
            };
            format!("{place}: {it}")
        })
        .collect();
    match errors.is_empty() {
        true => Ok(value),
        false => Err(short(&errors.join("; "))),
    }
}

fn short(reason: &str) -> String {
    match reason.char_indices().find(|(at, _)| *at >= MAX_REASON) {
        Some((at, _)) => format!("{}…", &reason[..at]),
        None => reason.to_owned(),
    }
}
