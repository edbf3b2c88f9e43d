//! One dataset that explains itself: what it holds, why, from where, and how to draw it again.

mod again;
mod answers;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use self::again::again;
use self::answers::answers;
use super::usage::drawn_as;
use super::{Chart, ChartKind, Section, Value};
use crate::domain::coverage::{ratio, rounded};
use crate::domain::prompt::Axis;
use crate::domain::taxonomy::Taxonomy;
use crate::error::Result;
use crate::report::{Kind, Origin};
use crate::store::{DatasetRow, OriginRow, Session};

/// Counts a section that is about one dataset.
pub(super) fn section(session: &Session<'_>, kind: &Kind, row: &DatasetRow, taxonomy: &Taxonomy) -> Result<Section> {
    Ok(match kind {
        Kind::Holdings { axis } => holdings(session, row, *axis)?,
        Kind::Shortfalls => shortfalls(row),
        Kind::Provenance { by: Origin::File } => provenance(&["file", "run"], session.dataset_files(row.id)?, row.size),
        Kind::Provenance { by: Origin::Template } => {
            provenance(&["template", "version"], session.dataset_templates(row.id)?, row.size)
        }
        Kind::Answers => answers(session, row, taxonomy)?,
        Kind::Overlap => overlap(session, row)?,
        Kind::Samples { count } => samples(session, row, *count)?,
        _ => facts(row),
    })
}

fn facts(row: &DatasetRow) -> Section {
    let mut rows: Vec<Vec<Value>> = vec![
        vec!["dataset".into(), row.name.as_str().into()],
        vec!["prompts".into(), row.size.into()],
        vec!["requested".into(), row.requested.into()],
        vec!["state".into(), row.state().name().into()],
        vec!["created".into(), Value::Time(row.created_at.clone())],
    ];
    rows.extend(row.released_at.clone().map(|at| vec!["released".into(), Value::Time(at)]));
    rows.extend(row.seed.map(|seed| vec!["seed".into(), Value::Number(seed)]));
    rows.extend(row.import_run.map(|run| vec!["recorded by import".into(), Value::Number(run.unsigned_abs())]));
    rows.push(vec!["program".into(), row.program.as_str().into()]);
    rows.push(vec!["rules of the draw".into(), Value::Number(row.draw_version.into())]);
    let options = again(row).unwrap_or_else(|| vec!["options".into(), Value::Text(row.options.clone())]);
    rows.push(options);
    Section::new(&["fact", "value"], rows)
}

/// Counts the prompts of a dataset by an axis, against the quotas and shares that it was drawn by.
fn holdings(session: &Session<'_>, row: &DatasetRow, axis: Axis) -> Result<Section> {
    let mut held: BTreeMap<String, (u64, Option<u64>)> = BTreeMap::new();
    let plan: Json = serde_json::from_str(&row.plan).unwrap_or_default();
    let planned = plan["axes"].as_array().into_iter().flatten().find(|planned| planned["axis"] == axis.name());
    for value in planned.and_then(|planned| planned["values"].as_array()).into_iter().flatten() {
        let quota = value["quota"].as_u64();
        held.entry(value["value"].as_str().unwrap_or_default().to_owned()).or_default().1 = quota;
    }
    for ([area, category, language], source, prompts) in session.dataset_axes(row.id)? {
        let value = match axis {
            Axis::Area => area,
            Axis::Category => category,
            Axis::Language => language,
            Axis::Source => source.name().to_owned(),
        };
        held.entry(value).or_default().0 += prompts;
    }
    let mut held: Vec<_> = held.into_iter().collect();
    held.sort_by_key(|(_, (prompts, quota))| std::cmp::Reverse((quota.unwrap_or(0), *prompts)));
    let has_target = planned.is_some();
    let rows = held.into_iter().map(|(value, (prompts, quota))| {
        let quota = quota.or(has_target.then_some(0));
        let share = ratio(prompts, row.size);
        let target = quota.map(|quota| ratio(quota, row.requested));
        vec![
            Value::Text(value),
            prompts.into(),
            quota.into(),
            Value::Share(share),
            target.map_or(Value::None, Value::Share),
            target.map_or(Value::None, |target| Value::Gap(rounded(share - target))),
        ]
    });
    let section = Section::new(&[axis.name(), "prompts", "quota", "share", "target", "gap"], rows.collect());
    let chart = Chart { mark: has_target.then_some(2), ..Chart::new(ChartKind::Bars, [1], "prompts") };
    Ok(Section { chart: Some(chart), ..section })
}

fn shortfalls(row: &DatasetRow) -> Section {
    let shortfalls: Json = serde_json::from_str(&row.shortfalls).unwrap_or_default();
    let rows = shortfalls.as_array().into_iter().flatten().map(|short| {
        let word = |name: &str| short[name].as_str().unwrap_or_default().to_owned();
        let count = |name: &str| short[name].as_u64().unwrap_or(0);
        let (quota, drawn) = (count("quota"), count("drawn"));
        vec![
            Value::Text(format!("{}={}", word("axis"), word("value"))),
            quota.into(),
            drawn.into(),
            quota.saturating_sub(drawn).into(),
        ]
    });
    Section::new(&["value", "quota", "drawn", "missing"], rows.collect())
}

fn provenance(columns: &[&str; 2], origins: Vec<OriginRow>, size: u64) -> Section {
    let mut origins = origins;
    origins.sort_by_key(|origin| std::cmp::Reverse(origin.prompts));
    let rows = origins.into_iter().map(|origin| {
        vec![origin.name.into(), origin.prompts.into(), Value::Share(ratio(origin.prompts, size)), origin.of.into()]
    });
    let [name, of] = *columns;
    drawn_as(Section::new(&[name, "prompts", "share", of], rows.collect()), ChartKind::Bars, &[1], "prompts")
}

fn overlap(session: &Session<'_>, row: &DatasetRow) -> Result<Section> {
    let overlaps = session.dataset_overlaps(row.id)?;
    let others = (session.datasets()?.len() - 1 - overlaps.len()) as u64;
    let rows = overlaps.into_iter().map(|other| {
        vec![
            other.name.into(),
            other.shared.into(),
            Value::Share(ratio(other.shared, row.size)),
            other.size.into(),
            if other.released { "released" } else { "active" }.into(),
        ]
    });
    let section = Section::new(&["dataset", "shared", "share of this", "prompts", "state"], rows.collect());
    let note = match others {
        0 => None,
        1 => Some("One other dataset shares no prompt with this one.".to_owned()),
        _ => Some(format!("{} other datasets share no prompt with this one.", super::grouped(others))),
    };
    Ok(Section { note, ..drawn_as(section, ChartKind::Bars, &[1], "prompts") })
}

/// Returns some prompts of a dataset, at ranks spread evenly over it.
fn samples(session: &Session<'_>, row: &DatasetRow, count: u64) -> Result<Section> {
    let count = count.min(row.size);
    let mut rows = Vec::new();
    for number in 0..count {
        let rank = (u128::from(number) * u128::from(row.size) / u128::from(count)) as u64;
        let Some(prompt) = session.delivered_at(row.id, rank)? else { continue };
        rows.push(vec![
            Value::Number(rank + 1),
            Value::Text(prompt.id.to_string()[..12].to_owned()),
            prompt.category.into(),
            prompt.language.into(),
            prompt.source.name().into(),
            Value::Block(prompt.prompt),
        ]);
    }
    Ok(Section::new(&["number", "id", "category", "language", "source", "prompt"], rows))
}
