//! `catalog dataset`.

use insta::assert_snapshot;

use crate::common::{Folder, prompts};

fn sampled() -> Folder {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(2));
    folder.ok(&["import", "a.jsonl"]);
    folder.ok(&[
        "sample",
        "-n",
        "3",
        "--dataset",
        "first",
        "--seed",
        "5",
        "--area",
        "any",
        "--language",
        "any",
        "--no-generate",
        "-q",
    ]);
    folder
}

#[test]
fn the_list_names_them_all() {
    let folder = sampled();
    assert_snapshot!(folder.run(&["dataset", "list"]).shown(), @"
      dataset  prompts  state   seed  created
      first          3  active  5     2025-11-22T08:26:40Z
    --- stderr
    --- exit code 0
    ");
    assert_snapshot!(folder.ok(&["dataset", "list", "--json"]), @r#"[{"name":"first","size":3,"state":"active","seed":5,"created_at":"2025-11-22T08:26:40Z"}]"#);
}

#[test]
fn show_tells_what_a_dataset_holds() {
    let folder = sampled();
    assert_snapshot!(folder.run(&["dataset", "show", "first"]).shown(), @"
    first: 3 of 3 prompts, active, seed 5
    drawn 2025-11-22T08:26:40Z by version 0.1.0, rules 1
      area             prompts
      code_generation        2
      explanation            1
      category     prompts
      algorithm          2
      explanation        1
      language  prompts
      go              2
      rust            1
      source    prompts
      existing        3
    --- stderr
    --- exit code 0
    ");
    assert_snapshot!(folder.run(&["dataset", "show", "frist"]).shown(), @"
    --- stderr
    error: there is no dataset named frist
    hint: did you mean `first`?
    --- exit code 1
    ");
}

#[test]
fn an_export_is_what_the_sample_wrote() {
    let folder = sampled();
    let sample = folder.ok(&[
        "sample",
        "-n",
        "6",
        "--dataset",
        "d",
        "--area",
        "any",
        "--language",
        "any",
        "--no-generate",
        "--quiet",
    ]);
    assert_eq!(folder.ok(&["dataset", "export", "d"]), sample);
    folder.ok(&["dataset", "export", "d", "--output", "d.jsonl"]);
    assert_eq!(folder.read("d.jsonl"), sample);
    let run = folder.run(&["dataset", "export", "d", "--output", "d.jsonl"]);
    assert_eq!(run.code(), 1);
    folder.ok(&["dataset", "export", "first", "--output", "d.jsonl", "--force"]);
    assert_eq!(folder.read("d.jsonl").lines().count(), 3);
}

#[test]
fn every_format_has_its_shape() {
    let folder = Folder::new();
    folder.write(
        "a.jsonl",
        "{\"prompt\": \"say \\\"hi\\\",\\n%prompt now\", \"category\": \"bug_fix\", \"language\": \"go\"}\n",
    );
    folder.ok(&["import", "a.jsonl"]);
    folder.ok(&["sample", "-n", "1", "--dataset", "d", "--no-generate", "--quiet"]);
    folder.write("system.txt", "Be brief.\n");
    let mut shown = String::new();
    for format in ["jsonl", "json", "csv", "txt"] {
        shown += &format!("=== {format}\n{}", folder.ok(&["dataset", "export", "d", "--format", format]));
    }
    for format in ["openai", "sharegpt", "alpaca"] {
        let args = ["dataset", "export", "d", "--format", format, "--system", "system.txt"];
        shown += &format!("=== {format}\n{}", folder.ok(&args));
    }
    assert_snapshot!(shown, @r#"
    === jsonl
    {"id":"fc247937d5384ad7e52be50a3f7f5a81184417f9246ad2a2022a78b60b5573a4","prompt":"say \"hi\",\n%prompt now","category":"bug_fix","area":"debugging","language":"go","source":"existing"}
    === json
    [
    {"id":"fc247937d5384ad7e52be50a3f7f5a81184417f9246ad2a2022a78b60b5573a4","prompt":"say \"hi\",\n%prompt now","category":"bug_fix","area":"debugging","language":"go","source":"existing"}
    ]
    === csv
    id,prompt,category,area,language,source
    fc247937d5384ad7e52be50a3f7f5a81184417f9246ad2a2022a78b60b5573a4,"say ""hi"",
    %prompt now",bug_fix,debugging,go,existing
    === txt
    %catalog-prompts 1

    %prompt fc247937d5384ad7e52be50a3f7f5a81184417f9246ad2a2022a78b60b5573a4
    category: bug_fix
    area: debugging
    language: go
    source: existing

    say "hi",
    %%prompt now
    === openai
    {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"say \"hi\",\n%prompt now"}]}
    === sharegpt
    [
    {"conversations":[{"from":"human","value":"say \"hi\",\n%prompt now"}],"system":"Be brief."}
    ]
    === alpaca
    [
    {"instruction":"say \"hi\",\n%prompt now","input":"","output":"","system":"Be brief."}
    ]
    "#);
    assert_snapshot!(folder.run(&["dataset", "export", "d", "--system", "default"]).shown(), @"
    --- stderr
    error: the format jsonl has no place for a system message
    hint: add `--format openai`, `sharegpt` or `alpaca`, or leave out `--system`
    --- exit code 2
    ");
}

#[test]
fn a_release_frees_the_prompts_and_keeps_the_record() {
    let folder = sampled();
    assert_snapshot!(folder.run(&["dataset", "release", "first"]).shown(), @"
    --- stderr
    error: releasing first needs a yes, and there is no terminal to ask on
    hint: `catalog dataset release first --yes`
    --- exit code 2
    ");
    assert_snapshot!(folder.run(&["dataset", "release", "first", "--yes"]).shown(), @"
    first is released: its 3 prompts can be drawn again
    --- stderr
    --- exit code 0
    ");
    assert_snapshot!(folder.run(&["dataset", "release", "first", "--yes"]).shown(), @"
    --- stderr
    error: the dataset first is released already
    --- exit code 1
    ");
    assert_eq!(folder.json(&["dataset", "list", "--json"])[0]["state"], "released");
    assert_eq!(folder.ok(&["dataset", "export", "first"]).lines().count(), 3);
    let all = folder.ok(&["sample", "-n", "24", "--area", "any", "--language", "any", "--no-generate", "--quiet"]);
    assert_eq!(all.lines().count(), 24);
    folder.ok(&["check"]);
}
