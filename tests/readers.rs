//! Files of every format, whole and broken: what can be read is read, and what cannot is told, whatever is wrong.

mod common;

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Once};

use common::{Folder, cases};
use prompt_catalog::source::{FieldMap, Format, Item, Reason, decode, detect, panic_is_contained, read};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde_json::json;

/// Reads a file as an import does: what lies around the text comes off, and the content tells the format.
fn items(bytes: &[u8], name: &str, piece: usize) -> Vec<Item> {
    let mut items = Vec::new();
    let raw = std::io::BufReader::with_capacity(piece, bytes);
    let Ok(mut decoded) = decode(raw) else { return items };
    let mut begin = Vec::new();
    let _ = std::io::Read::read_to_end(&mut std::io::Read::take(&mut decoded.text, 4096), &mut begin);
    let Some(format) = detect(Path::new(name), &begin) else { return items };
    let mut input = std::io::Read::chain(&begin[..], decoded.text);
    // A stream that fails ends the file; what was read until then is kept.
    let _ = read(&mut input, format, &FieldMap::default(), &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    items
}

fn texts(items: &[Item]) -> Vec<&str> {
    fn text(item: &Item) -> Option<&str> {
        match item {
            Item::Record(record) => Some(&record.text),
            Item::Reject(_) => None,
        }
    }
    items.iter().filter_map(text).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn parquet_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/parquet");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "parquet"))
        .collect();
    files.sort();
    files
}

/// Whole files of every format: name and content.
static WHOLE: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(whole);

fn whole() -> Vec<(String, Vec<u8>)> {
    let rows = "{\"prompt\": \"one\\n\\u00e9\"}\n{\"instruction\": \"two\", \"input\": \"x\"}\n{\"messages\": [{\"role\": \"user\", \
                \"content\": [{\"type\": \"text\", \"text\": \"three\"}]}]}\n";
    let document = "{\"meta\": [1, 2], \"data\": [{\"prompt\": \"a\"}, {\"text\": \"b\"},\n {\"question\": \"c\"}]}";
    let csv = "act,prompt,language\nx,\"one, \"\"two\"\"\nlines\",rust\ny,two,\nz,three,go\n";
    let book =
        "%catalog-prompts 1\ncategory: bug_fix\n\n%prompt a\nlanguage: go\n\none\n%%prompt x\n\n%prompt b\n\ntwo\n";
    let markdown = "---\ncategory: bug_fix\ntags:\n  - a\n---\n\n# One\n";
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("a.jsonl".into(), rows.into()),
        ("a.json".into(), document.into()),
        ("a.csv".into(), csv.into()),
        ("a.tsv".into(), csv.replace(',', "\t").into()),
        ("a.prompts".into(), book.into()),
        ("a.md".into(), markdown.into()),
        ("a.txt".into(), "Category: bug_fix\n===\nfix it\n".into()),
        ("gz.jsonl".into(), gzip(rows.as_bytes())),
        ("zst.csv".into(), zstd::encode_all(csv.as_bytes(), 1).expect("memory takes it")),
        ("wide.jsonl".into(), utf16(rows)),
        ("wide.csv".into(), gzip(&utf16(csv))),
    ];
    files.extend(
        parquet_files()
            .into_iter()
            .map(|path| (path.to_string_lossy().into_owned(), std::fs::read(&path).expect("the file is there"))),
    );
    files
}

#[test]
fn whole_files_are_read_whatever_the_pieces() {
    for (name, bytes) in &*WHOLE {
        let found = items(bytes, name, 1 << 16);
        assert_eq!(items(bytes, name, 3), found, "{name}");
        let rejects = found.iter().filter(|item| matches!(item, Item::Reject(_))).count();
        assert_eq!(rejects, usize::from(name.ends_with("binary.parquet")), "{name}: {found:?}");
    }
}

