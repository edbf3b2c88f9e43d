//! Coverage: what a catalog holds, value by value, against a target.

use std::collections::BTreeMap;

use serde::Serialize;

use super::pool::Stratum;
use super::prompt::Axis;
use super::target::Shares;
use super::taxonomy::Taxonomy;

/// What the catalog holds of one value of an axis.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ValueCoverage {
    /// The value.
    pub value: String,
    /// Prompts with this value.
    pub total: u64,
    /// Those that some dataset holds.
    pub used: u64,
    /// Those that no dataset holds.
    pub unused: u64,
    /// The value's share of all prompts, 0 to 1.
    pub share: f64,
    /// Its target share, 0 to 1, where the axis has a target.
    pub target: Option<f64>,
    /// Share less target share.
    pub gap: Option<f64>,
}

/// Counts the prompts of every value of an axis; values with a target share are listed also where there are none.
/// The order is that of the target shares, largest first, and then of the names.
pub fn by_axis(strata: &[Stratum], axis: Axis, shares: Option<&Shares>, taxonomy: &Taxonomy) -> Vec<ValueCoverage> {
    let mut rows: BTreeMap<&str, ValueCoverage> = BTreeMap::new();
    for (value, _) in shares.iter().flat_map(|shares| shares.weights()) {
        rows.entry(value).or_default();
    }
    for stratum in strata.iter().filter(|stratum| stratum.size > 0) {
        let row = rows.entry(stratum.value(axis, taxonomy)).or_default();
        row.total += stratum.size;
        *if stratum.uses == 0 { &mut row.unused } else { &mut row.used } += stratum.size;
    }
    let all: u64 = rows.values().map(|row| row.total).sum();
    let mut rows: Vec<_> = rows
        .into_iter()
        .map(|(value, row)| {
            let share = ratio(row.total, all);
            let target = shares.map(|shares| ratio(shares.weight(value), shares.total()));
            let gap = target.map(|target| rounded(share - target));
            ValueCoverage { value: value.to_owned(), share, target, gap, ..row }
        })
        .collect();
    let weight = |row: &ValueCoverage| shares.map_or(0, |shares| shares.weight(&row.value));
    rows.sort_by_key(|row| std::cmp::Reverse(weight(row)));
    rows
}

/// Counts unused prompts by two axes: the values of the first with those of the second.
pub fn matrix(strata: &[Stratum], axes: [Axis; 2], taxonomy: &Taxonomy) -> BTreeMap<(String, String), u64> {
    let mut cells = BTreeMap::new();
    for stratum in strata.iter().filter(|stratum| stratum.uses == 0 && stratum.size > 0) {
        let [row, column] = axes.map(|axis| stratum.value(axis, taxonomy).to_owned());
        *cells.entry((row, column)).or_default() += stratum.size;
    }
    cells
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { rounded(part as f64 / whole as f64) }
}

/// Rounds to a millionth, for showing: no decision rests on it.
fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}
