//! The one door of every skin: files in, results out.
//!
//! A skin brings bytes, workers and a clock; what is read, checked, offered, started and driven is
//! decided here, so that page, command line and npm package give the same numbers.
//!
//! ```text
//! Session::set ─▶ check ─▶ offers ─▶ start ─▶ Drive: events in, commands out ─▶ rrgscore-results
//! ```
//!
//! Report text is private: no error of this crate holds any of it.

mod answers;
mod check;
pub mod drive;
mod error;
mod graphs;
mod judge;
mod offer;
mod pairs;
mod request;
mod sanity;
mod session;
mod start;

pub use answers::AnswersProblem;
pub use check::{CheckError, CheckFailed, Checked};
pub use error::StartError;
pub use offer::Offer;
pub use pairs::GivenPair;
pub use request::RunRequest;
pub use sanity::{MINIMAL_PAIRS, MinimalPair, scores_pairs_alone};
pub use session::Session;
pub use start::{PossibleRun, StartedRun, can_go_on};
