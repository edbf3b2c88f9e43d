//! The prompts that ship: their ids, counts, labels, tags, lengths, variety, and the code in them.

mod common;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::ControlFlow;

use common::{Folder, blocks, parses};
use prompt_catalog::assets;
use prompt_catalog::source::{FieldMap, Format, Item, Record, read};

/// How many prompts each category has of python, javascript, typescript, java, go, rust and cpp: the default targets
/// made whole by largest remainder, equal ones by name.
const COUNTS: [(&str, [usize; 7]); 8] = [
    ("algorithm", [28, 20, 12, 8, 4, 4, 4]),
    ("bug_fix", [52, 38, 22, 15, 8, 7, 8]),
    ("code_review", [16, 11, 7, 5, 2, 2, 2]),
    ("data_structure", [28, 20, 12, 8, 4, 4, 4]),
    ("explanation", [14, 10, 6, 4, 2, 2, 2]),
    ("function_implementation", [31, 23, 13, 9, 5, 4, 5]),
    ("real_world", [14, 10, 6, 4, 2, 2, 2]),
    ("refactoring", [26, 19, 11, 7, 4, 4, 4]),
];

const LANGUAGES: [&str; 7] = ["python", "javascript", "typescript", "java", "go", "rust", "cpp"];

/// Categories whose prompts always show the code they are about.
const ABOUT_CODE: [&str; 4] = ["bug_fix", "code_review", "explanation", "refactoring"];

fn collection() -> Vec<Record> {
    let mut records = Vec::new();
    for (name, text) in assets::CURATED {
        read(&mut text.as_bytes(), Format::Curated, &FieldMap::default(), &mut |item| {
            match item {
                Item::Record(record) => records.push(record),
                Item::Reject(reject) => panic!("{name}:{}: {}", reject.line, reject.reason),
            }
            ControlFlow::Continue(())
        })
        .expect("memory can be read");
    }
    records
}

fn field<'a>(record: &'a Record, name: &str) -> &'a str {
    record.metadata.get(name).and_then(|value| value.as_str()).unwrap_or_else(|| panic!("{name} of {record:?}"))
}

fn language(record: &Record) -> &str {
    record.language.as_deref().expect("a language")
}

#[test]
fn every_category_has_its_prompts_in_every_language() {
    let mut found: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for record in collection() {
        let category = record.category.clone().expect("a category");
        *found.entry(category).or_default().entry(language(&record).to_owned()).or_default() += 1;
    }
    let expected = COUNTS.map(|(category, counts)| {
        let counts = LANGUAGES.into_iter().map(str::to_owned).zip(counts).collect();
        (category.to_owned(), counts)
    });
    assert_eq!(found, expected.into());
}

#[test]
fn ids_difficulties_and_tags_are_as_agreed() {
    let tags: BTreeSet<&str> = include_str!("../prompts/tags.txt").lines().collect();
    assert!(tags.len() <= 60, "{} tags", tags.len());
    let mut ids = BTreeSet::new();
    let mut difficulties: BTreeMap<String, usize> = BTreeMap::new();
    for record in collection() {
        let id = field(&record, "id");
        assert!(
            id.split('-')
                .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())),
            "{id}"
        );
        assert!(ids.insert(id.to_owned()), "{id} stands twice");
        let own: Vec<&str> = field(&record, "tags").split(", ").collect();
        assert!((2..=4).contains(&own.len()) && own.iter().all(|tag| tags.contains(tag)), "{id}: {own:?}");
        *difficulties.entry(field(&record, "difficulty").to_owned()).or_default() += 1;
        assert_eq!(record.metadata.len(), 3, "{id}: {:?}", record.metadata);
    }
    assert_eq!(difficulties.keys().collect::<Vec<_>>(), ["beginner", "hard", "intermediate"]);
    assert!(difficulties.values().all(|&count| (180..=220).contains(&count)), "{difficulties:?}");
}

#[test]
fn every_prompt_has_40_to_400_words() {
    for record in collection() {
        let words = record.text.split_whitespace().count();
        assert!((40..=400).contains(&words), "{} has {words} words", field(&record, "id"));
    }
}

#[test]
fn every_block_is_tagged_and_parses_in_its_language() {
    for record in collection() {
        let (id, own) = (field(&record, "id"), language(&record));
        let mut longest = 0;
        for (tag, code) in blocks(&record.text) {
            match tag.as_str() {
                "text" => {}
                "json" => assert!(serde_json::from_str::<serde_json::Value>(&code).is_ok(), "{id}: {code}"),
                tag => {
                    assert_eq!(tag, own, "{id}");
                    assert!(parses(own, &code), "{id} does not parse in {own}:\n{code}");
                    longest = longest.max(code.lines().count());
                }
            }
        }
        if ABOUT_CODE.contains(&record.category.as_deref().expect("a category")) {
            assert!((10..=60).contains(&longest), "{id} shows {longest} lines of {own}");
        }
    }
}

/// No two share more than 0.3 of their word 3-grams (Jaccard), and few begin alike.
#[test]
fn no_two_prompts_are_alike() {
    let records = collection();
    let words = |text: &str| -> Vec<String> {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let grams: Vec<HashSet<[String; 3]>> = records
        .iter()
        .map(|record| words(&record.text).windows(3).map(|w| [w[0].clone(), w[1].clone(), w[2].clone()]).collect())
        .collect();
    let mut openings: BTreeMap<String, usize> = BTreeMap::new();
    for (i, record) in records.iter().enumerate() {
        let opening = record.text.split_whitespace().take(3).collect::<Vec<_>>().join(" ").to_lowercase();
        *openings.entry(opening).or_default() += 1;
        for other in 0..i {
            let shared = grams[i].intersection(&grams[other]).count();
            let all = grams[i].len() + grams[other].len() - shared;
            assert!(shared * 10 <= all * 3, "{} is like {}", field(record, "id"), field(&records[other], "id"));
        }
    }
    assert!(openings.values().all(|&count| count * 50 <= records.len()), "{openings:?}");
}

#[test]
fn the_files_import_as_they_are() {
    let folder = Folder::new();
    let files = concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/curated");
    let outcome = folder.json(&["import", files, "--json"]);
    let counts = ["read", "added", "duplicates", "rejected", "files"].map(|field| outcome[field].as_u64());
    assert_eq!(counts, [Some(600), Some(600), Some(0), Some(0), Some(8)]);
}

/// The collection alone meets every quota over its areas, to the last of 500 prompts.
#[test]
fn five_hundred_meet_every_quota_over_the_areas_of_the_collection() {
    let areas = "code_generation=25,debugging=20,multi_step=10,optimization=5,real_world=5,explanation=5";
    let args =
        ["sample", "-n", "500", "--existing-weight", "1", "--no-generate", "--strict", "--area", areas, "--json"];
    let outcome = Folder::new().json(&args);
    assert_eq!((&outcome["drawn"], &outcome["shortfalls"]), (&500.into(), &serde_json::json!([])));
}
