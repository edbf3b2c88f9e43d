//! `catalog remove`.

use insta::assert_snapshot;

use crate::common::{Folder, hash, prompts};

#[test]
fn what_is_taken_out_is_gone_and_counted_nowhere() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(2));
    folder.ok(&["import", "a.jsonl"]);
    folder.ok(&["search", "number"]);
    let id = hash("bug_fix number 0 for rust");
    assert_snapshot!(folder.run(&["remove", &id[..10], &id]).shown(), @"
    d5e14a517bc61855aadfd903d4e46a263159612c3824d597ded0a87d108d6c10 is taken out
    --- stderr
    --- exit code 0
    ");
    assert_snapshot!(folder.run(&["show", &id[..10]]).shown(), @"
    --- stderr
    error: the prompt d5e14a517bc61855aadfd903d4e46a263159612c3824d597ded0a87d108d6c10 was taken out at 2025-11-22T08:26:40Z
    hint: importing a file that holds it brings it back
    --- exit code 1
    ");
    assert_eq!(folder.json(&["search", "number", "--limit", "99", "--json"])["ranked"], 23);
    let all = folder.ok(&["sample", "-n", "99", "--area", "any", "--language", "any", "--no-generate", "-q"]);
    assert_eq!((all.lines().count(), all.contains(&id)), (23, false));
    folder.ok(&["check"]);
    assert_eq!(folder.json(&["import", "a.jsonl", "--json"])["added"], 1);
    assert_eq!(folder.json(&["show", &id, "--json"])["prompt"], "bug_fix number 0 for rust");
    assert_eq!(folder.json(&["search", "number", "--limit", "99", "--json"])["ranked"], 24);
}

#[test]
fn what_a_dataset_holds_stays() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(1));
    folder.ok(&["import", "a.jsonl"]);
    folder.ok(&["sample", "-n", "12", "--dataset", "d", "--area", "any", "--language", "any", "--no-generate", "-q"]);
    let [used, free] = ["bug_fix number 0 for rust", "not drawn"].map(hash);
    folder.write("b.jsonl", "{\"prompt\": \"not drawn\"}\n");
    folder.ok(&["import", "b.jsonl"]);
    assert_snapshot!(folder.run(&["remove", &free, &used]).shown(), @"
    --- stderr
    error: the prompt d5e14a517bc61855aadfd903d4e46a263159612c3824d597ded0a87d108d6c10 is in d
    hint: what a dataset delivered stays provable; `catalog label` corrects its labels
    --- exit code 1
    ");
    folder.ok(&["show", &free]);
    folder.ok(&["dataset", "release", "d", "--yes"]);
    assert_eq!(folder.run(&["remove", &used]).code(), 1);
    folder.ok(&["remove", &free]);
    folder.ok(&["check"]);
}

/// A template whose space is two prompts: the one that was taken out is not made again.
#[test]
fn no_template_makes_again_what_was_taken_out() {
    let folder = Folder::new();
    folder.write("mine/bug_fix.toml", SMALL);
    folder.write("a.jsonl", prompts(1));
    folder.ok(&["import", "a.jsonl"]);
    let generate = |count: &str| {
        let args =
            ["generate", "-n", count, "--templates", "mine", "--only-category", "bug_fix", "--only-language", "go"];
        folder.json(&[&args[..], &["--json"]].concat())["added"].as_u64()
    };
    assert_eq!(generate("2"), Some(2));
    let made = hash("Test the left half in Go.");
    folder.ok(&["remove", &made]);
    folder.ok(&["check"]);
    assert_eq!(generate("2"), Some(0));
    assert_eq!(folder.run(&["show", &made]).code(), 1);
    folder.ok(&["check"]);
}

const SMALL: &str = "category = \"bug_fix\"\ntexts = [\"{{verb}} the {{half}} half in {{language}}.\"]\n\
                     [slot]\nhalf = [\"left\", \"right\"]\n[[rows.case]]\nlanguages = [\"go\"]\nverb = \"Test\"\n";
