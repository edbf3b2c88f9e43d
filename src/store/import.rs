//! Import runs, and the prompts that they bring.

use serde::Serialize;

use super::driver::{Inserting, Prepared, ROWS, Value};
use super::fill::Fill;
use super::strata::{Putting, Strata};
use super::{Session, sql};
use crate::domain::dataset::LabelChange;
use crate::domain::draw::Place;
use crate::domain::hash::ContentHash;
use crate::domain::normalise::NORMAL_FORM;
use crate::domain::pool::StratumId;
use crate::domain::prompt::{Labels, NONE, Source};
use crate::error::{Error, Result};

/// A prompt on its way into the catalog.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub hash: ContentHash,
    /// In normal form.
    pub text: String,
    /// The labels that its file or the command gave; `None` where neither did.
    pub labels: LabelChange,
    /// Other fields of its record, as JSON.
    pub metadata: Option<String>,
    pub line: u64,
    pub record: u64,
}

/// What became of the records of a file or run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    pub read: u64,
    pub added: u64,
    pub duplicates: u64,
    pub rejected: u64,
    /// Duplicates that came with other labels.
    pub conflicts: u64,
}

impl Counts {
    /// Adds other counts to these.
    pub fn add(&mut self, other: Self) {
        self.read += other.read;
        self.added += other.added;
        self.duplicates += other.duplicates;
        self.rejected += other.rejected;
        self.conflicts += other.conflicts;
    }

    /// Returns them as parameters, in the order in which every statement has them.
    fn values(self) -> [Value<'static>; 5] {
        [self.read, self.added, self.duplicates, self.rejected, self.conflicts].map(Value::from)
    }
}

/// The writing of prompts within one transaction.
pub(crate) struct Batch<'a> {
    session: &'a Session<'a>,
    strata: Strata,
    update_labels: bool,
    fill: Option<&'a mut Fill>,
    /// Of a catalog that is being filled: new prompts with their ids and files, which are written together.
    waiting: Vec<(i64, i64, Incoming)>,
    /// The same prompts' places, which are written at the end, in order.
    places: Vec<(Place, i64)>,
    /// The id of the next prompt.
    next: i64,
    find: Prepared<'a>,
    append: Inserting<'a>,
    putting: Putting<'a>,
}

/// The stratum of a prompt that is in the catalog already, and, where an index tells, its id and place.
type Found = (StratumId, Option<(i64, Place)>);

/// A prompt that is in the catalog already.
pub(super) struct Seen {
    pub prompt: i64,
    pub place: Place,
    pub labels: Labels,
}

impl Session<'_> {
    /// Records the begin of an import run, and returns its id.
    pub fn begin_run(&self, at: &str, program: &str, options: &str) -> Result<i64> {
        self.new_id(sql!("import/begin_run"), &[at.into(), program.into(), options.into()])
    }

    /// Records the begin of a file of a run, and returns its id.
    pub fn begin_file(&self, run: i64, path: &str, format: &str) -> Result<i64> {
        self.new_id(sql!("import/begin_file"), &[run.into(), path.into(), format.into()])
    }

    /// Records what became of some records of a file and, once it was read to its end, its SHA-256 and size.
    pub fn count_file(&self, file: i64, counts: Counts, ended: Option<([u8; 32], u64)>) -> Result<()> {
        let [read, added, duplicates, rejected, conflicts] = counts.values();
        let (sha256, bytes) = ended.unzip();
        let sha256 = sha256.as_ref().map(<[u8; 32]>::as_slice).into();
        let values = [file.into(), read, added, duplicates, rejected, conflicts, sha256, bytes.into()];
        self.database.execute(sql!("import/count_file"), &values).map(|_| ())
    }

    /// Records what became of some records of a run.
    pub fn count_run(&self, run: i64, counts: Counts) -> Result<()> {
        let [read, added, duplicates, rejected, conflicts] = counts.values();
        let values = [run.into(), read, added, duplicates, rejected, conflicts];
        self.database.execute(sql!("import/count_run"), &values).map(|_| ())
    }

    /// Records why some records of a file were rejected.
    pub fn count_rejects(&self, file: i64, reason: &str, records: u64) -> Result<()> {
        self.database.execute(sql!("import/count_reject"), &[file.into(), reason.into(), records.into()]).map(|_| ())
    }

    /// Records the end of a run.
    pub fn end_run(&self, run: i64, state: &str, at: &str) -> Result<()> {
        self.database.execute(sql!("import/end_run"), &[run.into(), state.into(), at.into()]).map(|_| ())
    }

    /// Begins to write prompts; only in a write transaction, and once in each.
    pub fn batch<'a>(&'a self, update_labels: bool, fill: Option<&'a mut Fill>) -> Result<Batch<'a>> {
        Ok(Batch {
            session: self,
            strata: Strata::load(self)?,
            update_labels,
            fill,
            waiting: Vec::new(),
            places: Vec::new(),
            next: self.newest_prompt()? + 1,
            find: self.database.prepare(sql!("prompt/load_place"))?,
            append: self.database.prepare_insert(sql!("prompt/append"))?,
            putting: self.putting()?,
        })
    }

    /// Returns the labels of the prompt with this hash, if it is in the catalog.
    pub fn labels_of(&self, hash: &ContentHash) -> Result<Option<Labels>> {
        Ok(self.seen(hash)?.map(|seen| seen.labels))
    }

    /// Returns the place of the prompt with this hash, if it is in the catalog.
    pub fn place_by_hash(&self, hash: &ContentHash) -> Result<Option<Place>> {
        Ok(self.seen(hash)?.map(|seen| seen.place))
    }

    pub(super) fn new_id(&self, sql: &str, values: &[Value<'_>]) -> Result<i64> {
        let id = self.database.load(sql, values, |row| row.integer(0))?;
        id.ok_or_else(|| Error::Database("a new row has no id".to_owned()))
    }

    /// Returns the prompt with this hash, if it is in the catalog.
    pub(super) fn seen(&self, hash: &ContentHash) -> Result<Option<Seen>> {
        self.database.load(sql!("prompt/load_labels"), &[hash.0.as_slice().into()], |row| {
            Ok(Seen {
                prompt: row.integer(0)?,
                place: Place { stratum: StratumId(row.integer(1)?), position: row.count(2)? },
                labels: Labels { category: row.text(3)?.to_owned(), language: row.text(4)?.to_owned() },
            })
        })
    }
}

