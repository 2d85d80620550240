//! Columns that compare annotations, and RadCliQ: what a model says is given here, so that only
//! the pipeline is tested. Graph scores are those of the official code.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;

use rrgscore_annotations::{
    Annotation, Annotator, ChexbertAnnotation, EntitiesAnnotation, EntityType, FindingsAnnotation,
    Graph, Labels, Mention, NamedEntity, RadgraphAnnotation,
};
use rrgscore_data::{MissingPolicy, StudyPair, Task};
use rrgscore_metrics::radcliq::{Components, RadcliqVersion, radcliq};
use rrgscore_metrics::ratescore::{self, Entities};
use rrgscore_scoring::job::{Done, Failure, FailureKind, Flag, PairScore, Reasons, Scored, Work};
use rrgscore_scoring::run::Cell;
use rrgscore_scoring::summary::{PackRef, Provenance};
use rrgscore_scoring::{
    AnnotationStore, GivenGraphs, Job, Metric, Next, Outcome, Profile, Purpose, Run, Settings,
    Summary,
};
use serde_json::Value;

const RADGRAPH: &str = "radgraph-f1";
const SEMB: &str = "semb";
const BERT: &str = "bertscore";
const BLEU: &str = "bleu2";
const RADCLIQ: &str = "radcliq-v1";
const RATESCORE: &str = "ratescore";

fn settings(metrics: &[&str]) -> Settings {
    Settings {
        profile: Profile::Rexrank,
        task: Some(Task::Report),
        missing: MissingPolicy::Refuse,
        cleaning: None,
        metrics: metrics.iter().map(|id| Metric::named(id).unwrap()).collect(),
    }
}

fn pair(id: &str, reference: &str, candidate: &str) -> StudyPair {
    StudyPair { id: id.into(), reference: reference.into(), candidate: candidate.into() }
}

/// Graphs by text, and the official F1 of each pair.
struct Golden {
    pairs: Vec<StudyPair>,
    graphs: BTreeMap<String, Graph>,
    combined: Vec<f64>,
}

fn golden() -> Golden {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/goldens/radgraph_reward.jsonl");
    #[allow(clippy::disallowed_methods, reason = "tests read goldens")]
    let text = fs::read_to_string(path).unwrap();
    let mut golden = Golden { pairs: Vec::new(), graphs: BTreeMap::new(), combined: Vec::new() };
    for (row, line) in text.lines().enumerate() {
        let record: Value = serde_json::from_str(line).unwrap();
        let mut side = |field: &str| {
            let graph: Graph = serde_json::from_value(record[field].clone()).unwrap();
            let text = format!("{field} of row {row}");
            golden.graphs.insert(text.clone(), graph);
            text
        };
        let (reference, candidate) = (side("reference"), side("hypothesis"));
        golden.pairs.push(pair(&format!("s{row}"), &reference, &candidate));
        golden.combined.push(record["cxr"]["combined"].as_f64().unwrap());
    }
    golden
}

/// A stand-in for the models: graphs by text, embeddings and scores that follow from the text.
fn answer(job: &Job, graphs: &BTreeMap<String, Graph>) -> Outcome {
    let done = match &job.work {
        Work::Annotate { annotator, texts } => Done::Annotations {
            made: texts
                .iter()
                .map(|(index, text)| {
                    let said = match annotator {
                        Annotator::RadGraph { .. } => Annotation::RadGraph(RadgraphAnnotation {
                            graph: graphs[text].clone(),
                            words: Vec::new(),
                            chunks: 1,
                        }),
                        Annotator::Entities => Annotation::Entities(EntitiesAnnotation {
                            entities: words(text),
                            splitter: "none".to_owned(),
                            sentences: 1,
                            truncated: false,
                        }),
                        Annotator::Synonyms => {
                            Annotation::Embedding { vector: vec![1.0, text.len() as f32] }
                        }
                        Annotator::Findings { .. } => Annotation::Findings(FindingsAnnotation {
                            positive: vec![text.len() as u16 % 3],
                            splitter: None,
                            truncated: false,
                        }),
                        Annotator::Chexbert { .. } => Annotation::Chexbert(ChexbertAnnotation {
                            embedding: vec![1.0, text.len() as f32],
                            labels: Labels([Mention::Positive; 14]),
                            truncated: text.len() > 20,
                        }),
                    };
                    (*index, Ok(said))
                })
                .collect(),
        },
        Work::Score { pairs, .. } => Done::Scores {
            scores: pairs
                .iter()
                .map(|pair| PairScore {
                    pair: pair.pair,
                    result: Ok(Scored {
                        value: 1.0 / (1.0 + pair.reference.len() as f64),
                        truncated: false,
                        flags: Vec::new(),
                        reasons: Reasons::Plain,
                    }),
                })
                .collect(),
        },
        Work::TokenIds { .. } => panic!("no idf was asked for"),
    };
    Outcome { id: job.id, done, encoded: 0 }
}

