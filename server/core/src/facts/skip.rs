//! Why a file, or part of it, is not looked at: the reasons, and the pure tests for them.

use serde::{Deserialize, Serialize};

/// Largest file that is read, in bytes.
pub const MAX_FILE: u64 = 2 * 1024 * 1024;

/// Longest line that is read, in bytes without the line break.
pub const MAX_LINE: usize = 10_000;

/// How much of a file's beginning says whether it is generated, in bytes.
const HEAD: usize = 2_048;

/// Folders that hold other people's code or a tool's output, wherever they stand.
const VENDORED_FOLDERS: &[&str] = &[
    "node_modules",
    "bower_components",
    "jspm_packages",
    "vendor",
    "vendored",
    "third_party",
    "third-party",
    "thirdparty",
    "3rdparty",
    "Godeps",
    "Pods",
    "Carthage",
    "site-packages",
    "__pycache__",
    ".venv",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".eggs",
    ".gradle",
    ".terraform",
    ".yarn",
    ".pnpm-store",
    ".next",
    ".nuxt",
    ".svelte-kit",
    ".parcel-cache",
    ".dart_tool",
    ".stack-work",
    ".elixir_ls",
    ".zig-cache",
    "zig-cache",
    "_esy",
    ".git",
    ".hg",
    ".svn",
    ".jj",
];

/// Endings of files that a tool made from others.
const GENERATED_ENDINGS: &[&str] = &[
    ".min.js",
    ".min.mjs",
    ".min.cjs",
    ".min.css",
    ".bundle.js",
    ".js.map",
    ".css.map",
    ".pb.go",
    ".pb.gw.go",
    ".pb.cc",
    ".pb.h",
    "_pb2.py",
    "_pb2_grpc.py",
    "_pb2.pyi",
    ".g.dart",
    ".freezed.dart",
    ".designer.cs",
    ".generated.cs",
    ".g.cs",
];

/// Lock files: generated, whatever their head says.
const GENERATED_NAMES: &[&str] = &[
    "cargo.lock",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
    "composer.lock",
    "gemfile.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "pipfile.lock",
    "mix.lock",
    "pubspec.lock",
    "flake.lock",
    "go.sum",
    "packages.lock.json",
];

/// Why a file, or some of its lines, were not looked at. The names are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// Holds a NUL byte near its beginning.
    Binary,
    /// Over [`MAX_FILE`].
    TooLarge,
    /// A tool made it, as its name, its head or `linguist-generated` says.
    Generated,
    /// Other people's code, as its folder or `linguist-vendored` says.
    Vendored,
    /// Read, but for lines over [`MAX_LINE`] that hold a keyword.
    LongLine,
    /// Could not be opened or read, went away meanwhile, or has a name that is not Unicode.
    Unreadable,
    /// By `.gitignore`, `.ignore` or a personal ignore file; a folder with all that is in it.
    Ignored,
    /// By `exclude` of the configuration.
    Excluded,
    /// Reading it failed inside docket; the log says how.
    Failed,
}

impl Skip {
    pub const ALL: &'static [Self] = &[
        Self::Binary,
        Self::TooLarge,
        Self::Generated,
        Self::Vendored,
        Self::LongLine,
        Self::Unreadable,
        Self::Ignored,
        Self::Excluded,
        Self::Failed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::TooLarge => "too-large",
            Self::Generated => "generated",
            Self::Vendored => "vendored",
            Self::LongLine => "long-line",
            Self::Unreadable => "unreadable",
            Self::Ignored => "ignored",
            Self::Excluded => "excluded",
            Self::Failed => "failed",
        }
    }
}

/// Whether the path, relative to the project's root and with `/`, lies in one of the usual folders
/// of other people's code.
pub fn vendored_path(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.next_back();
    parts.any(is_vendored_folder)
}

/// Whether a folder of that name holds other people's code, so that a walk need not enter it.
pub fn is_vendored_folder(name: &str) -> bool {
    VENDORED_FOLDERS.contains(&name)
}

/// Whether the path says that the file is a test, or something that tests read.
pub fn test_path(path: &str) -> bool {
    let mut parts = path.split('/').rev();
    let name = parts.next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |it| it.0);
    let is_folder = |it: &str| {
        matches!(
            it,
            "test" | "tests" | "__tests__" | "spec" | "fixtures" | "corpus" | "testdata"
        )
    };
    parts.any(is_folder)
        || matches!(stem, "test" | "tests")
        || stem.starts_with("test_")
        || stem
            .rsplit_once(['.', '_', '-'])
            .is_some_and(|it| matches!(it.1, "test" | "tests" | "spec"))
}

