//! Batches handed to providers, and the attempts in them.

use std::collections::HashSet;

use super::{Session, sql};
use crate::domain::hash::ContentHash;
use crate::domain::teacher::Provider;
use crate::error::{Error, Result};

/// A batch that has not ended.
#[derive(Clone, Debug)]
pub(crate) struct OpenBatch {
    pub id: i64,
    pub provider: Provider,
    pub base_url: String,
    /// The provider's name for it; `None` where a process died before it was known.
    pub remote_id: Option<String>,
    /// The prices that its run went by, as JSON.
    pub prices: String,
}

/// A request of a batch that waits for its answer.
pub(crate) struct BatchedAttempt {
    pub prompt: ContentHash,
    pub model: String,
}

impl Session<'_> {
    /// Records a batch before it is handed over, and returns its id.
    pub fn begin_batch(&self, run: i64, provider: Provider, base_url: &str, at: &str) -> Result<i64> {
        self.new_id(sql!("batch/begin"), &[run.into(), provider.name().into(), base_url.into(), at.into()])
    }

    /// Records what the provider calls a batch.
    pub fn open_batch(&self, batch: i64, remote_id: &str) -> Result<()> {
        self.database.execute(sql!("batch/open"), &[batch.into(), remote_id.into()]).map(|_| ())
    }

    /// Ends a batch as `ended`: what is in it without an answer failed for the reason given.
    pub fn end_batch(&self, batch: i64, why: &str, at: &str) -> Result<u64> {
        self.close_batch(batch, "ended", "failed", why, at)
    }

    /// Gives up a batch of which nobody knows whether it was handed over.
    pub fn lose_batch(&self, batch: i64, why: &str, at: &str) -> Result<u64> {
        self.close_batch(batch, "lost", "lost", why, at)
    }

    fn close_batch(&self, batch: i64, state: &str, attempts: &str, why: &str, at: &str) -> Result<u64> {
        let left = [batch.into(), attempts.into(), at.into(), why.into()];
        let left = self.database.execute(sql!("attempt/end_batch"), &left)?;
        self.database.execute(sql!("batch/end"), &[batch.into(), state.into(), at.into()])?;
        Ok(left as u64)
    }

    /// Returns the batches that have not ended, oldest first.
    pub fn open_batches(&self) -> Result<Vec<OpenBatch>> {
        self.database.list(sql!("batch/list_open"), &[], |row| {
            Ok(OpenBatch {
                id: row.integer(0)?,
                provider: row.text(1)?.parse().map_err(Error::Database)?,
                base_url: row.text(2)?.to_owned(),
                remote_id: row.optional_text(3)?,
                prices: row.text(4)?.to_owned(),
            })
        })
    }

    /// Returns a request of a batch, if it waits for its answer.
    pub fn batched_attempt(&self, attempt: i64, batch: i64) -> Result<Option<BatchedAttempt>> {
        self.database.load(sql!("attempt/load_of_batch"), &[attempt.into(), batch.into()], |row| {
            Ok(BatchedAttempt { prompt: ContentHash(row.hash(0)?), model: row.text(1)?.to_owned() })
        })
    }

    /// Returns the prompts of a dataset that wait in a batch for a teacher's answer.
    pub fn batched_prompts(&self, dataset: i64, teacher: &[u8; 32]) -> Result<HashSet<i64>> {
        let values = [dataset.into(), teacher.as_slice().into()];
        Ok(self.database.list(sql!("attempt/list_batched"), &values, |row| row.integer(0))?.into_iter().collect())
    }
}
