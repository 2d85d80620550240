//! One way to add numbers up.

/// Sum with a running compensation of the rounding error (Neumaier 1974), which is exact to about
/// two roundings whatever the number of terms; 0 for no term.
///
/// The official scripts use numpy's pairwise summation, whose error is larger but still below
/// 1e-12 relative for the sizes met here.
pub fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0f64, 0.0f64);
    for value in values {
        let next = total + value;
        lost += if total.abs() >= value.abs() {
            (total - next) + value
        } else {
            (value - next) + total
        };
        total = next;
    }
    total + lost
}
