//! Two runs over the same studies: how far apart their means are, and whether that may be chance.
//!
//! All columns are resampled together, so that a study counts as often in one column as in the
//! others. Scores are turned into integers once, with an error below 2⁻⁴⁰ of the largest: sums of
//! integers are the same in any order and on any machine, and equal resamples are equal.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::bootstrap::percentiles;
use crate::random::Random;
use crate::{Bootstrap, Interval, StatsError, sum};

/// Both runs' scores in one column, one per study; `None` where a study has none.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedScores {
    /// The first run's.
    pub first: Vec<Option<f64>>,
    /// The second run's, of the same studies in the same order.
    pub second: Vec<Option<f64>>,
    /// Whether the column is published as the reciprocal of its mean: the interval is then of the
    /// reciprocals' difference.
    pub reciprocal: bool,
}

/// How far the second run's mean is from the first's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PairedDifference {
    /// Studies with a score in both runs: those that are compared.
    pub n: u32,
    /// The first run's mean over them; its reciprocal where the column is published as one.
    pub first: f64,
    /// The second run's.
    pub second: f64,
    /// The second less the first.
    pub difference: f64,
    /// Percentile bootstrap interval of the difference, studies drawn with replacement (Efron
    /// 1979): lower and upper end. `None` when a resampled mean has no reciprocal.
    pub interval: Option<[f64; 2]>,
    /// Two-sided p-value of paired approximate randomization (Noreen 1989): each study's scores are
    /// exchanged between the runs or not, and p = (c + 1) / (N + 1) of c exchanges out of N whose
    /// means are at least as far apart. The reciprocal's is the same, being a monotone function.
    pub p: f64,
    /// Studies in which the second run's score is higher.
    pub higher: u32,
    /// Studies in which it is lower.
    pub lower: u32,
    /// Studies in which both are equal.
    pub equal: u32,
}

/// Why a column cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum PairedError {
    /// The runs have scores of another number of studies.
    #[error("the runs have scores of {first} and of {second} studies")]
    Lengths {
        /// The first run's studies.
        first: u64,
        /// The second run's.
        second: u64,
    },
    /// No study has a score in both runs.
    #[error("no study has a score in both runs")]
    NoStudy,
    /// A score is NaN or infinite.
    #[error("the score of study {index} (counted from 0) is not a finite number")]
    NotFinite {
        /// The study's place.
        index: u64,
    },
    /// A mean is not above 0 and has no reciprocal that means anything.
    #[error("a mean is not above 0: it has no reciprocal")]
    NoReciprocal,
}

/// Ends the work before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PairedFailure {
    /// Whoever watches has ended it.
    #[error("the comparison was cancelled")]
    Cancelled,
    /// No resample, or a level without meaning.
    #[error(transparent)]
    Settings(#[from] StatsError),
}

/// After how many resamples the caller is asked whether to go on.
const BETWEEN_LOOKS: u32 = 64;

/// Compares two runs in several columns.
///
/// `settings.resamples` counts the bootstrap's resamples and the randomization's exchanges alike.
/// `watch` is told which part of the work is done, 0 to 1, and may end it.
///
/// # Errors
/// When the settings have no meaning, or `watch` has ended it. A column that cannot be compared has
/// its own error, and the others are compared.
pub fn paired_differences(
    columns: &[PairedScores],
    settings: Bootstrap,
    watch: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Vec<Result<PairedDifference, PairedError>>, PairedFailure> {
    settings.check()?;
    let mut results: Vec<Result<PairedDifference, PairedError>> =
        columns.iter().map(observed).collect();
    let compared: Vec<usize> = (0..columns.len()).filter(|&at| results[at].is_ok()).collect();
    let studies = columns.iter().map(|column| column.first.len()).max().unwrap_or(0);
    let table = Table::new(compared.iter().map(|&at| &columns[at]).collect(), studies);
    let half = |part: u32| f64::from(part) / f64::from(settings.resamples) / 2.0;

    let drawn = table.resampled(settings, &mut |part| watch(half(part)))?;
    let extreme = table.exchanged(settings, &mut |part| watch(0.5 + half(part)))?;
    for ((&at, mut drawn), extreme) in compared.iter().zip(drawn).zip(extreme) {
        let Ok(result) = &mut results[at] else { continue };
        result.p = f64::from(extreme + 1) / (f64::from(settings.resamples) + 1.0);
        if drawn.iter().all(|difference| difference.is_finite()) {
            drawn.sort_unstable_by(f64::total_cmp);
            let Interval { lower, upper } = percentiles(&drawn, settings.level);
            result.interval = Some([lower, upper]);
        }
    }
    Ok(results)
}

/// Holm's adjustment (1979) of several p-values, in their order: each may be read against the level
/// as if it were the only one.
#[must_use]
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut least: f64 = 0.0;
    for (rank, &at) in order.iter().enumerate() {
        least = least.max((p_values[at] * (p_values.len() - rank) as f64).min(1.0));
        adjusted[at] = least;
    }
    adjusted
}

