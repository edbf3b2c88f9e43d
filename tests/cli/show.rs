//! `catalog show`.

use insta::assert_snapshot;

use crate::common::Folder;

#[test]
fn a_prompt_is_explained_from_file_to_dataset() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"prompt\": \"x\"}\n\n{\"prompt\": \"why?\\r\\n\", \"task_type\": \"explanation\", \"lang\": \"ts\", \"by\": \"me\", \"source\": \"wiki\"}\n");
    folder.ok(&["import", "a.jsonl"]);
    let line = folder.ok(&["sample", "-n", "1", "--dataset", "d", "--no-generate", "--quiet"]);
    let id = &Folder::ids(&line)[0];
    assert_snapshot!(folder.run(&["show", &id[..8]]).shown(), @r#"
    id        f5b2b98bf44b60881a86499d98591d7995ce23ad93abd8a4aa11fadc20145d06
    category  explanation
    area      explanation
    language  typescript
    source    existing
    origin    a.jsonl:3 (record 2), import 1, 2025-11-22T08:26:40Z
    file      SHA-256 27dc7f47827b66613260b0639432c224435ac91219f42dc6e10d3af8540b4aa2
    metadata  {"by":"me","source":"wiki"}
    dataset   d, number 1 of it, use 1, 2025-11-22T08:26:40Z

    why?
    --- stderr
    --- exit code 0
    "#);
    assert_snapshot!(folder.ok(&["show", id, "--json"]), @r#"{"id":"f5b2b98bf44b60881a86499d98591d7995ce23ad93abd8a4aa11fadc20145d06","prompt":"why?","category":"explanation","area":"explanation","language":"typescript","source":"existing","uses":1,"origin":{"run":1,"imported_at":"2025-11-22T08:26:40Z","file":"a.jsonl","sha256":"27dc7f47827b66613260b0639432c224435ac91219f42dc6e10d3af8540b4aa2","line":3,"record":2},"metadata":{"by":"me","source":"wiki"},"datasets":[{"dataset":"d","position":1,"use_number":1,"created_at":"2025-11-22T08:26:40Z","released_at":null,"category":"explanation","language":"typescript"}]}"#);
}

#[test]
fn a_hash_that_is_none_is_an_error() {
    let folder = Folder::new();
    folder.write("a.txt", "x");
    folder.ok(&["import", "a.txt"]);
    assert_snapshot!(folder.run(&["show", "0123abcd"]).shown(), @"
    --- stderr
    error: no prompt has a hash that begins with 0123abcd
    hint: a prompt's hash is the `id` of a sample's lines
    --- exit code 1
    ");
    assert_snapshot!(folder.run(&["show", "0123"]).shown(), @"
    --- stderr
    error: invalid value '0123' for '<HASH>': a hash prefix has 8 to 64 digits, and `0123` has 4

    For more information, try '--help'.
    --- exit code 2
    ");
}
