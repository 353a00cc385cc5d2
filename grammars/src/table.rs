//! The rows of `languages.toml`: what a language is called and how it marks comments and strings.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One language of `languages.toml`.
#[derive(Debug)]
pub struct Language {
    /// Lower-case name, unique: `rust`, `c-sharp`, `objective-c`.
    pub name: String,
    /// Its place in [`crate::all`]; stable within one run of the program alone.
    pub index: usize,
    pub(crate) row: Row,
    /// How comments and strings look, shared by languages of one family.
    pub syntax: Syntax,
}

impl Language {
    /// Name of its tree-sitter grammar; whether that is on board says [`crate::compiled`].
    pub fn grammar(&self) -> Option<&str> {
        self.row.grammar.as_deref()
    }

    /// Whether its lexer decides every file; one that does not says file by file whether it was certain.
    pub fn exact(&self) -> bool {
        self.row.exact
    }

    /// The other names it is known by: LSP language ids and words after a Markdown fence.
    pub fn aliases(&self) -> &[String] {
        &self.row.aliases
    }

    /// File extensions without the dot, most common first.
    pub fn extensions(&self) -> &[String] {
        &self.row.extensions
    }

    /// Its manner of documentation strings, if it has any.
    pub fn docstrings(&self) -> Option<Docstrings> {
        self.row.docstrings
    }

    /// What other languages stand in its files.
    pub fn host(&self) -> Option<Host> {
        self.row.host
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Row {
    #[serde(default)]
    pub(crate) extensions: Vec<String>,
    /// Extensions that another language has, taken only where a line of the file's head begins
    /// with one of the words.
    #[serde(default)]
    pub(crate) contested: BTreeMap<String, Vec<String>>,
    /// Whole file names, or with one `*`.
    #[serde(default)]
    pub(crate) files: Vec<String>,
    #[serde(default)]
    pub(crate) interpreters: Vec<String>,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    pub(crate) syntax: String,
    pub(crate) grammar: Option<String>,
    #[serde(default = "yes")]
    pub(crate) exact: bool,
    pub(crate) docstrings: Option<Docstrings>,
    pub(crate) host: Option<Host>,
}

fn yes() -> bool {
    true
}

/// Where documentation strings stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Docstrings {
    /// First in a module, class or function.
    Python,
    /// After `@doc`, `@moduledoc` or `@typedoc`.
    Elixir,
    /// Right before a definition.
    Julia,
}

/// How a file holds parts in other languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Host {
    /// `<script>` and `<style>`.
    Html,
    /// Fenced code.
    Markdown,
    /// Cells of a Jupyter notebook.
    Notebook,
}

/// How comments and strings look: data for the one lexer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Syntax {
    #[serde(default)]
    pub line: Vec<Line>,
    #[serde(default)]
    pub block: Vec<Block>,
    #[serde(default)]
    pub strings: Vec<Quote>,
    /// Sequences of code that are passed over as a whole, though they hold a marker.
    #[serde(default)]
    pub skip: Vec<String>,
    /// Openers that take the byte after them along, whatever it is: `\` in shell, `?` in Elixir.
    #[serde(default)]
    pub escape: Vec<Escape>,
    #[serde(default)]
    pub features: Vec<Feature>,
    /// A line that is only this ends the code.
    #[serde(default)]
    pub end: Vec<String>,
}

/// A comment that ends with its line.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Line {
    pub open: String,
    #[serde(default)]
    pub when: When,
    /// `\` before the line break carries it on, as in C.
    #[serde(default)]
    pub continued: bool,
    /// Letters of the marker match in either case.
    #[serde(default)]
    pub any_case: bool,
    /// The byte after the marker must be one of these or a line's end.
    pub before: Option<String>,
    /// The byte after the marker must be none of these.
    pub not_before: Option<String>,
}

/// A comment with an end marker.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Block {
    pub open: String,
    pub close: String,
    #[serde(default)]
    pub when: When,
    #[serde(default)]
    pub nested: bool,
    /// Strings inside are read, so that a marker in one is none (OCaml).
    #[serde(default)]
    pub strings: bool,
    /// The end marker must stand first on its line (Ruby, Perl).
    #[serde(default)]
    pub close_at_line_start: bool,
}

