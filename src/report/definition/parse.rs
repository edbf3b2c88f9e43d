//! From the text of a definition file to a definition, or to what is wrong with it and where.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fields::{Fields, Problems};
use super::{ChartKind, Definition, DefinitionError, FilterValue, Kind, Origin, SectionDefinition, Unit};
use crate::domain::coverage::Measure;
use crate::domain::prompt::Axis;

const AXES: [(&str, Axis); 4] =
    [("area", Axis::Area), ("category", Axis::Category), ("language", Axis::Language), ("source", Axis::Source)];

const MEASURES: [(&str, Measure); 3] =
    [("total", Measure::Total), ("used", Measure::Used), ("unused", Measure::Unused)];

/// The charts of a kind of sections by name; the first is the usual one.
pub(super) type Charts = &'static [(&'static str, ChartKind)];

/// The kinds of sections.
pub(super) const KINDS: [(&str, Charts); 23] = {
    const BARS: (&str, ChartKind) = ("bars", ChartKind::Bars);
    const STACKED: (&str, ChartKind) = ("stacked", ChartKind::Stacked);
    const MIX: (&str, ChartKind) = ("mix", ChartKind::Mix);
    const LINE: (&str, ChartKind) = ("line", ChartKind::Line);
    const FIGURES: (&str, ChartKind) = ("figures", ChartKind::Figures);
    const HEAT: (&str, ChartKind) = ("heat", ChartKind::Heat);
    const COLUMNS: (&str, ChartKind) = ("columns", ChartKind::Columns);
    [
        ("table", &[BARS, STACKED]),
        ("matrix", &[HEAT, STACKED, MIX]),
        ("never_drawn", &[]),
        ("runway", &[BARS]),
        ("totals", &[FIGURES]),
        ("lengths", &[COLUMNS]),
        ("growth", &[LINE]),
        ("uses", &[BARS]),
        ("usage_by_dataset", &[BARS]),
        ("usage_by_month", &[COLUMNS]),
        ("datasets", &[]),
        ("runs", &[STACKED]),
        ("folders", &[]),
        ("files", &[]),
        ("rejects", &[BARS]),
        ("rejects_by_file", &[]),
        ("facts", &[]),
        ("holdings", &[BARS]),
        ("shortfalls", &[]),
        ("provenance", &[BARS]),
        ("answers", &[BARS]),
        ("overlap", &[BARS]),
        ("samples", &[]),
    ]
};

impl Definition {
    /// Reads a definition from the text of its file.
    ///
    /// # Errors
    /// All that is wrong with it, each with its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<DefinitionError>> {
        let mut problems = Problems { file, text, found: Vec::new() };
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                problems.at(&error.span().unwrap_or(0..0), error.message().replace('\n', ", "));
                return Err(problems.found);
            }
        };
        let mut fields = Fields::new(table.get_ref(), 0..0, &mut problems);
        let title = fields.expect_text("title").map(|(title, _)| title.to_owned());
        let about = fields.text("about").map(|(about, _)| about.to_owned());
        let filter = filter(&mut fields);
        let sections = sections(&mut fields);
        fields.end();
        let name = Path::new(file).file_stem().map_or(file.to_owned(), |stem| stem.to_string_lossy().into_owned());
        match (title, problems.found.is_empty()) {
            (Some(title), true) => Ok(Self { name, file: file.to_owned(), title, about, filter, sections }),
            _ => {
                problems.found.sort_by_key(|problem| problem.line);
                Err(problems.found)
            }
        }
    }
}

fn sections(fields: &mut Fields<'_, '_, '_>) -> Vec<SectionDefinition> {
    let Some(value) = fields.get("section") else {
        fields.problems().at(&(0..0), "expected one `[[section]]` or more".to_owned());
        return Vec::new();
    };
    let tables: Option<Vec<_>> = value
        .get_ref()
        .as_array()
        .map(|items| items.iter().filter_map(|item| Some((item.get_ref().as_table()?, item.span()))).collect());
    let Some(tables) = tables.filter(|tables| !tables.is_empty()) else {
        fields.problems().at(&value.span(), "expected sections as `[[section]]`".to_owned());
        return Vec::new();
    };
    let mut sections: Vec<SectionDefinition> = Vec::new();
    for (table, at) in tables {
        let mut fields = Fields::new(table, at, fields.problems());
        // Which fields there are depends on the kind.
        let Some((name, charts)) = kind_of(&mut fields) else { continue };
        let section = section(name, charts, &mut fields);
        let ids = section.iter().flat_map(SectionDefinition::ids);
        for id in ids.filter(|id| sections.iter().any(|other| other.ids().contains(id))) {
            let problem = format!("two sections have the id `{id}`; give one an `id = \"…\"` of its own");
            let at = fields.at();
            fields.problems().at(&at, problem);
        }
        fields.end();
        sections.extend(section);
    }
    sections
}

