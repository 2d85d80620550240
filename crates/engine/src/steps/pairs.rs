//! The first layer on all pairs of rows: the product of two rows with a stored matrix, what each
//! of the two adds, and ReLU (RadGraph's relations). The pairs are never all in memory.

use super::Made;
use super::parts::{Parts, Refused};
use super::step::{Buffers, Step, elements, first};
use super::weights::Weights;
use rrgscore_kernels::Epilogue;
use tract_core::internal::*;

/// Pairs that are multiplied at once: 48 products of 2 × 768 + 20 values are 300 kB, which stay in
/// the second-level cache.
const TOGETHER: usize = 48;

/// `relu((v_i ∘ v_j) · weights + (source_i + target_j))`.
#[derive(Debug)]
struct Pairs {
    weights: Weights,
}

/// Reads such a layer.
pub(crate) fn read(parts: &mut Parts<'_>) -> Result<Made, Refused> {
    parts.node("down", "Unsqueeze", &["vectors", "#down"])?;
    parts.node("across", "Unsqueeze", &["vectors", "#across"])?;
    parts.node("pairs", "Mul", &["down", "across"])?;
    let weights = Weights::take(parts, "pairs")?;
    parts.node("source", "Unsqueeze", &["of_source", "#down"])?;
    parts.node("target", "Unsqueeze", &["of_target", "#across"])?;
    parts.node("both", "Add", &["source", "target"])?;
    parts.node("sum", "Add", &["product", "both"])?;
    parts.node("relu", "Relu", &["sum"])?;
    parts.is_list("#down", &[1])?;
    parts.is_list("#across", &[0])?;
    Made::new(parts, &["vectors", "of_source", "of_target"], "relu", Pairs { weights })
}

impl Step for Pairs {
    fn name(&self) -> &'static str {
        "Pairs"
    }

    fn shape(&self, inputs: &[TVec<TDim>]) -> TractResult<TVec<TDim>> {
        let first = first(inputs)?;
        let [rows, width] = first.as_slice() else { bail!("vectors of the shape {first:?}") };
        ensure!(*width == self.weights.inputs().to_dim(), "vectors of the shape {first:?}");
        Ok(tvec![rows.clone(), rows.clone(), self.weights.outputs().to_dim()])
    }

    /// A pair's product is the same, to the bit, in both orders: it is computed once.
    fn run(&self, inputs: &[TValue], out: &mut [f32], buffers: &mut Buffers) -> TractResult<()> {
        let width = self.weights.outputs();
        let vectors = rows(inputs, 0, self.weights.inputs())?;
        let (sources, targets) = (rows(inputs, 1, width)?, rows(inputs, 2, width)?);
        let count = vectors.len();
        let fits = sources.len() == count && targets.len() == count;
        ensure!(fits, "other numbers of sums than of vectors");
        let pairs: Vec<_> =
            (0..count).flat_map(|one| (one..count).map(move |other| (one, other))).collect();
        let mut products = vec![0.0; TOGETHER * width];
        let Buffers { scratch, values, .. } = buffers;
        for pairs in pairs.chunks(TOGETHER) {
            values.clear();
            for &(one, other) in pairs {
                let both = at(&vectors, one).iter().zip(at(&vectors, other));
                values.extend(both.map(|(a, b)| a * b));
            }
            let products = products.get_mut(..pairs.len() * width).unwrap_or_default();
            self.weights.apply(values, None, Epilogue::None, products, scratch)?;
            for (&(one, other), product) in pairs.iter().zip(products.chunks_exact(width)) {
                for (from, to) in [(one, other), (other, one)] {
                    let start = (from * count + to) * width;
                    let place = out.get_mut(start..start + width).unwrap_or_default();
                    finish(product, at(&sources, from), at(&targets, to), place);
                }
            }
        }
        Ok(())
    }
}

/// An input's rows of `width` values.
fn rows(inputs: &[TValue], index: usize, width: usize) -> TractResult<Vec<&[f32]>> {
    let shape = inputs.get(index).context("an input is missing")?.shape();
    ensure!(shape.len() == 2 && shape.last() == Some(&width), "rows of the shape {shape:?}");
    Ok(elements::<f32>(inputs, index)?.chunks_exact(width).collect())
}

/// A row; none are asked for that are not there.
fn at<'a>(rows: &[&'a [f32]], index: usize) -> &'a [f32] {
    rows.get(index).copied().unwrap_or_default()
}

/// What follows a pair's product.
fn finish(product: &[f32], source: &[f32], target: &[f32], out: &mut [f32]) {
    let ends = source.iter().zip(target).map(|(a, b)| a + b);
    for ((out, product), ends) in out.iter_mut().zip(product).zip(ends) {
        let sum = product + ends;
        *out = if sum > 0.0 { sum } else { 0.0 };
    }
}
