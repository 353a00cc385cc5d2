//! What git knows that docket needs: the repository's folder, ids on other branches, who I am.
//!
//! Never runs the git program. A repository that is broken, or none, gives less and no error: all
//! of this only makes clashes of ids rarer and names shorter to type.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use docket_core::ids::TicketId;
use gix::bstr::ByteSlice;

use crate::env::Env;

/// Where tickets are in a project.
const TICKETS: &str = ".docs/tickets";
/// And those that are out of the way.
const ARCHIVE: &str = ".docs/tickets/archive";
/// Branches beyond this many are not looked at; the first by name are.
const MAX_BRANCHES: usize = 5_000;

/// The folder that all worktrees of the repository around `dir` share; `None` without git.
///
/// Reads the `.git` file or folder alone, so that a broken repository has one as well.
pub fn git_common_dir(dir: &Path) -> Option<PathBuf> {
    let dot_git = dir
        .ancestors()
        .map(|it| it.join(".git"))
        .find(|it| it.exists())?;
    if dot_git.is_dir() {
        return Some(dot_git);
    }
    let text = std::fs::read_to_string(&dot_git).ok()?;
    let git_dir = text.lines().find_map(|it| it.strip_prefix("gitdir:"))?;
    let git_dir = dot_git.parent()?.join(git_dir.trim());
    let common = match std::fs::read_to_string(git_dir.join("commondir")) {
        Ok(common) => git_dir.join(common.trim()),
        Err(_) => git_dir,
    };
    common.is_dir().then_some(common)
}

/// Ids that file names of tickets begin with, in this folder, in every other worktree, and on every
/// local and remote branch: what a new id must not be.
pub fn known_ids(root: &Path) -> KnownIds {
    let mut ids = KnownIds::default();
    ids.add_folder(&root.join(TICKETS));
    ids.add_folder(&root.join(ARCHIVE));
    guarded(|| {
        let repository = open(root)?;
        collect_repository(&repository, root, &mut ids);
        Some(())
    });
    ids
}

/// See [`known_ids`].
#[derive(Clone, Debug, Default)]
pub struct KnownIds(Vec<Arc<BTreeSet<TicketId>>>);

/// What names were read from: as long as it is the same, so are they.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Names {
    Folder(PathBuf, SystemTime),
    Tree(gix::ObjectId),
}

/// Ids of folders and trees that were read before: of 10,000 tickets that takes tens of milliseconds.
static READ: Mutex<BTreeMap<Names, Arc<BTreeSet<TicketId>>>> = Mutex::new(BTreeMap::new());

/// When what was read is forgotten: branches come and go.
const MAX_READ: usize = 1_000;

/// A folder that was written this short ago may be written again without its time telling.
const RACY: Duration = Duration::from_secs(2);

impl KnownIds {
    pub fn contains(&self, id: &TicketId) -> bool {
        self.0.iter().any(|it| it.contains(id))
    }

    pub fn iter(&self) -> impl Iterator<Item = &TicketId> {
        self.0.iter().flat_map(|it| it.iter())
    }

    fn add_folder(&mut self, folder: &Path) {
        let written = std::fs::metadata(folder).and_then(|it| it.modified());
        let Ok(written) = written else {
            return;
        };
        let settled = written.elapsed().is_ok_and(|it| it > RACY);
        let names = settled.then(|| Names::Folder(folder.to_owned(), written));
        self.add(names, || {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            entries
                .filter_map(|it| id_of_file(&it.file_name().to_string_lossy()))
                .collect()
        });
    }

    fn add(&mut self, names: Option<Names>, read: impl FnOnce() -> BTreeSet<TicketId>) {
        let Some(names) = names else {
            self.0.push(Arc::new(read()));
            return;
        };
        let mut known = READ.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > MAX_READ {
            known.clear();
        }
        let ids = known.entry(names).or_insert_with(|| Arc::new(read()));
        self.0.push(ids.clone());
    }
}

