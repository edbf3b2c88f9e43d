//! Tables of Markdown.

use std::fmt::Write as _;

use super::{Report, shown};

pub(super) fn render(report: &Report) -> String {
    let mut out = format!("# {}\n", escaped(&report.title));
    for section in &report.sections {
        let _ = write!(out, "\n## {}\n\n", escaped(&section.title));
        if section.rows.is_empty() {
            out.push_str("Nothing.\n");
            continue;
        }
        line(&mut out, section.columns.iter().map(|column| escaped(column)));
        let rule = |column| if section.is_text(column) { "---" } else { "---:" };
        line(&mut out, (0..section.columns.len()).map(|column| rule(column).to_owned()));
        for row in &section.rows {
            line(&mut out, row.iter().map(|value| escaped(&shown(value))));
        }
    }
    out
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    let _ = writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "));
}

/// Returns text that Markdown shows as it is.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
