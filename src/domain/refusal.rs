//! Answers that are none: how teachers begin when they will not answer.
//!
//! Only the beginning counts. An answer that speaks of a refusal, quotes one, or says after its answer what it left out,
//! is an answer.

/// What may stand before the sentence proper, each once, in this order.
const OPENINGS: [&[&str]; 3] = [
    &["i'm sorry", "i am sorry", "sorry", "i apologize", "i apologise", "my apologies", "unfortunately"],
    &["but", "however"],
    &["as an ai language model", "as a language model", "as an ai assistant", "as an ai"],
];

/// Who will not.
const UNABLE: [&str; 14] = [
    "i can't",
    "i cannot",
    "i can not",
    "i won't",
    "i will not",
    "i could not",
    "i couldn't",
    "i am unable to",
    "i'm unable to",
    "i am not able to",
    "i'm not able to",
    "i am not going to",
    "i'm not going to",
    "i must decline to",
];

/// What is not done, whatever stands before.
const HELP: [&str; 12] = [
    "help",
    "assist",
    "comply",
    "fulfill",
    "fulfil",
    "engage",
    "support that",
    "support this",
    "do that",
    "answer that",
    "answer this",
    "continue with",
];

/// What is not done where an opening says so; without one, as in "I can't write the whole of it, but", it may be an answer.
const MAKE: [&str; 10] =
    ["provide", "create", "write", "generate", "answer", "share", "discuss", "give", "produce", "respond"];

/// Beginnings that are refusals as they are.
const WHOLE: [&str; 14] = [
    "i must decline",
    "i have to decline",
    "i'd rather not",
    "i would rather not",
    "i'm sorry, but that's not something i can",
    "抱歉，我无法",
    "抱歉，我不能",
    "很抱歉，我无法",
    "很抱歉，我不能",
    "对不起，我无法",
    "对不起，我不能",
    "非常抱歉，我无法",
    "非常抱歉，我不能",
    "我无法协助",
];

/// Tells whether an answer begins as a refusal does.
pub fn is_refusal(answer: &str) -> bool {
    let begin: String = answer.trim_start_matches(is_ornament).chars().take(200).collect();
    let begin = begin.replace(['\u{2018}', '\u{2019}'], "'").to_lowercase();
    if WHOLE.iter().any(|whole| begins(&begin, whole).is_some()) {
        return true;
    }
    let mut rest = begin.as_str();
    let mut opened = false;
    for openings in OPENINGS {
        if let Some(after) = openings.iter().find_map(|opening| begins(rest, opening)) {
            rest = after;
            opened = true;
        }
    }
    let Some(rest) = UNABLE.iter().find_map(|unable| begins(rest, unable)) else { return false };
    let verbs = HELP.iter().chain(MAKE.iter().filter(|_| opened));
    // "I can't help but notice" is no refusal.
    verbs.filter_map(|verb| begins(rest, verb)).any(|rest| begins(rest, "but").is_none())
}

/// Returns what follows a phrase at the beginning of a text, where that is not the middle of a word.
fn begins<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(phrase)?;
    let in_word = phrase.is_ascii() && rest.starts_with(char::is_alphanumeric);
    (!in_word).then(|| {
        rest.trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, ',' | '.' | '!' | ';' | ':' | '-' | '—' | '–')
        })
    })
}

/// Tells whether a character may stand before an answer's first word and says nothing.
fn is_ornament(c: char) -> bool {
    c.is_whitespace() || matches!(c, '*' | '_' | '#' | '>' | '"' | '\'' | '“')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_known_by_its_beginning() {
        for refusal in [
            "I'm sorry, but I can't help with that.",
            "I’m sorry, but I can’t assist with this request.",
            "  **I cannot assist with that.**",
            "Sorry, I can't provide that.",
            "I apologize, but as an AI language model, I am not able to write malware.",
            "As an AI, I cannot answer questions about this.",
            "Unfortunately, I am unable to create that.",
            "I can't help with that.",
            "I can't help you break into this.",
            "I must decline.",
            "I won't do that.",
            "抱歉，我无法提供这个。",
        ] {
            assert!(is_refusal(refusal), "{refusal}");
        }
    }

    #[test]
    fn an_answer_that_speaks_of_one_is_an_answer() {
        for answer in [
            "",
            "```python\nprint(\"I'm sorry, but I can't help with that.\")\n```",
            "Return the message \"I cannot assist with that\" when the quota is used up.",
            "I can't reproduce this with 3.12; with 3.11 the loop ends early because",
            "I can't write the whole of it here, but this is the core:",
            "Sorry about the long list: here it is.",
            "Unfortunately, `Vec` has no such method. Use `drain`.",
            "As an AI model's tokenizer splits words, count tokens.",
            "I can't help but notice the global state.",
            "I cannot helpfully guess the schema, so I assume this one:",
            "Here is the code.\n\nI'm sorry, but I can't help with the second part.",
        ] {
            assert!(!is_refusal(answer), "{answer}");
        }
    }
}
