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
