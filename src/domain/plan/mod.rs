//! The plan: how many prompts to draw from every cell, so that the quotas hold.
//!
//! A plan serves these goals, each wholly before the next: as many prompts as asked for; then the least
//! Σ|planned − quota| over the values of topic and language; then the least over the sources; then the least
//! Σ|planned − count × product of the shares| over the cells; then the first that is found when topics, languages and
//! sources are taken in the order of their names.
//!
//! Without the source axis this is a flow from topics to languages through the cells, with convex costs at the
//! margins, and solved as one (`network`). With two sources, each topic and language has two arcs side by side,
//! and the quota of existing prompts is one more condition on the flow (`search`). All numbers are integers.

mod network;
mod search;

use serde::Serialize;

use self::network::{Arc, Flow, Network, Shape};
use super::pool::{Cell, Pool};
use super::prompt::{Axis, Source};
use super::quota::quotas;
use super::target::{Shares, Targets};

/// Version of the rules that make a plan and draw it; stored with every dataset.
pub const DRAW_VERSION: u32 = 1;

/// How many prompts to draw from every cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// How many prompts were asked for.
    pub requested: u64,
    /// How many to draw from each stock of the pool, in the order of the pool's stocks.
    pub cells: Vec<PlannedCell>,
    /// Quota and number of every value, on each axis that has a target.
    pub axes: Vec<AxisPlan>,
    /// Whether no plan deviates less on the source axis; false where the search for one was ended before its end.
    pub source_proven: bool,
    /// Whether no plan comes closer to the ideal counts of the cells; false where the search was ended.
    pub cells_proven: bool,
}

/// How many prompts to draw from one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedCell {
    /// The cell.
    #[serde(flatten)]
    pub cell: Cell,
    /// How many prompts the pool holds of it.
    pub available: u64,
    /// How many to draw.
    pub drawn: u64,
}

/// Quota and number of every value of one axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AxisPlan {
    /// The axis.
    pub axis: Axis,
    /// Its values, in the order of their names.
    pub values: Vec<ValuePlan>,
}

/// Quota and number of one value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ValuePlan {
    /// The value.
    pub value: String,
    /// How many prompts the target gives it.
    pub quota: u64,
    /// How many the plan gives it.
    pub drawn: u64,
}

/// A value that gets fewer prompts than its quota.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shortfall {
    /// Its axis.
    pub axis: Axis,
    /// The value.
    pub value: String,
    /// How many prompts the target gives it.
    pub quota: u64,
    /// How many the plan gives it.
    pub drawn: u64,
}

impl Plan {
    /// Returns how many prompts the plan draws.
    pub fn drawn(&self) -> u64 {
        self.cells.iter().map(|cell| cell.drawn).sum()
    }

    /// Returns the values that get fewer prompts than their quota, axis by axis.
    pub fn shortfalls(&self) -> Vec<Shortfall> {
        let short = |axis: &AxisPlan| {
            let axis_name = axis.axis;
            axis.values
                .iter()
                .filter(|value| value.drawn < value.quota)
                .map(|v| Shortfall { axis: axis_name, value: v.value.clone(), quota: v.quota, drawn: v.drawn })
                .collect::<Vec<_>>()
        };
        self.axes.iter().flat_map(short).collect()
    }

    /// Tells whether every quota is met and nothing is missing.
    pub fn is_exact(&self) -> bool {
        self.drawn() == self.requested && self.shortfalls().is_empty()
    }
}

/// Plans how to draw `count` prompts from a pool.
pub fn plan(count: u64, targets: &Targets, pool: &Pool) -> Plan {
    let (flow, source_proven, cells_proven) = if pool.available() <= count {
        (pool.stocks.iter().map(|stock| stock.available()).collect(), true, true)
    } else {
        let layout = Layout::new(count, targets, pool);
        let existing = targets.source.as_ref().map(|shares| {
            let quotas = quotas(count, shares);
            quotas.iter().find(|(value, _)| value == Source::Existing.name()).map_or(0, |(_, quota)| *quota as i64)
        });
        let bounds = layout.bounds(count, pool);
        let best = search::best_flow(&layout.network, layout.start(count, pool), &bounds, existing);
        (
            best.flow[layout.first_cell..].iter().map(|&x| x as u64).collect::<Vec<_>>(),
            best.source_proven,
            best.cells_proven,
        )
    };
    let cells: Vec<PlannedCell> = pool
        .stocks
        .iter()
        .zip(flow)
        .map(|(stock, drawn)| PlannedCell { cell: stock.cell.clone(), available: stock.available(), drawn })
        .collect();
    let axes = targets.axes().map(|shares| axis_plan(count, shares, &cells)).collect();
    Plan { requested: count, cells, axes, source_proven, cells_proven }
}

