//! Paired comparison of two runs against scipy and statsmodels, and against identities.

#![cfg(test)]

use std::ops::ControlFlow;

use rrgscore_parity::{Tally, number, numbers, records};
use rrgscore_stats::{
    Bootstrap, PairedDifference, PairedError, PairedFailure, PairedScores, holm, paired_differences,
};

const FILE: &str = "paired.jsonl";
const SECTION: &str = "Means and intervals";

fn scores(first: &[f64], second: &[f64], reciprocal: bool) -> PairedScores {
    let of = |values: &[f64]| values.iter().copied().map(Some).collect();
    PairedScores { first: of(first), second: of(second), reciprocal }
}

fn compared(columns: &[PairedScores]) -> Vec<Result<PairedDifference, PairedError>> {
    paired_differences(columns, Bootstrap::default(), &mut |_| ControlFlow::Continue(())).unwrap()
}

fn one(column: &PairedScores) -> Result<PairedDifference, PairedError> {
    compared(std::slice::from_ref(column)).remove(0)
}

/// Intervals and p-values are drawn: ours of 10,000 draws may be as far from scipy's of 100,000 as
/// five standard errors of drawing.
#[test]
fn equals_scipy_to_the_error_of_drawing() {
    let mut exact = Tally::within(SECTION, "difference of two runs' means", FILE, 1e-12);
    let draws = 1.0 / 10_000.0 + 1.0 / 100_000.0;
    // Density of the normal distribution at its 2.5 % quantile.
    let density = 0.058_44;
    let mut trials = 0;
    for golden in records(FILE) {
        let record = &golden.value;
        if record["kind"] == "holm" {
            continue;
        }
        exact.at(&golden);
        let (first, second) = (numbers(&record["first"]), numbers(&record["second"]));
        let reciprocal = record["reciprocal"] == true;
        let ours = one(&scores(&first, &second, reciprocal)).unwrap();
        exact.close(ours.difference, number(&record["difference"]));
        let p = number(&record["p"]);
        let of_p = if record["exact"] == true { 1.0 / 10_000.0 } else { draws };
        let error = (p * (1.0 - p) * of_p).sqrt().max(1.0 / 10_000.0);
        assert!((ours.p - p).abs() <= 5.0 * error, "{}: {} beside {p}", golden.place, ours.p);
        if first.len() < 30 {
            // Of few studies few distinct means can be drawn: the density is no normal one's.
            continue;
        }
        let ends = [number(&record["lower"]), number(&record["upper"])];
        // Of a reciprocal the interval's width tells its standard error.
        let spread = (ends[1] - ends[0]) / 2.0 / 1.96;
        let error = spread * (0.025 * 0.975 * draws).sqrt() / density;
        for (ours, official) in ours.interval.unwrap().into_iter().zip(ends) {
            assert!((ours - official).abs() <= 5.0 * error, "{}", golden.place);
        }
        trials += 1;
    }
    exact.finish();
    assert!(trials >= 8);
}

#[test]
fn holm_equals_statsmodels() {
    let mut tally = Tally::within(SECTION, "Holm's adjustment of p-values", FILE, 1e-12);
    for golden in records(FILE).into_iter().filter(|golden| golden.value["kind"] == "holm") {
        tally.at(&golden);
        let ours = holm(&numbers(&golden.value["p"]));
        let theirs = numbers(&golden.value["adjusted"]);
        assert_eq!(ours.len(), theirs.len());
        ours.iter().zip(theirs).for_each(|(&ours, theirs)| tally.close(ours, theirs));
    }
    tally.finish();
    assert!(holm(&[]).is_empty());
}

#[test]
fn two_equal_runs_differ_by_nothing() {
    let values = [0.1, 0.7, 0.3, 0.3];
    let same = one(&scores(&values, &values, false)).unwrap();
    assert_eq!((same.difference, same.p, same.interval), (0.0, 1.0, Some([0.0, 0.0])));
    assert_eq!((same.higher, same.lower, same.equal), (0, 0, 4));
}

#[test]
fn the_runs_exchanged_give_the_opposite() {
    let (a, b) = ([0.1, 0.7, 0.3, 0.9, 0.2], [0.2, 0.6, 0.5, 0.9, 0.4]);
    let (there, back) = (one(&scores(&a, &b, false)), one(&scores(&b, &a, false)));
    let (there, back) = (there.unwrap(), back.unwrap());
    assert_eq!(there.difference, -back.difference);
    assert_eq!(there.p, back.p);
    let [lower, upper] = there.interval.unwrap();
    assert!((lower + back.interval.unwrap()[1]).abs() < 1e-12 && lower <= upper);
    assert_eq!((there.higher, there.lower), (back.lower, back.higher));
}

#[test]
fn a_column_is_the_same_beside_others_and_alone() {
    let (a, b) = ([0.1, 0.7, 0.3, 0.9, 0.2], [0.2, 0.6, 0.5, 0.9, 0.4]);
    let large = scores(&a.map(|x| x * 1e9), &b.map(|x| x * 1e9), false);
    let column = scores(&a, &b, false);
    let both = compared(&[large, column.clone()]);
    assert_eq!(both[1], one(&column));
}

#[test]
fn studies_without_a_score_in_both_runs_do_not_count() {
    let with_gaps = PairedScores {
        first: vec![Some(0.1), None, Some(0.5), Some(0.9)],
        second: vec![Some(0.2), Some(0.4), None, Some(0.7)],
        reciprocal: false,
    };
    let found = one(&with_gaps).unwrap();
    assert_eq!((found.n, found.higher, found.lower), (2, 1, 1));
    assert!((found.difference - -0.05).abs() < 1e-12);
}

#[test]
fn what_cannot_be_compared_is_refused_and_the_others_are_not() {
    let fine = scores(&[0.1, 0.2], &[0.3, 0.1], false);
    let mut lengths = fine.clone();
    lengths.second.pop();
    let nobody = PairedScores { second: vec![None, None], ..fine.clone() };
    let nan = scores(&[0.1, 0.2], &[0.3, f64::NAN], false);
    let negative = scores(&[0.1, -0.2], &[0.3, 0.1], true);
    let all = compared(&[lengths, nobody, nan, negative, fine.clone()]);
    assert_eq!(all[0], Err(PairedError::Lengths { first: 2, second: 1 }));
    assert_eq!(all[1], Err(PairedError::NoStudy));
    assert_eq!(all[2], Err(PairedError::NotFinite { index: 1 }));
    assert_eq!(all[3], Err(PairedError::NoReciprocal));
    assert_eq!(all[4], one(&fine));
}

#[test]
fn it_can_be_ended_and_tells_how_far_it_is() {
    let column = [scores(&[0.1, 0.2], &[0.3, 0.1], false)];
    let mut seen = Vec::new();
    let ended = paired_differences(&column, Bootstrap::default(), &mut |part| {
        seen.push(part);
        if part > 0.7 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(ended, Err(PairedFailure::Cancelled));
    assert!(seen.is_sorted() && seen[0] == 0.0 && *seen.last().unwrap() < 0.72);
    let none = Bootstrap { resamples: 0, ..Bootstrap::default() };
    assert!(paired_differences(&column, none, &mut |_| ControlFlow::Continue(())).is_err());
}
