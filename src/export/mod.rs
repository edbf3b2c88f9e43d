//! Writers: one file a format, prompts in the order of the draw to bytes.

pub(crate) mod card;
mod csv;
mod features;
mod json;
pub(crate) mod manifest;
#[cfg_attr(not(feature = "parquet"), path = "no_parquet.rs")]
mod parquet;
pub(crate) mod trainer;
mod txt;

use std::io::{self, Write};
use std::str::FromStr;

use serde::Serialize;

use crate::domain::answers::AnswerRules;
use crate::domain::dataset::Delivered;
use crate::domain::teacher::Response;

/// The formats that a dataset can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// One JSON object a line: id, prompt, category, area, language, source.
    Jsonl,
    /// An array of the same objects.
    Json,
    /// The same as rows with a header.
    Csv,
    /// Our own format of many prompts a file, for reading.
    Txt,
    /// The same as columns of a Parquet file.
    Parquet,
    /// One conversation a line, `messages` of `role` and `content`.
    OpenAi,
    /// An array of conversations of `from` and `value`.
    ShareGpt,
    /// An array of `instruction`, `input` and `output`.
    Alpaca,
    /// One conversation a line, `conversations` of `role` and `content`, as ChatGLM3's fine-tuning reads them. Its loader
    /// goes by the file's ending, which has to be `.json`.
    ChatGlm3,
    /// One conversation a line, rendered as ChatML in `text`: what a model sees, for trainers that apply no template of
    /// their own. Conversations as messages, which some call ChatML too, are `openai`.
    ChatMl,
    /// As `openai`, which GLM-4's fine-tuning reads; the file's ending has to be `.jsonl`.
    Glm4,
}

impl ExportFormat {
    /// Every format, in the order in which help names them.
    pub const ALL: [Self; 11] = [
        Self::Jsonl,
        Self::Json,
        Self::Csv,
        Self::Txt,
        Self::Parquet,
        Self::OpenAi,
        Self::ChatMl,
        Self::ShareGpt,
        Self::Alpaca,
        Self::ChatGlm3,
        Self::Glm4,
    ];

    /// Returns the name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Txt => "txt",
            Self::Parquet => "parquet",
            Self::OpenAi => "openai",
            Self::ChatMl => "chatml",
            Self::ShareGpt => "sharegpt",
            Self::Alpaca => "alpaca",
            Self::ChatGlm3 => "chatglm3",
            Self::Glm4 => "glm4",
        }
    }

    /// Tells whether this format has a place for a system message.
    pub fn has_system(self) -> bool {
        matches!(self, Self::OpenAi | Self::ChatMl | Self::ShareGpt | Self::Alpaca | Self::ChatGlm3 | Self::Glm4)
    }

    /// Tells whether this format has a place for an answer.
    pub fn has_response(self) -> bool {
        self.has_system() || matches!(self, Self::Jsonl | Self::Json | Self::Parquet)
    }

    /// Tells whether this format says nothing without an answer.
    pub fn needs_response(self) -> bool {
        self == Self::ChatMl
    }

    /// Returns the ending of a file of this format that we name.
    pub fn file_ending(self) -> &'static str {
        match self {
            Self::Jsonl | Self::OpenAi | Self::ChatMl | Self::Glm4 => "jsonl",
            Self::Json | Self::ShareGpt | Self::Alpaca | Self::ChatGlm3 => "json",
            Self::Csv => "csv",
            Self::Txt => "txt",
            Self::Parquet => "parquet",
        }
    }

    /// Tells whether the trainer that reads it asks for a file to validate with, beside the one to train on.
    pub fn wants_validation(self) -> bool {
        matches!(self, Self::ChatGlm3 | Self::Glm4)
    }

    /// Returns the ending that a file has to have, where the trainer that reads it goes by that.
    pub fn ending(self) -> Option<&'static str> {
        match self {
            Self::ChatGlm3 => Some("json"),
            Self::Glm4 => Some("jsonl"),
            _ => None,
        }
    }
}

impl FromStr for ExportFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|format| format.name()).collect();
            format!("expected one of {}, found `{text}`", names.join(", "))
        })
    }
}

/// How a dataset is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// The format.
    pub format: ExportFormat,
    /// A system message, for formats that have a place for one.
    pub system: Option<String>,
    /// Whether CSV cells that a spreadsheet would run as a formula get a `'` in front, which reading does not take off.
    pub formula_safe: bool,
    /// Which answers go with the prompts, and no prompt without one. `None` writes prompts alone.
    pub responses: Option<AnswerRules>,
}

/// A file that is being written.
pub(crate) struct Exporter<'a> {
    writer: Writer<'a>,
}

/// What differs between formats.
enum Writer<'a> {
    Json(json::Json<'a>),
    Csv(Box<csv::Rows<'a>>),
    Txt(txt::Book<'a>),
    Parquet(Box<parquet::Table<'a>>),
}

impl<'a> Exporter<'a> {
    /// Begins a file.
    pub fn begin(options: &'a ExportOptions, out: &'a mut dyn Write) -> io::Result<Self> {
        use json::{Framing, Json, Shape};
        let system = options.system.as_deref();
        let writer = match options.format {
            ExportFormat::Jsonl => Writer::Json(Json::begin(out, Framing::Lines, Shape::Plain)?),
            ExportFormat::Json => Writer::Json(Json::begin(out, Framing::Array, Shape::Plain)?),
            ExportFormat::OpenAi | ExportFormat::Glm4 => {
                Writer::Json(Json::begin(out, Framing::Lines, Shape::OpenAi(system))?)
            }
            ExportFormat::ChatGlm3 => Writer::Json(Json::begin(out, Framing::Lines, Shape::ChatGlm3(system))?),
            ExportFormat::ChatMl => Writer::Json(Json::begin(out, Framing::Lines, Shape::ChatMl(system))?),
            ExportFormat::ShareGpt => Writer::Json(Json::begin(out, Framing::Array, Shape::ShareGpt(system))?),
            ExportFormat::Alpaca => Writer::Json(Json::begin(out, Framing::Array, Shape::Alpaca(system))?),
            ExportFormat::Csv => Writer::Csv(Box::new(csv::Rows::begin(out, options.formula_safe)?)),
            ExportFormat::Txt => Writer::Txt(txt::Book::begin(out)?),
            ExportFormat::Parquet => {
                Writer::Parquet(Box::new(parquet::Table::begin(out, options.responses.is_some())?))
            }
        };
        Ok(Self { writer })
    }

    /// Writes a prompt, with its answer where there is one and the format has a place for it.
    pub fn prompt(&mut self, prompt: &Delivered, response: Option<&Response>) -> io::Result<()> {
        match &mut self.writer {
            Writer::Json(json) => json.prompt(prompt, response),
            Writer::Csv(rows) => rows.prompt(prompt),
            Writer::Txt(book) => book.prompt(prompt),
            Writer::Parquet(table) => table.prompt(prompt, response),
        }
    }

    /// Ends the file.
    pub fn end(self) -> io::Result<()> {
        match self.writer {
            Writer::Json(json) => json.end(),
            Writer::Csv(rows) => rows.end(),
            Writer::Txt(_) => Ok(()),
            Writer::Parquet(table) => table.end(),
        }
    }
}
