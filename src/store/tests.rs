//! What tests of use cases ask of the store.

use super::Store;

impl Store {
    /// Returns each statement that was run since this was asked before, with every step by which it finds its rows.
    pub fn query_plans(&self) -> Vec<(String, String)> {
        self.database.query_plans()
    }
}
