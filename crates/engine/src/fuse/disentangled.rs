//! DeBERTa's disentangled attention: scores take of queries' products with embeddings of
//! distances, and of keys' (He et al. 2021).

use super::attention::{Heads, Projected, projected};
use super::score_bias::plain;
use super::table::Stored;
use super::tokens::Tokens;
use super::wiring::{Wiring, has_ints, input, int, other};
use rrgscore_kernels::{EmbeddingTable, Epilogue, Kernels, Lookup, Order, PackedF32, Scratch};
use rrgscore_onnx::Node;
use tract_core::internal::*;

/// What a layer's scores take of distances.
#[derive(Debug)]
pub(crate) struct Disentangled {
    /// The row of the tables for each distance query − key, from most − 1 down to −(most − 1).
    rows: Vec<u32>,
    /// What queries are multiplied by, per head.
    keys: Option<Vec<Stored>>,
    /// What keys are multiplied by, per head.
    queries: Option<Vec<Stored>>,
}

/// One recognised term.
struct Term {
    rows: Vec<u32>,
    heads: Vec<Stored>,
}

/// Recognises the terms that are added to the product of query and key.
pub(crate) fn find(
    wiring: &Wiring<'_>,
    tokens: &Tokens<'_>,
    scores: &str,
    value: Projected<'_>,
) -> Option<Disentangled> {
    let (mut scores, mut keys, mut queries) = (scores, None, None);
    while plain(wiring, scores, value).is_none() {
        let sum = wiring.made_for(scores, "Add")?;
        let added = input(sum, 1)?;
        if let Some(term) = of_queries(wiring, tokens, added, value) {
            keys = keys.is_none().then_some(Some(term))?;
        } else {
            let term = of_keys(wiring, tokens, added, value)?;
            queries = queries.is_none().then_some(Some(term))?;
        }
        scores = input(sum, 0)?;
    }
    let rows = keys.as_ref().or(queries.as_ref())?.rows.clone();
    let fits = |term: &Term| term.rows == rows && term.heads.len() == value.heads.count;
    if !keys.iter().chain(&queries).all(fits) {
        return None;
    }
    let [keys, queries] = [keys, queries].map(|term| term.map(|term| term.heads));
    Some(Disentangled { rows, keys, queries })
}

/// Products of the queries with embeddings, picked by i − j.
fn of_queries(
    wiring: &Wiring<'_>,
    tokens: &Tokens<'_>,
    picked: &str,
    value: Projected<'_>,
) -> Option<Term> {
    let (products, most) = picked_from(wiring, tokens, picked, |distance| distance)?;
    let query = projected(wiring, input(products, 0)?, 0, &[0, 2, 1, 3])?;
    let term = term(wiring, tokens, input(products, 1)?, value, most)?;
    (query == value).then_some(term)
}

/// Products of the keys with embeddings, picked by j − i from their rows, then transposed.
fn of_keys(
    wiring: &Wiring<'_>,
    tokens: &Tokens<'_>,
    transposed: &str,
    value: Projected<'_>,
) -> Option<Term> {
    let swapped = |node: &Node| has_ints(node, "perm", &[0, 1, 3, 2]);
    let transposed = wiring.made_for(transposed, "Transpose").filter(|node| swapped(node))?;
    let (products, most) = picked_from(wiring, tokens, input(transposed, 0)?, |row| -row)?;
    let key = wiring.made_by(input(products, 0)?, "Transpose").filter(|node| swapped(node))?;
    let key = projected(wiring, input(key, 0)?, 1, &[0, 2, 3, 1])?;
    let term = term(wiring, tokens, input(products, 1)?, value, most)?;
    (key == value).then_some(term)
}

/// The product from whose rows a value is picked, and for how many tokens there are places: row
/// r's value at column c is the one for the distance `of(r − c)`, in the order 0, −0, 1, −1, ….
fn picked_from<'n>(
    wiring: &'n Wiring<'_>,
    tokens: &Tokens<'_>,
    picked: &str,
    of: fn(i64) -> i64,
) -> Option<(&'n Node, i64)> {
    let pick = wiring.made_by(picked, "GatherElements").filter(|n| int(n, "axis") == Some(3))?;
    let expanded = wiring.made_by(input(pick, 1)?, "Expand")?;
    let gather = wiring.made_by(input(expanded, 0)?, "Gather")?;
    let places = wiring.i64s(input(gather, 0)?)?;
    let middle = i64::try_from(places.len() / 2).ok()?;
    let place = |distance: i64| 2 * distance.abs() + i64::from(distance < 0);
    let in_order = (-middle..).zip(&places).all(|(distance, &found)| found == place(of(distance)));
    let by_distance = tokens.is_shifted_distance(wiring, input(gather, 1)?, middle);
    if !in_order || !by_distance || places.len() % 2 == 0 {
        return None;
    }
    Some((wiring.made_by(input(pick, 0)?, "MatMul")?, middle + 1))
}

