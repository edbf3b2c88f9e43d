//! A flow network with convex arc costs, and its cheapest flow, in integers.

use std::fmt::Debug;
use std::ops::Add;

/// What a unit of each kind of cost weighs in one optimisation. All that an optimisation compares is the sum
/// `deviation × Σ|margin − quota| + cell × Σ|unit·x − ideal| + existing × Σ x over the existing cells`; weights far
/// enough apart make it lexicographic.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights {
    pub deviation: i128,
    pub cell: i128,
    pub existing: i128,
}

/// What the flow through an arc costs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// The distance to a quota: `|x − quota|`.
    Margin { quota: i64 },
    /// The distance to the ideal count of a cell, scaled by the network's unit to be whole: `|unit·x − ideal|`.
    Cell { ideal: i128, existing: bool },
}

#[derive(Clone, Debug)]
pub(super) struct Arc {
    pub from: usize,
    pub to: usize,
    pub shape: Shape,
}

/// The least and the greatest flow that each arc may carry.
pub(super) type Bounds = Vec<(i64, i64)>;

/// How much each arc carries.
pub(super) type Flow = Vec<i64>;

#[derive(Clone, Debug)]
pub(super) struct Network {
    pub nodes: usize,
    pub arcs: Vec<Arc>,
    /// By what an ideal count was multiplied to be whole.
    pub unit: i128,
}

/// One arc of the residual network: an arc of the network, taken forwards or backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    arc: usize,
    forward: bool,
}

impl Network {
    /// Returns Σ|margin − quota| of a flow.
    pub fn deviation(&self, flow: &Flow) -> i64 {
        self.sum(flow, |shape, x| match shape {
            Shape::Margin { quota } => i128::from((x - quota).abs()),
            Shape::Cell { .. } => 0,
        }) as i64
    }

    /// Returns Σ|unit·x − ideal| of a flow over the cells.
    pub fn cell_cost(&self, flow: &Flow) -> i128 {
        self.sum(flow, |shape, x| match shape {
            Shape::Margin { .. } => 0,
            Shape::Cell { ideal, .. } => (self.unit * i128::from(x) - ideal).abs(),
        })
    }

    /// Returns how much of a flow goes through the cells of existing prompts.
    pub fn existing(&self, flow: &Flow) -> i64 {
        self.sum(flow, |shape, x| i128::from(if matches!(shape, Shape::Cell { existing: true, .. }) { x } else { 0 }))
            as i64
    }

    fn sum(&self, flow: &Flow, cost: impl Fn(Shape, i64) -> i128) -> i128 {
        self.arcs.iter().zip(flow).map(|(arc, &x)| cost(arc.shape, x)).sum()
    }

    /// Makes a flow within the bounds the cheapest one of the same size, by sending flow around cycles of the residual
    /// network that cost less than nothing until there is none left (Klein 1967). Arc costs are convex and change
    /// their slope at whole numbers alone, so that no cycle left means no cheaper flow, and whole numbers stay whole
    /// (Ahuja, Magnanti, Orlin: Network Flows, 1993, chapter 14).
    pub fn minimise(&self, flow: &mut Flow, bounds: &Bounds, weights: Weights) {
        // All but a target of very many digits fits in a machine word, which is quicker.
        if self.longest_way(weights).is_some_and(|cost| i64::try_from(cost).is_ok()) {
            self.cancel::<i64>(flow, bounds, weights);
        } else {
            self.cancel::<i128>(flow, bounds, weights);
        }
    }

    fn cancel<N: Number>(&self, flow: &mut Flow, bounds: &Bounds, weights: Weights) {
        let mut search = Search::<N>::new(self, flow, bounds, weights);
        while let Some(cycle) = search.negative_cycle() {
            let room = cycle.iter().map(|step| self.room(*step, flow, bounds)).min().unwrap_or(0);
            for step in cycle {
                flow[step.arc] += if step.forward { room } else { -room };
                search.price(step.arc, flow, bounds, weights);
            }
        }
    }

