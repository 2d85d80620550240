//! The best and the worst studies of each metric.

use rrgscore_scoring::Metric;
use serde::{Deserialize, Serialize};

use super::{PlainCell, PlainRow, PlainTable};
use crate::ScoredRun;

/// The studies at both ends of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MetricExtremes {
    /// The metric.
    pub metric: Metric,
    /// Best first: the highest scores, or the lowest where less is better.
    pub best: Vec<ExtremeStudy>,
    /// Worst first.
    pub worst: Vec<ExtremeStudy>,
}

/// A study at one end of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExtremeStudy {
    /// Its place in input order.
    pub place: u32,
    /// Its id.
    pub id: String,
    /// Its score.
    pub score: f64,
}

/// The `count` best and worst studies of every metric; equal scores stay in input order, as in the
/// per-study table. Studies without a score are neither.
#[must_use]
pub fn extremes(run: &ScoredRun, count: usize) -> Vec<MetricExtremes> {
    run.summary.metrics.iter().map(|one| MetricExtremes::of(run, one.metric, count)).collect()
}

impl MetricExtremes {
    /// The `count` best and worst studies of one metric of a run, as [`extremes`] has them.
    #[must_use]
    pub fn of(run: &ScoredRun, metric: Metric, count: usize) -> Self {
        let scores = run.columns.get(&metric).map_or(&[][..], Vec::as_slice);
        let mut known: Vec<(u32, f64)> =
            (0..).zip(scores).filter_map(|(place, score)| Some((place, (*score)?))).collect();
        let mut end = |highest: bool| -> Vec<ExtremeStudy> {
            known.sort_by(|(at, a), (bt, b)| {
                let order = if highest { b.total_cmp(a) } else { a.total_cmp(b) };
                order.then(at.cmp(bt))
            });
            let study = |&(place, score): &(u32, f64)| {
                let id = run.ids.get(place as usize).cloned().unwrap_or_default();
                ExtremeStudy { place, id, score }
            };
            known.iter().take(count).map(study).collect()
        };
        let higher = metric.higher_is_better();
        Self { metric, best: end(higher), worst: end(!higher) }
    }

    /// One metric's as a table: the best study and the worst in the first row, the next ones below;
    /// the cells are a best one's id and score, a worst one's id and score. `run` names the metric.
    #[must_use]
    pub fn ends(&self, run: &ScoredRun) -> PlainTable {
        let known = run.summary.metrics.iter().find(|known| known.metric == self.metric);
        let label = known.map(|known| known.label.clone()).unwrap_or_default();
        let cells = |study: Option<&ExtremeStudy>| match study {
            Some(ExtremeStudy { id, score, .. }) => {
                [PlainCell { text: id.clone(), value: None }, PlainCell::number(Some(*score), 4)]
            }
            None => [PlainCell::default(), PlainCell::default()],
        };
        let row = |at: usize| PlainRow {
            name: (at + 1).to_string(),
            cells: [cells(self.best.get(at)), cells(self.worst.get(at))].concat(),
        };
        let heads = ["#", "Best", "score", "Worst", "score"].map(str::to_owned).to_vec();
        PlainTable {
            caption: format!("Best and worst studies by {label}"),
            heads,
            rows: (0..self.best.len().max(self.worst.len())).map(row).collect(),
        }
    }

    /// All metrics' as a table: a row per metric, best ones first; `run` names the metrics.
    #[must_use]
    pub fn table(all: &[Self], run: &ScoredRun) -> PlainTable {
        let deepest = |of: fn(&Self) -> usize| all.iter().map(of).max().unwrap_or(0);
        let (best, worst) = (deepest(|one| one.best.len()), deepest(|one| one.worst.len()));
        let heads = (1..=best).map(|at| format!("best {at}"));
        let heads = heads.chain((1..=worst).map(|at| format!("worst {at}")));
        let cells = |studies: &[ExtremeStudy], count: usize| -> Vec<PlainCell> {
            let cell = |at: usize| {
                studies.get(at).map_or_else(PlainCell::default, |study| PlainCell {
                    text: format!("{} ({:.4})", study.id, study.score),
                    value: Some(study.score),
                })
            };
            (0..count).map(cell).collect()
        };
        let label = |metric: Metric| {
            let known = run.summary.metrics.iter().find(|known| known.metric == metric);
            known.map(|known| known.label.clone()).unwrap_or_default()
        };
        let row = |one: &Self| PlainRow {
            name: label(one.metric),
            cells: [cells(&one.best, best), cells(&one.worst, worst)].concat(),
        };
        PlainTable {
            caption: "Best and worst studies of each metric".to_owned(),
            heads: std::iter::once("Metric".to_owned()).chain(heads).collect(),
            rows: all.iter().map(row).collect(),
        }
    }
}
