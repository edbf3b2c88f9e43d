//! The search for the best flow that also takes a given number of existing prompts.
//!
//! The first two goals of a plan and the last but one are a flow with convex costs, which [`Network::minimise`] solves
//! exactly. The number of existing prompts is the one condition that a flow does not know: "a perfect matching with
//! exactly k red edges" is such a case. It is met here by a price on existing prompts (a Lagrange multiplier, found by
//! secants), which proves the result best wherever some flow at that price has the right number; where none has,
//! by branching on the count of one cell at a time.

use super::super::target::gcd;
use super::network::{Bounds, Flow, Network, Shape, Weights, detours};

/// How many branches are looked at for a better flow once one is known.
const BRANCHES_TO_IMPROVE: usize = 24;

/// How many branches are looked at for any flow with the right number of existing prompts.
const BRANCHES_TO_FIND: usize = 4_096;

/// The best flow that was found.
pub(super) struct Best {
    pub flow: Flow,
    /// No flow deviates less on the source axis.
    pub source_proven: bool,
    /// No flow that deviates as little on every axis is closer to the ideal counts of the cells.
    pub cells_proven: bool,
}

/// Returns the flow of the same size that deviates least from the quotas of topic and language, then from the quota
/// of existing prompts, then from the ideal counts of the cells.
pub(super) fn best_flow(network: &Network, mut flow: Flow, bounds: &Bounds, existing: Option<i64>) -> Best {
    let levels = Levels::new(network);
    network.minimise(&mut flow, bounds, levels.without_source());
    let proven = |flow| Best { flow, source_proven: true, cells_proven: true };
    let Some(wanted) = existing else { return proven(flow) };
    let have = network.existing(&flow);
    if have == wanted {
        return proven(flow);
    }
    let mut extreme = flow.clone();
    network.minimise(&mut extreme, bounds, levels.source_first(if have > wanted { 1 } else { -1 }));
    let reached = network.existing(&extreme);
    if (have > wanted) == (reached > wanted) || reached == wanted {
        // As near as a flow can come, and the nearest of all: the cells came next in the same optimisation.
        return proven(extreme);
    }
    let deviation = network.deviation(&flow);
    let mut source_proven = true;
    for distance in 0.. {
        let mut found: Option<Found> = None;
        for number in [wanted - distance, wanted + distance].into_iter().take(if distance == 0 { 1 } else { 2 }) {
            let mut branching = Branching { network, levels: &levels, wanted: number, deviation, found: None };
            let ended = branching.run(&flow, bounds);
            match branching.found {
                Some((cost, better)) if found.as_ref().is_none_or(|known| cost < known.cost) => {
                    found = Some(Found { cost, flow: better, proven: ended && found.is_none_or(|known| known.proven) });
                }
                Some(_) => {}
                None => source_proven &= ended,
            }
        }
        if let Some(found) = found {
            return Best { flow: found.flow, source_proven, cells_proven: found.proven };
        }
    }
    unreachable!("the flow that was started from is at some distance")
}

struct Found {
    cost: i128,
    flow: Flow,
    proven: bool,
}

/// Weights that put one goal wholly before the next.
struct Levels {
    /// More than the costs of the cells on any cycle can sum to.
    cells: i128,
    nodes: i128,
}

impl Levels {
    fn new(network: &Network) -> Self {
        let nodes = network.nodes as i128;
        Self { cells: 2 * nodes * network.unit, nodes }
    }

    fn without_source(&self) -> Weights {
        Weights { deviation: self.cells, cell: 1, existing: 0 }
    }

    fn source_first(&self, sign: i128) -> Weights {
        Weights { deviation: 2 * self.nodes * self.cells, cell: 1, existing: sign * self.cells }
    }

    fn priced(&self, price: Price) -> Weights {
        let cycle = self.cells * price.denominator + self.nodes * price.numerator.abs();
        Weights { deviation: 2 * cycle, cell: price.denominator, existing: price.numerator }
    }
}

/// What one existing prompt more costs, in units of the cells' costs.
#[derive(Clone, Copy)]
struct Price {
    numerator: i128,
    denominator: i128,
}

impl Price {
    /// The price at which two flows cost the same.
    fn between(network: &Network, fewer: &Flow, more: &Flow) -> Self {
        let numerator = network.cell_cost(fewer) - network.cell_cost(more);
        let denominator = i128::from(network.existing(more) - network.existing(fewer));
        let factor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs()).max(1) as i128;
        Self { numerator: numerator / factor, denominator: denominator / factor }
    }

    /// What a flow costs at this price, against one with the wanted number of existing prompts.
    fn cost(self, network: &Network, flow: &Flow, wanted: i64) -> i128 {
        self.denominator * network.cell_cost(flow) + self.numerator * i128::from(network.existing(flow) - wanted)
    }
}

/// A search for the flow closest to the ideal counts among those of one deviation with a wanted number of existing
/// prompts.
struct Branching<'a> {
    network: &'a Network,
    levels: &'a Levels,
    wanted: i64,
    deviation: i64,
    found: Option<(i128, Flow)>,
}

/// What one branch came to.
enum Branch {
    /// It holds nothing better than what is known.
    Closed,
    /// Between these two flows, of the same cost at the best price, lies what it may hold.
    Open(Flow, Flow),
}

