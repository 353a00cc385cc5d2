//! Pages of what source files declare, each section with a record of the declaration that it tells
//! of, so that alignment keeps them current.
//!
//! The frame is code's: headings, records, signatures. The words are the documentation that stands
//! in the source, or a model's.

mod words;

use std::fmt::Write;

use docket_grammars::language_of;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Seen, slice};
use crate::edit::{Change, FileCreate, FileEdit, TextEdit};
use crate::lineage::{Digest, Origin, Source, Whole, code};
use crate::span::Span;
use crate::syntax::outline::{Declaration, Outline};
use crate::world::Snapshot;
use words::{fence, quiet, quoted};

/// Where the pages are: one for each source file, under its path.
pub const FOLDER: &str = ".docs/reference/";
/// Longest text of one section, in bytes.
const MAX_TEXT: usize = 16 * 1024;

/// What is said of a source file and of what it declares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Documented {
    /// What the file is for and how its parts work together; empty where it was not asked for.
    pub overview: String,
    pub declarations: Vec<Said>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// As it is named in the question.
    pub name: String,
    /// What it does and what to know before using it, in Markdown without headings.
    pub text: String,
}

/// A source file as it is now.
pub struct Code<'a> {
    pub path: &'a str,
    pub text: &'a str,
    pub outline: Outline,
}

impl<'a> Code<'a> {
    /// `None` where nothing can be told of it: no grammar reads it, or it declares nothing.
    pub fn read(path: &'a str, text: &'a str) -> Option<Self> {
        let outline = code::outline(path, text)?;
        let is_something = !outline.declarations.is_empty();
        is_something.then_some(Self {
            path,
            text,
            outline,
        })
    }

    /// Where its page is.
    pub fn page(&self) -> String {
        format!("{FOLDER}{}.md", self.path)
    }

    fn language(&self) -> &str {
        let head = &self.text.as_bytes()[..self.text.len().min(256)];
        language_of(self.path, head).map_or("", |it| it.name.as_str())
    }

    fn source(&self, part: &str) -> Source {
        Source {
            whole: Whole::Page(self.path.into()),
            part: part.into(),
        }
    }

    fn parts(&self) -> impl Iterator<Item = Told<'_>> {
        let overview = Told {
            part: "",
            title: "Overview",
            digest: code::whole_digest(&self.outline),
            declaration: None,
            doc: &self.outline.doc,
        };
        let declared = self.outline.declarations.iter().map(|it| Told {
            part: &it.name,
            title: &it.name,
            digest: code::digest(it),
            declaration: Some(it),
            doc: &it.doc,
        });
        std::iter::once(overview).chain(declared)
    }

    fn section(&self, told: &Told<'_>, text: &str) -> String {
        let mut out = format!("## {}\n\n", told.title);
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "<!-- from: {}@{} -->\n\n",
            self.source(told.part),
            told.digest
        );
        out.push_str(&self.body(told, text));
        out
    }

    /// What stands under a section's heading and record.
    fn body(&self, told: &Told<'_>, text: &str) -> String {
        let mut out = String::new();
        if let Some(it) = told.declaration {
            let _ = write!(out, "{}\n\n", self.fenced(it));
        }
        let text = quiet(text);
        if !text.is_empty() {
            let _ = write!(out, "{text}\n\n");
        }
        out
    }

    fn fenced(&self, declaration: &Declaration) -> String {
        let fence = match declaration.signature.contains("```") {
            true => "````",
            false => "```",
        };
        format!(
            "{fence}{}\n{}\n{fence}",
            self.language(),
            declaration.signature
        )
    }
}

/// What one section tells of.
struct Told<'a> {
    /// Empty for the file itself.
    part: &'a str,
    title: &'a str,
    digest: Digest,
    declaration: Option<&'a Declaration>,
    doc: &'a str,
}

/// What has to be written of a file: its page as it would be, or what is new on the one there is.
pub struct Wanting<'a> {
    pub code: &'a Code<'a>,
    /// The page there is: its text, and its records of this file.
    page: Option<(String, Vec<Origin>, crate::text::Hash)>,
    /// Parts without a section, and those whose section was made from something else.
    parts: Vec<&'a str>,
}

/// What a page lacks; `text` is that of the page, where there is one.
pub fn wanting<'a>(snapshot: &Snapshot, code: &'a Code<'a>, text: Option<String>) -> Wanting<'a> {
    let path = code.page();
    let page = snapshot.file(&path).zip(text).map(|(facts, text)| {
        let origins = facts.lineage.origins.iter();
        let own = origins.filter(|it| it.source.whole.code() == Some(code.path));
        (text, own.cloned().collect::<Vec<_>>(), facts.hash)
    });
    let holds = |told: &Told<'_>| {
        let origins = page.iter().flat_map(|it| &it.1);
        let mut own = origins.filter(|it| *it.source.part == *told.part);
        own.next()
            .is_some_and(|it| it.recorded == Some(told.digest))
    };
    let parts = code
        .parts()
        .filter(|it| !holds(it))
        .map(|it| it.part)
        .collect();
    Wanting { code, page, parts }
}

