//! Targets and filters as they are typed; `sample` and `generate` share them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;
use prompt_catalog::Error;
use prompt_catalog::domain::pool::Filter;
use prompt_catalog::domain::prompt::{Axis, Source};
use prompt_catalog::domain::target::{AxisSpec, TargetSpec, label};
use prompt_catalog::domain::taxonomy::Taxonomy;

use crate::args::read_text;
use crate::error::Failure;

#[derive(Debug, Args)]
pub struct TargetArgs {
    /// A TOML file of targets: a table an axis, and existing_weight
    #[arg(long, value_name = "FILE")]
    targets: Option<PathBuf>,
    /// Weights by area, as `debugging=2,testing=1`, or `any` for no target
    #[arg(long, value_name = "TARGET")]
    area: Option<String>,
    /// Weights by category, in place of area
    #[arg(long, value_name = "TARGET")]
    category: Option<String>,
    /// Weights by language, as `python=60,rust=40`, or `any` for no target
    #[arg(long, value_name = "TARGET")]
    language: Option<String>,
    #[command(flatten)]
    filter: FilterArgs,
}

impl TargetArgs {
    /// Returns the targets asked for: the file's, and the flags' over them.
    pub fn spec(&self, taxonomy: &Taxonomy) -> Result<TargetSpec, Failure> {
        let axis = |axis, text: &Option<String>| {
            let parse = |text: &String| AxisSpec::parse(axis, text, |value| label(taxonomy, axis, value));
            text.as_ref().map(parse).transpose().map_err(Error::from)
        };
        let typed = TargetSpec {
            area: axis(Axis::Area, &self.area)?,
            category: axis(Axis::Category, &self.category)?,
            language: axis(Axis::Language, &self.language)?,
            existing_weight: None,
        };
        let Some(path) = &self.targets else { return Ok(typed) };
        let file = TargetSpec::parse_file(&read_text(path)?, taxonomy).map_err(Error::from)?;
        Ok(file.overlaid(typed))
    }

    /// Returns the filter asked for.
    pub fn filter(&self, taxonomy: &Taxonomy, source: Option<Source>) -> Filter {
        self.filter.filter(taxonomy, source)
    }
}

/// What to limit a command to; `search` has it too.
#[derive(Debug, Args)]
pub struct FilterArgs {
    /// Take only these areas
    #[arg(long, value_name = "AREA", value_delimiter = ',')]
    only_area: Vec<String>,
    /// Take only these categories
    #[arg(long, value_name = "CATEGORY", value_delimiter = ',')]
    only_category: Vec<String>,
    /// Take only these languages
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    only_language: Vec<String>,
}

impl FilterArgs {
    /// Returns the filter asked for.
    pub fn filter(&self, taxonomy: &Taxonomy, source: Option<Source>) -> Filter {
        let mut filter = BTreeMap::new();
        let axes = [
            (Axis::Area, &self.only_area),
            (Axis::Category, &self.only_category),
            (Axis::Language, &self.only_language),
        ];
        for (axis, values) in axes {
            let values: BTreeSet<String> = values.iter().map(|value| label(taxonomy, axis, value.trim())).collect();
            if !values.is_empty() {
                filter.insert(axis, values);
            }
        }
        if let Some(source) = source {
            filter.insert(Axis::Source, BTreeSet::from([source.name().to_owned()]));
        }
        Filter(filter)
    }
}
