//! `write-docs`: pages of what source files declare, made and renewed.

use std::cell::OnceCell;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use docket_ai::tokens;
use docket_core::edit::Change;
use docket_core::facts::{MAX_FILE, generated_path, test_path, vendored_path};
use docket_core::lineage::{Digest, Lineage, code};
use docket_core::propose::Seen;
use docket_core::propose::write_docs::{self, Code, Documented, Pages, Wanting};
use docket_core::world::paths;

use super::ask::{Asked, Made, Question, Run, Stopped, untrusted};
use super::verbs::left_out;
use super::{Body, ProposeError};
use crate::env::Env;
use crate::git::Git;
use crate::scan::listing::{self, Listing};
use crate::scan::n_threads;

const VERB: &str = "write-docs";
/// Most files of one run.
const MAX_FILES: usize = 64;
/// How many commits of a file are looked into for what a section was made from.
const MAX_COMMITS: usize = 50;

pub(super) async fn write_docs(run: &Run<'_>, path: &str) -> Result<Made, Stopped> {
    let project = run.project;
    let files = files(run, path)?;
    let model = run.model(VERB)?;
    let (mut change, mut notes) = (Change::default(), Vec::new());
    let (mut n_pages, mut n_sections) = (0, 0);
    let mut paid: Option<Asked<()>> = None;
    for (path, text) in &files {
        let Some(code) = Code::read(path, text) else {
            continue;
        };
        let page = code.page();
        let known = match project.snapshot.document(&page) {
            Some(it) => Some(it.text()),
            None => fs::read_to_string(project.root.join(&page)).ok(),
        };
        let wanting = write_docs::wanting(&project.snapshot, &code, known);
        if wanting.is_nothing() {
            continue;
        }
        let past = Past::new(&project.root, &project.env, path);
        let before = |part: &str, digest: Digest| past.text(part, digest);
        run.doing(&format!("documenting {path}"));
        let Pages {
            change: of_file,
            notes: said,
            n_sections: n,
        } = match &model {
            Some(model) if !wanting.parts().is_empty() => {
                let question = question(run, &code, &wanting);
                let check = |answer: &Documented, seen: &Seen<'_>| {
                    write_docs::check(&wanting, answer, seen)
                };
                let asked = run.ask(&**model, question, &check).await?;
                let (answer, asked) = asked.split();
                let mark = asked.origin.line(&asked.id);
                paid = Some(match paid {
                    Some(before) => before.and(asked),
                    None => asked,
                });
                wanting.by_answer(&answer, &mark, &before)
            }
            _ => wanting.by_source(&before),
        };
        change.creates.extend(of_file.creates);
        change.edits.extend(of_file.edits);
        notes.extend(said);
        n_pages += 1;
        n_sections += n;
    }
    if change == Change::default() {
        let said = match notes.is_empty() {
            true => format!("nothing new is to be told of {}", shown(path)),
            false => notes.join(" "),
        };
        return Err(ProposeError::Nothing(said).into());
    }
    let (id, key, origin) = match paid {
        Some(it) => {
            notes.extend(left_out(it.left_out));
            (it.id, it.key, Some(it.origin))
        }
        None => {
            let plain = run.without(VERB, path, &format!("{change:?}"))?;
            (plain.id, plain.key, None)
        }
    };
    Ok(Made {
        id,
        key,
        verb: VERB,
        of: path.to_owned(),
        title: format!(
            "Document {}: {n_sections} {} on {n_pages} {}",
            shown(path),
            counted(n_sections, "section"),
            counted(n_pages, "page"),
        ),
        body: Body {
            change,
            notes,
            origin,
            told: None,
            talk: None,
        },
    })
}

fn shown(path: &str) -> &str {
    match path {
        "" => "the project",
        path => path,
    }
}

fn counted(n: usize, what: &str) -> String {
    match n {
        1 => what.to_owned(),
        _ => format!("{what}s"),
    }
}