/// The name of the current branch; `None` on a detached head or without git.
pub fn current_branch(root: &Path) -> Option<String> {
    guarded(|| {
        let head = open(root)?.head_name().ok()??;
        Some(head.shorten().to_str_lossy().into_owned())
    })
}

/// The user's own name as assignees are written: the personal configuration's `me`, else what git
/// knows of the user, best first: `github.user`, the handle of a GitHub no-reply address, a
/// `user.name` of one word, the address up to its `@`.
pub fn identity(root: &Path, env: &Env) -> Option<Arc<str>> {
    let own = env
        .config_home()
        .and_then(|it| std::fs::read_to_string(it.join("docket/config.toml")).ok())
        .and_then(|it| it.parse::<toml::Table>().ok())
        .and_then(|it| Some(it.get("me")?.as_str()?.to_owned()));
    let name = own.or_else(|| {
        guarded(|| {
            if let Some(repository) = open(root) {
                let config = repository.config_snapshot();
                return handle(&|key| Some(config.string(key)?.to_str_lossy().into_owned()));
            }
            let config = global_config(env)?;
            handle(&|key| Some(config.string(key)?.to_str_lossy().into_owned()))
        })
    });
    name.map(|it| it.trim().trim_start_matches('@').to_owned())
        .filter(|it| !it.is_empty())
        .map(Arc::from)
}

/// The user's address as git writes it into commits here; `None` without git, or where nobody said.
pub fn email(root: &Path) -> Option<String> {
    guarded(|| {
        let repository = open(root)?;
        let email = repository.config_snapshot().string("user.email")?;
        Some(email.to_str_lossy().trim().to_owned())
    })
    .filter(|it| !it.is_empty())
}

/// Where git looks for hooks, and where the project is from where they run.
pub struct HooksPlace {
    pub folder: PathBuf,
    /// The project's folder as seen from the top of the working tree; empty where it is that.
    pub project: String,
}

/// `None` without git.
pub fn hooks_place(root: &Path) -> Option<HooksPlace> {
    guarded(|| {
        let repository = open(root)?;
        let top = repository.workdir()?.canonicalize().ok()?;
        let project = root.canonicalize().ok()?;
        let project = project.strip_prefix(&top).ok()?;
        let configured = repository.config_snapshot().trusted_path("core.hooksPath");
        let folder = match configured.ok().flatten() {
            Some(path) => top.join(path),
            None => repository.common_dir().join("hooks"),
        };
        Some(HooksPlace {
            folder,
            project: project.to_string_lossy().replace('\\', "/"),
        })
    })
}

/// What lines of a commit message begin with that git takes out of it.
pub fn comment_string(root: &Path) -> String {
    let configured = guarded(|| {
        let repository = open(root)?;
        let config = repository.config_snapshot();
        let string = config
            .string("core.commentString")
            .or_else(|| config.string("core.commentChar"))?;
        Some(string.to_str_lossy().into_owned())
    });
    // `auto` takes another one only where a line of the message begins with this.
    configured
        .filter(|it| it != "auto" && !it.is_empty())
        .unwrap_or_else(|| "#".to_owned())
}

fn handle(configured: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let email = configured("user.email");
    let local = email.as_deref().and_then(|it| Some(it.split_once('@')?.0));
    let no_reply = email
        .as_deref()
        .and_then(|it| it.strip_suffix("@users.noreply.github.com"))
        .map(|it| it.split_once('+').map_or(it, |(_, handle)| handle));
    let one_word = configured("user.name").filter(|it| !it.contains(char::is_whitespace));
    configured("github.user")
        .or(no_reply.map(str::to_owned))
        .or(one_word)
        .or(local.map(str::to_owned))
}

fn open(root: &Path) -> Option<gix::Repository> {
    gix::discover(root).ok()
}

