//! The facts that stand in a file's comments: TODOs, mentions of tickets, ignore comments.

use docket_grammars::{Host, Language, language_of};

use crate::comments::{Comment, Reader, comments_with};
use crate::config::Config;
use crate::facts::{FileFacts, Skip};
use crate::finding::Problem;
use crate::notebook::Notebook;
use crate::prefilter;
use crate::span::{Span, Spanned};
use crate::syntax;
use crate::todo::{Todo, is_long_line, todos};
use crate::{ids, ignores};

pub(super) fn read(
    facts: &mut FileFacts,
    path: &str,
    text: &[u8],
    config: &Config,
    reader: Reader,
) {
    let Some(language) = language_of(path, text) else {
        return;
    };
    let hits = prefilter::all_hits(text, config);
    let n_hits = hits.len();
    let hits: Vec<usize> = hits
        .into_iter()
        .filter(|it| !is_long_line(text, *it))
        .collect();
    if hits.len() < n_hits {
        facts.skip = Some(Skip::LongLine);
    }
    if hits.is_empty() {
        return;
    }
    let found = match language.host() {
        Some(Host::Notebook) => notebook(text, config, reader),
        _ => plain(language, text, &hits, config, reader),
    };
    facts.todos = found.todos;
    facts.mentions = found.mentions;
    facts.ignores = found.ignores;
    facts.problems = found.problems;
}

#[derive(Default)]
struct Found {
    todos: Vec<Todo>,
    mentions: Vec<Spanned<String>>,
    ignores: Vec<super::Ignore>,
    problems: Vec<Problem>,
}

fn plain(
    language: &Language,
    text: &[u8],
    hits: &[usize],
    config: &Config,
    reader: Reader,
) -> Found {
    // Comments are read as a scan reads them, so that editor and terminal cannot disagree; an open
    // document's tree adds what only it knows (decision 010).
    let comments = comments_with(language, text, Reader::Exact, Some(hits));
    let mut found = in_comments(text, &comments, config);
    if reader == Reader::Tree && language.host().is_none() && !found.todos.is_empty() {
        let offsets: Vec<usize> = found
            .todos
            .iter()
            .map(|it| it.span.start as usize)
            .collect();
        let scopes = syntax::scopes(language, text, &offsets);
        for (todo, scope) in found.todos.iter_mut().zip(scopes) {
            todo.scope = scope;
        }
    }
    found.ignores = ignores::in_spans(text, &comments.iter().map(|it| it.span).collect::<Vec<_>>());
    found
}

/// TODOs are read in the cells' text and then moved to their places in the file.
fn notebook(text: &[u8], config: &Config, reader: Reader) -> Found {
    let Some(notebook) = Notebook::read(text) else {
        return Found::default();
    };
    let mut found = in_comments(notebook.text.text(), &notebook.comments(reader), config);
    let place = |span: &mut Span| *span = notebook.text.place(*span);
    for todo in &mut found.todos {
        place(&mut todo.span);
        place(&mut todo.keyword_span);
        place(&mut todo.whole);
        todo.insert_at = notebook.text.end(todo.insert_at as usize) as u32;
        todo.references
            .iter_mut()
            .for_each(|it| place(&mut it.span));
        todo.conditions
            .iter_mut()
            .for_each(|it| place(&mut it.span));
        todo.due.iter_mut().for_each(|it| place(&mut it.span));
    }
    found.mentions.iter_mut().for_each(|it| place(&mut it.span));
    found.problems.iter_mut().for_each(|it| place(&mut it.span));
    let comments: Vec<Span> = notebook
        .comments_in_file(reader)
        .iter()
        .map(|it| it.span)
        .collect();
    found.ignores = ignores::in_spans(text, &comments);
    found
}

fn in_comments(text: &[u8], comments: &[Comment], config: &Config) -> Found {
    let (todos, problems) = todos(text, comments, config);
    let mut mentions: Vec<Spanned<String>> = comments
        .iter()
        .flat_map(|it| ids::mentions(text, it.text))
        .collect();
    mentions.sort_by_key(|it| it.span);
    let mut read: Vec<Span> = todos
        .iter()
        .flat_map(|it| {
            let references = it.references.iter().map(|it| it.span);
            references.chain(it.conditions.iter().map(|it| it.span))
        })
        .collect();
    read.sort();
    mentions.retain(|it| {
        let idx = read.partition_point(|span| span.start <= it.span.start);
        !idx.checked_sub(1)
            .is_some_and(|idx| read[idx].contains(it.span))
    });
    Found {
        todos,
        mentions,
        ignores: Vec::new(),
        problems,
    }
}
