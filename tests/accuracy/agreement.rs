//! Holds the lexer and the tree-sitter grammars to one answer over all files of some folders.
//!
//! `cargo run --example agreement --features all-grammars -- FOLDER...` prints each TODO that only
//! one of the two finds, and a table by language. It fails where more than one in a hundred differ.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use docket_core::comments::{Comment, Reader};
use docket_core::config::Config;
use docket_core::prefilter::Prefilter;
use docket_core::{comments, syntax, text, todo};
use docket_grammars::{compiled, language_of};

/// What was counted of one language.
#[derive(Default)]
struct Count {
    files: usize,
    both: usize,
    lexer: usize,
    grammar: usize,
}

fn main() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let config = Config::default();
    let prefilter = Prefilter::new(&config, &[]);
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let folders: Vec<_> = std::env::args_os().skip(1).collect();
    anyhow::ensure!(!folders.is_empty(), "name the folders to read");
    for folder in &folders {
        let walk = ignore::WalkBuilder::new(folder)
            .standard_filters(false)
            .max_filesize(Some(2 << 20))
            .sort_by_file_path(Ord::cmp)
            .build();
        for entry in walk {
            let Ok(entry) = entry else { continue };
            if !entry.file_type().is_some_and(|it| it.is_file()) {
                continue;
            }
            let Ok(bytes) = std::fs::read(entry.path()) else {
                continue;
            };
            let path = entry.path().to_string_lossy();
            let Some(language) = language_of(&path, &bytes) else {
                continue;
            };
            // Hosts of other languages are read in one way alone.
            let has_grammar = language.grammar().and_then(compiled::grammar).is_some();
            if !has_grammar || language.host().is_some() {
                continue;
            }
            let Ok((text, _)) = text::decode(&bytes) else {
                continue;
            };
            let count = counts.entry(&language.name).or_default();
            count.files += 1;
            if !prefilter.is_hit(&text) {
                continue;
            }
            let Some(parsed) = syntax::comments(language, &text) else {
                continue;
            };
            let read = comments::comments(language, &text, Reader::Exact);
            let hits = hits(&text, &read, &config);
            let tree = self::hits(&text, &parsed, &config);
            count.both += hits.intersection(&tree).count();
            count.lexer += hits.difference(&tree).count();
            count.grammar += tree.difference(&hits).count();
            for (at, who) in hits
                .difference(&tree)
                .map(|at| (*at, "lexer"))
                .chain(tree.difference(&hits).map(|at| (*at, "grammar")))
            {
                let line = text[..at].iter().filter(|&&it| it == b'\n').count() + 1;
                let end = text[at..].iter().position(|&it| it == b'\n');
                let shown = &text[at..end.map_or(text.len(), |it| at + it).min(at + 90)];
                let shown = String::from_utf8_lossy(shown);
                writeln!(out, "{} {who} {path}:{line}: {shown}", language.name)?;
            }
        }
    }
    let both: usize = counts.values().map(|it| it.both).sum();
    let differ: usize = counts.values().map(|it| it.lexer + it.grammar).sum();
    writeln!(out, "language | files | both | lexer alone | grammar alone")?;
    for (name, it) in counts {
        let Count {
            files,
            both,
            lexer,
            grammar,
        } = it;
        writeln!(out, "{name} | {files} | {both} | {lexer} | {grammar}")?;
    }
    anyhow::ensure!(differ * 100 <= both, "{differ} of {both} differ");
    Ok(())
}

/// The offsets of the TODOs of `text`.
fn hits(text: &[u8], comments: &[Comment], config: &Config) -> BTreeSet<usize> {
    let (todos, _) = todo::todos(text, comments, config);
    todos.iter().map(|it| it.span.start as usize).collect()
}
