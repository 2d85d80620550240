//! Reports that Python has at hand: text, or nothing.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt, PyString};
use rrgscore_session::GivenPair;

/// Pairs of reports, with their ids if they have some.
///
/// # Errors
/// When the lists are not equally long, or something in them is no text; lengths or place are named.
pub(crate) fn pairs(
    references: &Bound<'_, PyAny>,
    candidates: &Bound<'_, PyAny>,
    ids: Option<&Bound<'_, PyAny>>,
) -> PyResult<Vec<GivenPair>> {
    let references = texts(references, "references")?;
    let candidates = texts(candidates, "candidates")?;
    same_length(("references", references.len()), ("candidates", candidates.len()))?;
    let ids = ids.map(names).transpose()?;
    if let Some(ids) = &ids {
        same_length(("references", references.len()), ("ids", ids.len()))?;
    }
    let mut ids = ids.into_iter().flatten();
    let pair = |(reference, candidate)| GivenPair { id: ids.next(), reference, candidate };
    Ok(references.into_iter().zip(candidates).map(pair).collect())
}

fn same_length(one: (&str, usize), other: (&str, usize)) -> PyResult<()> {
    if one.1 == other.1 {
        return Ok(());
    }
    let ((one, n), (other, m)) = (one, other);
    Err(PyValueError::new_err(format!("{n} {one} and {m} {other}: there must be equally many")))
}

/// A list's texts; `None` where Python has None, NaN, pandas' NA or its like.
fn texts(list: &Bound<'_, PyAny>, what: &str) -> PyResult<Vec<Option<String>>> {
    let mut texts = Vec::with_capacity(list.len().unwrap_or(0));
    for (place, item) in items(list, what)?.enumerate() {
        let item = item?;
        texts.push(match item.cast::<PyString>() {
            Ok(text) => Some(text_of(text, what, place)?),
            Err(_) if is_missing(&item)? => None,
            Err(_) => {
                let kind = item.get_type().name()?;
                let message = format!("{what}[{place}] is of type {kind}, not text");
                return Err(PyTypeError::new_err(message));
            }
        });
    }
    Ok(texts)
}

/// A list's ids: texts and whole numbers.
fn names(list: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let mut names = Vec::with_capacity(list.len().unwrap_or(0));
    for (place, item) in items(list, "ids")?.enumerate() {
        let item = item?;
        // numpy's whole numbers are none of Python's; they stand for one by __index__.
        let is_number =
            || item.is_instance_of::<PyInt>() || item.hasattr("__index__").is_ok_and(|yes| yes);
        names.push(match item.cast::<PyString>() {
            Ok(text) => text_of(text, "ids", place)?,
            Err(_) if is_number() => item.str()?.to_str()?.to_owned(),
            Err(_) => {
                let kind = item.get_type().name()?;
                let message =
                    format!("ids[{place}] is of type {kind}, neither text nor a whole number");
                return Err(PyTypeError::new_err(message));
            }
        });
    }
    Ok(names)
}

/// A list's items. One text is no list of texts, though Python would give its letters.
fn items<'py>(
    list: &Bound<'py, PyAny>,
    what: &str,
) -> PyResult<Bound<'py, pyo3::types::PyIterator>> {
    if list.is_instance_of::<PyString>() || list.is_instance_of::<PyBytes>() {
        return Err(PyTypeError::new_err(format!("{what} must be a list of texts, not one text")));
    }
    // Columns of Arrow give values of their own; as lists they give Python's.
    for name in ["to_pylist", "to_list"] {
        if let Ok(method) = list.getattr(name) {
            return method.call0()?.try_iter();
        }
    }
    list.try_iter().map_err(|_| PyTypeError::new_err(format!("{what} must be a list of texts")))
}

/// A text in UTF-8.
fn text_of(text: &Bound<'_, PyString>, what: &str, place: usize) -> PyResult<String> {
    // Python's own exception would carry the text along.
    text.to_str().map(str::to_owned).map_err(|_| {
        PyValueError::new_err(format!(
            "{what}[{place}] holds half of a surrogate pair: it is no text"
        ))
    })
}

/// Whether a value stands for nothing: None, NaN, pandas' NA and NaT.
fn is_missing(item: &Bound<'_, PyAny>) -> PyResult<bool> {
    if item.is_none() {
        return Ok(true);
    }
    // numpy's numbers are none of Python's, but become such.
    if let Ok(number) = item.extract::<f64>() {
        return Ok(number.is_nan());
    }
    let kind = item.get_type().name()?;
    Ok(["NAType", "NaTType"].contains(&kind.to_str()?))
}
