//! Text in columns of characters: a letter of East Asia takes two.

use unicode_width::UnicodeWidthStr as _;

/// Returns how many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// Returns a text that takes no more than some columns, with a sign where it was cut.
pub(super) fn fitted(text: &str, most: usize, ascii: bool) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let sign = if ascii { "..." } else { "…" };
    let room = most.saturating_sub(width(sign));
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let next = at + c.len_utf8();
        if width(&text[..next]) > room {
            break;
        }
        end = next;
    }
    format!("{}{sign}", &text[..end])
}

/// Returns a text padded with blanks to some columns, at its left where it stands to the right.
pub(super) fn padded(text: &str, columns: usize, right: bool) -> String {
    let blanks = " ".repeat(columns.saturating_sub(width(text)));
    if right { format!("{blanks}{text}") } else { format!("{text}{blanks}") }
}

/// Returns the lines of a text, broken between words where they would take more than some columns.
pub(super) fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let mut rest = word;
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(rest) <= most => {
                line.push(' ');
                line.push_str(rest);
            }
            _ => {
                // A word that is longer than a line goes on in the next one.
                while width(rest) > most {
                    let end = rest.char_indices().map(|(at, _)| at).take_while(|at| width(&rest[..*at]) <= most).last();
                    let end = end.filter(|end| *end > 0).unwrap_or(rest.len());
                    lines.push(rest[..end].to_owned());
                    rest = &rest[end..];
                }
                lines.push(rest.to_owned());
            }
        }
    }
    lines
}