/// Git's configuration outside repositories: the system's and the user's. Not the one that the git
/// program was built with, which only running it would tell.
fn global_config(env: &Env) -> Option<gix::config::File> {
    use gix::config::Source;
    use gix::config::file::{Metadata, includes, init};

    let sources = match cfg!(windows) {
        // There the system's file is where git is installed, which only git knows.
        true => &[Source::Git, Source::User][..],
        false => &[Source::System, Source::Git, Source::User],
    };
    let files = sources.iter().map(|source| Metadata {
        path: source
            .storage_location(&mut |name| env.var_os(name).map(Into::into))
            .filter(|it| it.is_file()),
        source: *source,
        level: 0,
        trust: gix::sec::Trust::Full,
    });
    let home = env.home();
    let options = init::Options {
        includes: includes::Options::follow_without_conditional(home.as_deref()),
        ..init::Options::default()
    };
    gix::config::File::from_paths_metadata(files, options).ok()?
}

fn collect_repository(repository: &gix::Repository, root: &Path, ids: &mut KnownIds) -> Option<()> {
    let top = repository.workdir()?.canonicalize().ok()?;
    let root = root.canonicalize().ok()?;
    let tickets = root.strip_prefix(&top).ok()?.join(TICKETS);
    let main = repository.main_repo().ok();
    let main = main
        .as_ref()
        .and_then(|it| it.workdir())
        .map(Path::to_owned);
    let others = repository.worktrees().unwrap_or_default();
    for worktree in others.iter().filter_map(|it| it.base().ok()).chain(main) {
        ids.add_folder(&worktree.join(&tickets));
        ids.add_folder(&worktree.join(&tickets).join("archive"));
    }
    let references = repository.references().ok()?;
    let branches = [references.local_branches(), references.remote_branches()];
    let mut seen = HashSet::new();
    for mut branch in branches
        .into_iter()
        .flatten()
        .flatten()
        .flatten()
        .take(MAX_BRANCHES)
    {
        // Most branches have the same tickets, so most trees are seen already.
        let folder = branch.peel_to_id().ok().and_then(|it| {
            let tree = it.object().ok()?.peel_to_tree().ok()?;
            tree.lookup_entry_by_path(&tickets).ok()?
        });
        let Some(folder) = folder.filter(|it| seen.insert(it.object_id())) else {
            continue;
        };
        ids.add(Some(Names::Tree(folder.object_id())), || {
            ids_of_tree(folder.object().ok())
        });
    }
    Some(())
}

/// Those of a folder of tickets, its archive among them.
fn ids_of_tree(folder: Option<gix::Object<'_>>) -> BTreeSet<TicketId> {
    let mut ids = BTreeSet::new();
    let tree = folder.and_then(|it| it.try_into_tree().ok());
    for entry in tree.iter().flat_map(|it| it.iter()).flatten() {
        if entry.filename() == "archive" {
            let archive = entry.object().ok().and_then(|it| it.try_into_tree().ok());
            for entry in archive.iter().flat_map(|it| it.iter()).flatten() {
                ids.extend(id_of_file(&entry.filename().to_str_lossy()));
            }
        }
        ids.extend(id_of_file(&entry.filename().to_str_lossy()));
    }
    ids
}

/// `T-7k3f-slug.md` is of `T-7k3f`, `task-12 - Title.md` of `TASK-12`.
fn id_of_file(name: &str) -> Option<TicketId> {
    let stem = name.strip_suffix(".md")?;
    let (prefix, rest) = stem.split_once('-')?;
    let end = rest
        .find(|it: char| !it.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    let is_id =
        !prefix.is_empty() && prefix.chars().all(|it| it.is_ascii_alphanumeric()) && end > 0;
    is_id.then(|| TicketId::new(&format!("{prefix}-{}", &rest[..end])))
}

/// A repository is input like any other: what it makes a library do stays here.
pub(crate) fn guarded<T>(read: impl FnOnce() -> Option<T>) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read))
        .inspect_err(|_| tracing::warn!("git's repository could not be read"))
        .ok()?
}

#[cfg(test)]
mod tests;