fn question<'q>(run: &Run<'_>, code: &Code<'q>, wanting: &Wanting<'_>) -> Question<'q> {
    let budget = u64::from(run.project.snapshot.config.ai.context);
    let mut text = String::new();
    if tokens::estimate(code.text) <= budget {
        text.push_str(code.text);
    } else {
        // Of a file that is too long what is to be told of.
        let names = wanting.names();
        let declarations = code.outline.declarations.iter();
        for it in declarations.filter(|it| names.contains(&it.name.as_str())) {
            let part = &code.text[it.span.range()];
            if tokens::estimate(&text) + tokens::estimate(part) <= budget {
                text.push_str(part);
                text.push_str("\n\n");
            }
        }
    }
    Question {
        task: VERB,
        ticket: None,
        values: vec![
            ("code", untrusted(code.path, &text)),
            (
                "wanted",
                untrusted("what is to be written", &wanting.shown()),
            ),
        ],
        shown: vec![code.path],
        about: format!("{} {}", paths::stem(code.path), wanting.names().join(" ")),
        named: Vec::new(),
    }
}

/// The source files that a path means, with their texts, by path.
fn files(run: &Run<'_>, path: &str) -> Result<Vec<(String, String)>, ProposeError> {
    let root = &run.project.root;
    let nothing = |why: &str| ProposeError::Nothing(format!("`{}` {why}", shown(path)));
    let is_inside = path.is_empty() || paths::resolve("", path).as_deref() == Some(path);
    let place = root.join(path);
    if !is_inside || !place.exists() {
        return Err(nothing("is no file or folder of the project"));
    }
    if place.is_file() {
        let text = read(&place).ok_or_else(|| nothing("cannot be read as text"))?;
        if Code::read(path, &text).is_none() {
            return Err(nothing(
                "declares nothing that docket can tell of: no grammar reads it, or nothing is in it",
            ));
        }
        return Ok(vec![(path.to_owned(), text)]);
    }
    let config = &run.project.snapshot.config;
    let listed = listing::files(
        root,
        SystemTime::now(),
        n_threads(),
        &mut Listing::default(),
        None,
    );
    let below = |it: &str| {
        let rest = it.strip_prefix(path);
        path.is_empty() || rest.is_some_and(|it| it.starts_with('/'))
    };
    let mut files = Vec::new();
    for it in listed.into_iter().filter(|it| below(&it.path)) {
        let is_other = run.is_private(&it.path)
            || config.exclude.matches(&it.path)
            || vendored_path(&it.path)
            || generated_path(&it.path)
            || test_path(&it.path)
            || it.path.split('/').any(|it| it.starts_with('.'));
        let Some(text) = (!is_other).then(|| read(&root.join(&*it.path))).flatten() else {
            continue;
        };
        if Code::read(&it.path, &text).is_some_and(|it| it.outline.is_exported) {
            files.push((it.path.to_string(), text));
        }
        if files.len() > MAX_FILES {
            return Err(nothing(&format!(
                "has more than {MAX_FILES} files that declare something; name a folder of it"
            )));
        }
    }
    match files.is_empty() {
        true => Err(nothing("has no file that declares something for others")),
        false => Ok(files),
    }
}

fn read(path: &Path) -> Option<String> {
    let size = fs::metadata(path).ok()?.len();
    fs::read_to_string(path).ok().filter(|_| size <= MAX_FILE)
}

/// A file as its commits had it.
struct Past<'a> {
    root: &'a Path,
    env: &'a Env,
    path: &'a str,
    /// The newest first, with what it declared.
    texts: OnceCell<Vec<(String, Lineage)>>,
}

impl<'a> Past<'a> {
    fn new(root: &'a Path, env: &'a Env, path: &'a str) -> Self {
        Self {
            root,
            env,
            path,
            texts: OnceCell::new(),
        }
    }

    /// The text in which a part had this digest.
    fn text(&self, part: &str, digest: Digest) -> Option<String> {
        let texts = self.texts.get_or_init(|| self.read().unwrap_or_default());
        let mut had = texts.iter().filter(|it| {
            let part = it.1.part(part);
            part.is_some_and(|it| it.digest == digest)
        });
        had.next().map(|it| it.0.clone())
    }

    fn read(&self) -> Option<Vec<(String, Lineage)>> {
        let git = Git::find(self.root, self.env).ok()?;
        let texts = git.versions(self.path, MAX_COMMITS);
        let texts = texts.map(|text| {
            // The space around it is gone; digests do not see it.
            let parts = code::parts(self.path, &text);
            (text, parts)
        });
        Some(texts.collect())
    }
}