/// The change, and what was left to a person, in a sentence each.
pub struct Pages {
    pub change: Change,
    pub notes: Vec<String>,
    /// Sections written, renewed or taken away.
    pub n_sections: usize,
}

/// What a source file was when a section was made from it, by the part and its digest then.
pub type Before<'a> = dyn Fn(&str, Digest) -> Option<String> + 'a;

impl Wanting<'_> {
    pub fn is_nothing(&self) -> bool {
        self.parts.is_empty() && self.gone().is_empty()
    }

    /// Parts that are to be written, the file itself by an empty name.
    pub fn parts(&self) -> &[&str] {
        &self.parts
    }

    /// Declarations that are to be told of, by name.
    pub fn names(&self) -> Vec<&str> {
        self.parts
            .iter()
            .copied()
            .filter(|it| !it.is_empty())
            .collect()
    }

    /// What a model is shown of each part, with the section that there is.
    pub fn shown(&self) -> String {
        let mut out = String::new();
        for told in self.code.parts().filter(|it| self.parts.contains(&it.part)) {
            let _ = match told.declaration {
                Some(it) => write!(out, "{}\n{}\n", it.name, it.signature),
                None => writeln!(out, "The file itself: its `overview`"),
            };
            if let Some(text) = self.section_of(told.part) {
                let _ = write!(out, "Its section so far:\n{}\n", text.trim());
            }
            out.push('\n');
        }
        out
    }

    fn origin(&self, part: &str) -> Option<&Origin> {
        let origins = self.page.iter().flat_map(|it| &it.1);
        origins.into_iter().find(|it| *it.source.part == *part)
    }

    /// Records of what the file no longer declares.
    fn gone(&self) -> Vec<&Origin> {
        let is_declared = |part: &str| self.code.parts().any(|it| it.part == part);
        let origins = self.page.iter().flat_map(|it| &it.1);
        origins.filter(|it| !is_declared(&it.source.part)).collect()
    }

    /// The text under a part's record, and where it is.
    fn under(&self, origin: &Origin) -> Option<(Span, &str)> {
        let (text, ..) = self.page.as_ref()?;
        let end = text[origin.span.end as usize..].find("-->")? + origin.span.end as usize + 3;
        let span = Span::new(end, origin.of.end as usize);
        Some((span, slice(text, span)))
    }

    /// What docket made of what a section records; `None` where nobody knows any more.
    fn was(&self, origin: &Origin, before: &Before<'_>) -> Option<String> {
        let part = &*origin.source.part;
        let text = before(part, origin.recorded?)?;
        let code = Code::read(self.code.path, &text)?;
        let told = code.parts().find(|it| it.part == part)?;
        Some(code.body(&told, told.doc).trim().to_owned())
    }

    fn section_of(&self, part: &str) -> Option<&str> {
        Some(self.under(self.origin(part)?)?.1)
    }

    /// The page, by the words of the source itself. A section that a person has changed keeps its
    /// words: it is only told of.
    pub fn by_source(&self, before: &Before<'_>) -> Pages {
        self.pages(
            None,
            |told, origin, under| {
                let new = self.code.body(told, told.doc);
                let is_own = self.was(origin, before).as_deref() == Some(under.trim());
                if is_own || new.trim() == under.trim() {
                    return Some(new);
                }
                // Its words are those of the source still: only the signature is another.
                let doc = quiet(told.doc);
                let fenced = told.declaration.map(|it| self.code.fenced(it))?;
                let (start, end) = fence(under)?;
                let words = under[end..].trim();
                (words == doc)
                    .then(|| format!("{fenced}{}", &under[end..]))
                    .filter(|_| under[..start].trim().is_empty())
            },
            before,
        )
    }

    /// The page, by the words of an answer that was checked; `mark` says who wrote it.
    pub fn by_answer(&self, answer: &Documented, mark: &str, before: &Before<'_>) -> Pages {
        self.pages(
            Some((answer, mark)),
            |told, _, _| Some(self.code.body(told, said(answer, told))),
            before,
        )
    }

    fn pages(
        &self,
        answer: Option<(&Documented, &str)>,
        renewed: impl Fn(&Told<'_>, &Origin, &str) -> Option<String>,
        before: &Before<'_>,
    ) -> Pages {
        let words = |told: &Told<'_>| match answer {
            Some((answer, _)) => said(answer, told).to_owned(),
            None => told.doc.to_owned(),
        };
        let path = self.code.page();
        let mut pages = Pages {
            change: Change::default(),
            notes: Vec::new(),
            n_sections: 0,
        };
        let Some((text, _, hash)) = &self.page else {
            let mut out = String::new();
            if let Some((_, mark)) = answer {
                let _ = write!(out, "---\n{}: {}\n---\n\n", super::GENERATED, quoted(mark));
            }
            let _ = write!(
                out,
                "# {}\n\n[Source](/{})\n\n",
                self.code.path, self.code.path
            );
            for told in self.code.parts() {
                out.push_str(&self.code.section(&told, &words(&told)));
                pages.n_sections += 1;
            }
            let text = format!("{}\n", out.trim_end());
            pages.change.creates.push(FileCreate { path, text });
            return pages;
        };
        let mut edits = Vec::new();
        // Where a new section goes: after that of what stands before it in the source.
        let mut after = text.len();
        for told in self.code.parts() {
            let origin = self.origin(told.part);
            let is_wanted = self.parts.contains(&told.part);
            match origin {
                Some(origin) => {
                    after = origin.of.end as usize;
                    let Some((span, under)) = self.under(origin).filter(|_| is_wanted) else {
                        continue;
                    };
                    let Some(new) = renewed(&told, origin, under) else {
                        pages.notes.push(format!(
                            "The section of {} stays as it is: it was changed by hand, or no commit has what it was made from. `docket align` shows it.",
                            named(self.code.path, told.part)
                        ));
                        continue;
                    };
                    edits.push(TextEdit {
                        span: origin.span,
                        text: format!("{}@{}", origin.source, told.digest),
                    });
                    // As much room below as there was.
                    let room = &under[under.trim_end().len()..];
                    let text = format!("\n\n{}{room}", new.trim());
                    if text != under {
                        edits.push(TextEdit { span, text });
                    }
                }
                None => {
                    let section = self.code.section(&told, &words(&told));
                    let gap = match &text[..after] {
                        it if it.ends_with("\n\n") => "",
                        it if it.ends_with('\n') => "\n",
                        _ => "\n\n",
                    };
                    let rest = if after == text.len() {
                        section.trim_end().len()
                    } else {
                        section.len()
                    };
                    let end = if after == text.len() { "\n" } else { "" };
                    let text = format!("{gap}{}{end}", &section[..rest]);
                    match edits
                        .iter_mut()
                        .find(|it: &&mut TextEdit| it.span == Span::new(after, after))
                    {
                        Some(known) => {
                            let known = &mut known.text;
                            if end == "\n" {
                                known.push('\n');
                            }
                            known.push_str(text.trim_start_matches('\n'));
                        }
                        None => edits.push(TextEdit {
                            span: Span::new(after, after),
                            text,
                        }),
                    }
                }
            }
            pages.n_sections += 1;
        }
        for origin in self.gone() {
            let name = named(self.code.path, &origin.source.part);
            let under = self.under(origin).map(|it| it.1.trim());
            let is_own = under.is_some() && under == self.was(origin, before).as_deref();
            if is_own {
                edits.push(TextEdit {
                    span: origin.of,
                    text: String::new(),
                });
                pages.n_sections += 1;
            } else {
                pages.notes.push(format!("{name} is gone, and its section is not what docket wrote: take it away or keep it by hand."));
            }
        }
        edits.sort_by_key(|it| it.span);
        if !edits.is_empty() {
            pages.change.edits.push(FileEdit {
                path,
                expected: *hash,
                edits,
            });
        }
        pages
    }
}

