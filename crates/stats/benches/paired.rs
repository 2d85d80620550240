//! How long two runs of 10,000 studies and 8 columns take to compare with 10,000 resamples:
//! `cargo bench -p rrgscore-stats`.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout)]

use std::ops::ControlFlow;
use std::time::Instant;

use rrgscore_stats::{Bootstrap, PairedScores, paired_differences};

const STUDIES: usize = 10_000;
const COLUMNS: usize = 8;

fn main() {
    // Scores without a pattern that the sums could follow.
    let score = |study: usize, column: usize, run: usize| {
        let mixed = (study * 31 + column * 7 + run * 13).wrapping_mul(2_654_435_761) % 1000;
        Some(mixed as f64 / 1000.0)
    };
    let column = |column: usize| PairedScores {
        first: (0..STUDIES).map(|study| score(study, column, 0)).collect(),
        second: (0..STUDIES).map(|study| score(study, column, 1)).collect(),
        reciprocal: column == 0,
    };
    let columns: Vec<PairedScores> = (0..COLUMNS).map(column).collect();
    for _ in 0..3 {
        let began = Instant::now();
        let settings = Bootstrap::default();
        let found = paired_differences(&columns, settings, &mut |_| ControlFlow::Continue(()));
        let compared = found.map_or(0, |found| found.iter().filter(|one| one.is_ok()).count());
        println!(
            "{STUDIES} studies, {compared} columns, {} resamples: {:.2} s",
            settings.resamples,
            began.elapsed().as_secs_f64()
        );
    }
}
