//! The templates that ship: their spaces, the prompts they make, and the code in them.

mod common;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use common::{Folder, blocks, parses};
use prompt_catalog::app::templates::load_templates;
use prompt_catalog::assets;
use prompt_catalog::domain::hash::ContentHash;
use prompt_catalog::domain::normalise::normalise;
use prompt_catalog::domain::taxonomy::Taxonomy;
use prompt_catalog::domain::template::Template;

fn taxonomy() -> Taxonomy {
    Taxonomy::parse(assets::TAXONOMY).expect("well formed")
}

fn templates() -> Vec<Template> {
    load_templates(None, &taxonomy()).expect("the templates that ship are well formed")
}

/// Some indexes of a range, spread over all of it in steps that share no factor with small radixes.
fn indexes(range: std::ops::Range<u64>, most: u64) -> impl Iterator<Item = u64> {
    let size = range.end - range.start;
    let step = if size <= most { 1 } else { (size / most) | 1 };
    (0..size.min(most)).map(move |n| range.start + (n * step + n % 7) % size)
}

#[test]
fn every_category_that_templates_serve_has_one_in_every_language() {
    let taxonomy = taxonomy();
    let found: BTreeSet<String> = templates().iter().map(|template| template.category().to_owned()).collect();
    let all: BTreeSet<String> = taxonomy.areas().iter().flat_map(|area| area.categories.clone()).collect();
    assert_eq!(found, all);
    for template in templates() {
        assert_eq!(template.name(), template.category());
        assert_eq!(template.spaces().len(), 7, "{}", template.name());
    }
}

/// No cell of area and language offers under 2,000 prompts, or under 200 times what a default sample of 1000 takes.
#[test]
fn every_cell_has_prompts_for_hundreds_of_samples() {
    let taxonomy = taxonomy();
    let mut cells: BTreeMap<(String, String), u64> = BTreeMap::new();
    for template in templates() {
        let area = taxonomy.area_of(template.category()).to_owned();
        for space in template.spaces() {
            *cells.entry((area.clone(), space.language.clone())).or_default() += space.size();
        }
    }
    assert_eq!(cells.len(), 9 * 7);
    // The largest cell, code generation in python, takes half of 25 % of 35 % of 1000.
    assert!(cells.values().all(|&size| size >= 200 * 44), "{cells:?}");
    assert!(cells.values().sum::<u64>() > 1_000_000);
}

#[test]
fn no_two_indexes_of_a_template_give_the_same_prompt() {
    for template in templates() {
        let all = 0..template.size();
        let mut seen = HashSet::new();
        let mut asked = HashSet::new();
        for index in indexes(all, 30_000) {
            if asked.insert(index) {
                let text = normalise(&template.render(index).expect("within").text);
                assert!(seen.insert(ContentHash::of(&text)), "{} gives {index} twice", template.name());
            }
        }
    }
}

