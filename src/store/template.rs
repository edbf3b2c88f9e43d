//! Generated prompts: which template made them, at which index.

use super::strata::Strata;
use super::{Session, sql};
use crate::domain::draw::Place;
use crate::domain::hash::ContentHash;
use crate::domain::normalise::NORMAL_FORM;
use crate::domain::pool::Stratum;
use crate::domain::prompt::{Labels, Source};
use crate::error::{Error, Result};

/// A prompt that a template made, on its way into the catalog.
pub(crate) struct Made<'a> {
    pub template: &'a str,
    pub version: ContentHash,
    pub index: u64,
    pub hash: ContentHash,
    /// In normal form.
    pub text: &'a str,
    pub labels: Labels,
}

/// How many prompts of a language a version of a template has made.
pub(crate) struct MadeCount {
    pub template: String,
    pub version: ContentHash,
    pub language: String,
    pub made: u64,
}

/// The origin of a generated prompt.
pub(crate) struct GeneratedOrigin {
    pub template: String,
    pub version: ContentHash,
    pub index: u64,
}

impl Session<'_> {
    /// Returns how many prompts each version of each template has made.
    pub fn made_counts(&self) -> Result<Vec<MadeCount>> {
        self.database.list(sql!("template/list_made"), &[], |row| {
            Ok(MadeCount {
                template: row.text(0)?.to_owned(),
                version: ContentHash(row.hash(1)?),
                language: row.text(2)?.to_owned(),
                made: row.count(3)?,
            })
        })
    }

    /// Keeps prompts that templates made, and returns their places; none of them may be in the catalog.
    pub fn keep_made(&self, made: &[Made<'_>]) -> Result<Vec<Place>> {
        let mut strata = Strata::load(self)?;
        let places = made.iter().map(|made| self.keep_one(made, &mut strata)).collect::<Result<Vec<_>>>()?;
        strata.flush(self)?;
        Ok(places)
    }

    fn keep_one(&self, made: &Made<'_>, strata: &mut Strata) -> Result<Place> {
        let (name, version) = (made.template.into(), made.version.0.as_slice().into());
        self.database.execute(sql!("template/insert"), &[name, version])?;
        let template = self.new_id(sql!("template/load_id"), &[name, version])?;
        let none = super::driver::Value::Null;
        let values = [made.hash.0.as_slice().into(), NORMAL_FORM.into(), none, none, none, none, made.text.into()];
        let prompt = self.database.load(sql!("prompt/insert"), &values, |row| row.integer(0))?;
        let prompt = prompt.ok_or_else(|| Error::Database(format!("prompt {} was made twice", made.hash)))?;
        self.database
            .execute(sql!("template/insert_generated"), &[template.into(), made.index.into(), prompt.into()])?;
        self.database.execute(sql!("template/count_made"), &[template.into(), made.labels.language.as_str().into()])?;
        strata.append(self, prompt, &made.labels, Source::Generated, 0)
    }

    /// Returns the place of the prompt with this hash, and its stratum, if it is in the catalog.
    pub fn find(&self, hash: &ContentHash, strata: &[Stratum]) -> Result<Option<(Place, Stratum)>> {
        let Some(place) = self.place_by_hash(hash)? else { return Ok(None) };
        let stratum = strata.iter().find(|stratum| stratum.id == place.stratum);
        let stratum = stratum.ok_or_else(|| Error::Database(format!("stratum {} is not there", place.stratum.0)))?;
        Ok(Some((place, stratum.clone())))
    }

    /// Returns the origin of a generated prompt.
    pub fn generated_origin(&self, hash: &ContentHash) -> Result<Option<GeneratedOrigin>> {
        self.database.load(sql!("template/load_origin"), &[hash.0.as_slice().into()], |row| {
            Ok(GeneratedOrigin {
                template: row.text(0)?.to_owned(),
                version: ContentHash(row.hash(1)?),
                index: row.count(2)?,
            })
        })
    }
}
