//! CheXbert's 14 observations and F1 figures over them.
//!
//! Sources: Smit et al. 2020 (CheXbert), stanfordmlgroup/CheXbert `src/label.py`; f1chexbert
//! 0.0.2 (`F1CheXbert.forward`), which is scikit-learn's `classification_report` over the
//! positive class. These figures are not part of ReXrank.

use serde::{Deserialize, Serialize};

/// Number of observations.
pub const OBSERVATION_COUNT: usize = 14;

/// The observations in CheXbert's order.
pub const OBSERVATIONS: [&str; OBSERVATION_COUNT] = [
    "Enlarged Cardiomediastinum",
    "Cardiomegaly",
    "Lung Opacity",
    "Lung Lesion",
    "Edema",
    "Consolidation",
    "Pneumonia",
    "Atelectasis",
    "Pneumothorax",
    "Pleural Effusion",
    "Pleural Other",
    "Fracture",
    "Support Devices",
    "No Finding",
];

/// Positions of Cardiomegaly, Edema, Consolidation, Atelectasis and Pleural Effusion.
pub const TOP_5: [usize; 5] = [1, 4, 5, 7, 9];

/// Classes that each head distinguishes: four, but two for No Finding.
pub const CLASSES: [usize; OBSERVATION_COUNT] = [4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2];

/// What a report says about an observation, in the order of CheXbert's classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mention {
    /// Not mentioned.
    Blank,
    /// Present.
    Positive,
    /// Absent.
    Negative,
    /// Uncertain.
    Uncertain,
}

impl Mention {
    /// The coding of CheXbert's CSV output: blank is empty, 1 positive, 0 negative, −1 uncertain.
    pub fn code(self) -> Option<i8> {
        match self {
            Self::Blank => None,
            Self::Positive => Some(1),
            Self::Negative => Some(0),
            Self::Uncertain => Some(-1),
        }
    }

    fn from_class(class: usize) -> Self {
        match class {
            0 => Self::Blank,
            1 => Self::Positive,
            2 => Self::Negative,
            _ => Self::Uncertain,
        }
    }
}

/// Why values cannot be read as labels, or labels not be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// The heads' outputs are not 13 times 4 values and 2.
    #[error("CheXbert: {found} head outputs, expected 54 (13 heads of 4 classes and one of 2)")]
    Logits {
        /// Values given.
        found: usize,
    },
    /// A head's output holds NaN.
    #[error("CheXbert: the head for {observation} put out NaN")]
    NotANumber {
        /// Name of the observation.
        observation: &'static str,
    },
    /// There are more references than candidates, or fewer.
    #[error("F1-CheXbert: {reference} references against {candidate} candidates")]
    DifferentLengths {
        /// Number of references.
        reference: usize,
        /// Number of candidates.
        candidate: usize,
    },
}

/// A report's labels in the order of [`OBSERVATIONS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels(pub [Mention; OBSERVATION_COUNT]);

impl Labels {
    /// Takes each head's most likely class (the first one, of equals) from the heads' outputs,
    /// concatenated in order: 54 values.
    ///
    /// # Errors
    ///
    /// [`LabelError::Logits`] for another number of values, [`LabelError::NotANumber`] for NaN.
    pub fn from_logits(logits: &[f32]) -> Result<Self, LabelError> {
        if logits.len() != CLASSES.iter().sum::<usize>() {
            return Err(LabelError::Logits { found: logits.len() });
        }
        let mut labels = [Mention::Blank; OBSERVATION_COUNT];
        let mut rest = logits;
        for (head, label) in labels.iter_mut().enumerate() {
            let (scores, tail) = rest.split_at(CLASSES[head]);
            if scores.iter().any(|score| score.is_nan()) {
                return Err(LabelError::NotANumber { observation: OBSERVATIONS[head] });
            }
            let best = (1..scores.len()).fold(0, |b, i| if scores[i] > scores[b] { i } else { b });
            *label = Mention::from_class(best);
            rest = tail;
        }
        Ok(Self(labels))
    }

    /// Which observations count as present.
    pub fn positives(&self, uncertain: Uncertain) -> [bool; OBSERVATION_COUNT] {
        self.0.map(|mention| match mention {
            Mention::Positive => true,
            Mention::Uncertain => uncertain == Uncertain::AsPositive,
            Mention::Blank | Mention::Negative => false,
        })
    }
}

/// What an uncertain mention counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Uncertain {
    /// Present: f1chexbert's mode `rrg`.
    AsPositive,
    /// Not present.
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
    /// Share of studies whose labels agree in every observation of the subset; 0 for no study.
    pub exact_match: f64,
}

/// Computes the figures over pairs of reports, in order.
///
/// # Errors
///
/// [`LabelError::DifferentLengths`] when the two lists cannot be paired.
pub fn f1_report(
    reference: &[Labels],
    candidate: &[Labels],
    subset: Subset,
    uncertain: Uncertain,
) -> Result<F1Report, LabelError> {
    if reference.len() != candidate.len() {
        let (reference, candidate) = (reference.len(), candidate.len());
        return Err(LabelError::DifferentLengths { reference, candidate });
    }
    let positions = subset.positions();
    let mut counts = [Counts::default(); OBSERVATION_COUNT];
    let mut agreeing = 0usize;
    for (reference, candidate) in reference.iter().zip(candidate) {
        let (truth, said) = (reference.positives(uncertain), candidate.positives(uncertain));
        for &i in positions {
            counts[i].add(truth[i], said[i]);
        }
        agreeing += usize::from(positions.iter().all(|&i| truth[i] == said[i]));
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
    Ok(F1Report {
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
