//! What holds for any input: nothing panics, nothing is unaccounted for, what is written can be read back.

mod common;

use std::ops::ControlFlow;

use common::{Folder, cases};
use prompt_catalog::domain::normalise::normalise;
use prompt_catalog::source::{FieldMap, Format, Item, Record, detect, read};
use proptest::prelude::*;

/// Reads bytes in small pieces, as a slow pipe gives them.
fn items(bytes: &[u8], format: Format, piece: usize) -> Vec<Item> {
    let mut items = Vec::new();
    let mut input = std::io::BufReader::with_capacity(piece, bytes);
    read(&mut input, format, &FieldMap::default(), &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    })
    .expect("memory can be read");
    items
}

fn records(bytes: &[u8], format: Format, piece: usize) -> Vec<Record> {
    items(bytes, format, piece)
        .into_iter()
        .map(|item| match item {
            Item::Record(record) => record,
            Item::Reject(reject) => panic!("{reject:?} in {:?}", String::from_utf8_lossy(bytes)),
        })
        .collect()
}

fn texts(bytes: &[u8], format: Format, piece: usize) -> Vec<String> {
    records(bytes, format, piece).into_iter().map(|record| record.text).collect()
}

/// Text with what makes formats stumble.
fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            "[a-z ]{1,6}",
            Just("\"".to_owned()),
            Just("\\".to_owned()),
            Just("\n".to_owned()),
            Just("%prompt ".to_owned()),
            Just("[{,:}]".to_owned()),
            Just("\u{2028}\u{1e}".to_owned()),
            "\\PC",
        ],
        1..10,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(400), ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_a_panic_whatever_the_pieces(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..120),
            "[\\[\\]{}\",:a1\\\\ \n\r\t%;-]{0,80}".prop_map(String::into_bytes),
            "(%catalog-prompts 1\n)?(%prompt ?[a-z]?\n|[a-z]+: ?[a-z]*\n|\n|[a-z%]+\n){0,12}".prop_map(String::into_bytes),
        ],
        piece in 1usize..40,
    ) {
        for format in Format::ALL {
            let whole = items(&bytes, format, 4096);
            prop_assert_eq!(&items(&bytes, format, piece), &whole, "{:?}", format);
        }
        let _ = detect(std::path::Path::new("x.txt"), &bytes);
    }

    #[test]
    fn json_is_read_as_a_parser_reads_it(prompts in proptest::collection::vec(text(), 0..8), pretty in any::<bool>(), piece in 1usize..60) {
        let rows: Vec<_> = prompts.iter().map(|p| serde_json::json!({ "id": [1, {"x": "]}"}], "prompt": p })).collect();
        let array = if pretty { serde_json::to_string_pretty(&rows) } else { serde_json::to_string(&rows) }.expect("JSON");
        prop_assert_eq!(&texts(array.as_bytes(), Format::Json, piece), &prompts);
        let holder = format!("{{\"meta\": {{\"n\": [1]}}, \"tags\": [1, 2], \"data\": {array}, \"end\": null}}");
        if !prompts.is_empty() {
            prop_assert_eq!(&texts(holder.as_bytes(), Format::Json, piece), &prompts);
        }
        let lines: String = rows.iter().map(|row| format!("{row}\r\n")).collect();
        prop_assert_eq!(&texts(lines.as_bytes(), Format::JsonLines, piece), &prompts);
    }

    #[test]
    fn records_tell_the_lines_they_begin_on(gaps in proptest::collection::vec(0usize..4, 1..8)) {
        let mut lines = Vec::new();
        let (mut json, mut array, mut line) = (String::new(), String::from("["), 1);
        for (n, gap) in gaps.iter().enumerate() {
            let space = "\n".repeat(*gap);
            line += gap;
            lines.push(line as u64);
            json += &format!("{space}{{\"prompt\": \"{n}\"}}\n");
            array += &format!("{space}{{\"prompt\": \"{n}\"}},\n");
            line += 1;
        }
        array.truncate(array.len() - 2);
        array.push(']');
        let found = |bytes: &str, format| records(bytes.as_bytes(), format, 4096).iter().map(|r| r.line).collect::<Vec<_>>();
        prop_assert_eq!(found(&json, Format::JsonLines), lines.clone());
        prop_assert_eq!(found(&array, Format::Json), lines);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(400) / 20, ..ProptestConfig::default() })]

    /// What every format writes is the same prompts again, by their hashes.
    #[test]
    fn an_export_that_is_imported_again_adds_nothing(prompts in proptest::collection::btree_set(text(), 1..6)) {
        let folder = Folder::new();
        let lines: String = prompts.iter().map(|p| format!("{}\n", serde_json::json!({ "prompt": p }))).collect();
        folder.write("a.jsonl", &lines);
        let outcome = folder.json(&["import", "a.jsonl", "--json"]);
        let distinct: std::collections::BTreeSet<_> = prompts.iter().map(|p| normalise(p)).filter(|p| !p.is_empty()).collect();
        prop_assert_eq!(outcome["added"].as_u64(), Some(distinct.len() as u64));
        if distinct.is_empty() {
            return Ok(());
        }
        folder.ok(&["sample", "-n", "9", "--dataset", "d", "--area", "any", "--language", "any", "--no-generate", "--quiet"]);
        for format in ["jsonl", "json", "csv", "txt", "openai", "sharegpt", "alpaca"] {
            let exported = folder.ok(&["dataset", "export", "d", "--format", format]);
            let name = match format { "csv" => "out.csv", "txt" => "out.txt", _ => "out.json" };
            folder.write(name, exported);
            let again = folder.json(&["import", name, "--json"]);
            let counts = ["read", "added", "duplicates", "rejected"].map(|field| again[field].as_u64());
            prop_assert_eq!(counts, [Some(distinct.len() as u64), Some(0), Some(distinct.len() as u64), Some(0)], "{}", format);
        }
    }
}
