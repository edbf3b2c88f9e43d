//! The writing half of an import: whole batches, each in one transaction.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use super::ImportEvent;
use super::read::{Chunk, Step};
use crate::error::Result;
use crate::store::{Batch, Counts, Fill, Incoming, Session, Store};

/// How many chunks are written at once, about a thousand prompts each: every batch waits for the disk once, and writes
/// most pages of the index of hashes again.
const BATCH_CHUNKS: usize = 100;

/// How long one batch takes at most, about: nobody else can write meanwhile.
const BATCH_TIME: Duration = Duration::from_secs(1);

/// How long a slow reader is waited for before what there is is committed.
const CHUNK_TIME: Duration = Duration::from_millis(50);

/// Where an import writes.
pub(super) struct Writing<'a> {
    pub store: &'a mut Store,
    /// A catalog whose prompts count as duplicates too.
    pub beside: Option<&'a Store>,
    pub run: i64,
    pub update_labels: bool,
    /// Bytes of all files.
    pub total: u64,
    /// What is held of a catalog that was empty.
    pub fill: Option<Fill>,
}

/// The file whose records are being written.
#[derive(Clone, Default)]
pub(in crate::app) struct Current {
    id: i64,
    path: String,
}

impl Writing<'_> {
    /// Writes all that the reader hands over, and returns what became of it.
    pub fn all(self, receiver: &Receiver<Chunk>, observe: &mut dyn FnMut(ImportEvent<'_>)) -> Result<Counts> {
        let Self { store, beside, run, update_labels, total, mut fill } = self;
        let (mut all, mut records) = (Counts::default(), 0);
        let mut current = Current::default();
        while let Ok(first) = receiver.recv() {
            let counts = store.fill(&mut fill, |session, fill| {
                let batch = session.batch(update_labels, fill)?;
                let mut writer = Writer::new(session, batch, beside, run, &mut current);
                for chunk in batched(first, receiver) {
                    records += chunk.records();
                    for step in chunk.steps {
                        writer.step(step, observe)?;
                    }
                    observe(ImportEvent::Progress { bytes: chunk.bytes, total, records });
                }
                writer.end()
            })?;
            all.add(counts);
            store.give_way();
        }
        if let Some(fill) = fill {
            observe(ImportEvent::Indexing);
            store.end_fill(fill)?;
        }
        Ok(all)
    }
}

/// Returns the chunks of one batch, as they come.
fn batched(first: Chunk, receiver: &Receiver<Chunk>) -> impl Iterator<Item = Chunk> {
    let begun = Instant::now();
    let is_over = move || begun.elapsed() >= BATCH_TIME;
    let next = move || if is_over() { None } else { receiver.recv_timeout(CHUNK_TIME).ok() };
    std::iter::once(first).chain(std::iter::from_fn(next)).take(BATCH_CHUNKS)
}

/// The writing of one batch.
pub(in crate::app) struct Writer<'a> {
    session: &'a Session<'a>,
    batch: Batch<'a>,
    beside: Option<&'a Store>,
    run: i64,
    current: &'a mut Current,
    /// What became of the records of the current file, as far as this batch goes.
    counts: Counts,
    rejects: BTreeMap<&'static str, u64>,
    /// SHA-256 and size of the current file, once it was read to its end.
    ended: Option<([u8; 32], u64)>,
    all: Counts,
}

impl<'a> Writer<'a> {
    pub fn new(
        session: &'a Session<'a>,
        batch: Batch<'a>,
        beside: Option<&'a Store>,
        run: i64,
        current: &'a mut Current,
    ) -> Self {
        let (counts, all) = (Counts::default(), Counts::default());
        Self { session, batch, beside, run, current, counts, rejects: BTreeMap::new(), ended: None, all }
    }

    pub fn step(&mut self, step: Step, observe: &mut dyn FnMut(ImportEvent<'_>)) -> Result<()> {
        match step {
            Step::Begin(path, format) => {
                self.end_counts()?;
                let id = self.session.begin_file(self.run, &path, format)?;
                *self.current = Current { id, path };
            }
            Step::Keep(incoming) => self.keep(incoming)?,
            Step::Reject(reject) => {
                self.counts.read += 1;
                self.counts.rejected += 1;
                *self.rejects.entry(reject.reason.code()).or_default() += 1;
                observe(ImportEvent::Reject { file: &self.current.path, reject: &reject });
            }
            Step::End(sha256, bytes) => self.ended = Some((sha256, bytes)),
        }
        Ok(())
    }

    fn keep(&mut self, incoming: Incoming) -> Result<()> {
        let known = self.beside.map(|store| store.read(|session| session.labels_of(&incoming.hash))).transpose()?;
        if let Some(labels) = known.flatten() {
            self.counts.read += 1;
            self.counts.duplicates += 1;
            self.counts.conflicts += u64::from(incoming.labels.changes(&labels));
            return Ok(());
        }
        self.batch.add(self.current.id, incoming, &mut self.counts)
    }

    /// Records what became of the current file and its records, all at once: of small files there may be thousands.
    fn end_counts(&mut self) -> Result<()> {
        let (counts, ended) = (std::mem::take(&mut self.counts), self.ended.take());
        if counts.read > 0 || ended.is_some() {
            self.session.count_file(self.current.id, counts, ended)?;
        }
        for (reason, records) in std::mem::take(&mut self.rejects) {
            self.session.count_rejects(self.current.id, reason, records)?;
        }
        self.all.add(counts);
        Ok(())
    }

    pub fn end(mut self) -> Result<Counts> {
        self.end_counts()?;
        // Once for all the files of a batch, of which there may be thousands.
        self.session.count_run(self.run, self.all)?;
        self.batch.end()?;
        Ok(self.all)
    }
}
