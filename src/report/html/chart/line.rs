//! A line over time, in steps: a number holds until the next one.

use jiff::Timestamp;

use super::{Drawing, GUTTER, Percent, begin_part, told, vertical_axis};
use crate::report::Value;
use crate::report::html::markup::Markup;

const TOP: u32 = 34;
const HEIGHT: u32 = 150;

/// The width of the line's own scale, which is stretched to that of the chart.
const WIDTH: f64 = 1000.0;

/// How many points can be focused; the table has all of them.
const MOST_POINTS: usize = 80;

pub(super) fn draw(page: &mut Markup, drawing: &Drawing<'_>) {
    let scale = drawing.scale();
    let chart = drawing.chart;
    let column = chart.values.first().copied().unwrap_or(0);
    let times: Vec<i64> = drawing.rows.iter().map(|row| seconds(row)).collect();
    let (first, last) = (times.first().copied().unwrap_or(0), times.last().copied().unwrap_or(0));
    let along = |time: i64| if last > first { (time - first) as f64 / (last - first) as f64 } else { 1.0 };
    let up = |row: &[Value]| f64::from(HEIGHT) * (1.0 - scale.at(drawing.value(row)));
    drawing.begin(page, TOP + HEIGHT + 20);
    vertical_axis(page, &scale, TOP, HEIGHT);

    let mut path = format!("M0 {HEIGHT}");
    for (row, time) in drawing.rows.iter().zip(&times) {
        path += &format!("H{:.1}V{:.1}", along(*time) * WIDTH, up(row));
    }
    let (outline, area) = (format!("{path}H{WIDTH}"), format!("{path}H{WIDTH}V{HEIGHT}Z"));
    let view = format!("0 0 {WIDTH} {HEIGHT}");
    page.open(
        "svg",
        &[
            ("x", &Percent(GUTTER)),
            ("y", &TOP),
            ("width", &Percent(1.0 - GUTTER)),
            ("height", &HEIGHT),
            ("viewBox", &view),
            ("preserveAspectRatio", &"none"),
            ("aria-hidden", &"true"),
        ],
    );
    page.empty("path", &[("class", &"area"), ("d", &area)]);
    page.empty("path", &[("class", &"line"), ("d", &outline)]).close("svg");

    let every = drawing.rows.len().div_ceil(MOST_POINTS);
    for (index, (row, time)) in drawing.rows.iter().zip(&times).enumerate() {
        if index % every != 0 && index + 1 != drawing.rows.len() {
            continue;
        }
        let said = format!("{}: {} {}", date(row), told(row, column), &chart.unit);
        begin_part(page, &said);
        let (x, y) = (Percent(GUTTER + along(*time) * (1.0 - GUTTER)), f64::from(TOP) + up(row));
        page.empty("circle", &[("class", &"hit"), ("cx", &x), ("cy", &y), ("r", &10)]);
        page.empty("circle", &[("class", &"fill"), ("cx", &x), ("cy", &y), ("r", &3)]);
        page.element("text", &[("class", &"tip"), ("x", &"100%"), ("y", &14), ("text-anchor", &"end")], &said);
        page.close("g");
    }
    let y = TOP + HEIGHT + 14;
    let ends = [drawing.rows.first(), drawing.rows.last()].map(|row| row.map(|row| day(row)).unwrap_or_default());
    let [begin, end] = &ends;
    if begin != end {
        page.element("text", &[("class", &"tick"), ("x", &Percent(GUTTER)), ("y", &y)], begin);
    }
    page.element("text", &[("class", &"tick"), ("x", &"100%"), ("y", &y), ("text-anchor", &"end")], end);
    drawing.end(page, |page| {
        page.text(format_args!("Upright: {}. Across: time.", &chart.unit));
    });
}

fn time(row: &[Value]) -> &str {
    let time = row.iter().find_map(|value| if let Value::Time(time) = value { Some(time.as_str()) } else { None });
    time.unwrap_or_default()
}

fn seconds(row: &[Value]) -> i64 {
    time(row).parse::<Timestamp>().map_or(0, Timestamp::as_second)
}

fn date(row: &[Value]) -> String {
    crate::report::text::shown(&Value::Time(time(row).to_owned()))
}

fn day(row: &[Value]) -> String {
    time(row).chars().take(10).collect()
}
