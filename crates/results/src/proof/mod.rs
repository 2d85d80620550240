//! Published values held against what packs give: whether a pack does what the weights of its
//! authors do, shown on the user's own machine.

mod examples;

use std::collections::BTreeMap;

use rrgscore_scoring::run::{Cell, Column};
use rrgscore_scoring::{Metric, Summary};
use serde::{Deserialize, Serialize};

pub use examples::{ExamplesError, PublishedExample, PublishedExamples};
use examples::{Figure, FigureKind};

/// A published value beside the one that was computed here. Holds no text of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProvedValue {
    /// The example's name.
    pub example: String,
    /// Which of its values: `pair 2`, counted from 1, or the name that its source prints.
    pub what: String,
    /// The id of the column; `None` where there is none here.
    pub metric: Option<Metric>,
    /// What the source prints.
    pub published: f64,
    /// What was computed here.
    pub value: Option<f64>,
    /// How far the two may be apart and still agree.
    pub tolerance: f64,
    /// What that comes to.
    pub verdict: ProofVerdict,
}

/// Whether a value is the published one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofVerdict {
    /// It is, within the tolerance.
    Agrees,
    /// It is not.
    Differs,
    /// It was not computed, for this reason.
    NotComputed(String),
}

/// What is kept beside a pack: how the published values that it took part in came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackProof {
    /// The pack's id; of another pack it says nothing.
    pub pack: String,
    /// Where the values are from, in the words of the file of examples.
    pub source: String,
    /// sha256 of that file.
    pub examples_sha256: String,
    /// The values that this pack took part in.
    pub values: Vec<ProvedValue>,
}

impl PackProof {
    /// As it is shown beside a pack: `agrees with 14 of 14 published values`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let agree = self.values.iter().filter(|value| value.verdict == ProofVerdict::Agrees);
        format!("agrees with {} of {} published values", agree.count(), self.values.len())
    }
}

/// What comes of a file of examples, as they are scored one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProofSoFar {
    values: Vec<ProvedValue>,
    by_pack: BTreeMap<String, Vec<ProvedValue>>,
}

impl ProofSoFar {
    /// Takes in an example of which no column could be computed.
    pub fn add_without_run(
        &mut self,
        example: &PublishedExample,
        lacking: &BTreeMap<Metric, String>,
    ) {
        self.values.extend(example.prove(&[], None, lacking));
    }

    /// Takes in an example whose pairs were scored: the run's columns and what they come to.
    pub fn add(
        &mut self,
        example: &PublishedExample,
        (columns, summary): (&[Column], &Summary),
        lacking: &BTreeMap<Metric, String>,
    ) {
        for value in example.prove(columns, Some(summary), lacking) {
            let column = summary.metrics.iter().find(|column| Some(column.metric) == value.metric);
            for pack in column.into_iter().flat_map(|column| &column.packs) {
                self.by_pack.entry(pack.clone()).or_default().push(value.clone());
            }
            self.values.push(value);
        }
    }

    /// All values, in the order of the examples.
    #[must_use]
    pub fn values(&self) -> &[ProvedValue] {
        &self.values
    }

    /// How many values agree, differ and were not computed.
    #[must_use]
    pub fn counts(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for value in &self.values {
            counts[match value.verdict {
                ProofVerdict::Agrees => 0,
                ProofVerdict::Differs => 1,
                ProofVerdict::NotComputed(_) => 2,
            }] += 1;
        }
        counts
    }

    /// As it is shown: `6 of 7 published values agree, 0 differ, 1 could not be computed`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let ([agree, differ, not_computed], all) = (self.counts(), self.values.len());
        let differ = if differ == 1 { "1 differs".to_owned() } else { format!("{differ} differ") };
        format!(
            "{agree} of {all} published values agree, {differ}, {not_computed} could not be computed"
        )
    }

    /// What is to be kept beside each pack that took part, given where the values are from and the
    /// sha256 of the file of examples.
    #[must_use]
    pub fn of_packs(&self, source: &str, examples_sha256: &str) -> Vec<PackProof> {
        let of = |(pack, values): (&String, &Vec<ProvedValue>)| PackProof {
            pack: pack.clone(),
            source: source.to_owned(),
            examples_sha256: examples_sha256.to_owned(),
            values: values.clone(),
        };
        self.by_pack.iter().map(of).collect()
    }
}

