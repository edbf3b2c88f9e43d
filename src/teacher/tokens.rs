//! How many tokens a question has, before a teacher counts them.

use tiktoken_rs::{cl100k_base_singleton, o200k_base_singleton};

use crate::domain::estimate::{Range, approximate_tokens};
use crate::domain::price::Tokens;

/// The longest run of white space, in bytes, that a tokenizer is given: its expressions go back over one, and give up on
/// very long ones.
const LONGEST_RUN: usize = 1_000;

/// Returns how many tokens a text has: exactly by a tokenizer that is public, else by a rule of thumb.
pub(crate) fn tokens(text: &str, by: Tokens) -> Range {
    let tokenizer = match by {
        Tokens::O200k => o200k_base_singleton(),
        Tokens::Cl100k => cl100k_base_singleton(),
        Tokens::Approximate => return approximate_tokens(text),
    };
    if longest_run(text) > LONGEST_RUN {
        return approximate_tokens(text);
    }
    let count = tokenizer.encode_ordinary(text).len() as u64;
    Range { low: count, middle: count, high: count }
}

fn longest_run(text: &str) -> usize {
    text.split(|c: char| !c.is_whitespace()).map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_those_of_the_models() {
        let exactly = |count| Range { low: count, middle: count, high: count };
        // As OpenAI's own tokenizer tells it.
        assert_eq!(tokens("tiktoken is great!", Tokens::Cl100k), exactly(6));
        assert_eq!(tokens("hello world", Tokens::O200k), exactly(2));
        assert_eq!(tokens("<|endoftext|>", Tokens::O200k).low, 7);
        assert_eq!(tokens("", Tokens::O200k), exactly(0));
    }

    #[test]
    fn no_text_is_too_odd_to_be_counted() {
        let long = 300_000;
        for odd in
            [" ".repeat(long), " ".repeat(long) + "x", "\n".repeat(long), "a".repeat(long), "\u{3000}".repeat(long)]
        {
            for by in [Tokens::O200k, Tokens::Cl100k] {
                assert!(tokens(&odd, by).high > 0, "{by:?}");
            }
        }
        for run in [" ", "\n", "\t", "\u{3000}"] {
            let text = format!("x{}y", run.repeat(LONGEST_RUN / run.len()));
            assert_eq!(tokens(&text, Tokens::O200k).low, tokens(&text, Tokens::O200k).high);
        }
    }
}
