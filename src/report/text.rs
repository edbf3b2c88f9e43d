//! Numbers and other people's text as a reader sees them.

use super::Value;

/// Returns a value as people read it. What it holds of other people's text is as they wrote it: the format that shows
/// it escapes it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Block(text) => text.lines().next().unwrap_or_default().to_owned(),
        Value::Count(count) => grouped(*count),
        Value::Number(number) => number.to_string(),
        Value::Share(share) => format!("{:.1} %", share * 100.0),
        Value::Gap(gap) => match format!("{:+.1}", gap * 100.0).as_str() {
            "+0.0" | "-0.0" => "0.0".to_owned(),
            text => text.to_owned(),
        },
        Value::Time(time) => minute(time),
        Value::None => String::new(),
    }
}

/// Returns a time of RFC 3339 to the minute; any other text as it is.
fn minute(time: &str) -> String {
    match (time.get(..10), time.get(10..11), time.get(11..16)) {
        (Some(date), Some("T"), Some(minute)) if time.ends_with('Z') => format!("{date} {minute}"),
        _ => time.to_owned(),
    }
}

/// Returns a number with its digits in groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut out = String::from(&digits[..first]);
    for group in digits.as_bytes()[first..].chunks(3) {
        if !out.is_empty() {
            out.push(',');
        }
        out.extend(group.iter().map(|&b| b as char));
    }
    out
}

/// Returns a number of things with their name, in the plural where that is due: `1 prompt`, `2 prompts`.
pub fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// Returns text in which control characters, and marks that turn the direction of writing, show as escapes: labels
/// and names are other people's text, and a terminal obeys what it is sent.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Tells whether a character shows nothing, and changes how others are shown.
pub(super) fn is_hidden(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns
}
