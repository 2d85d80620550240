//! Two runs over the same studies, column by column and decision by decision.

use super::common;
use rrgscore_annotations::{Annotation, Entity, RadgraphAnnotation};
use rrgscore_data::{MissingPolicy, StudyPair, Task};
use rrgscore_packs::{Pack, Precision};
use rrgscore_parity::{ColumnDifference, Flips, PrecisionComparison};
use rrgscore_scoring::summary::Provenance;
use rrgscore_scoring::{Metric, Profile, Run, Settings, Summary};
use std::collections::BTreeSet;

const PROFILE: Profile = Profile::Rexrank;
const SEMB: &str = "semb";
const RADGRAPH: &str = "radgraph-f1";
const RATESCORE: &str = "ratescore";
/// BLEU-2 needs no model; it is here because RadCliQ-v0 does.
const METRICS: [&str; 9] = [
    BLEU,
    "bertscore",
    SEMB,
    RADGRAPH,
    "radcliq-v0",
    "radcliq-v1",
    RATESCORE,
    "ratescore-2025-05-long",
    "ratescore-2025-05-short",
];
const BLEU: &str = "bleu2";

/// A run of all columns that need a model.
pub(crate) fn run(pairs: Vec<StudyPair>, packs: &[Pack]) -> Run {
    let settings = Settings {
        profile: PROFILE,
        task: Some(Task::Report),
        missing: MissingPolicy::Refuse,
        cleaning: None,
        metrics: METRICS.map(|id| Metric::named(id).unwrap()).to_vec(),
    };
    common::finished(settings, pairs, packs)
}

/// How far a run is from the run with f32 packs.
pub(crate) fn comparison(
    of: &str,
    precision: Precision,
    reference: &Run,
    found: &Run,
) -> PrecisionComparison {
    let mut columns: Vec<ColumnDifference> = reference
        .columns()
        .iter()
        .zip(found.columns())
        .filter(|(column, _)| column.metric.id() != BLEU)
        .map(|(reference, found)| {
            let values = |column: &rrgscore_scoring::run::Column| -> Vec<f64> {
                column.cells.iter().map(|cell| cell.value().unwrap()).collect()
            };
            column(reference.metric.column(), &values(reference), &values(found))
        })
        .collect();
    columns.push(f1_chexbert(reference, found));
    PrecisionComparison {
        of: of.to_owned(),
        studies: reference.pairs().len() as u32,
        precision: precision.to_string(),
        columns,
        flips: flips(reference, found),
    }
}

fn column(name: &str, reference: &[f64], found: &[f64]) -> ColumnDifference {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let differences: Vec<f64> = reference.iter().zip(found).map(|(a, b)| (a - b).abs()).collect();
    ColumnDifference {
        column: name.to_owned(),
        mean: rounded(mean(reference)),
        mean_moves: rounded(mean(found) - mean(reference)),
        mean_difference: Some(rounded(mean(&differences))),
        max_difference: Some(rounded(differences.iter().copied().fold(0.0, f64::max))),
    }
}

fn f1_chexbert(reference: &Run, found: &Run) -> ColumnDifference {
    let micro = |run: &Run| {
        let summary = Summary::of(run, &Provenance::default());
        summary.chexbert_f1.unwrap().averages[0].micro.f1
    };
    ColumnDifference {
        column: "F1-CheXbert (micro, 14)".to_owned(),
        mean: rounded(micro(reference)),
        mean_moves: rounded(micro(found) - micro(reference)),
        mean_difference: None,
        max_difference: None,
    }
}

/// Two significant digits below 0.1, four decimals above: no more than the page shows.
fn rounded(value: f64) -> f64 {
    let text = if value.abs() < 0.1 { format!("{value:.1e}") } else { format!("{value:.4}") };
    text.parse().unwrap()
}

/// What the models decided otherwise, over both reports of all studies.
fn flips(reference: &Run, found: &Run) -> Vec<Flips> {
    let kinds: [(&str, &str); 4] = [
        ("CheXbert labels", SEMB),
        ("RadGraph entities", RADGRAPH),
        ("RadGraph relations", RADGRAPH),
        ("RaTE-NER entities", RATESCORE),
    ];
    kinds
        .map(|(what, id)| {
            let metric = Metric::named(id).unwrap();
            let (mut changed, mut of) = (0, 0);
            for place in 0..reference.pairs().len() as u32 {
                let pair = reference.annotations(metric, place);
                for (a, b) in pair.into_iter().zip(found.annotations(metric, place)) {
                    let decided = |annotation: Option<std::sync::Arc<Annotation>>| {
                        annotation.map_or_else(BTreeSet::new, |said| decisions(what, &said))
                    };
                    let (a, b) = (decided(a), decided(b));
                    let labels = what == "CheXbert labels";
                    changed += if labels {
                        a.difference(&b).count()
                    } else {
                        a.symmetric_difference(&b).count()
                    };
                    of += if labels { a.len() } else { a.union(&b).count() };
                }
            }
            Flips { what: what.to_owned(), changed: changed as u32, of: of as u32 }
        })
        .into()
}

/// What was decided of a text, one line each.
fn decisions(what: &str, said: &Annotation) -> BTreeSet<String> {
    match said {
        Annotation::Chexbert(chexbert) => chexbert
            .labels
            .0
            .iter()
            .enumerate()
            .map(|(at, mention)| format!("{at} {mention:?}"))
            .collect(),
        Annotation::RadGraph(RadgraphAnnotation { graph, .. }) => {
            let name =
                |entity: &Entity| format!("{} {} {}", entity.start_ix, entity.end_ix, entity.label);
            let names: std::collections::BTreeMap<&str, String> =
                graph.entities().map(|(id, entity)| (id, name(entity))).collect();
            if what == "RadGraph entities" {
                return names.into_values().collect();
            }
            let relations = graph.entities().flat_map(|(id, entity)| {
                entity.relations.iter().map(move |relation| (id, relation))
            });
            relations
                .map(|(id, relation)| {
                    let target = &names[relation.target.as_str()];
                    format!("{} {} {target}", names[id], relation.label)
                })
                .collect()
        }
        Annotation::Findings(found) => found.positive.iter().map(ToString::to_string).collect(),
        Annotation::Entities(found) => found
            .entities
            .iter()
            .map(|entity| format!("{} {} {:?}", entity.start, entity.end, entity.kind))
            .collect(),
        Annotation::Embedding { .. } => BTreeSet::new(),
    }
}
