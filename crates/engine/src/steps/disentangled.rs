//! DeBERTa's disentangled attention: scores take of queries' products with embeddings of
//! distances, and of keys' (He et al. 2021).

use super::attention::Heads;
use super::described::Described;
use super::parts::{Parts, Refused, ensure, is_f32, is_int, is_ints};
use super::table::Stored;
use rrgscore_kernels::{EmbeddingTable, Epilogue, Kernels, Lookup, Order, PackedF32, Scratch};
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

/// One term, in the order of distances 0, −0, 1, −1, … of at most so many tokens.
struct Term {
    rows: Vec<u32>,
    heads: Vec<Stored>,
}

/// The names of a term's parts.
struct Names {
    table: &'static str,
    rows: &'static str,
    widened: &'static str,
    columns: &'static str,
    products: &'static str,
    given_places: &'static str,
    places: &'static str,
    picked: &'static str,
    sum: &'static str,
}

const KEYS: Names = Names {
    table: "#keys",
    rows: "keys.rows",
    widened: "keys.widened",
    columns: "keys.columns",
    products: "keys.products",
    given_places: "keys.given",
    places: "keys.places",
    picked: "keys.picked",
    sum: "keys.sum",
};

const QUERIES: Names = Names {
    table: "#queries",
    rows: "queries.rows",
    widened: "queries.widened",
    columns: "queries.columns",
    products: "queries.products",
    given_places: "queries.given",
    places: "queries.places",
    picked: "queries.picked",
    sum: "queries.sum",
};

/// Takes the parts of the terms that are added to the product of query and key: their sum, and
/// they; `None` where there are none.
pub(crate) fn read(
    parts: &mut Parts<'_>,
    heads: Heads,
) -> Result<Option<(&'static str, Disentangled)>, Refused> {
    parts.node("shape", "Shape", &["scores"])?;
    let mut scores = "scores";
    let keys = if parts.has(KEYS.sum) {
        let term = term(parts, &KEYS, heads, "query", false)?;
        parts.node(KEYS.sum, "Add", &[scores, KEYS.picked])?;
        scores = KEYS.sum;
        Some(term)
    } else {
        None
    };
    let queries = if parts.has(QUERIES.sum) {
        let swapped = &[0, 1, 3, 2];
        is_ints(parts.node("queries.key", "Transpose", &["key"])?, "perm", swapped)?;
        let term = term(parts, &QUERIES, heads, "queries.key", true)?;
        let turned = parts.node("queries.turned", "Transpose", &[QUERIES.picked])?;
        is_ints(turned, "perm", swapped)?;
        parts.node(QUERIES.sum, "Add", &[scores, "queries.turned"])?;
        scores = QUERIES.sum;
        Some(term)
    } else {
        None
    };
    let Some(rows) = keys.as_ref().or(queries.as_ref()).map(|term| term.rows.clone()) else {
        return Ok(None);
    };
    let alike = keys.iter().chain(&queries).all(|term| term.rows == rows);
    ensure(alike, || "takes other rows for queries than for keys".to_owned())?;
    let [keys, queries] = [keys, queries].map(|term| term.map(|term| term.heads));
    Ok(Some((scores, Disentangled { rows, keys, queries })))
}

/// Takes the parts of the products of vectors with embeddings of distances, and of the pick by
/// distance; `swapped` where a row's vector is the key's.
fn term(
    parts: &mut Parts<'_>,
    names: &Names,
    heads: Heads,
    vectors: &'static str,
    swapped: bool,
) -> Result<Term, Refused> {
    is_int(parts.node(names.rows, "Gather", &[names.table, "distances"])?, "axis", 1, 0)?;
    let widened = parts.has(names.widened);
    if widened {
        is_f32(parts.node(names.widened, "Cast", &[names.rows])?)?;
    }
    let rows = if widened { names.widened } else { names.rows };
    is_ints(parts.node(names.columns, "Transpose", &[rows])?, "perm", &[0, 2, 1])?;
    parts.node(names.products, "MatMul", &[vectors, names.columns])?;
    parts.node(names.places, "Expand", &[names.given_places, "shape"])?;
    let pick = parts.node(names.picked, "GatherElements", &[names.products, names.places])?;
    is_int(pick, "axis", 3, 0)?;

    let &Described::Places { most, swapped: found } = parts.described(names.given_places)? else {
        return Err("picks by another value than distances".to_owned());
    };
    // Of one token both orders are the same.
    ensure(found == swapped || most == 1, || "picks by the other distances".to_owned())?;
    let Described::DistanceRows(pairs) = parts.described("distances")? else {
        return Err("takes rows by another value than distances".to_owned());
    };
    let (stored, shape) = Stored::floats(parts.constant(names.table)?)
        .ok_or("has embeddings that are neither f32 nor f16")?;
    let &[count, in_table, size] = shape.as_slice() else {
        return Err("has embeddings without heads".to_owned());
    };
    let fits = (Heads { count, size }) == heads && pairs.len() / 2 == most;
    ensure(fits, || "has embeddings of other heads or distances".to_owned())?;
    let farthest = i64::try_from(most).map_err(|_| "has too many distances".to_owned())?;
    let rows: Option<Vec<u32>> = (1 - farthest..farthest)
        .rev()
        .map(|distance| {
            let place = 2 * distance.unsigned_abs() + u64::from(distance < 0);
            let row = u32::try_from(*pairs.get(usize::try_from(place).ok()?)?).ok()?;
            ((row as usize) < in_table).then_some(row)
        })
        .collect();
    let rows = rows.ok_or("takes rows that its embeddings do not have")?;
    Ok(Term { rows, heads: stored.parts(in_table * size) })
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
