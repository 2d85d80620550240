//! Self-attention on the output of one product that gave query, key and value: scores, softmax
//! and context, head by head, without transposed copies.

use super::rotary::{self, Rotary, Tables};
use super::score_bias::{self, Bias};
use super::step::{Buffers, Step, elements, with_last};
use super::tokens::Tokens;
use super::wiring::{Wiring, has_ints, input, int, output};
use rrgscore_kernels::{Attention as Call, Kernels, Rows, ScoreBias};
use std::sync::Arc;
use tract_core::internal::*;

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
    /// How queries and keys are turned, where they are.
    rotary: Option<Rotary>,
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
    let (mut fused, mut tables) = (0, Tables::new());
    for softmax in wiring.all("Softmax") {
        if let Some(found) = find(wiring, tokens, softmax, &mut tables) {
            let Found { input, output, step } = found;
            wiring.fuse(&[&input], &output, Arc::new(step));
            fused += 1;
        }
    }
    fused
}

fn find(
    wiring: &Wiring<'_>,
    tokens: &Tokens<'_>,
    softmax: usize,
    tables: &mut Tables,
) -> Option<Found> {
    let node = wiring.node(softmax, "Softmax").filter(|node| int(node, "axis") == Some(-1))?;
    let context = wiring.only_taker(output(node)?, "MatMul")?;
    let transposed = wiring.only_taker(output(context)?, "Transpose")?;
    let merged = wiring.only_taker(output(transposed)?, "Reshape")?;
    if !has_ints(transposed, "perm", &[0, 2, 1, 3]) || input(context, 0)? != output(node)? {
        return None;
    }
    let (values, scores) = (input(context, 1)?, input(node, 0)?);
    let (value, rotary, bias) = match projected(wiring, values, 2, &[0, 2, 1, 3]) {
        Some(value) => (value, None, score_bias::find(wiring, tokens, scores, value)?),
        None => {
            let value = rotary::value(wiring, values)?;
            let (products, bias) = score_bias::masked(wiring, tokens, scores)?;
            let rotary = rotary::find(wiring, tokens, products, value, tables)?;
            (value, Some(rotary), bias)
        }
    };
    let heads = value.heads;
    let merged_shape = wiring.i64s(input(merged, 1)?)?;
    if merged_shape != [0, 0, i64::try_from(heads.count * heads.size).ok()?] {
        return None;
    }
    let output = output(merged)?;
    let first_only = tokens.first_only && !bias.is_by_pair() && wiring.goes_out_by_rows(output);
    let step = Attention { heads, rotary, bias, first_only };
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
    let (heads, split_value) = heads_of(wiring, value, axes)?;
    let split = wiring.made_by(split_value, "Split")?;
    let width = i64::try_from(heads.width()).ok()?;
    let thirds = wiring.i64s(input(split, 1)?)? == [width; 3];
    let here = split.output.get(part).is_some_and(|name| name == split_value);
    let found = Projected { of: input(split, 0)?, heads };
    (thirds && here && int(split, "axis") == Some(2)).then_some(found)
}

/// Recognises a value whose heads were taken apart and whose axes were changed: the heads, and
/// the value before.
pub(crate) fn heads_of<'n>(
    wiring: &'n Wiring<'_>,
    value: &str,
    axes: &[i64],
) -> Option<(Heads, &'n str)> {
    let transposed = wiring.made_by(value, "Transpose")?;
    if !has_ints(transposed, "perm", axes) {
        return None;
    }
    let reshaped = wiring.made_by(input(transposed, 0)?, "Reshape")?;
    let &[0, 0, count, size] = wiring.i64s(input(reshaped, 1)?)?.as_slice() else { return None };
    let heads = Heads { count: usize::try_from(count).ok()?, size: usize::try_from(size).ok()? };
    let width = heads.count.checked_mul(heads.size).filter(|&width| width > 0)?;
    // Rows hold query, key and value.
    width.checked_mul(3)?;
    Some((heads, input(reshaped, 0)?))
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
            // As many as there are texts, which a plan does not know.
            *tokens = match tokens {
                TDim::Sym(symbol) => symbol.scope().context("no scope")?.sym("texts").to_dim(),
                _ => 1.to_dim(),
            };
        }
        Ok(shape)
    }

    /// What looks at positions beyond those of a text's own queries and keys does one at a time.
    fn takes_texts(&self) -> bool {
        matches!(self.bias, Bias::None) && self.rotary.is_none()
    }

    fn gives_first_rows(&self) -> bool {
        self.first_only
    }

    fn run(&self, inputs: &[TValue], out: &mut [f32], buffers: &mut Buffers) -> TractResult<()> {
        let (mut qkv, mut out) = (elements::<f32>(inputs, 0)?, out);
        let width = self.heads.width();
        ensure!(inputs.first().is_some_and(|input| input.shape().first() == Some(&1)), "one row");
        let one = [qkv.len() / (3 * width)];
        let texts = std::mem::take(&mut buffers.texts);
        let lengths = if texts.is_empty() { one.as_slice() } else { texts.as_slice() };
        for &tokens in lengths {
            let queries = if self.first_only { 1 } else { tokens };
            let (of_text, rest) =
                qkv.split_at_checked(tokens * 3 * width).context("rows of a text are missing")?;
            let (into, out_rest) =
                out.split_at_mut_checked(queries * width).context("no place for a text")?;
            self.attend(of_text, tokens, into, buffers)?;
            (qkv, out) = (rest, out_rest);
        }
        buffers.texts = texts;
        Ok(())
    }
}

impl Attention {
    /// The attention over one text.
    fn attend(
        &self,
        qkv: &[f32],
        tokens: usize,
        out: &mut [f32],
        buffers: &mut Buffers,
    ) -> TractResult<()> {
        let Heads { count: heads, size: head_size } = self.heads;
        let width = self.heads.width();
        let Buffers { scratch, values, turned, .. } = buffers;
        let bias = self.bias.scores(qkv, self.heads, tokens, values, scratch)?;
        let rows = |part: usize| Rows {
            values: qkv.get(part * width..).unwrap_or_default(),
            stride: 3 * width,
        };
        let [query, key] = match &self.rotary {
            Some(rotary) => rotary.turn(qkv, self.heads, turned)?,
            None => [rows(0), rows(1)],
        };
        let call = Call {
            query,
            key,
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
