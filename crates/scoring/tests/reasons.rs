//! What the study view draws is what the score was made of: the marks of both BLEUs are their
//! counts, and the spans are the words that the formula read.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(feature = "worker")]

use rrgscore_data::{MissingPolicy, StudyPair, Task};
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

#[test]
fn the_marks_of_both_bleus_are_their_counts() {
    let pairs = PAIRS.map(|[reference, candidate]| StudyPair {
        id: reference.len().to_string(),
        reference: reference.to_owned(),
        candidate: candidate.to_owned(),
    });
    let settings = Settings {
        profile: Profile::Rexrank,
        task: Some(Task::Report),
        missing: MissingPolicy::Refuse,
        metrics: ["bleu2", "bleu2-radeval"].map(|id| Metric::named(id).unwrap()).to_vec(),
    };
    let mut run = Run::new(settings, pairs.to_vec());
    let mut worker = Worker::default();
    while let Next::Job(job) = run.next_job() {
        run.accept(worker.handle(&job).unwrap()).unwrap();
    }
    let official = |text: &str| bleu::tokens(text);
    let radeval = |text: &str| coco_bleu::tokens(text).into_iter().map(str::to_lowercase).collect();
    let mut matched = Vec::new();
    for (column, words) in run.columns().iter().zip([&official as &dyn Fn(&str) -> _, &radeval]) {
        for (cell, pair) in column.cells.iter().zip(&pairs) {
            let Cell::Scored(scored) = cell else { panic!("{cell:?}") };
            let Reasons::Bleu2 { counts, reference, candidate } = &scored.reasons else {
                panic!("{:?}", scored.reasons)
            };
            for (text, tokens) in [(&pair.reference, reference), (&pair.candidate, candidate)] {
                for (order, matched) in [1, 2].into_iter().zip(counts.matched) {
                    let marked = tokens.iter().filter(|token| token.begins(order)).count();
                    assert_eq!(marked, matched as usize, "{text:?}");
                }
                let spelled: Vec<String> = tokens
                    .iter()
                    .map(|token| text[token.start as usize..token.end as usize].to_lowercase())
                    .collect();
                assert_eq!(spelled, words(text));
            }
            matched.push(counts.matched);
        }
    }
    // Counted by hand; the two differ in the first two pairs.
    assert_eq!(matched[..4], [[8, 6], [5, 3], [2, 1], [0, 0]]);
    assert_eq!(matched[4..], [[4, 3], [4, 2], [2, 1], [0, 0]]);
}
