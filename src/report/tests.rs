//! What every format makes of one report with hostile names.

use super::*;

fn report() -> Report {
    let rows = vec![
        vec!["debugging".into(), 1_234_567.into(), Value::Share(0.25), Value::Gap(-0.05)],
        vec!["<b>|\u{1b}[31m\u{202e}".into(), 0.into(), Value::Share(0.0), Value::None],
    ];
    let section = Section {
        id: "area".into(),
        title: "By area".into(),
        ..Section::new(&["area", "total", "share", "gap"], rows)
    };
    Report { name: "coverage".into(), title: "Coverage".into(), about: None, sections: vec![section] }
}

#[test]
fn a_table_for_a_terminal() {
    insta::assert_snapshot!(report().render(ReportFormat::Table, &Look::default()));
}

#[test]
fn rows_of_csv() {
    insta::assert_snapshot!(visible(&report().render(ReportFormat::Csv, &Look::default()).replace('\n', "|")));
}

#[test]
fn one_object_of_json() {
    insta::assert_snapshot!(report().render(ReportFormat::Json, &Look::default()));
}

#[test]
fn tables_of_markdown() {
    insta::assert_snapshot!(report().render(ReportFormat::Markdown, &Look::default()));
}

#[test]
fn numbers_are_grouped_by_three_digits() {
    assert_eq!([0, 12, 999, 1000, 1_234_567].map(grouped), ["0", "12", "999", "1,000", "1,234,567"]);
}

#[test]
fn what_a_terminal_would_obey_is_shown_as_an_escape() {
    assert_eq!(visible("a\u{1b}[2Jb\u{9b}c\u{202e}d\u{7}é"), "a\\u{1b}[2Jb\\u{9b}c\\u{202e}d\\u{7}é");
}
