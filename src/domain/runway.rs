//! Runway: how many more samples of one size the pool can still fill.

use serde::Serialize;

use super::plan::{Shortfall, plan};
use super::pool::{Cell, Pool, Stock};
use super::target::{Shares, Targets};

/// How many samples of one size a pool can fill before the first shortfall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Runway {
    /// The size of a sample, in prompts.
    pub count: u64,
    /// How many samples meet every quota, one after another.
    pub samples: u64,
    /// The values that fall short in the next one.
    pub shortfalls: Vec<Shortfall>,
    /// The cell that lacks most in the next one; `None` where no axis has a target.
    pub ends_in: Option<EndCell>,
}

/// The cell in which a runway ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EndCell {
    /// The cell.
    #[serde(flatten)]
    pub cell: Cell,
    /// How many prompts of it a sample takes ideally, rounded up.
    pub wanted: u64,
    /// How many are left of it then.
    pub left: u64,
}

/// Samples a pool again and again, as plans alone, until a quota cannot be met.
///
/// A plan stays the best as long as the pool holds what it draws, so it is repeated at once as often as that lasts:
/// every round uses up some cell, and their number does not depend on the size of the pool.
pub fn runway(count: u64, targets: &Targets, pool: &Pool) -> Runway {
    let mut pool = pool.clone();
    let mut samples = 0;
    loop {
        let plan = plan(count, targets, &pool);
        if !plan.is_exact() {
            let shortfalls = plan.shortfalls();
            let ends_in = end_cell(count, targets, &pool, &shortfalls);
            return Runway { count, samples, shortfalls, ends_in };
        }
        let times = plan.cells.iter().filter(|c| c.drawn > 0).map(|c| c.available / c.drawn).min().unwrap_or(1);
        samples += times;
        for (stock, cell) in pool.stocks.iter_mut().zip(&plan.cells) {
            take(stock, cell.drawn * times);
        }
        pool.stocks.retain(|stock| stock.available() > 0);
    }
}

fn take(stock: &mut Stock, mut prompts: u64) {
    for (_, size) in &mut stock.strata {
        let taken = prompts.min(*size);
        *size -= taken;
        prompts -= taken;
    }
    stock.space -= prompts;
}

/// Returns the cell, among those of a value that falls short, of which the pool lacks most; the first of equals.
fn end_cell(count: u64, targets: &Targets, pool: &Pool, shortfalls: &[Shortfall]) -> Option<EndCell> {
    let short = |shares: &Option<Shares>, value: &Option<String>| {
        let (Some(shares), Some(value)) = (shares, value) else { return false };
        shortfalls.iter().any(|s| s.axis == shares.axis() && s.value == *value)
    };
    let is_short = |cell: &Cell| {
        let source = cell.source.map(|source| source.name().to_owned());
        short(&targets.topic, &cell.topic)
            || short(&targets.language, &cell.language)
            || short(&targets.source, &source)
    };
    let cells = cells(targets).into_iter().filter(|cell| is_short(cell)).map(|cell| {
        let left = pool.stocks.iter().find(|stock| stock.cell == cell).map_or(0, Stock::available);
        EndCell { wanted: wanted(count, targets, &cell), left, cell }
    });
    cells.rev().max_by_key(|end| end.wanted.saturating_sub(end.left))
}

/// Returns every cell that the targets give a share, in order.
fn cells(targets: &Targets) -> Vec<Cell> {
    let values = |shares: &Option<Shares>| match shares {
        Some(shares) => shares.weights().map(|(value, _)| Some(value.to_owned())).collect(),
        None => vec![None],
    };
    let mut cells = Vec::new();
    for topic in values(&targets.topic) {
        for language in values(&targets.language) {
            for source in values(&targets.source) {
                let source = source.and_then(|name| name.parse().ok());
                cells.push(Cell { topic: topic.clone(), language: language.clone(), source });
            }
        }
    }
    cells
}