/// What needs no resampling.
fn observed(column: &PairedScores) -> Result<PairedDifference, PairedError> {
    let (first, second) = (&column.first, &column.second);
    if first.len() != second.len() {
        let [first, second] = [first.len() as u64, second.len() as u64];
        return Err(PairedError::Lengths { first, second });
    }
    let both = || first.iter().zip(second).filter_map(|(a, b)| Some(((*a)?, (*b)?)));
    let wrong = |score: &Option<f64>| score.is_some_and(|score| !score.is_finite());
    if let Some(index) = first.iter().zip(second).position(|(a, b)| wrong(a) || wrong(b)) {
        return Err(PairedError::NotFinite { index: index as u64 });
    }
    let n = both().count();
    if n == 0 {
        return Err(PairedError::NoStudy);
    }
    let mean = |total: f64| total / n as f64;
    let means = [mean(sum(both().map(|(a, _)| a))), mean(sum(both().map(|(_, b)| b)))];
    let [first, second] = match column.reciprocal {
        true if means.iter().any(|&mean| mean <= 0.0) => return Err(PairedError::NoReciprocal),
        true => means.map(|mean| 1.0 / mean),
        false => means,
    };
    let count = |wanted: fn(&f64, &f64) -> bool| both().filter(|(a, b)| wanted(a, b)).count();
    Ok(PairedDifference {
        n: n as u32,
        first,
        second,
        difference: second - first,
        interval: None,
        p: 1.0,
        higher: count(|a, b| b > a) as u32,
        lower: count(|a, b| b < a) as u32,
        equal: count(|a, b| b == a) as u32,
    })
}

/// The scores of all columns as integers, study by study.
struct Table {
    columns: Vec<Scaled>,
    /// Numbers of a study: for each column the difference, then those that a column has beside it.
    rows: Vec<i64>,
    /// Numbers in a row.
    width: usize,
    studies: usize,
}

/// What makes a column's integers scores again.
struct Scaled {
    /// What one of the integers stands for.
    unit: f64,
    /// Where the sum of both scores stands in a row, for a column that is published as a reciprocal.
    total: Option<usize>,
    /// Where a row has 1 if the study counts, for a column in which some do not.
    count: Option<usize>,
}

impl Table {
    fn new(columns: Vec<&PairedScores>, studies: usize) -> Self {
        let mut width = columns.len();
        let mut place = |is_needed: bool| {
            is_needed.then(|| {
                width += 1;
                width - 1
            })
        };
        let scaled: Vec<Scaled> = columns
            .iter()
            .map(|column| Scaled {
                unit: unit(column, studies),
                total: place(column.reciprocal),
                count: place(column.first.iter().chain(&column.second).any(Option::is_none)),
            })
            .collect();
        let mut rows = vec![0; studies * width];
        for (study, row) in rows.chunks_exact_mut(width.max(1)).enumerate() {
            for (at, (column, scaled)) in columns.iter().zip(&scaled).enumerate() {
                if let (Some(a), Some(b)) = (column.first[study], column.second[study]) {
                    let [a, b] = [a, b].map(|score| (score / scaled.unit).round() as i64);
                    row[at] = b - a;
                    for (place, value) in [(scaled.total, a + b), (scaled.count, 1)] {
                        if let Some(place) = place {
                            row[place] = value;
                        }
                    }
                }
            }
        }
        Self { columns: scaled, rows, width, studies }
    }