#[test]
fn parquet_of_every_codec_and_version_holds_the_same() {
    let files = parquet_files();
    let plain = files.iter().filter(|path| path.to_string_lossy().contains("-v"));
    let mut count = 0;
    for path in plain {
        count += 1;
        let found = items(&std::fs::read(path).expect("the file"), "a", 1 << 16);
        let expected: Vec<String> = (0..7).map(|i| format!("Weigh parcel {i} naïvely")).collect();
        assert_eq!(texts(&found), expected, "{}", path.display());
        let Item::Record(fifth) = &found[4] else { panic!("{:?}", found[4]) };
        assert_eq!((fifth.line, fifth.language.as_deref()), (5, Some("go")));
        let metadata = json!({
            "number": 4, "share": 1.0, "day": "2026-01-05", "price": "1.25", "tags": ["a"], "meta": { "steps": [{ "at": 4 }] }
        });
        assert_eq!(serde_json::Value::Object(fifth.metadata.clone()), metadata);
    }
    assert_eq!(count, 12);
}

#[test]
fn bytes_that_are_no_text_reject_their_row() {
    let path = parquet_files().into_iter().find(|path| path.ends_with("binary.parquet")).expect("the file");
    let found = items(&std::fs::read(path).expect("the file"), "a", 1 << 16);
    assert_eq!(texts(&found).len(), 3);
    let Item::Reject(reject) = &found[3] else { panic!("{:?}", found[3]) };
    assert_eq!((reject.line, &reject.reason), (4, &Reason::NotUtf8));
}

#[test]
fn what_is_cut_off_is_told_after_what_came_before() {
    let folder = Folder::new();
    let rows: String = (0..5000).map(|i| format!("{{\"prompt\": \"number {i} of many {}\"}}\n", i * 7919)).collect();
    let zipped = gzip(rows.as_bytes());
    folder.write("cut.jsonl.gz", &zipped[..zipped.len() / 2]);
    let frame = zstd::encode_all(rows.as_bytes(), 1).expect("memory takes it");
    folder.write("cut.jsonl.zst", &frame[..frame.len() - 4]);
    let table = std::fs::read(&parquet_files()[0]).expect("the file");
    folder.write("cut.parquet", &table[..table.len() - 10]);
    for (name, told) in [
        ("cut.jsonl.gz", "cut.jsonl.gz: cannot be read: the gzip stream ends before its end\n"),
        ("cut.jsonl.zst", "cut.jsonl.zst: cannot be read: the zstd stream ends before its end\n"),
        ("cut.parquet", "cut.parquet: cannot be read: it is broken Parquet: "),
    ] {
        let run = folder.run(&["import", name, "--json"]);
        assert!(run.stderr().starts_with(told), "{name}: {}", run.stderr());
        let outcome = Folder::json_of(&run.stdout());
        assert_eq!(outcome["rejected"], 1, "{name}");
        assert_eq!(outcome["read"].as_u64() > Some(1), name != "cut.parquet", "{name}: {outcome}");
    }
    folder.ok(&["check"]);
}

#[test]
fn a_day_that_no_calendar_has_is_left_out() {
    let path = parquet_files().into_iter().find(|path| path.ends_with("far-day.parquet")).expect("the file");
    let folder = Folder::new();
    let run = folder.run(&["import", path.to_str().expect("a path of text"), "--json"]);
    assert_eq!((run.stderr().as_str(), &Folder::json_of(&run.stdout())["added"]), ("", &json!(2)));
    let metadata = |text: &str| folder.json(&["show", &common::hash(text), "--json"])["metadata"].clone();
    assert_eq!((metadata("far"), metadata("near")), (json!({ "day": null }), json!({ "day": "1970-01-01" })));
}

/// The standard input is what comes in, also where a file is named as it is.
#[test]
fn parquet_comes_by_the_standard_input_too() {
    let folder = Folder::new();
    folder.write("-", "{\"prompt\": \"another file\"}\n");
    let table =
        std::fs::read(parquet_files().iter().find(|path| path.ends_with("messages.parquet")).expect("the file"));
    let run = folder.pipe(&["import", "-", "--json"], &table.expect("the file"));
    assert_eq!(Folder::json_of(&run.stdout())["added"], 7);
}

