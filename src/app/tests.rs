//! How what must stay quick in a large catalog finds its rows.

use std::sync::atomic::AtomicBool;

use super::Catalog;
use super::export::{ExportFormat, ExportOptions, export};
use super::import::{ImportRequest, import, shipped};
use super::report::{ReportRequest, find_report, load_reports, report};
use super::sample::{SampleRequest, sample};
use super::templates::load_templates;
use crate::assets;
use crate::domain::target::TargetSpec;
use crate::domain::taxonomy::Taxonomy;

fn filled() -> Catalog {
    let mut catalog = Catalog::temporary(Taxonomy::parse(assets::TAXONOMY).expect("well formed")).expect("a catalog");
    let request = ImportRequest { inputs: Some(shipped()), ..ImportRequest::default() };
    import(&mut catalog, &request, &AtomicBool::new(false), &mut |_| ()).expect("what ships is sound");
    // What the import asked for is another matter.
    catalog.store.scans("prompt");
    catalog
}

#[test]
fn a_sample_never_goes_through_the_pool() {
    let mut catalog = filled();
    let templates = load_templates(None, &catalog.taxonomy).expect("the templates that ship are well formed");
    for (max_uses, generate) in [(1, true), (2, false)] {
        let request = SampleRequest { max_uses, generate, ..SampleRequest::new(60, TargetSpec::default(), 7) };
        let outcome = sample(&mut catalog, &templates, &request).expect("there are prompts enough");
        assert_eq!(outcome.drawn, 60);
        let options = ExportOptions { format: ExportFormat::Jsonl, system: None, formula_safe: false, responses: None };
        let name = outcome.dataset.expect("it was recorded");
        export(&catalog, name.as_str(), &options, &mut std::io::sink()).expect("it can be written");
    }
    assert_eq!(catalog.store.scans("place"), [] as [String; 0]);
}

#[test]
fn a_report_on_coverage_never_goes_through_the_prompts() {
    let catalog = filled();
    let templates = load_templates(None, &catalog.taxonomy).expect("the templates that ship are well formed");
    let reports = load_reports(None).expect("the reports that ship are well formed");
    let definition = find_report(&reports, "coverage").expect("it ships");
    report(&catalog, &templates, definition, &ReportRequest::default()).expect("it can be counted");
    assert_eq!(catalog.store.scans("stratum"), [] as [String; 0]);
}