/// Every word is an entity.
fn words(text: &str) -> Vec<NamedEntity> {
    let entity = |word: &str| NamedEntity {
        kind: EntityType::Anatomy,
        text: word.to_owned(),
        start: 0,
        end: 0,
    };
    text.split_whitespace().map(entity).collect()
}

/// Drives a run; gives the number of texts that were annotated.
fn drive(run: &mut Run, graphs: &BTreeMap<String, Graph>) -> usize {
    let mut annotated = 0;
    while let Next::Job(job) = run.next_job() {
        if let Work::Annotate { texts, .. } = &job.work {
            annotated += texts.len();
        }
        run.accept(answer(&job, graphs)).unwrap();
    }
    assert!(run.is_complete());
    annotated
}

fn values(run: &Run, column: usize) -> Vec<Option<f64>> {
    run.columns()[column].cells.iter().map(Cell::value).collect()
}

#[test]
fn radgraph_f1_is_the_official_one_and_each_text_is_read_once() {
    let golden = golden();
    let mut pairs = golden.pairs.clone();
    // The same reports once more, under other ids.
    pairs.extend(golden.pairs.iter().map(|p| StudyPair { id: format!("{}-b", p.id), ..p.clone() }));
    let mut run = Run::new(settings(&[RADGRAPH]), pairs);
    assert_eq!(drive(&mut run, &golden.graphs), golden.graphs.len());
    for (row, official) in golden.combined.iter().chain(&golden.combined).enumerate() {
        let ours = values(&run, 0)[row].unwrap();
        assert!((ours - official).abs() < 1e-12, "row {row}: {ours} for {official}");
    }
}

#[test]
fn what_was_said_of_a_text_serves_the_next_run() {
    let golden = golden();
    let pack = |id: &str| PackRef {
        purpose: Purpose::Radgraph,
        name: "radgraph".into(),
        precision: "f32".into(),
        id: id.into(),
    };
    let with = |pack: PackRef, store| {
        Run::with(settings(&[RADGRAPH]), golden.pairs.clone(), &[pack], store, None)
    };
    let mut first = with(pack("one"), AnnotationStore::default());
    drive(&mut first, &golden.graphs);
    let scores = values(&first, 0);
    let mut second = with(pack("one"), first.into_store());
    assert_eq!(drive(&mut second, &golden.graphs), 0);
    assert_eq!(values(&second, 0), scores);
    // Another pack says other things.
    let mut other = with(pack("two"), second.into_store());
    assert_eq!(drive(&mut other, &golden.graphs), golden.graphs.len());
}

#[test]
fn annotations_that_the_user_brought_need_no_model() {
    let golden = golden();
    let graph = |text: &str| Some(golden.graphs[text].clone());
    let mut given = GivenGraphs {
        reference: golden.pairs.iter().map(|pair| graph(&pair.reference)).collect(),
        candidate: golden.pairs.iter().map(|pair| graph(&pair.candidate)).collect(),
    };
    // The official code: a missing candidate graph scores 0, a missing reference has no row.
    given.candidate[0] = None;
    given.reference[1] = None;
    let store = AnnotationStore::default();
    let pairs = golden.pairs.clone();
    let mut run = Run::with(settings(&[RADGRAPH]), pairs, &[], store, Some(given));
    assert!(matches!(run.next_job(), Next::Done));
    let values = values(&run, 0);
    assert_eq!(values[..2], [Some(0.0), None]);
    for (row, official) in golden.combined.iter().enumerate().skip(2) {
        assert!((values[row].unwrap() - official).abs() < 1e-12, "row {row}");
    }
}

#[test]
fn radcliq_is_the_formula_over_the_columns_beside_it() {
    let golden = golden();
    // RadCliQ stands first: the order of columns does not matter.
    let metrics = [RADCLIQ, RADGRAPH, BERT, SEMB, BLEU];
    let mut run = Run::new(settings(&metrics), golden.pairs.clone());
    drive(&mut run, &golden.graphs);
    for row in 0..golden.pairs.len() {
        let [ours, radgraph_combined, bertscore, semb_score, bleu_score] =
            [0, 1, 2, 3, 4].map(|column| values(&run, column)[row].unwrap());
        let components = Components { radgraph_combined, bertscore, semb_score, bleu_score };
        assert_eq!(ours, radcliq(&components, RadcliqVersion::V1).unwrap().score, "row {row}");
    }
    let summary = Summary::of(&run, &Provenance::default());
    let reciprocal = summary.metrics[0].reciprocal.as_ref().unwrap();
    assert_eq!(reciprocal.label, "1/RadCliQ-v1");
    let mean = summary.metrics[0].mean.unwrap();
    match reciprocal.value {
        Some(value) => assert_eq!(value, 1.0 / mean),
        None => assert!(mean <= 0.0 || reciprocal.refused.is_some()),
    }
    let f1 = summary.chexbert_f1.unwrap();
    assert_eq!(f1.averages.len(), 4);
    // The macro average is the mean over the observations, by definition.
    for (rows, averages) in [
        (&f1.observations, &f1.averages[0]),
        (&f1.observations_uncertain_as_negative, &f1.averages[1]),
    ] {
        assert_eq!((rows.len(), averages.observations), (14, 14));
        let mean = rows.iter().map(|row| row.scores.f1).sum::<f64>() / 14.0;
        assert!((mean - averages.macro_average.f1).abs() < 1e-12);
    }
}

