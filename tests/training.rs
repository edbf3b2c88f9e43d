//! From a dataset with answers to the files that a trainer reads.
#![cfg(feature = "distill")]

mod common;

use common::mock::{Mock, Request, message};
use common::{Folder, Run};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// A catalog with a dataset `d` of so many prompts, put to a teacher.
fn answered(size: usize, answer: impl Fn(&Request) -> String + Send + Sync + 'static) -> Folder {
    let folder = Folder::new();
    folder.write("a.jsonl", common::prompts(size.div_ceil(12)));
    folder.ok(&["import", "a.jsonl"]);
    let count = size.to_string();
    let any = ["--area", "any", "--language", "any", "--no-generate", "--quiet"];
    folder.ok(&[&["sample", "-n", &count, "--dataset", "d", "--seed", "1"], &any[..]].concat());
    let mock = Mock::start(move |request| message(&answer(request), "end_turn"));
    let args = ["distill", "d", "--provider", "anthropic", "--model", "claude-haiku-4-5", "--base-url", &mock.url];
    let mut command = folder.command(&[&args[..], &["--terms", "ours: \"yes\"", "--quiet"]].concat());
    Run(command.env("ANTHROPIC_API_KEY", "sk-ant-test").output().expect("the program can be run")).succeeded();
    folder
}

/// The number in a prompt of [`common::prompts`].
fn number(prompt: &str) -> usize {
    prompt.split(' ').nth(2).and_then(|number| number.parse().ok()).expect("a number")
}

