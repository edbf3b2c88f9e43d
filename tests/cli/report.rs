//! `catalog report`.

use insta::assert_snapshot;

use crate::common::{Folder, prompts};

fn covered() -> Folder {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(5));
    folder.write(
        "b.jsonl",
        "{\"prompt\": \"p\", \"category\": \"poetry\", \"language\": \"kotlin\"}\n{\"prompt\": \"q\"}\n",
    );
    folder.ok(&["import", "a.jsonl", "b.jsonl"]);
    folder.ok(&["sample", "-n", "7", "--seed", "3", "--no-generate", "--quiet"]);
    folder
}

#[test]
fn coverage_counts_every_value_against_its_target() {
    assert_snapshot!(covered().run(&["report", "coverage"]).shown(), @"
    Coverage

    In all
      prompts                     62
      used                         7
      unused                      55
      templates can add  120,171,936

    By area
      area             total  used  unused   share  target    gap
      code_generation     15     3      12  24.2 %  25.0 %   -0.8  ████████████████│
      debugging           15     2      13  24.2 %  20.0 %   +4.2  ██████████████│█▌
      tool_usage           0     0       0   0.0 %  15.0 %  -15.0            │
      multi_step          15     1      14  24.2 %  10.0 %  +14.2  ███████│████████▌
      testing              0     0       0   0.0 %  10.0 %  -10.0         │
      documentation        0     0       0   0.0 %   5.0 %   -5.0     │
      explanation         15     1      14  24.2 %   5.0 %  +19.2  ███│████████████▌
      optimization         0     0       0   0.0 %   5.0 %   -5.0     │
      real_world           0     0       0   0.0 %   5.0 %   -5.0     │
      other                2     0       2   3.2 %   0.0 %   +3.2  │█▎

    By category
      category     total  used  unused   share
      algorithm       15     3      12  24.2 %  ████████████████████████████████████
      bug_fix         15     2      13  24.2 %  ████████████████████████████████████
      explanation     15     1      14  24.2 %  ████████████████████████████████████
      none             1     0       1   1.6 %  ██▍
      poetry           1     0       1   1.6 %  ██▍
      refactoring     15     1      14  24.2 %  ████████████████████████████████████

    By language
      language    total  used  unused   share  target    gap
      python         20     4      16  32.3 %  35.0 %   -2.7  ████████████████████▎│
      javascript      0     0       0   0.0 %  25.0 %  -25.0                  │
      typescript      0     0       0   0.0 %  15.0 %  -15.0           │
      java            0     0       0   0.0 %  10.0 %  -10.0        │
      cpp             0     0       0   0.0 %   5.0 %   -5.0     │
      go             20     2      18  32.3 %   5.0 %  +27.3  ███│████████████████▎
      rust           20     1      19  32.3 %   5.0 %  +27.3  ███│████████████████▎
      kotlin          1     0       1   1.6 %   0.0 %   +1.6  │
      none            1     0       1   1.6 %   0.0 %   +1.6  │

    By source
      source     total  used  unused    share  target    gap
      existing      62     7      55  100.0 %  50.0 %  +50.0  ███████████│██████████
      generated      0     0       0    0.0 %  50.0 %  -50.0             │

    By area and language: unused
      area            python  javascript  typescript
      code_generation      4█          0           0
      debugging            4█          0           0
      tool_usage           0           0           0
      multi_step           4█          0           0
      testing              0           0           0
      documentation        0           0           0
      explanation          4█          0           0
      optimization         0           0           0
      real_world           0           0           0
      other                0           0           0

      area            java  cpp  go  rust  kotlin  none
      code_generation    0    0   4█    4█      0     0
      debugging          0    0   4█    5█      0     0
      tool_usage         0    0   0     0       0     0
      multi_step         0    0   5█    5█      0     0
      testing            0    0   0     0       0     0
      documentation      0    0   0     0       0     0
      explanation        0    0   5█    5█      0     0
      optimization       0    0   0     0       0     0
      real_world         0    0   0     0       0     0
      other              0    0   0     0       1░    1░
      ░ 1, ▒ 2, ▓ 3, █ 4–5
      Other formats count these too: total, used.

    Never drawn under this target
      value       unused  why
      area=other       2  its area has no target share

    Samples left before the first shortfall
      prompts  samples  ends in                                  wanted  left
          100        0  code_generation × javascript × existing       4     0
        1,000        0  code_generation × python × existing          44     4
    --- stderr
    --- exit code 0
    ");
}

#[test]
fn coverage_in_other_formats_says_the_same() {
    let folder = covered();
    let json = folder.json(&["report", "coverage", "--json"]);
    let python = &json["sections"]["language"][0];
    assert_eq!((&python["language"], &python["total"], &python["used"]), (&"python".into(), &20.into(), &4.into()));
    let csv = folder.ok(&["report", "coverage", "--format", "csv"]);
    assert!(csv.contains("\nlanguage,python,used,4\n"), "{csv}");
    let markdown = folder.ok(&["report", "coverage", "--format", "markdown"]);
    assert!(markdown.contains("| python | 20 | 4 | 16 |"), "{markdown}");
}

/// Two imports and three datasets, of which one is released; the last one falls short.
fn used() -> Folder {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(5) + "{\"prompt\": 5}\n{}\n");
    folder.write("b.jsonl", prompts(6));
    folder.ok(&["import", "a.jsonl", "--quiet"]);
    folder.ok(&["import", "b.jsonl", "--quiet"]);
    let any = ["--area", "any", "--language", "any", "--no-generate", "--quiet"];
    for (name, seed) in [("first", "1"), ("second", "2")] {
        folder.ok(&[&["sample", "-n", "6", "--dataset", name, "--seed", seed], &any[..]].concat());
    }
    folder.ok(&["dataset", "release", "first", "--yes"]);
    folder.ok(&["backup", "before.db", "--quiet"]);
    let target = ["--area", "debugging=2,testing=1", "--language", "any", "--max-uses", "2", "--quiet"];
    folder.ok(&[&["sample", "-n", "30", "--dataset", "third", "--seed", "3", "--no-generate"], &target[..]].concat());
    folder
}

