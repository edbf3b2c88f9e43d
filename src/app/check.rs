//! Looking a whole catalog through for contradictions.

use std::thread;

use serde::Serialize;

use super::Catalog;
use crate::domain::hash::ContentHash;
use crate::domain::normalise::normalised;
use crate::error::Result;
use crate::store::{Session, Store};

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
    let path = catalog.path();
    thread::scope(|scope| {
        // The file is looked at by a reader of its own: to follow every page takes as long as to hash every text.
        let file = scope.spawn(move || Store::open_to_read(path)?.read(|session| session.file_problems()));
        let checked = catalog.store.read(|session| {
            let mut told = Vec::new();
            let prompts = check_prompts(session, &mut told, progress)?;
            told.extend(session.ledger_problems()?);
            Ok((prompts, session.datasets()?.len() as u64, told))
        });
        let mut problems = file.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let (prompts, datasets, told) = checked?;
        problems.extend(told);
        Ok(CheckOutcome { prompts, datasets, problems })
    })
}

/// Checks hash and normal form of every prompt, and where it stands, and returns how many there are.
fn check_prompts(session: &Session<'_>, problems: &mut Vec<String>, progress: &mut dyn FnMut(u64, u64)) -> Result<u64> {
    let total = session.prompt_count()?;
    let (mut prompts, mut wrong) = (0, 0);
    let of_places = session.census(|hash, text| {
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
    problems.extend(of_places);
    Ok(prompts)
}
