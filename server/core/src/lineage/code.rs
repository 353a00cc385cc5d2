//! Source files as something that pages are made from: what each declares for others to use.
//!
//! A part is a declaration with its documentation, without how it is done: a change of a body marks
//! nothing. The file itself is what its declarations are and what it says of itself.

use std::sync::LazyLock;

use docket_grammars::{compiled, language_of};

use super::{Digest, Lineage, Part};
use crate::facts;
use crate::span::{Lines, Span};
use crate::syntax::SyntaxTree;
use crate::syntax::outline::{Declaration, Outline};
use crate::text::Hash;

/// How much of a file says which language it is in.
const HEAD: usize = 256;

/// A source file that something was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Of its text.
    pub hash: Hash,
    pub lineage: Lineage,
    /// All of them: a file without TODOs has no facts that would know.
    pub lines: Lines,
}

/// What a source file declares, and where.
pub fn declared(path: &str, text: &str) -> Declared {
    Declared {
        hash: Hash::of(text.as_bytes()),
        lineage: parts(path, text),
        lines: Lines::full(text.as_bytes()),
    }
}

/// The same of a text whose parts are remembered: nothing is parsed. `None` where `lineage` cannot be
/// what [`declared`] made of it.
pub fn recalled(text: &str, lineage: Lineage) -> Option<Declared> {
    let is_part_of_it = |it: &Part| {
        let is_within = it.span.start <= it.span.end && it.span.end as usize <= text.len();
        is_within && it.leaves.is_empty()
    };
    let is_sound = lineage.origins.is_empty()
        && lineage.part("").is_some()
        && lineage.parts.is_sorted_by(|one, two| one.name <= two.name)
        && lineage.parts.iter().all(is_part_of_it);
    is_sound.then(|| Declared {
        hash: Hash::of(text.as_bytes()),
        lineage,
        lines: Lines::full(text.as_bytes()),
    })
}

/// Under which to remember the parts of a text of this hash: another one in a docket that may find
/// others in it, for its code or for the grammars that are built in.
pub fn key(text: Hash) -> Hash {
    static MADE_BY: LazyLock<String> = LazyLock::new(|| {
        let mut made_by = facts::VERSION.to_owned();
        for it in compiled::grammars() {
            let language = it.language();
            // Not all grammars tell their version; one that changes has other tables.
            let (states, kinds) = (language.parse_state_count(), language.node_kind_count());
            made_by.push_str(&format!(" {}/{states}/{kinds}", it.name));
        }
        made_by
    });
    Hash::of(&[MADE_BY.as_bytes(), text.bytes()].concat())
}

/// What a source file declares; `None` where no grammar reads it, or it is no text.
pub fn outline(path: &str, text: &str) -> Option<Outline> {
    let bytes = text.as_bytes();
    let language = language_of(path, &bytes[..bytes.len().min(HEAD)])?;
    Some(SyntaxTree::parse(language, bytes)?.outline(bytes))
}

/// The parts of a source file; one alone, all of it, where no grammar reads it.
pub fn parts(path: &str, text: &str) -> Lineage {
    let whole = Span::new(0, text.len());
    let part = |name: &str, digest, span| Part {
        name: name.into(),
        digest,
        leaves: Vec::new(),
        span,
    };
    let mut parts = match outline(path, text) {
        None => vec![part("", Digest::of(text), whole)],
        Some(it) => {
            let declared = it.declarations.iter();
            let declared = declared.map(|it| part(&it.name, digest(it), it.span));
            let mut parts = vec![part("", whole_digest(&it), whole)];
            parts.extend(declared);
            parts
        }
    };
    parts.sort_by(|one, two| one.name.cmp(&two.name));
    Lineage {
        parts,
        origins: Vec::new(),
    }
}

/// Of a declaration and its documentation.
pub fn digest(declaration: &Declaration) -> Digest {
    Digest::of(&format!("{} {}", declaration.signature, declaration.doc))
}

/// Of what the file says of itself, and of which declarations it has: what each says is its own.
pub fn whole_digest(outline: &Outline) -> Digest {
    let mut said = outline.doc.clone();
    for it in &outline.declarations {
        said.push(' ');
        said.push_str(&it.signature);
    }
    Digest::of(&said)
}
