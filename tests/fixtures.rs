//! Files that other people wrote, as they left them: everything in them is accounted for. They are not part of this
//! project; where they are not at hand, these tests say that they were skipped.

mod common;

use common::{Folder, shared_fixtures};

/// Every folder, with what the readers make of it: read, added to an empty catalog, rejected.
const FOLDERS: [(&str, [u64; 3]); 16] = [
    ("acp-quirks", [1297, 239, 309]),
    ("awesome-chatgpt-prompts", [621, 340, 0]),
    ("awesome-copilot-prompts", [69, 69, 0]),
    ("awesome-prompts-zh", [248, 248, 0]),
    ("bfcl", [1008, 1003, 0]),
    ("codet", [427, 427, 0]),
    ("exercism", [151, 151, 0]),
    ("fastchat", [80, 80, 0]),
    ("human-eval", [164, 164, 0]),
    ("llama-factory", [391, 290, 0]),
    ("mxeval", [974, 974, 0]),
    ("nl2bash", [200, 0, 200]),
    ("openai-evals", [816, 622, 194]),
    ("parquet-derived", [1174, 1173, 0]),
    ("self-instruct", [427, 427, 0]),
    ("tldr", [5196, 5196, 0]),
];

#[test]
fn real_files_are_accounted_for_and_add_nothing_the_second_time() {
    let Some(fixtures) = shared_fixtures() else { return };
    for (name, [read, added, rejected]) in FOLDERS {
        let folder = Folder::new();
        let path = fixtures.join(name);
        let path = path.to_str().expect("a path of text");
        let import = || folder.json(&["import", path, "--json", "--quiet"]);
        let counts = |outcome: &serde_json::Value| {
            ["read", "added", "duplicates", "rejected"].map(|field| outcome[field].as_u64().expect("a count"))
        };
        assert_eq!(counts(&import()), [read, added, read - added - rejected, rejected], "{name}");
        assert_eq!(counts(&import()), [read, 0, read - rejected, rejected], "{name} again");
        folder.ok(&["check"]);
    }
}
