//! Self-attention on the output of one product that gave query, key and value: scores, softmax
//! and context, head by head, without transposed copies.

use super::Made;
use super::parts::{Parts, Refused, ensure, is_int, is_ints};
use super::rotary::{self, Rotary, Tables};
use super::score_bias::{self, Bias};
use super::step::{Buffers, Step, elements, lengths, with_last};
use rrgscore_kernels::{Attention as Call, Kernels, Rows, ScoreBias};
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

/// Reads an attention.
pub(crate) fn read(parts: &mut Parts<'_>, tables: &mut Tables) -> Result<Made, Refused> {
    let (heads, rotary) = if parts.has("turned") {
        let (heads, rotary) = rotary::read(parts, tables)?;
        (heads, Some(rotary))
    } else {
        (projected(parts)?, None)
    };
    let bias = score_bias::read(parts, heads, rotary.is_some())?;
    is_int(parts.node("weights", "Softmax", &["masked"])?, "axis", -1, -1)?;
    parts.node("context", "MatMul", &["weights", "value"])?;
    let transposed = parts.node("context.tokens", "Transpose", &["context"])?;
    parts.node("merged", "Reshape", &["context.tokens", "#merged"])?;
    is_ints(transposed, "perm", &[0, 2, 1, 3])?;
    parts.is_list("#merged", &[0, 0, heads.width() as i64])?;
    Made::new(parts, &["qkv"], "merged", Attention { heads, rotary, bias, first_only: false })
}

/// Takes the parts that make query, key and value of one product, heads apart.
fn projected(parts: &mut Parts<'_>) -> Result<Heads, Refused> {
    let thirds = ["query.third", "key.third", "value.third"];
    let split = parts.node_with_outputs("split", "Split", &["qkv", "#thirds"], &thirds)?;
    is_int(split, "axis", 2, 0)?;
    let heads = take_heads(parts, "query", ["query.third", "#query", "query.heads"], QUERY)?;
    let same = [
        take_heads(parts, "key", ["key.third", "#key", "key.heads"], KEY)?,
        take_heads(parts, "value", ["value.third", "#value", "value.heads"], QUERY)?,
    ];
    ensure(same == [heads; 2], || "has other heads in query, key and value".to_owned())?;
    parts.is_list("#thirds", &[heads.width() as i64; 3])?;
    Ok(heads)
}

/// The axes of queries and values once their heads are apart: heads before tokens.
pub(crate) const QUERY: &[i64] = &[0, 2, 1, 3];
/// The axes of keys: tokens last.
const KEY: &[i64] = &[0, 2, 3, 1];

/// Takes the parts that take a value's heads apart. `names` are the value, the stored shape, and
/// the part between both.
pub(crate) fn take_heads(
    parts: &mut Parts<'_>,
    part: &'static str,
    names: [&'static str; 3],
    axes: &[i64],
) -> Result<Heads, Refused> {
    let [value, shape, between] = names;
    parts.node(between, "Reshape", &[value, shape])?;
    is_ints(parts.node(part, "Transpose", &[between])?, "perm", axes)?;
    let found = parts.i64s(shape)?;
    let &[0, 0, count, size] = found.as_slice() else {
        return Err(format!("has a {part} without heads"));
    };
    let heads = usize::try_from(count).ok().zip(usize::try_from(size).ok());
    let heads = heads.map(|(count, size)| Heads { count, size });
    // Rows hold query, key and value.
    let fits = |heads: &Heads| {
        heads.count.checked_mul(heads.size).is_some_and(|width| {
            width > 0 && width.checked_mul(6).is_some_and(|all| i64::try_from(all).is_ok())
        })
    };
    heads.filter(fits).ok_or_else(|| format!("has a {part} without heads"))
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

    fn shape(&self, inputs: &[TVec<TDim>]) -> TractResult<TVec<TDim>> {
        let width = self.heads.width();
        let mut shape = with_last(inputs, 3 * width, width)?;
        ensure!(shape.len() == 3, "query, key and value of another shape than [1, tokens, width]");
        if let (true, Some(tokens)) = (self.first_only, shape.get_mut(1)) {
            let texts = inputs.last().and_then(|lengths| lengths.first());
            *tokens = texts.context("the number of texts is missing")?.clone();
        }
        Ok(shape)
    }

    /// What looks at positions beyond those of a text's own queries and keys does one at a time.
    fn takes_texts(&self) -> bool {
        matches!(self.bias, Bias::None) && self.rotary.is_none()
    }

    fn takes_lengths(&self) -> bool {
        true
    }

    /// Where a bias is a number for each pair of tokens, all are needed.
    fn give_first_rows(&mut self) {
        self.first_only = !self.bias.is_by_pair();
    }

    fn run(&self, inputs: &[TValue], out: &mut [f32], buffers: &mut Buffers) -> TractResult<()> {
        let (mut qkv, mut out) = (elements::<f32>(inputs, 0)?, out);
        let width = self.heads.width();
        ensure!(inputs.first().is_some_and(|input| input.shape().first() == Some(&1)), "one row");
        for tokens in lengths(inputs)? {
            let queries = if self.first_only { 1 } else { tokens };
            let (of_text, rest) =
                qkv.split_at_checked(tokens * 3 * width).context("rows of a text are missing")?;
            let (into, out_rest) =
                out.split_at_mut_checked(queries * width).context("no place for a text")?;
            self.attend(of_text, tokens, into, buffers)?;
            (qkv, out) = (rest, out_rest);
        }
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
