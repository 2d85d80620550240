//! Which ids of two files are the same study's.

mod fields;
mod loose;
mod pairing;
mod rounded;
mod spelling;

pub(crate) use fields::{Ids, is_running};
pub(crate) use pairing::pair_up;
pub(crate) use rounded::is_rounded;
pub(crate) use spelling::difference;
