//! Files of examples: pairs of reports and what a project prints of them.

use indexmap::IndexMap;
use rrgscore_judge::JudgeMetric;
use rrgscore_scoring::{Metric, Profile};
use serde::Deserialize;

/// Values that projects publish for the real weights, on pairs of their own tests.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct PublishedExamples {
    /// Where they are from: repository and commit.
    pub source: String,
    /// The examples.
    pub examples: Vec<PublishedExample>,
}

/// Some pairs, and what a project prints of them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct PublishedExample {
    /// What it is called.
    pub name: String,
    /// The file of the project that it stands in.
    #[serde(default)]
    pub file: String,
    /// Whose definitions hold.
    pub profile: Profile,
    /// The id of the column that `per_pair` is of.
    pub metric: String,
    /// How far a value may be from the printed one.
    pub tolerance: f64,
    /// The references.
    pub references: Vec<String>,
    /// The candidates, as many.
    pub candidates: Vec<String>,
    /// A judge's answer for each pair, where the column is one of a judge's; empty for any other.
    #[serde(default)]
    pub answers: Vec<String>,
    /// A value per pair; null where none is printed.
    #[serde(default)]
    pub per_pair: Vec<Option<f64>>,
    /// Values of all pairs together, by the name that RadEval prints, with or without `metric` and
    /// an underscore in front, or by the id of a column or its name in `scores.csv`, whose mean it
    /// is.
    #[serde(default)]
    pub corpus: IndexMap<String, Option<f64>>,
}

/// Why a file is no file of examples. Holds no text of a report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExamplesError {
    /// It is not of the form.
    #[error(
        "it is no file of published examples: an object with `source` and `examples`, each with \
         name, profile, metric, tolerance, references, candidates, and per_pair or corpus"
    )]
    NoExamples,
    /// Lists of an example are not equally long.
    #[error(
        "example `{example}`: {references} references, {candidates} candidates and {values} values \
         of pairs"
    )]
    Uneven {
        /// The example's name.
        example: String,
        /// How many references.
        references: usize,
        /// How many candidates.
        candidates: usize,
        /// How many values of pairs.
        values: usize,
    },
    /// An example's answers are not one per pair, or its column is of no judge.
    #[error("example `{example}`: answers are of a judge's column alone, one for each pair")]
    Answers {
        /// The example's name.
        example: String,
    },
    /// An example's tolerance is no number from 0 on.
    #[error("example `{example}`: the tolerance must be 0 or more")]
    Tolerance {
        /// The example's name.
        example: String,
    },
}

impl PublishedExamples {
    /// Reads a file of examples.
    ///
    /// # Errors
    /// [`ExamplesError`] names the example.
    pub fn read(bytes: &[u8]) -> Result<Self, ExamplesError> {
        // No reason is given: it could quote a report.
        let read: Self = serde_json::from_slice(bytes).map_err(|_| ExamplesError::NoExamples)?;
        for one in &read.examples {
            let example = one.name.clone();
            let (references, candidates) = (one.references.len(), one.candidates.len());
            let values = one.per_pair.len();
            if references != candidates || (values != 0 && values != references) {
                return Err(ExamplesError::Uneven { example, references, candidates, values });
            }
            let answers = one.answers.len();
            if answers != 0 && (answers != references || one.judge().is_none()) {
                return Err(ExamplesError::Answers { example });
            }
            if one.tolerance.is_nan() || one.tolerance < 0.0 {
                return Err(ExamplesError::Tolerance { example });
            }
        }
        Ok(read)
    }
}

