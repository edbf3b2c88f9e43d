//! What the catalog holds against the target, and what that target can still be sampled.

use super::{Chart, ChartKind, Counted, Layer, Section, SectionDefinition, Value};
use crate::domain::coverage::{Measure, by_axis, matrix};
use crate::domain::prompt::Axis;
use crate::domain::runway::{Runway, runway};
use crate::domain::target::Shares;

impl Counted<'_> {
    fn shares(&self, axis: Axis) -> Option<&Shares> {
        self.targets.axes().find(|shares| shares.axis() == axis)
    }

    /// Counts prompts, and what templates can still add to them.
    pub(super) fn totals(&self) -> Section {
        let of = |measure: Measure| -> u64 {
            self.strata.iter().filter(|stratum| measure.counts(stratum)).map(|stratum| stratum.size).sum()
        };
        let rows = vec![
            vec!["prompts".into(), of(Measure::Total).into()],
            vec!["used".into(), of(Measure::Used).into()],
            vec!["unused".into(), of(Measure::Unused).into()],
            vec!["templates can add".into(), self.space.into()],
        ];
        let chart = Chart::new(ChartKind::Figures, [1], "prompts");
        Section { chart: Some(chart), ..Section::new(&["what", "number"], rows) }
    }

    pub(super) fn table(&self, axis: Axis, measure: Measure, chart: Option<ChartKind>) -> Section {
        let shares = self.shares(axis);
        let rows = by_axis(&self.strata, axis, measure, shares, self.taxonomy).into_iter().map(|row| {
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
        let chart = match chart {
            Some(kind @ ChartKind::Stacked) => Chart::new(kind, [2, 3], "prompts"),
            _ => {
                let unit = match measure {
                    Measure::Total => "share of prompts".to_owned(),
                    _ => format!("share of {} prompts", measure.name()),
                };
                Chart { mark: shares.map(|_| 5), ..Chart::new(ChartKind::Bars, [4], unit) }
            }
        };
        Section { chart: Some(chart), ..Section::new(&columns, rows.collect()) }
    }

    /// Counts prompts by two axes; of several measures each is a layer.
    pub(super) fn matrix(&self, of: &SectionDefinition, axes: [Axis; 2], measure: Measure, all: &[Measure]) -> Section {
        let [row_axis, column_axis] = axes;
        let cells = matrix(&self.strata, axes, measure, self.taxonomy);
        let values = |axis| {
            let rows = by_axis(&self.strata, axis, Measure::Total, self.shares(axis), self.taxonomy);
            rows.into_iter().map(|row| row.value)
        };
        let columns: Vec<String> = values(column_axis).collect();
        let rows = values(row_axis).map(|row| {
            let count = |column: &String| cells.get(&(row.clone(), column.clone())).copied().unwrap_or(0);
            let counts: Vec<Value> = columns.iter().map(|column| count(column).into()).collect();
            std::iter::once(Value::Text(row.clone())).chain(counts).collect()
        });
        // Without columns there is nothing to say of the rows.
        let rows = if columns.is_empty() { Vec::new() } else { rows.collect() };
        let names: Vec<&str> = std::iter::once(row_axis.name()).chain(columns.iter().map(String::as_str)).collect();
        let unit = match measure {
            Measure::Total => "prompts".to_owned(),
            _ => format!("{} prompts", measure.name()),
        };
        let drawn: Vec<usize> = (1..names.len()).collect();
        let across = Some(column_axis.name().to_owned());
        let chart = of.chart.map(|kind| Chart { across, ..Chart::new(kind, drawn, unit) });
        let (id, title, layer) = match all {
            [_] => (of.id.clone(), of.title.clone(), None),
            _ => {
                let layer = Layer { of: of.title.clone(), name: measure.name().to_owned() };
                (format!("{}_{}", of.id, measure.name()), format!("{}: {}", of.title, measure.name()), Some(layer))
            }
        };
        Section { id, title, note: of.note.clone(), chart, layer, ..Section::new(&names, rows) }
    }

    pub(super) fn never_drawn(&self) -> Section {
        let rows = self.pool.left_out.iter().map(|left_out| {
            let why = format!("its {} has no target share", left_out.axis);
            vec![
                Value::Text(format!("{}={}", left_out.axis, left_out.value)),
                left_out.prompts.into(),
                Value::Text(why),
            ]
        });
        Section::new(&["value", "unused", "why"], rows.collect())
    }

    pub(super) fn runway(&self, counts: &[u64]) -> Section {
        let rows = counts.iter().map(|&count| {
            let Runway { samples, ends_in, .. } = runway(count, &self.targets, &self.pool);
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
        let chart = Chart::new(ChartKind::Bars, [1], "samples");
        let columns = ["prompts", "samples", "ends in", "wanted", "left"];
        Section { chart: Some(chart), ..Section::new(&columns, rows.collect()) }
    }
}
