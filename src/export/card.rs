//! The dataset card: a README whose head the Hugging Face Hub reads as YAML.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::ExportFormat;
use super::features::features;
use super::manifest::{ManifestFile, ManifestRow};
use crate::domain::money::Money;
use crate::domain::prompt::{NONE, Source};

/// What a card is told.
#[derive(Clone, Copy)]
pub struct About<'a> {
    pub dataset: &'a str,
    pub format: ExportFormat,
    /// Whether rows have a system message.
    pub system: bool,
    pub license: &'a str,
    /// The languages of the texts.
    pub languages: &'a [String],
}

/// What a card tells.
pub struct Card<'a> {
    about: About<'a>,
    /// Rows by area, language and source.
    axes: [BTreeMap<String, u64>; 3],
    /// Rows and cost by the model that answered and the interface.
    teachers: BTreeMap<[String; 2], (u64, Money)>,
    /// Rows by what was declared of the terms.
    terms: BTreeMap<String, u64>,
}

/// The sizes by which the Hub sorts datasets, each with the number of rows that it ends before.
const SIZES: [(&str, u64); 8] = [
    ("n<1K", 1_000),
    ("1K<n<10K", 10_000),
    ("10K<n<100K", 100_000),
    ("100K<n<1M", 1_000_000),
    ("1M<n<10M", 10_000_000),
    ("10M<n<100M", 100_000_000),
    ("100M<n<1B", 1_000_000_000),
    ("1B<n<10B", 10_000_000_000),
];

impl<'a> Card<'a> {
    /// Begins a card.
    pub fn new(about: About<'a>) -> Self {
        let (axes, teachers, terms) = Default::default();
        Self { about, axes, teachers, terms }
    }

    /// Counts a row.
    pub fn count(&mut self, row: &ManifestRow) {
        for (values, value) in self.axes.iter_mut().zip([&row.area, &row.language, &row.source]) {
            *values.entry(value.clone()).or_default() += 1;
        }
        let teacher = self.teachers.entry([row.model.clone(), row.provider.clone()]).or_default();
        teacher.0 += 1;
        teacher.1 += Money(row.cost_nano_usd);
        *self.terms.entry(row.terms.clone().unwrap_or_default()).or_default() += 1;
    }

    /// Returns the text of the card.
    pub fn text(&self, files: &[ManifestFile]) -> String {
        format!("---\n{}---\n\n{}", self.head(files), self.body(files))
    }

    fn head(&self, files: &[ManifestFile]) -> String {
        let rows: u64 = files.iter().map(|file| file.rows).sum();
        let size = SIZES.iter().find(|(_, end)| rows < *end).map_or("10B<n<100B", |(name, _)| name);
        let [_, languages, sources] = &self.axes;
        let written = sources.contains_key(Source::Existing.name());
        let made = sources.contains_key(Source::Generated.name());
        let creators = [("found", written), ("machine-generated", made)];
        let creators = creators.iter().filter(|(_, is)| *is).map(|(name, _)| *name);
        let tags = ["code", "instruction-tuning", "synthetic", "distillation"];
        let tags = tags.into_iter().chain(languages.keys().map(String::as_str).filter(|name| *name != NONE));
        let mut head =
            format!("pretty_name: {}\nlicense: {}\n", quoted(self.about.dataset), quoted(self.about.license));
        if self.about.license == "other" {
            head += "license_name: \"see-readme\"\nlicense_link: \"README.md\"\n";
        }
        list(&mut head, "language", self.about.languages.iter().map(String::as_str));
        list(&mut head, "annotations_creators", ["machine-generated"].into_iter());
        list(&mut head, "language_creators", creators);
        list(&mut head, "source_datasets", ["original"].into_iter());
        list(&mut head, "size_categories", [size].into_iter());
        list(&mut head, "task_categories", ["text-generation"].into_iter());
        list(&mut head, "task_ids", ["language-modeling"].into_iter());
        list(&mut head, "tags", tags);
        head += "configs:\n- config_name: \"default\"\n  data_files:\n";
        for file in files {
            let _ = writeln!(head, "  - split: {}\n    path: {}", quoted(&file.split), quoted(&file.file));
        }
        head += "dataset_info:\n  features:\n";
        head += &features(self.about.format, self.about.system, "  ");
        head += "  splits:\n";
        for ManifestFile { split, rows, bytes, .. } in files {
            let split = quoted(split);
            let _ = writeln!(head, "  - name: {split}\n    num_bytes: {bytes}\n    num_examples: {rows}");
        }
        let bytes: u64 = files.iter().map(|file| file.bytes).sum();
        let _ = writeln!(head, "  download_size: {bytes}\n  dataset_size: {bytes}");
        head
    }

