//! A matrix whose numbers have shades beside them.

use super::Look;
use super::grid::Grid;
use crate::report::shade::{bounds, shade};
use crate::report::{Chart, Section, Value, grouped};

/// The shades, from that of nothing, in Unicode and in ASCII.
const SHADES: [(char, char); 5] = [(' ', ' '), ('░', '.'), ('▒', ':'), ('▓', '+'), ('█', '#')];

const STEPS: u64 = SHADES.len() as u64 - 1;

/// Writes a table in which a shade follows each number.
pub(super) fn write(look: &Look, out: &mut String, section: &Section, chart: &Chart) {
    let count = |row: &[Value], column: &usize| match row.get(*column) {
        Some(Value::Count(count)) => *count,
        _ => 0,
    };
    let counts = section.rows.iter().flat_map(|row| chart.values.iter().map(|column| count(row, column)));
    let most = counts.max().unwrap_or(0);
    let sign = |step: u64| if look.ascii { SHADES[step as usize].1 } else { SHADES[step as usize].0 };
    let mut header = vec![look.safe(&section.columns[0])];
    header.extend(chart.values.iter().map(|column| format!("{} ", look.safe(&section.columns[*column]))));
    let rows = section.rows.iter().map(|row| {
        let name = row.first().map(crate::report::text::shown).unwrap_or_default();
        let cells = chart.values.iter().map(|column| {
            let count = count(row, column);
            format!("{}{}", grouped(count), sign(shade(count, most, STEPS)))
        });
        std::iter::once(look.safe(&name)).chain(cells).collect()
    });
    let right: Vec<bool> = (0..header.len()).map(|column| column > 0).collect();
    let grid = Grid::with_gap(1, header, rows.collect(), &right);
    look.grid(out, &grid, None);
    let legend = (1..=STEPS).map(|step| (sign(step), bounds(step, most, STEPS))).filter(|(_, (low, high))| low <= high);
    let legend = legend.map(|(sign, (low, high))| match low == high {
        true => format!("{sign} {}", grouped(low)),
        false => format!("{sign} {}–{}", grouped(low), grouped(high)),
    });
    look.note(out, &legend.collect::<Vec<_>>().join(", "));
}
