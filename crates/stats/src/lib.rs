//! Means, confidence intervals, bootstrap, paired comparison of two runs, ranks and quartiles,
//! correlation.
//!
//! All functions take one score per study and give the same bits on every platform: sums are taken
//! in one fixed order, and random draws come from a generator defined here.

pub mod bootstrap;
pub mod correlation;
pub mod mean;
pub mod paired;
mod random;
mod ranks;
mod sum;

pub use bootstrap::{Bootstrap, bootstrap_mean};
pub use correlation::{CorrelationMethod, correlation, spearman};
pub use mean::{MeanEstimate, Reciprocal, ReciprocalRefusal, Z_95, mean_estimate, reciprocal};
pub use paired::{
    PairedDifference, PairedError, PairedFailure, PairedScores, holm, paired_differences,
};
pub use ranks::{five_numbers, ranks};
pub use sum::sum;

use serde::{Deserialize, Serialize};

/// A confidence interval, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

impl Interval {
    /// Half the distance between the ends; the "±" of an interval that is symmetric.
    pub fn half_width(&self) -> f64 {
        (self.upper - self.lower) / 2.0
    }

    /// The interval of 1/x for an interval of x that lies above 0.
    ///
    /// # Errors
    ///
    /// [`ReciprocalRefusal::IntervalTouchesZero`] when it does not.
    pub fn reciprocal(&self) -> Result<Self, ReciprocalRefusal> {
        if self.lower > 0.0 {
            Ok(Self { lower: 1.0 / self.upper, upper: 1.0 / self.lower })
        } else {
            Err(ReciprocalRefusal::IntervalTouchesZero { lower: self.lower })
        }
    }
}

/// Why scores cannot be summarised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum StatsError {
    /// There is no score.
    #[error("no score to summarise: at least one study is needed")]
    Empty,
    /// A score is NaN or infinite.
    #[error("score {index} (counted from 0) is not a finite number")]
    NotFinite {
        /// Position of the score in the input.
        index: usize,
    },
    /// A bootstrap without a draw or with a level outside (0, 1).
    #[error("a bootstrap needs at least one resample and a level between 0 and 1")]
    BadBootstrap,
}

/// Refuses input that has no mean.
pub(crate) fn check(values: &[f64]) -> Result<(), StatsError> {
    if values.is_empty() {
        return Err(StatsError::Empty);
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(StatsError::NotFinite { index }),
        None => Ok(()),
    }
}
