//! `catalog sample`.

use insta::assert_snapshot;

use crate::common::{Folder, prompts};

/// A catalog of 120 prompts that a target over two areas and two languages can be met from.
fn filled() -> Folder {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(10));
    folder.ok(&["import", "a.jsonl"]);
    folder
}

const TARGET: [&str; 5] = ["--area", "debugging=3,explanation=1", "--language", "python=1,rust=1", "--no-generate"];

#[test]
fn without_a_file_stdout_is_the_prompts_and_stderr_the_summary() {
    let folder = filled();
    assert_snapshot!(folder.run(&[&["sample", "-n", "4", "--seed", "7"], &TARGET[..]].concat()).shown(), @r#"
    {"id":"d5e14a517bc61855aadfd903d4e46a263159612c3824d597ded0a87d108d6c10","prompt":"bug_fix number 0 for rust","category":"bug_fix","area":"debugging","language":"rust","source":"existing"}
    {"id":"435c017db34923309e43661de01c2e22dba25451c91af4fc9d558e51f4f475c5","prompt":"bug_fix number 5 for rust","category":"bug_fix","area":"debugging","language":"rust","source":"existing"}
    {"id":"cb995c95871daa7c95346a04169777521b7f10d09ef48a1e49c3a199358a544c","prompt":"bug_fix number 1 for python","category":"bug_fix","area":"debugging","language":"python","source":"existing"}
    {"id":"25f31f3f36742fc92579cddd82db2ddc440f01e93d18e766d4f8719e3de1b606","prompt":"explanation number 5 for python","category":"explanation","area":"explanation","language":"python","source":"existing"}
    --- stderr
    sample-1: 4 of 4 prompts, seed 7
      area         quota  drawn
      debugging        3      3
      explanation      1      1
      language  quota  drawn
      python        2      2
      rust          2      2
    note: 80 prompts have no target share and stay out: area=code_generation 30, area=multi_step 30, language=go 20
    --- exit code 0
    "#);
}

#[test]
fn with_a_file_stdout_is_the_summary() {
    let folder = filled();
    let args = [&["sample", "-n", "8", "--seed", "7", "--output", "out.csv"], &TARGET[..]].concat();
    assert_snapshot!(folder.run(&args).shown(), @"
    sample-1: 8 of 8 prompts, seed 7
      area         quota  drawn
      debugging        6      6
      explanation      2      2
      language  quota  drawn
      python        4      4
      rust          4      4
    --- stderr
    note: 80 prompts have no target share and stay out: area=code_generation 30, area=multi_step 30, language=go 20
    --- exit code 0
    ");
    assert_snapshot!(folder.read("out.csv").lines().take(2).collect::<Vec<_>>().join("\n"), @"
    id,prompt,category,area,language,source
    8c666d54b84ba2147c8286ae90fbd2a0e9fc68f16be38175c25056085637d47d,bug_fix number 7 for rust,bug_fix,debugging,rust,existing
    ");
    assert_snapshot!(folder.run(&args).shown(), @"
    --- stderr
    error: out.csv exists already
    hint: name another file, or add `--force` where the command has it
    --- exit code 1
    ");
}

#[test]
fn json_has_the_promised_fields() {
    let folder = filled();
    let outcome =
        folder.json(&[&["sample", "-n", "4", "--seed", "7", "--json", "--dataset", "d"], &TARGET[..]].concat());
    assert_eq!(outcome["dataset"], "d");
    assert_eq!((&outcome["seed"], &outcome["requested"], &outcome["drawn"]), (&7.into(), &4.into(), &4.into()));
    assert_eq!(outcome["axes"]["area"]["debugging"], serde_json::json!({ "quota": 3, "drawn": 3 }));
    assert_eq!(outcome["shortfalls"], serde_json::json!([]));
    assert_eq!(outcome["prompts"].as_array().map(Vec::len), Some(4));
}

#[test]
fn a_dry_run_shows_the_plan_and_records_nothing() {
    let folder = filled();
    assert_snapshot!(folder.run(&[&["sample", "-n", "6", "--seed", "7", "--dry-run"], &TARGET[..]].concat()).shown(), @"
    dry run: 6 of 6 prompts, seed 7
      area         quota  drawn
      debugging        5      5
      explanation      1      1
      language  quota  drawn
      python        3      3
      rust          3      3
      cell                      available  drawn
      debugging    python  any         10      2
      debugging    rust    any         10      3
      explanation  python  any         10      1
    --- stderr
    note: 80 prompts have no target share and stay out: area=code_generation 30, area=multi_step 30, language=go 20
    --- exit code 0
    ");
    assert_eq!(folder.ok(&["dataset", "list", "--json"]), "[]\n");
}

#[test]
fn shortfalls_are_warned_of_and_strict_refuses_them() {
    let folder = filled();
    let target = ["--area", "debugging=1,testing=1", "--language", "any", "--no-generate"];
    assert_snapshot!(folder.run(&[&["sample", "-n", "4", "--strict"], &target[..]].concat()).shown(), @"
    --- stderr
    error: the pool cannot meet the targets
    caused by: area=testing has a quota of 2, and 0 prompts can be drawn
    hint: import more with `catalog import PATH`, or leave out `--strict` for the best that can be had
    --- exit code 3
    ");
    assert_eq!(folder.ok(&["dataset", "list", "--json"]), "[]\n");
    let args = [&["sample", "-n", "4", "--seed", "1", "--output", "a.jsonl.out"], &target[..]].concat();
    assert_snapshot!(folder.run(&args).shown(), @"
    sample-1: 4 of 4 prompts, seed 1
      area       quota  drawn
      debugging      2      4  +2
      testing        2      0  -2
    --- stderr
    warning: area=testing has a quota of 2, and 0 were drawn
    note: 90 prompts have no target share and stay out: area=code_generation 30, area=explanation 30, area=multi_step 30
    --- exit code 0
    ");
}

#[test]
fn an_empty_pool_is_a_plain_message() {
    let folder = filled();
    folder.ok(&[
        "sample",
        "-n",
        "1000",
        "--area",
        "any",
        "--language",
        "any",
        "--no-generate",
        "--quiet",
        "--seed",
        "1",
    ]);
    assert_snapshot!(folder.run(&["sample", "-n", "1", "--no-generate"]).shown(), @"
    --- stderr
    error: nothing can be drawn: every prompt has been used as often as it may be
    hint: `catalog import PATH` brings prompts in; `catalog report coverage` shows what there is
    --- exit code 1
    ");
}

#[test]
fn strict_on_an_empty_pool_is_strict() {
    let folder = filled();
    let run = folder.run(&["sample", "-n", "2", "--only-source", "generated", "--no-generate", "--strict"]);
    assert_eq!(run.code(), 3, "{}", run.shown());
}

#[test]
fn a_name_that_exists_is_an_error_and_nothing_is_drawn() {
    let folder = filled();
    folder.ok(&["sample", "-n", "1", "--dataset", "mine", "--seed", "1", "--quiet"]);
    assert_snapshot!(folder.run(&["sample", "-n", "1", "--dataset", "mine", "--seed", "1"]).shown(), @"
    --- stderr
    error: a dataset named mine exists already
    hint: choose another name; `catalog sample` without `--dataset` makes one up
    --- exit code 1
    ");
    assert_eq!(folder.json(&["dataset", "list", "--json"]).as_array().map(Vec::len), Some(1));
}

#[test]
fn a_value_that_nobody_knows_is_named_with_the_one_it_is_like() {
    assert_snapshot!(filled().run(&["sample", "-n", "1", "--language", "pyhton=1"]).shown(), @"
    --- stderr
    error: language `pyhton` is neither in the taxonomy nor in the catalog
    hint: did you mean `python`?
    --- exit code 2
    ");
}

#[test]
fn filters_narrow_the_pool_and_the_targets() {
    let folder = filled();
    let outcome = folder.json(&[
        "sample",
        "-n",
        "5",
        "--only-language",
        "rust",
        "--only-category",
        "bug_fix,refactoring",
        "--no-generate",
        "--json",
    ]);
    assert_eq!(outcome["axes"]["language"], serde_json::json!({ "rust": { "quota": 5, "drawn": 5 } }));
    assert_eq!(outcome["axes"]["area"]["debugging"], serde_json::json!({ "quota": 3, "drawn": 3 }));
    assert_eq!(outcome["axes"]["area"].as_object().map(serde_json::Map::len), Some(2));
}

#[test]
fn a_targets_file_is_read_and_flags_go_over_it() {
    let folder = filled();
    folder.write("t.toml", "existing_weight = 1.0\n[language]\npython = 1\n[area]\nexplanation = 1\n");
    let outcome =
        folder.json(&["sample", "-n", "3", "--targets", "t.toml", "--language", "golang=1", "--no-generate", "--json"]);
    assert_eq!(outcome["axes"]["language"], serde_json::json!({ "go": { "quota": 3, "drawn": 3 } }));
    assert_eq!(outcome["axes"]["source"]["existing"], serde_json::json!({ "quota": 3, "drawn": 3 }));
    folder.write("t.toml", "[langauge]\npython = 1\n");
    let run = folder.run(&["sample", "-n", "3", "--targets", "t.toml"]);
    assert_eq!(run.code(), 1);
    assert!(run.stderr().contains("unknown field `langauge`"), "{}", run.stderr());
}

#[test]
fn an_output_that_cannot_be_written_draws_nothing() {
    let folder = filled();
    assert_eq!(folder.run(&["sample", "-n", "1", "--output", "no/such/folder.jsonl"]).code(), 1);
    if std::path::Path::new("/dev/full").exists() {
        let run = folder.run(&["sample", "-n", "1", "--output", "/dev/full"]);
        assert_eq!(run.code(), 1, "{}", run.shown());
        assert!(run.stderr().contains("is full"), "{}", run.stderr());
    }
    assert_eq!(folder.ok(&["dataset", "list", "--json"]), "[]\n");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = filled();
    let mut child =
        folder.start(&["sample", "-n", "100", "--area", "any", "--language", "any", "--no-generate", "--quiet"]);
    drop(child.stdout.take());
    assert!(child.wait().expect("it ends").success());
}

/// What ships enters a catalog that `sample` makes, and no other.
#[test]
fn an_empty_folder_gets_a_catalog_with_the_prompts_that_ship() {
    let folder = Folder::new();
    let lines = folder.ok(&["sample", "--count", "100", "--seed", "1", "--quiet"]);
    assert_eq!(Folder::ids(&lines).len(), 100);
    let imported = Folder::new();
    imported.write("a.txt", "mine alone");
    imported.ok(&["import", "a.txt"]);
    let run = imported.run(&[
        "sample",
        "--count",
        "100",
        "--area",
        "any",
        "--language",
        "any",
        "--no-generate",
        "--seed",
        "1",
    ]);
    assert_eq!(run.stdout().lines().count(), 1, "{}", run.shown());
}

/// What was drawn is recorded by then, and the message says how to get it.
#[test]
fn a_stdout_that_cannot_be_written_says_how_to_get_the_prompts() {
    let folder = filled();
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let mut command = folder.command(&["sample", "-n", "3", "--seed", "1", "--no-generate", "--quiet"]);
    let output = command.stdout(full).output().expect("the program can be run");
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(String::from_utf8_lossy(&output.stderr), @"
    error: the dataset sample-1 is recorded, but its file is not written
    caused by: cannot write the output
    caused by: No space left on device (os error 28)
    hint: write it with `catalog dataset export sample-1 --output FILE`
    ");
    assert_eq!(folder.ok(&["dataset", "export", "sample-1"]).lines().count(), 3);
}
