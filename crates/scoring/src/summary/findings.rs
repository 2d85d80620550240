//! Figures over the findings of a list, of all studies as one set.

use rrgscore_annotations::FindingSet;
use rrgscore_metrics::chexbert_labels::PrecisionRecallF1;
use rrgscore_metrics::findings::report;
use serde::{Deserialize, Serialize};

use super::ObservationRow;
use crate::job::{Reasons, Scored};

/// F1 of SRR-BERT's or RadBERT-CT's findings over the studies of a run that are scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindingsF1 {
    /// How many findings the averages are over.
    pub findings: u32,
    /// Counts pooled over the findings.
    pub micro: PrecisionRecallF1,
    /// Plain mean over the findings, those that no report has included.
    #[serde(rename = "macro")]
    pub macro_average: PrecisionRecallF1,
    /// Mean weighted by support: what RadEval prints of SRR-BERT.
    pub weighted: PrecisionRecallF1,
    /// Mean over the studies of each study's figures; 0 where a denominator is 0.
    pub samples: PrecisionRecallF1,
    /// Share of studies that agree in every finding.
    pub exact_match: f64,
    /// Each finding that a reference has, or a candidate rightly.
    pub rows: Vec<ObservationRow>,
}

impl FindingsF1 {
    /// The figures of scored studies; none where there is none.
    pub(super) fn of<'a>(
        set: FindingSet,
        scored: impl Iterator<Item = &'a Scored>,
    ) -> Option<Self> {
        let mut pairs = scored
            .filter_map(|scored| match &scored.reasons {
                Reasons::Findings { reference, candidate, .. } => {
                    Some([reference.as_slice(), candidate.as_slice()])
                }
                _ => None,
            })
            .peekable();
        pairs.peek()?;
        let report = report(set, pairs);
        let names = set.names();
        let rows = report.labels.iter().filter(|row| row.support > 0 || row.scores.f1 > 0.0);
        Some(Self {
            findings: names.len() as u32,
            micro: report.micro,
            macro_average: report.macro_average,
            weighted: report.weighted,
            samples: report.samples,
            exact_match: report.exact_match,
            rows: rows
                .filter_map(|row| {
                    Some(ObservationRow {
                        name: names.get(row.label)?.clone(),
                        scores: row.scores,
                        support: row.support as u64,
                    })
                })
                .collect(),
        })
    }
}
