//! Looking a whole catalog through for contradictions.

use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread;

use serde::Serialize;

use super::{Catalog, joined};
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

/// Some prompts on their way to be hashed: each one's hash and where its text ends.
#[derive(Default)]
struct Texts {
    prompts: Vec<(ContentHash, usize)>,
    text: String,
}

/// How much is handed over at once, and how often that may be done before somebody takes it.
const PROMPTS_AT_ONCE: usize = 1_000;
const BYTES_AT_ONCE: usize = 1 << 20;
const WAITING: usize = 4;

/// Checks the file, the references between rows, the hash and normal form of every prompt, every kept count, every
/// dataset's size and every use. `progress` is told how many prompts are done, of how many.
///
/// # Errors
/// When the catalog cannot be read at all; what is wrong with it is in the outcome.
pub fn check(catalog: &Catalog, progress: &mut dyn FnMut(u64, u64)) -> Result<CheckOutcome> {
    let path = catalog.path();
    thread::scope(|scope| {
        // The file is looked at by a reader of its own: to follow every page takes as long as to read every text.
        let file = scope.spawn(move || Store::open_to_read(path)?.read_through(|session| session.file_problems()));
        let checked = catalog.store.read_through(|session| {
            let ((sender, receiver), (back, empty)) = (mpsc::sync_channel(WAITING), mpsc::channel());
            let hashing = scope.spawn(move || problems_of(receiver, &back));
            let (prompts, of_places) = hand_over(session, sender, &empty, progress)?;
            let mut told = joined(hashing);
            told.extend(of_places);
            told.extend(session.ledger_problems()?);
            Ok((prompts, session.datasets()?.len() as u64, told))
        });
        let mut problems = joined(file)?;
        let (prompts, datasets, told) = checked?;
        problems.extend(told);
        Ok(CheckOutcome { prompts, datasets, problems })
    })
}

/// Hands every prompt over to be hashed, and returns how many there are and what is wrong with where they stand.
fn hand_over(
    session: &Session<'_>,
    sender: SyncSender<Texts>,
    empty: &Receiver<Texts>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(u64, Vec<String>)> {
    let total = session.prompt_count()?;
    let (mut prompts, mut texts) = (0, Texts::default());
    // Whoever hashes goes on until there is nothing more to come.
    let hand_over = |texts: &mut Texts| {
        let next = empty.try_recv().unwrap_or_default();
        _ = sender.send(std::mem::replace(texts, next));
    };
    let of_places = session.census(|hash, text| {
        prompts += 1;
        texts.text.push_str(text);
        texts.prompts.push((hash, texts.text.len()));
        if texts.prompts.len() == PROMPTS_AT_ONCE || texts.text.len() >= BYTES_AT_ONCE {
            hand_over(&mut texts);
            progress(prompts, total);
        }
    })?;
    hand_over(&mut texts);
    Ok((prompts, of_places))
}

/// Returns what is wrong with the hash or normal form of prompts, whose memory goes `back` to be used again.
fn problems_of(receiver: Receiver<Texts>, back: &Sender<Texts>) -> Vec<String> {
    let (mut problems, mut wrong) = (Vec::new(), 0);
    for mut texts in receiver {
        let mut begin = 0;
        for (hash, end) in texts.prompts.drain(..) {
            let text = &texts.text[begin..end];
            begin = end;
            if ContentHash::of(text) != hash {
                wrong += 1;
                if wrong <= MOST_NAMED {
                    problems.push(format!("the text of prompt {hash} has another hash"));
                }
            } else if normalised(text) != text {
                problems.push(format!("the text of prompt {hash} is not in normal form"));
            }
        }
        texts.text.clear();
        // At the end nobody needs it.
        _ = back.send(texts);
    }
    if wrong > MOST_NAMED {
        problems.push(format!("{} more prompts have another hash than their text", wrong - MOST_NAMED));
    }
    problems
}
