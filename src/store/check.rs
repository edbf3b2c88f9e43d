//! Looking for contradictions in a catalog.

use super::{Session, sql};
use crate::domain::hash::ContentHash;
use crate::error::Result;

impl Session<'_> {
    /// Returns what the database finds wrong with its file, and with references between rows other than prompts and places,
    /// which the census looks at.
    pub fn file_problems(&self) -> Result<Vec<String>> {
        self.database.problems(&["prompt", "place"])
    }

    /// Returns where kept counts are not what a recount gives, and where rows contradict each other.
    pub fn ledger_problems(&self) -> Result<Vec<String>> {
        let mut problems = Vec::new();
        self.check_datasets(&mut problems)?;
        self.check_made(&mut problems)?;
        self.database.each(sql!("check/answers"), &[], |row| {
            problems.push(format!(
                "prompt {} counts an answer and has none, or has one that was not asked for",
                ContentHash(row.hash(0)?)
            ));
            Ok(())
        })?;
        self.database.each(sql!("check/runs"), &[], |row| {
            let (run, counted, files) = (row.integer(0)?, row.count(1)?, row.count(2)?);
            problems.push(format!("import run {run} counts {counted} records, and its files {files}"));
            Ok(())
        })?;
        Ok(problems)
    }

    fn check_made(&self, problems: &mut Vec<String>) -> Result<()> {
        self.database.each(sql!("check/made"), &[], |row| {
            let (name, counted, made) = (row.text(0)?, row.count(1)?, row.count(2)?);
            problems.push(format!("template {name} counts {counted} prompts that it made, and there are {made}"));
            Ok(())
        })
    }

    fn check_datasets(&self, problems: &mut Vec<String>) -> Result<()> {
        self.database.each(sql!("check/datasets"), &[], |row| {
            let (name, size, usages, last) = (row.text(0)?, row.integer(1)?, row.integer(2)?, row.integer(3)?);
            if usages != size || last != size - 1 {
                problems
                    .push(format!("dataset {name} counts {size} prompts, and has {usages} with ranks up to {last}"));
            }
            let released = if row.is_null(5)? { 0 } else { size };
            if row.integer(4)? != released {
                problems.push(format!(
                    "dataset {name} has {} released usages, and should have {released}",
                    row.integer(4)?
                ));
            }
            Ok(())
        })
    }
}
