//! Where prompts came from: import runs, their files, and what was rejected.

use std::collections::{BTreeMap, BTreeSet};

use super::usage::drawn_as;
use super::{ChartKind, Section, Value};
use crate::store::{Counts, FileRow, RejectRow, RunRow};

/// Lists import runs.
pub(super) fn runs(runs: &[RunRow]) -> Section {
    let rows = runs.iter().map(|run| {
        let times = [Some(run.started_at.clone()), run.finished_at.clone()].map(|t| t.map_or(Value::None, Value::Time));
        let [started, finished] = times;
        let end = [run.state.as_str().into(), started, finished, run.program.as_str().into()];
        [Value::Number(run.id), run.files.into()].into_iter().chain(counts(&run.counts)).chain(end).collect()
    });
    let columns = [
        "run",
        "files",
        "read",
        "added",
        "duplicates",
        "rejected",
        "conflicts",
        "state",
        "started",
        "finished",
        "program",
    ];
    drawn_as(Section::new(&columns, rows.collect()), ChartKind::Stacked, &[3, 4, 5], "records")
}

/// Adds up what import runs added, in the order in which they began; runs that added nothing are passed over.
pub(super) fn growth(runs: &[RunRow]) -> Section {
    let mut all = 0;
    let rows = runs.iter().filter(|run| run.counts.added > 0).map(|run| {
        all += run.counts.added;
        vec![Value::Number(run.id), Value::Time(run.started_at.clone()), run.counts.added.into(), all.into()]
    });
    let rows = rows.collect();
    let section = Section::new(&["run", "started", "added", "added so far"], rows);
    drawn_as(section, ChartKind::Line, &[3], "prompts added by import")
}

/// Lists the files of all import runs.
pub(super) fn files(files: &[FileRow]) -> Section {
    let rows = files.iter().map(|file| {
        let begin =
            [file.path.as_str().into(), Value::Number(file.run), file.format.as_str().into(), file.bytes.into()];
        begin.into_iter().chain(counts(&file.counts)).collect()
    });
    let columns = ["file", "run", "format", "bytes", "read", "added", "duplicates", "rejected", "conflicts"];
    Section::new(&columns, rows.collect())
}

/// Counts rejected records by reason, over all runs.
pub(super) fn rejects(rejects: &[RejectRow]) -> Section {
    let mut reasons: BTreeMap<&str, (u64, BTreeSet<&str>)> = BTreeMap::new();
    for reject in rejects {
        let (records, files) = reasons.entry(&reject.reason).or_default();
        *records += reject.records;
        files.insert(&reject.path);
    }
    let rows = reasons
        .into_iter()
        .map(|(reason, (records, files))| vec![reason.into(), records.into(), (files.len() as u64).into()]);
    drawn_as(Section::new(&["reason", "records", "files"], rows.collect()), ChartKind::Bars, &[1], "records")
}

/// Counts rejected records by file and reason.
pub(super) fn rejects_by_file(rejects: &[RejectRow]) -> Section {
    let rows = rejects.iter().map(|reject| {
        vec![
            reject.path.as_str().into(),
            Value::Number(reject.run),
            reject.reason.as_str().into(),
            reject.records.into(),
        ]
    });
    Section::new(&["file", "run", "reason", "records"], rows.collect())
}

fn counts(counts: &Counts) -> [Value; 5] {
    let Counts { read, added, duplicates, rejected, conflicts } = *counts;
    [read, added, duplicates, rejected, conflicts].map(Value::from)
}
