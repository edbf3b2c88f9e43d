//! What teachers cost: a dated table of prices, and the cost of an answer by it.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::money::Money;
use super::similar::similar;
use super::taxonomy::toml_problem;
use super::teacher::Usage;

/// Tokens that a price is for.
const MILLION: u128 = 1_000_000;

/// What a million tokens cost.
pub type PerMillion = Money;

/// Why a price cannot be had.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PriceError {
    /// A table that is not of the expected shape.
    #[error("the table of prices cannot be read: {0}")]
    Shape(String),
    /// A model that the table does not name.
    #[error("the price of `{model}` is not known")]
    UnknownModel {
        /// The model.
        model: String,
        /// The known model that is most like it.
        similar: Option<String>,
    },
    /// A model that has no price in a batch.
    #[error("`{0}` has no price in a batch")]
    NoBatch(String),
}

/// What models cost, and what has to be known to ask them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceTable {
    /// Where the prices are from.
    pub source: String,
    /// When they were read there.
    pub date: String,
    /// The SHA-256 of the file, in hexadecimal digits.
    #[serde(skip)]
    pub sha256: String,
    models: BTreeMap<String, Price>,
}

/// What one model costs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// A token of the question.
    #[serde(deserialize_with = "dollars")]
    pub input: PerMillion,
    /// A token of the answer.
    #[serde(deserialize_with = "dollars")]
    pub output: PerMillion,
    /// A token of the question that is read from a cache.
    #[serde(default, deserialize_with = "some_dollars")]
    pub cache_read: Option<PerMillion>,
    /// A token of the question that is written to a cache.
    #[serde(default, deserialize_with = "some_dollars")]
    pub cache_write: Option<PerMillion>,
    /// A token of the question in a batch.
    #[serde(default, deserialize_with = "some_dollars")]
    pub batch_input: Option<PerMillion>,
    /// A token of the answer in a batch.
    #[serde(default, deserialize_with = "some_dollars")]
    pub batch_output: Option<PerMillion>,
    /// What all tokens of a long question and its answer cost.
    #[serde(default)]
    pub long: Option<Long>,
    /// The longest answer, in tokens.
    #[serde(default)]
    pub max_output: Option<u64>,
    /// Whether it takes a temperature.
    #[serde(default = "yes")]
    pub sampling: bool,
    /// Whether it is asked through Messages or chat completions.
    #[serde(default = "yes")]
    pub chat: bool,
    /// How tokens are counted before they are charged.
    #[serde(default)]
    pub tokens: Tokens,
}

/// What a long question costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Long {
    /// A question of more tokens than this is long.
    pub from: u64,
    /// A token of the question.
    #[serde(deserialize_with = "dollars")]
    pub input: PerMillion,
    /// A token of the answer.
    #[serde(deserialize_with = "dollars")]
    pub output: PerMillion,
}

/// How tokens are counted before they are charged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tokens {
    /// By a rule of thumb: the tokenizer is not public.
    #[default]
    Approximate,
    /// By OpenAI's tokenizer of its models since GPT-4o.
    O200k,
    /// By OpenAI's tokenizer before that.
    Cl100k,
}

/// How an answer is bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// One request a question, answered at once.
    Direct,
    /// Many questions handed over together, answered within a day.
    Batch,
}

impl PriceTable {
    /// Reads a table.
    ///
    /// # Errors
    /// When it is not of the expected shape.
    pub fn parse(text: &str) -> Result<Self, PriceError> {
        let table: Self = toml::from_str(text).map_err(|error| PriceError::Shape(toml_problem(text, &error)))?;
        let sha256 = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { sha256, ..table })
    }

    /// Returns what a model costs.
    ///
    /// # Errors
    /// When the table does not name it: nothing is taken to be free.
    pub fn price(&self, model: &str) -> Result<&Price, PriceError> {
        self.models.get(model).ok_or_else(|| PriceError::UnknownModel {
            model: model.to_owned(),
            similar: similar(model, self.models.keys().map(String::as_str)),
        })
    }
}

impl Price {
    /// Returns the price of a model that no table names.
    pub fn flat(input: PerMillion, output: PerMillion) -> Self {
        Self {
            input,
            output,
            cache_read: None,
            cache_write: None,
            batch_input: Some(input),
            batch_output: Some(output),
            long: None,
            max_output: None,
            sampling: true,
            chat: true,
            tokens: Tokens::Approximate,
        }
    }

