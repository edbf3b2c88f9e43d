//! Splits of a dataset: one part to train on, another to validate with, each a picture of the whole.

mod balance;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Serialize;

use self::balance::Balance;
use super::draw::{generator, shuffle_with};
use super::quota::apportioned;
use super::target::Decimal;

/// Digits that a share may have after the point.
const DIGITS: u32 = 6;

/// The longest name of a split, in characters.
const MAX_NAME_CHARS: usize = 32;

/// Files that stand beside those of the splits, without their endings.
const RESERVED: [&str; 2] = ["dataset_info", "manifest"];

/// The splits of a dataset with their shares, in the order in which they were named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Splits {
    names: Vec<String>,
    weights: Vec<u64>,
}

impl Default for Splits {
    /// Everything is for training.
    fn default() -> Self {
        Self { names: vec!["train".to_owned()], weights: vec![1] }
    }
}

impl FromStr for Splits {
    type Err = String;

    /// Reads `name=share,…`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut splits = Self { names: Vec::new(), weights: Vec::new() };
        for part in text.split(',') {
            let pair = part.trim().split_once('=');
            let (name, share) =
                pair.ok_or_else(|| format!("splits are written `name=share,name=share`, not `{part}`"))?;
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if !name.starts_with(|c: char| c.is_ascii_lowercase())
                || !name.chars().all(plain)
                || name.len() > MAX_NAME_CHARS
            {
                return Err(format!(
                    "a split's name is 1 to {MAX_NAME_CHARS} of a-z, 0-9 and `_`, and begins with a letter, not `{name}`"
                ));
            }
            if RESERVED.contains(&name) {
                return Err(format!("a split cannot be named {name}: that is another file of the folder"));
            }
            if splits.names.iter().any(|known| known == name) {
                return Err(format!("the split {name} is named twice"));
            }
            let weight =
                share.parse::<Decimal>().ok().and_then(|share| share.scaled(DIGITS)).filter(|share| *share > 0);
            splits.weights.push(weight.ok_or_else(|| {
                format!(
                    "a split's share is a decimal above 0 with at most {DIGITS} digits after the point, not `{share}`"
                )
            })?);
            splits.names.push(name.to_owned());
        }
        Ok(splits)
    }
}

/// What tells where a row may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Area, language and source.
    pub cell: [String; 3],
    /// Rows of one group go into one split.
    pub group: usize,
}

impl Splits {
    /// Returns the names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns how many of so many rows every split is to have: largest remainder, equal ones in the order of the names.
    pub fn quotas(&self, rows: u64) -> Vec<u64> {
        apportioned(rows, &self.weights)
    }

    /// Returns the number of the split of every row.
    ///
    /// Sizes are the quotas exactly, unless groups are too large for that. The rows are walked cell by cell, each cell in
    /// a random order of its own, and each goes to the split that is furthest behind its share of the rows so far: so
    /// every split has its share of every cell, to a row or two. Groups are placed before, the largest first. At last rows
    /// are swapped until every split has its share of every area, language and source as nearly as can be.
    pub fn assign(&self, rows: &[Row], seed: u64) -> Vec<usize> {
        let total = rows.len() as u64;
        let mut open = Open { quotas: self.quotas(total), total, sizes: vec![0; self.names.len()] };
        let order = walk(rows, seed);
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &row in &order {
            groups.entry(rows[row].group).or_default().push(row);
        }
        let mut groups: Vec<Vec<usize>> = groups.into_values().filter(|group| group.len() > 1).collect();
        groups.sort_by_key(|group| Reverse(group.len()));
        let mut chosen = vec![None; rows.len()];
        let mut grouped = vec![false; rows.len()];
        let mut placed = vec![0; self.names.len()];
        for group in groups {
            group.iter().for_each(|&row| grouped[row] = true);
            let split = open.take(group.len() as u64, &placed);
            placed[split] += group.len() as u64;
            group.iter().for_each(|&row| chosen[row] = Some(split));
        }
        let mut passed = vec![0; self.names.len()];
        order.iter().for_each(|&row| {
            let split = *chosen[row].get_or_insert_with(|| open.take(1, &passed));
            passed[split] += 1;
        });
        let mut chosen: Vec<usize> = chosen.into_iter().map(Option::unwrap_or_default).collect();
        let quotas = open.quotas;
        Balance::new(rows, &order, &chosen, &quotas, |row| !grouped[row]).settle(&mut chosen);
        chosen
    }
}

