//! One column in a summary.

use std::collections::BTreeMap;

use rrgscore_annotations::FindingSet;
use rrgscore_stats::{
    Bootstrap, Interval, MeanEstimate, ReciprocalRefusal, bootstrap_mean, mean_estimate, reciprocal,
};
use serde::{Deserialize, Serialize};

use super::FindingsF1;
use crate::job::Flag;
use crate::judged::JudgeSummary;
use crate::metric::Metric;
use crate::provenance::{PackRef, Provenance};
use crate::run::{Cell, Column};
use crate::scored_set::ScoredSet;

/// One column in a summary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MetricSummary {
    /// The metric, by its id.
    #[serde(rename = "id")]
    pub metric: Metric,
    /// Its column in `scores.csv`.
    pub column: String,
    /// Its name for people.
    pub label: String,
    /// Studies in the mean.
    pub n: u32,
    /// Mean over studies; none without a score.
    pub mean: Option<f64>,
    /// What all studies score as one set, where papers print that: BLEU of the COCO evaluation by
    /// the summed counts, which is no mean over studies, CIDEr, and SRR-BERT's weighted F1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_set: Option<f64>,
    /// The averages over findings, and each finding, where the column compares lists of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings_f1: Option<FindingsF1>,
    /// Standard error of the mean (ddof 1); none for fewer than two studies.
    pub standard_error: Option<f64>,
    /// 95 % confidence interval, mean ± 1.96 standard errors.
    pub ci95: Option<[f64; 2]>,
    /// The reciprocal of the mean, for columns that are published as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reciprocal: Option<ReciprocalSummary>,
    /// Studies without a usable prediction, treated as the missing policy says; in a judge's
    /// column also studies without an answer, which have no score.
    pub missing: u64,
    /// Studies of which a model saw only the beginning.
    pub truncated: u32,
    /// Studies whose score could not be computed; those without a judge's answer are missing
    /// instead.
    pub failed: u32,
    /// Studies whose score follows from a rule, by rule.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub flags: BTreeMap<Flag, u32>,
    /// For a judge's column: who judged, and which answers did not parse as intended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judge: Option<JudgeSummary>,
    /// The packs that computed it, by id.
    pub packs: Vec<String>,
    /// The published column it may be ranked in, if it is computed as the leaderboard's is.
    pub published_as: Option<String>,
    /// What must be said beside the number.
    pub caution: Option<String>,
}

/// The reciprocal of a mean, or why it is not shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReciprocalSummary {
    /// Its name, e.g. `1/RadCliQ-v1`.
    pub label: String,
    /// 1 / mean; none when refused.
    pub value: Option<f64>,
    /// 95 % confidence interval by the delta method.
    pub ci95: Option<[f64; 2]>,
    /// 95 % confidence interval by resampling studies (10,000 draws, seed 0); none until the run
    /// is complete.
    pub bootstrap95: Option<[f64; 2]>,
    /// Why there is no reciprocal.
    pub refused: Option<String>,
}

impl ReciprocalSummary {
    fn of(metric: Metric, values: &[f64], estimate: &MeanEstimate, complete: bool) -> Self {
        let ends = |interval: Interval| [interval.lower, interval.upper];
        let label =
            metric.published_as().map_or_else(|| format!("1/{}", metric.label()), str::to_owned);
        match reciprocal(estimate) {
            Ok(found) => {
                // Percentiles follow a monotone function, so the interval's ends are inverted.
                let resampled = || {
                    let interval = bootstrap_mean(values, Bootstrap::default()).ok()?;
                    interval.reciprocal().ok().map(ends)
                };
                Self {
                    label,
                    value: Some(found.value),
                    ci95: found.ci95.map(ends),
                    bootstrap95: complete.then(resampled).flatten(),
                    refused: None,
                }
            }
            Err(refusal) => Self {
                label,
                value: None,
                ci95: None,
                bootstrap95: None,
                refused: Some(ReciprocalRefusal::to_string(&refusal)),
            },
        }
    }
}

impl MetricSummary {
    pub(super) fn of(
        column: &Column,
        run: &impl ScoredSet,
        provenance: &Provenance,
        packs: &[PackRef],
    ) -> Self {
        let metric = column.metric;
        let values: Vec<f64> = column.cells.iter().filter_map(Cell::value).collect();
        let scored = || {
            column.cells.iter().filter_map(|cell| match cell {
                Cell::Scored(scored) => Some(scored),
                Cell::Pending | Cell::Failed(_) => None,
            })
        };
        let mut flags = BTreeMap::new();
        for flag in scored().flat_map(|scored| &scored.flags) {
            *flags.entry(*flag).or_insert(0) += 1;
        }
        // No score, or one that is not finite, has no mean; the counts beside it say why.
        let estimate = mean_estimate(&values).ok();
        let failed = column.cells.iter().filter(|cell| matches!(cell, Cell::Failed(_))).count();
        let judge = run.judge(metric);
        let unanswered = judge.map_or(&[][..], |judge| &judge.unanswered);
        let inverted = metric.has_reciprocal();
        let given = !provenance.given_graphs.is_empty();
        let findings_f1 =
            metric.finding_set().and_then(|set| FindingsF1::of(set, scored().map(AsRef::as_ref)));
        // What RadEval prints of SRR-BERT; of RadBERT-CT it prints several.
        let printed = findings_f1.as_ref().map(|f1| f1.weighted.f1);
        let printed = printed.filter(|_| metric.finding_set() != Some(FindingSet::RadbertCt));
        let complete = run.is_complete();
        MetricSummary {
            metric,
            column: metric.column().to_owned(),
            label: metric.label().to_owned(),
            n: values.len() as u32,
            mean: estimate.map(|e| e.mean),
            of_set: estimate
                .and_then(|e| metric.spec().formula.of_set(scored().map(AsRef::as_ref), e.mean))
                .or(printed),
            findings_f1,
            standard_error: estimate.and_then(|e| e.standard_error),
            ci95: estimate.and_then(|e| e.ci95).map(|ci| [ci.lower, ci.upper]),
            reciprocal: estimate
                .filter(|_| inverted)
                .map(|estimate| ReciprocalSummary::of(metric, &values, &estimate, complete)),
            missing: provenance.counts.missing.saturating_add(run.missing_answers(metric)),
            truncated: scored().filter(|scored| scored.truncated).count() as u32,
            failed: failed.saturating_sub(unanswered.len()) as u32,
            flags,
            judge: judge.cloned(),
            packs: packs
                .iter()
                .filter(|pack| metric.packs(given).contains(&pack.purpose))
                .map(|pack| pack.id.clone())
                .collect(),
            published_as: metric.published_as().map(str::to_owned),
            caution: metric.caution().map(str::to_owned),
        }
    }
}
