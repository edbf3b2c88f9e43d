//! What a page is made of.

use super::*;
use crate::report::{Chart, Layer, Look, ReportFormat};

fn section(id: &str, columns: &[&str], rows: Vec<Vec<Value>>, chart: Option<Chart>) -> Section {
    Section { id: id.to_owned(), title: format!("By {id}"), chart, ..Section::new(columns, rows) }
}

fn page(sections: Vec<Section>) -> String {
    let report = Report { name: "mine".into(), title: "Mine".into(), about: Some("All of it".into()), sections };
    report.render(ReportFormat::Html, &Look::default())
}

/// The page between its head and its foot, an element a line.
fn body(sections: Vec<Section>) -> String {
    let page = page(sections);
    let main = page.split_once("<main>\n").and_then(|(_, rest)| rest.split_once("</main>")).expect("a main part").0;
    main.replace("><", ">\n<")
}

/// One section with each kind of charts.
fn charts() -> Vec<Section> {
    let shares = |name: &str, share, target| {
        vec![name.into(), Value::Share(share), if target > 0.0 { Value::Share(target) } else { Value::None }]
    };
    let parts = |name: &str, a: u64, b: u64| vec![name.into(), a.into(), b.into()];
    let time = |run, day: &str, all: u64| {
        vec![Value::Number(run), Value::Time(format!("2026-01-{day}T00:00:00Z")), all.into()]
    };
    let parted = || vec![parts("a", 3, 1), parts("b", 0, 0)];
    let chart = |kind, values: &[usize], unit: &str| Some(Chart::new(kind, values, unit));
    let bars = Chart { mark: Some(2), ..Chart::new(ChartKind::Bars, [1], "share of prompts") };
    vec![
        section(
            "figures",
            &["what", "number"],
            vec![vec!["prompts".into(), 1234.into()]],
            chart(ChartKind::Figures, &[1], ""),
        ),
        section(
            "bars",
            &["area", "share", "target"],
            vec![shares("a", 0.301, 0.25), shares("b", 0.699, 0.0)],
            Some(bars),
        ),
        section("stacked", &["area", "used", "unused"], parted(), chart(ChartKind::Stacked, &[1, 2], "prompts")),
        section("mix", &["area", "existing", "generated"], parted(), chart(ChartKind::Mix, &[1, 2], "prompts")),
        section(
            "columns",
            &["characters", "to", "prompts"],
            vec![vec![10.into(), 19.into(), 7.into()], vec![20.into(), 49.into(), 0.into()]],
            chart(ChartKind::Columns, &[2], "prompts"),
        ),
        section(
            "line",
            &["run", "started", "so far"],
            vec![time(1, "01", 10), time(2, "02", 15), time(3, "05", 40)],
            chart(ChartKind::Line, &[2], "prompts"),
        ),
    ]
}

fn layers() -> Vec<Section> {
    let layer = |name: &str, counts: [u64; 2]| Section {
        layer: Some(Layer { of: "By area".into(), name: name.to_owned() }),
        ..section(
            name,
            &["area", "go", "rust"],
            vec![vec!["a".into(), counts[0].into(), counts[1].into()]],
            Some(Chart { across: Some("language".into()), ..Chart::new(ChartKind::Heat, [1, 2], name) }),
        )
    };
    vec![layer("unused", [0, 36]), layer("total", [5, 40])]
}

#[test]
fn every_kind_of_charts_has_axis_unit_values_and_a_table() {
    insta::assert_snapshot!(body(charts()));
}

#[test]
fn layers_are_chosen_by_buttons() {
    insta::assert_snapshot!(body(layers()));
}

#[test]
fn texts_keep_their_lines_and_nothing_is_said_to_be_nothing() {
    let rows = vec![vec![Value::Number(1), "go".into(), Value::Block("\n\tif a < b {\r\n".into())]];
    let empty = section("empty", &["value"], vec![], None);
    insta::assert_snapshot!(body(vec![section("texts", &["number", "language", "prompt"], rows, None), empty]));
}

#[test]
fn whatever_is_drawn_can_be_focused_and_tells_its_value() {
    let page = page(charts());
    assert_eq!(page.matches("<g ").count(), 2 + 2 + 2 + 2 + 3);
    let parts = page.split("<g ").skip(1);
    for part in parts {
        assert!(part.starts_with("class=\"part\" tabindex=\"0\" role=\"img\" aria-label=\""), "{part}");
        let label = part.split('"').nth(7).expect("a label");
        assert!(part.contains(&format!("<title>{label}</title>")) && label.contains(": "), "{label}");
    }
    assert_eq!(page.matches("<figcaption>").count(), 5);
}

/// The style is the only one that the page's own policy lets a browser use, and nothing is fetched from anywhere.
#[test]
fn a_page_stands_alone() {
    let page = page(charts());
    let style = page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).expect("a style").0;
    let policy = format!("style-src &#39;sha256-{}&#39;", base64(&Sha256::digest(style.as_bytes())));
    assert!(page.contains(&policy), "{policy}");
    assert!(page.contains("default-src &#39;none&#39;"));
    for never in ["<script", "<link", "<img", "url(", "@import", "http:", "https:", "src=", "style=", " on"] {
        let found = page.match_indices(never).filter(|(at, _)| never != " on" || page[*at..].starts_with(" onclick"));
        assert_eq!(found.count(), 0, "{never}");
    }
    assert!(page.len() < 60 << 10, "{} bytes", page.len());
}

#[test]
fn a_chart_draws_the_last_rows_and_says_so() {
    let rows = (0..100).map(|n| vec![Value::Text(format!("d{n}")), Value::Count(n)]).collect();
    let page =
        page(vec![section("many", &["dataset", "prompts"], rows, Some(Chart::new(ChartKind::Bars, [1], "prompts")))]);
    assert_eq!((page.matches("<g ").count(), page.matches("<tr>").count()), (60, 101));
    assert!(page.contains("The last 60 of 100 rows are drawn.") && page.contains("<title>d40: prompts 40</title>"));
}

#[test]
fn base64_is_that_of_the_standard() {
    for (plain, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("fooba", "Zm9vYmE=")] {
        assert_eq!(base64(plain.as_bytes()), encoded);
    }
}
