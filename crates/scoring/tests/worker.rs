//! One worker, whichever packs it had before, scores as a new one does.
#![cfg(feature = "worker")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use rrgscore_packs::Precision;
use rrgscore_scoring::job::{Done, Job, JobId, PairTexts, Work};
use rrgscore_scoring::{Metric, PairIndex, Worker};

fn scores(worker: &mut Worker) -> Vec<u64> {
    let pair = PairTexts {
        studies: 1,
        pair: PairIndex(0),
        reference: "No effusion. The heart is normal.".to_owned(),
        candidate: "Small effusion on the left.".to_owned(),
    };
    let metric = Metric::named("bertscore").unwrap();
    let work = Work::Score { metric, idf: None, pairs: vec![pair], elsewhere: Vec::new() };
    let outcome = worker.handle(&Job { id: JobId(0), work }).unwrap();
    let Done::Scores { scores } = outcome.done else { panic!("scores were asked for") };
    scores.into_iter().map(|score| score.result.unwrap().value.to_bits()).collect()
}

#[test]
fn embeddings_of_one_pack_are_not_taken_for_anothers() {
    let folder = common::own_checkpoints();
    let of = |precision| common::pack(&folder, "distilroberta-base/model.safetensors", precision);
    let (exact, rounded) = (of(Precision::F32), of(Precision::Int8));
    let mut worker = Worker::default();
    worker.load(&exact).unwrap();
    let first = scores(&mut worker);
    worker.unload();
    worker.load(&rounded).unwrap();
    let second = scores(&mut worker);
    let mut fresh = Worker::default();
    fresh.load(&rounded).unwrap();
    assert_eq!(second, scores(&mut fresh));
    assert_ne!(first, second);
}
