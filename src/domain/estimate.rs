//! What asking teachers will cost, before a question is asked.

use serde::Serialize;

use super::money::Money;
use super::price::{Price, Tier, Tokens};
use super::teacher::Usage;

/// Answers of a model from which the lengths of more are told.
const ENOUGH_ANSWERS: usize = 30;

/// How long answers are taken to be, in tokens, where a model has not given enough of them: from a short explanation, by
/// one with code, to a long one.
const ASSUMED: Range = Range { low: 100, middle: 600, high: 2_000 };

/// Tokens around a question that its text does not have: 7 with OpenAI, 11 where there is a system prompt.
const AROUND: Range = Range { low: 7, middle: 9, high: 12 };

/// A number that is not known yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Range {
    /// It is hardly less.
    pub low: u64,
    /// What it is expected to be.
    pub middle: u64,
    /// It is hardly more.
    pub high: u64,
}

impl Range {
    fn map(self, of: impl Fn(u64) -> u64) -> Self {
        Self { low: of(self.low), middle: of(self.middle), high: of(self.high) }
    }

    /// Adds another number.
    pub fn add(&mut self, other: Self) {
        self.low += other.low;
        self.middle += other.middle;
        self.high += other.high;
    }
}

/// Returns how many tokens a text has, by a rule of thumb: four ASCII characters a token, one of another script; a fifth
/// less or two thirds more, since code and the newer tokenizers have more.
pub fn approximate_tokens(text: &str) -> Range {
    let ascii = text.bytes().filter(u8::is_ascii).count() as u64;
    let others = text.chars().filter(|c| !c.is_ascii()).count() as u64;
    let middle = ascii.div_ceil(4) + others;
    Range { low: middle * 4 / 5, middle, high: middle * 5 / 3 + 1 }
}

/// How long a model's answers are taken to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerLength {
    /// In tokens.
    pub tokens: Range,
    /// From how many answers of the model that is known; 0 where it is assumed.
    pub answers: u64,
}

/// Tells the length of a model's answers from those it has given: a tenth are shorter than `low`, a tenth longer than
/// `high`. None is longer than `max_tokens`.
pub fn answer_length(mut lengths: Vec<u64>, max_tokens: u64) -> AnswerLength {
    lengths.sort_unstable();
    if lengths.len() < ENOUGH_ANSWERS {
        return AnswerLength { tokens: ASSUMED.map(|tokens| tokens.min(max_tokens)), answers: 0 };
    }
    let at = |tenths: usize| lengths[(lengths.len() - 1) * tenths / 10];
    let count = lengths.len() as u64;
    let tokens = Range { low: at(1), middle: lengths.iter().sum::<u64>().div_ceil(count), high: at(9) };
    AnswerLength { tokens: tokens.map(|tokens| tokens.min(max_tokens)), answers: count }
}

/// What one teacher's answers will cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TeacherEstimate {
    /// The model.
    pub model: String,
    /// How the tokens of questions were counted.
    pub tokenizer: Tokens,
    /// Questions that are not answered yet.
    pub questions: u64,
    /// Tokens of all questions.
    pub input: Range,
    /// Tokens of all answers.
    pub output: Range,
    /// From how many answers of the model their length is known; 0 where it is assumed.
    pub answers: u64,
    /// In nano-dollars.
    pub cost: Range,
    /// What it cannot cost more than, in nano-dollars: every answer as long as it may be.
    pub at_most: Money,
}

impl TeacherEstimate {
    /// Begins with no question.
    pub fn new(model: &str, tokenizer: Tokens, length: AnswerLength) -> Self {
        let AnswerLength { answers, .. } = length;
        let (model, zero) = (model.to_owned(), Range::default());
        Self { model, tokenizer, questions: 0, input: zero, output: zero, answers, cost: zero, at_most: Money::ZERO }
    }

    /// Adds a question of so many tokens (system prompt included) and bytes.
    pub fn add(&mut self, mut input: Range, at_most: Money, length: AnswerLength, price: &Price, tier: Tier) {
        input.add(AROUND);
        let output = length.tokens;
        let cost = |input, output| price.cost(&Usage { input, output, ..Usage::default() }, tier).0;
        self.questions += 1;
        self.input.add(input);
        self.output.add(output);
        self.cost.add(Range {
            low: cost(input.low, output.low),
            middle: cost(input.middle, output.middle),
            high: cost(input.high, output.high),
        });
        self.at_most += at_most;
    }
}

/// Returns what a question cannot cost more than: no tokenizer makes more tokens than there are bytes, and no answer is
/// longer than it may be.
pub fn at_most(bytes: u64, max_tokens: u64, price: &Price, tier: Tier) -> Money {
    let usage = |cache_write| Usage { input: bytes + AROUND.high, cache_write, cache_read: 0, output: max_tokens };
    // Writing to a cache may cost more than it saves.
    price.cost(&usage(0), tier).max(price.cost(&usage(bytes + AROUND.high), tier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_without_letters_have_more_tokens_than_bytes_tell() {
        assert_eq!(approximate_tokens("four four").middle, 3);
        assert_eq!(approximate_tokens("排序算法").middle, 4);
        assert_eq!(approximate_tokens(""), Range { low: 0, middle: 0, high: 1 });
    }

    #[test]
    fn lengths_are_learned_from_enough_answers() {
        assert_eq!(answer_length(vec![5; 29], 4096), AnswerLength { tokens: ASSUMED, answers: 0 });
        let learned = answer_length((1..=101).collect(), 4096);
        assert_eq!(learned, AnswerLength { tokens: Range { low: 11, middle: 51, high: 91 }, answers: 101 });
        assert_eq!(answer_length((1..=101).collect(), 40).tokens, Range { low: 11, middle: 40, high: 40 });
    }

    #[test]
    fn the_most_is_every_byte_a_token_and_every_answer_full() {
        let price = Price::flat(Money(1_000_000), Money(2_000_000));
        assert_eq!(at_most(88, 1_000, &price, Tier::Direct), Money(100 + 2_000));
        let mut estimate = TeacherEstimate::new("m", Tokens::Approximate, answer_length(vec![], 1_000));
        let length = answer_length(vec![], 1_000);
        estimate.add(approximate_tokens("four"), Money(7), length, &price, Tier::Direct);
        estimate.add(approximate_tokens("four"), Money(7), length, &price, Tier::Direct);
        assert_eq!((estimate.questions, estimate.at_most), (2, Money(14)));
        assert_eq!(estimate.cost, Range { low: 2 * (7 + 200), middle: 2 * (10 + 1_200), high: 2 * (14 + 2_000) });
    }
}
