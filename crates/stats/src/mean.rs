//! The mean of per-study scores, its 95 % confidence interval, and the reciprocal of both.
//!
//! Source: the ReXrank paper gives mean ± 1.96 standard errors of the mean. It does not state the
//! divisor of the variance; n − 1 is taken here, as `scipy.stats.sem` does.

use serde::{Deserialize, Serialize};

use crate::{Interval, StatsError, check, sum};

/// Half width of a 95 % interval in standard errors, rounded as the ReXrank paper rounds it.
pub const Z_95: f64 = 1.96;

/// A mean with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MeanEstimate {
    /// Number of scores.
    pub n: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard error of the mean, from the variance with divisor n − 1; `None` for one score.
    pub standard_error: Option<f64>,
    /// Mean ± [`Z_95`] standard errors; `None` for one score.
    pub ci95: Option<Interval>,
}

/// Computes mean, standard error and 95 % confidence interval.
///
/// # Errors
///
/// [`StatsError::Empty`] for no score and [`StatsError::NotFinite`] for NaN or infinite ones.
pub fn mean_estimate(values: &[f64]) -> Result<MeanEstimate, StatsError> {
    check(values)?;
    let n = values.len();
    let mean = sum(values.iter().copied()) / n as f64;
    let standard_error = (n > 1).then(|| {
        let squares = sum(values.iter().map(|value| (value - mean) * (value - mean)));
        (squares / (n - 1) as f64).sqrt() / (n as f64).sqrt()
    });
    let ci95 = standard_error.map(|error| around(mean, Z_95 * error));
    Ok(MeanEstimate { n, mean, standard_error, ci95 })
}

/// The reciprocal of a mean, as ReXrank shows 1/RadCliQ-v1 and 1/FineRadScore.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reciprocal {
    /// 1 / mean.
    pub value: f64,
    /// 1/mean ± [`Z_95`] · standard error / mean² (delta method); `None` for one score.
    pub ci95: Option<Interval>,
}

/// Why the reciprocal of a mean would mislead.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum ReciprocalRefusal {
    /// The mean is zero or negative, where 1/mean has no meaning as a ranking score.
    #[error("the mean is {mean}, and the reciprocal of a mean that is not positive ranks nothing")]
    MeanNotPositive {
        /// The mean.
        mean: f64,
    },
    /// The interval reaches zero, so that 1/mean could be anything.
    #[error(
        "the confidence interval of the mean reaches down to {lower}: its reciprocal is unbounded"
    )]
    IntervalTouchesZero {
        /// Lower end of the mean's interval.
        lower: f64,
    },
}

/// Computes 1/mean with a delta-method interval, not the mean of reciprocals.
///
/// ReXrank's own interval of the reciprocal is not published; the delta method is this project's
/// reading ([`crate::bootstrap_mean`] gives one without its linear approximation).
///
/// # Errors
///
/// [`ReciprocalRefusal`] when the mean is not positive or its interval touches zero.
pub fn reciprocal(estimate: &MeanEstimate) -> Result<Reciprocal, ReciprocalRefusal> {
    let mean = estimate.mean;
    if mean.is_nan() || mean <= 0.0 {
        return Err(ReciprocalRefusal::MeanNotPositive { mean });
    }
    if let Some(ci95) = estimate.ci95 {
        ci95.reciprocal()?;
    }
    let value = 1.0 / mean;
    let ci95 = estimate.standard_error.map(|error| around(value, Z_95 * error / (mean * mean)));
    Ok(Reciprocal { value, ci95 })
}

fn around(centre: f64, half_width: f64) -> Interval {
    Interval { lower: centre - half_width, upper: centre + half_width }
}