    /// The columns' differences in each resample; not finite where one has no study or a mean no
    /// reciprocal.
    fn resampled(
        &self,
        settings: Bootstrap,
        watch: &mut dyn FnMut(u32) -> ControlFlow<()>,
    ) -> Result<Vec<Vec<f64>>, PairedFailure> {
        let mut random = Random::seeded(settings.seed);
        let mut drawn = vec![Vec::with_capacity(settings.resamples as usize); self.columns.len()];
        let mut sums = vec![0_i64; self.width];
        for resample in 0..settings.resamples {
            look(resample, watch)?;
            sums.fill(0);
            for _ in 0..self.studies {
                let study = random.below(self.studies as u64) as usize * self.width;
                let row = &self.rows[study..study + self.width];
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += value;
                }
            }
            for (at, (scaled, drawn)) in self.columns.iter().zip(&mut drawn).enumerate() {
                drawn.push(scaled.difference(at, &sums, self.studies));
            }
        }
        Ok(drawn)
    }

    /// How many exchanges leave each column's means at least as far apart as they are.
    fn exchanged(
        &self,
        settings: Bootstrap,
        watch: &mut dyn FnMut(u32) -> ControlFlow<()>,
    ) -> Result<Vec<u32>, PairedFailure> {
        // A stream of its own: the same studies must not be drawn and exchanged together.
        let mut random = Random::seeded(!settings.seed);
        let columns = self.columns.len();
        let rows = self.rows.chunks_exact(self.width.max(1));
        let differences: Vec<i64> = rows.flat_map(|row| &row[..columns]).copied().collect();
        let total = |sums: &mut [i64], sign: &mut dyn FnMut(usize) -> i64| {
            sums.fill(0);
            for (study, row) in differences.chunks_exact(columns.max(1)).enumerate() {
                let sign = sign(study);
                for (sum, value) in sums.iter_mut().zip(row) {
                    // Minus the value where the sign is −1.
                    *sum += (value ^ sign) - sign;
                }
            }
        };
        let mut observed = vec![0; columns];
        total(&mut observed, &mut |_| 0);
        let mut sums = vec![0; columns];
        let mut extreme = vec![0; columns];
        for exchange in 0..settings.resamples {
            look(exchange, watch)?;
            let mut bits = 0;
            total(&mut sums, &mut |study| {
                if study % 64 == 0 {
                    bits = random.next();
                }
                let sign = -((bits & 1) as i64);
                bits >>= 1;
                sign
            });
            for ((extreme, sum), observed) in extreme.iter_mut().zip(&sums).zip(&observed) {
                *extreme += u32::from(sum.abs() >= observed.abs());
            }
        }
        Ok(extreme)
    }
}

impl Scaled {
    /// The difference of the means that the sums of a row's numbers come to for the column at `at`, or
    /// of their reciprocals.
    fn difference(&self, at: usize, sums: &[i64], studies: usize) -> f64 {
        let (difference, studies) = (sums[at], studies as i64);
        let count = self.count.map_or(studies, |place| sums[place]) as f64;
        let Some(total) = self.total.map(|place| sums[place]) else {
            return difference as f64 * self.unit / count;
        };
        // Twice the sums of either run.
        let [first, second] = [total - difference, total + difference];
        if first <= 0 || second <= 0 {
            return f64::NAN;
        }
        let reciprocal = |twice: i64| 2.0 * count / (twice as f64 * self.unit);
        reciprocal(second) - reciprocal(first)
    }
}

/// The power of two that one integer of a column stands for: twice the largest score in as many
/// studies as there are still fits.
fn unit(column: &PairedScores, studies: usize) -> f64 {
    let scores = column.first.iter().chain(&column.second).flatten();
    let largest = scores.fold(0.0_f64, |largest, score| largest.max(score.abs()));
    let most = (studies.max(1) as f64) * 2.0 * largest.max(f64::MIN_POSITIVE);
    let (_, exponent) = libm::frexp(most);
    libm::ldexp(1.0, exponent - 62)
}

fn look(done: u32, watch: &mut dyn FnMut(u32) -> ControlFlow<()>) -> Result<(), PairedFailure> {
    if done.is_multiple_of(BETWEEN_LOOKS) && watch(done).is_break() {
        return Err(PairedFailure::Cancelled);
    }
    Ok(())
}
