//! `catalog system-prompt`.

use insta::assert_snapshot;

use crate::common::Folder;

#[test]
fn a_category_adds_its_own_and_its_areas_text() {
    let folder = Folder::new();
    let base = folder.ok(&["system-prompt"]);
    let run = folder.run(&["system-prompt", "--category", "bug_fix", "--language", "golang"]);
    let added = run.shown().replace(base.trim_end(), "(base)");
    assert_snapshot!(added, @"
    (base)

    Find the root cause before you change anything: show the evidence that leads to it and what rules out the other suspects. Then give the smallest fix that is right, a test that fails without it, and a word on where else the same fault may be.

    Give the corrected code whole where it is short, as a patch where it is long.

    Write Go as gofmt leaves it, return errors with context, and pass a context where work can be cancelled.
    --- stderr
    --- exit code 0
    ");
    assert_snapshot!(folder.run(&["system-prompt", "--area", "debuging"]).shown(), @"
    --- stderr
    error: there is no area `debuging`
    hint: the areas are code_generation, debugging, tool_usage, testing, multi_step, documentation, optimization, real_world, explanation
    --- exit code 2
    ");
}

#[test]
fn the_version_is_the_hash_of_the_text() {
    let folder = Folder::new();
    let prompt = folder.json(&["system-prompt", "--area", "testing", "--json"]);
    let text = prompt["text"].as_str().expect("a text");
    assert_eq!(prompt["version"], prompt_catalog::domain::hash::ContentHash::of(text).to_string());
    assert_ne!(prompt["version"], folder.json(&["system-prompt", "--json"])["version"]);
}
