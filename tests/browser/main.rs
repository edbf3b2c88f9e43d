//! The pages of reports in a browser: what they log, fetch and show, on a catalog of 100,000 prompts.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

#[path = "../common/mod.rs"]
mod common;
mod webdriver;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use common::Folder;
use webdriver::Browser;

const PROMPTS: u64 = 100_000;

/// A label that would be markup if it were not text.
const HOSTILE: &str = "<script>alert(1)</script>\"'&lt;";

/// Every report that ships, with the dataset that one is about.
const REPORTS: [(&str, Option<&str>); 6] = [
    ("coverage", None),
    ("usage", None),
    ("datasets", None),
    ("imports", None),
    ("runway", None),
    ("dataset", Some("sample-3")),
];

/// Prompts of uneven labels and lengths, the same in every run.
fn prompts(count: u64) -> String {
    let categories =
        ["algorithm", "bug_fix", "refactoring", "test_generation", "explanation", "documentation", HOSTILE];
    let languages = ["python", "javascript", "typescript", "java", "go", "rust", "cpp", "none", "kotlin", HOSTILE];
    let mut lines = String::new();
    let mut state: u64 = 7;
    for number in 0..count {
        // The constants of Knuth's MMIX generator.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pick = |bits: u32, of: &[&'static str]| {
            let draw = (state >> bits) as usize % (of.len() * of.len());
            of[of.len() - 1 - draw.isqrt()]
        };
        let words = 1 << (state >> 55 & 7);
        let prompt = format!("{number}{}", " say why".repeat(words));
        let row = json!({ "prompt": prompt, "category": pick(20, &categories), "language": pick(33, &languages) });
        lines += &format!("{row}\n");
    }
    lines
}

fn catalog(count: u64) -> Folder {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(count) + "{\"prompt\": 5}\n");
    folder.write("b.jsonl", "{\"prompt\": \"</title><script>alert(2)</script>\\n\\tif a < b && c {\"}\n");
    for file in ["a.jsonl", "b.jsonl"] {
        folder.ok(&["import", file, "--quiet"]);
    }
    for (count, seed) in [("1000", "1"), ("2500", "2"), ("700", "3")] {
        folder.ok(&["sample", "-n", count, "--seed", seed, "--quiet"]);
    }
    folder.ok(&["dataset", "release", "sample-2", "--yes"]);
    folder
}

fn browser() -> Option<Browser> {
    let browser = Browser::start();
    if browser.is_none() {
        assert!(std::env::var_os("CI").is_none(), "chromium and chromedriver are not there, and CI is set");
        eprintln!("skipped: chromium and chromedriver are not there");
    }
    browser
}

/// Writes the page of a report, and returns its address and what the report says as JSON.
fn page(folder: &Folder, name: &str, dataset: Option<&str>) -> (String, Value) {
    let args: Vec<&str> = ["report", name].into_iter().chain(dataset).collect();
    let file = format!("{name}.html");
    folder.write(&file, folder.ok(&[&args[..], &["--format", "html"]].concat()));
    (format!("file://{}", folder.path(&file).display()), folder.json(&[&args[..], &["--format", "json"]].concat()))
}

#[test]
fn a_page_shows_the_numbers_of_the_json_and_neither_logs_nor_fetches() {
    let Some(browser) = browser() else { return };
    let folder = catalog(PROMPTS);
    let mut compared = 0;
    for (name, dataset) in REPORTS {
        let (url, json) = page(&folder, name, dataset);
        browser.open(&url);
        assert_eq!(browser.log("browser"), Vec::<Value>::new(), "{name} logs");
        assert_eq!(browser.fetched(), [url], "{name} fetches");
        let page = browser.run(include_str!("page.js"));
        let sections = json["sections"].as_object().expect("sections");
        let ids = |value: &Value| value.as_object().expect("sections").keys().cloned().collect::<Vec<_>>();
        assert_eq!(ids(&page), ids(&json["sections"]), "{name}");
        for (id, rows) in sections {
            compared += compare(&format!("{name} {id}"), rows, &page[id]);
        }
    }
    assert!(compared > 1000, "{compared} values");
    assert_eq!(folder.json(&["report", "coverage", "--json"])["sections"]["totals"][0]["number"], total());
}

/// The prompts that were imported, and those that three samples made.
fn total() -> Value {
    json!(PROMPTS + 1 + 500 + 1250 + 350)
}

