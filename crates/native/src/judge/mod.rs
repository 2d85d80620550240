//! GREEN's judge on this machine: its pack is made of a published checkpoint, and runs over threads.

mod convert;
mod folder;
mod run;

pub use convert::convert_judge;
pub use run::{JudgedSoFar, LocalJudge};
