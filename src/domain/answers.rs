//! Which answers go into a training file.

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use serde::Serialize;

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
    /// From which similarity on an answer counts as one that was written before; `None` lets repeats pass.
    pub repeats: Option<Similarity>,
}

impl Default for AnswerRules {
    fn default() -> Self {
        let endings = BTreeSet::from([Ending::Complete]);
        Self { endings, min_chars: None, max_chars: None, require_code: false, repeats: Some(Similarity::USUAL) }
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
    /// An answer before it has the same text.
    Repeat,
    /// An answer before it has nearly the same text.
    NearRepeat,
}

impl Flaw {
    /// Every flaw, in the order in which they are looked for.
    pub const ALL: [Self; 9] = [
        Self::CutOff,
        Self::EndedOtherwise,
        Self::Refusal,
        Self::Empty,
        Self::TooShort,
        Self::TooLong,
        Self::NoCode,
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

/// What answers go through, one after another: of those that are alike the first passes.
pub struct Sieve<'a> {
    rules: &'a AnswerRules,
    taxonomy: &'a Taxonomy,
    passed: HashSet<ContentHash>,
    near: Option<Near>,
}

impl<'a> Sieve<'a> {
    /// Begins before the first answer; the taxonomy tells which areas ask for code.
    pub fn new(rules: &'a AnswerRules, taxonomy: &'a Taxonomy) -> Self {
        Self { rules, taxonomy, passed: HashSet::new(), near: rules.repeats.map(Near::new) }
    }

    /// Returns why the next answer is left out; `None` where it passes.
    pub fn flaw(&mut self, prompt: &Delivered, response: &Response) -> Option<Flaw> {
        self.flaw_of_one(prompt, response).or_else(|| self.repeat(&response.text))
    }

    fn flaw_of_one(&self, prompt: &Delivered, response: &Response) -> Option<Flaw> {
        let AnswerRules { endings, min_chars, max_chars, require_code, .. } = self.rules;
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
        (*require_code && asks_for_code() && !has_code_block(text)).then_some(Flaw::NoCode)
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

/// Tells whether a text has a fenced code block that is closed and not empty (CommonMark 0.31, section 4.5; a fence may
/// stand as far in as a list puts it).
fn has_code_block(text: &str) -> bool {
    let mut open: Option<(&str, bool)> = None;
    for line in text.lines() {
        let line = line.trim();
        let sign = line.chars().next().filter(|c| matches!(c, '`' | '~'));
        let fence = sign.map_or("", |sign| &line[..line.len() - line.trim_start_matches(sign).len()]);
        open = match open {
            None if fence.len() >= 3 && !(sign == Some('`') && line[fence.len()..].contains('`')) => {
                Some((fence, false))
            }
            None => None,
            Some((begun, written)) if fence.len() == line.len() && fence.starts_with(begun) => {
                if written {
                    return true;
                }
                None
            }
            Some((begun, written)) => Some((begun, written || !line.is_empty())),
        };
    }
    false
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
        let mut sieve = Sieve::new(rules, &taxonomy);
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
        let mut sieve = Sieve::new(&rules, &taxonomy);
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
            Sieve::new(rules, &taxonomy).flaw(&prompt("debugging", "go"), &response("Sorry, I can't help.", ending))
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
    fn a_code_block_is_fenced_closed_and_not_empty() {
        for (text, has) in [
            ("```rust\nfn main() {}\n```", true),
            ("So:\n\n1. first\n\n    ~~~~\n    a\n    ~~~~\n", true),
            ("````\n```\nx\n```\n````", true),
            ("```\n```", false),
            ("```python\nprint(1)", false),
            ("`inline` and ```code``` in a line", false),
            ("no code", false),
            ("```a\n\n\n```", false),
        ] {
            assert_eq!(has_code_block(text), has, "{text}");
        }
    }
}
