//! How what must stay quick in a large catalog finds its rows.

use std::sync::atomic::AtomicBool;

use super::Catalog;
use super::export::{ExportFormat, ExportOptions, export};
use super::import::{ImportRequest, import, shipped};
use super::report::{ReportRequest, find_report, load_reports, report};
use super::sample::{SampleRequest, sample};
use super::templates::load_templates;
use crate::assets;
use crate::domain::pool::Filter;
use crate::domain::target::TargetSpec;
use crate::domain::taxonomy::Taxonomy;

/// Tables that do not grow with the prompts: kept counts by category, language and the like.
const SMALL: [&str; 3] = ["stratum", "template", "template_made"];

/// Tables that refer to prompts: the plan of an insertion looks through them for a reference that the new prompt would mend,
/// which runs only while one is broken.
const REFERRING: [&str; 2] = ["assignment", "attempt"];

fn filled() -> Catalog {
    let mut catalog = Catalog::temporary(Taxonomy::parse(assets::TAXONOMY).expect("well formed")).expect("a catalog");
    let request = ImportRequest { inputs: Some(shipped()), ..ImportRequest::default() };
    import(&mut catalog, &request, &AtomicBool::new(false), &mut |_| ()).expect("what ships is sound");
    catalog.store.query_plans();
    catalog
}

/// Returns the steps of what was run that go through a whole table or index, and checks that there were steps at all.
fn scans(catalog: &Catalog, sought: &str) -> Vec<String> {
    let plans = catalog.store.query_plans();
    assert!(plans.iter().any(|(_, step)| step.starts_with(sought)), "no step begins with {sought}: {plans:#?}");
    let table = |step: &str| step.split(' ').nth(1).unwrap_or_default().to_owned();
    let is_fine = |sql: &str, table: &str| {
        SMALL.contains(&table) || (sql.starts_with("INSERT INTO prompt ") && REFERRING.contains(&table))
    };
    let is_scan = |(sql, step): &(String, String)| step.starts_with("SCAN ") && !is_fine(sql, &table(step));
    plans.into_iter().filter(is_scan).map(|(sql, step)| format!("{step}: {sql}")).collect()
}

#[test]
fn a_sample_never_goes_through_the_pool() {
    let mut catalog = filled();
    let templates = load_templates(None, &catalog.taxonomy).expect("the templates that ship are well formed");
    for (max_uses, generate) in [(1, true), (2, false)] {
        let request = SampleRequest {
            count: 60,
            dataset: None,
            targets: TargetSpec::default(),
            filter: Filter::default(),
            seed: Some(7),
            max_uses,
            strict: false,
            dry_run: false,
            generate,
            output: None,
        };
        let outcome = sample(&mut catalog, &templates, &request).expect("there are prompts enough");
        assert_eq!(outcome.drawn, 60);
        let options = ExportOptions { format: ExportFormat::Jsonl, system: None, formula_safe: false, responses: None };
        let name = outcome.dataset.expect("it was recorded");
        export(&catalog, name.as_str(), &options, &mut std::io::sink()).expect("it can be written");
    }
    assert_eq!(scans(&catalog, "SEARCH place USING"), [] as [String; 0]);
}

#[test]
fn a_report_on_coverage_never_goes_through_the_prompts() {
    let catalog = filled();
    let templates = load_templates(None, &catalog.taxonomy).expect("the templates that ship are well formed");
    let reports = load_reports(None).expect("the reports that ship are well formed");
    let definition = find_report(&reports, "coverage").expect("it ships");
    report(&catalog, &templates, definition, &ReportRequest::default()).expect("it can be counted");
    assert_eq!(scans(&catalog, "SCAN stratum"), [] as [String; 0]);
}
