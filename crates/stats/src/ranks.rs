//! What is read of the order of values: ranks and quartiles.

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
