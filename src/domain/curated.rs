//! The marks of our own file format, which `source` reads and `export` writes.

/// The first line of a file of prompts, with the version of the format.
pub const MAGIC: &str = "%catalog-prompts 1";

/// What a line begins with that begins a prompt.
pub const PROMPT: &str = "%prompt";

/// Returns a line of a prompt's text as it stands in a file: with one more `%` where it would begin a prompt.
pub fn escaped(line: &str) -> std::borrow::Cow<'_, str> {
    if is_marked(line) { format!("%{line}").into() } else { line.into() }
}

/// Returns a line of a file as it stands in the prompt's text.
pub fn unescaped(line: &str) -> &str {
    if is_marked(line) { &line[1..] } else { line }
}

fn is_marked(line: &str) -> bool {
    line.starts_with('%') && line.trim_start_matches('%').starts_with(&PROMPT[1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escaped_line_begins_no_prompt_and_comes_back() {
        for line in ["%prompt", "%prompt x", "%%prompt", "%prompts", "prompt", "%", "100 %prompt", ""] {
            let written = escaped(line);
            assert!(!written.starts_with(PROMPT), "{line:?} is written {written:?}");
            assert_eq!(unescaped(&written), line);
        }
    }
}
