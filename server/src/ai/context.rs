//! What of a project may have to do with a question, the likeliest first; [`docket_ai::pack`] takes
//! what fits.
//!
//! Words of the question are looked for in tickets, pages and sources. A word counts the more, the
//! fewer texts have it (inverse document frequency, Spärck Jones 1972) and the less, the oftener a
//! text has it already (BM25's saturation, Robertson et al. 1994).

use std::path::Path;

use aho_corasick::{AhoCorasick, MatchKind};
use docket_ai::pack::{Packed, Piece, pack};
use docket_core::config::Config;
use docket_core::facts::{MAX_FILE, generated_path, vendored_path};
use docket_core::world::Snapshot;
use ignore::WalkBuilder;

use super::privacy::Privacy;

/// docket's own configuration and prompts.
const OWN: &str = ".docs/docket.toml";
const PROMPTS: &str = ".docs/prompts/";
/// Most bytes of all files that are looked into.
const MAX_BYTES: u64 = 48 * 1024 * 1024;
/// Most words of a question that are looked for.
const MAX_WORDS: usize = 48;
/// Most texts that give pieces.
const MAX_TEXTS: usize = 24;
/// Lines of a piece of code, and how many two of them share.
const WINDOW: usize = 40;
const STEP: usize = 30;
/// Most pieces of one text.
const MAX_PIECES: usize = 3;
/// How soon more of the same word says no more.
const SATURATION: f64 = 1.2;
/// What a word in a path is worth beside one in the text.
const IN_PATH: f64 = 4.0;
/// What no score reaches: a piece that somebody named.
const NAMED: f64 = 1_000.0;

/// A question about a project.
pub struct About<'a> {
    pub text: &'a str,
    /// Files that are part of the question itself, and need not be found.
    pub known: &'a [&'a str],
    /// Files that surely have to do with it.
    pub named: &'a [String],
}

struct Text {
    path: String,
    text: String,
    /// How often each word occurs.
    counts: Vec<u32>,
}

/// What fits under the budget of `[ai] context`. Files that are private are never read.
pub fn gather(root: &Path, snapshot: &Snapshot, privacy: &Privacy, about: &About<'_>) -> Packed {
    let budget = u64::from(snapshot.config.ai.context);
    let words = words(about.text);
    pack(
        pieces(root, &snapshot.config, privacy, about, &words),
        budget,
    )
}

fn pieces(
    root: &Path,
    config: &Config,
    privacy: &Privacy,
    about: &About<'_>,
    words: &[String],
) -> Vec<Piece> {
    let Ok(finder) = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(words)
    else {
        return Vec::new();
    };
    let texts = texts(root, config, privacy, about, &finder, words.len());
    let weights = weights(&texts, words.len());
    let mut ranked: Vec<(f64, &Text)> = texts
        .iter()
        .map(|it| {
            let mut score = score(&it.counts, &weights);
            for at in finder.find_iter(&it.path) {
                score += IN_PATH * weights[at.pattern().as_usize()];
            }
            if about.named.contains(&it.path) {
                score += NAMED;
            }
            (score, it)
        })
        .filter(|it| it.0 > 0.0)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.path.cmp(&b.1.path)));
    let mut pieces = Vec::new();
    for (of_text, text) in ranked.into_iter().take(MAX_TEXTS) {
        let mut windows = windows(&text.text);
        for it in &mut windows {
            let counts = counts(&finder, &it.text, words.len());
            it.score = score(&counts, &weights);
        }
        windows.sort_by(|a, b| b.score.total_cmp(&a.score));
        for it in windows.into_iter().take(MAX_PIECES) {
            pieces.push(Piece {
                place: format!("{}:{}", text.path, it.place),
                // The text's own worth first: a good piece of a poor text is a chance.
                score: of_text + it.score,
                text: it.text,
            });
        }
    }
    pieces
}

/// Every file that may be shown and holds one of the words.
fn texts(
    root: &Path,
    config: &Config,
    privacy: &Privacy,
    about: &About<'_>,
    finder: &AhoCorasick,
    n_words: usize,
) -> Vec<Text> {
    let mut paths = Vec::new();
    let mut n_bytes = 0;
    let walk = WalkBuilder::new(root)
        .hidden(false)
        .require_git(false)
        .sort_by_file_path(Path::cmp)
        .filter_entry(|it| it.file_name() != ".git")
        .build();
    for entry in walk.flatten() {
        let is_file = entry.file_type().is_some_and(|it| it.is_file());
        let Some(path) = relative(root, entry.path()).filter(|_| is_file) else {
            continue;
        };
        // What docket itself is told is no part of what is built.
        let is_own = path == OWN || path.starts_with(PROMPTS);
        let is_other = is_own
            || privacy.is_private(&path)
            || config.exclude.matches(&path)
            || vendored_path(&path)
            || generated_path(&path)
            || about.known.contains(&path.as_str());
        if is_other {
            continue;
        }
        let size = entry.metadata().map_or(u64::MAX, |it| it.len());
        if size > MAX_FILE || n_bytes + size > MAX_BYTES {
            continue;
        }
        n_bytes += size;
        paths.push(path);
    }
    let read = |path: &String| {
        let text = std::fs::read_to_string(root.join(path)).ok()?;
        let counts = counts(finder, &text, n_words);
        let is_named = about.named.contains(path) || finder.is_match(path);
        let path = path.clone();
        (is_named || counts.iter().any(|it| *it > 0)).then_some(Text { path, text, counts })
    };
    // Reading is most of it. Their order is that of the paths, whoever is done first.
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let parts = paths.chunks(paths.len().div_ceil(n_threads).max(1));
        let threads: Vec<_> = parts
            .map(|some| scope.spawn(|| some.iter().filter_map(read).collect::<Vec<Text>>()))
            .collect();
        let done = threads.into_iter().map(|it| {
            it.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        done.flatten().collect()
    })
}

