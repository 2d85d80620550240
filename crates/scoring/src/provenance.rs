//! Where a result came from: packs, input files, counts.

use rrgscore_annotations::Purpose;
use rrgscore_data::{Alignment, Counts, Dataset, SplitMatch};
use serde::{Deserialize, Serialize};

/// A model pack, by what identifies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// Where a run's pairs came from: all of a summary that a [`Run`](crate::Run) does not know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Counts of the alignment.
    pub counts: Counts,
    /// The known split, if it is one.
    pub split: Option<SplitMatch>,
    /// The files.
    pub inputs: Vec<InputRef>,
    /// The packs that were installed; those that no column needs are left out of the summary.
    pub packs: Vec<PackRef>,
    /// Notes for the user, e.g. that a metric was computed under another name.
    pub notes: Vec<String>,
    /// RadGraph annotations that the user provided, if any.
    pub given_graphs: Vec<InputRef>,
    /// A judge's answers that the user provided, if any.
    pub answers: Vec<InputRef>,
}

impl Provenance {
    /// Takes counts and split from an alignment.
    pub fn of(alignment: &Alignment) -> Self {
        Self { counts: alignment.counts, split: alignment.split.clone(), ..Self::default() }
    }
}
