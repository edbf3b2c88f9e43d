//! A bar a row, of several parts: by their numbers, or, as a mix, by their shares of the row.

use super::{Drawing, Percent, SHADES, Scale, begin_part, horizontal_axis, size, told};
use crate::report::grouped;
use crate::report::html::markup::Markup;

const ROW: u32 = 32;

pub(super) fn draw(page: &mut Markup, drawing: &Drawing<'_>, mix: bool) {
    let columns = &drawing.chart.values;
    let sum = |row: &[_]| columns.iter().map(|column| size(row, *column)).sum::<f64>();
    let most = drawing.rows.iter().map(|row| sum(row)).fold(0.0, f64::max);
    let scale = if mix { Scale::new(1.0, true) } else { Scale::new(most, false) };
    let height = drawing.rows.len() as u32 * ROW;
    drawing.begin(page, height + 20);
    horizontal_axis(page, &scale, height);
    for (row, top) in drawing.rows.iter().zip((0..).step_by(ROW as usize)) {
        let all = sum(row);
        let counted = grouped(all as u64);
        page.element("text", &[("class", &"name"), ("y", &(top + 14))], drawing.label(row));
        page.element(
            "text",
            &[("class", &"value"), ("x", &"100%"), ("y", &(top + 14)), ("text-anchor", &"end")],
            format_args!("{counted} {}", &drawing.chart.unit),
        );
        page.empty("rect", &[("class", &"track"), ("y", &(top + 19)), ("width", &"100%"), ("height", &8)]);
        let mut before = 0.0;
        for (index, column) in columns.iter().enumerate() {
            let value = size(row, *column);
            let width = match (mix, all > 0.0) {
                (true, true) => value / all,
                (true, false) => 0.0,
                (false, _) => scale.at(value),
            };
            if width > 0.0 {
                let share = format!(" ({:.1} %)", value / all * 100.0);
                let name = drawing.name(row);
                begin_part(page, &format!("{name}: {} {}{share}", drawing.column(*column), told(row, *column)));
                let (class, x, width_) = (shade(index), Percent(before), Percent(width));
                let place: [(_, &dyn std::fmt::Display); 5] =
                    [("class", &class), ("x", &x), ("y", &(top + 19)), ("width", &width_), ("height", &8)];
                page.empty("rect", &place).close("g");
            }
            before += width;
        }
    }
    drawing.end(page, |page| {
        for (index, column) in columns.iter().enumerate() {
            page.open("span", &[("class", &"key")]);
            page.open("svg", &[("width", &10), ("height", &10), ("aria-hidden", &"true")]);
            page.empty("rect", &[("class", &shade(index)), ("width", &10), ("height", &10)]).close("svg");
            page.text(format_args!(" {}", drawing.column(*column))).close("span");
        }
        let unit = &drawing.chart.unit;
        match mix {
            true => page.text(format_args!("Bar: shares of a row's {unit}.")),
            false => page.text(format_args!("Bar: {unit}.")),
        };
    });
}

/// Returns the class of the shade of a part; the last one is shared by all that come after it.
fn shade(index: usize) -> &'static str {
    ["shade0", "shade1", "shade2", "shade3"][index.min(SHADES - 1)]
}
