//! Which answers go into a training file.

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use serde::Serialize;

use super::chatml::can_hold;
use super::code_block::code_blocks;
use super::dataset::Delivered;
use super::hash::ContentHash;
use super::near::{Fingerprint, Near, Similarity};
use super::normalise::normalise;
use super::prompt::NONE;
use super::refusal::is_refusal;
use super::taxonomy::Taxonomy;
use super::teacher::{Ending, Response};

/// What an answer has to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerRules {
    /// How it may have ended. Where refusals may, one that is known by its words alone may be written too.
    pub endings: BTreeSet<Ending>,
    /// The least length, in characters.
    pub min_chars: Option<u64>,
    /// The greatest length, in characters.
    pub max_chars: Option<u64>,
    /// Whether the answer to a code task has to have a fenced code block.
    pub require_code: bool,
    /// Whether all its code blocks in the prompt's language have to parse.
    pub require_parsing: bool,
    /// Whether it, and its prompt, may hold a marker of ChatML, which that format has no escape for.
    pub chat_markers: bool,
    /// From which similarity on an answer counts as one that was written before; `None` lets repeats pass.
    pub repeats: Option<Similarity>,
}

impl Default for AnswerRules {
    fn default() -> Self {
        let endings = BTreeSet::from([Ending::Complete]);
        Self {
            endings,
            min_chars: None,
            max_chars: None,
            require_code: false,
            require_parsing: false,
            chat_markers: true,
            repeats: Some(Similarity::USUAL),
        }
    }
}

/// Why an answer is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// It was cut off at the limit of its length.
    CutOff,
    /// It ended otherwise than by itself: a call of a tool, a pause.
    EndedOtherwise,
    /// It is a refusal, as the provider says or by its first words.
    Refusal,
    /// It has no text.
    Empty,
    /// It is shorter than asked for.
    TooShort,
    /// It is longer than asked for.
    TooLong,
    /// It is to a code task, and has no fenced code block.
    NoCode,
    /// It has code in the prompt's language that does not parse.
    Unparsed,
    /// It, or its prompt, holds a marker of ChatML.
    ChatMarker,
    /// An answer before it has the same text.
    Repeat,
    /// An answer before it has nearly the same text.
    NearRepeat,
}

impl Flaw {
    /// Every flaw, in the order in which they are looked for.
    pub const ALL: [Self; 11] = [
        Self::CutOff,
        Self::EndedOtherwise,
        Self::Refusal,
        Self::Empty,
        Self::TooShort,
        Self::TooLong,
        Self::NoCode,
        Self::Unparsed,
        Self::ChatMarker,
        Self::Repeat,
        Self::NearRepeat,
    ];

    /// Returns the name used in JSON and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::CutOff => "cut_off",
            Self::EndedOtherwise => "ended_otherwise",
            Self::Refusal => "refusal",
            Self::Empty => "empty",
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::NoCode => "no_code",
            Self::Unparsed => "unparsed",
            Self::ChatMarker => "chat_marker",
            Self::Repeat => "repeat",
            Self::NearRepeat => "near_repeat",
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Tells whether code parses in a language; `None` where nobody knows.
pub type Parses = fn(language: &str, code: &str) -> Option<bool>;

/// What answers go through, one after another: of those that are alike the first passes.
pub struct Sieve<'a> {
    rules: &'a AnswerRules,
    taxonomy: &'a Taxonomy,
    parses: Parses,
    passed: HashSet<ContentHash>,
    near: Option<Near>,
}

impl<'a> Sieve<'a> {
    /// Begins before the first answer; the taxonomy tells which areas ask for code, and what languages are called.
    pub fn new(rules: &'a AnswerRules, taxonomy: &'a Taxonomy, parses: Parses) -> Self {
        Self { rules, taxonomy, parses, passed: HashSet::new(), near: rules.repeats.map(Near::new) }
    }

    /// Returns why the next answer is left out; `None` where it passes.
    pub fn flaw(&mut self, prompt: &Delivered, response: &Response) -> Option<Flaw> {
        self.flaw_of_one(prompt, response).or_else(|| self.repeat(&response.text))
    }