impl PublishedExample {
    /// The columns that its values are of, each once: those of names that mean nothing here are
    /// left out.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        let mut metrics = Vec::new();
        let of_pairs = Some(self.metric.as_str()).filter(|_| !self.per_pair.is_empty());
        let of_set = self.corpus.keys().filter_map(|name| Some(self.figure(name)?.metric));
        for metric in of_pairs.and_then(Metric::named).into_iter().chain(of_set) {
            if !metrics.contains(&metric) {
                metrics.push(metric);
            }
        }
        metrics
    }

    /// Its values beside those of a run over its pairs, in the order of the file: of its columns and
    /// its summary, none if nothing could be run. `lacking` says of a column why it was not
    /// computed.
    #[must_use]
    pub fn prove(
        &self,
        columns: &[Column],
        summary: Option<&Summary>,
        lacking: &BTreeMap<Metric, String>,
    ) -> Vec<ProvedValue> {
        let column = |metric: Metric| columns.iter().find(|column| column.metric == metric);
        let mut values = Vec::new();
        let metric = Metric::named(&self.metric);
        for (at, published) in self.per_pair.iter().enumerate() {
            let value = || column(metric?)?.cells.get(at)?.value();
            let what = format!("pair {}", at + 1);
            values.extend(self.value(what, metric, *published, value(), lacking));
        }
        for (name, published) in &self.corpus {
            let figure = self.figure(name);
            let value = figure.zip(summary).and_then(|(figure, summary)| match figure.kind {
                FigureKind::Deviation => deviation(column(figure.metric)?),
                _ => of_summary(summary, figure),
            });
            let metric = figure.map(|figure| figure.metric);
            values.extend(self.value(name.clone(), metric, *published, value, lacking));
        }
        values
    }

    fn value(
        &self,
        what: String,
        metric: Option<Metric>,
        published: Option<f64>,
        value: Option<f64>,
        lacking: &BTreeMap<Metric, String>,
    ) -> Option<ProvedValue> {
        // A source may name a value that it does not print.
        let published = published?;
        let verdict = match value {
            Some(value) if (value - published).abs() <= self.tolerance => ProofVerdict::Agrees,
            Some(_) => ProofVerdict::Differs,
            None => ProofVerdict::NotComputed(metric.map_or_else(
                || "there is no such column here".to_owned(),
                |metric| lacking.get(&metric).cloned().unwrap_or_else(|| "no score".to_owned()),
            )),
        };
        let (example, tolerance) = (self.name.clone(), self.tolerance);
        Some(ProvedValue { example, what, metric, published, value, tolerance, verdict })
    }
}

/// The population standard deviation of a column's scores; `None` without any.
fn deviation(column: &Column) -> Option<f64> {
    let scores: Vec<f64> = column.cells.iter().filter_map(Cell::value).collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let center = mean(&scores);
    let squares: Vec<f64> =
        scores.iter().map(|score| (score - center) * (score - center)).collect();
    (!scores.is_empty()).then(|| mean(&squares).sqrt())
}

fn of_summary(summary: &Summary, Figure { metric, kind }: Figure) -> Option<f64> {
    let column = summary.metrics.iter().find(|column| column.metric == metric)?;
    match kind {
        // Of the scores themselves, which a summary does not hold.
        FigureKind::Deviation => None,
        FigureKind::Mean => column.mean,
        FigureKind::OfSet => column.of_set,
        FigureKind::Reciprocal => column.mean.map(|mean| 1.0 / mean),
        FigureKind::Findings(figure) => {
            let f1 = column.findings_f1.as_ref()?;
            Some(match figure {
                examples::FindingsFigure::WeightedPrecision => f1.weighted.precision,
                examples::FindingsFigure::WeightedRecall => f1.weighted.recall,
                examples::FindingsFigure::WeightedF1 => f1.weighted.f1,
                examples::FindingsFigure::MicroF1 => f1.micro.f1,
                examples::FindingsFigure::MacroF1 => f1.macro_average.f1,
            })
        }
        FigureKind::ChexbertF1 { observations, average } => {
            let found = summary.chexbert_f1.as_ref()?.averages.iter();
            let averages = found
                .filter(|row| row.uncertain_is_positive)
                .find(|row| row.observations == observations)?;
            Some(match average {
                examples::ChexbertAverage::Micro => averages.micro.f1,
                examples::ChexbertAverage::Macro => averages.macro_average.f1,
                examples::ChexbertAverage::Weighted => averages.weighted.f1,
                examples::ChexbertAverage::Samples => averages.samples.f1,
            })
        }
    }
}
