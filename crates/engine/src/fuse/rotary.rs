//! Rotary position embeddings (Su et al. 2021): the halves of each head's query and key are turned
//! against each other by tables of cosines and sines, as ModernBERT has it.

use super::attention::{Heads, Projected, heads_of};
use super::tokens::Tokens;
use super::wiring::{Wiring, has_ints, input, int};
use rrgscore_kernels::Rows;
use rrgscore_onnx::Node;
use std::collections::BTreeMap;
use std::sync::Arc;
use tract_core::internal::*;

/// A table of one value per position and component of half a head, shared by the layers.
type Table = Arc<Vec<f32>>;

/// Tables that were read, by their names.
pub(crate) type Tables = BTreeMap<String, Table>;

/// How queries and keys are turned.
#[derive(Debug)]
pub(crate) struct Rotary {
    /// Values of half a head.
    half: usize,
    cosine: Table,
    sine: Table,
}

/// Recognises the value of an attention whose query and key are one part of the product of
/// three, because they are turned together.
pub(crate) fn value<'n>(wiring: &'n Wiring<'_>, value: &str) -> Option<Projected<'n>> {
    let (heads, value) = heads_of(wiring, value, &[0, 2, 1, 3])?;
    let of = part_of(wiring, value, 1, heads)?;
    Some(Projected { of, heads })
}

/// The product of three, of which a value is the turned part 0, or part 1.
fn part_of<'n>(wiring: &'n Wiring<'_>, value: &str, part: usize, heads: Heads) -> Option<&'n str> {
    let split = wiring.made_by(value, "Split").filter(|node| int(node, "axis") == Some(2))?;
    let width = i64::try_from(heads.width()).ok()?;
    let sizes = wiring.i64s(input(split, 1)?)? == [width.checked_mul(2)?, width];
    let here = split.output.get(part).is_some_and(|name| name == value);
    if sizes && here { input(split, 0) } else { None }
}

/// Recognises the product of turned query and turned key.
pub(crate) fn find(
    wiring: &Wiring<'_>,
    tokens: &Tokens<'_>,
    scores: &str,
    value: Projected<'_>,
    tables: &mut Tables,
) -> Option<Rotary> {
    let product = wiring.made_by(scores, "MatMul")?;
    let (query, key) = (input(product, 0)?, input(product, 1)?);
    let key = wiring.made_by(key, "Transpose")?;
    if !has_ints(key, "perm", &[0, 1, 3, 2]) {
        return None;
    }
    let key = input(key, 0)?;
    let split = wiring.made_by(query, "Split").filter(|node| int(node, "axis") == Some(1))?;
    let count = i64::try_from(value.heads.count).ok()?;
    if wiring.i64s(input(split, 1)?)? != [count; 2] || split.output != [query, key] {
        return None;
    }
    let turned = wiring.made_by(input(split, 0)?, "Concat")?;
    if int(turned, "axis") != Some(3) || turned.input.len() != 2 {
        return None;
    }
    let first = turn(wiring, tokens, input(turned, 0)?, "Sub")?;
    let second = turn(wiring, tokens, input(turned, 1)?, "Add")?;
    // first·cos − second·sin, second·cos + first·sin.
    let crossed = first.kept == second.moved && first.moved == second.kept;
    let alike = first.cosine == second.cosine && first.sine == second.sine;
    let halves = wiring.made_by(first.kept, "Split").filter(|node| int(node, "axis") == Some(3))?;
    if !crossed || !alike || halves.output != [first.kept, first.moved] {
        return None;
    }
    let half = value.heads.size / 2;
    let sizes = [i64::try_from(half).ok()?; 2];
    if wiring.i64s(input(halves, 1)?)? != sizes || 2 * half != value.heads.size {
        return None;
    }
    let (both, part) = heads_of(wiring, input(halves, 0)?, &[0, 2, 1, 3])?;
    let heads = Heads { count: 2 * value.heads.count, size: value.heads.size };
    if both != heads || part_of(wiring, part, 0, value.heads)? != value.of {
        return None;
    }
    let mut table = |name: &str| {
        if let Some(table) = tables.get(name) {
            return Some(Arc::clone(table));
        }
        let constant = wiring.constant(name)?;
        let rows_of_half = matches!(constant.shape(4)?.as_slice(), &[_, width] if width == half);
        let table = Arc::new(constant.f32s().filter(|_| rows_of_half)?);
        tables.insert(name.to_owned(), Arc::clone(&table));
        Some(table)
    };
    Some(Rotary { half, cosine: table(first.cosine)?, sine: table(first.sine)? })
}

/// One turned half: a half times the cosines, and the other times the sines.
struct Turned<'n> {
    kept: &'n str,
    moved: &'n str,
    cosine: &'n str,
    sine: &'n str,
}

fn turn<'n>(
    wiring: &'n Wiring<'_>,
    tokens: &Tokens<'_>,
    value: &str,
    op: &str,
) -> Option<Turned<'n>> {
    let both = wiring.made_by(value, op)?;
    let times =
        |node: &'n Node| Some((input(node, 0)?, tokens.first_rows_of(wiring, input(node, 1)?)?));
    let (kept, cosine) = times(wiring.made_by(input(both, 0)?, "Mul")?)?;
    let (moved, sine) = times(wiring.made_by(input(both, 1)?, "Mul")?)?;
    Some(Turned { kept, moved, cosine, sine })
}

impl Rotary {
    /// Turns the queries and keys in rows of query, key and value; gives both, from the first
    /// row's on. `turned` is where they are put.
    pub(crate) fn turn<'t>(
        &self,
        qkv: &[f32],
        heads: Heads,
        turned: &'t mut Vec<f32>,
    ) -> TractResult<[Rows<'t>; 2]> {
        let (width, half) = (heads.width(), self.half);
        let tokens = qkv.len() / (3 * width);
        let known = self.cosine.len().min(self.sine.len()) / half;
        ensure!(tokens <= known, "more tokens than positions");
        turned.resize(tokens * 2 * width, 0.0);
        let angles = self.cosine.chunks_exact(half).zip(self.sine.chunks_exact(half));
        let rows = qkv.chunks_exact(3 * width).zip(turned.chunks_exact_mut(2 * width));
        for ((row, out), (cosines, sines)) in rows.zip(angles) {
            for (head, out) in row.chunks_exact(2 * half).zip(out.chunks_exact_mut(2 * half)) {
                let (first, second) = head.split_at(half);
                let (out_first, out_second) = out.split_at_mut(half);
                let values = first.iter().zip(second).zip(cosines.iter().zip(sines));
                let outs = out_first.iter_mut().zip(out_second);
                for ((out_first, out_second), ((x, y), (cosine, sine))) in outs.zip(values) {
                    *out_first = x * cosine - y * sine;
                    *out_second = y * cosine + x * sine;
                }
            }
        }
        let rows = |from: usize| Rows {
            values: turned.get(from..).unwrap_or_default(),
            stride: 2 * width,
        };
        Ok([rows(0), rows(width)])
    }
}
