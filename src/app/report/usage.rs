//! What prompts were used for: the ledger, dataset by dataset and month by month.

use std::collections::BTreeMap;

use super::{Chart, ChartKind, Section, Value};
use crate::domain::coverage::ratio;
use crate::domain::pool::Stratum;
use crate::store::DatasetRow;

/// Counts prompts by the number of datasets, not released, that hold them.
pub(super) fn uses(strata: &[Stratum]) -> Section {
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    for stratum in strata.iter().filter(|stratum| stratum.size > 0) {
        *counts.entry(stratum.uses).or_default() += stratum.size;
    }
    let all = counts.values().sum();
    let rows = counts
        .into_iter()
        .map(|(uses, prompts)| vec![Value::Number(uses.into()), prompts.into(), Value::Share(ratio(prompts, all))]);
    let section = Section::new(&["times used", "prompts", "share"], rows.collect());
    drawn_as(section, ChartKind::Bars, &[1], "prompts")
}

/// Counts prompts by the dataset that they were drawn for, released or not.
pub(super) fn by_dataset(ledger: &[DatasetRow]) -> Section {
    let rows = ledger.iter().map(|row| {
        vec![row.name.as_str().into(), row.size.into(), row.state().name().into(), Value::Time(row.created_at.clone())]
    });
    let section = Section::new(&["dataset", "prompts", "state", "created"], rows.collect());
    drawn_as(section, ChartKind::Bars, &[1], "prompts")
}

/// Counts datasets and prompts by the month in which they were drawn; months between without any are there too.
pub(super) fn by_month(ledger: &[DatasetRow]) -> Section {
    let mut months: BTreeMap<String, [u64; 3]> = BTreeMap::new();
    for row in ledger {
        let [datasets, prompts, released] = months.entry(month(&row.created_at)).or_default();
        *datasets += 1;
        *prompts += row.size;
        *released += if row.released_at.is_some() { row.size } else { 0 };
    }
    if let (Some(first), Some(last)) = (months.keys().next().cloned(), months.keys().next_back().cloned()) {
        let mut next = first;
        while next < last {
            let Some(after) = month_after(&next) else { break };
            months.entry(after.clone()).or_default();
            next = after;
        }
    }
    let rows = months.into_iter().map(|(month, [datasets, prompts, released])| {
        vec![Value::Text(month), datasets.into(), prompts.into(), released.into()]
    });
    let section = Section::new(&["month", "datasets", "prompts", "of them released"], rows.collect());
    drawn_as(section, ChartKind::Columns, &[2], "prompts")
}

/// Lists every dataset.
pub(super) fn datasets(ledger: &[DatasetRow]) -> Section {
    let rows = ledger.iter().map(|row| {
        vec![
            row.name.as_str().into(),
            row.size.into(),
            row.requested.into(),
            short(&row.shortfalls).into(),
            row.state().name().into(),
            row.seed.map_or(Value::None, Value::Number),
            Value::Time(row.created_at.clone()),
            row.released_at.clone().map_or(Value::None, Value::Time),
        ]
    });
    let columns = ["dataset", "prompts", "requested", "shortfall", "state", "seed", "created", "released"];
    Section::new(&columns, rows.collect())
}

/// Returns how many prompts the values of a dataset fell short of their quotas by, on the axis where that is most.
fn short(shortfalls: &str) -> u64 {
    let shortfalls: serde_json::Value = serde_json::from_str(shortfalls).unwrap_or_default();
    let mut axes: BTreeMap<&str, u64> = BTreeMap::new();
    for short in shortfalls.as_array().into_iter().flatten() {
        let count = |name: &str| short[name].as_u64().unwrap_or(0);
        *axes.entry(short["axis"].as_str().unwrap_or_default()).or_default() +=
            count("quota").saturating_sub(count("drawn"));
    }
    axes.into_values().max().unwrap_or(0)
}

fn month(time: &str) -> String {
    time.get(..7).unwrap_or(time).to_owned()
}

fn month_after(month: &str) -> Option<String> {
    let (year, number) = month.split_once('-')?;
    let (year, number): (u32, u32) = (year.parse().ok()?, number.parse().ok()?);
    Some(match number {
        1..12 => format!("{year:04}-{:02}", number + 1),
        _ => format!("{:04}-01", year + 1),
    })
}

pub(super) fn drawn_as(section: Section, kind: ChartKind, values: &[usize], unit: &str) -> Section {
    Section { chart: Some(Chart::new(kind, values, unit)), ..section }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, size: u64, created_at: &str, released: bool) -> DatasetRow {
        DatasetRow {
            id: 1,
            name: name.parse().expect("a name"),
            seed: None,
            import_run: None,
            requested: size,
            size,
            options: "{}".to_owned(),
            targets: "{}".to_owned(),
            plan: "{}".to_owned(),
            shortfalls: "[]".to_owned(),
            program: "0.1.0".to_owned(),
            draw_version: 1,
            created_at: created_at.to_owned(),
            released_at: released.then(|| created_at.to_owned()),
        }
    }

    #[test]
    fn months_without_datasets_are_counted_as_nothing() {
        let ledger = [
            row("a", 5, "2025-11-02T00:00:00Z", false),
            row("b", 3, "2026-02-01T00:00:00Z", true),
            row("c", 4, "2026-02-28T23:59:59Z", false),
        ];
        let line = |month: &str, counts: [u64; 3]| {
            std::iter::once(Value::from(month)).chain(counts.map(Value::from)).collect::<Vec<_>>()
        };
        assert_eq!(
            by_month(&ledger).rows,
            [
                line("2025-11", [1, 5, 0]),
                line("2025-12", [0, 0, 0]),
                line("2026-01", [0, 0, 0]),
                line("2026-02", [2, 7, 3]),
            ]
        );
    }

    #[test]
    fn a_shortfall_is_that_of_the_axis_that_lacks_most() {
        let shortfalls = r#"[{"axis":"area","value":"a","quota":5,"drawn":3},{"axis":"area","value":"b","quota":5,"drawn":4},
            {"axis":"language","value":"x","quota":2,"drawn":1}]"#;
        assert_eq!((short(shortfalls), short("[]"), short("null"), short("")), (3, 0, 0, 0));
    }
}
