//! CheXbert's 14 observations.
//!
//! Source: Smit et al. 2020 (CheXbert), stanfordmlgroup/CheXbert `src/label.py`.

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

/// Classes that each head distinguishes: four, but two for No Finding.
pub const CLASSES: [usize; OBSERVATION_COUNT] = [4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2];

/// What a report says about an observation, in the order of CheXbert's classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// Why a model's outputs cannot be read as labels.
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
}

/// A report's labels in the order of [`OBSERVATIONS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
}
