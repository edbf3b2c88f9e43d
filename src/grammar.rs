//! Whether code parses in its language, by the grammars of tree-sitter.

use tree_sitter::{Language, Parser};

/// Whether this program has grammars.
pub(crate) const IS_HERE: bool = true;

/// Tells whether code parses without an error; `None` for a language that there is no grammar of. Statements alone parse
/// too, without what a compiler wants around them; a `…` in place of some code does not.
pub(crate) fn parses(language: &str, code: &str) -> Option<bool> {
    let mut parser = Parser::new();
    parser.set_language(&grammar(language)?).ok()?;
    Some(!parser.parse(code, None)?.root_node().has_error())
}

fn grammar(language: &str) -> Option<Language> {
    Some(match language {
        "python" => tree_sitter_python::LANGUAGE.into(),
        "javascript" => tree_sitter_javascript::LANGUAGE.into(),
        "typescript" => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        "java" => tree_sitter_java::LANGUAGE.into(),
        "go" => tree_sitter_go::LANGUAGE.into(),
        "rust" => tree_sitter_rust::LANGUAGE.into(),
        "cpp" => tree_sitter_cpp::LANGUAGE.into(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_alone_parse_and_broken_code_does_not() {
        for (language, code, broken) in [
            ("python", "for x in y:\n    print(x)\n", "for x in y\n    print(x\n"),
            ("javascript", "const f = async () => { await g(); };\n", "const = 1;\n"),
            ("typescript", "let x: Array<number> = [];\n", "let x: = [];\n"),
            ("java", "int twice(int x) { return 2 * x; }\n", "int twice(int x { return }\n"),
            ("go", "x, err := f()\nif err != nil {\n\treturn err\n}\n", "func f( {\n"),
            ("rust", "let x: Vec<u8> = vec![];\nfor y in x {}\n", "let x: = vec![;\n"),
            ("cpp", "std::vector<int> v;\nfor (auto x : v) { f(x); }\n", "int f( { return; \n"),
        ] {
            assert_eq!([parses(language, code), parses(language, broken)], [Some(true), Some(false)], "{language}");
        }
        assert_eq!(parses("kotlin", "val x = 1"), None);
    }
}
