//! From what was asked for to the pool it is drawn from: shared by samples and reports.

use crate::domain::pool::{Filter, Pool, Space, Stratum, holds_source};
use crate::domain::prompt::{Axis, Source};
pub(super) use crate::domain::similar::similar;
use crate::domain::target::{AxisSpec, Shares, TargetSpec, Targets};
use crate::domain::taxonomy::{OTHER, Taxonomy};
use crate::error::{Error, Result};

/// Returns the targets that hold for these strata under a filter, and the pool.
///
/// # Errors
/// When a target or the filter names a value that neither the taxonomy nor the catalog has, or targets make no sense.
pub(super) fn targets_and_pool(
    spec: &TargetSpec,
    filter: &Filter,
    max_uses: u32,
    strata: &[Stratum],
    spaces: &[Space],
    taxonomy: &Taxonomy,
) -> Result<(Targets, Pool)> {
    check_values(spec, filter, strata, spaces, taxonomy)?;
    let mut targets = filter.narrow(&Targets::new(spec, taxonomy)?, taxonomy);
    // Half generated is the default for those who have templates; without any generated prompt it yields.
    let has_generated = !spaces.is_empty() || holds_source(strata, Source::Generated, filter, max_uses, taxonomy);
    if spec.existing_weight.is_none() && !has_generated {
        targets.source = None;
    } else if targets.source.is_none() {
        // The filter leaves the source that the target gives no share: it is the only one there is.
        let existing = filter.admits(Axis::Source, Source::Existing.name());
        targets.source = Some(Shares::only(if existing { Source::Existing } else { Source::Generated }));
    }
    let pool = Pool::new(strata, &targets, filter, max_uses, taxonomy);
    let pool = pool.with_spaces(spaces, &targets, filter, taxonomy);
    Ok((targets, pool))
}

fn check_values(
    spec: &TargetSpec,
    filter: &Filter,
    strata: &[Stratum],
    spaces: &[Space],
    taxonomy: &Taxonomy,
) -> Result<()> {
    let weighed = [(Axis::Area, &spec.area), (Axis::Category, &spec.category), (Axis::Language, &spec.language)];
    let weighed = weighed.into_iter().filter_map(|(axis, spec)| match spec {
        Some(AxisSpec::Weights(weights)) => Some((axis, weights.keys())),
        _ => None,
    });
    for (axis, values) in weighed {
        values.into_iter().try_for_each(|value| check_value(axis, value, strata, spaces, taxonomy))?;
    }
    check_filter(filter, strata, spaces, taxonomy)
}

/// Refuses a filter that names a value that neither the taxonomy nor the catalog nor a template has.
pub(super) fn check_filter(filter: &Filter, strata: &[Stratum], spaces: &[Space], taxonomy: &Taxonomy) -> Result<()> {
    let mut named = filter.0.iter().flat_map(|(axis, values)| values.iter().map(move |value| (*axis, value)));
    named.try_for_each(|(axis, value)| check_value(axis, value, strata, spaces, taxonomy))
}

fn check_value(axis: Axis, value: &str, strata: &[Stratum], spaces: &[Space], taxonomy: &Taxonomy) -> Result<()> {
    let mut known: Vec<&str> = match axis {
        Axis::Area => taxonomy.areas().iter().map(|a| a.name.as_str()).chain([OTHER]).collect(),
        Axis::Category => taxonomy.areas().iter().flat_map(|a| &a.categories).map(String::as_str).collect(),
        Axis::Language => taxonomy.languages().iter().map(|l| l.name.as_str()).chain(["none"]).collect(),
        Axis::Source => Source::ALL.iter().map(|s| s.name()).collect(),
    };
    known.extend(strata.iter().map(|stratum| stratum.value(axis, taxonomy)));
    known.extend(spaces.iter().filter_map(|space| space.labels.value(axis)));
    if known.contains(&value) {
        return Ok(());
    }
    Err(Error::UnknownValue { axis, value: value.to_owned(), similar: similar(value, known) })
}