/// Whether the file's name says that a tool made it.
pub fn generated_path(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name.to_ascii_lowercase();
    // Every ending has a second dot, or is one of protobuf's for Python: few names get further.
    let stem = name.rsplit_once('.').map_or("", |it| it.0);
    let may_end = stem.contains('.') || stem.contains("_pb2");
    GENERATED_NAMES.contains(&name.as_str())
        || may_end && GENERATED_ENDINGS.iter().any(|it| name.ends_with(it))
}

/// Whether the head of the text says that a tool made it: `@generated`, or `Code generated ... DO
/// NOT EDIT` on one line, as Go has it (<https://go.dev/s/generatedcode>).
///
/// Either must stand in what looks like a comment, so that code that writes such a line is not taken for it.
pub fn generated_text(text: &[u8]) -> bool {
    let head = &text[..text.len().min(HEAD)];
    // Every line that counts has this word; next to no file has it.
    memchr::memmem::find(head, b"generated").is_some()
        && head.split(|it| *it == b'\n').any(is_generated_line)
}

fn is_generated_line(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let marked = [
        &b"//"[..],
        b"/*",
        b"*",
        b"#",
        b"--",
        b";",
        b"<!--",
        b"%",
        b"(*",
        b"{-",
        b"\"\"\"",
        b"'''",
        b"@generated",
    ]
    .iter()
    .any(|it| line.starts_with(it));
    if !marked {
        return false;
    }
    let find = |needle: &[u8]| memchr::memmem::find(line, needle);
    let tagged = find(b"@generated").is_some_and(|at| {
        let quoted = at > 0 && matches!(line[at - 1], b'`' | b'"' | b'\'');
        let longer = line
            .get(at + b"@generated".len())
            .is_some_and(|it| it.is_ascii_alphanumeric() || *it == b'_');
        !quoted && !longer
    });
    tagged
        || find(b"ode generated ").is_some_and(|at| {
            at > 0
                && matches!(line[at - 1], b'C' | b'c')
                && memchr::memmem::find(&line[at..], b"DO NOT EDIT").is_some()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendored_folders_count_at_any_depth_but_not_as_files() {
        for path in [
            "node_modules/a.js",
            "web/node_modules/x/y.ts",
            "vendor/a/b.go",
        ] {
            assert!(vendored_path(path), "{path}");
        }
        for path in ["vendor", "src/vendor.rs", "vendors/a.go", "src/main.rs"] {
            assert!(!vendored_path(path), "{path}");
        }
    }

    #[test]
    fn generated_files_are_known_by_name_or_head() {
        for path in ["a/b.min.js", "api/x.pb.go", "Cargo.lock", "x/yarn.lock"] {
            assert!(generated_path(path), "{path}");
        }
        for ending in GENERATED_ENDINGS {
            assert!(generated_path(&format!("a/b{ending}")), "{ending}");
        }
        for path in ["min.js", "lock.rs", "src/pb.go"] {
            assert!(!generated_path(path), "{path}");
        }
        let yes = [
            "// Code generated by protoc-gen-go. DO NOT EDIT.\npackage x",
            "/* licence */\n# @generated by cbindgen\n",
            "/**\n * @generated SignedSource<<abc>>\n */",
            "<!-- @generated -->",
        ];
        for text in yes {
            assert!(generated_text(text.as_bytes()), "{text}");
        }
        let no = [
            "fn main() { print(\"// Code generated by x. DO NOT EDIT.\") }",
            "// writes a file marked `@generated`",
            "// Code generated by hand",
            "// DO NOT EDIT",
            "// @generatedCode is an annotation",
        ];
        for text in no {
            assert!(!generated_text(text.as_bytes()), "{text}");
        }
        let late = format!("{}\n// @generated", "x\n".repeat(3_000));
        assert!(!generated_text(late.as_bytes()));
    }

    #[test]
    fn names_are_those_of_serde() {
        for skip in Skip::ALL {
            assert_eq!(
                serde_json::to_string(skip).unwrap(),
                format!("\"{}\"", skip.name())
            );
        }
    }
}