/// A value of all pairs together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Figure {
    pub(super) metric: Metric,
    pub(super) kind: FigureKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FigureKind {
    Mean,
    /// What the pairs score as one set.
    OfSet,
    /// The population standard deviation.
    Deviation,
    /// The reciprocal of the mean.
    Reciprocal,
    /// An average over a column's findings.
    Findings(FindingsFigure),
    /// An average F1 of CheXbert's labels, uncertain as positive.
    ChexbertF1 {
        /// 14 or 5.
        observations: u32,
        average: ChexbertAverage,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FindingsFigure {
    WeightedPrecision,
    WeightedRecall,
    WeightedF1,
    MicroF1,
    MacroF1,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ChexbertAverage {
    Micro,
    Macro,
    Weighted,
    Samples,
}

/// What RadEval 2.2 calls the values that it prints, and the columns that they are of
/// (`RadEval/RadEval.py`).
const RADEVAL: [(&str, &str, FigureKind); 21] = [
    ("bleu", "bleu4-radeval", FigureKind::OfSet),
    ("rouge1", "rouge1", FigureKind::Mean),
    ("rouge2", "rouge2", FigureKind::Mean),
    ("rougeL", "rouge-l", FigureKind::Mean),
    ("radgraph_simple", "radgraph-xl-simple", FigureKind::Mean),
    ("radgraph_partial", "radgraph-xl-partial", FigureKind::Mean),
    ("radgraph_complete", "radgraph-xl-complete", FigureKind::Mean),
    ("ratescore", "ratescore-2025-05-long", FigureKind::Mean),
    ("radgraph_radcliq", "radgraph-f1-radeval", FigureKind::Mean),
    ("radcliq_v1", "radcliq-v1-radeval", FigureKind::Reciprocal),
    ("green", "green-radeval", FigureKind::Mean),
    ("green_std", "green-radeval", FigureKind::Deviation),
    ("bertscore", "bertscore-distilbert", FigureKind::Mean),
    ("radeval_bertscore", "bertscore-radeval", FigureKind::Mean),
    ("srrbert_weighted_f1", "srr-bert", FigureKind::Findings(FindingsFigure::WeightedF1)),
    (
        "srrbert_weighted_precision",
        "srr-bert",
        FigureKind::Findings(FindingsFigure::WeightedPrecision),
    ),
    ("srrbert_weighted_recall", "srr-bert", FigureKind::Findings(FindingsFigure::WeightedRecall)),
    ("f1radbert_ct_accuracy", "radbert-ct", FigureKind::Mean),
    ("f1radbert_ct_micro_f1", "radbert-ct", FigureKind::Findings(FindingsFigure::MicroF1)),
    ("f1radbert_ct_macro_f1", "radbert-ct", FigureKind::Findings(FindingsFigure::MacroF1)),
    ("f1radbert_ct_weighted_f1", "radbert-ct", FigureKind::Findings(FindingsFigure::WeightedF1)),
];

impl PublishedExample {
    /// What a name of a value stands for; `None` where it means nothing here.
    pub(super) fn figure(&self, name: &str) -> Option<Figure> {
        // `bertscore` is another column to RadEval.
        match self.profile {
            Profile::Radeval => self.radeval(name).or_else(|| mean(name)),
            _ => mean(name).or_else(|| self.radeval(name)),
        }
    }

    fn radeval(&self, name: &str) -> Option<Figure> {
        if let Some(kind) = chexbert(name) {
            return Some(Figure { metric: Metric::named("semb-radeval")?, kind });
        }
        let of_metric = format!("{}_{name}", self.metric);
        let is_it = |known: &str| known == name || known == of_metric;
        let (_, id, kind) = RADEVAL.iter().find(|(known, ..)| is_it(known))?;
        Some(Figure { metric: Metric::named(id)?, kind: *kind })
    }

    /// Each reference with its candidate; [`PublishedExamples::read`] lets no other number of either
    /// through.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let candidates = self.candidates.iter().map(String::as_str);
        self.references.iter().map(String::as_str).zip(candidates)
    }

    /// The judge whose answers it brings.
    fn judge(&self) -> Option<JudgeMetric> {
        Metric::named(&self.metric)?.judge()
    }

    /// The judge whose answers it brings, and these as a file of them, by the pairs' numbers from 1
    /// on; `None` where it brings none.
    #[must_use]
    pub fn answer_file(&self) -> Option<(JudgeMetric, Vec<u8>)> {
        let judge = self.judge().filter(|_| !self.answers.is_empty())?;
        let line = |(number, response): (usize, &String)| {
            format!("{}\n", serde_json::json!({"id": number.to_string(), "response": response}))
        };
        Some((judge, (1..).zip(&self.answers).map(line).collect::<String>().into_bytes()))
    }
}

/// The mean of the column of this id or name.
fn mean(name: &str) -> Option<Figure> {
    let column = || Metric::all().find(|metric| metric.column() == name);
    Some(Figure { metric: Metric::named(name).or_else(column)?, kind: FigureKind::Mean })
}

/// `f1chexbert_all_micro_f1`: 14 or 5 observations, and the average.
fn chexbert(name: &str) -> Option<FigureKind> {
    let name = name.strip_prefix("f1chexbert_")?.strip_suffix("_f1")?;
    let (observations, average) = name.split_once('_')?;
    Some(FigureKind::ChexbertF1 {
        observations: match observations {
            "all" => 14,
            "5" => 5,
            _ => return None,
        },
        average: match average {
            "micro" => ChexbertAverage::Micro,
            "macro" => ChexbertAverage::Macro,
            "weighted" => ChexbertAverage::Weighted,
            "samples" => ChexbertAverage::Samples,
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(profile: &str, metric: &str) -> PublishedExample {
        let example = serde_json::json!({
            "name": "made up", "profile": profile, "metric": metric, "tolerance": 0,
            "references": [], "candidates": [],
        });
        serde_json::from_value(example).unwrap()
    }

    #[test]
    fn every_name_of_radeval_stands_for_a_column() {
        let radeval = example("radeval", "bleu2-radeval");
        for (name, id, kind) in RADEVAL {
            let found = radeval.figure(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!((found.metric.id(), found.kind), (id, kind));
        }
        assert_eq!(radeval.figure("bleu2").map(|figure| figure.kind), Some(FigureKind::Mean));
        assert_eq!(radeval.figure("weighted_f1"), None);
        let short = example("radeval", "srrbert").figure("weighted_f1").unwrap();
        assert_eq!(radeval.figure("srrbert_weighted_f1"), Some(short));
        let id = |example: &PublishedExample, name: &str| Some(example.figure(name)?.metric.id());
        assert_eq!(id(&radeval, "bertscore_distilbert"), Some("bertscore-distilbert"));
        assert_eq!(id(&radeval, "bertscore"), Some("bertscore-distilbert"));
        assert_eq!(id(&example("rexrank", "semb"), "bertscore"), Some("bertscore"));
        let (observations, average) = (5, ChexbertAverage::Samples);
        assert_eq!(
            radeval.figure("f1chexbert_5_samples_f1").map(|figure| figure.kind),
            Some(FigureKind::ChexbertF1 { observations, average })
        );
    }
}
