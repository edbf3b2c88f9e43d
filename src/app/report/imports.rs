//! Where prompts came from: import runs, their files, and what was rejected.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::usage::drawn_as;
use super::{ChartKind, Section, Value};
use crate::store::{Counts, FileRow, RejectRow, RunRow};

/// The most folders that are told apart.
const MAX_FOLDERS: usize = 40;

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

/// Counts files by folder.
pub(super) fn folders(files: &[FileRow]) -> Section {
    let folders = shallow(files.iter().map(|file| folder_of(&file.path)).collect());
    let mut rows: BTreeMap<&Path, (u64, Counts)> = BTreeMap::new();
    for (file, folder) in files.iter().zip(folders) {
        let (number, sum) = rows.entry(folder).or_default();
        *number += 1;
        let Counts { read, added, duplicates, rejected, conflicts } = file.counts;
        sum.read += read;
        sum.added += added;
        sum.duplicates += duplicates;
        sum.rejected += rejected;
        sum.conflicts += conflicts;
    }
    let rows = rows.into_iter().map(|(folder, (number, sum))| {
        [folder.display().to_string().into(), number.into()].into_iter().chain(counts(&sum)).collect()
    });
    let columns = ["folder", "files", "read", "added", "duplicates", "rejected", "conflicts"];
    Section::new(&columns, rows.collect())
}

/// Returns the folder that a file is in, for a mere name the working directory.
fn folder_of(path: &str) -> &Path {
    Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Takes the deepest folders for those above them, until there are few enough to be read.
fn shallow(mut folders: Vec<&Path>) -> Vec<&Path> {
    let depth = |folder: &Path| folder.components().count();
    while folders.iter().collect::<BTreeSet<_>>().len() > MAX_FOLDERS {
        let deepest = folders.iter().map(|folder| depth(folder)).max().unwrap_or_default();
        if deepest <= 1 {
            break;
        }
        for folder in folders.iter_mut().filter(|folder| depth(folder) == deepest) {
            *folder = folder.parent().unwrap_or(folder);
        }
    }
    folders
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_folders_are_told_as_they_are() {
        let paths = ["a.txt", "x/a.txt", "x/y/b.txt", "-"];
        let folders: Vec<&Path> = paths.iter().map(|path| folder_of(path)).collect();
        assert_eq!(shallow(folders), [".", "x", "x/y", "."].map(Path::new));
    }

    #[test]
    fn the_deepest_of_many_folders_count_as_those_above() {
        let names: Vec<String> = (0..41).map(|number| format!("/d/{number:02}")).chain(["/e".to_owned()]).collect();
        let folders = |names: &[String]| -> BTreeSet<String> {
            shallow(names.iter().map(Path::new).collect()).iter().map(|folder| folder.display().to_string()).collect()
        };
        assert_eq!(folders(&names), ["/d", "/e"].map(str::to_owned).into());
        assert_eq!(folders(&names[1..]).len(), 2);
        assert_eq!(folders(&names[2..]), names[2..].iter().cloned().collect());
        let flat: Vec<String> = (0..50).map(|number| number.to_string()).collect();
        assert_eq!(folders(&flat).len(), 50);
    }
}
