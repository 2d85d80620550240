//! Means and intervals against numpy and scipy, and against identities.

#![cfg(test)]

use proptest::prelude::*;
use rrgscore_parity::{Tally, number, numbers, records};
use rrgscore_stats::{
    Bootstrap, Interval, ReciprocalRefusal, StatsError, Z_95, bootstrap_mean, mean_estimate,
    reciprocal,
};

const TOLERANCE: f64 = 1e-12;

#[test]
fn equals_numpy_and_scipy() {
    let (mut intervals, mut refusals) = (0, 0);
    let mut tally =
        Tally::within("Means and intervals", "mean ± 1.96 SE, reciprocal", "ci.jsonl", TOLERANCE);
    for golden in records("ci.jsonl") {
        tally.at(&golden);
        let (record, place) = (&golden.value, &golden.place);
        let values = numbers(&record["values"]);
        let ours = mean_estimate(&values).unwrap();
        assert_eq!(ours.n, values.len());
        tally.close(ours.mean, number(&record["mean"]));
        let Some(ci95) = ours.ci95 else {
            // With one value scipy gives NaN; here there is no interval.
            assert_eq!(ours.n, 1, "{place}");
            assert!(ours.standard_error.is_none() && number(&record["se_ddof1"]).is_nan());
            continue;
        };
        intervals += 1;
        let error = ours.standard_error.unwrap();
        tally.close(error, number(&record["se_ddof1"]));
        tally.close(Z_95 * error, number(&record["half_ddof1"]));
        tally.close(ci95.lower, number(&record["lo_ddof1"]));
        tally.close(ci95.upper, number(&record["hi_ddof1"]));

        if number(&record["lo_ddof1"]) <= 0.0 {
            refusals += 1;
            assert!(reciprocal(&ours).is_err(), "{place}");
            continue;
        }
        let inverse = reciprocal(&ours).unwrap();
        tally.close(inverse.value, number(&record["inv_mean"]));
        let half = inverse.ci95.unwrap().half_width();
        tally.close(half, number(&record["inv_half_delta_ddof1"]));
    }
    tally.finish();
    assert!(intervals > 0 && refusals > 0);
}

#[test]
fn a_single_score_has_no_interval() {
    let one = mean_estimate(&[0.4]).unwrap();
    assert_eq!((one.mean, one.standard_error, one.ci95), (0.4, None, None));
    let inverse = reciprocal(&one).unwrap();
    assert_eq!((inverse.value, inverse.ci95), (2.5, None));
}

#[test]
fn input_without_a_mean_is_refused() {
    assert_eq!(mean_estimate(&[]), Err(StatsError::Empty));
    assert_eq!(mean_estimate(&[0.0, f64::NAN]), Err(StatsError::NotFinite { index: 1 }));
    let none = Bootstrap { resamples: 0, ..Bootstrap::default() };
    assert_eq!(bootstrap_mean(&[1.0], none), Err(StatsError::BadBootstrap));
}

#[test]
fn the_reciprocal_of_a_mean_near_zero_is_refused() {
    let negative = mean_estimate(&[-1.0, -2.0]).unwrap();
    let refusal = reciprocal(&negative).unwrap_err();
    assert_eq!(refusal, ReciprocalRefusal::MeanNotPositive { mean: -1.5 });
    let zero = mean_estimate(&[0.0]).unwrap();
    assert!(matches!(reciprocal(&zero), Err(ReciprocalRefusal::MeanNotPositive { .. })));
    let wide = mean_estimate(&[1.0, -0.5]).unwrap();
    assert!(matches!(reciprocal(&wide), Err(ReciprocalRefusal::IntervalTouchesZero { .. })));
}

#[test]
fn the_bootstrap_finds_the_binomial_quantiles() {
    // A resample of 49 zeros and 51 ones has Binomial(100, 0.51) ones; its 2.5 % and 97.5 %
    // quantiles are 41 and 61 (scipy.stats.binom.ppf).
    let values: Vec<f64> = (0..100).map(|i| if i < 49 { 0.0 } else { 1.0 }).collect();
    for seed in 0..3 {
        let settings = Bootstrap { seed, resamples: 20_000, level: 0.95 };
        let Interval { lower, upper } = bootstrap_mean(&values, settings).unwrap();
        assert!((lower - 0.41).abs() < 0.0101 && (upper - 0.61).abs() < 0.0101, "{lower} {upper}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    let values: Vec<f64> = (0..50).map(|i| f64::from(i * i % 17) / 17.0).collect();
    let run = |seed| bootstrap_mean(&values, Bootstrap { seed, ..Bootstrap::default() }).unwrap();
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

proptest! {
    #[test]
    fn the_order_of_studies_does_not_matter(mut values in prop::collection::vec(-9.0..9.0, 2..60)) {
        let forth = mean_estimate(&values).unwrap();
        values.reverse();
        let back = mean_estimate(&values).unwrap();
        prop_assert!((forth.mean - back.mean).abs() < 1e-15 * 16.0);
        let errors = forth.standard_error.zip(back.standard_error);
        prop_assert!(errors.is_some_and(|(a, b)| (a - b).abs() < 1e-14));
    }

    #[test]
    fn intervals_hold_what_they_are_about(values in prop::collection::vec(0.01f64..9.0, 2..40)) {
        let estimate = mean_estimate(&values).unwrap();
        let settings = Bootstrap { resamples: 500, ..Bootstrap::default() };
        let resampled = bootstrap_mean(&values, settings).unwrap();
        let (low, high) = values.iter().fold((f64::MAX, 0.0f64), |(l, h), &v| (l.min(v), h.max(v)));
        prop_assert!(low - 1e-12 <= resampled.lower && resampled.upper <= high + 1e-12);
        let inverse = resampled.reciprocal().unwrap();
        prop_assert!(inverse.lower <= inverse.upper);
        if let Ok(delta) = reciprocal(&estimate) {
            prop_assert!((delta.value * estimate.mean - 1.0).abs() < 1e-12);
        }
    }
}
