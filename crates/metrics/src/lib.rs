//! The metrics' formulas: annotations of a reference and a candidate in, score and reasons out.