/// The embeddings of a product, in the order 0, −0, 1, −1, … up to `most` tokens.
fn term(
    wiring: &Wiring<'_>,
    tokens: &Tokens<'_>,
    embeddings: &str,
    value: Projected<'_>,
    most: i64,
) -> Option<Term> {
    let transposed = wiring.made_by(embeddings, "Transpose")?;
    let widened = input(transposed, 0)?;
    let gathered = match wiring.made_by(widened, "Cast") {
        Some(cast) => input(cast, 0)?,
        None => widened,
    };
    let gather = wiring.made_by(gathered, "Gather").filter(|node| int(node, "axis") == Some(1))?;
    let table = wiring.constant(input(gather, 0)?)?;
    let flat = wiring.made_by(input(gather, 1)?, "Reshape")?;
    let flattened = wiring.i64s(other(flat, input(flat, 0)?)?)? == [-1];
    let pairs = wiring.i64s(tokens.first_rows_of(wiring, input(flat, 0)?)?)?;
    let (stored, shape) = Stored::floats(table)?;
    let &[count, in_table, size] = shape.as_slice() else { return None };
    if !flattened
        || !has_ints(transposed, "perm", &[0, 2, 1])
        || (Heads { count, size }) != value.heads
        || i64::try_from(pairs.len()) != Ok(2 * most)
    {
        return None;
    }
    let rows: Option<Vec<u32>> = (1 - most..most)
        .rev()
        .map(|distance| {
            let place = 2 * distance.unsigned_abs() + u64::from(distance < 0);
            let row = u32::try_from(*pairs.get(usize::try_from(place).ok()?)?).ok()?;
            ((row as usize) < in_table).then_some(row)
        })
        .collect();
    Some(Term { rows: rows?, heads: stored.parts(in_table * size) })
}

/// What is kept from head to head.
#[derive(Default)]
struct Work {
    embeddings: Vec<f32>,
    vectors: Vec<f32>,
    products: Vec<f32>,
}

impl Disentangled {
    /// What is added to the scores: `[heads, tokens, tokens]`.
    pub(crate) fn scores<'v>(
        &self,
        qkv: &[f32],
        heads: Heads,
        tokens: usize,
        values: &'v mut Vec<f32>,
        scratch: &mut Scratch,
    ) -> TractResult<&'v [f32]> {
        let most = self.rows.len() / 2 + 1;
        let first = most.checked_sub(tokens).context("more tokens than distances are known")?;
        let rows = self.rows.get(first..first + (2 * tokens).saturating_sub(1)).unwrap_or_default();
        values.clear();
        values.resize(heads.count * tokens * tokens, 0.0);
        let mut work = Work::default();
        let width = heads.width();
        for (head, out) in values.chunks_exact_mut((tokens * tokens).max(1)).enumerate() {
            let at = head * heads.size;
            if let Some(table) = self.keys.as_ref().and_then(|keys| keys.get(head)) {
                let vectors = qkv.chunks_exact(3 * width).map(|row| row.get(at..));
                work.products(vectors, table.table(), heads.size, rows, scratch)?;
                let products = work.products.chunks_exact(rows.len());
                for (query, (out, products)) in
                    out.chunks_exact_mut(tokens).zip(products).enumerate()
                {
                    // From the first key's distance, which is the query's own place, on down.
                    let products = products.iter().skip(tokens - 1 - query);
                    for (out, product) in out.iter_mut().zip(products) {
                        *out += product;
                    }
                }
            }
            if let Some(table) = self.queries.as_ref().and_then(|queries| queries.get(head)) {
                let vectors = qkv.chunks_exact(3 * width).map(|row| row.get(width + at..));
                work.products(vectors, table.table(), heads.size, rows, scratch)?;
                for (query, out) in out.chunks_exact_mut(tokens).enumerate() {
                    // Each key's row, one place further for each key.
                    let products = work.products.iter().skip(tokens - 1 - query);
                    for (out, product) in out.iter_mut().zip(products.step_by(rows.len() + 1)) {
                        *out += product;
                    }
                }
            }
        }
        Ok(values)
    }
}

impl Work {
    /// `products[v][d]` = vector v · embedding of distance d.
    fn products<'q>(
        &mut self,
        vectors: impl Iterator<Item = Option<&'q [f32]>>,
        table: EmbeddingTable<'_>,
        size: usize,
        rows: &[u32],
        scratch: &mut Scratch,
    ) -> TractResult<()> {
        let kernels = Kernels::best();
        self.embeddings.resize(rows.len() * size, 0.0);
        kernels.embed(&[Lookup { table, rows }], size, &mut self.embeddings)?;
        let packed = PackedF32::new(&self.embeddings, Order::OutputMajor, size, rows.len())?;
        self.vectors.clear();
        for vector in vectors {
            let vector = vector.and_then(|vector| vector.get(..size));
            self.vectors.extend(vector.context("a row is too short")?);
        }
        self.products.resize(self.vectors.len() / size * rows.len(), 0.0);
        let (vectors, products) = (&self.vectors, &mut self.products);
        Ok(kernels.linear_f32(vectors, &packed, None, Epilogue::None, products, scratch)?)
    }
}
