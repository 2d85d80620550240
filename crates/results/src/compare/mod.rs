//! Runs beside each other: what differs, and whether it may be chance.

mod paper;
mod scored_run;
mod table;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rrgscore_scoring::Metric;
use rrgscore_scoring::summary::MetricSummary;
use rrgscore_stats::{
    Bootstrap, PairedDifference, PairedError, PairedFailure, PairedScores, holm, paired_differences,
};
use serde::{Deserialize, Serialize};

pub use paper::{comparison_latex, comparison_markdown};
pub use scored_run::{ScoredRun, ScoredRunError};
pub use table::{comparison_csv, comparison_table};

/// A run beside another over the studies that both have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comparison {
    /// The run that is compared with.
    pub first: String,
    /// The run that is compared.
    pub second: String,
    /// Studies in both.
    pub studies: u32,
    /// Studies in the first run alone, which do not count.
    pub only_first: u32,
    /// Studies in the second run alone.
    pub only_second: u32,
    /// Whether both runs were scored against the same file of references; `false` where one of them
    /// had its references beside its predictions, so that only the ids say that they are the same.
    pub same_references: bool,
    /// Resamples of the bootstrap, and exchanges of the randomization.
    pub resamples: u32,
    /// Seed of the random draws.
    pub seed: u64,
    /// Metrics that both runs have, in the first one's order.
    pub metrics: Vec<ComparedMetric>,
}

/// A metric of two runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ComparedMetric {
    /// The metric, by its id.
    #[serde(rename = "id")]
    pub metric: Metric,
    /// The name of what is compared: the metric's, or that of its mean's reciprocal.
    pub label: String,
    /// Whether the second run is the better one where the difference is above 0.
    pub higher_is_better: bool,
    /// How far the means are apart; `None` where they cannot be compared.
    pub difference: Option<PairedDifference>,
    /// The p-value adjusted for the number of metrics (Holm 1979).
    pub p_holm: Option<f64>,
    /// Why the metric cannot be compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<NotCompared>,
}

/// Why a metric of two runs cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotCompared {
    /// The runs computed it with different packs, or in different arithmetic.
    #[error("the runs computed it with different packs or versions")]
    Made,
    /// The scores cannot be compared.
    #[error("{reason}")]
    Scores {
        /// Why.
        reason: String,
    },
}

impl From<PairedError> for NotCompared {
    fn from(error: PairedError) -> Self {
        Self::Scores { reason: error.to_string() }
    }
}

/// Why two runs cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// Of one task and of another.
    #[error("{first} and {second} compared different sections of the reports")]
    Tasks {
        /// The first run.
        first: String,
        /// The second.
        second: String,
    },
    /// Against one file of references and against another.
    #[error("{first} and {second} were scored against different references")]
    References {
        /// The first run.
        first: String,
        /// The second.
        second: String,
    },
    /// No study is in both.
    #[error("{first} and {second} have no study in common")]
    NoStudy {
        /// The first run.
        first: String,
        /// The second.
        second: String,
    },
    /// No metric is in both.
    #[error("{first} and {second} have no metric in common")]
    NoMetric {
        /// The first run.
        first: String,
        /// The second.
        second: String,
    },
    /// It was ended, or has settings without meaning.
    #[error(transparent)]
    Ended(#[from] PairedFailure),
}

