//! Inner products whose bits do not depend on the platform.

/// Number of partial sums of an inner product: four 128-bit vectors of f32.
const LANES: usize = 16;

/// Inner product in a fixed order of summation: 16 interleaved partial sums, then pairwise.
///
/// Compilers may not reorder it, and can vectorize it as it stands.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    let (a_chunks, a_rest) = a.as_chunks::<LANES>();
    let (b_chunks, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    for (sum, (a, b)) in sums.iter_mut().zip(a_rest.iter().zip(b_rest)) {
        *sum += a * b;
    }
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
        width /= 2;
    }
    sums[0]
}

/// L2 norm.
pub(crate) fn norm(a: &[f32]) -> f32 {
    dot(a, a).sqrt()
}

/// Rows of `dim` values divided by their L2 norms, which count as at least `floor`: with 0, a row of
/// zeros becomes NaN.
pub(crate) fn unit_rows(values: &[f32], dim: usize, floor: f32) -> Vec<f32> {
    let mut rows = values.to_vec();
    for row in rows.chunks_exact_mut(dim) {
        let norm = norm(row).max(floor);
        for value in row {
            *value /= norm;
        }
    }
    rows
}
