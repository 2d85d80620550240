//! A finished run looked at closely: which studies, which groups of studies, which metrics go
//! together.

mod correlations;
mod extremes;
mod filter;
mod grouping;
mod groups;
mod plain_table;

pub use correlations::{MetricCorrelation, MetricCorrelations, correlations};
pub use extremes::{ExtremeStudy, MetricExtremes, extremes};
pub use filter::{LabelFilter, LabelState, ScoreRange, StudyFilter};
pub use grouping::{GroupingError, StudyGrouping, groupings};
pub use groups::{GroupMean, GroupScores, GroupedScores, group_scores, groups_csv, means_of};
pub use plain_table::{PlainCell, PlainRow, PlainTable};

use rrgscore_stats::mean_estimate;

/// Number, mean and 95 % interval of scores.
fn mean_of(scores: &[f64]) -> (u32, Option<f64>, Option<[f64; 2]>) {
    let found = mean_estimate(scores).ok();
    let interval = found.and_then(|found| found.ci95).map(|ci| [ci.lower, ci.upper]);
    (scores.len() as u32, found.map(|found| found.mean), interval)
}
