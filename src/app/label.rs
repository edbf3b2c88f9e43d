//! Correcting the labels of prompts.

use serde::Serialize;

use super::Catalog;
use crate::domain::dataset::LabelChange;
use crate::domain::hash::{ContentHash, HashPrefix};
use crate::domain::prompt::Labels;
use crate::error::Result;

/// What became of one prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Relabelled {
    /// The prompt.
    pub id: ContentHash,
    /// The labels that it had.
    pub before: Labels,
    /// The labels that it has.
    pub after: Labels,
}

/// Changes the labels of prompts, all or none. What datasets say of them stays: a usage keeps the labels of its draw.
///
/// # Errors
/// When a prefix stands for no prompt, or for more than one.
pub fn label(catalog: &mut Catalog, prompts: &[HashPrefix], change: &LabelChange) -> Result<Vec<Relabelled>> {
    catalog.store.write(|session| {
        let relabel = |prefix| {
            let id = session.resolve(prefix)?;
            let before = session.relabel(&id, change)?;
            let after = change.applied_to(&before);
            Ok(Relabelled { id, before, after })
        };
        prompts.iter().map(relabel).collect()
    })
}
