//! Hidden states against NumPy and onnxruntime, and independent of batch-mates.
//!
//! The goldens are made by `crates/packs/tools/make_encoder_goldens.py` from the same synthetic
//! checkpoint.

#![allow(clippy::unwrap_used, clippy::panic)]

use rrgscore_engine::{Encoder, EngineError, Hidden, Sizes};
use rrgscore_packs::synth::{bert_checkpoint, tiny_bert_config};
use rrgscore_packs::{Bytes, Pack, Precision};
use serde::Deserialize;

#[derive(Deserialize)]
struct Goldens {
    seed: u64,
    dim: usize,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    ids: Vec<u32>,
    f32: Vec<f32>,
    f16: Vec<f32>,
    int8: Vec<f32>,
}

fn goldens() -> Goldens {
    serde_json::from_str(include_str!("goldens/tiny_bert.json")).unwrap()
}

fn tiny(precision: Precision) -> Encoder {
    let checkpoint = bert_checkpoint(&tiny_bert_config(), goldens().seed).unwrap();
    let pack = checkpoint.build(precision).unwrap();
    Encoder::load(pack.file(Pack::MODEL).unwrap()).unwrap()
}

/// The same by another way to load it.
fn tiny_by(
    precision: Precision,
    load: fn(&dyn Bytes, Sizes) -> Result<Encoder, EngineError>,
) -> Encoder {
    let checkpoint = bert_checkpoint(&tiny_bert_config(), goldens().seed).unwrap();
    let pack = checkpoint.build(precision).unwrap();
    let info = pack.model_info().unwrap();
    let sizes = Sizes { vocabulary: info.vocabulary, max_ids: info.max_ids };
    load(pack.bytes(Pack::MODEL).unwrap(), sizes).unwrap()
}

fn bits(hidden: &Hidden) -> Vec<u32> {
    hidden.values.iter().map(|value| value.to_bits()).collect()
}

/// Largest difference from states computed with the stored weights and f32 activations; states
/// are up to 4.
fn tolerance(precision: Precision) -> f32 {
    match precision {
        // Sums in another order: a few units in the last place.
        Precision::F32 => 5e-6,
        // Activations rounded to as many levels as the weights have, about ±10,000.
        Precision::F16 => 1e-3,
        // Activations rounded to about ±16,000 levels, of sums as short as these.
        Precision::Int8 => 5e-4,
    }
}

#[test]
fn hidden_states_equal_the_reference() {
    let goldens = goldens();
    for precision in [Precision::F32, Precision::F16, Precision::Int8] {
        let encoder = tiny(precision);
        assert_eq!(encoder.dim(), goldens.dim);
        for case in &goldens.cases {
            let expected = match precision {
                Precision::F32 => &case.f32,
                Precision::F16 => &case.f16,
                Precision::Int8 => &case.int8,
            };
            let hidden = encoder.encode(&case.ids).unwrap();
            assert_eq!((hidden.tokens, hidden.dim), (case.ids.len(), goldens.dim));
            assert_eq!(hidden.values.len(), expected.len());
            assert_eq!(hidden.token(0).unwrap(), &hidden.values[..goldens.dim]);
            assert!(hidden.token(hidden.tokens).is_none());
            let pairs = hidden.values.iter().zip(expected);
            let worst = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(
                worst < tolerance(precision),
                "{precision}, {} tokens: {worst:e}",
                case.ids.len()
            );
        }
    }
}

/// A text's result is the same, to the bit, alone, in a batch, in a shuffled batch, and when
/// asked for again later.
#[test]
fn batch_mates_do_not_matter() {
    let texts: Vec<Vec<u32>> = (1..40)
        .map(|length| (0..length).map(|at| 5 + (at * 31 + length * 17) % 130).collect())
        .collect();
    let load = [Encoder::load_sized, Encoder::load_first];
    for (precision, load) in [Precision::F32, Precision::Int8, Precision::F16]
        .into_iter()
        .flat_map(|precision| load.map(|load| (precision, load)))
    {
        let tiny = |precision| tiny_by(precision, load);
        let encoder = tiny(precision);
        let alone: Vec<Vec<u32>> =
            texts.iter().map(|ids| bits(&encoder.encode(ids).unwrap())).collect();

        let batch: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
        let together = encoder.encode_batch(&batch).unwrap();
        assert_eq!(together.iter().map(bits).collect::<Vec<_>>(), alone);

        // 7 and 39 have no common factor: every index once, in a scattered order.
        let order: Vec<usize> = (0..texts.len()).map(|at| at * 7 % texts.len()).collect();
        let shuffled: Vec<&[u32]> = order.iter().map(|&at| batch[at]).collect();
        let shuffled = tiny(precision).encode_batch(&shuffled).unwrap();
        for (hidden, &at) in shuffled.iter().zip(&order) {
            assert_eq!(bits(hidden), alone[at]);
        }
    }
}

/// Encoders are shared between threads.
#[test]
fn threads_agree() {
    let encoder = tiny(Precision::Int8);
    let ids: Vec<u32> = (5..45).collect();
    let expected = bits(&encoder.encode(&ids).unwrap());
    std::thread::scope(|scope| {
        let runs: Vec<_> =
            (0..4).map(|_| scope.spawn(|| bits(&encoder.encode(&ids).unwrap()))).collect();
        for run in runs {
            assert_eq!(run.join().unwrap(), expected);
        }
    });
}

#[test]
fn ids_that_do_not_fit_are_refused() {
    let encoder = tiny(Precision::Int8);
    let refused = |ids: &[u32]| match encoder.encode(ids) {
        Err(EngineError::BadInput { reason }) => reason,
        other => panic!("expected a refusal, got {other:?}"),
    };
    assert!(refused(&[]).contains("no token ids"));
    assert!(refused(&[2, 999, 3]).contains("vocabulary"));
    assert!(refused(&[2, u32::MAX, 3]).contains("vocabulary"));
    assert!(refused(&[5; 65]).contains("64"));
}

#[test]
fn other_bytes_are_refused() {
    for bytes in [&b""[..], b"not a graph", &[0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f]] {
        assert!(Encoder::load(bytes).is_err());
    }
    let checkpoint = bert_checkpoint(&tiny_bert_config(), 1).unwrap();
    let pack = checkpoint.build(Precision::Int8).unwrap();
    let model = pack.file(Pack::MODEL).unwrap();
    assert!(Encoder::load(&model[..model.len() / 2]).is_err());
}
