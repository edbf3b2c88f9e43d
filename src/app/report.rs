//! Reports: what the catalog holds, what it was used for, and where it came from.

mod coverage;
mod dataset;
mod imports;
mod lengths;
mod usage;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use self::lengths::Lengths;
use super::Catalog;
use super::dataset::find;
use super::folder::toml_files;
use super::generate::spaces;
use super::target::{similar, targets_and_pool};
use crate::domain::coverage::Measure;
use crate::domain::pool::{Filter, Pool, Space, Stratum};
use crate::domain::prompt::{Axis, Source};
use crate::domain::target::{TargetSpec, Targets, label};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::template::Template;
use crate::error::{Error, Result};
use crate::report::{FilterValue, Kind};
use crate::store::{DatasetRow, Session};

pub use crate::report::{
    Chart, ChartKind, Definition, DefinitionError, Layer, Look, Report, ReportFormat, Section, SectionDefinition,
    Value, counted, grouped, visible,
};

/// What to report.
#[derive(Clone, Debug, Default)]
pub struct ReportRequest {
    /// The dataset that the report is about, where it is about one.
    pub dataset: Option<String>,
    /// The targets that it is counted against.
    pub targets: TargetSpec,
    /// What it is limited to, beside the filters of its definition.
    pub filter: Filter,
    /// The sizes of samples whose runway is told, in place of the definition's.
    pub counts: Vec<u64>,
    /// Whether to count what is left out of a summary too.
    pub details: bool,
}

/// Reads the definitions that ship, and those of a folder, which add to them or, under the same name, take their place.
///
/// # Errors
/// When a file of the folder cannot be read, or is no definition: all that is wrong with all of them is named.
pub fn load_reports(folder: Option<&Path>) -> Result<Vec<Definition>> {
    let mut reports = BTreeMap::new();
    let mut problems = Vec::new();
    let mut keep = |file: &str, text: &str| match Definition::parse(file, text) {
        Ok(definition) => _ = reports.insert(definition.name.clone(), definition),
        Err(found) => problems.extend(found),
    };
    for (file, text) in crate::assets::REPORTS {
        keep(file, text);
    }
    for (file, text) in toml_files(folder)? {
        keep(&file, &text);
    }
    if problems.is_empty() { Ok(reports.into_values().collect()) } else { Err(Error::Reports(problems)) }
}

/// Returns the definition of this name.
///
/// # Errors
/// When there is none.
pub fn find_report<'a>(reports: &'a [Definition], name: &str) -> Result<&'a Definition> {
    reports.iter().find(|report| report.name == name).ok_or_else(|| {
        let names = || reports.iter().map(|report| report.name.as_str());
        let similar = similar(name, names());
        Error::NoSuchReport { name: name.to_owned(), similar, known: names().map(str::to_owned).collect() }
    })
}

/// Counts what a definition asks for, all of it on one state of the catalog.
///
/// # Errors
/// When the report is about a dataset and the request names none that there is, or the other way round; when a filter
/// or a target names a value that nobody knows; when the catalog cannot be read.
pub fn report(
    catalog: &Catalog,
    templates: &[Template],
    definition: &Definition,
    request: &ReportRequest,
) -> Result<Report> {
    if definition.needs_dataset() != request.dataset.is_some() {
        let name = definition.name.clone();
        return Err(match &request.dataset {
            None => Error::ReportNeedsDataset(name),
            Some(dataset) => Error::ReportWithoutDataset { name, dataset: dataset.clone() },
        });
    }
    catalog.store.read(|session| {
        let dataset = request.dataset.as_ref().map(|name| find(session, name)).transpose()?;
        let reporting = Reporting {
            session,
            taxonomy: &catalog.taxonomy,
            definition,
            request,
            strata: session.strata()?,
            spaces: spaces(templates, &session.made_counts()?),
            lengths: OnceCell::new(),
        };
        let title = match &dataset {
            Some(dataset) => format!("{} {}", definition.title, dataset.name),
            None => definition.title.clone(),
        };
        let shown = |section: &&SectionDefinition| request.details || !section.details;
        let mut sections = Vec::new();
        for section in definition.sections.iter().filter(shown) {
            sections.extend(reporting.sections(section, dataset.as_ref())?);
        }
        Ok(Report { name: definition.name.clone(), title, about: definition.about.clone(), sections })
    })
}

/// What sections are counted from.
struct Reporting<'a> {
    session: &'a Session<'a>,
    taxonomy: &'a Taxonomy,
    definition: &'a Definition,
    request: &'a ReportRequest,
    strata: Vec<Stratum>,
    spaces: Vec<Space>,
    lengths: OnceCell<Lengths>,
}

/// What a section that looks at strata is counted from: those that its filter lets through, and what it does to the
/// target and the pool.
struct Counted<'a> {
    strata: Vec<Stratum>,
    targets: Targets,
    pool: Pool,
    /// How many prompts templates can still make, with a target share or without.
    space: u64,
    taxonomy: &'a Taxonomy,
}

