//! The pool: the prompts that may be drawn now, by cell.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::prompt::{Axis, Labels, Source};
use super::target::{Shares, Targets};
use super::taxonomy::Taxonomy;

/// Names one stratum within a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StratumId(pub i64);

/// The prompts of a catalog that share category, language, source and number of uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// Its name within the catalog.
    pub id: StratumId,
    /// Category and language.
    pub labels: Labels,
    /// Who made its prompts.
    pub source: Source,
    /// The datasets, not released, that each of its prompts is in.
    pub uses: u32,
    /// How many prompts it holds, at the positions `0..size`.
    pub size: u64,
}

impl Stratum {
    /// Returns what a space's prompts will be, to be looked at as if they were stored.
    fn of_space(space: &Space) -> Self {
        Self { id: StratumId(0), labels: space.labels.clone(), source: Source::Generated, uses: 0, size: space.left }
    }

    /// Returns the value that the prompts of this stratum have on an axis.
    pub fn value<'a>(&'a self, axis: Axis, taxonomy: &'a Taxonomy) -> &'a str {
        match axis {
            Axis::Area => taxonomy.area_of(&self.labels.category),
            Axis::Category => &self.labels.category,
            Axis::Language => &self.labels.language,
            Axis::Source => self.source.name(),
        }
    }
}

/// Which prompts a draw is limited to: on each axis named here, those with one of the values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Filter(pub BTreeMap<Axis, BTreeSet<String>>);

impl Filter {
    /// Tells whether this filter lets a value of an axis through.
    pub fn admits(&self, axis: Axis, value: &str) -> bool {
        self.0.get(&axis).is_none_or(|values| values.contains(value))
    }

    /// Tells whether this filter lets the prompts of a stratum through.
    pub fn admits_stratum(&self, stratum: &Stratum, taxonomy: &Taxonomy) -> bool {
        Axis::ALL.into_iter().all(|axis| self.admits(axis, stratum.value(axis, taxonomy)))
    }

    /// Returns the targets that make sense under this filter: without the values that it keeps out, and without a
    /// target on an axis of which it leaves no value that has a share.
    pub fn narrow(&self, targets: &Targets, taxonomy: &Taxonomy) -> Targets {
        let area_is_left = |area: &str| {
            let categories = taxonomy.areas().iter().filter(|a| a.name == area).flat_map(|a| &a.categories);
            let has_category = !self.0.contains_key(&Axis::Category)
                || categories.into_iter().any(|category| self.admits(Axis::Category, category));
            has_category && self.admits(Axis::Area, area)
        };
        let narrow = |shares: &Option<Shares>| {
            let shares = shares.as_ref()?;
            shares.narrowed(|value| match shares.axis() {
                Axis::Area => area_is_left(value),
                Axis::Category => {
                    self.admits(Axis::Category, value) && self.admits(Axis::Area, taxonomy.area_of(value))
                }
                axis => self.admits(axis, value),
            })
        };
        Targets { topic: narrow(&targets.topic), language: narrow(&targets.language), source: narrow(&targets.source) }
    }
}

/// The prompts that share area (or category), language and source; `None` on an axis without a target, where the
/// cell holds the prompts of all values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cell {
    /// The area, or the category where that has the target.
    pub topic: Option<String>,
    /// The language.
    pub language: Option<String>,
    /// The source.
    pub source: Option<Source>,
}

/// What the pool holds of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    /// The cell.
    pub cell: Cell,
    /// The strata it is made of, each with its size, in the order of category, language, source and uses.
    pub strata: Vec<(StratumId, u64)>,
    /// How many prompts of it templates can still make, as far as is known.
    pub space: u64,
}

impl Stock {
    /// Returns how many prompts the pool holds of this cell.
    pub fn available(&self) -> u64 {
        self.stored() + self.space
    }

    /// Returns how many of those are stored.
    pub fn stored(&self) -> u64 {
        self.strata.iter().map(|(_, size)| size).sum()
    }
}

