//! `labels.csv`: CheXbert's 14 observations of both reports of every study.

use rrgscore_metrics::chexbert_labels::OBSERVATIONS;
use rrgscore_scoring::ScoredSet;

use crate::ExportError;
use crate::scores_csv::harmless;

/// The labels as CSV: `study_id`, `side` (`reference` or `candidate`), then a column per
/// observation in CheXbert's own coding: empty for not mentioned, 1 positive, 0 negative, -1
/// uncertain. `None` when the run has no SembScore column.
///
/// # Errors
/// When the CSV writer refuses, which writing to memory does not do.
pub fn labels_csv(run: &impl ScoredSet) -> Result<Option<String>, ExportError> {
    let labels = run.chexbert_labels();
    if labels.is_empty() {
        return Ok(None);
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["study_id", "side"].into_iter().chain(OBSERVATIONS))?;
    for (id, labels) in run.ids().zip(labels) {
        let Some(both) = labels else { continue };
        for (side, labels) in ["reference", "candidate"].into_iter().zip(both) {
            writer.write_field(harmless(id))?;
            writer.write_field(side)?;
            for mention in labels.0 {
                let code = mention.code().map(|code| code.to_string());
                writer.write_field(code.unwrap_or_default())?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}
