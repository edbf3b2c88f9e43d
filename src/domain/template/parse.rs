//! From the text of a template file to a template, or to what is wrong with it and where.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use thiserror::Error;

use super::{CASE, LanguageSpace, Piece, Row, Template};
use crate::domain::hash::ContentHash;
use crate::domain::taxonomy::Taxonomy;

/// The most prompts that a template may make: enough for any, and small enough to count with.
const MAX_SPACE: u64 = 1 << 48;

/// What is wrong with a template file.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{file}:{line}: {problem}")]
pub struct TemplateError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What was expected, and what was found.
    pub problem: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    category: String,
    texts: Vec<String>,
    #[serde(default)]
    slot: BTreeMap<String, Vec<SlotValue>>,
    #[serde(default)]
    rows: BTreeMap<String, Vec<BTreeMap<String, RowValue>>>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected text, or { text = …, languages = […] }")]
enum SlotValue {
    Text(String),
    Limited { text: String, languages: Vec<String> },
}

#[derive(Clone, Deserialize)]
#[serde(untagged, expecting = "expected text, or a list of texts")]
enum RowValue {
    One(String),
    Several(Vec<String>),
}

impl RowValue {
    fn values(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Several(texts) => texts,
        }
    }
}

impl Template {
    /// Reads a template from the text of its file.
    ///
    /// # Errors
    /// All that is wrong with it, each with its line.
    pub fn parse(file: &str, text: &str, taxonomy: &Taxonomy) -> Result<Self, Vec<TemplateError>> {
        let mut problems = Problems { file, text, found: Vec::new() };
        let parsed: File = match toml::from_str(text) {
            Ok(parsed) => parsed,
            Err(error) => {
                let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
                problems.at(line, error.message().to_owned());
                return Err(problems.found);
            }
        };
        let name = std::path::Path::new(file).file_stem().map_or(file, |stem| stem.to_str().unwrap_or(file)).to_owned();
        let category = taxonomy.category(&parsed.category).unwrap_or_default();
        if category != parsed.category || category.is_empty() {
            let problem = format!("a category is lower case, its words joined by `_`; found `{}`", parsed.category);
            problems.near("category", problem);
        }
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        for (slot, values) in parsed.slot {
            tables.insert(slot.clone(), Table::of_slot(slot, values));
        }
        for (table, rows) in parsed.rows {
            if tables.contains_key(&table) {
                problems.near(&format!("[[rows.{table}]]"), format!("`{table}` is a slot and a table of rows"));
            }
            let table = Table::of_rows(table, rows, &mut problems);
            tables.insert(table.name.clone(), table);
        }
        if !tables.contains_key(CASE) {
            problems.at(1, format!("expected rows of the table `{CASE}`: what the prompts are about"));
        }
        for table in tables.values() {
            table.check(taxonomy, &mut problems);
        }
        let cases = tables.remove(CASE).unwrap_or_default();
        let choices: Vec<Table> = tables.into_values().collect();
        let texts = parsed.texts.iter().map(|text| pieces(text, &cases, &choices, &mut problems)).collect::<Vec<_>>();
        if texts.is_empty() {
            problems.near("texts", "expected one text or more".to_owned());
        }
        if !problems.found.is_empty() {
            return Err(problems.found);
        }
        let mut template = Self {
            name,
            category,
            version: ContentHash::of(text),
            texts,
            cases: cases.rows,
            choices: choices.into_iter().map(|table| table.rows).collect(),
            spaces: Vec::new(),
        };
        template.spaces = spaces(&template, taxonomy);
        match template.size() {
            0 => problems.at(1, "no case fits any language with a value for every slot".to_owned()),
            size if size > MAX_SPACE => {
                problems.at(1, format!("it makes {size} prompts, and at most {MAX_SPACE} can be"))
            }
            _ => return Ok(template),
        }
        Err(problems.found)
    }
}

