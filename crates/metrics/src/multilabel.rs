//! Figures over studies that each have some of a list of labels, on either side.
//!
//! Source: scikit-learn 1.8, `classification_report` of indicator matrices with `zero_division=0`.

use serde::{Deserialize, Serialize};

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

/// One label's figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LabelF1 {
    /// Its position in the list.
    pub label: usize,
    /// The figures.
    pub scores: PrecisionRecallF1,
    /// References in which it is present.
    pub support: usize,
}

/// The figures of a set of studies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct F1Report {
    /// Each label.
    pub labels: Vec<LabelF1>,
    /// Counts pooled over the labels.
    pub micro: PrecisionRecallF1,
    /// Plain mean over the labels.
    pub macro_average: PrecisionRecallF1,
    /// Mean over the labels, weighted by support.
    pub weighted: PrecisionRecallF1,
    /// Mean over the studies of the figures of each study's labels ("example-based"); a study in
    /// which neither report has a label counts as 0.
    pub samples: PrecisionRecallF1,
    /// Share of studies that agree in every label; 0 for no study.
    pub exact_match: f64,
}

/// Computes the figures over pairs of reports, in order: which of `labels` labels the reference
/// has, and which the candidate has. What a list lacks is not present.
pub fn f1_report<Present: AsRef<[bool]>>(
    pairs: impl Iterator<Item = [Present; 2]>,
    labels: usize,
) -> F1Report {
    let mut counts = vec![Counts::default(); labels];
    let mut samples = PrecisionRecallF1::default();
    let (mut studies, mut agreeing) = (0usize, 0usize);
    for [reference, candidate] in pairs {
        let (reference, candidate) = (reference.as_ref(), candidate.as_ref());
        let present = |side: &[bool], label: usize| side.get(label).copied().unwrap_or(false);
        let mut study = Counts::default();
        let mut agrees = true;
        for (label, counts) in counts.iter_mut().enumerate() {
            let (truth, found) = (present(reference, label), present(candidate, label));
            counts.add(truth, found);
            study.add(truth, found);
            agrees &= truth == found;
        }
        let study = study.scores();
        samples.precision += study.precision;
        samples.recall += study.recall;
        samples.f1 += study.f1;
        studies += 1;
        agreeing += usize::from(agrees);
    }
    let mut pooled = Counts::default();
    for counts in &counts {
        pooled.both += counts.both;
        pooled.in_reference += counts.in_reference;
        pooled.in_candidate += counts.in_candidate;
    }
    let of_label = |(label, counts): (usize, &Counts)| LabelF1 {
        label,
        scores: counts.scores(),
        support: counts.in_reference,
    };
    let labels: Vec<LabelF1> = counts.iter().enumerate().map(of_label).collect();
    let all = studies.max(1) as f64;
    F1Report {
        samples: PrecisionRecallF1 {
            precision: samples.precision / all,
            recall: samples.recall / all,
            f1: samples.f1 / all,
        },
        micro: pooled.scores(),
        macro_average: average(&labels, |_| 1.0),
        weighted: average(&labels, |label| label.support as f64),
        exact_match: ratio(agreeing, studies),
        labels,
    }
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

fn average(list: &[LabelF1], weight: impl Fn(&LabelF1) -> f64) -> PrecisionRecallF1 {
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