    fn body(&self, files: &[ManifestFile]) -> String {
        let rows: u64 = files.iter().map(|file| file.rows).sum();
        let mut body = format!(
            "# {}\n\n{rows} prompts for coding assistants with the answers of teacher models, as `{}`.\n\n",
            plain(self.about.dataset),
            self.about.format.name()
        );
        table(
            &mut body,
            ["split", "file", "rows"],
            files.iter().map(|file| [plain(&file.split), plain(&file.file), file.rows.to_string()]),
        );
        for (axis, values) in ["area", "language", "source"].into_iter().zip(&self.axes) {
            let _ = writeln!(body, "## By {axis}\n");
            let share = |count: u64| format!("{}.{} %", count * 100 / rows.max(1), count * 1000 / rows.max(1) % 10);
            table(
                &mut body,
                [axis, "rows", "share"],
                values.iter().map(|(value, count)| [plain(value), count.to_string(), share(*count)]),
            );
        }
        body += "## Teachers\n\n";
        table(
            &mut body,
            ["model", "rows", "cost"],
            self.teachers.iter().map(|([model, provider], (rows, cost))| {
                [format!("{} ({})", plain(model), plain(provider)), rows.to_string(), cost.to_string()]
            }),
        );
        body += "Vendors may restrict what is trained on their models' answers. This was declared of their terms:\n\n";
        for (terms, rows) in &self.terms {
            let terms = if terms.is_empty() { "nothing".to_owned() } else { plain(terms) };
            let _ = writeln!(body, "- {terms} ({rows} rows)");
        }
        body += "\n## Proof\n\n`manifest.json` names every row in order: the SHA-256 of its prompt and of its answer, the split, the model \
                 that answered, the declared terms and the cost. `catalog dataset verify manifest.json FILE` holds a file \
                 against it.\n";
        body
    }
}

fn list<'a>(head: &mut String, name: &str, values: impl Iterator<Item = &'a str>) {
    let values: Vec<&str> = values.collect();
    if values.is_empty() {
        return;
    }
    let _ = writeln!(head, "{name}:");
    for value in values {
        let _ = writeln!(head, "- {}", quoted(value));
    }
}

fn table(body: &mut String, names: [&str; 3], rows: impl Iterator<Item = [String; 3]>) {
    let _ = writeln!(body, "| {} |\n| --- | --- | ---: |", names.join(" | "));
    for row in rows {
        let _ = writeln!(body, "| {} |", row.join(" | "));
    }
    body.push('\n');
}

/// Returns a text as YAML's double-quoted scalar (YAML 1.2.2, section 7.3.1): what may not stand there, or is not seen, is
/// escaped, so that readers of YAML 1.1 agree.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            c if c.is_alphanumeric() => quoted.push(c),
            c if u32::from(c) <= 0xffff => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(c));
            }
        }
    }
    quoted + "\""
}

/// Returns other people's text as Markdown shows it and does nothing with it, on one line.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in text.chars() {
        match c {
            '&' => plain += "&amp;",
            '<' => plain += "&lt;",
            '>' => plain += "&gt;",
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '#' | '!' | '|' | '~' | '$' => plain.extend(['\\', c]),
            c if c.is_control() => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_is_one_scalar() {
        assert_eq!(quoted("a: \"b\" \\ #\n"), r#""a: \"b\" \\ #\u000a""#);
        assert_eq!(quoted("第一 \u{2028}\u{7f}\u{feff}😀"), r#""第一 \u2028\u007f\ufeff\U0001f600""#);
    }

    #[test]
    fn a_plain_text_is_no_markup() {
        assert_eq!(plain("a|b\n<script> [x](y) `c`"), r"a\|b &lt;script&gt; \[x\]\(y\) \`c\`");
    }

    #[test]
    fn sizes_are_those_of_the_hub() {
        let size = |rows| {
            let (split, file) = ("train".to_owned(), "t".to_owned());
            let about =
                About { dataset: "d", format: ExportFormat::Jsonl, system: false, license: "mit", languages: &[] };
            let file = ManifestFile {
                split,
                file,
                rows,
                quota: rows,
                bytes: 0,
                sha256: crate::domain::hash::ContentHash::of(""),
            };
            let head = Card::new(about).head(&[file]);
            let at = head.find("size_categories:\n- ").expect("a size") + "size_categories:\n- ".len();
            head[at..].lines().next().expect("a line").to_owned()
        };
        assert_eq!([size(0), size(999), size(1_000)], ["\"n<1K\"", "\"n<1K\"", "\"1K<n<10K\""]);
        assert_eq!(size(1_000_000), "\"1M<n<10M\"");
    }
}
