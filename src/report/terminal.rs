//! A report for a terminal: tables, bars and shades in the width that there is.

mod bars;
mod grid;
mod heat;
mod words;

use self::grid::Grid;
use self::words::{fitted, wrapped};
use super::text::{shown, visible};
use super::{Chart, ChartKind, Report, Section, Value, counted};

/// What a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// How many columns of characters it has.
    pub width: usize,
    /// Whether it shows ASCII alone.
    pub ascii: bool,
    /// Whether it shows colours.
    pub color: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: 80, ascii: false, color: false }
    }
}

/// The narrowest terminal that is written for.
const NARROWEST: usize = 40;

/// How many lines of a text are shown; `catalog show` has the rest.
const TEXT_LINES: usize = 6;

/// The colours that are used, as parameters of SGR.
#[derive(Clone, Copy)]
enum Paint {
    Title,
    Soft,
    Bar,
    Mark,
}

pub(super) fn render(report: &Report, look: &Look) -> String {
    let look = Look { width: look.width.max(NARROWEST), ..*look };
    let mut out = look.paint(Paint::Title, &look.fit(&report.title)) + "\n";
    let shown = |index: &usize| first_layer(&report.sections, *index);
    for section in (0..report.sections.len()).filter(shown).map(|index| &report.sections[index]) {
        out += &format!("\n{}\n", look.paint(Paint::Title, &look.fit(&section.title)));
        if let Some(note) = &section.note {
            look.note(&mut out, note);
        }
        look.content(&mut out, section);
        let layers = others(&report.sections, section);
        if !layers.is_empty() {
            look.note(&mut out, &format!("Other formats count these too: {}.", layers.join(", ")));
        }
    }
    out
}

/// Tells whether a section is shown: of several layers the first one is.
fn first_layer(sections: &[Section], index: usize) -> bool {
    let of = |section: &Section| section.layer.as_ref().map(|layer| layer.of.clone());
    of(&sections[index]).is_none() || index == 0 || of(&sections[index - 1]) != of(&sections[index])
}

fn others<'a>(sections: &'a [Section], first: &Section) -> Vec<&'a str> {
    let Some(layer) = &first.layer else { return Vec::new() };
    let layers = sections.iter().filter_map(|section| section.layer.as_ref());
    layers.filter(|other| other.of == layer.of && other.name != layer.name).map(|other| other.name.as_str()).collect()
}

