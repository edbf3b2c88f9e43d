//! A bar a row, with the target as a mark.

use super::{Drawing, Percent, begin_part, horizontal_axis, size, told};
use crate::report::Value;
use crate::report::html::markup::Markup;

const ROW: u32 = 32;

pub(super) fn draw(page: &mut Markup, drawing: &Drawing<'_>) {
    let scale = drawing.scale();
    let height = drawing.rows.len() as u32 * ROW;
    let chart = drawing.chart;
    drawing.begin(page, height + 20);
    horizontal_axis(page, &scale, height);
    for (row, top) in drawing.rows.iter().zip((0..).step_by(ROW as usize)) {
        let mark = chart.mark.filter(|column| row.get(*column).is_some_and(|value| *value != Value::None));
        let column = chart.values.first().copied().unwrap_or(0);
        let (value, marked) = (told(row, column), mark.map(|column| told(row, column)));
        let against = match (mark, &marked) {
            (Some(column), Some(marked)) => format!(", {} {marked}", drawing.column(column)),
            _ => String::new(),
        };
        let name = drawing.name(row);
        begin_part(page, &format!("{name}: {} {value}{against}", drawing.column(column)));
        page.empty("rect", &[("class", &"hit"), ("y", &top), ("width", &"100%"), ("height", &ROW)]);
        page.element("text", &[("class", &"name"), ("y", &(top + 14))], drawing.label(row));
        page.open("text", &[("class", &"value"), ("x", &"100%"), ("y", &(top + 14)), ("text-anchor", &"end")]);
        page.element("tspan", &[], &value);
        if let Some(marked) = &marked {
            page.element("tspan", &[("class", &"tick")], format_args!(" / {marked}"));
        }
        page.close("text");
        let width = Percent(scale.at(drawing.value(row)));
        page.empty("rect", &[("class", &"track"), ("y", &(top + 19)), ("width", &"100%"), ("height", &8)]);
        page.empty("rect", &[("class", &"fill"), ("y", &(top + 19)), ("width", &width), ("height", &8)]);
        if let Some(column) = mark {
            let x = Percent(scale.at(size(row, column)));
            let (y1, y2) = (top + 16, top + 30);
            page.empty("line", &[("class", &"mark"), ("x1", &x), ("x2", &x), ("y1", &y1), ("y2", &y2)]);
        }
        page.close("g");
    }
    drawing.end(page, |page| {
        page.text(format_args!("Bar: {}.", &chart.unit));
        if let Some(column) = chart.mark {
            page.text(format_args!(" Mark: {}.", drawing.column(column)));
        }
    });
}
