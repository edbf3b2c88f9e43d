//! What tests of use cases ask of the store.

use super::Store;

/// Tables that do not grow with the prompts: kept counts by category, language and the like.
const SMALL: [&str; 3] = ["stratum", "template", "template_made"];

/// Tables that refer to prompts: the plan of an insertion looks through them for a reference that the new prompt would mend,
/// which runs only while one is broken.
const REFERRING: [&str; 2] = ["assignment", "attempt"];

impl Store {
    /// Returns the steps of all that was run since this was asked before that go through a whole table or index which grows
    /// with the prompts, each with its statement.
    ///
    /// # Panics
    /// When nothing that was run reaches the table named: then there was nothing to be found.
    pub fn scans(&self, reached: &str) -> Vec<String> {
        let plans = self.database.query_plans();
        let table = |step: &str| step.split(' ').nth(1).unwrap_or_default().to_owned();
        assert!(plans.iter().any(|(_, step)| table(step) == reached), "no step reaches {reached}: {plans:#?}");
        let is_fine = |sql: &str, table: &str| {
            SMALL.contains(&table) || (sql.starts_with("INSERT INTO prompt ") && REFERRING.contains(&table))
        };
        let is_scan = |(sql, step): &(String, String)| step.starts_with("SCAN ") && !is_fine(sql, &table(step));
        plans.into_iter().filter(is_scan).map(|(sql, step)| format!("{step}: {sql}")).collect()
    }
}
