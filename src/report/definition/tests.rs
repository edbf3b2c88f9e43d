//! What is said of definitions that are wrong.

use super::*;

fn problems(text: &str) -> String {
    let found = Definition::parse("mine.toml", text).expect_err("it is wrong");
    found.iter().map(|problem| format!("{problem}\n")).collect()
}

#[test]
fn the_reports_that_ship_are_well_formed() {
    for (file, text) in crate::assets::REPORTS {
        assert!(Definition::parse(file, text).is_ok(), "{:?}", Definition::parse(file, text));
    }
}

#[test]
fn a_typo_is_named_with_its_line_and_what_was_meant() {
    let text = "titel = \"Mine\"\nfilter = { langauge = \"go\" }\n\n[[section]]\nkind = \"tabel\"\ntitle = \"x\"\n\n\
                [[section]]\nkind = \"table\"\ntitle = \"y\"\naxes = \"area\"\nchart = \"bar\"\n\n\
                [[section]]\nkind = \"matrix\"\ntitle = \"z\"\nrows = \"area\"\ncolumns = \"lang\"\n";
    insta::assert_snapshot!(problems(text), @"
    mine.toml:1: there is no field `titel`; did you mean `title`?
    mine.toml:2: there is no field `langauge`; did you mean `language`?
    mine.toml:5: there is no kind of sections `tabel`; did you mean `table`?
    mine.toml:11: there is no field `axes`; did you mean `axis`?
    mine.toml:12: `chart` cannot be `bar`; did you mean `bars`?
    mine.toml:18: `columns` cannot be `lang`; did you mean `language`?
    ");
}

#[test]
fn what_is_missing_or_of_another_type_is_named() {
    insta::assert_snapshot!(problems("section = 5\n"), @r#"
    mine.toml:1: expected `title = "…"`
    mine.toml:1: expected sections as `[[section]]`
    "#);
    insta::assert_snapshot!(problems("title = \"a\"\n[[section]]\ntitle = \"b\"\n"), @r#"mine.toml:2: expected `kind = "…"`"#);
    insta::assert_snapshot!(problems("title = \"a\"\n[[section]]\nkind = \"runway\"\ntitle = 7\ncounts = [5, -1]\n"), @"
    mine.toml:4: `title` is text
    mine.toml:5: `counts` is a whole number above 0, or a list of them
    ");
    insta::assert_snapshot!(problems("title = \"a\"\n[[section]]\nkind = \"uses\"\n"), @r#"mine.toml:2: expected `title = "…"`"#);
    insta::assert_snapshot!(problems("title = \"a\n"), @r#"mine.toml:1: invalid basic string, expected `"`"#);
}

#[test]
fn two_sections_do_not_share_an_id() {
    let section = "[[section]]\nkind = \"table\"\ntitle = \"x\"\naxis = \"area\"\n";
    insta::assert_snapshot!(problems(&format!("title = \"a\"\n{section}{section}")), @r#"mine.toml:6: two sections have the id `area`; give one an `id = "…"` of its own"#);
    let layers = "[[section]]\nkind = \"matrix\"\ntitle = \"y\"\nrows = \"area\"\ncolumns = \"source\"\nid = \"area\"\n\
                  measure = [\"used\", \"total\"]\n";
    let as_layer = section.to_owned() + "id = \"area_used\"\n";
    insta::assert_snapshot!(problems(&format!("title = \"a\"\n{layers}{as_layer}")), @r#"mine.toml:9: two sections have the id `area_used`; give one an `id = "…"` of its own"#);
    let own = format!("title = \"a\"\n{section}{section}id = \"again\"\n");
    let definition = Definition::parse("mine.toml", &own).expect("it is well formed");
    assert_eq!(definition.sections.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["area", "again"]);
}

/// What can stand in a definition is explained where people look for it, and what is explained there can be read.
#[test]
fn the_readme_of_the_reports_names_whatever_a_definition_can_say() {
    let readme = include_str!("../../../reports/README.md");
    let fields = "title about filter section kind id note chart details axis measure rows columns counts unit by count";
    let (kinds, charts): (Vec<&str>, Vec<_>) = super::parse::KINDS.into_iter().unzip();
    let charts = charts.into_iter().flatten().map(|(name, _)| *name);
    for word in fields.split(' ').chain(kinds).chain(charts).chain(["none"]) {
        assert!(readme.contains(&format!("`{word}`")), "{word}");
    }
    let example = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    assert!(Definition::parse("mine.toml", example).is_ok(), "{:?}", Definition::parse("mine.toml", example));
}
