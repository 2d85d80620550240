//! CheXbert's 14 observations and F1 figures over them.
//!
//! Sources: Smit et al. 2020 (CheXbert), stanfordmlgroup/CheXbert `src/label.py`; f1chexbert
//! 0.0.2 (`F1CheXbert.forward`), which is scikit-learn's `classification_report` over the
//! positive class; cvt2distilgpt2 and CXRMate, `tools/metrics/chexbert.py`, whose "example" and
//! "macro" figures are [`F1Report::samples`] and [`F1Report::macro_average`] under
//! [`Uncertain::AsNegative`] (their pooled ones too, but for 0/0, which is NaN there). These
//! figures are not part of ReXrank.

use serde::{Deserialize, Serialize};

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

/// Precision, recall and F1; 0 wherever the denominator is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PrecisionRecallF1 {
    /// True positives among those that the candidates call present.
    pub precision: f64,
    /// True positives among those that the references call present.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// One observation's figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ObservationF1 {
    /// Position in [`OBSERVATIONS`].
    pub observation: usize,
    /// The figures.
    pub scores: PrecisionRecallF1,
    /// References in which the observation is present.
    pub support: usize,
}

/// F1-CheXbert of a set of studies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct F1Report {
    /// Each observation of the subset.
    pub observations: Vec<ObservationF1>,
    /// Counts pooled over the observations.
    pub micro: PrecisionRecallF1,
    /// Plain mean over the observations.
    pub macro_average: PrecisionRecallF1,
    /// Mean over the observations, weighted by support.
    pub weighted: PrecisionRecallF1,
    /// Mean over the studies of the figures of each study's labels ("example-based"); a study in
    /// which neither report has a finding counts as 0.
    pub samples: PrecisionRecallF1,
    /// Share of studies whose labels agree in every observation of the subset; 0 for no study.
    pub exact_match: f64,
}

/// Computes the figures over pairs of reports, in order.
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
    let mut counts = [Counts::default(); OBSERVATION_COUNT];
    let mut agreeing = 0usize;
    let mut samples = PrecisionRecallF1::default();
    for (reference, candidate) in reference.iter().zip(candidate) {
        let truth = positives(reference, uncertain);
        let found = positives(candidate, uncertain);
        let mut study = Counts::default();
        for &i in positions {
            counts[i].add(truth[i], found[i]);
            study.add(truth[i], found[i]);
        }
        let study = study.scores();
        samples.precision += study.precision;
        samples.recall += study.recall;
        samples.f1 += study.f1;
        agreeing += usize::from(positions.iter().all(|&i| truth[i] == found[i]));
    }
    let observations: Vec<_> = positions
        .iter()
        .map(|&i| ObservationF1 {
            observation: i,
            scores: counts[i].scores(),
            support: counts[i].in_reference,
        })
        .collect();
    let mut pooled = Counts::default();
    for &i in positions {
        pooled.both += counts[i].both;
        pooled.in_reference += counts[i].in_reference;
        pooled.in_candidate += counts[i].in_candidate;
    }
    let studies = reference.len().max(1) as f64;
    Ok(F1Report {
        samples: PrecisionRecallF1 {
            precision: samples.precision / studies,
            recall: samples.recall / studies,
            f1: samples.f1 / studies,
        },
        micro: pooled.scores(),
        macro_average: average(&observations, |_| 1.0),
        weighted: average(&observations, |observation| observation.support as f64),
        exact_match: ratio(agreeing, reference.len()),
        observations,
    })
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    both: usize,
    in_reference: usize,
    in_candidate: usize,
}

impl Counts {
    fn add(&mut self, reference: bool, candidate: bool) {
        self.both += usize::from(reference && candidate);
        self.in_reference += usize::from(reference);
        self.in_candidate += usize::from(candidate);
    }

    fn scores(&self) -> PrecisionRecallF1 {
        PrecisionRecallF1 {
            precision: ratio(self.both, self.in_candidate),
            recall: ratio(self.both, self.in_reference),
            f1: ratio(2 * self.both, self.in_candidate + self.in_reference),
        }
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn average(list: &[ObservationF1], weight: impl Fn(&ObservationF1) -> f64) -> PrecisionRecallF1 {
    let total: f64 = list.iter().map(&weight).sum();
    if total == 0.0 {
        return PrecisionRecallF1::default();
    }
    let mean = |value: fn(&PrecisionRecallF1) -> f64| {
        list.iter().map(|o| weight(o) * value(&o.scores)).sum::<f64>() / total
    };
    PrecisionRecallF1 {
        precision: mean(|s| s.precision),
        recall: mean(|s| s.recall),
        f1: mean(|s| s.f1),
    }
}
