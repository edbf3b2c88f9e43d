//! Fenced code blocks of Markdown.

/// A fenced code block that is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBlock {
    /// The first word after the fence, up to a comma or the like, which usually names a language; empty where there is none.
    pub tag: String,
    /// What stands between the fences, without the indent of the first.
    pub code: String,
}

/// Returns the fenced code blocks of a text that are closed (CommonMark 0.31, section 4.5; a fence may stand as far in as a
/// list puts it).
pub fn code_blocks(text: &str) -> impl Iterator<Item = CodeBlock> {
    let mut lines = text.lines();
    std::iter::from_fn(move || {
        loop {
            let line = lines.next()?;
            let indent = line.len() - line.trim_start().len();
            let Some((fence, info)) = opened(line.trim()) else { continue };
            let mut code = String::new();
            loop {
                let line = lines.next()?;
                if closes(line.trim(), fence) {
                    let tag =
                        info.split([' ', '\t', ',', ':', '{', '}']).find(|word| !word.is_empty()).unwrap_or_default();
                    return Some(CodeBlock { tag: tag.to_owned(), code });
                }
                let inner = line.char_indices().find(|(at, c)| *at >= indent || !matches!(c, ' ' | '\t'));
                code.push_str(inner.map_or("", |(at, _)| &line[at..]));
                code.push('\n');
            }
        }
    })
}

/// Returns the fence that a line begins with, and what stands after it.
fn opened(line: &str) -> Option<(&str, &str)> {
    let sign = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let (fence, info) = line.split_at(line.len() - line.trim_start_matches(sign).len());
    (fence.len() >= 3 && !(sign == '`' && info.contains('`'))).then_some((fence, info))
}

/// Tells whether a line is a fence of the same sign that is at least as long.
fn closes(line: &str, fence: &str) -> bool {
    line.starts_with(fence) && line.trim_start_matches(&fence[..1]).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<(String, String)> {
        code_blocks(text).map(|block| (block.tag, block.code)).collect()
    }

    #[test]
    fn blocks_have_a_tag_and_the_code_without_the_indent_of_the_fence() {
        let text = "So:\n```rust, ignore\nfn main() {}\n```\n\n1. first\n\n   ~~~~ python\n   if x:\n       y\n\n  z\n   ~~~~\n";
        let python = "if x:\n    y\n\nz\n";
        let expected = [("rust", "fn main() {}\n"), ("python", python)];
        assert_eq!(blocks(text), expected.map(|(tag, code)| (tag.to_owned(), code.to_owned())));
    }

    #[test]
    fn a_fence_is_closed_by_one_of_its_sign_that_is_as_long() {
        let one = |code: &str| vec![(String::new(), code.to_owned())];
        assert_eq!(blocks("````\n```\nx\n```\n`````"), one("```\nx\n```\n"));
        assert_eq!(blocks("```\n~~~\n```"), one("~~~\n"));
        for text in ["```python\nprint(1)", "`inline` and ```code``` in a line", "no code", "``\nx\n``", "~~~\n```"] {
            assert_eq!(blocks(text), vec![], "{text}");
        }
    }

    #[test]
    fn an_indent_of_other_spaces_cuts_no_character() {
        assert_eq!(
            blocks("  ```\n\u{3000}x\n \u{3000}y\n  ```"),
            [(String::new(), "\u{3000}x\n\u{3000}y\n".to_owned())]
        );
    }
}
