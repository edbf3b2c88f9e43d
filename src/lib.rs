//! The place where people who train coding assistants keep their prompts: each prompt once, samples that meet a target
//! to the last prompt, none drawn twice, and a ledger that explains a year later which prompt, from which file, went
//! into which dataset.
//!
//! The command `catalog` is a thin layer over [`app`]; a program of your own can call the same functions:
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use prompt_catalog::app::catalog::{Begin, Catalog};
//! use prompt_catalog::app::import::{ImportRequest, import};
//! use prompt_catalog::app::sample::{SampleRequest, sample};
//! use prompt_catalog::assets;
//! use prompt_catalog::domain::pool::Filter;
//! use prompt_catalog::domain::target::{AxisSpec, TargetSpec};
//! use prompt_catalog::domain::taxonomy::Taxonomy;
//!
//! # fn main() -> prompt_catalog::Result<()> {
//! let folder = tempfile::tempdir().expect("a temporary folder");
//! let file = folder.path().join("mine.jsonl");
//! std::fs::write(&file, "{\"prompt\": \"Why is this slow?\"}\n{\"prompt\": \"Why is this slow?  \"}\n").expect("a file");
//!
//! let taxonomy = Taxonomy::parse(assets::TAXONOMY)?;
//! let mut catalog = Catalog::open_or_create(&folder.path().join("catalog.db"), Begin::Empty, taxonomy)?;
//!
//! let request = ImportRequest { paths: vec![file], ..ImportRequest::default() };
//! let imported = import(&mut catalog, &request, &AtomicBool::new(false), &mut |_event| ())?;
//! assert_eq!((imported.added, imported.duplicates), (1, 1));
//!
//! let any = TargetSpec { area: Some(AxisSpec::Any), language: Some(AxisSpec::Any), ..TargetSpec::default() };
//! let drawn = sample(
//!     &mut catalog,
//!     &[],
//!     &SampleRequest {
//!         count: 1,
//!         dataset: None,
//!         targets: any,
//!         filter: Filter::default(),
//!         seed: Some(7),
//!         max_uses: 1,
//!         strict: true,
//!         dry_run: false,
//!         generate: true,
//!         output: None,
//!     },
//! )?;
//! assert_eq!(drawn.drawn, 1);
//! # Ok(())
//! # }
//! ```
//!
//! The library computes and never speaks: it prints nothing and ends no process. What it computes is plain data that
//! serialises.

pub mod app;
pub mod assets;
pub mod domain;
pub mod error;
mod export;
#[cfg_attr(not(feature = "parse"), path = "no_grammar.rs")]
mod grammar;
mod report;
pub mod source;
mod store;
#[cfg(feature = "distill")]
pub mod teacher;

pub use error::{Error, Result};
