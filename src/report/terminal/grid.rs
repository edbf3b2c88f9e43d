//! A table in a width: long text is cut, and what is still too wide is shown in parts, one below the other.

use super::words::{fitted, padded, width};

/// The usual blanks between two columns.
const GAP: usize = 2;

/// The narrowest that a column of text is made.
const NARROW: usize = 12;

/// Rows of cells under their headers.
pub(super) struct Grid {
    columns: Vec<Column>,
    rows: usize,
    gap: usize,
}

#[derive(Clone)]
struct Column {
    header: Option<String>,
    cells: Vec<String>,
    right: bool,
    /// Whether its cells may be cut.
    cut: bool,
    width: usize,
}

/// Some columns of a table that fit into the width.
pub(super) struct Part {
    columns: Vec<Column>,
    rows: usize,
    gap: usize,
    whole: bool,
}

impl Grid {
    /// Returns a table with headers; `right` says which columns stand to the right.
    pub fn new(header: Vec<String>, rows: Vec<Vec<String>>, right: &[bool]) -> Self {
        Self::with_gap(GAP, header, rows, right)
    }

    /// Returns a table with headers, and with other blanks between its columns than usual.
    pub fn with_gap(gap: usize, header: Vec<String>, rows: Vec<Vec<String>>, right: &[bool]) -> Self {
        let mut grid = Self { gap, ..Self::plain(rows, right) };
        for (column, header) in grid.columns.iter_mut().zip(header) {
            column.width = column.width.max(width(&header));
            column.header = Some(header);
        }
        grid
    }

    /// Returns a table without headers.
    pub fn plain(rows: Vec<Vec<String>>, right: &[bool]) -> Self {
        let column = |(index, right): (usize, &bool)| {
            let cells: Vec<String> = rows.iter().map(|row| row[index].clone()).collect();
            let width = cells.iter().map(|cell| width(cell)).max().unwrap_or(0);
            Column { header: None, cells, right: *right, cut: !right, width }
        };
        Self { columns: right.iter().enumerate().map(column).collect(), rows: rows.len(), gap: GAP }
    }

    /// Keeps the cells of some columns whole.
    pub fn keep_whole(&mut self, columns: impl Iterator<Item = usize>) {
        for column in columns {
            self.columns[column].cut = false;
        }
    }

    /// Returns the parts that fit into a width, each with the first column.
    pub fn parts(&self, most: usize) -> Vec<Part> {
        let Self { rows, gap, .. } = *self;
        let part = |columns: Vec<Column>, whole| Part { columns, rows, gap, whole };
        let mut narrowed = self.columns.clone();
        narrow(&mut narrowed, gap, most);
        if total(&narrowed, gap) <= most {
            return vec![part(narrowed, true)];
        }
        // In parts there is room for more of the text; each column with the first one still has to fit.
        let mut columns = self.columns.clone();
        for column in &mut columns {
            column.width = column.width.min((most - gap) / 2);
        }
        let fewest = split(&columns, gap, most);
        // Of as many parts, those of the least width are the most alike.
        let narrower = (1..most).rev().map(|most| split(&columns, gap, most));
        let parts = narrower.take_while(|parts| parts.len() == fewest.len()).last().unwrap_or(fewest);
        parts.into_iter().map(|columns| part(columns, false)).collect()
    }
}

/// Splits columns into parts that fit into a width, each with the first column.
fn split(columns: &[Column], gap: usize, most: usize) -> Vec<Vec<Column>> {
    let mut parts: Vec<Vec<Column>> = Vec::new();
    for column in columns.iter().skip(1) {
        match parts.last_mut() {
            Some(last) if total(last, gap) + gap + column.width <= most => last.push(column.clone()),
            _ => parts.push(vec![columns[0].clone(), column.clone()]),
        }
    }
    parts
}

/// Cuts the columns of text, the widest first, until all fit, as far as text may be cut.
fn narrow(columns: &mut [Column], gap: usize, most: usize) {
    while total(columns, gap) > most {
        let text = columns.iter_mut().filter(|column| column.cut && column.width > NARROW);
        let Some(widest) = text.max_by_key(|column| column.width) else { return };
        widest.width -= 1;
    }
}

fn total(columns: &[Column], gap: usize) -> usize {
    columns.iter().map(|column| column.width).sum::<usize>() + gap * columns.len().saturating_sub(1)
}

impl Part {
    pub fn width(&self) -> usize {
        total(&self.columns, self.gap)
    }

    /// Tells whether this is the whole table.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Returns the line of headers, if there are any.
    pub fn header(&self, ascii: bool) -> Option<String> {
        let cells: Option<Vec<&str>> = self.columns.iter().map(|column| column.header.as_deref()).collect();
        cells.map(|cells| self.line(cells.into_iter(), ascii).trim_end().to_owned())
    }

    /// Returns the lines of rows, all of one width.
    pub fn lines(&self, ascii: bool) -> impl Iterator<Item = String> {
        (0..self.rows).map(move |row| self.line(self.columns.iter().map(|column| column.cells[row].as_str()), ascii))
    }

    fn line<'a>(&self, cells: impl Iterator<Item = &'a str>, ascii: bool) -> String {
        let cell =
            |(column, cell): (&Column, &str)| padded(&fitted(cell, column.width, ascii), column.width, column.right);
        self.columns.iter().zip(cells).map(cell).collect::<Vec<_>>().join(&" ".repeat(self.gap))
    }
}