#[test]
fn usage_counts_prompts_by_times_used_by_dataset_and_by_month() {
    assert_snapshot!(used().run(&["report", "usage"]).shown(), @"
    Usage

    Prompts by times used
      Datasets that are released do not count.
      times used  prompts   share
               0       50  69.4 %  ████████████████████████████████████████
               1       20  27.8 %  ████████████████
               2        2   2.8 %  █▋

    Prompts by dataset
      dataset  prompts  state     created
      first          6  released  2025-11-22 08:26  ██████████▋
      second         6  active    2025-11-22 08:26  ██████████▋
      third         18  active    2025-11-22 08:26  ████████████████████████████████

    Prompts drawn by month
      month    datasets  prompts  of them released
      2025-11         3       30                 6  ████████████████████████████████
    --- stderr
    --- exit code 0
    ");
}

#[test]
fn datasets_lists_them_all() {
    assert_snapshot!(used().run(&["report", "datasets"]).shown(), @"
    Datasets

    All datasets
      The shortfall is how many prompts are missing from quotas, on the axis where
      most are.
      dataset  prompts  requested  shortfall  state
      first          6          6          0  released
      second         6          6          0  active
      third         18         30         12  active

      dataset  seed  created           released
      first       1  2025-11-22 08:26  2025-11-22 08:26
      second      2  2025-11-22 08:26
      third       3  2025-11-22 08:26
    --- stderr
    --- exit code 0
    ");
}

#[test]
fn imports_lists_runs_files_and_rejects() {
    assert_snapshot!(used().run(&["report", "imports", "--details"]).shown(), @"
    Imports

    Import runs
      run  files  read  added  duplicates  rejected  conflicts
        1      1    62     60           0         2          0
        2      1    72     12          60         0          0

      run  state  started           finished          program
        1  done   2025-11-22 08:26  2025-11-22 08:26  0.1.0
        2  done   2025-11-22 08:26  2025-11-22 08:26  0.1.0

    Files by folder
      `--details` lists every file, and where each rejected record was.
      folder  files  read  added  duplicates  rejected  conflicts
      .           2   134     72          60         2          0

    Files
      file     run  format  bytes  read  added  duplicates  rejected  conflicts
      a.jsonl    1  jsonl   4,997    62     60           0         2          0
      b.jsonl    2  jsonl   5,976    72     12          60         0          0

    Rejected records by reason
      reason           records  files
      no_prompt_field        1      1  ████████████████████████████████████████
      prompt_not_text        1      1  ████████████████████████████████████████

    Rejected records by file
      file     run  reason           records
      a.jsonl    1  no_prompt_field        1
      a.jsonl    1  prompt_not_text        1
    --- stderr
    --- exit code 0
    ");
}

#[test]
fn runway_tells_of_the_sizes_and_targets_asked_for() {
    let folder = used();
    let args = ["report", "runway", "--counts", "5,20", "--area", "debugging=1,multi_step=1", "--language", "any"];
    assert_snapshot!(folder.run(&args).shown(), @"
    Runway

    Samples left before the first shortfall
      prompts  samples  ends in               wanted  left
            5        0  debugging × existing       2     0
           20        1  debugging × existing       5     0  ████████████████████████

    Never drawn under this target
      value                 unused  why
      area=code_generation      18  its area has no target share
      area=explanation          16  its area has no target share
    --- stderr
    --- exit code 0
    ");
}

#[test]
fn dataset_explains_itself() {
    assert_snapshot!(used().run(&["report", "dataset", "third"]).shown(), @"
    Dataset third

    What is recorded
      fact               value
      dataset            third
      prompts            18
      requested          30
      state              active
      created            2025-11-22 08:26
      seed               3
      program            0.1.0
      rules of the draw  1
      again              catalog sample --count 30 --seed 3 --…

    By area
      area       prompts  quota    share  target    gap
      debugging       18     20  100.0 %  66.7 %  +33.3  ████████████████████████▎ │
      testing          0     10    0.0 %  33.3 %  -33.3                │

    By category
      category  prompts    share
      bug_fix        18  100.0 %  ████████████████████████████████████████

    By language
      language  prompts   share
      go              6  33.3 %  ████████████████████████████████████████
      python          6  33.3 %  ████████████████████████████████████████
      rust            6  33.3 %  ████████████████████████████████████████

    By source
      source    prompts    share
      existing       18  100.0 %  ████████████████████████████████████████

    Shortfalls
      value           quota  drawn  missing
      area=debugging     20     18        2
      area=testing       10      0       10

    By import file
      file     prompts   share  run
      a.jsonl       15  83.3 %  1    ████████████████████████████████████████
      b.jsonl        3  16.7 %  2    ████████

    By template
      nothing

    Answers
      It was put to no teacher.
      nothing

    Prompts shared with other datasets
      dataset  shared  share of this  prompts  state
      first         1          5.6 %        6  released  █████████████▌
      second        2         11.1 %        6  active    ███████████████████████████

    Twenty of its prompts
      They are spread evenly over the order of the draw.
      1  6c0274a6d1f1  bug_fix  go  existing
        │ bug_fix number 5 for go
      2  31e451e32914  bug_fix  python  existing
        │ bug_fix number 5 for python
      3  73c6f6cb95c6  bug_fix  python  existing
        │ bug_fix number 2 for python
      4  9d2f0bc1a95c  bug_fix  rust  existing
        │ bug_fix number 4 for rust
      5  3778e265be68  bug_fix  go  existing
        │ bug_fix number 0 for go
      6  435c017db349  bug_fix  rust  existing
        │ bug_fix number 5 for rust
      7  9f0bb0ca0651  bug_fix  python  existing
        │ bug_fix number 4 for python
      8  fac3d90e3616  bug_fix  go  existing
        │ bug_fix number 3 for go
      9  c1d67a68ff0e  bug_fix  python  existing
        │ bug_fix number 3 for python
      10  d0cf410fa864  bug_fix  go  existing
        │ bug_fix number 2 for go
      11  c4ca8783793e  bug_fix  python  existing
        │ bug_fix number 0 for python
      12  428ab341362e  bug_fix  rust  existing
        │ bug_fix number 2 for rust
      13  6c5d9e48b4d6  bug_fix  go  existing
        │ bug_fix number 4 for go
      14  7e0759842e04  bug_fix  rust  existing
        │ bug_fix number 3 for rust
      15  f30fa37e1dc5  bug_fix  rust  existing
        │ bug_fix number 1 for rust
      16  cb995c95871d  bug_fix  python  existing
        │ bug_fix number 1 for python
      17  b97c875e404a  bug_fix  go  existing
        │ bug_fix number 1 for go
      18  d5e14a517bc6  bug_fix  rust  existing
        │ bug_fix number 0 for rust
    --- stderr
    --- exit code 0
    ");
}

#[test]
fn the_command_that_a_dataset_names_draws_it_again() {
    let folder = used();
    let report = folder.json(&["report", "dataset", "third", "--json"]);
    let facts = report["sections"]["facts"].as_array().expect("facts");
    let again = facts.iter().find(|fact| fact["fact"] == "again").expect("a command")["value"].clone();
    let drawn = folder.ok(&["dataset", "export", "third"]);
    let words: Vec<&str> = again.as_str().expect("text").split(' ').skip(1).collect();
    let repeated = folder.ok(&[&words[..], &["--quiet", "--db", "before.db"]].concat());
    assert_eq!(repeated, drawn);
}

#[test]
fn a_report_that_is_not_there_or_lacks_its_dataset_says_what_to_type() {
    let folder = used();
    assert_snapshot!(folder.run(&["report", "covrage"]).shown(), @"
    --- stderr
    error: there is no report named covrage
    hint: did you mean `coverage`?
    --- exit code 2
    ");
    assert_snapshot!(folder.run(&["report", "x"]).shown(), @"
    --- stderr
    error: there is no report named x
    hint: there are coverage, dataset, datasets, imports, runway, usage
    --- exit code 2
    ");
    assert_snapshot!(folder.run(&["report", "dataset"]).shown(), @"
    --- stderr
    error: the report dataset is about one dataset, and none is named
    hint: `catalog report dataset NAME`; `catalog dataset list` names them all
    --- exit code 2
    ");
    assert_snapshot!(folder.run(&["report", "usage", "third"]).shown(), @"
    --- stderr
    error: the report usage is not about one dataset, and third is named
    hint: `catalog report usage`
    --- exit code 2
    ");
    assert_snapshot!(folder.run(&["report", "dataset", "thrid"]).shown(), @"
    --- stderr
    error: there is no dataset named thrid
    hint: did you mean `third`?
    --- exit code 1
    ");
    assert_snapshot!(folder.run(&["report"]).shown(), @"
      report    what it tells
      coverage  What the catalog holds against the target, and how long it lasts
      dataset   One dataset: what it holds against its target, from where, and how to draw it again
      datasets  Every dataset: size, shortfall, state, seed and dates
      imports   Every import run: files, what was added, and rejects by reason
      runway    How many more samples the pool can fill
      usage     Prompts by times used, by dataset and by month
    --- stderr
    --- exit code 0
    ");
}

#[test]
fn every_report_is_a_page_that_stands_alone() {
    let folder = used();
    for args in [&["coverage"][..], &["usage"], &["datasets"], &["imports"], &["runway"], &["dataset", "third"]] {
        let page = folder.ok(&[&["report"], args, &["--format", "html"]].concat());
        assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">\n"), "{args:?}");
        assert!(page.contains("content=\"default-src &#39;none&#39;; style-src &#39;sha256-"), "{args:?}");
        assert!(!page.contains("<script") && page.len() < 300 << 10, "{args:?}: {} bytes", page.len());
        assert_eq!(page, folder.ok(&[&["report"], args, &["--format", "html"]].concat()));
    }
}

#[test]
fn details_are_counted_when_asked_for_and_in_json_and_html() {
    let folder = used();
    let details = ["source_mix", "characters", "tokens", "growth"];
    let json = folder.json(&["report", "coverage", "--json"]);
    let csv = [
        folder.ok(&["report", "coverage", "--format", "csv"]),
        folder.ok(&["report", "coverage", "--format", "csv", "--details"]),
    ];
    for id in details {
        assert!(json["sections"][id].is_array(), "{id}");
        assert_eq!(csv.each_ref().map(|csv| csv.contains(&format!("\n{id},"))), [false, true], "{id}");
    }
    assert_eq!(
        json["sections"]["characters"],
        serde_json::json!([
            { "characters": 20, "to": 49, "prompts": 72, "share": 1.0 },
        ])
    );
    let brief = folder.json(&["report", "coverage", "--json", "--no-details"]);
    assert!(details.iter().all(|id| brief["sections"][id].is_null()) && brief["sections"]["area"].is_array());
    let note = json["notes"]["tokens"].as_str().expect("a note");
    assert!(note.ends_with("A token is taken to be 4 bytes of UTF-8, rounded up."), "{note}");
}

#[test]
fn a_table_fits_its_terminal_and_its_locale() {
    let folder = covered();
    let table = |variables: &[(&str, &str)], args: &[&str]| {
        let mut command = folder.command(&[&["report", "coverage", "--details"], args].concat());
        String::from_utf8(command.envs(variables.iter().copied()).output().expect("it runs").stdout).expect("UTF-8")
    };
    let widest = |table: &str| table.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    assert_eq!(widest(&table(&[], &[])), 80);
    assert!(widest(&table(&[("COLUMNS", "50")], &[])) <= 50);
    assert!(widest(&table(&[("COLUMNS", "120")], &[])) > 80);
    for locale in [("LC_ALL", "C"), ("LANG", "de_DE.ISO-8859-1"), ("LC_CTYPE", "POSIX")] {
        assert!(table(&[locale], &[]).is_ascii(), "{locale:?}");
    }
    for locale in [("LC_ALL", "C.UTF-8"), ("LANG", "de_DE.utf8"), ("LANG", "")] {
        assert!(table(&[locale], &[]).contains('█'), "{locale:?}");
        assert!(table(&[locale], &["--ascii"]).is_ascii(), "{locale:?}");
    }
    assert!(table(&[], &["--color", "always"]).contains("\u{1b}[1mCoverage\u{1b}[0m"));
    assert!(!table(&[], &["--color", "auto"]).contains('\u{1b}'));
}

#[test]
fn a_filter_and_a_target_of_ones_own_limit_what_is_counted() {
    let folder = used();
    let args = ["report", "coverage", "--json", "--only-language", "go", "--area", "debugging=1"];
    let json = folder.json(&args);
    let values = |section: &str, column: &str| -> Vec<String> {
        let rows = json["sections"][section].as_array().expect("a section");
        rows.iter().map(|row| row[column].as_str().expect("text").to_owned()).collect()
    };
    assert_eq!(values("language", "language"), ["go"]);
    assert_eq!(values("area", "area"), ["debugging", "code_generation", "explanation", "multi_step"]);
    assert_eq!(json["sections"]["totals"][0], serde_json::json!({ "what": "prompts", "number": 24 }));
    assert_eq!(json["sections"]["characters"][0]["prompts"], 24);
    assert_eq!(json["notes"]["growth"], "The filter does not reach this.");
}

/// `script` (util-linux) gives the program a terminal; its options are others elsewhere.
#[cfg(target_os = "linux")]
#[test]
fn colour_is_for_a_terminal_that_wants_it() {
    let folder = covered();
    let on_terminal = |variables: &[(&str, &str)]| {
        let catalog = env!("CARGO_BIN_EXE_catalog");
        let mut command = std::process::Command::new("script");
        command.args(["-qec", &format!("stty rows 24 cols 60 && '{catalog}' report coverage"), "/dev/null"]);
        command.current_dir(folder.path("")).env_clear().env("PATH", "/usr/bin:/bin").envs(variables.iter().copied());
        command
            .stdin(std::process::Stdio::null())
            .output()
            .ok()
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let Some(shown) = on_terminal(&[]) else { return };
    assert!(shown.starts_with("\u{1b}[1mCoverage\u{1b}[0m\r\n") && shown.contains("\u{1b}[36m█"), "{shown}");
    let plain = on_terminal(&[("NO_COLOR", "1")]).expect("the same as before");
    assert!(plain.starts_with("Coverage\r\n") && !plain.contains('\u{1b}'), "{plain}");
    assert!(plain.lines().all(|line| line.chars().count() <= 60), "{plain}");
    assert!(!on_terminal(&[("TERM", "dumb")]).expect("the same as before").contains('\u{1b}'));
}
