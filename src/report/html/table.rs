//! Tables of a page: what is drawn as a chart stands in one too, for those who read numbers, copy or hear them.

use crate::report::shade::{bounds, shade};
use crate::report::text::shown;
use crate::report::{Section, Value, grouped};

use super::markup::Markup;

/// How many shades a heat map has, but for that of nothing.
const SHADES: u64 = 6;

pub(super) fn table(page: &mut Markup, section: &Section) {
    begin(page, section, "");
    for row in &section.rows {
        page.raw("<tr>");
        for column in section.shown_columns() {
            cell(page, section, row, column, None);
        }
        page.raw("</tr>\n");
    }
    page.raw("</tbody></table></div>");
}

/// Writes a table whose cells are shaded by their numbers, and a legend that names the numbers of each shade.
pub(super) fn heat(page: &mut Markup, section: &Section) {
    let drawn = section.chart.as_ref().map_or(&[][..], |chart| &chart.values);
    let count = |row: &[Value], column: usize| match row.get(column) {
        Some(Value::Count(count)) => *count,
        _ => 0,
    };
    let most = section.rows.iter().flat_map(|row| drawn.iter().map(|column| count(row, *column))).max().unwrap_or(0);
    page.raw("<figure>");
    begin(page, section, "heat");
    for row in &section.rows {
        page.raw("<tr>");
        for column in section.shown_columns() {
            let shade = drawn.contains(&column).then(|| shade(count(row, column), most, SHADES));
            cell(page, section, row, column, shade);
        }
        page.raw("</tr>\n");
    }
    page.raw("</tbody></table></div><figcaption>");
    let unit = section.chart.as_ref().map_or("", |chart| &chart.unit);
    let down = section.columns.first().map_or("", String::as_str);
    page.text(format_args!("Cell: {}, by {} (down)", unit, down));
    if let Some(across) = section.chart.as_ref().and_then(|chart| chart.across.as_ref()) {
        page.text(format_args!(" and {} (across)", across));
    }
    page.raw(". ");
    for step in 0..=SHADES {
        let (low, high) = bounds(step, most, SHADES);
        if low > high {
            continue;
        }
        page.open("span", &[("class", &"key")]);
        page.open("svg", &[("width", &14), ("height", &10), ("aria-hidden", &"true")]);
        page.empty("rect", &[("class", &format!("heat{step}")), ("width", &14), ("height", &10)]).raw("</svg> ");
        match low == high {
            true => page.text(grouped(low)),
            false => page.text(format_args!("{}–{}", grouped(low), grouped(high))),
        };
        page.raw("</span>");
    }
    page.raw("</figcaption></figure>");
}

/// Writes a few large numbers with their names.
pub(super) fn figures(page: &mut Markup, section: &Section) {
    page.open("dl", &[("class", &"figures"), ("data-section", &section.id)]);
    for row in &section.rows {
        let [name, value] = [0, 1].map(|column| row.get(column).map(shown).unwrap_or_default());
        page.raw("<div>").element("dt", &[], name).element("dd", &[], value).raw("</div>");
    }
    page.raw("</dl>");
}

/// Writes rows that hold texts of many lines.
pub(super) fn texts(page: &mut Markup, section: &Section) {
    page.open("ol", &[("class", &"texts"), ("data-section", &section.id)]);
    for row in &section.rows {
        page.raw("<li><dl>");
        for (column, value) in section.columns.iter().zip(row).filter(|(_, value)| !matches!(value, Value::Block(_))) {
            page.raw("<div>").element("dt", &[], column).raw("<dd>");
            page.raw("<bdi>").text(shown(value)).raw("</bdi></dd></div>");
        }
        page.raw("</dl>");
        for value in row {
            if let Value::Block(text) = value {
                // The first line end of `pre` is none of its text.
                page.raw("<pre dir=\"auto\" tabindex=\"0\">\n").lines(text).raw("</pre>");
            }
        }
        page.raw("</li>\n");
    }
    page.raw("</ol>");
}

fn begin(page: &mut Markup, section: &Section, class: &'static str) {
    let label = format!("Table: {}", &section.title);
    page.open("div", &[("class", &"scroll"), ("tabindex", &0), ("role", &"region"), ("aria-label", &label)]);
    page.open("table", &[("class", &class), ("data-section", &section.id)]).raw("<thead><tr>");
    for column in section.shown_columns() {
        let class = if section.is_text(column) { "text" } else { "number" };
        page.element("th", &[("scope", &"col"), ("class", &class)], &section.columns[column]);
    }
    page.raw("</tr></thead>\n<tbody>\n");
}

fn cell(page: &mut Markup, section: &Section, row: &[Value], column: usize, shade: Option<u64>) {
    let value = row.get(column).unwrap_or(&Value::None);
    let align = if section.is_text(column) { "text" } else { "number" };
    let class = match shade {
        Some(shade) => format!("{align} heat{shade}"),
        None => align.to_owned(),
    };
    match column {
        0 => page.open("th", &[("scope", &"row"), ("class", &class)]),
        _ => page.open("td", &[("class", &class)]),
    };
    match value {
        Value::Text(_) => page.raw("<bdi>").text(shown(value)).raw("</bdi>"),
        // The number behind a rounded one.
        Value::Share(number) | Value::Gap(number) => page.element("data", &[("value", number)], shown(value)),
        Value::Time(time) => page.element("time", &[("datetime", time)], shown(value)),
        value => page.text(shown(value)),
    };
    page.close(if column == 0 { "th" } else { "td" });
}
