//! The published ReXrank tables as data, and the rank of a run among them.
//!
//! The numbers are those of the ReXrank paper (see `data/README.md`): means over a dataset and
//! the half widths of their 95 % confidence intervals, rounded to two decimals.

mod column;
mod published;
mod rank;
mod view;

pub use column::MetricColumn;
pub use published::{Dataset, Row, Score, Table, Task, UnknownName, table, tables};
pub use rank::{Neighbour, Rank, rank};
pub use view::{Order, OwnRun, ViewRow, view};
