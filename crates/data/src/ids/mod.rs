//! Which ids of two files are the same study's.

mod contradictions;
mod fields;
mod loose;
mod pairing;
mod place;
mod rounded;
mod spelling;

pub(crate) use contradictions::within_rows;
pub(crate) use fields::is_running;
pub(crate) use pairing::{Doubt, pair_up};
pub(crate) use rounded::{is_rounded, is_scientific};
pub(crate) use spelling::difference;
