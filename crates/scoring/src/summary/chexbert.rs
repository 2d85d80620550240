//! F1 over CheXbert's observations.

use rrgscore_metrics::chexbert_labels::{
    F1Report, LabelF1, Labels, OBSERVATIONS, PrecisionRecallF1, Subset, Uncertain, f1_report,
};
use serde::{Deserialize, Serialize};

/// F1-CheXbert of a run: both subsets, both ways to take an uncertain mention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChexbertF1 {
    /// Studies of which both reports are labelled.
    pub n: u32,
    /// One entry per subset and handling: 14 and 5 observations, uncertain as positive
    /// (f1chexbert's mode) and as negative.
    pub averages: Vec<Averages>,
    /// Each observation, uncertain as positive.
    pub observations: Vec<ObservationRow>,
    /// Each observation, uncertain as negative: as CXRMate has them.
    #[serde(default)]
    pub observations_uncertain_as_negative: Vec<ObservationRow>,
}

/// The averages of one subset under one handling of uncertain mentions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Averages {
    /// 14 or 5.
    pub observations: u32,
    /// Whether an uncertain mention counts as present.
    pub uncertain_is_positive: bool,
    /// Counts pooled over the observations.
    pub micro: PrecisionRecallF1,
    /// Plain mean over the observations.
    #[serde(rename = "macro")]
    pub macro_average: PrecisionRecallF1,
    /// Mean weighted by support.
    pub weighted: PrecisionRecallF1,
    /// Mean over the studies of each study's figures ("example-based"); with uncertain as negative
    /// these are the CE figures of cvt2distilgpt2 and CXRMate.
    pub samples: PrecisionRecallF1,
    /// Share of studies that agree in every observation.
    pub exact_match: f64,
}

/// One observation's figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ObservationRow {
    /// Its name.
    pub name: String,
    /// Its figures.
    pub scores: PrecisionRecallF1,
    /// References in which it is present.
    pub support: u64,
}

impl ChexbertF1 {
    /// The figures over the studies that are labelled; none without one.
    pub(super) fn of(labels: &[Option<[Labels; 2]>]) -> Option<Self> {
        let (reference, candidate): (Vec<Labels>, Vec<Labels>) =
            labels.iter().flatten().map(|[reference, candidate]| (*reference, *candidate)).unzip();
        if reference.is_empty() {
            return None;
        }
        let report = |subset, uncertain| f1_report(&reference, &candidate, subset, uncertain).ok();
        let averages = |subset: Subset, uncertain: Uncertain| {
            let F1Report { micro, macro_average, weighted, samples, exact_match, .. } =
                report(subset, uncertain)?;
            Some(Averages {
                observations: subset.positions().len() as u32,
                uncertain_is_positive: uncertain == Uncertain::AsPositive,
                micro,
                macro_average,
                weighted,
                samples,
                exact_match,
            })
        };
        let subsets = [Subset::All, Subset::Top5].into_iter();
        let observations = |uncertain: Uncertain| {
            let row = |row: &LabelF1| {
                Some(ObservationRow {
                    name: (*OBSERVATIONS.get(row.label)?).to_owned(),
                    scores: row.scores,
                    support: row.support as u64,
                })
            };
            Some(report(Subset::All, uncertain)?.labels.iter().filter_map(row).collect())
        };
        Some(Self {
            n: reference.len() as u32,
            averages: subsets
                .flat_map(|subset| {
                    [Uncertain::AsPositive, Uncertain::AsNegative]
                        .into_iter()
                        .map(move |uncertain| (subset, uncertain))
                })
                .filter_map(|(subset, uncertain)| averages(subset, uncertain))
                .collect(),
            observations: observations(Uncertain::AsPositive)?,
            observations_uncertain_as_negative: observations(Uncertain::AsNegative)?,
        })
    }
}