fn kind_of(fields: &mut Fields<'_, '_, '_>) -> Option<(&'static str, Charts)> {
    let (name, at) = fields.expect_text("kind")?;
    let found = KINDS.into_iter().find(|(kind, _)| *kind == name);
    if found.is_none() {
        let known: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
        fields.problems().unknown(&at, &format!("there is no kind of sections `{name}`"), name, &known);
    }
    found
}

fn section(name: &str, charts: Charts, fields: &mut Fields<'_, '_, '_>) -> Option<SectionDefinition> {
    let title = fields.expect_text("title");
    let kind = kind(name, fields);
    let filter = if kind.as_ref().is_some_and(Kind::takes_filter) { filter(fields) } else { Vec::new() };
    let words: Vec<(&'static str, Option<ChartKind>)> =
        charts.iter().map(|(name, chart)| (*name, Some(*chart))).chain([("none", None)]).collect();
    let chart = fields.word("chart", &words).unwrap_or(charts.first().map(|(_, chart)| *chart));
    let note = fields.text("note").map(|(note, _)| note.to_owned());
    let details = fields.flag("details");
    let id = fields.text("id").map(|(id, _)| id.to_owned());
    let (kind, title) = (kind?, title?.0.to_owned());
    let id = id.unwrap_or_else(|| match &kind {
        Kind::Table { axis, .. } | Kind::Holdings { axis } => axis.name().to_owned(),
        Kind::Provenance { by: Origin::File } => "files".to_owned(),
        Kind::Provenance { by: Origin::Template } => "templates".to_owned(),
        _ => name.to_owned(),
    });
    Some(SectionDefinition { id, title, note, kind, filter, chart, details })
}

fn kind(name: &str, fields: &mut Fields<'_, '_, '_>) -> Option<Kind> {
    Some(match name {
        "table" => {
            let measure = fields.word("measure", &MEASURES).unwrap_or(Measure::Total);
            Kind::Table { axis: axis(fields, "axis")?, measure }
        }
        "matrix" => {
            let measures = fields.words("measure", &MEASURES).unwrap_or(vec![Measure::Unused]);
            let (rows, columns) = (axis(fields, "rows"), axis(fields, "columns"));
            Kind::Matrix { rows: rows?, columns: columns?, measures }
        }
        "never_drawn" => Kind::NeverDrawn,
        "runway" => Kind::Runway { counts: fields.counts("counts").unwrap_or(vec![100, 1000]) },
        "totals" => Kind::Totals,
        "lengths" => {
            let units = [Unit::Characters, Unit::Tokens].map(|unit| (unit.name(), unit));
            let unit = fields.word("unit", &units).unwrap_or(Unit::Characters);
            Kind::Lengths { unit, measure: fields.word("measure", &MEASURES).unwrap_or(Measure::Total) }
        }
        "growth" => Kind::Growth,
        "uses" => Kind::Uses,
        "usage_by_dataset" => Kind::UsageByDataset,
        "usage_by_month" => Kind::UsageByMonth,
        "datasets" => Kind::Datasets,
        "runs" => Kind::Runs,
        "folders" => Kind::Folders,
        "files" => Kind::Files,
        "rejects" => Kind::Rejects,
        "rejects_by_file" => Kind::RejectsByFile,
        "facts" => Kind::Facts,
        "holdings" => Kind::Holdings { axis: axis(fields, "axis")? },
        "shortfalls" => Kind::Shortfalls,
        "provenance" => {
            fields.expect_text("by")?;
            Kind::Provenance { by: fields.word("by", &[("file", Origin::File), ("template", Origin::Template)])? }
        }
        "answers" => Kind::Answers,
        "overlap" => Kind::Overlap,
        _ => Kind::Samples { count: fields.counts("count").and_then(|counts| counts.first().copied()).unwrap_or(20) },
    })
}

fn axis(fields: &mut Fields<'_, '_, '_>, name: &'static str) -> Option<Axis> {
    fields.expect_text(name)?;
    fields.word(name, &AXES)
}

/// Reads `filter = { language = ["python", "go"], area = "debugging" }`.
fn filter(fields: &mut Fields<'_, '_, '_>) -> Vec<FilterValue> {
    let Some(value) = fields.get("filter") else { return Vec::new() };
    let Some(table) = value.get_ref().as_table() else {
        fields.problems().at(&value.span(), "`filter` is a table, such as { language = [\"python\"] }".to_owned());
        return Vec::new();
    };
    let mut inner = Fields::new(table, span(value), fields.problems());
    let mut values = Vec::new();
    for (name, axis) in AXES {
        for (value, at) in inner.one_or_more(name).unwrap_or_default() {
            let line = inner.problems().line(&at);
            values.push(FilterValue { axis, value: value.to_owned(), line });
        }
    }
    inner.end();
    values
}

fn span(value: &Spanned<DeValue<'_>>) -> std::ops::Range<usize> {
    value.span()
}
