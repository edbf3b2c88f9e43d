//! Generating: new prompts from the templates.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::Catalog;
use super::target::targets_and_pool;
use crate::domain::draw::Place;
use crate::domain::hash::ContentHash;
use crate::domain::normalise::normalise;
use crate::domain::plan::plan;
use crate::domain::pool::{Cell, Filter, Pool, Space, Stratum};
use crate::domain::prompt::{Axis, Labels, Source};
use crate::domain::target::{Shares, TargetSpec, Targets};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::template::Template;
use crate::domain::template::spread::{Address, Spread};
use crate::error::{Error, Result};
use crate::store::{Made, MadeCount, Session};

/// What to generate.
#[derive(Clone, Debug)]
pub struct GenerateRequest {
    /// How many prompts.
    pub count: u64,
    /// The targets asked for.
    pub targets: TargetSpec,
    /// What they are limited to.
    pub filter: Filter,
    /// The seed; made up where there is none.
    pub seed: Option<u64>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GenerateOutcome {
    /// How many prompts were asked for.
    pub requested: u64,
    /// How many were made and kept.
    pub added: u64,
}

/// Makes new prompts ahead of sampling, by the targets, and keeps them, all or none.
///
/// # Errors
/// When targets make no sense, or the catalog fails.
pub fn generate(catalog: &mut Catalog, templates: &[Template], request: &GenerateRequest) -> Result<GenerateOutcome> {
    let seed = request.seed.unwrap_or_else(|| rand::random::<u64>() >> 11);
    let Catalog { store, taxonomy, .. } = catalog;
    let added = store.write(|session| {
        let strata = session.strata()?;
        let spaces = spaces(templates, &session.made_counts()?);
        let (targets, _) = targets_and_pool(&request.targets, &request.filter, 1, &strata, &spaces, taxonomy)?;
        let targets = Targets { source: None, ..targets };
        let empty = Pool { stocks: Vec::new(), left_out: Vec::new() };
        let mut pool = empty.with_spaces(&spaces, &targets, &request.filter, taxonomy);
        let making =
            Making { session, templates, targets: &targets, filter: &request.filter, strata: &strata, taxonomy, seed };
        loop {
            let plan = plan(request.count, &targets, &pool);
            let mut found = Finding { drawn: HashSet::new(), max_uses: 0 };
            let made = plan.cells.iter().map(|cell| making.find(&cell.cell, cell.drawn, &mut found));
            let made = made.collect::<Result<Vec<_>>>()?;
            if lower(&mut pool, made.iter().map(|cell| cell.len() as u64), plan.cells.iter().map(|c| c.drawn)) {
                continue;
            }
            let made: Vec<Found> = made.into_iter().flatten().collect();
            making.keep(&made)?;
            return Ok(made.len() as u64);
        }
    })?;
    Ok(GenerateOutcome { requested: request.count, added })
}

/// Returns what templates can still make of each category and language: the size of the space less what was made.
pub(super) fn spaces(templates: &[Template], made: &[MadeCount]) -> Vec<Space> {
    let mut left: BTreeMap<Labels, u64> = BTreeMap::new();
    for template in templates {
        for space in template.spaces() {
            let own = |count: &&MadeCount| {
                count.template == template.name()
                    && count.version == template.version()
                    && count.language == space.language
            };
            let made = made.iter().find(own).map_or(0, |count| count.made);
            let labels = Labels { category: template.category().to_owned(), language: space.language.clone() };
            *left.entry(labels).or_default() += space.size().saturating_sub(made);
        }
    }
    left.into_iter().map(|(labels, left)| Space { labels, left }).collect()
}

/// Lowers the space of each cell that gave less than the plan took from it to what it gave; tells whether any did. What
/// is stored was drawn by then, so the cell holds as much as was found, and every round of a draw has less to plan with.
pub(super) fn lower(pool: &mut Pool, found: impl Iterator<Item = u64>, planned: impl Iterator<Item = u64>) -> bool {
    let mut lowered = false;
    for ((stock, found), planned) in pool.stocks.iter_mut().zip(found).zip(planned) {
        if found < planned {
            stock.space = found.saturating_sub(stock.stored());
            lowered = true;
        }
    }
    pool.stocks.retain(|stock| stock.available() > 0);
    lowered
}

/// How many addresses in a row may give nothing new before a space counts as used up.
const MOST_MISSES: u64 = 100_000;

/// A prompt of a template's space that a draw can take.
pub(super) struct Found {
    address: Address,
    language: String,
    text: String,
    hash: ContentHash,
    /// Where it is, if it was made before.
    pub place: Option<Place>,
}

/// What one draw has found so far.
pub(super) struct Finding {
    pub drawn: HashSet<ContentHash>,
    /// A prompt that was made before is taken if it has fewer uses.
    pub max_uses: u32,
}

/// What prompts are made from.
pub(super) struct Making<'a> {
    pub session: &'a Session<'a>,
    pub templates: &'a [Template],
    pub targets: &'a Targets,
    pub filter: &'a Filter,
    pub strata: &'a [Stratum],
    pub taxonomy: &'a Taxonomy,
    pub seed: u64,
}

