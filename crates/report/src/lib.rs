//! Exports of a run: `scores.csv`, `labels.csv`, `judgements.csv`, `summary.json` and the table
//! that the command line prints.
//!
//! Every skin writes its files through here, so a number downloaded from the page is the command
//! line's to the last digit.

mod components;
mod judgements;
mod labels;
mod scores;
mod summary;
mod table;

pub use components::{ComponentsError, RadcliqTable, radcliq_table};
pub use judgements::judgements_csv;
pub use labels::labels_csv;
pub use scores::scores_csv;
pub use summary::{read_summary, summary_json};
pub use table::table;

/// Why an export could not be made or read. Holds no report text.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The CSV writer refused.
    #[error("scores.csv could not be written: {0}")]
    Csv(#[from] csv::Error),
    /// The summary is not one that this version knows.
    #[error("not a summary of RRGScore: {0}")]
    Json(#[from] serde_json::Error),
}
