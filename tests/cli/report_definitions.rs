//! `catalog report --reports`: definitions of one's own.

use insta::assert_snapshot;

use crate::common::{Folder, prompts};

const MINE: &str = r#"
title = "Go and Rust"
about = "What is left for the next round"
filter = { language = ["Golang", "rust"] }

[[section]]
kind = "table"
title = "Left by category"
axis = "category"
measure = "unused"
filter = { area = ["debugging", "multi_step"] }

[[section]]
kind = "table"
id = "use"
title = "Use by language"
axis = "language"
chart = "stacked"

[[section]]
kind = "matrix"
title = "By language and area"
rows = "language"
columns = "area"
measure = "used"
chart = "none"

[[section]]
kind = "runway"
title = "Runway"
counts = 3

[[section]]
kind = "datasets"
title = "Datasets"
note = "Of every language."
"#;

fn with(name: &str, definition: &str) -> Folder {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(3));
    folder.ok(&["import", "a.jsonl", "--quiet"]);
    folder.ok(&["sample", "-n", "8", "--seed", "3", "--area", "any", "--language", "any", "--no-generate", "--quiet"]);
    folder.write(&format!("reports/{name}.toml"), definition);
    folder
}

#[test]
fn a_report_of_ones_own_has_its_axes_filters_measures_and_charts() {
    let folder = with("mine", MINE);
    assert_snapshot!(folder.run(&["report", "mine", "--reports", "reports"]).shown(), @"
    Go and Rust

    Left by category
      category     total  used  unused   share
      bug_fix          6     1       5  55.6 %  ████████████████████████████████████
      refactoring      6     2       4  44.4 %  ████████████████████████████▊

    Use by language
      language  total  used  unused   share  target  gap
      go           12     5       7  50.0 %  50.0 %  0.0  ███████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
      rust         12     1      11  50.0 %  50.0 %  0.0  ██▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
      █ used, ▒ unused

    By language and area
      language  code_generation  debugging  tool_usage  multi_step  testing
      go                      2          1           0           1        0
      rust                    0          0           0           1        0

      language  documentation  explanation  optimization  real_world
      go                    0            1             0           0
      rust                  0            0             0           0

    Runway
      prompts  samples  ends in                          wanted  left
            3        3  code_generation × go × existing       1     0  █████████████

    Datasets
      Of every language. The filter does not reach this.
      dataset   prompts  requested  shortfall  state   seed  created
      sample-1        8          8          0  active     3  2025-11-22 08:26
    --- stderr
    --- exit code 0
    ");
    let page = folder.ok(&["report", "mine", "--reports", "reports", "--format", "html"]);
    assert!(
        page.contains("<h1>Go and Rust</h1>")
            && page.contains("<p class=\"about\">What is left for the next round</p>")
    );
}

#[test]
fn a_report_of_ones_own_takes_the_place_of_the_programs_by_its_name() {
    let folder = with("usage", "title = \"Ours\"\n[[section]]\nkind = \"uses\"\ntitle = \"Times used\"\n");
    let json = folder.json(&["report", "usage", "--reports", "reports", "--json"]);
    assert_eq!(
        (&json["title"], json["sections"].as_object().map(|sections| sections.len())),
        (&"Ours".into(), Some(1))
    );
    let mut command = folder.command(&["report"]);
    let list = command.env("CATALOG_REPORTS", "reports").output().expect("it runs").stdout;
    let list = String::from_utf8(list).expect("UTF-8");
    assert!(list.contains("\n  usage     Ours\n") && list.contains("\n  coverage  What the catalog holds"), "{list}");
}

#[test]
fn a_report_of_ones_own_can_be_about_one_dataset() {
    let definition =
        "title = \"Card of\"\n[[section]]\nkind = \"holdings\"\ntitle = \"By language\"\naxis = \"language\"\n";
    let folder = with("card", definition);
    assert_snapshot!(folder.run(&["report", "card", "sample-1", "--reports", "reports"]).shown(), @"
    Card of sample-1

    By language
      language  prompts   share
      go              5  62.5 %  ████████████████████████████████████████
      python          2  25.0 %  ████████████████
      rust            1  12.5 %  ████████
    --- stderr
    --- exit code 0
    ");
    assert_eq!(folder.run(&["report", "card", "--reports", "reports"]).code(), 2);
}

#[test]
fn what_is_wrong_with_a_definition_is_named_with_file_line_and_what_was_meant() {
    let wrong = MINE.replace("axis = \"language\"", "axes = \"language\"").replace("\"datasets\"", "\"dataset\"");
    let folder = with("mine", &wrong);
    folder.write("reports/other.toml", "title = \"x\"\n\n[[section\n");
    assert_snapshot!(folder.run(&["report", "mine", "--reports", "reports"]).shown(), @"
    --- stderr
    error: the reports cannot be used
    caused by: reports/mine.toml:17: there is no field `axes`; did you mean `axis`?
    caused by: reports/mine.toml:34: there is no kind of sections `dataset`; did you mean `datasets`?
    caused by: reports/other.toml:3: unclosed array table, expected `]]`
    hint: mend the lines that are named, or leave out `--reports`
    --- exit code 1
    ");
}

#[test]
fn a_value_that_nobody_knows_is_named_with_its_line() {
    let folder = with("mine", &MINE.replace("\"Golang\"", "\"pyhton\""));
    assert_snapshot!(folder.run(&["report", "mine", "--reports", "reports"]).shown(), @"
    --- stderr
    error: the reports cannot be used
    caused by: reports/mine.toml:4: language `pyhton` is neither in the taxonomy nor in the catalog; did you mean `python`?
    hint: mend the lines that are named, or leave out `--reports`
    --- exit code 1
    ");
    let folder = with("mine", &MINE.replace("\"multi_step\"]", "\n    \"qqq\"]"));
    assert_snapshot!(folder.run(&["report", "mine", "--reports", "reports"]).shown(), @"
    --- stderr
    error: the reports cannot be used
    caused by: reports/mine.toml:12: area `qqq` is neither in the taxonomy nor in the catalog
    hint: mend the lines that are named, or leave out `--reports`
    --- exit code 1
    ");
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let folder = with("mine", MINE);
    assert_snapshot!(folder.run(&["report", "mine", "--reports", "none"]).shown(), @"
    --- stderr
    error: cannot read none
    caused by: IO error for operation on none: No such file or directory (os error 2)
    caused by: No such file or directory (os error 2)
    --- exit code 1
    ");
}
