//! Looking a whole catalog through for contradictions.

use serde::Serialize;

use super::Catalog;
use crate::domain::hash::ContentHash;
use crate::domain::normalise::normalised;
use crate::error::Result;

/// How many prompts are named that are not what their hash says.
const MOST_NAMED: usize = 20;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckOutcome {
    /// Prompts whose hash was worked out again.
    pub prompts: u64,
    /// Datasets that were counted again.
    pub datasets: u64,
    /// What is wrong, each in a sentence; nothing in a sound catalog.
    pub problems: Vec<String>,
}

/// Checks the file, the references between rows, the hash and normal form of every prompt, every kept count, every
/// dataset's size and every use. `progress` is told how many prompts are done, of how many.
///
/// # Errors
/// When the catalog cannot be read at all; what is wrong with it is in the outcome.
pub fn check(catalog: &Catalog, progress: &mut dyn FnMut(u64, u64)) -> Result<CheckOutcome> {
    catalog.store.read(|session| {
        let mut problems = session.file_problems()?;
        let total = session.prompt_count()?;
        let (mut prompts, mut wrong) = (0, 0);
        session.each_prompt(|hash, text| {
            prompts += 1;
            if ContentHash::of(text) != hash {
                wrong += 1;
                if wrong <= MOST_NAMED {
                    problems.push(format!("the text of prompt {hash} has another hash"));
                }
            } else if normalised(text) != text {
                problems.push(format!("the text of prompt {hash} is not in normal form"));
            }
            if prompts % 10_000 == 0 {
                progress(prompts, total);
            }
        })?;
        if wrong > MOST_NAMED {
            problems.push(format!("{} more prompts have another hash than their text", wrong - MOST_NAMED));
        }
        problems.extend(session.ledger_problems()?);
        let datasets = session.datasets()?.len() as u64;
        Ok(CheckOutcome { prompts, datasets, problems })
    })
}
