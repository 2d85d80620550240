//! Self-attention on the output of one product that gave query, key and value: scores, softmax
//! and context, head by head, without transposed copies.

use super::score_bias::{self, Bias};
use super::step::{Buffers, Step, elements, with_last};
use super::tokens::Tokens;
use super::wiring::{Wiring, has_ints, input, int, output};
use rrgscore_kernels::{Attention as Call, Kernels, Rows, ScoreBias};
use std::sync::Arc;
use tract_onnx::tract_hir::internal::*;

/// How the heads lie in the rows of query, key and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heads {
    /// Number of heads.
    pub(crate) count: usize,
    /// Values of a head.
    pub(crate) size: usize,
}

/// The attention of one layer. The scale is in the query's weights.
#[derive(Debug)]
struct Attention {
    heads: Heads,
    bias: Bias,
    /// Whether the first token's query alone is read later.
    first_only: bool,
}

/// A recognised attention.
struct Found {
    input: String,
    output: String,
    step: Attention,
}

/// Fuses every attention; gives how many there were.
pub(crate) fn fuse(wiring: &mut Wiring<'_>, tokens: &Tokens<'_>) -> usize {
    let mut fused = 0;
    for softmax in wiring.all("Softmax") {
        if let Some(found) = find(wiring, tokens, softmax) {
            let Found { input, output, step } = found;
            wiring.fuse(&[&input], &output, Arc::new(step));
            fused += 1;
        }
    }
    fused
}

fn find(wiring: &Wiring<'_>, tokens: &Tokens<'_>, softmax: usize) -> Option<Found> {
    let node = wiring.node(softmax, "Softmax").filter(|node| int(node, "axis") == Some(-1))?;
    let context = wiring.only_taker(output(node)?, "MatMul")?;
    let transposed = wiring.only_taker(output(context)?, "Transpose")?;
    let merged = wiring.only_taker(output(transposed)?, "Reshape")?;
    if !has_ints(transposed, "perm", &[0, 2, 1, 3]) || input(context, 0)? != output(node)? {
        return None;
    }
    let value = projected(wiring, input(context, 1)?, 2, &[0, 2, 1, 3])?;
    let heads = value.heads;
    let merged_shape = wiring.i64s(input(merged, 1)?)?;
    if merged_shape != [0, 0, i64::try_from(heads.count * heads.size).ok()?] {
        return None;
    }
    let bias = score_bias::find(wiring, tokens, input(node, 0)?, value)?;
    let output = output(merged)?;
    let first_only = tokens.first_only && !bias.is_by_pair() && wiring.goes_out_by_rows(output);
    let step = Attention { heads, bias, first_only };
    Some(Found { input: value.of.to_owned(), output: output.to_owned(), step })
}

/// One of query, key and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Projected<'n> {
    /// The value that holds all three, `[1, tokens, 3·heads·size]`.
    pub(crate) of: &'n str,
    pub(crate) heads: Heads,
}

/// Recognises part `part` of a product of three, its heads apart and its axes changed.
pub(crate) fn projected<'n>(
    wiring: &'n Wiring<'_>,
    value: &str,
    part: usize,
    axes: &[i64],
) -> Option<Projected<'n>> {
    let transposed = wiring.made_by(value, "Transpose")?;
    if !has_ints(transposed, "perm", axes) {
        return None;
    }
    let reshaped = wiring.made_by(input(transposed, 0)?, "Reshape")?;
    let &[0, 0, count, size] = wiring.i64s(input(reshaped, 1)?)?.as_slice() else { return None };
    let split_value = input(reshaped, 0)?;
    let split = wiring.made_by(split_value, "Split")?;
    let width = count.checked_mul(size)?;
    let thirds = wiring.i64s(input(split, 1)?)? == [width; 3];
    let here = split.output.get(part).is_some_and(|name| name == split_value);
    let heads = Heads { count: usize::try_from(count).ok()?, size: usize::try_from(size).ok()? };
    let found = Projected { of: input(split, 0)?, heads };
    (thirds && here && int(split, "axis") == Some(2)).then_some(found)
}

impl Heads {
    /// Values of all heads.
    pub(crate) fn width(self) -> usize {
        self.count * self.size
    }
}

impl Step for Attention {
    fn name(&self) -> &'static str {
        "Attention"
    }

    fn shape(&self, first: &[TDim]) -> TractResult<TVec<TDim>> {
        let width = self.heads.width();
        ensure!(first.len() == 3, "query, key and value of another shape than [1, tokens, width]");
        let mut shape = with_last(first, 3 * width, width)?;
        if let (true, Some(tokens)) = (self.first_only, shape.get_mut(1)) {
            *tokens = 1.to_dim();
        }
        Ok(shape)
    }

    fn run(&self, inputs: &[TValue], out: &mut [f32], buffers: &mut Buffers) -> TractResult<()> {
        let qkv = elements::<f32>(inputs, 0)?;
        let Heads { count: heads, size: head_size } = self.heads;
        let width = self.heads.width();
        let tokens = qkv.len() / (3 * width);
        ensure!(inputs.first().is_some_and(|input| input.shape().first() == Some(&1)), "one text");
        let Buffers { scratch, values } = buffers;
        let bias = self.bias.scores(qkv, self.heads, tokens, values, scratch)?;
        let rows = |part: usize| Rows {
            values: qkv.get(part * width..).unwrap_or_default(),
            stride: 3 * width,
        };
        let call = Call {
            query: rows(0),
            key: rows(1),
            value: rows(2),
            queries: out.len() / width,
            keys: tokens,
            heads,
            head_size,
            scale: 1.0,
            bias: if tokens == 0 { ScoreBias::None } else { bias },
        };
        Ok(Kernels::best().attention(&call, out, scratch)?)
    }
}