fn axis_plan(count: u64, shares: &Shares, cells: &[PlannedCell]) -> AxisPlan {
    let value_of = |cell: &Cell| match shares.axis() {
        Axis::Area | Axis::Category => cell.topic.clone(),
        Axis::Language => cell.language.clone(),
        Axis::Source => cell.source.map(|source| source.name().to_owned()),
    };
    let planned =
        |value: &str| cells.iter().filter(|c| value_of(&c.cell).as_deref() == Some(value)).map(|c| c.drawn).sum();
    let values = quotas(count, shares)
        .into_iter()
        .map(|(value, quota)| ValuePlan { drawn: planned(&value), value, quota })
        .collect();
    AxisPlan { axis: shares.axis(), values }
}

/// The network of one plan: an arc from the start to every topic, an arc for every stock of the pool, and an arc from
/// every language to the end, in this order. An axis without a target is one value that has all of the count.
struct Layout {
    network: Network,
    first_cell: usize,
}

impl Layout {
    fn new(count: u64, targets: &Targets, pool: &Pool) -> Self {
        let topics = values(count, &targets.topic);
        let languages = values(count, &targets.language);
        let node = |values: &[(String, u64)], name: &Option<String>| {
            values.iter().position(|(value, _)| Some(value) == name.as_ref()).unwrap_or(0)
        };
        let (start, end) = (topics.len() + languages.len(), topics.len() + languages.len() + 1);
        let margin = |from, to, quota| Arc { from, to, shape: Shape::Margin { quota } };
        let mut arcs: Vec<Arc> =
            topics.iter().enumerate().map(|(i, (_, quota))| margin(start, i, *quota as i64)).collect();
        arcs.extend(languages.iter().enumerate().map(|(i, (_, quota))| margin(topics.len() + i, end, *quota as i64)));
        let first_cell = arcs.len();
        arcs.extend(pool.stocks.iter().map(|stock| Arc {
            from: node(&topics, &stock.cell.topic),
            to: topics.len() + node(&languages, &stock.cell.language),
            shape: Shape::Cell {
                ideal: ideal(count, targets, &stock.cell),
                existing: stock.cell.source == Some(Source::Existing),
            },
        }));
        let network = Network { nodes: end + 1, arcs, unit: unit(targets) };
        Self { network, first_cell }
    }

    fn bounds(&self, count: u64, pool: &Pool) -> network::Bounds {
        let margins = (0..self.first_cell).map(|_| (0, count as i64));
        margins.chain(pool.stocks.iter().map(|stock| (0, stock.available().min(count) as i64))).collect()
    }

    /// Some flow of the whole count: every cell up to its ideal, then the first cells up to their stock.
    fn start(&self, count: u64, pool: &Pool) -> Flow {
        let mut flow = vec![0; self.network.arcs.len()];
        let mut left = count as i64;
        for to_the_ideal in [true, false] {
            for (i, stock) in pool.stocks.iter().enumerate() {
                let arc = self.first_cell + i;
                let Arc { from, to, shape: Shape::Cell { ideal, .. } } = self.network.arcs[arc] else { continue };
                let most = stock.available().min(count) as i64;
                let most = if to_the_ideal { most.min((ideal / self.network.unit) as i64) } else { most };
                let more = (most - flow[arc]).clamp(0, left);
                for arc in [arc, from, to] {
                    flow[arc] += more;
                }
                left -= more;
            }
        }
        flow
    }
}

fn values(count: u64, shares: &Option<Shares>) -> Vec<(String, u64)> {
    shares.as_ref().map_or_else(|| vec![(String::new(), count)], |shares| quotas(count, shares))
}

/// By what the ideal count of every cell has to be multiplied to be whole.
fn unit(targets: &Targets) -> i128 {
    targets.axes().map(|shares| i128::from(shares.total())).product()
}

/// Returns count × product of the shares, times the unit.
fn ideal(count: u64, targets: &Targets, cell: &Cell) -> i128 {
    let weight = |shares: &Option<Shares>, value: Option<&str>| {
        shares.as_ref().map_or(1, |shares| i128::from(shares.weight(value.unwrap_or_default())))
    };
    i128::from(count)
        * weight(&targets.topic, cell.topic.as_deref())
        * weight(&targets.language, cell.language.as_deref())
        * weight(&targets.source, cell.source.map(Source::name))
}

#[cfg(test)]
mod tests;
