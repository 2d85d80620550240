//! The one thing that can be wrong with plain slices: their length.

use thiserror::Error;

/// A slice does not have the length that the shapes beside it ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{what}: expected {expected} values, found {found}")]
pub struct ShapeError {
    /// The argument's name.
    pub what: &'static str,
    /// How many values the shapes ask for.
    pub expected: usize,
    /// How many there are.
    pub found: usize,
}

/// Checks a slice's length.
pub(crate) fn length(what: &'static str, found: usize, expected: usize) -> Result<(), ShapeError> {
    if found == expected { Ok(()) } else { Err(ShapeError { what, expected, found }) }
}