/// How many prompts of a category and language templates can still make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    /// Category and language.
    pub labels: Labels,
    /// How many.
    pub left: u64,
}

/// Prompts that could be drawn but for a value without a target share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The axis on which they have no share.
    pub axis: Axis,
    /// Their value on it.
    pub value: String,
    /// How many they are.
    pub prompts: u64,
}

/// The prompts that may be drawn now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// What there is of each cell that a target gives a share, in the order of the cells; none of them empty.
    pub stocks: Vec<Stock>,
    /// What no target gives a share, each prompt counted once, under the first axis that leaves it out.
    pub left_out: Vec<LeftOut>,
}

impl Pool {
    /// Sorts the strata that the filter lets through, of prompts with fewer than `max_uses` uses, into cells.
    pub fn new(strata: &[Stratum], targets: &Targets, filter: &Filter, max_uses: u32, taxonomy: &Taxonomy) -> Self {
        let mut strata: Vec<&Stratum> =
            strata.iter().filter(|s| s.size > 0 && s.uses < max_uses && filter.admits_stratum(s, taxonomy)).collect();
        strata.sort_by_key(|s| (&s.labels, s.source, s.uses));
        let mut cells: BTreeMap<Cell, Vec<(StratumId, u64)>> = BTreeMap::new();
        let mut left_out: BTreeMap<(Axis, &str), u64> = BTreeMap::new();
        for stratum in strata {
            let value = |axis| stratum.value(axis, taxonomy);
            if let Some(shares) = targets.axes().find(|shares| shares.weight(value(shares.axis())) == 0) {
                *left_out.entry((shares.axis(), value(shares.axis()))).or_default() += stratum.size;
                continue;
            }
            cells.entry(cell_of(stratum, targets, taxonomy)).or_default().push((stratum.id, stratum.size));
        }
        Self {
            stocks: cells.into_iter().map(|(cell, strata)| Stock { cell, strata, space: 0 }).collect(),
            left_out: left_out
                .into_iter()
                .map(|((axis, value), prompts)| LeftOut { axis, value: value.to_owned(), prompts })
                .collect(),
        }
    }

    /// Adds what templates can still make, as far as the filter and the targets let it through.
    pub fn with_spaces(mut self, spaces: &[Space], targets: &Targets, filter: &Filter, taxonomy: &Taxonomy) -> Self {
        let mut stocks: BTreeMap<Cell, Stock> =
            self.stocks.drain(..).map(|stock| (stock.cell.clone(), stock)).collect();
        for space in spaces.iter().filter(|space| space.left > 0) {
            let stratum = Stratum::of_space(space);
            let shared = targets.axes().all(|shares| shares.weight(stratum.value(shares.axis(), taxonomy)) > 0);
            if shared && filter.admits_stratum(&stratum, taxonomy) {
                let cell = cell_of(&stratum, targets, taxonomy);
                let new = Stock { cell: cell.clone(), strata: Vec::new(), space: 0 };
                stocks.entry(cell).or_insert(new).space += space.left;
            }
        }
        self.stocks = stocks.into_values().filter(|stock| stock.available() > 0).collect();
        self
    }

    /// Returns how many prompts the cells hold together.
    pub fn available(&self) -> u64 {
        self.stocks.iter().map(Stock::available).sum()
    }
}

fn cell_of(stratum: &Stratum, targets: &Targets, taxonomy: &Taxonomy) -> Cell {
    let value = |axis| stratum.value(axis, taxonomy).to_owned();
    Cell {
        topic: targets.topic.as_ref().map(|shares| value(shares.axis())),
        language: targets.language.as_ref().map(|_| value(Axis::Language)),
        source: targets.source.as_ref().map(|_| stratum.source),
    }
}

/// Tells whether any prompt of a source is among the strata that the filter and `max_uses` allow.
pub fn holds_source(strata: &[Stratum], source: Source, filter: &Filter, max_uses: u32, taxonomy: &Taxonomy) -> bool {
    strata.iter().any(|s| s.source == source && s.size > 0 && s.uses < max_uses && filter.admits_stratum(s, taxonomy))
}
