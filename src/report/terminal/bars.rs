//! Bars beside a table, in eighths of a character.

use super::{Look, Paint};
use crate::report::{Chart, ChartKind, Section, Value};

/// The narrowest and the widest place for a bar.
pub(super) const NARROWEST: usize = 10;
pub(super) const WIDEST: usize = 40;

/// A character filled by eighths from its left, from none of it to all.
const EIGHTHS: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// The parts of a bar, in Unicode and in ASCII; the last one is shared by all that come after it.
const PARTS: [(char, char); 4] = [('█', '#'), ('▒', '='), ('▓', '+'), ('░', '.')];

/// The bars of a section.
pub(super) struct Bars<'a> {
    section: &'a Section,
    chart: &'a Chart,
    /// What a whole bar stands for.
    most: f64,
}

impl<'a> Bars<'a> {
    pub fn new(section: &'a Section, chart: &'a Chart) -> Self {
        let of = |row: &Vec<Value>| match chart.kind {
            ChartKind::Stacked => chart.values.iter().map(|column| size(row, *column)).sum(),
            _ => chart.values.iter().chain(&chart.mark).map(|column| size(row, *column)).fold(0.0, f64::max),
        };
        let most = section.rows.iter().map(of).fold(0.0, f64::max);
        Self { section, chart, most }
    }

    /// Returns the bar of a row, in a place of some columns.
    pub fn draw(&self, look: &Look, row: usize, room: usize) -> String {
        let row = &self.section.rows[row];
        let sizes: Vec<f64> = self.chart.values.iter().map(|column| size(row, *column)).collect();
        let whole = if self.chart.kind == ChartKind::Mix { sizes.iter().sum() } else { self.most };
        if whole <= 0.0 {
            return String::new();
        }
        let columns = |size: f64| (size / whole * room as f64).clamp(0.0, room as f64);
        match self.chart.kind {
            ChartKind::Stacked | ChartKind::Mix => stacked(look, &sizes, columns),
            _ => {
                let mark = self.chart.mark.and_then(|column| row.get(column)?.size()).map(columns);
                single(look, columns(sizes.first().copied().unwrap_or(0.0)), mark, room)
            }
        }
    }

    /// Returns what the parts of the bars are.
    pub fn legend(&self, look: &Look) -> Option<String> {
        let named = |(index, column): (usize, &usize)| {
            let (unicode, ascii) = PARTS[index.min(PARTS.len() - 1)];
            format!("{} {}", if look.ascii { ascii } else { unicode }, self.section.columns[*column])
        };
        matches!(self.chart.kind, ChartKind::Stacked | ChartKind::Mix)
            .then(|| self.chart.values.iter().enumerate().map(named).collect::<Vec<_>>().join(", "))
    }
}

fn single(look: &Look, columns: f64, mark: Option<f64>, room: usize) -> String {
    let mut bar = match look.ascii {
        true => "#".repeat(columns.round() as usize),
        false => {
            let eighths = (columns * 8.0).round() as usize;
            let end = EIGHTHS[eighths % 8];
            "█".repeat(eighths / 8) + &String::from(end)
        }
    };
    bar.truncate(bar.trim_end().len());
    let Some(mark) = mark else { return look.paint(Paint::Bar, &bar) };
    let at = (mark.round() as usize).min(room - 1);
    let before: String = bar.chars().chain(std::iter::repeat(' ')).take(at).collect();
    let after: String = bar.chars().skip(at + 1).collect();
    let sign = look.paint(Paint::Mark, if look.ascii { "|" } else { "│" });
    look.paint(Paint::Bar, &before) + &sign + &look.paint(Paint::Bar, &after)
}

/// Rounds the ends of the parts, not their lengths, so that together they are as long as their sum.
fn stacked(look: &Look, sizes: &[f64], columns: impl Fn(f64) -> f64) -> String {
    let (mut bar, mut sum, mut end) = (String::new(), 0.0, 0);
    for (index, size) in sizes.iter().enumerate() {
        sum += size;
        let next = columns(sum).round() as usize;
        let (unicode, ascii) = PARTS[index.min(PARTS.len() - 1)];
        bar.extend(std::iter::repeat_n(if look.ascii { ascii } else { unicode }, next - end));
        end = next;
    }
    look.paint(Paint::Bar, &bar)
}

fn size(row: &[Value], column: usize) -> f64 {
    row.get(column).and_then(Value::size).unwrap_or(0.0)
}
