//! Upright bars side by side, for what has an order: lengths, months.

use super::{Drawing, GUTTER, Percent, begin_part, shortened, told, vertical_axis};
use crate::report::html::markup::Markup;

const TOP: u32 = 34;
const HEIGHT: u32 = 150;

/// How many names fit below a narrow chart.
const MOST_NAMES: usize = 7;

pub(super) fn draw(page: &mut Markup, drawing: &Drawing<'_>) {
    let scale = drawing.scale();
    let rows = drawing.rows;
    let chart = drawing.chart;
    let column = chart.values.first().copied().unwrap_or(0);
    drawing.begin(page, TOP + HEIGHT + 20);
    vertical_axis(page, &scale, TOP, HEIGHT);
    let each = (1.0 - GUTTER) / rows.len() as f64;
    let named = rows.len().div_ceil(MOST_NAMES);
    for (index, row) in rows.iter().enumerate() {
        let left = GUTTER + each * index as f64;
        let size = drawing.value(row);
        // What is not nothing shows, if only as a line.
        let height = (f64::from(HEIGHT) * scale.at(size)).max(if size > 0.0 { 1.0 } else { 0.0 });
        let value = told(row, column);
        let said = format!("{}: {value} {}", drawing.name(row), &chart.unit);
        begin_part(page, &said);
        let (hit, high) = (Percent(each), TOP + HEIGHT);
        page.empty("rect", &[("class", &"hit"), ("x", &Percent(left)), ("width", &hit), ("height", &high)]);
        let (x, width) = (Percent(left + each * 0.08), Percent(each * 0.84));
        let y = f64::from(TOP + HEIGHT) - height;
        page.empty("rect", &[("class", &"fill"), ("x", &x), ("y", &y), ("width", &width), ("height", &height)]);
        page.element("text", &[("class", &"tip"), ("x", &"100%"), ("y", &14), ("text-anchor", &"end")], &said);
        page.close("g");
        if index % named == 0 {
            let middle = left + each / 2.0;
            // A name at the end would stand out over the chart.
            let (x, anchor) = if middle > 0.95 { (Percent(1.0), "end") } else { (Percent(middle), "middle") };
            let y = TOP + HEIGHT + 14;
            let attributes: [(_, &dyn std::fmt::Display); 4] =
                [("class", &"tick"), ("x", &x), ("y", &y), ("text-anchor", &anchor)];
            page.element("text", &attributes, shortened(told(row, 0), 12));
        }
    }
    drawing.end(page, |page| {
        let across = drawing.column(0);
        page.text(format_args!("Upright: {}. Across: {across}.", &chart.unit));
    });
}