fn relative(root: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(root).ok()?.to_str()?;
    Some(path.replace('\\', "/"))
}

fn counts(finder: &AhoCorasick, text: &str, n_words: usize) -> Vec<u32> {
    let mut counts = vec![0; n_words];
    for it in finder.find_iter(text) {
        counts[it.pattern().as_usize()] += 1;
    }
    counts
}

/// Of each word: the fewer texts have it, the more.
fn weights(texts: &[Text], n_words: usize) -> Vec<f64> {
    let n = texts.len() as f64;
    let weight = |word: usize| {
        let n_with = texts.iter().filter(|it| it.counts[word] > 0).count() as f64;
        (1.0 + (n - n_with + 0.5) / (n_with + 0.5)).ln()
    };
    (0..n_words).map(weight).collect()
}

fn score(counts: &[u32], weights: &[f64]) -> f64 {
    let of_word = |(count, weight): (&u32, &f64)| {
        let count = f64::from(*count);
        weight * count * (SATURATION + 1.0) / (count + SATURATION)
    };
    counts.iter().zip(weights).map(of_word).sum()
}

/// A text in pieces of so many lines, named by the lines that they are, from 1.
fn windows(text: &str) -> Vec<Piece> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut windows = Vec::new();
    let mut from = 0;
    while from < lines.len() {
        let to = (from + WINDOW).min(lines.len());
        windows.push(Piece {
            place: format!("{}-{to}", from + 1),
            text: lines[from..to].concat(),
            score: 0.0,
        });
        if to == lines.len() {
            break;
        }
        from += STEP;
    }
    windows
}

/// What is looked for: words of three letters and more that say something, each once, and the parts
/// of those that are made of several.
fn words(text: &str) -> Vec<String> {
    const EMPTY: [&str; 44] = [
        "about", "after", "all", "also", "and", "any", "are", "because", "been", "before", "but",
        "can", "could", "does", "each", "for", "from", "has", "have", "how", "into", "its", "more",
        "must", "not", "one", "only", "other", "should", "some", "such", "than", "that", "the",
        "their", "then", "there", "they", "this", "was", "what", "when", "which", "with",
    ];
    let mut words: Vec<String> = Vec::new();
    let mut add = |word: &str| {
        let word = word.to_lowercase();
        let is_empty = word.chars().count() < 3
            || word.chars().all(|it| it.is_ascii_digit())
            || EMPTY.contains(&word.as_str());
        if !is_empty && !words.contains(&word) {
            words.push(word);
        }
    };
    for word in text.split(|it: char| !it.is_alphanumeric() && it != '_') {
        add(word.trim_matches('_'));
        for part in word.split('_') {
            add(stem(part));
        }
    }
    words.truncate(MAX_WORDS);
    words
}

/// Without the endings that English words take; what is left is looked for in the midst of words.
fn stem(word: &str) -> &str {
    let ends = ["ings", "ing", "ies", "ed", "es", "s"];
    let mut cut = ends.iter().filter_map(|it| word.strip_suffix(it));
    cut.find(|it| it.len() >= 4).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            #[expect(clippy::disallowed_methods, reason = "a test's own files")]
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    fn places(folder: &tempfile::TempDir, text: &str) -> Vec<String> {
        let config = Config::default();
        let privacy = Privacy::of(folder.path(), &config);
        let about = About {
            text,
            known: &["known.rs"],
            named: &[],
        };
        let mut pieces = pieces(folder.path(), &config, &privacy, &about, &words(text));
        pieces.sort_by(|a, b| b.score.total_cmp(&a.score));
        pieces.into_iter().map(|it| it.place).collect()
    }

    #[test]
    fn rare_words_find_what_has_to_do_with_a_question_and_nothing_private() {
        let filler = "fn parse() {}\n".repeat(60);
        let folder = project(&[
            ("src/lexer.rs", &format!("{filler}fn heredoc() {{}}\n")),
            ("src/parser.rs", &filler),
            ("secret/heredoc.rs", "heredoc"),
            ("known.rs", "heredoc"),
            ("target/heredoc.rs", "heredoc"),
            (".gitignore", "/target\n"),
            (".docketignore", "secret/\n"),
        ]);
        let found = places(&folder, "How does a heredoc parse?");
        assert_eq!(found[0], "src/lexer.rs:31-61");
        assert!(found.iter().all(|it| it.starts_with("src/")), "{found:?}");
        assert_eq!(found, places(&folder, "How does a heredoc parse?"));
    }

    #[test]
    fn words_say_something() {
        assert_eq!(
            words("How does the `parse_line` of strings work?"),
            ["parse_line", "parse", "line", "strings", "string", "work"]
        );
    }
}
