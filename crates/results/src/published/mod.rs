//! The published ReXrank tables as data, and the rank of a run among them.
//!
//! The numbers are those of the ReXrank paper (see `data/README.md` of this crate): means over a dataset and
//! the half widths of their 95 % confidence intervals, rounded to two decimals.

mod column;
mod leaderboard;
mod rank;
mod tables;

pub use column::PublishedColumn;
pub use leaderboard::{LeaderboardRow, OwnRun, RankOrder, leaderboard};
pub use rank::{Neighbour, Rank, rank};
pub use tables::{PublishedDataset, PublishedRow, PublishedScore, PublishedTable, table, tables};
