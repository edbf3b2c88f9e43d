//! Our own format of many prompts a file: the text as it is, each prompt under a line of its own that no text can have.

use std::io::{self, Write};

use crate::domain::curated::{MAGIC, PROMPT, escaped};
use crate::domain::dataset::Delivered;

pub(super) struct Book<'a>(&'a mut dyn Write);

impl<'a> Book<'a> {
    pub fn begin(out: &'a mut dyn Write) -> io::Result<Self> {
        writeln!(out, "{MAGIC}")?;
        Ok(Self(out))
    }

    pub fn prompt(&mut self, prompt: &Delivered) -> io::Result<()> {
        let Delivered { id, prompt, category, area, language, source } = prompt;
        writeln!(
            self.0,
            "\n{PROMPT} {id}\ncategory: {category}\narea: {area}\nlanguage: {language}\nsource: {source}\n"
        )?;
        prompt.split('\n').try_for_each(|line| writeln!(self.0, "{}", escaped(line)))
    }
}
