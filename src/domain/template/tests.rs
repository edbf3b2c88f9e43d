//! The space of small templates, and what is said of broken ones.

use std::collections::BTreeSet;

use super::*;
use crate::domain::taxonomy::Taxonomy;

fn parse(text: &str) -> Result<Template, Vec<TemplateError>> {
    let taxonomy = Taxonomy::parse(crate::assets::TAXONOMY).expect("well formed");
    Template::parse("debugging/small.toml", text, &taxonomy)
}

const SMALL: &str = r#"category = "bug_fix"
texts = ["{{open}} in {{language}}: {{code}} {{ask}} ({{tool}} {{flag}})", "{{ask}} {{code}} [{{fence}}] {{open}} {{tool}}{{flag}}"]

[slot]
ask = ["Why?", "Fix it.", { text = "Explain the borrow.", languages = ["rust"] }]

[[rows.case]]
language = "rust"
open = ["A crate", "A loop"]
code = "let {{x}} = 1;"

[[rows.case]]
languages = ["go", "cpp"]
open = "A file"
code = "x := 1"

[[rows.kit]]
tool = "make"
flag = ["-k", "-j", "-n"]

[[rows.kit]]
language = "rust"
tool = "cargo"
flag = "-q"
"#;

#[test]
fn the_space_is_counted_exactly() {
    let template = parse(SMALL).expect("a template");
    let sizes: Vec<_> = template.spaces().iter().map(|s| (s.language.as_str(), s.size())).collect();
    // rust: 2 texts × 2 openings × 3 asks × (3 + 1) kits; go and C++: 2 × 1 × 2 × 3.
    assert_eq!(sizes, [("go", 12), ("rust", 48), ("cpp", 12)]);
    assert_eq!(template.size(), 72);
}

#[test]
fn every_index_gives_another_prompt_and_nothing_lies_beyond() {
    let template = parse(SMALL).expect("a template");
    let texts: BTreeSet<String> = (0..72).map(|index| template.render(index).expect("within").text).collect();
    assert_eq!(texts.len(), 72);
    assert_eq!(template.render(72), None);
    assert!(texts.contains("A crate in Rust: let {{x}} = 1; Explain the borrow. (cargo -q)"));
    assert!(texts.contains("Why? x := 1 [cpp] A file make-j"));
    assert!(!texts.iter().any(|text| text.contains("C++") && text.contains("cargo")));
}

#[test]
fn a_language_and_a_case_have_their_indexes_side_by_side() {
    let template = parse(SMALL).expect("a template");
    for space in template.spaces() {
        for range in space.cases() {
            let languages: BTreeSet<String> =
                range.map(|index| template.render(index).expect("within").language).collect();
            assert_eq!(languages, BTreeSet::from([space.language.clone()]));
        }
    }
}

fn check(text: &str, expected: &str) {
    let errors = parse(text).expect_err("it is broken");
    let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(shown.join("\n"), expected);
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    check("category = 5\ntexts = []\n", "debugging/small.toml:1: invalid type: integer `5`, expected a string");
    check(
        &SMALL.replace("{{ask}} {{code}} [", "{{aks}} {{code}} ["),
        "debugging/small.toml:2: no slot and no row has a value for `aks`\n\
         debugging/small.toml:2: this text does not use `ask`; every text uses every slot",
    );
    check(
        &SMALL.replace("\"go\", \"cpp\"", "\"golang\""),
        "debugging/small.toml:12: expected a language that has a target, found `golang`",
    );
    check(
        &SMALL.replace("tool = \"cargo\"\nflag = \"-q\"", "tool = \"cargo\""),
        "debugging/small.toml:21: every row of `kit` has the fields of the first, flag, tool; found tool",
    );
    check(
        &SMALL.replace("[\"-k\", \"-j\", \"-n\"]", "[\"-k\", \"-k\"]"),
        "debugging/small.toml:17: the values of `flag` are to be one or more, each different",
    );
    check(
        &SMALL.replace("rows.case", "rows.cases"),
        "debugging/small.toml:1: expected rows of the table `case`: what the prompts are about",
    );
}
