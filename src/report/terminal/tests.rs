//! What a terminal is shown.

use super::*;
use crate::report::{Layer, ReportFormat};

fn section(title: &str, columns: &[&str], rows: Vec<Vec<Value>>, chart: Option<Chart>) -> Section {
    Section { title: title.to_owned(), chart, ..Section::new(columns, rows) }
}

fn shown(sections: Vec<Section>, look: &Look) -> String {
    let report = Report { name: "mine".into(), title: "Mine".into(), about: None, sections };
    report.render(ReportFormat::Table, look)
}

fn look(width: usize) -> Look {
    Look { width, ..Look::default() }
}

/// One section with each kind of charts, wide text, wide numbers, and letters of East Asia.
fn all() -> Vec<Section> {
    let chart = |kind, values: &[usize]| Some(Chart::new(kind, values, "prompts"));
    let bar = |name: &str, share, target| vec![name.into(), Value::Share(share), Value::Share(target)];
    let parts = |name: &str, a: u64, b: u64| vec![name.into(), a.into(), b.into()];
    let bars = Chart { mark: Some(2), ..Chart::new(ChartKind::Bars, [1], "share") };
    let wide = || (0..14).map(|n| format!("language-{n}")).collect::<Vec<_>>();
    let names: Vec<String> = std::iter::once("area".to_owned()).chain(wide()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let heat_row = |name: &str, times: u64| {
        std::iter::once(name.into()).chain((0..14).map(|n| Value::Count(n * n * times))).collect()
    };
    let layer = |name: &str| Some(Layer { of: "By area and language".into(), name: name.into() });
    let heat = |name: &str| Section {
        layer: layer(name),
        ..section(
            &format!("By area and language: {name}"),
            &names,
            vec![heat_row("code_generation", 1), heat_row("第一批", 7)],
            chart(ChartKind::Heat, &(1..15).collect::<Vec<_>>()),
        )
    };
    let long = "a name that goes on for longer than any line of a terminal that is still in use anywhere";
    let text = format!("{long}\n\tindented\n\n4\n5\n6\n7\n8\n");
    vec![
        section(
            "In all",
            &["what", "number"],
            vec![vec!["prompts".into(), 24_400.into()]],
            chart(ChartKind::Figures, &[1]),
        ),
        section(
            "By share",
            &["area", "share", "target"],
            vec![bar("debugging", 0.3, 0.25), bar("testing", 0.05, 0.25), bar("other", 0.0, 0.0)],
            Some(bars),
        ),
        section(
            "By use",
            &["area", "used", "unused"],
            vec![parts("a", 30, 10), parts("b", 0, 5)],
            chart(ChartKind::Stacked, &[1, 2]),
        ),
        section(
            "As a mix",
            &["area", "existing", "generated"],
            vec![parts("a", 3, 1), parts("b", 0, 0)],
            chart(ChartKind::Mix, &[1, 2]),
        ),
        heat("unused"),
        heat("total"),
        section(
            "Files",
            &["file", "bytes", "started", "note"],
            vec![vec![long.into(), 12_345_678.into(), Value::Time("2026-01-02T03:04:05Z".into()), long.into()]],
            None,
        ),
        section("Prompts", &["number", "prompt"], vec![vec![Value::Number(7), Value::Block(text)]], None),
        Section { note: Some(long.repeat(2)), ..section("Nothing", &["value"], vec![], None) },
    ]
}

#[test]
fn a_report_in_80_columns() {
    insta::assert_snapshot!(shown(all(), &look(80)));
}

#[test]
fn a_report_in_ascii_is_ascii() {
    let shown = shown(all(), &Look { ascii: true, ..look(60) });
    assert!(shown.is_ascii(), "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn nothing_is_wider_than_the_terminal() {
    for width in [1, 40, 47, 60, 79, 80, 81, 132, 300] {
        for ascii in [false, true] {
            for line in shown(all(), &Look { ascii, ..look(width) }).lines() {
                assert!(words::width(line) <= width.max(NARROWEST), "{width}: {line}");
            }
        }
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    let plain = shown(all(), &look(80));
    let colored = shown(all(), &Look { color: true, ..look(80) });
    let mut stripped = String::new();
    for (index, part) in colored.split("\u{1b}[").enumerate() {
        stripped += if index == 0 { part } else { part.split_once('m').expect("an end of the sequence").1 };
    }
    assert!(!plain.contains('\u{1b}') && colored.contains("\u{1b}[36m█"));
    assert_eq!(stripped, plain);
}

#[test]
fn a_terminal_is_never_sent_what_it_would_obey() {
    let hostile = "\u{1b}[2J\u{9b}31m\u{202e}evil\r\u{7}\0";
    let rows = vec![vec![
        hostile.into(),
        Value::Block(format!("{hostile}\n{hostile}")),
        Value::Time(hostile.into()),
        5.into(),
    ]];
    let chart = |kind| Some(Chart::new(kind, [3], hostile));
    let of = |kind| Section {
        note: Some(hostile.to_owned()),
        ..section(
            hostile,
            &[hostile, hostile, hostile, hostile],
            vec![vec![hostile.into(), hostile.into(), hostile.into(), 5.into()]],
            chart(kind),
        )
    };
    let kinds = [ChartKind::Bars, ChartKind::Stacked, ChartKind::Mix, ChartKind::Heat, ChartKind::Figures];
    let texts = section(hostile, &["a", "b", "c", "d"], rows, None);
    let sections: Vec<Section> = kinds.map(of).into_iter().chain([texts]).collect();
    for ascii in [false, true] {
        let shown = shown(sections.clone(), &Look { ascii, ..look(200) });
        let obeyed = shown.chars().find(|c| *c != '\n' && crate::report::text::is_hidden(*c));
        assert_eq!(obeyed, None, "{shown}");
        assert!(shown.contains("\\u{1b}[2J\\u{9b}31m\\u{202e}evil\\u{d}\\u{7}\\u{0}"), "{shown}");
    }
}
