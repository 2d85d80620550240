//! The one door of every skin: files in, results out.
//!
//! A skin brings bytes, workers and a clock; what is read, checked, offered, started, driven and
//! reported is decided here, so that page, command line and npm package give the same numbers.

pub mod drive;