/// Every reason to leave an answer out is counted and told; what is left is in the order of the draw.
#[test]
fn answers_with_a_flaw_are_left_out_and_counted_by_it() {
    let words: String = (0..60).map(|number| format!("word{number} ")).collect();
    let folder = answered(96, move |request| {
        let prompt = request.prompt();
        match number(&prompt) {
            0 => "I'm sorry, but I can't help with that.".to_owned(),
            1 => " \n".to_owned(),
            2 => "Same to all.\n```\nx\n```".to_owned(),
            3 => format!("```\n{words}\n```\n{}", prompt.split(' ').next_back().unwrap_or_default()),
            4 => "No.".to_owned(),
            5 => format!("{prompt} {}", "long ".repeat(200)),
            6 => format!("No code, but a long answer to {prompt}"),
            _ => format!("So:\n```\n{prompt}\n```"),
        }
    });
    let args = ["dataset", "export", "d", "--with", "responses"];
    let rules = ["--min-chars", "5", "--max-chars", "900", "--require-code", "--output", "o.jsonl"];
    let run = folder.run(&[&args[..], &rules].concat());
    assert_snapshot!(run.shown(), @"
    --- stderr
    note: d is written to o.jsonl
    note: 12 answers left out that refuse; `--include refused` writes them too
    note: 12 answers left out that say nothing
    note: 12 answers left out that are shorter than `--min-chars` allows
    note: 12 answers left out that are longer than `--max-chars` allows
    note: 12 answers left out that have no code block where the prompt asks for code
    note: 20 answers left out that repeat one before; `--keep-repeats` writes them too
    note: 2 answers left out that nearly repeat one before; `--keep-repeats` writes them too
    --- exit code 0
    ");
    let prompts: Vec<Value> = folder.read("o.jsonl").lines().map(|line| Folder::json_of(line)["id"].clone()).collect();
    let all = folder.ok(&["dataset", "export", "d"]);
    let drawn: Vec<Value> = all.lines().map(|line| Folder::json_of(line)["id"].clone()).collect();
    assert_eq!(prompts, drawn.into_iter().filter(|id| prompts.contains(id)).collect::<Vec<_>>());

    let told = folder.json(&[&args[..], &["--json", "--quiet", "--output", "p.jsonl"]].concat());
    assert_eq!(told["left_out"], json!({ "refusal": 12, "empty": 12, "repeat": 31, "near_repeat": 2 }));
    assert_eq!((&told["rows"], folder.read("p.jsonl").lines().count()), (&json!(39), 39));
    let kept = ["--json", "--quiet", "--output", "q.jsonl", "--keep-repeats", "--include", "refused"];
    assert_eq!(folder.json(&[&args[..], &kept].concat())["left_out"], json!({ "empty": 12 }));
    let flags = ["dataset", "export", "d", "--min-chars", "5"];
    assert_eq!(folder.run(&flags).code(), 2);
}

/// An answer of its own to every prompt, with a code block.
fn plain(request: &Request) -> String {
    let prompt = request.prompt();
    let words: String = prompt.bytes().map(|byte| format!("w{} ", u64::from(byte) * 31)).collect();
    format!("To {prompt}: {words}\n```\nprint({:?})\n```\n", common::hash(&prompt))
}

const EXPORT: [&str; 5] = ["dataset", "export", "d", "--with", "responses"];

fn export(folder: &Folder, more: &[&str]) -> Run {
    folder.run(&[&EXPORT[..], more].concat())
}

#[test]
fn a_folder_holds_all_that_a_trainer_reads() {
    let folder = answered(60, plain);
    let split = "--split=train=0.9,validation=0.1";
    let run = export(&folder, &["--format", "chatglm3", split, "--license", "mit", "--output-dir", "out/"]);
    assert_snapshot!(run.shown(), @"");
    let mut names: Vec<_> = std::fs::read_dir(folder.path("out"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    assert_eq!(names, ["README.md", "dataset_info.json", "manifest.json", "train.json", "validation.json"]);
    assert_snapshot!(folder.read("out/README.md"), @"");
    assert_snapshot!(folder.read("out/dataset_info.json"), @"");
    let manifest = Folder::json_of(&folder.read("out/manifest.json"));
    let rows = manifest["rows"].as_array().expect("rows");
    let lines = folder.read("out/manifest.json").lines().count();
    assert_eq!((rows.len(), lines), (60, 64));
    let mut row = rows[0].clone();
    row["answered_at"] = Value::Null;
    assert_eq!(row, json!({}));
    // A data file holds the rows of its split, in the order of the manifest.
    for split in ["train", "validation"] {
        let text = folder.read(&format!("out/{split}.json"));
        let turns = |line: &str| {
            let turns = Folder::json_of(line)["conversations"].clone();
            assert_eq!([&turns[0]["role"], &turns[1]["role"]], ["user", "assistant"]);
            [0, 1].map(|turn| common::hash(turns[turn]["content"].as_str().expect("a text")))
        };
        let of_split = rows.iter().filter(|row| row["split"] == split);
        let wanted = of_split
            .map(|row| [&row["id"], &row["answer_sha256"]].map(|hash| hash.as_str().unwrap_or_default().to_owned()));
        assert_eq!(text.lines().map(turns).collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
    }
    let run = export(&folder, &["--output-dir", "out"]);
    assert_snapshot!(run.shown(), @"");
    // The same seed gives the same bytes; another one other splits.
    export(&folder, &["--format", "chatglm3", split, "--license", "mit", "--output-dir", "again"]).succeeded();
    export(&folder, &["--format", "chatglm3", split, "--seed", "1", "--output-dir", "other"]).succeeded();
    for name in &names {
        assert_eq!(folder.read(&format!("out/{name}")), folder.read(&format!("again/{name}")), "{name}");
    }
    assert_ne!(folder.read("out/validation.json"), folder.read("other/validation.json"));
}

#[test]
fn a_file_is_held_against_the_manifest_in_place_of_the_ledger() {
    let folder = answered(24, plain);
    export(&folder, &["--split=train=3,validation=1", "--output-dir", "out", "-q", "--format", "openai"]).succeeded();
    std::fs::remove_file(folder.path("catalog.db")).expect("the catalog is there");
    let verify = |file: &str| folder.run(&["dataset", "verify", "out/manifest.json", file]);
    assert_snapshot!(verify("out/train.jsonl").shown(), @"");
    let text = folder.read("out/train.jsonl");
    let lines: Vec<&str> = text.lines().collect();
    let altered = lines[1].replace("To ", "Two ");
    let unanswered = format!("{}]}}", &lines[2][..lines[2].find(",{\"role\":\"assistant").expect("a turn")]);
    let bad = [lines[3], &altered, &unanswered, r#"{"prompt":"new"}"#].into_iter().chain(lines[4..].iter().copied());
    folder.write("bad/train.jsonl", bad.collect::<Vec<_>>().join("\n"));
    assert_snapshot!(verify("bad/train.jsonl").shown(), @"");
    let told = folder.run(&["dataset", "verify", "out/manifest.json", "bad/train.jsonl", "--json", "-q"]);
    let told = Folder::json_of(&told.stdout());
    assert_eq!((&told["records"], &told["size"], &told["faithful"]), (&json!(18), &json!(18), &json!(15)));
    // Of no split's name, so it is held against all rows.
    folder.write("all.jsonl", folder.read("out/train.jsonl") + &folder.read("out/validation.jsonl"));
    let all = folder.json(&["dataset", "verify", "out/manifest.json", "all.jsonl", "--json"]);
    assert_eq!((&all["faithful"], &all["in_order"], &all["size"]), (&json!(24), &json!(false), &json!(24)));
    folder.write("out/broken.json", "{}");
    let run = folder.run(&["dataset", "verify", "out/broken.json", "all.jsonl"]);
    assert_snapshot!(run.shown(), @"");
}
