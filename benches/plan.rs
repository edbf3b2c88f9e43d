//! How long a plan takes, as the pool's cells grow: `cargo bench --bench plan`.
//!
//! The pools are seeded and scarce in places, which is where planning works hardest. The last column is the ratio to
//! the smallest plan of the same run.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::collections::BTreeMap;
use std::time::Instant;

use prompt_catalog::domain::plan::plan;
use prompt_catalog::domain::pool::{Cell, Pool, Stock, StratumId};
use prompt_catalog::domain::prompt::{Axis, Source};
use prompt_catalog::domain::target::{Shares, Targets};

fn main() {
    let mut first = None;
    for (topics, languages) in [(9, 8), (9, 20), (9, 50)] {
        let mut times: Vec<f64> = (0..15).map(|seed| timed(topics, languages, seed)).collect();
        times.sort_by(f64::total_cmp);
        let median = times[times.len() / 2];
        let ratio = median / *first.get_or_insert(median);
        println!(
            "{topics} x {languages} x 2: median {median:.2} ms, worst {:.2} ms, ratio {ratio:.1}",
            times[times.len() - 1]
        );
    }
}

fn timed(topics: usize, languages: usize, seed: u64) -> f64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1;
    let mut random = move |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut shares = |axis, count: usize| {
        let weights: BTreeMap<_, _> =
            (0..count).map(|n| (format!("{n:02}"), (1 + random(40)).to_string().parse().expect("a decimal"))).collect();
        Some(Shares::new(axis, &weights).expect("shares"))
    };
    let (topic, language) = (shares(Axis::Area, topics), shares(Axis::Language, languages));
    let source = Some(Shares::of_sources("0.7".parse().expect("a decimal")).expect("shares"));
    let mut stocks = Vec::new();
    for topic in 0..topics {
        for language in 0..languages {
            for source in Source::ALL {
                let size = [0, 1, 3, 20, 500][random(5) as usize];
                let cell = Cell {
                    topic: Some(format!("{topic:02}")),
                    language: Some(format!("{language:02}")),
                    source: Some(source),
                };
                if size > 0 {
                    stocks.push(Stock { cell, strata: vec![(StratumId(0), size)], space: 0 });
                }
            }
        }
    }
    let pool = Pool { stocks, left_out: vec![] };
    let begun = Instant::now();
    let plan = plan(1000, &Targets { topic, language, source }, &pool);
    assert_eq!(plan.drawn(), 1000.min(pool.available()));
    begun.elapsed().as_secs_f64() * 1000.0
}
