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

    By area
      area             total  used  unused   share  target    gap
      code_generation     15     3      12  24.2 %  25.0 %   -0.8
      debugging           15     2      13  24.2 %  20.0 %   +4.2
      tool_usage           0     0       0   0.0 %  15.0 %  -15.0
      multi_step          15     1      14  24.2 %  10.0 %  +14.2
      testing              0     0       0   0.0 %  10.0 %  -10.0
      documentation        0     0       0   0.0 %   5.0 %   -5.0
      explanation         15     1      14  24.2 %   5.0 %  +19.2
      optimization         0     0       0   0.0 %   5.0 %   -5.0
      real_world           0     0       0   0.0 %   5.0 %   -5.0
      other                2     0       2   3.2 %   0.0 %   +3.2

    By category
      category     total  used  unused   share  target  gap
      algorithm       15     3      12  24.2 %
      bug_fix         15     2      13  24.2 %
      explanation     15     1      14  24.2 %
      none             1     0       1   1.6 %
      poetry           1     0       1   1.6 %
      refactoring     15     1      14  24.2 %

    By language
      language    total  used  unused   share  target    gap
      python         20     4      16  32.3 %  35.0 %   -2.7
      javascript      0     0       0   0.0 %  25.0 %  -25.0
      typescript      0     0       0   0.0 %  15.0 %  -15.0
      java            0     0       0   0.0 %  10.0 %  -10.0
      cpp             0     0       0   0.0 %   5.0 %   -5.0
      go             20     2      18  32.3 %   5.0 %  +27.3
      rust           20     1      19  32.3 %   5.0 %  +27.3
      kotlin          1     0       1   1.6 %   0.0 %   +1.6
      none            1     0       1   1.6 %   0.0 %   +1.6

    By source
      source     total  used  unused    share  target    gap
      existing      62     7      55  100.0 %  50.0 %  +50.0
      generated      0     0       0    0.0 %  50.0 %  -50.0

    Unused prompts by area and language
      area             python  javascript  typescript  java  cpp  go  rust  kotlin  none
      code_generation       4           0           0     0    0   4     4       0     0
      debugging             4           0           0     0    0   4     5       0     0
      tool_usage            0           0           0     0    0   0     0       0     0
      multi_step            4           0           0     0    0   5     5       0     0
      testing               0           0           0     0    0   0     0       0     0
      documentation         0           0           0     0    0   0     0       0     0
      explanation           4           0           0     0    0   5     5       0     0
      optimization          0           0           0     0    0   0     0       0     0
      real_world            0           0           0     0    0   0     0       0     0
      other                 0           0           0     0    0   0     0       1     1

    Never drawn under this target
      value       unused  why
      area=other       2  its area has no target share

    Samples left before the first shortfall
      prompts  samples  ends in                                  wanted there  left there
          100        0  code_generation × javascript × existing             4           0
        1,000        0  code_generation × python × existing                44           4
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
