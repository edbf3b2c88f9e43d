//! How fast templates render on one core: `cargo bench --bench render`, or `python3 benches/render.py` for the ratio
//! to jinja2. Nothing is stored; memory does not grow with the count.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Instant;

use prompt_catalog::app::templates::load_templates;
use prompt_catalog::assets;
use prompt_catalog::domain::taxonomy::Taxonomy;

fn main() {
    let count: u64 = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(1_000_000);
    let taxonomy = Taxonomy::parse(assets::TAXONOMY).expect("well formed");
    let templates = load_templates(None, &taxonomy).expect("the templates that ship are well formed");
    let begun = Instant::now();
    let mut bytes = 0;
    for number in 0..count {
        let template = &templates[(number % templates.len() as u64) as usize];
        let index = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % template.size();
        bytes += template.render(index).expect("within the space").text.len();
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{:.0} prompts a second, {:.0} MB a second", count as f64 / seconds, bytes as f64 / seconds / 1e6);
}
