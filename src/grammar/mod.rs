//! Whether code parses in its language, by the grammars of tree-sitter.

mod language;

use tree_sitter::Parser;

use self::language::grammar;

/// Whether this program has grammars.
pub(crate) const IS_HERE: bool = true;

/// Tells whether code parses without an error, as a file or as a part of one; `None` for a language that there is no
/// grammar of. A `…` in place of some code does not parse.
pub(crate) fn parses(language: &str, code: &str) -> Option<bool> {
    let mut parser = Parser::new();
    parser.set_language(&grammar(language)?).ok()?;
    let mut parses = |code: &str| Some(!parser.parse(code, None)?.root_node().has_error());
    if parses(code)? {
        return Some(true);
    }
    let within = around(language);
    within.map_or(Some(false), |(before, after)| parses(&format!("{before}\n{code}\n{after}")))
}

/// Returns what makes a file of a part of one, where the grammar asks for it: a value at the end, members of a class.
fn around(language: &str) -> Option<(&'static str, &'static str)> {
    match language {
        "java" => Some(("class C {", "}")),
        "go" => Some(("package p\nfunc f() {", "}")),
        "rust" => Some(("fn f() {", "}")),
        "cpp" => Some(("void f() {", "}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_file_parses_and_broken_code_does_not() {
        for (language, code, broken) in [
            ("python", "for x in y:\n    print(x)\n", "for x in y\n    print(x\n"),
            ("javascript", "const f = async () => { await g(); };\n", "const = 1;\n"),
            ("typescript", "let x: Array<number> = [];\n", "let x: = [];\n"),
            ("java", "private int n;\nC(int n) { this.n = n; }\n", "int twice(int x { return }\n"),
            ("go", "x, err := f()\nif err != nil {\n\treturn err\n}\n", "func f( {\n"),
            ("rust", "let x: Vec<u8> = vec![];\nx.iter().max()\n", "let x: = vec![;\n"),
            ("cpp", "std::vector<int> v;\nfor (auto x : v) { f(x); }\n", "int f( { return; \n"),
        ] {
            assert_eq!([parses(language, code), parses(language, broken)], [Some(true), Some(false)], "{language}");
        }
        assert_eq!(parses("kotlin", "val x = 1"), None);
    }
}