/// Compares the rows of a section, and returns how many values they have.
fn compare(section: &str, json: &Value, page: &Value) -> usize {
    let rows = |value: &Value| value.as_array().expect("rows").clone();
    let (json, page) = (rows(json), rows(page));
    assert_eq!(json.len(), page.len(), "rows of {section}");
    let mut values = 0;
    for (json, page) in json.iter().zip(&page) {
        for (column, expected) in json.as_object().expect("a row") {
            let shown = &page[column];
            let same = match expected {
                Value::Null => shown.is_null() || shown["text"] == "",
                Value::Number(number) if number.is_f64() => {
                    let share = number.as_f64().expect("a number");
                    let rounded = format!("{:.1}", (share * 100.0).abs());
                    let text = shown["shown"].as_str().unwrap_or_default();
                    shown["exact"].as_f64() == Some(share) && text.trim_matches(['+', '-', ' ', '%']) == rounded
                }
                Value::Number(number) => plain(&shown["text"]) == number.to_string(),
                text => &shown["text"] == text,
            };
            assert!(same, "{section}, {column} of {json}: expected {expected}, found {shown}");
            values += 1;
        }
    }
    values
}

fn plain(text: &Value) -> String {
    text.as_str().unwrap_or_default().replace(',', "")
}

#[test]
fn a_page_can_be_read_in_every_light_and_width_and_in_print() {
    let Some(browser) = browser() else { return };
    let folder = catalog(9000);
    for (name, dataset) in REPORTS {
        browser.open(&page(&folder, name, dataset).0);
        for (width, medium, scheme) in
            [(1280, "", "light"), (1280, "", "dark"), (400, "", "light"), (400, "", "dark"), (794, "print", "dark")]
        {
            browser.look(width, medium, scheme);
            let seen = format!("{name}, {width} px wide, {medium} {scheme}");
            let wide = browser.run("return document.documentElement.scrollWidth").as_u64().expect("a width");
            assert!(wide <= u64::from(width), "{seen}: the page is {wide} px wide");
            let contrast = browser.run(include_str!("contrast.js"));
            assert!(contrast[0].as_f64().is_some_and(|least| least >= 4.5), "{seen}: {contrast}");
        }
    }
}

#[test]
fn keys_reach_every_value_and_every_layer() {
    let Some(browser) = browser() else { return };
    let folder = Folder::new();
    folder.write("a.jsonl", crate::common::prompts(4));
    folder.ok(&["import", "a.jsonl", "--quiet"]);
    folder.ok(&["sample", "-n", "9", "--area", "any", "--language", "any", "--no-generate", "--quiet"]);
    browser.open(&page(&folder, "coverage", None).0);
    let layers = "return [...document.querySelectorAll('.layer')].map(e => e.checkVisibility())";
    assert_eq!(browser.run(layers), json!([true, false, false]));
    browser.run("document.querySelector('.switch input').focus()");
    // An arrow key, as WebDriver names it.
    browser.press("\u{e014}");
    assert_eq!(browser.run(layers), json!([false, true, false]));
    browser.look(794, "print", "light");
    assert_eq!(browser.run(layers), json!([true, true, true]));
    browser.look(1280, "", "light");

    let mut told: BTreeMap<String, bool> = BTreeMap::new();
    let parts = browser.run("return document.querySelectorAll('.part').length").as_u64().expect("a number");
    let tips = "const e = document.activeElement, tip = e.querySelector('.tip'); \
                return e.matches('.part') ? [e.getAttribute('aria-label'), !tip || tip.checkVisibility()] : null";
    browser.run("document.querySelector('nav a').focus()");
    let stops =
        browser.run("return document.querySelectorAll('a, input, [tabindex]').length").as_u64().expect("a number");
    for _ in 0..stops {
        browser.press("\u{e004}");
        let part = browser.run(tips);
        if let (Some(label), Some(shown)) = (part[0].as_str(), part[1].as_bool()) {
            told.insert(label.to_owned(), shown);
        }
    }
    assert!(told.values().all(|shown| *shown), "{told:?}");
    // Shares of the same value are told in the same words.
    assert!(parts > 30 && told.len() as u64 > parts / 2, "{} of {parts}: {told:?}", told.len());
    assert!(told.contains_key("20 to 49 characters: 48 prompts"), "{told:?}");
}
