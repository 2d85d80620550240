//! What the study view draws is what the score was made of: the marks of both BLEUs are their
//! counts, and the spans are the words that the formula read.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(feature = "worker")]

use rrgscore_data::{MissingPolicy, StudyPair, Task};
use rrgscore_metrics::rouge::RougeKind;
use rrgscore_metrics::{bleu, coco_bleu};
use rrgscore_scoring::job::Reasons;
use rrgscore_scoring::run::Cell;
use rrgscore_scoring::{Metric, Next, Profile, Run, Settings, Worker};

/// The two definitions cut these into other words: case, a full stop, a tab, a character that is
/// longer in lower case.
const PAIRS: [[&str; 2]; 4] = [
    ["The heart is normal. No effusion.", "the heart is normal.  No effusion seen."],
    ["İ effusion\tleft. Clear lungs.", "İ effusion left. clear lungs."],
    ["a b a", "b a"],
    ["", "Normal."],
];

/// A run of the pairs with these columns.
fn run(metrics: &[&str], pairs: &[StudyPair]) -> Run {
    let settings = Settings {
        profile: Profile::Rexrank,
        task: Some(Task::Report),
        missing: MissingPolicy::Refuse,
        cleaning: None,
        metrics: metrics.iter().map(|id| Metric::named(id).unwrap()).collect(),
    };
    let mut run = Run::new(settings, pairs.to_vec());
    let mut worker = Worker::default();
    while let Next::Job(job) = run.next_job() {
        run.accept(worker.handle(&job).unwrap()).unwrap();
    }
    run
}

fn pairs() -> [StudyPair; 4] {
    PAIRS.map(|[reference, candidate]| StudyPair {
        id: reference.len().to_string(),
        reference: reference.to_owned(),
        candidate: candidate.to_owned(),
    })
}

/// As many marks of an order as the counts say, and none of an order that does not count.
#[test]
fn the_marks_of_coco_bleu_and_rouge_are_their_counts() {
    let metrics = ["coco-bleu1", "coco-bleu4", "rouge1", "rouge2", "rouge-l", "coco-rouge-l"];
    for column in run(&metrics, &pairs()).columns() {
        for cell in &column.cells {
            let Cell::Scored(scored) = cell else { panic!("{cell:?}") };
            let (reference, candidate, marked) = match &scored.reasons {
                Reasons::Bleu { counts, reference, candidate } => {
                    let matched = counts.orders.iter().map(|order| order.matched);
                    (reference, candidate, (1..).zip(matched).collect::<Vec<_>>())
                }
                Reasons::Rouge { of, counts, reference, candidate } => {
                    let order = if *of == RougeKind::Two { 2 } else { 1 };
                    (reference, candidate, vec![(order, counts.common)])
                }
                other => panic!("{other:?}"),
            };
            for tokens in [reference, candidate] {
                for &(order, count) in &marked {
                    let found = tokens.iter().filter(|token| token.begins(order)).count();
                    assert_eq!(found, count as usize, "{} of order {order}", column.metric);
                }
                let most = if column.metric.id() == "coco-bleu1" { 1 } else { 4 };
                assert!(tokens.iter().all(|token| token.ngrams >> most == 0));
            }
        }
    }
}

#[test]
fn the_marks_of_both_bleus_are_their_counts() {
    let pairs = pairs();
    let run = run(&["bleu2", "bleu2-radeval"], &pairs);
    let official = |text: &str| bleu::tokens(text);
    let radeval = |text: &str| coco_bleu::tokens(text).into_iter().map(str::to_lowercase).collect();
    let mut matched = Vec::new();
    for (column, words) in run.columns().iter().zip([&official as &dyn Fn(&str) -> _, &radeval]) {
        for (cell, pair) in column.cells.iter().zip(&pairs) {
            let Cell::Scored(scored) = cell else { panic!("{cell:?}") };
            let Reasons::Bleu { counts, reference, candidate } = &scored.reasons else {
                panic!("{:?}", scored.reasons)
            };
            for (text, tokens) in [(&pair.reference, reference), (&pair.candidate, candidate)] {
                for (order, counts) in (1..).zip(&counts.orders) {
                    let marked = tokens.iter().filter(|token| token.begins(order)).count();
                    assert_eq!(marked, counts.matched as usize, "{text:?}");
                }
                let spelled: Vec<String> = tokens
                    .iter()
                    .map(|token| text[token.start as usize..token.end as usize].to_lowercase())
                    .collect();
                assert_eq!(spelled, words(text));
            }
            matched.push([0, 1].map(|order| counts.orders[order].matched));
        }
    }
    // Counted by hand; the two differ in the first two pairs.
    assert_eq!(matched[..4], [[8, 6], [5, 3], [2, 1], [0, 0]]);
    assert_eq!(matched[4..], [[4, 3], [4, 2], [2, 1], [0, 0]]);
}