    /// Returns more than any way costs that a search can find: in each of its rounds, of which there are no more than
    /// nodes before a cycle closes, a way grows by every arc at most, there and back.
    fn longest_way(&self, weights: Weights) -> Option<i128> {
        let cell = weights.cell.checked_mul(self.unit)?.checked_add(weights.existing.checked_abs()?)?;
        let steps = 2 * (self.arcs.len() * (self.nodes + 1)) as i128;
        weights.deviation.max(cell).checked_mul(steps)
    }

    /// Returns what one more unit (or, backwards, one less) through an arc costs, or nothing where it cannot be.
    fn slope(&self, step: Step, flow: &Flow, bounds: &Bounds, weights: Weights) -> Option<i128> {
        let x = flow[step.arc];
        let (least, most) = bounds[step.arc];
        let sign = match step.forward {
            true if x < most => 1,
            false if x > least => -1,
            _ => return None,
        };
        Some(match self.arcs[step.arc].shape {
            Shape::Margin { quota } => {
                let away = if step.forward { x >= quota } else { x <= quota };
                if away { weights.deviation } else { -weights.deviation }
            }
            Shape::Cell { ideal, existing } => {
                let here = self.unit * i128::from(x) - ideal;
                let there = here + self.unit * i128::from(sign);
                let own = if existing { weights.existing * i128::from(sign) } else { 0 };
                weights.cell * (there.abs() - here.abs()) + own
            }
        })
    }

    /// Returns how many units a step can take before its slope changes or a bound is met.
    fn room(&self, step: Step, flow: &Flow, bounds: &Bounds) -> i64 {
        let x = flow[step.arc];
        let (least, most) = bounds[step.arc];
        let bound = if step.forward { most - x } else { x - least };
        let (low, high) = match self.arcs[step.arc].shape {
            Shape::Margin { quota } => (quota, quota),
            Shape::Cell { ideal, .. } => {
                let low = (ideal / self.unit) as i64;
                (low, if ideal % self.unit == 0 { low } else { low + 1 })
            }
        };
        let (next, beyond) = if step.forward { (low - x, high - x) } else { (x - high, x - low) };
        bound.min([next, beyond].into_iter().find(|&units| units > 0).unwrap_or(i64::MAX))
    }
}

/// What a search counts in: as many digits as the costs may have.
trait Number: Copy + Default + Ord + Add<Output = Self> + TryFrom<i128, Error: Debug> {}

impl Number for i64 {}
impl Number for i128 {}

/// The search for a cycle that costs less than nothing.
struct Search<'a, N> {
    network: &'a Network,
    /// Every arc, forwards and then backwards. What cannot be taken leads from a node to itself, for nothing.
    steps: Vec<Priced<N>>,
    distance: Vec<N>,
    /// The step by which each node is reached.
    via: Vec<Option<usize>>,
    /// The last node from which each node was looked at in search of a cycle.
    seen: Vec<usize>,
}

/// A step between two nodes, and what it costs.
#[derive(Clone, Copy, Default)]
struct Priced<N> {
    from: usize,
    to: usize,
    price: N,
}

impl<'a, N: Number> Search<'a, N> {
    fn new(network: &'a Network, flow: &Flow, bounds: &Bounds, weights: Weights) -> Self {
        let nodes = network.nodes;
        let steps = vec![Priced::default(); 2 * network.arcs.len()];
        let mut search =
            Self { network, steps, distance: vec![N::default(); nodes], via: vec![None; nodes], seen: vec![0; nodes] };
        for arc in 0..network.arcs.len() {
            search.price(arc, flow, bounds, weights);
        }
        search
    }

    fn price(&mut self, arc: usize, flow: &Flow, bounds: &Bounds, weights: Weights) {
        let Arc { from, to, .. } = self.network.arcs[arc];
        for (forward, from, to) in [(true, from, to), (false, to, from)] {
            let slope = self.network.slope(Step { arc, forward }, flow, bounds, weights);
            let price = slope.map(|slope| N::try_from(slope).expect("the numbers were chosen for the longest way"));
            let to = if price.is_some() { to } else { from };
            self.steps[2 * arc + usize::from(!forward)] = Priced { from, to, price: price.unwrap_or_default() };
        }
    }