#[test]
fn every_block_parses_in_the_language_of_its_prompt() {
    for template in templates() {
        for space in template.spaces() {
            let mut checked = HashSet::new();
            for range in space.cases() {
                for index in indexes(range, 24) {
                    let rendered = template.render(index).expect("within");
                    assert!(
                        !rendered.text.contains("{{case") && !rendered.text.contains("{{language"),
                        "{}",
                        rendered.text
                    );
                    for (tag, code) in blocks(&rendered.text) {
                        let place = format!("{} at {index}", template.name());
                        match tag.as_str() {
                            "text" => {}
                            "json" => {
                                assert!(serde_json::from_str::<serde_json::Value>(&code).is_ok(), "{place}: {code}")
                            }
                            tag => {
                                assert_eq!(tag, rendered.language, "{place}");
                                if checked.insert(code.clone()) {
                                    assert!(parses(tag, &code), "{place} does not parse in {tag}:\n{code}");
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// At least 270 scenarios of code, 60 of them in python, 50 in javascript, 40 in typescript, 30 in each other language.
#[test]
fn there_is_code_enough_in_every_language() {
    let mut blocks_by_language: BTreeMap<String, HashSet<String>> = BTreeMap::new();
    for template in templates() {
        for space in template.spaces() {
            for range in space.cases() {
                for index in indexes(range, 6) {
                    let rendered = template.render(index).expect("within");
                    for (tag, code) in blocks(&rendered.text) {
                        if tag == rendered.language && code.lines().count() >= 8 {
                            blocks_by_language.entry(tag).or_default().insert(code);
                        }
                    }
                }
            }
        }
    }
    for (language, least) in
        [("python", 60), ("javascript", 50), ("typescript", 40), ("java", 30), ("go", 30), ("rust", 30), ("cpp", 30)]
    {
        let found = blocks_by_language.get(language).map_or(0, HashSet::len);
        assert!(found >= least, "{language} has {found} blocks of code");
    }
}

#[test]
fn a_default_sample_of_1000_is_exact_and_its_prompts_are_distinct() {
    let folder = Folder::new();
    let outcome = folder.json(&["sample", "--count", "1000", "--strict", "--json"]);
    let ids: BTreeSet<&str> =
        outcome["prompts"].as_array().expect("prompts").iter().map(|p| p["id"].as_str().expect("an id")).collect();
    assert_eq!(ids.len(), 1000);
    let source = |name: &str| outcome["axes"]["source"][name]["drawn"].as_u64();
    assert_eq!((source("existing"), source("generated")), (Some(500), Some(500)));
    let other = Folder::new();
    let at_six_tenths = other.json(&["sample", "--count", "1000", "--existing-weight", "0.6", "--strict", "--json"]);
    assert_eq!(at_six_tenths["axes"]["source"]["existing"]["drawn"], 600);
    folder.ok(&["check"]);
}

/// Promise 4: templates repeat nothing either, in one sample or across many.
#[test]
fn samples_in_a_row_share_no_prompt_when_templates_make_them() {
    let folder = Folder::new();
    let mut seen = HashSet::new();
    for _ in 0..12 {
        for id in Folder::ids(&folder.ok(&["sample", "--count", "500", "--quiet"])) {
            assert!(seen.insert(id.clone()), "{id} was drawn twice");
        }
    }
    assert!(folder.ok(&["check"]).ends_with("all is well\n"));
}

/// The origin of a generated prompt renders it again.
#[test]
fn a_generated_prompt_can_be_rendered_again_from_its_origin() {
    let folder = Folder::new();
    let lines = folder.ok(&["sample", "-n", "5", "--existing-weight", "0", "--quiet"]);
    for id in Folder::ids(&lines) {
        let shown = folder.json(&["show", &id, "--json"]);
        let origin = &shown["origin"];
        let (name, index) = (origin["template"].as_str().expect("a name"), origin["index"].to_string());
        let again = folder.json(&["templates", "show", name, "--index", &index, "--json"]);
        assert_eq!((&again["prompt"], &again["language"]), (&shown["prompt"], &shown["language"]));
        let version = templates().iter().find(|t| t.name() == name).expect("it ships").version().to_string();
        assert_eq!(origin["version"], version);
    }
}

/// While a cell has cases that the sample has not used, no two of its prompts share one.
#[test]
fn a_sample_spreads_over_templates_and_then_over_their_cases() {
    let folder = Folder::new();
    let args =
        ["sample", "-n", "40", "--existing-weight", "0", "--area", "debugging=1", "--language", "go=1", "--quiet"];
    let mut used: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    let templates = templates();
    let cases_of = |name: &str| {
        let template = templates.iter().find(|template| template.name() == name).expect("it ships");
        let space = template.spaces().iter().find(|space| space.language == "go").expect("it has go");
        space.cases().collect::<Vec<_>>()
    };
    let mut repeated = 0;
    for id in Folder::ids(&folder.ok(&args)) {
        let origin = folder.json(&["show", &id, "--json"])["origin"].clone();
        let (name, index) = (origin["template"].as_str().expect("a name"), origin["index"].as_u64().expect("an index"));
        let case = cases_of(name).iter().position(|range| range.contains(&index)).expect("an index of go");
        repeated += usize::from(!used.entry(name.to_owned()).or_default().insert(case as u64));
    }
    let all: usize = [
        "bug_fix",
        "debugging",
        "debugging_concurrency",
        "debugging_errors",
        "debugging_performance",
        "debugging_trace",
    ]
    .map(|name| cases_of(name).len())
    .iter()
    .sum();
    assert_eq!(used.len(), 6);
    let distinct: usize = used.values().map(BTreeSet::len).sum();
    assert_eq!((distinct, repeated), (all.min(40), 40 - all.min(40)));
}

const TINY: &str = "category = \"bug_fix\"\ntexts = [\"{{say}} {{word}} in {{language}}\"]\n[slot]\nword = [\"one\", \"two\"]\n\
                    [[rows.case]]\nlanguage = \"go\"\nsay = [\"Say\", \"Tell\", \"Shout\"]\n";

/// A space that is nearly used up ends, and what people wrote is not delivered as generated.
#[test]
fn a_space_that_runs_dry_gives_what_it_has() {
    let folder = Folder::new();
    folder.write("mine/bug_fix.toml", TINY);
    folder.write("a.txt", "Tell one in Go");
    folder.ok(&["import", "a.txt"]);
    let only = ["--templates", "mine", "--only-category", "bug_fix", "--only-language", "go", "--existing-weight", "0"];
    let first = folder.json(&[&["sample", "-n", "3", "--json"], &only[..]].concat());
    assert_eq!(first["drawn"], 3);
    let run = folder.run(&[&["sample", "-n", "9", "--quiet"], &only[..]].concat());
    assert_eq!(run.code(), 0, "{}", run.shown());
    let second: BTreeSet<String> = Folder::ids(&run.stdout()).into_iter().collect();
    assert_eq!(second.len(), 2, "six prompts, less three drawn, less one that was written by hand: {}", run.shown());
    assert_eq!(folder.run(&[&["sample", "-n", "1"], &only[..]].concat()).code(), 1);
    folder.ok(&["check"]);
}

#[test]
fn generate_makes_prompts_ahead_which_samples_draw() {
    let folder = Folder::new();
    folder.write("mine/bug_fix.toml", TINY);
    let only = ["--templates", "mine", "--only-category", "bug_fix", "--only-language", "go"];
    let made = folder.json(&[&["generate", "-n", "4", "--json"], &only[..]].concat());
    assert_eq!(made, serde_json::json!({ "requested": 4, "added": 4 }));
    let made = folder.json(&[&["generate", "-n", "4", "--json"], &only[..]].concat());
    assert_eq!(made, serde_json::json!({ "requested": 4, "added": 2 }));
    let generated = ["sample", "-n", "9", "--only-source", "generated", "--only-language", "go", "--json"];
    let stored = folder.json(&[&generated[..], &["--no-generate", "--area", "any"]].concat());
    assert_eq!(stored["drawn"], 6);
    folder.ok(&["check"]);
}

#[test]
fn a_folder_of_templates_goes_over_those_that_ship_and_its_errors_are_all_named() {
    let folder = Folder::new();
    folder.write("mine/bug_fix.toml", TINY);
    let list = folder.json(&["templates", "--templates", "mine", "--json"]);
    let own = list.as_array().expect("a list").iter().find(|t| t["name"] == "bug_fix").expect("it is listed").clone();
    assert_eq!((&own["size"], &own["languages"]), (&6.into(), &serde_json::json!({ "go": 6 })));
    assert_eq!(list.as_array().map(Vec::len), Some(42));
    folder.write("mine/bug_fix.toml", TINY.replace("{{word}}", "{{wrod}}"));
    folder.write("mine/other.toml", "category = \"x\"\n");
    insta::assert_snapshot!(folder.run(&["templates", "--templates", "mine"]).shown(), @"
    --- stderr
    error: the templates cannot be used
    caused by: mine/bug_fix.toml:2: no slot and no row has a value for `wrod`
    caused by: mine/bug_fix.toml:2: this text does not use `word`; every text uses every slot
    caused by: mine/other.toml:1: missing field `texts`
    --- exit code 1
    ");
}

/// What is stored of a template that has changed since, or is not given now, can still be drawn, and counts once.
#[test]
fn prompts_of_an_older_version_of_a_template_are_drawn_when_its_space_is_used_up() {
    let folder = Folder::new();
    folder.write("mine/poetry.toml", TINY.replace("bug_fix", "poetry"));
    let only = ["--only-area", "other", "--area", "any", "--language", "any", "--only-source", "generated"];
    folder.ok(&["--templates", "mine", "generate", "-n", "4", "--only-category", "poetry"]);
    folder.write(
        "mine/poetry.toml",
        TINY.replace("bug_fix", "poetry").replace("\"Say\", \"Tell\", \"Shout\"", "\"Sing\""),
    );
    let sample = ["--templates", "mine", "sample", "--existing-weight", "1", "--json", "-n"];
    let plan = folder.json(&[&sample[..], &["12", "--dry-run"], &only[..]].concat());
    assert_eq!(plan["drawn"], 6, "four stored, two new");
    let drawn = folder.json(&[&sample[..], &["5"], &only[..]].concat());
    assert_eq!(drawn["drawn"], 5);
    let rest = folder.json(&[&["sample", "--existing-weight", "0", "--json", "-n", "3"], &only[..]].concat());
    assert_eq!(rest["drawn"], 1, "without the folder of templates");
    folder.ok(&["check"]);
}
