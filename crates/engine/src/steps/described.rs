//! Steps that are not run: what a text's length alone decides is known without computing it, and
//! the steps that take it are told what it is.

use super::parts::{Parts, Refused, ensure, int, is_f32, is_int};
use super::relative::Relative;
use super::window::Window;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a value is.
#[derive(Debug, Clone)]
pub(crate) enum Described {
    /// Zeros: the mask of a text without padding.
    NoMask,
    /// The first rows of a stored tensor of this name, one per token.
    FirstRows(String),
    /// i − j for query i and key j.
    Distance,
    /// A bias by distance, and the mask.
    Relative(Arc<Relative>),
    /// The lowest number beyond a distance, and the mask.
    Window(Window),
    /// The rows of tables for the distances 0, −0, 1, −1, …, two for each token.
    DistanceRows(Arc<Vec<i64>>),
    /// The place, in the order 0, −0, 1, −1, …, of i − j or of j − i, of at most so many tokens.
    Places {
        /// Most tokens.
        most: usize,
        /// Whether it is of j − i.
        swapped: bool,
    },
}

/// Descriptions by the values' names.
pub(crate) type Values = BTreeMap<String, Described>;

/// The inputs of an encoder's graph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EncoderInputs<'a> {
    /// Name of the token ids, `[1, tokens]`.
    pub(crate) ids: &'a str,
    /// Name of the mask, 1 for each of them: an encoder runs texts without padding.
    pub(crate) mask: &'a str,
}

/// (1 − mask)·c with new axes: zeros, as there is no padding.
pub(crate) fn mask(parts: &mut Parts<'_>, inputs: EncoderInputs<'_>) -> Result<Described, Refused> {
    is_f32(parts.node("kept", "Cast", &["given"])?)?;
    parts.node("hidden", "Sub", &["#one", "kept"])?;
    parts.node("flat", "Mul", &["hidden", "#lowest"])?;
    parts.node("mask", "Unsqueeze", &["flat", "#axes"])?;
    parts.is_number("#one", 1.0)?;
    let finite = parts.f32s("#lowest")?.iter().all(|factor| factor.is_finite());
    let given = parts.value("given")? == inputs.mask;
    ensure(given && finite, || "is not of the graph's mask".to_owned())?;
    Ok(Described::NoMask)
}

/// The first rows of a stored tensor.
pub(crate) fn first_rows(
    parts: &mut Parts<'_>,
    inputs: EncoderInputs<'_>,
) -> Result<Described, Refused> {
    take_first_rows(parts, inputs)?;
    Ok(Described::FirstRows(parts.value("#table")?.to_owned()))
}

/// Takes the parts that cut a stored tensor, `#table`, to its first rows, as many as tokens.
pub(crate) fn take_first_rows(
    parts: &mut Parts<'_>,
    inputs: EncoderInputs<'_>,
) -> Result<(), Refused> {
    let to = parts.node("to", "Shape", &["ids"])?;
    parts.node("rows", "Slice", &["#table", "#from", "to", "#axis"])?;
    parts.is_list("#from", &[0])?;
    parts.is_list("#axis", &[0])?;
    let tokens = int(to, "start") == Some(1) && int(to, "end") == Some(2);
    let of_ids = parts.value("ids")? == inputs.ids;
    let rows = parts.constant("#table")?.dims.first();
    parts.most_tokens = rows.and_then(|&rows| usize::try_from(rows).ok());
    ensure(tokens && of_ids, || "does not take as many rows as there are tokens".to_owned())
}

/// i − j for query i and key j.
pub(crate) fn distance(
    parts: &mut Parts<'_>,
    inputs: EncoderInputs<'_>,
) -> Result<Described, Refused> {
    take_first_rows(parts, inputs)?;
    parts.node("queries", "Unsqueeze", &["rows", "#axes"])?;
    parts.node("distance", "Sub", &["queries", "rows"])?;
    parts.is_list("#axes", &[1])?;
    let counted = parts.i64s("#table")?.iter().zip(0..).all(|(&found, position)| found == position);
    ensure(counted, || "does not count tokens".to_owned())?;
    Ok(Described::Distance)
}

/// Takes the part that adds the middle of a table to i − j; gives the middle.
pub(crate) fn take_columns(parts: &mut Parts<'_>) -> Result<i64, Refused> {
    parts.node("columns", "Add", &["distance", "#middle"])?;
    let distance = matches!(parts.described("distance")?, Described::Distance);
    ensure(distance, || "takes another value than distances".to_owned())?;
    match parts.i64s("#middle")?.as_slice() {
        &[middle] if middle >= 0 => Ok(middle),
        _ => Err("has no middle".to_owned()),
    }
}

/// DeBERTa's rows of tables, in the order of distances.
pub(crate) fn distance_rows(
    parts: &mut Parts<'_>,
    inputs: EncoderInputs<'_>,
) -> Result<Described, Refused> {
    take_first_rows(parts, inputs)?;
    parts.node("flat", "Reshape", &["rows", "#shape"])?;
    parts.is_list("#shape", &[-1])?;
    let pairs = parts.constant("#table")?.dims.get(1) == Some(&2);
    ensure(pairs, || "has not two rows for each distance".to_owned())?;
    Ok(Described::DistanceRows(Arc::new(parts.i64s("#table")?)))
}

/// DeBERTa's places of distances.
pub(crate) fn places(parts: &mut Parts<'_>) -> Result<Described, Refused> {
    let middle = take_columns(parts)?;
    let gather = parts.node("places", "Gather", &["#table", "columns"])?;
    is_int(gather, "axis", 0, 0)?;
    let places = parts.i64s("#table")?;
    let most = usize::try_from(middle).ok().filter(|middle| places.len() / 2 == *middle);
    let most = most.ok_or_else(|| "has another number of places than of distances".to_owned())? + 1;
    let place = |distance: i64| 2 * distance.abs() + i64::from(distance < 0);
    let ordered = |of: fn(i64) -> i64| {
        (-middle..=middle).map(|distance| place(of(distance))).eq(places.iter().copied())
    };
    match (ordered(|distance| distance), ordered(|distance| -distance)) {
        (true, _) => Ok(Described::Places { most, swapped: false }),
        (_, true) => Ok(Described::Places { most, swapped: true }),
        _ => Err("is not in the order of distances".to_owned()),
    }
}
