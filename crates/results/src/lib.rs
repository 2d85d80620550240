//! What a run came to, in every form in which it is given out: `scores.csv`, `labels.csv`,
//! `judgements.csv`, `summary.json`, the printed table, one study with its reasons, distributions,
//! its place among the published models, and runs beside each other.
//!
//! Every skin writes its files through here, so a number downloaded from the page is the command
//! line's to the last digit.

mod compare;
mod distribution;
mod explore;
mod judgements_csv;
mod labels_csv;
mod markup;
pub mod proof;
pub mod published;
mod radcliq_table;
mod reasons_jsonl;
mod results;
mod rows;
mod run_export;
mod sanity;
mod scores_csv;
mod standing;
mod study;
mod summary_json;
mod table;

pub use compare::{
    CompareError, ComparedMetric, Comparison, NotCompared, ScoredRun, ScoredRunError, compare,
    comparison_csv, comparison_latex, comparison_markdown, comparison_table,
};
pub use distribution::{Distribution, distributions};
pub use explore::{
    ExtremeStudy, GroupMean, GroupScores, GroupedScores, GroupingError, LabelFilter, LabelState,
    MetricCorrelation, MetricCorrelations, MetricExtremes, PlainCell, PlainRow, PlainTable,
    ScoreRange, StudyFilter, StudyGrouping, correlations, extremes, group_scores, groupings,
    groups_csv, means_of,
};
pub use judgements_csv::judgements_csv;
pub use labels_csv::labels_csv;
pub use radcliq_table::{ComponentsError, RadcliqTable, radcliq_table};
pub use reasons_jsonl::{MergeReasonsError, merge_reasons, reasons_jsonl};
pub use results::{OutputFile, Results};
pub use rows::{ScoreRow, ScoreTable, Sort, SortBy};
pub use run_export::{RunExport, SubmittedRow, UnknownExport, is_share_file, read_share_file};
pub use sanity::sanity_table;
pub use scores_csv::scores_csv;
pub use standing::{NotRanked, PartialSplit, Standing, leaderboard_entry, standing, standings};
pub use study::{Study, StudyAnnotation, study};
pub use summary_json::{read_summary, summary_json};
pub use table::table;

/// Why an export could not be made or read. Holds no report text.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The CSV writer refused.
    #[error("the CSV could not be written: {0}")]
    Csv(#[from] csv::Error),
    /// The run has no row in a published table.
    #[error("this run is not over a split with a published table, or not to its end")]
    NoRow,
    /// The summary's signature is not that of what it says.
    #[error(
        "the signature is not the one that this version gives to the rest of the summary: it was \
         changed, or made by another version; score the reports again"
    )]
    NotSigned,
    /// Some of the split's studies have no prediction.
    #[error("the run is not over all studies of the split, as the published rows are")]
    PartOfSplit,
    /// No column is computed as a published one is.
    #[error("no column of this run is computed as a published one is")]
    NoColumn,
    /// The summary is of a later form.
    #[error(
        "the summary is of format_version {found}, and this version of RRGScore knows up to {known}; \
         take a newer one"
    )]
    FormatVersion {
        /// Its version.
        found: u32,
        /// The last version that is known.
        known: u32,
    },
    /// The summary is not one that this version knows.
    #[error("not a summary of RRGScore: {0}")]
    Json(#[from] serde_json::Error),
}
