//! Word and position embeddings: rows are widened when they are looked up.

use super::Made;
use super::described::{EncoderInputs, take_first_rows};
use super::parts::{Parts, Refused, ensure, is_f32, is_int};
use super::step::{Buffers, Step, elements, first, lengths};
use super::table::Stored;
use rrgscore_kernels::{Kernels, Lookup};
use tract_core::internal::*;

/// The sum of a token's rows.
#[derive(Debug)]
struct Embedding {
    words: Stored,
    /// Row r is added to the text's token r.
    positions: Option<Stored>,
    width: usize,
}

/// Reads the look-up of word embeddings, and the addition of those of positions; gives how many
/// words there are, too.
pub(crate) fn read(
    parts: &mut Parts<'_>,
    inputs: EncoderInputs<'_>,
) -> Result<(Made, usize), Refused> {
    let (words, shape) = words(parts)?;
    let &[rows, width] = shape.as_slice() else {
        return Err("has words that are no table".to_owned());
    };
    ensure(parts.value("ids")? == inputs.ids, || "is not of the token ids".to_owned())?;
    if !parts.has("sum") {
        let step = Embedding { words, positions: None, width };
        return Ok((Made::new(parts, &["ids"], "words", step)?, rows));
    }
    take_first_rows(parts, inputs)?;
    let widened = parts.has("positions");
    if widened {
        is_f32(parts.node("positions", "Cast", &["rows"])?)?;
    }
    parts.node("sum", "Add", &["words", if widened { "positions" } else { "rows" }])?;
    let (positions, shape) = Stored::floats(parts.constant("#table")?)
        .ok_or("has positions that are neither f32 nor f16")?;
    let fits = matches!(shape.as_slice(), &[_, found] if found == width);
    ensure(fits, || format!("has positions that are not {width} wide"))?;
    let step = Embedding { words, positions: Some(positions), width };
    Ok((Made::new(parts, &["ids"], "sum", step)?, rows))
}

/// A table's rows by token id, widened to f32: the table and its shape.
fn words(parts: &mut Parts<'_>) -> Result<(Stored, Vec<usize>), Refused> {
    let table = if parts.has("word.scales") {
        is_int(parts.node("word.rows", "Gather", &["#words", "ids"])?, "axis", 0, 0)?;
        is_int(parts.node("word.scales", "Gather", &["#scale", "ids"])?, "axis", 0, 0)?;
        is_f32(parts.node("word.widened", "Cast", &["word.rows"])?)?;
        parts.node("words", "Mul", &["word.widened", "word.scales"])?;
        Stored::levels(parts.constant("#words")?, parts.f32s("#scale")?)
    } else {
        let widened = parts.has("word.rows");
        let rows = if widened { "word.rows" } else { "words" };
        is_int(parts.node(rows, "Gather", &["#words", "ids"])?, "axis", 0, 0)?;
        if widened {
            is_f32(parts.node("words", "Cast", &["word.rows"])?)?;
        }
        Stored::floats(parts.constant("#words")?)
    };
    table.ok_or_else(|| "has words that are not stored as a table".to_owned())
}

impl Step for Embedding {
    fn name(&self) -> &'static str {
        "Embedding"
    }

    fn shape(&self, inputs: &[TVec<TDim>]) -> TractResult<TVec<TDim>> {
        let first = first(inputs)?;
        ensure!(first.len() == 2, "ids of another shape than [1, tokens]");
        Ok(first.iter().cloned().chain([self.width.to_dim()]).collect())
    }

    fn takes_texts(&self) -> bool {
        true
    }

    fn takes_lengths(&self) -> bool {
        true
    }

    fn run(&self, inputs: &[TValue], out: &mut [f32], _buffers: &mut Buffers) -> TractResult<()> {
        let ids = elements::<i64>(inputs, 0)?;
        ensure!(ids.len() * self.width == out.len(), "ids of another shape than [1, tokens]");
        let rows: Vec<u32> = ids.iter().map(|&id| u32::try_from(id)).collect::<Result<_, _>>()?;
        let counted: Vec<u32> = lengths(inputs)?.flat_map(|tokens| (0..).take(tokens)).collect();
        let words = Lookup { table: self.words.table(), rows: &rows };
        let positions = self
            .positions
            .as_ref()
            .map(|positions| Lookup { table: positions.table(), rows: &counted });
        let lookups: Vec<Lookup<'_>> = [words].into_iter().chain(positions).collect();
        Ok(Kernels::best().embed(&lookups, self.width, out)?)
    }
}
