//! The published ReXrank tables as data, and the rank of a run among them.
//!
//! The numbers are those of the ReXrank paper and of its public site, an [`Edition`] each (see
//! `data/README.md` of this crate): means over a dataset, and in the paper the half widths of their
//! 95 % confidence intervals. An operator's own rows are an edition too.

mod column;
mod edition;
mod leaderboard;
mod rank;
mod tables;

pub use column::PublishedColumn;
#[cfg(feature = "embedded")]
pub use edition::embedded;
pub use edition::{Disagreement, Disagreements, Edition, ModelCard, Published};
pub use leaderboard::{BoardOrder, BoardSort, LeaderboardRow, OwnRun, leaderboard, sort_rows};
pub use rank::{Neighbour, Rank, RankInterval, rank};
pub use tables::{PublishedDataset, PublishedRow, PublishedScore, PublishedTable};