/// Returns the rows in the order in which they are walked.
fn walk(rows: &[Row], seed: u64) -> Vec<usize> {
    let mut cells: BTreeMap<&[String; 3], Vec<usize>> = BTreeMap::new();
    for (number, row) in rows.iter().enumerate() {
        cells.entry(&row.cell).or_default().push(number);
    }
    for (cell, rows) in &mut cells {
        let names: Vec<Option<&str>> = cell.iter().map(|name| Some(name.as_str())).collect();
        shuffle_with(rows, &mut generator(seed, "split", &names));
    }
    cells.into_values().flatten().collect()
}

/// What the splits have room for.
struct Open {
    quotas: Vec<u64>,
    total: u64,
    sizes: Vec<u64>,
}

impl Open {
    /// Takes room for so many rows: in the split that is furthest behind its share of `passed`, of those that have the
    /// room; where none has, in the one that has most.
    fn take(&mut self, rows: u64, passed: &[u64]) -> usize {
        let after = i128::from(passed.iter().sum::<u64>() + rows);
        let behind = |split: &usize| {
            i128::from(self.quotas[*split]) * after - i128::from(self.total) * i128::from(passed[*split])
        };
        let room = |split: &usize| self.quotas[*split].saturating_sub(self.sizes[*split]);
        let splits = || (0..self.quotas.len()).rev();
        // Of equal ones the last of an iterator is the greatest, so the first split wins.
        let fit = splits().filter(|split| room(split) >= rows).max_by_key(behind);
        let split = fit.or_else(|| splits().max_by_key(room)).unwrap_or_default();
        self.sizes[split] += rows;
        split
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn splits(text: &str) -> Splits {
        text.parse().expect("splits")
    }

    fn rows(cells: &[usize]) -> Vec<Row> {
        let cell =
            |number: usize| [format!("area{}", number / 3), format!("language{}", number % 3), "existing".to_owned()];
        let cells = cells.iter().enumerate().flat_map(|(number, size)| std::iter::repeat_n(cell(number), *size));
        cells.enumerate().map(|(group, cell)| Row { cell, group }).collect()
    }

    fn sizes(splits: &Splits, chosen: &[usize]) -> Vec<u64> {
        let count = |split| chosen.iter().filter(|chosen| **chosen == split).count() as u64;
        (0..splits.names().len()).map(count).collect()
    }

    #[test]
    fn splits_are_names_with_shares() {
        let two = splits("train=0.9, validation=0.1");
        assert_eq!((two.names(), two.quotas(25)), (&["train".to_owned(), "validation".to_owned()][..], vec![23, 2]));
        assert_eq!(splits("train=9,test=1").quotas(1_000), [900, 100]);
        for wrong in
            ["", "train", "train=0", "train=-1", "Train=1", "a/b=1", "=1", "1a=1", "a=1,a=2", "a=0.1234567", "a=1,"]
        {
            assert!(wrong.parse::<Splits>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_cell_gives_its_share() {
        let (two, rows) = (splits("train=0.9,validation=0.1"), rows(&[10; 12]));
        let chosen = two.assign(&rows, 1);
        for cell in chosen.chunks(10) {
            assert_eq!(sizes(&two, cell), [9, 1]);
        }
        assert_eq!(two.assign(&rows, 1), chosen);
        assert_ne!(two.assign(&rows, 2), chosen);
        assert_eq!(Splits::default().assign(&rows, 1), vec![0; 120]);
    }

    /// Small cells, whose own shares are parts of a row, still make up every axis' share.
    #[test]
    fn every_axis_gives_its_share() {
        let mut rows = Vec::new();
        for area in 0..9 {
            for language in 0..7 {
                for source in ["existing", "generated"] {
                    let cell = [format!("a{area}"), format!("l{language}"), source.to_owned()];
                    for _ in 0..(area * 5 + language * 3 + source.len()) % 13 {
                        rows.push(Row { cell: cell.clone(), group: rows.len() });
                    }
                }
            }
        }
        for (splits, seed) in [(splits("train=0.9,validation=0.1"), 0), (splits("a=0.8,b=0.1,c=0.1"), 3)] {
            let chosen = splits.assign(&rows, seed);
            let quotas = splits.quotas(rows.len() as u64);
            assert_eq!(sizes(&splits, &chosen), quotas);
            for axis in 0..3 {
                let mut values: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
                for (row, split) in rows.iter().zip(&chosen) {
                    values.entry(&row.cell[axis]).or_default().push(*split);
                }
                for (value, chosen) in values {
                    for (found, quota) in sizes(&splits, &chosen).iter().zip(&quotas) {
                        let exact = quota * chosen.len() as u64;
                        let beside = (found * rows.len() as u64).abs_diff(exact);
                        assert!(beside < rows.len() as u64, "{value}: {found} of {}", chosen.len());
                    }
                }
            }
        }
    }

    #[test]
    fn a_group_stays_together_and_sizes_hold_where_they_can() {
        let two = splits("train=0.8,validation=0.2");
        let mut rows = rows(&[10; 10]);
        for row in &mut rows[5..20] {
            row.group = 5;
        }
        rows[99].group = 50;
        let chosen = two.assign(&rows, 3);
        assert!(chosen[5..20].iter().all(|split| *split == chosen[5]) && chosen[99] == chosen[50]);
        assert_eq!(sizes(&two, &chosen), [80, 20]);
        rows.iter_mut().for_each(|row| row.group = 0);
        assert_eq!(sizes(&two, &two.assign(&rows, 3)), [100, 0]);
    }

    proptest! {
        #[test]
        fn sizes_are_exact_and_every_cell_is_near_its_share(
            cells in proptest::collection::vec(0usize..40, 1..20),
            weights in proptest::collection::vec(1u64..20, 1..5),
            seed in 0u64..1000,
        ) {
            let text: Vec<String> = weights.iter().enumerate().map(|(n, w)| format!("s{n}={w}")).collect();
            let (splits, rows) = (splits(&text.join(",")), rows(&cells));
            let chosen = splits.assign(&rows, seed);
            let quotas = splits.quotas(rows.len() as u64);
            prop_assert_eq!(sizes(&splits, &chosen), quotas.clone());
            let mut begin = 0;
            for size in cells {
                for (found, quota) in sizes(&splits, &chosen[begin..begin + size]).iter().zip(&quotas) {
                    // Within `splits` rows of the exact share; of two splits within one.
                    let exact = quota * size as u64;
                    let bound = (weights.len() as u64 - 1).max(1) * rows.len() as u64;
                    prop_assert!((found * rows.len() as u64).abs_diff(exact) <= bound);
                }
                begin += size;
            }
        }

        #[test]
        fn a_group_is_never_parted(
            groups in proptest::collection::vec(0usize..30, 1..100),
            seed in 0u64..1000,
        ) {
            let mut rows = rows(&[7; 20])[..groups.len()].to_vec();
            rows.iter_mut().zip(&groups).for_each(|(row, group)| row.group = *group);
            let chosen = splits("train=0.7,test=0.2,validation=0.1").assign(&rows, seed);
            for (row, group) in groups.iter().enumerate() {
                let first = groups.iter().position(|other| other == group).expect("itself");
                prop_assert_eq!(chosen[row], chosen[first]);
            }
        }
    }
}
