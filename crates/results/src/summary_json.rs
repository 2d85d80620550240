//! `summary.json`.

use rrgscore_scoring::Summary;
use rrgscore_scoring::summary::SUMMARY_FORMAT;

use crate::ExportError;

/// The summary as indented JSON with a final line break.
///
/// # Errors
/// When a number is not finite, which no summary holds.
pub fn summary_json(summary: &Summary) -> Result<String, ExportError> {
    let mut text = serde_json::to_string_pretty(summary)?;
    text.push('\n');
    Ok(text)
}

/// Reads what [`summary_json`] wrote.
///
/// # Errors
/// When the text is not such a summary, or of a later form than this version knows.
pub fn read_summary(text: &str) -> Result<Summary, ExportError> {
    let summary: Summary = serde_json::from_str(text)?;
    let found = summary.format_version;
    if found > SUMMARY_FORMAT {
        return Err(ExportError::FormatVersion { found, known: SUMMARY_FORMAT });
    }
    Ok(summary)
}
