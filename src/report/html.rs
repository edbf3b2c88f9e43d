//! A page that stands alone: one file without a script, a font or a request to anywhere; its style is the only one that
//! its own policy lets a browser use.

mod chart;
mod markup;
mod table;

use sha2::{Digest as _, Sha256};

use self::markup::Markup;
use super::text::counted;
use super::{ChartKind, Report, Section, Value};

const STYLE: &str = include_str!("html/style.css");

/// From this number of columns on, a table has the whole width.
const WIDE: usize = 8;

pub(super) fn render(report: &Report) -> String {
    let mut page = Markup::default();
    head(&mut page, report);
    let blocks = blocks(&report.sections);
    page.raw("<body>\n<header>\n").element("h1", &[], &report.title);
    if let Some(about) = &report.about {
        page.element("p", &[("class", &"about")], about);
    }
    if blocks.len() > 1 {
        page.raw("\n<nav aria-label=\"Sections\"><ul>");
        for (number, block) in blocks.iter().enumerate() {
            let target = format!("#s{number}");
            page.raw("<li>").element("a", &[("href", &target)], block.title()).raw("</li>");
        }
        page.raw("</ul></nav>");
    }
    page.raw("\n</header>\n<main>\n");
    for (number, block) in blocks.iter().enumerate() {
        block.write(&mut page, number);
    }
    let (name, version) = (&report.name, env!("CARGO_PKG_VERSION"));
    page.raw("</main>\n<footer>").text(format_args!("catalog report {name}, version {version}"));
    page.raw("</footer>\n</body>\n</html>\n");
    page.into_string()
}

fn head(page: &mut Markup, report: &Report) {
    let hash = base64(&Sha256::digest(STYLE.as_bytes()));
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
    page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.open("meta", &[("http-equiv", &"Content-Security-Policy"), ("content", &policy)]).raw("\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
    page.element("title", &[], &report.title).raw("\n<style>");
    page.raw(STYLE);
    page.raw("</style>\n</head>\n");
}

/// A part of the page under one title: a section, or several layers of one.
struct Block<'a>(&'a [Section]);

fn blocks(sections: &[Section]) -> Vec<Block<'_>> {
    let same = |a: &Section, b: &Section| {
        a.layer.is_some() && a.layer.as_ref().map(|l| &l.of) == b.layer.as_ref().map(|l| &l.of)
    };
    sections.chunk_by(same).map(Block).collect()
}

impl Block<'_> {
    fn title(&self) -> &str {
        let Self(sections) = self;
        sections[0].layer.as_ref().map_or(&sections[0].title, |layer| &layer.of)
    }

    fn write(&self, page: &mut Markup, number: usize) {
        let Self(sections) = self;
        let (id, title) = (format!("s{number}"), format!("t{number}"));
        page.open("section", &[("id", &id), ("aria-labelledby", &title)]);
        page.element("h2", &[("id", &title)], self.title());
        if let Some(note) = &sections[0].note {
            page.element("p", &[("class", &"note")], note);
        }
        match sections {
            [section] => content(page, section),
            layers => switch(page, layers, number),
        }
        page.raw("</section>\n");
    }
}

/// Writes layers of which one shows at a time: buttons choose it, without a script.
fn switch(page: &mut Markup, layers: &[Section], number: usize) {
    let group = format!("r{number}");
    page.open("div", &[("class", &"switch"), ("role", &"radiogroup"), ("aria-labelledby", &format!("t{number}"))]);
    for (index, layer) in layers.iter().enumerate() {
        let (id, class) = (format!("r{number}-{index}"), format!("l{index}"));
        page.raw("<input type=\"radio\"");
        page.attributes(&[("class", &class), ("name", &group), ("id", &id)]);
        page.raw(if index == 0 { " checked>" } else { ">" });
        let name = layer.layer.as_ref().map_or("", |layer| &layer.name);
        page.element("label", &[("for", &id)], name);
    }
    for (index, layer) in layers.iter().enumerate() {
        page.open("div", &[("class", &format!("layer l{index}"))]);
        page.element("h3", &[("class", &"layer-name")], layer.layer.as_ref().map_or("", |layer| &layer.name));
        content(page, layer);
        page.raw("</div>");
    }
    page.raw("</div>");
}

/// Writes what a section holds: its chart, and its table beside it.
fn content(page: &mut Markup, section: &Section) {
    if section.rows.is_empty() {
        page.open("p", &[("class", &"nothing"), ("data-section", &section.id)]).raw("Nothing.</p>");
        return;
    }
    let kind = section.chart.as_ref().map(|chart| chart.kind);
    let blocks = section.rows.iter().flatten().any(|value| matches!(value, Value::Block(_)));
    match kind {
        Some(ChartKind::Figures) => table::figures(page, section),
        Some(ChartKind::Heat) => table::heat(page, section),
        None if blocks => table::texts(page, section),
        None => table::table(page, section),
        Some(_) => {
            let class = if section.columns.len() >= WIDE { "stack" } else { "pair" };
            page.open("div", &[("class", &class)]);
            chart::draw(page, section);
            table::table(page, section);
            page.raw("</div>");
        }
    }
    if section.rows.len() > 20 && kind.is_none() {
        page.element("p", &[("class", &"note")], counted(section.rows.len() as u64, "row"));
    }
}

/// Returns bytes in Base64 (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let number = group.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for digit in 0..4 {
            let index = (number >> (18 - 6 * digit)) & 63;
            out.push(if digit <= group.len() { DIGITS[index as usize] as char } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests;