impl Reporting<'_> {
    fn sections(&self, of: &SectionDefinition, dataset: Option<&DatasetRow>) -> Result<Vec<Section>> {
        let section = match (&of.kind, dataset) {
            (Kind::Matrix { rows, columns, measures }, _) => {
                let counted = self.counted(of)?;
                let layers = measures.iter().map(|measure| counted.matrix(of, [*rows, *columns], *measure, measures));
                return Ok(layers.collect());
            }
            (Kind::Table { axis, measure }, _) => self.counted(of)?.table(*axis, *measure, of.chart),
            (Kind::NeverDrawn, _) => self.counted(of)?.never_drawn(),
            (Kind::Runway { counts }, _) => {
                let counts = if self.request.counts.is_empty() { counts } else { &self.request.counts };
                self.counted(of)?.runway(counts)
            }
            (Kind::Totals, _) => self.counted(of)?.totals(),
            (Kind::Lengths { unit, measure }, _) => {
                let counted = self.counted(of)?;
                let strata = counted.strata.iter().filter(|stratum| measure.counts(stratum));
                match counted.strata.len() == self.strata.len() && *measure == Measure::Total {
                    true => self.lengths()?.section(*unit),
                    false => Lengths::of(self.session, strata)?.section(*unit),
                }
            }
            (Kind::Growth, _) => imports::growth(&self.session.import_runs()?),
            (Kind::Uses, _) => usage::uses(&self.counted(of)?.strata),
            (Kind::UsageByDataset, _) => usage::by_dataset(&self.session.datasets()?),
            (Kind::UsageByMonth, _) => usage::by_month(&self.session.datasets()?),
            (Kind::Datasets, _) => usage::datasets(&self.session.datasets()?),
            (Kind::Runs, _) => imports::runs(&self.session.import_runs()?),
            (Kind::Folders, _) => imports::folders(&self.session.import_files()?),
            (Kind::Files, _) => imports::files(&self.session.import_files()?),
            (Kind::Rejects, _) => imports::rejects(&self.session.import_rejects()?),
            (Kind::RejectsByFile, _) => imports::rejects_by_file(&self.session.import_rejects()?),
            (kind, Some(row)) => dataset::section(self.session, kind, row, self.taxonomy)?,
            // `report` made sure of the dataset.
            (_, None) => return Ok(Vec::new()),
        };
        Ok(vec![self.named(section, of)])
    }

    /// Returns the lengths of all prompts, which several sections show.
    fn lengths(&self) -> Result<&Lengths> {
        if let Some(lengths) = self.lengths.get() {
            return Ok(lengths);
        }
        let lengths = Lengths::of_all(self.session)?;
        Ok(self.lengths.get_or_init(|| lengths))
    }

    /// Gives a section the id, title, note and chart of its definition.
    fn named(&self, section: Section, of: &SectionDefinition) -> Section {
        let filtered = !self.definition.filter.is_empty() || !self.request.filter.0.is_empty();
        let whole = (filtered && !of.kind.takes_filter()).then(|| "The filter does not reach this.".to_owned());
        let notes: Vec<String> = [of.note.clone(), section.note, whole].into_iter().flatten().collect();
        let note = (!notes.is_empty()).then(|| notes.join(" "));
        let chart = section.chart.filter(|_| of.chart.is_some());
        Section { id: of.id.clone(), title: of.title.clone(), note, chart, ..section }
    }

    /// Limits what is counted to what the section, the report and the request let through.
    fn counted(&self, of: &SectionDefinition) -> Result<Counted<'_>> {
        let mut filter = self.request.filter.clone();
        for values in [&self.definition.filter, &of.filter] {
            self.narrow(&mut filter, values)?;
        }
        let Self { taxonomy, strata, spaces, request, .. } = self;
        let (targets, pool) = targets_and_pool(&request.targets, &filter, 1, strata, spaces, taxonomy)?;
        let strata = strata.iter().filter(|stratum| filter.admits_stratum(stratum, taxonomy)).cloned().collect();
        let of_space = |space: &&Space| {
            let labels = &space.labels;
            filter.admits(Axis::Area, taxonomy.area_of(&labels.category))
                && filter.admits(Axis::Category, &labels.category)
                && filter.admits(Axis::Language, &labels.language)
                && filter.admits(Axis::Source, Source::Generated.name())
        };
        let space = spaces.iter().filter(of_space).map(|space| space.left).sum();
        Ok(Counted { strata, targets, pool, space, taxonomy })
    }

    /// Takes from a filter what some values of a definition do not let through.
    fn narrow(&self, filter: &mut Filter, values: &[FilterValue]) -> Result<()> {
        let mut own: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        for value in values {
            let name = label(self.taxonomy, value.axis, &value.value);
            let known = Filter(BTreeMap::from([(value.axis, BTreeSet::from([name.clone()]))]));
            self.check(&known, value)?;
            own.entry(value.axis).or_default().insert(name);
        }
        for (axis, values) in own {
            let left = filter.0.get(&axis).map_or(values.clone(), |before| before & &values);
            filter.0.insert(axis, left);
        }
        Ok(())
    }

    /// Names file and line of a value that neither the taxonomy nor the catalog knows.
    fn check(&self, filter: &Filter, value: &FilterValue) -> Result<()> {
        let any = TargetSpec::default();
        let problem = match targets_and_pool(&any, filter, 1, &self.strata, &self.spaces, self.taxonomy) {
            Err(error @ Error::UnknownValue { .. }) => {
                let hint = match &error {
                    Error::UnknownValue { similar: Some(similar), .. } => format!("; did you mean `{similar}`?"),
                    _ => String::new(),
                };
                format!("{error}{hint}")
            }
            _ => return Ok(()),
        };
        let file = self.definition.file.clone();
        Err(Error::Reports(vec![DefinitionError { file, line: value.line, problem }]))
    }
}
