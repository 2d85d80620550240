//! What a run comes to: a mean, an interval and the circumstances of each column.

use rrgscore_data::{Alignment, Counts, Dataset, MissingPolicy, SplitMatch, Task};
use rrgscore_stats::mean_estimate;
use serde::{Deserialize, Serialize};

use crate::metric::{Metric, PackUse};
use crate::run::{Cell, Column, Run};
use crate::signature;

/// A model pack, by what identifies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackRef {
    /// What the pack serves.
    #[serde(rename = "purpose")]
    pub serves: PackUse,
    /// Its name, e.g. `all-MiniLM-L6-v2`.
    pub name: String,
    /// Its precision: `int8`, `f16` or `f32`.
    pub precision: String,
    /// Hash of its parts, in hexadecimal.
    pub id: String,
}

/// An input file, by its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRef {
    /// `predictions` or `references`.
    pub role: String,
    /// What it was read as.
    pub format: String,
    /// sha256 of its bytes, in hexadecimal.
    pub sha256: String,
}

impl InputRef {
    /// The inputs of a run: the predictions, and the references if they are a file of their own.
    pub fn of(predictions: &Dataset, references: Option<&Dataset>) -> Vec<Self> {
        let one = |role: &str, data: &Dataset| Self {
            role: role.to_owned(),
            format: data.shape.format.label().to_owned(),
            sha256: data.sha256.clone(),
        };
        let mut inputs = vec![one("predictions", predictions)];
        inputs.extend(references.map(|data| one("references", data)));
        inputs
    }
}

/// Where a run's pairs came from: everything a summary says that a [`Run`] does not know.
#[derive(Clone, Debug, Default)]
pub struct Provenance {
    /// Counts of the alignment.
    pub counts: Counts,
    /// The known split, if it is one.
    pub split: Option<SplitMatch>,
    /// The files.
    pub inputs: Vec<InputRef>,
    /// The packs that were installed; those that no column needs are left out of the summary.
    pub packs: Vec<PackRef>,
    /// What the user was told, e.g. that a metric was computed under another name.
    pub notes: Vec<String>,
}

impl Provenance {
    /// Takes counts and split from an alignment.
    pub fn of(alignment: &Alignment) -> Self {
        Self { counts: alignment.counts, split: alignment.split.clone(), ..Self::default() }
    }
}

/// One column in a summary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricSummary {
    /// The metric.
    #[serde(flatten)]
    pub metric: Metric,
    /// Its name on the command line.
    pub id: String,
    /// Its column in `scores.csv`.
    pub column: String,
    /// Its name for people.
    pub label: String,
    /// Studies in the mean.
    pub n: u32,
    /// Mean over studies; none without a score.
    pub mean: Option<f64>,
    /// Standard error of the mean (ddof 1); none for fewer than two studies.
    pub standard_error: Option<f64>,
    /// 95 % confidence interval, mean ± 1.96 standard errors.
    pub ci95: Option<[f64; 2]>,
    /// Studies without a usable prediction, treated as the missing policy says.
    pub missing: u64,
    /// Studies of which a model saw only the beginning.
    pub truncated: u32,
    /// Studies whose score could not be computed.
    pub failed: u32,
    /// The pack that computed it, by id.
    pub pack: Option<String>,
    /// The published column it may be ranked in, if it is computed as the leaderboard's is.
    pub published_as: Option<String>,
    /// What must be said beside the number.
    pub caution: Option<String>,
}

/// What `summary.json` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Version of RRGScore.
    pub version: String,
    /// The definitions in force.
    pub profile: String,
    /// Which sections were compared.
    pub task: Task,
    /// What was done about missing predictions.
    pub missing_policy: MissingPolicy,
    /// Studies scored.
    pub n: u32,
    /// False when the run was cancelled: means are over what was scored until then.
    pub complete: bool,
    /// Counts of the alignment.
    pub counts: Counts,
    /// The known split, if it is one.
    pub split: Option<SplitMatch>,
    /// The columns.
    pub metrics: Vec<MetricSummary>,
    /// The packs that computed them.
    pub packs: Vec<PackRef>,
    /// The files.
    pub inputs: Vec<InputRef>,
    /// What the user was told.
    pub notes: Vec<String>,
    /// One line that names all that decides the numbers.
    pub signature: String,
}

impl Summary {
    /// Summarises what a run has so far.
    pub fn of(run: &Run, provenance: &Provenance) -> Self {
        let settings = run.settings();
        let needed: Vec<PackUse> = settings.metrics.iter().filter_map(|m| m.needs()).collect();
        let packs: Vec<PackRef> =
            provenance.packs.iter().filter(|p| needed.contains(&p.serves)).cloned().collect();
        let mut summary = Self {
            version: crate::VERSION.to_owned(),
            profile: settings.profile.id().to_owned(),
            task: settings.task,
            missing_policy: settings.missing,
            n: run.pairs().len() as u32,
            complete: run.is_complete(),
            counts: provenance.counts,
            split: provenance.split.clone(),
            metrics: run
                .columns()
                .iter()
                .map(|column| of_column(column, provenance, &packs))
                .collect(),
            packs,
            inputs: provenance.inputs.clone(),
            notes: provenance.notes.clone(),
            signature: String::new(),
        };
        summary.signature = signature::of(&summary);
        summary
    }
}

fn of_column(column: &Column, provenance: &Provenance, packs: &[PackRef]) -> MetricSummary {
    let metric = column.metric;
    let values: Vec<f64> = column.cells.iter().filter_map(Cell::value).collect();
    let truncated = |cell: &&Cell| matches!(cell, Cell::Scored(scored) if scored.truncated);
    let failed = |cell: &&Cell| matches!(cell, Cell::Failed(_));
    // No score, or one that is not finite, has no mean; the counts beside it say why.
    let estimate = mean_estimate(&values).ok();
    MetricSummary {
        metric,
        id: metric.id().to_owned(),
        column: metric.column().to_owned(),
        label: metric.label().to_owned(),
        n: values.len() as u32,
        mean: estimate.map(|e| e.mean),
        standard_error: estimate.and_then(|e| e.standard_error),
        ci95: estimate.and_then(|e| e.ci95).map(|ci| [ci.lower, ci.upper]),
        missing: provenance.counts.missing,
        truncated: column.cells.iter().filter(truncated).count() as u32,
        failed: column.cells.iter().filter(failed).count() as u32,
        pack: metric
            .needs()
            .and_then(|needed| packs.iter().find(|pack| pack.serves == needed))
            .map(|pack| pack.id.clone()),
        published_as: metric.published_as().map(str::to_owned),
        caution: metric.caution().map(str::to_owned),
    }
}
