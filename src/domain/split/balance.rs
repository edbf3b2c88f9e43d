//! Swaps between splits, until every split has its share of every area, language and source as nearly as cells allow.

use std::collections::BTreeMap;

use super::Row;

/// Rows in splits, counted by cell and by the values of each axis.
pub(super) struct Balance<'a> {
    quotas: &'a [u64],
    total: i128,
    /// The numbers of each cell's area, language and source among all values.
    values: Vec<[usize; 3]>,
    /// By cell, or by value, and split: how many rows there are above the share, times the total.
    of_cells: Vec<Vec<i128>>,
    of_values: Vec<Vec<i128>>,
    /// By cell and split: the rows that may change their split.
    free: Vec<Vec<Vec<usize>>>,
}

/// One row of cell `a` leaves split `from` for split `to`, and one of cell `b` takes its place.
struct Swap {
    a: usize,
    b: usize,
    from: usize,
    to: usize,
}

impl<'a> Balance<'a> {
    /// Counts rows that are in their splits, in the order in which they are walked; `is_free` tells which may leave.
    pub fn new(
        rows: &[Row],
        order: &[usize],
        chosen: &[usize],
        quotas: &'a [u64],
        is_free: impl Fn(usize) -> bool,
    ) -> Self {
        let total = rows.len() as i128;
        let mut balance = Self { quotas, total, values: vec![], of_cells: vec![], of_values: vec![], free: vec![] };
        let mut cells: BTreeMap<&[String; 3], usize> = BTreeMap::new();
        let mut numbers: BTreeMap<(usize, &str), usize> = BTreeMap::new();
        for &row in order {
            let cell = &rows[row].cell;
            let number = *cells.entry(cell).or_insert_with(|| {
                balance.of_cells.push(vec![0; quotas.len()]);
                balance.free.push(vec![Vec::new(); quotas.len()]);
                balance.values.push([0, 1, 2].map(|axis| {
                    let next = numbers.len();
                    *numbers.entry((axis, cell[axis].as_str())).or_insert(next)
                }));
                balance.of_values.resize(numbers.len(), vec![0; quotas.len()]);
                balance.values.len() - 1
            });
            balance.count(number, chosen[row], 1);
            for (split, quota) in quotas.iter().enumerate() {
                let share = i128::from(*quota);
                balance.of_cells[number][split] -= share;
                balance.values[number].iter().for_each(|value| balance.of_values[*value][split] -= share);
            }
            if is_free(row) {
                balance.free[number][chosen[row]].push(row);
            }
        }
        balance
    }

    /// Swaps rows until no swap brings the values of the axes nearer to their shares (least sum of squares). No cell comes
    /// to lie a whole row beside its share that did not before.
    pub fn settle(mut self, chosen: &mut [usize]) {
        while let Some(Swap { a, b, from, to }) = self.best() {
            for (cell, from, to) in [(a, from, to), (b, to, from)] {
                let Some(row) = self.free[cell][from].pop() else { return };
                self.free[cell][to].insert(0, row);
                chosen[row] = to;
                self.count(cell, from, -1);
                self.count(cell, to, 1);
            }
        }
    }

    fn count(&mut self, cell: usize, split: usize, rows: i128) {
        self.of_cells[cell][split] += rows * self.total;
        self.values[cell].iter().for_each(|value| self.of_values[*value][split] += rows * self.total);
    }

    fn best(&self) -> Option<Swap> {
        let splits = self.quotas.len();
        let pairs = (0..splits).flat_map(|from| (from + 1..splits).map(move |to| (from, to)));
        let best = pairs.filter_map(|(from, to)| self.best_between(from, to)).min_by_key(|(change, _)| *change);
        best.map(|(_, swap)| swap)
    }

    /// Returns the swap between two splits that lessens the sum of squares most, if one does, and by how much.
    ///
    /// With d the deviations of a value, a move of one row from `from` to `to` changes the sum by
    /// 2 total (d(to) - d(from) + total) on each axis, and so does the move of the other row the other way, but where both
    /// have the same value nothing changes. So cells are sorted by d(to) - d(from), and the rest is passed over once even
    /// one differing value cannot make up for it.
    fn best_between(&self, from: usize, to: usize) -> Option<(i128, Swap)> {
        let pull = |cell: &usize| -> i128 {
            self.values[*cell].iter().map(|value| self.of_values[*value][to] - self.of_values[*value][from]).sum()
        };
        let may =
            |cell: &usize, from: usize, to: usize| !self.free[*cell][from].is_empty() && self.bears(*cell, from, to);
        let cells = || 0..self.values.len();
        let mut leave: Vec<(i128, usize)> =
            cells().filter(|cell| may(cell, from, to)).map(|cell| (pull(&cell), cell)).collect();
        let mut enter: Vec<(i128, usize)> =
            cells().filter(|cell| may(cell, to, from)).map(|cell| (-pull(&cell), cell)).collect();
        leave.sort_unstable();
        enter.sort_unstable();
        let mut best: Option<(i128, Swap)> = None;
        for (first, a) in &leave {
            for (second, b) in &enter {
                let least = first + second + 2 * self.total;
                if least >= best.as_ref().map_or(0, |(change, _)| *change) {
                    break;
                }
                let differing = self.values[*a].iter().zip(&self.values[*b]).filter(|(a, b)| a != b).count();
                let change = first + second + 2 * self.total * differing as i128;
                if differing > 0 && change < best.as_ref().map_or(0, |(change, _)| *change) {
                    best = Some((change, Swap { a: *a, b: *b, from, to }));
                }
            }
        }
        best
    }

    /// Tells whether a cell may give a row of one split to another.
    fn bears(&self, cell: usize, from: usize, to: usize) -> bool {
        let near = |before: i128, after: i128| after.abs() < self.total || after.abs() <= before.abs();
        let of = &self.of_cells[cell];
        near(of[from], of[from] - self.total) && near(of[to], of[to] + self.total)
    }
}
