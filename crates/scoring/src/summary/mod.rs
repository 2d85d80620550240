//! What a run comes to: a mean, an interval and the flags of each column.

mod chexbert;
mod column;
mod findings;
mod signature;
mod texts;

use std::collections::BTreeSet;

use rrgscore_annotations::Purpose;
use rrgscore_data::{Counts, MissingPolicy, SplitMatch, Task};
use serde::{Deserialize, Serialize};

pub use chexbert::{Averages, ChexbertF1, ObservationRow};
pub use column::{MetricSummary, ReciprocalSummary};
pub use findings::FindingsF1;
pub use texts::TextCounts;

pub use crate::provenance::{InputRef, PackRef, Provenance};
use crate::scored_set::ScoredSet;
use crate::settings::ReportCleaning;

/// The version of the form in which summaries are written.
pub const SUMMARY_FORMAT: u32 = 1;

/// Of a summary from before there was a version: it has the first one's form.
fn first_format() -> u32 {
    1
}

/// What `summary.json` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// Version of the file's form, [`SUMMARY_FORMAT`]: counted up when a field is taken away or means
    /// something else. `docs/summary.schema.json` describes it.
    #[serde(default = "first_format")]
    pub format_version: u32,
    /// Version of RRGScore.
    pub version: String,
    /// The definitions in force.
    pub profile: String,
    /// Which sections were compared; none for pairs that were scored as given and of which the user
    /// said no more.
    pub task: Option<Task>,
    /// What was done about missing predictions.
    pub missing_policy: MissingPolicy,
    /// What was done to both reports of each study before any column read them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleaning: Option<ReportCleaning>,
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
    /// What cut reports into sentences for RaTEScore (`pyrush`) and SRR-BERT (`punkt`), or a
    /// splitter of this project's own where a pack holds no rules.
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
    /// Notes for the user.
    pub notes: Vec<String>,
    /// One line that names all that decides the numbers.
    pub signature: String,
}

impl Summary {
    /// Whether its signature is the one that this version gives to what it says: whether nothing of
    /// what decides the numbers was changed since, and by numerics of this version.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.signature == signature::of(self)
    }

    /// Summarises what a run has so far. Intervals by resampling take most of the time: a result is
    /// summarised once and kept.
    pub fn of(run: &impl ScoredSet, provenance: &Provenance) -> Self {
        let settings = run.settings();
        let given = !provenance.given_graphs.is_empty();
        let needed: BTreeSet<Purpose> =
            settings.metrics.iter().flat_map(|metric| metric.packs(given)).collect();
        let mut packs: Vec<PackRef> =
            provenance.packs.iter().filter(|p| needed.contains(&p.purpose)).cloned().collect();
        // One order, whoever found the packs: the same run has the same signature everywhere.
        packs.sort_by(|a, b| (a.purpose, &a.id).cmp(&(b.purpose, &b.id)));
        let mut summary = Self {
            format_version: SUMMARY_FORMAT,
            version: crate::VERSION.to_owned(),
            profile: settings.profile.id().to_owned(),
            task: settings.task,
            missing_policy: settings.missing,
            cleaning: settings.cleaning,
            n: run.ids().len() as u32,
            complete: run.is_complete(),
            counts: provenance.counts,
            split: provenance.split.clone(),
            metrics: run
                .columns()
                .iter()
                .map(|column| MetricSummary::of(column, run, provenance, &packs))
                .collect(),
            texts: run.text_counts(),
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
