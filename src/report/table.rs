//! Tables of their own, in plain text, as wide as they are.

use comfy_table::{CellAlignment, Table, presets};

use super::Section;
use super::text::{shown, visible};

impl Section {
    /// Returns the rows as lines of text under their columns' names, text to the left and numbers to the right.
    pub fn table(&self) -> String {
        if self.rows.is_empty() {
            return "  nothing\n".to_owned();
        }
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(self.columns.iter().map(|column| visible(column)));
        for row in &self.rows {
            table.add_row(row.iter().map(|value| visible(&shown(value))));
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            let side = if self.is_text(index) { CellAlignment::Left } else { CellAlignment::Right };
            column.set_cell_alignment(side);
        }
        table.to_string().lines().map(|line| format!(" {}\n", line.trim_end())).collect()
    }
}
