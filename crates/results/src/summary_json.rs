//! `summary.json`.

use rrgscore_scoring::Summary;

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
/// When the text is not such a summary.
pub fn read_summary(text: &str) -> Result<Summary, ExportError> {
    Ok(serde_json::from_str(text)?)
}