impl Batch<'_> {
    /// Keeps a prompt if it is new, and counts what became of it.
    pub fn add(&mut self, file: i64, incoming: Incoming, counts: &mut Counts) -> Result<()> {
        counts.read += 1;
        let Some((stratum, at)) = self.find(&incoming.hash)? else {
            counts.added += 1;
            return self.append(file, incoming);
        };
        counts.duplicates += 1;
        let labels = &self.strata.stratum(stratum).labels;
        if incoming.labels.changes(labels) {
            counts.conflicts += 1;
            if let (true, Some((prompt, place))) = (self.update_labels, at) {
                let labels = incoming.labels.applied_to(labels);
                self.strata.relabel(self.session, prompt, place, &labels)?;
            }
        }
        Ok(())
    }

    /// Returns the stratum of the prompt with this hash, if it is in the catalog, and, where an index tells, its id and place.
    fn find(&mut self, hash: &ContentHash) -> Result<Option<Found>> {
        if let Some(fill) = &self.fill {
            return Ok(fill.stratum_of(hash).map(|stratum| (stratum, None)));
        }
        self.find.load([hash.0.as_slice().into()], |row| {
            let place = Place { stratum: StratumId(row.integer(1)?), position: row.count(2)? };
            Ok((place.stratum, Some((row.integer(0)?, place))))
        })
    }

    fn append(&mut self, file: i64, incoming: Incoming) -> Result<()> {
        let prompt = self.next;
        self.next += 1;
        let LabelChange { category, language } = &incoming.labels;
        let (category, language) = (category.as_deref().unwrap_or(NONE), language.as_deref().unwrap_or(NONE));
        let place = self.strata.next_place(self.session, category, language, Source::Existing, 0)?;
        let Some(fill) = &mut self.fill else {
            self.append.insert(&[row(prompt, file, &incoming)])?;
            return self.putting.put(&[(place, prompt)]);
        };
        fill.add(&incoming.hash, place.stratum)?;
        self.places.push((place, prompt));
        self.waiting.push((prompt, file, incoming));
        if self.waiting.len() < ROWS { Ok(()) } else { self.append_waiting() }
    }

    fn append_waiting(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let rows: Vec<_> = waiting.iter().map(|(prompt, file, incoming)| row(*prompt, *file, incoming)).collect();
        self.append.insert(&rows)
    }

    /// Ends the writing.
    pub fn end(mut self) -> Result<()> {
        self.append_waiting()?;
        self.places.sort_unstable();
        self.putting.put(&self.places)?;
        self.strata.flush(self.session)
    }
}

/// Returns what the catalog keeps of a prompt itself.
fn row(prompt: i64, file: i64, incoming: &Incoming) -> [Value<'_>; 8] {
    [
        prompt.into(),
        incoming.hash.0.as_slice().into(),
        NORMAL_FORM.into(),
        file.into(),
        incoming.line.into(),
        incoming.record.into(),
        incoming.metadata.as_deref().into(),
        incoming.text.as_str().into(),
    ]
}
