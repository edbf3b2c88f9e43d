//! How long prompts are.

use std::collections::BTreeMap;

use super::usage::drawn_as;
use super::{ChartKind, Section, Value, grouped};
use crate::domain::coverage::ratio;
use crate::domain::pool::Stratum;
use crate::error::Result;
use crate::report::Unit;
use crate::store::Session;

/// How many bytes of UTF-8 are taken for a token: a rule of thumb for English and for code.
const BYTES_A_TOKEN: u64 = 4;

/// How many prompts have each length.
type Counts = BTreeMap<u64, u64>;

/// The lengths of some prompts in every unit, for which each text is read once.
#[derive(Debug, Default)]
pub(super) struct Lengths {
    characters: Counts,
    tokens: Counts,
}

impl Lengths {
    /// Counts all prompts.
    pub fn of_all(session: &Session<'_>) -> Result<Self> {
        let mut lengths = Self::default();
        session.each_length(|characters, bytes| lengths.add(characters, bytes))?;
        Ok(lengths)
    }

    /// Counts the prompts of some strata.
    pub fn of<'a>(session: &Session<'_>, strata: impl Iterator<Item = &'a Stratum>) -> Result<Self> {
        let mut lengths = Self::default();
        for stratum in strata {
            session.each_length_of(stratum.id, |characters, bytes| lengths.add(characters, bytes))?;
        }
        Ok(lengths)
    }

    fn add(&mut self, characters: u64, bytes: u64) {
        *self.characters.entry(characters).or_default() += 1;
        *self.tokens.entry(bytes.div_ceil(BYTES_A_TOKEN)).or_default() += 1;
    }

    /// Returns the section of one unit.
    pub fn section(&self, unit: Unit) -> Section {
        let counts = match unit {
            Unit::Characters => &self.characters,
            Unit::Tokens => &self.tokens,
        };
        let all: u64 = counts.values().sum();
        let rows = bins(counts)
            .into_iter()
            .map(|(from, to, prompts)| vec![from.into(), to.into(), prompts.into(), Value::Share(ratio(prompts, all))]);
        let section = Section::new(&[unit.name(), "to", "prompts", "share"], rows.collect());
        Section { note: note(counts, all, unit), ..drawn_as(section, ChartKind::Columns, &[2], "prompts") }
    }
}

/// Returns the bins from the shortest to the longest prompt, each with its first and last length: they begin at 0 and at
/// 1, 2 and 5 times each power of ten.
fn bins(counts: &Counts) -> Vec<(u64, u64, u64)> {
    let (Some((&shortest, _)), Some((&longest, _))) = (counts.first_key_value(), counts.last_key_value()) else {
        return Vec::new();
    };
    let mut bins = Vec::new();
    let mut growths = [(2, 1), (5, 2), (2, 1)].into_iter().cycle();
    let (mut from, mut next) = (0, 10);
    while from <= longest {
        if next > shortest {
            bins.push((from, next - 1, counts.range(from..next).map(|(_, prompts)| prompts).sum()));
        }
        let (times, by) = growths.next().unwrap_or((10, 1));
        (from, next) = (next, next * times / by);
    }
    bins
}

/// Says what the bins do not show, and how tokens were counted.
fn note(counts: &Counts, all: u64, unit: Unit) -> Option<String> {
    let (shortest, longest) = (counts.first_key_value()?.0, counts.last_key_value()?.0);
    let sum: u128 = counts.iter().map(|(length, prompts)| u128::from(*length) * u128::from(*prompts)).sum();
    let mean = (sum / u128::from(all)) as u64;
    let [median, nine_tenths] = [(1, 2), (9, 10)].map(|part| quantile(counts, all, part));
    let said = format!(
        "Shortest {}, median {}, nine in ten up to {}, longest {}, mean {}.",
        grouped(*shortest),
        grouped(median),
        grouped(nine_tenths),
        grouped(*longest),
        grouped(mean)
    );
    Some(match unit {
        Unit::Characters => said,
        Unit::Tokens => format!("{said} A token is taken to be {BYTES_A_TOKEN} bytes of UTF-8, rounded up."),
    })
}

/// Returns the length that a part of the prompts, numerator over denominator, does not exceed.
fn quantile(counts: &Counts, all: u64, (numerator, denominator): (u64, u64)) -> u64 {
    let wanted = (u128::from(all) * u128::from(numerator)).div_ceil(u128::from(denominator)) as u64;
    let mut seen = 0;
    let mut lengths = counts.iter().filter_map(|(length, prompts)| {
        seen += prompts;
        (seen >= wanted).then_some(*length)
    });
    lengths.next().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_hold_every_prompt_between_the_shortest_and_the_longest() {
        let counts = Counts::from([(12, 1), (19, 2), (20, 4), (130, 8), (999, 16), (1000, 32)]);
        assert_eq!(
            bins(&counts),
            [(10, 19, 3), (20, 49, 4), (50, 99, 0), (100, 199, 8), (200, 499, 0), (500, 999, 16), (1000, 1999, 32),]
        );
        assert_eq!(bins(&Counts::from([(3, 1)])), [(0, 9, 1)]);
        assert_eq!(bins(&Counts::new()), []);
    }

    #[test]
    fn a_quantile_is_a_length_that_there_is() {
        let counts = Counts::from([(10, 5), (20, 4), (30, 1)]);
        let quantiles = [(1, 2), (6, 10), (9, 10), (1, 1)].map(|part| quantile(&counts, 10, part));
        assert_eq!(quantiles, [10, 20, 20, 30]);
        let note = note(&counts, 10, Unit::Tokens).expect("there are prompts");
        assert_eq!(
            note,
            "Shortest 10, median 10, nine in ten up to 20, longest 30, mean 16. \
             A token is taken to be 4 bytes of UTF-8, rounded up."
        );
    }
}