/// Compares a run with another one, study by study as their ids say.
///
/// # Errors
/// When they are of different tasks or references, or have nothing in common; when `watch`, which
/// is told the part that is done, ends it.
pub fn compare(
    first: &ScoredRun,
    second: &ScoredRun,
    settings: Bootstrap,
    watch: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Comparison, CompareError> {
    let names = || (first.name.clone(), second.name.clone());
    if first.summary.task != second.summary.task {
        let (first, second) = names();
        return Err(CompareError::Tasks { first, second });
    }
    let both = references(first).zip(references(second));
    if both.is_some_and(|(a, b)| a != b) {
        let (first, second) = names();
        return Err(CompareError::References { first, second });
    }
    let places: BTreeMap<&str, usize> =
        second.ids.iter().enumerate().map(|(place, id)| (id.as_str(), place)).collect();
    let pairs: Vec<(usize, usize)> = (first.ids.iter().enumerate())
        .filter_map(|(place, id)| Some((place, *places.get(id.as_str())?)))
        .collect();
    if pairs.is_empty() {
        let (first, second) = names();
        return Err(CompareError::NoStudy { first, second });
    }

    let mut metrics = Vec::new();
    let mut scores = Vec::new();
    for (one, other) in in_both(first, second) {
        let metric = one.metric;
        let same = made_alike(first, one) == made_alike(second, other);
        let reciprocal = metric.has_reciprocal();
        if same {
            let of = |run: &ScoredRun, places: &mut dyn Iterator<Item = usize>| {
                let column = run.columns.get(&metric);
                places.map(|at| *column?.get(at)?).collect()
            };
            scores.push(PairedScores {
                first: of(first, &mut pairs.iter().map(|pair| pair.0)),
                second: of(second, &mut pairs.iter().map(|pair| pair.1)),
                reciprocal,
            });
        }
        metrics.push(ComparedMetric {
            metric,
            label: label(one),
            higher_is_better: metric.higher_is_better() != reciprocal,
            difference: None,
            p_holm: None,
            refused: (!same).then_some(NotCompared::Made),
        });
    }
    if metrics.is_empty() {
        let (first, second) = names();
        return Err(CompareError::NoMetric { first, second });
    }
    let found = paired_differences(&scores, settings, watch)?;
    let alike = metrics.iter_mut().filter(|metric| metric.refused.is_none());
    for (metric, found) in alike.zip(found) {
        match found {
            Ok(difference) => metric.difference = Some(difference),
            Err(error) => metric.refused = Some(error.into()),
        }
    }
    let p_values = |metric: &ComparedMetric| Some(metric.difference?.p);
    let adjusted = holm(&metrics.iter().filter_map(p_values).collect::<Vec<_>>());
    let compared = metrics.iter_mut().filter(|metric| metric.difference.is_some());
    compared.zip(adjusted).for_each(|(metric, p)| metric.p_holm = Some(p));

    let (first_name, second_name) = names();
    let common = pairs.len();
    Ok(Comparison {
        first: first_name,
        second: second_name,
        studies: common as u32,
        only_first: (first.ids.len() - common) as u32,
        only_second: (second.ids.len() - common) as u32,
        same_references: both.is_some(),
        resamples: settings.resamples,
        seed: settings.seed,
        metrics,
    })
}

impl ComparedMetric {
    /// Studies in which the second run is better, worse and equal.
    #[must_use]
    pub fn wins(&self) -> Option<[u32; 3]> {
        let PairedDifference { higher, lower, equal, .. } = self.difference?;
        Some(if self.metric.higher_is_better() {
            [higher, lower, equal]
        } else {
            [lower, higher, equal]
        })
    }
}

/// The metrics of the first run that the second has too.
fn in_both<'a>(
    first: &'a ScoredRun,
    second: &'a ScoredRun,
) -> impl Iterator<Item = (&'a MetricSummary, &'a MetricSummary)> {
    first.summary.metrics.iter().filter_map(|one| {
        let same = |other: &&MetricSummary| other.metric == one.metric;
        Some((one, second.summary.metrics.iter().find(same)?))
    })
}

/// What made a metric's scores, as far as two runs must have it in common: packs, arithmetic, and
/// the prompt of a judge.
fn made_alike<'a>(
    run: &'a ScoredRun,
    metric: &'a MetricSummary,
) -> (&'a [String], Option<&'a str>, Option<&'a [String]>) {
    let numerics = run.summary.signature.split('|').find(|part| part.starts_with("numerics:"));
    let prompts = metric.judge.as_ref().map(|judge| judge.templates.as_slice());
    (&metric.packs, numerics.filter(|_| !metric.packs.is_empty()), prompts)
}

/// The sha256 of a run's file of references, where it had one of its own.
fn references(run: &ScoredRun) -> Option<&str> {
    let mut inputs = run.summary.inputs.iter();
    inputs.find(|input| input.role == "references").map(|input| input.sha256.as_str())
}

fn label(metric: &MetricSummary) -> String {
    let reciprocal = metric.reciprocal.as_ref();
    reciprocal.map_or_else(|| metric.label.clone(), |reciprocal| reciprocal.label.clone())
}
