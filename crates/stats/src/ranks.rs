//! What is read of the order of values: ranks, rank correlation, quartiles.

use crate::sum;

/// The rank of each value, 1 the smallest; equal values share the mean of their ranks.
///
/// Values are finite numbers: of others the order is not told.
#[must_use]
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    // Equal by value, so that −0 and 0 are.
    for equal in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let shared = from as f64 + (equal.len() as f64 + 1.0) / 2.0;
        for &at in equal {
            ranks[at] = shared;
        }
        from += equal.len();
    }
    ranks
}

/// Spearman's rank correlation of two lists of as many finite numbers, −1 to 1: Pearson's correlation
/// of their ranks (Spearman 1904). `None` of fewer than two, of lists of two lengths, and where all
/// values of a list are equal.
#[must_use]
pub fn spearman(first: &[f64], second: &[f64]) -> Option<f64> {
    if first.len() != second.len() || first.len() < 2 {
        return None;
    }
    // The mean of all ranks, whatever is equal.
    let middle = (first.len() as f64 + 1.0) / 2.0;
    let centred =
        |values: &[f64]| -> Vec<f64> { ranks(values).iter().map(|rank| rank - middle).collect() };
    let (first, second) = (centred(first), centred(second));
    let product = |a: &[f64], b: &[f64]| sum(a.iter().zip(b).map(|(a, b)| a * b));
    let scale = (product(&first, &first) * product(&second, &second)).sqrt();
    (scale > 0.0).then(|| (product(&first, &second) / scale).clamp(-1.0, 1.0))
}

/// Smallest value, first quartile, median, third quartile and largest value of finite numbers.
/// Quartiles lie between two values in proportion (numpy's `linear`, type 7 of Hyndman and Fan 1996).
/// `None` of no values.
#[must_use]
pub fn five_numbers(values: &[f64]) -> Option<[f64; 5]> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    Some([0.0, 0.25, 0.5, 0.75, 1.0].map(|share| {
        let place = share * last as f64;
        let below = place.floor() as usize;
        let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
        low + (high - low) * place.fract()
    }))
}
