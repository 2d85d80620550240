//! Coefficients of correlation against scipy, and against identities.

#![cfg(test)]

use proptest::prelude::*;
use rrgscore_parity::{Tally, number, numbers, records};
use rrgscore_stats::{CorrelationMethod, correlation};

const FILE: &str = "correlation.jsonl";

#[test]
fn equals_scipy() {
    let mut without = 0;
    for method in CorrelationMethod::ALL {
        let what = match method {
            CorrelationMethod::Pearson => "correlation, Pearson's r",
            CorrelationMethod::Spearman => "correlation, Spearman's rho",
            CorrelationMethod::Kendall => "correlation, Kendall's tau-b",
        };
        let mut tally = Tally::within("Means and intervals", what, FILE, 1e-12);
        for golden in records(FILE) {
            tally.at(&golden);
            let (first, second) =
                (numbers(&golden.value["first"]), numbers(&golden.value["second"]));
            let pairs: Vec<(f64, f64)> = first.into_iter().zip(second).collect();
            let theirs = number(&golden.value[method.as_str()]);
            match correlation(method, &pairs) {
                Some(ours) => tally.close(ours, theirs),
                None => {
                    assert!(theirs.is_nan(), "{}", golden.place);
                    without += 1;
                }
            }
        }
        tally.finish();
    }
    assert_eq!(without, CorrelationMethod::ALL.len());
}

/// The definition, pair by pair.
fn tau_by_pairs(pairs: &[(f64, f64)]) -> Option<f64> {
    let (mut difference, mut first, mut second) = (0_i64, 0_i64, 0_i64);
    for (at, x) in pairs.iter().enumerate() {
        for y in &pairs[..at] {
            let sign = |a: f64, b: f64| i64::from(a > b) - i64::from(a < b);
            let (a, b) = (sign(x.0, y.0), sign(x.1, y.1));
            difference += a * b;
            first += a * a;
            second += b * b;
        }
    }
    let size = (first as f64).sqrt() * (second as f64).sqrt();
    (size > 0.0).then(|| difference as f64 / size)
}

proptest! {
    #[test]
    fn tau_is_what_its_definition_counts(
        pairs in prop::collection::vec((0_u8..9, 0_u8..9), 0..60)
    ) {
        let pairs: Vec<(f64, f64)> =
            pairs.into_iter().map(|(a, b)| (f64::from(a), f64::from(b))).collect();
        let ours = correlation(CorrelationMethod::Kendall, &pairs);
        match (ours, tau_by_pairs(&pairs)) {
            (Some(ours), Some(defined)) => prop_assert!((ours - defined).abs() < 1e-12),
            (ours, defined) => prop_assert_eq!(ours, defined),
        }
    }

    #[test]
    fn the_sides_can_be_exchanged_and_ranks_do_not_see_a_scale(
        pairs in prop::collection::vec((-5.0_f64..5.0, -5.0_f64..5.0), 2..40)
    ) {
        let exchanged: Vec<(f64, f64)> = pairs.iter().map(|(a, b)| (*b, *a)).collect();
        let stretched: Vec<(f64, f64)> = pairs.iter().map(|(a, b)| (a * 8.0, *b)).collect();
        for method in CorrelationMethod::ALL {
            let here = correlation(method, &pairs);
            let there = correlation(method, &exchanged);
            prop_assert!((here.unwrap_or(0.0) - there.unwrap_or(0.0)).abs() < 1e-12);
            if method != CorrelationMethod::Pearson {
                let there = correlation(method, &stretched);
                prop_assert!((here.unwrap_or(0.0) - there.unwrap_or(0.0)).abs() < 1e-9);
            }
        }
    }
}

#[test]
fn what_does_not_vary_or_is_no_number_goes_with_nothing() {
    for method in CorrelationMethod::ALL {
        assert_eq!(CorrelationMethod::from_name(method.as_str()), Some(method));
        assert_eq!(correlation(method, &[]), None);
        assert_eq!(correlation(method, &[(1.0, 2.0)]), None);
        assert_eq!(correlation(method, &[(0.1, 0.2); 7]), None);
        assert_eq!(correlation(method, &[(0.1, 0.2), (f64::NAN, 0.3)]), None);
    }
}
