//! The full-text index: what only this database can do. It is built by the first search, and caught up by each.

use super::{Session, sql};
use crate::domain::hash::ContentHash;
use crate::domain::pool::StratumId;
use crate::domain::search::{Query, SEARCH_RULES, cut};
use crate::error::Result;

/// How FTS5 gathers words: the bytes that it holds before it writes them, of which its own choice of 1 MiB makes four
/// times as many parts, and how many parts it lets be before it makes one of them.
const SETTINGS: [(&str, i64); 2] = [("hashsize", 4 << 20), ("automerge", 8)];

/// How far the index goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IndexState {
    /// The largest prompt id that it knows.
    pub indexed_to: i64,
    /// The largest that there is.
    pub newest: i64,
}

impl IndexState {
    /// Tells whether it knows every prompt.
    pub fn is_complete(self) -> bool {
        self.indexed_to >= self.newest
    }
}

/// Which prompts a search is limited to.
pub(crate) struct Within<'a> {
    /// The strata; all where there is `None`.
    pub strata: Option<&'a [StratumId]>,
    /// The dataset, by its id.
    pub dataset: Option<i64>,
}

/// A prompt that a search found.
pub(crate) struct Match {
    pub hash: ContentHash,
    pub text: String,
    pub stratum: StratumId,
}

impl Session<'_> {
    /// Returns how far the index goes.
    pub fn index_state(&self) -> Result<IndexState> {
        let newest = self.newest_prompt()?;
        let state = self.database.load(sql!("search/state"), &[], |row| Ok((row.count(0)?, row.integer(1)?)))?;
        let indexed_to = match state {
            Some((rules, indexed_to)) if rules == u64::from(SEARCH_RULES) => indexed_to,
            // No index, or one by other rules, is as good as an empty one.
            _ => -1,
        };
        Ok(IndexState { indexed_to, newest })
    }

    /// Brings at most `most` prompts into the index, in the order in which they came into the catalog; an index made by
    /// other rules is begun anew. Returns how far it goes then.
    pub fn extend_index(&self, most: u64) -> Result<IndexState> {
        let state = self.index_state()?;
        if state.indexed_to < 0 {
            self.database.execute(sql!("search/drop"), &[])?;
            self.database.execute(sql!("search/create"), &[])?;
            for (name, value) in SETTINGS {
                self.database.execute(sql!("search/configure"), &[name.into(), value.into()])?;
            }
        }
        let mut indexed_to = state.indexed_to.max(0);
        let mut inserting = self.database.prepare_insert(sql!("search/insert"))?;
        self.database.each(sql!("search/each_new"), &[indexed_to.into(), most.into()], |row| {
            indexed_to = row.integer(0)?;
            let text = cut(row.text(1)?);
            inserting.insert(&[[indexed_to.into(), text.as_ref().into()]])
        })?;
        self.database.execute(sql!("search/set_state"), &[SEARCH_RULES.into(), indexed_to.into()])?;
        Ok(IndexState { indexed_to, newest: state.newest })
    }

    /// Takes a prompt, which is gone already, out of the index.
    pub(super) fn forget_in_index(&self, prompt: i64) -> Result<()> {
        let state = self.index_state()?;
        if state.indexed_to >= prompt {
            self.database.execute(sql!("search/delete"), &[prompt.into()])?;
            // The id of the newest prompt is given again once that is gone.
            let indexed_to = state.indexed_to.min(state.newest);
            self.database.execute(sql!("search/set_state"), &[SEARCH_RULES.into(), indexed_to.into()])?;
        }
        Ok(())
    }

    /// Returns the prompts that hold every term of a query, the best first, and how many were ranked: of more than
    /// `candidates` only the newest are.
    pub fn search(&self, query: &Query, within: &Within<'_>, candidates: u64, most: u64) -> Result<(Vec<Match>, u64)> {
        let expression = expression(query);
        let strata = within.strata.map(|strata| {
            let ids: Vec<String> = strata.iter().map(|stratum| stratum.0.to_string()).collect();
            format!("[{}]", ids.join(","))
        });
        let (strata, dataset) = (strata.as_deref(), within.dataset);
        let values = [expression.as_str().into(), strata.into(), dataset.into(), candidates.into()];
        let oldest = self.database.load(sql!("search/candidates"), &values, |row| {
            Ok(if row.is_null(0)? { None } else { Some((row.integer(0)?, row.count(1)?)) })
        })?;
        let Some((oldest, ranked)) = oldest.flatten() else { return Ok((Vec::new(), 0)) };
        let values = [expression.as_str().into(), strata.into(), dataset.into(), oldest.into(), most.into()];
        let matches = self.database.list(sql!("search/list_best"), &values, |row| {
            Ok(Match {
                hash: ContentHash(row.hash(0)?),
                text: row.text(1)?.to_owned(),
                stratum: StratumId(row.integer(2)?),
            })
        })?;
        Ok((matches, ranked))
    }
}

/// Returns a query in the language of FTS5: every term a string, so that nothing in it is an operator.
fn expression(query: &Query) -> String {
    let term = |term: &crate::domain::search::Term| {
        let text = cut(&term.text).replace('"', "\"\"");
        format!("\"{text}\"{}", if term.prefix { "*" } else { "" })
    };
    query.terms().iter().map(term).collect::<Vec<_>>().join(" ")
}