impl Making<'_> {
    /// Finds as many prompts of a cell as are wanted, or all that there are: spread over templates and cases, none
    /// that was drawn before or that people wrote too.
    pub fn find(&self, cell: &Cell, wanted: u64, finding: &mut Finding) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        let mut spread =
            Spread::new(self.templates, |template, language| self.belongs(template, language, cell), self.seed);
        let mut misses = 0;
        while (found.len() as u64) < wanted && misses < MOST_MISSES {
            let Some(address) = spread.next_address() else { break };
            misses += 1;
            let rendered = self.templates[address.template].render(address.index);
            let rendered = rendered.ok_or_else(|| Error::Database("an index lies beyond its space".to_owned()))?;
            let text = normalise(&rendered.text);
            let hash = ContentHash::of(&text);
            if text.is_empty() || text.contains('\0') || finding.drawn.contains(&hash) {
                continue;
            }
            let place = match self.session.find(&hash, self.strata)? {
                None if self.session.was_removed(&hash)? => continue,
                None => None,
                Some((place, stratum)) => {
                    if stratum.source != Source::Generated || stratum.uses >= finding.max_uses {
                        continue;
                    }
                    Some(place)
                }
            };
            misses = 0;
            finding.drawn.insert(hash);
            found.push(Found { address, language: rendered.language, text, hash, place });
            spread.pass_turn();
        }
        Ok(found)
    }

    /// Keeps what was found, where it is new, and returns the places of all, in order.
    pub fn keep(&self, found: &[Found]) -> Result<Vec<Place>> {
        let new: Vec<Made<'_>> = found
            .iter()
            .filter(|found| found.place.is_none())
            .map(|found| {
                let template = &self.templates[found.address.template];
                let labels = Labels { category: template.category().to_owned(), language: found.language.clone() };
                let (version, index) = (template.version(), found.address.index);
                Made { template: template.name(), version, index, hash: found.hash, text: &found.text, labels }
            })
            .collect();
        let mut kept = self.session.keep_made(&new)?.into_iter();
        Ok(found.iter().filter_map(|found| found.place.or_else(|| kept.next())).collect())
    }

    fn belongs(&self, template: &Template, language: &str, cell: &Cell) -> bool {
        let area = self.taxonomy.area_of(template.category());
        let topic = match self.targets.topic.as_ref().map(Shares::axis) {
            Some(Axis::Category) => template.category(),
            _ => area,
        };
        let of_cell = |wanted: &Option<String>, value: &str| wanted.as_ref().is_none_or(|wanted| wanted == value);
        of_cell(&cell.topic, topic)
            && of_cell(&cell.language, language)
            && self.filter.admits(Axis::Area, area)
            && self.filter.admits(Axis::Category, template.category())
            && self.filter.admits(Axis::Language, language)
            && self.filter.admits(Axis::Source, Source::Generated.name())
    }
}
