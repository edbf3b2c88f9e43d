//! The fields of a TOML table, each taken once; what is wrong with one is named with its line.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::DefinitionError;
use crate::domain::similar::similar;

/// All that is wrong with a file.
pub(super) struct Problems<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub found: Vec<DefinitionError>,
}

impl Problems<'_> {
    /// Returns the line, from 1, on which a part of the text begins.
    pub fn line(&self, at: &Range<usize>) -> usize {
        1 + self.text[..at.start.min(self.text.len())].matches('\n').count()
    }

    pub fn at(&mut self, at: &Range<usize>, problem: String) {
        let line = self.line(at);
        self.found.push(DefinitionError { file: self.file.to_owned(), line, problem });
    }

    /// Says that a word is none of those expected, and which one was meant.
    pub fn unknown(&mut self, at: &Range<usize>, what: &str, word: &str, known: &[&str]) {
        let hint = match similar(word, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("expected one of {}", known.join(", ")),
        };
        self.at(at, format!("{what}; {hint}"));
    }
}

/// A value, and where it stands.
type Found<T> = (T, Range<usize>);

/// The fields of one table.
pub(super) struct Fields<'t, 'p, 'a> {
    table: &'t DeTable<'t>,
    at: Range<usize>,
    problems: &'p mut Problems<'a>,
    asked: Vec<&'static str>,
}

impl<'t, 'p, 'a> Fields<'t, 'p, 'a> {
    pub fn new(table: &'t DeTable<'t>, at: Range<usize>, problems: &'p mut Problems<'a>) -> Self {
        Self { table, at, problems, asked: Vec::new() }
    }

    pub fn problems(&mut self) -> &mut Problems<'a> {
        self.problems
    }

    /// Returns where the table begins.
    pub fn at(&self) -> Range<usize> {
        self.at.clone()
    }

    /// Returns a field, if it is there.
    pub fn get(&mut self, name: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.push(name);
        self.table.get(name)
    }

    /// Returns a field of text, if it is there.
    pub fn text(&mut self, name: &'static str) -> Option<Found<&'t str>> {
        let value = self.get(name)?;
        self.as_text(name, value)
    }

    /// Returns a field of text that has to be there.
    pub fn expect_text(&mut self, name: &'static str) -> Option<Found<&'t str>> {
        if !self.table.contains_key(name) {
            self.asked.push(name);
            let (at, known) = (self.at(), format!("expected `{name} = \"…\"`"));
            // A name that is nearly this one is told of as unknown.
            let near = self.table.keys().any(|key| similar(key.get_ref(), [name]).is_some());
            if !near {
                self.problems.at(&at, known);
            }
            return None;
        }
        self.text(name)
    }

    /// Returns a field that is one of some words, if it is there.
    pub fn word<T: Copy>(&mut self, name: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        let (word, at) = self.text(name)?;
        self.named(name, word, &at, words)
    }

    /// Returns a field that is one of some words, or a list of them, if it is there.
    pub fn words<T: Copy>(&mut self, name: &'static str, words: &[(&'static str, T)]) -> Option<Vec<T>> {
        let values = self.one_or_more(name)?;
        for (index, (word, at)) in values.iter().enumerate() {
            if values[..index].iter().any(|(before, _)| before == word) {
                self.problems.at(at, format!("`{name}` has `{word}` twice"));
            }
        }
        if values.is_empty() {
            let at = self.get(name)?.span();
            self.problems.at(&at, format!("`{name}` is empty"));
        }
        let named = values.into_iter().map(|(word, at)| self.named(name, word, &at, words));
        named.collect()
    }

    /// Returns a field of texts, or of one, if it is there.
    pub fn one_or_more(&mut self, name: &'static str) -> Option<Vec<Found<&'t str>>> {
        let value = self.get(name)?;
        match value.get_ref().as_array() {
            Some(items) => items.iter().map(|item| self.as_text(name, item)).collect(),
            None => Some(vec![self.as_text(name, value)?]),
        }
    }

    /// Returns a field of whole numbers above 0, if it is there.
    pub fn counts(&mut self, name: &'static str) -> Option<Vec<u64>> {
        let value = self.get(name)?;
        let single = std::slice::from_ref(value);
        let items: Vec<_> = match value.get_ref().as_array() {
            Some(items) => items.iter().collect(),
            None => single.iter().collect(),
        };
        let count = |item: &&Spanned<DeValue<'t>>| {
            let digits = item.get_ref().as_integer().filter(|number| number.radix() == 10)?;
            digits.as_str().parse().ok().filter(|count| *count > 0)
        };
        for item in &items {
            if count(item).is_none() {
                self.problems.at(&item.span(), format!("`{name}` is a whole number above 0, or a list of them"));
            }
        }
        items.iter().map(count).collect()
    }

    /// Returns a field that is true or false; false where it is not there.
    pub fn flag(&mut self, name: &'static str) -> bool {
        let Some(value) = self.get(name) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.problems.at(&value.span(), format!("`{name}` is true or false"));
            false
        })
    }

    /// Names the fields that nobody asked for.
    pub fn end(self) {
        for key in self.table.keys().filter(|key| !self.asked.contains(&key.get_ref().as_ref())) {
            let what = format!("there is no field `{}`", key.get_ref());
            self.problems.unknown(&key.span(), &what, key.get_ref(), &self.asked);
        }
    }

    fn as_text(&mut self, name: &str, value: &'t Spanned<DeValue<'t>>) -> Option<Found<&'t str>> {
        let text = value.get_ref().as_str().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.problems.at(&value.span(), format!("`{name}` is text"));
        }
        Some((text?, value.span()))
    }

    fn named<T: Copy>(&mut self, name: &str, word: &str, at: &Range<usize>, words: &[(&'static str, T)]) -> Option<T> {
        let found = words.iter().find(|(known, _)| *known == word).map(|(_, value)| *value);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(known, _)| *known).collect();
            self.problems.unknown(at, &format!("`{name}` cannot be `{word}`"), word, &known);
        }
        found
    }
}
