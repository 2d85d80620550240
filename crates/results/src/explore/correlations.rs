//! Which metrics of a run go together over its studies.

use rrgscore_scoring::Metric;
use rrgscore_stats::{CorrelationMethod, correlation};
use serde::{Deserialize, Serialize};

use super::{PlainCell, PlainRow, PlainTable};
use crate::ScoredRun;

/// The coefficient of every two metrics of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MetricCorrelations {
    /// Which coefficient.
    pub method: CorrelationMethod,
    /// The metrics, in the run's order.
    pub metrics: Vec<Metric>,
    /// A row per metric, a cell per metric, both in that order.
    pub rows: Vec<Vec<MetricCorrelation>>,
}

/// How two metrics go together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MetricCorrelation {
    /// Studies with a score of both.
    pub n: u32,
    /// The coefficient, -1 to 1; none where one of them does not vary. A metric of which less is
    /// better goes against the others.
    pub value: Option<f64>,
}

/// The coefficients of every two metrics, each over the studies that have both scores.
#[must_use]
pub fn correlations(run: &ScoredRun, method: CorrelationMethod) -> MetricCorrelations {
    let metrics: Vec<Metric> = run.summary.metrics.iter().map(|metric| metric.metric).collect();
    let scores = |metric: &Metric| run.columns.get(metric).map_or(&[][..], Vec::as_slice);
    let one = |a: &Metric, b: &Metric| {
        let both = scores(a).iter().zip(scores(b));
        let pairs: Vec<(f64, f64)> = both.filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
        MetricCorrelation { n: pairs.len() as u32, value: correlation(method, &pairs) }
    };
    let mut rows: Vec<Vec<MetricCorrelation>> = Vec::with_capacity(metrics.len());
    for (at, a) in metrics.iter().enumerate() {
        // Those before are known from the other side.
        let known = rows.iter().filter_map(|row| row.get(at).copied());
        let row = known.chain(metrics.iter().skip(at).map(|b| one(a, b))).collect();
        rows.push(row);
    }
    MetricCorrelations { method, metrics, rows }
}

impl MetricCorrelations {
    /// As a table; `run` names the metrics.
    #[must_use]
    pub fn table(&self, run: &ScoredRun) -> PlainTable {
        let labels = || run.summary.metrics.iter().map(|metric| metric.label.clone());
        let counts = || self.rows.iter().flatten().map(|cell| cell.n);
        let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
        let n = if least == most { most.to_string() } else { format!("{least} to {most}") };
        let row = |(name, cells): (String, &Vec<MetricCorrelation>)| PlainRow {
            name,
            cells: cells.iter().map(|cell| PlainCell::number(cell.value, 2)).collect(),
        };
        PlainTable {
            caption: format!("Correlation between metrics, {}, n = {n}", self.method.label()),
            heads: std::iter::once("Metric".to_owned()).chain(labels()).collect(),
            rows: labels().zip(&self.rows).map(row).collect(),
        }
    }
}
