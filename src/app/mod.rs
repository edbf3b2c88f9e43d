//! Use cases: one file each, and in it the one function that the command line, and whatever comes after it, calls.

pub mod backup;
pub mod catalog;
pub mod check;
pub mod dataset;
pub mod diff;
#[cfg(feature = "distill")]
pub mod distill;
pub mod export;
pub mod generate;
pub mod import;
pub mod label;
pub mod record;
pub mod remove;
pub mod report;
pub mod sample;
pub mod search;
pub mod show;
pub mod system_prompt;
pub mod templates;
pub mod training;
pub mod verify;

mod clock;
mod folder;
mod output;
mod target;

/// Returns what a thread came to; where it has panicked, so does this one.
fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

pub use self::catalog::Catalog;

#[cfg(test)]
mod tests;