#[test]
fn a_failed_component_fails_the_combination_with_its_name() {
    let pairs = vec![pair("a", "no effusion", "effusion")];
    let mut run = Run::new(settings(&[RADGRAPH, BERT, SEMB, BLEU, RADCLIQ]), pairs);
    let graphs = BTreeMap::new();
    while let Next::Job(job) = run.next_job() {
        match job.work {
            Work::Annotate { annotator: Annotator::RadGraph { .. }, .. } => {
                run.fail(job.id, &Failure::new(FailureKind::Worker, "the worker stopped"));
            }
            _ => run.accept(answer(&job, &graphs)).unwrap(),
        }
    }
    let Cell::Failed(failure) = &run.columns()[4].cells[0] else { panic!("RadCliQ has no score") };
    assert!(failure.message.contains("radgraph_combined"), "{failure}");
    assert!(values(&run, 1)[0].is_some());
}

#[test]
fn empty_reports_follow_their_rules_and_are_counted() {
    let empty = Graph::new("x".into(), []).unwrap();
    let graphs = BTreeMap::from([("x".to_owned(), empty.clone()), ("None".to_owned(), empty)]);
    let pairs =
        vec![pair("a", "x", ""), pair("b", "", ""), pair("c", "x", "x"), pair("d", "x", " \n")];
    let mut run = Run::new(settings(&[RADGRAPH]), pairs.clone());
    // Only "x" is read: CXR-Report-Metric makes no graph of a report without a word.
    assert_eq!(drive(&mut run, &graphs), 1);
    assert_eq!(values(&run, 0), [Some(0.0); 4]);
    let summary = Summary::of(&run, &Provenance::default());
    let counted = &summary.metrics[0].flags;
    assert_eq!(counted[&Flag::EmptyCandidate], 3);
    assert_eq!(counted[&Flag::EmptyReference], 1);
    assert_eq!(counted[&Flag::NoReferenceEntities], 3);
    assert_eq!(counted[&Flag::NoRelations], 4);
    assert_eq!((summary.texts.empty_candidates, summary.texts.empty_references), (3, 1));

    // RadEval reads an empty report as the word "None"; the package stops at white space.
    let radeval = "radgraph-f1-radeval";
    let mut run = Run::new(settings(&[radeval]), pairs);
    assert_eq!(drive(&mut run, &graphs), 2);
    assert_eq!(values(&run, 0), [Some(0.0), Some(0.0), Some(0.0), None]);
}

#[test]
fn ratescore_embeds_each_entity_once_and_is_the_formula() {
    let pairs = vec![
        pair("a", "heart lungs", "lungs apex"),
        pair("b", "lungs", "heart heart"),
        pair("c", "", "heart"),
    ];
    let mut run = Run::new(settings(&[RATESCORE]), pairs.clone());
    // Five reports with a word, three distinct entities.
    assert_eq!(drive(&mut run, &BTreeMap::new()), 5 + 3);
    let formula = |pair: &StudyPair| {
        let side = |text: &str| {
            let words: Vec<&str> = text.split_whitespace().collect();
            let types = vec![EntityType::Anatomy; words.len()];
            let values: Vec<f32> = words.iter().flat_map(|w| [1.0, w.len() as f32]).collect();
            (types, values)
        };
        let (reference, candidate) = (side(&pair.reference), side(&pair.candidate));
        ratescore::score(
            Entities::new(&reference.0, &reference.1, 2).unwrap(),
            Entities::new(&candidate.0, &candidate.1, 2).unwrap(),
            ratescore::RatescoreVersion::October2024,
        )
        .unwrap()
        .score
    };
    for (row, pair) in pairs.iter().enumerate() {
        assert_eq!(values(&run, 0)[row], Some(formula(pair)), "row {row}");
    }
    let summary = Summary::of(&run, &Provenance::default());
    assert_eq!(summary.metrics[0].flags[&Flag::NoEntities], 1);
}

#[test]
fn entities_that_many_reports_share_are_waited_for_once() {
    // Were a pair to wait for an entity again each time that another one comes, this would not
    // end: it would have to look at 2 to the power of 60 waits.
    let report = |from: usize| -> String {
        (0..60).map(|at| format!("entity-{} ", (from * 7 + at * 3) % 200)).collect()
    };
    let pairs: Vec<StudyPair> =
        (0..120).map(|at| pair(&format!("s{at}"), &report(at), &report(at + 1))).collect();
    let mut run = Run::new(settings(&[RATESCORE]), pairs);
    assert_eq!(drive(&mut run, &BTreeMap::new()), 121 + 200);
}
