//! Ranks, rank correlation and quartiles against scipy and numpy.

#![cfg(test)]

use rrgscore_parity::{Tally, number, numbers, records};
use rrgscore_stats::{five_numbers, ranks, spearman};

const FILE: &str = "ranks.jsonl";
const SECTION: &str = "Means and intervals";

#[test]
fn equal_scipy_and_numpy() {
    let mut tally = Tally::within(SECTION, "ranks, Spearman's correlation, quartiles", FILE, 1e-12);
    for golden in records(FILE) {
        let record = &golden.value;
        tally.at(&golden);
        let (first, second) = (numbers(&record["first"]), numbers(&record["second"]));
        let mut close = |ours: &[f64], theirs: Vec<f64>| {
            assert_eq!(ours.len(), theirs.len());
            ours.iter().zip(theirs).for_each(|(&ours, theirs)| tally.close(ours, theirs));
        };
        close(&ranks(&first), numbers(&record["ranks"]));
        close(&five_numbers(&first).unwrap(), numbers(&record["five_numbers"]));
        let pairs: Vec<(f64, f64)> = first.iter().copied().zip(second).collect();
        match spearman(&pairs) {
            Some(ours) => close(&[ours], vec![number(&record["spearman"])]),
            None => assert!(record["spearman"].is_null(), "{}", golden.place),
        }
    }
    tally.finish();
}

#[test]
fn of_nothing_there_is_nothing() {
    assert_eq!(five_numbers(&[]), None);
    assert!(ranks(&[]).is_empty());
}
