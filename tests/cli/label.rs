//! `catalog label`.

use insta::assert_snapshot;

use crate::common::{Folder, hash, prompts};

#[test]
fn labels_change_and_datasets_keep_what_they_said() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"prompt\": \"mislabelled\", \"category\": \"bug_fix\", \"language\": \"rust\"}\n");
    folder.ok(&["import", "a.jsonl"]);
    folder.ok(&["sample", "-n", "1", "--dataset", "d", "--no-generate", "-q"]);
    let id = hash("mislabelled");
    assert_snapshot!(folder.run(&["label", &id[..8], "--category", "Code-Review", "--language", "py"]).shown(), @"
    c4849f687149a01192228764e9818ca7a810380954776ab5d544b24f4b6da9c7: category bug_fix is now code_review, language rust is now python
    --- stderr
    --- exit code 0
    ");
    assert_snapshot!(folder.run(&["label", &id[..8], "--category", "poem"]).shown(), @"
    c4849f687149a01192228764e9818ca7a810380954776ab5d544b24f4b6da9c7: category code_review is now poem
    --- stderr
    note: the taxonomy has no category poem: it belongs to the area other
    --- exit code 0
    ");
    assert_snapshot!(folder.run(&["label", &id[..8], "--category", "poem", "--json"]).shown(), @r#"
    [{"id":"c4849f687149a01192228764e9818ca7a810380954776ab5d544b24f4b6da9c7","before":{"category":"poem","language":"python"},"after":{"category":"poem","language":"python"}}]
    --- stderr
    note: the taxonomy has no category poem: it belongs to the area other
    --- exit code 0
    "#);
    let shown = folder.json(&["show", &id, "--json"]);
    assert_eq!((&shown["category"], &shown["datasets"][0]["category"]), (&"poem".into(), &"bug_fix".into()));
    assert!(folder.ok(&["dataset", "export", "d"]).contains("\"category\":\"bug_fix\""));
    folder.ok(&["check"]);
}

#[test]
fn all_are_labelled_or_none() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(2));
    folder.ok(&["import", "a.jsonl"]);
    let one = hash("bug_fix number 0 for rust");
    let run = folder.run(&["label", &one, "00000000", "--language", "go"]);
    assert_snapshot!(run.shown(), @"
    --- stderr
    error: no prompt has a hash that begins with 00000000
    hint: a prompt's hash is the `id` of a sample's lines
    --- exit code 1
    ");
    assert_eq!(folder.json(&["show", &one, "--json"])["language"], "rust");
    assert_snapshot!(folder.run(&["label", &one]).shown(), @"
    --- stderr
    error: the following required arguments were not provided:
      <--category <CATEGORY>|--language <LANGUAGE>>

    Usage: catalog label <--category <CATEGORY>|--language <LANGUAGE>> <HASH>...

    For more information, try '--help'.
    --- exit code 2
    ");
    assert_snapshot!(folder.run(&["label", &one, "--language", "a\nb"]).shown(), @"
    --- stderr
    error: the label of --language holds a control character
    --- exit code 2
    ");
}

/// What is relabelled is drawn under its new labels, and nothing else is lost or moved.
#[test]
fn a_relabelled_prompt_is_drawn_under_its_new_labels() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(3));
    folder.ok(&["import", "a.jsonl"]);
    let ids: Vec<String> = (0..3).map(|number| hash(&format!("bug_fix number {number} for rust"))).collect();
    folder.ok(&["label", &ids[0], &ids[2], "--language", "java"]);
    folder.ok(&["check"]);
    let drawn = |language: &str| {
        let args = ["sample", "-n", "9", "--only-language", language, "--area", "any", "--no-generate", "--dry-run"];
        folder.json(&[&args[..], &["--json"]].concat())["drawn"].as_u64()
    };
    assert_eq!((drawn("java"), drawn("rust"), drawn("python")), (Some(2), Some(9), Some(9)));
    let lines = folder.ok(&["sample", "-n", "2", "--only-language", "java", "--area", "any", "--no-generate", "-q"]);
    let mut drawn = Folder::ids(&lines);
    drawn.sort();
    let mut expected = vec![ids[0].clone(), ids[2].clone()];
    expected.sort();
    assert_eq!(drawn, expected);
    folder.ok(&["check"]);
}
