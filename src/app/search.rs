//! Searching the prompts' text.

use serde::Serialize;

use super::Catalog;
use super::dataset::find;
use super::target::check_filter;
use crate::domain::hash::ContentHash;
use crate::domain::pool::{Filter, StratumId};
use crate::domain::prompt::Source;
use crate::domain::search::Query;
use crate::error::{Error, Result};
use crate::store::Within;

/// How many prompts are ranked; of more that match, the newest.
pub const MOST_RANKED: u64 = 10_000;

/// How many prompts one transaction brings into the index.
const INDEX_BATCH: u64 = 50_000;

/// About how much of a prompt is shown around what was found, in characters.
const EXCERPT_CHARS: usize = 160;

/// What to search for.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// What was typed.
    pub query: Query,
    /// Which prompts to search.
    pub filter: Filter,
    /// Whether to leave out what datasets hold.
    pub unused: bool,
    /// The dataset to search in; all prompts where there is none.
    pub dataset: Option<String>,
    /// How many prompts to return at most.
    pub limit: u64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SearchOutcome {
    /// The prompts, the best match first.
    pub hits: Vec<Hit>,
    /// How many prompts matched and were ranked, at most [`MOST_RANKED`].
    pub ranked: u64,
    /// Whether more matched, which are older than those that were ranked.
    pub more: bool,
}

/// A prompt that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// Its content hash.
    pub id: ContentHash,
    /// Its text, in normal form.
    pub prompt: String,
    /// The place where a word stands, on one line.
    pub excerpt: String,
    /// Its category.
    pub category: String,
    /// Its area.
    pub area: String,
    /// Its language.
    pub language: String,
    /// Who made it.
    pub source: Source,
    /// In how many datasets, not released, it is.
    pub uses: u32,
}

/// Finds the prompts that hold every word, the best first (BM25 as SQLite's FTS5 has it), once the index knows every
/// prompt: the first search builds it, and each brings in what is new. `progress` is told how many ids of prompts are
/// done, of how many.
///
/// # Errors
/// When a filter or the dataset names what is not there, or the index would have to be written and cannot.
pub fn search(
    catalog: &mut Catalog,
    request: &SearchRequest,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<SearchOutcome> {
    catch_up(catalog, progress)?;
    let Catalog { store, taxonomy, .. } = catalog;
    store.read(|session| {
        let strata = session.strata()?;
        check_filter(&request.filter, &strata, &[], taxonomy)?;
        let dataset = request.dataset.as_ref().map(|name| find(session, name)).transpose()?;
        let admitted = |stratum: &&crate::domain::pool::Stratum| {
            request.filter.admits_stratum(stratum, taxonomy) && !(request.unused && stratum.uses > 0)
        };
        let ids: Vec<StratumId> = strata.iter().filter(admitted).map(|stratum| stratum.id).collect();
        let within =
            Within { strata: (ids.len() < strata.len()).then_some(&ids), dataset: dataset.map(|dataset| dataset.id) };
        if request.query.terms().is_empty() {
            return Ok(SearchOutcome { hits: Vec::new(), ranked: 0, more: false });
        }
        // One more than are ranked tells whether there are more.
        let (matches, ranked) = session.search(&request.query, &within, MOST_RANKED + 1, request.limit)?;
        let hits = matches.into_iter().map(|found| {
            let stratum = strata.iter().find(|stratum| stratum.id == found.stratum);
            let stratum = stratum.ok_or_else(|| Error::Database("a match has no stratum".to_owned()))?;
            Ok(Hit {
                id: found.hash,
                excerpt: request.query.excerpt(&found.text, EXCERPT_CHARS),
                prompt: found.text,
                category: stratum.labels.category.clone(),
                area: taxonomy.area_of(&stratum.labels.category).to_owned(),
                language: stratum.labels.language.clone(),
                source: stratum.source,
                uses: stratum.uses,
            })
        });
        let hits = hits.collect::<Result<_>>()?;
        Ok(SearchOutcome { hits, ranked: ranked.min(MOST_RANKED), more: ranked > MOST_RANKED })
    })
}

/// Brings what is new into the index, some prompts a transaction: what is in stays, whatever ends the work.
fn catch_up(catalog: &mut Catalog, progress: &mut dyn FnMut(u64, u64)) -> Result<()> {
    let mut state = catalog.store.read(|session| session.index_state())?;
    while !state.is_complete() {
        state = catalog.store.write(|session| session.extend_index(INDEX_BATCH))?;
        progress(state.indexed_to.unsigned_abs(), state.newest.unsigned_abs());
    }
    Ok(())
}