/// Lays out the space: language by language, case by case.
fn spaces(template: &Template, taxonomy: &Taxonomy) -> Vec<LanguageSpace> {
    let mut next: u64 = 0;
    let mut spaces = Vec::new();
    for language in taxonomy.languages().iter().filter(|language| language.target.is_some()) {
        let fitting =
            |rows: &[Row]| -> Vec<usize> { (0..rows.len()).filter(|&row| rows[row].fits(&language.name)).collect() };
        let choices: Vec<Vec<usize>> = template.choices.iter().map(|rows| fitting(rows)).collect();
        let sizes = choices
            .iter()
            .zip(&template.choices)
            .map(|(fits, rows)| fits.iter().map(|&row| rows[row].size()).fold(0, u64::saturating_add));
        let others: u64 = sizes.fold(template.texts.len() as u64, |product, size: u64| product.saturating_mul(size));
        if others == 0 {
            continue;
        }
        let mut cases = Vec::new();
        for case in fitting(&template.cases) {
            let end = next.saturating_add(others.saturating_mul(template.cases[case].size()));
            cases.push((case, next..end));
            next = end;
        }
        if !cases.is_empty() {
            let title = taxonomy.title(&language.name);
            let title = if title == language.name { capital(title) } else { title.to_owned() };
            spaces.push(LanguageSpace { language: language.name.clone(), title, cases, choices });
        }
    }
    spaces
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A slot, or a table of linked rows; a slot is a table of one field that has its name.
#[derive(Default)]
struct Table {
    name: String,
    fields: Vec<String>,
    rows: Vec<Row>,
}

impl Table {
    fn of_slot(name: String, values: Vec<SlotValue>) -> Self {
        let row = |value| {
            let (text, languages) = match value {
                SlotValue::Text(text) => (text, None),
                SlotValue::Limited { text, languages } => (text, Some(languages)),
            };
            Row { languages, fields: vec![vec![trimmed(&text)]] }
        };
        Self { fields: vec![name.clone()], rows: values.into_iter().map(row).collect(), name }
    }

    fn of_rows(name: String, rows: Vec<BTreeMap<String, RowValue>>, problems: &mut Problems<'_>) -> Self {
        let mut table = Self { name, ..Self::default() };
        for (number, mut row) in rows.into_iter().enumerate() {
            let one = row.remove("language").map(RowValue::values);
            let languages = row.remove("languages").map(RowValue::values).or(one);
            let names: Vec<String> = row.keys().cloned().collect();
            if number == 0 {
                table.fields.clone_from(&names);
            } else if names != table.fields {
                let (expected, found) = (table.fields.join(", "), names.join(", "));
                let problem =
                    format!("every row of `{}` has the fields of the first, {expected}; found {found}", table.name);
                problems.near_nth(&format!("[[rows.{}]]", table.name), number, problem);
            }
            let fields = row.into_values().map(|value| value.values().iter().map(|text| trimmed(text)).collect());
            table.rows.push(Row { languages, fields: fields.collect() });
        }
        table
    }

    fn check(&self, taxonomy: &Taxonomy, problems: &mut Problems<'_>) {
        let own = |number| (format!("[[rows.{}]]", self.name), number);
        let mut seen = BTreeSet::new();
        for (number, row) in self.rows.iter().enumerate() {
            let (place, number) = own(number);
            for language in row.languages.iter().flatten() {
                let known = taxonomy.languages().iter().any(|l| l.name == *language && l.target.is_some());
                if !known {
                    let problem = format!("expected a language that has a target, found `{language}`");
                    problems.near_nth(&place, number, problem);
                }
            }
            for (name, values) in self.fields.iter().zip(&row.fields) {
                // Blanks at the end of a line go from the normal form.
                let distinct: BTreeSet<&str> = values.iter().map(|value| value.trim_end()).collect();
                if values.iter().any(|value| value.contains('\0')) {
                    problems.near_nth(&place, number, format!("a value of `{name}` holds a NUL character"));
                }
                if values.is_empty() || distinct.len() < values.len() {
                    let problem = format!("the values of `{name}` are to be one or more, each different");
                    problems.near_nth(&place, number, problem);
                }
            }
            if !seen.insert((&row.languages, &row.fields)) {
                problems.near_nth(&place, number, format!("`{}` has the same row twice", self.name));
            }
        }
    }
}

fn trimmed(text: &str) -> String {
    text.trim_matches('\n').to_owned()
}

/// Splits a text into literals and slots, once: a value is never looked through for slots.
fn pieces(text: &str, cases: &Table, choices: &[Table], problems: &mut Problems<'_>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut used = BTreeSet::new();
    let mut rest = text.trim_matches('\n');
    while let Some((literal, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else {
            problems.near("{{", "expected `}}` to close the slot".to_owned());
            return pieces;
        };
        pieces.push(Piece::Literal(literal.to_owned()));
        rest = after;
        used.insert(name);
        let field = |table: &Table| table.fields.iter().position(|field| field == name);
        let choice = || choices.iter().enumerate().find_map(|(i, table)| Some(Piece::Choice(i, field(table)?)));
        let piece = match name {
            "language" => Some(Piece::Title),
            "fence" => Some(Piece::Fence),
            _ => field(cases).map(Piece::Case).or_else(choice),
        };
        match piece {
            Some(piece) => pieces.push(piece),
            None => problems.near(&format!("{{{{{name}}}}}"), format!("no slot and no row has a value for `{name}`")),
        }
    }
    pieces.push(Piece::Literal(rest.to_owned()));
    // A choice that a text does not show would give two indexes the same prompt.
    for name in
        choices.iter().chain([cases]).flat_map(|table| &table.fields).filter(|name| !used.contains(name.as_str()))
    {
        let begin = text.trim_matches('\n').lines().next().unwrap_or_default();
        problems.near(begin, format!("this text does not use `{name}`; every text uses every slot"));
    }
    pieces
}

struct Problems<'a> {
    file: &'a str,
    text: &'a str,
    found: Vec<TemplateError>,
}

impl Problems<'_> {
    fn at(&mut self, line: usize, problem: String) {
        self.found.push(TemplateError { file: self.file.to_owned(), line, problem });
    }

    /// Names the line on which some text stands first.
    fn near(&mut self, place: &str, problem: String) {
        self.near_nth(place, 0, problem);
    }

    /// Names the line on which some text stands for the nth time, from 0.
    fn near_nth(&mut self, place: &str, nth: usize, problem: String) {
        let lines = self.text.lines().enumerate().filter(|(_, line)| line.contains(place));
        let line = lines.map(|(number, _)| number + 1).nth(nth).unwrap_or(1);
        self.at(line, problem);
    }
}
