//! The tree-sitter grammars that are built in, each with its query for comments and definitions.

use tree_sitter_language::LanguageFn;

/// A grammar that is built in.
#[derive(Clone, Copy)]
pub struct Grammar {
    pub name: &'static str,
    language: LanguageFn,
    /// Captures comments as `@line`, `@block`, `@comment` (either) or `@docstring`; code that the
    /// grammar does not look into as `@code`; definitions as `@scope` or `@scope.<keyword>`, with
    /// their `@name` and sometimes their `@keyword` or `@trait`.
    pub query: &'static str,
}

impl Grammar {
    pub fn language(&self) -> tree_sitter::Language {
        self.language.into()
    }
}

/// The grammar of the name that `languages.toml` gives, where it is built in.
pub fn grammar(name: &str) -> Option<&'static Grammar> {
    GRAMMARS.iter().find(|it| it.name == name)
}

/// All grammars that are built in.
pub fn grammars() -> &'static [Grammar] {
    GRAMMARS
}

macro_rules! grammars {
    ($($feature:literal $name:literal $language:expr, $query:literal;)*) => {
        static GRAMMARS: &[Grammar] = &[$(
            #[cfg(feature = $feature)]
            Grammar {
                name: $name,
                language: $language,
                query: include_str!(concat!("../queries/", $query, ".scm")),
            },
        )*];
    };
}

grammars! {
    "tree-sitter-rust" "rust" tree_sitter_rust::LANGUAGE, "rust";
    "tree-sitter-python" "python" tree_sitter_python::LANGUAGE, "python";
    "tree-sitter-javascript" "javascript" tree_sitter_javascript::LANGUAGE, "javascript";
    "tree-sitter-typescript" "typescript" tree_sitter_typescript::LANGUAGE_TYPESCRIPT, "typescript";
    "tree-sitter-typescript" "tsx" tree_sitter_typescript::LANGUAGE_TSX, "typescript";
    "tree-sitter-go" "go" tree_sitter_go::LANGUAGE, "go";
    "tree-sitter-java" "java" tree_sitter_java::LANGUAGE, "java";
    "tree-sitter-c" "c" tree_sitter_c::LANGUAGE, "c";
    "tree-sitter-cpp" "cpp" tree_sitter_cpp::LANGUAGE, "cpp";
    "tree-sitter-c-sharp" "c-sharp" tree_sitter_c_sharp::LANGUAGE, "c-sharp";
    "tree-sitter-ruby" "ruby" tree_sitter_ruby::LANGUAGE, "ruby";
    "tree-sitter-php" "php" tree_sitter_php::LANGUAGE_PHP, "php";
    "tree-sitter-bash" "bash" tree_sitter_bash::LANGUAGE, "bash";
    "tree-sitter-lua" "lua" tree_sitter_lua::LANGUAGE, "lua";
    "tree-sitter-html" "html" tree_sitter_html::LANGUAGE, "html";
    "tree-sitter-svelte-ng" "svelte" tree_sitter_svelte_ng::LANGUAGE, "svelte";
    "tree-sitter-css" "css" tree_sitter_css::LANGUAGE, "css";
    "tree-sitter-scala" "scala" tree_sitter_scala::LANGUAGE, "scala";
    "tree-sitter-kotlin-ng" "kotlin" tree_sitter_kotlin_ng::LANGUAGE, "kotlin";
    "tree-sitter-swift" "swift" tree_sitter_swift::LANGUAGE, "swift";
    "tree-sitter-elixir" "elixir" tree_sitter_elixir::LANGUAGE, "elixir";
    "tree-sitter-haskell" "haskell" tree_sitter_haskell::LANGUAGE, "haskell";
    "tree-sitter-zig" "zig" tree_sitter_zig::LANGUAGE, "zig";
    "tree-sitter-json" "json" tree_sitter_json::LANGUAGE, "json";
    "tree-sitter-yaml" "yaml" tree_sitter_yaml::LANGUAGE, "yaml";
    "tree-sitter-toml-ng" "toml" tree_sitter_toml_ng::LANGUAGE, "toml";
    "tree-sitter-ocaml" "ocaml" tree_sitter_ocaml::LANGUAGE_OCAML, "ocaml";
    "tree-sitter-ocaml" "ocaml-interface" tree_sitter_ocaml::LANGUAGE_OCAML_INTERFACE, "ocaml";
    "tree-sitter-sequel" "sql" tree_sitter_sequel::LANGUAGE, "sql";
    "tree-sitter-dart" "dart" tree_sitter_dart::LANGUAGE, "dart";
    "tree-sitter-r" "r" tree_sitter_r::LANGUAGE, "r";
    "tree-sitter-julia" "julia" tree_sitter_julia::LANGUAGE, "julia";
    "tree-sitter-nix" "nix" tree_sitter_nix::LANGUAGE, "nix";
    "tree-sitter-make" "make" tree_sitter_make::LANGUAGE, "make";
    "tree-sitter-cmake" "cmake" tree_sitter_cmake::LANGUAGE, "cmake";
    "tree-sitter-containerfile" "containerfile" tree_sitter_containerfile::LANGUAGE, "containerfile";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_grammar_loads_and_its_query_compiles() {
        let mut wrong = Vec::new();
        for grammar in grammars() {
            let language = grammar.language();
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(&language).expect(grammar.name);
            if let Err(error) = tree_sitter::Query::new(&language, grammar.query) {
                wrong.push(format!("{}: {error}", grammar.name));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
