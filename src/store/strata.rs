//! Strata and the places within them. The positions of a stratum stay dense: what leaves one is replaced by the last.

use std::collections::{BTreeMap, BTreeSet};

use super::driver::Inserting;
use super::{Session, sql};
use crate::domain::draw::Place;
use crate::domain::pool::{Stratum, StratumId};
use crate::domain::prompt::{Labels, Source};
use crate::error::{Error, Result};

/// The strata of a catalog during one write transaction. Sizes change here, and reach the database with
/// [`flush`](Strata::flush), once for all the changes of the transaction.
pub(super) struct Strata {
    rows: BTreeMap<StratumId, Stratum>,
    by_key: BTreeMap<(Source, u32), BTreeMap<String, BTreeMap<String, StratumId>>>,
    changed: BTreeSet<StratumId>,
}

impl Session<'_> {
    /// Returns all strata, in the order in which they were made.
    pub fn strata(&self) -> Result<Vec<Stratum>> {
        self.database.list(sql!("stratum/list"), &[], |row| {
            Ok(Stratum {
                id: StratumId(row.integer(0)?),
                labels: Labels { category: row.text(1)?.to_owned(), language: row.text(2)?.to_owned() },
                source: row.text(3)?.parse().map_err(Error::Database)?,
                uses: row.count(4)? as u32,
                size: row.count(5)?,
            })
        })
    }

    /// Returns the prompt at a place.
    pub(super) fn prompt_at(&self, place: Place) -> Result<i64> {
        let values = [place.stratum.0.into(), place.position.into()];
        let prompt = self.database.load(sql!("place/load_prompt"), &values, |row| row.integer(0))?;
        prompt.ok_or_else(|| Error::Database(format!("stratum {} has a gap at {}", place.stratum.0, place.position)))
    }

    /// Returns what puts prompts at places.
    pub(super) fn putting(&self) -> Result<Putting<'_>> {
        Ok(Putting(self.database.prepare_insert(sql!("place/insert"))?))
    }

    /// Returns the place of a prompt.
    pub(super) fn place_of(&self, prompt: i64) -> Result<Place> {
        let place = self.database.load(sql!("place/load_of_prompt"), &[prompt.into()], |row| {
            Ok(Place { stratum: StratumId(row.integer(0)?), position: row.count(1)? })
        })?;
        place.ok_or_else(|| Error::Database(format!("prompt {prompt} has no place")))
    }
}

/// What puts prompts at places.
pub(super) struct Putting<'a>(Inserting<'a>);

impl Putting<'_> {
    /// Puts prompts at places, which must be free.
    pub fn put(&mut self, placed: &[(Place, i64)]) -> Result<()> {
        let row = |(place, prompt): &(Place, i64)| [place.stratum.0.into(), place.position.into(), (*prompt).into()];
        self.0.insert(&placed.iter().map(row).collect::<Vec<_>>())
    }
}

impl Strata {
    /// Reads the strata at the begin of a write transaction.
    pub fn load(session: &Session<'_>) -> Result<Self> {
        let rows: BTreeMap<_, _> = session.strata()?.into_iter().map(|stratum| (stratum.id, stratum)).collect();
        let mut strata = Self { rows, by_key: BTreeMap::new(), changed: BTreeSet::new() };
        for stratum in strata.rows.values() {
            let Stratum { id, labels, source, uses, .. } = stratum;
            let by_label = strata.by_key.entry((*source, *uses)).or_default();
            by_label.entry(labels.category.clone()).or_default().insert(labels.language.clone(), *id);
        }
        Ok(strata)
    }

    /// Returns a stratum that is known to exist.
    pub fn stratum(&self, id: StratumId) -> &Stratum {
        &self.rows[&id]
    }

    /// Puts a prompt at the end of the stratum of these labels, source and uses, and returns where that is.
    pub fn append(
        &mut self,
        session: &Session<'_>,
        prompt: i64,
        labels: &Labels,
        source: Source,
        uses: u32,
    ) -> Result<Place> {
        let place = self.next_place(session, &labels.category, &labels.language, source, uses)?;
        session.putting()?.put(&[(place, prompt)])?;
        Ok(place)
    }

    /// Returns the place at the end of the stratum of these labels, source and uses; a prompt must be put there.
    pub fn next_place(
        &mut self,
        session: &Session<'_>,
        category: &str,
        language: &str,
        source: Source,
        uses: u32,
    ) -> Result<Place> {
        let stratum = self.named(session, category, language, source, uses)?;
        let size = self.size(stratum);
        *size += 1;
        Ok(Place { stratum, position: *size - 1 })
    }

    /// Takes a prompt out of its place; the last one of the stratum takes that.
    pub fn vacate(&mut self, session: &Session<'_>, place: Place) -> Result<()> {
        let size = self.size(place.stratum);
        let last = size.saturating_sub(1);
        let stratum = place.stratum.0.into();
        session.database.execute(sql!("place/delete"), &[stratum, place.position.into()])?;
        if last != place.position {
            session.database.execute(sql!("place/move"), &[stratum, last.into(), place.position.into()])?;
        }
        *size = last;
        Ok(())
    }

    /// Moves a prompt to the stratum that differs from its own by the labels alone.
    pub fn relabel(&mut self, session: &Session<'_>, prompt: i64, place: Place, labels: &Labels) -> Result<()> {
        let Stratum { source, uses, .. } = *self.stratum(place.stratum);
        self.vacate(session, place)?;
        self.append(session, prompt, labels, source, uses).map(|_| ())
    }

    /// Writes the sizes that changed.
    pub fn flush(self, session: &Session<'_>) -> Result<()> {
        for id in &self.changed {
            session.database.execute(sql!("stratum/resize"), &[id.0.into(), self.rows[id].size.into()])?;
        }
        Ok(())
    }

    fn named(
        &mut self,
        session: &Session<'_>,
        category: &str,
        language: &str,
        source: Source,
        uses: u32,
    ) -> Result<StratumId> {
        let by_label = self.by_key.entry((source, uses)).or_default();
        if let Some(id) = by_label.get(category).and_then(|by_language| by_language.get(language)) {
            return Ok(*id);
        }
        let values = [category.into(), language.into(), source.name().into(), uses.into()];
        let id = session.database.load(sql!("stratum/insert"), &values, |row| row.integer(0))?.map(StratumId);
        let id = id.ok_or_else(|| Error::Database("a new stratum has no id".to_owned()))?;
        by_label.entry(category.to_owned()).or_default().insert(language.to_owned(), id);
        let labels = Labels { category: category.to_owned(), language: language.to_owned() };
        self.rows.insert(id, Stratum { id, labels, source, uses, size: 0 });
        Ok(id)
    }

    fn size(&mut self, id: StratumId) -> &mut u64 {
        self.changed.insert(id);
        &mut self.rows.get_mut(&id).expect("a stratum that was named or loaded is here").size
    }
}
