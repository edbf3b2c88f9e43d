//! Templates: an addressable space of prompts.
//!
//! A template has texts with slots, slots with values, and tables of linked rows, of which one row fills several slots
//! at once. The table `case` is its material; a prompt of the template is about one of its rows. The space of a
//! template is the sequence of its prompts: by language, within a language by case, within a case by every other
//! choice, as the digits of a number in mixed radix. An index of the space gives its prompt without the others.

mod parse;
pub mod permute;
pub mod spread;

use std::ops::Range;

pub use self::parse::TemplateError;
use super::hash::ContentHash;

/// The table whose rows are what prompts are about.
pub const CASE: &str = "case";

/// One template: a file of texts, slots and rows.
#[derive(Clone, Debug)]
pub struct Template {
    name: String,
    category: String,
    version: ContentHash,
    texts: Vec<Vec<Piece>>,
    cases: Vec<Row>,
    /// Slots, and tables but for the cases: each is chosen from independently.
    choices: Vec<Vec<Row>>,
    spaces: Vec<LanguageSpace>,
}

/// A part of a text.
#[derive(Clone, Debug)]
enum Piece {
    Literal(String),
    /// The language as people write it.
    Title,
    /// The language as fences have it.
    Fence,
    /// A field of the case.
    Case(usize),
    /// A field of the row that is taken from one of the choices.
    Choice(usize, usize),
}

/// One row: the languages it fits, and its fields, each with the values of which one is taken.
#[derive(Clone, Debug)]
struct Row {
    languages: Option<Vec<String>>,
    fields: Vec<Vec<String>>,
}

impl Row {
    fn fits(&self, language: &str) -> bool {
        self.languages.as_ref().is_none_or(|languages| languages.iter().any(|l| l == language))
    }

    fn size(&self) -> u64 {
        self.fields.iter().fold(1, |product: u64, values| product.saturating_mul(values.len() as u64))
    }
}

/// The part of a template's space that is about one language.
#[derive(Clone, Debug)]
pub struct LanguageSpace {
    /// The language.
    pub language: String,
    title: String,
    /// The cases that fit it, each with the indexes of its prompts.
    cases: Vec<(usize, Range<u64>)>,
    /// For each choice, its rows that fit.
    choices: Vec<Vec<usize>>,
}

impl LanguageSpace {
    /// Returns the indexes of the prompts of each case.
    pub fn cases(&self) -> impl Iterator<Item = Range<u64>> {
        self.cases.iter().map(|(_, range)| range.clone())
    }

    /// Returns the indexes of all prompts in this language.
    pub fn range(&self) -> Range<u64> {
        let start = self.cases.first().map_or(0, |(_, range)| range.start);
        start..self.cases.last().map_or(0, |(_, range)| range.end)
    }

    /// Returns how many prompts there are in this language.
    pub fn size(&self) -> u64 {
        self.range().end - self.range().start
    }
}

/// A prompt that a template makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The language it is about.
    pub language: String,
    /// Its text.
    pub text: String,
}

impl Template {
    /// Returns the name: that of the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the category of its prompts.
    pub fn category(&self) -> &str {
        &self.category
    }

    /// Returns the SHA-256 of the file: the same version gives the same prompt for the same index.
    pub fn version(&self) -> ContentHash {
        self.version
    }

    /// Returns the space, language by language.
    pub fn spaces(&self) -> &[LanguageSpace] {
        &self.spaces
    }

    /// Returns how many prompts the template makes.
    pub fn size(&self) -> u64 {
        self.spaces.iter().map(LanguageSpace::size).sum()
    }

    /// Returns the prompt at an index of the space, in time proportional to the number of slots; `None` beyond its end.
    pub fn render(&self, index: u64) -> Option<Rendered> {
        let space = self.spaces.iter().find(|space| space.range().contains(&index))?;
        let at = space.cases.partition_point(|(_, range)| range.end <= index);
        let (case, range) = &space.cases[at];
        let mut digits = Digits(index - range.start);
        let pieces = &self.texts[digits.take(self.texts.len())];
        let case = picked(&self.cases[*case], &mut digits);
        let choices: Vec<Vec<&str>> = space
            .choices
            .iter()
            .zip(&self.choices)
            .map(|(fitting, rows)| {
                let sizes: Vec<u64> = fitting.iter().map(|&row| rows[row].size()).collect();
                let row = digits.take_part(&sizes);
                picked(&rows[fitting[row]], &mut digits)
            })
            .collect();
        let mut text = String::new();
        for piece in pieces {
            text.push_str(match piece {
                Piece::Literal(literal) => literal,
                Piece::Title => &space.title,
                Piece::Fence => &space.language,
                Piece::Case(field) => case[*field],
                Piece::Choice(choice, field) => choices[*choice][*field],
            });
        }
        Some(Rendered { language: space.language.clone(), text })
    }
}

/// Takes one value of each field of a row.
fn picked<'a>(row: &'a Row, digits: &mut Digits) -> Vec<&'a str> {
    row.fields.iter().map(|values| values[digits.take(values.len())].as_str()).collect()
}

/// A number whose digits, in mixed radix, are taken one after another.
struct Digits(u64);

impl Digits {
    fn take(&mut self, radix: usize) -> usize {
        let digit = self.0 % radix as u64;
        self.0 /= radix as u64;
        digit as usize
    }

    /// Takes a digit that tells which of some parts a number lies in; the rest of it is where in that part.
    ///
    /// The parts are of different sizes, so what is left must be a digit of its own: the rest stays within the part,
    /// and what lies above all parts follows it.
    fn take_part(&mut self, sizes: &[u64]) -> usize {
        let total: u64 = sizes.iter().sum();
        let mut within = self.0 % total;
        let above = self.0 / total;
        for (part, &size) in sizes.iter().enumerate() {
            if within < size {
                self.0 = above * size + within;
                return part;
            }
            within -= size;
        }
        unreachable!("a remainder lies in one of the parts")
    }
}

#[cfg(test)]
mod tests;
