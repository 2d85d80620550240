//! Rotary position embeddings (Su et al. 2021): the halves of each head's query and key are turned
//! against each other by tables of cosines and sines, as ModernBERT has it.

use super::attention::{Heads, QUERY, take_heads};
use super::described::Described;
use super::parts::{Parts, Refused, ensure, is_int, is_ints};
use rrgscore_kernels::Rows;
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

/// Takes the parts that make query, key and value of one product, heads apart, and turn query and
/// key together.
pub(crate) fn read(parts: &mut Parts<'_>, tables: &mut Tables) -> Result<(Heads, Rotary), Refused> {
    let pieces = ["both.rows", "value.rows"];
    let split = parts.node_with_outputs("split", "Split", &["qkv", "#pieces"], &pieces)?;
    is_int(split, "axis", 2, 0)?;
    let both = take_heads(parts, "both", ["both.rows", "#both", "both.heads"], QUERY)?;
    let halves = ["first.half", "second.half"];
    let split = parts.node_with_outputs("halves", "Split", &["both", "#halves"], &halves)?;
    is_int(split, "axis", 3, 0)?;
    // first·cos − second·sin, second·cos + first·sin.
    parts.node("first.kept", "Mul", &["first.half", "cosine"])?;
    parts.node("second.moved", "Mul", &["second.half", "sine"])?;
    parts.node("second.kept", "Mul", &["second.half", "cosine"])?;
    parts.node("first.moved", "Mul", &["first.half", "sine"])?;
    parts.node("first", "Sub", &["first.kept", "second.moved"])?;
    parts.node("second", "Add", &["second.kept", "first.moved"])?;
    is_int(parts.node("turned", "Concat", &["first", "second"])?, "axis", 3, 0)?;
    let turned = ["query", "key.rows"];
    let split =
        parts.node_with_outputs("turned.split", "Split", &["turned", "#turned"], &turned)?;
    is_int(split, "axis", 1, 0)?;
    is_ints(parts.node("key", "Transpose", &["key.rows"])?, "perm", &[0, 1, 3, 2])?;
    let heads = take_heads(parts, "value", ["value.rows", "#value", "value.heads"], QUERY)?;

    let (width, count) = (heads.width() as i64, heads.count as i64);
    let half = heads.size / 2;
    let fits = both == Heads { count: 2 * heads.count, ..heads } && 2 * half == heads.size;
    ensure(fits, || "has other heads in query, key and value".to_owned())?;
    parts.is_list("#pieces", &[2 * width, width])?;
    parts.is_list("#halves", &[half as i64; 2])?;
    parts.is_list("#turned", &[count; 2])?;
    let (cosine, sine) =
        (table(parts, "cosine", half, tables)?, table(parts, "sine", half, tables)?);
    Ok((heads, Rotary { half, cosine, sine }))
}

/// The stored table of which a value is the first rows.
fn table(
    parts: &Parts<'_>,
    name: &str,
    half: usize,
    tables: &mut Tables,
) -> Result<Table, Refused> {
    let Described::FirstRows(stored) = parts.described(name)? else {
        return Err(format!("takes a {name} that is not by position"));
    };
    if let Some(table) = tables.get(stored).filter(|_| half > 0) {
        return Ok(Arc::clone(table));
    }
    let constant = parts.stored(stored)?;
    let shape = constant.shape(4);
    let of_half = half > 0 && matches!(shape.as_deref(), Some(&[_, width]) if width == half);
    let table = constant.f32s().filter(|_| of_half);
    let table = Arc::new(table.ok_or_else(|| format!("has a {name} that is not of half a head"))?);
    tables.insert(stored.clone(), Arc::clone(&table));
    Ok(table)
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
