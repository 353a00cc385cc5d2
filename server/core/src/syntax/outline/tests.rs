//! Tests of outlines, a language each.

use std::fmt::Write;

use docket_grammars::language_named;
use expect_test::{Expect, expect};

use super::*;

fn check(language: &str, text: &str, expected: Expect) {
    let language = language_named(language).unwrap();
    let tree = SyntaxTree::parse(language, text.as_bytes()).unwrap();
    let outline = tree.outline(text.as_bytes());
    let mut out = String::new();
    if !outline.doc.is_empty() {
        writeln!(out, "file: {}", outline.doc).unwrap();
    }
    for it in outline.declarations {
        assert!(text[it.span.range()].contains(it.name.rsplit('.').next().unwrap()));
        writeln!(out, "{}\n  {}", it.name, it.signature.replace('\n', "\n  ")).unwrap();
        if !it.doc.is_empty() {
            writeln!(out, "  -- {}", it.doc.replace('\n', "\n  -- ")).unwrap();
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn rust_tells_what_is_public() {
    check(
        "rust",
        "//! Reads lines.\n//!\n//! One by one.\n\nuse std::fmt;\n\n/// How many.\npub const MAX: usize = 3;\n\n// no documentation\npub(crate) struct Hidden;\n\n/// A reader.\n///\n///     let it = 1;\n#[derive(Debug)]\npub struct Reader<'a> {\n    /// What is read.\n    pub text: &'a str,\n}\n\nimpl<'a> Reader<'a> {\n    /// The next line.\n    pub fn next(&mut self, max: usize) -> Option<&'a str>\n    where\n        Self: Sized,\n    {\n        fn inner() {}\n        None\n    }\n\n    fn own(&self) {}\n}\n\nimpl fmt::Display for Reader<'_> {\n    fn fmt(&self) {}\n}\n\n/// Can be read.\npub trait Read {\n    /// Reads.\n    fn read(&self) -> u8;\n}\n\npub type Lines = Vec<String>;\n\npub mod deep {\n    pub fn in_deep() {}\n    fn hidden() {}\n}\n\n#[cfg(test)]\nmod tests {\n    pub fn helper() {}\n}\n",
        expect![[r#"
            file: Reads lines.

            One by one.
            MAX
              pub const MAX: usize = 3
              -- How many.
            Reader
              pub struct Reader<'a> {
                  /// What is read.
                  pub text: &'a str,
              }
              -- A reader.
              -- 
              --     let it = 1;
            Reader.next
              pub fn next(&mut self, max: usize) -> Option<&'a str>
              where
                  Self: Sized
              -- The next line.
            Read
              pub trait Read
              -- Can be read.
            Read.read
              fn read(&self) -> u8
              -- Reads.
            Lines
              pub type Lines = Vec<String>
            deep
              pub mod deep
            deep.in_deep
              pub fn in_deep()
        "#]],
    );
}

#[test]
fn other_languages_by_their_own_words() {
    check(
        "python",
        "\"\"\"Counts.\n\nAll of them.\n\"\"\"\n\nclass Counter(Base):\n    \"\"\"A counter.\"\"\"\n\n    def add(self, n: int = 1) -> None:\n        \"\"\"Adds.\n\n        Twice.\n        \"\"\"\n        def inner(): pass\n\n    def _own(self): pass\n\n@cached\ndef total(*them):\n    return 1\n",
        expect![[r#"
            file: Counts.

            All of them.
            Counter
              class Counter(Base)
              -- A counter.
            Counter.add
              def add(self, n: int = 1) -> None
              -- Adds.
              -- 
              -- Twice.
            total
              @cached
              def total(*them)
        "#]],
    );
    check(
        "typescript",
        "/** A user.\n *  With a name. */\nexport interface User {\n  name: string;\n}\n\n// not said\nfunction own() {}\n\n/** Greets. */\nexport async function greet(user: User): Promise<void> {\n  own();\n}\n\nexport class Shop {\n  private secret(): void {}\n  /** Sells. */\n  sell(n: number): void {}\n}\n\nexport const twice = (n: number): number => {\n  return n * 2;\n};\n",
        expect![[r#"
            User
              export interface User {
                name: string;
              }
              -- A user.
              -- With a name.
            greet
              export async function greet(user: User): Promise<void>
              -- Greets.
            Shop
              export class Shop
            Shop.sell
              sell(n: number): void
              -- Sells.
            twice
              export const twice = (n: number): number
        "#]],
    );
    check(
        "go",
        "// Package cart holds goods.\npackage cart\n\n// Add puts one in.\n// It may fail.\nfunc (c *Cart) Add(n int) error {\n\treturn nil\n}\n\n// Cart is full.\ntype Cart struct {\n\tN int\n}\n\nfunc own() {}\n",
        expect![[r#"
            file: Package cart holds goods.
            Add
              func (c *Cart) Add(n int) error
              -- Add puts one in.
              -- It may fail.
            Cart
              type Cart struct {
              	N int
              }
              -- Cart is full.
        "#]],
    );
    check(
        "java",
        "package a;\n\n/** A cart. */\npublic class Cart {\n    private int n;\n\n    /** Adds. */\n    public void add(int n) { this.n += n; }\n    public void add(long n) {}\n    void own() {}\n}\n",
        expect![[r#"
            Cart
              public class Cart
              -- A cart.
            Cart.add
              public void add(int n)
              public void add(long n)
              -- Adds.
        "#]],
    );
    check(
        "c",
        "/* Adds two. */\nint add(int a, int b)\n{\n\treturn a + b;\n}\n\nstatic int own(void) { return 0; }\n\nstruct point {\n\tint x; /* across */\n};\n",
        expect![[r#"
            add
              int add(int a, int b)
              -- Adds two.
            point
              struct point {
              	int x; /* across */
              }
        "#]],
    );
}

#[test]
fn without_anything_public_the_outermost_are_told() {
    check(
        "rust",
        "/// Begins.\nfn main() {\n    go()\n}\n\nfn go() {}\n\nmod deep {\n    fn hidden() {}\n}\n",
        expect![[r#"
            main
              fn main()
              -- Begins.
            go
              fn go()
            deep
              mod deep
        "#]],
    );
}
