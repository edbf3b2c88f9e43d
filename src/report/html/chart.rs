//! Charts as SVG. Widths are percentages and heights pixels, so that a chart is as wide as its place and its text keeps
//! its size. Every number that is drawn can be hovered over and focused, and stands in a table beside the chart.

mod bars;
mod columns;
mod line;
mod scale;
mod stacked;

use std::fmt;

use self::scale::Scale;
use super::markup::Markup;
use crate::report::text::shown;
use crate::report::{Chart, ChartKind, Section, Value, grouped};

/// How many rows a chart draws; the last ones of more.
const MOST_ROWS: usize = 60;

/// How many parts of a bar have a shade of their own.
const SHADES: usize = 4;

/// The longest label beside a bar, in characters.
const LABEL: usize = 34;

/// How much of the width is left to the numbers of an axis that stands upright.
const GUTTER: f64 = 0.14;

/// Draws the chart of a section, if it has one and rows to draw.
pub(super) fn draw(page: &mut Markup, section: &Section) {
    let Some(chart) = section.chart.as_ref().filter(|_| !section.rows.is_empty()) else { return };
    let drawing = Drawing::new(section, chart);
    match chart.kind {
        ChartKind::Bars => bars::draw(page, &drawing),
        ChartKind::Stacked => stacked::draw(page, &drawing, false),
        ChartKind::Mix => stacked::draw(page, &drawing, true),
        ChartKind::Columns => columns::draw(page, &drawing),
        ChartKind::Line => line::draw(page, &drawing),
        // These are tables themselves.
        ChartKind::Heat | ChartKind::Figures => {}
    }
}

/// What is drawn.
struct Drawing<'a> {
    section: &'a Section,
    chart: &'a Chart,
    rows: &'a [Vec<Value>],
}

impl<'a> Drawing<'a> {
    fn new(section: &'a Section, chart: &'a Chart) -> Self {
        let rows = match chart.kind {
            ChartKind::Line => &section.rows[..],
            _ => &section.rows[section.rows.len().saturating_sub(MOST_ROWS)..],
        };
        Self { section, chart, rows }
    }

    /// Returns what a row is about, in full.
    fn name(&self, row: &[Value]) -> String {
        let (first, column) = (told(row, 0), self.column(0));
        match (row.first(), self.column(1)) {
            (_, "to") => format!("{first} to {} {column}", told(row, 1)),
            (Some(Value::Number(_)), _) => format!("{column} {first}"),
            (Some(Value::Count(_)), _) => format!("{first} {column}"),
            _ => first,
        }
    }

    /// Returns the name of a row, short enough for its place.
    fn label(&self, row: &[Value]) -> String {
        shortened(self.name(row), LABEL)
    }

    /// Returns what the first column that is drawn holds in a row.
    fn value(&self, row: &[Value]) -> f64 {
        self.chart.values.first().map_or(0.0, |column| size(row, *column))
    }

    fn column(&self, column: usize) -> &str {
        self.section.columns.get(column).map_or("", String::as_str)
    }

    /// Returns a scale from nothing to the largest number that is drawn.
    fn scale(&self) -> Scale {
        let columns = || self.chart.values.iter().chain(&self.chart.mark);
        let all = || self.rows.iter().flat_map(|row| columns().filter_map(|column| row.get(*column)));
        let most = all().filter_map(Value::size).fold(0.0, f64::max);
        Scale::new(most, all().any(|value| matches!(value, Value::Share(_))))
    }

    /// Begins the figure of a chart, with the names of what is drawn.
    fn begin(&self, page: &mut Markup, height: u32) {
        let label = format!("Chart: {}", self.section.title);
        page.raw("<figure>");
        page.open("svg", &[("role", &"group"), ("aria-label", &&label), ("width", &"100%"), ("height", &height)]);
    }

    /// Ends the figure with a caption, which names the unit.
    fn end(&self, page: &mut Markup, caption: impl FnOnce(&mut Markup)) {
        page.raw("</svg><figcaption>");
        caption(page);
        let left_out = self.section.rows.len() - self.rows.len();
        if left_out > 0 {
            let all = grouped(self.section.rows.len() as u64);
            page.text(format_args!(" The last {MOST_ROWS} of {all} rows are drawn."));
        }
        page.raw("</figcaption></figure>");
    }
}

/// Begins a part of a chart that can be hovered over and focused, and tells what it is.
fn begin_part(page: &mut Markup, told: &str) {
    page.open("g", &[("class", &"part"), ("tabindex", &0), ("role", &"img"), ("aria-label", &told)]);
    page.element("title", &[], told);
}

fn shortened(name: String, most: usize) -> String {
    if name.chars().count() <= most {
        return name;
    }
    name.chars().take(most - 1).chain(['…']).collect()
}

fn size(row: &[Value], column: usize) -> f64 {
    row.get(column).and_then(Value::size).unwrap_or(0.0)
}

fn told(row: &[Value], column: usize) -> String {
    row.get(column).map(shown).unwrap_or_default()
}

/// A length along an axis, as a share of it.
#[derive(Clone, Copy)]
struct Percent(f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.2}", self.0 * 100.0);
        write!(f, "{}%", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// Writes the axis below a chart: a line up from each tick, and its number.
fn horizontal_axis(page: &mut Markup, scale: &Scale, height: u32) {
    let ticks = scale.ticks();
    let last = ticks.len().saturating_sub(1);
    for (index, (at, name)) in ticks.iter().enumerate() {
        let x = Percent(*at);
        page.empty("line", &[("class", &"grid"), ("x1", &x), ("x2", &x), ("y1", &0), ("y2", &height)]);
        let anchor = match index {
            0 => "start",
            _ if index == last => "end",
            _ => "middle",
        };
        page.element("text", &[("class", &"tick"), ("x", &x), ("y", &(height + 14)), ("text-anchor", &anchor)], name);
    }
}

/// Writes the axis beside a chart: a line across at each tick, and its number before it.
fn vertical_axis(page: &mut Markup, scale: &Scale, top: u32, height: u32) {
    for (at, name) in scale.ticks() {
        let y = f64::from(top) + f64::from(height) * (1.0 - at);
        let x = Percent(GUTTER);
        page.empty("line", &[("class", &"grid"), ("x1", &x), ("x2", &"100%"), ("y1", &y), ("y2", &y)]);
        let x = Percent(GUTTER - 0.015);
        page.element("text", &[("class", &"tick"), ("x", &x), ("y", &(y + 4.0)), ("text-anchor", &"end")], name);
    }
}
