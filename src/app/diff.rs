//! Holding two datasets against each other.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::Catalog;
use super::dataset::find;
use crate::domain::dataset::DatasetName;
use crate::domain::hash::ContentHash;
use crate::domain::prompt::Axis;
use crate::error::Result;
use crate::store::Session;

/// How two datasets differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DatasetDiff {
    /// The first dataset.
    pub a: DatasetName,
    /// The second one.
    pub b: DatasetName,
    /// How many prompts are in both.
    pub in_both: u64,
    /// The prompts that only the first has, in its order.
    pub only_in_a: Vec<ContentHash>,
    /// The prompts that only the second has, in its order.
    pub only_in_b: Vec<ContentHash>,
    /// The prompts in both whose labels are others, in the order of the first.
    pub relabelled: Vec<ContentHash>,
    /// How many prompts of each value of each axis the two have, where the numbers differ.
    pub axes: BTreeMap<Axis, BTreeMap<String, [u64; 2]>>,
}

/// Compares the prompts of two datasets, and the labels that they had when they were drawn.
///
/// # Errors
/// When there is no such dataset.
pub fn diff_datasets(catalog: &Catalog, a: &str, b: &str) -> Result<DatasetDiff> {
    catalog.store.read(|session| {
        let (a, b) = (Side::load(session, a)?, Side::load(session, b)?);
        let only = |one: &Side, other: &Side| {
            one.order.iter().filter(|hash| !other.labels.contains_key(*hash)).copied().collect::<Vec<_>>()
        };
        let (only_in_a, only_in_b) = (only(&a, &b), only(&b, &a));
        let is_relabelled = |hash: &&ContentHash| b.labels.get(*hash).is_some_and(|labels| *labels != a.labels[*hash]);
        Ok(DatasetDiff {
            in_both: (a.order.len() - only_in_a.len()) as u64,
            relabelled: a.order.iter().filter(is_relabelled).copied().collect(),
            axes: axes(&a, &b),
            only_in_a,
            only_in_b,
            a: a.name,
            b: b.name,
        })
    })
}

/// One of the two datasets: its prompts in order, and their labels by [`Axis::ALL`].
struct Side {
    name: DatasetName,
    order: Vec<ContentHash>,
    labels: HashMap<ContentHash, [String; 4]>,
}

impl Side {
    fn load(session: &Session<'_>, name: &str) -> Result<Self> {
        let dataset = find(session, name)?;
        let mut side = Self { name: dataset.name, order: Vec::new(), labels: HashMap::new() };
        session.each_delivered(dataset.id, |prompt| {
            side.order.push(prompt.id);
            side.labels.insert(prompt.id, prompt.values());
            Ok(())
        })?;
        Ok(side)
    }
}

fn axes(a: &Side, b: &Side) -> BTreeMap<Axis, BTreeMap<String, [u64; 2]>> {
    let mut axes: BTreeMap<Axis, BTreeMap<String, [u64; 2]>> = BTreeMap::new();
    for (side, labels) in
        [a, b].into_iter().enumerate().flat_map(|(at, side)| side.labels.values().map(move |l| (at, l)))
    {
        for (axis, value) in Axis::ALL.into_iter().zip(labels) {
            axes.entry(axis).or_default().entry(value.clone()).or_default()[side] += 1;
        }
    }
    for values in axes.values_mut() {
        values.retain(|_, [a, b]| a != b);
    }
    axes.retain(|_, values| !values.is_empty());
    axes
}