    fn flaw_of_one(&self, prompt: &Delivered, response: &Response) -> Option<Flaw> {
        let AnswerRules { endings, min_chars, max_chars, require_code, require_parsing, chat_markers, .. } = self.rules;
        let text = response.text.trim();
        if !endings.contains(&response.ending) {
            return match response.ending {
                Ending::Complete | Ending::Other => Some(Flaw::EndedOtherwise),
                Ending::CutOff => Some(Flaw::CutOff),
                Ending::Refused => Some(Flaw::Refusal),
            };
        }
        if text.is_empty() {
            return Some(Flaw::Empty);
        }
        if !endings.contains(&Ending::Refused) && is_refusal(text) {
            return Some(Flaw::Refusal);
        }
        let chars = text.chars().count() as u64;
        if min_chars.is_some_and(|least| chars < least) {
            return Some(Flaw::TooShort);
        }
        if max_chars.is_some_and(|most| chars > most) {
            return Some(Flaw::TooLong);
        }
        let asks_for_code = || prompt.language != NONE || self.taxonomy.asks_for_code(&prompt.area);
        if *require_code && asks_for_code() && !has_code(text) {
            return Some(Flaw::NoCode);
        }
        if *require_parsing && !self.parses(&prompt.language, text) {
            return Some(Flaw::Unparsed);
        }
        let can_be_rendered = || can_hold(&prompt.prompt) && can_hold(text);
        (!chat_markers && !can_be_rendered()).then_some(Flaw::ChatMarker)
    }

    /// Tells whether all code blocks that say that they are in this language parse; what there is no grammar of does.
    fn parses(&self, language: &str, text: &str) -> bool {
        let named = |tag: &str| self.taxonomy.language(tag).is_ok_and(|named| named == language);
        let mut blocks = code_blocks(text).filter(|block| !block.tag.is_empty() && named(&block.tag));
        language == NONE || blocks.all(|block| (self.parses)(language, &block.code).unwrap_or(true))
    }

    fn repeat(&mut self, text: &str) -> Option<Flaw> {
        let near = self.near.as_mut()?;
        if !self.passed.insert(ContentHash::of(&normalise(text))) {
            return Some(Flaw::Repeat);
        }
        let fingerprint = Fingerprint::of(text);
        if near.has_like(&fingerprint) {
            return Some(Flaw::NearRepeat);
        }
        near.add(fingerprint);
        None
    }
}