fn wanted(count: u64, targets: &Targets, cell: &Cell) -> u64 {
    let part = |product: (u128, u128), shares: &Option<Shares>, value: Option<&str>| match shares {
        Some(shares) => {
            let weight = u128::from(shares.weight(value.unwrap_or_default()));
            (product.0 * weight, product.1 * u128::from(shares.total()))
        }
        None => product,
    };
    let product = part((u128::from(count), 1), &targets.topic, cell.topic.as_deref());
    let product = part(product, &targets.language, cell.language.as_deref());
    let (numerator, denominator) = part(product, &targets.source, cell.source.map(|s| s.name()));
    numerator.div_ceil(denominator) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::pool::StratumId;
    use crate::domain::prompt::Axis;

    fn shares(axis: Axis, weights: &[(&str, &str)]) -> Option<Shares> {
        let weights: BTreeMap<_, _> =
            weights.iter().map(|(v, w)| ((*v).to_owned(), w.parse().expect("a decimal"))).collect();
        Some(Shares::new(axis, &weights).expect("shares"))
    }

    fn pool(cells: &[(&str, &str, u64)]) -> Pool {
        let stock = |(topic, language, size): &(&str, &str, u64)| {
            let cell = Cell { topic: Some((*topic).into()), language: Some((*language).into()), source: None };
            Stock { cell, strata: vec![(StratumId(0), *size)], space: 0 }
        };
        Pool { stocks: cells.iter().map(stock).collect(), left_out: vec![] }
    }

    #[test]
    fn the_runway_is_as_long_as_the_scarcest_value_lasts() {
        let targets = Targets {
            topic: shares(Axis::Area, &[("a", "3"), ("b", "1")]),
            language: shares(Axis::Language, &[("x", "1"), ("y", "1")]),
            source: None,
        };
        // A sample of 8 takes 6 of a and 2 of b, 4 of x and 4 of y: b lasts for five samples and a prompt over.
        let pool = pool(&[("a", "x", 1000), ("a", "y", 1000), ("b", "x", 9), ("b", "y", 2)]);
        let found = runway(8, &targets, &pool);
        assert_eq!(found.samples, 5);
        let short = Shortfall { axis: Axis::Area, value: "b".into(), quota: 2, drawn: 1 };
        assert_eq!(found.shortfalls, [short]);
        let end = found.ends_in.expect("a cell");
        assert_eq!((end.cell.topic.as_deref(), end.wanted), (Some("b"), 1));
    }

    #[test]
    fn the_runway_of_a_value_without_stock_is_nothing() {
        let targets = Targets { topic: shares(Axis::Area, &[("a", "1"), ("b", "1")]), language: None, source: None };
        let cell = Cell { topic: Some("a".into()), language: None, source: None };
        let pool = Pool { stocks: vec![Stock { cell, strata: vec![(StratumId(0), 50)], space: 0 }], left_out: vec![] };
        let found = runway(10, &targets, &pool);
        assert_eq!(found.samples, 0);
        assert_eq!(found.ends_in.and_then(|end| end.cell.topic).as_deref(), Some("b"));
    }

    #[test]
    fn the_runway_is_what_sampling_again_and_again_finds() {
        let targets = Targets {
            topic: shares(Axis::Area, &[("a", "2"), ("b", "3"), ("c", "1")]),
            language: shares(Axis::Language, &[("x", "5"), ("y", "3")]),
            source: None,
        };
        let full =
            pool(&[("a", "x", 41), ("a", "y", 13), ("b", "x", 37), ("b", "y", 25), ("c", "x", 30), ("c", "y", 7)]);
        let (mut pool, mut samples) = (full.clone(), 0);
        loop {
            let plan = plan(7, &targets, &pool);
            if !plan.is_exact() {
                break;
            }
            samples += 1;
            pool.stocks.iter_mut().zip(&plan.cells).for_each(|(stock, cell)| take(stock, cell.drawn));
            pool.stocks.retain(|stock| stock.available() > 0);
        }
        assert_eq!(runway(7, &targets, &full).samples, samples);
    }
}
