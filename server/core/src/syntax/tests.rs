//! Comments and scopes by grammar, shown with kind and text.

use docket_grammars::language_named;
use expect_test::{Expect, expect};

use super::*;

fn check(language: &str, text: &str, expect: Expect) {
    let language = language_named(language).unwrap();
    let comments = comments(language, text.as_bytes()).unwrap();
    let shown: String = comments
        .iter()
        .map(|it| format!("{:?} {:?}\n", it.kind, &text[it.text.range()]))
        .collect();
    expect.assert_eq(&shown);
}

/// The scope at each `$0` of `text`.
fn check_scopes(language: &str, text: &str, expect: Expect) {
    let language = language_named(language).unwrap();
    let mut plain = String::new();
    let mut offsets = Vec::new();
    for piece in text.split("$0") {
        plain.push_str(piece);
        offsets.push(plain.len());
    }
    offsets.pop();
    let shown: String = scopes(language, plain.as_bytes(), &offsets)
        .iter()
        .map(|it| format!("{}\n", it.join(" > ")))
        .collect();
    expect.assert_eq(&shown);
}

#[test]
fn rust_doc_comments_lose_their_line_break() {
    check(
        "rust",
        "/// a\n//! b\r\nfn f() { /* c /* d */ */ } // e\nlet s = \"// no\";",
        expect![[r#"
            Line "/ a"
            Line "! b"
            Block " c /* d */ "
            Line " e"
        "#]],
    );
}

#[test]
fn a_continued_line_comment_is_one() {
    check(
        "c",
        "int a; // one \\\n two\nint b; /* three",
        expect![[r#"
            Line " one \\\n two"
        "#]],
    );
    check(
        "c",
        "#define A 38 // in a macro\n",
        expect![[r#"
        Line " in a macro"
    "#]],
    );
}

#[test]
fn docstrings_stand_first_in_their_body() {
    check(
        "python",
        "#!/bin/python\n\"\"\"m\"\"\"\nclass A:\n    # x\n    'one'\n    y = 'no'\ndef f():\n    r'''two'''\ndef g():\n    f'no'\n",
        expect![[r##"
            Line "!/bin/python"
            Docstring "m"
            Line " x"
            Docstring "one"
            Docstring "two"
        "##]],
    );
    check(
        "elixir",
        "@moduledoc \"\"\"\nm\n\"\"\"\n@doc ~S\"one\"\n@doc false\n@x \"no\" # c\n",
        expect![[r#"
            Docstring "\nm\n"
            Docstring "one"
            Line " c"
        "#]],
    );
}

#[test]
fn templates_regexes_and_jsx_hold_no_comments() {
    check(
        "tsx",
        "const a = `// no ${1 /* a */}`;\nconst b = /\\/\\/ no/;\nconst c = <p title=\"// no\">// no {/* b */}</p>; // c\n",
        expect![[r#"
            Block " a "
            Block " b "
            Line " c"
        "#]],
    );
}

#[test]
fn scopes_name_what_they_are() {
    check_scopes(
        "rust",
        "$0mod m { impl Show for\n  Foo<T> { fn f() { $0 } } } trait T { $0 }",
        expect![[r#"
            mod m
            mod m > impl Show for Foo<T> > fn f
            trait T
        "#]],
    );
    check_scopes(
        "python",
        "class A:\n    def f(self):\n        $0pass\n",
        expect![[r#"
            class A > def f
        "#]],
    );
    check_scopes(
        "typescript",
        "namespace n { class A { m() { $0 } } }\nconst f = () => { $0 };\ndescribe('it', () => { test(\"works\", () => { $0 }) });",
        expect![[r#"
            namespace n > class A > m
            const f
            test it > test works
        "#]],
    );
    check_scopes(
        "cpp",
        "namespace a { struct B { int f() { $0 } }; }\nint *a::B::g() { $0 }",
        expect![[r#"
            namespace a > struct B > f
            a::B::g
        "#]],
    );
    check_scopes(
        "elixir",
        "defmodule A.B do\n  def f(x) when x > 1 do\n    $0\n  end\n  test \"it\" do\n    $0\n  end\nend\n",
        expect![[r#"
            defmodule A.B > def f
            defmodule A.B > test it
        "#]],
    );
}

#[test]
fn many_scopes_in_one_parse_are_each_right() {
    let text = "mod a { fn f() {} fn g() {} }\nfn h() {}\n";
    let language = language_named("rust").unwrap();
    let offsets: Vec<_> = (0..=text.len()).collect();
    let together = scopes(language, text.as_bytes(), &offsets);
    for (offset, scopes) in offsets.into_iter().zip(together) {
        assert_eq!(scope(language, text.as_bytes(), offset), scopes, "{offset}");
    }
}

#[test]
fn what_costs_too_much_is_given_up() {
    let language = language_named("rust").unwrap();
    let big = vec![b' '; MAX_BYTES + 1];
    assert!(SyntaxTree::parse(language, &big).is_none());
    assert!(SyntaxTree::parse(language, b"// a\r// b").is_none());
    assert!(SyntaxTree::parse(language, b"// \xff\n").is_some());
    let plain = language_named("vim").unwrap();
    assert!(SyntaxTree::parse(plain, b"").is_none());
}