#[test]
fn the_worlds_oddities_are_read_or_explained() {
    let check = |name: &str, content: &[u8], expected: &[Result<&str, &str>]| {
        let found = items(content, name, 1 << 16);
        let shown: Vec<Result<String, String>> = found
            .into_iter()
            .map(|item| match item {
                Item::Record(record) => Ok(record.text),
                Item::Reject(reject) => Err(reject.reason.to_string()),
            })
            .collect();
        let expected: Vec<_> = expected.iter().map(|e| e.map(str::to_owned).map_err(str::to_owned)).collect();
        assert_eq!(shown, expected, "{name}");
    };
    check("a.csv", b"prompt,n\nx,1\nprompt,n\ny,2\n", &[Ok("x"), Err("the header stands here once more"), Ok("y")]);
    check("a.csv", b"prompt,n\nx,1,2\ny,2\n", &[Err("the row has 3 fields, and the header 2"), Ok("y")]);
    let open = "the row has 1 fields, and the header 2; it goes over several lines: is a quote left open?";
    check("a.csv", b"prompt,n\n\"x,1\ny,2\n", &[Err(open)]);
    check("a.csv", b"prompt,prompt\nfirst,second\n", &[Ok("first")]);
    check("a.csv", b"prompt\ncaf\xe9\nb\n", &[Err("not UTF-8"), Ok("b")]);
    check("a.csv", b"what is it,x\ny,z\n", &[Err("no prompt field; it has `what is it`, `x`")]);
    check("a.jsonl", b"\"a\"\r\"b\"\r\"c\"", &[Ok("a"), Ok("b"), Ok("c")]);
    check("a.jsonl", "{\"prompt\": \"a\u{2028}b\u{85}c\u{1e}\"}".as_bytes(), &[]
        .iter()
        .copied()
        .chain([Err("not JSON: control character (\\u0000-\\u001F) found while parsing a string, at column 21 of the record")])
        .collect::<Vec<_>>());
    check("a.jsonl", "{\"prompt\": \"a\u{2028}b\u{85}c\"}".as_bytes(), &[Ok("a\u{2028}b\u{85}c")]);
    let rendered =
        r"<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU\n1<|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n";
    let line = |field: &str| format!("{{\"{field}\": \"{rendered}\"}}");
    check("a.jsonl", line("text").as_bytes(), &[Ok("U\n1")]);
    check("a.jsonl", line("prompt").as_bytes(), &[Ok(&rendered.replace("\\n", "\n"))]);
    check("a.jsonl", br#"{"text": "<|im_start|>user\nU"}"#, &[Ok("U")]);
    check("a.jsonl", br#"{"text": "What is <|im_start|>?"}"#, &[Ok("What is <|im_start|>?")]);
    check("a.md", b"just text", &[Ok("just text")]);
    let long = format!("{{\"prompt\": \"{}\"}}\n\"next\"\n", "x".repeat(40 << 20));
    assert_eq!(texts(&items(long.as_bytes(), "a.jsonl", 1 << 16))[0].len(), 40 << 20);
}

#[test]
fn columns_without_a_header_are_numbered() {
    let folder = Folder::new();
    folder.write("a.csv", "x,first,rust\ny,second,go\n");
    let args = ["import", "a.csv", "--field", "prompt=#2", "--field", "language=#3", "--json"];
    assert_eq!(folder.json(&args)["added"], 2);
    let shown = folder.json(&["show", &common::hash("first"), "--json"]);
    assert_eq!((&shown["language"], &shown["metadata"]), (&json!("rust"), &json!({ "#1": "x" })));
}

/// What is done to a whole file.
#[derive(Clone, Debug)]
struct Harm {
    flips: Vec<(Index, u8)>,
    splice: Option<(Index, Index)>,
    cut: Option<Index>,
}

impl Harm {
    fn any() -> impl Strategy<Value = Self> {
        let flips = proptest::collection::vec((any::<Index>(), 1u8..), 0..4);
        let parts = (flips, option::of(any::<(Index, Index)>()), option::of(any::<Index>()));
        parts.prop_map(|(flips, splice, cut)| Self { flips, splice, cut })
    }

    fn done_to(&self, whole: &[u8]) -> Vec<u8> {
        let mut bytes = whole.to_vec();
        for (at, mask) in &self.flips {
            let at = at.index(bytes.len());
            bytes[at] ^= mask;
        }
        if let Some((from, to)) = self.splice {
            let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
            let part = bytes[from.min(to)..from.max(to)].to_vec();
            bytes.splice(to..to, part);
        }
        if let Some(cut) = self.cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes
    }
}

/// What is told of a file, but for a compressed stream that breaks: how large the pieces are decides whether that is
/// noticed before the first record is looked for, and told of the file, or by the reader.
fn told(mut items: Vec<Item>) -> Vec<Item> {
    let of_stream = |reason: &Reason| matches!(reason, Reason::Unreadable(detail) if detail.contains(" stream "));
    items.retain(|item| !matches!(item, Item::Reject(reject) if of_stream(&reject.reason)));
    items
}

/// Holds the files that end like this, harmed in any way, to the same: nothing panics or hangs, everything that is told
/// is told with a reason, and the same is read whatever the pieces.
fn broken(ending: &str) {
    // As in the program: a panic that is caught and told as a broken file is not spoken of, which is slow, too.
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !panic_is_contained() {
                usual(panic);
            }
        }));
    });
    let files: Vec<_> = WHOLE.iter().filter(|(name, _)| name.ends_with(ending)).collect();
    assert!(!files.is_empty(), "no file ends in {ending}");
    let mut runner =
        TestRunner::new(ProptestConfig { cases: cases(200), failure_persistence: None, ..ProptestConfig::default() });
    let inputs = (any::<Index>(), Harm::any(), 1usize..64);
    let result = runner.run(&inputs, |(file, harm, piece)| {
        let (name, whole) = files[file.index(files.len())];
        let bytes = harm.done_to(whole);
        let found = items(&bytes, name, 1 << 16);
        for item in &found {
            if let Item::Reject(reject) = item {
                prop_assert!(!reject.reason.to_string().is_empty());
            }
        }
        prop_assert_eq!(told(items(&bytes, name, piece)), told(found));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[test]
fn broken_json_lines_are_read_as_far_as_they_go() {
    broken("a.jsonl");
}

#[test]
fn broken_json_is_read_as_far_as_it_goes() {
    broken("a.json");
}

#[test]
fn broken_csv_is_read_as_far_as_it_goes() {
    broken("a.csv");
}

#[test]
fn broken_tsv_is_read_as_far_as_it_goes() {
    broken("a.tsv");
}

#[test]
fn a_broken_book_is_read_as_far_as_it_goes() {
    broken("a.prompts");
}

#[test]
fn broken_markdown_is_read_as_far_as_it_goes() {
    broken("a.md");
}

#[test]
fn broken_text_is_read_as_far_as_it_goes() {
    broken("a.txt");
}

#[test]
fn broken_gzip_is_read_as_far_as_it_goes() {
    broken("gz.jsonl");
}

#[test]
fn broken_zstd_is_read_as_far_as_it_goes() {
    broken("zst.csv");
}

#[test]
fn broken_utf16_is_read_as_far_as_it_goes() {
    broken("wide.jsonl");
    broken("wide.csv");
}

#[test]
fn broken_parquet_is_read_as_far_as_it_goes() {
    broken(".parquet");
}

#[test]
fn every_format_is_among_the_whole_files() {
    let seen: Vec<Option<Format>> = WHOLE
        .iter()
        .map(|(name, bytes)| {
            let mut text = Vec::new();
            std::io::Read::read_to_end(&mut decode(bytes.as_slice()).expect("whole").text, &mut text).expect("whole");
            detect(Path::new(name), &text)
        })
        .collect();
    let missing: Vec<_> = Format::ALL.iter().filter(|format| !seen.contains(&Some(**format))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
