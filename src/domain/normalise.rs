//! Normal form, version 1: what is stored, hashed and delivered.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// Version of the normal form that [`normalise`] makes; kept beside every hash.
pub const NORMAL_FORM: u32 = 1;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Returns the normal form of a text.
///
/// Unicode NFC; CRLF and CR become LF; spaces and tabs at the end of each line go; byte-order marks and empty lines
/// at the start of the text go, and empty lines at its end. Case and inner white space stay, since they are meaning
/// in code. The result is its own normal form.
///
/// ```
/// use prompt_catalog::domain::normalise::normalise;
/// assert_eq!(normalise("\u{feff}\r\ndef f():  \r\n    pass\n\n"), "def f():\n    pass");
/// ```
pub fn normalise(text: &str) -> String {
    let composed = compose(text);
    let mut out = String::with_capacity(composed.len());
    for line in lines(&composed) {
        let line = line.trim_end_matches([' ', '\t']);
        let line = if out.is_empty() { line.trim_start_matches(BYTE_ORDER_MARK) } else { line };
        // A mark can stand before white space alone, which ends its line once the mark is gone.
        let line = line.trim_end_matches([' ', '\t']);
        if out.is_empty() && line.is_empty() {
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// Returns the normal form of a text, as [`normalise`] does, but the text itself where a glance tells that it is clean.
pub fn normalised(text: &str) -> Cow<'_, str> {
    if is_clean(text) { Cow::Borrowed(text) } else { Cow::Owned(normalise(text)) }
}

/// Tells whether a text is seen at once to be its own normal form. It says no of some that are.
fn is_clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    let blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t' | b'\n'));
    let ends_well = bytes.first() != Some(&b'\n') && !blank(bytes.last());
    let mut line_ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
    ends_well
        && line_ends.all(|at| bytes[at] == b'\n' && !matches!(bytes[at - 1], b' ' | b'\t'))
        && (text.is_ascii() || (!text.starts_with(BYTE_ORDER_MARK) && is_composed(text)))
}

fn is_composed(text: &str) -> bool {
    is_nfc_quick(text.chars()) == IsNormalized::Yes
}

fn compose(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_composed(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// Splits at LF, CRLF and CR, and at nothing else: U+2028 and the like are text.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(normalise(text), expected, "normal form of {text:?}");
    }

    #[test]
    fn line_ends_become_line_feeds() {
        check("a\r\nb\rc\nd", "a\nb\nc\nd");
        check("a\r\r\nb", "a\n\nb");
    }

    #[test]
    fn white_space_at_line_ends_goes_and_inner_white_space_stays() {
        check("  if x: \t\n\t\ty  =  1   ", "  if x:\n\t\ty  =  1");
    }

    #[test]
    fn empty_lines_around_the_text_go_and_inner_ones_stay() {
        check("\n \n\t\na\n\n\nb\n\n", "a\n\n\nb");
        check(" \t\r\n ", "");
    }

    #[test]
    fn marks_at_the_start_go_and_others_stay() {
        check("\u{feff}a\u{feff}b", "a\u{feff}b");
        check("\n\u{feff}\u{feff} \n\u{feff}a", "a");
    }

    #[test]
    fn combining_marks_are_composed() {
        check("e\u{301}", "\u{e9}");
    }

    #[test]
    fn other_separators_are_text() {
        check("a\u{2028}b\u{85}c\u{a0}\u{1e}", "a\u{2028}b\u{85}c\u{a0}\u{1e}");
    }

    proptest! {
        #[test]
        fn the_normal_form_is_its_own_normal_form(text in "([ \t\r\n\u{feff}]|[ae\u{301}\u{300}가\u{11a8}]|\\PC){0,24}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn a_text_that_looks_clean_is(text in "([ \t\r\n\u{feff}]|[ae\u{301}\u{300}가\u{11a8}]|\\PC){0,6}") {
            prop_assert_eq!(normalised(&text), normalise(&text));
        }
    }
}