impl Look {
    /// Returns other people's text as this terminal can show it without obeying it.
    fn safe(&self, text: &str) -> String {
        let text = visible(text);
        if !self.ascii || text.is_ascii() {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '×' => out.push('x'),
                '–' => out.push('-'),
                '…' => out.push_str("..."),
                c if c.is_ascii() => out.push(c),
                c => out.extend(c.escape_unicode()),
            }
        }
        out
    }

    /// Returns a line of text, cut where it is too long.
    fn fit(&self, text: &str) -> String {
        fitted(&self.safe(text), self.width, self.ascii)
    }

    fn paint(&self, paint: Paint, text: &str) -> String {
        let code = match paint {
            Paint::Title => "1",
            Paint::Soft => "2",
            Paint::Bar => "36",
            Paint::Mark => "1",
        };
        if self.color && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn note(&self, out: &mut String, note: &str) {
        for line in wrapped(&self.safe(note), self.width - 2) {
            *out += &format!("  {}\n", self.paint(Paint::Soft, &line));
        }
    }

    fn content(&self, out: &mut String, section: &Section) {
        let chart = section.chart.as_ref();
        if section.rows.is_empty() {
            *out += "  nothing\n";
        } else if section.rows.iter().flatten().any(|value| matches!(value, Value::Block(_))) {
            section.rows.iter().for_each(|row| self.texts(out, row));
        } else if let Some(Chart { kind: ChartKind::Figures, .. }) = chart {
            let rows = section.rows.iter().map(|row| row.iter().map(|value| self.safe(&shown(value))).collect());
            let grid = Grid::plain(rows.collect(), &[false, true]);
            self.grid(out, &grid, None);
        } else if let Some(chart) = chart.filter(|chart| chart.kind == ChartKind::Heat) {
            heat::write(self, out, section, chart);
        } else {
            let grid = self.grid_of(section);
            let bars = chart.map(|chart| bars::Bars::new(section, chart));
            let drawn = self.grid(out, &grid, bars.as_ref());
            if let Some(legend) = bars.filter(|_| drawn).and_then(|bars| bars.legend(self)) {
                self.note(out, &legend);
            }
        }
    }

    /// Returns the columns of a section that hold anything, as text.
    fn grid_of(&self, section: &Section) -> Grid {
        let columns: Vec<usize> = section.shown_columns().collect();
        let cell = |row: &Vec<Value>, column: usize| row.get(column).map(shown).map(|text| self.safe(&text));
        let header = columns.iter().map(|column| self.safe(&section.columns[*column])).collect();
        let rows = section.rows.iter();
        let rows = rows.map(|row| columns.iter().map(|column| cell(row, *column).unwrap_or_default()).collect());
        let right: Vec<bool> = columns.iter().map(|column| !section.is_text(*column)).collect();
        let mut grid = Grid::new(header, rows.collect(), &right);
        let is_time = |column: usize| section.rows.iter().any(|row| matches!(row.get(column), Some(Value::Time(_))));
        grid.keep_whole((0..columns.len()).filter(|index| is_time(columns[*index])));
        grid
    }

    /// Writes a table in the width that there is, and bars where that leaves room; tells whether it did.
    fn grid(&self, out: &mut String, grid: &Grid, bars: Option<&bars::Bars<'_>>) -> bool {
        let mut drawn = false;
        for (number, part) in grid.parts(self.width - 2).into_iter().enumerate() {
            if number > 0 {
                *out += "\n";
            }
            let room = (self.width - 2).saturating_sub(part.width() + 2);
            let bars = bars.filter(|_| part.is_whole() && room >= bars::NARROWEST);
            drawn |= bars.is_some();
            if let Some(header) = part.header(self.ascii) {
                *out += &format!("  {}\n", self.paint(Paint::Soft, &header));
            }
            for (index, line) in part.lines(self.ascii).enumerate() {
                let bar = bars.map_or_else(String::new, |bars| bars.draw(self, index, room.min(bars::WIDEST)));
                let bar = if bar.is_empty() { bar } else { format!("  {bar}") };
                let line = if bar.is_empty() { line.trim_end() } else { &line };
                *out += &format!("  {line}{bar}\n");
            }
        }
        drawn
    }

    /// Writes a row that holds a text of many lines: its labels, and the first lines.
    fn texts(&self, out: &mut String, row: &[Value]) {
        let labels = row.iter().filter(|value| !matches!(value, Value::Block(_)));
        let labels: Vec<String> = labels.map(|value| self.safe(&shown(value))).collect();
        let labels = fitted(&labels.join("  "), self.width - 2, self.ascii);
        *out += &format!("  {}\n", self.paint(Paint::Title, &labels));
        let bar = self.paint(Paint::Soft, if self.ascii { "|" } else { "│" });
        for value in row {
            let Value::Block(text) = value else { continue };
            let lines: Vec<&str> = text.lines().collect();
            for line in lines.iter().take(TEXT_LINES) {
                let line = fitted(&self.safe(&line.replace('\t', "    ")), self.width - 6, self.ascii);
                *out += format!("    {bar} {line}").trim_end();
                *out += "\n";
            }
            if lines.len() > TEXT_LINES {
                let more = counted((lines.len() - TEXT_LINES) as u64, "more line");
                *out += &format!("    {bar} {}\n", self.paint(Paint::Soft, &format!("({more})")));
            }
        }
    }
}

#[cfg(test)]
mod tests;
