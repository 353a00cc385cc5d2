//! A change of a project that a door asks for: planned on what is known now, made, and planned again
//! where somebody else wrote in between.

use std::path::Path;
use std::sync::Arc;

use docket_core::edit::Change;
use docket_core::ide::actions::Source;

use crate::engine::{Handle, Need, View};
use crate::env::Env;
use crate::source::ProjectSource;

/// How often a change is planned.
const MAX_ATTEMPTS: usize = 3;

/// Why a change was not made; a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    #[error("docket has no answer; its log may say why")]
    Lost,
    #[error("{0}")]
    Refused(String),
}

/// Makes what `plan` works out, and gives what it tells. An empty change is made by doing nothing.
///
/// # Errors
///
/// See [`ChangeError`]; nothing is changed then.
pub async fn carry_out<T: Send + 'static>(
    engine: &Handle,
    root: &Path,
    env: &Env,
    label: &str,
    plan: impl Fn(&View, &mut dyn Source) -> Result<(T, Change), String> + Send + Sync + 'static,
) -> Result<T, ChangeError> {
    let plan = Arc::new(plan);
    let mut attempt = 1;
    loop {
        let (plan, of, env) = (plan.clone(), root.to_owned(), env.clone());
        let planned = engine.read_all(Need::Index, move |views| {
            let view = views.iter().find(|it| it.root == of);
            let view = view.ok_or("docket has not opened the project yet")?;
            plan(view, &mut ProjectSource::new(&of, &env))
        });
        let planned = planned.await.map_err(|_| ChangeError::Lost)?;
        let (told, change) = planned.map_err(ChangeError::Refused)?;
        if change == Change::default() {
            return Ok(told);
        }
        let label = format!("docket: {label}");
        match engine.apply(root.to_owned(), label, change).await {
            Ok(()) => return Ok(told),
            Err(error) if error.is_retryable() && attempt < MAX_ATTEMPTS => attempt += 1,
            Err(error) => return Err(ChangeError::Refused(error.to_string())),
        }
    }
}
