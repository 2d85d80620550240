//! CheXbert's 14 observations and F1 figures over them.
//!
//! Sources: Smit et al. 2020 (CheXbert), stanfordmlgroup/CheXbert `src/label.py`; f1chexbert
//! 0.0.2 (`F1CheXbert.forward`), which is scikit-learn's `classification_report` over the
//! positive class; cvt2distilgpt2 and CXRMate, `tools/metrics/chexbert.py`, whose "example" and
//! "macro" figures are [`F1Report::samples`] and [`F1Report::macro_average`] under
//! [`Uncertain::AsNegative`] (their pooled ones too, but for 0/0, which is NaN there). These
//! figures are not part of ReXrank.

use serde::{Deserialize, Serialize};

use crate::multilabel;
pub use crate::multilabel::{F1Report, LabelF1, PrecisionRecallF1};
pub use rrgscore_annotations::{
    CLASSES, LabelError, Labels, Mention, OBSERVATION_COUNT, OBSERVATIONS,
};

/// Positions of Cardiomegaly, Edema, Consolidation, Atelectasis and Pleural Effusion.
pub const TOP_5: [usize; 5] = [1, 4, 5, 7, 9];

/// The two sides of F1-CheXbert cannot be paired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("F1-CheXbert: {reference} references against {candidate} candidates")]
pub struct DifferentLengths {
    /// Number of references.
    pub reference: usize,
    /// Number of candidates.
    pub candidate: usize,
}

/// Which of a report's observations count as present.
pub fn positives(labels: &Labels, uncertain: Uncertain) -> [bool; OBSERVATION_COUNT] {
    labels.0.map(|mention| match mention {
        Mention::Positive => true,
        Mention::Uncertain => uncertain == Uncertain::AsPositive,
        Mention::Blank | Mention::Negative => false,
    })
}

/// What an uncertain mention counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Uncertain {
    /// Present: f1chexbert's mode `rrg`, and RadEval's.
    AsPositive,
    /// Not present: cvt2distilgpt2 and CXRMate, who count the class "positive" alone.
    AsNegative,
}

/// Which observations a figure covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subset {
    /// All 14.
    All,
    /// The five of [`TOP_5`].
    Top5,
}

impl Subset {
    /// Positions of the subset's observations.
    pub fn positions(self) -> &'static [usize] {
        match self {
            Self::All => &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
            Self::Top5 => &TOP_5,
        }
    }
}

/// Computes the figures over pairs of reports, in order; a row's label is its position in
/// [`OBSERVATIONS`].
///
/// # Errors
///
/// [`DifferentLengths`] when the two lists cannot be paired.
pub fn f1_report(
    reference: &[Labels],
    candidate: &[Labels],
    subset: Subset,
    uncertain: Uncertain,
) -> Result<F1Report, DifferentLengths> {
    if reference.len() != candidate.len() {
        let (reference, candidate) = (reference.len(), candidate.len());
        return Err(DifferentLengths { reference, candidate });
    }
    let positions = subset.positions();
    let of_subset = |labels: &Labels| {
        let present = positives(labels, uncertain);
        positions.iter().map(|&position| present[position]).collect::<Vec<bool>>()
    };
    let pairs = reference.iter().zip(candidate);
    let pairs = pairs.map(|(reference, candidate)| [reference, candidate].map(of_subset));
    let mut report = multilabel::f1_report(pairs, positions.len());
    for (row, &position) in report.labels.iter_mut().zip(positions) {
        row.label = position;
    }
    Ok(report)
}
