//! Coverage: what a catalog holds, value by value, against a target.

use std::collections::BTreeMap;

use serde::Serialize;

use super::pool::Stratum;
use super::prompt::Axis;
use super::target::Shares;
use super::taxonomy::Taxonomy;

/// Which prompts are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// All of them.
    Total,
    /// Those that some dataset holds.
    Used,
    /// Those that no dataset holds.
    Unused,
}

impl Measure {
    /// Returns the name used in files and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Used => "used",
            Self::Unused => "unused",
        }
    }

    /// Tells whether the prompts of a stratum are counted.
    pub fn counts(self, stratum: &Stratum) -> bool {
        match self {
            Self::Total => true,
            Self::Used => stratum.uses > 0,
            Self::Unused => stratum.uses == 0,
        }
    }
}

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
    /// The value's share of all prompts that are measured, 0 to 1.
    pub share: f64,
    /// Its target share, 0 to 1, where the axis has a target.
    pub target: Option<f64>,
    /// Share less target share.
    pub gap: Option<f64>,
}

/// Counts the prompts of every value of an axis; values with a target share are listed also where there are none.
/// Shares are those of the prompts that `measure` counts. The order is that of the target shares, largest first, and
/// then of the names.
pub fn by_axis(
    strata: &[Stratum],
    axis: Axis,
    measure: Measure,
    shares: Option<&Shares>,
    taxonomy: &Taxonomy,
) -> Vec<ValueCoverage> {
    let mut rows: BTreeMap<&str, ValueCoverage> = BTreeMap::new();
    for (value, _) in shares.iter().flat_map(|shares| shares.weights()) {
        rows.entry(value).or_default();
    }
    for stratum in strata.iter().filter(|stratum| stratum.size > 0) {
        let row = rows.entry(stratum.value(axis, taxonomy)).or_default();
        row.total += stratum.size;
        *if stratum.uses == 0 { &mut row.unused } else { &mut row.used } += stratum.size;
    }
    let measured = |row: &ValueCoverage| match measure {
        Measure::Total => row.total,
        Measure::Used => row.used,
        Measure::Unused => row.unused,
    };
    let all: u64 = rows.values().map(measured).sum();
    let mut rows: Vec<_> = rows
        .into_iter()
        .map(|(value, row)| {
            let share = ratio(measured(&row), all);
            let target = shares.map(|shares| ratio(shares.weight(value), shares.total()));
            let gap = target.map(|target| rounded(share - target));
            ValueCoverage { value: value.to_owned(), share, target, gap, ..row }
        })
        .collect();
    let weight = |row: &ValueCoverage| shares.map_or(0, |shares| shares.weight(&row.value));
    rows.sort_by_key(|row| std::cmp::Reverse(weight(row)));
    rows
}

/// Counts prompts by two axes: the values of the first with those of the second.
pub fn matrix(
    strata: &[Stratum],
    axes: [Axis; 2],
    measure: Measure,
    taxonomy: &Taxonomy,
) -> BTreeMap<(String, String), u64> {
    let mut cells = BTreeMap::new();
    for stratum in strata.iter().filter(|stratum| measure.counts(stratum) && stratum.size > 0) {
        let [row, column] = axes.map(|axis| stratum.value(axis, taxonomy).to_owned());
        *cells.entry((row, column)).or_default() += stratum.size;
    }
    cells
}

/// Returns a part of a whole, 0 to 1, rounded to a millionth: for showing, since no decision rests on it.
pub fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { rounded(part as f64 / whole as f64) }
}

/// Rounds to a millionth.
pub fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}
