//! Word and position embeddings: rows are widened when they are looked up.

use super::step::{Buffers, Step, elements};
use super::table::Stored;
use super::tokens::Tokens;
use super::wiring::{Wiring, input, int, other, output};
use rrgscore_kernels::{Kernels, Lookup};
use rrgscore_onnx::Node;
use std::sync::Arc;
use tract_core::internal::*;

/// The sum of a token's rows.
#[derive(Debug)]
struct Embedding {
    words: Stored,
    /// Row r is added to the text's token r.
    positions: Option<Stored>,
    width: usize,
}

/// A recognised look-up by id.
struct Words<'n> {
    table: Stored,
    width: usize,
    output: &'n str,
}

/// Fuses the look-up of word embeddings, and the addition of those of positions.
pub(crate) fn fuse(wiring: &mut Wiring<'_>, tokens: &Tokens<'_>) {
    for gather in wiring.all("Gather") {
        let Some(found) = words(wiring, tokens, gather) else { continue };
        let Words { table: words, width, output: made } = found;
        let (made, positions) = match positions(wiring, tokens, made, width) {
            Some((sum, table)) => (sum.to_owned(), Some(table)),
            None => (made.to_owned(), None),
        };
        let step = Embedding { words, positions, width };
        wiring.fuse(&[tokens.ids], &made, Arc::new(step));
    }
}

/// A table's rows by token id, widened to f32.
fn words<'n>(wiring: &'n Wiring<'_>, tokens: &Tokens<'_>, index: usize) -> Option<Words<'n>> {
    let by_id =
        |node: &Node| input(node, 1) == Some(tokens.ids) && int(node, "axis").unwrap_or(0) == 0;
    let gather = wiring.node(index, "Gather").filter(|node| by_id(node))?;
    let stored = wiring.constant(input(gather, 0)?)?;
    let made = output(gather)?;
    if let Some((table, shape)) = Stored::floats(stored) {
        let output = match table {
            Stored::F16(_) => output(wiring.only_taker(made, "Cast")?)?,
            _ => made,
        };
        // A column of scales is no table.
        let width = width(&shape).filter(|&width| width > 1)?;
        return Some(Words { table, width, output });
    }
    let levels = output(wiring.only_taker(made, "Cast")?)?;
    let product = wiring.only_taker(levels, "Mul")?;
    let scales = wiring.made_by(other(product, levels)?, "Gather").filter(|node| by_id(node))?;
    let (table, shape) = Stored::levels(stored, wiring.f32s(input(scales, 0)?)?)?;
    Some(Words { table, width: width(&shape)?, output: output(product)? })
}

/// The addition of a table's first rows: the sum, the table.
fn positions<'n>(
    wiring: &'n Wiring<'_>,
    tokens: &Tokens<'_>,
    words: &str,
    width: usize,
) -> Option<(&'n str, Stored)> {
    let sum = wiring.only_taker(words, "Add")?;
    let rows = other(sum, words)?;
    let rows = match wiring.made_by(rows, "Cast") {
        Some(cast) => input(cast, 0)?,
        None => rows,
    };
    let stored = wiring.constant(tokens.first_rows_of(wiring, rows)?)?;
    let (table, shape) = Stored::floats(stored)?;
    (self::width(&shape) == Some(width)).then_some((output(sum)?, table))
}

fn width(shape: &[usize]) -> Option<usize> {
    match shape {
        &[_, width] if width > 0 => Some(width),
        _ => None,
    }
}

impl Step for Embedding {
    fn name(&self) -> &'static str {
        "Embedding"
    }

    fn shape(&self, first: &[TDim]) -> TractResult<TVec<TDim>> {
        ensure!(first.len() == 2, "ids of another shape than [1, tokens]");
        Ok(first.iter().cloned().chain([self.width.to_dim()]).collect())
    }

    fn takes_texts(&self) -> bool {
        true
    }

    fn run(&self, inputs: &[TValue], out: &mut [f32], buffers: &mut Buffers) -> TractResult<()> {
        let ids = elements::<i64>(inputs, 0)?;
        ensure!(ids.len() * self.width == out.len(), "ids of another shape than [1, tokens]");
        let rows: Vec<u32> = ids.iter().map(|&id| u32::try_from(id)).collect::<Result<_, _>>()?;
        let one = [rows.len()];
        let lengths = if buffers.texts.is_empty() { &one } else { buffers.texts.as_slice() };
        let counted: Vec<u32> = lengths.iter().flat_map(|&tokens| (0..).take(tokens)).collect();
        let words = Lookup { table: self.words.table(), rows: &rows };
        let positions = self
            .positions
            .as_ref()
            .map(|positions| Lookup { table: positions.table(), rows: &counted });
        let lookups: Vec<Lookup<'_>> = [words].into_iter().chain(positions).collect();
        Ok(Kernels::best().embed(&lookups, self.width, out)?)
    }
}
