//! The only way to write a page: markup of our own is a literal, and all that is not goes through an escape.

use std::fmt::{self, Display, Write as _};

use crate::report::text::is_hidden;

/// A page or a part of one.
#[derive(Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// Writes markup. It is part of the program: a text that was read or computed is no `&'static str`.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Writes text on one line: what would be markup is text, and what would show nothing shows as an escape.
    pub fn text(&mut self, text: impl Display) -> &mut Self {
        let _ = write!(Escape { out: &mut self.0, lines: false }, "{text}");
        self
    }

    /// Writes text with its line ends and tabs.
    pub fn lines(&mut self, text: &str) -> &mut Self {
        let _ = Escape { out: &mut self.0, lines: true }.write_str(text);
        self
    }

    /// Begins an element.
    pub fn open(&mut self, name: &'static str, attributes: &[(&'static str, &dyn Display)]) -> &mut Self {
        self.0.push('<');
        self.0.push_str(name);
        self.attributes(attributes);
        self.0.push('>');
        self
    }

    /// Writes attributes.
    pub fn attributes(&mut self, attributes: &[(&'static str, &dyn Display)]) -> &mut Self {
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            self.text(value);
            self.0.push('"');
        }
        self
    }

    /// Writes an element without content, as SVG has it.
    pub fn empty(&mut self, name: &'static str, attributes: &[(&'static str, &dyn Display)]) -> &mut Self {
        self.open(name, attributes);
        self.0.pop();
        self.0.push_str("/>");
        self
    }

    /// Ends an element.
    pub fn close(&mut self, name: &'static str) -> &mut Self {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
        self
    }

    /// Writes an element with text in it.
    pub fn element(
        &mut self,
        name: &'static str,
        attributes: &[(&'static str, &dyn Display)],
        text: impl Display,
    ) -> &mut Self {
        self.open(name, attributes).text(text).close(name)
    }

    /// Returns the whole text.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Escapes what is written to it.
struct Escape<'a> {
    out: &'a mut String,
    lines: bool,
}

impl fmt::Write for Escape<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                '\n' | '\t' if self.lines => self.out.push(c),
                c if is_hidden(c) => self.out.extend(c.escape_unicode()),
                c => self.out.push(c),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_literal_is_escaped() {
        let mut markup = Markup::default();
        markup.open("p", &[("title", &"\"><script>")]).text("</p><b>&'").close("p");
        assert_eq!(markup.into_string(), "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;/p&gt;&lt;b&gt;&amp;&#39;</p>");
    }

    #[test]
    fn what_shows_nothing_is_shown() {
        let mut markup = Markup::default();
        markup.text("a\nb\0c\u{202e}d\u{7f}").raw("|").lines("a\n\tb\r\u{1b}[31m");
        assert_eq!(markup.into_string(), "a\\u{a}b\\u{0}c\\u{202e}d\\u{7f}|a\n\tb\\u{d}\\u{1b}[31m");
    }
}
