//! How two metrics go together over studies: Pearson's r, Spearman's rho, Kendall's tau-b.
//!
//! As `scipy.stats` computes them: ties have the mean of their ranks in Spearman's rho, and
//! Kendall's tau is tau-b (Kendall 1945), counted by merging (Knight 1966) in O(n log n).

use serde::{Deserialize, Serialize};

use crate::{ranks, sum};

/// A coefficient of correlation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CorrelationMethod {
    /// Pearson's r: of the scores themselves.
    Pearson,
    /// Spearman's rho: of their ranks.
    #[default]
    Spearman,
    /// Kendall's tau-b: pairs of studies in the same order less those in opposite order, over all
    /// pairs, corrected for ties.
    Kendall,
}

impl CorrelationMethod {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Pearson, Self::Spearman, Self::Kendall];

    /// The name used in settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pearson => "pearson",
            Self::Spearman => "spearman",
            Self::Kendall => "kendall",
        }
    }

    /// The name shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Pearson => "Pearson's r",
            Self::Spearman => "Spearman's rho",
            Self::Kendall => "Kendall's tau-b",
        }
    }

    /// The method of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }
}

/// The coefficient over pairs of finite values, from -1 to 1.
///
/// `None` for fewer than two pairs, for a value that is not finite, and where one side has the same
/// value everywhere: nothing varies then that could go together.
#[must_use]
pub fn correlation(method: CorrelationMethod, pairs: &[(f64, f64)]) -> Option<f64> {
    let finite = |(a, b): &(f64, f64)| a.is_finite() && b.is_finite();
    if pairs.len() < 2 || !pairs.iter().all(finite) {
        return None;
    }
    match method {
        CorrelationMethod::Pearson => pearson(pairs),
        CorrelationMethod::Spearman => spearman(pairs),
        CorrelationMethod::Kendall => kendall(pairs),
    }
}

/// Spearman's rho over pairs of finite values, from -1 to 1: Pearson's r of their ranks (Spearman 1904).
///
/// `None` for fewer than two pairs, and where one side has the same value everywhere.
#[must_use]
pub fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let ranked = |of: fn(&(f64, f64)) -> f64| ranks(&pairs.iter().map(of).collect::<Vec<_>>());
    let ranked: Vec<_> = ranked(|pair| pair.0).into_iter().zip(ranked(|pair| pair.1)).collect();
    pearson(&ranked)
}

fn pearson(pairs: &[(f64, f64)]) -> Option<f64> {
    let n = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| {
        let first = pairs.first().map(of)?;
        // The mean of equal values may differ from them in the last bit.
        pairs.iter().any(|pair| of(pair) != first).then(|| sum(pairs.iter().map(of)) / n)
    };
    let (a, b) = (mean(|pair| pair.0)?, mean(|pair| pair.1)?);
    let together = sum(pairs.iter().map(|(x, y)| (x - a) * (y - b)));
    let first = sum(pairs.iter().map(|(x, _)| (x - a) * (x - a)));
    let second = sum(pairs.iter().map(|(_, y)| (y - b) * (y - b)));
    let size = first.sqrt() * second.sqrt();
    (size > 0.0).then(|| (together / size).clamp(-1.0, 1.0))
}

fn kendall(pairs: &[(f64, f64)]) -> Option<f64> {
    // Adding 0 makes one zero of both.
    let mut sorted: Vec<(f64, f64)> = pairs.iter().map(|(a, b)| (a + 0.0, b + 0.0)).collect();
    sorted.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.total_cmp(&y.1)));
    let tied = |size: usize| size as u64 * (size as u64 - 1) / 2;
    let first: u64 = sorted.chunk_by(|x, y| x.0 == y.0).map(|tie| tied(tie.len())).sum();
    let both: u64 = sorted.chunk_by(|x, y| x == y).map(|tie| tied(tie.len())).sum();
    let mut second: Vec<f64> = sorted.into_iter().map(|pair| pair.1).collect();
    let discordant = exchanges(&mut second);
    // Sorted by now.
    let second: u64 = second.chunk_by(|x, y| x == y).map(|tie| tied(tie.len())).sum();
    let all = tied(pairs.len());
    let (left, right) = (all - first, all - second);
    let difference =
        all as f64 - first as f64 - second as f64 + both as f64 - 2.0 * discordant as f64;
    let size = (left as f64).sqrt() * (right as f64).sqrt();
    (size > 0.0).then(|| (difference / size).clamp(-1.0, 1.0))
}

/// Sorts by merging, and counts how many pairs stood in the wrong order.
fn exchanges(values: &mut [f64]) -> u64 {
    let mut merged = values.to_vec();
    let (mut count, mut width) = (0, 1);
    while width < values.len() {
        for (from, into) in values.chunks(2 * width).zip(merged.chunks_mut(2 * width)) {
            let (mut left, mut right) = from.split_at(width.min(from.len()));
            for place in into {
                let takes_left = match (left.first(), right.first()) {
                    (Some(a), Some(b)) => a <= b,
                    (a, _) => a.is_some(),
                };
                let side = if takes_left {
                    &mut left
                } else {
                    count += left.len() as u64;
                    &mut right
                };
                if let Some((value, rest)) = side.split_first() {
                    (*place, *side) = (*value, rest);
                }
            }
        }
        values.copy_from_slice(&merged);
        width *= 2;
    }
    count
}
