//! Searching: what a person typed, as words to find, and texts cut into the words that an index keeps.
//!
//! An index knows words by the white space and punctuation around them. Chinese, Japanese, Korean, Thai and some other
//! scripts put none between words, or join endings to them; of these every character is a word of its own, and what was
//! typed in one piece is found in one piece.

use std::borrow::Cow;

use super::normalise::normalise;

/// Version of the rules by which texts are cut; an index made by others is built anew.
pub const SEARCH_RULES: u32 = 1;

/// What to find: every term must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
}

/// One thing to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// A word, or several that follow one another, as they were typed.
    pub text: String,
    /// Whether the last word may go on: `sort*` finds `sorting`.
    pub prefix: bool,
}

impl Query {
    /// Reads what was typed: words, `"words in this order"`, and `begin*`. Any text is a query; what has neither letters
    /// nor digits in it is passed over.
    pub fn parse(text: &str) -> Self {
        let text = normalise(text);
        let mut terms = Vec::new();
        for (at, part) in text.split('"').enumerate() {
            let is_phrase = at % 2 == 1;
            match is_phrase {
                true => terms.push(Term { text: part.to_owned(), prefix: false }),
                false => terms.extend(
                    part.split_whitespace()
                        .map(|word| Term { text: word.trim_end_matches('*').to_owned(), prefix: word.ends_with('*') }),
                ),
            }
        }
        terms.retain(|term| term.text.chars().any(char::is_alphanumeric));
        Self { terms }
    }

    /// Returns the terms, in the order in which they were typed; none where nothing can be searched for.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Returns about `chars` characters of a text on one line, around the first place where a term stands.
    pub fn excerpt(&self, text: &str, chars: usize) -> String {
        let text: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
        let places = self.terms.iter().filter_map(|term| find(&text, &term.text));
        let first = places.min().unwrap_or(0);
        let start = first.saturating_sub(chars / 4).min(text.len().saturating_sub(chars));
        let end = text.len().min(start + chars);
        let mut excerpt: String = text[start..end].iter().collect();
        if start > 0 {
            excerpt.insert(0, '…');
        }
        if end < text.len() {
            excerpt.push('…');
        }
        excerpt
    }
}

/// Returns a text as an index is to see it: spaces around every character of a script that puts none between words, and
/// no vowel points, which Arabic and Hebrew may write or leave out.
pub fn cut(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(|c| stands_alone(c) || is_point(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars().filter(|c| !is_point(*c)) {
        if stands_alone(c) {
            out.extend([' ', c, ' ']);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Tells whether a character is of a script that writes words without spaces, or joins endings to them: Thai, Lao,
/// Tibetan, Burmese, Khmer, Japanese, Korean, Chinese.
fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{fff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Tells whether a character is a vowel point or a stretching mark of Hebrew or Arabic.
fn is_point(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Returns where some text stands within another, whatever the case of its letters.
fn find(text: &[char], wanted: &str) -> Option<usize> {
    let wanted: Vec<char> = wanted.chars().map(lower).collect();
    text.windows(wanted.len().max(1)).position(|window| window.iter().copied().map(lower).eq(wanted.iter().copied()))
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<(String, bool)> {
        Query::parse(text).terms.into_iter().map(|term| (term.text, term.prefix)).collect()
    }

    fn word(text: &str) -> (String, bool) {
        (text.to_owned(), false)
    }

    #[test]
    fn words_phrases_and_begins_are_terms() {
        assert_eq!(terms("race condition"), [word("race"), word("condition")]);
        assert_eq!(terms("\"race condition\" go"), [word("race condition"), word("go")]);
        assert_eq!(terms("sort*"), [("sort".to_owned(), true)]);
    }

    #[test]
    fn any_text_is_a_query() {
        assert_eq!(terms("AND NOT (x OR NEAR/2"), [word("AND"), word("NOT"), word("(x"), word("OR"), word("NEAR/2")]);
        assert_eq!(terms("an open \"quote"), [word("an"), word("open"), word("quote")]);
        for nothing in ["", "  ", "\"\"", "*", "++ -- && 🎉", "\"*\""] {
            assert!(terms(nothing).is_empty(), "{nothing:?}");
        }
    }

    #[test]
    fn scripts_without_spaces_are_cut_by_the_character() {
        assert_eq!(cut("修复 bug的"), " 修  复  bug 的 ");
        assert_eq!(cut("plain text"), "plain text");
        assert_eq!(cut("café"), "café");
        assert_eq!(cut("مُعَلِّم"), "معلم");
    }

    #[test]
    fn an_excerpt_shows_the_first_match_on_one_line() {
        let text = "First line\nof many words that come before the needle, and\tsome that come after it in the text";
        assert_eq!(Query::parse("NEEDLE").excerpt(text, 30), "…re the needle, and some that c…");
        assert_eq!(Query::parse("absent").excerpt(text, 12), "First line o…");
        assert_eq!(Query::parse("x").excerpt("short", 12), "short");
    }
}