    /// Tells whether answers can be bought this way.
    pub fn has(&self, tier: Tier) -> bool {
        tier == Tier::Direct || (self.batch_input.is_some() && self.batch_output.is_some())
    }

    /// Returns what an answer costs, rounded up to a whole nano-dollar. In a batch the caches' prices are taken to be
    /// lower by as much as that of other input.
    pub fn cost(&self, usage: &Usage, tier: Tier) -> Money {
        let long = self.long.filter(|long| usage.input > long.from);
        let (input, output) = long.map_or((self.input, self.output), |long| (long.input, long.output));
        // A price beside the usual one, as a part of it, keeps what a long question or a batch does to it.
        let scaled = |part: PerMillion, usual: PerMillion, now: PerMillion| match usual.0 {
            0 => part,
            usual => Money((u128::from(part.0) * u128::from(now.0)).div_ceil(u128::from(usual)) as u64),
        };
        let (input, output) = match (tier, self.batch_input, self.batch_output) {
            (Tier::Batch, Some(batch_input), Some(batch_output)) => {
                (scaled(batch_input, self.input, input), scaled(batch_output, self.output, output))
            }
            _ => (input, output),
        };
        let beside = |price: Option<PerMillion>| price.map_or(input, |price| scaled(price, self.input, input));
        let plain = usage.input.saturating_sub(usage.cache_read).saturating_sub(usage.cache_write);
        let parts = [
            (plain, input),
            (usage.cache_read, beside(self.cache_read)),
            (usage.cache_write, beside(self.cache_write)),
            (usage.output, output),
        ];
        let total: u128 = parts.iter().map(|(tokens, price)| u128::from(*tokens) * u128::from(price.0)).sum();
        Money(u64::try_from(total.div_ceil(MILLION)).unwrap_or(u64::MAX)).min(Money::MAX)
    }
}

fn yes() -> bool {
    true
}

/// Reads dollars from a text, in which a decimal stays what a person wrote.
fn dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

fn some_dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Money>, D::Error> {
    dollars(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> PriceTable {
        PriceTable::parse(crate::assets::PRICES).expect("the table that ships is well formed")
    }

    fn usage(input: u64, output: u64) -> Usage {
        Usage { input, output, ..Usage::default() }
    }

    #[test]
    fn a_cost_is_tokens_times_price() {
        let table = shipped();
        let price = table.price("claude-haiku-4-5").expect("a known model");
        assert_eq!(price.cost(&usage(1_000, 500), Tier::Direct), Money(3_500_000));
        assert_eq!(price.cost(&usage(1_000, 500), Tier::Batch), Money(1_750_000));
        let cached = Usage { cache_read: 600, cache_write: 300, ..usage(1_000, 0) };
        assert_eq!(price.cost(&cached, Tier::Direct), Money(100_000 + 60_000 + 375_000));
        assert_eq!(price.cost(&cached, Tier::Batch), Money((100_000 + 60_000 + 375_000) / 2));
    }

    #[test]
    fn a_long_question_costs_more_from_its_first_token() {
        let table = shipped();
        let price = table.price("claude-haiku-5-5").expect("a known model");
        assert_eq!(price.cost(&usage(100_000, 0), Tier::Direct), Money(10_000_000));
        assert_eq!(price.cost(&usage(100_001, 0), Tier::Direct), Money(50_000_500));
        assert_eq!(price.cost(&usage(100_001, 0), Tier::Batch), Money(25_000_250));
    }

    #[test]
    fn a_part_of_a_nano_dollar_is_one() {
        let price = Price::flat(Money(1), Money(0));
        assert_eq!(price.cost(&usage(1, 0), Tier::Direct), Money(1));
        assert_eq!(price.cost(&usage(0, 1_000), Tier::Direct), Money(0));
    }

    #[test]
    fn an_unknown_model_is_not_free() {
        let error = shipped().price("claude-haiku-4.5").expect_err("an unknown model");
        let similar = Some("claude-haiku-4-5".to_owned());
        assert_eq!(error, PriceError::UnknownModel { model: "claude-haiku-4.5".to_owned(), similar });
    }

    #[test]
    fn a_table_that_is_wrong_is_named_by_its_line() {
        let text = "source = \"s\"\ndate = \"d\"\n[models]\nm = { input = \"1\", output = \"-5\" }\n";
        let error = PriceTable::parse(text).expect_err("a price below nothing").to_string();
        assert!(error.starts_with("the table of prices cannot be read: line 4: an amount is in dollars"), "{error}");
    }
}
