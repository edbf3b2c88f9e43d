//! Taking prompts out of the catalog.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Catalog, clock};
use crate::domain::hash::{ContentHash, HashPrefix};
use crate::error::Result;

/// What was taken out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RemoveOutcome {
    /// The prompts, by their hash.
    pub removed: Vec<ContentHash>,
}

/// Takes prompts out of the catalog, all or none. Their hashes stay known: no template makes such a prompt again; an
/// import brings it back.
///
/// # Errors
/// When a prefix stands for no prompt, or for more than one, and when a dataset holds one, released or not: what a
/// dataset delivered stays provable.
pub fn remove(catalog: &mut Catalog, prompts: &[HashPrefix]) -> Result<RemoveOutcome> {
    catalog.store.write(|session| {
        let ids = prompts.iter().map(|prefix| session.resolve(prefix)).collect::<Result<BTreeSet<_>>>()?;
        let at = clock::now();
        ids.iter().try_for_each(|id| session.remove(id, &at))?;
        Ok(RemoveOutcome { removed: ids.into_iter().collect() })
    })
}
