//! The columns a run can compute: one row of [`METRICS`] each, and what follows from the rows.

mod absent;
mod docs;
mod families;
mod formula;
mod select;
mod spec;
mod table;
mod worth;

use std::collections::BTreeSet;
use std::fmt;

use rrgscore_annotations::{Annotator, FindingSet, Purpose};
use rrgscore_judge::JudgeMetric;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use absent::{ABSENT, AbsentMetric, absent};
pub use docs::markdown;
pub(crate) use formula::GivenText;
pub use formula::{AnnotationFormula, BlankReports, SetFormula, TextFormula};
pub use select::{
    ALL_AVAILABLE, Available, Lacking, Selection, SelectionError, SelectionNote, USUAL, names,
    resolve, select,
};
pub use spec::{Direction, Formula, Listing, MetricSpec};
pub use table::METRICS;
pub use worth::MetricWorth;

use crate::settings::Profile;

/// One column of a result: a row of [`METRICS`], by which it is compared, ordered (as the table
/// is) and serialized (as the row's id). The same id always means the same model and settings: a
/// variant is another metric with another id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Metric(u16);

impl Metric {
    /// All of them, in the table's order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..METRICS.len() as u16).map(Self)
    }

    /// The metric of this id.
    pub fn named(id: &str) -> Option<Self> {
        Self::all().find(|metric| metric.id() == id)
    }

    /// Its row.
    pub fn spec(self) -> &'static MetricSpec {
        &METRICS[usize::from(self.0)]
    }

    /// The name in requests and in `summary.json`, e.g. `bertscore-minilm`.
    pub fn id(self) -> &'static str {
        self.spec().id
    }

    /// The column in `scores.csv`.
    pub fn column(self) -> &'static str {
        self.spec().column
    }

    /// The name shown to people.
    pub fn label(self) -> &'static str {
        self.spec().label
    }

    /// The name of the published column it may be ranked in, if it is computed exactly as the
    /// leaderboard's is.
    pub fn published_as(self) -> Option<&'static str> {
        self.spec().published_as
    }

    /// What to show beside a number that must not be read as the leaderboard's.
    pub fn caution(self) -> Option<&'static str> {
        self.spec().caution
    }

    /// Whether a higher value is a better report.
    pub fn higher_is_better(self) -> bool {
        self.spec().direction == Direction::HigherIsBetter
    }

    /// Whether the reciprocal of the mean is shown beside it.
    pub fn has_reciprocal(self) -> bool {
        self.spec().reciprocal
    }

    /// The model packs it needs, those of its components included.
    pub fn needs(self) -> &'static [Purpose] {
        self.spec().needs
    }

    /// The columns that it is combined from, in the formula's order; none for most.
    pub fn components(self) -> Vec<Self> {
        match self.spec().formula {
            Formula::RadCliQ { of, .. } => of.into_iter().filter_map(Self::named).collect(),
            _ => Vec::new(),
        }
    }

    /// For a metric that is scored from a judge's answers: which one it is to the judge.
    pub fn judge(self) -> Option<JudgeMetric> {
        match self.spec().formula {
            Formula::Judge { judge, .. } => Some(judge),
            _ => None,
        }
    }

    /// Whose annotations it compares, if it does.
    pub fn annotator(self) -> Option<Annotator> {
        match self.spec().formula {
            Formula::Annotations { annotator, .. } => Some(annotator),
            Formula::RateScore(_) => Some(Annotator::Entities),
            Formula::Texts(_)
            | Formula::Set(_)
            | Formula::TokenEmbeddings { .. }
            | Formula::Judge { .. }
            | Formula::RadCliQ { .. } => None,
        }
    }

    /// Whether CheXbert reads the reports for it, and gives their labels.
    pub(crate) fn reads_chexbert(self) -> bool {
        matches!(self.annotator(), Some(Annotator::Chexbert { .. }))
    }

    /// The list of findings that it compares, if it does.
    pub fn finding_set(self) -> Option<FindingSet> {
        match self.annotator() {
            Some(Annotator::Findings { set }) => Some(set),
            _ => None,
        }
    }

    /// Whether RadGraph annotations that the user provides replace the model's.
    pub fn takes_given_graphs(self) -> bool {
        let compare = AnnotationFormula::RadGraphF1;
        matches!(self.spec().formula, Formula::Annotations { compare: c, .. } if c == compare)
    }

    /// The packs that it takes to compute it: [`Metric::needs`] without what annotations that the
    /// user provides make needless.
    pub fn packs(self, graphs_are_given: bool) -> BTreeSet<Purpose> {
        if !graphs_are_given {
            return self.needs().iter().copied().collect();
        }
        if self.takes_given_graphs() {
            return BTreeSet::new();
        }
        let components = self.components();
        if components.is_empty() {
            return self.needs().iter().copied().collect();
        }
        components.into_iter().flat_map(|component| component.packs(graphs_are_given)).collect()
    }

    /// Where a profile lists it, if it does.
    pub fn listing(self, profile: Profile) -> Option<&'static Listing> {
        self.spec().listed.iter().find(|listing| listing.profile == profile)
    }

    /// The columns that a profile lists, in the table's order.
    pub fn listed(profile: Profile) -> impl Iterator<Item = Self> {
        Self::all().filter(move |metric| metric.listing(profile).is_some())
    }

    /// Whether a profile computes it unless something else is chosen.
    pub fn is_usual(self, profile: Profile) -> bool {
        self.listing(profile).is_some_and(|listing| listing.usual)
    }

    /// The column that has the same name in another profile.
    pub fn counterpart(self, from: Profile, to: Profile) -> Option<Self> {
        let name = self.listing(from)?.name;
        Self::all().find(|metric| metric.listing(to).is_some_and(|listing| listing.name == name))
    }
}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Metric({})", self.id())
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl Serialize for Metric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Metric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::named(&id).ok_or_else(|| D::Error::custom("this version has no metric of that id"))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Metric {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Metric".into()
    }

    /// One of the table's ids.
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let ids: Vec<&str> = Self::all().map(Self::id).collect();
        schemars::json_schema!({ "type": "string", "enum": ids })
    }
}