    /// Bellman and Ford's search from all nodes at once, which looks after every round whether the tree of cheapest
    /// ways has closed into a cycle.
    fn negative_cycle(&mut self) -> Option<Vec<Step>> {
        self.distance.fill(N::default());
        self.via.fill(None);
        loop {
            let mut changed = false;
            for (number, Priced { from, to, price }) in self.steps.iter().enumerate() {
                let distance = self.distance[*from] + *price;
                if distance < self.distance[*to] {
                    self.distance[*to] = distance;
                    self.via[*to] = Some(number);
                    changed = true;
                }
            }
            if !changed {
                return None;
            }
            if let Some(cycle) = self.closed() {
                return Some(cycle);
            }
        }
    }

    /// Returns the steps of a cycle among the ways by which the nodes were reached.
    fn closed(&mut self) -> Option<Vec<Step>> {
        self.seen.fill(usize::MAX);
        for root in 0..self.via.len() {
            let mut node = root;
            while self.seen[node] == usize::MAX {
                self.seen[node] = root;
                let Some(step) = self.via[node] else { break };
                node = self.steps[step].from;
            }
            if self.seen[node] != root || self.via[node].is_none() {
                continue;
            }
            let (mut cycle, mut at) = (Vec::new(), node);
            while let Some(step) = self.via[at] {
                cycle.push(Step { arc: step / 2, forward: step % 2 == 0 });
                at = self.steps[step].from;
                if at == node {
                    return Some(cycle);
                }
            }
        }
        None
    }
}

/// One cycle of the difference of two flows: arcs with the direction in which the second flow carries more around
/// it, and how many units more.
pub(super) struct Detour {
    steps: Vec<Step>,
    units: i64,
}

impl Detour {
    /// Returns how many existing prompts more one unit around this cycle takes.
    pub fn existing(&self, network: &Network) -> i64 {
        self.steps
            .iter()
            .map(|step| match network.arcs[step.arc].shape {
                Shape::Cell { existing: true, .. } => {
                    if step.forward {
                        1
                    } else {
                        -1
                    }
                }
                _ => 0,
            })
            .sum()
    }

    /// Returns how many units the difference holds.
    pub fn units(&self) -> i64 {
        self.units
    }

    /// Sends units around the cycle.
    pub fn send(&self, flow: &mut Flow, units: i64) {
        for step in &self.steps {
            flow[step.arc] += if step.forward { units } else { -units };
        }
    }
}

/// Takes the difference of two flows of one size apart into cycles that never work against each other.
pub(super) fn detours(network: &Network, from: &Flow, to: &Flow) -> Vec<Detour> {
    let mut rest: Flow = to.iter().zip(from).map(|(to, from)| to - from).collect();
    let mut cycles = Vec::new();
    while let Some(first) = rest.iter().position(|&x| x != 0) {
        let steps = cycle_of(network, &rest, first);
        let units = steps.iter().map(|step| rest[step.arc].abs()).min().unwrap_or(0);
        let cycle = Detour { steps, units };
        cycle.send(&mut rest, -units);
        cycles.push(cycle);
    }
    cycles
}

/// Follows a circulation from one of its arcs until a node is met again.
fn cycle_of(network: &Network, rest: &Flow, first: usize) -> Vec<Step> {
    let ends = |step: Step| {
        let arc = &network.arcs[step.arc];
        if step.forward { (arc.from, arc.to) } else { (arc.to, arc.from) }
    };
    let mut steps = vec![Step { arc: first, forward: rest[first] > 0 }];
    loop {
        let node = ends(steps[steps.len() - 1]).1;
        if let Some(start) = steps.iter().position(|step| ends(*step).0 == node) {
            return steps.split_off(start);
        }
        let leaves = |arc: usize| rest[arc] != 0 && ends(Step { arc, forward: rest[arc] > 0 }).0 == node;
        match (0..rest.len()).find(|&arc| leaves(arc)) {
            Some(arc) => steps.push(Step { arc, forward: rest[arc] > 0 }),
            None => unreachable!("what flows into a node of a circulation flows out of it"),
        }
    }
}