/// A string.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Quote {
    pub open: String,
    /// The opener where it is not said.
    pub close: Option<String>,
    /// The byte that takes the next one along.
    pub escape: Option<char>,
    /// Goes on over line breaks; else an unclosed one ends with its line.
    #[serde(default)]
    pub lines: bool,
    /// Of a run of quotes the last ones close it (Scala, Kotlin, TOML).
    #[serde(default)]
    pub run: bool,
    /// One that does not close on its line is no string at all, but a lone mark.
    #[serde(default)]
    pub closed: bool,
    #[serde(default)]
    pub when: When,
    /// Opens code inside the string: `${`, `#{`, `\(`. Its last byte says what closes it.
    pub hole: Option<String>,
    /// Sequences inside that are none of closer, escape or hole: `{{`, `''$`.
    #[serde(default)]
    pub plain: Vec<String>,
}

/// An opener that takes the next byte along.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Escape {
    pub open: String,
    #[serde(default)]
    pub when: When,
}

/// Where a marker counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    #[default]
    Anywhere,
    /// In the first column.
    LineStart,
    /// Before it on the line stand blanks alone.
    Indented,
    /// After a blank or at the line's start (YAML).
    Blank,
    /// Where a shell's word begins: after a blank or one of `;&|()` and backtick.
    Word,
    /// Not right after a letter, digit, `_`, or one of `'$`.
    NotInWord,
    /// Not right after a value: a word, `)`, `]`, `}`, `'` or `.` (transposition in MATLAB and Julia).
    NotAfterValue,
    /// Not after an odd number of `\`.
    NotEscaped,
    /// Where a YAML value begins.
    ValueStart,
    /// First on its line or after `;` (Tcl).
    Command,
    /// In a line of a recipe (Makefile).
    Recipe,
    /// As in a Makefile: unescaped outside recipes, at a word's start within.
    Make,
    /// In column 7 (COBOL, fixed form).
    Column7,
    /// Not part of a longer operator (Haskell's `-->`).
    NotInOperator,
}

/// What a list of markers cannot say. Each has one function in the lexer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// `'a'`, `'\n'`; anything else that begins with `'` is a lifetime, a symbol or a prime.
    Char,
    /// As `char`, but not after a word or a number, which may end in `'` (Haskell, OCaml, C++ separators).
    CharOutsideWord,
    /// `'…'` of any length on one line, unless it separates digits.
    CChar,
    /// `"…"`, `r"…"`, `r#"…"#`.
    RustString,
    /// `"…"` and `R"x(…)x"`.
    CppString,
    /// `"""…"""` with three quotes or more, `$` before them allowed (C#).
    RawQuotes,
    /// `#"…"#`, `#"""…"""#` and regex `#/…/#`.
    SwiftHash,
    /// `r"(…)"`, `R"--[…]--"`.
    RRaw,
    /// `[[…]]`, `[==[…]==]`.
    LongBracket,
    /// The same right after a comment's marker makes a block comment.
    LongComment,
    /// `$$…$$`, `$tag$…$tag$`.
    DollarQuote,
    /// `{|…|}`, `{id|…|id}`.
    QuotedString,
    /// `q"(…)"`, `q{…}` and `r"…"` of D.
    DString,
    /// `<<WORD`, `<<-WORD`, `<<'WORD'`.
    ShellHeredoc,
    /// `<<~WORD`, `<<-"WORD"`.
    RubyHeredoc,
    /// `<<<WORD`.
    PhpHeredoc,
    /// `<<"WORD"`, `<<~WORD`.
    PerlHeredoc,
    /// `@"…"@` and `@'…'@` with the closer first on its line.
    PowershellHere,
    /// `/…/` where no division can stand.
    Regex,
    /// Elements with text, attributes and code in braces. Needs `regex` before it.
    Jsx,
    /// Ruby's `/…/`, `%w[…]`, `?x`.
    Ruby,
    /// Perl's `m`, `s`, `tr`, `y`, `q`, `qq`, `qw`, `qr`, `/…/` and special variables.
    Perl,
    /// `~s(…)`, `~S"""…"""`.
    Sigil,
    /// `|` and `>` of YAML.
    BlockScalar,
    /// `url(…)` without quotes.
    CssUrl,
    /// Text outside `<?php … ?>`, and `?>` that ends a line comment.
    PhpTags,
    /// `"` of Vim script: a comment where no string can begin or end.
    VimQuote,
}
