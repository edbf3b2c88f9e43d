//! The place where people who train coding assistants keep their prompts.

pub mod app;
pub mod assets;
pub mod domain;
pub mod error;
mod export;
mod report;
pub mod source;
mod store;

pub use error::{Error, Result};