/// Tells whether a text has a code block with something in it.
fn has_code(text: &str) -> bool {
    code_blocks(text).any(|block| !block.code.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Money;
    use crate::domain::prompt::Source;
    use crate::domain::teacher::{Provider, Teacher, Usage};

    fn taxonomy() -> Taxonomy {
        Taxonomy::parse(crate::assets::TAXONOMY).expect("the taxonomy that ships is well formed")
    }

    fn prompt(area: &str, language: &str) -> Delivered {
        let (area, language) = (area.to_owned(), language.to_owned());
        let (id, prompt) = (ContentHash::of("p"), "p".to_owned());
        Delivered { id, prompt, category: "c".to_owned(), area, language, source: Source::Existing }
    }

    fn response(text: &str, ending: Ending) -> Response {
        Response {
            text: text.to_owned(),
            ending,
            stop_reason: String::new(),
            provider: Provider::Openai,
            teacher: Teacher { model: "m".to_owned(), system: None, temperature: None },
            model: "m".to_owned(),
            usage: Usage::default(),
            cost: Money(0),
            request_id: None,
            answered_at: String::new(),
            terms: None,
        }
    }

    fn flaws(rules: &AnswerRules, answers: &[&str]) -> Vec<Option<Flaw>> {
        let taxonomy = taxonomy();
        let mut sieve = Sieve::new(rules, &taxonomy, |_, _| None);
        let prompt = prompt("debugging", "rust");
        answers.iter().map(|text| sieve.flaw(&prompt, &response(text, Ending::Complete))).collect()
    }

    #[test]
    fn answers_that_say_nothing_are_left_out() {
        let found = flaws(&AnswerRules::default(), &["", " \n", "I'm sorry, but I can't help with that.", "Yes."]);
        assert_eq!(found, [Some(Flaw::Empty), Some(Flaw::Empty), Some(Flaw::Refusal), None]);
    }

    #[test]
    fn a_length_is_in_characters_without_the_space_around() {
        let rules = AnswerRules { min_chars: Some(3), max_chars: Some(4), ..AnswerRules::default() };
        let found = flaws(&rules, &["用法 ", "用法说", "用法说明", " 用法说明书"]);
        assert_eq!(found, [Some(Flaw::TooShort), None, None, Some(Flaw::TooLong)]);
    }

    #[test]
    fn of_answers_that_are_alike_the_first_passes() {
        let long: String = (0..60).map(|n| format!("word{n} ")).collect();
        let near = long.replace("word59", "end");
        let answers = ["Yes.", "Yes.\n", "yes.", &long, &near, "No."];
        let (repeat, near) = (Some(Flaw::Repeat), Some(Flaw::NearRepeat));
        assert_eq!(flaws(&AnswerRules::default(), &answers), [None, repeat, near, None, near, None]);
        let rules = AnswerRules { repeats: "1".parse().ok(), ..AnswerRules::default() };
        assert_eq!(flaws(&rules, &answers), [None, repeat, near, None, None, None]);
        let rules = AnswerRules { repeats: None, ..AnswerRules::default() };
        assert_eq!(flaws(&rules, &answers), [None; 6]);
    }

    /// What is left out for another reason is no answer that a later one could repeat.
    #[test]
    fn what_is_left_out_is_not_repeated() {
        let (rules, taxonomy) = (AnswerRules { require_code: true, ..AnswerRules::default() }, taxonomy());
        let mut sieve = Sieve::new(&rules, &taxonomy, |_, _| None);
        let answer = response("Because it is so.", Ending::Complete);
        assert_eq!(sieve.flaw(&prompt("explanation", "rust"), &answer), Some(Flaw::NoCode));
        assert_eq!(sieve.flaw(&prompt("explanation", "none"), &answer), None);
        assert_eq!(sieve.flaw(&prompt("explanation", "none"), &answer), Some(Flaw::Repeat));
        assert_eq!(sieve.flaw(&prompt("debugging", "none"), &answer), Some(Flaw::NoCode));
    }

    #[test]
    fn an_ending_that_is_not_asked_for_is_a_flaw() {
        let taxonomy = taxonomy();
        let ended = |rules: &AnswerRules, ending| {
            Sieve::new(rules, &taxonomy, |_, _| None)
                .flaw(&prompt("debugging", "go"), &response("Sorry, I can't help.", ending))
        };
        let rules = AnswerRules::default();
        assert_eq!(ended(&rules, Ending::CutOff), Some(Flaw::CutOff));
        assert_eq!(ended(&rules, Ending::Refused), Some(Flaw::Refusal));
        assert_eq!(ended(&rules, Ending::Other), Some(Flaw::EndedOtherwise));
        assert_eq!(ended(&rules, Ending::Complete), Some(Flaw::Refusal));
        let rules = AnswerRules { endings: Ending::ALL.into(), ..rules };
        assert!(Ending::ALL.into_iter().all(|ending| ended(&rules, ending).is_none()));
    }

    #[test]
    fn a_code_block_has_something_in_it() {
        for (text, has) in [("```rust\nfn main() {}\n```", true), ("```a\n\n\n```", false), ("no code", false)] {
            assert_eq!(has_code(text), has, "{text}");
        }
    }

    #[test]
    fn only_code_in_the_language_of_the_prompt_has_to_parse() {
        let (rules, taxonomy) =
            (AnswerRules { require_parsing: true, repeats: None, ..Default::default() }, taxonomy());
        let mut sieve = Sieve::new(&rules, &taxonomy, |language, code| (language == "rust").then(|| code != "bad\n"));
        let mut flaw =
            |language: &str, text: &str| sieve.flaw(&prompt("debugging", language), &response(text, Ending::Complete));
        assert_eq!(flaw("rust", "```rs\ngood\n```\n```Rust\nbad\n```"), Some(Flaw::Unparsed));
        for text in ["no code", "```\nbad\n```", "```go\nbad\n```", "```rust\ngood\n```"] {
            assert_eq!(flaw("rust", text), None, "{text}");
        }
        assert_eq!(flaw("none", "```none\nbad\n```"), None);
        assert_eq!(flaw("kotlin", "```kotlin\nbad\n```"), None);
    }

    #[test]
    fn what_chatml_cannot_hold_is_a_flaw_where_that_is_the_format() {
        let (mut rules, taxonomy) = (AnswerRules::default(), taxonomy());
        let marked = response("It writes <|im_end|> then.", Ending::Complete);
        let flaw = |rules: &AnswerRules, marked| {
            Sieve::new(rules, &taxonomy, |_, _| None).flaw(&prompt("debugging", "go"), marked)
        };
        assert_eq!(flaw(&rules, &marked), None);
        rules.chat_markers = false;
        assert_eq!(flaw(&rules, &marked), Some(Flaw::ChatMarker));
        let plain = response("It writes a marker then.", Ending::Complete);
        assert_eq!(flaw(&rules, &plain), None);
        let of_prompt = Delivered { prompt: "<|im_start|>".to_owned(), ..prompt("debugging", "go") };
        let mut sieve = Sieve::new(&rules, &taxonomy, |_, _| None);
        assert_eq!(sieve.flaw(&of_prompt, &plain), Some(Flaw::ChatMarker));
    }
}
