//! The one pipeline that every skin calls: settings, plan, jobs, results, summary, signature.
//!
//! A [`Run`] is a state machine that does no work itself: it hands out [`Job`]s and files
//! [`Outcome`]s. A [`Worker`] turns one into the other and may live in a thread, a Web Worker or
//! the same loop. Page, command line and tests therefore run the same code and give the same
//! numbers, whatever the number of workers.
//!
//! There is no clock here: whoever drives a run measures time and asks
//! [`progress::Estimator`] for the time left.

pub mod cache;
pub mod given;
mod index;
pub mod job;
pub mod judged;
pub mod metric;
mod plan;
pub mod progress;
pub mod provenance;
pub mod run;
mod scored_set;
pub mod settings;
pub mod shard;
pub mod store;
pub mod summary;
#[cfg(feature = "worker")]
pub mod worker;

pub use index::{ColumnIndex, PairIndex, StudyIndex, TextIndex};
pub use job::{Job, JobId, Outcome};
pub use metric::Metric;
pub use rrgscore_annotations::Purpose;
pub use run::{Next, Run};
pub use scored_set::ScoredSet;
pub use settings::{GivenGraphs, Profile, ReportCleaning, Settings};
pub use shard::Shard;
pub use store::AnnotationStore;
pub use summary::Summary;
#[cfg(feature = "worker")]
pub use worker::Worker;

/// The version of the code that computed a result: part of every summary and signature.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit that this was built from, 40 hexadecimal digits; `unknown` but in a release
/// (`cargo xtask release`).
pub const COMMIT: &str = match option_env!("RRGSCORE_COMMIT") {
    Some(commit) => commit,
    None => "unknown",
};

/// Version, commit and the version of the arithmetic, as every skin tells them.
pub fn release() -> String {
    let numerics = rrgscore_annotations::NUMERICS;
    format!("{VERSION} (commit {COMMIT}, numerics {numerics})")
}
