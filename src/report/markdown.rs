//! Tables of Markdown (CommonMark with the tables of GitHub), in which other people's text is text.

use std::fmt::Write as _;

use super::text::{shown, visible};
use super::{Report, Section, Value};

pub(super) fn render(report: &Report) -> String {
    let mut out = format!("# {}\n", escaped(&report.title));
    if let Some(about) = &report.about {
        let _ = write!(out, "\n{}\n", paragraph(about));
    }
    for section in &report.sections {
        let _ = write!(out, "\n## {}\n\n", escaped(&section.title));
        if let Some(note) = &section.note {
            let _ = write!(out, "{}\n\n", paragraph(note));
        }
        if section.rows.is_empty() {
            out.push_str("Nothing.\n");
        } else if section.rows.iter().flatten().any(|value| matches!(value, Value::Block(_))) {
            texts(&mut out, section);
        } else {
            table(&mut out, section);
        }
    }
    out
}

fn table(out: &mut String, section: &Section) {
    let columns: Vec<usize> = section.shown_columns().collect();
    line(out, columns.iter().map(|column| escaped(&section.columns[*column])));
    let rule = |column: &usize| if section.is_text(*column) { "---" } else { "---:" };
    line(out, columns.iter().map(|column| rule(column).to_owned()));
    for row in &section.rows {
        line(
            out,
            columns.iter().map(|column| row.get(*column).map(shown).map_or_else(String::new, |text| escaped(&text))),
        );
    }
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    let _ = writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "));
}

/// Writes rows that hold texts of many lines: the labels of each, and the text between fences.
fn texts(out: &mut String, section: &Section) {
    for (index, row) in section.rows.iter().enumerate() {
        let labels = section.columns.iter().zip(row).filter(|(_, value)| !matches!(value, Value::Block(_)));
        let labels = labels.map(|(column, value)| format!("{} {}", escaped(column), escaped(&shown(value))));
        let gap = if index == 0 { "" } else { "\n" };
        let _ = write!(out, "{gap}{}\n\n", labels.collect::<Vec<_>>().join(", "));
        for value in row {
            let Value::Block(text) = value else { continue };
            let fence = "`".repeat(longest_run(text).max(2) + 1);
            let _ = writeln!(out, "{fence}text\n{}\n{fence}", lines(text));
        }
    }
}

/// Returns how many grave accents stand in a row at most: a longer fence is not ended by them.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Returns text with its line ends and tabs, and without what shows nothing.
fn lines(text: &str) -> String {
    let line = |line: &str| line.split('\t').map(visible).collect::<Vec<_>>().join("\t");
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Returns text that begins a paragraph, not a list or a heading.
fn paragraph(text: &str) -> String {
    let text = escaped(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => format!("{}\\{}", &text[..digits], &text[digits..]),
        Some(b'-' | b'+' | b'=') if digits == 0 => format!("\\{text}"),
        _ => text,
    }
}

/// Returns text that Markdown shows as it is: no markup, no link that is made of an address, no mention.
fn escaped(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '$' | '@' => {
                out.push('\\');
                out.push(c);
            }
            ':' if text[at..].starts_with("://") => out.push_str("\\:"),
            '.' if text[..at].to_ascii_lowercase().ends_with("www") => out.push_str("\\."),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_text_is_no_markup() {
        let cases = [
            ("<script>a & b</script>", "&lt;script&gt;a &amp; b&lt;/script&gt;"),
            ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
            (
                "a|b `c` **d** _e_ ~f~ #1 @me $x$ \\",
                "a\\|b \\`c\\` \\*\\*d\\*\\* \\_e\\_ \\~f\\~ \\#1 \\@me \\$x\\$ \\\\",
            ),
            ("https://a.b WWW.c.d 10:30", "https\\://a.b WWW\\.c.d 10:30"),
            ("a\nb\u{202e}\u{1b}[31m", "a\\\\u{a}b\\\\u{202e}\\\\u{1b}\\[31m"),
        ];
        for (text, expected) in cases {
            assert_eq!(escaped(text), expected);
        }
    }

    #[test]
    fn a_paragraph_is_no_list() {
        for (text, expected) in
            [("- a", "\\- a"), ("12. a", "12\\. a"), ("1 a", "1 a"), ("=", "\\="), ("a - b", "a - b")]
        {
            assert_eq!(paragraph(text), expected);
        }
    }

    #[test]
    fn a_fence_is_longer_than_any_in_the_text() {
        let section =
            Section::new(&["id", "prompt"], vec![vec!["a".into(), Value::Block("````\n</pre>\u{1b}\n\t```".into())]]);
        let mut out = String::new();
        texts(&mut out, &section);
        assert_eq!(out, "id a\n\n`````text\n````\n</pre>\\u{1b}\n\t```\n`````\n");
    }
}
