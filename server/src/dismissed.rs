//! What is out of line and was dismissed: remembered in the database until its source changes again.

use std::path::Path;
use std::sync::Arc;

use docket_core::lineage::{Dismissals, Origin};
use docket_core::world::Snapshot;
use docket_store::Trouble;
use docket_store::dismissals::Dismissals as Kept;

use crate::env::Env;
use crate::location;
use crate::plan::derived;

/// Names of dismissals, with what each is in words.
pub type Named = Vec<(String, String)>;

/// What was dismissed in the project at `root`. Costs no more than looking for a file where nothing was.
pub fn load(root: &Path, env: &Env) -> Arc<Dismissals> {
    let places = location::databases(root, env.state_home().as_deref());
    let kept = places
        .iter()
        .filter(|it| it.is_file())
        .find_map(|it| Kept::open_to_read(it));
    let names = kept.map(|it| it.names()).unwrap_or_else(|| Ok(Vec::new()));
    let names = names.unwrap_or_else(|error| {
        tracing::warn!(%error, "dismissals cannot be read");
        Vec::new()
    });
    Arc::new(names.into_iter().collect())
}

/// What is out of line in these files, as far as it is `meant`, to be dismissed.
pub fn outdated(
    snapshot: &Snapshot,
    paths: &[&str],
    meant: impl Fn(&str, &Origin) -> bool,
) -> Named {
    let of = paths.iter().flat_map(|path| {
        let outdated = snapshot.outdated(path).into_iter();
        outdated.map(move |it| (*path, it))
    });
    of.filter(|(path, it)| meant(path, it.origin))
        .map(|(path, it)| {
            let of = derived(snapshot, path, it.origin).unwrap_or_else(|| path.to_owned());
            let what = format!("{of} from {}", it.origin.source);
            (snapshot.dismissal(path, &it), what)
        })
        .collect()
}

/// What was dismissed in these files, as far as it is `meant`, to be taken back.
pub fn dismissed(
    snapshot: &Snapshot,
    paths: &[&str],
    meant: impl Fn(&str, &Origin) -> bool,
) -> Vec<String> {
    let of = paths.iter().flat_map(|path| {
        let dismissed = snapshot.dismissed(path).into_iter();
        dismissed.map(move |it| (*path, it))
    });
    of.filter(|(path, it)| meant(path, it.origin))
        .map(|(path, it)| snapshot.dismissal(path, &it))
        .collect()
}

/// Remembers dismissals; what is dismissed by then.
///
/// # Errors
///
/// [`Trouble`]; none of them is remembered then.
pub fn put(root: &Path, env: &Env, all: &Named) -> Result<Arc<Dismissals>, Trouble> {
    let mut kept = location::open(root, env, Kept::open)?;
    let put = kept.put(env.today(), all);
    put.map_err(|it| kept.trouble(it))?;
    Ok(load(root, env))
}

/// Takes dismissals back; what is dismissed by then.
///
/// # Errors
///
/// [`Trouble`]; none of them is taken back then.
pub fn take_back(root: &Path, env: &Env, names: &[String]) -> Result<Arc<Dismissals>, Trouble> {
    let mut kept = location::open(root, env, Kept::open)?;
    let taken = kept.take_back(names);
    taken.map_err(|it| kept.trouble(it))?;
    Ok(load(root, env))
}