impl Branching<'_> {
    /// Looks through all branches; tells whether it came to their end.
    fn run(&mut self, start: &Flow, bounds: &Bounds) -> bool {
        let mut open = vec![(start.clone(), bounds.clone())];
        let mut branches = 0;
        while let Some((flow, bounds)) = open.pop() {
            branches += 1;
            let limit = if self.found.is_some() { BRANCHES_TO_IMPROVE } else { BRANCHES_TO_FIND };
            if branches > limit {
                return false;
            }
            if let Branch::Open(fewer, more) = self.look(flow, &bounds) {
                open.extend(split(fewer, more, bounds));
            }
        }
        true
    }

    fn look(&mut self, mut flow: Flow, bounds: &Bounds) -> Branch {
        let network = self.network;
        network.minimise(&mut flow, bounds, self.levels.without_source());
        if network.deviation(&flow) > self.deviation || self.is_known(network.cell_cost(&flow)) {
            return Branch::Closed;
        }
        let have = network.existing(&flow);
        if have == self.wanted {
            self.keep(flow);
            return Branch::Closed;
        }
        let mut extreme = flow.clone();
        network.minimise(&mut extreme, bounds, self.levels.source_first(if have > self.wanted { 1 } else { -1 }));
        let reached = network.existing(&extreme);
        if reached == self.wanted {
            self.keep(extreme);
            return Branch::Closed;
        }
        if (have > self.wanted) == (reached > self.wanted) {
            return Branch::Closed;
        }
        let (fewer, more) = if have < self.wanted { (flow, extreme) } else { (extreme, flow) };
        self.close_in(fewer, more, bounds)
    }

    /// Moves the price between two flows until no flow is cheaper than both at it.
    fn close_in(&mut self, mut fewer: Flow, mut more: Flow, bounds: &Bounds) -> Branch {
        let network = self.network;
        loop {
            let price = Price::between(network, &fewer, &more);
            let mut flow = fewer.clone();
            network.minimise(&mut flow, bounds, self.levels.priced(price));
            let cost = price.cost(network, &flow, self.wanted);
            let have = network.existing(&flow);
            if have == self.wanted {
                self.keep(flow);
                return Branch::Closed;
            }
            if cost < price.cost(network, &fewer, self.wanted) {
                if have < self.wanted {
                    fewer = flow
                } else {
                    more = flow
                }
                continue;
            }
            let bound = cost.div_euclid(price.denominator) + i128::from(cost.rem_euclid(price.denominator) != 0);
            if self.is_known(bound) {
                return Branch::Closed;
            }
            let (walked, exact) = self.walk(&fewer, &more);
            if exact {
                self.keep(walked);
                return Branch::Closed;
            }
            self.mend(walked, bounds);
            return if self.is_known(bound) { Branch::Closed } else { Branch::Open(fewer, more) };
        }
    }

    /// Goes from one flow towards another of the same cost, around cycles of their difference, as near to the wanted
    /// number as that leads; every flow on the way costs the same, since costs are convex.
    fn walk(&self, fewer: &Flow, more: &Flow) -> (Flow, bool) {
        let mut flow = fewer.clone();
        let mut missing = self.wanted - self.network.existing(fewer);
        for detour in detours(self.network, fewer, more) {
            let step = detour.existing(self.network);
            if step > 0 {
                let units = detour.units().min(missing / step);
                detour.send(&mut flow, units);
                missing -= units * step;
            }
        }
        (flow, missing == 0)
    }

    /// Swaps generated for existing prompts within cells, the cheapest first, until the number is right.
    fn mend(&mut self, mut flow: Flow, bounds: &Bounds) {
        let network = self.network;
        while network.existing(&flow) < self.wanted {
            let swaps = pairs(network).filter(|&(existing, generated)| {
                flow[existing] < bounds[existing].1 && flow[generated] > bounds[generated].0
            });
            let cost = |&(existing, generated): &(usize, usize)| {
                let mut swapped = flow.clone();
                swapped[existing] += 1;
                swapped[generated] -= 1;
                network.cell_cost(&swapped)
            };
            let Some((existing, generated)) = swaps.min_by_key(cost) else { return };
            flow[existing] += 1;
            flow[generated] -= 1;
        }
        self.keep(flow);
    }

    fn is_known(&self, bound: i128) -> bool {
        self.found.as_ref().is_some_and(|(cost, _)| *cost <= bound)
    }

    fn keep(&mut self, flow: Flow) {
        let cost = self.network.cell_cost(&flow);
        if !self.is_known(cost) {
            self.found = Some((cost, flow));
        }
    }
}

/// Returns the arcs of existing and of generated prompts of each topic and language that has both.
fn pairs(network: &Network) -> impl Iterator<Item = (usize, usize)> {
    let is = |arc: usize, wanted: bool| matches!(network.arcs[arc].shape, Shape::Cell { existing, .. } if existing == wanted);
    // The arcs of one topic and language stand side by side, existing before generated.
    (1..network.arcs.len()).map(|arc| (arc - 1, arc)).filter(move |&(first, second)| {
        let (a, b) = (&network.arcs[first], &network.arcs[second]);
        is(first, true) && is(second, false) && (a.from, a.to) == (b.from, b.to)
    })
}

/// Splits a branch in two at the cell in which two flows differ most; each half keeps one of them.
fn split(fewer: Flow, more: Flow, bounds: Bounds) -> Vec<(Flow, Bounds)> {
    let gap = |arc: &usize| (fewer[*arc] - more[*arc]).abs();
    // The last of equals would do as well; the first is what the written order says.
    let Some(arc) = (0..fewer.len()).rev().max_by_key(gap).filter(|arc| gap(arc) > 0) else { return Vec::new() };
    let middle = (fewer[arc] + more[arc]).div_euclid(2);
    let (low, high) = if fewer[arc] <= middle { (fewer, more) } else { (more, fewer) };
    let (mut below, mut above) = (bounds.clone(), bounds);
    below[arc].1 = middle;
    above[arc].0 = middle + 1;
    vec![(high, above), (low, below)]
}
