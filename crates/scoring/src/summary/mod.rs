//! What a run comes to: a mean, an interval and the circumstances of each column.

mod chexbert;
mod column;
mod texts;

use rrgscore_annotations::Purpose;
use rrgscore_data::{Alignment, Counts, Dataset, MissingPolicy, SplitMatch, Task};
use serde::{Deserialize, Serialize};

pub use chexbert::{Averages, ChexbertF1, ObservationRow};
pub use column::{MetricSummary, ReciprocalSummary};
pub use texts::TextCounts;

use crate::run::Run;
use crate::signature;

/// A model pack, by what identifies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackRef {
    /// What it is for.
    pub purpose: Purpose,
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
    /// `predictions`, `references`, `prediction annotations`, `reference annotations`,
    /// `green answers` or `fineradscore answers`.
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

    /// Two files of RadGraph annotations, the predictions' and the references', by their sha256.
    pub fn annotations(sha256: [String; 2]) -> Vec<Self> {
        let roles = ["prediction annotations", "reference annotations"];
        let one = |(role, sha256): (&str, String)| Self {
            role: role.to_owned(),
            format: "RadGraph JSON".to_owned(),
            sha256,
        };
        roles.into_iter().zip(sha256).map(one).collect()
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
    /// RadGraph annotations that the user brought, if any.
    pub given_graphs: Vec<InputRef>,
    /// A judge's answers that the user brought, if any.
    pub answers: Vec<InputRef>,
}

impl Provenance {
    /// Takes counts and split from an alignment.
    pub fn of(alignment: &Alignment) -> Self {
        Self { counts: alignment.counts, split: alignment.split.clone(), ..Self::default() }
    }
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
    /// What stands out about the reports themselves.
    #[serde(default)]
    pub texts: TextCounts,
    /// The columns.
    pub metrics: Vec<MetricSummary>,
    /// What cut reports into sentences for RaTEScore: `pyrush`, or a splitter of this project's
    /// own when the pack holds no rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentences: Option<String>,
    /// F1 over CheXbert's observations, when a SembScore column was computed: from the same
    /// pass of the model. Not part of the leaderboard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chexbert_f1: Option<ChexbertF1>,
    /// The packs that computed them, in the order of their purposes.
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
        let mut needed: Vec<Purpose> =
            settings.metrics.iter().flat_map(|metric| metric.needs()).copied().collect();
        if !provenance.given_graphs.is_empty() {
            needed.retain(|&pack| pack != Purpose::Radgraph);
        }
        let mut packs: Vec<PackRef> =
            provenance.packs.iter().filter(|p| needed.contains(&p.purpose)).cloned().collect();
        // One order, whoever found the packs: the same run has the same signature everywhere.
        packs.sort_by(|a, b| (a.purpose, &a.id).cmp(&(b.purpose, &b.id)));
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
                .map(|column| MetricSummary::of(column, run, provenance, &packs))
                .collect(),
            texts: TextCounts::of(run.pairs()),
            sentences: Some(run.sentence_splitters().join("+")).filter(|names| !names.is_empty()),
            chexbert_f1: ChexbertF1::of(&run.chexbert_labels()),
            packs,
            inputs: [&provenance.inputs, &provenance.given_graphs, &provenance.answers]
                .into_iter()
                .flatten()
                .cloned()
                .collect(),
            notes: provenance.notes.clone(),
            signature: String::new(),
        };
        summary.signature = signature::of(&summary);
        summary
    }
}
