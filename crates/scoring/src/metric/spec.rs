//! The fields of a row of the table.

use rrgscore_annotations::{Annotator, Purpose, SpaceRuns};
use rrgscore_judge::{AnswerReading, JudgeMetric};
use rrgscore_metrics::bertscore::Baseline;
use rrgscore_metrics::{radcliq, ratescore};

use super::formula::{AnnotationFormula, BlankReports, SetFormula, TextFormula};
use super::worth::MetricWorth;
use crate::settings::Profile;

/// One column: its names, what it is, what it needs, how it is computed.
///
/// Everything that lists, parses, documents or estimates metrics follows from these fields.
#[derive(Debug)]
pub struct MetricSpec {
    /// The name in requests and in `summary.json`.
    pub id: &'static str,
    /// The name shown to people.
    pub label: &'static str,
    /// The column in `scores.csv`. Official names are kept for official definitions only.
    pub column: &'static str,
    /// What it is and by whose code, in a sentence.
    pub about: &'static str,
    /// What it sees and what it does not.
    pub worth: &'static MetricWorth,
    /// The values it takes.
    pub range: &'static str,
    /// Whether more is better.
    pub direction: Direction,
    /// Whether the reciprocal of the mean is shown beside it.
    pub reciprocal: bool,
    /// The profiles it belongs to.
    pub listed: &'static [Listing],
    /// The model packs it needs, those of its components included.
    pub needs: &'static [Purpose],
    /// The id of what is computed in its place, under that id and with a note, where it is chosen
    /// and its packs are not there.
    pub stand_in: Option<&'static str>,
    /// What to show beside the number.
    pub caution: Option<&'static str>,
    /// The leaderboard's column that it equals.
    pub published_as: Option<&'static str>,
    /// How much work a word is for its models, in relation to distilroberta's five layers: counted
    /// from the sizes of the published models. 0 for what needs no model.
    pub cost: f64,
    /// How it is computed.
    pub formula: Formula,
}

/// Which values are better ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// A higher value is a better report.
    HigherIsBetter,
    /// A lower value is a better report.
    LowerIsBetter,
}

/// A profile's entry for a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The profile.
    pub profile: Profile,
    /// What the column is called there: profiles have names in common, such as `bleu2`.
    pub name: &'static str,
    /// Whether it is computed unless something else is chosen.
    pub usual: bool,
}

/// How a column is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Formula {
    /// From the two texts, without a model.
    Texts(TextFormula),
    /// From the texts of all pairs at once, without a model.
    Set(SetFormula),
    /// BERTScore of the token embeddings that an encoder gives.
    TokenEmbeddings {
        /// The encoder.
        encoder: Purpose,
        /// What becomes of runs of spaces first.
        runs: SpaceRuns,
        /// Whether tokens are weighted by inverse document frequency over the references.
        idf: bool,
        /// By what the score is rescaled.
        baseline: Option<&'static Baseline>,
    },
    /// From what one annotator makes of each of the two texts.
    Annotations {
        /// The annotator.
        annotator: Annotator,
        /// What happens to a report without a word.
        blank: BlankReports,
        /// The comparison.
        compare: AnnotationFormula,
    },
    /// RaTEScore: entities of both texts, and the embedding of each entity.
    RateScore(ratescore::RatescoreVersion),
    /// From a judge's answers.
    Judge {
        /// Which of the judge's metrics.
        judge: JudgeMetric,
        /// By whose rules its answers are read.
        reading: AnswerReading,
    },
    /// RadCliQ of four other columns.
    RadCliQ {
        /// Their ids, in the formula's order.
        of: [&'static str; 4],
        /// The fit.
        version: radcliq::RadcliqVersion,
    },
}
