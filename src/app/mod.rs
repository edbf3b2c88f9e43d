//! Use cases: one file each, and in it the one function that the command line, and whatever comes after it, calls.

pub mod backup;
pub mod catalog;
pub mod check;
pub mod dataset;
pub mod export;
pub mod generate;
pub mod import;
pub mod report;
pub mod sample;
pub mod show;
pub mod system_prompt;
pub mod templates;

mod clock;
mod folder;
mod output;
mod target;

pub use self::catalog::Catalog;
