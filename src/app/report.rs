//! Reports: what the catalog holds.

use super::Catalog;
use super::generate::spaces;
use super::target::targets_and_pool;
use crate::domain::coverage::{by_axis, matrix};
use crate::domain::pool::{Filter, Pool, Stratum};
use crate::domain::prompt::Axis;
use crate::domain::runway::{Runway, runway};
use crate::domain::target::{Shares, TargetSpec, Targets};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::template::Template;
use crate::error::Result;
use crate::report::{Definition, SectionDefinition};

pub use crate::report::{Report, ReportFormat, Section, Value, counted, grouped, visible};

/// Counts what the catalog holds against the default target, and what that target can still be sampled.
///
/// # Errors
/// When the catalog cannot be read.
pub fn coverage(catalog: &Catalog, templates: &[Template]) -> Result<Report> {
    let definition: Definition = toml::from_str(crate::assets::COVERAGE_REPORT)?;
    let (strata, made) = catalog.store.read(|session| Ok((session.strata()?, session.made_counts()?)))?;
    let taxonomy = &catalog.taxonomy;
    let spec = TargetSpec::default();
    let spaces = spaces(templates, &made);
    let (targets, pool) = targets_and_pool(&spec, &Filter::default(), 1, &strata, &spaces, taxonomy)?;
    let counted = Counted { strata: &strata, targets: &targets, pool: &pool, taxonomy };
    let sections = definition.sections.into_iter().map(|section| counted.section(section)).collect();
    Ok(Report { name: "coverage".to_owned(), title: definition.title, sections })
}

/// What sections are counted from.
struct Counted<'a> {
    strata: &'a [Stratum],
    targets: &'a Targets,
    pool: &'a Pool,
    taxonomy: &'a Taxonomy,
}

impl Counted<'_> {
    fn section(&self, definition: SectionDefinition) -> Section {
        match definition {
            SectionDefinition::Table { title, axis } => self.table(title, axis),
            SectionDefinition::Matrix { title, rows, columns } => self.matrix(title, rows, columns),
            SectionDefinition::NeverDrawn { title } => self.never_drawn(title),
            SectionDefinition::Runway { title, counts } => self.runway(title, &counts),
        }
    }

    fn shares(&self, axis: Axis) -> Option<&Shares> {
        self.targets.axes().find(|shares| shares.axis() == axis)
    }

    fn table(&self, title: String, axis: Axis) -> Section {
        let rows = by_axis(self.strata, axis, self.shares(axis), self.taxonomy).into_iter().map(|row| {
            vec![
                Value::Text(row.value),
                row.total.into(),
                row.used.into(),
                row.unused.into(),
                Value::Share(row.share),
                row.target.map_or(Value::None, Value::Share),
                row.gap.map_or(Value::None, Value::Gap),
            ]
        });
        let columns = [axis.name(), "total", "used", "unused", "share", "target", "gap"];
        section(axis.name(), title, &columns, rows.collect())
    }

    fn matrix(&self, title: String, row_axis: Axis, column_axis: Axis) -> Section {
        let cells = matrix(self.strata, [row_axis, column_axis], self.taxonomy);
        let values =
            |axis| by_axis(self.strata, axis, self.shares(axis), self.taxonomy).into_iter().map(|row| row.value);
        let columns: Vec<String> = values(column_axis).collect();
        let rows = values(row_axis).map(|row| {
            let count = |column: &String| cells.get(&(row.clone(), column.clone())).copied().unwrap_or(0);
            let counts: Vec<Value> = columns.iter().map(|column| count(column).into()).collect();
            std::iter::once(Value::Text(row.clone())).chain(counts).collect()
        });
        let rows = rows.collect();
        let names: Vec<&str> = std::iter::once(row_axis.name()).chain(columns.iter().map(String::as_str)).collect();
        section("matrix", title, &names, rows)
    }

    fn never_drawn(&self, title: String) -> Section {
        let rows = self.pool.left_out.iter().map(|left_out| {
            let why = format!("its {} has no target share", left_out.axis);
            vec![
                Value::Text(format!("{}={}", left_out.axis, left_out.value)),
                left_out.prompts.into(),
                Value::Text(why),
            ]
        });
        section("never_drawn", title, &["value", "unused", "why"], rows.collect())
    }

    fn runway(&self, title: String, counts: &[u64]) -> Section {
        let rows = counts.iter().map(|&count| {
            let Runway { samples, ends_in, .. } = runway(count, self.targets, self.pool);
            let end = match ends_in {
                Some(end) => {
                    let names = [end.cell.topic, end.cell.language, end.cell.source.map(|s| s.name().to_owned())];
                    let cell = names.into_iter().flatten().collect::<Vec<_>>().join(" × ");
                    vec![Value::Text(cell), end.wanted.into(), end.left.into()]
                }
                None => vec![Value::Text("the whole pool".to_owned()), count.into(), self.pool.available().into()],
            };
            [count.into(), samples.into()].into_iter().chain(end).collect()
        });
        section("runway", title, &["prompts", "samples", "ends in", "wanted there", "left there"], rows.collect())
    }
}

fn section(id: &str, title: String, columns: &[&str], rows: Vec<Vec<Value>>) -> Section {
    Section { id: id.to_owned(), title, columns: columns.iter().map(|c| (*c).to_owned()).collect(), rows }
}