fn said<'a>(answer: &'a Documented, told: &Told<'_>) -> &'a str {
    match told.declaration {
        None => &answer.overview,
        Some(it) => {
            let mut texts = answer.declarations.iter();
            texts
                .find(|said| said.name == it.name)
                .map_or("", |it| &it.text)
        }
    }
}

/// What is wrong with an answer, beyond its schema.
///
/// # Errors
///
/// A sentence for the model.
pub fn check(wanting: &Wanting<'_>, answer: &Documented, seen: &Seen<'_>) -> Result<(), String> {
    let mut names = wanting.names();
    for it in &answer.declarations {
        let Some(at) = names.iter().position(|name| *name == it.name) else {
            return Err(format!("`{}` was not asked for, or is told twice", it.name));
        };
        names.swap_remove(at);
    }
    if let Some(it) = names.first() {
        return Err(format!("nothing is said of `{it}`"));
    }
    let overview = wanting
        .parts
        .contains(&"")
        .then_some(answer.overview.as_str());
    if overview.is_none() && !answer.overview.is_empty() {
        return Err("no overview was asked for: leave it empty".to_owned());
    }
    let texts = answer.declarations.iter().map(|it| it.text.as_str());
    for text in texts.clone().chain(overview) {
        if text.trim().is_empty() || text.len() > MAX_TEXT {
            return Err("a text is empty, or too long".to_owned());
        }
        if text.contains("<!--") {
            return Err(
                "a text has a comment of Markdown; it may only have words and code".to_owned(),
            );
        }
    }
    seen.check(texts.chain(overview))
}

fn named(path: &str, part: &str) -> String {
    match part {
        "" => format!("`{path}`"),
        part => format!("`{part}` in `{path}`"),
    }
}
